/*
 * Filling a report from information_schema, for where the system catalogs can't be read. It
 * knows of grants to roles that are in force, and of nothing else: not of owners, predefined
 * roles, MAINTAIN, materialized views, nor of anything but USAGE on sequences.
 */
#include <string.h>

#include "probe/gather.h"
#include "probe/sql.h"

/* Three letters of the privilege, and whether it may be granted on; the grantee follows. */
#define ITEM_HEAD 4

static void
take_item(struct gather *gather, struct slice item, uint64_t there_are, const char *me,
          struct object_set *set) {
    struct slice grantee = {item.data + ITEM_HEAD, item.size - ITEM_HEAD};
    int privilege = privilege_called(item.data);
    if (privilege < 0 || !(there_are & UINT64_C(1) << privilege))
        return;
    pgcs_via via = PGCS_VIA_ROLE;
    if (slice_is(grantee, "PUBLIC"))
        via = PGCS_VIA_PUBLIC;
    else if (slice_is(grantee, me))
        via = PGCS_VIA_DIRECT;
    set->held |= UINT64_C(1) << privilege;
    set->grantable |= item.data[3] != 0 ? UINT64_C(1) << privilege : 0;
    if (set->via[privilege] != PGCS_VIA_NONE && set->via[privilege] <= via)
        return;
    set->via[privilege] = (uint8_t)via;
    set->via_role[privilege] = via == PGCS_VIA_ROLE ? gather_name(gather, grantee) : NO_NAME;
}

/* Items are parted by zero bytes, of which the second half of an item's head may be one. */
static bool
take_items(struct gather *gather, struct slice items, uint64_t there_are, const char *me,
           struct object_set *set) {
    while (items.size > 0) {
        if (items.size <= ITEM_HEAD)
            return false;
        const char *end = memchr(items.data + ITEM_HEAD, '\0', items.size - ITEM_HEAD);
        size_t size = end ? (size_t)(end - items.data) : items.size;
        take_item(gather, (struct slice){items.data, size}, there_are, me, set);
        size_t step = end ? size + 1 : size;
        items = (struct slice){items.data + step, items.size - step};
    }
    return true;
}

/* A superuser has everything; what only the server's word says, has no way to be told. */
static void
take_held(struct gather *gather, uint64_t held, struct object_set *set) {
    set->held |= held;
    for (int i = 0; i < PRIVILEGE_COUNT; i++) {
        bool unknown = (set->held >> i & 1) && set->via[i] == PGCS_VIA_NONE;
        if (gather->superuser && (set->held >> i & 1))
            set->via[i] = PGCS_VIA_SUPERUSER;
        else if (unknown)
            set->via[i] = PGCS_VIA_PREDEFINED;
        if (unknown)
            set->via_role[i] = NO_NAME;
    }
}

bool
decode_standard(struct gather *gather, const struct copy_row *row) {
    char letter = 0;
    bool usable = false;
    uint32_t held = 0;
    struct slice schema, owner, items = {NULL, 0};
    struct object object = {.schema = NO_NAME};
    struct object_set set;
    memset(&set, 0, sizeof set);
    set.owner = NO_NAME;
    if (!copy_char(row, 0, &letter) || !copy_text(row, 2, &object.name) ||
        !copy_bool(row, 5, &usable))
        return false;
    object.kind = kind_of_letter(letter);
    uint64_t there_are = sql_privileges(object.kind, gather->server_version);
    if (object.kind == 0 || object.name.size == 0)
        return false;
    if (copy_text(row, 1, &schema))
        object.schema = gather_name(gather, schema);
    copy_text(row, 3, &object.column);
    if (copy_text(row, 4, &owner)) {
        set.owner = gather_name(gather, owner);
        set.owned = gather->superuser || slice_is(owner, gather->user);
    }
    copy_text(row, 7, &items);
    if (!take_items(gather, items, there_are, gather->user, &set))
        return false;
    if (!copy_uint32(row, 6, &held))
        held = 0;
    take_held(gather, gather->superuser ? there_are : held & there_are, &set);
    set.grantable |= gather->superuser ? there_are : 0;
    object.usable = usable && gather->can_connect;
    object.set = gather_set(gather, &set);
    gather_found(gather, &object);
    report_add_object(gather->builder, &object);
    return true;
}
