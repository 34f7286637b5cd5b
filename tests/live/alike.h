/*
 * Reports as texts, to hold two ways to one database beside each other.
 */
#ifndef TESTS_ALIKE_H
#define TESTS_ALIKE_H

#include <stdbool.h>

#include "lib/show.h"
#include "live.h"

/* What a report says, but the attempts and the facts that differ by nature. */
struct alike {
    FILE *stream;
    const pgcs_fact *but;
    size_t but_count;
};

static inline void
put_alike(void *to, const char *what, const char *text) {
    const struct alike *alike = to;
    for (size_t i = 0; i < alike->but_count; i++)
        if (strcmp(what, pgcs_fact_name(alike->but[i])) == 0)
            return;
    if (strncmp(what, "attempt", 7) != 0)
        fprintf(alike->stream, "%s: %s\n", what, text ? text : "(none)");
}

/* free() it. */
static inline char *
alike_text(const pgcs_report *report, const pgcs_fact *but, size_t but_count) {
    char *text = NULL;
    size_t size = 0;
    struct alike alike = {open_memstream(&text, &size), but, but_count};
    ck_assert(show_report(report, put_alike, &alike));
    fclose(alike.stream);
    return text;
}

static inline void
assert_alike(const char *text, const char *other) {
    while (*text == *other && *text != '\0') {
        text++;
        other++;
    }
    ck_assert_msg(*text == *other, "directly: %.200s\nthe other way: %.200s", text, other);
}

/* Both reports say the same, and much, but of the facts @but. */
static inline void
assert_reports_alike(const pgcs_report *report, const pgcs_report *other, const pgcs_fact *but,
                     size_t but_count) {
    char *text = alike_text(report, but, but_count);
    char *other_text = alike_text(other, but, but_count);
    ck_assert_uint_gt(strlen(text), 10000);
    assert_alike(text, other_text);
    free(text);
    free(other_text);
}

#endif
