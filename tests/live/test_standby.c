/*
 * Checks of a hot standby, and of lists of hosts with a primary and a standby. Run by
 * tests/lib/server standby, which gives STANDBYHOST and STANDBYPORT.
 */
#include <stdbool.h>
#include <unistd.h>

#include "alike.h"

/* What was written at the primary has come to the standby. */
static void
await_replay(void) {
    PGconn *primary = connect_as("postgres", "postgres");
    char *written = value_of(primary, "SELECT pg_current_wal_lsn()"), sql[128];
    const char *const keys[] = {"host", "port", "user", "dbname", NULL};
    const char *const values[] = {server("STANDBYHOST"), server("STANDBYPORT"), "postgres",
                                  "postgres", NULL};
    PGconn *standby = PQconnectdbParams(keys, values, 0);
    MUST(PQstatus(standby) == CONNECTION_OK, "%s", PQerrorMessage(standby));
    snprintf(sql, sizeof sql, "SELECT pg_last_wal_replay_lsn() >= '%s'", written);
    AWAIT(is_true(standby, sql), "the standby did not catch up");
    free(written);
    PQfinish(primary);
    PQfinish(standby);
}

/* --- the same report -------------------------------------------------------------------------
 */

static const pgcs_fact of_a_server[] = {PGCS_FACT_SERVER_ADDRESS, PGCS_FACT_CONNECT_MS,
                                        PGCS_FACT_ROUND_TRIP_US,  PGCS_FACT_IS_STANDBY,
                                        PGCS_FACT_IS_READ_ONLY,   PGCS_FACT_DATABASE_ID};

static const pgcs_report *
report_at(const char *host, const char *port, const char *role) {
    pgcs_check *check = check_of(spec_for(host, port, role, ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, 0x1ff, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    return report;
}

static const char *const roles[] = {"acts_as_grp", "inheritor", "owner_r"};

START_TEST(test_standby__has_the_same_report) {
    const pgcs_report *primary = report_at(server("PGHOST"), server("PGPORT"), roles[_i]);
    const pgcs_report *standby =
        report_at(server("STANDBYHOST"), server("STANDBYPORT"), roles[_i]);
    assert_reports_alike(primary, standby, of_a_server, ROWS(of_a_server));
    ck_assert_int_eq(pgcs_report_fact_int(primary, PGCS_FACT_IS_STANDBY), 0);
    ck_assert_int_eq(pgcs_report_fact_int(primary, PGCS_FACT_IS_READ_ONLY), 0);
    ck_assert_int_eq(pgcs_report_fact_int(standby, PGCS_FACT_IS_STANDBY), 1);
    ck_assert_int_eq(pgcs_report_fact_int(standby, PGCS_FACT_IS_READ_ONLY), 1);
    ck_assert_str_ne(pgcs_report_fact(primary, PGCS_FACT_DATABASE_ID),
                     pgcs_report_fact(standby, PGCS_FACT_DATABASE_ID));
    pgcs_report_unref(primary);
    pgcs_report_unref(standby);
}
END_TEST

/* --- target_session_attrs --------------------------------------------------------------------
 */

static const char *const attrs[] = {"any",     "read-write", "read-only",
                                    "primary", "standby",    "prefer-standby"};

/* 'p' is the primary, 's' the standby, 'r' a primary whose transactions are read only, 'n' a
   port where nobody is. */
static const char *const lists[] = {"p",   "s",   "ps", "sp", "np", "ns",
                                    "nps", "snp", "r",  "rs", "sr", "nn"};

/* A list with an 'r' is asked as a role whose transactions are read only everywhere. */
static void
write_hosts(const char *list, const char *target, char *out, size_t size) {
    char hosts[512] = "", ports[128] = "";
    for (const char *at = list; *at != '\0'; at++) {
        const char *comma = at == list ? "" : ",";
        bool standby = *at == 's';
        snprintf(hosts + strlen(hosts), sizeof hosts - strlen(hosts), "%s%s", comma,
                 server(standby ? "STANDBYHOST" : "PGHOST"));
        snprintf(ports + strlen(ports), sizeof ports - strlen(ports), "%s%s", comma,
                 *at == 'n' ? "1" : server(standby ? "STANDBYPORT" : "PGPORT"));
    }
    snprintf(out, size,
             "host=%s port=%s user=%s password='" ROLE_PASSWORD
             "' dbname=postgres target_session_attrs=%s",
             hosts, ports, strchr(list, 'r') ? "reads_only" : "public_only", target);
}

/* In the order of lists[], and within each of attrs[]. */
START_TEST(test_hosts__are_chosen_as_by_libpq) {
    const char *list = lists[_i / ROWS(attrs)], *target = attrs[_i % ROWS(attrs)];
    char text[1024];
    const pgcs_spec *spec = NULL;
    write_hosts(list, target, text, sizeof text);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check_of(spec));
    PGconn *pg = PQconnectdb(text);
    bool connected = PQstatus(pg) == CONNECTION_OK;
    ck_assert_msg(connected == pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION),
                  "%s %s: libpq %s: %s", list, target, connected ? "connects" : "fails",
                  PQerrorMessage(pg));
    if (connected) {
        bool standby = strcmp(PQhost(pg), server("STANDBYHOST")) == 0;
        char letter = list[pgcs_report_fact_int(report, PGCS_FACT_HOST_INDEX)];
        ck_assert_msg(standby == (letter == 's'), "%s %s: %c, libpq is at %s", list, target,
                      letter, PQhost(pg));
        ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_IS_STANDBY), standby);
        ck_assert_int_lt(pgcs_report_severity(report), PGCS_SEVERITY_FAILURE);
    } else {
        bool nobody = strspn(list, "n") == strlen(list);
        bool seen = false;
        pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
        while (pgcs_findings_next(at))
            seen |= pgcs_finding_code(at) ==
                    (nobody ? PGCS_CAUSE_SOCKET_MISSING : PGCS_CAUSE_WRONG_SESSION_KIND);
        ck_assert_msg(seen, "%s %s", list, target);
        pgcs_findings_free(at);
    }
    PQfinish(pg);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_standby__has_the_same_report, 0, ROWS(roles));
    tcase_add_loop_test(cases, test_hosts__are_chosen_as_by_libpq, 0,
                        ROWS(lists) * ROWS(attrs));
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE ROLE reads_only LOGIN PASSWORD '" ROLE_PASSWORD "';"
                "ALTER ROLE reads_only SET default_transaction_read_only = on");
    PQfinish(pg);
    await_replay();
    return suite_run("standby", fill, 300);
}
