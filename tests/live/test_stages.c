/*
 * What may happen to a server while a check is at any stage: sessions ended and cancelled, the
 * server killed and started again, catalogs locked, memory used up, settings of the role that
 * would end everything. Each ends in a report with a cause, within the time; what comes after
 * is served again.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

#include "live.h"

/* Of those that a lock holds up, half of it; more, where the rest did not end in time. */
#define LOCKED_MS  1600
#define TIMES_MORE 5
#define STEPS      7 /* of a check on this machine, and some more */

static int
open_files(void) {
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* --- the server ------------------------------------------------------------------------------
 */

#define THE_OTHERS                                                                             \
    "FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> "     \
    "'superuser'"

static void
terminate(void) {
    PGconn *pg = connect_superuser();
    run_sql(pg, "SELECT pg_terminate_backend(pid) " THE_OTHERS);
    PQfinish(pg);
}

static void
cancel(void) {
    PGconn *pg = connect_superuser();
    run_sql(pg, "SELECT pg_cancel_backend(pid) " THE_OTHERS);
    PQfinish(pg);
}

/* The letter that /proc has for what a process is at; 'X' when there is none. */
static char
process_state(int pid) {
    char path[40], text[256] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    const char *behind = size > 0 ? strrchr(text, ')') : NULL;
    return behind != NULL ? behind[2] : 'X';
}

/* Whether a process was there to be killed. It is held first: nobody can tell by the signal
 * alone whether it came to one that was ending by itself. */
static bool
kill_process(int pid) {
    if (kill(pid, SIGSTOP) != 0)
        return false;
    AWAIT(strchr("TZX", process_state(pid)) != NULL, "%d does not stop", pid);
    return process_state(pid) == 'T' && kill(pid, SIGKILL) == 0;
}

static bool
is_cut_off(PGconn *pg) {
    PQclear(PQexec(pg, "SELECT"));
    return PQstatus(pg) != CONNECTION_OK;
}

/* The process of each session: then all sessions end, and the server recovers. */
static void
kill_session(void) {
    bool killed = false;
    PGconn *pg = connect_superuser();
    PGresult *pids = query(pg, "SELECT pid " THE_OTHERS);
    for (int i = 0; i < PQntuples(pids); i++)
        killed |= kill_process(atoi(PQgetvalue(pids, i, 0)));
    PQclear(pids);
    if (killed)
        AWAIT(is_cut_off(pg), "the server did not notice");
    PQfinish(pg);
}

/* Run a command as the user that the server runs as. */
static bool
as_server(const char *command) {
    char line[1000];
    snprintf(line, sizeof line, "cd / && %s env -i PATH=/usr/bin:/bin LANG=C.UTF-8 TZ=UTC %s",
             geteuid() == 0
                 ? "setpriv --reuid=$(stat -c %u $PGDATA) --regid=$(stat -c %g $PGDATA) "
                   "--clear-groups"
                 : "",
             command);
    return system(line) == 0;
}

/* As somebody who pulls the plug, and puts it in again. */
static void
restart(void) {
    char command[600];
    snprintf(command, sizeof command,
             "%s/pg_ctl -D %s -l %s -m immediate -w -t 300 restart >/dev/null 2>&1",
             server("PGBINDIR"), server("PGDATA"), server("PGLOG"));
    MUST(as_server(command), "the server does not start again");
}

/* --- checks ----------------------------------------------------------------------------------
 */

static pgcs_check *
new_check(const char *role, const char *more) {
    char text[400];
    const pgcs_spec *spec = NULL;
    snprintf(text, sizeof text,
             "host=127.0.0.1 port=%s user=%s password='" ROLE_PASSWORD
             "' dbname=postgres sslmode=disable %s",
             server("PGPORT"), role, more);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    return check_of(spec);
}

/* A step, when there is something to step for. False at the end. */
static bool
step(pgcs_check *check) {
    ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
    if (pgcs_check_state(check) != PGCS_STATE_RUNNING)
        return false;
    uint32_t wants = pgcs_check_wants(check);
    struct pollfd fd = {.fd = pgcs_check_socket(check),
                        .events = (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                                          (wants & PGCS_WANT_WRITE ? POLLOUT : 0))};
    poll(&fd, 1, 50);
    return true;
}

static void
steps(pgcs_check *check, int count) {
    while (count-- > 0 && step(check))
        ;
}

static const pgcs_report *
finish(pgcs_check *check) {
    while (step(check))
        ;
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    ck_assert_ptr_nonnull(report);
    pgcs_check_free(check);
    return report;
}

/* The report's first failure is one of @codes, which end with 0; 0 first lets it have none. */
static void
assert_one_of(const pgcs_report *report, const int32_t *codes) {
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    int32_t code = pgcs_findings_next(at) ? pgcs_finding_code(at) : 0;
    bool found = code == codes[0];
    for (int i = 1; codes[i] != 0; i++)
        found |= code == codes[i];
    ck_assert_msg(found, "%s: %s", code ? pgcs_finding_name(at) : "no failure",
                  code ? pgcs_finding_message(at) : "");
    ck_assert(code == 0 || pgcs_finding_hint(at) != NULL);
    pgcs_findings_free(at);
}

/* The server is well: a check finds nothing. */
static void
assert_served_again(void) {
    PQfinish(connect_superuser());
    const pgcs_report *report = finish(new_check("plain", ""));
    assert_no_findings(report);
    pgcs_report_unref(report);
}

/* --- at every stage --------------------------------------------------------------------------
 */

static const struct {
    void (*act)(void);
    int32_t free[8];    /* what may come of it while the check goes on by itself */
    int32_t waiting[4]; /* and while it waits for rows, held up by a lock */
} acts[] = {
    {terminate,
     {0, PGCS_CAUSE_SHUTTING_DOWN, PGCS_CAUSE_CONNECTION_LOST},
     {PGCS_CAUSE_SHUTTING_DOWN}},
    {cancel, {0, PGCS_CODE_SECTION_FAILED, PGCS_CAUSE_TIMED_OUT}, {PGCS_CODE_SECTION_FAILED}},
    {kill_session,
     {0, PGCS_CAUSE_SHUTTING_DOWN, PGCS_CAUSE_CONNECTION_LOST, PGCS_CAUSE_STARTING_UP},
     {PGCS_CAUSE_CONNECTION_LOST, PGCS_CAUSE_SHUTTING_DOWN}},
    {restart,
     {0, PGCS_CAUSE_SHUTTING_DOWN, PGCS_CAUSE_CONNECTION_LOST, PGCS_CAUSE_REFUSED,
      PGCS_CAUSE_STARTING_UP},
     {PGCS_CAUSE_SHUTTING_DOWN, PGCS_CAUSE_CONNECTION_LOST}},
};

START_TEST(test_stages__before_each_step) {
    int act = _i / STEPS, before = _i % STEPS, files = open_files();
    pgcs_check *check = new_check("plain", "");
    steps(check, before);
    acts[act].act();
    const pgcs_report *report = finish(check);
    assert_one_of(report, acts[act].free);
    pgcs_report_unref(report);
    assert_served_again();
    ck_assert_int_eq(open_files(), files);
}
END_TEST

/* The connection that keeps a check from reading the sequences. */
static PGconn *
lock_sequences(void) {
    PGconn *pg = connect_superuser();
    run_sql(pg, "BEGIN; LOCK TABLE pg_catalog.pg_sequence IN ACCESS EXCLUSIVE MODE");
    return pg;
}

/* Until the check waits for it, or is at its end since it had too little time. */
static void
await_lock(pgcs_check *check) {
    PGconn *pg = connect_superuser();
    while (step(check) && !is_true(pg, "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"))
        ;
    PQfinish(pg);
}

/* The server is at work on the query: it can't have answered. */
START_TEST(test_stages__while_rows_are_awaited) {
    int files = open_files();
    PGconn *pg = lock_sequences();
    pgcs_check *check = new_check("plain", "");
    await_lock(check);
    acts[_i].act();
    const pgcs_report *report = finish(check);
    PQfinish(pg);
    assert_one_of(report, acts[_i].waiting);
    pgcs_report_unref(report);
    assert_served_again();
    ck_assert_int_eq(open_files(), files);
}
END_TEST

/* --- locks -----------------------------------------------------------------------------------
 */

static const char *const catalogs[] = {
    "pg_class", "pg_attribute",    "pg_authid",   "pg_database", "pg_namespace", "pg_proc",
    "pg_type",  "pg_auth_members", "pg_operator", "pg_index",    "pg_sequence"};

/* Whether each section that failed did so for the lock; on a busy machine, time may be first.
 */
static bool
blames_the_lock(const pgcs_report *report) {
    bool good = true;
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(at))
        good &= pgcs_finding_code(at) != PGCS_CODE_SECTION_FAILED ||
                strstr(pgcs_finding_message(at), "somebody holds a lock on a system catalog") !=
                    NULL;
    pgcs_findings_free(at);
    return good;
}

