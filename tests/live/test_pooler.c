/*
 * Checks through PgBouncer and HAProxy: the report is that of the server, and the connection
 * that the pooler keeps is for its next client as if nobody had been there.
 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alike.h"
#include "check/check.h"
#include "pooler.h"

/* Who checks, in what database: it acts as another role, and has a transaction's settings. */
#define CLIENT "acts_as_grp"

/* NULL is HAProxy. */
static const char *const modes[] = {"session", "transaction", "statement", NULL};

static struct pooler
start(const char *mode) {
    return mode == NULL ? haproxy_start(server("PGPORT")) : pgbouncer_start(mode, "");
}

static pgcs_check *
check_at(const char *host, const char *port, const char *role) {
    pgcs_check *check = check_of(spec_for(host, port, role, ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, 0x1ff, NULL), PGCS_OK);
    return check;
}

/* --- the same report -------------------------------------------------------------------------
 */

static const pgcs_fact of_the_way[] = {PGCS_FACT_SERVER_ADDRESS, PGCS_FACT_CONNECT_MS,
                                       PGCS_FACT_ROUND_TRIP_US, PGCS_FACT_POOLER,
                                       PGCS_FACT_POOLER_EVIDENCE};

static const char *const roles[] = {CLIENT, "owner_r", "we\"ird ro.le"};

/* In the order of modes[], and within each of roles[]. */
START_TEST(test_report__is_the_same_as_directly) {
    const char *mode = modes[_i / ROWS(roles)], *role = roles[_i % ROWS(roles)];
    struct pooler pooler = start(mode);
    const pgcs_report *direct =
        report_of(check_at(mode ? server("PGHOST") : "127.0.0.1", server("PGPORT"), role));
    const pgcs_report *through = report_of(check_at(pooler.host, pooler.port, role));
    assert_no_findings(through);
    assert_reports_alike(direct, through, of_the_way, ROWS(of_the_way));
    ck_assert(!pgcs_report_has_fact(direct, PGCS_FACT_POOLER));
    ck_assert_pstr_eq(pgcs_report_fact(through, PGCS_FACT_POOLER), mode ? "unknown" : NULL);
    pgcs_report_unref(direct);
    pgcs_report_unref(through);
    pooler_stop(&pooler);
}
END_TEST

/* --- nothing is left -------------------------------------------------------------------------
 */

