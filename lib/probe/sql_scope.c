/*
 * What of the database a query is about: conditions on a schema n and a table, sequence or type
 * in it. The names are sent once, as settings of the transaction that hold arrays, so that tens
 * of thousands of them are read once, and found through indexes.
 */
#include "probe/sql_scope.h"

#include <assert.h>
#include <stdio.h>

#include "probe/sql/text.h"
#include "probe/sql_put.h"

/* Schemas of users: PostgreSQL keeps names that begin with pg_ for itself. */
#define USERS(n)                                                                               \
    n ".nspname NOT LIKE 'pg!_%' ESCAPE '!' AND " n ".nspname <> 'information_schema'"
#define USER_SCHEMA USERS("n")

static bool
is_whole_database(const struct scope *scope) {
    return scope->schema_count == 0 && scope->table_count == 0;
}

#define NAMES(setting) "pg_catalog.current_setting('pgconnspec." setting "')::pg_catalog.name[]"

#define SCHEMAS "SELECT pg_catalog.unnest(" NAMES("schemas") ")"
#define NAMED_SCHEMAS                                                                          \
    "n.nspname IN (" SCHEMAS " UNION ALL SELECT pg_catalog.unnest(" NAMES("table_schemas") ")" \
                                                                                           ")"
#define TABLES                                                                                 \
    "SELECT s.n, s.r FROM ROWS FROM (pg_catalog.unnest(" NAMES(                                \
        "table_schemas") "), "                                                                 \
                         "pg_catalog.unnest(" NAMES("tables") ")) s(n, r)"
#define RELATIONS                                                                              \
    "FROM (" TABLES ") s JOIN pg_catalog.pg_namespace sn ON sn.nspname = s.n "                 \
    "JOIN pg_catalog.pg_class x ON x.relnamespace = sn.oid AND x.relname = s.r"
#define CLASS      "'pg_catalog.pg_class'::pg_catalog.regclass"
#define CONSTRAINT "'pg_catalog.pg_constraint'::pg_catalog.regclass"
/* Neither relations nor types have an index by schema, but each depends on its own. */
#define DEPENDS_ON_SCHEMA(oid)                                                                 \
    "d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = " oid      \
    " AND d.classid::pg_catalog.int8 = "
#define RELATIONS_OF_SCHEMAS                                                                   \
    "FROM (" SCHEMAS ") s(n) JOIN pg_catalog.pg_namespace sn ON sn.nspname = s.n"              \
    " CROSS JOIN LATERAL (SELECT d.objid AS oid FROM pg_catalog.pg_depend d"                   \
    " WHERE " DEPENDS_ON_SCHEMA("sn.oid") CLASS "::pg_catalog.int8 OFFSET 0) x"
/* The planner takes an array that it doesn't know for ten rows, which it finds by index. */
#define ONE_OF_TABLES       " = ANY (ARRAY(SELECT x.oid " RELATIONS "))"
#define ONE_OF_USERS_TABLES " = ANY (ARRAY(SELECT x.oid " RELATIONS " WHERE " USERS("sn") "))"
/*
 * Tables, their partitions and children, whatever has foreign keys that lead there, and so on:
 * more than TRUNCATE ever empties; and what views are made of. A key that leads to a
 * partitioned table has a row for each partition. Each step is a subquery that the planner
 * can't turn into one join with all there is. Children are found by what depends on the parent:
 * where one has most of all children, the planner would read pg_inherits. The class of what
 * depends is cast, lest the planner, where it lacks statistics, takes the other index of
 * pg_depend for all there is of that class.
 */
#define DEPENDS_ON_M                                                                           \
    "d.refclassid = " CLASS " AND d.refobjid = m.oid AND d.classid::pg_catalog.int8 = "
