/* Rows as a server packs them, and the report that comes of them. */
#ifndef TESTS_PROBE_ROWS_H
#define TESTS_PROBE_ROWS_H

#include "probe/gather.h"

#include "suite.h"

/* Fields of a copy_row. */
#define ROW(text)                                                                              \
    { text, sizeof(text) - 1 }
#define NONE                                                                                   \
    { NULL, 0 }

static inline const pgcs_report *
end(struct gather *gather) {
    const pgcs_report *report = NULL;
    struct diag diag;
    ck_assert_int_eq(report_finish(gather->builder, &report, &diag), PGCS_OK);
    gather->builder = NULL;
    gather_free(gather);
    return report;
}

#endif
