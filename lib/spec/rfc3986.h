/* RFC 3986 as uriparser reads it: a second opinion on URIs. */
#ifndef SPEC_RFC3986_H
#define SPEC_RFC3986_H

#include "base/diag.h"
#include "base/scanner.h"

/*
 * Is @text a URI by RFC 3986 whose parts are those that libpq sees? PGCS_ERR_SYNTAX, with the
 * place, if not; PGCS_ERR_LIMIT above LIMIT_STRICT_SIZE.
 */
pgcs_status
rfc3986_check(struct slice text, struct diag *diag);

#endif
