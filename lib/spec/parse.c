/* Reading of a text whose form is not known yet, and what its readers share. */
#include <string.h>

#include "spec/reader.h"
#include "spec/rewrite.h"
#include "spec/rfc3986.h"

#define FORM_FLAGS    ((uint32_t)(PGCS_PARSE_URI | PGCS_PARSE_KEYWORDS))
#define KNOWN_FLAGS   (FORM_FLAGS | PGCS_PARSE_FOREIGN | PGCS_PARSE_REPAIR | PGCS_PARSE_RFC3986)
#define LENIENT_FLAGS ((uint32_t)(PGCS_PARSE_FOREIGN | PGCS_PARSE_REPAIR))

bool
spec_supports_flag(int64_t flag) {
    return flag > 0 && (flag & (flag - 1)) == 0 && (flag & KNOWN_FLAGS) != 0;
}

static pgcs_status
check_flags(uint32_t flags, struct diag *diag) {
    if (flags & ~KNOWN_FLAGS)
        return diag_fail(diag, PGCS_ERR_UNSUPPORTED, "unknown flag 0x%x", flags & ~KNOWN_FLAGS);
    return PGCS_OK;
}

bool
alias_meaning(struct slice key, struct slice value, enum spec_form form, const char **meaning) {
    if (slice_is(key, "requiressl")) {
        *meaning = value.size > 0 && value.data[0] == '1' ? "require" : "prefer";
        return true;
    }
    *meaning = "require";
    return form == SPEC_FORM_URI && slice_is(key, "ssl") && slice_is(value, "true");
}

pgcs_status
fail_unknown(struct diag *diag, struct slice key, size_t offset) {
    diag_fail(diag, PGCS_ERR_UNKNOWN_KEY, "libpq has no parameter of this name");
    diag_place(diag, offset, key.size);
    enum keyword guess = keyword_guess(key.data, key.size);
    if (guess == KEYWORD_NONE)
        diag_hint(diag,
                  "Remove it, or put the value in front of it in quotes or encode it, if it "
                  "was meant to be a part of that.");
    else
        diag_hint(diag, "Perhaps it should be \"%s\".", keyword_name(guess));
    return PGCS_ERR_UNKNOWN_KEY;
}

/* Limits and the zero byte, which no form can hold. */
static pgcs_status
check_bytes(struct slice text, struct diag *diag) {
    if (text.size > LIMIT_SPEC_SIZE)
        return diag_fail(diag, PGCS_ERR_LIMIT, "the text is longer than %zu bytes",
                         LIMIT_SPEC_SIZE);
    const char *zero = memchr(text.data, '\0', text.size);
    if (zero == NULL)
        return PGCS_OK;
    diag_fail(diag, PGCS_ERR_ENCODING, "a zero byte in the text");
    diag_place(diag, (size_t)(zero - text.data), 1);
    diag_hint(diag, "Remove it: no part of a connection can hold one.");
    return PGCS_ERR_ENCODING;
}

void
explain_scheme(struct slice text, struct diag *diag) {
    static const char hint[] =
        "Begin the URI with postgresql:// in lower case, without anything before it.";
    size_t i = 0;
    while (i < text.size && i < LIMIT_QUOTED_TOKEN && text.data[i] != ':' &&
           text.data[i] != '=' && text.data[i] != ' ')
        i++;
    if (i + 2 < text.size && memcmp(text.data + i, "://", 3) == 0) {
        diag_fail(diag, PGCS_ERR_SYNTAX, "not the scheme of a PostgreSQL URI");
        diag_place(diag, 0, i + 3);
        diag_hint(diag, "%s", hint);
    } else if (text.size > 1 && text.data[0] == '$' && !memchr(text.data, '=', text.size)) {
        diag_fail(diag, PGCS_ERR_SYNTAX, "the name of a variable, and not its value");
        diag_place(diag, 0, text.size);
        diag_hint(diag, "Give the value: no shell has put it in its place.");
    } else if (text.size > 1 && text.data[0] == '-' && text.data[1] != ' ') {
        diag_fail(diag, PGCS_ERR_SYNTAX, "options of a program, and not a spec");
        diag_place(diag, 0, text.size);
        diag_hint(diag, "Write host=... port=... user=... dbname=... instead.");
    } else if (memchr(text.data, '=', text.size) == NULL &&
               memchr(text.data, ' ', text.size) == NULL &&
               (memchr(text.data, '@', text.size) || memchr(text.data, '/', text.size))) {
        diag_fail(diag, PGCS_ERR_SYNTAX, "neither a URI nor name=value");
        diag_place(diag, 0, text.size);
        diag_hint(diag, "%s", hint);
    }
}

