/*
 * A server in memory: OpenSSL over two memory BIOs, behind the one byte with which PostgreSQL
 * answers the request for TLS. Whatever fails here ends the test.
 */
#ifndef TESTS_TLS_PEER_H
#define TESTS_TLS_PEER_H

#include <openssl/ssl.h>

#include "tls/pki.h"

struct peer {
    SSL_CTX *context;
    SSL *ssl;
    BIO *incoming;
    BIO *outgoing;
};

static inline struct peer
peer_new(const struct pki *identity) {
    struct peer peer = {.context = SSL_CTX_new(TLS_server_method())};
    SSL_CTX_set_security_level(peer.context, 0);
    SSL_CTX_set_options(peer.context, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(peer.context, 0);
    ck_assert_int_eq(SSL_CTX_use_certificate(peer.context, identity->certificate), 1);
    ck_assert_int_eq(SSL_CTX_use_PrivateKey(peer.context, identity->key), 1);
    return peer;
}

/* To be called when the context is as it should be. */
static inline void
peer_start(struct peer *peer) {
    peer->ssl = SSL_new(peer->context);
    peer->incoming = BIO_new(BIO_s_mem());
    peer->outgoing = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(peer->incoming, -1);
    BIO_set_mem_eof_return(peer->outgoing, -1);
    SSL_set_bio(peer->ssl, peer->incoming, peer->outgoing);
    SSL_set_accept_state(peer->ssl);
}

/* Take bytes and go on; true when the server is done with the connection. */
static inline bool
peer_take(struct peer *peer, const char *data, size_t size) {
    char dropped[256];
    if (size > 0)
        ck_assert_int_eq(BIO_write(peer->incoming, data, (int)size), (int)size);
    int got = SSL_read(peer->ssl, dropped, sizeof dropped);
    int error = SSL_get_error(peer->ssl, got);
    if (error == SSL_ERROR_ZERO_RETURN)
        SSL_shutdown(peer->ssl);
    ERR_clear_error();
    return error != SSL_ERROR_WANT_READ;
}

/* What it has to say; the caller frees it. */
static inline char *
peer_give(struct peer *peer, size_t *size) {
    *size = BIO_ctrl_pending(peer->outgoing);
    char *data = malloc(*size + 1);
    if (*size > 0)
        ck_assert_int_eq(BIO_read(peer->outgoing, data, (int)*size), (int)*size);
    return data;
}

static inline void
peer_free(struct peer *peer) {
    SSL_free(peer->ssl);
    SSL_CTX_free(peer->context);
}

#endif
