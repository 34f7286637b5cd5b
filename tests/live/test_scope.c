/*
 * Scopes: a few tables or a small schema among many are found through indexes, by the plan of
 * each query that a check sends; tens of thousands of tables can be named.
 *
 * The database has a few hundred tables, and the planner is told of a million: it takes a scan
 * of a small catalog for cheap.
 */
#include "proxy.h"

#include "live.h"

#define TABLES   200
#define FEW      10
#define DATABASE "many"
#define FRESH    "fresh"
#define LOADED   1000 /* tables of FRESH */

/* Catalogs that grow with the number of tables. */
static const char *const large[] = {
    "pg_class",    "pg_attribute", "pg_depend", "pg_constraint", "pg_attrdef",
    "pg_sequence", "pg_index",     "pg_type",   "pg_trigger",    "pg_rewrite",
    "pg_inherits", "pg_policy",    "pg_enum"};

static const char *
schema_of(int table) {
    return table % 2 == 0 ? "a" : "b\"{,\\ c'";
}

static void
tell_planner(PGconn *pg) {
    char sql[256];
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        snprintf(
            sql, sizeof sql,
            "UPDATE pg_class SET reltuples = 4000000 WHERE oid = 'pg_catalog.%s'::regclass",
            large[i]);
        run_sql(pg, sql);
    }
}

static void
make_many(const char *folder) {
    char path[4096];
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE " DATABASE);
    run_sql(pg, "CREATE ROLE reader LOGIN PASSWORD '" ROLE_PASSWORD "'");
    PQfinish(pg);
    pg = connect_as("postgres", DATABASE);
    snprintf(path, sizeof path, "%s/many.sql", folder);
    char *sql = read_text(path);
    run_sql(pg, sql);
    free(sql);
    /* in large databases next to all constraints are of no domain */
    run_sql(pg, "SET allow_system_table_mods = on;"
                "ALTER TABLE pg_constraint ALTER contypid SET (n_distinct = 1)");
    run_sql(pg, "ANALYZE");
    tell_planner(pg);
    PQfinish(pg);
}

/* As after a restore: many tables, of which no statistics tell. */
static void
make_fresh(void) {
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE " FRESH);
    PQfinish(pg);
    pg = connect_as("postgres", FRESH);
    run_sql(pg, "CREATE FUNCTION f(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'");
    run_sql(pg, "CREATE DOMAIN d AS int CHECK (f(value))");
    for (int i = 0; i < LOADED; i++) {
        char sql[160];
        snprintf(sql, sizeof sql,
                 "CREATE TABLE t%d (id serial PRIMARY KEY, v int CHECK (f(v)), w int DEFAULT 3,"
                 " x d)",
                 i);
        run_sql(pg, sql);
    }
    PQfinish(pg);
}

static pgcs_check *
check_in(const char *database, const char *host, uint32_t sections) {
    pgcs_check *check =
        check_of(spec_for(host, server("PGPORT"), "reader", ROLE_PASSWORD, database));
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    return check;
}

static pgcs_check *
check_at(const char *host, uint32_t sections) {
    return check_in(DATABASE, host, sections);
}

static void
add_tables(pgcs_check *check, int count) {
    for (int i = 1; i <= count; i++) {
        char name[32];
        snprintf(name, sizeof name, "t%d", i);
        ck_assert_int_eq(pgcs_check_add_table(check, schema_of(i), name, NULL), PGCS_OK);
    }
}

static int
count_kind(const pgcs_report *report, pgcs_object_kind kind) {
    int count = 0;
    pgcs_objects *objects = pgcs_objects_new(report, NULL, UINT32_C(1) << kind);
    while (pgcs_objects_next(objects))
        count++;
    pgcs_objects_free(objects);
    return count;
}

/* --- plans ----------------------------------------------------------------------------------
 */

/* The large catalog that a line of a plan reads all of, in its order or by an index; or NULL.
 */
static const char *
full_scan(const char *line, const char *next) {
    char scan[64];
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        snprintf(scan, sizeof scan, " on %s ", large[i]);
        if (strstr(line, scan) == NULL)
            continue;
        bool by_index =
            strstr(line, "Scan using") != NULL && strstr(next, "Index Cond:") != NULL;
        if (!by_index && strstr(line, "Bitmap Heap Scan") == NULL)
            return large[i];
    }
    return NULL;
}

static const char *
full_scan_at(const PGresult *plan, int line) {
    const char *next = line + 1 < PQntuples(plan) ? PQgetvalue(plan, line + 1, 0) : "";
    return full_scan(PQgetvalue(plan, line, 0), next);
}

static PGresult *
explain(PGconn *pg, const char *how, const char *query) {
    size_t size = strlen(how) + strlen(query) + 1;
    char *sql = malloc(size);
    snprintf(sql, size, "%s%s", how, query);
    PGresult *plan = PQexec(pg, sql);
    ck_assert_msg(PQresultStatus(plan) == PGRES_TUPLES_OK, "%s%.2000s", PQerrorMessage(pg),
                  sql);
    free(sql);
    return plan;
}