/* Read by libpq's rules alone. */
static pgcs_status
read_strictly(struct slice text, uint32_t flags, const pgcs_spec **out, struct diag *diag) {
    bool is_uri = uri_prefix_size(text) > 0;
    uint32_t forms = flags & FORM_FLAGS;
    if (forms == PGCS_PARSE_URI && !is_uri) {
        diag_fail(diag, PGCS_ERR_SYNTAX, "not a PostgreSQL URI");
        diag_place(diag, 0, 0);
        diag_hint(diag,
                  "Begin it with postgresql:// in lower case, without anything before it.");
        return PGCS_ERR_SYNTAX;
    }
    if (forms == PGCS_PARSE_KEYWORDS && is_uri) {
        diag_fail(diag, PGCS_ERR_SYNTAX, "a URI where a keyword/value string is wanted");
        diag_place(diag, 0, uri_prefix_size(text));
        diag_hint(diag, "Write it as host=... port=... dbname=... user=... instead.");
        return PGCS_ERR_SYNTAX;
    }
    if (is_uri && flags & PGCS_PARSE_RFC3986 && rfc3986_check(text, diag) != PGCS_OK)
        return diag->status;
    if (is_uri)
        return uri_read(text, URI_RULES_17, out, diag);
    pgcs_status status = keywords_read(text, out, diag);
    if (status != PGCS_OK && status != PGCS_ERR_NOMEM)
        explain_scheme(text, diag);
    return status;
}

/* "host=h;port=1;user=u": one host to libpq, and three settings to Npgsql. */
static bool
is_npgsql(const pgcs_spec *spec) {
    const struct spec_value *first = spec_value_at(spec, 0);
    if (spec->form != SPEC_FORM_KEYWORDS || spec->count != 1 ||
        keyword_is_secret((enum keyword)first->keyword))
        return false;
    const char *mark = strchr(first->text, ';');
    return mark != NULL && strchr(mark, '=') != NULL;
}

/* Is what libpq reads hardly what was meant? */
static bool
is_doubtful(const pgcs_spec *spec, uint32_t flags) {
    const char *sslmode = spec_value(spec, KEYWORD_SSLMODE);
    struct slice source = spec->source;
    if (flags & PGCS_PARSE_FOREIGN && sslmode != NULL && strcmp(sslmode, "no-verify") == 0)
        return true;
    if (flags & PGCS_PARSE_FOREIGN && is_npgsql(spec))
        return true;
    if (!(flags & PGCS_PARSE_REPAIR))
        return false;
    for (size_t i = 0; i < spec->count; i++)
        if (spec->values[i].suspect)
            return true;
    size_t prefix = uri_prefix_size(source);
    struct slice body = {source.data + prefix, source.size - prefix};
    return spec->form == SPEC_FORM_URI &&
           ((unsigned char)source.data[source.size - 1] <= ' ' || uri_prefix_size(body) > 0);
}

/*
 * What libpq takes and what hardly was meant otherwise is read as libpq reads it. The lenient
 * reading must succeed where there is doubt, unless it finds no other one.
 */
static pgcs_status
read_leniently(struct slice text, uint32_t flags, const pgcs_spec **out, struct diag *diag) {
    const pgcs_spec *strict = NULL;
    pgcs_status status = read_strictly(text, flags, &strict, diag);
    if (status == PGCS_ERR_NOMEM)
        return status;
    if (status == PGCS_OK && !is_doubtful(strict, flags)) {
        *out = strict;
        return PGCS_OK;
    }
    const pgcs_spec *other = NULL;
    pgcs_status lenient = lenient_read(text, flags, &other, diag);
    bool refused =
        lenient == PGCS_ERR_NOMEM || lenient == PGCS_ERR_CONFLICT || lenient == PGCS_ERR_LIMIT;
    bool changed = lenient == PGCS_OK && other->notes != NULL;
    if (strict != NULL && !refused && !changed) {
        *out = strict;
        spec_unref(other);
        return PGCS_OK;
    }
    spec_unref(strict);
    if (lenient == PGCS_OK)
        *out = other;
    return lenient;
}

pgcs_status
spec_parse(struct slice text, uint32_t flags, const pgcs_spec **out, struct diag *diag) {
    pgcs_status status = check_flags(flags, diag);
    if (status == PGCS_OK)
        status = check_bytes(text, diag);
    if (status != PGCS_OK)
        return status;
    return flags & LENIENT_FLAGS ? read_leniently(text, flags, out, diag)
                                 : read_strictly(text, flags, out, diag);
}
