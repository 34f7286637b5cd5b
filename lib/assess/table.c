/*
 * Privileges on one table. Those on columns do where every column that the job touches has
 * them; what is missing is asked for the table where the job touches all of it, and by column
 * where that is less.
 */
#include "assess/judge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct column {
    const char *name;
    unsigned traits; /* enum column_traits */
    uint64_t held;
};

struct columns {
    struct column *items;
    size_t count;
    uint64_t held_somewhere; /* privileges that at least one column has */
    bool has_key;
    bool finds; /* rows are looked for by the key: to be changed, or whether they are there */
};

/* --- what the report says of the columns ---------------------------------------------------
 */

static unsigned
traits_of(const struct piece_row *row) {
    unsigned traits = IN_TABLE;
    if (row->flags & COLUMN_IN_KEY)
        traits |= IN_KEY;
    if (!(row->flags & COLUMN_GENERATED))
        traits |= IN_INSERT;
    if (!(row->flags & (COLUMN_GENERATED | COLUMN_IDENTITY_ALWAYS)))
        traits |= IN_UPDATE;
    return traits;
}

static struct column *
find_column(const struct columns *columns, const char *name) {
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->items[i].name, name) == 0)
            return &columns->items[i];
    return NULL;
}

static void
load_privileges(struct judge *judge, const struct target *target, struct columns *columns) {
    const pgcs_report *report = judge->report;
    const struct object_row *rows = report->objects.items;
    const struct object_set *sets = report->sets.items;
    struct row_range named = report_objects_named(report, target->schema, target->name);
    for (size_t i = named.first; i < named.end; i++) {
        if (rows[i].kind != PGCS_OBJECT_COLUMN)
            continue;
        const char *name = object_second_text(report, &rows[i], OBJECT_HAS_COLUMN);
        struct column *column = name ? find_column(columns, name) : NULL;
        if (column != NULL)
            column->held = sets[rows[i].set].held;
        columns->held_somewhere |= sets[rows[i].set].held;
    }
}

/* Where no column can be changed no row is looked for, but by ON CONFLICT. */
static void
note_key(const struct judge *judge, struct columns *columns) {
    bool changes = judge->needs->flags & PGCS_NEED_UPSERT;
    for (size_t i = 0; i < columns->count; i++) {
        columns->has_key |= (columns->items[i].traits & IN_KEY) != 0;
        changes |= (columns->items[i].traits & IN_UPDATE) != 0;
    }
    columns->finds = columns->has_key && changes;
    for (size_t i = 0; i < columns->count; i++)
        if (!columns->finds)
            columns->items[i].traits &= ~(unsigned)IN_KEY;
        else if (columns->items[i].traits & IN_UPDATE)
            columns->items[i].traits |= IN_UPSERT;
}

/* False without memory. */
static bool
load_columns(struct judge *judge, const struct target *target, struct columns *columns) {
    const pgcs_report *report = judge->report;
    size_t most = target->pieces.end - target->pieces.first;
    columns->items = malloc((most + 1) * sizeof *columns->items);
    if (columns->items == NULL)
        return false;
    for (size_t i = target->pieces.first; i < target->pieces.end; i++) {
        const struct piece_row *row = report_piece(report, i);
        struct column *column = NULL;
        if (row->kind == PIECE_COLUMN)
            columns->items[columns->count++] =
                (struct column){.name = piece_name(report, row), .traits = traits_of(row)};
        else if (row->kind == PIECE_SEQUENCE)
            column = find_column(columns, piece_name(report, row));
        if (column != NULL)
            column->traits |= IN_SEQUENCE;
        column =
            row->kind == PIECE_WRITE ? find_column(columns, piece_name(report, row)) : NULL;
        if (column != NULL)
            column->traits &= ~(unsigned)(IN_INSERT | IN_UPDATE);
    }
    note_key(judge, columns);
    load_privileges(judge, target, columns);
    return true;
}

/* --- one privilege -------------------------------------------------------------------------
 */

static void
add(struct judge *judge, const struct target *target, size_t rule, const char *column,
    enum met met) {
    judge_add(judge, &judge->assessment->needs,
              (struct need_row){
                  .schema = target->schema,
                  .object = target->name,
                  .column = column,
                  .owner = target->owner,
                  .kind = column ? PGCS_OBJECT_COLUMN : target->row->kind,
                  .rule = (uint8_t)rule,
                  .met = (int8_t)met,
              });
}

