/*
 * lib/tls/builder.c and lib/tls/material.c: what is taken, what is refused, and how the pieces
 * must fit together.
 */
#include "tls/builder.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "suite.h"
#include "tls/pki.h"

static struct pki root, client, stranger;
static char *root_pem, *client_pem, *key_pem, *stranger_key, *locked_key, *old_locked_key, *crl;

static void
setup(void) {
    root = pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    client = pki_make((struct pki_wish){.common_name = "me", .purpose = "clientAuth"}, &root);
    stranger = pki_make((struct pki_wish){.common_name = "someone"}, &root);
    root_pem = pki_certificate_pem(root.certificate);
    client_pem = pki_certificate_pem(client.certificate);
    key_pem = pki_key_pem(client.key, NULL);
    stranger_key = pki_key_pem(stranger.key, NULL);
    locked_key = pki_key_pem(client.key, "open sesame");
    old_locked_key = pki_old_key_pem(client.key, "open sesame");
    crl = pki_crl_pem(&root, root.key, 30, NULL);
}

static void
teardown(void) {
    pki_free(&root);
    pki_free(&client);
    pki_free(&stranger);
    char *texts[] = {root_pem,   client_pem,     key_pem, stranger_key,
                     locked_key, old_locked_key, crl};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
}

/* --- what fits -----------------------------------------------------------------------------
 */

