/* Turning a diagnostic into the object that the caller gets. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/diag.h"

/*
 * Give @diag to the caller through @err, which may be NULL. Without memory the caller gets a
 * static PGCS_ERR_NOMEM. Returns the status of what the caller got.
 */
pgcs_status
error_raise(const struct diag *diag, pgcs_error **err);
/* The end of an exported function: PGCS_OK, or what error_raise() makes of @diag. */
pgcs_status
error_finish(pgcs_status status, const struct diag *diag, pgcs_error **err);
/* PGCS_ERR_MISUSE: @what says which argument, and what is wrong with it. */
pgcs_status
error_misuse(const char *what, pgcs_error **err);

void
error_free(pgcs_error *error);

/* The diagnostic within; NULL for NULL. */
const struct diag *
error_diag(const pgcs_error *error);

#endif
