/*
 * Filling a report from the rows of the parts: facts, roles, schemas, last values, rows of
 * information_schema. What each column means stands in the SQL.
 */
#include "probe/gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "probe/sql.h"

/* Keys of the lookup. */
enum {
    TAG_NAME = 'n',   /* a text: its number in the report */
    TAG_SET = 'p',    /* a struct object_set: its number */
    TAG_SCHEMA = 's', /* an oid: number of its name, shifted, and whether it may be used */
    TAG_FOUND = 'f',  /* a schema's name, or with a table's behind it: it has come */
    TAG_USERS = 'u',  /* a schema's oid: who may use it after SET ROLE: number of a list */
};

bool
gather_begin(struct gather *gather, int server_version) {
    *gather = (struct gather){.server_version = server_version, .can_connect = true};
    gather->builder = report_builder_new();
    return gather->builder != NULL;
}

void
gather_free(struct gather *gather) {
    report_builder_free(gather->builder);
    lookup_free(&gather->lookup);
    roles_free(&gather->roles);
    free(gather->users);
    buf_free(&gather->kept);
    *gather = (struct gather){0};
}

uint32_t
gather_name(struct gather *gather, struct slice name) {
    uint32_t number = lookup_find(&gather->lookup, TAG_NAME, name);
    if (number == LOOKUP_NONE) {
        number = report_add_name(gather->builder, name.data, name.size);
        lookup_put(&gather->lookup, TAG_NAME, name, number);
    }
    return number;
}

pgcs_object_kind
kind_of_letter(char letter) {
    static const struct {
        char letter;
        uint8_t kind;
    } letters[] = {
        {'d', PGCS_OBJECT_DATABASE},
        {'n', PGCS_OBJECT_SCHEMA},
        {'r', PGCS_OBJECT_TABLE},
        {'R', PGCS_OBJECT_TABLE},
        {'p', PGCS_OBJECT_PARTITIONED_TABLE},
        {'P', PGCS_OBJECT_PARTITIONED_TABLE},
        {'v', PGCS_OBJECT_VIEW},
        {'m', PGCS_OBJECT_MATERIALIZED_VIEW},
        {'f', PGCS_OBJECT_FOREIGN_TABLE},
        {'S', PGCS_OBJECT_SEQUENCE},
        {'X', PGCS_OBJECT_FUNCTION},
        {'a', PGCS_OBJECT_COLUMN},
        {'T', PGCS_OBJECT_TYPE},
        {'L', PGCS_OBJECT_LANGUAGE},
        {'l', PGCS_OBJECT_LANGUAGE},
        {'V', PGCS_OBJECT_SERVER},
        {'D', PGCS_OBJECT_FOREIGN_DATA_WRAPPER},
    };
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == letter)
            return letters[i].kind;
    return 0;
}

/* --- session and roles ----------------------------------------------------------------------
 */

struct fact_field {
    int field;
    pgcs_fact fact;
};

static bool
set_texts(struct gather *gather, const struct copy_row *row, const struct fact_field *fields,
          size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct slice text;
        if (fields[i].field >= row->count)
            return false;
        if (copy_text(row, fields[i].field, &text)) /* null is not known */
            report_set_text(gather->builder, fields[i].fact, text.data, text.size);
    }
    return true;
}

bool
decode_facts(struct gather *gather, const struct copy_row *row) {
    static const struct fact_field texts[] = {
        {0, PGCS_FACT_SESSION_USER},
        {1, PGCS_FACT_USER},
        {6, PGCS_FACT_ENCODING},
        {7, PGCS_FACT_DATABASE},
        {8, PGCS_FACT_COLLATION},
        {9, PGCS_FACT_DATABASE_ID},
        {11, PGCS_FACT_SERVER_VERSION_TEXT},
        {13, PGCS_FACT_ROLE_ATTRIBUTES},
    };
    bool standby = false, read_only = false, refuses = false;
    struct slice user;
    if (!copy_uint32(row, 2, &gather->me) || !copy_bool(row, 3, &gather->superuser) ||
        !copy_bool(row, 4, &standby) || !copy_bool(row, 5, &read_only) ||
        !copy_bool(row, 10, &gather->can_connect) || !copy_bool(row, 14, &refuses) ||
        !copy_uint32(row, 12, &gather->flavor.session_process) || !copy_text(row, 1, &user) ||
        !set_texts(gather, row, texts, sizeof texts / sizeof texts[0]))
        return false;
    snprintf(gather->user, sizeof gather->user, "%.*s", (int)user.size, user.data);
    flavor_note_version(&gather->flavor, row->fields[11]);
    report_set_int(gather->builder, PGCS_FACT_IS_SUPERUSER, gather->superuser);
    report_set_int(gather->builder, PGCS_FACT_IS_STANDBY, standby);
    report_set_int(gather->builder, PGCS_FACT_IS_READ_ONLY, standby || read_only);
    report_set_int(gather->builder, PGCS_FACT_ROW_SECURITY_OFF, refuses);
    return true;
}

