/*
 * Redaction. Where the text is read by libpq's grammar, or as it was plainly meant, and no
 * piece of a password can have strayed, just the values of secrets are hidden. Everywhere else
 * the text is shown from its front as long as it is plain what each piece is, and from the
 * first doubt on nothing more.
 */
#include "spec/redact.h"

#include <string.h>
#include <strings.h>

#include "spec/reader.h"

#define NAME_BYTES   "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%+"
#define SCHEME_BYTES "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.+:"
#define UPPER_BYTES  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
#define BLANKS       " \t\r\n"

/* --- showing -------------------------------------------------------------------------------
 */

/* Bytes of the UTF-8 sequence at @text that may be shown: not of C1 controls; else 0. */
static size_t
sequence_size(struct slice text) {
    unsigned char lead = (unsigned char)text.data[0];
    size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || size > text.size)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (((unsigned char)text.data[i] & 0xc0) != 0x80)
            return 0;
    unsigned char second = (unsigned char)text.data[1];
    if ((lead == 0xc2 && second < 0xa0) || (lead == 0xe0 && second < 0xa0) ||
        (lead == 0xed && second > 0x9f) || (lead == 0xf0 && second < 0x90) ||
        (lead == 0xf4 && second > 0x8f))
        return 0;
    return size;
}

static void
show(struct buf *out, struct slice text) {
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        struct slice rest = {text.data + i, text.size - i};
        size_t size = c < 0x80 ? (c >= 0x20 && c != 0x7f) : sequence_size(rest);
        if (size > 0) {
            buf_put(out, rest.data, size);
            i += size - 1;
        } else {
            const char escape[] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
            buf_put(out, escape, sizeof escape);
        }
    }
}

static void
hide(struct buf *out) {
    buf_put_string(out, "***");
}

/* --- text that libpq takes -----------------------------------------------------------------
 */

/* The private value that begins first at or after @offset, or NULL. */
static const struct spec_value *
next_private(const pgcs_spec *spec, size_t offset) {
    const struct spec_value *next = NULL;
    for (size_t i = 0; i < spec->count; i++) {
        const struct spec_value *value = &spec->values[i];
        if (spec_value_is_private(value) && value->length > 0 && value->offset >= offset &&
            (next == NULL || value->offset < next->offset))
            next = value;
    }
    return next;
}

/* Where a secret is given twice, the place of the first is not known any more. */
static bool
knows_all_places(const pgcs_spec *spec) {
    for (size_t i = 0; i < spec->count; i++)
        if (spec->values[i].duplicate && spec_value_is_private(&spec->values[i]))
            return false;
    return true;
}

/* A part of the source that is not shown. */
struct hole {
    size_t from;
    size_t to;
};

/*
 * What of a note's place may hold a secret: the value of what was left out, and its name too
 * where nobody knows it.
 */
static struct hole
hole_of_note(const pgcs_spec *spec, const struct spec_note *note) {
    static const struct hole none = {SIZE_MAX, SIZE_MAX};
    if (note->offset < 0 || note->length <= 0 ||
        (note->code != PGCS_CODE_DROPPED && note->code != PGCS_CODE_TLS_DROPPED))
        return none;
    size_t from = (size_t)note->offset, to = from + (size_t)note->length;
    const char *text = spec->source.data;
    const char *equals = memchr(text + from, '=', to - from);
    if (note->severity != PGCS_SEVERITY_WARNING && equals != NULL)
        from = (size_t)(equals - text) + 1;
    return (struct hole){from, to};
}

/* The first hole that ends behind @at; its from is SIZE_MAX when there is none. */
static struct hole
next_hole(const pgcs_spec *spec, size_t at) {
    struct hole next = {SIZE_MAX, SIZE_MAX};
    const struct spec_value *value = next_private(spec, at);
    if (value != NULL)
        next = (struct hole){value->offset, value->offset + value->length};
    for (const struct spec_note *note = spec->notes; note != NULL; note = note->next) {
        struct hole hole = hole_of_note(spec, note);
        if (hole.to > at && hole.from < next.from && hole.from != SIZE_MAX)
            next = hole;
    }
    return next;
}

