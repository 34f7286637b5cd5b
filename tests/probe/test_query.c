/*
 * What a server answers in TLS records as large as they may be: of such a one libpq may leave
 * the end in OpenSSL, where no poll(2) sees it.
 */
#include "check/peer.h"

#include <stdbool.h>

#include <openssl/ssl.h>
#include <pgconnspec/pgconnspec.h>

#include "tls/pki.h"

#define RECORD 16384
#define AHEAD  10 /* bytes in a record of their own before it */

static struct pki server;

static void
put(SSL *ssl, const void *data, size_t size) {
    if (SSL_write(ssl, data, (int)size) <= 0)
        _exit(0);
}

static void
get(SSL *ssl, void *data, size_t size) {
    for (size_t done = 0; done < size;) {
        int got = SSL_read(ssl, (char *)data + done, (int)(size - done));
        if (got <= 0)
            _exit(0);
        done += (size_t)got;
    }
}

/* A message that begins with a type, or the startup packet for 0. */
static void
get_message(SSL *ssl, bool typed) {
    char head[5], body[65536];
    uint32_t size;
    get(ssl, head, typed ? 5 : 4);
    memcpy(&size, head + (typed ? 1 : 0), 4);
    size = ntohl(size) - 4;
    if (size > sizeof body)
        _exit(1);
    get(ssl, body, size);
}

/* A notice, and what ends the statement, AHEAD bytes and RECORD bytes in all. */
static void
answer(SSL *ssl) {
    static const char end[] = "E\0\0\0\60SERROR\0VERROR\0C55P03\0Mnot now, there is a lock\0\0"
                              "Z\0\0\0\5I";
    static char data[AHEAD + RECORD];
    size_t tail = sizeof end - 1, notice = sizeof data - tail;
    uint32_t error = htonl((uint32_t)(tail - 6 - 1));
    uint32_t length = htonl((uint32_t)notice - 1);
    memset(data, 'x', sizeof data);
    memcpy(data, "N....SNOTICE\0VNOTICE\0C00000\0M", 30);
    memcpy(data + 1, &length, 4);
    memcpy(data + notice - 2, "\0\0", 2);
    memcpy(data + notice, end, tail);
    memcpy(data + notice + 1, &error, 4);
    put(ssl, data, AHEAD);
    put(ssl, data + AHEAD, RECORD);
}

static void
answers_in_large_records(int fd) {
    static const char login[] = "R\0\0\0\10\0\0\0\0S\0\0\0\30server_version\00015.4\0"
                                "Z\0\0\0\5I";
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context, server.certificate);
    SSL_CTX_use_PrivateKey(context, server.key);
    SSL *ssl = SSL_new(context);
    hear_startup(fd);
    say(fd, "S", 1);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) != 1)
        _exit(1);
    get_message(ssl, false);
    put(ssl, login, sizeof login - 1);
    for (;;) {
        get_message(ssl, true);
        answer(ssl);
    }
}

START_TEST(test_query__the_end_of_a_record_is_read) {
    char text[128];
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    server = pki_make((struct pki_wish){.common_name = "localhost"}, NULL);
    struct peer peer = peer_start(answers_in_large_records);
    snprintf(text, sizeof text, "host=127.0.0.1 port=%d user=a dbname=b sslmode=require",
             peer.port);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, 100000, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    pgcs_findings *at = pgcs_findings_new(pgcs_check_report(check), PGCS_SEVERITY_FAILURE);
    int count = 0;
    for (; pgcs_findings_next(at); count++)
        ck_assert_msg(pgcs_finding_code(at) == PGCS_CODE_SECTION_FAILED &&
                          strstr(pgcs_finding_message(at), "lock") != NULL,
                      "%s", pgcs_finding_message(at));
    ck_assert_int_gt(count, 0);
    pgcs_findings_free(at);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    peer_stop(&peer);
    pki_free(&server);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_query__the_end_of_a_record_is_read);
}

int
main(void) {
    signal(SIGPIPE, SIG_IGN);
    return suite_run("probe/query", fill, 30);
}