START_TEST(test_builder__describes_what_it_took) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, root_pem, strlen(root_pem), NULL),
                     PGCS_OK);
    ck_assert_int_eq(
        pgcs_tls_builder_set_certificate(builder, client_pem, strlen(client_pem), NULL),
        PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_key(builder, key_pem, strlen(key_pem), NULL, 0, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_crls(builder, crl, strlen(crl), NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_server_name(builder, "db.test", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    ck_assert_uint_eq(pgcs_tls_count(tls, PGCS_CHAIN_ROOTS), 1);
    ck_assert_uint_eq(pgcs_tls_count(tls, PGCS_CHAIN_CLIENT), 1);
    ck_assert_uint_eq(pgcs_tls_count(tls, 3), 0);
    ck_assert_str_eq(pgcs_tls_subject(tls, PGCS_CHAIN_CLIENT, 0), "CN=me");
    ck_assert_str_eq(pgcs_tls_issuer(tls, PGCS_CHAIN_CLIENT, 0), "CN=Root");
    ck_assert_int_eq(pgcs_tls_not_before_unix(tls, PGCS_CHAIN_CLIENT, 0), PKI_NOW - PKI_DAY);
    ck_assert_int_eq(pgcs_tls_not_after_unix(tls, PGCS_CHAIN_CLIENT, 0),
                     PKI_NOW + 365 * PKI_DAY);
    unsigned char digest[32];
    char expected[65];
    ck_assert_int_eq(X509_digest(client.certificate, EVP_sha256(), digest, NULL), 1);
    for (int i = 0; i < 32; i++)
        sprintf(expected + (size_t)i * 2, "%02x", digest[i]);
    ck_assert_str_eq(pgcs_tls_sha256(tls, PGCS_CHAIN_CLIENT, 0), expected);
    ck_assert_ptr_null(pgcs_tls_subject(tls, PGCS_CHAIN_CLIENT, 1));
    ck_assert_str_eq(pgcs_tls_server_name(tls), "db.test");
    ck_assert_int_eq(pgcs_tls_has_key(tls), 1);
    ck_assert_ptr_eq(pgcs_tls_ref(tls), tls);
    ck_assert_ptr_null(pgcs_tls_unref(tls));
    ck_assert_str_eq(pgcs_tls_subject(tls, PGCS_CHAIN_ROOTS, 0), "CN=Root");
    ck_assert_ptr_null(pgcs_tls_unref(tls));
}
END_TEST

START_TEST(test_builder__names_are_tame) {
    struct pki odd = pki_make(
        (struct pki_wish){.common_name = "a\033[31m\nb\xc3\xa9,c", .is_authority = true}, NULL);
    char *text = pki_certificate_pem(odd.certificate);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, text, strlen(text), NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_tls_subject(tls, PGCS_CHAIN_ROOTS, 0),
                     "CN=a\\1B[31m\\0Ab\xc3\xa9\\,c");
    pgcs_tls_unref(tls);
    pgcs_tls_builder_free(builder);
    free(text);
    pki_free(&odd);
}
END_TEST

/* --- what does not -------------------------------------------------------------------------
 */

/* Which texts are given, by name; all are made anew for each test. */
static const struct {
    char **roots, **certificate, **key, **crls;
    const char *passphrase;
    pgcs_status status;
    const char *field;
    const char *message; /* NULL when it is fine */
} pieces[] = {
    {&root_pem, NULL, NULL, NULL, NULL, PGCS_OK, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, PGCS_OK, NULL, NULL},
    {&root_pem, &client_pem, &key_pem, &crl, NULL, PGCS_OK, NULL, NULL},
    {NULL, &client_pem, &locked_key, NULL, "open sesame", PGCS_OK, NULL, NULL},
    {NULL, &client_pem, &old_locked_key, NULL, "open sesame", PGCS_OK, NULL, NULL},
    {NULL, &client_pem, &key_pem, NULL, "not needed", PGCS_OK, NULL, NULL},
    {NULL, &client_pem, NULL, NULL, NULL, PGCS_ERR_CONFLICT, "sslkey",
     "there is a client certificate, but no private key for it"},
    {&root_pem, NULL, &key_pem, NULL, NULL, PGCS_ERR_CONFLICT, "sslcert",
     "there is a private key, but no client certificate"},
    {NULL, &client_pem, &stranger_key, NULL, NULL, PGCS_ERR_KEY_MISMATCH, "sslkey",
     "the private key does not belong to the client certificate"},
    {NULL, &client_pem, &locked_key, NULL, NULL, PGCS_ERR_BAD_VALUE, "sslkey",
     "sslkey: the private key is encrypted, and there is no pass phrase"},
    {NULL, &client_pem, &locked_key, NULL, "wrong", PGCS_ERR_BAD_VALUE, "sslpassword",
     "sslkey: the pass phrase does not open the private key"},
    {NULL, &client_pem, &old_locked_key, NULL, "wrong", PGCS_ERR_BAD_VALUE, "sslpassword",
     "sslkey: the pass phrase does not open the private key"},
    {&key_pem, NULL, NULL, NULL, NULL, PGCS_ERR_PEM, "sslrootcert",
     "sslrootcert holds a private key, where a certificate is expected"},
    {NULL, &key_pem, &client_pem, NULL, NULL, PGCS_ERR_PEM, "sslcert",
     "sslcert holds a private key, where a certificate is expected"},
    {NULL, &client_pem, &client_pem, NULL, NULL, PGCS_ERR_PEM, "sslkey",
     "sslkey holds a certificate, where a private key is expected"},
    {&root_pem, NULL, NULL, &root_pem, NULL, PGCS_ERR_PEM, "sslcrl",
     "sslcrl holds a certificate, where a revocation list is expected"},
    {&crl, NULL, NULL, NULL, NULL, PGCS_ERR_PEM, "sslrootcert",
     "sslrootcert holds a revocation list, where a certificate is expected"},
};

static pgcs_status
give(pgcs_tls_builder *builder, int i, pgcs_error **error) {
    pgcs_status status = PGCS_OK;
    if (pieces[i].roots)
        status = pgcs_tls_builder_set_roots(builder, *pieces[i].roots, strlen(*pieces[i].roots),
                                            error);
    if (status == PGCS_OK && pieces[i].certificate)
        status = pgcs_tls_builder_set_certificate(builder, *pieces[i].certificate,
                                                  strlen(*pieces[i].certificate), error);
    if (status == PGCS_OK && pieces[i].key)
        status = pgcs_tls_builder_set_key(
            builder, *pieces[i].key, strlen(*pieces[i].key), pieces[i].passphrase,
            pieces[i].passphrase ? strlen(pieces[i].passphrase) : 0, error);
    if (status == PGCS_OK && pieces[i].crls)
        status =
            pgcs_tls_builder_set_crls(builder, *pieces[i].crls, strlen(*pieces[i].crls), error);
    return status;
}

START_TEST(test_builder__pieces_must_fit) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    pgcs_error *error = NULL;
    ERR_clear_error();
    ERR_raise(ERR_LIB_USER, 77);
    pgcs_status status = give(builder, _i, &error);
    if (status == PGCS_OK)
        status = pgcs_tls_builder_finish(builder, &tls, &error);
    ck_assert_msg(status == pieces[_i].status, "%s", pgcs_error_message(error));
    ck_assert_pstr_eq(pgcs_error_message(error), pieces[_i].message);
    ck_assert_pstr_eq(pgcs_error_field(error), pieces[_i].field);
    if (error != NULL)
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
    unsigned long first = ERR_get_error();
    ck_assert_int_eq(ERR_GET_REASON(first), 77);
    ck_assert_uint_eq(ERR_peek_error(), 0);
    pgcs_error_free(error);
    pgcs_tls_unref(tls);
    pgcs_tls_builder_free(builder);
}
END_TEST

START_TEST(test_builder__the_leaf_comes_first) {
    char *chain = pki_join(strdup(root_pem), strdup(client_pem));
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_tls_builder_set_certificate(builder, chain, strlen(chain), NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_key(builder, key_pem, strlen(key_pem), NULL, 0, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, &error), PGCS_ERR_KEY_MISMATCH);
    ck_assert_str_eq(pgcs_error_message(error),
                     "the private key belongs to certificate number 2 of the chain, not to "
                     "the first");
    pgcs_error_free(error);
    pgcs_tls_builder_free(builder);
    free(chain);
}
END_TEST

START_TEST(test_builder__two_keys_are_one_too_many) {
    char *keys = pki_join(strdup(key_pem), strdup(stranger_key));
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_tls_builder_set_key(builder, keys, strlen(keys), NULL, 0, &error),
                     PGCS_ERR_PEM);
    ck_assert_str_eq(pgcs_error_message(error), "sslkey holds more than one private key");
    pgcs_error_free(error);
    pgcs_tls_builder_free(builder);
    free(keys);
}
END_TEST