static void
show_read(struct buf *out, const pgcs_spec *spec) {
    size_t at = 0;
    for (;;) {
        struct hole hole = next_hole(spec, at);
        if (hole.from == SIZE_MAX)
            break;
        if (hole.from > at)
            show(out, (struct slice){spec->source.data + at, hole.from - at});
        hide(out);
        at = hole.to;
    }
    show(out, (struct slice){spec->source.data + at, spec->source.size - at});
}

/* Are all secrets in the places of secrets? None strayed, or was given as a part of another. */
static bool
is_plain_reading(const pgcs_spec *spec) {
    for (size_t i = 0; i < spec->count; i++) {
        const struct spec_value *value = &spec->values[i];
        if (spec_value_is_private(value) &&
            (value->suspect || !keyword_is_secret((enum keyword)value->keyword) ||
             value->length == 0))
            return false;
    }
    return true;
}

/* --- text that it does not take ------------------------------------------------------------
 */

/* parameters: shown while they are known, public, and whole; false from the first doubt on. */
static void
show_parameters(struct buf *out, const char *at, const char *end) {
    while (at < end) {
        const char *item_end = memchr(at, '&', (size_t)(end - at));
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (item_end == NULL)
            item_end = end;
        enum keyword keyword = equals && equals < item_end
                                   ? keyword_find(at, (size_t)(equals - at))
                                   : KEYWORD_NONE;
        if (keyword == KEYWORD_NONE || keyword_is_secret(keyword) ||
            memmem(equals, (size_t)(item_end - equals), "-----BEGIN", 10) != NULL ||
            slice_span(equals + 1, item_end, NAME_BYTES "/:,") != item_end) {
            if (keyword != KEYWORD_NONE)
                show(out, slice_between(at, equals + 1));
            hide(out);
            return;
        }
        show(out, slice_between(at, item_end));
        if (item_end < end)
            show(out, slice_between(item_end, item_end + 1));
        at = item_end + 1;
    }
}

/* host [":" digits] ["/" dbname] ["?" parameters] */
static void
show_place(struct buf *out, const char *at, const char *end) {
    const char *stop = slice_span(at, end, NAME_BYTES);
    if (at < end && *at == '[') {
        stop = slice_span(at + 1, end, "0123456789abcdefABCDEF:.");
        if (stop < end && *stop == ']')
            stop++;
    }
    if (stop < end && *stop == ':' && slice_span(stop + 1, end, "0123456789") > stop + 1)
        stop = slice_span(stop + 1, end, "0123456789");
    if (stop < end && *stop != '/' && *stop != '?') {
        show(out, slice_between(at, *stop == ':' ? stop + 1 : at));
        hide(out);
        return;
    }
    if (stop < end && *stop == '/')
        stop = slice_span(stop + 1, end, NAME_BYTES "/");
    show(out, slice_between(at, stop));
    if (stop == end)
        return;
    if (*stop != '?') {
        hide(out);
        return;
    }
    show(out, slice_between(stop, stop + 1));
    show_parameters(out, stop + 1, end);
}

/* user [":" password] "@": all up to the last "@", whatever it holds. */
static void
show_userinfo(struct buf *out, const char *at, const char *end) {
    const char *colon = memchr(at, ':', (size_t)(end - at));
    const char *user_end = colon ? colon : end;
    if (slice_span(at, user_end, NAME_BYTES) == user_end)
        show(out, slice_between(at, user_end));
    else
        hide(out);
    if (colon != NULL) {
        buf_put_char(out, ':');
        hide(out);
    }
    buf_put_char(out, '@');
}

static const char *
last_at(const char *at, const char *end) {
    return memrchr(at, '@', (size_t)(end - at));
}

/* What follows "://". */
static void
show_hierarchy(struct buf *out, const char *at, const char *end) {
    const char *sign = last_at(at, end);
    if (sign != NULL) {
        const char *question = memchr(at, '?', (size_t)(sign - at));
        show_userinfo(out, at, sign);
        /* An "@" behind parameters may be within one of them, and that one a secret. */
        if (question != NULL && memchr(question, '=', (size_t)(sign - question)) != NULL) {
            hide(out);
            return;
        }
        at = sign + 1;
    }
    show_place(out, at, end);
}

/*
 * Is this a scheme that has to do with databases, so that it is no piece of a secret? Before a
 * colon in it stands "jdbc" only: "postgresql:u:sql://x@h" has a password with "://".
 */
