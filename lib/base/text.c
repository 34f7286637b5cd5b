/* Growing buffers, and the texts that are made of them. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/refs.h"
#include "base/secret.h"

#define SMALLEST_BUFFER ((size_t)128)

struct pgcs_text {
    struct refs refs;
    size_t size;
    char data[];
};

static size_t
buf_limit(const struct buf *buf) {
    return buf->limit ? buf->limit : LIMIT_TEXT_SIZE;
}

bool
buf_reserve(struct buf *buf, size_t more) {
    if (buf->failed)
        return false;
    if (more > buf_limit(buf) - buf->size) {
        buf->failed = PGCS_ERR_LIMIT;
        return false;
    }
    if (more <= buf->capacity - buf->size)
        return true;
    size_t capacity = buf->capacity * 2 > SMALLEST_BUFFER ? buf->capacity * 2 : SMALLEST_BUFFER;
    if (capacity < buf->size + more)
        capacity = buf->size + more;
    char *data = malloc(capacity + 1); /* one more for the terminator of buf_printf() */
    if (data == NULL) {
        buf->failed = PGCS_ERR_NOMEM;
        return false;
    }
    if (buf->size > 0)
        memcpy(data, buf->data, buf->size);
    secret_wipe(buf->data, buf->size);
    free(buf->data);
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void
buf_put(struct buf *buf, const char *data, size_t size) {
    if (size == 0 || !buf_reserve(buf, size))
        return;
    memcpy(buf->data + buf->size, data, size);
    buf->size += size;
}

void
buf_put_string(struct buf *buf, const char *string) {
    buf_put(buf, string, strlen(string));
}

void
buf_put_char(struct buf *buf, char c) {
    buf_put(buf, &c, 1);
}

void
buf_printf(struct buf *buf, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size <= 0 || !buf_reserve(buf, (size_t)size))
        return;
    va_start(arguments, format);
    vsnprintf(buf->data + buf->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buf->size += (size_t)size;
}

void
buf_free(struct buf *buf) {
    secret_wipe(buf->data, buf->size);
    free(buf->data);
    *buf = (struct buf){.limit = buf->limit};
}

pgcs_status
buf_status(const struct buf *buf, struct diag *diag) {
    if (buf->failed == PGCS_ERR_NOMEM)
        return diag_nomem(diag);
    if (buf->failed == PGCS_ERR_LIMIT)
        return diag_fail(diag, PGCS_ERR_LIMIT, "the text would be longer than %zu bytes",
                         buf_limit(buf));
    return PGCS_OK;
}

pgcs_status
text_finish(struct buf *buf, const pgcs_text **out, struct diag *diag) {
    pgcs_status status = buf_status(buf, diag);
    if (status == PGCS_OK) {
        struct pgcs_text *text = malloc(sizeof *text + buf->size + 1);
        if (text == NULL) {
            status = diag_nomem(diag);
        } else {
            refs_init(&text->refs);
            text->size = buf->size;
            if (buf->size > 0)
                memcpy(text->data, buf->data, buf->size);
            text->data[buf->size] = '\0';
            *out = text;
        }
    }
    buf_free(buf);
    return status;
}

const pgcs_text *
text_ref(const pgcs_text *text) {
    if (text != NULL)
        refs_take(&((struct pgcs_text *)text)->refs);
    return text;
}

const pgcs_text *
text_unref(const pgcs_text *text) {
    struct pgcs_text *mutable = (struct pgcs_text *)text;
    if (mutable != NULL && refs_drop(&mutable->refs)) {
        secret_wipe(mutable->data, mutable->size);
        free(mutable);
    }
    return NULL;
}

const char *
text_data(const pgcs_text *text) {
    return text ? text->data : "";
}

size_t
text_size(const pgcs_text *text) {
    return text ? text->size : 0;
}
