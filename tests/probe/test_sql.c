/* Tests of probe/sql.h. What the queries answer is tested live. */
#include "probe/sql.h"

#include <string.h>

#include "suite.h"

#define USER_SCHEMA                                                                            \
    "n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema'"

static void
assert_written(const char *template, const struct scope *scope, int version,
               const char *expected) {
    struct buf out = {0};
    struct sql sql = {.out = &out, .scope = scope, .server_version = version};
    sql_write(&sql, template);
    buf_put_char(&out, '\0');
    ck_assert_str_eq(out.data, expected);
    buf_free(&out);
}

static const char *const schemas[] = {"a'b", "c\\d"};
static const struct scope_table tables[] = {{"s", "t"}, {"s", "u.v"}};

static const struct scope everything = {0};
static const struct scope by_schema = {.schemas = schemas, .schema_count = 2};
static const struct scope by_table = {.tables = tables, .table_count = 2};
static const struct scope by_both = {
    .schemas = schemas, .schema_count = 1, .tables = tables, .table_count = 1};

static const uint32_t oids[] = {7, 9};
static const struct scope by_oid = {.oids = oids, .oid_count = 2};
static const struct scope by_table_and_oid = {
    .tables = tables, .table_count = 2, .oids = oids, .oid_count = 2};

#define ARRAY(name) "pg_catalog.current_setting('pgconnspec." name "')::pg_catalog.name[]"
#define SCHEMAS     "SELECT pg_catalog.unnest(" ARRAY("schemas") ")"
#define TABLES                                                                                 \
    "SELECT s.n, s.r FROM ROWS FROM (pg_catalog.unnest(" ARRAY(                                \
        "table_schemas") "), "                                                                 \
                         "pg_catalog.unnest(" ARRAY("tables") ")) s(n, r)"

#define OIDS                                                                                   \
    "SELECT x.oid FROM (" TABLES ") s JOIN pg_catalog.pg_namespace sn ON sn.nspname = s.n "    \
    "JOIN pg_catalog.pg_class x ON x.relnamespace = sn.oid AND x.relname = s.r"

#define TYPES                                                                                  \
    "SELECT d.objid FROM pg_catalog.pg_depend d WHERE d.refclassid ="                          \
    " 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = ANY (ARRAY(SELECT n.oid" \
    " FROM pg_catalog.pg_namespace n WHERE n.nspname IN (" SCHEMAS                             \
    " UNION ALL SELECT pg_catalog.unnest(" ARRAY(                                              \
        "table_schemas") "))))"                                                                \
                         " AND d.classid::pg_catalog.int8 = "                                  \
                         "'pg_catalog.pg_type'::pg_catalog.regclass::pg_catalog.int8"

#define IN_SCHEMAS                                                                             \
    "FROM (SELECT x.oid FROM (" SCHEMAS ") s(n) JOIN pg_catalog.pg_namespace sn"               \
    " ON sn.nspname = s.n CROSS JOIN LATERAL (SELECT d.objid AS oid FROM pg_catalog.pg_depend" \
    " d WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass"                   \
    " AND d.refobjid = sn.oid AND d.classid::pg_catalog.int8 ="                                \
    " 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.int8 OFFSET 0) x) x"
#define SEQUENCES_OF(relations)                                                                \
    " = ANY (ARRAY(SELECT x.oid " relations " UNION ALL SELECT y.objid " relations             \
    " JOIN pg_catalog.pg_depend y ON y.refclassid = 'pg_catalog.pg_class'::pg_catalog"         \
    ".regclass AND y.refobjid = x.oid AND y.refobjsubid > 0 AND y.classid ="                   \
    " 'pg_catalog.pg_class'::pg_catalog.regclass AND y.objsubid = 0"                           \
    " AND y.deptype IN ('a', 'i')))"