/* The first rule that asks @privilege of a column with @traits; RULE_COUNT for none. */
static size_t
rule_for(const struct judge *judge, uint64_t privilege, unsigned traits) {
    for (size_t i = 0; i < RULE_COUNT; i++)
        if (rules[i].on == ON_TABLE && rules[i].privilege == privilege &&
            (rules[i].columns == 0 || (rules[i].columns & traits)) &&
            judge_applies(judge, &rules[i]))
            return i;
    return RULE_COUNT;
}

/* Without structure: nobody knows which columns there are, and what they are. */
static void
judge_unknown_columns(struct judge *judge, const struct target *target, uint64_t privilege,
                      const struct columns *columns) {
    size_t rule = rule_for(judge, privilege, ~0u);
    bool whole = rules[rule].columns & (IN_TABLE | IN_INSERT | IN_UPDATE);
    bool surely_not = whole && judge->columns && (columns->held_somewhere & privilege) == 0;
    if (target->set->held & privilege)
        add(judge, target, rule, NULL, MET_YES);
    else
        add(judge, target, rule, NULL, surely_not ? MET_NO : MET_UNKNOWN);
}

static void
judge_known_columns(struct judge *judge, const struct target *target, uint64_t privilege,
                    const struct columns *columns) {
    size_t wanted = 0, held = 0, first = RULE_COUNT;
    for (size_t i = 0; i < columns->count; i++) {
        size_t rule = rule_for(judge, privilege, columns->items[i].traits);
        if (rule == RULE_COUNT)
            continue;
        wanted++;
        first = rule < first ? rule : first;
        held += (columns->items[i].held & privilege) != 0;
    }
    if (wanted == 0) { /* a table without columns is read and written all the same */
        first = rule_for(judge, privilege, IN_TABLE | IN_INSERT);
        if (first == RULE_COUNT)
            return;
    }
    bool on_table = target->set->held & privilege;
    bool whole = wanted == columns->count || privilege != PGCS_PRIV_SELECT;
    if (whole && (on_table || held == 0)) {
        enum met lacking = judge->columns ? MET_NO : MET_UNKNOWN;
        add(judge, target, first, NULL, on_table ? MET_YES : lacking);
        return;
    }
    for (size_t i = 0; i < columns->count; i++) {
        const struct column *column = &columns->items[i];
        size_t rule = rule_for(judge, privilege, column->traits);
        if (rule == RULE_COUNT)
            continue;
        enum met met = judge->columns ? MET_NO : MET_UNKNOWN;
        if (on_table || (column->held & privilege))
            met = MET_YES;
        add(judge, target, rule, column->name, met);
    }
}

static void
judge_privilege(struct judge *judge, const struct target *target, uint64_t privilege,
                const struct columns *columns) {
    size_t rule = rule_for(judge, privilege, ~0u);
    if (rule == RULE_COUNT)
        return;
    if (rules[rule].columns == 0)
        add(judge, target, rule, NULL, target->set->held & privilege ? MET_YES : MET_NO);
    else if (target->table != NULL || target->view != NULL)
        judge_known_columns(judge, target, privilege, columns);
    else
        judge_unknown_columns(judge, target, privilege, columns);
}

/* --- what is no privilege -------------------------------------------------------------------
 */

/* TABLE_RULE_ON_* of what the job does. */
static unsigned
rules_met(const struct judge *judge) {
    if (judge->needs->purpose != PGCS_PURPOSE_DESTINATION)
        return 0;
    bool updates = !(judge->needs->flags & PGCS_NEED_INSERT_ONLY);
    return TABLE_RULE_ON_INSERT | (updates ? TABLE_RULE_ON_UPDATE : 0);
}

void
judge_rewritten(struct judge *judge, const struct target *target) {
    if (judge->needs->flags & PGCS_NEED_UPSERT)
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_REWRITTEN, target->schema,
                   target->name, "ON CONFLICT refuses a table that has rules",
                   "Let its owner drop the rules on INSERT and UPDATE, or don't upsert.");
    else
        judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_REWRITTEN, target->schema,
                   target->name, "a rule does something else with what is written, or more",
                   "Look at its rules: DO INSTEAD may drop rows without a word, and functions "
                   "that DO ALSO calls run with the privileges of this role.");
}