START_TEST(test_locks__on_catalogs) {
    static const int32_t codes[] = {0, PGCS_CODE_SECTION_FAILED, PGCS_CAUSE_TIMED_OUT, 0};
    char sql[200];
    PGconn *pg = connect_superuser();
    snprintf(sql, sizeof sql, "BEGIN; LOCK TABLE pg_catalog.%s IN ACCESS EXCLUSIVE MODE",
             catalogs[_i]);
    run_sql(pg, sql);
    const pgcs_report *report = NULL;
    for (int64_t ms = LOCKED_MS;
         ms < PATIENCE_MS && (report == NULL || !blames_the_lock(report)); ms *= TIMES_MORE) {
        pgcs_report_unref(report);
        pgcs_check *check = new_check("plain", "");
        ck_assert_int_eq(pgcs_check_set_timeout_ms(check, ms, NULL), PGCS_OK);
        report = finish(check);
    }
    assert_one_of(report, codes);
    ck_assert(blames_the_lock(report));
    pgcs_report_unref(report);
    run_sql(pg, "ROLLBACK");
    PQfinish(pg);
    assert_served_again();
}
END_TEST

/*
 * Behind a part that failed the others are read in another transaction, which sees what came
 * meanwhile: it is left out, since its schema was not told of, and nothing else fails for it.
 */
