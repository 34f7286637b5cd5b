/* What of the SQL is about privileges: who holds what, and the ACLs that say how. */
#include "probe/sql_acl.h"

#include <string.h>

#include "probe/sql_put.h"
#include "report/names.h"

void
acl_put_owner(const struct sql *sql, struct scanner *rest) {
    struct slice owner = all_the_rest(rest);
    put(sql, "pg_catalog.pg_get_userbyid(");
    put_slice(sql, owner);
    put(sql, ")::pg_catalog.text, ");
    put_slice(sql, owner);
    put(sql, ", pg_catalog.pg_has_role(");
    put_slice(sql, owner);
    put(sql, ", 'USAGE')");
}

uint64_t
sql_privileges(pgcs_object_kind kind, int server_version) {
    switch (kind) {
    case PGCS_OBJECT_DATABASE:
        return PGCS_PRIV_CREATE | PGCS_PRIV_CONNECT | PGCS_PRIV_TEMPORARY;
    case PGCS_OBJECT_SCHEMA:
        return PGCS_PRIV_USAGE | PGCS_PRIV_CREATE;
    case PGCS_OBJECT_SEQUENCE:
        return PGCS_PRIV_SELECT | PGCS_PRIV_UPDATE | PGCS_PRIV_USAGE;
    case PGCS_OBJECT_FUNCTION:
        return PGCS_PRIV_EXECUTE;
    case PGCS_OBJECT_TYPE:
    case PGCS_OBJECT_LANGUAGE:
    case PGCS_OBJECT_SERVER:
    case PGCS_OBJECT_FOREIGN_DATA_WRAPPER:
        return PGCS_PRIV_USAGE;
    case PGCS_OBJECT_COLUMN:
        return PGCS_PRIV_SELECT | PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_REFERENCES;
    default:
        return PGCS_PRIV_SELECT | PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_DELETE |
               PGCS_PRIV_TRUNCATE | PGCS_PRIV_REFERENCES | PGCS_PRIV_TRIGGER |
               (server_version >= 170000 ? PGCS_PRIV_MAINTAIN : 0);
    }
}

static pgcs_object_kind
kind_called(struct slice name) {
    pgcs_object_kind kind = PGCS_OBJECT_DATABASE;
    while (!slice_is(name, kind_name(kind)))
        kind++;
    return kind;
}

static void
put_has(const struct sql *sql, struct slice kind, struct slice arguments, uint64_t privileges) {
    put(sql, "CASE WHEN pg_catalog.has_");
    put_slice(sql, kind);
    put(sql, "_privilege(");
    put_slice(sql, arguments);
    put(sql, ", '");
    for (uint64_t bit = 1, left = privileges; left != 0; left &= ~bit, bit <<= 1)
        if (left & bit)
            buf_printf(sql->out, "%s%s", privilege_name(bit), left & ~bit ? "," : "");
    put(sql, "') THEN ");
}

/* Most roles may read at the most: whether there is more is asked at once, and only then which.
 */
void
acl_put_held(const struct sql *sql, struct scanner *rest) {
    struct slice kind = next_word(rest);
    struct slice arguments = all_the_rest(rest);
    uint64_t privileges = sql_privileges(kind_called(kind), sql->server_version);
    uint64_t others = privileges & ~(uint64_t)PGCS_PRIV_SELECT;
    bool at_once = others != privileges;
    put(sql, "(0");
    if (at_once) {
        put(sql, " + ");
        put_has(sql, kind, arguments, PGCS_PRIV_SELECT);
        buf_printf(sql->out, "%u ELSE 0 END + ", (unsigned)PGCS_PRIV_SELECT);
        put_has(sql, kind, arguments, others);
        put(sql, "0");
    }
    for (uint64_t bit = 1; bit <= privileges; bit <<= 1) {
        if (((at_once ? others : privileges) & bit) == 0)
            continue;
        put(sql, " + ");
        put_has(sql, kind, arguments, bit);
        buf_printf(sql->out, "%u ELSE 0 END", (unsigned)bit);
    }
    put(sql, at_once ? " ELSE 0 END)::pg_catalog.int4" : ")::pg_catalog.int4");
}

