/* Tests of probe/classify.h. */
#include "probe/classify.h"

#include <stdio.h>
#include <string.h>

#include <pgconnspec/report.h>

#include "spec/spec.h"
#include "suite.h"

static const pgcs_spec *
spec_of(const char *text) {
    const pgcs_spec *spec = NULL;
    struct diag diag;
    ck_assert_int_eq(spec_parse((struct slice){text, strlen(text)}, 0, &spec, &diag), PGCS_OK);
    return spec;
}

#define PREFIX "connection to server at \"db\" (10.0.0.1), port 5432 failed: "

/* Texts as libpq 13 to 18 and the servers write them, in verbose mode. */
static const struct {
    const char *text;
    pgcs_code cause;
    bool next;
    const char *field;
    const char *message;
} failures[] = {
    {PREFIX "FATAL:  28P01: password authentication failed for user \"ali\"\n"
            "LOCATION:  auth_failed, auth.c:326\n",
     PGCS_CAUSE_PASSWORD_WRONG, false, "password", "password not accepted for user \"ali\""},
    {PREFIX "FATAL:  28P01: Passwort-Authentifizierung für Benutzer »ali« fehlgeschlagen\n",
     PGCS_CAUSE_PASSWORD_WRONG, false, "password", "password not accepted for user \"ali\""},
    {PREFIX "FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.2\", user \"ali\", database "
            "\"shop\", no encryption\n",
     PGCS_CAUSE_NOT_ALLOWED, false, "user",
     "the server allows no connection of user \"ali\" to \"shop\" from here"},
    {PREFIX "FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.2\", user \"ali\", database "
            "\"shop\", SSL encryption\n",
     PGCS_CAUSE_NOT_ALLOWED, false, "user",
     "the server allows no connection of user \"ali\" to \"shop\" over TLS from here"},
    {PREFIX "FATAL:  28000: kein pg_hba.conf-Eintrag\nLOCATION:  ClientAuthentication, "
            "auth.c:536\n",
     PGCS_CAUSE_NOT_ALLOWED, false, "user",
     "the server allows no connection of user \"ali\" to \"shop\" from here"},
    {PREFIX "FATAL:  28000: pg_hba.conf rejects connection for host \"10.0.0.2\"\n",
     PGCS_CAUSE_NOT_ALLOWED, false, "user",
     "the server rejects connections of user \"ali\" to \"shop\" from here"},
    {PREFIX "FATAL:  28000: role \"ali\" does not exist\n", PGCS_CAUSE_NO_SUCH_ROLE, false,
     "user", "role \"ali\" does not exist"},
    {PREFIX "FATAL:  28000: role \"ali\" is not permitted to log in\n",
     PGCS_CAUSE_NOT_PERMITTED, false, "user", "role \"ali\" may not log in"},
    {PREFIX "FATAL:  28000: Rolle existiert nicht\nLOCATION:  InitializeSessionUserId, "
            "miscinit.c:748\n",
     PGCS_CAUSE_NO_SUCH_ROLE, false, "user", "role \"ali\" does not exist or may not log in"},
    {PREFIX "FATAL:  28000: Peer authentication failed for user \"ali\"\n",
     PGCS_CAUSE_AUTHENTICATION_FAILED, false, "user",
     "user \"ali\" is not the operating system's user who connects"},
    {PREFIX "FATAL:  28000: connection requires a valid client certificate\n",
     PGCS_CAUSE_AUTHENTICATION_FAILED, false, "sslcert",
     "the server asks for a client certificate"},
    {PREFIX "FATAL:  3D000: database \"shop\" does not exist\n", PGCS_CAUSE_NO_SUCH_DATABASE,
     false, "dbname", "database \"shop\" does not exist"},
    {PREFIX "FATAL:  42501: permission denied for database \"shop\"\nDETAIL:  User does not "
            "have CONNECT privilege.\n",
     PGCS_CAUSE_NOT_PERMITTED, false, "dbname",
     "user \"ali\" may not connect to database \"shop\""},
    {PREFIX "FATAL:  53300: sorry, too many clients already\n", PGCS_CAUSE_TOO_MANY_CONNECTIONS,
     false, "", "the server has as many connections as it may have"},
    {PREFIX "FATAL:  53300: too many connections for role \"ali\"\n",
     PGCS_CAUSE_TOO_MANY_CONNECTIONS, false, "user",
     "role \"ali\" has as many connections as it may have"},
    {PREFIX "FATAL:  53300: too many connections for database \"shop\"\n",
     PGCS_CAUSE_TOO_MANY_CONNECTIONS, false, "dbname",
     "database \"shop\" has as many connections as it may have"},
    {PREFIX "FATAL:  57P03: the database system is starting up\n", PGCS_CAUSE_STARTING_UP, true,
     "", "the server is starting up"},
    {PREFIX "FATAL:  57P03: the database system is shutting down\n", PGCS_CAUSE_SHUTTING_DOWN,
     true, "", "the server is shutting down"},
    {PREFIX "FATAL:  08P01: unsupported startup parameter: options\n",
     PGCS_CAUSE_POOLER_REFUSED, false, "options",
     "a pooler refuses a parameter of the connection"},
    {PREFIX "FATAL:  08P01: no such database: shop\n", PGCS_CAUSE_NO_SUCH_DATABASE, false,
     "dbname", "the pooler knows no database \"shop\""},
    {PREFIX "FATAL:  42704: unrecognized configuration parameter \"foo\"\n",
     PGCS_CAUSE_SPEC_REFUSED, false, "options",
     "the server does not know a setting of the spec"},
    {PREFIX "FATAL:  XX000: something odd\x1b[31m\n", PGCS_CAUSE_UNKNOWN, false, "",
     "the server refused: something odd?[31m (XX000)"},
    {PREFIX "fe_sendauth: no password supplied\n", PGCS_CAUSE_PASSWORD_MISSING, false,
     "password", "the server asks for a password, and there is none"},
    {PREFIX "session is read-only\n", PGCS_CAUSE_WRONG_SESSION_KIND, true,
     "target_session_attrs", "sessions there are read-only, and a writable one is asked for"},
    {PREFIX "server does not support SSL, but SSL was required\n", PGCS_CAUSE_TLS_NOT_OFFERED,
     false, "sslmode", "the server offers no TLS, and sslmode=\"require\" asks for it"},
    {PREFIX "received invalid response to SSL negotiation: H\n", PGCS_CAUSE_NOT_POSTGRESQL,
     false, "port", "what answers there is not PostgreSQL"},
    {PREFIX "expected authentication request from server, but received H\n",
     PGCS_CAUSE_NOT_POSTGRESQL, false, "port", "what answers there is not PostgreSQL"},
    {PREFIX "SSL error: certificate verify failed\n", PGCS_CAUSE_TLS_FAILED, false,
     "sslrootcert",
     "the server's certificate is not signed by a trusted root, or not valid today"},
    {PREFIX "server certificate for \"other.test\" does not match host name \"db\"\n",
     PGCS_CAUSE_TLS_FAILED, false, "host", "the server's certificate is for another name"},
    {PREFIX "SSL error: tlsv1 alert unknown ca\n", PGCS_CAUSE_CLIENT_REFUSED, false, "sslcert",
     "the server does not know the authority of the client certificate"},
    {PREFIX "SSL error: tlsv1 alert protocol version\n", PGCS_CAUSE_TLS_VERSION, false, NULL,
     "the server takes none of the TLS versions that this client offers"},
    {PREFIX "SSL error: tlsv1 alert decode error\n", PGCS_CAUSE_TLS_FAILED, false, "sslcert",
     "the server broke the TLS handshake off"},
    {PREFIX "Connection refused\n\tIs the server running on that host and accepting TCP/IP "
            "connections?\n",
     PGCS_CAUSE_REFUSED, true, "port", "nobody listens there"},
    {"could not connect to server: No route to host\n\tIs the server running\n",
     PGCS_CAUSE_HOST_UNREACHABLE, true, "host", "no way leads to that host"},
    {PREFIX "No such file or directory\n\tIs the server running locally?\n",
     PGCS_CAUSE_SOCKET_MISSING, true, "host", "there is no such socket"},
    {PREFIX "server closed the connection unexpectedly\n\tThis probably means\n",
     PGCS_CAUSE_CONNECTION_LOST, false, "", "the peer closed the connection"},
    {PREFIX "could not receive data from server: Connection reset by peer\n",
     PGCS_CAUSE_CONNECTION_LOST, true, "", "the peer reset the connection"},
    {PREFIX "who would have thought\n", PGCS_CAUSE_UNKNOWN, false, "",
     "the connection failed for an unknown reason"},
};

