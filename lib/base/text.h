/* Text that the library makes: a buffer while it grows, then an immutable pgcs_text. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>

#include "base/diag.h"

/*
 * A growing buffer. Zero-initialize it, with its limit. Failures stick: write on, ask at the
 * end. What it held is wiped whenever it moves or goes.
 */
struct buf {
    char *data;
    size_t size;
    size_t capacity;
    size_t limit; /* 0 is LIMIT_TEXT_SIZE */
    pgcs_status failed;
};

/* Make room for @more bytes beyond what is there. False, and failed set, when it can't. */
bool
buf_reserve(struct buf *buf, size_t more);
void
buf_put(struct buf *buf, const char *data, size_t size);
void
buf_put_string(struct buf *buf, const char *string);
void
buf_put_char(struct buf *buf, char c);
void
buf_printf(struct buf *buf, const char *format, ...) DIAG_PRINTF(2, 3);
/* Wipe and free; the buffer may be used again. */
void
buf_free(struct buf *buf);

/* The failure that stuck, told in @diag; PGCS_OK when there was none. */
pgcs_status
buf_status(const struct buf *buf, struct diag *diag);

/* Make the text out of what was written; the buffer is freed, whatever the outcome. */
pgcs_status
text_finish(struct buf *buf, const pgcs_text **out, struct diag *diag);

const pgcs_text *
text_ref(const pgcs_text *text);
const pgcs_text *
text_unref(const pgcs_text *text);
const char *
text_data(const pgcs_text *text);
size_t
text_size(const pgcs_text *text);

#endif
