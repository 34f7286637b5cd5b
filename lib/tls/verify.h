/* Verification of a server's certificate as libpq does it, with the reason when it fails. */
#ifndef TLS_VERIFY_H
#define TLS_VERIFY_H

#include <openssl/x509.h>

#include "base/diag.h"
#include "tls/plan.h"

/*
 * The roots and revocation lists of @plan, from text or from the files that the spec names;
 * NULL, and @diag filled, when there are none that can be read. The caller frees it.
 */
X509_STORE *
trust_new(const struct plan *plan, struct diag *diag);

/* What is to be verified, and how. */
struct verification {
    const struct plan *plan;
    X509 *certificate;
    STACK_OF(X509) * chain; /* as the server sent it; may be NULL */
    int security_level;     /* of the TLS library */
    int64_t now_unix;
};

/*
 * Verify as much as the plan asks for: the chain from verify-ca on, the name for verify-full.
 * True when all is well; otherwise @diag has a pgcs_code for a status, a sentence and a remedy.
 */
bool
verify(const struct verification *verification, struct diag *diag);

#endif
