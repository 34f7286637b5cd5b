/*
 * Verification. All that libpq says is "certificate verify failed". OpenSSL knows which
 * certificate of the chain it was, and what was wrong with it; here that becomes a sentence.
 */
#include "tls/verify.h"

#include <assert.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "tls/certificate.h"
#include "tls/errors.h"
#include "tls/names.h"
#include "tls/preflight.h"

/* --- trust ---------------------------------------------------------------------------------
 */

/* Certificates and revocation lists out of PEM text, as libpq reads its root file. */
static bool
add_text(X509_STORE *store, struct slice text) {
    BIO *reader = BIO_new_mem_buf(text.data, (int)text.size);
    STACK_OF(X509_INFO) *found =
        reader ? PEM_X509_INFO_read_bio(reader, NULL, NULL, NULL) : NULL;
    int added = 0;
    for (int i = 0; i < sk_X509_INFO_num(found); i++) {
        const X509_INFO *info = sk_X509_INFO_value(found, i);
        if (info->x509 != NULL)
            added += X509_STORE_add_cert(store, info->x509) == 1;
        if (info->crl != NULL)
            added += X509_STORE_add_crl(store, info->crl) == 1;
    }
    sk_X509_INFO_pop_free(found, X509_INFO_free);
    BIO_free(reader);
    return added > 0;
}

static bool
add_roots(X509_STORE *store, const struct plan *plan) {
    switch (plan->roots) {
    case ROOTS_TEXT:
        return add_text(store, plan->tls->pem[MATERIAL_ROOTS]);
    case ROOTS_FILE:
        return X509_STORE_load_file(store, plan_value(plan, KEYWORD_SSLROOTCERT)) == 1;
    case ROOTS_SYSTEM:
        return X509_STORE_set_default_paths(store) == 1;
    default:
        return false;
    }
}

