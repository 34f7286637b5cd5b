/*
 * Offsets count bytes of what was typed; what may be shown is what pgcs_redact() makes of it,
 * where "***" stands for a secret of any length and \xHH for a control byte. align() finds
 * which byte of the one stands where in the other.
 */
#include "excerpt.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define HIDDEN      "***"
#define HIDDEN_SIZE 3
#define ESCAPE_SIZE 4 /* of \xHH */
#define WIDEST      160
#define INDENT      2

/* Bytes of shown that stand for the one byte of typed, 0 when they can't. */
static size_t
token_size(char typed, const char *shown, size_t size) {
    char escape[ESCAPE_SIZE + 1];
    (void)snprintf(escape, sizeof escape, "\\x%02x", (unsigned)(unsigned char)typed);
    if (size >= ESCAPE_SIZE && strncasecmp(shown, escape, ESCAPE_SIZE) == 0)
        return ESCAPE_SIZE;
    return size > 0 && *shown == typed ? 1 : 0;
}

/*
 * For each byte of typed, where it stands in shown; place[typed.size] is the end. A match with
 * wildcards: on a mismatch the last "***" takes one byte more. False where shown is not made
 * of typed.
 */
static bool
align(struct typed typed, struct typed shown, size_t *place) {
    size_t i = 0;
    size_t j = 0;
    size_t hidden_i = 0;
    size_t hidden_j = SIZE_MAX;
    while (i < typed.size) {
        size_t token = token_size(typed.text[i], shown.text + j, shown.size - j);
        if (shown.size - j >= HIDDEN_SIZE && memcmp(shown.text + j, HIDDEN, HIDDEN_SIZE) == 0) {
            hidden_i = i;
            hidden_j = j;
            j += HIDDEN_SIZE;
        } else if (token > 0) {
            place[i++] = j;
            j += token;
        } else if (hidden_j != SIZE_MAX) {
            place[hidden_i++] = hidden_j;
            i = hidden_i;
            j = hidden_j + HIDDEN_SIZE;
        } else {
            return false;
        }
    }
    if (shown.size - j == HIDDEN_SIZE && memcmp(shown.text + j, HIDDEN, HIDDEN_SIZE) == 0)
        j += HIDDEN_SIZE;
    place[typed.size] = shown.size;
    return j == shown.size;
}

static const pgcs_text *
redact(struct typed typed) {
    const pgcs_text *text = NULL;
    if (typed.text == NULL || pgcs_redact(typed.text, typed.size, &text, NULL) != PGCS_OK)
        return NULL;
    return text;
}

char *
excerpt_redacted(struct typed typed) {
    const pgcs_text *text = redact(typed);
    char *safe =
        text == NULL ? text_copy("") : text_safe(pgcs_text_data(text), pgcs_text_size(text));
    pgcs_text_unref(text);
    return safe;
}

/* The bytes [from, to) of shown that stand for length bytes at offset of typed. */
static bool
find_range(struct typed typed, struct typed shown, int64_t offset, int64_t length, size_t *from,
           size_t *to) {
    if (offset < 0 || (uint64_t)offset > typed.size)
        return false;
    size_t first = (size_t)offset;
    size_t size = length < 0 ? 0 : (size_t)length;
    size_t last = size > typed.size - first ? typed.size : first + size;
    size_t *place = text_grow(NULL, (typed.size + 1) * sizeof *place);
    bool aligned = align(typed, shown, place);
    if (aligned) {
        *from = place[first];
        *to = place[last];
        /* A secret's bytes all stand where its stars begin. */
        bool hidden = first < typed.size && shown.size - *from >= HIDDEN_SIZE &&
                      memcmp(shown.text + *from, HIDDEN, HIDDEN_SIZE) == 0;
        if (hidden && *to < *from + HIDDEN_SIZE)
            *to = *from + HIDDEN_SIZE;
    }
    free(place);
    return aligned;
}

