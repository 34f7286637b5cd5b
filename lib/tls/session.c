/*
 * Sessions. That libpq was told to verify is one thing; that this session was verified is
 * another, and OpenSSL keeps it: the mode in which the handshake was made, its outcome, and the
 * certificate. What was asked must be what was got.
 */
#include "tls/session.h"

#include <assert.h>
#include <dlfcn.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tls/certificate.h"
#include "tls/names.h"

/* The start of the shared object that @function stands in; NULL when nobody knows. */
static const void *
object_of(const void *function) {
    Dl_info info;
    return function != NULL && dladdr(function, &info) != 0 ? info.dli_fbase : NULL;
}

bool
session_is_ours(const void *function) {
    Dl_info info;
    if (function == NULL || dladdr(function, &info) == 0)
        return false;
    /* The object is loaded, so this only looks it up; names are then sought as it seeks them.
     */
    void *caller = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    if (caller == NULL)
        return false;
    const void *theirs = object_of(dlsym(caller, "SSL_get_verify_result"));
    dlclose(caller);
    long (*ours)(const SSL *) = SSL_get_verify_result;
    const void *mine = NULL;
    memcpy(&mine, &ours, sizeof mine);
    return theirs != NULL && theirs == object_of(mine);
}

bool
session_has_unread(const void *ssl) {
    return SSL_pending((const SSL *)ssl) > 0;
}

const char *
verified_name(enum verified verified) {
    static const char *const names[] = {"none", "ca", "full"};
    return names[verified];
}

/* --- judgement -----------------------------------------------------------------------------
 */

/* What the plan leads libpq to verify, which it does or refuses. */
static enum verified
verified_by_plan(const struct plan *plan) {
    if (plan->mode == SSLMODE_VERIFY_FULL)
        return VERIFIED_FULL;
    return plan->mode == SSLMODE_VERIFY_CA ? VERIFIED_CHAIN : VERIFIED_NONE;
}

/* What OpenSSL says that was verified. */
static enum verified
verified_by_session(const struct plan *plan, SSL *ssl) {
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    enum verified verified = VERIFIED_NONE;
    if (certificate != NULL && (SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER) != 0 &&
        SSL_get_verify_result(ssl) == X509_V_OK)
        verified = VERIFIED_CHAIN;
    const char *host = plan->server_name ? plan->server_name : plan->host_name;
    if (verified == VERIFIED_CHAIN && plan->mode == SSLMODE_VERIFY_FULL && host != NULL &&
        names_match_libpq(certificate, host, plan->libpq_version))
        verified = VERIFIED_FULL;
    X509_free(certificate);
    return verified;
}

static pgcs_status
fail_closed(struct diag *diag, const char *what) {
    diag_fail(diag, PGCS_CAUSE_TLS_FAILED, "%s", what);
    diag_hint(diag, "The connection was closed before anything was sent over it. This should "
                    "never happen: libpq did not do what it was told.");
    diag_field(diag, "sslmode");
    return PGCS_CAUSE_TLS_FAILED;
}

pgcs_status
session_judge(const struct plan *plan, bool in_use, void *ssl, enum verified *verified,
              struct diag *diag) {
    assert(plan != NULL && verified != NULL);
    *verified = VERIFIED_NONE;
    if (!in_use)
        return plan->mode >= SSLMODE_REQUIRE
                   ? fail_closed(diag, "TLS was asked for, and the connection has none")
                   : PGCS_OK;
    ERR_set_mark();
    *verified = ssl ? verified_by_session(plan, ssl) : verified_by_plan(plan);
    ERR_pop_to_mark();
    enum verified asked = verified_by_plan(plan);
    if (*verified >= asked)
        return PGCS_OK;
    return fail_closed(diag, *verified == VERIFIED_NONE
                                 ? "the server was to be verified, and was not"
                                 : "the name of the server was to be checked, and is another");
}

/* --- facts ---------------------------------------------------------------------------------
 */

static void
set_string(struct report_builder *builder, pgcs_fact fact, const char *text) {
    if (text != NULL)
        report_set_text(builder, fact, text, strlen(text));
}

static void
set_name(struct report_builder *builder, pgcs_fact fact, const X509_NAME *name) {
    struct buf text = {0};
    name_print(name, &text);
    if (text.size > 0)
        report_set_text(builder, fact, text.data, text.size);
    buf_free(&text);
}

static void
report_certificate(X509 *certificate, struct report_builder *builder) {
    set_name(builder, PGCS_FACT_PEER_SUBJECT, X509_get_subject_name(certificate));
    set_name(builder, PGCS_FACT_PEER_ISSUER, X509_get_issuer_name(certificate));
    struct buf names = {0};
    certificate_names(certificate, &names);
    if (names.size > 0)
        report_set_text(builder, PGCS_FACT_PEER_NAMES, names.data, names.size);
    buf_free(&names);
    int64_t end = time_unix(X509_get0_notAfter(certificate));
    if (end != INT64_MIN)
        report_set_int(builder, PGCS_FACT_PEER_NOT_AFTER_UNIX, end);
}

/* "*.com", a common name beside other names, an address written as a name. */
static void
warn_of_lax_name(const struct plan *plan, X509 *certificate, struct report_builder *builder) {
    const char *host = plan->server_name ? plan->server_name : plan->host_name;
    if (plan->mode != SSLMODE_VERIFY_FULL || host == NULL ||
        names_match_strictly(certificate, host))
        return;
    struct diag diag;
    diag_fail(&diag, PGCS_CODE_NAME_LAX,
              "the server's certificate is for %s by libpq's rules only",
              diag_quote(host, strlen(host)).text);
    diag_hint(&diag, "Other drivers will refuse it: have a certificate made that bears the "
                     "name as an alternative name, without a wildcard over a whole domain.");
    diag_field(&diag, "host");
    report_add_finding(builder, PGCS_SEVERITY_WARNING, NULL, &diag);
}

void
session_report(const struct plan *plan, void *ssl, struct report_builder *builder) {
    assert(plan != NULL && ssl != NULL && builder != NULL);
    ERR_set_mark();
    set_string(builder, PGCS_FACT_TLS_VERSION, SSL_get_version(ssl));
    set_string(builder, PGCS_FACT_TLS_CIPHER, SSL_get_cipher_name(ssl));
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    if (certificate != NULL) {
        report_certificate(certificate, builder);
        warn_of_lax_name(plan, certificate, builder);
    }
    X509_free(certificate);
    ERR_pop_to_mark();
}
