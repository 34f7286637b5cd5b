/*
 * lib/tls/diagnose.c and verify.c: the real reason of a failed handshake, against a server in
 * memory, byte by byte as well as in one piece.
 */
#include "tls/diagnose.h"

#include <openssl/err.h>

#include "suite.h"
#include "tls/peer.h"

static struct pki root, between, other;

static void
setup(void) {
    root = pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    between =
        pki_make((struct pki_wish){.common_name = "Between", .is_authority = true}, &root);
    other = pki_make((struct pki_wish){.common_name = "Other", .is_authority = true}, NULL);
}

static void
teardown(void) {
    pki_free(&root);
    pki_free(&between);
    pki_free(&other);
}

/* Who issues the server's certificate. */
enum issuer { BY_ROOT, BY_BETWEEN, BY_OTHER, BY_ITSELF };

/* What is odd about the server. */
enum oddity {
    NOTHING,
    SENDS_CHAIN,     /* the issuer, too */
    WANTS_CLIENT,    /* a client certificate, or nothing */
    OLD_TLS,         /* 1.1 at most */
    ONLY_12,         /* TLS 1.2 */
    WANTS_CLIENT_12, /* a client certificate, in TLS 1.2 */
};

static const struct {
    struct pki_wish wish;
    enum issuer issuer;
    enum oddity oddity;
    const char *spec;
    char trust; /* r root, b between, o other, R root and a list that revokes, l root and an
                   empty list, L root and an old list, or 0 */
    bool client;
    pgcs_code code; /* or 0 */
    const char *message;
} cases[] = {
    {{.common_name = "db.test"}, BY_ROOT, NOTHING, "host=db.test", 'r', 0, 0, NULL},
    {{.common_name = "db.test"}, BY_ROOT, ONLY_12, "host=db.test", 'r', 0, 0, NULL},
    {{.common_name = "db.test"},
     BY_ITSELF,
     NOTHING,
     "host=db.test sslmode=require",
     0,
     0,
     0,
     NULL},
    {{.common_name = "x", .names = "DNS:*.test"},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'r',
     0,
     0,
     NULL},
    {{.common_name = "db.test"}, BY_BETWEEN, SENDS_CHAIN, "host=db.test", 'r', 0, 0, NULL},
    {{.common_name = "db.test"}, BY_ROOT, NOTHING, "host=db.test", 'l', 0, 0, NULL},
    {{.common_name = "db.test", .from_day = -30, .to_day = -2},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CERTIFICATE_EXPIRED,
     "the server's certificate expired on 2026-01-13"},
    {{.common_name = "db.test", .from_day = 2},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CERTIFICATE_NOT_YET_VALID,
     "the server's certificate is not valid before 2026-01-17"},
    {{.common_name = "db.test"},
     BY_OTHER,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_ISSUER_UNKNOWN,
     "the server's certificate was issued by none of the roots, but by CN=Other"},
    {{.common_name = "db.test"},
     BY_OTHER,
     SENDS_CHAIN,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_ISSUER_UNKNOWN,
     "the server's chain ends in an authority that is none of the roots: CN=Other"},
    {{.common_name = "db.test"},
     BY_BETWEEN,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_ISSUER_UNKNOWN,
     "the server's certificate was issued by none of the roots, but by CN=Between"},
    {{.common_name = "db.test"},
     BY_BETWEEN,
     NOTHING,
     "host=db.test",
     'b',
     0,
     PGCS_CAUSE_ISSUER_UNKNOWN,
     "no self-signed root stands behind CN=Root"},
    {{.common_name = "db.test"},
     BY_ITSELF,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CERTIFICATE_SELF_SIGNED,
     "the server's certificate is self-signed and none of the roots: CN=db.test"},
    {{.common_name = "db.test"},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'R',
     0,
     PGCS_CAUSE_CERTIFICATE_REVOKED,
     "the server's certificate is revoked"},
    {{.common_name = "db.test"},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'L',
     0,
     PGCS_CAUSE_CRL_UNUSABLE,
     "the revocation list is out of date of CN=Root"},
    {{.common_name = "db.test"},
     BY_BETWEEN,
     SENDS_CHAIN,
     "host=db.test",
     'l',
     0,
     PGCS_CAUSE_CRL_UNUSABLE,
     "there is no revocation list of CN=Between"},
    {{.common_name = "db.test", .purpose = "clientAuth"},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CERTIFICATE_PURPOSE,
     "the server's certificate is not meant for servers"},
    {{.common_name = "db.test", .rsa_bits = 1024},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CERTIFICATE_WEAK,
     "the key of the server's certificate is too small"},
    {{.common_name = "x", .names = "DNS:a.test,IP:10.0.0.1"},
     BY_ROOT,
     NOTHING,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CERTIFICATE_NAME,
     "the server's certificate is for a.test, 10.0.0.1, not for db.test"},
    {{.common_name = "x", .names = "DNS:a.test"},
     BY_ROOT,
     NOTHING,
     "host=db.test sslmode=verify-ca",
     'r',
     0,
     0,
     NULL},
    {{.common_name = "db.test"},
     BY_ROOT,
     OLD_TLS,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_TLS_VERSION,
     "the server takes none of the TLS versions that this client offers"},
    {{.common_name = "db.test"},
     BY_ROOT,
     ONLY_12,
     "host=db.test ssl_min_protocol_version=TLSv1.3",
     'r',
     0,
     PGCS_CAUSE_TLS_VERSION,
     "the server takes none of the TLS versions that this client offers"},
    {{.common_name = "db.test"},
     BY_ROOT,
     WANTS_CLIENT,
     "host=db.test",
     'r',
     0,
     PGCS_CAUSE_CLIENT_REFUSED,
     "the server wants a client certificate"},
    {{.common_name = "db.test"}, BY_ROOT, WANTS_CLIENT, "host=db.test", 'r', true, 0, NULL},
    {{.common_name = "db.test"}, BY_ROOT, WANTS_CLIENT_12, "host=db.test", 'r', true, 0, NULL},
    {{.common_name = "db.test"},
     BY_OTHER,
     WANTS_CLIENT_12,
     "host=db.test",
     'r',
     true,
     PGCS_CAUSE_ISSUER_UNKNOWN,
     "the server's certificate was issued by none of the roots, but by CN=Other"},
};

