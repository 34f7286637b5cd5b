/*
 * The structure of a database: what its tables are made of, beyond what the role may do on
 * them. Assess reads from it what a job will touch, compare holds two of them together.
 *
 * One kind of row says it all, so that a report of 100,000 tables stays small and two reports
 * can be walked side by side: a row belongs to a relation or a type, has a name, and up to
 * PIECE_TEXTS texts whose meaning depends on its kind. Rows stand by schema, relation, kind,
 * order and name.
 */
#ifndef REPORT_STRUCTURE_H
#define REPORT_STRUCTURE_H

#include "report/report.h"

/* What a row is. In brackets what texts 0 to 3 are; where nothing is said they are empty. */
enum piece_kind {
    PIECE_EXTENSION = 1, /* name; no schema [version, its schema] */
    PIECE_SCHEMA,        /* no name: the schema is all it says */
    PIECE_TYPE,       /* an enum, domain, composite type or range [definition; of a domain names
                         of constraints, base type] */
    PIECE_LABEL,      /* of an enum; order is its place */
    PIECE_TABLE,      /* no name [parent's schema, parent, owner] */
    PIECE_VIEW,       /* no name [owner]; has columns, too */
    PIECE_COLUMN,     /* name; order is its place [type, default or expression, collation] */
    PIECE_CONSTRAINT, /* name [definition, referenced schema, referenced table] */
    PIECE_EXPRESSION, /* of a generated column: its name [expression] */
    PIECE_PARTITION,  /* no name; order 1 is the key, 2 the bound in the parent [text] */
    PIECE_INDEX,      /* a unique index that is no constraint: name [definition] */
    PIECE_TRIGGER,    /* name [definition, its function] */
    PIECE_SEQUENCE,   /* name of the column that it fills [its schema, its name, its owner, the
                         schema's owner] */
    PIECE_CALL, /* name of the column, if of one [function's schema, name, arguments, owner] */
    PIECE_READ, /* of a view, or of a table by its policies: name of a column of what is read,
                   if of one [schema of that, its name, owner, who reads it] */
    PIECE_COLLATION, /* name in SQL, with its schema; no schema [definition, schema, name] */
    PIECE_RULE,      /* name [definition] */
    PIECE_POLICY,    /* of row level security: name [definition] */
    PIECE_CONDITION, /* name of a trigger that has one [WHEN and what is behind it] */
    PIECE_DETAIL,    /* order is a DETAIL_*; name of a column or trigger, if of one [text, of
                        sequences two: what values they give, what else] */
    PIECE_PARENT,    /* no name: what a table inherits from that is no partition [schema, name];
                        order is its place */
    PIECE_OTHER,     /* no name: what stands under a name of the scope that is no table [schema
                        and name of the table that it belongs to] */
    PIECE_WRITE, /* of a view. Order 0 without a name: what writing it does; with one: a column
                    that can't be written. From order 1 on, in turn, what it writes to [schema,
                    name, owner, who writes there] */
};

