/*
 * What stands around a table's rows, on both sides: triggers, rules and policies, which go by
 * their names, and the details that few tables have.
 */
#include <string.h>

#include "base/text.h"
#include "compare/compare.h"

/* --- triggers, rules and policies -----------------------------------------------------------
 */

static const struct {
    int kind;
    enum difference missing, extra, differs;
    bool written_out; /* with PGCS_SECTION_EXPRESSIONS only */
} named[] = {
    {PIECE_TRIGGER, DIFFERENCE_TRIGGER_MISSING, DIFFERENCE_TRIGGER_EXTRA,
     DIFFERENCE_TRIGGER_DIFFERS, false},
    {PIECE_RULE, DIFFERENCE_RULE_MISSING, DIFFERENCE_RULE_EXTRA, DIFFERENCE_RULE_DIFFERS, true},
    {PIECE_POLICY, DIFFERENCE_POLICY_MISSING, DIFFERENCE_POLICY_EXTRA,
     DIFFERENCE_POLICY_DIFFERS, true},
};

static const char *
condition_of(const pgcs_report *report, struct row_range range, const char *trigger) {
    const struct piece_row *row = find_piece(report, range, PIECE_CONDITION, trigger);
    return row == NULL ? "without WHEN" : piece_text(report, row, 0);
}

/* The same but for what else there is to a trigger. */
static void
compare_trigger(struct pair *pair, const char *name, unsigned source, unsigned destination) {
    const char *condition = condition_of(pair->source, pair->in_source, name);
    const char *other = condition_of(pair->destination, pair->in_destination, name);
    if ((source ^ destination) & TRIGGER_DISABLED)
        tell(pair, DIFFERENCE_TRIGGER_DIFFERS, name,
             source & TRIGGER_DISABLED ? "disabled" : "enabled",
             destination & TRIGGER_DISABLED ? "disabled" : "enabled");
    if (pair->expressions && strcmp(condition, other) != 0)
        tell(pair, DIFFERENCE_TRIGGER_DIFFERS, name, condition, other);
}

static void
compare_named(struct pair *pair, size_t which) {
    const int kind = named[which].kind;
    for (size_t i = pair->in_source.first; i < pair->in_source.end; i++) {
        const struct piece_row *row = report_piece(pair->source, i);
        if (row->kind != kind)
            continue;
        const char *name = piece_name(pair->source, row),
                   *text = piece_text(pair->source, row, 0);
        const struct piece_row *other =
            find_piece(pair->destination, pair->in_destination, kind, name);
        if (other == NULL)
            tell(pair, named[which].missing, NULL, name, NULL);
        else if (strcmp(text, piece_text(pair->destination, other, 0)) != 0)
            tell(pair, named[which].differs, name, text,
                 piece_text(pair->destination, other, 0));
        else if (kind == PIECE_TRIGGER)
            compare_trigger(pair, name, row->flags, other->flags);
    }
    for (size_t i = pair->in_destination.first; i < pair->in_destination.end; i++) {
        const struct piece_row *row = report_piece(pair->destination, i);
        const char *name = piece_name(pair->destination, row);
        if (row->kind == kind && find_piece(pair->source, pair->in_source, kind, name) == NULL)
            tell(pair, named[which].extra, NULL, NULL, name);
    }
}

/* --- details --------------------------------------------------------------------------------
 */

static const struct {
    enum difference texts[2]; /* where one of them differs */
    const char *otherwise;    /* what it is where nothing is told */
} details[] = {
    [DETAIL_INHERITS] = {{DIFFERENCE_INHERITANCE}, "no table"},
    [DETAIL_TYPE] = {{DIFFERENCE_TABLE_TYPE}, "none"},
    [DETAIL_SERVER] = {{DIFFERENCE_FOREIGN_SERVER}, "here"},
    [DETAIL_DETACHED] = {{DIFFERENCE_PARTITION_BOUND}, "a partition like others"},
    [DETAIL_TRIGGER] = {{DIFFERENCE_TRIGGER_DIFFERS}, "enabled as its parent's"},
    [DETAIL_SEQUENCE] = {{DIFFERENCE_SEQUENCE_DIFFERS, DIFFERENCE_SEQUENCE_DETAILS},
                         "ordinary"},
    [DETAIL_NOT_NULL] = {{DIFFERENCE_COLUMN_NOT_NULL_DIFFERS}, "as usual"},
    [DETAIL_OWN] = {{DIFFERENCE_INHERITANCE_OWN}, "nothing"},
};
#define DETAILS (sizeof details / sizeof details[0])

static const struct piece_row *
find_detail(const pgcs_report *report, struct row_range range, uint32_t order,
            const char *name) {
    for (size_t i = range.first; i < range.end; i++) {
        const struct piece_row *row = report_piece(report, i);
        if (row->kind == PIECE_DETAIL && row->order == order &&
            strcmp(piece_name(report, row), name) == 0)
            return row;
    }
    return NULL;
}