static const struct pki *
issuer_of(enum issuer issuer) {
    static const struct pki *const issuers[] = {&root, &between, &other, NULL};
    return issuers[issuer];
}

static const pgcs_tls *
tls_of(char trust, bool client, const struct pki *server) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const struct pki *anchor = trust == 'b' ? &between : trust == 'o' ? &other : &root;
    char *texts[4] = {pki_certificate_pem(anchor->certificate)};
    if (trust == 'R' || trust == 'l' || trust == 'L')
        texts[1] = pki_crl_pem(&root, root.key, trust == 'L' ? -1 : 30,
                               trust == 'R' ? server->certificate : NULL);
    if (trust)
        ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, texts[0], strlen(texts[0]), NULL),
                         PGCS_OK);
    if (texts[1])
        ck_assert_int_eq(pgcs_tls_builder_set_crls(builder, texts[1], strlen(texts[1]), NULL),
                         PGCS_OK);
    if (client) {
        struct pki made = pki_make((struct pki_wish){.common_name = "me"}, &root);
        texts[2] = pki_certificate_pem(made.certificate);
        texts[3] = pki_key_pem(made.key, NULL);
        ck_assert_int_eq(
            pgcs_tls_builder_set_certificate(builder, texts[2], strlen(texts[2]), NULL),
            PGCS_OK);
        ck_assert_int_eq(
            pgcs_tls_builder_set_key(builder, texts[3], strlen(texts[3]), NULL, 0, NULL),
            PGCS_OK);
        pki_free(&made);
    }
    const pgcs_tls *tls = NULL;
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    for (int i = 0; i < 4; i++)
        free(texts[i]);
    return tls;
}

static void
make_odd(struct peer *peer, enum oddity oddity, const struct pki *issuer) {
    if (oddity == SENDS_CHAIN)
        ck_assert_int_eq(SSL_CTX_add1_chain_cert(peer->context, issuer->certificate), 1);
    if (oddity == WANTS_CLIENT || oddity == WANTS_CLIENT_12)
        SSL_CTX_set_verify(peer->context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                           NULL);
    if (oddity == OLD_TLS)
        SSL_CTX_set_max_proto_version(peer->context, TLS1_1_VERSION);
    if (oddity == ONLY_12 || oddity == WANTS_CLIENT_12)
        SSL_CTX_set_max_proto_version(peer->context, TLS1_2_VERSION);
}

