/*
 * Which server it is, of those that speak PostgreSQL's protocol, and whether a pooler stands
 * before it: hints with their evidence. See flavors.def.
 */
#ifndef PROBE_FLAVOR_H
#define PROBE_FLAVOR_H

#include "base/text.h"
#include "probe/connection.h"
#include "report/builder.h"

/* Zero-initialize it. */
struct flavor {
    uint32_t seen;            /* rows of flavors.def, as bits */
    bool asked;               /* the server told of itself in SQL */
    const char *login_user;   /* as it was sent; NULL when it must not be shown */
    uint32_t login_process;   /* as the login named it */
    uint32_t session_process; /* as the session does; 0 when it did not say */
};

/* What is known as soon as the connection is open. @login_user is kept. */
void
flavor_at_login(struct flavor *flavor, const struct connection *connection,
                const char *login_user);
/* What version() answers. */
void
flavor_note_version(struct flavor *flavor, struct slice version);
/* A row of hints.sql. False when nobody asked for it. */
bool
flavor_note_hint(struct flavor *flavor, char kind, struct slice name);

/* The literals of hints.sql for one kind: "'a', 'b'". */
void
flavor_put_hints(struct buf *out, char kind);

/* Its catalogs are not PostgreSQL's: nothing of them can be asked. */
bool
flavor_is_foreign(const struct flavor *flavor);
/* "CockroachDB"; NULL when nothing tells. */
const char *
flavor_name(const struct flavor *flavor);

/* Set the facts of flavor and pooler. @session_user is NULL where it is not known. */
void
flavor_report(const struct flavor *flavor, const char *session_user,
              struct report_builder *builder);

#endif
