/* Tests of probe/role.h: what is inherited through chains, and what SET ROLE would add. */
#include "probe/role.h"

#include <stdio.h>

#include "probe/copy.h"
#include "suite.h"

#define HEIRS 4

/* Role @i of the tests; its number is the order in which it was added. */
static void
add(struct roles *roles, uint32_t i, uint32_t flags, const uint32_t *heirs, size_t count) {
    char oid[4], packed[4 * HEIRS], text[16];
    ck_assert_uint_le(count, HEIRS);
    write_uint32(20000 + i, oid);
    for (size_t h = 0; h < count; h++)
        write_uint32(20000 + heirs[h], packed + 4 * h);
    int size = snprintf(text, sizeof text, "r%u", i);
    roles_add(roles, (struct slice){oid, 4}, (struct slice){text, (size_t)size}, i, flags,
              (struct slice){packed, 4 * count});
}

static uint32_t
nearest(struct roles *roles, uint32_t from, const uint8_t *allowed) {
    ck_assert(roles_search(roles));
    roles_search_add(roles, from);
    return roles_search_nearest(roles, allowed);
}

START_TEST(test_role__found_once) {
    struct roles roles = {0};
    add(&roles, 7, ROLE_HELD, NULL, 0);
    add(&roles, 7, ROLE_TO_SET, NULL, 0);
    ck_assert_uint_eq(roles.count, 1);
    ck_assert_uint_eq(roles_find(&roles, (struct slice){"\0\0\116\47", 4}), 0);
    ck_assert_uint_eq(roles_find(&roles, (struct slice){"\0\0\116\50", 4}), NO_ROLE);
    ck_assert_uint_eq(roles_at(&roles, 0)->flags, ROLE_HELD);
    ck_assert(!roles.more_to_set);
    roles_free(&roles);
}
END_TEST

START_TEST(test_role__nearest_first) {
    struct roles roles = {0};
    /* 0 is inherited by 1 and 2, 2 by 3; 1 can't be set, 9 is of no concern */
    add(&roles, 0, 0, (uint32_t[]){9, 1, 2}, 3);
    add(&roles, 1, ROLE_HELD | ROLE_TO_SET, NULL, 0);
    add(&roles, 2, ROLE_TO_SET, (uint32_t[]){3, 0}, 2);
    add(&roles, 3, ROLE_TO_SET, NULL, 0);
    ck_assert(roles.more_to_set);
    ck_assert_uint_eq(nearest(&roles, 0, NULL), 2);
    ck_assert_uint_eq(nearest(&roles, 0, (uint8_t[]){1 << 3}), 3);
    ck_assert_uint_eq(nearest(&roles, 0, (uint8_t[]){1 << 1}), NO_ROLE);
    ck_assert_uint_eq(nearest(&roles, 1, NULL), NO_ROLE);
    ck_assert_uint_eq(roles_first_to_set(&roles, NULL), 2);
    ck_assert_uint_eq(roles_first_to_set(&roles, (uint8_t[]){1}), NO_ROLE);
    uint8_t all = 0;
    ck_assert(roles_search(&roles));
    roles_search_add(&roles, 2);
    roles_search_all(&roles, &all);
    ck_assert_uint_eq(all, 0xf);
    roles_free(&roles);
}
END_TEST

START_TEST(test_role__traits) {
    struct roles roles = {0};
    add(&roles, 0, ROLE_HELD | ROLE_TO_SET | ROLE_SUPERUSER, NULL, 0);
    ck_assert_uint_eq(roles.set_super, 0);
    add(&roles, 1, ROLE_SUPERUSER, NULL, 0);
    ck_assert_uint_eq(roles.set_super, 0);
    add(&roles, 2, ROLE_TO_SET | ROLE_SUPERUSER, NULL, 0);
    ck_assert_uint_eq(roles.set_super, 3);
    /* a user's role of that name is none of the predefined ones */
    struct slice name = {"pg_read_all_data", 16}, nobody = {NULL, 0};
    roles_add(&roles, (struct slice){"\0\0\100\0", 4}, name, 3, ROLE_HELD, nobody);
    ck_assert_uint_eq(roles.predefined[0], 0);
    roles_add(&roles, (struct slice){"\0\0\77\377", 4}, name, 4, ROLE_HELD, nobody);
    ck_assert_uint_eq(roles.predefined[0], 5);
    roles_free(&roles);
}
END_TEST

/* As long as anybody makes them: each role is looked at once. */
START_TEST(test_role__long_chain) {
    struct roles roles = {0};
    const uint32_t length = 50000;
    for (uint32_t i = 0; i < length; i++)
        add(&roles, i, i + 1 < length ? 0 : ROLE_TO_SET, (uint32_t[]){i + 1, i / 2}, 2);
    ck_assert(!roles.failed);
    for (int i = 0; i < 5; i++)
        ck_assert_uint_eq(nearest(&roles, 0, NULL), length - 1);
    roles_free(&roles);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_role__found_once);
    tcase_add_test(cases, test_role__nearest_first);
    tcase_add_test(cases, test_role__traits);
    tcase_add_test(cases, test_role__long_chain);
}

int
main(void) {
    return suite_run("probe/role", fill, 10);
}
