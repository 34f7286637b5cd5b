/* lib/assess/needs and targets: the scope, and needs that contradict each other. */
#include "fixture.h"

static const struct {
    pgcs_purpose purpose;
    uint32_t flags;
    const char *message;
} conflicts[] = {
    {PGCS_PURPOSE_SOURCE, PGCS_NEED_TRUNCATE,
     "a source is only read, but the needs say to write"},
    {PGCS_PURPOSE_DESTINATION, PGCS_NEED_CASCADE, "cascade without truncate"},
    {PGCS_PURPOSE_DESTINATION, PGCS_NEED_UPSERT | PGCS_NEED_INSERT_ONLY,
     "upsert and insert-only contradict each other"},
};

START_TEST(test_needs__conflict) {
    const pgcs_report *report = fixture_finish(fixture_new(ALL_SECTIONS));
    pgcs_needs *needs = pgcs_needs_new(conflicts[_i].purpose, conflicts[_i].flags);
    const pgcs_assessment *assessment = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, &error), PGCS_ERR_CONFLICT);
    ck_assert_str_eq(pgcs_error_message(error), conflicts[_i].message);
    ck_assert_ptr_nonnull(pgcs_error_hint(error));
    ck_assert_ptr_null(assessment);
    pgcs_error_free(error);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_needs__misuse) {
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_SOURCE, 0);
    ck_assert_ptr_null(pgcs_needs_new(0, 0));
    ck_assert_ptr_null(pgcs_needs_new(3, 0));
    ck_assert_ptr_null(pgcs_needs_new(PGCS_PURPOSE_DESTINATION, 1u << 31));
    ck_assert_int_eq(pgcs_needs_add_table(NULL, "a", "b", NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_needs_add_table(needs, NULL, "b", NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "a", NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_needs_add_schema(needs, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_report_assess(NULL, needs, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_assessment_script(NULL, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_ptr_null(pgcs_assessment_report(NULL));
    ck_assert_ptr_null(pgcs_assessment_ref(NULL));
    ck_assert_ptr_null(pgcs_assessment_unref(NULL));
    ck_assert_int_eq(pgcs_assessment_is_sufficient(NULL), 0);
    ck_assert_ptr_null(pgcs_need_new(NULL));
    ck_assert_int_eq(pgcs_need_next(NULL), 0);
    ck_assert_int_eq(pgcs_need_is_met(NULL), 0);
    ck_assert_ptr_null(pgcs_need_remedy(NULL));
    pgcs_need_free(NULL);
    pgcs_needs_free(NULL);
    pgcs_needs_free(needs);
}
END_TEST

/* Two schemas with two tables each, a view and a partitioned table with a partition. */
static const pgcs_report *
two_schemas(void) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "a", PGCS_PRIV_USAGE);
    add_object(builder, PGCS_OBJECT_SCHEMA, NULL, "b", PGCS_PRIV_USAGE);
    add_table(builder, "a", "t", 0);
    add_table(builder, "a", "u", 0);
    add_table(builder, "b", "t", 0);
    add_object(builder, PGCS_OBJECT_VIEW, "a", "v", 0);
    add_object(builder, PGCS_OBJECT_PARTITIONED_TABLE, "b", "p", 0);
    add_piece(builder, PIECE_TABLE, "b", "p", "", TABLE_PARTITIONED, NULL);
    add_piece(builder, PIECE_COLUMN, "b", "p", "id", 0, TEXTS("integer"));
    add_object(builder, PGCS_OBJECT_TABLE, "a", "p1", 0);
    add_piece(builder, PIECE_TABLE, "a", "p1", "", TABLE_PARTITION, TEXTS("b", "p"));
    add_piece(builder, PIECE_COLUMN, "a", "p1", "id", 0, TEXTS("integer"));
    return fixture_finish(builder);
}

#define ENDS "yes database shop CONNECT\n"
static const struct {
    const char *scope[4]; /* "schema" or "schema.table" */
    const char *needs;
} scopes[] = {
    {{NULL},
     "no table a.t SELECT\nno table a.u SELECT\nno partitioned_table b.p SELECT\n"
     "no table b.t SELECT\n" ENDS "yes schema a USAGE\nyes schema b USAGE\n"},
    {{"a.u"}, "no table a.u SELECT\n" ENDS "yes schema a USAGE\n"},
    {{"a.v"}, "no view a.v SELECT\n" ENDS "yes schema a USAGE\n"},
    {{"b", "a.t", "a.t"},
     "no table a.t SELECT\nno partitioned_table b.p SELECT\nno table b.t SELECT\n" ENDS
     "yes schema a USAGE\nyes schema b USAGE\n"},
    /* the parent is not in the scope: the partition stands for itself */
    {{"a"},
     "no table a.p1 SELECT\nno table a.t SELECT\nno table a.u SELECT\n" ENDS
     "yes schema a USAGE\n"},
    {{"a.p1", "b.p"},
     "no table a.p1 SELECT\nno partitioned_table b.p SELECT\n" ENDS
     "yes schema a USAGE\nyes schema b USAGE\n"},
};

START_TEST(test_needs__scope) {
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_SOURCE, 0);
    for (size_t i = 0; scopes[_i].scope[i] != NULL; i++) {
        const char *item = scopes[_i].scope[i];
        char schema[2] = {item[0], '\0'};
        pgcs_status status = item[1] == '.'
                                 ? pgcs_needs_add_table(needs, schema, item + 2, NULL)
                                 : pgcs_needs_add_schema(needs, schema, NULL);
        ck_assert_int_eq(status, PGCS_OK);
    }
    const pgcs_report *report = two_schemas();
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    check_needs(assessment, scopes[_i].needs);
    pgcs_assessment_unref(assessment);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
}
END_TEST

static const struct {
    uint32_t flags;
    const char *findings;
} missing[] = {
    {0, "failure TABLE_MISSING a.gone: there is no such table\n"
        "failure SCHEMA_MISSING c: there is no such schema\n"},
    {PGCS_NEED_CREATE_TABLES, "failure SCHEMA_MISSING c: there is no such schema\n"},
    {PGCS_NEED_CREATE_TABLES | PGCS_NEED_CREATE_SCHEMAS, ""},
};

/* What stands under the name a.q. */
static const struct {
    uint32_t other; /* OTHER_* */
    uint32_t flags;
    const char *table; /* that it belongs to */
    const char *findings;
} others[] = {
    {OTHER_SEQUENCE, 0, "t",
     "failure NOT_A_TABLE a.q: this is a sequence, not a table; it belongs to the table a.t\n"},
    {OTHER_SEQUENCE, PGCS_NEED_CREATE_TABLES, NULL,
     "failure NOT_A_TABLE a.q: this is a sequence, not a table\n"},
    {OTHER_INDEX, 0, "t",
     "failure NOT_A_TABLE a.q: this is an index, not a table; it belongs to the table a.t\n"},
    {OTHER_TYPE, 0, NULL, "failure NOT_A_TABLE a.q: this is a type, not a table\n"},
    {OTHER_FUNCTION, 0, NULL, "failure NOT_A_TABLE a.q: this is a function, not a table\n"},
    {OTHER_FUNCTION, PGCS_NEED_CREATE_TABLES, NULL, ""},
};

START_TEST(test_needs__what_is_no_table) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    const char *table = others[_i].table;
    add_schema(builder, "a", PGCS_PRIV_USAGE | PGCS_PRIV_CREATE);
    add_piece(builder, PIECE_OTHER, "a", "q", "", others[_i].other,
              TEXTS(table ? "a" : NULL, table));
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION, others[_i].flags);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "a", "q", NULL), PGCS_OK);
    const pgcs_report *report = fixture_finish(builder);
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    check_findings(assessment, others[_i].findings);
    pgcs_assessment_unref(assessment);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
}
END_TEST

START_TEST(test_needs__what_is_not_there) {
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION, missing[_i].flags);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "c", "t", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "c", "u", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "a", "gone", NULL), PGCS_OK);
    const pgcs_report *report = two_schemas();
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    check_findings(assessment, missing[_i].findings);
    pgcs_assessment_unref(assessment);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_needs__conflict, 0, ROWS(conflicts));
    tcase_add_test(cases, test_needs__misuse);
    tcase_add_loop_test(cases, test_needs__scope, 0, ROWS(scopes));
    tcase_add_loop_test(cases, test_needs__what_is_not_there, 0, ROWS(missing));
    tcase_add_loop_test(cases, test_needs__what_is_no_table, 0, ROWS(others));
}

int
main(void) {
    return suite_run("assess needs", fill, 10);
}