static void
assert_no_full_scan(PGconn *pg, const char *query) {
    PGresult *plan = explain(pg, "EXPLAIN ", query);
    for (int i = 0; i < PQntuples(plan); i++) {
        const char *catalog = full_scan_at(plan, i);
        ck_assert_msg(catalog == NULL, "all of %s is read by\n%.2000s", catalog, query);
    }
    PQclear(plan);
}

/* The number behind a word of a plan's line; 0 when it has none. */
static double
number_behind(const char *line, const char *word) {
    const char *at = strstr(line, word);
    return at == NULL ? 0 : strtod(at + strlen(word), NULL);
}

/* The rows that a query looks at, all together. */
static double
rows_looked_at(PGconn *pg, const char *query) {
    double sum = 0, loops = 0;
    PGresult *plan = explain(pg, "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) ", query);
    for (int i = 0; i < PQntuples(plan); i++) {
        const char *line = PQgetvalue(plan, i, 0);
        if (strstr(line, "(actual ") != NULL)
            loops = number_behind(line, "loops=");
        sum += loops * (number_behind(line, "(actual rows=") +
                        number_behind(line, "Rows Removed by Filter: ") +
                        number_behind(line, "Rows Removed by Join Filter: "));
    }
    PQclear(plan);
    return sum;
}

/* A join of each row with each other one would look at a thousand for every table. */
static void
assert_no_product(PGconn *pg, const char *query) {
    double rows = rows_looked_at(pg, query);
    ck_assert_msg(rows < 300.0 * LOADED, "%.0f rows are looked at by\n%.2000s", rows, query);
}

/* Hold a query against what it promises; @pg is in the transaction of the check. */
typedef void
query_judge(PGconn *pg, const char *query);

/* Run what stands around the queries, and judge each of them. */
static int
judge_all(const char *database, char *text, query_judge *judge) {
    static const char begin[] = "COPY (", end[] = ") TO STDOUT (FORMAT binary); ";
    int count = 0;
    PGconn *pg = connect_as("reader", database);
    char *at = strstr(text, begin);
    while (at != NULL) {
        *at = '\0';
        if (text[0] != '\0')
            run_sql(pg, text);
        char *query = at + sizeof begin - 1;
        char *stop = strstr(query, end);
        ck_assert_ptr_nonnull(stop);
        *stop = '\0';
        judge(pg, query);
        count++;
        text = stop + sizeof end - 1;
        at = strstr(text, begin);
    }
    PQfinish(pg);
    return count;
}

static const struct {
    uint32_t sections;
    int queries;     /* at least */
    bool of_schemas; /* those of a schema are found by index, too */
} asked[] = {
    {PGCS_SECTION_TYPES, 6, true},
    {PGCS_SECTION_OBJECTS, 5, true},
    {PGCS_SECTION_COLUMNS, 4, true},
    {PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS, 7, true},
    {PGCS_SECTION_SESSION | PGCS_SECTION_ROLE | PGCS_SECTION_LAST_VALUES, 4, true},
    {PGCS_SECTION_GRANTS, 5, false},
    {PGCS_SECTION_STRUCTURE, 16, false},
    {PGCS_SECTION_STRUCTURE | PGCS_SECTION_EXPRESSIONS, 17, false},
    {PGCS_SECTION_DIFFERENCES, 13, false},
};

/* What is in scope: a few tables, or the schema that has nothing else. */
static void
add_few(pgcs_check *check, bool schema) {
    if (schema)
        ck_assert_int_eq(pgcs_check_add_schema(check, "few", NULL), PGCS_OK);
    else
        add_tables(check, FEW);
}

/* A check of a few tables, whose first query goes to @text; one of a pair for DIFFERENCES. */
static const pgcs_report *
report_of_few(uint32_t sections, bool schema, char **text) {
    struct proxy proxy;
    proxy_start(&proxy, 0);
    pgcs_check *check = check_at(proxy.folder, sections), *other = NULL;
    add_few(check, schema);
    if (sections & PGCS_SECTION_DIFFERENCES) {
        other = check_at(server("PGHOST"), sections);
        ck_assert_int_eq(pgcs_check_pair(check, other, NULL), PGCS_OK);
    }
    const pgcs_report *report = report_of(check);
    pgcs_check_free(other);
    proxy_end(&proxy, text);
    return report;
}

static void
hold_few(size_t row, bool schema) {
    char *text = NULL;
    const pgcs_report *report = report_of_few(asked[row].sections, schema, &text);
    assert_no_findings(report);
    if (asked[row].sections & PGCS_SECTION_TYPES)
        ck_assert_int_eq(count_kind(report, PGCS_OBJECT_TYPE), schema ? 2 * FEW : 2 * TABLES);
    if (asked[row].sections & PGCS_SECTION_OBJECTS) {
        ck_assert_int_eq(count_kind(report, PGCS_OBJECT_TABLE), FEW);
        ck_assert_int_eq(count_kind(report, PGCS_OBJECT_SEQUENCE), FEW);
    }
    if (asked[row].sections & PGCS_SECTION_COLUMNS)
        ck_assert_int_eq(count_kind(report, PGCS_OBJECT_COLUMN), FEW);
    pgcs_report_unref(report);
    ck_assert_int_ge(judge_all(DATABASE, text, assert_no_full_scan), asked[row].queries);
    free(text);
}

