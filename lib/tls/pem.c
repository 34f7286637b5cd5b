/*
 * Blocks of PEM text. Each is found by its BEGIN line, cut at its own END line, and written
 * anew with lines of 64 characters, so that libpq's reader, which is strict, gets what this
 * one, which is not, has understood.
 *
 *   block   = "-----BEGIN " label "-----" [headers] base64 "-----END " label "-----"
 *   headers = "Proc-Type:" word "DEK-Info:" word
 */
#include "tls/pem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define LINE 64

static const char *const kind_names[BLOCK_KIND_COUNT] = {
    [BLOCK_CERTIFICATE] = "certificate",    [BLOCK_KEY] = "private key",
    [BLOCK_ENCRYPTED_KEY] = "private key",  [BLOCK_CRL] = "revocation list",
    [BLOCK_PARAMETERS] = "parameter block", [BLOCK_REQUEST] = "certificate request",
    [BLOCK_PUBLIC_KEY] = "public key",      [BLOCK_SSH_KEY] = "key in OpenSSH's own format",
    [BLOCK_PKCS7] = "PKCS#7 bundle",        [BLOCK_OTHER] = "block of another kind",
};

const char *
block_kind_name(enum block_kind kind) {
    assert(kind < BLOCK_KIND_COUNT);
    return kind_names[kind];
}

static const char *const repair_sentences[REPAIR_COUNT] = {
    "a byte order mark was taken off",
    "Windows line ends were changed to plain ones",
    "line ends that were spelled out as \\n were put in",
    "the quotes round the text were taken off",
    "the indentation was taken off",
    "a text on one line was broken into lines",
    "the text was base64 round PEM and was unwrapped",
};

const char *
repair_sentence(unsigned repair) {
    for (unsigned i = 0; i < REPAIR_COUNT; i++)
        if (repair == 1u << i)
            return repair_sentences[i];
    return NULL;
}

static const struct {
    const char *label;
    enum block_kind kind;
} labels[] = {
    {"CERTIFICATE", BLOCK_CERTIFICATE},
    {"X509 CERTIFICATE", BLOCK_CERTIFICATE},
    {"TRUSTED CERTIFICATE", BLOCK_CERTIFICATE},
    {"PRIVATE KEY", BLOCK_KEY},
    {"RSA PRIVATE KEY", BLOCK_KEY},
    {"EC PRIVATE KEY", BLOCK_KEY},
    {"DSA PRIVATE KEY", BLOCK_KEY},
    {"ENCRYPTED PRIVATE KEY", BLOCK_ENCRYPTED_KEY},
    {"X509 CRL", BLOCK_CRL},
    {"EC PARAMETERS", BLOCK_PARAMETERS},
    {"CERTIFICATE REQUEST", BLOCK_REQUEST},
    {"NEW CERTIFICATE REQUEST", BLOCK_REQUEST},
    {"PUBLIC KEY", BLOCK_PUBLIC_KEY},
    {"RSA PUBLIC KEY", BLOCK_PUBLIC_KEY},
    {"OPENSSH PRIVATE KEY", BLOCK_SSH_KEY},
    {"SSH2 PUBLIC KEY", BLOCK_SSH_KEY},
    {"PKCS7", BLOCK_PKCS7},
};

static enum block_kind
kind_of(struct slice label) {
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (slice_is(label, labels[i].label))
            return labels[i].kind;
    return BLOCK_OTHER;
}

/* --- finding a block -----------------------------------------------------------------------
 */

struct reader {
    const char *field;
    const char *data;
    size_t size;
    size_t at;
    struct pem *pem;
    struct diag *diag;
};

static pgcs_status
fail(const struct reader *reader, const char *what, const char *remedy) {
    diag_fail(reader->diag, PGCS_ERR_PEM, "%s %s", reader->field, what);
    diag_hint(reader->diag, "%s", remedy);
    diag_field(reader->diag, reader->field);
    return PGCS_ERR_PEM;
}

