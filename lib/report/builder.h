/*
 * Making of a report. A builder takes facts, findings, objects and grants in any order, and
 * becomes an immutable pgcs_report. Failures stick: add on, ask at the end.
 */
#ifndef REPORT_BUILDER_H
#define REPORT_BUILDER_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/scanner.h"
#include "report/names.h"

struct report_builder;

/* NULL without memory. */
struct report_builder *
report_builder_new(void);
void
report_builder_free(struct report_builder *builder);

void
report_set_text(struct report_builder *builder, pgcs_fact fact, const char *data, size_t size);
void
report_set_int(struct report_builder *builder, pgcs_fact fact, int64_t value);

/* A fact that was set, or NULL. */
const char *
report_set_fact(const struct report_builder *builder, pgcs_fact fact);

/*
 * Add a finding. @diag is filled as for a failure, by diag_fail() and its like, with a
 * pgcs_code, pgcs_status or pgcs_rule number for a status. @name is its symbolic name where
 * code_name() does not know it (static storage), else NULL.
 */
void
report_add_finding(struct report_builder *builder, pgcs_severity severity, const char *name,
                   const struct diag *diag);

/* The same of an @object of a database, by its name as SQL has it; NULL for none. */
void
report_add_finding_on(struct report_builder *builder, pgcs_severity severity,
                      const char *object, const struct diag *diag);

/* One address that was tried, or a host whose name could not be looked up. Texts may be NULL.
 */
struct attempt {
    const char *host; /* as it may be shown */
    const char *address;
    int32_t port;
    int64_t host_index; /* in the spec */
    int64_t start_ms;   /* from the check's first step on */
    int64_t duration_ms;
    pgcs_code cause; /* 0 for the one that led to a session */
};
void
report_add_attempt(struct report_builder *builder, const struct attempt *attempt);

/* --- objects -------------------------------------------------------------------------------
 */

/*
 * A name that many objects share: of a schema or a role. Returns its number for struct object
 * and its like. Names are not made unique: intern each once.
 */
uint32_t
report_add_name(struct report_builder *builder, const char *data, size_t size);
#define NO_NAME UINT32_MAX
/* A name that was added, until the next thing is; "" when the builder failed. */
const char *
report_added_name(const struct report_builder *builder, uint32_t name);

/* What the role may do on all objects of one owner with one ACL. */
struct object_set {
    uint64_t held;
    uint64_t grantable;
    uint32_t owner; /* report_add_name(), or NO_NAME */
    bool owned;     /* the role may act as the owner */
    uint8_t via[PRIVILEGE_COUNT];
    uint32_t set_roles;                 /* report_add_set_roles(), or 0 */
    uint32_t via_role[PRIVILEGE_COUNT]; /* where via is PGCS_VIA_ROLE or _PREDEFINED */
};

/* What SET ROLE would add to a set, each by a role: report_add_name(), or NO_NAME. */
struct set_roles {
    uint64_t privileges;
    uint32_t roles[PRIVILEGE_COUNT];
    uint32_t owner; /* by which role the owner's rights are had */
};
/* Returns its number for struct object_set; never 0. */
uint32_t
report_add_set_roles(struct report_builder *builder, const struct set_roles *row);
/* Returns the set's number for struct object. */
uint32_t
report_add_set(struct report_builder *builder, const struct object_set *set);

/* Of a sequence; @schema by report_add_name(), as that of the object. */
void
report_add_last_value(struct report_builder *builder, uint32_t schema, struct slice name,
                      int64_t value);

struct object {
    pgcs_object_kind kind;
    uint32_t schema; /* report_add_name(); NO_NAME for a database or a schema */
    uint32_t set;    /* report_add_set() */
    struct slice name;
    struct slice column;     /* of a column; else empty */
    struct slice belongs_to; /* of a sequence that belongs to a column; else empty */
    bool usable;
    bool row_security;
};
void
report_add_object(struct report_builder *builder, const struct object *object);

/*
 * Whether so many objects were added that it is worth sorting them while nothing more is there
 * to be added, and to do so: report_finish() has that much less to do. It takes some ten
 * milliseconds for a million objects. Cursors over them go on as if nothing had happened.
 */
bool
report_is_behind(const struct report_builder *builder);
void
report_catch_up(struct report_builder *builder);

/*
 * A cursor over the objects that were added, and over those that will be, in that order; it
 * ends when the report is made. What it tells holds until something more is added. NULL without
 * memory.
 */
pgcs_objects *
report_added_objects(const struct report_builder *builder, uint32_t kinds);

/* A row of information_schema: what @grantor gave @grantee on one object or column. */
struct grant {
    pgcs_object_kind kind;
    uint32_t schema; /* all four by report_add_name(), or NO_NAME */
    uint32_t object;
    uint32_t grantor;
    uint32_t grantee;
    struct slice column; /* empty unless on a column */
    uint64_t privileges;
    uint64_t grantable;
};
void
report_add_grant(struct report_builder *builder, const struct grant *grant);

/* A role that was granted to us, or to one that was. */
enum membership_flags {
    MEMBERSHIP_DIRECT = 1 << 0,
    MEMBERSHIP_INHERITED = 1 << 1,
    MEMBERSHIP_SETTABLE = 1 << 2,
    MEMBERSHIP_ADMIN = 1 << 3,
};
void
report_add_membership(struct report_builder *builder, struct slice role, uint32_t flags);

/*
 * Say that @sections (PGCS_SECTION_*) were read in full: what is not there is not in the
 * database. Structure comes by report_add_piece() of report/structure.h.
 */
void
report_note_sections(struct report_builder *builder, uint32_t sections);

/* Say that it is of one of two checks that were a pair; what differs is told of both. */
void
report_note_pair(struct report_builder *builder, uint64_t pair_key);

/* Make the report; the builder is freed, whatever the outcome. */
pgcs_status
report_finish(struct report_builder *builder, const pgcs_report **out, struct diag *diag);

#endif
