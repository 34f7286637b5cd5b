/* Why there is no connection: from what libpq and the server say to a cause of report.h. */
#ifndef PROBE_CLASSIFY_H
#define PROBE_CLASSIFY_H

#include <stdbool.h>

#include <pgconnspec/spec.h>

#include "base/diag.h"

/* Whether the session that was tried could use TLS. */
enum tls_use {
    TLS_ANY, /* it could, but need not */
    TLS_NEVER,
    TLS_ALWAYS,
};

/* What was tried. Texts may be NULL; what may be a piece of a secret of @spec is not shown. */
struct target {
    const pgcs_spec *spec;
    const char *host;    /* as the spec has it, or a socket's folder */
    const char *address; /* numeric, where it is known */
    const char *port;
    const char *socket; /* the folder, when it is a socket */
    enum tls_use tls;
};

/* What is known of a failure. */
struct evidence {
    const char *text; /* libpq's or the server's; never shown as it is */
    int os_code;      /* errno, for where libpq 17 says nothing; 0 when it is not known */
    char sqlstate[6]; /* "" when it stands in the text, if anywhere, as libpq writes it */
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

/*
 * What the server said, as it may be shown: its first line without control characters, in
 * ASCII; "" when a secret of @spec is in it. At most @size - 1 bytes.
 */
void
filter_text(const pgcs_spec *spec, const char *text, char *out, size_t size);

#endif