static const pgcs_report *
report_meanwhile(int64_t timeout_ms) {
    PGconn *pg = lock_sequences(), *other = connect_superuser();
    pgcs_check *check = new_check("plain", "");
    uint32_t sections = PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS;
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, timeout_ms, NULL), PGCS_OK);
    await_lock(check);
    run_sql(other, "CREATE SCHEMA late CREATE TABLE t (a int);"
                   "CREATE FUNCTION late.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
                   "GRANT SELECT (a) ON late.t TO plain;"
                   "CREATE FUNCTION public.told() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    const pgcs_report *report = finish(check);
    run_sql(other, "DROP SCHEMA late CASCADE; DROP FUNCTION public.told()");
    PQfinish(other);
    PQfinish(pg);
    return report;
}

START_TEST(test_locks__what_comes_meanwhile) {
    const pgcs_report *report = report_meanwhile(LOCKED_MS);
    for (int64_t ms = LOCKED_MS * TIMES_MORE; ms < PATIENCE_MS && is_out_of_time(report);
         ms *= TIMES_MORE) {
        pgcs_report_unref(report);
        report = report_meanwhile(ms);
    }
    pgcs_findings *found = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    ck_assert_int_eq(pgcs_findings_next(found), 1);
    ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_SECTION_FAILED);
    ck_assert_str_eq(pgcs_finding_message(found), "the sequences could not be read: somebody "
                                                  "holds a lock on a system catalog");
    ck_assert_int_eq(pgcs_findings_next(found), 1);
    ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_PRIVILEGES_CHANGED);
    ck_assert_int_eq(pgcs_findings_next(found), 0);
    pgcs_findings_free(found);
    pgcs_objects *at = pgcs_objects_new(report, "late", 0);
    ck_assert_int_eq(pgcs_objects_next(at), 0);
    pgcs_objects_free(at);
    int told = 0;
    at = pgcs_objects_new(report, "public", 0);
    while (pgcs_objects_next(at))
        told += strcmp(pgcs_object_name(at), "told()") == 0;
    pgcs_objects_free(at);
    ck_assert_int_eq(told, 1);
    pgcs_report_unref(report);
}
END_TEST

/* --- settings --------------------------------------------------------------------------------
 */

/*
 * A server that has hung up before the query comes answers that with a reset, which may take
 * its last words away.
 */
static const struct {
    const char *settings; /* of the role */
    int32_t codes[4];
} settings[] = {
    {"statement_timeout = '1ms'", {0, PGCS_CODE_SECTION_FAILED}},
    {"lock_timeout = '1ms'", {0}},
    {"idle_in_transaction_session_timeout = '1ms'", {0}},
    {"default_transaction_read_only = on", {0}},
    {"default_transaction_isolation = 'serializable'", {0}},
    {"default_transaction_deferrable = on", {0}},
    {"search_path = 'nowhere'", {0}},
    {"row_security = off", {0}},
    {"bytea_output = 'escape'", {0}},
    {"DateStyle = 'SQL, DMY'", {0}},
    {"IntervalStyle = 'sql_standard'", {0}},
    {"TimeZone = 'Asia/Kathmandu'", {0}},
    {"standard_conforming_strings = off", {0}},
    {"escape_string_warning = on", {0}},
    {"backslash_quote = off", {0}},
    {"quote_all_identifiers = on", {0}},
    {"client_encoding = 'LATIN1'", {0}},
    {"client_min_messages = 'debug5'", {0}},
    {"lc_numeric = 'C.UTF-8'", {0}},
    {"extra_float_digits = -15", {0}},
    {"transform_null_equals = on", {0}},
    {"array_nulls = off", {0}},
    {"enable_seqscan = off", {0}},
    {"enable_indexscan = off", {0}},
    {"enable_hashagg = off", {0}},
    {"from_collapse_limit = 1", {0}},
    {"jit_above_cost = 0", {0}},
    {"work_mem = '64kB'", {0}},
    {"xmlbinary = 'hex'", {0}},
    {"check_function_bodies = off", {0}},
    {"force_parallel_mode = on", {0}},  /* until 15 */
    {"debug_parallel_query = on", {0}}, /* since 16 */
    {"idle_session_timeout = '1ms'",    /* since 14 */
     {0, PGCS_CAUSE_TIMED_OUT, PGCS_CAUSE_CONNECTION_LOST}},
    {"transaction_timeout = '1ms'", /* since 17 */
     {0, PGCS_CAUSE_TIMED_OUT, PGCS_CAUSE_CONNECTION_LOST}},
};

