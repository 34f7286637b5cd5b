/*
 * Lists of lines that have to be the same: what the report says, and what the server does. A
 * line for each object, in any order.
 */
#ifndef TESTS_LINES_H
#define TESTS_LINES_H

#include <stdlib.h>
#include <string.h>

#include "suite.h"

#define ORACLE_LINES 4096

struct lines {
    char *line[ORACLE_LINES];
    size_t count;
};

static inline void
add_line(struct lines *lines, const char *text) {
    ck_assert_uint_lt(lines->count, ORACLE_LINES);
    lines->line[lines->count++] = strdup(text);
}

static inline int
compare_lines(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static inline void
sort_lines(struct lines *lines) {
    qsort(lines->line, lines->count, sizeof *lines->line, compare_lines);
}

static inline void
free_lines(struct lines *lines) {
    for (size_t i = 0; i < lines->count; i++)
        free(lines->line[i]);
    lines->count = 0;
}

/* Both are sorted. Tells the first line that only one has. */
static inline void
assert_same_lines(const char *role, const struct lines *ours, const struct lines *theirs) {
    for (size_t i = 0; i < ours->count || i < theirs->count; i++) {
        const char *we = i < ours->count ? ours->line[i] : "(no more)";
        const char *they = i < theirs->count ? theirs->line[i] : "(no more)";
        ck_assert_msg(strcmp(we, they) == 0, "%s\n  report %s\n  server %s", role, we, they);
    }
}

#endif
