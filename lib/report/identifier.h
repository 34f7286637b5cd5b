/* Names as SQL wants them. */
#ifndef REPORT_IDENTIFIER_H
#define REPORT_IDENTIFIER_H

#include "base/text.h"

/*
 * Append @name as an identifier: as it is where that is the same name in every supported
 * version of PostgreSQL, else in double quotes. @name is whatever the server calls a thing, not
 * something that is quoted already.
 */
void
identifier_put(struct buf *buf, const char *name);

/* "schema.name", both as identifiers; only the name for a @schema of NULL. */
void
identifier_put_qualified(struct buf *buf, const char *schema, const char *name);

#endif
