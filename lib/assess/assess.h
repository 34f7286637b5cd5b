/*
 * The verdict: a report held against what a job needs. Pure: no clock, no network, nothing but
 * the report and the needs.
 */
#ifndef ASSESS_ASSESS_H
#define ASSESS_ASSESS_H

#include "assess/needs.h"
#include "base/refs.h"
#include "base/text.h"
#include "report/structure.h"

/* Where a rule looks. Smaller numbers are the CALL_* of report/structure.h. */
enum rule_place {
    ON_DATABASE = 0x10000,
    ON_SCHEMA,           /* of anything that the job names */
    ON_SCHEMA_OF_TABLES, /* where tables are made */
    ON_TABLE,
    ON_TABLE_IN_CASCADE,
    ON_SEQUENCE, /* that fills a column */
    ON_SEQUENCE_OF_DEFAULT,
    ON_SEQUENCE_OF_CHECK,
    ON_SEQUENCE_OF_QUERY,
    ON_TABLE_NOT_KNOWN, /* whose structure is not in the report */
    ON_VIEW_NOT_KNOWN,  /* of which the report does not say what it writes to */
    ON_TABLE_OF_VIEW,   /* that a view writes to as the role */
    ON_TYPE,            /* of columns that may be made */
};

/* Which columns a rule is about, and what a column is. */
enum column_traits {
    IN_TABLE = 1 << 0,  /* every column */
    IN_INSERT = 1 << 1, /* may be written by INSERT */
    IN_UPDATE = 1 << 2, /* may be written by UPDATE */
    IN_KEY = 1 << 3,
    IN_SEQUENCE = 1 << 4, /* is filled by a sequence */
    IN_UPSERT = 1 << 5,   /* may be written by UPDATE, and the table has a key */
};

enum rule_number {
#define X(name, purpose, options, but_not, on, privilege, or, columns, reason) RULE_##name,
#include "assess/rules.def"
#undef X
    RULE_COUNT
};

struct rule {
    pgcs_purpose purpose; /* 0 is any */
    uint32_t options;     /* all of them asked */
    uint32_t but_not;     /* none of them */
    int on;
    uint64_t privilege; /* 0 is ownership */
    uint64_t or ;       /* does as well */
    unsigned columns;
    const char *reason;
};
extern const struct rule rules[RULE_COUNT];

enum met { MET_UNKNOWN = -1, MET_NO = 0, MET_YES = 1 };

/* Names belong to the report, or to the assessment's pool. */
struct need_row {
    const char *schema; /* NULL for a database or a schema */
    const char *object;
    const char *column;   /* NULL unless a column's */
    const char *owner;    /* of the object, NULL when unknown */
    const char *sql;      /* how statements name it, NULL when schema and object say so */
    const char *remedy;   /* NULL unless unmet */
    const char *set_role; /* after SET ROLE to it an unmet need is met; NULL for none */
    uint8_t kind;
    uint8_t rule;
    int8_t met;
    bool whole_schema; /* a table's: the scope has all tables of its schema */
};

/* What GRANT calls it: columns and views are part of PGCS_OBJECT_TABLE. */
pgcs_object_kind
need_class(const struct need_row *row);

/* The same object and privilege for one rule and another are one need. */
int
need_compare(const struct need_row *a, const struct need_row *b);

struct need_list {
    struct need_row *rows;
    size_t count;
    size_t capacity;
};

struct pgcs_assessment {
    struct refs refs;
    const pgcs_report *report;
    const pgcs_report *findings;
    struct pool *pool;
    struct need_list needs;  /* unmet first, then unknown, then met */
    struct need_list offers; /* what would do for setval() where a restart is refused */
    pgcs_purpose purpose;
    bool all_tables; /* the script is to grant on all tables of a schema at once */
    bool sufficient;
};

struct pgcs_need {
    const pgcs_assessment *assessment;
    size_t next;
    const struct need_row *row; /* NULL before the first and after the last */
};

pgcs_status
assess(const pgcs_report *report, struct pgcs_needs *needs, const pgcs_assessment **out,
       struct diag *diag);
const pgcs_assessment *
assessment_ref(const pgcs_assessment *assessment);
const pgcs_assessment *
assessment_unref(const pgcs_assessment *assessment);

/* NULL without memory. */
pgcs_need *
need_new(const pgcs_assessment *assessment);
void
need_free(pgcs_need *cursor);
bool
need_next(pgcs_need *cursor);

#endif
