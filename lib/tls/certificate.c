/*
 * Certificates and revocation lists. OpenSSL's objects stay inside lib/tls; everything that
 * the rest wants to know is copied out into plain structs here. Text out of certificates comes
 * from strangers: control characters are escaped.
 */
#include "tls/certificate.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* --- decoding ------------------------------------------------------------------------------
 */

static void
fail_decode(const char *field, const char *what, size_t number, struct diag *diag) {
    diag_fail(diag, PGCS_ERR_PEM, "%s: %s number %zu is damaged inside", field, what, number);
    diag_hint(diag, "Export it again: libpq refuses the whole file for one bad block.");
    diag_field(diag, field);
}

static BIO *
reader_over(struct slice text) {
    return BIO_new_mem_buf(text.data, (int)text.size);
}

X509 *
certificate_decode(const struct block *block, const char *field, size_t number,
                   struct diag *diag) {
    ERR_set_mark();
    BIO *reader = reader_over(block->text);
    X509 *made = reader ? PEM_read_bio_X509_AUX(reader, NULL, NULL, NULL) : NULL;
    BIO_free(reader);
    ERR_pop_to_mark();
    if (reader == NULL)
        diag_nomem(diag);
    else if (made == NULL)
        fail_decode(field, "certificate", number, diag);
    return made;
}

X509_CRL *
crl_decode(const struct block *block, const char *field, size_t number, struct diag *diag) {
    ERR_set_mark();
    BIO *reader = reader_over(block->text);
    X509_CRL *made = reader ? PEM_read_bio_X509_CRL(reader, NULL, NULL, NULL) : NULL;
    BIO_free(reader);
    ERR_pop_to_mark();
    if (reader == NULL)
        diag_nomem(diag);
    else if (made == NULL)
        fail_decode(field, "revocation list", number, diag);
    return made;
}

/* --- names ---------------------------------------------------------------------------------
 */

/* Bytes that may come from anybody, as text: control characters as \xHH. */
static void
put_tame(struct buf *out, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)data[i];
        if (byte < 0x20 || byte == 0x7f)
            buf_printf(out, "\\x%02x", byte);
        else
            buf_put_char(out, (char)byte);
    }
}

void
name_print(const X509_NAME *name, struct buf *out) {
    unsigned long flags = XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB;
    ERR_set_mark();
    BIO *writer = BIO_new(BIO_s_mem());
    if (writer == NULL) {
        out->failed = PGCS_ERR_NOMEM;
    } else if (X509_NAME_print_ex(writer, name, 0, flags) >= 0) {
        char *text = NULL;
        long size = BIO_get_mem_data(writer, &text);
        put_tame(out, text, size > 0 ? (size_t)size : 0);
    }
    BIO_free(writer);
    ERR_pop_to_mark();
}

static void
put_address(struct buf *out, const ASN1_OCTET_STRING *address) {
    char text[INET6_ADDRSTRLEN];
    int size = ASN1_STRING_length(address);
    int family = size == 4 ? AF_INET : AF_INET6;
    bool known = (size == 4 || size == 16) &&
                 inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text) != NULL;
    buf_put_string(out, known ? text : "an address of odd length");
}

static void
put_common_name(const X509 *certificate, struct buf *out) {
    const X509_NAME *subject = X509_get_subject_name(certificate);
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0)
        return;
    const ASN1_STRING *value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    put_tame(out, (const char *)ASN1_STRING_get0_data(value),
             (size_t)ASN1_STRING_length(value));
}

void
certificate_names(const X509 *certificate, struct buf *out) {
    size_t before = out->size;
    ERR_set_mark();
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_DNS && name->type != GEN_IPADD)
            continue;
        if (out->size > before)
            buf_put_string(out, ", ");
        if (name->type == GEN_IPADD)
            put_address(out, name->d.iPAddress);
        else
            put_tame(out, (const char *)ASN1_STRING_get0_data(name->d.dNSName),
                     (size_t)ASN1_STRING_length(name->d.dNSName));
    }
    GENERAL_NAMES_free(names);
    if (out->size == before)
        put_common_name(certificate, out);
    ERR_pop_to_mark();
}

