/*
 * What one owner and one ACL mean for us: not only which privileges are held, which the server
 * said, but how. The ACL is evaluated here a second time, independently: where both differ,
 * somebody changed it while the server answered, or the server has rules of its own.
 */
#include "probe/gather.h"

#include "probe/sql.h"

/* An item as the SQL packs it: grantee, three letters of the privilege, grantable. */
#define ITEM_SIZE 8

struct item {
    struct slice grantee_bytes;
    uint32_t grantee;
    int privilege; /* index, or -1 when we don't know it */
    bool grantable;
};

int
privilege_called(const char *letters) {
    int index = PRIVILEGE_COUNT - 1;
    while (index >= 0 && memcmp(privilege_name(UINT64_C(1) << index), letters, 3) != 0)
        index--;
    return index;
}

static struct item
item_at(struct slice items, size_t at) {
    const char *data = items.data + at;
    return (struct item){
        .grantee_bytes = {data, 4},
        .grantee = read_uint32(data),
        .privilege = privilege_called(data + 4),
        .grantable = data[7] != 0,
    };
}

bool
acl_read(struct gather *gather, const struct copy_row *row, int field, struct acl *acl) {
    struct slice owner;
    if (!copy_text(row, field, &owner) || !copy_uint32(row, field + 1, &acl->owner) ||
        !copy_uint32(row, field + 3, &acl->held))
        return false;
    acl->owner_name = gather_name(gather, owner);
    if (!copy_bool(row, field + 2, &acl->owned))
        acl->owned = false; /* null: the owner is gone */
    if (!copy_text(row, field + 4, &acl->items))
        acl->items = (struct slice){NULL, 0};
    acl->for_superusers = false;
    return acl->items.size % ITEM_SIZE == 0;
}

/* Take a way to hold a privilege if it is stronger than the one known. */
static void
offer(struct object_set *set, int privilege, pgcs_via via, uint32_t role) {
    if (set->via[privilege] != PGCS_VIA_NONE && set->via[privilege] <= via)
        return;
    set->via[privilege] = (uint8_t)via;
    set->via_role[privilege] = role;
}

static void
offer_all(struct object_set *set, uint64_t privileges, pgcs_via via, uint32_t role) {
    for (int i = 0; i < PRIVILEGE_COUNT; i++)
        if (privileges & UINT64_C(1) << i)
            offer(set, i, via, role);
}

/* The number of the role that the item is for, when its privileges are ours; else NO_ROLE. */
static uint32_t
held_role(const struct gather *gather, const struct item *item) {
    uint32_t number = roles_find(&gather->roles, item->grantee_bytes);
    bool held = number != NO_ROLE && (roles_at(&gather->roles, number)->flags & ROLE_HELD);
    return held ? number : NO_ROLE;
}

static void
offer_item(struct gather *gather, const struct acl *acl, const struct item *item,
           struct object_set *set) {
    uint32_t role = held_role(gather, item);
    if (item->grantee == ROLE_PUBLIC)
        offer(set, item->privilege, PGCS_VIA_PUBLIC, NO_NAME);
    else if (item->grantee == acl->owner && acl->owned)
        offer(set, item->privilege, PGCS_VIA_OWNER, NO_NAME);
    else if (item->grantee == gather->me)
        offer(set, item->privilege, PGCS_VIA_DIRECT, NO_NAME);
    else if (role != NO_ROLE)
        offer(set, item->privilege, PGCS_VIA_ROLE, roles_at(&gather->roles, role)->name);
    else
        return;
    if (item->grantable)
        set->grantable |= UINT64_C(1) << item->privilege;
}

/* What the predefined roles give on every object of a kind, in the order of PREDEFINED_ROLES.
 */
static uint64_t
predefined_privileges(size_t role, pgcs_object_kind kind) {
    static const uint64_t on_relations[PREDEFINED_COUNT] = {
        PGCS_PRIV_SELECT,
        PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_DELETE,
        PGCS_PRIV_MAINTAIN,
    };
    static const uint64_t on_schemas[PREDEFINED_COUNT] = {PGCS_PRIV_USAGE, PGCS_PRIV_USAGE, 0};
    switch (kind) {
    case PGCS_OBJECT_DATABASE:
    case PGCS_OBJECT_FUNCTION:
    case PGCS_OBJECT_TYPE:
    case PGCS_OBJECT_LANGUAGE:
    case PGCS_OBJECT_SERVER:
    case PGCS_OBJECT_FOREIGN_DATA_WRAPPER:
        return 0;
    case PGCS_OBJECT_SCHEMA:
        return on_schemas[role];
    default:
        return on_relations[role];
    }
}

/* NULL when it has nothing to do with us. */
static const struct role *
predefined_role(const struct gather *gather, size_t which) {
    uint32_t number = gather->roles.predefined[which];
    return number == 0 ? NULL : roles_at(&gather->roles, number - 1);
}

