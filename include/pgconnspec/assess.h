#ifndef PGCS_ASSESS_H
#define PGCS_ASSESS_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>

PGCS_BEGIN_DECLS

/* --- needs: what a job needs of a connection --------------------------------------------- */

/** What the connection is for. */
typedef int32_t pgcs_purpose;
enum pgcs_purpose_ {
    PGCS_PURPOSE_SOURCE = 1,     /* read only: SELECT on what is copied */
    PGCS_PURPOSE_DESTINATION = 2 /* INSERT and UPDATE on what is written */
};

/**
 * What a destination's job does besides. All of them write rows with INSERT, may leave any
 * column to its default, and unless PGCS_NEED_INSERT_ONLY change rows with UPDATE ... WHERE
 * primary key = ...
 */
#define PGCS_NEED_TRUNCATE       (1u << 0) /* tables are emptied first, by one statement */
#define PGCS_NEED_CASCADE        (1u << 1) /* ... with CASCADE */
#define PGCS_NEED_SETVAL         (1u << 2) /* sequences are moved with setval() */
#define PGCS_NEED_RESTART        (1u << 3) /* sequences are restarted: only their owner may */
#define PGCS_NEED_UPSERT         (1u << 4) /* INSERT ... ON CONFLICT DO UPDATE */
#define PGCS_NEED_CREATE_TABLES  (1u << 5) /* tables are made, of any types of the schemas */
#define PGCS_NEED_CREATE_SCHEMAS (1u << 6) /* schemas are made in the database */
#define PGCS_NEED_INSERT_ONLY    (1u << 7) /* a destination that never updates */
/**
 * Not a need but a wish for the script, of a source as well: where a whole schema is in the
 * scope, GRANT ... ON ALL TABLES IN SCHEMA instead of the narrow statements for its tables.
 */
#define PGCS_NEED_ALL_TABLES (1u << 8)

/** What a job needs. Mutable, one thread at a time. */
typedef struct pgcs_needs pgcs_needs;

/**
 * The needs of a job; NULL without memory or for a @p purpose or @p flags (PGCS_NEED_*) that it
 * does not know. Flags that contradict each other are found by pgcs_report_assess(). The caller
 * frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_needs *
pgcs_needs_new(pgcs_purpose purpose, uint32_t flags);
/** Frees @p needs; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_needs_free(pgcs_needs *needs);
/**
 * Only this table, view or foreign table, named as it is, not quoted; call again for more.
 * Without tables and schemas it is every user table of the report. Partitions are reached
 * through their parent, and only judged when they are named or their parent is not in the
 * scope.
 *
 * Errors: PGCS_ERR_LIMIT over a million schemas and tables, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_needs_add_table(pgcs_needs *needs, const char *schema, const char *table,
                     pgcs_error **err);
/**
 * Only the tables of this schema; call again for more. Adds to pgcs_needs_add_table().
 *
 * Errors: PGCS_ERR_LIMIT over a million schemas and tables, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_needs_add_schema(pgcs_needs *needs, const char *schema, pgcs_error **err);

/* --- assessment: whether a connection is fit for its job --------------------------------- */

/** A verdict: immutable, shareable, counted. Keeps its report alive. */
typedef struct pgcs_assessment pgcs_assessment;

/**
 * Judge @p report, which needs PGCS_SECTION_OBJECTS and PGCS_SECTION_COLUMNS, and for a
 * destination, for views and for row level security PGCS_SECTION_STRUCTURE: what can't be told
 * without is unknown. A job that creates tables is asked for USAGE on the types of its schemas
 * if PGCS_SECTION_TYPES was read. Pure. A role that lacks privileges is a verdict, not an
 * error. The needs may be used again. Source: PostgreSQL documentation, "Privileges", "Rules
 * and Privileges", "Row Security Policies", and the pages of the statements.
 *
 * Errors: PGCS_ERR_CONFLICT for needs that contradict each other (upsert with insert-only,
 * cascade without truncate, options to write for a source), PGCS_ERR_MISUSE, PGCS_ERR_NOMEM.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_report_assess(const pgcs_report *report, pgcs_needs *needs, const pgcs_assessment **out,
                   pgcs_error **err);
/** Takes a reference and returns @p assessment; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_assessment *
pgcs_assessment_ref(const pgcs_assessment *assessment);
/** Gives a reference back; NULL is fine. Always returns NULL. Since: 0.1. */
PGCS_API const pgcs_assessment *
pgcs_assessment_unref(const pgcs_assessment *assessment);
/**
 * 1 if every need is met, none is unknown, and pgcs_assessment_report() has no failure; else 0.
 * That is about what the role may do: read the report's warnings as well, above all that row
 * level security hides rows from a source. Since: 0.1.
 */