static PGconn *
client_of(const struct pooler *pooler) {
    const char *const keys[] = {"host", "port", "user", "password", "dbname", NULL};
    const char *const values[] = {pooler->host,  pooler->port,     CLIENT,
                                  ROLE_PASSWORD, FIXTURE_DATABASE, NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    MUST(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    return pg;
}

/* What a client can see of who had its connection before; free() it. */
static char *
traces(const struct pooler *pooler) {
    PGconn *pg = client_of(pooler);
    char *text = value_of(
        pg, "SELECT concat_ws(E'\\n', current_user, session_user,"
            " (SELECT 'transaction ' || (xact_start = query_start) FROM pg_stat_activity"
            "  WHERE pid = pg_backend_pid()),"
            " 'prepared ' || (SELECT count(*) FROM pg_prepared_statements),"
            " 'cursors ' || (SELECT count(*) FROM pg_cursors WHERE name <> ''),"
            " 'temporary schema ' || pg_my_temp_schema(),"
            " 'listens ' || (SELECT count(*) FROM pg_listening_channels()),"
            " 'locks ' || (SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND"
            "   locktype NOT IN ('relation', 'virtualxid')),"
            " (SELECT string_agg(name || ' = ' || setting, E'\\n' ORDER BY name)"
            "  FROM pg_settings))");
    ck_assert_int_eq(PQtransactionStatus(pg), PQTRANS_IDLE);
    PQfinish(pg);
    return text;
}

static int
process_of(const struct pooler *pooler) {
    PGconn *pg = client_of(pooler);
    char *text = value_of(pg, "SELECT pg_backend_pid()");
    int process = atoi(text);
    free(text);
    PQfinish(pg);
    return process;
}

static void
assert_no_traces(const struct pooler *pooler, const char *before) {
    char *after = traces(pooler);
    assert_alike(before, after);
    free(after);
}

/* What the test of traces must find: each is left by somebody who is not us. */
static const char *const litter[] = {
    "SET search_path = s",        "SET statement_timeout = 1234",
    "PREPARE q AS SELECT 1",      "LISTEN x",
    "SELECT pg_advisory_lock(1)", "CREATE TEMP TABLE t (x int)",
    "SET ROLE acts_as_grp",
};

START_TEST(test_traces__are_found) {
    struct pooler pooler = pgbouncer_start("session", "");
    char *before = traces(&pooler);
    PGconn *pg = client_of(&pooler);
    run_sql(pg, litter[_i]);
    PQfinish(pg);
    char *after = traces(&pooler);
    ck_assert_str_ne(before, after);
    free(before);
    free(after);
    pooler_stop(&pooler);
}
END_TEST

/* The next client gets the same connection of the server, and sees it as it was before. */
START_TEST(test_traces__none_of_a_check) {
    struct pooler pooler = pgbouncer_start(modes[_i], "");
    char *before = traces(&pooler);
    int process = process_of(&pooler);
    for (int round = 0; round < 3; round++) {
        const pgcs_report *report = report_of(check_at(pooler.host, pooler.port, CLIENT));
        assert_no_findings(report);
        pgcs_report_unref(report);
        ck_assert_int_eq(process_of(&pooler), process);
        assert_no_traces(&pooler, before);
    }
    free(before);
    pooler_stop(&pooler);
}
END_TEST

/* Wait as pgcs_check_run() does, for a second at most. */
static void
await(pgcs_check *check) {
    struct pollfd fd = {.fd = pgcs_check_socket(check)};
    uint32_t wants = pgcs_check_wants(check);
    fd.events = (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                        (wants & PGCS_WANT_WRITE ? POLLOUT : 0));
    poll(&fd, 1, 1000);
}

/* Step until @steps were made or it is done; whether it is. */
static bool
step(pgcs_check *check, int steps) {
    for (int i = 0; i < steps && pgcs_check_state(check) != PGCS_STATE_DONE; i++) {
        if (i > 0)
            await(check);
        ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
    }
    return pgcs_check_state(check) == PGCS_STATE_DONE;
}

/* Nothing of a check goes on at the server after its client is gone. */
static void
await_end_at_server(PGconn *pg) {
    AWAIT(is_true(pg, "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = '" CLIENT
                      "' AND state <> 'idle'"),
          "a query goes on at the server");
}

START_TEST(test_traces__none_of_a_cancelled_check) {
    struct pooler pooler = pgbouncer_start(modes[_i], "");
    PGconn *pg = connect_as("postgres", "postgres");
    char *before = traces(&pooler);
    bool done = false;
    int steps = 1;
    for (; !done; steps++) {
        pgcs_check *check = check_at(pooler.host, pooler.port, CLIENT);
        done = step(check, steps);
        pgcs_check_free(check);
        await_end_at_server(pg);
        assert_no_traces(&pooler, before);
    }
    ck_assert_int_gt(steps, 4);
    free(before);
    PQfinish(pg);
    pooler_stop(&pooler);
}
END_TEST

static bool
is_looking(const pgcs_check *check) {
    return check != NULL && check->phase == PHASE_LOOKING;
}

/* The pooler stands still when the query is on its way, and the time passes. */
START_TEST(test_traces__none_of_a_check_out_of_time) {
    struct pooler pooler = pgbouncer_start(modes[_i], "");
    PGconn *pg = connect_as("postgres", "postgres");
    char *before = traces(&pooler);
    pgcs_check *check = NULL;
    /* Twenty seconds are enough to log in on a machine that is too busy for two. */
    for (int64_t ms = 2000; ms < PATIENCE_MS && !is_looking(check); ms *= 10) {
        pgcs_check_free(check);
        check = check_at(pooler.host, pooler.port, CLIENT);
        ck_assert_int_eq(pgcs_check_set_timeout_ms(check, ms, NULL), PGCS_OK);
        for (int steps = 0; steps < 50 && !is_looking(check) && !step(check, 1); steps++)
            await(check);
    }
    ck_assert(is_looking(check));
    kill(pooler.process, SIGSTOP);
    const pgcs_report *report = report_of(check);
    kill(pooler.process, SIGCONT);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_int_eq(pgcs_finding_code(at), PGCS_CAUSE_TIMED_OUT);
    ck_assert_ptr_nonnull(strstr(pgcs_finding_message(at),
                                 "logged in, but reading the catalogs took too long: "));
    pgcs_findings_free(at);
    pgcs_report_unref(report);
    await_end_at_server(pg);
    assert_no_traces(&pooler, before);
    free(before);
    PQfinish(pg);
    pooler_stop(&pooler);
}
END_TEST

/* --- what a pooler refuses -------------------------------------------------------------------
 */

static const struct {
    const char *spec;
    const char *settings; /* of PgBouncer */
    bool occupied;        /* somebody has its only connection */
    int32_t cause;
    const char *field;   /* or NULL */
    const char *message; /* behind the target */
} refusals[] = {
    {"options='-c geqo=off'", "", false, PGCS_CAUSE_POOLER_REFUSED, "options",
     "a pooler refuses a parameter of the connection"},
    {"password=wrong", "", false, PGCS_CAUSE_PASSWORD_WRONG, "password",
     "the pooler does not accept user \"" CLIENT "\" with this password"},
    {"user=nobody_here", "", false, PGCS_CAUSE_PASSWORD_WRONG, "password",
     "the pooler does not accept user \"nobody_here\" with this password"},
    {"password=''", "", false, PGCS_CAUSE_PASSWORD_MISSING, "password",
     "the server asks for a password, and there is none"},
    {"dbname=no_such_db", "", false, PGCS_CAUSE_NO_SUCH_DATABASE, "dbname",
     "the server behind the pooler lacks what the pooler has for database \"no_such_db\""},
    {"dbname=renamed", "", false, PGCS_CAUSE_NO_SUCH_DATABASE, "dbname",
     "the server behind the pooler lacks what the pooler has for database \"renamed\""},
    {"dbname=dead", "query_wait_timeout = 1", false, PGCS_CAUSE_POOLER_REFUSED, NULL,
     "the pooler got no connection to the server behind it"},
    {"", "query_wait_timeout = 1", true, PGCS_CAUSE_POOLER_REFUSED, NULL,
     "the pooler got no connection to the server behind it"},
    {"", "max_client_conn = 1", true, PGCS_CAUSE_TOO_MANY_CONNECTIONS, NULL,
     "the pooler has as many connections as it may have"},
};

START_TEST(test_pooler__refuses) {
    struct pooler pooler = pgbouncer_start("transaction", refusals[_i].settings);
    PGconn *occupant = NULL;
    char text[512], expected[256];
    const pgcs_spec *spec = NULL;
    if (refusals[_i].occupied) {
        occupant = client_of(&pooler);
        run_sql(occupant, "BEGIN");
    }
    snprintf(text, sizeof text,
             "host=%s port=%s user=" CLIENT " password='" ROLE_PASSWORD "' dbname='%s' %s",
             pooler.host, pooler.port, FIXTURE_DATABASE, refusals[_i].spec);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check_of(spec));
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    snprintf(expected, sizeof expected, "socket \"%s/.s.PGSQL.%s\": %s", pooler.folder,
             pooler.port, refusals[_i].message);
    ck_assert_str_eq(pgcs_finding_message(at), expected);
    ck_assert_int_eq(pgcs_finding_code(at), refusals[_i].cause);
    ck_assert_pstr_eq(pgcs_finding_field(at), refusals[_i].field);
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    pgcs_findings_free(at);
    pgcs_report_unref(report);
    PQfinish(occupant);
    pooler_stop(&pooler);
}
END_TEST

/* TLS ends at the pooler, which has no channel binding: without it all is well. */
START_TEST(test_pooler__channel_binding) {
    static const char *const wishes[] = {"prefer", "require"};
    struct pooler pooler = pgbouncer_start_tls();
    char text[512];
    const pgcs_spec *spec = NULL;
    snprintf(text, sizeof text,
             "host=%s port=%s user=" CLIENT " password='" ROLE_PASSWORD "' dbname='%s' "
             "sslmode=require channel_binding=%s",
             pooler.host, pooler.port, FIXTURE_DATABASE, wishes[_i]);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check_of(spec));
    if (_i == 0) {
        ck_assert_int_eq(failure_of(report), 0);
        ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_TLS_IN_USE), 1);
        ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TLS_VERIFIED), "none");
        ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_POOLER), "unknown");
    } else {
        pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
        ck_assert_int_eq(pgcs_findings_next(at), 1);
        ck_assert_int_eq(pgcs_finding_code(at), PGCS_CAUSE_AUTHENTICATION_FAILED);
        ck_assert_str_eq(pgcs_finding_field(at), "channel_binding");
        pgcs_findings_free(at);
    }
    pgcs_report_unref(report);
    pooler_stop(&pooler);
}
END_TEST

