/*
 * Places that a check must not trip over: whatever can be planted before pg_catalog, a million
 * grants on one object, chains of thousands of roles, objects that go while they are read, and
 * tables and sequences that somebody holds locked. HOSTILE_GRANTS and HOSTILE_ROLES make it
 * larger.
 */
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"

#define EVERYTHING                                                                             \
    (PGCS_SECTION_SESSION | PGCS_SECTION_ROLE | PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS |  \
     PGCS_SECTION_FUNCTIONS | PGCS_SECTION_GRANTS | PGCS_SECTION_STRUCTURE |                   \
     PGCS_SECTION_EXPRESSIONS | PGCS_SECTION_TYPES)

static int64_t
now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
size_of(const char *variable, int usual) {
    const char *value = getenv(variable);
    return value ? atoi(value) : usual;
}

/* The most memory that this process ever had. */
static int64_t
peak_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static const pgcs_report *
look(const char *role, const char *database, uint32_t sections) {
    pgcs_check *check =
        check_of(spec_for(server("PGHOST"), server("PGPORT"), role, ROLE_PASSWORD, database));
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    return report_of(check);
}

/* The object of that kind and name; the caller frees the cursor. */
static pgcs_objects *
find(const pgcs_report *report, pgcs_object_kind kind, const char *schema, const char *name) {
    pgcs_objects *at = pgcs_objects_new(report, schema, 1u << kind);
    while (pgcs_objects_next(at))
        if (strcmp(pgcs_object_name(at), name) == 0)
            return at;
    ck_abort_msg("the report lacks %s", name);
}

/* --- what is planted -------------------------------------------------------------------------
 */

/* Each operator and function of pg_catalog once more in public, with a trap in it. */
static const char plant_sql[] =
    "SET check_function_bodies = off;"
    "GRANT ALL ON SCHEMA public TO PUBLIC;"
    "DO $do$ DECLARE o record; args text; BEGIN"
    " FOR o IN SELECT oprname, oprleft, oprright, oprresult FROM pg_operator"
    "  WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprleft <> 0 AND oprright <> 0 LOOP"
    "  BEGIN"
    "   EXECUTE format('CREATE FUNCTION public.trap_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS"
    "    ''BEGIN RAISE EXCEPTION ''''trapped''''; END''', md5(o::text),"
    "    format_type(o.oprleft, NULL), format_type(o.oprright, NULL),"
    "    format_type(o.oprresult, NULL));"
    "   EXECUTE format('CREATE OPERATOR public.%s (leftarg = %s, rightarg = %s,"
    "    function = public.trap_%s)', o.oprname, format_type(o.oprleft, NULL),"
    "    format_type(o.oprright, NULL), md5(o::text));"
    "  EXCEPTION WHEN OTHERS THEN NULL; END;"
    " END LOOP;"
    " FOR o IN SELECT proname, prorettype, pg_get_function_identity_arguments(oid) AS args"
    "  FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~"
    "  '^(has_|pg_|acl|make|row_sec|quote_|format|array|string_agg|min|max|bit_or|count|text|"
    "name|oid|char|bool|int|byte|left|sub|concat|coalesce|current|set_config|session|version|"
    "get|generate_series|unnest|decode|encode|md5|date_part|to_reg|info)' LOOP"
    "  BEGIN"
    "   EXECUTE format('CREATE FUNCTION public.%I(%s) RETURNS %s LANGUAGE plpgsql AS"
    "    ''BEGIN RAISE EXCEPTION ''''trapped''''; END''', o.proname, o.args,"
    "    format_type(o.prorettype, NULL));"
    "  EXCEPTION WHEN OTHERS THEN NULL; END;"
    " END LOOP;"
    "END $do$;"
    "CREATE TABLE public.pg_class (x int); CREATE VIEW public.pg_roles AS SELECT 1 AS oid;"
    "CREATE DOMAIN public.oid AS text; CREATE DOMAIN public.\"char\" AS text;"
    "CREATE TABLE public.prey (id serial PRIMARY KEY, v text CHECK (v <> ''));"
    "ALTER DATABASE planted SET search_path = public, pg_catalog";

