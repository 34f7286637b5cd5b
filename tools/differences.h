/*
 * What compare found, summed up: what is said of many objects in one sentence is said once.
 */
#ifndef TOOLS_DIFFERENCES_H
#define TOOLS_DIFFERENCES_H

#include <pgconnspec/pgconnspec.h>

#include "terminal.h"

/* One finding; its texts live as long as the report. */
struct difference {
    pgcs_severity severity;
    int32_t code;
    const char *object; /* NULL when it is about none */
    const char *message;
    const char *said;  /* the message, without the object that it begins with */
    const char *hint;  /* or NULL */
    size_t number;     /* how many come before it in the report */
    size_t first;      /* the number of the first one that says the same */
    size_t first_kind; /* of the first one of its code */
};

/*
 * All of a report: worst first, then by code and by what is said, each in the order in which it
 * first comes. free() them. NULL when there are none.
 */
struct difference *
differences_new(const pgcs_report *report, size_t *count);
/* How many from the first one on say the same. */
size_t
differences_alike(const struct difference *first, size_t count);

/* Print them for a person; @all spares nothing. */
void
differences_print(const struct sink *sink, const pgcs_report *report, bool all);

#endif
