/*
 * Finding out why TLS failed: libpq tells only that it did. A second connection to the same
 * address makes a handshake without credentials; lib/tls judges it, here its bytes are moved.
 */
#ifndef CHECK_HANDSHAKE_H
#define CHECK_HANDSHAKE_H

#include "check/check.h"

/*
 * Begin after an attempt failed for the reason @why; @then says what follows it. False when
 * there is nothing to find out, or no way to do it.
 */
bool
handshake_begin(pgcs_check *check, const struct diag *why, enum then then);

/* Move bytes while there are any. True at the end: check->handshake.why says it best. */
bool
handshake_continue(pgcs_check *check);

/* What to wait for. */
uint32_t
handshake_wants(const pgcs_check *check);

/* Close it. */
void
handshake_drop(pgcs_check *check);

#endif