#define ONE_OF_REACH " = ANY (ARRAY(SELECT r.oid FROM reach r))"
#define REACH                                                                                  \
    "WITH RECURSIVE m AS (SELECT x.oid " RELATIONS " UNION SELECT l.oid FROM m"                \
    " CROSS JOIN LATERAL (SELECT i.inhrelid AS oid FROM pg_catalog.pg_depend d"                \
    " JOIN pg_catalog.pg_inherits i ON i.inhrelid = d.objid"                                   \
    " WHERE " DEPENDS_ON_M CLASS "::pg_catalog.int8 AND i.inhparent = m.oid"                   \
    " UNION ALL SELECT k.conrelid FROM pg_catalog.pg_depend d"                                 \
    " JOIN pg_catalog.pg_constraint k ON k.oid = d.objid"                                      \
    " WHERE " DEPENDS_ON_M CONSTRAINT "::pg_catalog.int8 AND k.contype = 'f' AND k.confrelid " \
    "= m.oid UNION ALL SELECT e.refobjid FROM pg_catalog.pg_rewrite w"                         \
    " JOIN pg_catalog.pg_depend e ON e.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass" \
    " AND e.objid = w.oid AND e.refclassid = " CLASS                                           \
    " WHERE w.ev_class = m.oid AND w.ev_type = '1' OFFSET 0) l) SELECT m.oid FROM m"
#define DEPENDENTS                                                                             \
    "SELECT d.objid FROM pg_catalog.pg_depend d WHERE " DEPENDS_ON_SCHEMA(                     \
        "ANY (ARRAY(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE " NAMED_SCHEMAS "))")
/* Types that belong to no table or other type: those depend on their schema. */
#define ONE_OF_TYPES                                                                           \
    " = ANY (ARRAY(" DEPENDENTS "'pg_catalog.pg_type'::pg_catalog.regclass"                    \
    "::pg_catalog.int8))"
bool
scope_is_everything(const struct scope *scope) {
    return is_whole_database(scope) && scope->oids == NULL;
}

static bool
is_by_name(const struct scope *scope) {
    return scope->schema_count == 0 && scope->table_count > 0;
}

/* Of more than that it takes less to read all there is: as a filter an array is searched from
 * its beginning for each row. */
#define FEW_TABLES 2000

bool
scope_is_by_index(const struct scope *scope) {
    return is_by_name(scope) && scope->oids == NULL && scope->table_count <= FEW_TABLES;
}

/* An element of an array, in a string constant: quoted for both. */
static void
put_element(const struct sql *sql, const char *name) {
    buf_put_char(sql->out, '"');
    for (const char *c = name; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (*c == '"' || *c == '\\')
            buf_put_string(sql->out, "\\\\");
        if (*c == '\'' || *c == '\\')
            buf_put_char(sql->out, *c);
        if (sql->raw && byte >= 0x80)
            buf_printf(sql->out, "\\x%02x", byte);
        else
            buf_put_char(sql->out, *c);
    }
    buf_put_char(sql->out, '"');
}

static void
put_setting(const struct sql *sql, const char *name) {
    buf_printf(sql->out, "SET LOCAL pgconnspec.%s = E'{", name);
}

void
sql_write_scope(const struct sql *sql) {
    const struct scope *scope = sql->scope;
    if (is_whole_database(scope))
        return;
    put_setting(sql, "schemas");
    for (size_t i = 0; i < scope->schema_count; i++) {
        put(sql, i == 0 ? "" : ",");
        put_element(sql, scope->schemas[i]);
    }
    put(sql, "}'; ");
    put_setting(sql, "table_schemas");
    for (size_t i = 0; i < scope->table_count; i++) {
        put(sql, i == 0 ? "" : ",");
        put_element(sql, scope->tables[i].schema);
    }
    put(sql, "}'; ");
    put_setting(sql, "tables");
    for (size_t i = 0; i < scope->table_count; i++) {
        put(sql, i == 0 ? "" : ",");
        put_element(sql, scope->tables[i].name);
    }
    put(sql, "}'; ");
}

void
scope_put_schemas(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, USER_SCHEMA);
    if (!is_whole_database(sql->scope))
        put(sql, " AND " NAMED_SCHEMAS);
}

