/*
 * The SQL of a check. Its queries stand under sql/, with placeholders that are filled in here:
 *
 *   {owner OID}                 three columns: its name, its oid, whether we may act as it
 *   {held KIND ARGUMENTS}       int4: the PGCS_PRIV_* that has_KIND_privilege() grants us
 *   {items ACL CODE OWNER}      bytea: the items of an ACL that concern us, each 8 bytes:
 *                               grantee, three letters of the privilege, grantable
 *   {pack CALL} {names CALL}    bytea: what the function sends for each row, for names with a
 *                               zero byte between each two; CALL may go on behind the call
 *   {bits G} {grantable_bits G} int4: privileges in rows of information_schema as PGCS_PRIV_*
 *   {standard G}                bytea: rows of information_schema, as standard.c reads them
 *   {schemas}                   condition: schema n is in scope, or a table in it is
 *   {scope NAME}                condition: schema n is in scope, or table NAME of it is; for
 *                               c.relname, c may be found by its oid
 *   {found OID}                 condition: relation OID of schema n is in scope, found by its
 *                               oid where not all are, however many they may be
 *   {users_schema}              condition: schema n is a user's
 *   {is_scoped}                 true or false: something is out of scope
 *   {reached OID}               condition: it is a table that a job may reach from those in
 *                               scope: by inheritance, or as TRUNCATE does by foreign keys;
 *                               false where nothing is out of scope, or tables are chosen by
 *                               their oids. A query with it begins with {if_few WITH {reach}}
 *   {written OID}               the same for what views in scope may write to
 *   {behind}                    rows: the oids of that
 *   {reaches}                   false in the same places
 *   {sealed OID}                condition: it may be a table of a user that is in scope
 *   {pair_key} {pair_class} {pair_object}
 *                               the key of a pair's lock, and its halves in pg_locks
 *   {relation_kind}             "char": what relation c is, and whether row security holds
 *   {cut}                       q.cut: a row for each cut of g.members
 *   {cuts}                      three columns: number of the cut, of the last one, bytes
 *   {if_scoped TEXT}            the text, where something is out of scope
 *   {if_everything TEXT}        the text, where nothing is
 *   {if_few TEXT}               the text, where only a few tables are, found through indexes
 *   {if_many TEXT}              the text, where not
 *   {named}                     rows: schema n and name r of each table that is in scope by its
 *                               name, whether there is one or not
 *   {of_names NAME}             for those few, "AND" a condition: it is a name of one of them;
 *                               views of information_schema can be told by names only
 *   {of_tables OID}             the same: it is one of them
 *   {of_reach OID}              the same: it is in reach, the query of WITH that {reach} is
 *   {reach}                     those few, and all that TRUNCATE may empty with them
 *   {of_types OID}              "AND" a condition where something is out of scope: it is a type
 *                               of the schemas in scope, but none of a table's
 *   {dependents CATALOG}        rows: what of it depends on a schema in scope, or on that of a
 *                               table in scope
 *   {since VERSION TEXT}        the text, on servers of that version or later
 *   {before VERSION TEXT}       the text, on servers older than that
 *   {policy_of ROLE}            condition: policy p is for that role
 *   {names_it TREE}             condition: the tree has in it what d says that p depends on
 *   {class CATALOG}             the oid of a catalog, as pg_depend has it
 *   {hidden_from ROLE}          condition: row level security of relation c holds for that role
 *   {depends} {refers} {follows} {leads} {inherited} {opened} {bare}
 *                               queries of WITH, and what they are made of, as these files say
 *   {led OID CATALOG}           in {leads} "AND" a condition: it is the object of row r
 *   {policies_read ROLE}        rows: class, object and col that policies on table c look into
 *                               and call where that role reads it
 *   {most_values}               how many last values are read
 *   {sequence_scope}            condition: sequence s and c is in scope, or its table is
 *   {set_role}                  what pg_has_role() calls the right to SET ROLE
 *   {hints KIND}                literals: what flavors.def has of that kind of evidence
 *
 * A text may hold placeholders.
 *
 * Privileges are computed once for each distinct (owner, ACL): within such a group
 * has_*_privilege() gives one answer by construction, so that one representative is asked, and
 * what tells the members apart comes packed. GROUP BY compares ACLs with their real equality; a
 * hash of an ACL is no key, and a join on it is quadratic.
 */
#include "probe/sql.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "probe/flavor.h"
#include "probe/sql/text.h"
#include "probe/sql_acl.h"
#include "probe/sql_put.h"
#include "probe/sql_scope.h"
#include "report/names.h"

/* Text with placeholders. */
static void
write_text(const struct sql *sql, struct slice text);

/* --- members of a group ---------------------------------------------------------------------
 */

static void
put_pack(const struct sql *sql, struct scanner *rest) {
    put(sql, "pg_catalog.string_agg(pg_catalog.");
    put_slice(sql, all_the_rest(rest));
    put(sql, ", ''::pg_catalog.bytea)");
}

