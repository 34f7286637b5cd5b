/*
 * Sequences that fill the columns of a table. An identity column needs no privilege on its own:
 * INSERT moves it. A default that calls nextval() needs USAGE or UPDATE, setval() needs UPDATE,
 * and a restart takes the owner. Where a restart is refused, setval() is offered instead.
 *
 * Without structure the report knows only which column a sequence belongs to, as
 * "schema.table.column", not whether it is an identity.
 */
#include "assess/judge.h"

#include <stdlib.h>
#include <string.h>

struct sequence {
    const char *schema;
    const char *name;
    const char *column;
    unsigned flags; /* SEQUENCE_* */
    bool known;     /* the flags are */
    bool judged;    /* what follows is known */
    bool owned;
    uint64_t held;
    const char *owner;        /* NULL when unknown */
    const char *schema_owner; /* NULL when unknown */
};

/* What the role may do with it, by the report's object or, out of scope, by its piece. */
static void
find_privileges(const struct judge *judge, struct sequence *sequence) {
    const struct object_set *set =
        judge_object_set(judge, PGCS_OBJECT_SEQUENCE, sequence->schema, sequence->name);
    if (set != NULL) {
        sequence->judged = true;
        sequence->held = set->held;
        sequence->owned = set->owned;
        sequence->owner = report_name(judge->report, set->owner);
    } else if (sequence->flags & SEQUENCE_JUDGED) {
        sequence->judged = true;
        sequence->held = (sequence->flags & SEQUENCE_USAGE ? PGCS_PRIV_USAGE : 0) |
                         (sequence->flags & SEQUENCE_UPDATE ? PGCS_PRIV_UPDATE : 0);
        sequence->owned = sequence->flags & SEQUENCE_MINE;
    }
}

static enum met
met_by(const struct rule *rule, const struct sequence *sequence) {
    if (!sequence->judged)
        return MET_UNKNOWN;
    if (rule->privilege == 0)
        return sequence->owned ? MET_YES : MET_NO;
    return sequence->held & (rule->privilege | rule->or) ? MET_YES : MET_NO;
}

/* The schema may be out of scope as well. */
static void
use_schema(struct judge *judge, const struct sequence *sequence) {
    if (judge_object_set(judge, PGCS_OBJECT_SCHEMA, NULL, sequence->schema) != NULL)
        judge_use_schema(judge, sequence->schema);
    else if (sequence->flags & SEQUENCE_JUDGED)
        judge_add(judge, &judge->assessment->needs,
                  (struct need_row){
                      .object = sequence->schema,
                      .owner = sequence->schema_owner,
                      .kind = PGCS_OBJECT_SCHEMA,
                      .rule = RULE_USE_SCHEMA,
                      .met = sequence->flags & SEQUENCE_SCHEMA ? MET_YES : MET_NO,
                  });
}

static void
add(struct judge *judge, struct need_list *list, const struct sequence *sequence, size_t rule,
    enum met met) {
    judge_add(judge, list,
              (struct need_row){
                  .schema = sequence->schema,
                  .object = sequence->name,
                  .owner = sequence->owner,
                  .kind = PGCS_OBJECT_SEQUENCE,
                  .rule = (uint8_t)rule,
                  .met = (int8_t)met,
              });
}