/* --- describing ----------------------------------------------------------------------------
 */

int64_t
time_unix(const ASN1_TIME *time) {
    if (time == NULL)
        return INT64_MIN;
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days;
    int seconds;
    int64_t answer = INT64_MIN;
    if (epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, time) == 1)
        answer = (int64_t)days * 86400 + seconds;
    ASN1_TIME_free(epoch);
    return answer;
}

/* A terminated copy in the pool of what @text holds, which is freed. NULL without memory. */
static const char *
keep(struct buf *text, struct pool *pool) {
    const char *kept =
        text->failed ? NULL : pool_copy(pool, text->data ? text->data : "", text->size);
    buf_free(text);
    return kept;
}

static const char *
keep_name(const X509_NAME *name, struct pool *pool) {
    struct buf text = {0};
    name_print(name, &text);
    return keep(&text, pool);
}

static const char *
keep_digest(const X509 *certificate, struct pool *pool) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    if (X509_digest(certificate, EVP_sha256(), digest, &size) != 1)
        return NULL;
    struct buf text = {0};
    for (unsigned i = 0; i < size; i++)
        buf_printf(&text, "%02x", digest[i]);
    return keep(&text, pool);
}

static int
security_bits(X509 *certificate, bool self_signed) {
    const EVP_PKEY *key = X509_get0_pubkey(certificate);
    int bits = key ? EVP_PKEY_security_bits(key) : 0;
    int signature = 0;
    /* Nobody relies on the signature of a certificate that is trusted as it is. */
    if (!self_signed && X509_get_signature_info(certificate, NULL, NULL, &signature, NULL) &&
        signature < bits)
        bits = signature;
    return bits;
}

static bool
is_for_clients(X509 *certificate, uint32_t flags) {
    if ((flags & EXFLAG_XKUSAGE) != 0 &&
        (X509_get_extended_key_usage(certificate) & (XKU_SSL_CLIENT | XKU_ANYEKU)) == 0)
        return false;
    return (flags & EXFLAG_KUSAGE) == 0 ||
           (X509_get_key_usage(certificate) & (KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT)) != 0;
}

bool
certificate_describe(X509 *certificate, struct pool *pool, struct certificate *out) {
    ERR_set_mark();
    uint32_t flags = X509_get_extension_flags(certificate);
    bool self_signed = X509_self_signed(certificate, 1) == 1;
    *out = (struct certificate){
        .subject = keep_name(X509_get_subject_name(certificate), pool),
        .issuer = keep_name(X509_get_issuer_name(certificate), pool),
        .sha256 = keep_digest(certificate, pool),
        .not_before = time_unix(X509_get0_notBefore(certificate)),
        .not_after = time_unix(X509_get0_notAfter(certificate)),
        .security_bits = security_bits(certificate, self_signed),
        .is_authority = X509_check_ca(certificate) > 0,
        .is_self_signed = self_signed,
        .is_for_clients = is_for_clients(certificate, flags),
    };
    ERR_pop_to_mark();
    return out->subject != NULL && out->issuer != NULL && out->sha256 != NULL;
}

bool
crl_describe(X509_CRL *crl, STACK_OF(X509) * issuers, struct pool *pool,
             struct revocation *out) {
    const X509_NAME *issuer = X509_CRL_get_issuer(crl);
    *out = (struct revocation){
        .issuer = keep_name(issuer, pool),
        .next_update = time_unix(X509_CRL_get0_nextUpdate(crl)),
    };
    ERR_set_mark();
    for (int i = 0; i < sk_X509_num(issuers); i++) {
        X509 *candidate = sk_X509_value(issuers, i);
        if (X509_NAME_cmp(X509_get_subject_name(candidate), issuer) != 0)
            continue;
        out->issuer_known = true;
        if (X509_CRL_verify(crl, X509_get0_pubkey(candidate)) == 1)
            out->signature_good = true;
    }
    ERR_pop_to_mark();
    return out->issuer != NULL;
}
