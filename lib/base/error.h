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

void
error_free(pgcs_error *error);

/* The diagnostic within; NULL for NULL. */
const struct diag *
error_diag(const pgcs_error *error);

#endif
