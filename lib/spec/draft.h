/*
 * A spec under construction. Readers decode the text where it stands, in a copy that becomes
 * the values, so that nothing is copied twice; everybody else sets values by copy.
 */
#ifndef SPEC_DRAFT_H
#define SPEC_DRAFT_H

#include "spec/spec.h"

struct draft {
    pgcs_spec *spec;
    char *work;      /* a copy of the source, terminated, to decode in place */
    char *side;      /* as much room again, where the source has a comma; else NULL */
    size_t capacity; /* of spec->values */
    struct spec_note **last_note;
};

/*
 * Begin a spec. Of a @source two copies are made: one that stays as it is, and draft->work.
 * False without memory.
 */
bool
draft_begin(struct draft *draft, struct slice source, enum spec_form form);

/* Make room for one value of each keyword. False without memory. */
bool
draft_grow(struct draft *draft);

/* The place for a value: a new one, or that of an earlier value. NULL without memory. */
static inline struct spec_value *
draft_place(struct draft *draft, enum keyword keyword) {
    pgcs_spec *spec = draft->spec;
    unsigned slot = spec->slot[keyword];
    if (slot != 0) {
        struct spec_value *value = &spec->values[slot - 1];
        value->duplicate = true;
        return value;
    }
    if (spec->count == draft->capacity && !draft_grow(draft))
        return NULL;
    struct spec_value *value = &spec->values[spec->count++];
    spec->slot[keyword] = (uint8_t)spec->count;
    value->keyword = (uint8_t)keyword;
    value->duplicate = value->suspect = false;
    return value;
}

/* Set a value whose terminated text stands in draft->work or ->side. False without memory. */
static inline bool
draft_set_here(struct draft *draft, enum keyword keyword, const char *text, size_t size,
               size_t offset, size_t length) {
    struct spec_value *value = draft_place(draft, keyword);
    if (value == NULL)
        return false;
    value->text = text;
    value->size = (uint32_t)size;
    value->offset = (uint32_t)offset;
    value->length = (uint32_t)length;
    value->origin = PGCS_ORIGIN_TEXT;
    return true;
}

/* Set a value by copy, replacing an earlier one. False without memory. */
bool
draft_set(struct draft *draft, enum keyword keyword, const char *data, size_t size,
          pgcs_origin origin);

/* Set a value as @value has it, with its origin and its place. False without memory. */
bool
draft_set_as(struct draft *draft, const struct spec_value *value);

/* Take a value back. */
void
draft_unset(struct draft *draft, enum keyword keyword);

/* Give the spec a label. False without memory. */
bool
draft_label(struct draft *draft, const char *label);

/* Keep a note. All texts but @note->field are copied. False without memory. */
bool
draft_note(struct draft *draft, const struct spec_note *note);

/* Line up the hosts and give the spec away; the draft is spent. */
pgcs_status
draft_finish(struct draft *draft, const pgcs_spec **out, struct diag *diag);

/* Wipe and free a draft that is not finished. */
void
draft_drop(struct draft *draft);

#endif
