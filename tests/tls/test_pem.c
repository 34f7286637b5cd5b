/*
 * lib/tls/pem.c with normalize.c and foreign.c: PEM as people have it. Each damage is done to a
 * real certificate, and the canonical text must come out of it again.
 */
#include "tls/pem.h"

#include <stdio.h>

#include "suite.h"
#include "tls/pki.h"

static char *pem; /* a certificate */
static char *der; /* the same in binary */
static size_t der_size;
static struct pki authority;

static void
setup(void) {
    authority = pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    pem = pki_certificate_pem(authority.certificate);
    unsigned char *binary = NULL;
    der_size = (size_t)i2d_X509(authority.certificate, &binary);
    der = (char *)binary;
}

static void
teardown(void) {
    pki_free(&authority);
    free(pem);
    OPENSSL_free(der);
}

/* @text with every @from replaced by @to. */
static char *
replaced(const char *text, const char *from, const char *to) {
    size_t count = 0;
    for (const char *at = strstr(text, from); at; at = strstr(at + strlen(from), from))
        count++;
    char *made = malloc(strlen(text) + count * strlen(to) + 1);
    char *out = made;
    for (const char *at; (at = strstr(text, from)) != NULL; text = at + strlen(from)) {
        memcpy(out, text, (size_t)(at - text));
        out += at - text;
        out = stpcpy(out, to);
    }
    strcpy(out, text);
    return made;
}

static char *
wrapped(const char *before, const char *text, const char *after) {
    char *made = malloc(strlen(before) + strlen(text) + strlen(after) + 1);
    sprintf(made, "%s%s%s", before, text, after);
    return made;
}

static char *
based(const char *text) {
    char *made = malloc(strlen(text) * 2);
    EVP_EncodeBlock((unsigned char *)made, (const unsigned char *)text, (int)strlen(text));
    return made;
}

/* --- repairs -------------------------------------------------------------------------------
 */

static char *
damage(int how, const char *text) {
    char *inner = NULL;
    char *made = NULL;
    switch (how) {
    case 0:
        return strdup(text);
    case 1:
        return wrapped("\xef\xbb\xbf", text, "");
    case 2:
        return replaced(text, "\n", "\r\n");
    case 3:
        return replaced(text, "\n", "\r");
    case 4:
        return replaced(text, "\n", "\\n");
    case 5:
        return replaced(text, "\n", "\\r\\n");
    case 6:
        return wrapped("\"", text, "\"");
    case 7:
        return wrapped(" '", text, "'\n");
    case 8:
        return replaced(text, "\n", "\n    ");
    case 9:
        return replaced(text, "\n", "\n\t");
    case 10:
        return replaced(text, "\n", " ");
    case 11:
        return replaced(text, "\n", "");
    case 12:
        return based(text);
    case 13:
        inner = replaced(text, "\n", "\\n");
        made = wrapped("\"", inner, "\"");
        break;
    case 14:
        inner = based(text);
        made = wrapped("'", inner, "'");
        break;
    case 15:
        return wrapped("subject=CN = Root\nissuer=CN = Root\n", text, "trailing words\n");
    case 16:
        return replaced(text, "\n", "\n\n");
    default:
        ck_abort();
    }
    free(inner);
    return made;
}

static const unsigned repairs[] = {
    0,
    REPAIR_MARK,
    REPAIR_LINE_ENDS,
    REPAIR_LINE_ENDS,
    REPAIR_SPELLED_ENDS,
    REPAIR_SPELLED_ENDS,
    REPAIR_QUOTES,
    REPAIR_QUOTES,
    REPAIR_INDENTATION,
    REPAIR_INDENTATION,
    REPAIR_ONE_LINE,
    REPAIR_ONE_LINE,
    REPAIR_BASE64,
    REPAIR_QUOTES | REPAIR_SPELLED_ENDS,
    REPAIR_QUOTES | REPAIR_BASE64,
    0,
    0,
};