/* The console answers, and has no catalogs. */
START_TEST(test_pooler__console) {
    struct pooler pooler = pgbouncer_start("session", "stats_users = " CLIENT);
    const pgcs_report *report = report_of(
        check_of(spec_for(pooler.host, pooler.port, CLIENT, ROLE_PASSWORD, "pgbouncer")));
    ck_assert_int_eq(failure_of(report), PGCS_CAUSE_SERVER_FOREIGN);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_FLAVOR), "PgBouncer");
    pgcs_report_unref(report);
    pooler_stop(&pooler);
}
END_TEST

/* In statement mode the pooler ends a session whose transaction failed, at times at once. */
START_TEST(test_pooler__statement_mode_and_a_lock) {
    struct pooler pooler = pgbouncer_start("statement", "");
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    char *before = traces(&pooler);
    run_sql(pg, "BEGIN; LOCK pg_catalog.pg_auth_members IN ACCESS EXCLUSIVE MODE");
    pgcs_check *check = check_at(pooler.host, pooler.port, CLIENT);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, 1000, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    int32_t code = failure_of(report);
    ck_assert_msg(code == PGCS_CODE_SECTION_FAILED || code == PGCS_CAUSE_POOLER_REFUSED ||
                      code == PGCS_CAUSE_TIMED_OUT, /* on a busy machine */
                  "%d", (int)code);
    pgcs_report_unref(report);
    run_sql(pg, "ROLLBACK");
    assert_no_traces(&pooler, before);
    free(before);
    PQfinish(pg);
    pooler_stop(&pooler);
}
END_TEST

