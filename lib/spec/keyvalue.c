/*
 * libpq's keyword/value string:
 *
 *   string    = *(blank / setting)
 *   setting   = keyword *blank "=" *blank value
 *   keyword   = *(any but blank and "=")
 *   value     = quoted / plain               ; "host= port=1" is host with the value "port=1"
 *   quoted    = "'" *("\" any / any but "'" and "\") "'"
 *   plain     = *("\" any / any but blank and "\")  ; a lone "\" at the very end is dropped
 *   blank     = SP / HT / LF / VT / FF / CR
 *
 * The last of two equal keywords counts. Source: libpq's documentation, "Keyword/Value
 * Connection Strings", and the behaviour of libpq 13 to 18.
 */
#include <string.h>

#include "spec/reader.h"

struct keyvalue {
    const char *text;
    const char *at;
    const char *end;
    struct draft draft;
    struct diag *diag;
};

enum stop { STOP_KEYWORD = 1, STOP_PLAIN = 2, STOP_QUOTED = 4, IS_BLANK = 8 };

static const unsigned char stops[256] = {
    [' '] = IS_BLANK | STOP_KEYWORD | STOP_PLAIN,
    ['\t'] = IS_BLANK | STOP_KEYWORD | STOP_PLAIN,
    ['\n'] = IS_BLANK | STOP_KEYWORD | STOP_PLAIN,
    ['\v'] = IS_BLANK | STOP_KEYWORD | STOP_PLAIN,
    ['\f'] = IS_BLANK | STOP_KEYWORD | STOP_PLAIN,
    ['\r'] = IS_BLANK | STOP_KEYWORD | STOP_PLAIN,
    ['='] = STOP_KEYWORD,
    ['\\'] = STOP_PLAIN | STOP_QUOTED,
    ['\''] = STOP_QUOTED,
};

static bool
stops_here(const struct keyvalue *reader, unsigned stop) {
    return stops[(unsigned char)*reader->at] & stop;
}

static size_t
offset_of(const struct keyvalue *reader, const char *at) {
    return (size_t)(at - reader->text);
}

static void
skip_blanks(struct keyvalue *reader) {
    while (reader->at < reader->end && stops_here(reader, IS_BLANK))
        reader->at++;
}

/* Copy up to a byte that is in @stop, over escapes, or to the end. */
static void
take(struct keyvalue *reader, unsigned stop) {
    const char *at = reader->at;
    char *out = reader->draft.out;
    for (;;) {
        while (at < reader->end && !(stops[(unsigned char)*at] & stop))
            *out++ = *at++;
        if (at == reader->end || *at != '\\')
            break;
        if (++at < reader->end)
            *out++ = *at++;
    }
    reader->at = at;
    reader->draft.out = out;
}

/* quoted = "'" *("\" any / any but "'" and "\") "'" */
static bool
take_quoted(struct keyvalue *reader, const char *field) {
    const char *start = reader->at++;
    take(reader, STOP_QUOTED);
    if (reader->at < reader->end) {
        reader->at++;
        return true;
    }
    diag_fail(reader->diag, PGCS_ERR_SYNTAX, "no closing quote%s%s", field ? " in " : "",
              field ? field : "");
    diag_place(reader->diag, offset_of(reader, start), (size_t)(reader->end - start));
    if (field != NULL)
        diag_field(reader->diag, field);
    diag_hint(reader->diag,
              "Close the value with a single quote; write a quote within it as \\'.");
    return false;
}

/* value = quoted / plain */
static bool
take_value(struct keyvalue *reader, struct slice key) {
    enum keyword keyword = keyword_find(key.data, key.size);
    const char *start = reader->at;
    char *text = reader->draft.out;
    if (reader->at < reader->end && *reader->at == '\'') {
        if (!take_quoted(reader, keyword == KEYWORD_NONE ? NULL : keyword_name(keyword)))
            return false;
    } else {
        take(reader, STOP_PLAIN);
    }
    if (keyword == KEYWORD_NONE) {
        struct slice value = {text, (size_t)(reader->draft.out - text)};
        const char *meaning;
        if (!alias_meaning(key, value, SPEC_FORM_KEYWORDS, &meaning)) {
            fail_unknown(reader->diag, key, offset_of(reader, key.data));
            return false;
        }
        keyword = KEYWORD_SSLMODE;
        memcpy(text, meaning, strlen(meaning));
        reader->draft.out = text + strlen(meaning);
    }
    draft_set_written(&reader->draft, keyword, text, offset_of(reader, start),
                      (size_t)(reader->at - start));
    return true;
}

/* setting = keyword *blank "=" *blank value */
static bool
take_setting(struct keyvalue *reader) {
    const char *start = reader->at;
    while (reader->at < reader->end && !stops_here(reader, STOP_KEYWORD))
        reader->at++;
    struct slice key = {start, (size_t)(reader->at - start)};
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != '=') {
        diag_fail(reader->diag, PGCS_ERR_SYNTAX, "no \"=\" after the name of a parameter");
        diag_place(reader->diag, offset_of(reader, start), key.size);
        diag_hint(reader->diag,
                  "Write name=value, and put a value with blanks in single quotes, "
                  "as in password='a b'.");
        return false;
    }
    reader->at++;
    skip_blanks(reader);
    return take_value(reader, key);
}

pgcs_status
keywords_read(struct slice text, const pgcs_spec **out, struct diag *diag) {
    struct keyvalue reader = {
        .text = text.data, .at = text.data, .end = text.data + text.size, .diag = diag};
    if (!draft_begin(&reader.draft, text, SPEC_FORM_KEYWORDS))
        return diag_nomem(diag);
    for (;;) {
        skip_blanks(&reader);
        if (reader.at == reader.end)
            return draft_finish(&reader.draft, out, diag);
        if (!take_setting(&reader)) {
            draft_drop(&reader.draft);
            return diag->status;
        }
    }
}
