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
    char *text; /* the whole, in a copy that decoding writes over */
    char *at;   /* next byte; the one at the end is zero */
    char *end;
    struct draft draft;
    struct diag *diag;
};

enum stop { STOP_KEYWORD = 1, STOP_PLAIN = 2, STOP_QUOTED = 4, STOP_END = 7, IS_BLANK = 8 };

#define BLANK (IS_BLANK | STOP_KEYWORD | STOP_PLAIN)
/* Which pieces each byte ends. The zero byte behind the text ends them all. */
static const unsigned short stops[256] = {
    ['\0'] = STOP_END,    [' '] = BLANK,        ['\t'] = BLANK,
    ['\n'] = BLANK,       ['\v'] = BLANK,       ['\f'] = BLANK,
    ['\r'] = BLANK,       ['='] = STOP_KEYWORD, ['\\'] = STOP_PLAIN | STOP_QUOTED,
    ['\''] = STOP_QUOTED,
};

static size_t
offset_of(const struct keyvalue *reader, const char *at) {
    return (size_t)(at - reader->text);
}

static void
skip_blanks(struct keyvalue *reader) {
    char *at = reader->at;
    while (stops[(unsigned char)*at] & IS_BLANK)
        at++;
    reader->at = at;
}

/* Move to a byte that is in @stop, or to the end; escapes close up. Returns the end of it. */
static char *
take(struct keyvalue *reader, unsigned stop) {
    char *at = skip_run(stops, reader->at, stop);
    char *out = at;
    while (*at == '\\') {
        if (++at < reader->end)
            *out++ = *at++;
        char *end = skip_run(stops, at, stop);
        memmove(out, at, (size_t)(end - at));
        out += end - at;
        at = end;
    }
    reader->at = at;
    return out;
}

/* quoted = "'" *("\" any / any but "'" and "\") "'" */
static bool
take_quoted(struct keyvalue *reader, enum keyword keyword, char **out) {
    const char *field = keyword == KEYWORD_NONE ? NULL : keyword_name(keyword);
    const char *start = reader->at++;
    *out = take(reader, STOP_QUOTED);
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

/* What is no keyword may be an old spelling of sslmode. */
static bool
apply_alias(struct keyvalue *reader, struct slice key, char *text, char **out) {
    struct slice value = {text, (size_t)(*out - text)};
    const char *meaning;
    if (!alias_meaning(key, value, SPEC_FORM_KEYWORDS, &meaning)) {
        fail_unknown(reader->diag, key, offset_of(reader, key.data));
        return false;
    }
    char *room = reader->text + offset_of(reader, key.data);
    memcpy(room, meaning, strlen(meaning));
    *out = room + strlen(meaning);
    return true;
}

/* value = quoted / plain */
static bool
take_value(struct keyvalue *reader, struct slice key) {
    enum keyword keyword = keyword_find(key.data, key.size);
    const char *start = reader->at;
    bool quoted = *reader->at == '\'';
    char *text = reader->at + quoted, *out;
    if (!quoted)
        out = take(reader, STOP_PLAIN);
    else if (!take_quoted(reader, keyword, &out))
        return false;
    const char *end = reader->at;
    if (!quoted && reader->at < reader->end)
        reader->at++;
    if (keyword == KEYWORD_NONE) {
        if (!apply_alias(reader, key, text, &out))
            return false;
        keyword = KEYWORD_SSLMODE;
        text = reader->text + offset_of(reader, key.data);
    }
    *out = '\0';
    if (draft_set_here(&reader->draft, keyword, text, (size_t)(out - text),
                       offset_of(reader, start), (size_t)(end - start)))
        return true;
    diag_nomem(reader->diag);
    return false;
}

/* setting = keyword *blank "=" *blank value */
static bool
take_setting(struct keyvalue *reader) {
    const char *start = reader->at;
    char *end = skip_run(stops, reader->at, STOP_KEYWORD);
    struct slice key = {start, (size_t)(end - start)};
    reader->at = end;
    skip_blanks(reader);
    if (*reader->at != '=') {
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
    struct keyvalue reader = {.diag = diag};
    if (!draft_begin(&reader.draft, text, SPEC_FORM_KEYWORDS))
        return diag_nomem(diag);
    reader.text = reader.at = reader.draft.work;
    reader.end = reader.text + text.size;
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
