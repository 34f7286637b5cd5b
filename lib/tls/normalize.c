/*
 * The text as a whole: what mail programs, YAML files, environment variables and web forms do
 * to PEM. Everything here keeps the meaning; whether there is PEM inside is for pem.c to say.
 */
#include "tls/pem.h"

#include <string.h>

static const char begin[] = "-----BEGIN ";

static bool
is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static struct slice
trim(struct slice text) {
    while (text.size > 0 && is_blank(text.data[0]))
        text = (struct slice){text.data + 1, text.size - 1};
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

static bool
starts_with(struct slice text, const char *prefix, size_t size) {
    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

static bool
has_begin(struct slice text) {
    return memmem(text.data, text.size, begin, sizeof begin - 1) != NULL;
}

static pgcs_status
fail_utf16(const char *field, struct diag *diag) {
    diag_fail(diag, PGCS_ERR_ENCODING, "%s is UTF-16 text", field);
    diag_hint(diag, "Save it as UTF-8 or plain ASCII.");
    diag_field(diag, field);
    return PGCS_ERR_ENCODING;
}

static bool
is_utf16(struct slice text) {
    if (starts_with(text, "\xff\xfe", 2) || starts_with(text, "\xfe\xff", 2))
        return true;
    return starts_with(text, "-\0-\0", 4) || starts_with(text, "\0-\0-", 4);
}

/* Unquoted, when the same quote stands at both ends. */
static struct slice
unquote(struct slice text, unsigned *repairs) {
    if (text.size < 2 || text.data[0] != text.data[text.size - 1] ||
        (text.data[0] != '"' && text.data[0] != '\''))
        return text;
    *repairs |= REPAIR_QUOTES;
    return trim((struct slice){text.data + 1, text.size - 2});
}

/* The length of a line end at @at, spelled out or not, or 0. */
static size_t
line_end_at(struct slice text, size_t at, unsigned *repairs) {
    struct slice rest = {text.data + at, text.size - at};
    if (starts_with(rest, "\\r\\n", 4)) {
        *repairs |= REPAIR_SPELLED_ENDS;
        return 4;
    }
    if (starts_with(rest, "\\n", 2) || starts_with(rest, "\\r", 2)) {
        *repairs |= REPAIR_SPELLED_ENDS;
        return 2;
    }
    if (starts_with(rest, "\r\n", 2)) {
        *repairs |= REPAIR_LINE_ENDS;
        return 2;
    }
    if (rest.data[0] == '\r') {
        *repairs |= REPAIR_LINE_ENDS;
        return 1;
    }
    return rest.data[0] == '\n' ? 1 : 0;
}

static void
put_lines(struct slice text, struct buf *out, unsigned *repairs) {
    for (size_t at = 0; at < text.size;) {
        size_t end = line_end_at(text, at, repairs);
        buf_put_char(out, end > 0 ? '\n' : text.data[at]);
        at += end > 0 ? end : 1;
    }
}

/* --- base64 --------------------------------------------------------------------------------
 */

static int
digit_of(char c) {
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool
base64_decode(struct slice input, struct buf *out) {
    uint32_t group = 0;
    unsigned digits = 0;
    unsigned padding = 0;
    for (size_t i = 0; i < input.size; i++) {
        char c = input.data[i];
        if (is_blank(c))
            continue;
        int digit = digit_of(c);
        if (c == '=' ? ++padding > 2 : digit < 0 || padding > 0)
            return false;
        if (c == '=')
            continue;
        group = group << 6 | (uint32_t)digit;
        if (++digits % 4 != 0)
            continue;
        const char bytes[3] = {(char)(group >> 16), (char)(group >> 8), (char)group};
        buf_put(out, bytes, 3);
        group = 0;
    }
    unsigned rest = digits % 4;
    if (digits == 0 || rest == 1 || (padding > 0 && (rest + padding) != 4))
        return false;
    if (rest >= 2)
        buf_put_char(out, (char)(rest == 2 ? group >> 4 : group >> 10));
    if (rest == 3)
        buf_put_char(out, (char)(group >> 2));
    return out->failed == PGCS_OK;
}

/* --- the whole -----------------------------------------------------------------------------
 */

pgcs_status
pem_unwrap(struct slice input, const char *field, struct buf *out, unsigned *repairs,
           struct diag *diag) {
    if (is_utf16(input))
        return fail_utf16(field, diag);
    struct slice text = input;
    if (starts_with(text, "\xef\xbb\xbf", 3)) {
        text = (struct slice){text.data + 3, text.size - 3};
        *repairs |= REPAIR_MARK;
    }
    text = unquote(trim(text), repairs);
    struct buf decoded = {.limit = LIMIT_TLS_FILE};
    if (!has_begin(text)) {
        bool wrapped = base64_decode(text, &decoded) &&
                       has_begin((struct slice){decoded.data, decoded.size});
        if (!wrapped) {
            buf_free(&decoded);
            return pem_name_foreign(input, field, diag);
        }
        *repairs |= REPAIR_BASE64;
        text = (struct slice){decoded.data, decoded.size};
    }
    if (memchr(text.data, '\0', text.size) != NULL) {
        diag_fail(diag, PGCS_ERR_ENCODING, "%s has a zero byte in it", field);
        diag_hint(diag, "PEM is text: give the file as it is, without binary parts.");
        diag_field(diag, field);
        buf_free(&decoded);
        return PGCS_ERR_ENCODING;
    }
    put_lines(text, out, repairs);
    buf_free(&decoded);
    return buf_status(out, diag);
}
