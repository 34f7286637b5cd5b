/*
 * Which tables the job works on. A partition is reached through its parent and needs nothing of
 * its own, unless the scope names it or leaves its parent out. Views and foreign tables are
 * only in when they are named.
 */
#include "assess/judge.h"

#include <stdlib.h>
#include <string.h>

static bool
is_in(const struct judge *judge, pgcs_object_kind kind, const char *schema, const char *name,
      const struct piece_row *table) {
    if (needs_name(judge->needs, schema, name))
        return kind >= PGCS_OBJECT_TABLE && kind <= PGCS_OBJECT_FOREIGN_TABLE;
    if (kind != PGCS_OBJECT_TABLE && kind != PGCS_OBJECT_PARTITIONED_TABLE)
        return false;
    if (!needs_have(judge->needs, schema, name))
        return false;
    return table == NULL || !(table->flags & TABLE_PARTITION) ||
           !needs_have(judge->needs, piece_text(judge->report, table, 0),
                       piece_text(judge->report, table, 1));
}

static struct target *
add_target(struct judge *judge) {
    if (judge->target_count == judge->target_capacity) {
        size_t capacity = judge->target_capacity == 0 ? 64 : judge->target_capacity * 2;
        struct target *targets = realloc(judge->targets, capacity * sizeof *targets);
        if (targets == NULL) {
            judge->failed = true;
            return NULL;
        }
        judge->targets = targets;
        judge->target_capacity = capacity;
    }
    return &judge->targets[judge->target_count++];
}

static void
consider(struct judge *judge, const struct object_row *row) {
    const pgcs_report *report = judge->report;
    const char *schema = report_name(report, row->schema);
    const char *name = object_name(report, row);
    if (row->kind < PGCS_OBJECT_TABLE || row->kind > PGCS_OBJECT_FOREIGN_TABLE)
        return;
    struct row_range pieces = report_pieces_of(report, schema, name);
    const struct piece_row *table = report_table(report, pieces);
    if (!is_in(judge, row->kind, schema, name, table))
        return;
    struct target *target = add_target(judge);
    if (target == NULL)
        return;
    const struct object_set *set = (const struct object_set *)report->sets.items + row->set;
    bool whole = judge->structure; /* of what was read in part nobody knows what lacks */
    *target = (struct target){
        .schema = schema,
        .name = name,
        .owner = report_name(report, set->owner),
        .row = row,
        .set = set,
        .pieces = pieces,
        .table = whole ? table : NULL,
        .view = whole ? report_view(report, pieces) : NULL,
        .has_rows = table != NULL && (table->flags & TABLE_HAS_ROWS),
    };
}

/* What a name stands for that is no table's, and what to name instead. */
static const struct other {
    unsigned flag;         /* OTHER_* */
    pgcs_object_kind kind; /* where the report has it as an object; 0 where it may not */
    bool in_the_way;       /* no table of that name can be made */
    const char *words;
    const char *hint;
} others[] = {
    {OTHER_SEQUENCE, PGCS_OBJECT_SEQUENCE, true, "this is a sequence, not a table",
     "Sequences go with the table whose column they fill: name that."},
    {OTHER_INDEX, 0, true, "this is an index, not a table",
     "Indexes go with their table: name that."},
    {OTHER_TYPE, PGCS_OBJECT_TYPE, true, "this is a type, not a table",
     "A job copies rows, and a type has none: name the tables that have columns of it."},
    {OTHER_FUNCTION, 0, false, "this is a function, not a table",
     "A job copies rows, and a function has none: name the tables that it works on."},
};

static const struct piece_row *
piece_of_other(const pgcs_report *report, const struct scope *item) {
    struct row_range pieces = report_pieces_of(report, item->schema, item->table);
    for (size_t i = pieces.first; i < pieces.end; i++)
        if (report_piece(report, i)->kind == PIECE_OTHER)
            return report_piece(report, i);
    return NULL;
}

/* What the name stands for; NULL when nobody knows. */
static const struct other *
find_other(const struct judge *judge, const struct scope *item, const struct piece_row *row) {
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const struct other *other = &others[i];
        if (row != NULL ? (row->flags & other->flag) != 0
                        : other->kind != 0 && judge_object_set(judge, other->kind, item->schema,
                                                               item->table) != NULL)
            return other;
    }
    return NULL;
}

/* @row is NULL where only its kind is known. */
static void
warn_of_other(struct judge *judge, const struct scope *item, const struct piece_row *row,
              const struct other *other) {
    const char *schema = row ? piece_text(judge->report, row, 0) : "";
    const char *table = row ? piece_text(judge->report, row, 1) : "";
    struct diag message;
    struct quoted of_schema = diag_quote(schema, strlen(schema));
    struct quoted of_table = diag_quote(table, strlen(table));
    if (table[0] == '\0')
        diag_fail(&message, 0, "%s", other->words);
    else
        diag_fail(&message, 0, "%s; it belongs to the table %s.%s", other->words,
                  of_schema.text, of_table.text);
    judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_NOT_A_TABLE, item->schema,
               item->table, message.message, other->hint);
}

/* A name of the scope that no table has. */
static void
tell_missing_table(struct judge *judge, const struct scope *item) {
    bool makes_tables = judge->needs->flags & PGCS_NEED_CREATE_TABLES;
    const struct piece_row *row = piece_of_other(judge->report, item);
    const struct other *other = find_other(judge, item, row);
    if (other != NULL && (other->in_the_way || !makes_tables))
        warn_of_other(judge, item, row, other);
    else if (!makes_tables)
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_TABLE_MISSING, item->schema,
                   item->table, "there is no such table",
                   "Look whether the name is right, create it, or let the job create "
                   "tables.");
}

static void
tell_missing(struct judge *judge) {
    bool makes_schemas = judge->needs->flags & PGCS_NEED_CREATE_SCHEMAS;
    for (size_t i = 0; i < judge->needs->count; i++) {
        const struct scope *item = &judge->needs->scope[i];
        if (judge_object_set(judge, PGCS_OBJECT_SCHEMA, NULL, item->schema) == NULL) {
            bool told = i > 0 && strcmp(item[-1].schema, item->schema) == 0;
            if (!makes_schemas && !told)
                judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_SCHEMA_MISSING, NULL,
                           item->schema, "there is no such schema",
                           "Create it, or let the job create schemas.");
        } else if (item->table != NULL &&
                   judge_target(judge, item->schema, item->table) == NULL) {
            tell_missing_table(judge, item);
        }
    }
}

const struct target *
judge_target(const struct judge *judge, const char *schema, const char *name) {
    size_t low = 0, high = judge->target_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct target *target = &judge->targets[middle];
        int order = strcmp(target->schema, schema);
        if (order == 0)
            order = strcmp(target->name, name);
        if (order == 0)
            return target;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

void
judge_find_targets(struct judge *judge) {
    const struct object_row *rows = judge->report->objects.items;
    for (size_t i = 0; i < judge->report->objects.count && !judge->failed; i++)
        consider(judge, &rows[i]);
    tell_missing(judge);
}