static const struct {
    const char *template;
    const struct scope *scope;
    const char *written;
} scopes[] = {
    {"{scope c.relname}", &everything, USER_SCHEMA},
    {"{scope c.relname}", &by_schema, USER_SCHEMA " AND (n.nspname IN (" SCHEMAS "))"},
    {"{scope c.relname}", &by_table, USER_SCHEMA " AND c.oid = ANY (ARRAY(" OIDS "))"},
    {"{scope g.name}", &by_table, USER_SCHEMA " AND ((n.nspname, g.name) IN (" TABLES "))"},
    {"{of_names g.a}", &by_table, " AND g.a::pg_catalog.name = ANY (" ARRAY("tables") ")"},
    {"{of_names g.a}", &by_both, ""},
    {"{if_few a}{if_many b}", &by_table, "a"},
    {"{if_few a}{if_many b}", &by_both, "b"},
    {"{if_few a}{if_many b}", &by_table_and_oid, "b"},
    {"{of_tables g.a}", &by_table, " AND g.a = ANY (ARRAY(" OIDS "))"},
    {"{of_reach g.a}", &by_table, " AND g.a = ANY (ARRAY(SELECT r.oid FROM reach r))"},
    {"{of_tables g.a}{of_reach g.a}", &by_both, ""},
    {"{of_tables g.a}{of_reach g.a}", &by_table_and_oid, ""},
    {"{of_types t.a}", &by_schema, " AND t.a = ANY (ARRAY(" TYPES "))"},
    {"{of_types t.a}", &everything, ""},
    {"{sealed c.a}", &everything, "c.a >= 16384"},
    {"{sealed c.a}", &by_table,
     "c.a >= 16384 AND c.a = ANY (ARRAY(" OIDS
     " WHERE sn.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND sn.nspname <> 'information_schema'))"},
    {"{scope c.relname}", &by_oid,
     USER_SCHEMA " AND c.oid IN (SELECT pg_catalog.unnest('{7,9}'::pg_catalog.oid[]))"},
    {"{scope c.relname}", &by_table_and_oid,
     USER_SCHEMA " AND c.oid = ANY (ARRAY(" OIDS
                 ")) AND c.oid IN (SELECT pg_catalog.unnest('{7,9}'::pg_catalog.oid[]))"},
    {"{if_scoped c}{if_everything d}", &everything, "d"},
    {"{if_scoped c}{if_everything d}", &by_schema, "c"},
    {"{if_scoped c}{if_everything d}", &by_both, "c"},
    {"{if_scoped c}{if_everything d}", &by_table, "c"},
    {"{if_scoped c}{if_everything d}", &by_oid, "c"},
    {"{if_scoped a {scope} b}{if_scoped {if_scoped }}", &by_both,
     "a " USER_SCHEMA " AND (n.nspname IN (" SCHEMAS ")) b"},
    {"{scope c.relname}", &by_both,
     USER_SCHEMA " AND (n.nspname IN (" SCHEMAS ") OR (n.nspname, c.relname) IN (" TABLES "))"},
    {"{scope}", &by_table, USER_SCHEMA " AND (false)"},
    {"{scope}", &by_both, USER_SCHEMA " AND (n.nspname IN (" SCHEMAS "))"},
    {"{schemas}", &everything, USER_SCHEMA},
    {"{schemas}", &by_both,
     USER_SCHEMA " AND n.nspname IN (" SCHEMAS
                 " UNION ALL SELECT pg_catalog.unnest(" ARRAY("table_schemas") "))"},
    {"{sequence_scope}", &everything, USER_SCHEMA},
    {"{sequence_scope}", &by_schema,
     USER_SCHEMA
     " AND s.seqrelid" SEQUENCES_OF(IN_SCHEMAS) " AND c.oid" SEQUENCES_OF(IN_SCHEMAS)},
    {"{found c.oid}", &everything, USER_SCHEMA},
    {"{found c.oid}", &by_schema,
     USER_SCHEMA " AND c.oid = ANY (ARRAY(SELECT x.oid " IN_SCHEMAS "))"},
    {"{found c.oid}", &by_table,
     USER_SCHEMA " AND c.oid = ANY (ARRAY(SELECT x.oid FROM (" OIDS ") x))"},
    {"{dependents pg_type}", &by_schema, TYPES},
};

START_TEST(test_sql__scope) {
    assert_written(scopes[_i].template, scopes[_i].scope, 150000, scopes[_i].written);
}
END_TEST

