/*
 * Staging: the conninfo string that libpq gets, and the anonymous files that it names. Every
 * parameter that libpq would otherwise take from the environment or from ~/.postgresql is
 * written out.
 */
#ifndef TLS_STAGE_H
#define TLS_STAGE_H

#include <pgconnspec/tls.h>

#include "base/diag.h"

/* All hosts of @spec, as they are written. */
pgcs_status
stage_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
          const pgcs_stage **out, struct diag *diag);

/* As stage_new(), with the ways (MEMFILE_*) in which private files may be made. */
pgcs_status
stage_new_by(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, unsigned ways,
             const pgcs_stage **out, struct diag *diag);

/*
 * Host @host of @spec alone. @address, which may be NULL, is what its name was resolved to, in
 * numbers: libpq connects there and resolves nothing, while the name stays the one that the
 * certificate is compared with.
 */
pgcs_status
stage_host(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, size_t host,
           const char *address, const pgcs_stage **out, struct diag *diag);

const pgcs_stage *
stage_ref(const pgcs_stage *stage);
const pgcs_stage *
stage_unref(const pgcs_stage *stage);
const char *
stage_conninfo(const pgcs_stage *stage);

/*
 * Whether the anonymous files are still those that were made: a program that closes
 * descriptors which it does not own may have put another file under their numbers. To be asked
 * before PQconnectStart() and before each PQreset().
 */
pgcs_status
stage_check(const pgcs_stage *stage, struct diag *diag);

#endif
