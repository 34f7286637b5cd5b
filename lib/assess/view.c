/*
 * A view as destination. PostgreSQL writes through a simple view to the table behind it: as the
 * view's owner, or as the role where the view says security_invoker; what rows call there runs
 * as the role. An INSTEAD OF trigger does whatever its function does. All other views are
 * refused. The role needs its privileges on the view in any case.
 */
#include <string.h>

#include "assess/judge.h"

/* What the job does to a view, one by one. */
static const struct way {
    uint32_t but_not;     /* PGCS_NEED_* that don't do it */
    unsigned able;        /* WRITE_*: it can be done */
    unsigned by_trigger;  /* WRITE_*: a trigger does it */
    unsigned as_role;     /* WRITE_*: and as the role */
    unsigned by_rule;     /* WRITE_*: a rule has a say in it */
    unsigned may;         /* WRITTEN_*: who writes what is behind it may */
    unsigned may_somehow; /* WRITTEN_*: on some columns */
    size_t rule;          /* of what the role lacks there */
    const char *refused;
} ways[] = {
    {0, WRITE_INSERT, WRITE_INSERT_TRIGGER, WRITE_INSERT_AS_ROLE, WRITE_INSERT_RULE,
     WRITTEN_INSERT, WRITTEN_INSERT_SOME, RULE_INSERT_BEHIND,
     "no row can come in: PostgreSQL can't tell which table a row of this view belongs to"},
    {PGCS_NEED_INSERT_ONLY, WRITE_UPDATE, WRITE_UPDATE_TRIGGER, WRITE_UPDATE_AS_ROLE,
     WRITE_UPDATE_RULE, WRITTEN_UPDATE, WRITTEN_UPDATE_SOME, RULE_UPDATE_BEHIND,
     "no row can change: PostgreSQL can't tell which table a row of this view belongs to"},
};
#define WAYS (sizeof ways / sizeof ways[0])

static bool
is_taken(const struct judge *judge, const struct way *way) {
    return !(judge->needs->flags & way->but_not);
}

static void
not_known(struct judge *judge, const struct target *target) {
    judge_add(judge, &judge->assessment->needs,
              (struct need_row){.schema = target->schema,
                                .object = target->name,
                                .owner = target->owner,
                                .kind = target->row->kind,
                                .rule = RULE_WRITE_NOT_KNOWN,
                                .met = MET_UNKNOWN});
}

static void
refuse(struct judge *judge, const struct target *target, const char *message,
       const char *hint) {
    judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_NOT_WRITABLE, target->schema,
               target->name, message, hint);
}

/* What no privilege changes; @flags are the view's WRITE_*. */
static void
warn_of_view(struct judge *judge, const struct target *target, unsigned flags) {
    uint32_t needs = judge->needs->flags;
    bool upserts = needs & PGCS_NEED_UPSERT;
    bool by_trigger = false, by_rule = false, as_role = false;
    for (size_t i = 0; i < WAYS; i++) {
        const struct way *way = &ways[i];
        if (!is_taken(judge, way))
            continue;
        by_trigger |= (flags & way->by_trigger) != 0;
        by_rule |= (flags & way->by_rule) != 0;
        as_role |= (flags & way->as_role) != 0;
        if (!(flags & way->able) && !(flags & way->by_rule))
            refuse(judge, target, way->refused,
                   "Write the table that the view is made of, or give the view an INSTEAD OF "
                   "trigger.");
    }
    if (needs & PGCS_NEED_TRUNCATE)
        refuse(judge, target, "a view can't be truncated",
               "Let the job name the table that the view is made of, or don't truncate.");
    if (upserts && by_trigger)
        refuse(judge, target, "ON CONFLICT finds no key in a view that has INSTEAD OF triggers",
               "Write the table that the view is made of, or don't upsert.");
    if (by_rule)
        judge_rewritten(judge, target);
    if (as_role)
        judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_TRIGGER_RUNS_AS_ROLE,
                   target->schema, target->name,
                   "an INSTEAD OF trigger runs with the privileges of this role",
                   "Look what its function touches: no report can tell. A function that is "
                   "SECURITY DEFINER needs nothing from the role.");
    if (upserts && !by_trigger) /* by which columns, and what those are behind it */
        not_known(judge, target);
}

