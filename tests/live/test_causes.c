/*
 * The table of causes on real servers: what they say when they let nobody in, in English and in
 * German, in each of their states. tests/check/test_causes.c makes the rows that no server can
 * be brought to here.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PKI_NOW ((int64_t)time(NULL))
#include "check/causes.h"
#include "live.h"
#include "tls/pki.h"

/* --- the server ------------------------------------------------------------------------------
 */

static void
write_file(const char *name, const char *text, mode_t mode) {
    char path[300];
    struct stat folder;
    snprintf(path, sizeof path, "%s/%s", server("PGDATA"), name);
    FILE *file = fopen(path, "w");
    MUST(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, "%s", path);
    MUST(stat(server("PGDATA"), &folder) == 0 && chmod(path, mode) == 0 &&
             chown(path, folder.st_uid, folder.st_gid) == 0,
         "%s", path);
}

/* Start it again in @language, with @signal_file in its folder unless that is NULL. */
static void
restart(const char *language, const char *signal_file) {
    char command[1000];
    if (signal_file != NULL)
        write_file(signal_file, "", 0600);
    snprintf(
        command, sizeof command,
        "cd / && %s env -i PATH=/usr/bin:/bin LANG=C.UTF-8 TZ=UTC LANGUAGE=%s %s/pg_ctl -D "
        "%s -l %s -m fast -w -t 120 restart >/dev/null 2>&1",
        geteuid() == 0 ? "setpriv --reuid=$(stat -c %u $PGDATA) --regid=$(stat -c %g "
                         "$PGDATA) --clear-groups"
                       : "",
        language, server("PGBINDIR"), server("PGDATA"), server("PGLOG"));
    /* pg_ctl may give up waiting for a server that lets nobody in. */
    MUST(system(command) != -1, "no shell");
}

/* Whether a session that begins now has the deadlock_timeout that is wanted. */
static bool
is_new_session_of(const char *wanted) {
    PGconn *pg = connect_superuser();
    char *seen = value_of(pg, "SHOW deadlock_timeout");
    bool same = strcmp(seen, wanted) == 0;
    free(seen);
    PQfinish(pg);
    return same;
}

/* Who may come in, and whether there is TLS, for every session from now on. */
static void
switch_server(const char *lines, bool tls) {
    static int mark = 1000;
    char hba[1000], sql[100], wanted[20];
    snprintf(hba, sizeof hba, "local all postgres trust\n%s", lines);
    write_file("pg_hba.conf", hba, 0600);
    PGconn *pg = connect_superuser();
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET ssl = %s", tls ? "on" : "off");
    run_sql(pg, sql);
    /* A setting that nothing else changes tells that a session is of the new kind. */
    snprintf(wanted, sizeof wanted, "%dms", ++mark);
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET deadlock_timeout = '%s'", wanted);
    run_sql(pg, sql);
    run_sql(pg, "SELECT pg_reload_conf()");
    PQfinish(pg);
    AWAIT(is_new_session_of(wanted), "the server did not take its settings");
}

/* --- who is let in ---------------------------------------------------------------------------
 */

#define SCRAM   "host all all 127.0.0.1/32 scram-sha-256\nlocal all all scram-sha-256\n"
#define PLAIN   "sslmode=disable"
#define RIGHT   "password='" ROLE_PASSWORD "' "
#define WRONG   "password=wrong "
#define TRUSTED "host all all 127.0.0.1/32 trust\n"

