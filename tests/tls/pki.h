/*
 * Authorities, certificates, keys and revocation lists, made when a test runs: nothing of the
 * kind is ever stored. Whatever fails here ends the test.
 */
#ifndef TESTS_TLS_PKI_H
#define TESTS_TLS_PKI_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/* When all of it is made: 2026-01-15, unless a test needs the real clock. */
#ifndef PKI_NOW
#define PKI_NOW INT64_C(1768435200)
#endif
#define PKI_DAY 86400

/* A certificate to be made. What is zero takes a default. */
struct pki_wish {
    const char *common_name;
    const char *names;   /* subjectAltName as OpenSSL's configuration has it, or NULL */
    const char *usage;   /* keyUsage, or NULL */
    const char *purpose; /* extendedKeyUsage, or NULL */
    bool is_authority;
    int from_day;            /* from PKI_NOW; default -1 */
    int to_day;              /* from PKI_NOW; default 365 */
    int rsa_bits;            /* default is an EC P-256 key */
    const EVP_MD *digest;    /* default SHA-256 */
    const EVP_PKEY *use_key; /* a key that exists already, or NULL */
};

/* A certificate with its key. */
struct pki {
    X509 *certificate;
    EVP_PKEY *key;
};

static inline EVP_PKEY *
pki_key(int rsa_bits) {
    EVP_PKEY *key = rsa_bits ? EVP_RSA_gen((unsigned)rsa_bits) : EVP_EC_gen("P-256");
    ck_assert_ptr_nonnull(key);
    return key;
}

static inline void
pki_extend(X509 *certificate, X509 *issuer, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    ck_assert_msg(extension != NULL, "extension %s", value);
    ck_assert_int_eq(X509_add_ext(certificate, extension, -1), 1);
    X509_EXTENSION_free(extension);
}

/* A certificate signed by @issuer, or by itself for NULL. */
static inline struct pki
pki_make(struct pki_wish wish, const struct pki *issuer) {
    static long serial = 1000;
    struct pki made = {.certificate = X509_new()};
    made.key = wish.use_key ? (EVP_PKEY *)wish.use_key : pki_key(wish.rsa_bits);
    if (wish.use_key)
        EVP_PKEY_up_ref(made.key);
    X509_NAME *name = X509_NAME_new();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                               (const unsigned char *)wish.common_name, -1, -1, 0);
    X509_set_version(made.certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.certificate), serial++);
    X509_set_subject_name(made.certificate, name);
    X509_set_issuer_name(made.certificate,
                         issuer ? X509_get_subject_name(issuer->certificate) : name);
    X509_NAME_free(name);
    ASN1_TIME_set(X509_getm_notBefore(made.certificate),
                  PKI_NOW + (int64_t)(wish.from_day ? wish.from_day : -1) * PKI_DAY);
    ASN1_TIME_set(X509_getm_notAfter(made.certificate),
                  PKI_NOW + (int64_t)(wish.to_day ? wish.to_day : 365) * PKI_DAY);
    X509_set_pubkey(made.certificate, made.key);
    X509 *signer = issuer ? issuer->certificate : made.certificate;
    pki_extend(made.certificate, signer, NID_basic_constraints,
               wish.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (wish.names)
        pki_extend(made.certificate, signer, NID_subject_alt_name, wish.names);
    if (wish.usage)
        pki_extend(made.certificate, signer, NID_key_usage, wish.usage);
    if (wish.purpose)
        pki_extend(made.certificate, signer, NID_ext_key_usage, wish.purpose);
    ck_assert_int_gt(X509_sign(made.certificate, issuer ? issuer->key : made.key,
                               wish.digest ? wish.digest : EVP_sha256()),
                     0);
    return made;
}

static inline void
pki_free(struct pki *pki) {
    X509_free(pki->certificate);
    EVP_PKEY_free(pki->key);
    *pki = (struct pki){.certificate = NULL};
}

/* What was written to @writer, terminated; the caller frees it. */
static inline char *
pki_text(BIO *writer) {
    char *data = NULL;
    long size = BIO_get_mem_data(writer, &data);
    char *text = strndup(data, (size_t)size);
    BIO_free(writer);
    return text;
}

static inline char *
pki_certificate_pem(const X509 *certificate) {
    BIO *writer = BIO_new(BIO_s_mem());
    ck_assert_int_eq(PEM_write_bio_X509(writer, (X509 *)certificate), 1);
    return pki_text(writer);
}

/* PKCS#8; encrypted when there is a pass phrase. */
static inline char *
pki_key_pem(const EVP_PKEY *key, const char *passphrase) {
    BIO *writer = BIO_new(BIO_s_mem());
    ck_assert_int_eq(PEM_write_bio_PKCS8PrivateKey(
                         writer, key, passphrase ? EVP_aes_256_cbc() : NULL, passphrase,
                         passphrase ? (int)strlen(passphrase) : 0, NULL, NULL),
                     1);
    return pki_text(writer);
}

/* The form of old: EC PRIVATE KEY or RSA PRIVATE KEY, with Proc-Type when encrypted. */
static inline char *
pki_old_key_pem(const EVP_PKEY *key, const char *passphrase) {
    BIO *writer = BIO_new(BIO_s_mem());
    ck_assert_int_eq(PEM_write_bio_PrivateKey_traditional(
                         writer, key, passphrase ? EVP_aes_256_cbc() : NULL,
                         (const unsigned char *)passphrase,
                         passphrase ? (int)strlen(passphrase) : 0, NULL, NULL),
                     1);
    return pki_text(writer);
}

/* A revocation list of @issuer, signed with @key, that names @revoked (or nobody for NULL). */
static inline char *
pki_crl_pem(const struct pki *issuer, const EVP_PKEY *key, int to_day, const X509 *revoked) {
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *moment = ASN1_TIME_set(NULL, PKI_NOW - 60 * (int64_t)PKI_DAY);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->certificate));
    X509_CRL_set1_lastUpdate(crl, moment);
    if (revoked) {
        X509_REVOKED *entry = X509_REVOKED_new();
        X509_REVOKED_set_serialNumber(entry, (ASN1_INTEGER *)X509_get0_serialNumber(revoked));
        X509_REVOKED_set_revocationDate(entry, moment);
        X509_CRL_add0_revoked(crl, entry);
    }
    ASN1_TIME_set(moment, PKI_NOW + (int64_t)to_day * PKI_DAY);
    X509_CRL_set1_nextUpdate(crl, moment);
    ASN1_TIME_free(moment);
    ck_assert_int_gt(X509_CRL_sign(crl, (EVP_PKEY *)key, EVP_sha256()), 0);
    BIO *writer = BIO_new(BIO_s_mem());
    ck_assert_int_eq(PEM_write_bio_X509_CRL(writer, crl), 1);
    X509_CRL_free(crl);
    return pki_text(writer);
}

/* Both texts, the one after the other; frees both. */
static inline char *
pki_join(char *first, char *second) {
    char *joined = malloc(strlen(first) + strlen(second) + 1);
    strcpy(joined, first);
    strcat(joined, second);
    free(first);
    free(second);
    return joined;
}

#endif