enum piece_flags {
    /* of a type */
    TYPE_ENUM = 1 << 0,
    TYPE_DOMAIN = 1 << 1,
    TYPE_COMPOSITE = 1 << 2,
    TYPE_RANGE = 1 << 3,
    /* of a table */
    TABLE_PARTITIONED = 1 << 0,
    TABLE_PARTITION = 1 << 1,
    TABLE_UNLOGGED = 1 << 2,
    TABLE_HAS_ROWS = 1 << 3,     /* by the server's statistics */
    TABLE_OUT_OF_SCOPE = 1 << 4, /* only there for what reaches it; it has no columns */
    TABLE_TRUNCATE = 1 << 5,     /* out of scope, and the role may truncate it */
    TABLE_FOREIGN = 1 << 6,
    TABLE_REFUSES_ROWS = 1 << 7, /* row security holds, and no policy lets a row in */
    TABLE_RULE_ON_INSERT = 1 << 8,
    TABLE_RULE_ON_UPDATE = 1 << 9,
    TABLE_ROW_SECURITY = 1 << 12,
    TABLE_ROW_SECURITY_FORCED = 1 << 13, /* on its owner, too */
    TABLE_REFUSES_CHANGES = 1 << 10,     /* the same: none lets a row change, or none be read */
    TABLE_UNMAPPED = 1 << 11, /* foreign, and the role has no user mapping on its server */
    /* of what is no table */
    OTHER_SEQUENCE = 1 << 0,
    OTHER_INDEX = 1 << 1,
    OTHER_TYPE = 1 << 2,
    OTHER_FUNCTION = 1 << 3,
    /* of a view */
    VIEW_MATERIALIZED = 1 << 0,
    VIEW_NOT_FILLED = 1 << 1, /* a materialized view: nobody can read it */
    /* of what writing a view does */
    WRITE_INSERT = 1 << 0,
    WRITE_UPDATE = 1 << 1,
    WRITE_INSERT_TRIGGER = 1 << 2, /* it does by an INSTEAD OF trigger */
    WRITE_UPDATE_TRIGGER = 1 << 3,
    WRITE_INSERT_RULE = 1 << 4,
    WRITE_UPDATE_RULE = 1 << 5,
    WRITE_INSERT_AS_ROLE = 1 << 6, /* the trigger's function is SECURITY INVOKER */
    WRITE_UPDATE_AS_ROLE = 1 << 7,
    /* of what it writes to */
    WRITTEN_INSERT = 1 << 0,
    WRITTEN_INSERT_SOME = 1 << 1, /* on some columns, at least */
    WRITTEN_UPDATE = 1 << 2,
    WRITTEN_UPDATE_SOME = 1 << 3,
    WRITTEN_BY_OTHER = 1 << 4, /* not by the role, but by a view's owner */
    WRITTEN_TABLE = 1 << 5,    /* a table, which ends it */
    WRITTEN_HIDDEN = 1 << 6,   /* row level security holds for who writes */
    /* of a column */
    COLUMN_NOT_NULL = 1 << 0,
    COLUMN_HAS_DEFAULT = 1 << 1,
    COLUMN_GENERATED = 1 << 2,
    COLUMN_VIRTUAL = 1 << 3, /* generated when read */
    COLUMN_IDENTITY_ALWAYS = 1 << 4,
    COLUMN_IDENTITY_DEFAULT = 1 << 5,
    COLUMN_IN_KEY = 1 << 6, /* of the primary key */
    /* of a constraint */
    CONSTRAINT_PRIMARY = 1 << 0,
    CONSTRAINT_UNIQUE = 1 << 1,
    CONSTRAINT_FOREIGN = 1 << 2,
    CONSTRAINT_CHECK = 1 << 3,
    CONSTRAINT_EXCLUDE = 1 << 4,
    CONSTRAINT_UNCHECKABLE = 1 << 5, /* foreign; who owns what it leads to may not look there */
    CONSTRAINT_DEFERRABLE = 1 << 6,
    CONSTRAINT_PERIOD = 1 << 7, /* of ranges that don't overlap: a key by exclusion */
    CONSTRAINT_LETS_TRUNCATE =
        1 << 8, /* foreign, and TRUNCATE of what it leads to overlooks it */
    /* of a trigger */
    TRIGGER_RUNS_AS_ROLE = 1 << 0, /* its function is SECURITY INVOKER */
    TRIGGER_DISABLED = 1 << 1,
    TRIGGER_ON_INSERT = 1 << 2, /* these as in pg_trigger.tgtype */
    TRIGGER_ON_DELETE = 1 << 3,
    TRIGGER_ON_UPDATE = 1 << 4,
    TRIGGER_ON_TRUNCATE = 1 << 5,
    TRIGGER_EACH_ROW = 1 << 6,
    /* of a sequence; a serial column's has the last two */
    SEQUENCE_IDENTITY = 1 << 0,
    SEQUENCE_OWNED = 1 << 1,   /* OWNED BY the column */
    SEQUENCE_DEFAULT = 1 << 2, /* the column's default uses it, or that of its domain */
    SEQUENCE_JUDGED =
        1 << 3, /* it may be out of scope, so what the role may do is told here: */
    SEQUENCE_USAGE = 1 << 4,
    SEQUENCE_UPDATE = 1 << 5,
    SEQUENCE_MINE = 1 << 6,
    SEQUENCE_SCHEMA = 1 << 7, /* USAGE on its schema */
    SEQUENCE_CHECK = 1 << 8,  /* no column's: a check takes from it */
    SEQUENCE_QUERY = 1 << 9,  /* no column's: the view's query does */
    /* of a call: why the function runs when the table is written, and whether it may */
    CALL_DEFAULT = 1 << 0,
    CALL_GENERATED = 1 << 1,
    CALL_CHECK = 1 << 2,
    CALL_INDEX = 1 << 3,
    CALL_PARTITION_KEY = 1 << 4,
    CALL_DOMAIN = 1 << 5,
    CALL_WHEN_INSERT = 1 << 6, /* by the WHEN of a trigger on that */
    CALL_ALLOWED = 1 << 7,     /* the role has EXECUTE */
    CALL_WHEN_UPDATE = 1 << 8,
    CALL_WHEN_TRUNCATE = 1 << 9,
    CALL_QUERY = 1 << 10,         /* by the query of the view */
    CALL_POLICY_SELECT = 1 << 11, /* by a policy of row level security on that */
    CALL_POLICY_INSERT = 1 << 12,
    CALL_POLICY_UPDATE = 1 << 13,
    CALL_CHILD_UPDATE = 1 << 14, /* in a table that inherits from this, by UPDATE of this */
    CALL_CHILD_TRUNCATE = 1 << 15,
    /* of what is read: CALL_QUERY and CALL_POLICY_*, and */
    READ_ALLOWED = 1 << 0,    /* who reads it may */
    READ_BY_OTHER = 1 << 1,   /* not the role, but a view's owner */
    READ_HIDDEN = 1 << 2,     /* row level security holds for who reads it */
    READ_NOT_FILLED = 1 << 4, /* it is a materialized view that was never filled */
    READ_ANY = 1 << 3, /* SELECT on any column of it does, and on all of it isn't there */
    /* of DETAIL_NOT_NULL */
    DETAIL_NOT_VALIDATED = 1 << 0,
};