static bool
find(struct slice text, const char *wanted, size_t wanted_size, size_t *at) {
    const char *found = memmem(text.data, text.size, wanted, wanted_size);
    if (found != NULL)
        *at = (size_t)(found - text.data);
    return found != NULL;
}

/* "-----BEGIN label-----": moves over it. */
static pgcs_status
read_begin(struct reader *reader, struct slice *label) {
    reader->at += sizeof "-----BEGIN " - 1;
    struct slice rest = {reader->data + reader->at, reader->size - reader->at};
    size_t end;
    bool closed = find(rest, "-----", 5, &end) && memchr(rest.data, '\n', end) == NULL;
    if (!closed)
        return fail(reader, "has a damaged BEGIN line",
                    "Copy the text again, from the line with -----BEGIN to the line with "
                    "-----END.");
    *label = (struct slice){rest.data, end};
    reader->at += end + 5;
    return PGCS_OK;
}

/* Everything up to the END line of @label: moves over both. */
static pgcs_status
read_body(struct reader *reader, struct slice label, struct slice *body) {
    struct slice rest = {reader->data + reader->at, reader->size - reader->at};
    size_t end;
    if (!find(rest, "-----END ", 9, &end))
        return fail(reader, "is cut off: a BEGIN line has no matching END line",
                    "Copy the text again, up to and including the line with -----END.");
    *body = (struct slice){rest.data, end};
    size_t after = end + 9;
    bool matches = rest.size - after >= label.size + 5 &&
                   memcmp(rest.data + after, label.data, label.size) == 0 &&
                   memcmp(rest.data + after + label.size, "-----", 5) == 0;
    size_t inner;
    if (!matches || find(*body, "-----BEGIN ", 11, &inner))
        return fail(reader, "is cut off: a BEGIN line has no matching END line",
                    "Copy the text again: a part of it is missing.");
    reader->at += after + label.size + 5;
    return PGCS_OK;
}

/* --- writing it anew -----------------------------------------------------------------------
 */

static bool
is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\v';
}

/* The next run of bytes that are not blank; empty at the end. */
static struct slice
next_word(struct slice *text) {
    while (text->size > 0 && is_blank(text->data[0]))
        *text = (struct slice){text->data + 1, text->size - 1};
    struct slice word = {text->data, 0};
    while (word.size < text->size && !is_blank(text->data[word.size]))
        word.size++;
    *text = (struct slice){text->data + word.size, text->size - word.size};
    return word;
}

/* The headers of a traditional encrypted key, copied; true when it had them. */
static bool
put_headers(struct slice *body, struct buf *out) {
    struct slice ahead = *body;
    bool has_headers = false;
    for (;;) {
        struct slice name = next_word(&ahead);
        if (name.size == 0 || name.data[name.size - 1] != ':')
            break;
        struct slice value = next_word(&ahead);
        buf_put(out, name.data, name.size);
        buf_put_char(out, ' ');
        buf_put(out, value.data, value.size);
        buf_put_char(out, '\n');
        has_headers = true;
        *body = ahead;
    }
    if (has_headers)
        buf_put_char(out, '\n');
    return has_headers;
}