/* Let both talk until one is done; @step bytes at a time. */
static void
talk(struct diagnosis *diagnosis, struct peer *peer, size_t step) {
    bool asked = false, closed = false;
    for (int turn = 0; turn < 100000 && !diagnosis_is_done(diagnosis); turn++) {
        struct slice out = diagnosis_output(diagnosis);
        if (out.size > 0) {
            size_t part = out.size < step ? out.size : step;
            if (asked && !closed)
                closed = peer_take(peer, out.data, part);
            diagnosis_sent(diagnosis, part);
            continue;
        }
        if (!asked) {
            diagnosis_received(diagnosis, "S", 1);
            asked = true;
            continue;
        }
        size_t size;
        char *in = peer_give(peer, &size);
        for (size_t at = 0; at < size; at += step)
            diagnosis_received(diagnosis, in + at, size - at < step ? size - at : step);
        free(in);
        if (size == 0 && closed)
            diagnosis_received(diagnosis, "", 0);
        ck_assert_msg(size > 0 || closed || diagnosis_output(diagnosis).size > 0, "both wait");
    }
    ck_assert(diagnosis_is_done(diagnosis));
}

static void
run_case(int i, size_t step) {
    const struct pki *issuer = issuer_of(cases[i].issuer);
    struct pki server = pki_make(cases[i].wish, issuer);
    struct peer peer = peer_new(&server);
    make_odd(&peer, cases[i].oddity, issuer);
    peer_start(&peer);
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(cases[i].spec, strlen(cases[i].spec), 0, &spec, NULL),
                     PGCS_OK);
    const pgcs_tls *tls = tls_of(cases[i].trust, cases[i].client, &server);
    struct diagnosis *diagnosis = NULL;
    struct diag diag = {.message = ""};
    ck_assert_int_eq(diagnosis_new(spec, tls, 150020, 0, &diagnosis, &diag), PGCS_OK);
    talk(diagnosis, &peer, step);
    bool faulty = diagnosis_result(diagnosis, PKI_NOW, &diag);
    ck_assert_msg(faulty == (cases[i].code != 0), "%s", diag.message);
    if (faulty) {
        ck_assert_str_eq(diag.message, cases[i].message);
        ck_assert_int_eq(diag.status, cases[i].code);
        ck_assert_str_ne(diag.hint, "");
    }
    diagnosis_free(diagnosis);
    pgcs_tls_unref(tls);
    pgcs_spec_unref(spec);
    peer_free(&peer);
    pki_free(&server);
}

START_TEST(test_diagnose__tells_the_reason) {
    run_case(_i, 100000);
}
END_TEST

START_TEST(test_diagnose__takes_byte_by_byte) {
    run_case(_i, 1);
}
END_TEST

/* --- what comes before TLS -----------------------------------------------------------------
 */

static const struct {
    const char *answer;
    size_t size; /* 0 closes */
    pgcs_code code;
    const char *message;
} answers[] = {
    {"N", 1, PGCS_CAUSE_TLS_NOT_OFFERED, "the server says that it has no TLS"},
    {"E\0\0\0\5", 5, PGCS_CAUSE_TLS_FAILED,
     "the server answered the request for TLS with an error"},
    {"HTTP/1.1 400", 12, PGCS_CAUSE_NOT_POSTGRESQL, "what answered is no PostgreSQL"},
    {"", 0, PGCS_CAUSE_TLS_FAILED, "the peer closed the connection when it was asked for TLS"},
    {"SX", 2, PGCS_CAUSE_TLS_TAMPERED,
     "there were bytes in plaintext behind the server's answer"},
};

static struct diagnosis *
begun(const char *text, const pgcs_spec **spec) {
    struct diagnosis *diagnosis = NULL;
    struct diag diag;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, spec, NULL), PGCS_OK);
    ck_assert_int_eq(diagnosis_new(*spec, NULL, 170000, 0, &diagnosis, &diag), PGCS_OK);
    return diagnosis;
}

START_TEST(test_diagnose__answers_to_the_request) {
    const pgcs_spec *spec = NULL;
    struct diagnosis *diagnosis = begun("host=db.test sslmode=require", &spec);
    struct slice out = diagnosis_output(diagnosis);
    ck_assert_uint_eq(out.size, 8);
    ck_assert_mem_eq(out.data, "\0\0\0\10\4\322\26\57", 8);
    diagnosis_sent(diagnosis, 8);
    diagnosis_received(diagnosis, answers[_i].answer, answers[_i].size);
    ck_assert(diagnosis_is_done(diagnosis));
    struct diag diag;
    ck_assert(diagnosis_result(diagnosis, PKI_NOW, &diag));
    ck_assert_int_eq(diag.status, answers[_i].code);
    ck_assert_str_eq(diag.message, answers[_i].message);
    diagnosis_free(diagnosis);
    pgcs_spec_unref(spec);
}
END_TEST

