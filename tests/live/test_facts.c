/*
 * Facts of the session on real servers: memberships held against the statements that they
 * allow, hints of a flavor as PostgreSQL has them, extensions, settings of the role.
 */
#include <stdbool.h>

#include "live.h"

#define ROLES 7
#define SEEDS 6
#define FACTS "facts_db"

/* --- memberships -----------------------------------------------------------------------------
 */

static uint32_t
random_below(uint32_t *state, uint32_t bound) {
    *state = *state * 1664525 + 1013904223;
    return (*state >> 16) % bound;
}

/* Roles m0 to m6, each granted to some of those before it, in all the ways that there are. */
static void
make_roles(PGconn *pg, uint32_t seed) {
    bool by_grant = PQserverVersion(pg) >= 160000;
    uint32_t state = seed;
    char sql[256];
    for (int i = 0; i < ROLES; i++) {
        bool inherits = by_grant || random_below(&state, 3) > 0;
        snprintf(sql, sizeof sql,
                 "CREATE ROLE m%d LOGIN %s PASSWORD '" ROLE_PASSWORD "';"
                 "CREATE TABLE of_m%d (id int); ALTER TABLE of_m%d OWNER TO m%d",
                 i, inherits ? "INHERIT" : "NOINHERIT", i, i, i);
        run_sql(pg, sql);
    }
    for (int i = 0; i < ROLES; i++) {
        for (int k = i + 1; k < ROLES; k++) {
            char options[128] = "";
            if (random_below(&state, 3) > 0)
                continue;
            bool admin = random_below(&state, 3) == 0;
            if (by_grant)
                snprintf(options, sizeof options, "WITH ADMIN %s, INHERIT %s, SET %s",
                         admin ? "TRUE" : "FALSE",
                         random_below(&state, 3) > 0 ? "TRUE" : "FALSE",
                         random_below(&state, 3) > 0 ? "TRUE" : "FALSE");
            else if (admin)
                snprintf(options, sizeof options, "WITH ADMIN OPTION");
            snprintf(sql, sizeof sql, "GRANT m%d TO m%d %s", k, i, options);
            run_sql(pg, sql);
        }
    }
}

static void
drop_roles(PGconn *pg) {
    run_sql(pg, "DROP TABLE of_m0, of_m1, of_m2, of_m3, of_m4, of_m5, of_m6");
    run_sql(pg, "DROP ROLE m0, m1, m2, m3, m4, m5, m6");
}

/*
 * Whether the server lets the role do it; nothing stays of it. Where the ADMIN OPTION is held
 * by a role that is not inherited, 16 and later have an internal error: no possible grantors.
 */
static bool
may(PGconn *pg, const char *statement, int role, const char *rest) {
    char sql[128];
    snprintf(sql, sizeof sql, "%sm%d%s", statement, role, rest);
    run_sql(pg, "BEGIN");
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    bool yes = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    const char *sqlstate = yes ? "42501" : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    ck_assert_msg(strcmp(sqlstate, "42501") == 0 || strcmp(sqlstate, "XX000") == 0, "%s: %s",
                  sql, PQerrorMessage(pg));
    PQclear(result);
    run_sql(pg, "ROLLBACK");
    return yes;
}

