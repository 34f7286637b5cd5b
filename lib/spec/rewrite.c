/*
 * Reading of what libpq does not take: PGCS_PARSE_REPAIR and PGCS_PARSE_FOREIGN. The text is
 * spelled as libpq has it, and then read by libpq's rules; whatever changed is noted, with its
 * place in what was given.
 */
#include "spec/rewrite.h"

#include <string.h>

#include "spec/reader.h"

struct rewrite_piece {
    size_t at;   /* in the new spelling */
    size_t from; /* in what was given */
    size_t size; /* bytes there */
    bool copied; /* byte by byte */
};

struct rewrite_note {
    struct spec_note note;
    char message[LIMIT_DIAG_MESSAGE];
    char hint[LIMIT_DIAG_HINT];
};

static void
add_piece(struct rewrite *rewrite, struct slice part, bool copied) {
    const struct rewrite_piece piece = {
        .at = rewrite->text.size,
        .from = (size_t)(part.data - rewrite->given.data),
        .size = part.size,
        .copied = copied,
    };
    buf_put(&rewrite->pieces, (const char *)&piece, sizeof piece);
}

void
rewrite_copy(struct rewrite *rewrite, struct slice part) {
    add_piece(rewrite, part, true);
    buf_put(&rewrite->text, part.data, part.size);
}

void
rewrite_put(struct rewrite *rewrite, struct slice part, struct slice text) {
    add_piece(rewrite, part, false);
    buf_put(&rewrite->text, text.data, text.size);
}

void
rewrite_put_string(struct rewrite *rewrite, struct slice part, const char *text) {
    rewrite_put(rewrite, part, (struct slice){text, strlen(text)});
}

static void
copy_text(char *out, size_t room, const char *text) {
    size_t size = strnlen(text, room - 1);
    memcpy(out, text, size);
    out[size] = '\0';
}

void
rewrite_note(struct rewrite *rewrite, pgcs_severity severity, int32_t code, struct slice part,
             const char *field, const char *message, const char *hint) {
    struct rewrite_note note = {
        .note = {.code = code,
                 .severity = severity,
                 .field = field,
                 .offset = (int64_t)(part.data - rewrite->given.data),
                 .length = (int64_t)part.size},
    };
    copy_text(note.message, sizeof note.message, message);
    copy_text(note.hint, sizeof note.hint, hint);
    if (rewrite->notes.size < LIMIT_REWRITE_NOTES * sizeof note)
        buf_put(&rewrite->notes, (const char *)&note, sizeof note);
    else
        rewrite->too_many = true;
}

/* Turn a place in the new spelling into one in what was given. */
static void
map_place(const struct rewrite *rewrite, size_t *offset, size_t *length) {
    const struct rewrite_piece *pieces = (const void *)rewrite->pieces.data;
    size_t count = rewrite->pieces.size / sizeof *pieces, i = count;
    while (i > 1 && pieces[i - 1].at > *offset)
        i--;
    if (i == 0)
        return;
    const struct rewrite_piece *piece = &pieces[i - 1];
    size_t within = *offset - piece->at;
    if (!piece->copied) {
        *offset = piece->from;
        *length = piece->size;
        return;
    }
    *offset = piece->from + within;
    if (*length > piece->size - within && i == count)
        *length = piece->size - within;
    else if (*length > piece->size - within)
        *length = pieces[i].from + pieces[i].size - *offset;
}

/* Places, source and notes of a spec that was read in its new spelling. */
static pgcs_status
adopt(struct rewrite *rewrite, pgcs_spec *spec, struct diag *diag) {
    struct draft draft = {.spec = spec, .last_note = &spec->notes};
    for (size_t i = 0; i < spec->count; i++) {
        size_t offset = spec->values[i].offset, length = spec->values[i].length;
        map_place(rewrite, &offset, &length);
        spec->values[i].offset = (uint32_t)offset;
        spec->values[i].length = (uint32_t)length;
    }
    const char *source = pool_copy(spec->pool, rewrite->given.data, rewrite->given.size);
    const struct rewrite_note *notes = (const void *)rewrite->notes.data;
    bool good = source != NULL;
    for (size_t i = 0; good && i < rewrite->notes.size / sizeof *notes; i++) {
        struct spec_note note = notes[i].note;
        note.message = notes[i].message;
        note.hint = notes[i].hint;
        good = draft_note(&draft, &note);
    }
    spec->form = SPEC_FORM_NONE;
    spec->source = (struct slice){source, source ? rewrite->given.size : 0};
    return good ? PGCS_OK : diag_nomem(diag);
}

pgcs_status
rewrite_read(struct rewrite *rewrite, const pgcs_spec **out, struct diag *diag) {
    const pgcs_spec *spec = NULL;
    struct slice text = {rewrite->text.data ? rewrite->text.data : "", rewrite->text.size};
    if (buf_status(&rewrite->text, diag) || buf_status(&rewrite->pieces, diag) ||
        buf_status(&rewrite->notes, diag))
        return diag->status;
    if (rewrite->too_many)
        return diag_fail(diag, PGCS_ERR_LIMIT, "more than %zu things to repair or translate",
                         LIMIT_REWRITE_NOTES);
    pgcs_status status = uri_prefix_size(text) > 0 ? uri_read(text, URI_RULES_17, &spec, diag)
                                                   : keywords_read(text, &spec, diag);
    if (status == PGCS_OK && (status = adopt(rewrite, (pgcs_spec *)spec, diag)) != PGCS_OK)
        spec = spec_unref(spec);
    if (status == PGCS_OK) {
        *out = spec;
    } else if (diag->offset >= 0) {
        size_t offset = (size_t)diag->offset, length = (size_t)diag->length;
        map_place(rewrite, &offset, &length);
        diag_place(diag, offset, length);
    }
    return status;
}

void
rewrite_free(struct rewrite *rewrite) {
    buf_free(&rewrite->text);
    buf_free(&rewrite->pieces);
    buf_free(&rewrite->notes);
}
