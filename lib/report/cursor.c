/* Cursors over what a report holds. */
#include "report/cursor.h"

#include <stdlib.h>

pgcs_findings *
findings_new(const pgcs_report *report, pgcs_severity at_least) {
    pgcs_findings *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    const struct finding *first = report->findings.items;
    size_t count = 0;
    while (count < report->findings.count && first[count].severity >= at_least)
        count++;
    *cursor = (pgcs_findings){.report = report_ref(report), .next = first, .end = first};
    if (count > 0)
        cursor->end += count;
    return cursor;
}

void
findings_free(pgcs_findings *cursor) {
    if (cursor == NULL)
        return;
    report_unref(cursor->report);
    free(cursor);
}

bool
findings_next(pgcs_findings *cursor) {
    cursor->row = cursor->next == cursor->end ? NULL : cursor->next++;
    return cursor->row != NULL;
}

pgcs_attempts *
attempts_new(const pgcs_report *report) {
    pgcs_attempts *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    *cursor = (pgcs_attempts){.report = report_ref(report)};
    return cursor;
}

void
attempts_free(pgcs_attempts *cursor) {
    if (cursor == NULL)
        return;
    report_unref(cursor->report);
    free(cursor);
}

bool
attempts_next(pgcs_attempts *cursor) {
    const struct attempt *rows = cursor->report->attempts.items;
    cursor->row = cursor->next < cursor->report->attempts.count ? &rows[cursor->next++] : NULL;
    return cursor->row != NULL;
}

pgcs_objects *
objects_new(const pgcs_report *report, const char *schema, uint32_t kinds) {
    pgcs_objects *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    *cursor = (pgcs_objects){
        .report = report_ref(report),
        .range = report_objects_in(report, schema),
        .kinds = kinds == 0 ? UINT32_MAX : kinds,
    };
    return cursor;
}

pgcs_objects *
objects_new_growing(const pgcs_report *report, uint32_t kinds) {
    pgcs_objects *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    *cursor = (pgcs_objects){
        .report = report_ref(report),
        .kinds = kinds == 0 ? UINT32_MAX : kinds,
        .growing = true,
    };
    return cursor;
}

void
objects_free(pgcs_objects *cursor) {
    if (cursor == NULL)
        return;
    report_unref(cursor->report);
    free(cursor);
}

bool
objects_row(pgcs_objects *cursor) {
    if (!cursor->stands)
        return false;
    cursor->row = (const struct object_row *)cursor->report->objects.items + cursor->at;
    cursor->set = (const struct object_set *)cursor->report->sets.items + cursor->row->set;
    return true;
}

bool
objects_next(pgcs_objects *cursor) {
    const struct object_row *rows = cursor->report->objects.items;
    if (cursor->growing)
        cursor->range.end = cursor->report->finished ? 0 : cursor->report->objects.count;
    cursor->stands = false;
    while (!cursor->stands && cursor->range.first < cursor->range.end) {
        cursor->at = cursor->range.first++;
        cursor->stands = cursor->kinds & UINT32_C(1) << rows[cursor->at].kind;
    }
    return cursor->stands;
}

pgcs_grants *
grants_new(const pgcs_report *report, const char *schema) {
    pgcs_grants *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    *cursor =
        (pgcs_grants){.report = report_ref(report), .range = report_grants_in(report, schema)};
    return cursor;
}

void
grants_free(pgcs_grants *cursor) {
    if (cursor == NULL)
        return;
    report_unref(cursor->report);
    free(cursor);
}

bool
grants_next(pgcs_grants *cursor) {
    const struct grant_row *rows = cursor->report->grants.items;
    cursor->row = cursor->range.first < cursor->range.end ? &rows[cursor->range.first++] : NULL;
    return cursor->row != NULL;
}

pgcs_memberships *
memberships_new(const pgcs_report *report) {
    pgcs_memberships *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    *cursor = (pgcs_memberships){.report = report_ref(report)};
    return cursor;
}

void
memberships_free(pgcs_memberships *cursor) {
    if (cursor == NULL)
        return;
    report_unref(cursor->report);
    free(cursor);
}

bool
memberships_next(pgcs_memberships *cursor) {
    const struct list *list = &cursor->report->memberships;
    const struct membership_row *rows = list->items;
    cursor->row = cursor->next < list->count ? &rows[cursor->next++] : NULL;
    return cursor->row != NULL;
}

/* They belong to no relation. */
pgcs_extensions *
extensions_new(const pgcs_report *report) {
    pgcs_extensions *cursor = malloc(sizeof *cursor);
    if (cursor == NULL)
        return NULL;
    *cursor = (pgcs_extensions){.report = report_ref(report),
                                .range = report_pieces_of(report, NULL, NULL)};
    return cursor;
}

void
extensions_free(pgcs_extensions *cursor) {
    if (cursor == NULL)
        return;
    report_unref(cursor->report);
    free(cursor);
}

bool
extensions_next(pgcs_extensions *cursor) {
    cursor->row = NULL;
    while (cursor->row == NULL && cursor->range.first < cursor->range.end) {
        const struct piece_row *row = report_piece(cursor->report, cursor->range.first++);
        if (row->kind == PIECE_EXTENSION)
            cursor->row = row;
    }
    return cursor->row != NULL;
}