START_TEST(test_builder__a_damaged_certificate_is_named) {
    char *chain = pki_join(strdup(root_pem), strdup(client_pem));
    char *second = strstr(strstr(chain, "END"), "BEGIN");
    second[40] = second[40] == 'A' ? 'B' : 'A'; /* its first length byte */
    second[30] = second[30] == 'A' ? 'B' : 'A';
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, chain, strlen(chain), NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, &error), PGCS_ERR_PEM);
    ck_assert_str_eq(pgcs_error_message(error),
                     "sslrootcert: certificate number 2 is damaged inside");
    pgcs_error_free(error);
    pgcs_tls_builder_free(builder);
    free(chain);
}
END_TEST

/* --- server names --------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    const char *message; /* NULL when it is fine */
} names[] = {
    {"db.test", NULL},
    {"10.0.0.1", NULL},
    {"::1", NULL},
    {"xn--bcher-kva.example", NULL},
    {"", "server name \"\" is empty"},
    {"db.test.", "server name \"db.test.\" ends in a dot, which no certificate has"},
    {"*.test", "server name \"*.test\" has a wildcard, which only certificates may have"},
    {"/run", "server name \"/run\" is the path of a socket"},
    {"@x", "server name \"@x\" is the path of a socket"},
    {"a,b", "server name \"a,b\" is not one host name in ASCII"},
    {"a b", "server name \"a b\" is not one host name in ASCII"},
    {"b\xc3\xbc", "server name \"b\\xc3\\xbc\" is not one host name in ASCII"},
};

START_TEST(test_builder__server_names) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_tls_builder_set_server_name(builder, names[_i].name, &error);
    ck_assert_int_eq(status, names[_i].message ? PGCS_ERR_BAD_VALUE : PGCS_OK);
    ck_assert_pstr_eq(pgcs_error_message(error), names[_i].message);
    pgcs_error_free(error);
    pgcs_tls_builder_free(builder);
}
END_TEST

START_TEST(test_builder__passphrases_have_a_limit) {
    char words[1025];
    memset(words, 'x', sizeof words);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    pgcs_error *error = NULL;
    ck_assert_int_eq(
        pgcs_tls_builder_set_key(builder, key_pem, strlen(key_pem), words, 1023, NULL),
        PGCS_OK);
    ck_assert_int_eq(
        pgcs_tls_builder_set_key(builder, key_pem, strlen(key_pem), words, 1024, &error),
        PGCS_ERR_LIMIT);
    ck_assert_str_eq(pgcs_error_message(error), "the pass phrase is longer than 1023 bytes");
    pgcs_error_free(error);
    ck_assert_int_eq(
        pgcs_tls_builder_set_key(builder, key_pem, strlen(key_pem), "a\0b", 3, &error),
        PGCS_ERR_ENCODING);
    pgcs_error_free(error);
    pgcs_tls_builder_free(builder);
}
END_TEST