START_TEST(test_hostile__planted_everywhere) {
    static const char *const springs[] = {
        "SELECT 'a'::pg_catalog.name = 'a'::pg_catalog.name",
        "SELECT pg_has_role('postgres', 'USAGE')",
        "SELECT pg_catalog.int4(1) + pg_catalog.int4(1)",
    };
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE planted TEMPLATE template0");
    PGconn *in = connect_as("postgres", "planted");
    run_sql(in, plant_sql);
    char *count = value_of(in, "SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc WHERE "
                               "pronamespace OPERATOR(pg_catalog.=) 'public'::regnamespace");
    ck_assert_int_gt(atoi(count), 1000);
    free(count);
    PQfinish(in);
    in = connect_as("postgres", "planted");
    for (size_t i = 0; i < sizeof springs / sizeof springs[0]; i++) {
        PGresult *sprung = PQexec(in, springs[i]);
        ck_assert_msg(PQresultStatus(sprung) == PGRES_FATAL_ERROR &&
                          strstr(PQresultErrorMessage(sprung), "trapped") != NULL,
                      "%s is no trap", springs[i]);
        PQclear(sprung);
    }
    PQfinish(in);
    const pgcs_report *report = look("postgres", "planted", EVERYTHING);
    assert_no_findings(report);
    pgcs_objects_free(find(report, PGCS_OBJECT_TABLE, "public", "prey"));
    pgcs_report_unref(report);
    drop_database(pg, "planted");
    PQfinish(pg);
}
END_TEST

/* --- grants and roles without end ------------------------------------------------------------
 */

/*
 * ACLs of roles that are not there any more, which catalogs keep as well as any; no GRANT could
 * make as many in a lifetime. pg_class keeps its rows in one page each, so that a table's are
 * fewer: "row is too big", 54000. What comes over the wire is what concerns us, so that our
 * memory does not grow with them.
 */
START_TEST(test_hostile__grants_without_end) {
    int many = size_of("HOSTILE_GRANTS", 100000), most = 0;
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    char sql[1024];
    run_sql(pg,
            "BEGIN; CREATE SCHEMA crowd; CREATE FUNCTION crowd.f() RETURNS int LANGUAGE sql "
            "AS 'SELECT 1'; CREATE TABLE crowd.t (id int); CREATE TYPE crowd.e AS ENUM ();"
            "SET LOCAL allow_system_table_mods = on");
    static const char acl[] =
        "(SELECT array_agg(makeaclitem(g, 10, '%s', false)) || makeaclitem("
        "'direct'::regrole, 10, '%s', true) FROM generate_series(1000000, 1000000 + %d) g)";
    static const struct {
        const char *table, *column, *privilege, *object;
    } crowded[] = {
        {"pg_namespace", "nspacl", "USAGE", "nspname = 'crowd'"},
        {"pg_proc", "proacl", "EXECUTE", "oid = 'crowd.f()'::regprocedure"},
        {"pg_type", "typacl", "USAGE", "oid = 'crowd.e'::regtype"},
    };
    for (int i = 0; i < 3; i++) {
        char items[512];
        snprintf(items, sizeof items, acl, crowded[i].privilege, crowded[i].privilege, many);
        snprintf(sql, sizeof sql, "UPDATE pg_catalog.%s SET %s = %s WHERE %s", crowded[i].table,
                 crowded[i].column, items, crowded[i].object);
        run_sql(pg, sql);
    }
    for (int step = 4096; step > 0; step /= 2) {
        char items[512];
        snprintf(items, sizeof items, acl, "SELECT", "SELECT", most + step);
        snprintf(sql, sizeof sql,
                 "UPDATE pg_class SET relacl = %s WHERE oid = 'crowd.t'::regclass", items);
        run_sql(pg, "SAVEPOINT try");
        PGresult *result = PQexec(pg, sql);
        most += PQresultStatus(result) == PGRES_COMMAND_OK ? step : 0;
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            ck_assert_str_eq(PQresultErrorField(result, PG_DIAG_SQLSTATE), "54000");
        run_sql(pg,
                PQresultStatus(result) == PGRES_COMMAND_OK ? "RELEASE try" : "ROLLBACK TO try");
        PQclear(result);
    }
    run_sql(pg, "COMMIT");
    int64_t start = now_ms(), before = peak_kb();
    const pgcs_report *report =
        look("direct", FIXTURE_DATABASE,
             PGCS_SECTION_OBJECTS | PGCS_SECTION_FUNCTIONS | PGCS_SECTION_TYPES);
    int64_t took = now_ms() - start, grown = peak_kb() - before;
    printf("# %d grants on a schema, a function and a type, %d on a table: %lld ms, %lld kB\n",
           many, most, (long long)took, (long long)grown);
    fflush(stdout);
    ck_assert_int_lt(grown, 32768);
    assert_no_findings(report);
    static const struct {
        pgcs_object_kind kind;
        const char *schema, *name;
        uint64_t privilege;
    } expected[] = {
        {PGCS_OBJECT_SCHEMA, NULL, "crowd", PGCS_PRIV_USAGE},
        {PGCS_OBJECT_FUNCTION, "crowd", "f()", PGCS_PRIV_EXECUTE},
        {PGCS_OBJECT_TYPE, "crowd", "e", PGCS_PRIV_USAGE},
        {PGCS_OBJECT_TABLE, "crowd", "t", PGCS_PRIV_SELECT},
    };
    for (int i = 0; i < ROWS(expected); i++) {
        pgcs_objects *at = find(report, expected[i].kind, expected[i].schema, expected[i].name);
        ck_assert_uint_eq(pgcs_object_privileges(at), expected[i].privilege);
        ck_assert_uint_eq(pgcs_object_grantable(at), expected[i].privilege);
        ck_assert_int_eq(pgcs_object_via(at, expected[i].privilege), PGCS_VIA_DIRECT);
        ck_assert_int_eq(pgcs_object_is_usable(at), 1);
        pgcs_objects_free(at);
    }
    ck_assert_int_gt(most, 300);
    ck_assert_int_lt(most, 8191);
    pgcs_report_unref(report);
    run_sql(pg, "DROP SCHEMA crowd CASCADE");
    PQfinish(pg);
}
END_TEST

