/*
 * Judgement of TLS material: one table of faults that a certificate can have, and the few that
 * concern the bundle, the revocation lists and the key.
 */
#include "tls/preflight.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "spec/keyword.h"
#include "tls/certificate.h"
#include "tls/plan.h"

#define SKEW (5 * 60)            /* clocks may differ by so many seconds */
#define SOON (30 * 24 * 60 * 60) /* seconds in which a certificate should be renewed */

struct judge {
    const pgcs_tls *tls;
    int64_t now;
    struct report_builder *report;
};

struct day
day_print(int64_t unix_seconds) {
    struct day day = {"an unknown day"};
    time_t seconds = (time_t)unix_seconds;
    struct tm parts;
    if (unix_seconds != INT64_MIN && gmtime_r(&seconds, &parts) != NULL)
        snprintf(day.text, sizeof day.text, "%04d-%02d-%02d", parts.tm_year + 1900,
                 parts.tm_mon + 1, parts.tm_mday);
    return day;
}

/* --- faults of one certificate -------------------------------------------------------------
 */

static bool
is_expired(const struct judge *judge, const struct certificate *certificate) {
    return certificate->not_after != INT64_MIN && certificate->not_after < judge->now;
}

static bool
is_early(const struct judge *judge, const struct certificate *certificate) {
    return certificate->not_before != INT64_MIN && certificate->not_before > judge->now + SKEW;
}

static bool
is_ending(const struct judge *judge, const struct certificate *certificate) {
    return !is_expired(judge, certificate) && certificate->not_after != INT64_MIN &&
           certificate->not_after - SOON < judge->now;
}

static bool
is_weak(const struct judge *judge, const struct certificate *certificate) {
    (void)judge;
    return certificate->security_bits < LEAST_SECURITY_BITS;
}

static bool
is_stray_leaf(const struct judge *judge, const struct certificate *certificate) {
    (void)judge;
    return !certificate->is_authority && !certificate->is_self_signed;
}

static bool
is_pin(const struct judge *judge, const struct certificate *certificate) {
    (void)judge;
    return !certificate->is_authority && certificate->is_self_signed;
}

static bool
is_repeated(const struct judge *judge, const struct certificate *certificate) {
    const struct certificate *roots = judge->tls->chains[PGCS_CHAIN_ROOTS - 1];
    for (const struct certificate *at = roots; at < certificate; at++)
        if (strcmp(at->sha256, certificate->sha256) == 0)
            return true;
    return false;
}

static bool
is_own(const struct judge *judge, const struct certificate *certificate) {
    return certificate == judge->tls->chains[PGCS_CHAIN_CLIENT - 1];
}

static bool
is_wrong_purpose(const struct judge *judge, const struct certificate *certificate) {
    return is_own(judge, certificate) && !certificate->is_for_clients;
}

static bool
is_own_authority(const struct judge *judge, const struct certificate *certificate) {
    return is_own(judge, certificate) && certificate->is_authority;
}

enum date { NO_DATE, FIRST_DAY, LAST_DAY };

