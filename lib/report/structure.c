/* The structure of a database: its order, and what its rows say. */
#include "report/structure.h"

#include <assert.h>
#include <string.h>

int
piece_compare(const void *left, const void *right, void *report) {
    const struct piece_row *a = left, *b = right;
    int order = compare_texts(report_name(report, a->schema), report_name(report, b->schema));
    if (order == 0)
        order =
            compare_texts(report_name(report, a->relation), report_name(report, b->relation));
    if (order == 0)
        order = (int)a->kind - (int)b->kind;
    if (order == 0 && a->order != b->order)
        order = a->order < b->order ? -1 : 1;
    if (order == 0)
        order = strcmp(piece_name(report, a), piece_name(report, b));
    return order;
}

const struct piece_row *
report_piece(const pgcs_report *report, size_t number) {
    assert(number < report->pieces.count);
    return (const struct piece_row *)report->pieces.items + number;
}

/* The first row that is not before the relation; after it, when @behind. */
static size_t
search(const pgcs_report *report, const char *schema, const char *relation, bool behind) {
    size_t low = 0, high = report->pieces.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct piece_row *row = report_piece(report, middle);
        int order = compare_texts(report_name(report, row->schema), schema);
        if (order == 0)
            order = compare_texts(report_name(report, row->relation), relation);
        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct row_range
report_pieces_of(const pgcs_report *report, const char *schema, const char *relation) {
    return (struct row_range){.first = search(report, schema, relation, false),
                              .end = search(report, schema, relation, true)};
}

static const struct piece_row *
first_of(const pgcs_report *report, struct row_range pieces, int kind) {
    for (size_t i = pieces.first; i < pieces.end; i++)
        if (report_piece(report, i)->kind == kind)
            return report_piece(report, i);
    return NULL;
}

const struct piece_row *
report_table(const pgcs_report *report, struct row_range pieces) {
    return first_of(report, pieces, PIECE_TABLE);
}

const struct piece_row *
report_view(const pgcs_report *report, struct row_range pieces) {
    return first_of(report, pieces, PIECE_VIEW);
}

const char *
piece_name(const pgcs_report *report, const struct piece_row *row) {
    return report_text(report, row->text);
}

const char *
piece_text(const pgcs_report *report, const struct piece_row *row, size_t number) {
    if (number >= row->texts)
        return "";
    const char *text = piece_name(report, row);
    for (size_t i = 0; i <= number; i++)
        text += strlen(text) + 1;
    return text;
}