/* Schema n is a user's, and in scope, or @name is that of a table in scope. */
static void
put_choice(const struct sql *sql, struct slice name) {
    bool schemas = sql->scope->schema_count > 0;
    bool tables = sql->scope->table_count > 0 && name.size > 0;
    put(sql, USER_SCHEMA);
    if (is_whole_database(sql->scope))
        return;
    put(sql, " AND (");
    put(sql, schemas ? "n.nspname IN (" SCHEMAS ")" : tables ? "" : "false");
    put(sql, schemas && tables ? " OR " : "");
    if (tables) {
        put_slice(sql, name);
        put(sql, " IN (" TABLES ")");
    }
    put(sql, ")");
}

static void
put_oids(const struct sql *sql) {
    put(sql, " AND c.oid IN (SELECT pg_catalog.unnest('{");
    for (size_t i = 0; i < sql->scope->oid_count; i++)
        buf_printf(sql->out, "%s%u", i == 0 ? "" : ",", (unsigned)sql->scope->oids[i]);
    put(sql, "}'::pg_catalog.oid[]))");
}

void
scope_put_tables(const struct sql *sql, struct scanner *rest) {
    char name[64];
    struct slice column = all_the_rest(rest);
    bool is_table = slice_is(column, "c.relname");
    int size = 0;
    if (column.size > 0)
        size = snprintf(name, sizeof name, "(n.nspname, %.*s)", (int)column.size, column.data);
    assert((size_t)size < sizeof name);
    if (is_table && is_by_name(sql->scope) && sql->scope->table_count <= FEW_TABLES)
        put(sql, USER_SCHEMA " AND c.oid" ONE_OF_TABLES);
    else
        put_choice(sql, (struct slice){name, (size_t)size});
    if (is_table && sql->scope->oids != NULL)
        put_oids(sql);
}

/* Relations in scope, where something is not: "FROM" rows x with their oid. */
static void
put_relations(const struct sql *sql) {
    bool tables = sql->scope->table_count > 0, schemas = sql->scope->schema_count > 0;
    put(sql, "FROM (");
    put(sql, tables ? "SELECT x.oid " RELATIONS : "");
    put(sql, tables && schemas ? " UNION ALL " : "");
    put(sql, schemas ? "SELECT x.oid " RELATIONS_OF_SCHEMAS : "");
    put(sql, ") x");
}

void
scope_put_found(const struct sql *sql, struct scanner *rest) {
    put(sql, USER_SCHEMA);
    if (is_whole_database(sql->scope))
        return;
    put(sql, " AND ");
    put_slice(sql, all_the_rest(rest));
    put(sql, " = ANY (ARRAY(SELECT x.oid ");
    put_relations(sql);
    put(sql, "))");
}

void
scope_put_named(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, TABLES);
}

void
scope_put_of_names(const struct sql *sql, struct scanner *rest) {
    if (!scope_is_by_index(sql->scope))
        return;
    put(sql, " AND ");
    put_slice(sql, all_the_rest(rest));
    put(sql, "::pg_catalog.name = ANY (" NAMES("tables") ")");
}

static void
put_if_among(const struct sql *sql, struct scanner *rest, const char *oids) {
    if (!scope_is_by_index(sql->scope))
        return;
    put(sql, " AND ");
    put_slice(sql, all_the_rest(rest));
    put(sql, oids);
}

void
scope_put_of_tables(const struct sql *sql, struct scanner *rest) {
    put_if_among(sql, rest, ONE_OF_TABLES);
}

void
scope_put_of_reach(const struct sql *sql, struct scanner *rest) {
    put_if_among(sql, rest, ONE_OF_REACH);
}

void
scope_put_reach(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, "reach AS MATERIALIZED (" REACH ")");
}

void
scope_put_of_types(const struct sql *sql, struct scanner *rest) {
    if (is_whole_database(sql->scope))
        return;
    put(sql, " AND ");
    put_slice(sql, all_the_rest(rest));
    put(sql, ONE_OF_TYPES);
}

