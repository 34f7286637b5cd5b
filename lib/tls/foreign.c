/*
 * Input that is no PEM, named: binary certificates and keys, keystores, requests, keys of
 * other programs, paths. Each with the command that makes PEM of it.
 */
#include "tls/pem.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

static pgcs_status
fail(const char *field, const char *what, const char *remedy, struct diag *diag) {
    diag_fail(diag, PGCS_ERR_PEM, "%s %s", field, what);
    diag_hint(diag, "%s", remedy);
    diag_field(diag, field);
    return PGCS_ERR_PEM;
}

/* --- binary forms, by trying each decoder --------------------------------------------------
 */

#define DECODER(name, type, decode)                                                            \
    static bool name(const unsigned char *at, long size) {                                     \
        type *made = decode(NULL, &at, size);                                                  \
        type##_free(made);                                                                     \
        return made != NULL;                                                                   \
    }

DECODER(is_certificate, X509, d2i_X509)
DECODER(is_request, X509_REQ, d2i_X509_REQ)
DECODER(is_crl, X509_CRL, d2i_X509_CRL)
DECODER(is_pkcs12, PKCS12, d2i_PKCS12)
DECODER(is_pkcs7, PKCS7, d2i_PKCS7)
DECODER(is_encrypted_key, X509_SIG, d2i_X509_SIG)
DECODER(is_key, EVP_PKEY, d2i_AutoPrivateKey)

/* PKCS#12 and PKCS#7 first: the looser decoders would take them for something else. */
static const struct {
    bool (*fits)(const unsigned char *at, long size);
    const char *what;
    const char *remedy;
} binary_forms[] = {
    {is_pkcs12, "is a PKCS#12 keystore (.p12, .pfx)",
     "Take it apart: openssl pkcs12 -in FILE -nokeys -out cert.pem, then openssl pkcs12 -in "
     "FILE -nocerts -out key.pem."},
    {is_pkcs7, "is a PKCS#7 bundle (.p7b)",
     "Convert it: openssl pkcs7 -inform DER -in FILE -print_certs -out certs.pem."},
    {is_certificate, "is a binary (DER) certificate",
     "Convert it: openssl x509 -inform DER -in FILE -out cert.pem."},
    {is_request, "is a binary (DER) certificate request, not a certificate",
     "Give the certificate that the authority made of the request."},
    {is_crl, "is a binary (DER) revocation list",
     "Convert it: openssl crl -inform DER -in FILE -out crl.pem."},
    {is_encrypted_key, "is a binary (DER) encrypted private key",
     "Convert it: openssl pkcs8 -inform DER -in FILE -out key.pem."},
    {is_key, "is a binary (DER) private key",
     "Convert it: openssl pkey -inform DER -in FILE -out key.pem."},
};

/* One try. OpenSSL keeps its last 16 errors only, so each try cleans up after itself. */
static bool
fits(size_t form, struct slice input) {
    ERR_set_mark();
    bool does = binary_forms[form].fits((const unsigned char *)input.data, (long)input.size);
    ERR_pop_to_mark();
    return does;
}

static const char *
name_binary(struct slice input, const char **remedy) {
    for (size_t i = 0; i < sizeof binary_forms / sizeof binary_forms[0]; i++) {
        if (!fits(i, input))
            continue;
        *remedy = binary_forms[i].remedy;
        return binary_forms[i].what;
    }
    return NULL;
}

/* --- text forms ----------------------------------------------------------------------------
 */

static const struct {
    const char *prefix;
    const char *what;
    const char *remedy;
} text_forms[] = {
    {"ssh-", "is an SSH public key",
     "PostgreSQL uses X.509: give a PEM certificate or private key."},
    {"ecdsa-sha2-", "is an SSH public key",
     "PostgreSQL uses X.509: give a PEM certificate or private key."},
    {"PuTTY-User-Key-File", "is a PuTTY key",
     "PostgreSQL uses X.509: give a PEM private key that belongs to the certificate."},
    {"/", "looks like a path, where the content of the file is expected",
     "Give the text of the file, or name the file by the matching ssl* parameter."},
    {"./", "looks like a path, where the content of the file is expected",
     "Give the text of the file, or name the file by the matching ssl* parameter."},
    {"~/", "looks like a path, where the content of the file is expected",
     "Give the text of the file, or name the file by the matching ssl* parameter."},
};

static bool
starts_with(struct slice text, const char *prefix) {
    size_t size = strlen(prefix);
    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

static bool
looks_binary(struct slice input) {
    return input.size > 2 && input.data[0] == 0x30;
}

pgcs_status
pem_name_foreign(struct slice input, const char *field, struct diag *diag) {
    const char *remedy = NULL;
    const char *what = looks_binary(input) ? name_binary(input, &remedy) : NULL;
    if (what != NULL)
        return fail(field, what, remedy, diag);
    for (size_t i = 0; i < sizeof text_forms / sizeof text_forms[0]; i++)
        if (starts_with(input, text_forms[i].prefix))
            return fail(field, text_forms[i].what, text_forms[i].remedy, diag);
    struct buf decoded = {.limit = LIMIT_TLS_FILE};
    bool bare = base64_decode(input, &decoded) &&
                looks_binary((struct slice){decoded.data, decoded.size});
    buf_free(&decoded);
    if (bare)
        return fail(field, "is base64 without its BEGIN and END lines",
                    "Give the whole PEM text, from the line with -----BEGIN to the line with "
                    "-----END.",
                    diag);
    return fail(field, "is not PEM text",
                "PEM begins with a line such as -----BEGIN CERTIFICATE-----.", diag);
}