static void
put_names(const struct sql *sql, struct scanner *rest) {
    put(sql, "pg_catalog.string_agg(pg_catalog.");
    put_slice(sql, all_the_rest(rest));
    put(sql, ", pg_catalog.decode('00', 'hex'))");
}

/* R and P are tables with row security that holds for us. */
#define RELATION_KIND                                                                          \
    "CASE WHEN c.relrowsecurity AND pg_catalog.row_security_active(c.oid)"                     \
    " THEN CASE c.relkind WHEN 'r' THEN 'R'::pg_catalog.\"char\" ELSE 'P' END"                 \
    " ELSE c.relkind END"

/* A row is a message, which libpq keeps until all of it is there, and hands out as a copy. */
#define CUT 32768

#define LAST_CUT(row) "(pg_catalog.octet_length(" row ".members) - 1) / %d"

static void
put_cuts(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    buf_printf(sql->out,
               "q.cut, " LAST_CUT("q") ", pg_catalog.substring(q.members, q.cut * %d + 1, %d)",
               CUT, CUT, CUT);
}

static void
put_cut(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    buf_printf(sql->out, "pg_catalog.generate_series(0, " LAST_CUT("g") ") AS cut", CUT);
}

/* --- versions ----------------------------------------------------------------------------
 */

static int
next_version(struct scanner *rest) {
    struct slice version = next_word(rest);
    int number = 0;
    for (size_t i = 0; i < version.size; i++)
        number = number * 10 + (version.data[i] - '0');
    return number;
}

static void
put_since(const struct sql *sql, struct scanner *rest) {
    if (sql->server_version >= next_version(rest))
        write_text(sql, all_the_rest(rest));
}

static void
put_before(const struct sql *sql, struct scanner *rest) {
    if (sql->server_version < next_version(rest))
        write_text(sql, all_the_rest(rest));
}

/* --- scopes ---------------------------------------------------------------------------------
 */

static void
put_if_everything(const struct sql *sql, struct scanner *rest) {
    if (scope_is_everything(sql->scope))
        write_text(sql, all_the_rest(rest));
}

static void
put_if_few(const struct sql *sql, struct scanner *rest) {
    if (scope_is_by_index(sql->scope))
        write_text(sql, all_the_rest(rest));
}

static void
put_if_many(const struct sql *sql, struct scanner *rest) {
    if (!scope_is_by_index(sql->scope))
        write_text(sql, all_the_rest(rest));
}

static void
put_if_scoped(const struct sql *sql, struct scanner *rest) {
    if (!scope_is_everything(sql->scope))
        write_text(sql, all_the_rest(rest));
}

/* --- pairs ----------------------------------------------------------------------------------
 */

static void
put_pair_key(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    buf_printf(sql->out, "'%lld'::pg_catalog.int8", (long long)sql->pair_key);
}

static void
put_pair_class(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    buf_printf(sql->out, "'%u'::pg_catalog.oid", (unsigned)(sql->pair_key >> 32));
}

static void
put_pair_object(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    buf_printf(sql->out, "'%u'::pg_catalog.oid", (unsigned)(sql->pair_key & UINT32_MAX));
}

/* --- roles and flavors ------------------------------------------------------------------
 */

/* What pg_has_role() calls the right to SET ROLE. */
static void
put_set_role(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, sql->server_version >= 160000 ? "SET" : "MEMBER");
}

static void
put_policy_of(const struct sql *sql, struct scanner *rest) {
    put(sql, "EXISTS (SELECT FROM pg_catalog.unnest(p.polroles) x(role)"
             " WHERE CASE WHEN x.role = 0 THEN true ELSE pg_catalog.pg_has_role(");
    put_slice(sql, all_the_rest(rest));
    put(sql, ", x.role, 'USAGE') END)");
}

static void
put_names_it(const struct sql *sql, struct scanner *rest) {
    put_slice(sql, all_the_rest(rest));
    put(sql, "::pg_catalog.text ~ (':(funcid|opno|relid|aggfnoid|winfnoid|resulttype) ' || "
             "d.refobjid"
             " || '[^0-9]')");
}

static void
put_class(const struct sql *sql, struct scanner *rest) {
    put(sql, "'pg_catalog.");
    put_slice(sql, all_the_rest(rest));
    put(sql, "'::pg_catalog.regclass");
}

static void
put_hidden_from(const struct sql *sql, struct scanner *rest) {
    struct slice role = all_the_rest(rest);
    put(sql, "c.relrowsecurity AND EXISTS (SELECT FROM pg_catalog.pg_roles a WHERE a.oid = ");
    put_slice(sql, role);
    put(sql, " AND NOT a.rolsuper AND NOT a.rolbypassrls)"
             " AND (c.relforcerowsecurity OR NOT pg_catalog.pg_has_role(");
    put_slice(sql, role);
    put(sql, ", c.relowner, 'USAGE'))");
}

