/* The exported functions of report.h. */
#include <pgconnspec/report.h>

#include "report/cursor.h"
#include "report/names.h"
#include "report/report.h"

const pgcs_report *
pgcs_report_ref(const pgcs_report *report) {
    return report_ref(report);
}

const pgcs_report *
pgcs_report_unref(const pgcs_report *report) {
    return report_unref(report);
}

pgcs_severity
pgcs_report_severity(const pgcs_report *report) {
    return report ? report_severity(report) : PGCS_SEVERITY_NONE;
}

const char *
pgcs_severity_name(pgcs_severity severity) {
    return severity_name(severity);
}

/* --- facts ---------------------------------------------------------------------------------
 */

static const struct fact *
fact_of(const pgcs_report *report, pgcs_fact fact) {
    if (report == NULL || fact_name(fact) == NULL)
        return NULL;
    return &report->facts[fact - FACT_FIRST];
}

int
pgcs_report_has_fact(const pgcs_report *report, pgcs_fact fact) {
    return pgcs_report_fact(report, fact) != NULL;
}

const char *
pgcs_report_fact(const pgcs_report *report, pgcs_fact fact) {
    const struct fact *known = fact_of(report, fact);
    return known ? known->text : NULL;
}

int64_t
pgcs_report_fact_int(const pgcs_report *report, pgcs_fact fact) {
    const struct fact *known = fact_of(report, fact);
    return known ? known->integer : INT64_MIN;
}

const char *
pgcs_fact_name(pgcs_fact fact) {
    return fact_name(fact);
}

/* --- findings ------------------------------------------------------------------------------
 */

pgcs_findings *
pgcs_findings_new(const pgcs_report *report, pgcs_severity at_least) {
    return report ? findings_new(report, at_least) : NULL;
}

void
pgcs_findings_free(pgcs_findings *cursor) {
    findings_free(cursor);
}

int
pgcs_findings_next(pgcs_findings *cursor) {
    return cursor != NULL && findings_next(cursor);
}

/* The finding that the cursor stands on, or NULL. */
static const struct finding *
finding_at(const pgcs_findings *cursor) {
    return cursor ? cursor->row : NULL;
}

int32_t
pgcs_finding_code(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->code : 0;
}

const char *
pgcs_finding_name(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->name : NULL;
}

pgcs_severity
pgcs_finding_severity(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->severity : PGCS_SEVERITY_NONE;
}

const char *
pgcs_finding_message(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->message : NULL;
}

const char *
pgcs_finding_hint(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->hint : NULL;
}

const char *
pgcs_finding_field(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->field : NULL;
}

const char *
pgcs_finding_object(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->object : NULL;
}

int64_t
pgcs_finding_offset(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->offset : DIAG_NO_PLACE;
}

int64_t
pgcs_finding_length(pgcs_findings *cursor) {
    return finding_at(cursor) ? cursor->row->length : DIAG_NO_PLACE;
}

/* --- attempts ------------------------------------------------------------------------------
 */

pgcs_attempts *
pgcs_attempts_new(const pgcs_report *report) {
    return report ? attempts_new(report) : NULL;
}

void
pgcs_attempts_free(pgcs_attempts *cursor) {
    attempts_free(cursor);
}

int
pgcs_attempts_next(pgcs_attempts *cursor) {
    return cursor != NULL && attempts_next(cursor);
}

/* The attempt that the cursor stands on, or NULL. */
static const struct attempt *
attempt_at(const pgcs_attempts *cursor) {
    return cursor ? cursor->row : NULL;
}

int64_t
pgcs_attempt_host_index(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->host_index : -1;
}

const char *
pgcs_attempt_host(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->host : NULL;
}

const char *
pgcs_attempt_address(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->address : NULL;
}

int32_t
pgcs_attempt_port(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->port : 0;
}

int64_t
pgcs_attempt_start_ms(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->start_ms : -1;
}

int64_t
pgcs_attempt_duration_ms(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->duration_ms : -1;
}

pgcs_code
pgcs_attempt_cause(pgcs_attempts *cursor) {
    return attempt_at(cursor) ? cursor->row->cause : 0;
}

const char *
pgcs_attempt_cause_name(pgcs_attempts *cursor) {
    return attempt_at(cursor) && cursor->row->cause ? code_name(cursor->row->cause) : NULL;
}

