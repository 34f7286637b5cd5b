/*
 * What TRUNCATE reaches. One statement names all tables of the job. PostgreSQL refuses it when
 * a foreign key of another table leads to one of them; with CASCADE it empties that table as
 * well, and those whose foreign keys lead there, and wants TRUNCATE on each. Partitions of the
 * job's tables, and what inherits from them, go with their parent and need nothing but what
 * their triggers call and who owns what is restarted. Partitions of a table that CASCADE adds
 * have its key, and need TRUNCATE as it does; what inherits from it stays as it is. A key that
 * leads to a partitioned table leads to each of its partitions, whereas the structure has it at
 * that table alone.
 */
#include <stdlib.h>
#include <string.h>

#include "assess/judge.h"

/* From a table to one that is emptied with it. Tables are numbers of their PIECE_TABLE rows. */
struct edge {
    size_t from;
    size_t to;
    enum { EDGE_KEY, EDGE_PARTITION, EDGE_CHILD } kind;
};

struct walk {
    struct judge *judge;
    struct edge *edges; /* by from and kind */
    size_t edge_count;
    bool *reached; /* by number of row */
    size_t *queue;
    size_t queued;
};

#define NO_TABLE SIZE_MAX

static size_t
number_of(const pgcs_report *report, const char *schema, const char *name) {
    const struct piece_row *row = report_table(report, report_pieces_of(report, schema, name));
    return row ? (size_t)(row - report_piece(report, 0)) : NO_TABLE;
}

