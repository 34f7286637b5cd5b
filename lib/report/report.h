/*
 * The report itself: facts, findings, objects and grants. Immutable once finished.
 *
 * Objects are kept for databases of millions: a row is 16 bytes, its texts stand behind each
 * other in one store, and what is the same for many (owner, privileges, schema) stands once.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "base/pool.h"
#include "base/refs.h"
#include "report/builder.h"

struct finding {
    const char *name;
    const char *message;
    const char *hint;   /* NULL when there is none */
    const char *field;  /* NULL when there is none */
    const char *object; /* of a database, as SQL names it; NULL when there is none */
    int64_t offset;
    int64_t length;
    size_t sequence; /* how many were added before it */
    int32_t code;
    pgcs_severity severity;
};

struct fact {
    const char *text; /* NULL when unknown */
    int64_t integer;  /* INT64_MIN unless an integer */
};

enum object_flags {
    OBJECT_USABLE = 1 << 0,
    OBJECT_ROW_SECURITY = 1 << 1,
    OBJECT_HAS_COLUMN = 1 << 2,     /* behind the name stands the column's */
    OBJECT_HAS_BELONGS_TO = 1 << 3, /* behind the name stands what it belongs to */
};

struct object_row {
    uint32_t text; /* offset in the store: name, then what the flags say */
    uint32_t schema;
    uint32_t set;
    uint8_t kind;
    uint8_t flags;
};

struct grant_row {
    uint64_t privileges;
    uint64_t grantable;
    uint32_t schema;
    uint32_t object;
    uint32_t grantor;
    uint32_t grantee;
    uint32_t column; /* offset in the store, or NO_NAME */
    pgcs_object_kind kind;
};

struct membership_row {
    uint32_t role;  /* offset in the store */
    uint32_t flags; /* MEMBERSHIP_* */
};

/* Of a sequence. */
struct last_value {
    uint32_t schema; /* name */
    uint32_t name;   /* offset in the store */
    int64_t value;
};

/* A growing array of one kind of thing. */
struct list {
    void *items;
    size_t count;
    size_t capacity;
};

struct pgcs_report {
    struct refs refs;
    struct pool *pool; /* texts of facts and findings */
    struct fact facts[FACT_COUNT];
    struct list findings;    /* of struct finding, worst first */
    struct list attempts;    /* of struct attempt, in the order in which they were made */
    struct list names;       /* of uint32_t: offsets in the store */
    struct list sets;        /* of struct object_set */
    struct list set_roles;   /* of struct set_roles */
    struct list last_values; /* of struct last_value; few */
    struct list objects;     /* of struct object_row, by schema, name, kind, column */
    struct list grants;      /* of struct grant_row, by schema, object, column, grantee */
    struct list memberships; /* of struct membership_row, by role */
    struct list pieces; /* of struct piece_row (structure.h), in the order of piece_compare() */
    uint32_t sections;  /* PGCS_SECTION_*: what was read in full */
    bool finished;      /* in order, and never changed again */
    uint64_t pair;      /* the same for the reports of two checks that met; 0 for others */
    struct list store;  /* of char: terminated texts */
};

/* A text of the store; NULL for NO_NAME. */
const char *
report_text(const pgcs_report *report, uint32_t offset);
/* A shared name; NULL for NO_NAME. */
const char *
report_name(const pgcs_report *report, uint32_t name);
const char *
object_name(const pgcs_report *report, const struct object_row *row);
/* What stands behind the name: a column or what a sequence belongs to; NULL without @flag. */
const char *
object_second_text(const pgcs_report *report, const struct object_row *row,
                   enum object_flags flag);

/* The last value of a sequence; NULL where it is not known. */
const int64_t *
report_last_value(const pgcs_report *report, const struct object_row *row);

/* What SET ROLE would add to @set; NULL for nothing. */
const struct set_roles *
report_set_roles(const pgcs_report *report, const struct object_set *set);
/* The role of @roles for a privilege, or for 0 for ownership; NULL for none. */
const char *
report_role_to_set(const pgcs_report *report, const struct set_roles *roles,
                   uint64_t privilege);

/* Rows of @schema, or all for NULL: the first one, and behind the last one. */
struct row_range {
    size_t first;
    size_t end;
};
struct row_range
report_objects_in(const pgcs_report *report, const char *schema);
/* Rows of all kinds of the objects of that name, columns included. */
struct row_range
report_objects_named(const pgcs_report *report, const char *schema, const char *name);
struct row_range
report_grants_in(const pgcs_report *report, const char *schema);

/* Absent comes first, then by bytes. */
int
compare_texts(const char *a, const char *b);

/* For qsort_r(), with the report: the order of objects. */
int
compare_objects(const void *left, const void *right, void *report);

/* Put all but the objects into its order. */
void
report_sort(struct pgcs_report *report);

const pgcs_report *
report_ref(const pgcs_report *report);
const pgcs_report *
report_unref(const pgcs_report *report);
pgcs_severity
report_severity(const pgcs_report *report);

#endif
