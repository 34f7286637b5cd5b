/* Specs: made with a draft, then shared and never changed. */
#include "spec/spec.h"

#include <string.h>

#include "spec/draft.h"
#include "spec/host.h"

/* Values that most specs have room enough with. */
#define USUAL_VALUES 16

/* Commas separate hosts, mostly; where they do, the hosts get a table and their names. */
static size_t
host_table_size(struct slice source) {
    if (source.size == 0)
        return 0;
    const char *end = source.data + source.size;
    const char *at = memchr(source.data, ',', source.size);
    if (at == NULL)
        return 0;
    size_t items = 1;
    for (; at != NULL; at = memchr(at + 1, ',', (size_t)(end - at - 1)))
        items++;
    return items * sizeof(struct spec_host) + 2 * source.size + 4 * POOL_SLACK;
}

bool
draft_begin(struct draft *draft, struct slice source, enum spec_form form) {
    size_t capacity = form == SPEC_FORM_NONE ? KEYWORD_COUNT : USUAL_VALUES;
    size_t hosts_size = host_table_size(source);
    size_t values_size = capacity * sizeof(struct spec_value);
    struct pool *pool = pool_new(sizeof(pgcs_spec) + values_size + 2 * (source.size + 1) +
                                 hosts_size + 2 * POOL_SLACK);
    if (pool == NULL)
        return false;
    pgcs_spec *spec = pool_alloc(pool, sizeof *spec + values_size);
    memset(spec, 0, sizeof *spec);
    refs_init(&spec->refs);
    spec->pool = pool;
    spec->form = form;
    spec->values = (struct spec_value *)(spec + 1);
    pool_keep_public(pool);
    *draft = (struct draft){.spec = spec, .capacity = capacity, .last_note = &spec->notes};
    if (form == SPEC_FORM_NONE)
        return true;
    char *copy = pool_bytes(pool, 2 * (source.size + 1));
    spec->source = (struct slice){memcpy(copy, source.data, source.size), source.size};
    draft->work = memcpy(copy + source.size, source.data, source.size);
    draft->work[source.size] = '\0';
    if (hosts_size > 0)
        draft->side = pool_bytes(pool, source.size + 1);
    return true;
}

bool
draft_grow(struct draft *draft) {
    pgcs_spec *spec = draft->spec;
    struct spec_value *values =
        pool_alloc(spec->pool, KEYWORD_COUNT * sizeof(struct spec_value));
    if (values == NULL)
        return false;
    memcpy(values, spec->values, spec->count * sizeof *values);
    spec->values = values;
    draft->capacity = KEYWORD_COUNT;
    return true;
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
    struct spec_value *place = draft_place(draft, (enum keyword)value->keyword);
    if (copy == NULL || place == NULL)
        return false;
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

pgcs_status
draft_finish(struct draft *draft, const pgcs_spec **out, struct diag *diag) {
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

/* Is there a setting within @text, as in "h;password=x", whose name is that of a secret? */
static bool
holds_setting_of_secret(const char *text) {
    static const char *const names[] = {"pass", "pwd", "secret", "token"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *name = strcasestr(text, names[i]);
        if (name != NULL && strchr(name, '=') != NULL)
            return true;
    }
    return false;
}

/* May more than a name stand here? Many programs take such a value for a spec of its own. */
static bool
holds_more_than_name(enum keyword keyword, const struct spec_value *value) {
    if (memchr(value->text, '=', value->size) != NULL ||
        memmem(value->text, value->size, "://", 3) != NULL)
        return true;
    if (keyword == KEYWORD_USER && memchr(value->text, '/', value->size) != NULL)
        return true;             /* "user/password", as Oracle's tools have it */
    if (keyword != KEYWORD_HOST) /* "user:password" */
        return memchr(value->text, ':', value->size) != NULL;
    /* The "@" of an abstract socket stands in front. */
    return value->size > 1 && memchr(value->text + 1, '@', value->size - 1) != NULL;
}

bool
spec_value_is_private(const struct spec_value *value) {
    enum keyword keyword = (enum keyword)value->keyword;
    if (value->suspect || keyword_is_secret(keyword))
        return true;
    if (keyword == KEYWORD_HOST || keyword == KEYWORD_DBNAME || keyword == KEYWORD_USER)
        return holds_more_than_name(keyword, value);
    /* A key itself, where its path is wanted, is as private as a password. */
    return memmem(value->text, value->size, "-----BEGIN", 10) != NULL ||
           holds_setting_of_secret(value->text);
}

const char *
spec_shown(const pgcs_spec *spec, enum keyword keyword, const char *text) {
    const struct spec_value *value = spec_find(spec, keyword);
    return value != NULL && spec_value_is_private(value) ? "***" : text;
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
