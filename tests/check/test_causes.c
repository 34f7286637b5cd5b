/*
 * Every row of the table of causes, produced by a peer that speaks the protocol, or by the
 * system. A row without a case fails the last test. Run with each libpq, and in a locale in
 * which libpq speaks another language: what is told must be the same.
 */
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include <libpq-fe.h>
#include <pgconnspec/pgconnspec.h>

#include "check/causes_peer.h"

/* Of those that meet silence; more, where it was not enough to come as far as they must. */
#define TIMEOUT_MS  700
#define TIMES_MORE  8
#define TIMEOUT_END 40000

/* --- the system ------------------------------------------------------------------------------
 */

/*
 * libpq finds these before those of the C library: they fail as the system would where no
 * network can be made to, and count.
 */
static int connect_error, socket_error, connects;

int
connect(int fd, __CONST_SOCKADDR_ARG address, socklen_t size) {
    connects++;
    if (connect_error != 0) {
        errno = connect_error;
        return -1;
    }
    return (int)syscall(SYS_connect, fd, address.__sockaddr__, size);
}

int
socket(int family, int type, int protocol) {
    if (socket_error != 0) {
        errno = socket_error;
        return -1;
    }
    return (int)syscall(SYS_socket, family, type, protocol);
}

/* --- the cases -------------------------------------------------------------------------------
 */

#define NO_HBA                                                                                 \
    "no pg_hba.conf entry for host \"127.0.0.1\", user \"ali\", database \"shop\", no "        \
    "encryption"
#define NO_HBA_TLS                                                                             \
    "no pg_hba.conf entry for host \"127.0.0.1\", user \"ali\", database \"shop\", SSL "       \
    "encryption"

