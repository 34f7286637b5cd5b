/* Rows of COPY ... TO STDOUT (FORMAT binary), one message at a time. */
#ifndef PROBE_COPY_H
#define PROBE_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scanner.h"

#define COPY_FIELDS 15 /* no query of ours has more columns */

struct copy_row {
    int count;
    struct slice fields[COPY_FIELDS]; /* data is NULL for null */
};

/* Zero-initialize it before the first message. */
struct copy_reader {
    bool begun; /* the header was read */
    bool ended; /* the trailer was read */
};

enum copy_result {
    COPY_ROW,
    COPY_NOTHING, /* the trailer */
    COPY_BAD,     /* not what PostgreSQL sends */
};
/* Read a message; the fields of @row point into it. */
enum copy_result
copy_read(struct copy_reader *reader, struct slice message, struct copy_row *row);

/* Fields of a row. Each is false for null, for a wrong size and for a field that isn't there.
 */
bool
copy_text(const struct copy_row *row, int field, struct slice *out);
bool
copy_uint32(const struct copy_row *row, int field, uint32_t *out);
bool
copy_bool(const struct copy_row *row, int field, bool *out);
/* "char": one byte. */
bool
copy_char(const struct copy_row *row, int field, char *out);

/* Four bytes in network order. */
uint32_t
read_uint32(const char *data);
void
write_uint32(uint32_t value, char *data);

#endif