static bool
put_base64(struct slice body, struct buf *out) {
    size_t column = 0;
    size_t digits = 0;
    struct slice word;
    while ((word = next_word(&body)).size > 0)
        for (size_t i = 0; i < word.size; i++) {
            char c = word.data[i];
            bool known = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                         (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
            if (!known)
                return false;
            buf_put_char(out, c);
            digits++;
            if (++column == LINE)
                buf_put_char(out, '\n');
            column %= LINE;
        }
    if (column > 0)
        buf_put_char(out, '\n');
    return digits > 0 && digits % 4 == 0;
}

/* How the body was laid out, against how it should be. */
static unsigned
layout_repairs(struct slice body) {
    unsigned repairs = 0;
    bool at_start = true;
    bool has_line_end = false;
    for (size_t i = 0; i < body.size; i++) {
        char c = body.data[i];
        if (c == '\n')
            has_line_end = true;
        else if (is_blank(c) && at_start && has_line_end)
            repairs |= REPAIR_INDENTATION;
        at_start = c == '\n' || (at_start && is_blank(c));
    }
    return has_line_end ? repairs : REPAIR_ONE_LINE;
}

static void
put_line(struct buf *out, const char *before, struct slice label) {
    buf_put_string(out, before);
    buf_put(out, label.data, label.size);
    buf_put_string(out, "-----\n");
}

static pgcs_status
read_block(struct reader *reader) {
    struct pem *pem = reader->pem;
    struct slice label;
    struct slice body;
    pgcs_status status = read_begin(reader, &label);
    if (status == PGCS_OK)
        status = read_body(reader, label, &body);
    if (status != PGCS_OK)
        return status;
    struct block *block = &pem->blocks[pem->count++];
    block->kind = kind_of(label);
    block->text.size = pem->text.size; /* where it starts, until all is written */
    pem->repairs |= layout_repairs(body);
    put_line(&pem->text, "-----BEGIN ", label);
    block->label.size = label.size;
    if (put_headers(&body, &pem->text) && block->kind == BLOCK_KEY)
        block->kind = BLOCK_ENCRYPTED_KEY;
    if (block->kind != BLOCK_SSH_KEY && !put_base64(body, &pem->text))
        return fail(reader, "has a damaged block: it is not base64 inside",
                    "Copy the text again: characters are missing or were changed.");
    put_line(&pem->text, "-----END ", label);
    return PGCS_OK;
}

/* --- the whole -----------------------------------------------------------------------------
 */

static size_t
count_begins(struct slice text) {
    size_t count = 0;
    size_t at;
    while (find(text, "-----BEGIN ", 11, &at)) {
        count++;
        text = (struct slice){text.data + at + 11, text.size - at - 11};
    }
    return count;
}

/* Now that the text moves no more, let the blocks point into it. */
static void
place_blocks(struct pem *pem) {
    for (size_t i = 0; i < pem->count; i++) {
        struct block *block = &pem->blocks[i];
        size_t start = block->text.size;
        size_t end = i + 1 < pem->count ? pem->blocks[i + 1].text.size : pem->text.size;
        block->text = (struct slice){pem->text.data + start, end - start};
        block->label.data = pem->text.data + start + sizeof "-----BEGIN " - 1;
    }
}

static pgcs_status
read_blocks(struct reader *reader) {
    struct pem *pem = reader->pem;
    size_t expected = count_begins((struct slice){reader->data, reader->size});
    pem->blocks = calloc(expected ? expected : 1, sizeof *pem->blocks);
    if (pem->blocks == NULL)
        return diag_nomem(reader->diag);
    size_t next;
    while (find((struct slice){reader->data + reader->at, reader->size - reader->at},
                "-----BEGIN ", 11, &next)) {
        reader->at += next;
        pgcs_status status = read_block(reader);
        if (status != PGCS_OK)
            return status;
    }
    place_blocks(pem);
    return buf_status(&pem->text, reader->diag);
}

pgcs_status
pem_read(struct slice input, const char *field, struct pem *out, struct diag *diag) {
    assert(field != NULL && out != NULL);
    if (input.size > LIMIT_TLS_FILE) {
        diag_fail(diag, PGCS_ERR_LIMIT, "%s is longer than %zu bytes", field, LIMIT_TLS_FILE);
        diag_field(diag, field);
        return PGCS_ERR_LIMIT;
    }
    *out = (struct pem){.repairs = 0};
    struct buf text = {0};
    pgcs_status status = pem_unwrap(input, field, &text, &out->repairs, diag);
    if (status == PGCS_OK) {
        struct reader reader = {
            .field = field, .data = text.data, .size = text.size, .pem = out, .diag = diag};
        status = read_blocks(&reader);
    }
    buf_free(&text);
    if (status != PGCS_OK)
        pem_free(out);
    return status;
}

void
pem_free(struct pem *pem) {
    buf_free(&pem->text);
    free(pem->blocks);
    *pem = (struct pem){.repairs = 0};
}