/* --- objects -------------------------------------------------------------------------------
 */

pgcs_objects *
pgcs_objects_new(const pgcs_report *report, const char *schema, uint32_t kinds) {
    return report ? objects_new(report, schema, kinds) : NULL;
}

void
pgcs_objects_free(pgcs_objects *cursor) {
    objects_free(cursor);
}

int
pgcs_objects_next(pgcs_objects *cursor) {
    return cursor != NULL && objects_next(cursor);
}

/* Whether the cursor stands on an object: its row and set can be read then. */
static bool
object_at(pgcs_objects *cursor) {
    return cursor != NULL && objects_row(cursor);
}

pgcs_object_kind
pgcs_object_kind_of(pgcs_objects *cursor) {
    return object_at(cursor) ? cursor->row->kind : 0;
}

const char *
pgcs_object_kind_name(pgcs_object_kind kind) {
    return kind_name(kind);
}

const char *
pgcs_object_schema(pgcs_objects *cursor) {
    return object_at(cursor) ? report_name(cursor->report, cursor->row->schema) : NULL;
}

const char *
pgcs_object_name(pgcs_objects *cursor) {
    return object_at(cursor) ? object_name(cursor->report, cursor->row) : NULL;
}

const char *
pgcs_object_column(pgcs_objects *cursor) {
    if (!object_at(cursor))
        return NULL;
    return object_second_text(cursor->report, cursor->row, OBJECT_HAS_COLUMN);
}

const char *
pgcs_object_owner(pgcs_objects *cursor) {
    return object_at(cursor) ? report_name(cursor->report, cursor->set->owner) : NULL;
}

uint64_t
pgcs_object_privileges(pgcs_objects *cursor) {
    return object_at(cursor) ? cursor->set->held : 0;
}

uint64_t
pgcs_object_grantable(pgcs_objects *cursor) {
    return object_at(cursor) ? cursor->set->grantable : 0;
}

int
pgcs_object_is_usable(pgcs_objects *cursor) {
    return object_at(cursor) && (cursor->row->flags & OBJECT_USABLE);
}

int
pgcs_object_is_owned(pgcs_objects *cursor) {
    return object_at(cursor) && cursor->set->owned;
}

int
pgcs_object_has_row_security(pgcs_objects *cursor) {
    return object_at(cursor) && (cursor->row->flags & OBJECT_ROW_SECURITY);
}

const char *
pgcs_object_belongs_to(pgcs_objects *cursor) {
    if (!object_at(cursor))
        return NULL;
    return object_second_text(cursor->report, cursor->row, OBJECT_HAS_BELONGS_TO);
}

int
pgcs_object_has_last_value(pgcs_objects *cursor) {
    return object_at(cursor) && report_last_value(cursor->report, cursor->row) != NULL;
}

int64_t
pgcs_object_last_value(pgcs_objects *cursor) {
    if (!pgcs_object_has_last_value(cursor))
        return 0;
    return *report_last_value(cursor->report, cursor->row);
}

pgcs_via
pgcs_object_via(pgcs_objects *cursor, uint64_t privilege) {
    int index = privilege_index(privilege);
    return object_at(cursor) && index >= 0 ? cursor->set->via[index] : PGCS_VIA_NONE;
}

const char *
pgcs_object_via_role(pgcs_objects *cursor, uint64_t privilege) {
    pgcs_via via = pgcs_object_via(cursor, privilege);
    if (via != PGCS_VIA_ROLE && via != PGCS_VIA_PREDEFINED)
        return NULL;
    return report_name(cursor->report, cursor->set->via_role[privilege_index(privilege)]);
}

static const struct set_roles *
set_roles_at(pgcs_objects *cursor) {
    return object_at(cursor) ? report_set_roles(cursor->report, cursor->set) : NULL;
}

uint64_t
pgcs_object_after_set_role(pgcs_objects *cursor) {
    const struct set_roles *roles = set_roles_at(cursor);
    return roles ? roles->privileges : 0;
}

const char *
pgcs_object_set_role(pgcs_objects *cursor, uint64_t privilege) {
    return report_role_to_set(cursor ? cursor->report : NULL, set_roles_at(cursor), privilege);
}