static void
warn_of_writer(struct judge *judge, const struct target *target, const struct piece_row *row,
               const struct way *way) {
    const char *schema = piece_text(judge->report, row, 0);
    const char *table = piece_text(judge->report, row, 1);
    const char *writer = piece_text(judge->report, row, 3);
    struct diag text;
    diag_fail(&text, 0, "nobody can write it: it writes %s.%s as %s, who lacks %s there",
              diag_quote(schema, strlen(schema)).text, diag_quote(table, strlen(table)).text,
              diag_quote(writer, strlen(writer)).text,
              privilege_name(rules[way->rule].privilege));
    judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_VIEW_UNWRITABLE, target->schema,
               target->name, text.message,
               "Grant that role what it lacks on what the view is made of; it is not the role "
               "of this connection that lacks it.");
}

/* One thing that the job does, at something that the view writes to. */
static void
judge_way(struct judge *judge, const struct target *target, const struct piece_row *row,
          const struct way *way) {
    const char *owner = piece_text(judge->report, row, 2);
    enum met met = row->flags & way->may           ? MET_YES
                   : row->flags & way->may_somehow ? MET_UNKNOWN
                                                   : MET_NO;
    if (!(row->flags & WRITTEN_BY_OTHER))
        judge_add(judge, &judge->assessment->needs,
                  (struct need_row){.schema = piece_text(judge->report, row, 0),
                                    .object = piece_text(judge->report, row, 1),
                                    .owner = owner[0] ? owner : NULL,
                                    .kind = PGCS_OBJECT_TABLE,
                                    .rule = (uint8_t)way->rule,
                                    .met = (int8_t)met});
    else if (met == MET_NO)
        warn_of_writer(judge, target, row, way);
    else if (met == MET_UNKNOWN)
        not_known(judge, target);
}

/* The table in which rows of the view end. */
static void
judge_end(struct judge *judge, const struct target *target, const struct piece_row *row) {
    const unsigned policies = CALL_POLICY_SELECT | CALL_POLICY_INSERT | CALL_POLICY_UPDATE;
    const char *schema = piece_text(judge->report, row, 0);
    const char *name = piece_text(judge->report, row, 1);
    struct row_range pieces = report_pieces_of(judge->report, schema, name);
    const struct piece_row *table = report_table(judge->report, pieces);
    if (table == NULL) {
        not_known(judge, target);
        return;
    }
    judge->targets[target - judge->targets].has_rows |= (table->flags & TABLE_HAS_ROWS) != 0;
    judge_rows(judge, pieces, ~policies);
    judge_taken(judge, pieces);
    bool updates = !(judge->needs->flags & PGCS_NEED_INSERT_ONLY);
    if (table->flags & (TABLE_RULE_ON_INSERT | (updates ? TABLE_RULE_ON_UPDATE : 0)))
        judge_rewritten(judge, target);
    if (row->flags & WRITTEN_HIDDEN)
        judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_ROW_SECURITY, target->schema,
                   target->name, "row level security of the table behind it may refuse rows",
                   "Give who writes there BYPASSRLS, or see that a policy lets it write every "
                   "row.");
}

/* Functions in its query run for rows that change, and, WITH CHECK OPTION, that come in: which
 * of them is not known. */
static void
judge_query(struct judge *judge, const struct target *target) {
    for (size_t i = target->pieces.first; i < target->pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind == PIECE_CALL && (row->flags & CALL_QUERY) &&
            !(row->flags & CALL_ALLOWED))
            not_known(judge, target);
    }
}

void
judge_written(struct judge *judge, const struct target *target) {
    unsigned flags = 0, straight = 0; /* of what goes through without a trigger or a rule */
    bool told = false, ended = false;
    for (size_t i = target->pieces.first; i < target->pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind != PIECE_WRITE || piece_name(judge->report, row)[0] != '\0')
            continue;
        if (row->order == 0) {
            told = true;
            flags = row->flags;
            for (size_t way = 0; way < WAYS; way++)
                if (is_taken(judge, &ways[way]) && (flags & ways[way].able) &&
                    !(flags & (ways[way].by_trigger | ways[way].by_rule)))
                    straight |= 1u << way;
            continue;
        }
        for (size_t way = 0; way < WAYS; way++)
            if (straight & (1u << way))
                judge_way(judge, target, row, &ways[way]);
        if (straight != 0 && (row->flags & WRITTEN_TABLE)) {
            ended = true;
            judge_end(judge, target, row);
        }
    }
    if (!told || (straight != 0 && !ended))
        not_known(judge, target);
    if (told)
        warn_of_view(judge, target, flags);
    judge_query(judge, target);
}