static const struct real {
    enum cause_id id;
    enum cause_id foreign; /* what is told when the server does not speak English */
    const char *hba;
    bool tls; /* the server has it */
    const char *role;
    const char *database;
    const char *rest;
    const char *host; /* NULL for 127.0.0.1 */
    int from;         /* major of the server */
} reals[] = {
#define SAME(id) CAUSE_##id, CAUSE_##id
    {SAME(PASSWORD), SCRAM, false, "plain", "postgres", WRONG PLAIN, NULL, 0},
    {SAME(PASSWORD), SCRAM, false, "nobody_there", "postgres", WRONG PLAIN, NULL, 0},
    {SAME(PASSWORD), SCRAM, false, "expired", "postgres", RIGHT PLAIN, NULL, 0},
    /* Two tries, one of which nobody is let in by: the password is what is wrong. */
    {SAME(PASSWORD), "hostssl all all all scram-sha-256\n", true, "plain", "postgres",
     WRONG "sslmode=prefer", NULL, 0},
    {SAME(PASSWORD), "hostssl all all all scram-sha-256\n", true, "plain", "postgres",
     WRONG "sslmode=allow", NULL, 0},
    {SAME(PASSWORD), "hostnossl all all all scram-sha-256\n", true, "plain", "postgres",
     WRONG "sslmode=prefer", NULL, 0},
    {SAME(DATABASE_MISSING), SCRAM, false, "plain", "no_such_db", RIGHT PLAIN, NULL, 0},
    {SAME(HBA), "", false, "plain", "postgres", RIGHT "sslmode=prefer", NULL, 0},
    {SAME(HBA), "", true, "plain", "postgres", RIGHT "sslmode=prefer", NULL, 0},
    {SAME(HBA), "", true, "plain", "postgres", RIGHT "sslmode=allow", NULL, 0},
    {SAME(HBA), "", false, "plain", "postgres", RIGHT, "~", 0},
    {SAME(HBA_WITHOUT_TLS), "hostssl all all all scram-sha-256\n", true, "plain", "postgres",
     RIGHT PLAIN, NULL, 0},
    {SAME(HBA_WITH_TLS), "hostnossl all all all scram-sha-256\n", true, "plain", "postgres",
     RIGHT "sslmode=require", NULL, 0},
    {CAUSE_HBA_REJECTS, CAUSE_HBA, "host all all all reject\n", false, "plain", "postgres",
     RIGHT "sslmode=prefer", NULL, 0},
    {CAUSE_HBA_CLIENT_CERTIFICATE, CAUSE_HBA_WITH_TLS, "hostssl all all all cert\n", true,
     "plain", "postgres", RIGHT "sslmode=require", NULL, 0},
    {SAME(NO_TLS), SCRAM, false, "plain", "postgres", RIGHT "sslmode=require", NULL, 0},
    {CAUSE_ROLE_WITHOUT_LOGIN, CAUSE_ROLE_UNFIT, SCRAM, false, "no_login", "postgres",
     RIGHT PLAIN, NULL, 0},
    {CAUSE_ROLE_MISSING, CAUSE_ROLE_UNFIT, TRUSTED, false, "nobody_there", "postgres", PLAIN,
     NULL, 0},
    {CAUSE_OS_USER, CAUSE_AUTHORIZATION, "local all all peer\n", false, "plain", "postgres",
     RIGHT, "~", 0},
    {SAME(PASSWORD_MISSING), SCRAM, false, "plain", "postgres", PLAIN, NULL, 0},
    {SAME(CHANNEL_BINDING), "hostssl all all all password\n", true, "plain", "postgres",
     RIGHT "sslmode=require channel_binding=require", NULL, 0},
    {SAME(SETTING_DENIED), SCRAM, false, "plain", "postgres",
     RIGHT PLAIN " options='-c log_statement=none'", NULL, 0},
    {SAME(SETTING_UNKNOWN), SCRAM, false, "plain", "postgres",
     RIGHT PLAIN " options='-c no_such_setting=1'", NULL, 0},
    {SAME(SETTING_VALUE), SCRAM, false, "plain", "postgres",
     RIGHT PLAIN " options='-c work_mem=1'", NULL, 0},
    {SAME(SETTING_FIXED), SCRAM, false, "plain", "postgres",
     RIGHT PLAIN " options='-c shared_buffers=16MB'", NULL, 0},
    {SAME(SETTING_SYNTAX), SCRAM, false, "plain", "postgres", RIGHT PLAIN " options='-Z'", NULL,
     0},
    {SAME(CONNECT_DENIED), SCRAM, false, "plain", "closed_db", RIGHT PLAIN, NULL, 0},
    {SAME(DATABASE_CLOSED), SCRAM, false, "plain", "template0", RIGHT PLAIN, NULL, 0},
    {SAME(DATABASE_INVALID), SCRAM, false, "plain", "broken_db", RIGHT PLAIN, NULL, 15},
    {SAME(ROLE_FULL), SCRAM, false, "crowded", "postgres", RIGHT PLAIN, NULL, 0},
    {SAME(DATABASE_FULL), SCRAM, false, "plain", "full_db", RIGHT PLAIN, NULL, 0},
    {SAME(READ_ONLY), SCRAM, false, "reader", "postgres",
     RIGHT PLAIN " target_session_attrs=read-write", NULL, 0},
    {SAME(NOT_READ_ONLY), SCRAM, false, "plain", "postgres",
     RIGHT PLAIN " target_session_attrs=read-only", NULL, 0},
    {SAME(NOT_STANDBY), SCRAM, false, "plain", "postgres",
     RIGHT PLAIN " target_session_attrs=standby", NULL, 0},
};