static void
put_policies_read(const struct sql *sql, struct scanner *rest) {
    sql_write(sql, "SELECT d.refclassid AS class, d.refobjid AS object, d.refobjsubid AS col"
                   " FROM (SELECT q.* FROM pg_catalog.pg_policy q WHERE q.polrelid = c.oid"
                   " OFFSET 0) p CROSS JOIN LATERAL (SELECT e.* FROM pg_catalog.pg_depend e"
                   " WHERE e.classid = {class pg_policy} AND e.objid = p.oid OFFSET 0) d"
                   " WHERE p.polcmd IN ('r', '*') AND d.refobjid <> p.polrelid"
                   " AND {names_it p.polqual} AND ");
    put_policy_of(sql, rest);
}

static void
put_hints(const struct sql *sql, struct scanner *rest) {
    flavor_put_hints(sql->out, all_the_rest(rest).data[0]);
}

static void
put_most_values(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    buf_printf(sql->out, "%d", LIMIT_LAST_VALUES);
}

/* --- templates ------------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    void (*put)(const struct sql *sql, struct scanner *rest);
    const char *text; /* where it stands for a text alone */
} placeholders[] = {
    {"owner", acl_put_owner, NULL},
    {"held", acl_put_held, NULL},
    {"items", acl_put_items, NULL},
    {"bits", acl_put_bits, NULL},
    {"grantable_bits", acl_put_grantable_bits, NULL},
    {"standard", acl_put_standard, NULL},
    {"pack", put_pack, NULL},
    {"names", put_names, NULL},
    {"schemas", scope_put_schemas, NULL},
    {"scope", scope_put_tables, NULL},
    {"named", scope_put_named, NULL},
    {"of_names", scope_put_of_names, NULL},
    {"of_tables", scope_put_of_tables, NULL},
    {"of_reach", scope_put_of_reach, NULL},
    {"reach", scope_put_reach, NULL},
    {"of_types", scope_put_of_types, NULL},
    {"found", scope_put_found, NULL},
    {"dependents", scope_put_dependents, NULL},
    {"if_few", put_if_few, NULL},
    {"if_many", put_if_many, NULL},
    {"if_scoped", put_if_scoped, NULL},
    {"if_everything", put_if_everything, NULL},
    {"sequence_scope", scope_put_sequences, NULL},
    {"relation_kind", NULL, RELATION_KIND},
    {"cuts", put_cuts, NULL},
    {"cut", put_cut, NULL},
    {"users_schema", scope_put_users, NULL},
    {"is_scoped", scope_put_is_scoped, NULL},
    {"reaches", scope_put_reaches, NULL},
    {"reached", scope_put_reached, NULL},
    {"written", scope_put_written, NULL},
    {"behind", NULL, SQL_BEHIND},
    {"sealed", scope_put_sealed, NULL},
    {"pair_key", put_pair_key, NULL},
    {"pair_class", put_pair_class, NULL},
    {"pair_object", put_pair_object, NULL},
    {"since", put_since, NULL},
    {"set_role", put_set_role, NULL},
    {"policy_of", put_policy_of, NULL},
    {"names_it", put_names_it, NULL},
    {"class", put_class, NULL},
    {"depends", NULL, SQL_DEPENDS},
    {"inherited", NULL, SQL_INHERITED},
    {"refers", NULL, SQL_REFERS},
    {"follows", NULL, SQL_FOLLOWS},
    {"leads", scope_put_leads, NULL},
    {"opened", NULL, SQL_OPENED},
    {"bare", NULL, SQL_BARE},
    {"led", scope_put_led, NULL},
    {"hidden_from", put_hidden_from, NULL},
    {"policies_read", put_policies_read, NULL},
    {"hints", put_hints, NULL},
    {"most_values", put_most_values, NULL},
    {"before", put_before, NULL},
};

static void
put_placeholder(const struct sql *sql, struct slice text) {
    struct scanner rest = scanner_over(text.data, text.size);
    struct slice name = next_word(&rest);
    size_t i = 0;
    while (!slice_is(name, placeholders[i].name)) {
        i++;
        assert(i < sizeof placeholders / sizeof placeholders[0]);
    }
    if (placeholders[i].text != NULL)
        sql_write(sql, placeholders[i].text);
    else
        placeholders[i].put(sql, &rest);
}

/* Up to the brace that closes the one before @scanner. */
static struct slice
next_placeholder(struct scanner *scanner) {
    const char *start = scanner->data + scanner->at;
    int open = 1;
    while (open > 0) {
        scanner_until(scanner, "{}");
        assert(!scanner_at_end(scanner));
        open += scanner_peek(scanner) == '{' ? 1 : -1;
        scanner->at++;
    }
    return slice_between(start, scanner->data + scanner->at - 1);
}

static void
write_text(const struct sql *sql, struct slice text) {
    struct scanner scanner = scanner_over(text.data, text.size);
    while (!scanner_at_end(&scanner)) {
        put_slice(sql, scanner_until(&scanner, "{"));
        if (scanner_accept(&scanner, '{'))
            put_placeholder(sql, next_placeholder(&scanner));
    }
}

void
sql_write(const struct sql *sql, const char *template) {
    write_text(sql, (struct slice){template, strlen(template)});
}
