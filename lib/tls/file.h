/* Files that the user names: looked at before libpq does, which reports them badly. */
#ifndef TLS_FILE_H
#define TLS_FILE_H

#include <stdbool.h>

#include "base/text.h"

/*
 * Whether libpq will be able to read @path: a regular file, readable, of a sane size, and for
 * a key also not readable by others. @field is the parameter that named it.
 */
pgcs_status
file_check(const char *path, bool is_key, const char *field, struct diag *diag);

/* As file_check(), and append what is in it to @out. */
pgcs_status
file_read(const char *path, bool is_key, const char *field, struct buf *out, struct diag *diag);

#endif
