/*
 * lib/tls/system.c: the system's roots. OpenSSL's own answer is the judge: what is handed on is
 * what it would trust, by the variables that it looks at, and nothing else.
 */
#include "tls/system.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/x509_vfy.h>

#include "suite.h"
#include "tls/pki.h"

static char folder[] = "/tmp/test-system-XXXXXX";
static struct pki own;

static void
setup(void) {
    ck_assert_ptr_nonnull(mkdtemp(folder));
    own = pki_make((struct pki_wish){.common_name = "Own CA", .is_authority = true}, NULL);
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
}

static void
remove_folder(const char *path) {
    char name[400];
    DIR *listing = opendir(path);
    for (const struct dirent *entry; (entry = readdir(listing)) != NULL;) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        unlink(name);
    }
    closedir(listing);
    rmdir(path);
}

static void
teardown(void) {
    remove_folder(folder);
    pki_free(&own);
}

static void
write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

/* A file of the folder, named by @variable from now on. */
static void
put_file(const char *text, const char *variable) {
    static char path[100];
    snprintf(path, sizeof path, "%s/roots", folder);
    write_file(path, text);
    setenv(variable, path, 1);
}

static STACK_OF(X509) * certificates_in(const struct buf *text) {
    STACK_OF(X509) *found = sk_X509_new_null();
    BIO *reader = BIO_new_mem_buf(text->data, (int)text->size);
    X509 *one;
    while ((one = PEM_read_bio_X509_AUX(reader, NULL, NULL, NULL)) != NULL)
        sk_X509_push(found, one);
    ERR_clear_error();
    BIO_free(reader);
    return found;
}

/* Does OpenSSL trust it by its default paths, which @store has? */
static bool
is_trusted(X509_STORE *store, X509 *certificate) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    X509_STORE_CTX_init(context, store, certificate, NULL);
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context),
                                X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
    bool trusted = X509_verify_cert(context) == 1;
    X509_STORE_CTX_free(context);
    ERR_clear_error();
    return trusted;
}

START_TEST(test_system__what_openssl_trusts_by_default) {
    struct buf text = {0};
    struct diag diag;
    pgcs_status status = system_roots_read(&text, &diag);
    if (access("/etc/ssl/certs/ca-certificates.crt", R_OK) == 0)
        ck_assert_int_eq(status, PGCS_OK);
    if (status == PGCS_OK) {
        STACK_OF(X509) *found = certificates_in(&text);
        X509_STORE *store = X509_STORE_new();
        X509_STORE_set_default_paths(store);
        ck_assert_int_gt(sk_X509_num(found), 0);
        for (int i = 0; i < sk_X509_num(found); i++)
            ck_assert_msg(is_trusted(store, sk_X509_value(found, i)), "number %d", i);
        X509_STORE_free(store);
        sk_X509_pop_free(found, X509_free);
    } else {
        ck_assert_str_eq(diag.message, "this system has no root certificates");
    }
    buf_free(&text);
}
END_TEST

/* SSL_CERT_FILE adds one; the default folder stays, as for a newer libpq. */
START_TEST(test_system__the_file_of_the_environment) {
    char *pem = pki_certificate_pem(own.certificate);
    put_file(pem, "SSL_CERT_FILE");
    setenv("SSL_CERT_DIR", folder, 1);
    struct buf text = {0};
    struct diag diag;
    ck_assert_int_eq(system_roots_read(&text, &diag), PGCS_OK);
    STACK_OF(X509) *found = certificates_in(&text);
    ck_assert_int_eq(sk_X509_num(found), 1);
    ck_assert_int_eq(X509_cmp(sk_X509_value(found, 0), own.certificate), 0);
    sk_X509_pop_free(found, X509_free);
    buf_free(&text);
    free(pem);
}
END_TEST

/* What the default folder has is nothing where SSL_CERT_DIR names another. */
START_TEST(test_system__no_more_than_openssl_trusts) {
    setenv("SSL_CERT_FILE", "/nowhere", 1);
    setenv("SSL_CERT_DIR", folder, 1);
    struct buf text = {0};
    struct diag diag;
    ck_assert_int_eq(system_roots_read(&text, &diag), PGCS_ERR_SYSTEM);
    ck_assert_str_eq(diag.message, "this system has no root certificates");
    ck_assert_str_eq(diag.field, "sslrootcert");
    ck_assert_str_ne(diag.hint, "");
    ck_assert_uint_eq(text.size, 0);
    buf_free(&text);
}
END_TEST

/* A folder by subjects, as c_rehash makes it: one that is trusted, one that is not there, and
 * files that are no certificates. */
START_TEST(test_system__a_folder_by_subjects) {
    char trusted[] = "/tmp/test-system-XXXXXX", path[100], *pem;
    struct pki stranger =
        pki_make((struct pki_wish){.common_name = "Stranger", .is_authority = true}, NULL);
    const struct pki *const both[] = {&own, &stranger};
    ck_assert_ptr_nonnull(mkdtemp(trusted));
    for (int i = 0; i < 2; i++) {
        pem = pki_certificate_pem(both[i]->certificate);
        snprintf(path, sizeof path, "%s/%08lx.0", folder,
                 X509_subject_name_hash(both[i]->certificate));
        write_file(path, pem);
        snprintf(path, sizeof path, "%s/%08lx.0", trusted,
                 X509_subject_name_hash(both[i]->certificate));
        if (i == 0)
            write_file(path, pem);
        free(pem);
    }
    static const char *const others[] = {"0123abcd.1", "readme.txt", "0123abcd", "0123abcd.r0"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, others[i]);
        write_file(path, "no certificate");
    }
    setenv("SSL_CERT_FILE", "/nowhere", 1);
    setenv("SSL_CERT_DIR", trusted, 1);
    struct buf text = {0};
    struct diag diag;
    ck_assert_int_eq(system_roots_read_by(folder, &text, &diag), PGCS_OK);
    STACK_OF(X509) *found = certificates_in(&text);
    ck_assert_int_eq(sk_X509_num(found), 1);
    ck_assert_int_eq(X509_cmp(sk_X509_value(found, 0), own.certificate), 0);
    sk_X509_pop_free(found, X509_free);
    buf_free(&text);
    pki_free(&stranger);
    remove_folder(trusted);
}
END_TEST

START_TEST(test_system__the_limit) {
    struct buf text = {.limit = 100};
    struct diag diag;
    char *pem = pki_certificate_pem(own.certificate);
    put_file(pem, "SSL_CERT_FILE");
    ck_assert_int_eq(system_roots_read(&text, &diag), PGCS_ERR_LIMIT);
    buf_free(&text);
    free(pem);
}
END_TEST

START_TEST(test_system__leaves_the_error_queue_alone) {
    put_file("no certificate", "SSL_CERT_FILE");
    ERR_raise(ERR_LIB_USER, 42);
    struct buf text = {0};
    struct diag diag;
    (void)system_roots_read(&text, &diag);
    ck_assert_int_eq(ERR_GET_REASON(ERR_get_error()), 42);
    ck_assert_uint_eq(ERR_get_error(), 0);
    buf_free(&text);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_system__what_openssl_trusts_by_default);
    tcase_add_test(cases, test_system__the_file_of_the_environment);
    tcase_add_test(cases, test_system__no_more_than_openssl_trusts);
    tcase_add_test(cases, test_system__a_folder_by_subjects);
    tcase_add_test(cases, test_system__the_limit);
    tcase_add_test(cases, test_system__leaves_the_error_queue_alone);
}

int
main(void) {
    return suite_run("system", fill, 30);
}
