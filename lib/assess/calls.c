/*
 * What rows call and read when a job reads or writes them: functions behind defaults, checks
 * and the like, and behind policies of row level security; for views what their queries call,
 * and what they read as the role or as their owner. And triggers and keys that no privilege of
 * the role settles.
 */
#include <assert.h>
#include <string.h>

#include "assess/judge.h"
#include "report/identifier.h"

/* --- functions and relations ----------------------------------------------------------------
 */

/*
 * Arguments as GRANT takes them: of an ordered-set aggregate, "a ORDER BY b", it wants all in
 * one list, and what is VARIADIC stands in both parts but is one.
 */
static void
put_arguments(struct buf *buf, const char *arguments) {
    static const char order[] = "ORDER BY ";
    const size_t size = sizeof order - 1;
    bool quoted = false;
    for (const char *c = arguments; *c != '\0'; c++) {
        quoted ^= *c == '"';
        bool direct = c > arguments;
        if (quoted || strncmp(c, order, size) != 0 || (direct && c[-1] != ' ')) {
            buf_put_char(buf, *c);
            continue;
        }
        buf->size -= direct && !buf->failed; /* the blank */
        if (direct && strncmp(c + size, "VARIADIC ", 9) == 0)
            return;
        buf_put_string(buf, direct ? ", " : "");
        c += size - 1;
    }
}

/* "name(arguments)": as objects call a function, or as statements do when @sql. */
static const char *
function_name(struct judge *judge, const struct piece_row *row, bool sql) {
    const char *name = piece_text(judge->report, row, 1);
    struct buf buf = {0};
    if (sql)
        identifier_put_qualified(&buf, piece_text(judge->report, row, 0), name);
    else
        buf_put_string(&buf, name);
    buf_put_char(&buf, '(');
    if (sql)
        put_arguments(&buf, piece_text(judge->report, row, 2));
    else
        buf_put_string(&buf, piece_text(judge->report, row, 2));
    buf_put_char(&buf, ')');
    const char *copy = NULL;
    if (!buf.failed)
        copy = pool_copy(judge->assessment->pool, buf.data, buf.size);
    buf_free(&buf);
    judge->failed |= copy == NULL;
    return copy;
}

/* The first rule for one of the @reasons, CALL_*, and @privilege; RULE_COUNT for none. */
static size_t
rule_for(const struct judge *judge, unsigned reasons, uint64_t privilege) {
    size_t i = 0;
    while (i < RULE_COUNT &&
           (rules[i].on >= ON_DATABASE || !((unsigned)rules[i].on & reasons) ||
            rules[i].privilege != privilege || !judge_applies(judge, &rules[i])))
        i++;
    return i;
}

static void
judge_call(struct judge *judge, struct need_list *list, const struct piece_row *row,
           unsigned reasons) {
    const char *owner = piece_text(judge->report, row, 3);
    size_t rule = rule_for(judge, row->flags & reasons, PGCS_PRIV_EXECUTE);
    if (rule == RULE_COUNT)
        return;
    judge_add(judge, list,
              (struct need_row){
                  .schema = piece_text(judge->report, row, 0),
                  .object = function_name(judge, row, false),
                  .owner = owner[0] ? owner : NULL,
                  .sql = function_name(judge, row, true),
                  .kind = PGCS_OBJECT_FUNCTION,
                  .rule = (uint8_t)rule,
                  .met = row->flags & CALL_ALLOWED ? MET_YES : MET_NO,
              });
}

/* What is read as somebody else: nothing that the role may do changes it. */
static void
warn_of_reader(struct judge *judge, const struct piece_row *row) {
    const pgcs_report *report = judge->report;
    const char *schema = piece_text(report, row, 0), *table = piece_text(report, row, 1);
    const char *reader = piece_text(report, row, 3);
    struct quoted in_schema = diag_quote(schema, strlen(schema));
    struct quoted of_table = diag_quote(table, strlen(table));
    struct quoted as = diag_quote(reader, strlen(reader));
    bool other = row->flags & READ_BY_OTHER;
    struct diag text;
    if (other && !(row->flags & READ_ALLOWED)) {
        diag_fail(&text, 0, "nobody can read it: it reads %s.%s as %s, who may not",
                  in_schema.text, of_table.text, as.text);
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_VIEW_UNREADABLE,
                   report_name(report, row->schema), report_name(report, row->relation),
                   text.message,
                   "Grant that role SELECT on what the view reads; it is not the role of this "
                   "connection that lacks it.");
    }
    if (row->flags & READ_NOT_FILLED) {
        diag_fail(&text, 0, "nobody can read it: it reads %s.%s, which was never filled",
                  in_schema.text, of_table.text);
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_NOT_FILLED,
                   report_name(report, row->schema), report_name(report, row->relation),
                   text.message, "Let its owner run REFRESH MATERIALIZED VIEW.");
    }
    if ((row->flags & READ_HIDDEN) && judge->refuses) {
        diag_fail(&text, 0, "row level security holds for %s.%s, which it reads as %s%s",
                  in_schema.text, of_table.text, other ? as.text : "this role",
                  ", and row_security is off: that is refused");
        judge_warn(
            judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_ROW_SECURITY,
            report_name(report, row->schema), report_name(report, row->relation), text.message,
            "Give who reads it BYPASSRLS; or set row_security on, and rows may be hidden.");
    } else if (row->flags & READ_HIDDEN) {
        diag_fail(&text, 0, "row level security hides rows of %s.%s, which it reads as %s%s",
                  in_schema.text, of_table.text, other ? as.text : "this role",
                  ", without a word");
        judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_ROW_SECURITY,
                   report_name(report, row->schema), report_name(report, row->relation),
                   text.message,
                   "Give who reads it BYPASSRLS, or a policy that shows it every row.");
    }
}