/* Start of the longest tail of text that takes at most width columns. */
static const char *
tail_of(const char *text, size_t width) {
    while (text_width(text, strlen(text)) > width) {
        uint32_t point = 0;
        size_t length = utf8_next(text, strlen(text), &point);
        text += length == 0 ? 1 : length;
    }
    return text;
}

/* Bytes of the longest head of text that takes at most width columns. */
static size_t
head_of(const char *text, size_t width) {
    size_t used = 0;
    uint32_t point = 0;
    while (text[used] != '\0') {
        size_t length = utf8_next(text + used, strlen(text + used), &point);
        length = length == 0 ? 1 : length;
        if (text_width(text, used + length) > width)
            break;
        used += length;
    }
    return used;
}

static void
print_marked(const struct sink *sink, const char *before, const char *marked,
             const char *after) {
    size_t room = (sink->width == 0 || sink->width > WIDEST ? WIDEST : sink->width) - INDENT;
    size_t marked_size = head_of(marked, room / 2);
    size_t marked_width = text_width(marked, marked_size);
    size_t before_width = text_width(before, strlen(before));
    size_t after_width = text_width(after, strlen(after));
    const char *left = "";
    if (before_width + marked_width + after_width > room) {
        size_t share = (room - marked_width) / 2 - 3;
        if (before_width > share) {
            left = "...";
            before = tail_of(before, share);
        }
    }
    size_t indent = strlen(left) + text_width(before, strlen(before));
    size_t after_size = head_of(after, room - indent - marked_width);
    (void)fprintf(sink->stream, "%*s%s%s%s%.*s%s%.*s\n", INDENT, "", left, before,
                  sink_style(sink, STYLE_BAD), (int)marked_size, marked,
                  sink_style(sink, STYLE_PLAIN), (int)after_size, after);
    (void)fprintf(sink->stream, "%*s%s^", (int)(INDENT + indent), "",
                  sink_style(sink, STYLE_BAD));
    for (size_t i = 1; i < marked_width; i++)
        (void)fputc('~', sink->stream);
    (void)fprintf(sink->stream, "%s\n", sink_style(sink, STYLE_PLAIN));
}

void
excerpt_print(const struct sink *sink, struct typed typed, int64_t offset, int64_t length) {
    const pgcs_text *text = redact(typed);
    if (text == NULL)
        return;
    struct typed shown = {pgcs_text_data(text), pgcs_text_size(text)};
    size_t from = 0;
    size_t to = 0;
    if (find_range(typed, shown, offset, length, &from, &to)) {
        char *before = text_safe(shown.text, from);
        char *marked = text_safe(shown.text + from, to - from);
        char *after = text_safe(shown.text + to, shown.size - to);
        print_marked(sink, before, marked, after);
        free(before);
        free(marked);
        free(after);
    }
    pgcs_text_unref(text);
}

void
complain_text(const char *message, const char *hint) {
    struct sink sink = sink_of(stderr, COLOUR_AUTO);
    char *safe = text_safe(message, strlen(message));
    sink_put(&sink, STYLE_STRONG, "pgconnspec: ");
    sink_wrap(&sink, strlen("pgconnspec: "), INDENT, safe);
    free(safe);
    if (hint == NULL)
        return;
    safe = text_safe(hint, strlen(hint));
    (void)fprintf(stderr, "%*s", INDENT, "");
    sink_wrap(&sink, INDENT, INDENT, safe);
    free(safe);
}

void
complain(const pgcs_error *error, struct typed typed) {
    struct sink sink = sink_of(stderr, COLOUR_AUTO);
    const char *message = pgcs_error_message(error);
    complain_text(message == NULL ? "out of memory" : message, NULL);
    excerpt_print(&sink, typed, pgcs_error_offset(error), pgcs_error_length(error));
    const char *hint = pgcs_error_hint(error);
    if (hint == NULL)
        return;
    char *safe = text_safe(hint, strlen(hint));
    (void)fprintf(stderr, "%*s", INDENT, "");
    sink_wrap(&sink, INDENT, INDENT, safe);
    free(safe);
}
