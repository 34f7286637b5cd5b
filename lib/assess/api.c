/* The exported functions of assess.h: not landed yet. */
#include <pgconnspec/assess.h>

#include "base/diag.h"
#include "base/error.h"

/* What a function whose capability has not landed yet answers. */
static pgcs_status
not_built(pgcs_error **err) {
    struct diag diag;
    diag_not_built(&diag, "assess");
    return error_raise(&diag, err);
}

pgcs_needs *
pgcs_needs_new(pgcs_purpose purpose, uint32_t flags) {
    (void)purpose;
    (void)flags;
    return NULL;
}

void
pgcs_needs_free(pgcs_needs *needs) {
    (void)needs;
}

pgcs_status
pgcs_needs_add_table(pgcs_needs *needs, const char *schema, const char *table,
                     pgcs_error **err) {
    (void)needs;
    (void)schema;
    (void)table;
    return not_built(err);
}

pgcs_status
pgcs_needs_add_schema(pgcs_needs *needs, const char *schema, pgcs_error **err) {
    (void)needs;
    (void)schema;
    return not_built(err);
}

pgcs_status
pgcs_report_assess(const pgcs_report *report, pgcs_needs *needs, const pgcs_assessment **out,
                   pgcs_error **err) {
    (void)report;
    (void)needs;
    (void)out;
    return not_built(err);
}

const pgcs_assessment *
pgcs_assessment_ref(const pgcs_assessment *assessment) {
    (void)assessment;
    return NULL;
}

const pgcs_assessment *
pgcs_assessment_unref(const pgcs_assessment *assessment) {
    (void)assessment;
    return NULL;
}

int
pgcs_assessment_is_sufficient(const pgcs_assessment *assessment) {
    (void)assessment;
    return 0;
}

pgcs_status
pgcs_assessment_script(const pgcs_assessment *assessment, const pgcs_text **out,
                       pgcs_error **err) {
    (void)assessment;
    (void)out;
    return not_built(err);
}

pgcs_need *
pgcs_need_new(const pgcs_assessment *assessment) {
    (void)assessment;
    return NULL;
}

void
pgcs_need_free(pgcs_need *cursor) {
    (void)cursor;
}

int
pgcs_need_next(pgcs_need *cursor) {
    (void)cursor;
    return 0;
}

int
pgcs_need_is_met(pgcs_need *cursor) {
    (void)cursor;
    return 0;
}

pgcs_object_kind
pgcs_need_object_kind(pgcs_need *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_need_schema(pgcs_need *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_need_object(pgcs_need *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_need_column(pgcs_need *cursor) {
    (void)cursor;
    return NULL;
}

uint64_t
pgcs_need_privilege(pgcs_need *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_need_reason(pgcs_need *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_need_remedy(pgcs_need *cursor) {
    (void)cursor;
    return NULL;
}
