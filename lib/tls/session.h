/*
 * What a TLS session is worth, read from OpenSSL's object itself. libpq's objects come as
 * void *, and only when libpq uses the same OpenSSL as we do.
 */
#ifndef TLS_SESSION_H
#define TLS_SESSION_H

#include <stdbool.h>

#include "report/builder.h"
#include "tls/plan.h"

/*
 * Whether the OpenSSL that the object around @function (any function of libpq's) calls is the
 * one that we call. If not, its objects must not be touched.
 */
bool
session_is_ours(const void *function);

/* Whether bytes that came are still in @ssl, where no poll(2) sees them. */
bool
session_has_unread(const void *ssl);

/* What was verified: nothing, the chain, chain and name. */
enum verified {
    VERIFIED_NONE,
    VERIFIED_CHAIN,
    VERIFIED_FULL,
};

/* "none", "ca" or "full". */
const char *
verified_name(enum verified verified);

/*
 * Whether the session of @ssl (NULL where it can't be looked at) is what @plan asks for;
 * @in_use says whether there is TLS at all. PGCS_CAUSE_TLS_FAILED when it is less: the
 * connection must be closed. @verified tells what it is, in both cases.
 */
pgcs_status
session_judge(const struct plan *plan, bool in_use, void *ssl, enum verified *verified,
              struct diag *diag);

/*
 * Into a report: protocol, cipher, the server's certificate, and a warning where libpq's rules
 * for names let it pass and those of others would not.
 */
void
session_report(const struct plan *plan, void *ssl, struct report_builder *builder);

#endif