START_TEST(test_classify__texts) {
    const pgcs_spec *spec = spec_of("postgresql://ali@db:5432/shop?sslmode=require");
    struct target target = {.spec = spec,
                            .host = "db",
                            .address = "10.0.0.1",
                            .port = "5432",
                            .tls = strstr(failures[_i].text, "SSL") ? TLS_ALWAYS : TLS_ANY};
    struct evidence evidence = {.text = failures[_i].text};
    struct diag diag;
    ck_assert_int_eq(classify(&target, &evidence, &diag), failures[_i].next);
    ck_assert_int_eq(diag.status, failures[_i].cause);
    ck_assert_str_eq(diag.field, failures[_i].field ? failures[_i].field : "");
    char expected[LIMIT_DIAG_MESSAGE];
    snprintf(expected, sizeof expected, "\"db\" (10.0.0.1) port 5432: %s",
             failures[_i].message);
    ck_assert_str_eq(diag.message, expected);
    const char *fatal = strstr(failures[_i].text, "FATAL:  ");
    ck_assert_int_eq(strncmp(diag.sqlstate, fatal ? fatal + 8 : "", fatal ? 5 : 1), 0);
    ck_assert_int_ne(diag.hint[0], '\0');
    spec_unref(spec);
}
END_TEST

/* What libpq says of one try, or of two, and what is told of them. */
#define NO_ENTRY(how)                                                                          \
    "FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.2\", user \"ali\", database "       \
    "\"shop\", " how "\nLOCATION:  ClientAuthentication, auth.c:544\n"