/* What row level security does to a job, where it holds for the role; the first that is so. */
enum row_security {
    ROWS_REFUSED,
    ROWS_NOT_INSERTED,
    ROWS_NOT_UPSERTED,
    ROWS_NOT_UPDATED,
    ROWS_JUDGED,
    ROWS_HIDDEN
};

static const struct {
    pgcs_severity severity;
    const char *message;
    const char *hint;
} row_securities[] = {
    [ROWS_REFUSED] = {PGCS_SEVERITY_FAILURE,
                      "row level security holds for this role, and its row_security is off: "
                      "PostgreSQL refuses every statement",
                      "Give the role BYPASSRLS; or set row_security on, and policies may hide "
                      "rows."},
    [ROWS_NOT_INSERTED] = {PGCS_SEVERITY_FAILURE,
                           "row level security refuses every row: no policy lets this role "
                           "insert any",
                           "Give the role BYPASSRLS, or a policy FOR INSERT that lets it write "
                           "every row."},
    [ROWS_NOT_UPSERTED] = {PGCS_SEVERITY_FAILURE,
                           "row level security refuses ON CONFLICT DO UPDATE: no policy lets "
                           "this role read rows, or none change them",
                           "Give the role BYPASSRLS, or policies FOR SELECT and FOR UPDATE "
                           "that show it every row and let it change them."},
    [ROWS_NOT_UPDATED] = {PGCS_SEVERITY_WARNING,
                          "row level security lets no UPDATE change a row, without a word: no "
                          "policy lets this role read rows, or none change them",
                          "Give the role BYPASSRLS, or policies FOR SELECT and FOR UPDATE that "
                          "show it every row and let it change them."},
    [ROWS_JUDGED] = {PGCS_SEVERITY_WARNING,
                     "row level security may refuse rows, and refuses COPY",
                     "Give the role BYPASSRLS, or see that a policy lets it write every row, "
                     "and write with INSERT."},
    [ROWS_HIDDEN] = {PGCS_SEVERITY_WARNING,
                     "row level security hides rows from this role, without a word",
                     "Give the role BYPASSRLS, or a policy that shows it every row. With "
                     "row_security = off a reader gets an error instead of fewer rows."},
};

static void
warn_of_row_security(struct judge *judge, const struct target *target) {
    uint32_t job = judge->needs->flags;
    unsigned table = target->table ? target->table->flags : 0;
    enum row_security is = ROWS_JUDGED;
    if (!(target->row->flags & OBJECT_ROW_SECURITY) &&
        !(table & (TABLE_REFUSES_ROWS | TABLE_REFUSES_CHANGES)))
        return;
    if (judge->refuses)
        is = ROWS_REFUSED;
    else if (judge->needs->purpose != PGCS_PURPOSE_DESTINATION)
        is = ROWS_HIDDEN;
    else if (table & TABLE_REFUSES_ROWS)
        is = ROWS_NOT_INSERTED;
    else if (table & TABLE_REFUSES_CHANGES && job & PGCS_NEED_UPSERT)
        is = ROWS_NOT_UPSERTED;
    else if (table & TABLE_REFUSES_CHANGES && !(job & PGCS_NEED_INSERT_ONLY))
        is = ROWS_NOT_UPDATED;
    judge_warn(judge, row_securities[is].severity, PGCS_VERDICT_ROW_SECURITY, target->schema,
               target->name, row_securities[is].message, row_securities[is].hint);
}

static void
warn_of_table(struct judge *judge, const struct target *target) {
    bool writes = judge->needs->purpose == PGCS_PURPOSE_DESTINATION;
    warn_of_row_security(judge, target);
    if (target->table != NULL && (target->table->flags & TABLE_UNMAPPED))
        judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_NO_USER_MAPPING, target->schema,
                   target->name,
                   "its foreign server has no user mapping for this role, nor for PUBLIC",
                   "Let who owns the server run CREATE USER MAPPING for the role, unless its "
                   "foreign-data wrapper needs none, as file_fdw does.");
    if (target->table != NULL && (target->table->flags & rules_met(judge)))
        judge_rewritten(judge, target);
    if (!writes && target->view != NULL && (target->view->flags & VIEW_NOT_FILLED))
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_NOT_FILLED, target->schema,
                   target->name, "the materialized view was never filled: nobody can read it",
                   "Let its owner run REFRESH MATERIALIZED VIEW.");
    if (writes && target->row->kind == PGCS_OBJECT_MATERIALIZED_VIEW)
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_NOT_WRITABLE, target->schema,
                   target->name, "a materialized view can't be written",
                   "Write the tables that it reads, and refresh it.");
}