static void
judge_read(struct judge *judge, struct need_list *list, const struct piece_row *row,
           unsigned reasons) {
    const pgcs_report *report = judge->report;
    const char *column = piece_name(report, row), *owner = piece_text(report, row, 2);
    size_t rule = rule_for(judge, row->flags & reasons, PGCS_PRIV_SELECT);
    if (rule == RULE_COUNT)
        return;
    warn_of_reader(judge, row);
    if ((row->flags & READ_BY_OTHER) || (row->flags & READ_ANY && row->flags & READ_ALLOWED))
        return; /* nothing to grant */
    judge_add(judge, list,
              (struct need_row){
                  .schema = piece_text(report, row, 0),
                  .object = piece_text(report, row, 1),
                  .column = column[0] ? column : NULL,
                  .owner = owner[0] ? owner : NULL,
                  .kind = column[0] ? PGCS_OBJECT_COLUMN : PGCS_OBJECT_TABLE,
                  .rule = (uint8_t)rule,
                  .met = row->flags & READ_ALLOWED ? MET_YES : MET_NO,
              });
}

/* --- triggers and keys ----------------------------------------------------------------------
 */

/* TRIGGER_ON_* of what the job does to a table. */
static unsigned
events_of(const struct judge *judge) {
    uint32_t flags = judge->needs->flags;
    unsigned events = TRIGGER_ON_INSERT;
    if (!(flags & PGCS_NEED_INSERT_ONLY))
        events |= TRIGGER_ON_UPDATE;
    if (flags & PGCS_NEED_TRUNCATE)
        events |= TRIGGER_ON_TRUNCATE;
    return events;
}

static void
warn_of_trigger(struct judge *judge, const struct piece_row *row, unsigned events) {
    bool fires = (row->flags & events & events_of(judge)) && !(row->flags & TRIGGER_DISABLED);
    bool each_row = row->flags & TRIGGER_EACH_ROW;
    if (!fires || !(row->flags & TRIGGER_RUNS_AS_ROLE) ||
        ((events & TRIGGER_EACH_ROW) && !each_row))
        return;
    struct diag quoted;
    diag_fail(&quoted, 0, "the trigger %s runs with the privileges of this role",
              diag_quote(piece_name(judge->report, row), strlen(piece_name(judge->report, row)))
                  .text);
    judge_warn(
        judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_TRIGGER_RUNS_AS_ROLE,
        report_name(judge->report, row->schema), report_name(judge->report, row->relation),
        quoted.message,
        "Look what its function touches: no report can tell. A function that is SECURITY "
        "DEFINER needs nothing from the role.");
}

/* A foreign key that no row passes, whoever writes it. */
static void
warn_of_key(struct judge *judge, const struct piece_row *row) {
    if (!(row->flags & CONSTRAINT_UNCHECKABLE))
        return;
    const char *name = piece_name(judge->report, row);
    const char *schema = piece_text(judge->report, row, 1);
    const char *table = piece_text(judge->report, row, 2);
    struct diag quoted;
    diag_fail(
        &quoted, 0,
        "the foreign key %s refuses every row: PostgreSQL looks into %s.%s as the owner of "
        "that, who may not",
        diag_quote(name, strlen(name)).text, diag_quote(schema, strlen(schema)).text,
        diag_quote(table, strlen(table)).text);
    judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_KEY_UNCHECKABLE,
               report_name(judge->report, row->schema),
               report_name(judge->report, row->relation), quoted.message,
               "Grant that owner SELECT and UPDATE on its own table again, and USAGE on the "
               "schema; it is not the role of this connection that lacks them.");
}

/* --- rows ---------------------------------------------------------------------------------
 */

void
judge_fired(struct judge *judge, struct row_range pieces, unsigned events) {
    for (size_t i = pieces.first; i < pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind == PIECE_TRIGGER)
            warn_of_trigger(judge, row, events);
        else if (row->kind == PIECE_CONSTRAINT)
            warn_of_key(judge, row);
    }
}

void
judge_rows(struct judge *judge, struct row_range pieces, unsigned reasons) {
    struct need_list *needs = &judge->assessment->needs;
    bool writes = judge->needs->purpose == PGCS_PURPOSE_DESTINATION;
    for (size_t i = pieces.first; i < pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind == PIECE_CALL)
            judge_call(judge, needs, row, reasons);
        else if (row->kind == PIECE_READ)
            judge_read(judge, needs, row, reasons);
        else if (row->kind == PIECE_SEQUENCE)
            judge_rows_take(judge, row);
    }
    if (writes)
        judge_fired(judge, pieces, TRIGGER_ON_INSERT | TRIGGER_ON_UPDATE | TRIGGER_ON_TRUNCATE);
}

void
judge_offered(struct judge *judge, struct row_range pieces) {
    struct need_list *offers = &judge->assessment->offers;
    for (size_t i = pieces.first; i < pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind == PIECE_CALL && !(row->flags & CALL_ALLOWED))
            judge_call(judge, offers, row, CALL_POLICY_SELECT);
        else if (row->kind == PIECE_READ && !(row->flags & READ_ALLOWED))
            judge_read(judge, offers, row, CALL_POLICY_SELECT);
    }
}

void
judge_emptied(struct judge *judge, struct row_range pieces) {
    struct need_list *needs = &judge->assessment->needs;
    for (size_t i = pieces.first; i < pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind == PIECE_CALL)
            judge_call(judge, needs, row, CALL_WHEN_TRUNCATE);
        else if (row->kind == PIECE_SEQUENCE)
            judge_restarted(judge, row);
        else if (row->kind == PIECE_TRIGGER)
            warn_of_trigger(judge, row, TRIGGER_ON_TRUNCATE);
    }
}
