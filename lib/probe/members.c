/*
 * Members of groups: objects that have owner, ACL and kind in common. What tells them apart
 * comes packed, and cut into rows of bounded size wherever that may be:
 *
 *   packed = member *(NUL member)
 *   member = schema:4*OCTET name [NUL second]
 *
 * The second name is a column, or what a sequence belongs to; both have one, if an empty one.
 */
#include "probe/gather.h"

/* Key of the lookup: a group and a schema have the number of a set, with what SET ROLE adds. */
#define TAG_GROUP 'g'

/* Owner, ACL and what they mean, which is the same for all members but for SET ROLE. */
struct group {
    struct acl acl;
    char letter;
    pgcs_object_kind kind;
    bool has_seconds;
    struct object_set set;
    uint32_t set_number;
};

struct member {
    struct slice schema;
    struct slice name;
    struct slice second;
};

#define OID_SIZE 4

/* The group's set in a schema: what SET ROLE gives also takes the schema's USAGE. */
static uint32_t
set_in_schema(struct gather *gather, struct group *group, struct slice schema, bool usable) {
    if (!gather->roles.more_to_set)
        return group->set_number;
    char key[2 * OID_SIZE];
    write_uint32(gather->groups, key);
    memcpy(key + OID_SIZE, schema.data, OID_SIZE);
    uint32_t number = lookup_find(&gather->lookup, TAG_GROUP, (struct slice){key, sizeof key});
    if (number != LOOKUP_NONE)
        return number;
    struct object_set set = group->set;
    acl_add_set_roles(gather, &group->acl, group->kind, usable, gather_users_of(gather, schema),
                      &set);
    number = group->set_number;
    if (set.set_roles != 0)
        number = report_add_set(gather->builder, &set);
    lookup_put(&gather->lookup, TAG_GROUP, (struct slice){key, sizeof key}, number);
    return number;
}

/* --- members --------------------------------------------------------------------------------
 */

/* Up to a zero byte; up to the end, when that @is_last. False when there is neither. */
static bool
take_name(struct scanner *bytes, bool is_last, struct slice *out) {
    const char *start = bytes->data + bytes->at;
    size_t left = bytes->size - bytes->at;
    const char *end = left > 0 ? memchr(start, '\0', left) : NULL;
    if (end == NULL && !is_last)
        return false;
    *out = (struct slice){start, end ? (size_t)(end - start) : left};
    bytes->at += end ? out->size + 1 : left;
    return true;
}

/* False, without having moved, when not all of it is there. */
static bool
take_member(const struct group *group, struct scanner *bytes, bool is_last,
            struct member *out) {
    struct scanner rest = *bytes;
    if (rest.size - rest.at < OID_SIZE)
        return false;
    out->schema = (struct slice){rest.data + rest.at, OID_SIZE};
    out->second = (struct slice){NULL, 0};
    rest.at += OID_SIZE;
    if (!take_name(&rest, is_last && !group->has_seconds, &out->name) ||
        (group->has_seconds && !take_name(&rest, is_last, &out->second)))
        return false;
    *bytes = rest;
    return true;
}

/* A schema that did not come is none of a user's, unless it came since. */
static bool
add_member(struct gather *gather, struct group *group, const struct member *member) {
    uint32_t schema = gather_schema(gather, member->schema);
    struct object object = {
        .kind = group->kind,
        .schema = schema >> 1,
        .name = member->name,
        .usable = schema & 1,
        .row_security = group->letter == 'R' || group->letter == 'P',
    };
    if (member->name.size == 0)
        return false;
    if (schema == LOOKUP_NONE) {
        gather->missing = true;
        return true;
    }
    if (group->kind == PGCS_OBJECT_COLUMN)
        object.column = member->second;
    else
        object.belongs_to = member->second;
    object.set = set_in_schema(gather, group, member->schema, object.usable);
    report_add_object(gather->builder, &object);
    gather_found(gather, &object);
    return true;
}

/* --- cuts -----------------------------------------------------------------------------------
 */

/* Remember what is left of a row, which may stand in what was remembered before. */
static void
keep_rest(struct buf *kept, const struct scanner *bytes) {
    size_t left = bytes->size - bytes->at;
    if (bytes->data != kept->data) {
        buf_put(kept, bytes->data + bytes->at, left);
        return;
    }
    memmove(kept->data, kept->data + bytes->at, left);
    kept->size = left;
}

static bool
read_cut(struct gather *gather, struct group *group, struct slice row, bool is_last) {
    struct buf *kept = &gather->kept;
    if (kept->size > 0) {
        buf_put(kept, row.data, row.size);
        row = (struct slice){kept->data, kept->size};
    }
    struct scanner bytes = scanner_over(row.data, row.size);
    struct member member;
    while (take_member(group, &bytes, is_last, &member))
        if (!add_member(gather, group, &member))
            return false;
    keep_rest(kept, &bytes);
    return !is_last || kept->size == 0;
}

bool
decode_members(struct gather *gather, const struct copy_row *row) {
    struct group group;
    struct slice bytes;
    uint32_t cut = 0, last = 0;
    if (!acl_read(gather, row, 0, &group.acl) || !copy_char(row, 5, &group.letter) ||
        !copy_uint32(row, 6, &cut) || !copy_uint32(row, 7, &last) ||
        !copy_text(row, 8, &bytes) || bytes.size == 0)
        return false;
    if (cut == 0) {
        gather->groups++;
        gather->kept.size = 0;
    }
    if (cut > last || cut != (cut == 0 ? 0 : gather->cuts))
        return false;
    gather->cuts = cut + 1;
    group.kind = kind_of_letter(group.letter);
    if (group.kind == 0)
        return false;
    group.has_seconds = group.kind == PGCS_OBJECT_COLUMN || group.kind == PGCS_OBJECT_SEQUENCE;
    acl_evaluate(gather, &group.acl, group.kind, &group.set);
    group.set_number = gather_set(gather, &group.set);
    return read_cut(gather, &group, bytes, cut == last);
}
