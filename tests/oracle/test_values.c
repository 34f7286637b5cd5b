/*
 * libpq is the oracle of validation: a value that it refuses when it connects is a failure of
 * pgcs_spec_validate() for that version, and no other value is. libpq judges most values before
 * it connects, and those of a socket when it has one: so it is let connect to a port of ours,
 * and no further. doc/differences.md, "What validation calls a failure", names what may differ.
 */
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pgconnspec/pgconnspec.h>

#include "base/text.h"
#include "oracle/oracle.h"
#include "spec/keyword.h"

#define KEY32   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define PATIENT 2000 /* milliseconds for a connection on this machine */

static const char *const values[] = {
#define R(rule, value, since) value,
#include "spec/rules.def"
#undef R
    "",
    "bogus",
    "1",
    "0",
    "-1",
    "+1",
    "10",
    "10s",
    " 5 ",
    "5 5",
    "2147483647",
    "127",
    "128",
    "32767",
    "32768",
    "2147483648",
    "-2147483648",
    "-2147483649",
    "0x10",
    "1e3",
    "true",
    "REQUIRE",
    "Require",
    " require",
    "tlsv1.2",
    "TLSV1.3",
    "TLSv1.4",
    "SSLv3",
    "md5,md5",
    "!md5",
    "!md5,!gss",
    "md5,!gss",
    "md5, gss",
    "md5,",
    ",md5",
    "!",
    "!none",
    "MD5",
    "password,md5,scram-sha-256,gss,sspi,none",
    "!password,!none",
    "AAAA",
    KEY32,
    KEY32 "=",
    "system",
    "3.1",
    "Latest",
    "3.20"};

/* What the server judges, what a file or a name service does, and what ends the case early. */
static bool
is_judged_by_libpq(enum keyword keyword) {
    switch (keyword_rows[keyword].rule) {
    case KEYWORD_RULE_HOSTS:
    case KEYWORD_RULE_ADDRESSES:
    case KEYWORD_RULE_PORTS:
    case KEYWORD_RULE_ENCODING:
    case KEYWORD_RULE_REPLICATION:
        return false;
    default:
        return keyword != KEYWORD_SERVICE && keyword_is_known_to(keyword, PQlibVersion());
    }
}

/* A port on this machine that takes connections and says nothing, or refuses them. */
static int
open_port(bool listens, char *port, size_t size) {
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, length), 0);
    ck_assert(!listens || listen(fd, 64) == 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    snprintf(port, size, "%d", ntohs(address.sin_port));
    return fd;
}

/* Has libpq left the socket behind it, and talks of TLS or logs in? */
static bool
is_connected(ConnStatusType status) {
    return status == CONNECTION_MADE || status == CONNECTION_AWAITING_RESPONSE ||
           status == CONNECTION_SSL_STARTUP || status == CONNECTION_GSS_STARTUP;
}

/* A build without some library refuses more. */
static bool
is_of_build(const char *message) {
    return strstr(message, "not compiled in") != NULL ||
           strstr(message, "check OpenSSL version") != NULL ||
           strstr(message, "GSSAPI") != NULL;
}

/* Does libpq refuse the spec? -1 when its build does. */
static int
refused_by_libpq(const char *text, int listener) {
    PGconn *connection = PQconnectStart(text);
    PostgresPollingStatusType wants = PGRES_POLLING_WRITING;
    for (int i = 0; i < 100 && PQstatus(connection) != CONNECTION_BAD; i++) {
        if (is_connected(PQstatus(connection)))
            break;
        struct pollfd ready = {PQsocket(connection),
                               wants == PGRES_POLLING_READING ? POLLIN : POLLOUT, 0};
        ck_assert_int_gt(poll(&ready, 1, PATIENT), 0);
        wants = PQconnectPoll(connection);
    }
    int refused = PQstatus(connection) == CONNECTION_BAD;
    if (refused && is_of_build(PQerrorMessage(connection)))
        refused = -1;
    PQfinish(connection);
    int peer = accept(listener, NULL, NULL);
    if (peer >= 0)
        close(peer);
    return refused;
}

/* connect_timeout is looked at by those who wait only. */
static int
refused_while_waiting(const char *text) {
    PGconn *connection = PQconnectdb(text);
    int refused = strstr(PQerrorMessage(connection), "invalid integer value") != NULL;
    PQfinish(connection);
    return refused;
}

/* Do we? Only what is said of the parameter itself counts. */
static bool
refused_by_us(const char *text) {
    const pgcs_spec *spec = NULL;
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_validate(spec, PQlibVersion(), &report, NULL), PGCS_OK);
    bool refused = pgcs_report_severity(report) == PGCS_SEVERITY_FAILURE;
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
    return refused;
}

START_TEST(test_values__as_libpq) {
    enum keyword keyword = (enum keyword)_i;
    char open[8], closed[8], text[512];
    int listener = open_port(true, open, sizeof open);
    int refuser = open_port(false, closed, sizeof closed);
    bool waits = keyword == KEYWORD_CONNECT_TIMEOUT;
    struct buf wrong = {.limit = 0};
    clearenv();
    for (int i = 0; i < ROWS(values) && is_judged_by_libpq(keyword); i++) {
        snprintf(text, sizeof text, "host=127.0.0.1 port=%s user=u passfile=/nowhere %s='%s'",
                 waits ? closed : open, keyword_name(keyword), values[i]);
        int theirs = waits ? refused_while_waiting(text) : refused_by_libpq(text, listener);
        if (theirs >= 0 && theirs != refused_by_us(text))
            buf_printf(&wrong, " %s=<%s> is %s by libpq;", keyword_name(keyword), values[i],
                       theirs ? "refused" : "taken");
    }
    close(listener);
    close(refuser);
    buf_put(&wrong, "", 1);
    ck_assert_msg(wrong.size == 1, "%s", wrong.data);
    buf_free(&wrong);
}
END_TEST

/* Values that libpq refuses must be among those that are tried. */
START_TEST(test_values__the_oracle_refuses) {
    static const char *const refused[] = {"sslmode=bogus", "keepalives=x", "channel_binding=''",
                                          "target_session_attrs=x"};
    char open[8], text[256];
    int listener = open_port(true, open, sizeof open);
    clearenv();
    snprintf(text, sizeof text, "host=127.0.0.1 port=%s user=u %s", open, refused[_i]);
    ck_assert_int_eq(refused_by_libpq(text, listener), 1);
    snprintf(text, sizeof text, "host=127.0.0.1 port=%s user=u", open);
    ck_assert_int_eq(refused_by_libpq(text, listener), 0);
    close(listener);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_values__as_libpq, 0, KEYWORD_COUNT);
    tcase_add_loop_test(cases, test_values__the_oracle_refuses, 0, 4);
}

int
main(int count, char **arguments) {
    return oracle_main(count, arguments, 0, "values", fill);
}
