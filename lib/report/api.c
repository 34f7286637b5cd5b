/* The exported functions of report.h: not landed yet. */
#include <pgconnspec/report.h>

#include "base/diag.h"
#include "base/error.h"

const pgcs_report *
pgcs_report_ref(const pgcs_report *report) {
    (void)report;
    return NULL;
}

const pgcs_report *
pgcs_report_unref(const pgcs_report *report) {
    (void)report;
    return NULL;
}

pgcs_severity
pgcs_report_severity(const pgcs_report *report) {
    (void)report;
    return 0;
}

const char *
pgcs_severity_name(pgcs_severity severity) {
    (void)severity;
    return NULL;
}

const char *
pgcs_fact_name(pgcs_fact fact) {
    (void)fact;
    return NULL;
}

int
pgcs_report_has_fact(const pgcs_report *report, pgcs_fact fact) {
    (void)report;
    (void)fact;
    return 0;
}

const char *
pgcs_report_fact(const pgcs_report *report, pgcs_fact fact) {
    (void)report;
    (void)fact;
    return NULL;
}

int64_t
pgcs_report_fact_int(const pgcs_report *report, pgcs_fact fact) {
    (void)report;
    (void)fact;
    return INT64_MIN;
}

pgcs_findings *
pgcs_findings_new(const pgcs_report *report, pgcs_severity at_least) {
    (void)report;
    (void)at_least;
    return NULL;
}

void
pgcs_findings_free(pgcs_findings *cursor) {
    (void)cursor;
}

int
pgcs_findings_next(pgcs_findings *cursor) {
    (void)cursor;
    return 0;
}

int32_t
pgcs_finding_code(pgcs_findings *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_finding_name(pgcs_findings *cursor) {
    (void)cursor;
    return NULL;
}

pgcs_severity
pgcs_finding_severity(pgcs_findings *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_finding_message(pgcs_findings *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_finding_hint(pgcs_findings *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_finding_field(pgcs_findings *cursor) {
    (void)cursor;
    return NULL;
}

int64_t
pgcs_finding_offset(pgcs_findings *cursor) {
    (void)cursor;
    return 0;
}

int64_t
pgcs_finding_length(pgcs_findings *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_object_kind_name(pgcs_object_kind kind) {
    (void)kind;
    return NULL;
}

pgcs_objects *
pgcs_objects_new(const pgcs_report *report, const char *schema, uint32_t kinds) {
    (void)report;
    (void)schema;
    (void)kinds;
    return NULL;
}

void
pgcs_objects_free(pgcs_objects *cursor) {
    (void)cursor;
}

int
pgcs_objects_next(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

pgcs_object_kind
pgcs_object_kind_of(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_object_schema(pgcs_objects *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_object_name(pgcs_objects *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_object_column(pgcs_objects *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_object_owner(pgcs_objects *cursor) {
    (void)cursor;
    return NULL;
}

uint64_t
pgcs_object_privileges(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

uint64_t
pgcs_object_grantable(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

int
pgcs_object_is_usable(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

int
pgcs_object_is_owned(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

int
pgcs_object_has_row_security(pgcs_objects *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_object_belongs_to(pgcs_objects *cursor) {
    (void)cursor;
    return NULL;
}

pgcs_via
pgcs_object_via(pgcs_objects *cursor, uint64_t privilege) {
    (void)cursor;
    (void)privilege;
    return 0;
}

const char *
pgcs_object_via_role(pgcs_objects *cursor, uint64_t privilege) {
    (void)cursor;
    (void)privilege;
    return NULL;
}

const char *
pgcs_privilege_name(uint64_t privilege) {
    (void)privilege;
    return NULL;
}

pgcs_grants *
pgcs_grants_new(const pgcs_report *report, const char *schema) {
    (void)report;
    (void)schema;
    return NULL;
}

void
pgcs_grants_free(pgcs_grants *cursor) {
    (void)cursor;
}

int
pgcs_grants_next(pgcs_grants *cursor) {
    (void)cursor;
    return 0;
}

pgcs_object_kind
pgcs_grant_object_kind(pgcs_grants *cursor) {
    (void)cursor;
    return 0;
}

const char *
pgcs_grant_schema(pgcs_grants *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_grant_object(pgcs_grants *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_grant_column(pgcs_grants *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_grant_grantor(pgcs_grants *cursor) {
    (void)cursor;
    return NULL;
}

const char *
pgcs_grant_grantee(pgcs_grants *cursor) {
    (void)cursor;
    return NULL;
}

uint64_t
pgcs_grant_privileges(pgcs_grants *cursor) {
    (void)cursor;
    return 0;
}

uint64_t
pgcs_grant_grantable(pgcs_grants *cursor) {
    (void)cursor;
    return 0;
}