/* libpq passes over lists that it can't read, and so does this. */
static void
add_crls(X509_STORE *store, const struct plan *plan) {
    const char *file = plan_value(plan, KEYWORD_SSLCRL);
    const char *directory = plan_value(plan, KEYWORD_SSLCRLDIR);
    bool added = false;
    if (!plan->has_crl || plan->roots == ROOTS_SYSTEM)
        return;
    if (tls_has(plan->tls, MATERIAL_CRL))
        added = add_text(store, plan->tls->pem[MATERIAL_CRL]);
    else if (file != NULL)
        added = X509_STORE_load_file(store, file) == 1;
    if (directory != NULL)
        added = X509_STORE_load_path(store, directory) == 1 || added;
    if (added)
        X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

X509_STORE *
trust_new(const struct plan *plan, struct diag *diag) {
    struct tls_error *found = tls_errors_set_aside();
    X509_STORE *store = X509_STORE_new();
    bool ready = store != NULL && add_roots(store, plan);
    if (ready)
        add_crls(store, plan);
    tls_errors_put_back(found);
    if (store == NULL) {
        diag_nomem(diag);
    } else if (!ready) {
        X509_STORE_free(store);
        diag_fail(diag, PGCS_CAUSE_TLS_FAILED, "the root certificates can't be read");
        diag_hint(diag, "Give a file of PEM certificates as sslrootcert.");
        diag_field(diag, "sslrootcert");
        return NULL;
    }
    return store;
}

/* --- reasons -------------------------------------------------------------------------------
 */

/* Where a verification failed. */
struct failure {
    int error; /* X509_V_ERR_* */
    int depth; /* 0 is the server's own certificate */
    X509 *certificate;
    int sent; /* certificates that the server sent */
};

enum detail { NO_DETAIL, LAST_DAY, FIRST_DAY, ISSUER, SUBJECT };

/* What each error means: for the server's own certificate, and for one above it. */
static const struct reason {
    int error;
    pgcs_code code;
    enum detail detail; /* that ends the sentence */
    const char *own;
    const char *above;
    const char *remedy;
} reasons[] = {
    {X509_V_ERR_CERT_HAS_EXPIRED, PGCS_CAUSE_CERTIFICATE_EXPIRED, LAST_DAY,
     "the server's certificate expired on", "an authority's certificate expired on",
     "Have the certificate renewed on the server; if that was done, reload the server."},
    {X509_V_ERR_CERT_NOT_YET_VALID, PGCS_CAUSE_CERTIFICATE_NOT_YET_VALID, FIRST_DAY,
     "the server's certificate is not valid before",
     "an authority's certificate is not valid before",
     "Check the clocks of this machine and of the one that made the certificate."},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, PGCS_CAUSE_CERTIFICATE_SELF_SIGNED, SUBJECT,
     "the server's certificate is self-signed and none of the roots:",
     "the server's certificate is self-signed and none of the roots:",
     "If it is the server that you mean, get its certificate from its administrator and give "
     "it as root certificate."},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, PGCS_CAUSE_ISSUER_UNKNOWN, SUBJECT,
     "the server's chain ends in an authority that is none of the roots:",
     "the server's chain ends in an authority that is none of the roots:",
     "Give that authority's certificate as root certificate, if you trust it."},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, PGCS_CAUSE_ISSUER_UNKNOWN, ISSUER,
     "the server's certificate was issued by none of the roots, but by",
     "the server's chain stops at an authority that was issued by none of the roots, but by",
     "Give that authority's root as root certificate. If it is an intermediate authority of "
     "a root that you gave, the server must send it: add it to ssl_cert_file there."},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, PGCS_CAUSE_ISSUER_UNKNOWN, ISSUER,
     "the server's certificate was issued by none of the roots, but by",
     "the server's chain stops at an authority that was issued by none of the roots, but by",
     "Give that authority's root as root certificate. If it is an intermediate authority of "
     "a root that you gave, the server must send it: add it to ssl_cert_file there."},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, PGCS_CAUSE_ISSUER_UNKNOWN, ISSUER,
     "no self-signed root stands behind", "no self-signed root stands behind",
     "Give the root itself as root certificate: libpq does not trust an intermediate "
     "authority alone."},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, PGCS_CAUSE_ISSUER_UNKNOWN, ISSUER,
     "the server's certificate bears the name of a root, but not its signature:",
     "an authority's certificate bears the name of a root, but not its signature:",
     "The authority may have made a new key: get its current certificate."},
    {X509_V_ERR_CERT_REVOKED, PGCS_CAUSE_CERTIFICATE_REVOKED, NO_DETAIL,
     "the server's certificate is revoked", "an authority's certificate is revoked",
     "Do not connect before the server has a new certificate."},
    {X509_V_ERR_UNABLE_TO_GET_CRL, PGCS_CAUSE_CRL_UNUSABLE, ISSUER,
     "there is no revocation list of", "there is no revocation list of",
     "Add that authority's list: libpq wants one of each authority in the chain."},
    {X509_V_ERR_CRL_HAS_EXPIRED, PGCS_CAUSE_CRL_UNUSABLE, ISSUER,
     "the revocation list is out of date of", "the revocation list is out of date of",
     "Fetch the authority's current list."},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, PGCS_CAUSE_CRL_UNUSABLE, ISSUER,
     "the revocation list does not bear the signature of",
     "the revocation list does not bear the signature of",
     "Fetch the list again from the authority."},
    {X509_V_ERR_INVALID_PURPOSE, PGCS_CAUSE_CERTIFICATE_PURPOSE, NO_DETAIL,
     "the server's certificate is not meant for servers",
     "an authority's certificate is not meant for servers",
     "Have a certificate made whose extended key usage has serverAuth."},
    {X509_V_ERR_INVALID_CA, PGCS_CAUSE_ISSUER_UNKNOWN, SUBJECT,
     "the server's certificate was signed by one that is no authority:",
     "the server's certificate was signed by one that is no authority:",
     "Have the server's certificate made by an authority."},
    {X509_V_ERR_EE_KEY_TOO_SMALL, PGCS_CAUSE_CERTIFICATE_WEAK, NO_DETAIL,
     "the key of the server's certificate is too small",
     "the key of an authority's certificate is too small",
     "Have it replaced by one with RSA of 2048 bits or EC P-256, or more."},
    {X509_V_ERR_CA_KEY_TOO_SMALL, PGCS_CAUSE_CERTIFICATE_WEAK, SUBJECT,
     "the key of an authority's certificate is too small:",
     "the key of an authority's certificate is too small:",
     "Have it replaced by one with RSA of 2048 bits or EC P-256, or more."},
    {X509_V_ERR_CA_MD_TOO_WEAK, PGCS_CAUSE_CERTIFICATE_WEAK, SUBJECT,
     "a certificate of the chain is signed with a digest that is too weak:",
     "a certificate of the chain is signed with a digest that is too weak:",
     "Have it replaced by one that is signed with SHA-256 or better."},
};