#define WRONG "FATAL:  28P01: no\nDETAIL:  why\nLOCATION:  auth_failed, auth.c:334\n"

static const struct {
    enum tls_use tls;
    const char *text;
    pgcs_code cause;
    const char *message;
} tries[] = {
    {TLS_NEVER, PREFIX NO_ENTRY("no encryption"), PGCS_CAUSE_TLS_REQUIRED,
     "user \"ali\" may not connect to \"shop\" without TLS"},
    {TLS_ALWAYS, PREFIX NO_ENTRY("SSL encryption"), PGCS_CAUSE_NOT_ALLOWED,
     "the server allows no connection of user \"ali\" to \"shop\" over TLS from here"},
    /* With and without: it's not for want of TLS. */
    {TLS_ANY, PREFIX NO_ENTRY("SSL encryption") PREFIX NO_ENTRY("no encryption"),
     PGCS_CAUSE_NOT_ALLOWED,
     "the server allows no connection of user \"ali\" to \"shop\" from here"},
    {TLS_ANY, NO_ENTRY("SSL on") NO_ENTRY("SSL off"), PGCS_CAUSE_NOT_ALLOWED,
     "the server allows no connection of user \"ali\" to \"shop\" from here"},
    /* Who was asked for the password was let through the door. */
    {TLS_ANY, PREFIX WRONG PREFIX NO_ENTRY("no encryption"), PGCS_CAUSE_PASSWORD_WRONG,
     "password not accepted for user \"ali\""},
    {TLS_ANY, PREFIX NO_ENTRY("no encryption") PREFIX WRONG, PGCS_CAUSE_PASSWORD_WRONG,
     "password not accepted for user \"ali\""},
    {TLS_ANY, WRONG NO_ENTRY("no encryption"), PGCS_CAUSE_PASSWORD_WRONG,
     "password not accepted for user \"ali\""},
    /* TLS failed, and without it nobody is let in. */
    {TLS_ANY, PREFIX "SSL error: unexpected\n" PREFIX NO_ENTRY("no encryption"),
     PGCS_CAUSE_TLS_FAILED, "the TLS handshake failed"},
    {TLS_ANY,
     "SSL error: unsupported protocol\nThis may indicate that the server\n" NO_ENTRY("SSL off"),
     PGCS_CAUSE_TLS_FAILED, "the TLS handshake failed"},
    {TLS_ANY, PREFIX "SSL error: unexpected\n" PREFIX WRONG, PGCS_CAUSE_PASSWORD_WRONG,
     "password not accepted for user \"ali\""},
    /* Names are no messages. */
    {TLS_ANY,
     "connection to server at \"SCRAM alert SSL error: \" (10.0.0.1), port 5432 failed: "
     "Connection refused\n\tIs the server running on that host?\n",
     PGCS_CAUSE_REFUSED, "nobody listens there"},
    {TLS_ANY,
     "could not connect to server: Connection refused\n\tIs the server running on host "
     "\"SCRAM alert SSL error: \" (10.0.0.1) and accepting\n\tTCP/IP connections on port 1?\n",
     PGCS_CAUSE_REFUSED, "nobody listens there"},
    {TLS_ANY, "", PGCS_CAUSE_UNKNOWN, "the connection failed for an unknown reason"},
    {TLS_ANY, "\n\n\n", PGCS_CAUSE_UNKNOWN, "the connection failed for an unknown reason"},
    {TLS_ANY, "FATAL:  28p01: no\n", PGCS_CAUSE_UNKNOWN,
     "the connection failed for an unknown reason"},
    {TLS_ANY, "FATAL:  28P0: no\n", PGCS_CAUSE_UNKNOWN,
     "the connection failed for an unknown reason"},
    {TLS_ANY, "ПАНИКА:  28P01: no\n", PGCS_CAUSE_PASSWORD_WRONG,
     "password not accepted for user \"ali\""},
    {TLS_ANY, "FATAL:  28P01", PGCS_CAUSE_PASSWORD_WRONG,
     "password not accepted for user \"ali\""},
};

