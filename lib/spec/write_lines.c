/*
 * Forms that are read line by line: variables for a shell, and a section of pg_service.conf.
 *
 *   PGHOST='db.example.com'      one line each; a quote in a value is '\''
 *
 *   [label]
 *   host=db.example.com          libpq reads no quotes here, cuts blanks at the end, and
 *                                stops at 1022 bytes
 */
#include <string.h>

#include "spec/write.h"

#define LONGEST_LINE    1022 /* bytes that libpq takes of a line of a service file */
#define DEFAULT_SECTION "pgconnspec"

static void
put_shell(struct buf *out, struct slice value) {
    buf_put_char(out, '\'');
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\'')
            buf_put_string(out, "'\\'");
        buf_put_char(out, value.data[i]);
    }
    buf_put_string(out, "'\n");
}

pgcs_status
write_env(struct writer *writer) {
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        enum keyword keyword = (enum keyword)i;
        const struct keyword_row *row = &keyword_rows[i];
        struct slice value = write_value(writer, keyword);
        if (value.data == NULL)
            continue;
        if (row->variable == NULL)
            return write_refuse(writer, keyword, "libpq's environment");
        buf_put_string(&writer->out, row->variable);
        buf_put_char(&writer->out, '=');
        put_shell(&writer->out, value);
    }
    return PGCS_OK;
}

/* What libpq reads of a line is what was written. */
static bool
fits_line(enum keyword keyword, struct slice value) {
    static const char blanks[] = " \t\n\v\f\r";
    if (keyword_rows[keyword].name_size + 1 + value.size > LONGEST_LINE ||
        memchr(value.data, '\n', value.size) != NULL)
        return false;
    return value.size == 0 ||
           memchr(blanks, value.data[value.size - 1], sizeof blanks - 1) == NULL;
}

pgcs_status
write_service(struct writer *writer) {
    struct buf *out = &writer->out;
    const char *label = writer->spec->label;
    buf_put_char(out, '[');
    buf_put_string(out, label ? label : DEFAULT_SECTION);
    buf_put_string(out, "]\n");
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        enum keyword keyword = (enum keyword)i;
        struct slice value = write_value(writer, keyword);
        if (value.data == NULL)
            continue;
        if (keyword == KEYWORD_SERVICE || !fits_line(keyword, value))
            return write_refuse(writer, keyword, "a service file");
        buf_put_string(out, keyword_name(keyword));
        buf_put_char(out, '=');
        buf_put(out, value.data, value.size);
        buf_put_char(out, '\n');
    }
    return PGCS_OK;
}
