/*
 * lib/tls/session.c: what a session is worth, of real sessions with a server in memory; and
 * whether a library uses our OpenSSL.
 */
#include "tls/session.h"

#include <libpq-fe.h>
#include <stdio.h>

#include "suite.h"
#include "tls/peer.h"

/* A client's session with @server, verified against @root when there is one. */
static SSL *
session_with(struct pki *server, struct pki *root, struct peer *peer) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (root) {
        X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(context), PKI_NOW);
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context), root->certificate);
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    }
    *peer = peer_new(server);
    peer_start(peer);
    SSL *client = SSL_new(context);
    SSL_CTX_free(context);
    BIO *incoming = BIO_new(BIO_s_mem()), *outgoing = BIO_new(BIO_s_mem());
    SSL_set_bio(client, incoming, outgoing);
    SSL_set_connect_state(client);
    for (int turn = 0; turn < 10 && SSL_do_handshake(client) != 1; turn++) {
        char buffer[20000];
        int size = BIO_read(outgoing, buffer, sizeof buffer);
        peer_take(peer, buffer, size > 0 ? (size_t)size : 0);
        size_t given;
        char *in = peer_give(peer, &given);
        ck_assert_int_eq(BIO_write(incoming, in, (int)given), (int)given);
        free(in);
    }
    ck_assert(SSL_is_init_finished(client));
    return client;
}

static const struct {
    const char *spec;
    bool in_use;
    bool has_ssl;
    bool verifies;
    enum verified verified;
    const char *message; /* NULL: fine */
} cases[] = {
    {"host=db.test sslmode=prefer", false, false, false, VERIFIED_NONE, NULL},
    {"host=db.test sslmode=prefer", true, true, false, VERIFIED_NONE, NULL},
    {"host=db.test sslmode=require", true, true, false, VERIFIED_NONE, NULL},
    {"host=db.test sslmode=require", false, false, false, VERIFIED_NONE,
     "TLS was asked for, and the connection has none"},
    {"host=db.test sslmode=verify-full sslrootcert=/r", false, false, false, VERIFIED_NONE,
     "TLS was asked for, and the connection has none"},
    {"host=db.test sslmode=verify-ca sslrootcert=/r", true, true, true, VERIFIED_CHAIN, NULL},
    {"host=db.test sslmode=verify-full sslrootcert=/r", true, true, true, VERIFIED_FULL, NULL},
    {"host=db.test sslmode=verify-ca sslrootcert=/r", true, true, false, VERIFIED_NONE,
     "the server was to be verified, and was not"},
    {"host=db.test sslmode=verify-full sslrootcert=/r", true, true, false, VERIFIED_NONE,
     "the server was to be verified, and was not"},
    {"host=other.test sslmode=verify-full sslrootcert=/r", true, true, true, VERIFIED_CHAIN,
     "the name of the server was to be checked, and is another"},
    {"host=db.test sslmode=verify-full sslrootcert=/r", true, false, true, VERIFIED_FULL, NULL},
    {"host=db.test sslmode=require sslrootcert=/r", true, false, true, VERIFIED_CHAIN, NULL},
};

START_TEST(test_session__what_was_asked_must_be_got) {
    struct pki root =
        pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    struct pki server =
        pki_make((struct pki_wish){.common_name = "x", .names = "DNS:db.test"}, &root);
    struct peer peer;
    SSL *ssl = session_with(&server, cases[_i].verifies ? &root : NULL, &peer);
    const pgcs_spec *spec = NULL;
    struct plan plan;
    struct diag diag = {.message = ""};
    enum verified verified;
    ck_assert_int_eq(pgcs_spec_parse(cases[_i].spec, strlen(cases[_i].spec), 0, &spec, NULL),
                     PGCS_OK);
    ck_assert_int_eq(plan_make(spec, NULL, 150020, 0, &plan, &diag), PGCS_OK);
    pgcs_status status = session_judge(&plan, cases[_i].in_use, cases[_i].has_ssl ? ssl : NULL,
                                       &verified, &diag);
    ck_assert_int_eq(status == PGCS_OK, cases[_i].message == NULL);
    ck_assert_int_eq(verified, cases[_i].verified);
    if (cases[_i].message)
        ck_assert_str_eq(diag.message, cases[_i].message);
    pgcs_spec_unref(spec);
    SSL_free(ssl);
    peer_free(&peer);
    pki_free(&root);
    pki_free(&server);
}
END_TEST

