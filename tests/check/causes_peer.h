/* What peers say that bring causes about: one that is told what to say, and each of the others.
 */
#ifndef TESTS_CAUSES_PEER_H
#define TESTS_CAUSES_PEER_H

#include <openssl/ssl.h>

#include "check/causes.h"
#include "peer.h"
#define PKI_NOW ((int64_t)time(NULL))
#include "tls/pki.h"

/* --- what the peer says ----------------------------------------------------------------------
 */

struct a_case {
    enum cause_id id;
    peer_script *script;
    const char *rest;     /* of the spec */
    const char *sqlstate; /* what the peer says, for refuse() */
    const char *text;
    const char *place;
    int from, below; /* majors of libpq; 0 is any */
};

static const struct a_case *current; /* known to the peer, which is forked */
static struct pki shown;             /* what it shows as its certificate */

static void
put(char *out, size_t *size, char type, const char *text) {
    if (text == NULL)
        return;
    out[(*size)++] = type;
    memcpy(out + *size, text, strlen(text) + 1);
    *size += strlen(text) + 1;
}

/* The body of the case's ErrorResponse. */
static size_t
write_error(char *body) {
    size_t size = 0;
    put(body, &size, 'S', "FATAL");
    put(body, &size, 'C', current->sqlstate);
    put(body, &size, 'M', current->text);
    put(body, &size, 'F', current->place ? "some.c" : NULL);
    put(body, &size, 'L', current->place ? "123" : NULL);
    put(body, &size, 'R', current->place);
    body[size++] = '\0';
    return size;
}

static void
refuse(int fd) {
    char request[8], body[1024];
    while (recv(fd, request, 8, MSG_PEEK | MSG_WAITALL) == 8 && request[4] == 4) {
        hear(fd, request, 8);
        say(fd, "N", 1);
    }
    hear_startup(fd);
    say_message(fd, 'E', body, write_error(body));
}

/* A byte for the request for TLS, then what may follow. */
static void
answer_request(int fd, const char *text, size_t size) {
    hear_startup(fd);
    say(fd, text, size);
}

static void
has_no_tls(int fd) {
    answer_request(fd, "N", 1);
    be_silent(fd);
}

static void
errs_at_tls(int fd) {
    answer_request(fd, "ESFATAL", 7);
}

static void
speaks_otherwise(int fd) {
    answer_request(fd, "XYZ", 3);
    be_silent(fd);
}

static const char mysql_greeting[] = "\112\0\0\0\0128.0.34\0";
static const char tls_alert[] = "\25\3\1\0\2\2\106";

static void
speaks_tls(int fd) {
    answer_request(fd, tls_alert, 7);
}

static void
speaks_http(int fd) {
    answer_request(fd, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", 47);
}

/* SSH and MySQL speak first. */
static void
speaks_ssh(int fd) {
    say(fd, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", 32);
    be_silent(fd);
}

static void
speaks_mysql(int fd) {
    say(fd, mysql_greeting, sizeof mysql_greeting);
    be_silent(fd);
}

/* The first connection is served; the one that asks why TLS failed meets silence. */
static bool
is_second(int fd) {
    static bool served;
    bool second = served;
    served = true;
    if (second)
        be_silent(fd);
    return second;
}

static void
hangs_up_in_tls(int fd) {
    if (is_second(fd))
        return;
    answer_request(fd, "S", 1);
    hear_hello(fd);
}

static void
alerts(int fd) {
    if (is_second(fd))
        return;
    answer_request(fd, "S", 1);
    hear_hello(fd);
    say(fd, "\25\3\3\0\2\2\62", 7); /* decode error */
    be_silent(fd);
}

static void
speaks_no_tls(int fd) {
    if (is_second(fd))
        return;
    answer_request(fd, "S", 1);
    hear_hello(fd);
    say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    be_silent(fd);
}

/* A session over TLS; NULL when it does not come about. */
static SSL *
shake(int fd) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate(context, shown.certificate) != 1 ||
        SSL_CTX_use_PrivateKey(context, shown.key) != 1)
        _exit(1);
    SSL *ssl = SSL_new(context);
    SSL_CTX_free(context);
    SSL_set_fd(ssl, fd);
    if (SSL_accept(ssl) == 1)
        return ssl;
    SSL_free(ssl);
    return NULL;
}

static void
speaks_before_tls(int fd) {
    if (is_second(fd))
        return;
    answer_request(fd, "SCRAM", 5);
    SSL_free(shake(fd));
    be_silent(fd);
}

static void
has_certificate(int fd) {
    if (is_second(fd))
        return;
    answer_request(fd, "S", 1);
    SSL_free(shake(fd));
}