START_TEST(test_pem__repairs_what_is_plainly_meant) {
    char *input = damage(_i, pem);
    struct pem read;
    struct diag diag;
    ck_assert_msg(pem_read((struct slice){input, strlen(input)}, "sslrootcert", &read, &diag) ==
                      PGCS_OK,
                  "%s", diag.message);
    ck_assert_uint_eq(read.repairs, repairs[_i]);
    ck_assert_uint_eq(read.count, 1);
    ck_assert_int_eq(read.blocks[0].kind, BLOCK_CERTIFICATE);
    ck_assert(slice_is(read.blocks[0].label, "CERTIFICATE"));
    ck_assert(slice_is(read.blocks[0].text, pem));
    pem_free(&read);
    free(input);
}
END_TEST

START_TEST(test_pem__keeps_the_headers_of_old_keys) {
    char *key = pki_old_key_pem(authority.key, "secret words");
    ck_assert_ptr_nonnull(strstr(key, "Proc-Type: 4,ENCRYPTED"));
    for (int how = 0; how <= 12; how++) {
        if (how == 11) /* without any blank the headers can't be told from the base64 */
            continue;
        char *input = damage(how, key);
        struct pem read;
        struct diag diag;
        ck_assert_msg(pem_read((struct slice){input, strlen(input)}, "sslkey", &read, &diag) ==
                          PGCS_OK,
                      "%d: %s", how, diag.message);
        ck_assert_int_eq(read.blocks[0].kind, BLOCK_ENCRYPTED_KEY);
        ck_assert_msg(slice_is(read.blocks[0].text, key), "%d", how);
        pem_free(&read);
        free(input);
    }
    free(key);
}
END_TEST

START_TEST(test_pem__walks_all_blocks) {
    char *all = pki_join(pki_key_pem(authority.key, NULL), strdup(pem));
    all = pki_join(all, pki_key_pem(authority.key, "words"));
    all = pki_join(all, pki_crl_pem(&authority, authority.key, 1, NULL));
    struct pem read;
    struct diag diag;
    ck_assert_int_eq(pem_read((struct slice){all, strlen(all)}, "sslkey", &read, &diag),
                     PGCS_OK);
    ck_assert_uint_eq(read.count, 4);
    ck_assert_int_eq(read.blocks[0].kind, BLOCK_KEY);
    ck_assert_int_eq(read.blocks[1].kind, BLOCK_CERTIFICATE);
    ck_assert_int_eq(read.blocks[2].kind, BLOCK_ENCRYPTED_KEY);
    ck_assert_int_eq(read.blocks[3].kind, BLOCK_CRL);
    ck_assert_uint_eq(read.text.size, strlen(all));
    ck_assert_mem_eq(read.text.data, all, read.text.size);
    pem_free(&read);
    free(all);
}
END_TEST

/* --- labels --------------------------------------------------------------------------------
 */

static const struct {
    const char *label;
    enum block_kind kind;
} labels[] = {
    {"CERTIFICATE", BLOCK_CERTIFICATE},
    {"X509 CERTIFICATE", BLOCK_CERTIFICATE},
    {"TRUSTED CERTIFICATE", BLOCK_CERTIFICATE},
    {"PRIVATE KEY", BLOCK_KEY},
    {"RSA PRIVATE KEY", BLOCK_KEY},
    {"EC PRIVATE KEY", BLOCK_KEY},
    {"ENCRYPTED PRIVATE KEY", BLOCK_ENCRYPTED_KEY},
    {"X509 CRL", BLOCK_CRL},
    {"EC PARAMETERS", BLOCK_PARAMETERS},
    {"CERTIFICATE REQUEST", BLOCK_REQUEST},
    {"NEW CERTIFICATE REQUEST", BLOCK_REQUEST},
    {"PUBLIC KEY", BLOCK_PUBLIC_KEY},
    {"OPENSSH PRIVATE KEY", BLOCK_SSH_KEY},
    {"PKCS7", BLOCK_PKCS7},
    {"SOMETHING ELSE", BLOCK_OTHER},
    {"PGP MESSAGE", BLOCK_OTHER},
};