static const struct fault {
    pgcs_chain chain;
    pgcs_code code;
    pgcs_severity severity;
    enum date date; /* that ends the sentence */
    bool (*has)(const struct judge *judge, const struct certificate *certificate);
    const char *sentence;
    const char *remedy;
} faults[] = {
    {PGCS_CHAIN_ROOTS, PGCS_CODE_CERTIFICATE_EXPIRED, PGCS_SEVERITY_WARNING, LAST_DAY,
     is_expired, "expired on", "Get the authority's current certificate."},
    {PGCS_CHAIN_ROOTS, PGCS_CODE_CERTIFICATE_NOT_YET_VALID, PGCS_SEVERITY_WARNING, FIRST_DAY,
     is_early, "is not valid before", "Check the clock of this machine."},
    {PGCS_CHAIN_ROOTS, PGCS_CODE_CERTIFICATE_EXPIRES_SOON, PGCS_SEVERITY_WARNING, LAST_DAY,
     is_ending, "expires on", "Get the authority's next certificate in time."},
    {PGCS_CHAIN_ROOTS, PGCS_CODE_CERTIFICATE_WEAK, PGCS_SEVERITY_FAILURE, NO_DATE, is_weak,
     "is too weak", "Have it replaced by one with RSA of 2048 bits or EC P-256, or more."},
    {PGCS_CHAIN_ROOTS, PGCS_CODE_LEAF_AMONG_ROOTS, PGCS_SEVERITY_WARNING, NO_DATE,
     is_stray_leaf, "is not that of an authority",
     "Give the certificate of the authority that signed it: its issuer."},
    {PGCS_CHAIN_ROOTS, PGCS_CODE_CERTIFICATE_PINNED, PGCS_SEVERITY_WARNING, NO_DATE, is_pin,
     "is a server's own, self-signed one",
     "It works until the server's certificate is replaced; then it must be replaced here."},
    {PGCS_CHAIN_ROOTS, PGCS_CODE_CERTIFICATE_TWICE, PGCS_SEVERITY_NOTE, NO_DATE, is_repeated,
     "stands there twice", "One of them is enough."},
    {PGCS_CHAIN_CLIENT, PGCS_CODE_CERTIFICATE_EXPIRED, PGCS_SEVERITY_FAILURE, LAST_DAY,
     is_expired, "expired on", "Have the client certificate renewed."},
    {PGCS_CHAIN_CLIENT, PGCS_CODE_CERTIFICATE_NOT_YET_VALID, PGCS_SEVERITY_FAILURE, FIRST_DAY,
     is_early, "is not valid before", "Wait, or check the clock of this machine."},
    {PGCS_CHAIN_CLIENT, PGCS_CODE_CERTIFICATE_EXPIRES_SOON, PGCS_SEVERITY_WARNING, LAST_DAY,
     is_ending, "expires on", "Have the client certificate renewed in time."},
    {PGCS_CHAIN_CLIENT, PGCS_CODE_CERTIFICATE_WEAK, PGCS_SEVERITY_FAILURE, NO_DATE, is_weak,
     "is too weak", "Have it replaced by one with RSA of 2048 bits or EC P-256, or more."},
    {PGCS_CHAIN_CLIENT, PGCS_CODE_NOT_FOR_CLIENTS, PGCS_SEVERITY_FAILURE, NO_DATE,
     is_wrong_purpose, "may not be used by clients",
     "Request one whose extended key usage has clientAuth, and key usage digitalSignature."},
    {PGCS_CHAIN_CLIENT, PGCS_CODE_CLIENT_IS_AUTHORITY, PGCS_SEVERITY_WARNING, NO_DATE,
     is_own_authority, "is that of an authority",
     "Use a certificate of the client's own: an authority's key signs for everybody."},
};

static const char *
field_of_chain(pgcs_chain chain) {
    return keyword_name(chain == PGCS_CHAIN_ROOTS ? KEYWORD_SSLROOTCERT : KEYWORD_SSLCERT);
}

static void
add(const struct judge *judge, pgcs_severity severity, const char *field, const char *remedy,
    struct diag *diag) {
    diag_hint(diag, "%s", remedy);
    diag_field(diag, field);
    report_add_finding(judge->report, severity, NULL, diag);
}

static void
add_fault(const struct judge *judge, const struct fault *fault, size_t i,
          const struct certificate *certificate) {
    bool first = fault->date == FIRST_DAY;
    struct day day = day_print(first ? certificate->not_before : certificate->not_after);
    const char *field = field_of_chain(fault->chain);
    struct diag diag;
    diag_fail(&diag, fault->code, "%s: certificate %zu (%s) %s%s%s", field, i + 1,
              diag_quote(certificate->subject, strlen(certificate->subject)).text,
              fault->sentence, fault->date == NO_DATE ? "" : " ",
              fault->date == NO_DATE ? "" : day.text);
    add(judge, fault->severity, field, fault->remedy, &diag);
}