static int
compare_edges(const void *left, const void *right) {
    const struct edge *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static void
add_edge(struct walk *walk, const struct piece_row *row, size_t table) {
    const pgcs_report *report = walk->judge->report;
    struct edge edge = {.to = table};
    bool cascade = walk->judge->needs->flags & PGCS_NEED_CASCADE;
    if (row->kind == PIECE_TABLE && (row->flags & TABLE_PARTITION))
        edge.kind = EDGE_PARTITION;
    else if (row->kind == PIECE_PARENT)
        edge.kind = EDGE_CHILD;
    else if (row->kind == PIECE_CONSTRAINT && (row->flags & CONSTRAINT_FOREIGN) &&
             (cascade || !(row->flags & CONSTRAINT_LETS_TRUNCATE)))
        edge.kind = EDGE_KEY;
    else
        return;
    size_t first = edge.kind == EDGE_KEY ? 1 : 0; /* text with the schema that it leads to */
    edge.from =
        number_of(report, piece_text(report, row, first), piece_text(report, row, first + 1));
    if (edge.from != NO_TABLE)
        walk->edges[walk->edge_count++] = edge;
}

static void
find_edges(struct walk *walk) {
    const pgcs_report *report = walk->judge->report;
    size_t table = NO_TABLE;
    for (size_t i = 0; i < report->pieces.count; i++) {
        const struct piece_row *row = report_piece(report, i);
        if (row->kind == PIECE_TABLE)
            table = i; /* what belongs to a table stands behind it */
        add_edge(walk, row, table);
    }
    if (walk->edge_count > 1)
        qsort(walk->edges, walk->edge_count, sizeof *walk->edges, compare_edges);
}

static size_t
first_edge(const struct walk *walk, size_t from) {
    size_t low = 0, high = walk->edge_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (walk->edges[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
reach(struct walk *walk, size_t table) {
    if (walk->reached[table])
        return;
    walk->reached[table] = true;
    walk->queue[walk->queued++] = table;
}

static void
need_truncate(struct judge *judge, size_t number) {
    const pgcs_report *report = judge->report;
    const struct piece_row *row = report_piece(report, number);
    const char *schema = report_name(report, row->schema);
    const char *name = report_name(report, row->relation);
    pgcs_object_kind kind =
        row->flags & TABLE_PARTITIONED ? PGCS_OBJECT_PARTITIONED_TABLE : PGCS_OBJECT_TABLE;
    const struct object_set *set = judge_object_set(judge, kind, schema, name);
    const char *owner = set ? report_name(report, set->owner) : piece_text(report, row, 2);
    bool may = set ? set->held & PGCS_PRIV_TRUNCATE : row->flags & TABLE_TRUNCATE;
    bool known = set != NULL || (row->flags & TABLE_OUT_OF_SCOPE);
    judge_add(judge, &judge->assessment->needs,
              (struct need_row){
                  .schema = schema,
                  .object = name,
                  .owner = owner,
                  .kind = (uint8_t)kind,
                  .rule = RULE_CASCADE,
                  .met = (int8_t)(!known ? MET_UNKNOWN
                                  : may  ? MET_YES
                                         : MET_NO),
              });
    judge_emptied(judge, report_pieces_of(report, schema, name));
}

static void
refuse(struct walk *walk, size_t from, size_t to) {
    struct judge *judge = walk->judge;
    const pgcs_report *report = judge->report;
    const char *schema = report_name(report, report_piece(report, to)->schema);
    const char *name = report_name(report, report_piece(report, to)->relation);
    struct diag diag;
    struct quoted schema_quoted = diag_quote(schema, strlen(schema));
    struct quoted name_quoted = diag_quote(name, strlen(name));
    diag_fail(&diag, 0,
              "TRUNCATE refuses it, for a foreign key of %s.%s, which the job does not have, "
              "leads to it",
              schema_quoted.text, name_quoted.text);
    judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_TRUNCATE_REFUSED,
               report_name(report, report_piece(report, from)->schema),
               report_name(report, report_piece(report, from)->relation), diag.message,
               "Let the job have both tables, or truncate with CASCADE, which empties both.");
}

static size_t
parent_of(const struct walk *walk, size_t table) {
    const pgcs_report *report = walk->judge->report;
    const struct piece_row *row = report_piece(report, table);
    if (!(row->flags & TABLE_PARTITION))
        return NO_TABLE;
    return number_of(report, piece_text(report, row, 0), piece_text(report, row, 1));
}

typedef void
on_key(struct walk *walk, size_t table, size_t referencing);

/*
 * Foreign keys of tables not reached that lead to @table or to what it is a partition of. Those
 * of a parent that is reached too come when the parent has its turn.
 */
static void
each_key(struct walk *walk, size_t table, on_key *act) {
    size_t from = table;
    for (int depth = 0; from != NO_TABLE && depth < LIMIT_PARTITION_DEPTH; depth++) {
        for (size_t i = first_edge(walk, from);
             i < walk->edge_count && walk->edges[i].from == from &&
             walk->edges[i].kind == EDGE_KEY;
             i++)
            if (!walk->reached[walk->edges[i].to])
                act(walk, table, walk->edges[i].to);
        from = parent_of(walk, from);
        if (from != NO_TABLE && walk->reached[from])
            return;
    }
}

static void
empty_as_well(struct walk *walk, size_t table, size_t referencing) {
    (void)table;
    need_truncate(walk->judge, referencing);
    reach(walk, referencing);
}

/* What goes with its parent: it calls what its triggers do, and has sequences of its own. */
static void
empty_child(struct walk *walk, size_t table) {
    const pgcs_report *report = walk->judge->report;
    const struct piece_row *row = report_piece(report, table);
    judge_emptied(walk->judge, report_pieces_of(report, report_name(report, row->schema),
                                                report_name(report, row->relation)));
}

/* Partitions and children of what is reached are reached too; of what CASCADE adds, the first.
 */
static void
reach_below(struct walk *walk, size_t table, bool added) {
    for (size_t i = first_edge(walk, table);
         i < walk->edge_count && walk->edges[i].from == table; i++) {
        const struct edge *edge = &walk->edges[i];
        if (edge->kind == EDGE_KEY || walk->reached[edge->to] ||
            (added && edge->kind == EDGE_CHILD))
            continue;
        if (added)
            need_truncate(walk->judge, edge->to);
        else
            empty_child(walk, edge->to);
        reach(walk, edge->to);
    }
}

static void
walk_from_targets(struct walk *walk) {
    struct judge *judge = walk->judge;
    for (size_t i = 0; i < judge->target_count; i++) {
        size_t number =
            number_of(judge->report, judge->targets[i].schema, judge->targets[i].name);
        if (number != NO_TABLE)
            reach(walk, number);
    }
    for (size_t i = 0; i < walk->queued; i++)
        reach_below(walk, walk->queue[i], false);
    if (judge->needs->flags & PGCS_NEED_CASCADE) {
        for (size_t i = 0; i < walk->queued; i++) {
            reach_below(walk, walk->queue[i], true);
            each_key(walk, walk->queue[i], empty_as_well);
        }
        return;
    }
    for (size_t i = 0; i < judge->report->pieces.count; i++)
        if (walk->reached[i])
            each_key(walk, i, refuse);
}

void
judge_truncate(struct judge *judge) {
    size_t count = judge->report->pieces.count;
    struct walk walk = {
        .judge = judge,
        .edges = malloc((count + 1) * sizeof *walk.edges),
        .reached = calloc(count + 1, sizeof *walk.reached),
        .queue = malloc((count + 1) * sizeof *walk.queue),
    };
    if (walk.edges == NULL || walk.reached == NULL || walk.queue == NULL) {
        judge->failed = true;
    } else {
        find_edges(&walk);
        walk_from_targets(&walk);
    }
    free(walk.edges);
    free(walk.reached);
    free(walk.queue);
}
