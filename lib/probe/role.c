/*
 * Roles and what they inherit. A search goes from the roles that have something to those that
 * inherit it, nearest first: each role is looked at once, however long the chains are.
 */
#include "probe/role.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "probe/copy.h"

#define TAG_OID               'o'
#define ROLE_FIRST_OF_USERS   16384 /* predefined roles have lower oids */
#define HAS_BIT(bits, number) ((bits)[(number) / 8] >> ((number) % 8) & 1)

/* Room for one more of @size bytes behind @count; false without memory. */
static bool
grow(void **items, size_t count, size_t *capacity, size_t more, size_t size) {
    if (count + more <= *capacity)
        return true;
    size_t wanted = *capacity * 2 > count + more ? *capacity * 2 : count + more + 15;
    void *bigger = realloc(*items, wanted * size);
    if (bigger == NULL)
        return false;
    *items = bigger;
    *capacity = wanted;
    return true;
}

static void
add_heirs(struct roles *roles, struct slice oids) {
    size_t count = oids.size / 4;
    if (!grow((void **)&roles->heirs, roles->heir_count, &roles->heir_capacity, count,
              sizeof *roles->heirs)) {
        roles->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++)
        roles->heirs[roles->heir_count++] = read_uint32(oids.data + i * 4);
}

static void
note_traits(struct roles *roles, struct slice oid, struct slice text) {
    static const char *const known[] = {PREDEFINED_ROLES};
    const struct role *role = &roles->items[roles->count - 1];
    bool to_set = (role->flags & (ROLE_TO_SET | ROLE_HELD)) == ROLE_TO_SET;
    roles->more_to_set |= to_set;
    if (to_set && (role->flags & ROLE_SUPERUSER) && roles->set_super == 0)
        roles->set_super = roles->count;
    for (size_t i = 0; i < PREDEFINED_COUNT && read_uint32(oid.data) < ROLE_FIRST_OF_USERS; i++)
        if (slice_is(text, known[i]))
            roles->predefined[i] = roles->count;
}

void
roles_add(struct roles *roles, struct slice oid, struct slice text, uint32_t name,
          uint32_t flags, struct slice heirs) {
    assert(oid.size == 4);
    if (roles_find(roles, oid) != NO_ROLE)
        return;
    if (!grow((void **)&roles->items, roles->count, &roles->capacity, 1,
              sizeof *roles->items)) {
        roles->failed = true;
        return;
    }
    lookup_put(&roles->numbers, TAG_OID, oid, roles->count);
    roles->items[roles->count++] =
        (struct role){.name = name, .flags = flags, .heirs = roles->heir_count};
    add_heirs(roles, heirs);
    note_traits(roles, oid, text);
    roles->failed |= roles->numbers.failed;
}

void
roles_free(struct roles *roles) {
    lookup_free(&roles->numbers);
    free(roles->items);
    free(roles->heirs);
    free(roles->queue);
    free(roles->seen);
    *roles = (struct roles){0};
}

uint32_t
roles_find(const struct roles *roles, struct slice oid) {
    return lookup_find(&roles->numbers, TAG_OID, oid);
}

const struct role *
roles_at(const struct roles *roles, uint32_t number) {
    assert(number < roles->count);
    return &roles->items[number];
}

/* --- searches -------------------------------------------------------------------------------
 */

bool
roles_search(struct roles *roles) {
    if (roles->searchable < roles->count) {
        free(roles->queue);
        free(roles->seen);
        roles->queue = malloc(roles->count * sizeof *roles->queue);
        roles->seen = calloc(roles->count, sizeof *roles->seen);
        roles->searchable = roles->count;
    }
    if (roles->queue == NULL || roles->seen == NULL) {
        roles->failed |= roles->count > 0;
        roles->searchable = 0;
        return false;
    }
    roles->search++;
    roles->queued = 0;
    return true;
}

void
roles_search_add(struct roles *roles, uint32_t number) {
    assert(number < roles->count);
    if (roles->seen[number] == roles->search)
        return;
    roles->seen[number] = roles->search;
    roles->queue[roles->queued++] = number;
}

static void
add_heirs_of(struct roles *roles, uint32_t number) {
    size_t end = number + 1 < roles->count ? roles->items[number + 1].heirs : roles->heir_count;
    for (size_t i = roles->items[number].heirs; i < end; i++) {
        char bytes[4];
        write_uint32(roles->heirs[i], bytes);
        uint32_t heir = roles_find(roles, (struct slice){bytes, 4});
        if (heir != NO_ROLE)
            roles_search_add(roles, heir);
    }
}

/* What is inherited is ours already, and what comes from there is as well. */
static bool
is_to_set(const struct roles *roles, uint32_t number, const uint8_t *allowed) {
    uint32_t flags = roles->items[number].flags & (ROLE_TO_SET | ROLE_HELD);
    return flags == ROLE_TO_SET && (allowed == NULL || HAS_BIT(allowed, number));
}

uint32_t
roles_search_nearest(struct roles *roles, const uint8_t *allowed) {
    for (size_t i = 0; i < roles->queued; i++) {
        if (is_to_set(roles, roles->queue[i], allowed))
            return roles->queue[i];
        add_heirs_of(roles, roles->queue[i]);
    }
    return NO_ROLE;
}

void
roles_search_all(struct roles *roles, uint8_t *out) {
    for (size_t i = 0; i < roles->queued; i++) {
        out[roles->queue[i] / 8] |= (uint8_t)(1u << roles->queue[i] % 8);
        add_heirs_of(roles, roles->queue[i]);
    }
}

uint32_t
roles_first_to_set(const struct roles *roles, const uint8_t *allowed) {
    for (uint32_t i = 0; i < roles->count; i++)
        if (is_to_set(roles, i, allowed))
            return i;
    return NO_ROLE;
}
