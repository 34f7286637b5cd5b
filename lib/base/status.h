/* Statuses and their names. */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <pgconnspec/common.h>

/* Name of a status, or NULL for a number that no status has. */
const char *
status_name(pgcs_status status);

pgcs_category
status_category(pgcs_status status);

#endif
