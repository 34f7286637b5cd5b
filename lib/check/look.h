/* The look around, once there is a connection, and the report at the end. */
#ifndef CHECK_LOOK_H
#define CHECK_LOOK_H

#include "check/check.h"

#define OLDEST_SERVER 120000 /* the SQL needs this version; tests hold 13 and later */

/* Begin: the connection is open. */
pgcs_status
look_begin(pgcs_check *check, struct diag *diag);
/* Its socket is ready. */
pgcs_status
look_continue(pgcs_check *check, struct diag *diag);
/* The time for everything is up. */
pgcs_status
look_timed_out(pgcs_check *check, struct diag *diag);

/* Ask for the parts that are wanted. */
pgcs_status
look_send(pgcs_check *check, struct diag *diag);
/* The connection broke. */
pgcs_status
look_lost(pgcs_check *check, struct diag *diag);

/* Hold the spec against the policy; when that is a failure, it is the report. */
pgcs_status
check_judge(pgcs_check *check, struct diag *diag);

/* Make the report of what is known. */
pgcs_status
check_finish(pgcs_check *check, struct diag *diag);

#endif
