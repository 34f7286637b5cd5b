/*
 * What `check --from` prints: a line for each check as it ends, and a summary.
 */
#ifndef TOOLS_FLEET_VIEW_H
#define TOOLS_FLEET_VIEW_H

#include "examine.h"
#include "options.h"
#include "roster.h"
#include "terminal.h"

#define OUTCOMES 4 /* the exit codes */

/* Checks that failed for the same reason. */
struct tally {
    const char *cause; /* symbolic name, static; NULL ends an array of them */
    char *hint;        /* or NULL */
    char *names;       /* of the first few checks */
    size_t count;
};

struct summary {
    size_t total; /* of the file */
    size_t outcomes[OUTCOMES];
    struct tally *tallies;
    size_t tally_count;
    long long started_ms;
    size_t name_width;
};

/* Begin: the width of names, and a heading where the format has one. */
void
fleet_view_begin(struct summary *summary, const struct sink *sink, const struct roster *roster,
                 const struct options *options);
/* Count and print what came of one of them; status is its exit code. */
void
fleet_view_result(struct summary *summary, const struct sink *sink, const struct roster *roster,
                  const struct entry *entry, const struct examination *examination, int status,
                  const struct options *options);
/* Print the summary, and forget it. */
void
fleet_view_end(struct summary *summary, const struct sink *sink, const struct options *options);

size_t
fleet_view_done(const struct summary *summary);
long long
fleet_clock_ms(void);

#endif