START_TEST(test_pem__knows_the_labels) {
    char input[200];
    sprintf(input, "-----BEGIN %s-----\nAAAA\n-----END %s-----\n", labels[_i].label,
            labels[_i].label);
    struct pem read;
    struct diag diag;
    ck_assert_int_eq(pem_read((struct slice){input, strlen(input)}, "sslkey", &read, &diag),
                     PGCS_OK);
    ck_assert_int_eq(read.blocks[0].kind, labels[_i].kind);
    ck_assert_ptr_nonnull(block_kind_name(labels[_i].kind));
    pem_free(&read);
}
END_TEST

/* --- refusals ------------------------------------------------------------------------------
 */

#define TEXT(string) string, sizeof(string) - 1

static const struct {
    const char *input;
    size_t size;
    pgcs_status status;
    const char *message;
} refused[] = {
    {TEXT(""), PGCS_ERR_PEM, "sslcert is not PEM text"},
    {TEXT("hello"), PGCS_ERR_PEM, "sslcert is not PEM text"},
    {TEXT("\xff\xfe-\0"), PGCS_ERR_ENCODING, "sslcert is UTF-16 text"},
    {TEXT("\0-\0-\0-"), PGCS_ERR_ENCODING, "sslcert is UTF-16 text"},
    {TEXT("-\0-\0-\0"), PGCS_ERR_ENCODING, "sslcert is UTF-16 text"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAA\0A\n-----END CERTIFICATE-----\n"), PGCS_ERR_ENCODING,
     "sslcert has a zero byte in it"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAAAA\n"), PGCS_ERR_PEM,
     "sslcert is cut off: a BEGIN line has no matching END line"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE"), PGCS_ERR_PEM,
     "sslcert is cut off: a BEGIN line has no matching END line"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAAAA\n-----END PRIVATE KEY-----\n"), PGCS_ERR_PEM,
     "sslcert is cut off: a BEGIN line has no matching END line"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAAAA\n-----BEGIN CERTIFICATE-----\nAAAA\n"
          "-----END CERTIFICATE-----\n"),
     PGCS_ERR_PEM, "sslcert is cut off: a BEGIN line has no matching END line"},
    {TEXT("-----BEGIN CERTIFICATE\nAAAA\n-----END CERTIFICATE-----\n"), PGCS_ERR_PEM,
     "sslcert has a damaged BEGIN line"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAA?A\n-----END CERTIFICATE-----\n"), PGCS_ERR_PEM,
     "sslcert has a damaged block: it is not base64 inside"},
    {TEXT("-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n"), PGCS_ERR_PEM,
     "sslcert has a damaged block: it is not base64 inside"},
    {TEXT("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), PGCS_ERR_PEM,
     "sslcert has a damaged block: it is not base64 inside"},
    {TEXT("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@here"), PGCS_ERR_PEM,
     "sslcert is an SSH public key"},
    {TEXT("PuTTY-User-Key-File-3: ssh-rsa\n"), PGCS_ERR_PEM, "sslcert is a PuTTY key"},
    {TEXT("/etc/ssl/client.crt"), PGCS_ERR_PEM,
     "sslcert looks like a path, where the content of the file is expected"},
};

START_TEST(test_pem__names_what_it_refuses) {
    struct pem read;
    struct diag diag;
    ck_assert_int_eq(
        pem_read((struct slice){refused[_i].input, refused[_i].size}, "sslcert", &read, &diag),
        refused[_i].status);
    ck_assert_str_eq(diag.message, refused[_i].message);
    ck_assert_str_eq(diag.field, "sslcert");
    ck_assert_str_ne(diag.hint, "");
}
END_TEST

START_TEST(test_pem__refuses_what_is_too_long) {
    size_t size = LIMIT_TLS_FILE + 1;
    char *input = malloc(size);
    memset(input, 'A', size);
    struct pem read;
    struct diag diag;
    ck_assert_int_eq(pem_read((struct slice){input, size}, "sslcert", &read, &diag),
                     PGCS_ERR_LIMIT);
    ck_assert_int_eq(pem_read((struct slice){input, size - 1}, "sslcert", &read, &diag),
                     PGCS_ERR_PEM);
    free(input);
}
END_TEST

/* --- foreign forms, of real things ---------------------------------------------------------
 */

