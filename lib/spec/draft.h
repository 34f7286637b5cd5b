/*
 * A spec under construction. Readers write decoded bytes straight into its text area, so that
 * nothing is copied twice; everybody else sets values by copy.
 */
#ifndef SPEC_DRAFT_H
#define SPEC_DRAFT_H

#include "spec/spec.h"

struct draft {
    pgcs_spec *spec;
    char *out;  /* where the next decoded byte goes; see draft_begin() */
    char *side; /* room of the same size for a list that grows beside another */
    struct spec_note **last_note;
};

/*
 * Begin a spec. With a @source its bytes are kept, and there is room for all values that a
 * text of that size can hold: readers may write to draft->out without asking. False without
 * memory.
 */
bool
draft_begin(struct draft *draft, struct slice source, enum spec_form form);

/* End the value that was begun at @start: terminate it and set it. */
void
draft_set_written(struct draft *draft, enum keyword keyword, const char *start, size_t offset,
                  size_t length);

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