#define PLAIN "sslmode=disable"
#define SAID(id, sqlstate, text, place)                                                        \
    { CAUSE_##id, refuse, PLAIN, sqlstate, text, place, 0, 0 }
#define DONE(id, script, rest)                                                                 \
    { CAUSE_##id, script, rest, NULL, NULL, NULL, 0, 0 }

static const struct a_case cases[] = {
    /* Servers, in English and otherwise. */
    SAID(PASSWORD, "28P01", "password authentication failed for user \"ali\"", "auth_failed"),
    SAID(PASSWORD, "28P01", "Passwort-Authentifizierung für Benutzer »ali« fehlgeschlagen",
         "auth_failed"),
    SAID(DATABASE_MISSING, "3D000", "database \"shop\" does not exist", "InitPostgres"),
    SAID(DATABASE_MISSING, "3D000", "база данных \"shop\" не существует", "InitPostgres"),
    SAID(HBA_CLIENT_CERTIFICATE, "28000", "connection requires a valid client certificate",
         "ClientAuthentication"),
    SAID(HBA_REJECTS, "28000", "pg_hba.conf rejects connection for host \"127.0.0.1\"",
         "ClientAuthentication"),
    SAID(HBA_WITHOUT_TLS, "28000", NO_HBA, "ClientAuthentication"),
    SAID(HBA_WITHOUT_TLS, "28000", NO_HBA, NULL),
    SAID(HBA_WITHOUT_TLS, "28000", "kein pg_hba.conf-Eintrag", "ClientAuthentication"),
    {CAUSE_HBA_WITH_TLS, refuses_over_tls, "sslmode=require", "28000", NO_HBA_TLS,
     "ClientAuthentication", 0, 0},
    {CAUSE_HBA_WITH_TLS, refuses_over_tls, "sslmode=require", "28000",
     "kein pg_hba.conf-Eintrag", "ClientAuthentication", 0, 0},
    {CAUSE_HBA, refuse, "sslmode=prefer", "28000", NO_HBA, "ClientAuthentication", 0, 0},
    {CAUSE_HBA, refuse, "sslmode=allow", "28000", "pas d'entrée dans pg_hba.conf",
     "ClientAuthentication", 0, 0},
    SAID(ROLE_WITHOUT_LOGIN, "28000", "role \"ali\" is not permitted to log in",
         "InitializeSessionUserId"),
    SAID(ROLE_MISSING, "28000", "role \"ali\" does not exist", "InitializeSessionUserId"),
    SAID(ROLE_UNFIT, "28000", "Rolle »ali« existiert nicht", "InitializeSessionUserId"),
    SAID(OS_USER, "28000", "Peer authentication failed for user \"ali\"", "auth_failed"),
    SAID(OS_USER, "28000", "Ident authentication failed for user \"ali\"", "auth_failed"),
    SAID(DIRECTORY, "28000", "LDAP authentication failed for user \"ali\"", "auth_failed"),
    SAID(DIRECTORY, "28000", "PAM authentication failed for user \"ali\"", "auth_failed"),
    SAID(DIRECTORY, "28000", "RADIUS authentication failed for user \"ali\"", "auth_failed"),
    SAID(DIRECTORY, "28000", "BSD authentication failed for user \"ali\"", "auth_failed"),
    SAID(CERTIFICATE_OF_OTHER, "28000", "certificate authentication failed for user \"ali\"",
         "auth_failed"),
    SAID(AUTHORIZATION, "28000", "GSSAPI authentication failed for user \"ali\"",
         "auth_failed"),
    SAID(AUTHORIZATION, "28000", "Peer-Authentifizierung fehlgeschlagen", "auth_failed"),
    SAID(SETTING_DENIED, "42501", "permission denied to set parameter \"log_statement\"",
         "set_config_option"),
    SAID(SETTING_DENIED, "42501", "keine Berechtigung", "set_config_option"),
    SAID(CONNECT_DENIED, "42501", "permission denied for database \"shop\"", "CheckMyDatabase"),
    SAID(CONNECT_DENIED, "42501", "keine Berechtigung für Datenbank »shop«", "CheckMyDatabase"),
    SAID(DATABASE_INVALID, "55000", "cannot connect to invalid database \"shop\"",
         "InitPostgres"),
    SAID(DATABASE_INVALID, "55000", "ungültige Datenbank", "InitPostgres"),
    SAID(DATABASE_CLOSED, "55000", "database \"shop\" is not currently accepting connections",
         "CheckMyDatabase"),
    SAID(ROLE_FULL, "53300", "too many connections for role \"ali\"",
         "InitializeSessionUserId"),
    SAID(ROLE_FULL, "53300", "zu viele Verbindungen", "InitializeSessionUserId"),
    SAID(DATABASE_FULL, "53300", "too many connections for database \"role\"", NULL),
    SAID(DATABASE_FULL, "53300", "zu viele Verbindungen", "CheckMyDatabase"),
    SAID(RESERVED_LEFT, "53300",
         "remaining connection slots are reserved for roles with the SUPERUSER attribute",
         NULL),
    SAID(RESERVED_LEFT, "53300", "die verbleibenden Verbindungen", "InitPostgres"),
    SAID(SERVER_FULL, "53300", "sorry, too many clients already", "InitProcess"),
    SAID(SERVER_FULL, "53300", "tut mir leid, schon zu viele Verbindungen",
         "ProcessStartupPacket"),
    SAID(STOPPING, "57P03", "the database system is shutting down", "ProcessStartupPacket"),
    SAID(STARTING, "57P03", "the database system is starting up", "ProcessStartupPacket"),
    SAID(RECOVERING, "57P03", "the database system is in recovery mode",
         "ProcessStartupPacket"),
    SAID(RECOVERING, "57P03", "the database system is not yet accepting connections",
         "ProcessStartupPacket"),
    SAID(STANDBY_CLOSED, "57P03", "the database system is not accepting connections",
         "ProcessStartupPacket"),
    SAID(NOT_READY, "57P03", "das Datenbanksystem wird gestartet", "ProcessStartupPacket"),
    SAID(LOGIN_TOO_SLOW, "57014", "canceling authentication due to timeout",
         "ProcessInterrupts"),
    SAID(TERMINATED, "57P01", "terminating connection due to administrator command",
         "ProcessInterrupts"),
    SAID(CRASHED, "57P02", "terminating connection because of crash of another server process",
         "quickdie"),
    SAID(DROPPED, "57P04", "terminating connection due to conflict with recovery",
         "ProcessInterrupts"),
    SAID(IDLED, "57P05", "terminating connection due to idle-session timeout",
         "ProcessInterrupts"),
    SAID(IDLED_IN_TRANSACTION, "25P03",
         "terminating connection due to idle-in-transaction timeout", "ProcessInterrupts"),
    SAID(TRANSACTION_TOO_LONG, "25P04", "terminating connection due to transaction timeout",
         "ProcessInterrupts"),
    SAID(PROTOCOL, "0A000", "unsupported frontend protocol 3.0: server supports 1.0 to 2.0",
         NULL),
    SAID(POOLER_PARAMETER, "08P01", "unsupported startup parameter: options", NULL),
    SAID(POOLER_PASSWORD, "08P01", "password authentication failed", NULL),
    SAID(POOLER_PASSWORD, "08P01", "auth failed", NULL),
    SAID(POOLER_USER, "08P01", "no such user: ali", NULL),
    SAID(POOLER_DATABASE, "08P01", "no such database: shop", NULL),
    SAID(POOLER_DATABASE_BEHIND, "08P01", "database \"shop\" does not exist", NULL),
    SAID(POOLER_FULL, "08P01", "no more connections allowed (max_client_conn)", NULL),
    SAID(POOLER_WAITS, "08P01", "query_wait_timeout", NULL),
    SAID(POOLER_WAITS, "08P01", "client_login_timeout (server down)", NULL),
    SAID(POOLER_WAITS, "08P01", "server login has been failing, try again later", NULL),
    SAID(POOLER, "08P01", "not allowed", NULL),
    SAID(SETTING_UNKNOWN, "42704", "unrecognized configuration parameter \"foo\"",
         "find_option"),
    SAID(SETTING_VALUE, "22023", "invalid value for parameter \"jit\": \"x\"", NULL),
    SAID(SETTING_FIXED, "55P02",
         "parameter \"shared_buffers\" cannot be changed without restarting the server", NULL),
    SAID(SETTING_SYNTAX, "42601", "invalid command-line argument for server process: x", NULL),
    SAID(SERVER_MEMORY, "53200", "out of memory", NULL),
    SAID(SERVER_DISK, "53100", "could not extend file: No space left on device", NULL),
    {CAUSE_PROTOCOL_TOO_OLD, errs_in_plain, PLAIN, NULL,
     "FATAL:  unsupported frontend protocol\n", NULL, 0, 0},
    {CAUSE_SERVER_PROCESS, errs_in_plain, PLAIN, NULL,
     "could not fork new process for connection: Cannot allocate memory\n", NULL, 0, 0},
    {CAUSE_SERVER_PROCESS, errs_in_plain, PLAIN, NULL,
     "could not fork new process for connection: Resource temporarily unavailable\n", NULL, 0,
     0},
    /* libpq. */
    DONE(PASSWORD_MISSING, asks_password, PLAIN " password=''"),
    DONE(READ_ONLY, is_read_only, PLAIN " target_session_attrs=read-write"),
    {CAUSE_NOT_READ_ONLY, is_primary, PLAIN " target_session_attrs=read-only", NULL, NULL, NULL,
     14, 0},
    {CAUSE_STANDBY, is_standby, PLAIN " target_session_attrs=primary", NULL, NULL, NULL, 14, 0},
    {CAUSE_NOT_STANDBY, is_primary, PLAIN " target_session_attrs=standby", NULL, NULL, NULL, 14,
     0},
    {CAUSE_VALUE_REFUSED, is_primary, PLAIN " target_session_attrs=standby", NULL, NULL, NULL,
     0, 14},
    DONE(NO_TLS, has_no_tls, "sslmode=require"),
    DONE(SPEAKS_TLS, speaks_tls, PLAIN),
    DONE(SPEAKS_TLS, speaks_tls, "sslmode=prefer"),
    DONE(SPEAKS_HTTP, speaks_http, PLAIN),
    DONE(SPEAKS_HTTP, speaks_http, "sslmode=prefer"),
    DONE(SPEAKS_SSH, speaks_ssh, PLAIN),
    DONE(SPEAKS_SSH, speaks_ssh, "sslmode=prefer"),
    DONE(SPEAKS_MYSQL, speaks_mysql, PLAIN),
    DONE(SPEAKS_MYSQL, speaks_mysql, "sslmode=prefer"),
    DONE(NOT_POSTGRESQL, speaks_otherwise, PLAIN),
    DONE(NOT_POSTGRESQL, speaks_otherwise, "sslmode=require"),
    DONE(ERROR_FOR_TLS, errs_at_tls, "sslmode=require"),
    DONE(PLAIN_BEFORE_TLS, speaks_before_tls, "sslmode=require"),
    DONE(CERTIFICATE_UNTRUSTED, has_certificate, "sslmode=verify-ca"),
    DONE(CERTIFICATE_NAME, has_certificate, "sslmode=verify-full"),
    DONE(CERTIFICATE_NAMELESS, has_certificate, "sslmode=verify-full"),
    DONE(TLS_ALERT, alerts, "sslmode=require"),
    DONE(TLS_CLOSED, hangs_up_in_tls, "sslmode=require"),
    DONE(TLS_ERROR, speaks_no_tls, "sslmode=require"),
    DONE(PROTOCOL_BROKEN, asks_for_rows, PLAIN),
    DONE(PROTOCOL_BROKEN, loses_count, PLAIN),
    DONE(PROTOCOL_BROKEN, asks_again, PLAIN),
    {CAUSE_PROTOCOL_VERSION, negotiates, PLAIN, NULL, NULL, NULL, 17, 0},
    {CAUSE_NOT_POSTGRESQL, negotiates, PLAIN, NULL, NULL, NULL, 0, 16},
    DONE(CHANNEL_BINDING, offers_scram_over_tls, "sslmode=require channel_binding=require"),
    {CAUSE_METHOD_FORBIDDEN, asks_password, PLAIN " require_auth=scram-sha-256", NULL, NULL,
     NULL, 16, 0},
    DONE(SERVER_UNPROVEN, fakes_scram, PLAIN),
    DONE(KERBEROS, asks_gssapi, PLAIN),
    {CAUSE_KERBEROS, asks_kerberos, PLAIN, NULL, NULL, NULL, 0, 16},
    {CAUSE_METHOD_UNASKED, asks_kerberos, PLAIN, NULL, NULL, NULL, 16, 0},
    DONE(SCRAM, garbles_scram, PLAIN),
    {CAUSE_METHOD_UNKNOWN, asks_unknown, PLAIN, NULL, NULL, NULL, 0, 16},
    {CAUSE_METHOD_UNASKED, asks_unknown, PLAIN, NULL, NULL, NULL, 16, 0},
    DONE(METHOD_UNKNOWN, asks_unknown_sasl, PLAIN),
    DONE(CLOSED, resets_after_startup, PLAIN),
    DONE(CLOSED, hangs_up_after_startup, PLAIN),
};

#define ALPHABET "abcdefghijklmnopqrstuvwxyz"

/* What the system says: to a host, with errors that are made up where no network can be had. */
static const struct {
    enum cause_id id;
    const char *host; /* NULL for 127.0.0.1; "~" is a folder of ours */
    int connect_error;
    int socket_error;
} system_cases[] = {
    {CAUSE_REFUSED, NULL, 0, 0},
    {CAUSE_REFUSED, "~/dead", 0, 0},
    {CAUSE_SOCKET_MISSING, "~/empty", 0, 0},
    {CAUSE_SOCKET_MISSING, "/no/such/folder", 0, 0},
    {CAUSE_SOCKET_FORBIDDEN, "~/closed", 0, 0},
    {CAUSE_SOCKET_FOLDER, "/etc/passwd", 0, 0},
    {CAUSE_NO_ZONE, "fe80::1", 0, 0},
    {CAUSE_FIREWALL, NULL, EPERM, 0},
    {CAUSE_NO_ROUTE_TO_HOST, NULL, EHOSTUNREACH, 0},
    {CAUSE_NO_ROUTE_TO_NETWORK, NULL, ENETUNREACH, 0},
    {CAUSE_NO_ADDRESS, NULL, EADDRNOTAVAIL, 0},
    {CAUSE_NO_ANSWER, NULL, ETIMEDOUT, 0},
    {CAUSE_RESET, NULL, ECONNRESET, 0},
    {CAUSE_NO_FAMILY, NULL, 0, EAFNOSUPPORT},
    {CAUSE_DESCRIPTORS, NULL, 0, EMFILE},
    {CAUSE_DESCRIPTORS_OF_ALL, NULL, 0, ENFILE},
    {CAUSE_VALUE_REFUSED, "/" ALPHABET ALPHABET ALPHABET ALPHABET ALPHABET, 0, 0},
};

/* --- checking --------------------------------------------------------------------------------
 */

static const pgcs_report *
report_on(const char *text, const pgcs_tls *tls, int64_t timeout_ms) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_parse(text, strlen(text), 0, &spec, &error);
    ck_assert_msg(status == PGCS_OK, "%s: %s", text, pgcs_error_message(error));
    ck_assert_int_eq(pgcs_check_new(spec, tls, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, timeout_ms, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    return report;
}

/* The mode of a case, as {mode} names it. */
static struct cause_words
words_of(const char *rest) {
    struct cause_words words = {"ali", "shop", "require"};
    if (strstr(rest, "verify-full") != NULL)
        words.mode = "verify-full";
    return words;
}

/* What verify-ca and verify-full hold against a root that signed nothing, or all of it. */
static const pgcs_tls *
make_tls(enum cause_id id) {
    struct pki root =
        pki_make((struct pki_wish){.common_name = "root", .is_authority = true}, NULL);
    struct pki_wish wish = {.common_name = "elsewhere.test", .names = "DNS:elsewhere.test"};
    if (id == CAUSE_CERTIFICATE_NAMELESS)
        wish = (struct pki_wish){.common_name = ""};
    bool signs = id != CAUSE_CERTIFICATE_UNTRUSTED;
    shown = pki_make(wish, signs ? &root : NULL);
    char *pem = pki_certificate_pem(root.certificate);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, pem, strlen(pem), NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    pki_free(&root);
    free(pem);
    return tls;
}

/* A check of a new peer that does as the case says. */
static const pgcs_report *
report_on_case(const pgcs_tls *tls, int64_t timeout_ms, char *where, size_t size) {
    bool verifies = strstr(current->rest, "verify") != NULL;
    struct peer peer = peer_start(current->script);
    char text[300];
    snprintf(
        text, sizeof text,
        "host=db.test hostaddr=127.0.0.1 port=%d user=ali dbname=shop password=canary-7c1f %s",
        peer.port, current->rest);
    const pgcs_report *report = report_on(text, verifies ? tls : NULL, timeout_ms);
    snprintf(where, size, "\"db.test\" (127.0.0.1) port %d: ", peer.port);
    peer_stop(&peer);
    return report;
}

START_TEST(test_causes__from_a_peer) {
    current = &cases[_i];
    int major = PQlibVersion() / 10000;
    if (major < current->from || (current->below != 0 && major >= current->below))
        return;
    const pgcs_tls *tls = make_tls(current->id);
    struct cause_words words = words_of(current->rest);
    char where[64];
    int64_t timeout_ms = TIMEOUT_MS;
    const pgcs_report *report = report_on_case(tls, timeout_ms, where, sizeof where);
    while (timeout_ms < TIMEOUT_END && !is_cause(report, current->id, &words)) {
        pgcs_report_unref(report);
        timeout_ms *= TIMES_MORE;
        report = report_on_case(tls, timeout_ms, where, sizeof where);
    }
    assert_cause(report, current->id, where, &words);
    pgcs_report_unref(report);
    pgcs_tls_unref(tls);
    pki_free(&shown);
}
END_TEST

static char folder[] = "/tmp/pgcs-causes.XXXXXX";

/* A socket that nobody serves any more, an empty folder, and one that nobody may enter. */
static void
make_folders(void) {
    char path[100];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    ck_assert_ptr_nonnull(mkdtemp(folder));
    chmod(folder, 0755);
    static const char *const names[] = {"dead", "empty", "closed"};
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        ck_assert_int_eq(mkdir(path, i == 2 ? 0 : 0755), 0);
    }
    snprintf(address.sun_path, sizeof address.sun_path, "%s/dead/.s.PGSQL.1", folder);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    chmod(address.sun_path, 0777);
    close(fd);
}

static void
remove_folders(void) {
    char path[100];
    static const char *const names[] = {"dead/.s.PGSQL.1", "dead", "empty", "closed", ""};
    for (int i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
}

/* Each try connects once, and a port that refuses is not tried again. */
START_TEST(test_causes__from_the_system) {
    const char *host = system_cases[_i].host ? system_cases[_i].host : "127.0.0.1";
    bool ours = host[0] == '~';
    char text[300];
    make_folders();
    snprintf(text, sizeof text, "host=%s%s port=1 user=ali dbname=shop sslmode=prefer",
             ours ? folder : "", ours ? host + 1 : host);
    /* Nothing is closed to root. */
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    connect_error = system_cases[_i].connect_error;
    socket_error = system_cases[_i].socket_error;
    const pgcs_report *report = report_on(text, NULL, TIMEOUT_END);
    struct cause_words words = {"ali", "shop", ""};
    assert_cause(report, system_cases[_i].id, NULL, &words);
    ck_assert_int_eq(connects,
                     socket_error || system_cases[_i].id == CAUSE_VALUE_REFUSED ? 0 : 1);
    pgcs_report_unref(report);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    remove_folders();
}
END_TEST

/* Nothing is told twice in the same words, and nothing is told that no case brings about. */
START_TEST(test_causes__are_all_here) {
    for (int row = 0; row < CAUSE_COUNT; row++) {
        bool made = false;
        for (int i = 0; i < ROWS(cases); i++)
            made |= cases[i].id == (enum cause_id)row;
        for (int i = 0; i < ROWS(system_cases); i++)
            made |= system_cases[i].id == (enum cause_id)row;
        ck_assert_msg(made, "nothing brings %s about", cause_rows[row].name);
        for (int other = 0; other < row; other++)
            ck_assert_msg(strcmp(cause_rows[row].sentence, cause_rows[other].sentence) != 0,
                          "%s and %s say the same", cause_rows[row].name,
                          cause_rows[other].name);
    }
}
END_TEST

/* One line, lower case, no final stop; the hint whole sentences; both fit where they go. */
START_TEST(test_causes__are_well_written) {
    static const struct cause_words longest = {
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...", "verify-full"};
    const char *sentence = cause_rows[_i].sentence, *hint = cause_rows[_i].hint;
    char text[1024];
    ck_assert(sentence[0] >= 'a' && sentence[0] <= 'z');
    ck_assert((hint[0] >= 'A' && hint[0] <= 'Z') || strncmp(hint, "pg_hba.conf", 11) == 0);
    ck_assert_int_ne(sentence[strlen(sentence) - 1], '.');
    char last = hint[strlen(hint) - 1];
    ck_assert(last == '.' || last == '?');
    ck_assert_ptr_null(strpbrk(sentence, "\n\t"));
    ck_assert_ptr_null(strpbrk(hint, "\n\t"));
    expand_words(sentence, &longest, text, sizeof text);
    ck_assert_int_lt(strlen(text), 200);
    expand_words(hint, &longest, text, sizeof text);
    ck_assert_int_lt(strlen(text), 400);
}
END_TEST

/* doc/causes.md has every row as it is. */
START_TEST(test_causes__are_documented) {
    char path[4096], line[2048];
    const char *golden = getenv("GOLDEN");
    if (golden == NULL)
        return;
    snprintf(path, sizeof path, "%s/../../doc/causes.md", golden);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s can't be read", path);
    char *text = calloc(1, 1 << 18);
    ck_assert_uint_lt(fread(text, 1, (1 << 18) - 1, file), (1 << 18) - 1);
    fclose(file);
    snprintf(line, sizeof line, "` | %s | %s |\n", cause_rows[_i].sentence,
             cause_rows[_i].hint);
    ck_assert_msg(strstr(text, line) != NULL, "doc/causes.md lacks: %s", line);
    free(text);
}
END_TEST

/*
 * Where the test is run in another language, libpq does speak it outside of a check: else the
 * run would show nothing.
 */
START_TEST(test_causes__speaks_another_language) {
    PGconn *pg = PQconnectdb("host=127.0.0.1 port=1 user=a");
    const char *wanted = getenv("CAUSES_LANGUAGE");
    bool foreign = strstr(PQerrorMessage(pg), "failed: ") == NULL;
    ck_assert_msg(wanted == NULL || foreign, "%s", PQerrorMessage(pg));
    PQfinish(pg);
}
END_TEST

static void
fill(TCase *tests) {
    tcase_add_loop_test(tests, test_causes__from_a_peer, 0, ROWS(cases));
    tcase_add_loop_test(tests, test_causes__from_the_system, 0, ROWS(system_cases));
    tcase_add_test(tests, test_causes__are_all_here);
    tcase_add_loop_test(tests, test_causes__are_well_written, 0, CAUSE_COUNT);
    tcase_add_loop_test(tests, test_causes__are_documented, 0, CAUSE_COUNT);
    tcase_add_test(tests, test_causes__speaks_another_language);
}

int
main(void) {
    setlocale(LC_ALL, "");
    return suite_run("check/causes", fill, 60);
}
