/* Scenarios: certificates in, and what libpq is told. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509.h>

#include "lib/show.h"
#include "oom/oom.h"
#include "tls/system.h"

/* A key, its self-signed certificate and that one's empty revocation list, made once: PEM. */
struct identity {
    char certificate[4096];
    char key[4096];
    char crl[4096];
};
static struct identity good, weak;

static void
write_pem(BIO *out, char *text, size_t size) {
    int got = BIO_read(out, text, (int)size - 1);
    text[got > 0 ? got : 0] = '\0';
    BIO_free(out);
}

static void
make_crl(struct identity *identity, X509 *issuer, EVP_PKEY *key) {
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *now = X509_gmtime_adj(NULL, 0);
    ASN1_TIME *later = X509_gmtime_adj(NULL, 3600);
    X509_CRL_set_version(crl, 1);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer));
    X509_CRL_set1_lastUpdate(crl, now);
    X509_CRL_set1_nextUpdate(crl, later);
    X509_CRL_sign(crl, key, EVP_sha256());
    BIO *out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509_CRL(out, crl);
    write_pem(out, identity->crl, sizeof identity->crl);
    ASN1_TIME_free(now);
    ASN1_TIME_free(later);
    X509_CRL_free(crl);
}

static void
make_identity(struct identity *identity, EVP_PKEY *key) {
    X509 *certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_NAME *name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"reader", -1,
                               -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    BIO *out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, certificate);
    write_pem(out, identity->certificate, sizeof identity->certificate);
    out = BIO_new(BIO_s_mem());
    PEM_write_bio_PKCS8PrivateKey(out, key, NULL, NULL, 0, NULL, NULL);
    write_pem(out, identity->key, sizeof identity->key);
    make_crl(identity, certificate, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

static pgcs_status
fill(pgcs_tls_builder *builder, const struct identity *identity) {
    pgcs_error *err = NULL;
    const char *pem = identity->certificate;
    pgcs_status status =
        oom_judge(pgcs_tls_builder_set_roots(builder, pem, strlen(pem), &err), &err);
    if (status == PGCS_OK)
        status =
            oom_judge(pgcs_tls_builder_set_certificate(builder, pem, strlen(pem), &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_tls_builder_set_key(builder, identity->key,
                                                    strlen(identity->key), NULL, 0, &err),
                           &err);
    if (status == PGCS_OK)
        status = oom_judge(
            pgcs_tls_builder_set_crls(builder, identity->crl, strlen(identity->crl), &err),
            &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_tls_builder_set_server_name(builder, "db.example", &err), &err);
    return status;
}

static pgcs_status
tls_of(struct identity *identity, const pgcs_tls **out) {
    if (identity->key[0] == '\0')
        make_identity(identity, identity == &weak ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256"));
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    if (builder == NULL)
        return oom_given(builder);
    pgcs_error *err = NULL;
    pgcs_status status = fill(builder, identity);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_tls_builder_finish(builder, out, &err), &err);
    pgcs_tls_builder_free(builder);
    return status;
}

static pgcs_status
sample_tls(const pgcs_tls **out) {
    return tls_of(&good, out);
}

/* @whole is what a run with all of its memory had to say: no other may say less. */
static pgcs_status
material_of(struct identity *identity, size_t *whole) {
    const pgcs_tls *tls = NULL;
    pgcs_status status = tls_of(identity, &tls);
    if (status != PGCS_OK)
        return status;
    size_t seen = 0;
    const pgcs_tls *second = pgcs_tls_ref(tls);
    pgcs_tls_unref(tls);
    show_tls(second, oom_show, &seen);
    const pgcs_report *report = NULL;
    pgcs_error *err = NULL;
    status = oom_judge(pgcs_tls_preflight(second, 1800000000, &report, &err), &err);
    pgcs_tls_unref(second);
    if (status == PGCS_OK && !show_report(report, oom_show, &seen))
        status = PGCS_ERR_NOMEM;
    pgcs_report_unref(report);
    if (*whole == 0)
        *whole = seen;
    if (status == PGCS_OK && seen != *whole)
        oom_fault("material that lacks something was taken for whole");
    return status;
}

static pgcs_status
material(void) {
    static size_t whole;
    return material_of(&good, &whole);
}

/* OpenSSL's settings here refuse it, and that must be told. */
static pgcs_status
material_weak(void) {
    static size_t whole;
    return material_of(&weak, &whole);
}

static pgcs_status
system_roots(void) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    if (builder == NULL)
        return oom_given(builder);
    const pgcs_spec *spec = NULL;
    pgcs_error *err = NULL;
    pgcs_status status = oom_spec("postgresql://h/d?sslmode=verify-full", &spec);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_tls_builder_load(builder, spec, &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_tls_builder_use_system_roots(builder, &err), &err);
    pgcs_spec_unref(spec);
    pgcs_tls_builder_free(builder);
    return status;
}

static pgcs_status
stage_with(const pgcs_tls *tls, const char *text, const char *sslmode) {
    const pgcs_spec *spec = NULL;
    const pgcs_stage *stage = NULL;
    pgcs_status status = oom_spec(text, &spec);
    if (status != PGCS_OK)
        return status;
    pgcs_error *err = NULL;
    status = oom_judge(pgcs_stage_new(spec, tls, 150000, &stage, &err), &err);
    pgcs_spec_unref(spec);
    const pgcs_stage *second = pgcs_stage_ref(stage);
    pgcs_stage_unref(stage);
    if (status == PGCS_OK && strstr(pgcs_stage_conninfo(second), sslmode) == NULL)
        oom_fault("the staged string lost its sslmode");
    if (status == PGCS_OK)
        status = oom_judge(pgcs_stage_check(second, &err), &err);
    pgcs_stage_unref(second);
    return status;
}

static pgcs_status
stage(void) {
    return stage_with(NULL, "postgresql://u:p@h:1/d?sslmode=require", "require");
}

static pgcs_status
stage_identity(void) {
    const pgcs_tls *tls = NULL;
    pgcs_status status = sample_tls(&tls);
    if (status == PGCS_OK)
        status = stage_with(tls, "postgresql://u:p@db.example:1/d?sslmode=verify-full",
                            "verify-full");
    pgcs_tls_unref(tls);
    return status;
}

/* A folder of roots with one file, made once. Nothing of it is ours to count. */
static bool
make_folder(char *folder, char *path, size_t size) {
    if (*path != '\0')
        return true;
    if (good.key[0] == '\0')
        make_identity(&good, EVP_EC_gen("P-256"));
    if (mkdtemp(folder) == NULL)
        return false;
    snprintf(path, size, "%s/0123abcd.0", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write(fd, good.certificate, strlen(good.certificate)) > 0;
    close(fd);
    setenv("SSL_CERT_FILE", path, 1);
    setenv("SSL_CERT_DIR", folder, 1);
    return written;
}

static char folder[] = "/tmp/pgcs-oom-XXXXXX";
static char folder_file[64];

static void __attribute__((destructor)) remove_folder(void) {
    if (folder_file[0] == '\0')
        return;
    unlink(folder_file);
    rmdir(folder);
}

/* The roots of a system that has one. */
static pgcs_status
system_folder(void) {
    if (!make_folder(folder, folder_file, sizeof folder_file))
        return PGCS_ERR_SYSTEM;
    struct buf text = {.limit = LIMIT_TLS_FILE};
    struct diag diag;
    pgcs_status status = system_roots_read_by(folder, &text, &diag);
    if (status == PGCS_OK && text.size == 0)
        oom_fault("the root of the system was lost");
    buf_free(&text);
    return status;
}

const struct scenario tls_scenarios[] = {
    {"material", material, PGCS_OK},
    {"material_weak", material_weak, PGCS_OK},
    {"system_roots", system_roots, PGCS_OK},
    {"stage", stage, PGCS_OK},
    {"stage_identity", stage_identity, PGCS_OK},
    {"system_folder", system_folder, PGCS_OK},
    {NULL, NULL, 0},
};
