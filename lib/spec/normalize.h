/* The canonical spelling of a spec. */
#ifndef SPEC_NORMALIZE_H
#define SPEC_NORMALIZE_H

#include "spec/spec.h"

/*
 * The same meaning in canonical spelling: numbers without blanks, sign and leading zeros, one
 * port where all are equal, addresses as inet_ntop(3) writes them, host names in lower case,
 * TLS versions as libpq spells them. What is no good value stays as it is. Idempotent.
 */
pgcs_status
spec_normalize(const pgcs_spec *spec, const pgcs_spec **out, struct diag *diag);

#endif