/* The number that a query gives in which $1 and $2 are names of roles. */
static int
number_of(PGconn *pg, const char *sql, int a, int b) {
    char first[16], second[16];
    const char *const names[] = {first, second};
    snprintf(first, sizeof first, "m%d", a);
    snprintf(second, sizeof second, "m%d", b);
    PGresult *result = PQexecParams(pg, sql, 2, NULL, names, NULL, NULL, 0);
    MUST(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
    int number = atoi(PQgetvalue(result, 0, 0));
    PQclear(result);
    return number;
}

/* What the report says of the roles of m@me against what m@me may do. */
static void
compare_memberships(const pgcs_report *report, PGconn *pg, int me) {
    pgcs_memberships *at = pgcs_memberships_new(report);
    bool more = pgcs_memberships_next(at) != 0;
    for (int i = 0; i < ROLES; i++) {
        char name[8];
        snprintf(name, sizeof name, "m%d", i);
        bool member =
            i != me &&
            number_of(pg, "SELECT pg_has_role($1::name, $2::name, 'MEMBER')::int", me, i);
        ck_assert_msg(member == (more && strcmp(pgcs_membership_role(at), name) == 0),
                      "m%d and m%d", me, i);
        if (!member)
            continue;
        int direct = number_of(pg,
                               "SELECT count(*) FROM pg_auth_members WHERE member = $1::text::"
                               "regrole AND roleid = $2::text::regrole",
                               me, i);
        ck_assert_int_eq(pgcs_membership_is_direct(at), direct > 0);
        ck_assert_msg(pgcs_membership_is_inherited(at) == may(pg, "SELECT FROM of_", i, ""),
                      "m%d inherits m%d", me, i);
        ck_assert_msg(pgcs_membership_is_settable(at) == may(pg, "SET ROLE ", i, ""),
                      "m%d sets m%d", me, i);
        ck_assert_msg(pgcs_membership_is_admin(at) == may(pg, "GRANT ", i, " TO bystander"),
                      "m%d grants m%d", me, i);
        more = pgcs_memberships_next(at) != 0;
    }
    ck_assert(!more);
    pgcs_memberships_free(at);
}

static const pgcs_report *
report_as(const char *role) {
    return report_of(
        check_of(spec_for(server("PGHOST"), server("PGPORT"), role, ROLE_PASSWORD, FACTS)));
}

START_TEST(test_memberships__are_what_statements_allow) {
    PGconn *pg = connect_as("postgres", FACTS);
    make_roles(pg, (uint32_t)_i + 1);
    for (int me = 0; me < ROLES; me++) {
        char name[8];
        snprintf(name, sizeof name, "m%d", me);
        const pgcs_report *report = report_as(name);
        PGconn *mine = connect_as(name, FACTS);
        assert_no_findings(report);
        compare_memberships(report, mine, me);
        PQfinish(mine);
        pgcs_report_unref(report);
    }
    drop_roles(pg);
    PQfinish(pg);
}
END_TEST

/* A login that acts as another role: privileges are that one's, SET ROLE the login's. */
START_TEST(test_memberships__of_a_login_that_acts_as_another_role) {
    PGconn *pg = connect_as("postgres", FACTS);
    run_sql(pg,
            "CREATE ROLE worker; CREATE ROLE tools; GRANT tools TO worker;"
            "CREATE ROLE other; CREATE ROLE worker_login LOGIN PASSWORD '" ROLE_PASSWORD "';"
            "GRANT worker, other TO worker_login; ALTER ROLE worker_login SET role = worker;"
            "ALTER ROLE worker_login SET timezone = 'Asia/Tokyo'; ALTER ROLE worker CREATEDB");
    const pgcs_report *report = report_as("worker_login");
    assert_no_findings(report);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_USER), "worker");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_SESSION_USER), "worker_login");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_LOGIN_USER), "worker_login");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_ROLE_ATTRIBUTES), "CREATEDB");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TIME_ZONE), "Asia/Tokyo");
    pgcs_memberships *at = pgcs_memberships_new(report);
    ck_assert_int_eq(pgcs_memberships_next(at), 1);
    ck_assert_str_eq(pgcs_membership_role(at), "other");
    ck_assert_int_eq(pgcs_membership_is_inherited(at), 0);
    ck_assert_int_eq(pgcs_membership_is_settable(at), 1);
    ck_assert_int_eq(pgcs_memberships_next(at), 1);
    ck_assert_str_eq(pgcs_membership_role(at), "tools");
    ck_assert_int_eq(pgcs_membership_is_inherited(at), 1);
    ck_assert_int_eq(pgcs_membership_is_settable(at), 1);
    ck_assert_int_eq(pgcs_memberships_next(at), 0);
    pgcs_memberships_free(at);
    pgcs_report_unref(report);
    run_sql(pg, "DROP ROLE worker_login, worker, tools, other");
    PQfinish(pg);
}
END_TEST

