/* The exported functions of assess.h. */
#include <pgconnspec/assess.h>

#include "assess/assess.h"
#include "assess/script.h"
#include "base/error.h"

/* --- needs ---------------------------------------------------------------------------------
 */

pgcs_needs *
pgcs_needs_new(pgcs_purpose purpose, uint32_t flags) {
    return needs_new(purpose, flags);
}

void
pgcs_needs_free(pgcs_needs *needs) {
    needs_free(needs);
}

pgcs_status
pgcs_needs_add_table(pgcs_needs *needs, const char *schema, const char *table,
                     pgcs_error **err) {
    struct diag diag;
    if (needs == NULL || schema == NULL || table == NULL)
        return error_misuse("needs, schema or table is NULL", err);
    return error_finish(needs_add(needs, schema, table, &diag), &diag, err);
}

pgcs_status
pgcs_needs_add_schema(pgcs_needs *needs, const char *schema, pgcs_error **err) {
    struct diag diag;
    if (needs == NULL || schema == NULL)
        return error_misuse("needs or schema is NULL", err);
    return error_finish(needs_add(needs, schema, NULL, &diag), &diag, err);
}

/* --- the verdict ---------------------------------------------------------------------------
 */

pgcs_status
pgcs_report_assess(const pgcs_report *report, pgcs_needs *needs, const pgcs_assessment **out,
                   pgcs_error **err) {
    struct diag diag;
    if (report == NULL || needs == NULL || out == NULL)
        return error_misuse("report, needs or out is NULL", err);
    return error_finish(assess(report, needs, out, &diag), &diag, err);
}

const pgcs_assessment *
pgcs_assessment_ref(const pgcs_assessment *assessment) {
    return assessment_ref(assessment);
}

const pgcs_assessment *
pgcs_assessment_unref(const pgcs_assessment *assessment) {
    return assessment_unref(assessment);
}

int
pgcs_assessment_is_sufficient(const pgcs_assessment *assessment) {
    return assessment != NULL && assessment->sufficient;
}

const pgcs_report *
pgcs_assessment_report(const pgcs_assessment *assessment) {
    return assessment ? assessment->findings : NULL;
}

pgcs_status
pgcs_assessment_script(const pgcs_assessment *assessment, const pgcs_text **out,
                       pgcs_error **err) {
    struct diag diag;
    if (assessment == NULL || out == NULL)
        return error_misuse("assessment or out is NULL", err);
    return error_finish(script_write(assessment, out, &diag), &diag, err);
}

/* --- the cursor ----------------------------------------------------------------------------
 */

pgcs_need *
pgcs_need_new(const pgcs_assessment *assessment) {
    return assessment ? need_new(assessment) : NULL;
}

void
pgcs_need_free(pgcs_need *cursor) {
    need_free(cursor);
}

int
pgcs_need_next(pgcs_need *cursor) {
    return cursor != NULL && need_next(cursor);
}

/* The need that the cursor stands on, or NULL. */
static const struct need_row *
need_at(const pgcs_need *cursor) {
    return cursor ? cursor->row : NULL;
}

int
pgcs_need_is_met(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->met : 0;
}

pgcs_object_kind
pgcs_need_object_kind(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->kind : 0;
}

const char *
pgcs_need_schema(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->schema : NULL;
}

const char *
pgcs_need_object(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->object : NULL;
}

const char *
pgcs_need_column(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->column : NULL;
}

uint64_t
pgcs_need_privilege(pgcs_need *cursor) {
    return need_at(cursor) ? rules[cursor->row->rule].privilege : 0;
}

const char *
pgcs_need_reason(pgcs_need *cursor) {
    return need_at(cursor) ? rules[cursor->row->rule].reason : NULL;
}

const char *
pgcs_need_remedy(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->remedy : NULL;
}

const char *
pgcs_need_set_role(pgcs_need *cursor) {
    return need_at(cursor) ? cursor->row->set_role : NULL;
}
