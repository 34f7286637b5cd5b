/* What was typed, as it may be shown. */
#ifndef SPEC_REDACT_H
#define SPEC_REDACT_H

#include "base/text.h"
#include "spec/spec.h"

/*
 * @text with "***" for whatever is or may be a secret, and \xHH for control characters and
 * for bytes that are not UTF-8. Works on any bytes: what can't be told apart is hidden.
 */
pgcs_status
redact(struct slice text, const pgcs_text **out, struct diag *diag);

#endif
