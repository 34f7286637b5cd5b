/* The life of a verdict, and the cursor over its needs. */
#include "assess/assess.h"

#include <stdlib.h>

const pgcs_assessment *
assessment_ref(const pgcs_assessment *assessment) {
    if (assessment != NULL)
        refs_take(&((struct pgcs_assessment *)assessment)->refs);
    return assessment;
}

const pgcs_assessment *
assessment_unref(const pgcs_assessment *assessment) {
    struct pgcs_assessment *last = (struct pgcs_assessment *)assessment;
    if (last == NULL || !refs_drop(&last->refs))
        return NULL;
    report_unref(last->report);
    report_unref(last->findings);
    pool_free(last->pool);
    free(last->needs.rows);
    free(last->offers.rows);
    free(last);
    return NULL;
}

pgcs_need *
need_new(const pgcs_assessment *assessment) {
    pgcs_need *cursor = malloc(sizeof *cursor);
    if (cursor != NULL)
        *cursor = (pgcs_need){.assessment = assessment_ref(assessment)};
    return cursor;
}

void
need_free(pgcs_need *cursor) {
    if (cursor == NULL)
        return;
    assessment_unref(cursor->assessment);
    free(cursor);
}

bool
need_next(pgcs_need *cursor) {
    const struct need_list *list = &cursor->assessment->needs;
    cursor->row = cursor->next < list->count ? &list->rows[cursor->next++] : NULL;
    return cursor->row != NULL;
}