static void
judge_chain(const struct judge *judge, pgcs_chain chain) {
    const struct certificate *certificates = judge->tls->chains[chain - 1];
    for (size_t i = 0; i < judge->tls->counts[chain - 1]; i++)
        for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++)
            if (faults[k].chain == chain && faults[k].has(judge, &certificates[i]))
                add_fault(judge, &faults[k], i, &certificates[i]);
}

/* --- the bundle as a whole -----------------------------------------------------------------
 */

static void
judge_roots(const struct judge *judge) {
    const struct certificate *roots = judge->tls->chains[PGCS_CHAIN_ROOTS - 1];
    size_t count = judge->tls->counts[PGCS_CHAIN_ROOTS - 1];
    size_t anchors = 0;
    size_t in_force = 0;
    for (size_t i = 0; i < count; i++) {
        anchors += roots[i].is_self_signed;
        in_force += !is_expired(judge, &roots[i]) && !is_early(judge, &roots[i]);
    }
    struct diag diag;
    if (count > 0 && anchors == 0) {
        diag_fail(&diag, PGCS_CODE_ROOTS_WITHOUT_ANCHOR,
                  "sslrootcert: no certificate in it is self-signed, so libpq trusts none");
        add(judge, PGCS_SEVERITY_FAILURE, "sslrootcert",
            "Add the root: the certificate in which subject and issuer are the same.", &diag);
    }
    if (count > 0 && in_force == 0) {
        diag_fail(&diag, PGCS_CODE_NO_ROOT_IN_FORCE,
                  "sslrootcert: every certificate in it is out of its time");
        add(judge, PGCS_SEVERITY_FAILURE, "sslrootcert",
            "Get the authority's current certificate.", &diag);
    }
}

/* --- revocation lists ----------------------------------------------------------------------
 */

static void
add_crl(const struct judge *judge, pgcs_severity severity, pgcs_code code,
        const struct revocation *crl, const char *sentence, const char *remedy) {
    struct diag diag;
    diag_fail(&diag, code, "sslcrl: the list of %s %s",
              diag_quote(crl->issuer, strlen(crl->issuer)).text, sentence);
    add(judge, severity, "sslcrl", remedy, &diag);
}

/* Is one of the lists that of a root? Then the others may be those of intermediates. */
static bool
has_crl_of_roots(const pgcs_tls *tls) {
    for (size_t i = 0; i < tls->crl_count; i++)
        if (tls->crls[i].issuer_known)
            return true;
    return false;
}

static bool
has_crl(const pgcs_tls *tls, const struct certificate *authority) {
    for (size_t i = 0; i < tls->crl_count; i++)
        if (strcmp(tls->crls[i].issuer, authority->subject) == 0)
            return true;
    return false;
}

static void
judge_crls(const struct judge *judge) {
    const pgcs_tls *tls = judge->tls;
    pgcs_severity foreign =
        has_crl_of_roots(tls) ? PGCS_SEVERITY_WARNING : PGCS_SEVERITY_FAILURE;
    for (size_t i = 0; i < tls->crl_count; i++) {
        const struct revocation *crl = &tls->crls[i];
        if (crl->next_update != INT64_MIN && crl->next_update < judge->now)
            add_crl(judge, PGCS_SEVERITY_FAILURE, PGCS_CODE_CRL_EXPIRED, crl,
                    "is out of date, and every connection will fail",
                    "Fetch the authority's current list.");
        if (!crl->issuer_known)
            add_crl(judge, foreign, PGCS_CODE_CRL_FOREIGN, crl, "is that of none of the roots",
                    "Unless it is that of an intermediate authority, give the list of the "
                    "authority whose certificate stands in sslrootcert.");
        else if (!crl->signature_good)
            add_crl(judge, PGCS_SEVERITY_FAILURE, PGCS_CODE_CRL_FORGED, crl,
                    "does not bear that authority's signature",
                    "Fetch the list again from the authority.");
    }
    const struct certificate *roots = tls->chains[PGCS_CHAIN_ROOTS - 1];
    for (size_t i = 0; tls->crl_count > 0 && i < tls->counts[PGCS_CHAIN_ROOTS - 1]; i++) {
        if (!roots[i].is_authority || has_crl(tls, &roots[i]))
            continue;
        struct diag diag;
        diag_fail(&diag, PGCS_CODE_CRL_MISSING, "sslcrl: there is no list of %s",
                  diag_quote(roots[i].subject, strlen(roots[i].subject)).text);
        add(judge, PGCS_SEVERITY_WARNING, "sslcrl",
            "Add its list: libpq refuses chains with an authority that has none.", &diag);
    }
}