bool
decode_plain(struct gather *gather, const struct copy_row *row) {
    static const struct fact_field texts[] = {
        {0, PGCS_FACT_SERVER_VERSION_TEXT},
        {1, PGCS_FACT_SESSION_USER},
        {2, PGCS_FACT_USER},
        {3, PGCS_FACT_DATABASE},
    };
    if (!set_texts(gather, row, texts, sizeof texts / sizeof texts[0]))
        return false;
    flavor_note_version(&gather->flavor, row->fields[0]);
    return true;
}

bool
decode_hint(struct gather *gather, const struct copy_row *row) {
    char kind = 0;
    struct slice name;
    return copy_char(row, 0, &kind) && copy_text(row, 1, &name) &&
           flavor_note_hint(&gather->flavor, kind, name);
}

bool
decode_membership(struct gather *gather, const struct copy_row *row) {
    static const uint32_t flags[] = {MEMBERSHIP_DIRECT, MEMBERSHIP_INHERITED,
                                     MEMBERSHIP_SETTABLE, MEMBERSHIP_ADMIN};
    struct slice role;
    uint32_t held = 0;
    if (!copy_text(row, 0, &role))
        return false;
    for (int i = 0; i < 4; i++) {
        bool yes = false;
        if (!copy_bool(row, i + 1, &yes))
            return false;
        held |= yes ? flags[i] : 0;
    }
    report_add_membership(gather->builder, role, held);
    return true;
}

bool
decode_role(struct gather *gather, const struct copy_row *row) {
    struct slice oid, name, heirs = {NULL, 0};
    uint32_t flags = 0;
    if (!copy_text(row, 0, &oid) || oid.size != 4 || !copy_text(row, 1, &name) ||
        !copy_uint32(row, 2, &flags))
        return false;
    if (copy_text(row, 3, &heirs) && heirs.size % 4 != 0)
        return false;
    roles_add(&gather->roles, oid, name, gather_name(gather, name), flags, heirs);
    return true;
}

uint32_t
gather_set(struct gather *gather, const struct object_set *set) {
    struct slice key = {(const char *)set, sizeof *set};
    uint32_t number = lookup_find(&gather->lookup, TAG_SET, key);
    if (number == LOOKUP_NONE) {
        number = report_add_set(gather->builder, set);
        lookup_put(&gather->lookup, TAG_SET, key, number);
    }
    return number;
}

/* --- scope ----------------------------------------------------------------------------------
 */

/* Two names with a zero byte between them; longer ones than there are anywhere are cut. */
struct pair {
    char bytes[512];
    struct slice key;
};

static void
make_pair(const char *schema, struct slice name, struct pair *pair) {
    size_t first = strnlen(schema, 255), second = name.size < 256 ? name.size : 256;
    memcpy(pair->bytes, schema, first);
    pair->bytes[first] = '\0';
    memcpy(pair->bytes + first + 1, name.data, second);
    pair->key = (struct slice){pair->bytes, first + 1 + second};
}

static void
note_table(struct gather *gather, const struct object *object) {
    struct pair pair;
    if (gather->scope == NULL || gather->scope->table_count == 0 || object->column.size > 0)
        return;
    make_pair(report_added_name(gather->builder, object->schema), object->name, &pair);
    lookup_put(&gather->lookup, TAG_FOUND, pair.key, 1);
}

void
gather_found(struct gather *gather, const struct object *object) {
    if (object->kind == PGCS_OBJECT_SCHEMA)
        lookup_put(&gather->lookup, TAG_FOUND, object->name, 1);
    else if (object->schema != NO_NAME)
        note_table(gather, object);
}

bool
gather_has_schema(const struct gather *gather, const char *schema) {
    struct slice key = {schema, strlen(schema)};
    return lookup_find(&gather->lookup, TAG_FOUND, key) != LOOKUP_NONE;
}

bool
gather_has_table(const struct gather *gather, const struct scope_table *table) {
    struct pair pair;
    make_pair(table->schema, (struct slice){table->name, strlen(table->name)}, &pair);
    return lookup_find(&gather->lookup, TAG_FOUND, pair.key) != LOOKUP_NONE;
}

/* --- database and schemas -------------------------------------------------------------------
 */

uint32_t
gather_schema(const struct gather *gather, struct slice oid) {
    return lookup_find(&gather->lookup, TAG_SCHEMA, oid);
}

const uint8_t *
gather_users_of(const struct gather *gather, struct slice schema) {
    uint32_t number = lookup_find(&gather->lookup, TAG_USERS, schema);
    size_t size = gather->roles.count / 8 + 1;
    return number == LOOKUP_NONE ? NULL : gather->users + number * size;
}