/* setval() instead of a restart: UPDATE, and the highest value of the column. */
static void
offer_setval(struct judge *judge, const struct target *target,
             const struct sequence *sequence) {
    struct need_list *offers = &judge->assessment->offers;
    if (!(sequence->held & PGCS_PRIV_UPDATE))
        add(judge, offers, sequence, RULE_SETVAL, MET_NO);
    const struct object_row *rows = judge->report->objects.items;
    const struct object_set *sets = judge->report->sets.items;
    struct row_range named = report_objects_named(judge->report, target->schema, target->name);
    uint64_t held = target->set->held;
    for (size_t i = named.first; i < named.end; i++) {
        const char *column = object_second_text(judge->report, &rows[i], OBJECT_HAS_COLUMN);
        if (column != NULL && strcmp(column, sequence->column) == 0)
            held |= sets[rows[i].set].held;
    }
    if (!(held & PGCS_PRIV_SELECT))
        judge_add(judge, offers,
                  (struct need_row){
                      .schema = target->schema,
                      .object = target->name,
                      .column = sequence->column,
                      .owner = target->owner,
                      .kind = PGCS_OBJECT_COLUMN,
                      .rule = RULE_HIGHEST,
                      .met = MET_NO,
                  });
    judge_offered(judge, target->pieces);
    judge_warn(
        judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_RESTART_NEEDS_OWNER, sequence->schema,
        sequence->name, "only its owner may restart this sequence",
        "Move it with setval() instead, which takes UPDATE; or make the role a member of "
        "the owner's role, which gives it all that the owner may do.");
}

static void
judge_sequence(struct judge *judge, const struct target *target, struct sequence *sequence) {
    find_privileges(judge, sequence);
    /* what moves it instead of a restart, or its ownership, gives nextval() as well */
    bool moved = judge_applies(judge, &rules[RULE_RESTART]) &&
                 met_by(&rules[RULE_RESTART], sequence) == MET_NO;
    for (size_t i = 0; i < RULE_COUNT; i++) {
        const struct rule *rule = &rules[i];
        bool of_default = rule->on == ON_SEQUENCE_OF_DEFAULT;
        if ((rule->on != ON_SEQUENCE && !of_default) || !judge_applies(judge, rule))
            continue;
        if (of_default && sequence->known && !(sequence->flags & SEQUENCE_DEFAULT))
            continue;
        enum met met = met_by(rule, sequence);
        if (of_default && moved && met == MET_NO)
            continue;
        if (of_default && !sequence->known && met == MET_NO)
            met = MET_UNKNOWN;
        if (!of_default)
            use_schema(judge, sequence);
        add(judge, &judge->assessment->needs, sequence, i, met);
        if (i == RULE_RESTART && met == MET_NO)
            offer_setval(judge, target, sequence);
    }
}

static int
compare_needed(const void *left, const void *right) {
    return need_compare(left, right);
}

void
judge_drop_offers(struct judge *judge) {
    const struct need_list *needs = &judge->assessment->needs;
    struct need_list *offers = &judge->assessment->offers;
    size_t unmet = 0, kept = 0;
    while (unmet < needs->count && needs->rows[unmet].met == MET_NO)
        unmet++;
    for (size_t i = 0; i < offers->count; i++) {
        const struct need_row row = offers->rows[i];
        struct need_row whole = row;
        whole.column = NULL;
        bool asked = unmet > 0 &&
                     (bsearch(&row, needs->rows, unmet, sizeof row, compare_needed) != NULL ||
                      bsearch(&whole, needs->rows, unmet, sizeof row, compare_needed) != NULL);
        if (!asked)
            offers->rows[kept++] = row;
    }
    offers->count = kept;
}

/* --- without structure ----------------------------------------------------------------------
 */

#define LONGEST_NAME 256

/* Read an identifier, bare or in double quotes, and the dot behind it, unless at the end. */
static bool
read_identifier(struct scanner *scanner, char out[LONGEST_NAME]) {
    bool quoted = scanner_accept(scanner, '"');
    size_t size = 0;
    while (!scanner_at_end(scanner) && size < LONGEST_NAME - 1) {
        bool quote = scanner_peek(scanner) == '"';
        if (!quoted && scanner_peek(scanner) == '.')
            break;
        out[size] = scanner->data[scanner->at++];
        if (quoted && quote && !scanner_accept(scanner, '"'))
            break;
        size++;
    }
    out[size] = '\0';
    return size > 0 && (scanner_at_end(scanner) || scanner_accept(scanner, '.'));
}

