/* Why there is no connection: from what libpq and the server say to a cause of report.h. */
#ifndef PROBE_CLASSIFY_H
#define PROBE_CLASSIFY_H

#include <stdbool.h>

#include <pgconnspec/spec.h>

#include "base/diag.h"

/* What was tried. Texts may be NULL; what may be a piece of a secret of @spec is not shown. */
struct target {
    const pgcs_spec *spec;
    const char *host;    /* as the spec has it, or a socket's folder */
    const char *address; /* numeric, where it is known */
    const char *port;
    const char *socket; /* the folder, when it is a socket */
};

/* What is known of a failure. */
struct evidence {
    const char *text; /* libpq's or the server's; never shown as it is */
    char sqlstate[6]; /* "" when there is none */
};

/*
 * Fill @diag with the cause of a failed connection to @target. True when libpq would go on with
 * the next host.
 */
bool
classify(const struct target *target, const struct evidence *evidence, struct diag *diag);

/* Fill @diag with a cause of our own; @sentence is printf's. */
DIAG_PRINTF(4, 5)
void
blame(const struct target *target, pgcs_code cause, struct diag *diag, const char *sentence,
      ...);

/* Read the SQLSTATE out of a verbose message of libpq. False, and "", when there is none. */
bool
sqlstate_of(const char *text, char sqlstate[6]);

/*
 * What the server said, as it may be shown: its first line without control characters, in
 * ASCII; "" when a secret of @spec is in it. At most @size - 1 bytes.
 */
void
filter_text(const pgcs_spec *spec, const char *text, char *out, size_t size);

#endif