/* Names are quoted for an array, and the array for a string constant. */
static const struct {
    const char *name;
    bool raw;
    const char *quoted;
} elements[] = {
    {"plain", false, "\"plain\""},
    {"it's", false, "\"it''s\""},
    {"back\\slash", false, "\"back\\\\\\\\slash\""},
    {"two\"words", false, "\"two\\\\\"words\""},
    {"a,b}{", false, "\"a,b}{\""},
    {"NULL", false, "\"NULL\""},
    {"", false, "\"\""},
    {"\xc3\xa9", false, "\"\xc3\xa9\""},
    {"\xc3\xa9", true, "\"\\xc3\\xa9\""},
};

START_TEST(test_sql__scope_settings) {
    struct scope_table table = {"s", elements[_i].name};
    struct scope scope = {
        .schemas = schemas, .schema_count = 1, .tables = &table, .table_count = 1};
    struct buf out = {0}, expected = {0};
    struct sql sql = {
        .out = &out, .scope = &scope, .server_version = 150000, .raw = elements[_i].raw};
    sql_write_scope(&sql);
    buf_put_char(&out, '\0');
    buf_printf(&expected,
               "SET LOCAL pgconnspec.schemas = E'{\"a''b\"}'; "
               "SET LOCAL pgconnspec.table_schemas = E'{\"s\"}'; "
               "SET LOCAL pgconnspec.tables = E'{%s}'; ",
               elements[_i].quoted);
    buf_put_char(&expected, '\0');
    ck_assert_str_eq(out.data, expected.data);
    buf_free(&out);
    buf_free(&expected);
}
END_TEST

START_TEST(test_sql__scope_of_everything) {
    struct buf out = {0};
    struct sql sql = {.out = &out, .scope = &everything, .server_version = 150000};
    sql_write_scope(&sql);
    ck_assert_uint_eq(out.size, 0);
}
END_TEST

START_TEST(test_sql__placeholders) {
    assert_written("a {pack oidsend(x)} b", &everything, 150000,
                   "a pg_catalog.string_agg(pg_catalog.oidsend(x), ''::pg_catalog.bytea) b");
    assert_written(
        "{names namesend(x)}", &everything, 150000,
        "pg_catalog.string_agg(pg_catalog.namesend(x), pg_catalog.decode('00', 'hex'))");
    assert_written("{cut} {cuts}", &everything, 150000,
                   "pg_catalog.generate_series(0, (pg_catalog.octet_length(g.members) - 1) / "
                   "32768) AS cut q.cut, (pg_catalog.octet_length(q.members) - 1) / 32768, "
                   "pg_catalog.substring(q.members, q.cut * 32768 + 1, 32768)");
    assert_written("{held schema n.oid}", &everything, 150000,
                   "(0 + CASE WHEN pg_catalog.has_schema_privilege(n.oid, 'USAGE') THEN 256 "
                   "ELSE 0 END + CASE WHEN pg_catalog.has_schema_privilege(n.oid, 'CREATE') "
                   "THEN 512 ELSE 0 END)::pg_catalog.int4");
    assert_written("{owner q.o}", &everything, 150000,
                   "pg_catalog.pg_get_userbyid(q.o)::pg_catalog.text, q.o, "
                   "pg_catalog.pg_has_role(q.o, 'USAGE')");
}
END_TEST

START_TEST(test_sql__maintain_from_17) {
    ck_assert_uint_eq(sql_privileges(PGCS_OBJECT_TABLE, 169999) & PGCS_PRIV_MAINTAIN, 0);
    ck_assert_uint_ne(sql_privileges(PGCS_OBJECT_TABLE, 170000) & PGCS_PRIV_MAINTAIN, 0);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_sql__scope, 0, ROWS(scopes));
    tcase_add_loop_test(cases, test_sql__scope_settings, 0, ROWS(elements));
    tcase_add_test(cases, test_sql__scope_of_everything);
    tcase_add_test(cases, test_sql__placeholders);
    tcase_add_test(cases, test_sql__maintain_from_17);
}

int
main(void) {
    return suite_run("probe/sql", fill, 10);
}
