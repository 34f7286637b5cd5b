/* What all writers share, and the choice of one. */
#include "spec/write.h"

#include <string.h>

const char write_hidden[4] = "***";

typedef pgcs_status
write_form(struct writer *writer);

static const struct {
    pgcs_format format;
    write_form *write;
} forms[] = {
    {PGCS_FORMAT_URI, write_uri},       {PGCS_FORMAT_KEYWORDS, write_keywords},
    {PGCS_FORMAT_ENV, write_env},       {PGCS_FORMAT_SERVICE, write_service},
    {PGCS_FORMAT_JDBC, write_jdbc},     {PGCS_FORMAT_SQLALCHEMY, write_sqlalchemy},
    {PGCS_FORMAT_NPGSQL, write_npgsql},
};

#define USUAL_NAME_SIZE 24 /* bytes of a keyword and what stands round it */
#define KNOWN_FLAGS     ((uint32_t)(PGCS_WRITE_SECRETS | PGCS_WRITE_DEFAULTS))

static write_form *
find_form(int64_t format) {
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (forms[i].format == format)
            return forms[i].write;
    return NULL;
}

bool
spec_supports_format(int64_t format) {
    return find_form(format) != NULL;
}

/* Did resolving fill this in? Whoever reads the text fills it in as well. */
static bool
is_filled_in(const struct writer *writer, const struct spec_value *value) {
    return value->origin == PGCS_ORIGIN_DEFAULT && !(writer->flags & PGCS_WRITE_DEFAULTS);
}

static bool
is_hidden(const struct writer *writer, const struct spec_value *value) {
    return !(writer->flags & PGCS_WRITE_SECRETS) && spec_value_is_private(value);
}

struct slice
write_value(const struct writer *writer, enum keyword keyword) {
    const struct spec_value *value = spec_find(writer->spec, keyword);
    if (value != NULL && is_filled_in(writer, value))
        return (struct slice){NULL, 0};
    if (value != NULL && is_hidden(writer, value))
        return (struct slice){write_hidden, sizeof write_hidden - 1};
    if (value != NULL)
        return (struct slice){value->text, value->size};
    const char *standard = keyword_rows[keyword].value;
    if (standard == NULL || !(writer->flags & PGCS_WRITE_DEFAULTS) ||
        keyword_rows[keyword].until != 0)
        return (struct slice){NULL, 0};
    return (struct slice){standard, strlen(standard)};
}

pgcs_status
write_refuse(struct writer *writer, enum keyword keyword, const char *form) {
    const struct spec_value *value = spec_find(writer->spec, keyword);
    diag_fail(writer->diag, PGCS_ERR_NOT_EXPRESSIBLE, "%s can't carry this %s", form,
              keyword_name(keyword));
    diag_field(writer->diag, keyword_name(keyword));
    if (value != NULL && value->origin == PGCS_ORIGIN_TEXT)
        diag_place(writer->diag, value->offset, value->length);
    diag_hint(writer->diag, "Write it in another form, or do without that parameter.");
    return PGCS_ERR_NOT_EXPRESSIBLE;
}

pgcs_status
spec_write(const pgcs_spec *spec, pgcs_format format, uint32_t flags, const pgcs_text **out,
           struct diag *diag) {
    if (flags & ~KNOWN_FLAGS)
        return diag_fail(diag, PGCS_ERR_UNSUPPORTED, "unknown flag 0x%x", flags & ~KNOWN_FLAGS);
    write_form *write = find_form(format);
    if (write == NULL)
        return diag_fail(diag, PGCS_ERR_UNSUPPORTED, "unknown format %d", (int)format);
    struct writer writer = {.spec = spec, .flags = flags, .diag = diag};
    size_t size = 0;
    for (size_t i = 0; i < spec->count; i++)
        size += spec->values[i].size + USUAL_NAME_SIZE;
    buf_reserve(&writer.out, size + size / 2);
    pgcs_status status = write(&writer);
    if (status != PGCS_OK) {
        buf_free(&writer.out);
        return status;
    }
    return text_finish(&writer.out, out, diag);
}