START_TEST(test_builder__roots_are_ours_or_the_systems) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    ck_assert_int_eq(pgcs_tls_builder_use_system_roots(builder, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, root_pem, strlen(root_pem), NULL),
                     PGCS_ERR_CONFLICT);
    pgcs_tls_builder_free(builder);
    builder = pgcs_tls_builder_new();
    ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, root_pem, strlen(root_pem), NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_use_system_roots(builder, NULL), PGCS_ERR_CONFLICT);
    pgcs_tls_builder_free(builder);
}
END_TEST

/* --- files ---------------------------------------------------------------------------------
 */

static void
write_file(const char *path, const char *text, mode_t mode) {
    FILE *stream = fopen(path, "we");
    ck_assert_ptr_nonnull(stream);
    fputs(text, stream);
    fclose(stream);
    ck_assert_int_eq(chmod(path, mode), 0);
}

START_TEST(test_builder__loads_what_the_spec_names) {
    char directory[] = "/tmp/test-builder-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(directory));
    char roots[60], both[60], text[400];
    snprintf(roots, sizeof roots, "%s/roots", directory);
    snprintf(both, sizeof both, "%s/both", directory);
    write_file(roots, root_pem, 0644);
    char *combined = pki_join(strdup(locked_key), strdup(client_pem));
    write_file(both, combined, 0600);
    free(combined);
    snprintf(text, sizeof text,
             "host=h sslmode=verify-full sslrootcert=%s sslcert=%s sslkey=%s "
             "sslpassword='open sesame'",
             roots, both, both);
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    pgcs_error *error = NULL;
    ck_assert_msg(pgcs_tls_builder_load(builder, spec, &error) == PGCS_OK, "%s",
                  pgcs_error_message(error));
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_tls_subject(tls, PGCS_CHAIN_ROOTS, 0), "CN=Root");
    ck_assert_str_eq(pgcs_tls_subject(tls, PGCS_CHAIN_CLIENT, 0), "CN=me");
    ck_assert_int_eq(pgcs_tls_has_key(tls), 1);
    const pgcs_stage *stage = NULL;
    ck_assert_int_eq(pgcs_stage_new(spec, tls, 150020, &stage, NULL), PGCS_OK);
    ck_assert_ptr_nonnull(strstr(pgcs_stage_conninfo(stage), "sslrootcert=/proc/self/fd/"));
    ck_assert_ptr_nonnull(strstr(pgcs_stage_conninfo(stage), "sslkey=/proc/self/fd/"));
    ck_assert_ptr_nonnull(strstr(pgcs_stage_conninfo(stage), "sslpassword='open sesame'"));
    pgcs_stage_unref(stage);
    pgcs_tls_unref(tls);
    pgcs_tls_builder_free(builder);
    pgcs_spec_unref(spec);
    unlink(roots);
    unlink(both);
    rmdir(directory);
}
END_TEST

/* A key where its path is wanted is no path that a message may tell. */
START_TEST(test_builder__tells_no_secret_path) {
    pgcs_builder *parts = pgcs_builder_new();
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_builder_set(parts, "sslkey", key_pem, strlen(key_pem), NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_builder_set(parts, "sslcert", "x;password=y", 12, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_builder_finish(parts, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_is_secret(spec, "sslkey"), 1);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    ck_assert_int_eq(pgcs_tls_builder_load(builder, spec, &error), PGCS_ERR_SYSTEM);
    ck_assert_str_eq(pgcs_error_message(error),
                     "sslcert is not the path of a file that can be read");
    pgcs_error_free(error);
    pgcs_tls_builder_free(builder);
    pgcs_spec_unref(spec);
    pgcs_builder_free(parts);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_builder__describes_what_it_took);
    tcase_add_test(cases, test_builder__names_are_tame);
    tcase_add_loop_test(cases, test_builder__pieces_must_fit, 0, ROWS(pieces));
    tcase_add_test(cases, test_builder__the_leaf_comes_first);
    tcase_add_test(cases, test_builder__two_keys_are_one_too_many);
    tcase_add_test(cases, test_builder__a_damaged_certificate_is_named);
    tcase_add_loop_test(cases, test_builder__server_names, 0, ROWS(names));
    tcase_add_test(cases, test_builder__passphrases_have_a_limit);
    tcase_add_test(cases, test_builder__roots_are_ours_or_the_systems);
    tcase_add_test(cases, test_builder__loads_what_the_spec_names);
    tcase_add_test(cases, test_builder__tells_no_secret_path);
}

int
main(void) {
    return suite_run("builder", fill, 20);
}