static const pgcs_report *
report_on(const char *host, const char *role, const char *database, const char *rest) {
    char text[500];
    const pgcs_spec *spec = NULL;
    snprintf(text, sizeof text, "host=%s port=%s user=%s dbname=%s %s",
             host == NULL ? "127.0.0.1" : server("PGHOST"), server("PGPORT"), role, database,
             rest);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    return report_of(check_of(spec));
}

static void
assert_real(const struct real *real, bool foreign) {
    switch_server(real->hba, real->tls);
    const pgcs_report *report = report_on(real->host, real->role, real->database, real->rest);
    struct cause_words words = {real->role, real->database, "require"};
    assert_cause(report, foreign ? real->foreign : real->id, NULL, &words);
    pgcs_report_unref(report);
}

static bool
is_too_new(const struct real *real) {
    PGconn *pg = connect_superuser();
    bool old = PQserverVersion(pg) / 10000 < real->from;
    PQfinish(pg);
    return old;
}

START_TEST(test_causes__of_a_server) {
    if (!is_too_new(&reals[_i]))
        assert_real(&reals[_i], false);
}
END_TEST

/* Where the server has no translations, it goes on in English. */
static bool
speaks_german(void) {
    PGconn *pg = connect_superuser();
    PGresult *result = PQexec(pg, "SELECT 1/0");
    bool german = strstr(PQresultErrorMessage(result), "Division durch Null") != NULL;
    PQclear(result);
    char path[100];
    snprintf(path, sizeof path, "/usr/share/locale/de/LC_MESSAGES/postgres-%d.mo",
             PQserverVersion(pg) / 10000);
    PQfinish(pg);
    ck_assert_msg(german || access(path, F_OK) != 0, "%s is not used", path);
    return german;
}

START_TEST(test_causes__in_german) {
    PGconn *pg = connect_superuser();
    run_sql(pg, "ALTER SYSTEM SET lc_messages = 'C.UTF-8'");
    PQfinish(pg);
    restart("de", NULL);
    bool german = speaks_german();
    for (int i = 0; i < ROWS(reals); i++)
        if (german && !is_too_new(&reals[i]))
            assert_real(&reals[i], true);
    pg = connect_superuser();
    run_sql(pg, "ALTER SYSTEM RESET lc_messages");
    PQfinish(pg);
    restart("", NULL);
}
END_TEST

/* --- connections -----------------------------------------------------------------------------
 */

/* Take all but those kept for superusers, then these, too. */
START_TEST(test_causes__of_a_full_server) {
    PGconn *taken[100];
    int count = 0;
    struct cause_words words = {"plain", "postgres", ""};
    switch_server(SCRAM, false);
    PGconn *pg = connect_superuser();
    char *all = value_of(pg, "SELECT current_setting('max_connections')");
    int limit = atoi(all);
    ck_assert_int_lt(limit, ROWS(taken));
    free(all);
    for (; count < limit - 4; count++)
        taken[count] = connect_superuser();
    const pgcs_report *report = report_on(NULL, "plain", "postgres", RIGHT PLAIN);
    assert_cause(report, CAUSE_RESERVED_LEFT, NULL, &words);
    pgcs_report_unref(report);
    for (; count < limit - 1; count++)
        taken[count] = connect_superuser();
    report = report_on(NULL, "plain", "postgres", RIGHT PLAIN);
    assert_cause(report, CAUSE_SERVER_FULL, NULL, &words);
    pgcs_report_unref(report);
    while (count > 0)
        PQfinish(taken[--count]);
    PQfinish(pg);
}
END_TEST

/* --- states ----------------------------------------------------------------------------------
 */

/* Whom the server lets in by TCP. */
static PGPing
ping(void) {
    char conninfo[100];
    snprintf(conninfo, sizeof conninfo,
             "host=127.0.0.1 port=%s user=plain dbname=postgres sslmode=disable",
             server("PGPORT"));
    return PQping(conninfo);
}