/* A chain as deep as it gets, at whose end is a grant, and a crowd of roles beside each other;
 * inherited by one role, only to be set by another. */
START_TEST(test_hostile__roles_without_end) {
    int many = size_of("HOSTILE_ROLES", 2000);
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    char sql[2048];
    /* Each grant of a membership holds a lock to the end of its transaction from 18 on. */
    snprintf(sql, sizeof sql,
             "DO $$ BEGIN"
             " CREATE ROLE deep LOGIN PASSWORD '" ROLE_PASSWORD "';"
             " CREATE ROLE deep_door LOGIN NOINHERIT PASSWORD '" ROLE_PASSWORD "';"
             " CREATE ROLE wide LOGIN PASSWORD '" ROLE_PASSWORD "';"
             " CREATE ROLE link_0; GRANT link_0 TO deep, deep_door;"
             " FOR i IN 1 .. %d LOOP"
             "  EXECUTE format('CREATE ROLE link_%%s', i);"
             "  EXECUTE format('GRANT link_%%s TO link_%%s', i, i - 1);"
             "  EXECUTE format('CREATE ROLE leaf_%%s', i);"
             "  EXECUTE format('GRANT leaf_%%s TO wide', i);"
             "  IF i %% 500 = 0 THEN COMMIT; END IF;"
             " END LOOP; END $$",
             many);
    run_sql(pg, sql);
    snprintf(sql, sizeof sql,
             "CREATE SCHEMA tower; CREATE TABLE tower.t (id int);"
             "GRANT USAGE ON SCHEMA tower TO link_%d, leaf_%d;"
             "GRANT SELECT ON tower.t TO link_%d, leaf_%d;"
             "GRANT CONNECT ON DATABASE \"fixture \"\"db\"\"\" TO deep, deep_door, wide",
             many, many, many, many);
    run_sql(pg, sql);
    static const struct {
        const char *login;
        pgcs_via via;
        bool after_set_role;
    } climbers[] = {{"deep", PGCS_VIA_ROLE, false},
                    {"deep_door", PGCS_VIA_NONE, true},
                    {"wide", PGCS_VIA_ROLE, false}};
    for (int i = 0; i < ROWS(climbers); i++) {
        int64_t start = now_ms(), before = peak_kb();
        const pgcs_report *report = look(climbers[i].login, FIXTURE_DATABASE,
                                         PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS |
                                             PGCS_SECTION_FUNCTIONS | PGCS_SECTION_ROLE);
        int64_t took = now_ms() - start, grown = peak_kb() - before;
        printf("# %s, %d roles: %lld ms, %lld kB\n", climbers[i].login, many, (long long)took,
               (long long)grown);
        fflush(stdout);
        assert_no_findings(report);
        pgcs_objects *at = find(report, PGCS_OBJECT_TABLE, "tower", "t");
        ck_assert_int_eq(pgcs_object_via(at, PGCS_PRIV_SELECT), climbers[i].via);
        ck_assert_int_eq(pgcs_object_set_role(at, PGCS_PRIV_SELECT) != NULL,
                         climbers[i].after_set_role);
        ck_assert_int_eq(pgcs_object_is_usable(at), !climbers[i].after_set_role);
        ck_assert_int_lt(grown, 65536);
        pgcs_objects_free(at);
        pgcs_report_unref(report);
    }
    PQfinish(pg);
}
END_TEST

/* --- what others do meanwhile ----------------------------------------------------------------
 */