#define OUR_ROLES                                                                              \
    "(SELECT pg_catalog.unnest(pg_catalog.current_setting('pgconnspec.roles')"                 \
    "::pg_catalog.oid[]))"

static void
put_default(const struct sql *sql, struct slice code, struct slice owner) {
    put(sql, "pg_catalog.acldefault('");
    put_slice(sql, code);
    put(sql, "', ");
    put_slice(sql, owner);
    put(sql, ")");
}

/*
 * aclexplode() has a row for each privilege, and takes a while for each. What a stranger has as
 * the owner, most of what there is, is taken out before: the last item of a default, behind
 * that for PUBLIC where there is one. It unpacks its argument again for each row, too; what
 * array_remove() gives is not packed. An array that this leaves empty is none for aclexplode().
 */
void
acl_put_items(const struct sql *sql, struct scanner *rest) {
    struct slice acl = next_word(rest);
    struct slice code = next_word(rest);
    struct slice owner = next_word(rest);
    bool is_for_public = strchr("dflT", code.data[0]) != NULL;
    put(sql, "(SELECT pg_catalog.string_agg(pg_catalog.oidsend(e.grantee)"
             " || pg_catalog.textsend(pg_catalog.left(e.privilege_type, 3))"
             " || pg_catalog.boolsend(e.is_grantable), ''::pg_catalog.bytea)"
             " FROM pg_catalog.aclexplode(NULLIF(pg_catalog.array_remove(COALESCE(");
    put_slice(sql, acl);
    put(sql, ", ");
    put_default(sql, code, owner);
    put(sql, "), CASE WHEN ");
    put_slice(sql, owner);
    put(sql, " IN " OUR_ROLES " THEN NULL ELSE (");
    put_default(sql, code, owner);
    put(sql, is_for_public ? ")[2]" : ")[1]");
    put(sql, " END), '{}'::pg_catalog.aclitem[])) e"
             " WHERE e.grantee = 0 OR e.grantee IN " OUR_ROLES ")");
}

static void
put_bits_where(const struct sql *sql, struct slice rows, const char *condition) {
    put(sql, "pg_catalog.bit_or(CASE ");
    put_slice(sql, rows);
    put(sql, ".privilege_type::pg_catalog.text");
    for (int i = 0; i < PRIVILEGE_COUNT; i++)
        buf_printf(sql->out, " WHEN '%s' THEN %u", privilege_name(UINT64_C(1) << i), 1u << i);
    put(sql, " ELSE 0 END");
    if (condition != NULL) {
        put(sql, " * CASE WHEN ");
        put_slice(sql, rows);
        put(sql, condition);
        put(sql, " THEN 1 ELSE 0 END");
    }
    put(sql, ")");
}

void
acl_put_bits(const struct sql *sql, struct scanner *rest) {
    put_bits_where(sql, all_the_rest(rest), NULL);
}

/* What standard.c reads of rows of information_schema. */
void
acl_put_standard(const struct sql *sql, struct scanner *rest) {
    struct slice rows = all_the_rest(rest);
    put(sql, "pg_catalog.string_agg(pg_catalog.textsend(pg_catalog.left(");
    put_slice(sql, rows);
    put(sql, ".privilege_type::pg_catalog.text, 3)) || pg_catalog.boolsend(");
    put_slice(sql, rows);
    put(sql, ".is_grantable::pg_catalog.text = 'YES') || pg_catalog.textsend(");
    put_slice(sql, rows);
    put(sql, ".grantee::pg_catalog.text), pg_catalog.decode('00', 'hex'))");
}

void
acl_put_grantable_bits(const struct sql *sql, struct scanner *rest) {
    put_bits_where(sql, all_the_rest(rest), ".is_grantable::pg_catalog.text = 'YES'");
}