PGCS_API int
pgcs_assessment_is_sufficient(const pgcs_assessment *assessment);
/**
 * What no privilege settles, as findings PGCS_VERDICT_*: a standby as a destination, row level
 * security that hides rows, a table without a primary key, and the like. Borrowed; lives as
 * long as @p assessment. NULL for NULL. Since: 0.1.
 */
PGCS_API const pgcs_report *
pgcs_assessment_report(const pgcs_assessment *assessment);
/**
 * GRANT statements that close the gap, each one valid SQL on PostgreSQL 13 to 18, identifiers
 * quoted, the fewest and the narrowest that do; grouped under comments that say who has to run
 * them; running them twice does no harm. "" when nothing lacks. Where a restart of sequences is
 * asked of somebody who does not own them, the statements are those for setval() instead, and a
 * comment has the membership that a restart would take. With PGCS_NEED_ALL_TABLES what some
 * table of a schema lacks is granted on all of them: fewer statements, and more than is needed.
 *
 * Errors: PGCS_ERR_LIMIT over 64 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_assessment_script(const pgcs_assessment *assessment, const pgcs_text **out,
                       pgcs_error **err);

/* --- need: what a job needs, one by one -------------------------------------------------- */

/**
 * Cursor over needs: unmet ones, then those unknown, then those met. Starts before the first.
 * Keeps its assessment alive; strings live as long as the assessment. One thread at a time. Off
 * a need its functions answer NULL or 0.
 */
typedef struct pgcs_need pgcs_need;

/**
 * A cursor before the first need; NULL without memory or for NULL. The caller frees it. Since:
 * 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_need *
pgcs_need_new(const pgcs_assessment *assessment);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_need_free(pgcs_need *cursor);
/** Go on: 1 on a need, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_need_next(pgcs_need *cursor);
/** 1 if met, 0 if not, -1 if the report can't tell. Since: 0.1. */
PGCS_API int
pgcs_need_is_met(pgcs_need *cursor);
/**
 * What the privilege is needed on; PGCS_OBJECT_COLUMN for one column of a table. Since: 0.1.
 */
PGCS_API pgcs_object_kind
pgcs_need_object_kind(pgcs_need *cursor);
/** Schema of the object, not quoted; NULL for a database or a schema. Since: 0.1. */
PGCS_API const char *
pgcs_need_schema(pgcs_need *cursor);
/** Name of the object, not quoted; of a function with its arguments. Since: 0.1. */
PGCS_API const char *
pgcs_need_object(pgcs_need *cursor);
/** Name of the column, not quoted; NULL when the need is not about one column. Since: 0.1. */
PGCS_API const char *
pgcs_need_column(pgcs_need *cursor);
/** Privilege needed, one PGCS_PRIV_*; 0 when it is ownership that is needed. Since: 0.1. */
PGCS_API uint64_t
pgcs_need_privilege(pgcs_need *cursor);
/** Why the job needs it, one line. Static storage. Since: 0.1. */
PGCS_API const char *
pgcs_need_reason(pgcs_need *cursor);
/** The statement that grants it; NULL unless unmet. Since: 0.1. */
PGCS_API const char *
pgcs_need_remedy(pgcs_need *cursor);
/**
 * A role to which the session may SET ROLE, and which has what an unmet need lacks, not quoted;
 * NULL when there is none. What else the job needs may be lost by it. Since: 0.1.
 */
PGCS_API const char *
pgcs_need_set_role(pgcs_need *cursor);

PGCS_END_DECLS

#endif
