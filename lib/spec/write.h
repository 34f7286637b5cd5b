/* The writers: one for each form, and what they share. */
#ifndef SPEC_WRITE_H
#define SPEC_WRITE_H

#include "base/text.h"
#include "spec/spec.h"

/* Write @spec in @format. */
pgcs_status
spec_write(const pgcs_spec *spec, pgcs_format format, uint32_t flags, const pgcs_text **out,
           struct diag *diag);

/* Is this a format that this library writes? */
bool
spec_supports_format(int64_t format);

/* A spec on its way out. */
struct writer {
    const pgcs_spec *spec;
    uint32_t flags;
    struct buf out;
    struct diag *diag;
};

/* One writer for each form. They fill writer->diag where the form can't carry the spec. */
pgcs_status
write_uri(struct writer *writer);
pgcs_status
write_keywords(struct writer *writer);
pgcs_status
write_env(struct writer *writer);
pgcs_status
write_service(struct writer *writer);
pgcs_status
write_jdbc(struct writer *writer);
pgcs_status
write_sqlalchemy(struct writer *writer);
pgcs_status
write_npgsql(struct writer *writer);

/* PGCS_ERR_NOT_EXPRESSIBLE: @form, as in "a service file", can't carry that parameter. */
pgcs_status
write_refuse(struct writer *writer, enum keyword keyword, const char *form);

/*
 * The value of a parameter as it is to be written: hidden when it is or may be a secret and
 * the caller didn't ask for those, libpq's default when it asked for that. data is NULL when
 * there is nothing to write.
 */
struct slice
write_value(const struct writer *writer, enum keyword keyword);

/* Add one parameter to a keyword/value string. */
void
write_keyword(struct buf *out, enum keyword keyword, struct slice value);

/* Is there anything to write for a parameter? Quick, for loops over all of them. */
static inline bool
is_written(const struct writer *writer, enum keyword keyword) {
    return spec_is_set(writer->spec, keyword) || writer->flags & PGCS_WRITE_DEFAULTS;
}

/* Percent-encode all but RFC 3986's unreserved bytes; write_hidden stays as it is. */
void
write_encoded(struct buf *out, struct slice value);

/* What stands for a secret that is not shown, by address: it is never encoded. */
extern const char write_hidden[4];

#endif