/* What the ACL and the rules that we know give us, with the ways. */
static uint64_t
evaluate(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
         struct object_set *set) {
    uint64_t there_are = sql_privileges(kind, gather->server_version);
    for (size_t at = 0; at < acl->items.size; at += ITEM_SIZE) {
        struct item item = item_at(acl->items, at);
        if (item.privilege >= 0 && (there_are & UINT64_C(1) << item.privilege))
            offer_item(gather, acl, &item, set);
    }
    for (size_t i = 0; i < PREDEFINED_COUNT; i++) {
        const struct role *role = predefined_role(gather, i);
        if (role != NULL && (role->flags & ROLE_HELD))
            offer_all(set, there_are & predefined_privileges(i, kind), PGCS_VIA_PREDEFINED,
                      role->name);
    }
    if (gather->superuser)
        offer_all(set, there_are, PGCS_VIA_SUPERUSER, NO_NAME);
    if (gather->superuser || acl->owned)
        set->grantable = there_are;
    uint64_t held = 0;
    for (int i = 0; i < PRIVILEGE_COUNT; i++)
        held |= (uint64_t)(set->via[i] != PGCS_VIA_NONE) << i;
    return held;
}

void
acl_evaluate(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
             struct object_set *set) {
    memset(set, 0, sizeof *set);
    set->held = acl->held;
    set->owner = acl->owner_name;
    set->owned = acl->owned;
    uint64_t explained = evaluate(gather, acl, kind, set);
    if (explained != set->held)
        gather->unexplained++;
    offer_all(set, set->held & ~explained, PGCS_VIA_PREDEFINED, NO_NAME);
    for (int i = 0; i < PRIVILEGE_COUNT; i++)
        if ((set->held & UINT64_C(1) << i) == 0) {
            set->via[i] = PGCS_VIA_NONE;
            set->via_role[i] = 0;
        }
}

/* --- what SET ROLE would give
 * -----------------------------------------------------------------
 */

/* Add those who have a privilege to a search; true when everybody has it. */
static bool
search_holders(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
               int privilege) {
    struct roles *roles = &gather->roles;
    bool everybody = false;
    for (size_t at = 0; at < acl->items.size; at += ITEM_SIZE) {
        struct item item = item_at(acl->items, at);
        uint32_t number = roles_find(roles, item.grantee_bytes);
        if (item.privilege != privilege)
            continue;
        everybody |= item.grantee == ROLE_PUBLIC;
        if (number != NO_ROLE)
            roles_search_add(roles, number);
    }
    for (size_t i = 0; i < PREDEFINED_COUNT; i++)
        if (roles->predefined[i] != 0 && (predefined_privileges(i, kind) >> privilege & 1))
            roles_search_add(roles, roles->predefined[i] - 1);
    return everybody;
}

/* Superusers come last: they are more than anybody needs. */
static uint32_t
role_for_privilege(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
                   int privilege, const uint8_t *users) {
    struct roles *roles = &gather->roles;
    if (!roles_search(roles))
        return NO_NAME;
    uint32_t number = NO_ROLE;
    if (!acl->for_superusers) {
        bool everybody = search_holders(gather, acl, kind, privilege);
        number = roles_search_nearest(roles, users);
        if (number == NO_ROLE && everybody)
            number = roles_first_to_set(roles, users);
    }
    if (number == NO_ROLE && roles->set_super != 0)
        number = roles->set_super - 1;
    return number == NO_ROLE ? NO_NAME : roles_at(roles, number)->name;
}

static uint32_t
role_for_ownership(struct gather *gather, const struct acl *acl, const uint8_t *users) {
    struct roles *roles = &gather->roles;
    char bytes[4];
    write_uint32(acl->owner, bytes);
    uint32_t owner = roles_find(roles, (struct slice){bytes, 4});
    if (!roles_search(roles))
        return NO_NAME;
    if (owner != NO_ROLE)
        roles_search_add(roles, owner);
    uint32_t number = roles_search_nearest(roles, users);
    if (number == NO_ROLE && roles->set_super != 0)
        number = roles->set_super - 1;
    return number == NO_ROLE ? NO_NAME : roles_at(roles, number)->name;
}

void
acl_add_set_roles(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
                  bool usable, const uint8_t *users, struct object_set *set) {
    struct set_roles found = {.owner = NO_NAME};
    uint64_t there_are = sql_privileges(kind, gather->server_version);
    if (!gather->roles.more_to_set || !gather->can_connect)
        return;
    for (int i = 0; i < PRIVILEGE_COUNT; i++) {
        uint64_t bit = UINT64_C(1) << i;
        found.roles[i] = NO_NAME;
        if ((there_are & bit) && !(usable && (set->held & bit)))
            found.roles[i] = role_for_privilege(gather, acl, kind, i, users);
        if (found.roles[i] != NO_NAME)
            found.privileges |= bit;
    }
    if (!set->owned || !usable)
        found.owner = role_for_ownership(gather, acl, users);
    if (found.privileges != 0 || found.owner != NO_NAME)
        set->set_roles = report_add_set_roles(gather->builder, &found);
}

bool
acl_find_users(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
               uint64_t privilege, uint8_t *users) {
    struct roles *roles = &gather->roles;
    if (!roles_search(roles))
        return true;
    bool everybody = search_holders(gather, acl, kind, privilege_index(privilege));
    roles_search_all(roles, users);
    if (roles->set_super != 0)
        users[(roles->set_super - 1) / 8] |= (uint8_t)(1u << (roles->set_super - 1) % 8);
    return !everybody;
}
