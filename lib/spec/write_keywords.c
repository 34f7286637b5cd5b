/*
 * The keyword/value string, the inverse of keyvalue.c, in a form that all its readers take
 * alike: a value is quoted when it is empty or holds more than plain characters, and only "'"
 * and "\" are escaped.
 */
#include <string.h>

#include "spec/write.h"

static bool
is_plain(struct slice value) {
    for (size_t i = 0; i < value.size; i++) {
        char c = value.data[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (c < '+' || c > ':') && c != '_' && c != '@' && c != '~' && c != '%')
            return false;
    }
    return value.size > 0;
}

static void
put_quoted(struct buf *out, struct slice value) {
    const char *end = value.data + value.size;
    const char *run = value.data;
    buf_put_char(out, '\'');
    for (const char *at = run; at < end; at++)
        if (*at == '\'' || *at == '\\') {
            buf_put(out, run, (size_t)(at - run));
            buf_put_char(out, '\\');
            run = at;
        }
    buf_put(out, run, (size_t)(end - run));
    buf_put_char(out, '\'');
}

void
write_keyword(struct buf *out, enum keyword keyword, struct slice value) {
    if (out->size > 0)
        buf_put_char(out, ' ');
    buf_put(out, keyword_name(keyword), keyword_rows[keyword].name_size);
    buf_put_char(out, '=');
    if (value.data == write_hidden || is_plain(value))
        buf_put(out, value.data, value.size);
    else
        put_quoted(out, value);
}

pgcs_status
write_keywords(struct writer *writer) {
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        struct slice value = write_value(writer, (enum keyword)i);
        if (value.data != NULL)
            write_keyword(&writer->out, (enum keyword)i, value);
    }
    return PGCS_OK;
}