const char *
pgcs_privilege_name(uint64_t privilege) {
    return privilege_name(privilege);
}

/* --- grants --------------------------------------------------------------------------------
 */

pgcs_grants *
pgcs_grants_new(const pgcs_report *report, const char *schema) {
    return report ? grants_new(report, schema) : NULL;
}

void
pgcs_grants_free(pgcs_grants *cursor) {
    grants_free(cursor);
}

int
pgcs_grants_next(pgcs_grants *cursor) {
    return cursor != NULL && grants_next(cursor);
}

/* The grant that the cursor stands on, or NULL. */
static const struct grant_row *
grant_at(const pgcs_grants *cursor) {
    return cursor ? cursor->row : NULL;
}

pgcs_object_kind
pgcs_grant_object_kind(pgcs_grants *cursor) {
    return grant_at(cursor) ? cursor->row->kind : 0;
}

const char *
pgcs_grant_schema(pgcs_grants *cursor) {
    return grant_at(cursor) ? report_name(cursor->report, cursor->row->schema) : NULL;
}

const char *
pgcs_grant_object(pgcs_grants *cursor) {
    return grant_at(cursor) ? report_name(cursor->report, cursor->row->object) : NULL;
}

const char *
pgcs_grant_column(pgcs_grants *cursor) {
    return grant_at(cursor) ? report_text(cursor->report, cursor->row->column) : NULL;
}

const char *
pgcs_grant_grantor(pgcs_grants *cursor) {
    return grant_at(cursor) ? report_name(cursor->report, cursor->row->grantor) : NULL;
}

const char *
pgcs_grant_grantee(pgcs_grants *cursor) {
    return grant_at(cursor) ? report_name(cursor->report, cursor->row->grantee) : NULL;
}

uint64_t
pgcs_grant_privileges(pgcs_grants *cursor) {
    return grant_at(cursor) ? cursor->row->privileges : 0;
}

uint64_t
pgcs_grant_grantable(pgcs_grants *cursor) {
    return grant_at(cursor) ? cursor->row->grantable : 0;
}

/* --- memberships ---------------------------------------------------------------------------
 */

pgcs_memberships *
pgcs_memberships_new(const pgcs_report *report) {
    return report ? memberships_new(report) : NULL;
}

void
pgcs_memberships_free(pgcs_memberships *cursor) {
    memberships_free(cursor);
}

int
pgcs_memberships_next(pgcs_memberships *cursor) {
    return cursor != NULL && memberships_next(cursor);
}

const char *
pgcs_membership_role(pgcs_memberships *cursor) {
    return cursor && cursor->row ? report_text(cursor->report, cursor->row->role) : NULL;
}

static int
has_flag(const pgcs_memberships *cursor, enum membership_flags flag) {
    return cursor && cursor->row && (cursor->row->flags & flag);
}

int
pgcs_membership_is_direct(pgcs_memberships *cursor) {
    return has_flag(cursor, MEMBERSHIP_DIRECT);
}

int
pgcs_membership_is_inherited(pgcs_memberships *cursor) {
    return has_flag(cursor, MEMBERSHIP_INHERITED);
}

int
pgcs_membership_is_settable(pgcs_memberships *cursor) {
    return has_flag(cursor, MEMBERSHIP_SETTABLE);
}

int
pgcs_membership_is_admin(pgcs_memberships *cursor) {
    return has_flag(cursor, MEMBERSHIP_ADMIN);
}

/* --- extensions ----------------------------------------------------------------------------
 */

pgcs_extensions *
pgcs_extensions_new(const pgcs_report *report) {
    return report ? extensions_new(report) : NULL;
}

void
pgcs_extensions_free(pgcs_extensions *cursor) {
    extensions_free(cursor);
}

int
pgcs_extensions_next(pgcs_extensions *cursor) {
    return cursor != NULL && extensions_next(cursor);
}

const char *
pgcs_extension_name(pgcs_extensions *cursor) {
    return cursor && cursor->row ? piece_name(cursor->report, cursor->row) : NULL;
}

const char *
pgcs_extension_version(pgcs_extensions *cursor) {
    return cursor && cursor->row ? piece_text(cursor->report, cursor->row, 0) : NULL;
}