static void
refuses_over_tls(int fd) {
    char body[1024] = "E", startup[1024];
    answer_request(fd, "S", 1);
    SSL *ssl = shake(fd);
    if (ssl == NULL || SSL_read(ssl, startup, sizeof startup) <= 0)
        _exit(1);
    size_t size = write_error(body + 5);
    uint32_t length = htonl((uint32_t)size + 4);
    memcpy(body + 1, &length, 4);
    SSL_write(ssl, body, (int)size + 5);
    SSL_shutdown(ssl);
    SSL_free(ssl);
}

/* --- authentication --------------------------------------------------------------------------
 */

static void
asks(int fd, const char *body, size_t size) {
    hear_startup(fd);
    say_message(fd, 'R', body, size);
}

static void
asks_password(int fd) {
    asks(fd, "\0\0\0\3", 4);
    be_silent(fd);
}

static void
asks_gssapi(int fd) {
    asks(fd, "\0\0\0\7", 4);
    be_silent(fd);
}

static void
asks_kerberos(int fd) {
    asks(fd, "\0\0\0\2", 4);
    be_silent(fd);
}

static void
asks_unknown(int fd) {
    asks(fd, "\0\0\0\143", 4);
    be_silent(fd);
}

static void
asks_unknown_sasl(int fd) {
    asks(fd, "\0\0\0\12GUESS-MY-NAME\0", 19);
    be_silent(fd);
}

#define SCRAM_OFFER "\0\0\0\12SCRAM-SHA-256\0"

/* The client's first message; its nonce. */
static void
hear_scram(int fd, char *nonce, size_t size) {
    char type, body[512] = "";
    uint32_t length;
    asks(fd, SCRAM_OFFER, sizeof SCRAM_OFFER);
    hear(fd, &type, 1);
    hear(fd, &length, 4);
    if (ntohl(length) - 4 >= sizeof body)
        _exit(1);
    hear(fd, body, ntohl(length) - 4);
    const char *said = memmem(body, ntohl(length) - 4, ",r=", 3);
    snprintf(nonce, size, "%s", said ? said + 3 : "");
}

static void
garbles_scram(int fd) {
    char nonce[256];
    hear_scram(fd, nonce, sizeof nonce);
    SAY(fd, 'R', "\0\0\0\13r=somebody-else,s=c2FsdA==,i=4096");
    be_silent(fd);
}

static void
fakes_scram(int fd) {
    char nonce[256], first[512] = "\0\0\0\13";
    hear_scram(fd, nonce, sizeof nonce);
    int size = snprintf(first + 4, sizeof first - 4, "r=%sx,s=c2FsdA==,i=4096", nonce);
    say_message(fd, 'R', first, (size_t)size + 4);
    hear_message(fd);
    SAY(fd, 'R', "\0\0\0\14v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    be_silent(fd);
}

static void
offers_scram_over_tls(int fd) {
    static const char offer[] = "R\0\0\0\27" SCRAM_OFFER;
    char startup[1024];
    answer_request(fd, "S", 1);
    SSL *ssl = shake(fd);
    if (ssl == NULL || SSL_read(ssl, startup, sizeof startup) <= 0)
        _exit(1);
    SSL_write(ssl, offer, sizeof offer);
    SSL_read(ssl, startup, sizeof startup);
    SSL_free(ssl);
}

/* --- after the login -------------------------------------------------------------------------
 */

static void
answer_with(int fd, const char *value) {
    char row[64] = "\0\1\0\0\0\0";
    SAY(fd, 'T', "\0\1x\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0");
    row[5] = (char)strlen(value);
    memcpy(row + 6, value, strlen(value));
    say_message(fd, 'D', row, 6 + strlen(value));
    SAY(fd, 'C', "SHOW\0");
}

/* libpq 14 and later read what is reported; older ones, and of older servers, ask. */
static void
session_of(int fd, const char *standby, const char *read_only) {
    log_in_to(fd, standby, read_only);
    while (hear_message(fd) == 'Q') {
        answer_with(fd, read_only);
        SAY(fd, 'Z', "I");
    }
}

static void
is_read_only(int fd) {
    session_of(fd, "off", "on");
}

static void
is_standby(int fd) {
    session_of(fd, "on", "on");
}

static void
is_primary(int fd) {
    session_of(fd, "off", "off");
}

static void
asks_for_rows(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'G', "\1\0\1\0\1");
    be_silent(fd);
}

static void
loses_count(int fd) {
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\0");
    say(fd, "W\377\377\377\377", 5);
    be_silent(fd);
}

static void
asks_again(int fd) {
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'R', "\0\0\0\3");
    be_silent(fd);
}

static void
negotiates(int fd) {
    hear_startup(fd);
    SAY(fd, 'v', "\0\2\0\0\0\0\0\0");
    be_silent(fd);
}

/* As servers before 7.4 did, and a postmaster that can't start a process does. */
static void
errs_in_plain(int fd) {
    hear_startup(fd);
    say(fd, "E", 1);
    say(fd, current->text, strlen(current->text) + 1);
}

#endif