/* Only asked for where SET ROLE would add something. */
static void
find_users(struct gather *gather, const struct acl *acl, struct slice schema) {
    size_t size = gather->roles.count / 8 + 1;
    uint8_t *users = realloc(gather->users, (gather->user_lists + 1) * size);
    if (users == NULL) {
        gather->roles.failed = true;
        return;
    }
    gather->users = users;
    users += gather->user_lists * size;
    memset(users, 0, size);
    if (acl_find_users(gather, acl, PGCS_OBJECT_SCHEMA, PGCS_PRIV_USAGE, users))
        lookup_put(&gather->lookup, TAG_USERS, schema, gather->user_lists++);
}

/* An object that comes in a row of its own. */
static void
add_alone(struct gather *gather, const struct acl *acl, struct object *object, bool usable) {
    struct object_set set;
    acl_evaluate(gather, acl, object->kind, &set);
    acl_add_set_roles(gather, acl, object->kind, usable, NULL, &set);
    object->set = gather_set(gather, &set);
    report_add_object(gather->builder, object);
}

bool
decode_schema(struct gather *gather, const struct copy_row *row) {
    char letter = 0;
    struct slice name, oid;
    struct acl acl;
    if (!copy_char(row, 0, &letter) || !copy_text(row, 1, &oid) || oid.size != 4 ||
        !copy_text(row, 2, &name) || !acl_read(gather, row, 3, &acl))
        return false;
    pgcs_object_kind kind = kind_of_letter(letter);
    struct object object = {.kind = kind, .schema = NO_NAME, .name = name};
    if (kind == PGCS_OBJECT_SCHEMA) {
        lookup_put(&gather->lookup, TAG_FOUND, name, 1);
        bool usable = gather->can_connect && (acl.held & PGCS_PRIV_USAGE);
        lookup_put(&gather->lookup, TAG_SCHEMA, oid,
                   gather_name(gather, name) << 1 | (uint32_t)usable);
        if (gather->roles.more_to_set)
            find_users(gather, &acl, oid);
    } else if (kind != PGCS_OBJECT_DATABASE && kind < PGCS_OBJECT_LANGUAGE) {
        return false;
    }
    acl.for_superusers = letter == 'l';
    object.usable = gather->can_connect && (!acl.for_superusers || gather->superuser);
    add_alone(gather, &acl, &object, object.usable);
    return true;
}

bool
decode_system_type(struct gather *gather, const struct copy_row *row) {
    struct slice schema;
    struct acl acl;
    bool usable = false;
    struct object object = {.kind = PGCS_OBJECT_TYPE};
    if (!copy_text(row, 1, &object.name) || !acl_read(gather, row, 2, &acl) ||
        !copy_text(row, 7, &schema) || !copy_bool(row, 8, &usable))
        return false;
    object.schema = gather_name(gather, schema);
    object.usable = usable && gather->can_connect;
    add_alone(gather, &acl, &object, object.usable);
    return true;
}

/* --- last values ---------------------------------------------------------------------------
 */

bool
decode_last_value(struct gather *gather, const struct copy_row *row) {
    struct slice schema, name, value, total;
    if (!copy_text(row, 0, &schema) || !copy_text(row, 1, &name) ||
        !copy_text(row, 3, &total) || total.size != 8)
        return false;
    gather->too_many_sequences |=
        read_uint32(total.data) != 0 || read_uint32(total.data + 4) > LIMIT_LAST_VALUES;
    if (!copy_text(row, 2, &value))
        return true;
    if (value.size != 8)
        return false;
    uint64_t bits = (uint64_t)read_uint32(value.data) << 32 | read_uint32(value.data + 4);
    report_add_last_value(gather->builder, gather_name(gather, schema), name, (int64_t)bits);
    return true;
}

/* --- rows of information_schema -------------------------------------------------------------
 */

bool
decode_grant(struct gather *gather, const struct copy_row *row) {
    char letter = 0;
    struct slice grantor, grantee, schema, object;
    uint32_t privileges = 0, grantable = 0;
    struct grant grant = {.column = {NULL, 0}};
    if (!copy_char(row, 0, &letter) || !copy_text(row, 1, &grantor) ||
        !copy_text(row, 2, &grantee) || !copy_text(row, 4, &object) ||
        !copy_uint32(row, 6, &privileges) || !copy_uint32(row, 7, &grantable))
        return false;
    copy_text(row, 5, &grant.column);
    grant.kind = kind_of_letter(letter);
    grant.grantor = gather_name(gather, grantor);
    grant.grantee = gather_name(gather, grantee);
    bool in_schema = copy_text(row, 3, &schema);
    grant.schema = in_schema ? gather_name(gather, schema) : NO_NAME;
    grant.object = gather_name(gather, object);
    grant.privileges = privileges;
    grant.grantable = grantable;
    if (grant.kind == 0 || in_schema != (grant.kind < PGCS_OBJECT_LANGUAGE))
        return false;
    report_add_grant(gather->builder, &grant);
    return true;
}