static void
expect_foreign(const void *data, size_t size, const char *message) {
    struct pem read;
    struct diag diag;
    ck_assert_int_eq(pem_read((struct slice){data, size}, "sslkey", &read, &diag),
                     PGCS_ERR_PEM);
    ck_assert_str_eq(diag.message, message);
}

START_TEST(test_pem__names_binary_forms) {
    expect_foreign(der, der_size, "sslkey is a binary (DER) certificate");
    unsigned char *binary = NULL;
    int size = i2d_PrivateKey(authority.key, &binary);
    expect_foreign(binary, (size_t)size, "sslkey is a binary (DER) private key");
    OPENSSL_free(binary);
    binary = NULL;
    PKCS12 *keystore = PKCS12_create("words", "name", authority.key, authority.certificate,
                                     NULL, 0, 0, 0, 0, 0);
    size = i2d_PKCS12(keystore, &binary);
    expect_foreign(binary, (size_t)size, "sslkey is a PKCS#12 keystore (.p12, .pfx)");
    OPENSSL_free(binary);
    PKCS12_free(keystore);
    binary = NULL;
    X509_REQ *request = X509_to_X509_REQ(authority.certificate, authority.key, EVP_sha256());
    size = i2d_X509_REQ(request, &binary);
    expect_foreign(binary, (size_t)size,
                   "sslkey is a binary (DER) certificate request, not a certificate");
    OPENSSL_free(binary);
    X509_REQ_free(request);
    char *bare = malloc(der_size * 2);
    EVP_EncodeBlock((unsigned char *)bare, (const unsigned char *)der, (int)der_size);
    expect_foreign(bare, strlen(bare), "sslkey is base64 without its BEGIN and END lines");
    free(bare);
}
END_TEST

START_TEST(test_pem__leaves_the_error_queue_alone) {
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 77);
    struct pem read;
    struct diag diag;
    ck_assert_int_eq(pem_read((struct slice){"0\x82zz", 4}, "sslkey", &read, &diag),
                     PGCS_ERR_PEM);
    unsigned long first = ERR_get_error();
    ck_assert_int_eq(ERR_GET_REASON(first), 77);
    ck_assert_uint_eq(ERR_peek_error(), 0);
}
END_TEST

/* Cut anywhere, changed anywhere: never a crash, and never a block that was not there. */
START_TEST(test_pem__survives_every_cut) {
    size_t size = strlen(pem);
    for (size_t cut = 0; cut < size; cut++) {
        struct pem read;
        struct diag diag;
        char *part = malloc(cut + 1);
        memcpy(part, pem, cut);
        /* The last newline may go; nothing else may. */
        bool whole = cut + 1 >= size;
        ck_assert_int_eq(
            pem_read((struct slice){part, cut}, "sslcert", &read, &diag) == PGCS_OK, whole);
        if (whole)
            pem_free(&read);
        free(part);
    }
}
END_TEST

START_TEST(test_pem__repairs_have_sentences) {
    for (unsigned bit = 0; bit < REPAIR_COUNT; bit++)
        ck_assert_ptr_nonnull(repair_sentence(1u << bit));
    ck_assert_ptr_null(repair_sentence(1u << REPAIR_COUNT));
    ck_assert_ptr_null(repair_sentence(0));
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_pem__repairs_what_is_plainly_meant, 0, ROWS(repairs));
    tcase_add_test(cases, test_pem__keeps_the_headers_of_old_keys);
    tcase_add_test(cases, test_pem__walks_all_blocks);
    tcase_add_loop_test(cases, test_pem__knows_the_labels, 0, ROWS(labels));
    tcase_add_loop_test(cases, test_pem__names_what_it_refuses, 0, ROWS(refused));
    tcase_add_test(cases, test_pem__refuses_what_is_too_long);
    tcase_add_test(cases, test_pem__names_binary_forms);
    tcase_add_test(cases, test_pem__leaves_the_error_queue_alone);
    tcase_add_test(cases, test_pem__survives_every_cut);
    tcase_add_test(cases, test_pem__repairs_have_sentences);
}

int
main(void) {
    return suite_run("pem", fill, 20);
}