START_TEST(test_scope__few_tables_by_index) {
    hold_few((size_t)_i, false);
}
END_TEST

START_TEST(test_scope__small_schema_by_index) {
    if (asked[_i].of_schemas)
        hold_few((size_t)_i, true);
}
END_TEST

/* Planted faults: what is read in full, by whatever plan, and the test above sees it. */
static const char *const in_full[] = {
    "EXPLAIN SELECT relname FROM pg_class WHERE relkind = 'r'",
    "EXPLAIN SELECT relname FROM pg_class ORDER BY relname",
    "EXPLAIN SELECT oid FROM pg_class ORDER BY oid",
};

START_TEST(test_scope__whole_database_is_read) {
    PGconn *pg = connect_as("reader", DATABASE);
    PGresult *plan = query(pg, in_full[_i]);
    bool found = false;
    for (int i = 0; i < PQntuples(plan); i++)
        found |= full_scan_at(plan, i) != NULL;
    ck_assert(found);
    PQclear(plan);
    PQfinish(pg);
}
END_TEST

/* --- before the first ANALYZE ---------------------------------------------------------------
 */

/* The check of a whole database that was just loaded does not grow with its square. */
START_TEST(test_scope__no_statistics) {
    char *text = NULL;
    struct proxy proxy;
    proxy_start(&proxy, 0);
    const pgcs_report *report = report_of(
        check_in(FRESH, proxy.folder,
                 PGCS_SECTION_OBJECTS | PGCS_SECTION_STRUCTURE | PGCS_SECTION_EXPRESSIONS));
    assert_no_findings(report);
    ck_assert_int_eq(count_kind(report, PGCS_OBJECT_TABLE), LOADED);
    pgcs_report_unref(report);
    proxy_end(&proxy, &text);
    ck_assert_int_ge(judge_all(FRESH, text, assert_no_product), 16);
    free(text);
}
END_TEST

/* Planted fault: what the test above would see. */
START_TEST(test_scope__a_product_is_seen) {
    PGconn *pg = connect_as("reader", FRESH);
    ck_assert(rows_looked_at(pg, "SELECT a.oid FROM pg_class a JOIN pg_class b ON "
                                 "a.relname || '' > b.relname WHERE a.relkind = 'r'") >
              300.0 * LOADED);
    PQfinish(pg);
}
END_TEST

/* --- many -----------------------------------------------------------------------------------
 */

START_TEST(test_scope__fifty_thousand_tables) {
    pgcs_check *check = check_at(server("PGHOST"), PGCS_SECTION_OBJECTS);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, 600000, NULL), PGCS_OK);
    add_tables(check, 50000);
    const pgcs_report *report = report_of(check);
    ck_assert_int_eq(count_kind(report, PGCS_OBJECT_TABLE), TABLES);
    ck_assert_int_eq(count_kind(report, PGCS_OBJECT_SEQUENCE), TABLES);
    ck_assert_int_eq(failure_of(report), 0);
    pgcs_report_unref(report);
}
END_TEST

/* A schema and a table of another one: both, and nothing else. Schema a has t0 besides. */
START_TEST(test_scope__schema_and_table) {
    pgcs_check *check = check_at(server("PGHOST"), PGCS_SECTION_OBJECTS);
    ck_assert_int_eq(pgcs_check_add_schema(check, "a", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_add_table(check, schema_of(3), "t3", NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    ck_assert_int_eq(count_kind(report, PGCS_OBJECT_SCHEMA), 2);
    ck_assert_int_eq(count_kind(report, PGCS_OBJECT_TABLE), TABLES / 2 + 2);
    ck_assert_int_eq(count_kind(report, PGCS_OBJECT_SEQUENCE), TABLES / 2 + 1);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_scope__few_tables_by_index, 0, ROWS(asked));
    tcase_add_loop_test(cases, test_scope__small_schema_by_index, 0, ROWS(asked));
    tcase_add_loop_test(cases, test_scope__whole_database_is_read, 0, ROWS(in_full));
    tcase_add_test(cases, test_scope__no_statistics);
    tcase_add_test(cases, test_scope__a_product_is_seen);
    tcase_add_test(cases, test_scope__fifty_thousand_tables);
    tcase_add_test(cases, test_scope__schema_and_table);
}

int
main(int argc, char **argv) {
    MUST(argc == 2, "usage: %s FOLDER", argv[0]);
    make_many(argv[1]);
    make_fresh();
    return suite_run("scope", fill, 300);
}
