/* Specs: made with a draft, then shared and never changed. */
#include "spec/spec.h"

#include <string.h>

#include "spec/draft.h"
#include "spec/host.h"

/* The shortest parameter in a text is "tty=&": no more values than that can be in it. */
#define SHORTEST_PARAMETER 5
/* Values that need no parameter's name: user, password, host, port, dbname of a URI. */
#define UNNAMED_VALUES 5
/* Bytes beyond those of the source that decoded values may take: their terminators. */
#define TEXT_SLACK 16

static size_t
most_values(struct slice source, enum spec_form form) {
    size_t most = UNNAMED_VALUES + source.size / SHORTEST_PARAMETER + 1;
    return form != SPEC_FORM_NONE && most < KEYWORD_COUNT ? most : KEYWORD_COUNT;
}

/* Commas separate hosts, mostly; where they do, the hosts get a table. */
static size_t
host_table_size(struct slice source) {
    const char *end = source.data + source.size;
    const char *at = memchr(source.data, ',', source.size);
    if (at == NULL)
        return 0;
    size_t items = 1;
    for (; at != NULL; at = memchr(at + 1, ',', (size_t)(end - at - 1)))
        items++;
    return items * sizeof(struct spec_host) + source.size + 3 * POOL_SLACK;
}

bool
draft_begin(struct draft *draft, struct slice source, enum spec_form form) {
    size_t values_size = most_values(source, form) * sizeof(struct spec_value);
    size_t text_size = form == SPEC_FORM_NONE ? 0 : 2 * (source.size + TEXT_SLACK);
    size_t hosts_size = form == SPEC_FORM_NONE ? 0 : host_table_size(source);
    struct pool *pool = pool_new(sizeof(pgcs_spec) + values_size + text_size + source.size +
                                 hosts_size + 2 * POOL_SLACK);
    if (pool == NULL)
        return false;
    pgcs_spec *spec = pool_alloc(pool, sizeof *spec);
    memset(spec, 0, sizeof *spec);
    refs_init(&spec->refs);
    spec->pool = pool;
    spec->form = form;
    spec->values = pool_alloc(pool, values_size);
    draft->spec = spec;
    draft->out = draft->side = NULL;
    draft->last_note = &spec->notes;
    if (form != SPEC_FORM_NONE) {
        draft->out = pool_bytes(pool, text_size);
        draft->side = draft->out + source.size + TEXT_SLACK;
        char *copy = pool_bytes(pool, source.size);
        memcpy(copy, source.data, source.size);
        spec->source = (struct slice){copy, source.size};
    }
    return true;
}

/* The place for a value: a new one, or that of an earlier value. */
static struct spec_value *
value_place(pgcs_spec *spec, enum keyword keyword) {
    unsigned slot = spec->slot[keyword];
    bool duplicate = slot != 0;
    if (!duplicate) {
        assert(spec->count < KEYWORD_COUNT);
        slot = (unsigned)++spec->count;
        spec->slot[keyword] = (uint8_t)slot;
    }
    struct spec_value *value = &spec->values[slot - 1];
    value->keyword = (uint8_t)keyword;
    value->duplicate = duplicate;
    value->suspect = duplicate && value->suspect;
    return value;
}

void
draft_set_written(struct draft *draft, enum keyword keyword, const char *start, size_t offset,
                  size_t length) {
    struct spec_value *value = value_place(draft->spec, keyword);
    value->text = start;
    value->size = (uint32_t)(draft->out - start);
    value->offset = (uint32_t)offset;
    value->length = (uint32_t)length;
    value->origin = PGCS_ORIGIN_TEXT;
    *draft->out++ = '\0';
}

bool
draft_set(struct draft *draft, enum keyword keyword, const char *data, size_t size,
          pgcs_origin origin) {
    const struct spec_value value = {
        .text = data,
        .size = (uint32_t)size,
        .keyword = (uint8_t)keyword,
        .origin = (uint8_t)origin,
    };
    return draft_set_as(draft, &value);
}

bool
draft_set_as(struct draft *draft, const struct spec_value *value) {
    const char *copy = pool_copy(draft->spec->pool, value->text, value->size);
    if (copy == NULL)
        return false;
    struct spec_value *place = value_place(draft->spec, (enum keyword)value->keyword);
    *place = *value;
    place->text = copy;
    return true;
}

void
draft_unset(struct draft *draft, enum keyword keyword) {
    pgcs_spec *spec = draft->spec;
    size_t slot = spec->slot[keyword];
    if (slot == 0)
        return;
    spec->slot[keyword] = 0;
    spec->count--;
    for (size_t i = slot - 1; i < spec->count; i++) {
        spec->values[i] = spec->values[i + 1];
        spec->slot[spec->values[i].keyword] = (uint8_t)(i + 1);
    }
}

bool
draft_note(struct draft *draft, const struct spec_note *note) {
    struct pool *pool = draft->spec->pool;
    struct spec_note *kept = pool_alloc(pool, sizeof *kept);
    if (kept == NULL)
        return false;
    *kept = *note;
    kept->next = NULL;
    kept->message = pool_copy(pool, note->message, strlen(note->message));
    kept->hint = note->hint ? pool_copy(pool, note->hint, strlen(note->hint)) : NULL;
    if (kept->message == NULL || (note->hint && kept->hint == NULL))
        return false;
    *draft->last_note = kept;
    draft->last_note = &kept->next;
    return true;
}

bool
draft_label(struct draft *draft, const char *label) {
    draft->spec->label = pool_copy(draft->spec->pool, label, strlen(label));
    return draft->spec->label != NULL;
}

/* A URI in place of a name, with its password: as private as that. */
static void
mark_uri(pgcs_spec *spec, enum keyword keyword) {
    const struct spec_value *value = spec_find(spec, keyword);
    if (value != NULL && memchr(value->text, ':', value->size) != NULL &&
        memmem(value->text, value->size, "://", 3) != NULL)
        spec->values[spec->slot[keyword] - 1].suspect = true;
}

pgcs_status
draft_finish(struct draft *draft, const pgcs_spec **out, struct diag *diag) {
    mark_uri(draft->spec, KEYWORD_DBNAME);
    mark_uri(draft->spec, KEYWORD_HOST);
    mark_uri(draft->spec, KEYWORD_USER);
    if (!hosts_fill(draft->spec)) {
        draft_drop(draft);
        return diag_nomem(diag);
    }
    *out = draft->spec;
    draft->spec = NULL;
    return PGCS_OK;
}

void
draft_drop(struct draft *draft) {
    if (draft->spec != NULL)
        pool_free(draft->spec->pool);
    draft->spec = NULL;
}

const struct spec_value *
spec_value_at(const pgcs_spec *spec, size_t i) {
    if (i >= spec->count)
        return NULL;
    for (int keyword = 0; keyword < KEYWORD_COUNT; keyword++)
        if (spec_is_set(spec, (enum keyword)keyword) && i-- == 0)
            return spec_find(spec, (enum keyword)keyword);
    return NULL;
}

const pgcs_spec *
spec_ref(const pgcs_spec *spec) {
    refs_take(&((pgcs_spec *)spec)->refs);
    return spec;
}

const pgcs_spec *
spec_unref(const pgcs_spec *spec) {
    pgcs_spec *mutable = (pgcs_spec *)spec;
    if (mutable != NULL && refs_drop(&mutable->refs))
        pool_free(mutable->pool);
    return NULL;
}
