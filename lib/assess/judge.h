/* A verdict in the making. */
#ifndef ASSESS_JUDGE_H
#define ASSESS_JUDGE_H

#include "assess/assess.h"

/* A table of the job. */
struct target {
    const char *schema;
    const char *name;
    const char *owner;
    const struct object_row *row;
    const struct object_set *set;
    struct row_range pieces;
    const struct piece_row *table; /* NULL when its structure is not in the report */
    const struct piece_row *view;  /* the same */
    bool has_rows;                 /* it, or a partition of it, by statistics */
};

struct judge {
    const pgcs_report *report;
    const struct pgcs_needs *needs;
    struct pgcs_assessment *assessment;
    struct report_builder *findings;
    struct target *targets; /* in the order of the report's objects */
    size_t target_count;
    size_t target_capacity;
    bool structure; /* the report has that section */
    bool columns;
    bool superuser;
    bool refuses; /* row level security does, rather than hide rows */
    bool failed;  /* out of memory */
};

/* True when the purpose and the options call for it. */
bool
judge_applies(const struct judge *judge, const struct rule *rule);

void
judge_add(struct judge *judge, struct need_list *list, struct need_row row);

/* What the role may do on the only object of @kind with that name; NULL where there is none. */
const struct object_set *
judge_object_set(const struct judge *judge, pgcs_object_kind kind, const char *schema,
                 const char *name);

/* USAGE on a schema that the job has to name. */
void
judge_use_schema(struct judge *judge, const char *schema);

/* A warning; @schema and @name are quoted in front of the message. */
void
judge_warn(struct judge *judge, pgcs_severity severity, int32_t code, const char *schema,
           const char *name, const char *message, const char *hint);

/* The target of that name; NULL when the job does not have it. */
const struct target *
judge_target(const struct judge *judge, const char *schema, const char *name);

/* Leave out of the offers what is needed, and lacks, anyway: of needs in the order for readers.
 */
void
judge_drop_offers(struct judge *judge);

/* Find the tables of the job in the report, and tell of those that are not there. */
void
judge_find_targets(struct judge *judge);
/* Privileges on one table, its columns and what its rows call. */
void
judge_table(struct judge *judge, const struct target *target);
/* What rows of a table, view or partition call and read for these CALL_* reasons. */
void
judge_rows(struct judge *judge, struct row_range pieces, unsigned reasons);
/* What reading the highest value of a column for setval() would take beside SELECT. */
void
judge_offered(struct judge *judge, struct row_range pieces);
/* Rules do something else with what is written to the table or view. */
void
judge_rewritten(struct judge *judge, const struct target *target);
/* What writing a view takes: of what is behind it, and what rows call there. */
void
judge_written(struct judge *judge, const struct target *target);
/* A sequence that a check or a view's query takes from. */
void
judge_rows_take(struct judge *judge, const struct piece_row *row);
/* The sequences that defaults take from, where rows come in by another way than its name. */
void
judge_taken(struct judge *judge, struct row_range pieces);
/* What a table that is emptied with those of the job calls by that, and restarts. */
void
judge_emptied(struct judge *judge, struct row_range pieces);
/* Triggers and keys that rows meet; @events: TRIGGER_ON_* that may fire the triggers, with
 * TRIGGER_EACH_ROW if only those for each row. */
void
judge_fired(struct judge *judge, struct row_range pieces, unsigned events);
/* What rows of the job meet in partitions, and in tables that inherit from its own. */
void
judge_below(struct judge *judge);
/* Sequences that fill columns of the table, as the structure tells. */
void
judge_sequences(struct judge *judge, const struct target *target);
/* The same for all targets, by what sequences say of themselves. */
void
judge_sequences_by_name(struct judge *judge);
/* A sequence of a table that is emptied with those of the job. */
void
judge_restarted(struct judge *judge, const struct piece_row *row);
/* What TRUNCATE reaches through foreign keys. */
void
judge_truncate(struct judge *judge);

#endif