/* Columns that are there on one side only, or get their values in different ways, are told. */
static bool
is_told(const struct pair *pair, const char *column) {
    const unsigned identity = COLUMN_IDENTITY_ALWAYS | COLUMN_IDENTITY_DEFAULT;
    const struct piece_row *a = find_piece(pair->source, pair->in_source, PIECE_COLUMN, column);
    const struct piece_row *b =
        find_piece(pair->destination, pair->in_destination, PIECE_COLUMN, column);
    if (a == NULL || b == NULL)
        return a != b;
    return ((a->flags ^ b->flags) & (identity | COLUMN_NOT_NULL)) ||
           strcmp(piece_text(pair->source, a, 0), piece_text(pair->destination, b, 0)) != 0 ||
           strcmp(piece_text(pair->source, a, 1), piece_text(pair->destination, b, 1)) != 0;
}

/* Only PostgreSQL 18 and later know more of NOT NULL than that it holds. */
static bool
knows_not_null(const pgcs_report *report) {
    return report->facts[PGCS_FACT_SERVER_VERSION - FACT_FIRST].integer >= 180000;
}

static void
compare_not_null(struct pair *pair, const char *column, const struct piece_row *source,
                 const struct piece_row *destination) {
    bool unsure = source != NULL && (source->flags & DETAIL_NOT_VALIDATED);
    if (unsure && (destination == NULL || !(destination->flags & DETAIL_NOT_VALIDATED)))
        tell(pair, DIFFERENCE_COLUMN_NOT_NULL_UNCHECKED, column, NULL, NULL);
    else if (knows_not_null(pair->source) && knows_not_null(pair->destination))
        tell(pair, DIFFERENCE_COLUMN_NOT_NULL_DIFFERS, column,
             source ? piece_text(pair->source, source, 0) : details[DETAIL_NOT_NULL].otherwise,
             destination ? piece_text(pair->destination, destination, 0)
                         : details[DETAIL_NOT_NULL].otherwise);
}

/* One of both may be NULL. */
static void
compare_detail(struct pair *pair, const struct piece_row *source,
               const struct piece_row *destination) {
    uint32_t order = source ? source->order : destination->order;
    const char *name =
        source ? piece_name(pair->source, source) : piece_name(pair->destination, destination);
    bool of_column = order == DETAIL_SEQUENCE || order == DETAIL_NOT_NULL;
    if (order >= DETAILS || (of_column && is_told(pair, name)))
        return;
    for (size_t i = 0; i < 2 && details[order].texts[i] != 0; i++) {
        const char *text = source ? piece_text(pair->source, source, i) : "";
        const char *other = destination ? piece_text(pair->destination, destination, i) : "";
        if (strcmp(text, other) == 0)
            continue;
        if (order == DETAIL_NOT_NULL)
            compare_not_null(pair, name, source, destination);
        else
            tell(pair, details[order].texts[i], name[0] ? name : NULL,
                 text[0] ? text : details[order].otherwise,
                 other[0] ? other : details[order].otherwise);
    }
}

static void
compare_details(struct pair *pair) {
    for (size_t i = pair->in_source.first; i < pair->in_source.end; i++) {
        const struct piece_row *row = report_piece(pair->source, i);
        if (row->kind == PIECE_DETAIL)
            compare_detail(pair, row,
                           find_detail(pair->destination, pair->in_destination, row->order,
                                       piece_name(pair->source, row)));
    }
    for (size_t i = pair->in_destination.first; i < pair->in_destination.end; i++) {
        const struct piece_row *row = report_piece(pair->destination, i);
        if (row->kind == PIECE_DETAIL &&
            find_detail(pair->source, pair->in_source, row->order,
                        piece_name(pair->destination, row)) == NULL)
            compare_detail(pair, NULL, row);
    }
}

/* --- row level security ---------------------------------------------------------------------
 */

static const char *
security_words(unsigned flags) {
    if (!(flags & TABLE_ROW_SECURITY))
        return flags & TABLE_ROW_SECURITY_FORCED ? "off, though forced" : "off";
    return flags & TABLE_ROW_SECURITY_FORCED ? "on, for the owner too" : "on";
}

void
compare_around(struct pair *pair, unsigned source, unsigned destination) {
    if ((source ^ destination) & (TABLE_ROW_SECURITY | TABLE_ROW_SECURITY_FORCED))
        tell(pair, DIFFERENCE_ROW_SECURITY, NULL, security_words(source),
             security_words(destination));
    compare_details(pair);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (!named[i].written_out || pair->expressions)
            compare_named(pair, i);
}