/* A chain of 6,000 roles: what is asked of each must not ask for all of the others again. */
START_TEST(test_memberships__in_a_long_chain) {
    PGconn *pg = connect_as("postgres", FACTS);
    run_sql(pg, "DO $$ BEGIN CREATE ROLE c0 LOGIN PASSWORD '" ROLE_PASSWORD "';"
                "FOR i IN 1 .. 6000 LOOP EXECUTE format('CREATE ROLE c%s ROLE c%s', i, i - 1);"
                "END LOOP; END $$");
    pgcs_check *check =
        check_of(spec_for(server("PGHOST"), server("PGPORT"), "c0", ROLE_PASSWORD, FACTS));
    ck_assert_int_eq(pgcs_check_set_sections(check, PGCS_SECTION_ROLE, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    int count = 0;
    pgcs_memberships *at = pgcs_memberships_new(report);
    while (pgcs_memberships_next(at))
        count += pgcs_membership_is_inherited(at) && pgcs_membership_is_settable(at);
    ck_assert_int_eq(count, 6000);
    pgcs_memberships_free(at);
    pgcs_report_unref(report);
    run_sql(pg, "DO $$ BEGIN FOR i IN 0 .. 6000 LOOP EXECUTE format('DROP ROLE c%s', i);"
                "END LOOP; END $$");
    PQfinish(pg);
}
END_TEST

/* --- the server ------------------------------------------------------------------------------
 */

START_TEST(test_server__is_described) {
    PGconn *pg = connect_as("postgres", FACTS);
    char *version = value_of(pg, "SELECT version()");
    char *zone = value_of(pg, "SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'");
    char *extension =
        value_of(pg, "SELECT extname || ' ' || extversion FROM pg_extension ORDER BY 1");
    const pgcs_report *report = report_as("bystander");
    assert_no_findings(report);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_SERVER_VERSION_TEXT), version);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TIME_ZONE), zone);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_FLAVOR), "PostgreSQL");
    ck_assert(!pgcs_report_has_fact(report, PGCS_FACT_FLAVOR_EVIDENCE));
    ck_assert(!pgcs_report_has_fact(report, PGCS_FACT_POOLER));
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_ROLE_ATTRIBUTES), "");
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_ROW_SECURITY_OFF), 0);
    ck_assert_int_gt(pgcs_report_fact_int(report, PGCS_FACT_ROUND_TRIP_US), 0);
    pgcs_extensions *at = pgcs_extensions_new(report);
    char shown[128];
    ck_assert_int_eq(pgcs_extensions_next(at), 1);
    snprintf(shown, sizeof shown, "%s %s", pgcs_extension_name(at), pgcs_extension_version(at));
    ck_assert_str_eq(shown, extension);
    ck_assert_int_eq(pgcs_extensions_next(at), 0);
    ck_assert_ptr_null(pgcs_extension_name(at));
    pgcs_extensions_free(at);
    pgcs_report_unref(report);
    free(version);
    free(zone);
    free(extension);
    PQfinish(pg);
}
END_TEST

/* What providers put into their databases, put into ours. */
static const struct {
    const char *make;
    const char *drop;
    const char *flavor;
    const char *evidence;
} hints[] = {
    {"CREATE ROLE rds_superuser", "DROP ROLE rds_superuser", "RDS",
     "there is a role rds_superuser"},
    {"CREATE ROLE neon_superuser", "DROP ROLE neon_superuser", "Neon",
     "there is a role neon_superuser"},
    {"CREATE ROLE supabase_admin", "DROP ROLE supabase_admin", "Supabase",
     "there is a role supabase_admin"},
    {"SET allow_system_table_mods = on; CREATE FUNCTION pg_catalog.aurora_version() RETURNS "
     "text "
     "LANGUAGE sql AS 'SELECT ''15.4.0'''",
     "SET allow_system_table_mods = on; DROP FUNCTION pg_catalog.aurora_version()", "Aurora",
     "there is a function aurora_version()"},
    /* One of the user's own is no hint. */
    {"CREATE FUNCTION public.aurora_version() RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
     "DROP FUNCTION public.aurora_version()", "PostgreSQL", NULL},
    {"CREATE ROLE pgbouncer", "DROP ROLE pgbouncer", "PostgreSQL", NULL},
};

START_TEST(test_server__is_told_by_its_hints) {
    PGconn *pg = connect_as("postgres", FACTS);
    run_sql(pg, hints[_i].make);
    const pgcs_report *report = report_as("bystander");
    run_sql(pg, hints[_i].drop);
    assert_no_findings(report);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_FLAVOR), hints[_i].flavor);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_FLAVOR_EVIDENCE), hints[_i].evidence);
    ck_assert(!pgcs_report_has_fact(report, PGCS_FACT_POOLER));
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_memberships__are_what_statements_allow, 0, SEEDS);
    tcase_add_test(cases, test_memberships__of_a_login_that_acts_as_another_role);
    tcase_add_test(cases, test_memberships__in_a_long_chain);
    tcase_add_test(cases, test_server__is_described);
    tcase_add_loop_test(cases, test_server__is_told_by_its_hints, 0, ROWS(hints));
}

int
main(void) {
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE " FACTS);
    run_sql(pg, "CREATE ROLE bystander LOGIN PASSWORD '" ROLE_PASSWORD "'");
    PQfinish(pg);
    return suite_run("facts", fill, 300);
}
