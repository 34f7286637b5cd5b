/* Files that the user names: looked at before libpq does, which reports them badly. */
#ifndef TLS_FILE_H
#define TLS_FILE_H

#include <stdbool.h>

#include "base/text.h"

/*
 * Append to @out what is in @path, if libpq could read it: a regular file, readable, of a sane
 * size, and for a key not readable by others. @field is the parameter that named it.
 */
pgcs_status
file_read(const char *path, bool is_key, const char *field, struct buf *out, struct diag *diag);

#endif
