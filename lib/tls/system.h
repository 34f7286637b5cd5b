/* The roots that this system trusts, for a libpq that can't ask for them. */
#ifndef TLS_SYSTEM_H
#define TLS_SYSTEM_H

#include "base/diag.h"
#include "base/text.h"

/*
 * The certificates that OpenSSL finds by its default paths, as PEM, into @out. PGCS_ERR_SYSTEM
 * when there are none, PGCS_ERR_LIMIT over LIMIT_TLS_FILE.
 */
pgcs_status
system_roots_read(struct buf *out, struct diag *diag);

/* The same; @folder, and not OpenSSL's default one, says which there may be. */
pgcs_status
system_roots_read_by(const char *folder, struct buf *out, struct diag *diag);

#endif
