/* Error objects: a diagnostic on the heap, and the static one for when there is no heap. */
#include "base/error.h"

#include <stdlib.h>

struct pgcs_error {
    struct diag diag;
};

static pgcs_error out_of_memory = {
    .diag = {.status = PGCS_ERR_NOMEM,
             .offset = DIAG_NO_PLACE,
             .length = DIAG_NO_PLACE,
             .message = "out of memory"},
};

pgcs_status
error_raise(const struct diag *diag, pgcs_error **err) {
    if (err == NULL)
        return diag->status;
    if (diag->status == PGCS_ERR_NOMEM) {
        *err = &out_of_memory;
        return PGCS_ERR_NOMEM;
    }
    pgcs_error *error = malloc(sizeof *error);
    if (error == NULL) {
        *err = &out_of_memory;
        return PGCS_ERR_NOMEM;
    }
    error->diag = *diag;
    *err = error;
    return diag->status;
}

pgcs_status
error_finish(pgcs_status status, const struct diag *diag, pgcs_error **err) {
    return status == PGCS_OK ? PGCS_OK : error_raise(diag, err);
}

pgcs_status
error_misuse(const char *what, pgcs_error **err) {
    struct diag diag;
    diag_misuse(&diag, what);
    return error_raise(&diag, err);
}

void
error_free(pgcs_error *error) {
    if (error != &out_of_memory)
        free(error);
}

const struct diag *
error_diag(const pgcs_error *error) {
    return error ? &error->diag : NULL;
}
