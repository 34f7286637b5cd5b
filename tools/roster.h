/*
 * A file of specs, one a line: what `check --from` reads.
 */
#ifndef TOOLS_ROSTER_H
#define TOOLS_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

struct entry {
    const char *label; /* NULL without one */
    const char *text;  /* the spec */
    size_t size;
    size_t line; /* from 1 */
};

struct roster {
    char *memory; /* of all texts; wiped at the end */
    size_t size;
    char *name; /* of the file, for messages, safe to show */
    struct entry *entries;
    size_t count;
};

/* Read all of the file, "-" for standard input. False: it was said why. Free it in any case. */
bool
roster_read(struct roster *roster, const char *path);
void
roster_free(struct roster *roster);

#endif
