/* lib/assess/below: what rows meet in partitions, and in tables that inherit from the job's. */
#include "fixture.h"

#define AS_ROLE TRIGGER_RUNS_AS_ROLE
#define RUNS_AS_ROLE(table)                                                                    \
    "warning TRIGGER_RUNS_AS_ROLE app." table                                                  \
    ": the trigger g runs with the privileges of this role\n"

/* A table of which nothing is known but what stands above it. */
static void
add_below(struct report_builder *builder, const char *name, const char *parent,
          bool partition) {
    add_piece(builder, PIECE_TABLE, "app", name, "",
              TABLE_OUT_OF_SCOPE | (partition ? TABLE_PARTITION : 0),
              partition ? TEXTS("app", parent) : NULL);
    if (!partition)
        add_piece(builder, PIECE_PARENT, "app", name, "", 0, TEXTS("app", parent));
}

/* Table t, a and b below it, c below b; d is below nothing that is in the report. */
static struct report_builder *
family(bool partitions) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_object(builder, partitions ? PGCS_OBJECT_PARTITIONED_TABLE : PGCS_OBJECT_TABLE, "app",
               "t", PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_SELECT);
    add_piece(builder, PIECE_TABLE, "app", "t", "", partitions ? TABLE_PARTITIONED : 0, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "id", COLUMN_IN_KEY, TEXTS("integer"));
    add_below(builder, "a", "t", partitions);
    add_below(builder, "b", "t", partitions);
    add_below(builder, "c", "b", partitions);
    add_below(builder, "d", "e", partitions);
    return builder;
}

static const struct {
    bool partitions;
    uint32_t needs;
    const char *table;
    uint32_t trigger;
    const char *findings;
} fired[] = {
    {true, 0, "a", AS_ROLE | TRIGGER_ON_INSERT | TRIGGER_EACH_ROW, RUNS_AS_ROLE("a")},
    {true, 0, "c", AS_ROLE | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW, RUNS_AS_ROLE("c")},
    {true, PGCS_NEED_INSERT_ONLY, "c", AS_ROLE | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW, ""},
    {true, 0, "a", AS_ROLE | TRIGGER_ON_INSERT, ""},
    {true, 0, "a", TRIGGER_ON_INSERT | TRIGGER_EACH_ROW, ""},
    {true, 0, "d", AS_ROLE | TRIGGER_ON_INSERT | TRIGGER_EACH_ROW, ""},
    {true, PGCS_NEED_TRUNCATE, "a", AS_ROLE | TRIGGER_ON_TRUNCATE, RUNS_AS_ROLE("a")},
    {true, 0, "a", AS_ROLE | TRIGGER_ON_TRUNCATE, ""},
    {false, 0, "a", AS_ROLE | TRIGGER_ON_INSERT | TRIGGER_EACH_ROW, ""},
    {false, 0, "a", AS_ROLE | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW, RUNS_AS_ROLE("a")},
    {false, 0, "c", AS_ROLE | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW, RUNS_AS_ROLE("c")},
    {false, 0, "c", AS_ROLE | TRIGGER_ON_UPDATE, ""},
    {false, 0, "d", AS_ROLE | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW, ""},
    {false, PGCS_NEED_INSERT_ONLY, "a", AS_ROLE | TRIGGER_ON_UPDATE | TRIGGER_EACH_ROW, ""},
    {false, PGCS_NEED_TRUNCATE, "c", AS_ROLE | TRIGGER_ON_TRUNCATE, RUNS_AS_ROLE("c")},
};

START_TEST(test_below__triggers) {
    struct report_builder *builder = family(fired[_i].partitions);
    add_piece(builder, PIECE_TRIGGER, "app", fired[_i].table, "g", fired[_i].trigger, NULL);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_DESTINATION, fired[_i].needs);
    check_findings(assessment, fired[_i].findings);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* What is called there is told of the table above; what stands at the table itself is not
 * meant for the job. Rows that are there already are in the way in partitions only. */
START_TEST(test_below__nothing_else) {
    struct report_builder *builder = family(_i);
    add_piece(builder, PIECE_CALL, "app", "a", "", CALL_CHECK, TEXTS("lib", "f", "", "fred"));
    add_piece(builder, PIECE_CALL, "app", "t", "", CALL_CHILD_UPDATE,
              TEXTS("lib", "g", "", "fred"));
    add_piece(builder, PIECE_TABLE, "app", "x", "",
              TABLE_HAS_ROWS | (_i == 1 ? TABLE_PARTITION : 0), TEXTS("app", "t"));
    add_piece(builder, PIECE_PARENT, "app", "x", "", 0, TEXTS("app", "t"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_DESTINATION, 0);
    const struct need_row *lacking = assessment->needs.rows;
    ck_assert_str_eq(lacking[0].object, "g()");
    ck_assert_int_eq(lacking[0].met, MET_NO);
    ck_assert_int_eq(lacking[1].met, MET_YES);
    check_findings(assessment,
                   _i == 1 ? "warning HAS_ROWS app.t: has rows, by the server's statistics\n"
                           : "");
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_below__triggers, 0, ROWS(fired));
    tcase_add_loop_test(cases, test_below__nothing_else, 0, 2);
}

int
main(void) {
    return suite_run("assess below", fill, 10);
}
