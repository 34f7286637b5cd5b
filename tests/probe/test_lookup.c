/* Tests of probe/lookup.h. */
#include "probe/lookup.h"

#include <stdio.h>

#include "suite.h"

START_TEST(test_lookup__finds_what_was_put) {
    struct lookup lookup = {0};
    char key[16];
    for (uint32_t i = 0; i < 10000; i++) {
        size_t size = (size_t)snprintf(key, sizeof key, "%u", i);
        ck_assert_uint_eq(lookup_find(&lookup, 'a', (struct slice){key, size}), LOOKUP_NONE);
        lookup_put(&lookup, 'a', (struct slice){key, size}, i);
    }
    for (uint32_t i = 0; i < 10000; i++) {
        size_t size = (size_t)snprintf(key, sizeof key, "%u", i);
        ck_assert_uint_eq(lookup_find(&lookup, 'a', (struct slice){key, size}), i);
        ck_assert_uint_eq(lookup_find(&lookup, 'b', (struct slice){key, size}), LOOKUP_NONE);
    }
    ck_assert(!lookup.failed);
    lookup_free(&lookup);
}
END_TEST

START_TEST(test_lookup__first_value_stays) {
    struct lookup lookup = {0};
    struct slice empty = {"", 0}, zero = {"\0", 1};
    ck_assert_uint_eq(lookup_find(&lookup, 'a', empty), LOOKUP_NONE);
    lookup_put(&lookup, 'a', empty, 1);
    lookup_put(&lookup, 'a', empty, 2);
    lookup_put(&lookup, 'a', zero, 3);
    ck_assert_uint_eq(lookup_find(&lookup, 'a', empty), 1);
    ck_assert_uint_eq(lookup_find(&lookup, 'a', zero), 3);
    lookup_free(&lookup);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_lookup__finds_what_was_put);
    tcase_add_test(cases, test_lookup__first_value_stays);
}

int
main(void) {
    return suite_run("probe/lookup", fill, 10);
}