static struct quoted
quote_name(const X509_NAME *name) {
    struct buf text = {0};
    name_print(name, &text);
    struct quoted quoted = diag_quote(text.data ? text.data : "", text.size);
    buf_free(&text);
    return quoted;
}

static void
explain(const struct failure *failure, const struct reason *reason, struct diag *diag) {
    const char *sentence = failure->depth == 0 ? reason->own : reason->above;
    const X509 *certificate = failure->certificate;
    struct quoted name = {""};
    struct day day = {""};
    if (reason->detail == ISSUER)
        name = quote_name(X509_get_issuer_name(certificate));
    else if (reason->detail == SUBJECT)
        name = quote_name(X509_get_subject_name(certificate));
    else if (reason->detail == LAST_DAY)
        day = day_print(time_unix(X509_get0_notAfter(certificate)));
    else if (reason->detail == FIRST_DAY)
        day = day_print(time_unix(X509_get0_notBefore(certificate)));
    const char *end = name.text[0] ? name.text : day.text;
    diag_fail(diag, reason->code, "%s%s%s", sentence, end[0] ? " " : "", end);
    bool alone = reason->code == PGCS_CAUSE_ISSUER_UNKNOWN && failure->sent <= 1;
    diag_hint(diag, "%s%s", alone ? "The server sent its own certificate only. " : "",
              reason->remedy);
}

static void
fail_chain(const struct failure *failure, struct diag *diag) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].error == failure->error && failure->certificate != NULL) {
            explain(failure, &reasons[i], diag);
            diag_field(diag,
                       reasons[i].code == PGCS_CAUSE_CRL_UNUSABLE ? "sslcrl" : "sslrootcert");
            return;
        }
    diag_fail(diag, PGCS_CAUSE_TLS_FAILED, "the server's certificate can't be verified: %s",
              X509_verify_cert_error_string(failure->error));
    diag_hint(diag, "Have the server's certificate made anew.");
    diag_field(diag, "sslrootcert");
}

/* --- verification --------------------------------------------------------------------------
 */

static bool
verify_chain(const struct verification *verification, X509_STORE *store, struct diag *diag) {
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context == NULL ||
        X509_STORE_CTX_init(context, store, verification->certificate, verification->chain) !=
            1 ||
        X509_STORE_CTX_set_default(context, "ssl_server") != 1) {
        X509_STORE_CTX_free(context);
        diag_nomem(diag);
        return false;
    }
    X509_VERIFY_PARAM *settings = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(settings, (time_t)verification->now_unix);
    X509_VERIFY_PARAM_set_auth_level(settings, verification->security_level);
    bool verified = X509_verify_cert(context) == 1;
    if (!verified) {
        struct failure failure = {
            .error = X509_STORE_CTX_get_error(context),
            .depth = X509_STORE_CTX_get_error_depth(context),
            .certificate = X509_STORE_CTX_get_current_cert(context),
            .sent = sk_X509_num(verification->chain),
        };
        fail_chain(&failure, diag);
    }
    X509_STORE_CTX_free(context);
    return verified;
}

static void
fail_name(const struct verification *verification, const char *host, struct diag *diag) {
    struct buf names = {0};
    certificate_names(verification->certificate, &names);
    bool none = names.size == 0;
    diag_fail(diag, PGCS_CAUSE_CERTIFICATE_NAME,
              "the server's certificate is for %.*s, not for %s",
              none ? 8 : (int)(names.size < 150 ? names.size : 150),
              none ? "no name," : names.data, diag_quote(host, strlen(host)).text);
    diag_hint(diag, "Connect by one of the names in the certificate, or give it as the server "
                    "name if this is the server that you mean.");
    diag_field(diag, "host");
    buf_free(&names);
}

bool
verify(const struct verification *verification, struct diag *diag) {
    const struct plan *plan = verification->plan;
    if (plan->mode < SSLMODE_VERIFY_CA)
        return true;
    X509_STORE *store = trust_new(plan, diag);
    if (store == NULL)
        return false;
    struct tls_error *found = tls_errors_set_aside();
    bool verified = verify_chain(verification, store, diag);
    tls_errors_put_back(found);
    X509_STORE_free(store);
    if (!verified || plan->mode != SSLMODE_VERIFY_FULL)
        return verified;
    const char *host = plan->server_name ? plan->server_name : plan->host_name;
    if (host != NULL && names_match_libpq(verification->certificate, host, plan->libpq_version))
        return true;
    fail_name(verification, host ? host : "", diag);
    return false;
}