/* After "S": nothing, an end, garbage, an alert. */
static const struct {
    const char *data;
    size_t size;
    bool silent;
    pgcs_code code;
    const char *message;
} after[] = {
    {"", 0, true, PGCS_CAUSE_TLS_FAILED, "the peer went silent in the TLS handshake"},
    {"", 0, false, PGCS_CAUSE_TLS_FAILED,
     "the peer closed the connection in the TLS handshake"},
    {"HTTP/1.1 400 Bad Request", 24, false, PGCS_CAUSE_TLS_TAMPERED,
     "what answered does not speak TLS"},
    {"\25\3\3\0\2\2\50", 7, false, PGCS_CAUSE_TLS_FAILED,
     "the server broke the handshake off: no cipher, curve or signature that both take"},
    {"\25\3\3\0\2\2\160", 7, false, PGCS_CAUSE_CERTIFICATE_NAME,
     "the server has no certificate for the name that was sent"},
    {"\25\3\3\0\2\2\170", 7, false, PGCS_CAUSE_TLS_FAILED,
     "what answered speaks TLS, but not PostgreSQL's protocol"},
};

START_TEST(test_diagnose__ends_of_the_handshake) {
    const pgcs_spec *spec = NULL;
    struct diagnosis *diagnosis = begun("host=db.test sslmode=require", &spec);
    diagnosis_sent(diagnosis, 8);
    diagnosis_received(diagnosis, "S", 1);
    diagnosis_sent(diagnosis, diagnosis_output(diagnosis).size);
    if (!after[_i].silent)
        diagnosis_received(diagnosis, after[_i].data, after[_i].size);
    ck_assert_int_eq(diagnosis_is_done(diagnosis), !after[_i].silent);
    struct diag diag;
    ck_assert(diagnosis_result(diagnosis, PKI_NOW, &diag));
    ck_assert_str_eq(diag.message, after[_i].message);
    ck_assert_int_eq(diag.status, after[_i].code);
    ck_assert_uint_eq(ERR_peek_error(), 0);
    diagnosis_free(diagnosis);
    pgcs_spec_unref(spec);
}
END_TEST

/* What goes out before TLS is a request and a hello: the name, and nothing else of the spec. */
START_TEST(test_diagnose__sends_no_credentials) {
    const pgcs_spec *spec = NULL;
    struct diagnosis *diagnosis = begun(
        "host=db.test user=canaryuser password=canarypassword dbname=canarydb sslmode=require "
        "sslnegotiation=direct",
        &spec);
    struct slice out = diagnosis_output(diagnosis);
    ck_assert_int_eq(out.data[0], 22); /* a handshake record: no request before it */
    ck_assert_ptr_nonnull(memmem(out.data, out.size, "db.test", 7));
    ck_assert_ptr_nonnull(memmem(out.data, out.size, "\12postgresql", 11));
    ck_assert_ptr_null(memmem(out.data, out.size, "canary", 6));
    diagnosis_free(diagnosis);
    pgcs_spec_unref(spec);
    diagnosis = begun("host=10.0.0.1 sslmode=require sslnegotiation=direct", &spec);
    out = diagnosis_output(diagnosis);
    ck_assert_ptr_null(memmem(out.data, out.size, "10.0.0.1", 8));
    diagnosis_free(diagnosis);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases_) {
    tcase_add_checked_fixture(cases_, setup, teardown);
    tcase_add_loop_test(cases_, test_diagnose__tells_the_reason, 0, ROWS(cases));
    tcase_add_loop_test(cases_, test_diagnose__takes_byte_by_byte, 0, ROWS(cases));
    tcase_add_loop_test(cases_, test_diagnose__answers_to_the_request, 0, ROWS(answers));
    tcase_add_loop_test(cases_, test_diagnose__ends_of_the_handshake, 0, ROWS(after));
    tcase_add_test(cases_, test_diagnose__sends_no_credentials);
}

int
main(void) {
    return suite_run("diagnose", fill, 30);
}