START_TEST(test_classify__several_tries) {
    const pgcs_spec *spec = spec_of("postgresql://ali@db:5432/shop");
    struct target target = {.spec = spec, .host = "db", .port = "5432", .tls = tries[_i].tls};
    struct evidence evidence = {.text = tries[_i].text};
    struct diag diag;
    char expected[LIMIT_DIAG_MESSAGE];
    classify(&target, &evidence, &diag);
    snprintf(expected, sizeof expected, "\"db\" port 5432: %s", tries[_i].message);
    ck_assert_str_eq(diag.message, expected);
    ck_assert_int_eq(diag.status, tries[_i].cause);
    spec_unref(spec);
}
END_TEST

START_TEST(test_classify__never_shows_the_password) {
    const pgcs_spec *spec = spec_of("postgresql://ali:s3cretword@db/shop");
    struct target target = {.spec = spec, .host = "db", .port = "5432"};
    struct evidence evidence = {.text =
                                    PREFIX "FATAL:  XX000: bad password s3cretword given\n"};
    struct diag diag;
    classify(&target, &evidence, &diag);
    ck_assert_ptr_null(strstr(diag.message, "s3cretword"));
    ck_assert_ptr_null(strstr(diag.hint, "s3cretword"));
    ck_assert_str_eq(diag.message,
                     "\"db\" port 5432: the connection failed for an unknown reason");
    spec_unref(spec);
}
END_TEST

/* "/", ":" or "@" in a password that is not encoded: pieces of it are host, port, database. */
START_TEST(test_classify__never_shows_a_piece_of_the_password) {
    const pgcs_spec *spec = spec_of("postgresql://ali:s3@cret@word:1234/piece");
    struct target target = {
        .spec = spec, .host = "cret@word", .address = "10.0.0.1", .port = "1234"};
    struct evidence evidence = {.text = PREFIX "FATAL:  3D000: database \"piece\" is not\n"};
    struct diag diag;
    classify(&target, &evidence, &diag);
    ck_assert_str_eq(diag.message,
                     "\"***\" (10.0.0.1) port ***: database \"***\" does not exist");
    evidence.text = PREFIX "FATAL:  XX000: what is cret@word\n";
    classify(&target, &evidence, &diag);
    ck_assert_str_eq(
        diag.message,
        "\"***\" (10.0.0.1) port ***: the connection failed for an unknown reason");
    target.socket = target.host;
    blame(&target, PGCS_CAUSE_UNKNOWN, &diag, "x");
    ck_assert_str_eq(diag.message, "socket \"***/.s.PGSQL.***\": x");
    spec_unref(spec);
}
END_TEST

/* What libpq takes for what the spec leaves open. */
static const struct {
    const char *spec;
    const char *text;
    const char *message;
} left_open[] = {
    {"postgresql://ali@db", "FATAL:  3D000: no\n", "database \"ali\" does not exist"},
    {"postgresql://ali@db?sslrootcert=r", "server does not support SSL, but SSL was required\n",
     "the server offers no TLS, and sslmode=\"verify-full\" asks for it"},
};

START_TEST(test_classify__names_what_was_left_open) {
    const pgcs_spec *spec = spec_of(left_open[_i].spec);
    struct target target = {.spec = spec, .host = "db", .port = "1", .tls = TLS_ALWAYS};
    struct evidence evidence = {.text = left_open[_i].text};
    struct diag diag;
    classify(&target, &evidence, &diag);
    ck_assert_str_eq(strstr(diag.message, ": ") + 2, left_open[_i].message);
    spec_unref(spec);
}
END_TEST

static const struct {
    struct target target;
    const char *message;
} targets[] = {
    {{.host = "db", .port = "1"}, "\"db\" port 1: x"},
    {{.host = "10.0.0.1", .address = "10.0.0.1", .port = "1"}, "10.0.0.1 port 1: x"},
    {{.address = "::1", .port = "1"}, "::1 port 1: x"},
    {{.host = "/run", .socket = "/run", .port = "1"}, "socket \"/run/.s.PGSQL.1\": x"},
    {{.host = "a\nb", .port = "1"}, "\"a\\x0ab\" port 1: x"},
};

START_TEST(test_blame__names_the_target) {
    struct diag diag;
    blame(&targets[_i].target, PGCS_CAUSE_UNKNOWN, &diag, "%s", "x");
    ck_assert_str_eq(diag.message, targets[_i].message);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_classify__texts, 0, ROWS(failures));
    tcase_add_loop_test(cases, test_classify__several_tries, 0, ROWS(tries));
    tcase_add_test(cases, test_classify__never_shows_the_password);
    tcase_add_test(cases, test_classify__never_shows_a_piece_of_the_password);
    tcase_add_loop_test(cases, test_classify__names_what_was_left_open, 0, ROWS(left_open));
    tcase_add_loop_test(cases, test_blame__names_the_target, 0, ROWS(targets));
}

int
main(void) {
    return suite_run("probe/classify", fill, 10);
}
