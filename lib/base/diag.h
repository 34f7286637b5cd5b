/*
 * A diagnostic on its way out: what internal functions fill, and the exported ones turn into a
 * pgcs_error. It lives on the stack and allocates nothing, so that telling of an empty heap
 * works too. It is written on failure only; on success nobody pays for it.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <pgconnspec/error.h>

#include "base/limits.h"

#define DIAG_NO_PLACE (-1)

struct diag {
    pgcs_status status;
    int32_t os_code;
    int64_t offset; /* DIAG_NO_PLACE when there is none */
    int64_t length;
    char sqlstate[6];             /* "" when there is none */
    char field[LIMIT_DIAG_FIELD]; /* "" when there is none */
    char message[LIMIT_DIAG_MESSAGE];
    char hint[LIMIT_DIAG_HINT]; /* "" when there is none */
};

#define DIAG_PRINTF(at, from) __attribute__((format(printf, at, from)))

/* Start a diagnostic: all parts but status and message become empty. Returns @status. */
pgcs_status
diag_fail(struct diag *diag, pgcs_status status, const char *format, ...) DIAG_PRINTF(3, 4);

/* Add to a diagnostic that diag_fail() started. */
void
diag_hint(struct diag *diag, const char *format, ...) DIAG_PRINTF(2, 3);
void
diag_field(struct diag *diag, const char *field);
void
diag_place(struct diag *diag, size_t offset, size_t length);

/* The failures that every module has. */
pgcs_status
diag_nomem(struct diag *diag);
pgcs_status
diag_misuse(struct diag *diag, const char *what);
pgcs_status
diag_not_built(struct diag *diag, const char *what);

/*
 * Bytes of input as a message may show them: at most LIMIT_QUOTED_TOKEN of them, control
 * characters and bytes outside ASCII as \xHH, "..." where cut. Never for a secret.
 */
struct quoted {
    char text[LIMIT_QUOTED_TOKEN * 4 + 4];
};
struct quoted
diag_quote(const char *data, size_t size);

#endif
