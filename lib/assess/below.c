/*
 * Partitions of the job's tables, through which its rows go, and tables that inherit from them,
 * where an UPDATE changes rows as well. Both have triggers and keys of their own; what they
 * call is told of the table above. The privileges of the role there don't matter.
 */
#include <stdlib.h>

#include "assess/judge.h"

/* The table that a partition's rows are written through; NULL when the job has none. */
static struct target *
written_through(const struct judge *judge, const struct piece_row *table) {
    const pgcs_report *report = judge->report;
    for (int depth = 0; table != NULL && depth < LIMIT_PARTITION_DEPTH; depth++) {
        if (!(table->flags & TABLE_PARTITION))
            return NULL;
        const char *schema = piece_text(report, table, 0), *name = piece_text(report, table, 1);
        const struct target *target = judge_target(judge, schema, name);
        if (target != NULL)
            return &judge->targets[target - judge->targets];
        table = report_table(report, report_pieces_of(report, schema, name));
    }
    return NULL;
}

static const struct target *
target_at(const struct judge *judge, const struct piece_row *row) {
    return judge_target(judge, report_name(judge->report, row->schema),
                        report_name(judge->report, row->relation));
}

static struct row_range
pieces_at(const struct judge *judge, const struct piece_row *row) {
    return report_pieces_of(judge->report, report_name(judge->report, row->schema),
                            report_name(judge->report, row->relation));
}

static void
judge_partition(struct judge *judge, const struct piece_row *row) {
    struct target *whole = written_through(judge, row);
    if (whole == NULL || target_at(judge, row) != NULL)
        return;
    whole->has_rows |= (row->flags & TABLE_HAS_ROWS) != 0;
    judge_fired(judge, pieces_at(judge, row),
                TRIGGER_ON_INSERT | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW);
}

/* --- inheritance ----------------------------------------------------------------------------
 */

/* Mark tables right below targets and below what is marked; true when there were any. */
static bool
mark_children(const struct judge *judge, bool *marked) {
    const pgcs_report *report = judge->report;
    bool more = false;
    size_t table = 0; /* what belongs to a table stands behind it */
    for (size_t i = 0; i < report->pieces.count; i++) {
        const struct piece_row *row = report_piece(report, i);
        if (row->kind == PIECE_TABLE)
            table = i;
        if (row->kind != PIECE_PARENT || marked[table])
            continue;
        const char *schema = piece_text(report, row, 0), *name = piece_text(report, row, 1);
        const struct piece_row *parent =
            report_table(report, report_pieces_of(report, schema, name));
        marked[table] = judge_target(judge, schema, name) != NULL ||
                        (parent != NULL && marked[parent - report_piece(report, 0)]);
        more |= marked[table];
    }
    return more;
}

static void
judge_children(struct judge *judge) {
    const pgcs_report *report = judge->report;
    bool *marked = calloc(report->pieces.count + 1, sizeof *marked);
    if (marked == NULL) {
        judge->failed = true;
        return;
    }
    for (int depth = 0; depth < LIMIT_PARTITION_DEPTH && mark_children(judge, marked);)
        depth++;
    for (size_t i = 0; i < report->pieces.count; i++) {
        const struct piece_row *row = report_piece(report, i);
        if (marked[i] && target_at(judge, row) == NULL)
            judge_fired(judge, pieces_at(judge, row), TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW);
    }
    free(marked);
}

void
judge_below(struct judge *judge) {
    const pgcs_report *report = judge->report;
    for (size_t i = 0; i < report->pieces.count; i++) {
        const struct piece_row *row = report_piece(report, i);
        if (row->kind == PIECE_TABLE && (row->flags & TABLE_PARTITION))
            judge_partition(judge, row);
    }
    if (!(judge->needs->flags & PGCS_NEED_INSERT_ONLY))
        judge_children(judge);
}
