/* GRANT statements: one for a need, and the script for all of them. */
#ifndef ASSESS_SCRIPT_H
#define ASSESS_SCRIPT_H

#include "assess/assess.h"

/* The statement that closes one gap, without an end of line. @role is who needs it. */
void
script_put_remedy(struct buf *buf, const struct need_row *row, const char *role);

/* All that is unmet, in as few statements as will do; nothing when nothing is. */
pgcs_status
script_write(const pgcs_assessment *assessment, const pgcs_text **out, struct diag *diag);

#endif