static void
judge_sequence_of(struct judge *judge, const struct object_row *row, const char *belongs_to) {
    struct scanner scanner = scanner_over(belongs_to, strlen(belongs_to));
    char schema[LONGEST_NAME], table[LONGEST_NAME], column[LONGEST_NAME];
    if (!read_identifier(&scanner, schema) || !read_identifier(&scanner, table) ||
        !read_identifier(&scanner, column))
        return;
    const struct target *target = judge_target(judge, schema, table);
    if (target == NULL)
        return;
    const char *copy = pool_copy(judge->assessment->pool, column, strlen(column));
    if (copy == NULL)
        judge->failed = true;
    else
        judge_sequence(judge, target,
                       &(struct sequence){.schema = report_name(judge->report, row->schema),
                                          .name = object_name(judge->report, row),
                                          .column = copy});
}

/* --------------------------------------------------------------------------------------------
 */

static const char *
owner_of(const char *text) {
    return text[0] ? text : NULL;
}

static struct sequence
sequence_of(const pgcs_report *report, const struct piece_row *row) {
    return (struct sequence){.schema = piece_text(report, row, 0),
                             .name = piece_text(report, row, 1),
                             .column = piece_name(report, row),
                             .flags = row->flags,
                             .known = true,
                             .owner = owner_of(piece_text(report, row, 2)),
                             .schema_owner = owner_of(piece_text(report, row, 3))};
}

void
judge_sequences(struct judge *judge, const struct target *target) {
    for (size_t i = target->pieces.first; i < target->pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        struct sequence sequence = sequence_of(judge->report, row);
        bool of_column = !(row->flags & (SEQUENCE_CHECK | SEQUENCE_QUERY));
        if (row->kind == PIECE_SEQUENCE && of_column)
            judge_sequence(judge, target, &sequence);
    }
}

void
judge_taken(struct judge *judge, struct row_range pieces) {
    for (size_t i = pieces.first; i < pieces.end; i++) {
        const struct piece_row *row = report_piece(judge->report, i);
        if (row->kind != PIECE_SEQUENCE || !(row->flags & SEQUENCE_DEFAULT))
            continue;
        struct sequence sequence = sequence_of(judge->report, row);
        find_privileges(judge, &sequence);
        add(judge, &judge->assessment->needs, &sequence, RULE_NEXTVAL,
            met_by(&rules[RULE_NEXTVAL], &sequence));
    }
}

void
judge_rows_take(struct judge *judge, const struct piece_row *row) {
    size_t rule = row->flags & SEQUENCE_CHECK ? RULE_TAKE_CHECK : RULE_TAKE_QUERY;
    if (!(row->flags & (SEQUENCE_CHECK | SEQUENCE_QUERY)) ||
        !judge_applies(judge, &rules[rule]))
        return;
    struct sequence sequence = sequence_of(judge->report, row);
    find_privileges(judge, &sequence);
    add(judge, &judge->assessment->needs, &sequence, rule, met_by(&rules[rule], &sequence));
}

void
judge_restarted(struct judge *judge, const struct piece_row *row) {
    struct sequence sequence = sequence_of(judge->report, row);
    bool restarts = judge_applies(judge, &rules[RULE_RESTART]) &&
                    (row->flags & (SEQUENCE_OWNED | SEQUENCE_IDENTITY));
    if (!restarts)
        return;
    find_privileges(judge, &sequence);
    add(judge, &judge->assessment->needs, &sequence, RULE_RESTART,
        met_by(&rules[RULE_RESTART], &sequence));
}

void
judge_sequences_by_name(struct judge *judge) {
    const struct object_row *rows = judge->report->objects.items;
    for (size_t i = 0; i < judge->report->objects.count && !judge->failed; i++) {
        const char *owner = object_second_text(judge->report, &rows[i], OBJECT_HAS_BELONGS_TO);
        if (rows[i].kind == PGCS_OBJECT_SEQUENCE && owner != NULL)
            judge_sequence_of(judge, &rows[i], owner);
    }
}