/* ON CONFLICT takes no constraint that may wait, and for DO UPDATE none of exclusion. */
static void
warn_of_upsert(struct judge *judge, const struct target *target) {
    for (size_t i = target->pieces.first; i < target->pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        bool waits = row->flags & CONSTRAINT_DEFERRABLE,
             period = row->flags & CONSTRAINT_PERIOD;
        if (row->kind != PIECE_CONSTRAINT || !(row->flags & CONSTRAINT_PRIMARY) ||
            !(waits || period))
            continue;
        judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_NO_PRIMARY_KEY, target->schema,
                   target->name,
                   waits ? "ON CONFLICT refuses the primary key, which is deferrable"
                         : "ON CONFLICT DO UPDATE refuses the primary key, which is WITHOUT "
                           "OVERLAPS",
                   waits ? "Make the primary key NOT DEFERRABLE, or see that the job names "
                           "another unique constraint; it then needs SELECT on the columns of "
                           "that."
                         : "See that the job names another unique constraint; it then needs "
                           "SELECT on the columns of that.");
    }
}

static void
warn_without_key(struct judge *judge, const struct target *target) {
    bool upsert = judge->needs->flags & PGCS_NEED_UPSERT;
    if (judge->needs->flags & PGCS_NEED_INSERT_ONLY)
        return;
    judge_warn(
        judge, upsert ? PGCS_SEVERITY_WARNING : PGCS_SEVERITY_NOTE, PGCS_VERDICT_NO_PRIMARY_KEY,
        target->schema, target->name,
        upsert ? "without a primary key ON CONFLICT has nothing to hold a row against"
               : "without a primary key an UPDATE can't tell one row from the others",
        "Add a primary key, or see that the job names a unique constraint; it then needs "
        "SELECT on the columns of that.");
}

/* CALL_* of what the job does to the table; rules tell the rest. Rows to change are looked for
 * by the key: without one none is read. */
static unsigned
reasons_of(const struct judge *judge, const struct target *target, bool finds) {
    uint32_t flags = judge->needs->flags;
    finds = finds && !(flags & PGCS_NEED_INSERT_ONLY);
    bool reads = judge->needs->purpose == PGCS_PURPOSE_SOURCE || finds;
    for (size_t i = target->pieces.first; i < target->pieces.end && !reads; i++)
        reads = (flags & PGCS_NEED_SETVAL) &&
                report_piece(judge->report, i)->kind == PIECE_SEQUENCE;
    return reads ? ~0u : ~(unsigned)CALL_POLICY_SELECT;
}

void
judge_table(struct judge *judge, const struct target *target) {
    struct columns columns = {0};
    judge_use_schema(judge, target->schema);
    if (!load_columns(judge, target, &columns)) {
        judge->failed = true;
        return;
    }
    for (int i = 0; i < PRIVILEGE_COUNT; i++)
        judge_privilege(judge, target, UINT64_C(1) << i, &columns);
    bool writes = judge->needs->purpose == PGCS_PURPOSE_DESTINATION;
    free(columns.items);
    warn_of_table(judge, target);
    bool queries =
        target->row->kind == PGCS_OBJECT_VIEW || (target->row->flags & OBJECT_ROW_SECURITY);
    if (writes && target->view != NULL)
        judge_written(judge, target);
    else if (writes ? target->table == NULL : queries && !judge->structure)
        add(judge, target, RULE_CALLS_NOT_KNOWN, NULL, MET_UNKNOWN);
    else if (writes && !columns.has_key)
        warn_without_key(judge, target);
    else if (writes && (judge->needs->flags & PGCS_NEED_UPSERT))
        warn_of_upsert(judge, target);
    judge_rows(judge, target->pieces, reasons_of(judge, target, columns.finds));
}