/* --- the client's identity -----------------------------------------------------------------
 */

static void
judge_identity(const struct judge *judge) {
    const pgcs_tls *tls = judge->tls;
    struct diag diag;
    if (tls->refusal != NULL) {
        diag_fail(&diag, PGCS_CODE_CLIENT_REFUSED_HERE,
                  "sslcert: OpenSSL will not use the client certificate here: %s",
                  tls->refusal);
        add(judge, PGCS_SEVERITY_FAILURE, "sslcert",
            "Have it replaced by one with RSA of 2048 bits or EC P-256, or more.", &diag);
    }
    if (tls->passphrase.size > 0 && !tls->key_is_encrypted) {
        diag_fail(&diag, PGCS_CODE_PASSPHRASE_UNUSED,
                  "sslpassword: there is a pass phrase, but the key is not encrypted");
        add(judge, PGCS_SEVERITY_WARNING, "sslpassword",
            "Leave the pass phrase out, or encrypt the key.", &diag);
    }
    if (tls->counts[PGCS_CHAIN_CLIENT - 1] > 0 && tls->counts[PGCS_CHAIN_ROOTS - 1] > 0 &&
        !tls->client_chain_known) {
        diag_fail(&diag, PGCS_CODE_CLIENT_CHAIN_FOREIGN,
                  "sslcert: the client certificate comes from none of the roots");
        add(judge, PGCS_SEVERITY_NOTE, "sslcert",
            "That is fine where the server trusts another authority for its clients.", &diag);
    }
}

static void
judge_repairs(const struct judge *judge) {
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++)
        for (unsigned bit = 0; bit < REPAIR_COUNT; bit++) {
            if ((judge->tls->repairs[i] & 1u << bit) == 0)
                continue;
            const char *field = keyword_name(material_keywords[i]);
            struct diag diag;
            diag_fail(&diag, PGCS_CODE_PEM_REPAIRED, "%s: %s", field,
                      repair_sentence(1u << bit));
            add(judge, PGCS_SEVERITY_NOTE, field,
                "Other programs may not be as patient: keep the PEM text as it was issued.",
                &diag);
        }
}

void
preflight_add(const pgcs_tls *tls, int64_t now_unix, struct report_builder *builder) {
    assert(tls != NULL && builder != NULL);
    struct judge judge = {.tls = tls, .now = now_unix, .report = builder};
    judge_roots(&judge);
    judge_chain(&judge, PGCS_CHAIN_ROOTS);
    judge_chain(&judge, PGCS_CHAIN_CLIENT);
    judge_identity(&judge);
    judge_crls(&judge);
    judge_repairs(&judge);
}

pgcs_status
preflight(const pgcs_tls *tls, int64_t now_unix, const pgcs_report **out, struct diag *diag) {
    struct report_builder *builder = report_builder_new();
    if (builder == NULL)
        return diag_nomem(diag);
    preflight_add(tls, now_unix, builder);
    return report_finish(builder, out, diag);
}