static bool
is_scheme(struct slice text) {
    static const char *const marks[] = {"sql", "SQL", "postgres", "Postgres", "POSTGRES"};
    static const char jdbc[] = "jdbc:";
    if (text.size > sizeof jdbc - 1 && strncasecmp(text.data, jdbc, sizeof jdbc - 1) == 0) {
        text.data += sizeof jdbc - 1;
        text.size -= sizeof jdbc - 1;
    }
    if (memchr(text.data, ':', text.size) != NULL)
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (memmem(text.data, text.size, marks[i], strlen(marks[i])) != NULL)
            return true;
    return false;
}

/* What people leave round a URI: blanks, a quote, the name of a variable. */
static bool
is_wrapper(const char *at, const char *end) {
    at = slice_span(at, end, BLANKS "\"'");
    const char *name = slice_span(at, end, UPPER_BYTES);
    if (name > at && name < end && *name == '=')
        at = name + 1;
    return slice_span(at, end, BLANKS "\"'") == end;
}

/* Show as a URI what looks like one; false, and nothing shown, if it doesn't. */
static bool
show_broken_uri(struct buf *out, const char *at, const char *end) {
    const char *mark = memmem(at, (size_t)(end - at), "://", 3);
    if (mark == NULL)
        return false;
    const char *scheme = mark;
    while (scheme > at && scheme[-1] != '\0' && strchr(SCHEME_BYTES, scheme[-1]) != NULL)
        scheme--;
    if (!is_scheme(slice_between(scheme, mark)) || !is_wrapper(at, scheme))
        return false;
    show(out, slice_between(at, mark + 3));
    show_hierarchy(out, mark + 3, end);
    return true;
}

/* Settings: shown while they are known, public, and plainly written. */
static void
show_broken_keywords(struct buf *out, const char *at, const char *end) {
    while (at < end) {
        const char *key = slice_span(at, end, BLANKS);
        const char *key_end = slice_span(key, end, "abcdefghijklmnopqrstuvwxyz_");
        enum keyword keyword = keyword_find(key, (size_t)(key_end - key));
        if (keyword == KEYWORD_NONE || key_end == end || *key_end != '=') {
            hide(out);
            return;
        }
        const char *value_end = slice_span(key_end + 1, end, NAME_BYTES "/:,");
        bool whole = value_end > key_end + 1 &&
                     (value_end == end || memchr(BLANKS, *value_end, sizeof BLANKS - 1));
        show(out, slice_between(at, key_end + 1));
        if (keyword_is_secret(keyword) || !whole) {
            hide(out);
            return;
        }
        show(out, slice_between(key_end + 1, value_end));
        at = value_end;
    }
}

/*
 * The reading of which all secrets are known: by libpq's rules, or as it was meant where these
 * break a password into pieces. NULL when there is none, or with @diag where that is no answer.
 */
static const pgcs_spec *
read_to_show(struct slice text, struct diag *diag) {
    const pgcs_spec *strict = NULL, *meant = NULL;
    pgcs_status status = spec_parse(text, 0, &strict, diag);
    if (status == PGCS_OK && knows_all_places(strict) && is_plain_reading(strict))
        return strict;
    if (status != PGCS_ERR_NOMEM && status != PGCS_ERR_LIMIT)
        status = spec_parse(text, PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN, &meant, diag);
    if (status == PGCS_OK && knows_all_places(meant) && is_plain_reading(meant)) {
        spec_unref(strict);
        return meant;
    }
    spec_unref(meant);
    if (strict != NULL && status != PGCS_ERR_NOMEM && knows_all_places(strict))
        return strict;
    return spec_unref(strict);
}

pgcs_status
redact(struct slice text, const pgcs_text **out, struct diag *diag) {
    struct buf shown = {.limit = 0};
    diag->status = PGCS_OK;
    const pgcs_spec *spec = read_to_show(text, diag);
    if (spec != NULL)
        show_read(&shown, spec);
    else if (diag->status == PGCS_ERR_NOMEM || text.size > LIMIT_SPEC_SIZE)
        return diag->status;
    else if (!show_broken_uri(&shown, text.data, text.data + text.size))
        show_broken_keywords(&shown, text.data, text.data + text.size);
    spec_unref(spec);
    return text_finish(&shown, out, diag);
}