void
scope_put_dependents(const struct sql *sql, struct scanner *rest) {
    put(sql, DEPENDENTS "'pg_catalog.");
    put_slice(sql, all_the_rest(rest));
    put(sql, "'::pg_catalog.regclass::pg_catalog.int8");
}

static void
put_one_of_sequences(const struct sql *sql, const char *oid) {
    put(sql, " AND ");
    put(sql, oid);
    put(sql, " = ANY (ARRAY(SELECT x.oid ");
    put_relations(sql);
    put(sql, " UNION ALL SELECT y.objid ");
    put_relations(sql);
    put(sql, " JOIN pg_catalog.pg_depend y ON y.refclassid = " CLASS " AND y.refobjid = x.oid"
             " AND y.refobjsubid > 0 AND y.classid = " CLASS
             " AND y.objsubid = 0 AND y.deptype IN ('a', 'i')))");
}

/* Said of both, lest the planner reads all of one. */
void
scope_put_sequences(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, USER_SCHEMA);
    if (is_whole_database(sql->scope))
        return;
    put_one_of_sequences(sql, "s.seqrelid");
    put_one_of_sequences(sql, "c.oid");
}

void
scope_put_users(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, USER_SCHEMA);
}

void
scope_put_is_scoped(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, scope_is_everything(sql->scope) ? "false" : "true");
}

static bool
reaches(const struct scope *scope) {
    return !is_whole_database(scope) && scope->oids == NULL;
}

void
scope_put_reaches(const struct sql *sql, struct scanner *rest) {
    (void)rest;
    put(sql, reaches(sql->scope) ? "true" : "false");
}

/* Of a few tables all that is in reach, else what the query @text gives. */
static void
put_among_reached(const struct sql *sql, struct scanner *rest, const char *text) {
    if (!reaches(sql->scope)) {
        put(sql, "false");
        return;
    }
    put_slice(sql, all_the_rest(rest));
    if (scope_is_by_index(sql->scope)) {
        put(sql, ONE_OF_REACH);
        return;
    }
    put(sql, " IN (");
    sql_write(sql, text);
    put(sql, ")");
}

void
scope_put_reached(const struct sql *sql, struct scanner *rest) {
    put_among_reached(sql, rest, SQL_REACHED);
}

void
scope_put_written(const struct sql *sql, struct scanner *rest) {
    put_among_reached(sql, rest, SQL_BEHIND);
}

void
scope_put_leads(const struct sql *sql, struct scanner *rest) {
    struct sql led = *sql;
    (void)rest;
    led.led = true;
    sql_write(&led, SQL_FOLLOWS);
}

void
scope_put_led(const struct sql *sql, struct scanner *rest) {
    struct slice oid = scanner_until(rest, " ");
    scanner_accept(rest, ' ');
    if (!sql->led)
        return;
    put(sql, "AND r.class = 'pg_catalog.");
    put_slice(sql, all_the_rest(rest));
    put(sql, "'::pg_catalog.regclass AND ");
    put_slice(sql, oid);
    put(sql, " = r.object");
}

/* Rows of other relations are left alone: to ask for the schema of each would take longer. */
void
scope_put_sealed(const struct sql *sql, struct scanner *rest) {
    struct slice oid = all_the_rest(rest), name = {"(n.nspname, s.relname)", 22};
    put_slice(sql, oid);
    put(sql, " >= 16384");
    if (is_whole_database(sql->scope))
        return;
    put(sql, " AND ");
    put_slice(sql, oid);
    if (scope_is_by_index(sql->scope)) {
        put(sql, ONE_OF_USERS_TABLES);
        return;
    }
    put(sql, " IN (SELECT s.oid FROM pg_catalog.pg_class s JOIN pg_catalog.pg_namespace n"
             " ON n.oid = s.relnamespace WHERE ");
    put_choice(sql, name);
    put(sql, ")");
}