START_TEST(test_settings__of_the_role) {
    char sql[300];
    PGconn *pg = connect_superuser();
    run_sql(pg, "DROP ROLE IF EXISTS odd; CREATE ROLE odd LOGIN PASSWORD '" ROLE_PASSWORD "'");
    snprintf(sql, sizeof sql, "ALTER ROLE odd SET %s", settings[_i].settings);
    PGresult *result = PQexec(pg, sql);
    bool known = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    const pgcs_report *report = finish(new_check("odd", ""));
    assert_one_of(report, settings[_i].codes);
    if (known && failure_of(report) == 0)
        assert_no_findings(report);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/* --- memory ----------------------------------------------------------------------------------
 */

/* The process of the check once it is logged in, but before it got the query; or NULL. */
static char *
catch_idle(PGconn *pg, pgcs_check *check) {
    char *found = NULL;
    for (bool runs = true; runs && found == NULL;) {
        PGresult *idle = query(pg, "SELECT pid FROM pg_stat_activity WHERE application_name = "
                                   "'starved' AND state = 'idle' AND query = ''");
        if (PQntuples(idle) > 0)
            found = strdup(PQgetvalue(idle, 0, 0));
        PQclear(idle);
        runs = found != NULL || step(check);
    }
    return found;
}

/* The session may take no more memory than it has: it runs out of it in the query. */
START_TEST(test_memory__of_the_server) {
    static const int32_t codes[] = {PGCS_CODE_SECTION_FAILED, PGCS_CAUSE_UNKNOWN, 0};
    char command[100], *backend = NULL;
    pgcs_check *check = NULL;
    PGconn *pg = connect_superuser();
    run_sql(pg,
            "DO $$ BEGIN FOR i IN 1..1500 LOOP EXECUTE format('CREATE TABLE many_%s ()', i); "
            "END LOOP; END $$");
    for (int i = 0; i < 1000 && backend == NULL; i++) {
        pgcs_check_free(check);
        check = new_check("plain", "application_name=starved");
        backend = catch_idle(pg, check);
    }
    ck_assert_ptr_nonnull(backend);
    snprintf(command, sizeof command, "prlimit --pid=%s --as=1048576", backend);
    ck_assert(as_server(command));
    const pgcs_report *report = finish(check);
    assert_one_of(report, codes);
    pgcs_report_unref(report);
    free(backend);
    run_sql(pg, "DO $$ BEGIN FOR i IN 1..1500 LOOP EXECUTE format('DROP TABLE many_%s', i); "
                "END LOOP; END $$");
    PQfinish(pg);
    assert_served_again();
}
END_TEST

static void
prepare(void) {
    PGconn *pg = connect_superuser();
    run_sql(pg, "CREATE ROLE plain LOGIN PASSWORD '" ROLE_PASSWORD "'");
    run_sql(pg, "CREATE TABLE thing (id serial PRIMARY KEY, name text)");
    run_sql(pg, "GRANT SELECT ON thing TO plain");
    PQfinish(pg);
}

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_stages__before_each_step, 0, ROWS(acts) * STEPS);
    tcase_add_loop_test(cases, test_stages__while_rows_are_awaited, 0, ROWS(acts));
    tcase_add_loop_test(cases, test_locks__on_catalogs, 0, ROWS(catalogs));
    tcase_add_test(cases, test_locks__what_comes_meanwhile);
    tcase_add_loop_test(cases, test_settings__of_the_role, 0, ROWS(settings));
    tcase_add_test(cases, test_memory__of_the_server);
}

int
main(void) {
    prepare();
    return suite_run("stages", fill, 300);
}
