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

static void
tell_missing(struct judge *judge) {
    bool makes_tables = judge->needs->flags & PGCS_NEED_CREATE_TABLES;
    bool makes_schemas = judge->needs->flags & PGCS_NEED_CREATE_SCHEMAS;
    for (size_t i = 0; i < judge->needs->count; i++) {
        const struct scope *item = &judge->needs->scope[i];
        if (judge_object_set(judge, PGCS_OBJECT_SCHEMA, NULL, item->schema) == NULL) {
            bool told = i > 0 && strcmp(item[-1].schema, item->schema) == 0;
            if (!makes_schemas && !told)
                judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_SCHEMA_MISSING, NULL,
                           item->schema, "there is no such schema",
                           "Create it, or let the job create schemas.");
        } else if (item->table != NULL && !makes_tables &&
                   judge_target(judge, item->schema, item->table) == NULL) {
            judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_TABLE_MISSING, item->schema,
                       item->table, "there is no such table",
                       "Look whether the name is right, create it, or let the job create "
                       "tables.");
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