/* The host, and whether other rules than libpq's let it pass. */
static const struct {
    const char *spec;
    bool warns;
} hosts[] = {
    {"host=db.test sslmode=verify-full sslrootcert=/r", false},
    {"host=x.test sslmode=verify-full sslrootcert=/r", true},
    {"host=x.test sslmode=verify-ca sslrootcert=/r", false},
};

START_TEST(test_session__facts) {
    struct pki root =
        pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    struct pki server = pki_make(
        (struct pki_wish){.common_name = "x", .names = "DNS:db.test,IP:10.0.0.1,DNS:*.test"},
        &root);
    struct peer peer;
    SSL *ssl = session_with(&server, &root, &peer);
    struct report_builder *builder = report_builder_new();
    const pgcs_report *report = NULL;
    const pgcs_spec *spec = NULL;
    struct plan plan;
    struct diag diag;
    ck_assert_int_eq(pgcs_spec_parse(hosts[_i].spec, strlen(hosts[_i].spec), 0, &spec, NULL),
                     PGCS_OK);
    ck_assert_int_eq(plan_make(spec, NULL, 150020, 0, &plan, &diag), PGCS_OK);
    session_report(&plan, ssl, builder);
    ck_assert_int_eq(report_finish(builder, &report, &diag), PGCS_OK);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TLS_VERSION), "TLSv1.3");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TLS_CIPHER), "TLS_AES_256_GCM_SHA384");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_PEER_SUBJECT), "CN=x");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_PEER_ISSUER), "CN=Root");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_PEER_NAMES),
                     "db.test, 10.0.0.1, *.test");
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_PEER_NOT_AFTER_UNIX),
                     PKI_NOW + 365 * PKI_DAY);
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    ck_assert_int_eq(pgcs_findings_next(findings), hosts[_i].warns);
    if (hosts[_i].warns)
        ck_assert_str_eq(pgcs_finding_message(findings),
                         "the server's certificate is for x.test by libpq's rules only");
    pgcs_findings_free(findings);
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
    SSL_free(ssl);
    peer_free(&peer);
    pki_free(&root);
    pki_free(&server);
}
END_TEST

/* Debian's libpq uses Debian's OpenSSL, and so do we; libc uses none. */
START_TEST(test_session__whose_openssl) {
    int (*function)(void) = PQlibVersion;
    int (*stranger)(const char *) = puts;
    void *address = NULL;
    memcpy(&address, &function, sizeof address);
    ck_assert(session_is_ours(address));
    memcpy(&address, &stranger, sizeof address);
    ck_assert(!session_is_ours(address));
    ck_assert(!session_is_ours(NULL));
    ck_assert(!session_is_ours(&address));
}
END_TEST

START_TEST(test_session__names_of_what_was_verified) {
    ck_assert_str_eq(verified_name(VERIFIED_NONE), "none");
    ck_assert_str_eq(verified_name(VERIFIED_CHAIN), "ca");
    ck_assert_str_eq(verified_name(VERIFIED_FULL), "full");
}
END_TEST

static void
fill(TCase *cases_) {
    tcase_add_loop_test(cases_, test_session__what_was_asked_must_be_got, 0, ROWS(cases));
    tcase_add_loop_test(cases_, test_session__facts, 0, ROWS(hosts));
    tcase_add_test(cases_, test_session__whose_openssl);
    tcase_add_test(cases_, test_session__names_of_what_was_verified);
}

int
main(void) {
    return suite_run("session", fill, 20);
}