/* A smart shutdown waits for who is in, and lets nobody else in. */
START_TEST(test_causes__of_a_server_that_shuts_down) {
    struct cause_words words = {"plain", "postgres", ""};
    char path[300], line[32] = "";
    PGconn *pg = connect_superuser();
    snprintf(path, sizeof path, "%s/postmaster.pid", server("PGDATA"));
    FILE *file = fopen(path, "r");
    ck_assert(file != NULL && fgets(line, sizeof line, file) != NULL);
    fclose(file);
    ck_assert_int_eq(kill(atoi(line), SIGTERM), 0);
    AWAIT(ping() == PQPING_REJECT, "the server goes on");
    const pgcs_report *report = report_on(NULL, "plain", "postgres", RIGHT PLAIN);
    PQfinish(pg);
    assert_cause(report, CAUSE_STOPPING, NULL, &words);
    pgcs_report_unref(report);
    char socket_path[300];
    snprintf(socket_path, sizeof socket_path, "%s/.s.PGSQL.%s", server("PGHOST"),
             server("PGPORT"));
    AWAIT(ping() == PQPING_NO_RESPONSE && access(socket_path, F_OK) != 0, "it does not end");
    report = report_on(NULL, "plain", "postgres", RIGHT PLAIN);
    assert_cause(report, CAUSE_REFUSED, NULL, &words);
    pgcs_report_unref(report);
    report = report_on("~", "plain", "postgres", RIGHT PLAIN);
    assert_cause(report, CAUSE_SOCKET_MISSING, NULL, &words);
    pgcs_report_unref(report);
    restart("", NULL);
}
END_TEST

/* A standby, open and closed. The last test: there is no way back. */
START_TEST(test_causes__of_a_standby) {
    struct cause_words words = {"plain", "postgres", ""};
    switch_server(SCRAM, false);
    restart("", "standby.signal");
    PGconn *pg = connect_superuser();
    bool tells = PQserverVersion(pg) >= 140000;
    const pgcs_report *report =
        report_on(NULL, "plain", "postgres", RIGHT PLAIN " target_session_attrs=primary");
    assert_cause(report, CAUSE_STANDBY, NULL, &words);
    pgcs_report_unref(report);
    run_sql(pg, "ALTER SYSTEM SET hot_standby = off");
    PQfinish(pg);
    restart("", NULL);
    report = report_on(NULL, "plain", "postgres", RIGHT PLAIN);
    assert_cause(report, tells ? CAUSE_STANDBY_CLOSED : CAUSE_STARTING, NULL, &words);
    pgcs_report_unref(report);
}
END_TEST

/* --- preparing -------------------------------------------------------------------------------
 */

static void
make_certificates(void) {
    struct pki root =
        pki_make((struct pki_wish){.common_name = "root", .is_authority = true}, NULL);
    struct pki own = pki_make((struct pki_wish){.common_name = "db.test"}, &root);
    char *root_pem = pki_certificate_pem(root.certificate);
    char *pem = pki_certificate_pem(own.certificate), *key = pki_key_pem(own.key, NULL);
    write_file("root.crt", root_pem, 0600);
    write_file("server.crt", pem, 0600);
    write_file("server.key", key, 0600);
    free(root_pem);
    free(pem);
    free(key);
    pki_free(&root);
    pki_free(&own);
}

static void
prepare(void) {
    make_certificates();
    PGconn *pg = connect_superuser();
    static const char *const statements[] = {
        "ALTER SYSTEM SET ssl_ca_file = 'root.crt'",
        "CREATE ROLE plain LOGIN PASSWORD '" ROLE_PASSWORD "'",
        "CREATE ROLE no_login NOLOGIN PASSWORD '" ROLE_PASSWORD "'",
        "CREATE ROLE expired LOGIN PASSWORD '" ROLE_PASSWORD "' VALID UNTIL '2000-01-01'",
        "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0 PASSWORD '" ROLE_PASSWORD "'",
        "CREATE ROLE reader LOGIN PASSWORD '" ROLE_PASSWORD "'",
        "ALTER ROLE reader SET default_transaction_read_only = on",
        "CREATE DATABASE closed_db",
        "REVOKE CONNECT ON DATABASE closed_db FROM PUBLIC",
        "CREATE DATABASE full_db CONNECTION LIMIT 0",
        "CREATE DATABASE broken_db",
        "UPDATE pg_database SET datconnlimit = -2 WHERE datname = 'broken_db'",
    };
    for (int i = 0; i < ROWS(statements); i++)
        run_sql(pg, statements[i]);
    PQfinish(pg);
}

static void
fill(TCase *cases) {
    tcase_add_unchecked_fixture(cases, prepare, NULL);
    tcase_add_loop_test(cases, test_causes__of_a_server, 0, ROWS(reals));
    tcase_add_test(cases, test_causes__in_german);
    tcase_add_test(cases, test_causes__of_a_full_server);
    tcase_add_test(cases, test_causes__of_a_server_that_shuts_down);
    tcase_add_test(cases, test_causes__of_a_standby);
}

int
main(void) {
    return suite_run("causes", fill, 120);
}