static const char *const comings_and_goings[] = {
    "CREATE SCHEMA flux; CREATE TYPE flux.e AS ENUM ('a');"
    "CREATE FUNCTION flux.f(flux.e) RETURNS bool LANGUAGE sql AS 'SELECT true';"
    "CREATE TABLE flux.a (id serial PRIMARY KEY, v flux.e CHECK (flux.f(v)));"
    "CREATE TABLE flux.b (id int REFERENCES flux.a, g int GENERATED ALWAYS AS (id + 1) STORED);"
    "CREATE VIEW flux.c AS SELECT * FROM flux.a; CREATE ROLE flux_r;"
    "GRANT SELECT ON ALL TABLES IN SCHEMA flux TO flux_r, PUBLIC;"
    "GRANT UPDATE (v) ON flux.a TO PUBLIC",
    "SELECT pg_sleep(0.02)",
    "REVOKE ALL ON ALL TABLES IN SCHEMA flux FROM flux_r, PUBLIC",
    "DROP VIEW flux.c; DROP TABLE flux.b",
    "DROP SCHEMA flux CASCADE; DROP ROLE flux_r",
};

/* What is told is told of one moment: of the tables, none without its schema. */
START_TEST(test_hostile__dropped_while_read) {
    pid_t child = fork();
    if (child == 0) {
        PGconn *other = connect_as("postgres", FIXTURE_DATABASE);
        for (;;)
            for (int i = 0; i < ROWS(comings_and_goings); i++)
                PQclear(PQexec(other, comings_and_goings[i]));
    }
    int changed = 0, seen = 0, runs = 0, gone = 0; /* each time that it asked */
    for (; runs < 25 || (seen == 0 && runs < 1000); runs++) {
        const pgcs_report *report = look(runs % 2 ? "direct" : "postgres", FIXTURE_DATABASE,
                                         EVERYTHING & ~PGCS_SECTION_EXPRESSIONS);
        pgcs_findings *found = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
        while (pgcs_findings_next(found)) {
            const char *message = pgcs_finding_message(found);
            changed++;
            gone += strstr(message, "cache lookup failed") != NULL;
            ck_assert_msg(pgcs_finding_code(found) == PGCS_CODE_PRIVILEGES_CHANGED ||
                              strstr(message, "cache lookup failed") != NULL,
                          "%s", message);
        }
        pgcs_findings_free(found);
        pgcs_objects *at = pgcs_objects_new(report, "flux", 0);
        while (pgcs_objects_next(at))
            seen++;
        pgcs_objects_free(at);
        pgcs_report_unref(report);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    printf("# %d objects were seen in passing, %d reports say that something changed\n", seen,
           changed);
    fflush(stdout);
    ck_assert_int_gt(seen, 0);
    ck_assert_int_lt(gone, runs);
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    await_alone(pg, FIXTURE_DATABASE);
    run_sql(pg, "DROP SCHEMA IF EXISTS flux CASCADE; DROP ROLE IF EXISTS flux_r");
    PQfinish(pg);
}
END_TEST

/* Every table in exclusive hands, and every sequence being altered: nothing waits. */
START_TEST(test_hostile__locked_tables_and_sequences) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg, "BEGIN");
    run_sql(pg, "DO $$ DECLARE c record; BEGIN FOR c IN SELECT oid::regclass AS r, relkind FROM"
                " pg_class WHERE relkind IN ('r', 'p', 'S') AND relnamespace IN (SELECT oid "
                "FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
                "'information_schema') LOOP"
                " IF c.relkind = 'S' THEN EXECUTE format('ALTER SEQUENCE %s CACHE 2', c.r);"
                " ELSE EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.r); END IF;"
                " END LOOP; END $$");
    char *locks = value_of(pg, "SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND "
                               "mode IN ('AccessExclusiveLock', 'ShareRowExclusiveLock')");
    ck_assert_int_gt(atoi(locks), 15);
    free(locks);
    const pgcs_report *report =
        look("postgres", FIXTURE_DATABASE, EVERYTHING & ~PGCS_SECTION_EXPRESSIONS);
    assert_no_findings(report); /* a lock that it waited for would be one */
    pgcs_report_unref(report);
    run_sql(pg, "ROLLBACK");
    PQfinish(pg);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_hostile__planted_everywhere);
    tcase_add_test(cases, test_hostile__grants_without_end);
    tcase_add_test(cases, test_hostile__dropped_while_read);
    tcase_add_test(cases, test_hostile__locked_tables_and_sequences);
    tcase_add_test(cases, test_hostile__roles_without_end);
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("hostile", fill, 600);
}