START_TEST(test_haproxy__without_a_server) {
    struct pooler pooler = haproxy_start("1");
    const pgcs_report *report = report_of(check_at(pooler.host, pooler.port, CLIENT));
    ck_assert_int_eq(failure_of(report), PGCS_CAUSE_CONNECTION_LOST);
    pgcs_report_unref(report);
    pooler_stop(&pooler);
}
END_TEST

/* A role that some setups have names the pooler. */
START_TEST(test_pooler__is_named_by_its_role) {
    PGconn *pg = connect_as("postgres", "postgres");
    struct pooler pooler = pgbouncer_start("transaction", "");
    run_sql(pg, "CREATE ROLE pgbouncer");
    const pgcs_report *report = report_of(check_at(pooler.host, pooler.port, CLIENT));
    run_sql(pg, "DROP ROLE pgbouncer");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_POOLER), "PgBouncer");
    ck_assert_ptr_nonnull(strstr(pgcs_report_fact(report, PGCS_FACT_POOLER_EVIDENCE),
                                 "; there is a role pgbouncer"));
    pgcs_report_unref(report);
    PQfinish(pg);
    pooler_stop(&pooler);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_report__is_the_same_as_directly, 0,
                        ROWS(modes) * ROWS(roles));
    tcase_add_loop_test(cases, test_traces__are_found, 0, ROWS(litter));
    tcase_add_loop_test(cases, test_traces__none_of_a_check, 0, 3);
    tcase_add_loop_test(cases, test_traces__none_of_a_cancelled_check, 0, 2);
    tcase_add_loop_test(cases, test_traces__none_of_a_check_out_of_time, 0, 2);
    tcase_add_loop_test(cases, test_pooler__refuses, 0, ROWS(refusals));
    tcase_add_loop_test(cases, test_pooler__channel_binding, 0, 2);
    tcase_add_test(cases, test_pooler__console);
    tcase_add_test(cases, test_pooler__statement_mode_and_a_lock);
    tcase_add_test(cases, test_pooler__is_named_by_its_role);
    tcase_add_test(cases, test_haproxy__without_a_server);
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg, "GRANT TEMPORARY ON DATABASE \"fixture \"\"db\"\"\" TO grp");
    PQfinish(pg);
    return suite_run("pooler", fill, 120);
}
