/* lib/report/structure: pieces come back in their order, with their texts. */
#include "assess/fixture.h"

static const pgcs_report *
some_pieces(void) {
    struct report_builder *builder = report_builder_new();
    add_piece(builder, PIECE_COLUMN, "s", "t", "z", COLUMN_NOT_NULL,
              TEXTS("integer", NULL, "c"));
    add_piece(builder, PIECE_COLUMN, "s", "t", "a", 0, TEXTS("text"));
    add_piece(builder, PIECE_TABLE, "s", "t", "", TABLE_UNLOGGED, NULL);
    add_piece(builder, PIECE_SCHEMA, "s", NULL, "", 0, NULL);
    add_piece(builder, PIECE_EXTENSION, NULL, NULL, "x", 0, TEXTS("1.0"));
    add_piece(builder, PIECE_TABLE, "r", "t", "", 0, NULL);
    add_piece(builder, PIECE_CONSTRAINT, "s", "t", "b", 0, NULL);
    add_piece(builder, PIECE_CONSTRAINT, "s", "t", "a", 0, NULL);
    return fixture_finish(builder);
}

START_TEST(test_structure__order_and_texts) {
    static const struct {
        const char *schema, *relation, *name, *first, *third;
        int kind;
    } expected[] = {
        {NULL, NULL, "x", "1.0", "", PIECE_EXTENSION},
        {"r", "t", "", "", "", PIECE_TABLE},
        {"s", NULL, "", "", "", PIECE_SCHEMA},
        {"s", "t", "", "", "", PIECE_TABLE},
        {"s", "t", "z", "integer", "c", PIECE_COLUMN}, /* by place, not by name */
        {"s", "t", "a", "text", "", PIECE_COLUMN},
        {"s", "t", "a", "", "", PIECE_CONSTRAINT},
        {"s", "t", "b", "", "", PIECE_CONSTRAINT},
    };
    const pgcs_report *report = some_pieces();
    ck_assert_uint_eq(report->pieces.count, sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < report->pieces.count; i++) {
        const struct piece_row *row = report_piece(report, i);
        ck_assert_int_eq(row->kind, expected[i].kind);
        ck_assert_pstr_eq(report_name(report, row->schema), expected[i].schema);
        ck_assert_pstr_eq(report_name(report, row->relation), expected[i].relation);
        ck_assert_str_eq(piece_name(report, row), expected[i].name);
        ck_assert_str_eq(piece_text(report, row, 0), expected[i].first);
        ck_assert_str_eq(piece_text(report, row, 2), expected[i].third);
        ck_assert_str_eq(piece_text(report, row, PIECE_TEXTS), "");
    }
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_structure__pieces_of_one_relation) {
    const pgcs_report *report = some_pieces();
    struct row_range range = report_pieces_of(report, "s", "t");
    ck_assert_uint_eq(range.first, 3);
    ck_assert_uint_eq(range.end, 8);
    ck_assert_int_eq(report_table(report, range)->flags, TABLE_UNLOGGED);
    range = report_pieces_of(report, "s", NULL);
    ck_assert_uint_eq(range.end - range.first, 1);
    ck_assert_ptr_null(report_table(report, range));
    range = report_pieces_of(report, "s", "u");
    ck_assert_uint_eq(range.end, range.first);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_structure__order_and_texts);
    tcase_add_test(cases, test_structure__pieces_of_one_relation);
}

int
main(void) {
    return suite_run("report structure", fill, 10);
}