/* What few tables have; those of columns tell only what isn't as PostgreSQL makes it. */
enum detail {
    DETAIL_INHERITS = 1,
    DETAIL_TYPE,
    DETAIL_SERVER,
    DETAIL_DETACHED,
    DETAIL_TRIGGER,  /* of a partition, enabled in its own way */
    DETAIL_SEQUENCE, /* of a column */
    DETAIL_NOT_NULL, /* from PostgreSQL 18 on */
    DETAIL_OWN,      /* what a child has itself, too */
};

#define PIECE_TEXTS 4

struct piece {
    enum piece_kind kind;
    uint32_t schema;   /* report_add_name(), or NO_NAME */
    uint32_t relation; /* report_add_name() of the table or type, or NO_NAME */
    uint32_t order;
    uint32_t flags;
    struct slice name;
    struct slice texts[PIECE_TEXTS];
};
void
report_add_piece(struct report_builder *builder, const struct piece *piece);

struct piece_row {
    uint32_t schema;
    uint32_t relation;
    uint32_t order;
    uint32_t text; /* offset in the store: name, then as many texts as there are */
    uint16_t flags;
    uint8_t kind;
    uint8_t texts;
};

/* By schema, relation, kind, order and name; for qsort_r() with the report as context. */
int
piece_compare(const void *left, const void *right, void *report);

/* All rows: numbers from 0 to report->pieces.count. */
const struct piece_row *
report_piece(const pgcs_report *report, size_t number);
/* Rows of one relation or type. */
struct row_range
report_pieces_of(const pgcs_report *report, const char *schema, const char *relation);

/* The row of kind PIECE_TABLE among them; NULL where there is none. */
const struct piece_row *
report_table(const pgcs_report *report, struct row_range pieces);
/* The same for PIECE_VIEW. */
const struct piece_row *
report_view(const pgcs_report *report, struct row_range pieces);

/* Each is "" where there is nothing. */
const char *
piece_name(const pgcs_report *report, const struct piece_row *row);
const char *
piece_text(const pgcs_report *report, const struct piece_row *row, size_t number);

#endif
