/* The order of a report's objects: by schema, name, kind and column. */
#ifndef REPORT_SORT_H
#define REPORT_SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pgcs_report;

/* Each run is longer than all behind it together, but for the last: 2^32 rows have no more. */
#define SORTER_RUNS 24

/* What has been sorted of a report that is being made; all zero for nothing. */
struct sorter {
    uint32_t *rows; /* numbers of objects: runs of sorted ones, one behind the other */
    size_t count;
    size_t capacity;
    uint32_t starts[SORTER_RUNS]; /* of the runs */
    unsigned runs;
};

/* Whether so much was added since that it makes a run. */
bool
sorter_is_behind(const struct sorter *sorter, const struct pgcs_report *report);
/* Sort it, run by run. False without memory. */
bool
sorter_catch_up(struct sorter *sorter, const struct pgcs_report *report);

/* Put the objects of the report into their order. False without memory. */
bool
sorter_finish(struct sorter *sorter, struct pgcs_report *report);

void
sorter_free(struct sorter *sorter);

#endif
