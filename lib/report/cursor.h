/*
 * Cursors over a report. Each holds a reference, stands before its first row until moved, and
 * answers nothing when it stands on none.
 */
#ifndef REPORT_CURSOR_H
#define REPORT_CURSOR_H

#include "report/report.h"
#include "report/structure.h"

struct pgcs_findings {
    const pgcs_report *report;
    const struct finding *next;
    const struct finding *end; /* behind the last one that is bad enough */
    const struct finding *row; /* NULL before the first and after the last */
};

struct pgcs_attempts {
    const pgcs_report *report;
    size_t next;
    const struct attempt *row; /* NULL before the first and after the last */
};

/*
 * Rows move while a report is made: the one that the cursor stands on is known by its place,
 * and looked up when it is asked for.
 */
struct pgcs_objects {
    const pgcs_report *report;
    struct row_range range; /* still to come */
    uint32_t kinds;
    bool growing; /* the report was not finished: all that has come is still to come */
    bool stands;  /* on the row at @at */
    size_t at;
    const struct object_row *row; /* set by objects_row() */
    const struct object_set *set; /* of the row */
};

struct pgcs_grants {
    const pgcs_report *report;
    struct row_range range; /* still to come */
    const struct grant_row *row;
};

struct pgcs_memberships {
    const pgcs_report *report;
    size_t next;
    const struct membership_row *row;
};

struct pgcs_extensions {
    const pgcs_report *report;
    struct row_range range; /* still to come */
    const struct piece_row *row;
};

/* Each is NULL without memory. */
pgcs_findings *
findings_new(const pgcs_report *report, pgcs_severity at_least);
pgcs_attempts *
attempts_new(const pgcs_report *report);
pgcs_objects *
objects_new(const pgcs_report *report, const char *schema, uint32_t kinds);
/* Over a report that is being made, in the order in which its objects come; it ends with that.
 */
pgcs_objects *
objects_new_growing(const pgcs_report *report, uint32_t kinds);
pgcs_grants *
grants_new(const pgcs_report *report, const char *schema);
pgcs_memberships *
memberships_new(const pgcs_report *report);
pgcs_extensions *
extensions_new(const pgcs_report *report);

void
findings_free(pgcs_findings *cursor);
void
attempts_free(pgcs_attempts *cursor);
void
objects_free(pgcs_objects *cursor);
void
grants_free(pgcs_grants *cursor);
void
memberships_free(pgcs_memberships *cursor);
void
extensions_free(pgcs_extensions *cursor);

/* Whether the cursor stands on an object; then its row and set are set. */
bool
objects_row(pgcs_objects *cursor);

/* False after the last row. */
bool
findings_next(pgcs_findings *cursor);
bool
attempts_next(pgcs_attempts *cursor);
bool
objects_next(pgcs_objects *cursor);
bool
grants_next(pgcs_grants *cursor);
bool
memberships_next(pgcs_memberships *cursor);
bool
extensions_next(pgcs_extensions *cursor);

#endif
