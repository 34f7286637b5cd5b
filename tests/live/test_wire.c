/* What a check sends: one string after the login, whatever is asked for. */
#include <time.h>

#include "proxy.h"

#include "live.h"

#define SECTION_COUNT 9 /* those that a check alone can be asked for */
#define SECTIONS_ALL  ((UINT32_C(1) << SECTION_COUNT) - 1)

static pgcs_check *
check_through(const struct proxy *proxy, uint32_t sections) {
    pgcs_check *check = check_of(spec_for(proxy->folder, server("PGPORT"), "inheritor",
                                          ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    return check;
}

/* --- one string -----------------------------------------------------------------------------
 */

enum scope_kind { WHOLE, SCHEMAS, TABLES, BOTH };

static void
assert_one_round_trip(uint32_t sections, enum scope_kind scope) {
    struct proxy proxy;
    proxy_start(&proxy, 0);
    pgcs_check *check = check_through(&proxy, sections);
    if (scope == SCHEMAS || scope == BOTH)
        ck_assert_int_eq(pgcs_check_add_schema(check, "open_all", NULL), PGCS_OK);
    if (scope == TABLES || scope == BOTH)
        ck_assert_int_eq(pgcs_check_add_table(check, "s", "plain", NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    pgcs_report_unref(report);
    struct traffic traffic = proxy_end(&proxy, NULL);
    ck_assert_msg(traffic.queries == 1 && traffic.others == 0 && traffic.turns == 1,
                  "sections 0x%x, scope %d: %d queries, %d other messages, %d turns",
                  (unsigned)sections, scope, traffic.queries, traffic.others, traffic.turns);
}

/* Each section alone, with each other one, and all of them. */
START_TEST(test_wire__one_round_trip) {
    for (int i = 0; i < SECTION_COUNT; i++)
        for (int j = i; j < SECTION_COUNT; j++)
            assert_one_round_trip(UINT32_C(1) << i | UINT32_C(1) << j, WHOLE);
    assert_one_round_trip(SECTIONS_ALL, WHOLE);
}
END_TEST

START_TEST(test_wire__one_round_trip_in_scope) {
    for (int i = 0; i < SECTION_COUNT; i++)
        assert_one_round_trip(UINT32_C(1) << i, (enum scope_kind)_i);
    assert_one_round_trip(SECTIONS_ALL, (enum scope_kind)_i);
}
END_TEST

/* --- a long link ----------------------------------------------------------------------------
 */

#define DELAY_MS  25 /* either way: a round trip takes 50 */
#define DELAY_END 2000
#define TRIES     7

static double
now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* A login and one query, as plainly as libpq does it. */
static double
time_query(int delay_ms) {
    struct proxy proxy;
    proxy_start(&proxy, delay_ms);
    const char *const keys[] = {"host", "port", "user", "password", "dbname", NULL};
    const char *const values[] = {proxy.folder,  server("PGPORT"), "inheritor",
                                  ROLE_PASSWORD, FIXTURE_DATABASE, NULL};
    double start = now_ms();
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    run_sql(pg, "SELECT 1");
    double end = now_ms();
    PQfinish(pg);
    proxy_end(&proxy, NULL);
    return end - start;
}

static double
time_check(int delay_ms) {
    struct proxy proxy;
    proxy_start(&proxy, delay_ms);
    pgcs_check *check = check_through(&proxy, SECTIONS_ALL);
    double start = now_ms();
    const pgcs_report *report = report_of(check);
    double end = now_ms();
    assert_no_findings(report);
    pgcs_report_unref(report);
    proxy_end(&proxy, NULL);
    return end - start;
}

static double
least_of(double (*time)(int delay_ms), int delay_ms) {
    double least = 1e12;
    for (int i = 0; i < TRIES; i++) {
        double one = time(delay_ms);
        least = one < least ? one : least;
    }
    return least;
}

/*
 * What the link adds to a whole check is what it adds to a login with one query: to the login,
 * and a single round trip. A second one would add 50 ms, and do so every time; what a busy
 * machine adds is another thing each time, and less than a link that is long enough.
 */
START_TEST(test_wire__long_link) {
    double query = 0, check = 0;
    for (int delay = DELAY_MS; delay < DELAY_END; delay *= 3) {
        query = least_of(time_query, delay) - least_of(time_query, 0);
        check = least_of(time_check, delay) - least_of(time_check, 0);
        if (query > 3 * delay && check < query + delay)
            return;
    }
    ck_abort_msg("the link adds %.1f ms to a query, and %.1f ms to a check", query, check);
}
END_TEST

/* --- sections that fail ---------------------------------------------------------------------
 */

/* What is taken from PUBLIC, and the parts that the report says could not be read, in order. */
static const struct {
    const char *taken;
    const char *failed[6];
} failures[] = {
    {"EXECUTE ON FUNCTION pg_catalog.has_sequence_privilege(oid, text)",
     {"the sequences", "the sequences of checks and views"}},
    {"EXECUTE ON FUNCTION pg_catalog.has_column_privilege(oid, smallint, text)",
     {"the columns", "what policies read"}},
    {"SELECT ON pg_catalog.pg_trigger",
     {"the details of tables", "the keys", "the functions that rows call", "the triggers",
      "what views write", "the expressions"}},
    {"SELECT ON pg_catalog.pg_enum", {"the types"}},
    {"SELECT ON pg_catalog.pg_extension", {"the extensions"}},
    {"EXECUTE ON FUNCTION pg_catalog.pg_get_partkeydef(oid)", {"the expressions"}},
    {"SELECT ON information_schema.table_privileges", {"the grants on tables"}},
    {"SELECT ON information_schema.column_privileges", {"the grants on columns"}},
    {"SELECT ON information_schema.usage_privileges", {"the grants on sequences"}},
    {"SELECT ON information_schema.routine_privileges", {"the grants on functions"}},
    /* How large the database is decides about the way only. */
    {"EXECUTE ON FUNCTION pg_catalog.pg_relation_size(regclass)", {NULL}},
};

/* Objects of each kind, and rows of grants. */
struct counts {
    int of_kind[32];
    int grants;
};

static struct counts
count(const pgcs_report *report) {
    struct counts counts = {0};
    pgcs_objects *objects = pgcs_objects_new(report, NULL, 0);
    while (pgcs_objects_next(objects))
        counts.of_kind[pgcs_object_kind_of(objects)]++;
    pgcs_objects_free(objects);
    pgcs_grants *grants = pgcs_grants_new(report, NULL);
    while (pgcs_grants_next(grants))
        counts.grants++;
    pgcs_grants_free(grants);
    return counts;
}

static const pgcs_report *
full_report(void) {
    pgcs_check *check = check_of(spec_for(server("PGHOST"), server("PGPORT"), "inheritor",
                                          ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, SECTIONS_ALL, NULL), PGCS_OK);
    return report_of(check);
}

static void
change_acl(const char *verb, const char *what, const char *whom) {
    char sql[256];
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    snprintf(sql, sizeof sql, "%s %s %s PUBLIC", verb, what, whom);
    run_sql(pg, sql);
    PQfinish(pg);
}

static void
assert_failed(const pgcs_report *report, const char *const *expected) {
    char found[2048] = "", wanted[2048] = "";
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(findings)) {
        ck_assert_int_eq(pgcs_finding_code(findings), PGCS_CODE_SECTION_FAILED);
        strcat(strcat(found, pgcs_finding_message(findings)), "\n");
    }
    pgcs_findings_free(findings);
    for (int i = 0; i < 6 && expected[i] != NULL; i++)
        strcat(strcat(wanted, expected[i]),
               " could not be read: the server does not let this role read it\n");
    ck_assert_str_eq(found, wanted);
}

/* The kinds of objects that a part tells; those of all others must be there. */
static uint32_t
kinds_of(const char *part) {
    static const struct {
        const char *part;
        uint32_t kinds;
    } told[] = {
        {"the sequences", 1u << PGCS_OBJECT_SEQUENCE},
        {"the columns", 1u << PGCS_OBJECT_COLUMN},
    };
    for (size_t i = 0; part != NULL && i < sizeof told / sizeof told[0]; i++)
        if (strcmp(told[i].part, part) == 0)
            return told[i].kinds;
    return 0;
}

START_TEST(test_wire__failing_section) {
    const pgcs_report *whole = full_report();
    change_acl("REVOKE", failures[_i].taken, "FROM");
    const pgcs_report *report = full_report();
    change_acl("GRANT", failures[_i].taken, "TO");
    assert_no_findings(whole);
    assert_failed(report, failures[_i].failed);
    struct counts all = count(whole), rest = count(report);
    uint32_t lost = kinds_of(failures[_i].failed[0]);
    for (int kind = 0; kind < 32; kind++)
        ck_assert_int_eq(rest.of_kind[kind],
                         (lost & UINT32_C(1) << kind) ? 0 : all.of_kind[kind]);
    bool grants = failures[_i].failed[0] == NULL ||
                  strncmp(failures[_i].failed[0], "the grants", 10) != 0;
    if (grants)
        ck_assert_int_eq(rest.grants, all.grants);
    else
        ck_assert_int_le(rest.grants, all.grants);
    pgcs_report_unref(whole);
    pgcs_report_unref(report);
}
END_TEST

/* Without these no object can be told: information_schema stands in. */
static const char *const leaned_on[] = {
    "SELECT ON pg_catalog.pg_namespace",
    "EXECUTE ON FUNCTION pg_catalog.row_security_active(oid)",
    "SELECT ON pg_catalog.pg_roles",
};

START_TEST(test_wire__standard_view_instead) {
    change_acl("REVOKE", leaned_on[_i], "FROM");
    const pgcs_report *report = full_report();
    change_acl("GRANT", leaned_on[_i], "TO");
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    int told = 0;
    while (pgcs_findings_next(findings))
        told += pgcs_finding_code(findings) == PGCS_CODE_STANDARD_VIEW;
    pgcs_findings_free(findings);
    ck_assert_int_eq(told, 1);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_PRIVILEGES_FROM), "information_schema");
    ck_assert_int_gt(count(report).of_kind[PGCS_OBJECT_TABLE], 0);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_wire__standard_view_instead, 0, ROWS(leaned_on));
    tcase_add_test(cases, test_wire__one_round_trip);
    tcase_add_loop_test(cases, test_wire__one_round_trip_in_scope, SCHEMAS, BOTH + 1);
    tcase_add_test(cases, test_wire__long_link);
    tcase_add_loop_test(cases, test_wire__failing_section, 0, ROWS(failures));
}

int
main(int arguments, char **values) {
    make_fixture(arguments > 1 ? values[1] : ".");
    return suite_run("wire", fill, 300);
}
