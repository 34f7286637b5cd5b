/* Attempts: one for each host of the spec, and for each address that its name stands for. */
#ifndef CHECK_ATTEMPT_H
#define CHECK_ATTEMPT_H

#include "check/check.h"

/* Decide in which order the hosts are tried. */
void
attempts_order(pgcs_check *check);

/* Begin with the host whose turn it is; without one left, there is no connection. */
pgcs_status
attempt_host(pgcs_check *check, struct diag *diag);
/* Begin with the address whose turn it is. */
pgcs_status
attempt_address(pgcs_check *check, struct diag *diag);
/* Its name was looked up. */
pgcs_status
attempt_resolved(pgcs_check *check, struct diag *diag);
/* Its socket is ready. */
pgcs_status
attempt_continue(pgcs_check *check, struct diag *diag);
/* The handshake that looks for its reason goes on, or its time is up. */
pgcs_status
attempt_diagnosed(pgcs_check *check, bool timed_out, struct diag *diag);
/* Its time is up, or that of everything. */
pgcs_status
attempt_timed_out(pgcs_check *check, struct diag *diag);

/* What is tried, for messages. */
struct target
attempt_target(const pgcs_check *check);

/* Keep bad news; PGCS_ERR_NOMEM without memory. */
pgcs_status
keep_news(pgcs_check *check, struct news_list *list, const struct diag *news,
          struct diag *diag);

#endif
