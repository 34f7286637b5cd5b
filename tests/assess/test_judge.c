/* lib/assess/judge: the verdict for each purpose and option, on a table of every kind. */
#include "fixture.h"

#define SELECT PGCS_PRIV_SELECT
#define INSERT PGCS_PRIV_INSERT
#define UPDATE PGCS_PRIV_UPDATE
#define USAGE  PGCS_PRIV_USAGE

#define SOURCE      PGCS_PURPOSE_SOURCE
#define DESTINATION PGCS_PURPOSE_DESTINATION

/* What a role lacks on a table app.t (id, a, b) when it holds @held on it. */
static const struct {
    pgcs_purpose purpose;
    uint32_t flags;
    uint64_t schema;
    uint64_t held;
    int sufficient;
    const char *needs;
} verdicts[] = {
    {SOURCE, 0, USAGE, SELECT, 1,
     "yes database shop CONNECT\nyes schema app USAGE\nyes table app.t SELECT\n"},
    {SOURCE, 0, 0, 0, 0,
     "no schema app USAGE\nno table app.t SELECT\nyes database shop CONNECT\n"},
    {SOURCE, 0, 0, SELECT, 0,
     "no schema app USAGE\nyes database shop CONNECT\nyes table app.t SELECT\n"},
    {SOURCE, 0, USAGE, INSERT | UPDATE, 0,
     "no table app.t SELECT\nyes database shop CONNECT\nyes schema app USAGE\n"},
    {DESTINATION, 0, USAGE, 0, 0,
     "no table app.t INSERT\nno table app.t UPDATE\nno column app.t.id SELECT\n"
     "yes database shop CONNECT\nyes schema app USAGE\n"},
    {DESTINATION, 0, USAGE, SELECT | INSERT | UPDATE, 1,
     "yes database shop CONNECT\nyes schema app USAGE\nyes table app.t INSERT\n"
     "yes table app.t UPDATE\nyes column app.t.id SELECT\n"},
    {DESTINATION, PGCS_NEED_INSERT_ONLY, USAGE, INSERT, 1,
     "yes database shop CONNECT\nyes schema app USAGE\nyes table app.t INSERT\n"},
    {DESTINATION, PGCS_NEED_UPSERT, USAGE, INSERT | UPDATE, 0,
     "no table app.t SELECT\nyes database shop CONNECT\nyes schema app USAGE\n"
     "yes table app.t INSERT\nyes table app.t UPDATE\n"},
    {DESTINATION, PGCS_NEED_TRUNCATE | PGCS_NEED_INSERT_ONLY, USAGE, INSERT, 0,
     "no table app.t TRUNCATE\nyes database shop CONNECT\nyes schema app USAGE\n"
     "yes table app.t INSERT\n"},
    {DESTINATION, PGCS_NEED_CREATE_TABLES | PGCS_NEED_INSERT_ONLY, USAGE, INSERT, 0,
     "no schema app CREATE\nyes database shop CONNECT\nyes schema app USAGE\n"
     "yes table app.t INSERT\n"},
    {DESTINATION, PGCS_NEED_CREATE_SCHEMAS | PGCS_NEED_INSERT_ONLY, USAGE, INSERT, 0,
     "no database shop CREATE\nyes database shop CONNECT\nyes schema app USAGE\n"
     "yes table app.t INSERT\n"},
};

START_TEST(test_judge__verdict_of_a_table) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", verdicts[_i].schema);
    add_table(builder, "app", "t", verdicts[_i].held);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), verdicts[_i].purpose, verdicts[_i].flags);
    check_needs(assessment, verdicts[_i].needs);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), verdicts[_i].sufficient);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__privileges_by_column_do) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", 0);
    static const struct {
        const char *column;
        uint64_t held;
    } columns[] = {{"id", SELECT | INSERT}, {"a", INSERT | UPDATE}, {"b", INSERT}};
    for (size_t i = 0; i < 3; i++)
        add_object_of(builder, "olga", PGCS_OBJECT_COLUMN, "app", "t", columns[i].column,
                      columns[i].held);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), DESTINATION, 0);
    check_needs(assessment, "no column app.t.b UPDATE\nno column app.t.id UPDATE\n"
                            "yes database shop CONNECT\nyes schema app USAGE\n"
                            "yes column app.t.a INSERT\nyes column app.t.a UPDATE\n"
                            "yes column app.t.b INSERT\nyes column app.t.id SELECT\n"
                            "yes column app.t.id INSERT\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* What can't be written needs no privilege, and what is computed isn't written. */
START_TEST(test_judge__generated_and_identity_columns) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", 0);
    add_piece(builder, PIECE_TABLE, "app", "t", "", 0, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "id", COLUMN_IN_KEY | COLUMN_IDENTITY_ALWAYS,
              TEXTS("integer"));
    add_piece(builder, PIECE_COLUMN, "app", "t", "a", 0, TEXTS("integer"));
    add_piece(builder, PIECE_COLUMN, "app", "t", "g", COLUMN_GENERATED, TEXTS("integer"));
    add_object_of(builder, "olga", PGCS_OBJECT_COLUMN, "app", "t", "a", INSERT | UPDATE);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, PGCS_NEED_UPSERT);
    check_needs(assessment, "no column app.t.a SELECT\nno column app.t.id SELECT\n"
                            "no column app.t.id INSERT\nyes database shop CONNECT\n"
                            "yes schema app USAGE\nyes column app.t.a INSERT\n"
                            "yes column app.t.a UPDATE\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__tables_to_come_may_want_references) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE | PGCS_PRIV_CREATE);
    add_table(builder, "app", "by column", INSERT);
    add_object_of(builder, "olga", PGCS_OBJECT_COLUMN, "app", "by column", "id",
                  PGCS_PRIV_REFERENCES);
    add_table(builder, "app", "held", INSERT | PGCS_PRIV_REFERENCES);
    add_table(builder, "app", "t", INSERT);
    add_table(builder, "app", "u", INSERT);
    const pgcs_assessment *assessment = assess_for(
        fixture_finish(builder), DESTINATION, PGCS_NEED_INSERT_ONLY | PGCS_NEED_CREATE_TABLES);
    check_findings(assessment, "note NO_REFERENCES app.t: lacks REFERENCES for the role, as "
                               "does 1 other table\n");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__a_table_without_columns) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", 0);
    add_piece(builder, PIECE_TABLE, "app", "t", "", 0, NULL);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), DESTINATION, 0);
    check_needs(assessment, "no table app.t INSERT\nyes database shop CONNECT\n"
                            "yes schema app USAGE\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* A source calls none of it. */
START_TEST(test_judge__a_source_needs_no_function_and_no_sequence) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", SELECT);
    add_object(builder, PGCS_OBJECT_SEQUENCE, "app", "t_id_seq", 0);
    add_piece(builder, PIECE_CALL, "app", "t", "a", CALL_DEFAULT,
              TEXTS("lib", "f", "", "fred"));
    add_piece(builder, PIECE_SEQUENCE, "app", "t", "id", SEQUENCE_OWNED | SEQUENCE_DEFAULT,
              TEXTS("app", "t_id_seq"));
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), SOURCE, 0);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__partitions_go_with_their_parent) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_PARTITIONED_TABLE, "app", "p", SELECT);
    add_piece(builder, PIECE_TABLE, "app", "p", "", TABLE_PARTITIONED, NULL);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "p1", 0);
    add_piece(builder, PIECE_TABLE, "app", "p1", "", TABLE_PARTITION, TEXTS("app", "p"));
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), SOURCE, 0);
    check_needs(assessment, "yes database shop CONNECT\nyes schema app USAGE\n"
                            "yes partitioned_table app.p SELECT\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__an_upsert_without_a_key_reads_nothing) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", INSERT | UPDATE);
    add_piece(builder, PIECE_TABLE, "app", "t", "", 0, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "a", 0, TEXTS("text"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, PGCS_NEED_UPSERT);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__without_structure_some_is_unknown) {
    struct report_builder *builder = fixture_new(PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", INSERT);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), DESTINATION, 0);
    check_needs(assessment, "no table app.t UPDATE\n? table app.t SELECT\n"
                            "? table app.t EXECUTE\nyes database shop CONNECT\n"
                            "yes schema app USAGE\nyes table app.t INSERT\n");
    check_findings(assessment, "warning NO_STRUCTURE the report has no structure: keys, "
                               "defaults, foreign keys and functions are not judged\n");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 0);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* The tables came, and then the server would not tell what their rows call. */
START_TEST(test_judge__half_a_structure_is_none) {
    struct report_builder *builder = fixture_new(PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", INSERT | UPDATE | SELECT);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), DESTINATION, 0);
    check_needs(assessment, "? table app.t EXECUTE\nyes database shop CONNECT\n"
                            "yes schema app USAGE\nyes table app.t SELECT\n"
                            "yes table app.t INSERT\nyes table app.t UPDATE\n");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 0);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__without_columns_a_gap_is_unknown) {
    struct report_builder *builder = fixture_new(PGCS_SECTION_OBJECTS | PGCS_SECTION_STRUCTURE);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", 0);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), SOURCE, 0);
    check_needs(assessment, "? table app.t SELECT\nyes database shop CONNECT\n"
                            "yes schema app USAGE\n");
    check_script(assessment, "");
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__to_a_superuser_nothing_is_unknown) {
    struct report_builder *builder = fixture_new(PGCS_SECTION_OBJECTS);
    report_set_int(builder, PGCS_FACT_IS_SUPERUSER, 1);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", INSERT | UPDATE | SELECT);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), DESTINATION, 0);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* --- what no privilege settles -------------------------------------------------------------
 */

START_TEST(test_judge__a_report_without_objects) {
    const pgcs_assessment *assessment = assess_for(fixture_finish(fixture_new(0)), SOURCE, 0);
    check_findings(assessment, "failure NOTHING_KNOWN the report has no objects, so there is "
                               "nothing to judge\n");
    check_needs(assessment, "");
    check_script(assessment, "");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 0);
    pgcs_assessment_unref(assessment);
}
END_TEST

static const struct {
    pgcs_fact fact;
    pgcs_purpose purpose;
    const char *findings;
} servers[] = {
    {PGCS_FACT_IS_STANDBY, SOURCE, ""},
    {PGCS_FACT_IS_READ_ONLY, SOURCE, ""},
    {PGCS_FACT_IS_STANDBY, DESTINATION,
     "failure STANDBY the server is a standby: nothing can be written\n"},
    {PGCS_FACT_IS_READ_ONLY, DESTINATION,
     "failure READ_ONLY transactions of this session are read-only: nothing can be written\n"},
};

START_TEST(test_judge__a_server_that_does_not_write) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", INSERT | UPDATE | SELECT);
    report_set_int(builder, servers[_i].fact, 1);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), servers[_i].purpose, 0);
    check_findings(assessment, servers[_i].findings);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment),
                     servers[_i].purpose == PGCS_PURPOSE_SOURCE);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* A session whose row_security is off would rather have an error than fewer rows, and gets it.
 */
START_TEST(test_judge__row_level_security_is_a_warning) {
    static const char *const findings[] = {
        "warning ROW_SECURITY app.t: row level security hides rows from this role, without a "
        "word\n",
        "failure ROW_SECURITY app.t: row level security holds for this role, and its "
        "row_security is off: PostgreSQL refuses every statement\n"};
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    struct object_set set = {.held = SELECT, .owner = name_of(builder, "olga")};
    struct object object = {
        .kind = PGCS_OBJECT_TABLE,
        .schema = name_of(builder, "app"),
        .set = report_add_set(builder, &set),
        .name = slice_of("t"),
        .row_security = true,
    };
    report_add_object(builder, &object);
    report_set_int(builder, PGCS_FACT_ROW_SECURITY_OFF, _i);
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), SOURCE, 0);
    check_findings(assessment, findings[_i]);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), _i == 0);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* What a policy lets in is not known; where there is none nothing comes in. */
START_TEST(test_judge__row_level_security_without_a_policy_is_a_failure) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_TABLE, "app", "t", "", TABLE_REFUSES_ROWS, NULL);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, PGCS_NEED_INSERT_ONLY);
    check_findings(assessment, "failure ROW_SECURITY app.t: row level security refuses every "
                               "row: no policy lets this role insert any\n");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 0);
    pgcs_assessment_unref(assessment);
}
END_TEST

static const struct {
    uint32_t flags;
    const char *findings;
} refusals[] = {
    {PGCS_NEED_INSERT_ONLY,
     "warning ROW_SECURITY app.t: row level security may refuse rows, and refuses COPY\n"},
    {0, "warning ROW_SECURITY app.t: row level security lets no UPDATE change a row, without a "
        "word: no policy lets this role read rows, or none change them\n"},
    {PGCS_NEED_UPSERT,
     "failure ROW_SECURITY app.t: row level security refuses ON CONFLICT DO UPDATE: no policy "
     "lets this role read rows, or none change them\n"},
};

START_TEST(test_judge__rows_that_no_policy_lets_change) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_TABLE, "app", "t", "", TABLE_REFUSES_CHANGES, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "id", COLUMN_IN_KEY, NULL);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, refusals[_i].flags);
    check_findings(assessment, refusals[_i].findings);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment),
                     refusals[_i].flags != PGCS_NEED_UPSERT);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_judge__a_deferrable_key) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_CONSTRAINT, "app", "t", "t_pkey",
              CONSTRAINT_PRIMARY | CONSTRAINT_DEFERRABLE, TEXTS("PRIMARY KEY (id) DEFERRABLE"));
    add_piece(builder, PIECE_CONSTRAINT, "app", "t", "t_v",
              CONSTRAINT_UNIQUE | CONSTRAINT_DEFERRABLE, TEXTS("UNIQUE (v) DEFERRABLE"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, PGCS_NEED_UPSERT);
    check_findings(assessment, "warning NO_PRIMARY_KEY app.t: ON CONFLICT refuses the primary "
                               "key, which is deferrable\n");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    pgcs_assessment_unref(assessment);
}
END_TEST

static const struct {
    uint32_t flags;
    const char *findings;
} keyless[] = {
    {0,
     "warning TRIGGER_RUNS_AS_ROLE app.t: the trigger audit runs with the privileges of this "
     "role\nwarning HAS_ROWS app.t: has rows, by the server's statistics\nnote NO_PRIMARY_KEY "
     "app.t: without a primary key an UPDATE can't tell one row from the others\n"},
    {PGCS_NEED_UPSERT,
     "warning NO_PRIMARY_KEY app.t: without a primary key ON CONFLICT has nothing to hold a "
     "row "
     "against\nwarning TRIGGER_RUNS_AS_ROLE app.t: the trigger audit runs with the privileges "
     "of this role\n"},
    {PGCS_NEED_INSERT_ONLY | PGCS_NEED_TRUNCATE,
     "warning TRIGGER_RUNS_AS_ROLE app.t: the trigger audit runs with the privileges of this "
     "role\n"},
};

START_TEST(test_judge__no_key_rows_and_a_trigger) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_TABLE, "app", "t", "", TABLE_HAS_ROWS, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "a", 0, TEXTS("text"));
    add_piece(builder, PIECE_TRIGGER, "app", "t", "audit",
              TRIGGER_RUNS_AS_ROLE | TRIGGER_ON_INSERT, NULL);
    add_piece(builder, PIECE_TRIGGER, "app", "t", "definer", TRIGGER_ON_INSERT, NULL);
    add_piece(builder, PIECE_TRIGGER, "app", "t", "deletes",
              TRIGGER_RUNS_AS_ROLE | TRIGGER_ON_DELETE, NULL);
    add_piece(builder, PIECE_TRIGGER, "app", "t", "off",
              TRIGGER_RUNS_AS_ROLE | TRIGGER_ON_INSERT | TRIGGER_DISABLED, NULL);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, keyless[_i].flags);
    check_findings(assessment, keyless[_i].findings);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* A table that is needed as a whole is not asked for by column as well. */
START_TEST(test_judge__the_whole_covers_its_columns) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", 0);
    add_table(builder, "app", "u", SELECT);
    add_piece(builder, PIECE_READ, "app", "u", "a", CALL_POLICY_SELECT,
              TEXTS("app", "t", "olga"));
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), SOURCE, 0);
    check_needs(assessment, "no table app.t SELECT\nyes database shop CONNECT\n"
                            "yes schema app USAGE\nyes table app.u SELECT\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* Statistics of partitioned tables are those of their partitions. */
START_TEST(test_judge__rows_of_partitions) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    static const char *const names[] = {"p", "q", "t"};
    add_schema(builder, "app", USAGE);
    for (size_t i = 0; i < ROWS(names); i++) {
        add_object(builder, i < 2 ? PGCS_OBJECT_PARTITIONED_TABLE : PGCS_OBJECT_TABLE, "app",
                   names[i], ~UINT64_C(0));
        add_piece(builder, PIECE_TABLE, "app", names[i], "",
                  i < 2 ? TABLE_PARTITIONED : TABLE_HAS_ROWS, NULL);
    }
    add_object(builder, PGCS_OBJECT_TABLE, "app", "p1", 0);
    add_piece(builder, PIECE_TABLE, "app", "p1", "", TABLE_PARTITION | TABLE_HAS_ROWS,
              TEXTS("app", "p"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, PGCS_NEED_INSERT_ONLY);
    check_findings(assessment, "warning HAS_ROWS app.p: has rows, as has 1 other table, by the "
                               "server's statistics\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_judge__verdict_of_a_table, 0, ROWS(verdicts));
    tcase_add_test(cases, test_judge__privileges_by_column_do);
    tcase_add_test(cases, test_judge__generated_and_identity_columns);
    tcase_add_test(cases, test_judge__tables_to_come_may_want_references);
    tcase_add_test(cases, test_judge__a_table_without_columns);
    tcase_add_test(cases, test_judge__a_source_needs_no_function_and_no_sequence);
    tcase_add_test(cases, test_judge__partitions_go_with_their_parent);
    tcase_add_test(cases, test_judge__an_upsert_without_a_key_reads_nothing);
    tcase_add_test(cases, test_judge__without_structure_some_is_unknown);
    tcase_add_test(cases, test_judge__half_a_structure_is_none);
    tcase_add_test(cases, test_judge__without_columns_a_gap_is_unknown);
    tcase_add_test(cases, test_judge__to_a_superuser_nothing_is_unknown);
    tcase_add_test(cases, test_judge__a_report_without_objects);
    tcase_add_loop_test(cases, test_judge__a_server_that_does_not_write, 0, ROWS(servers));
    tcase_add_loop_test(cases, test_judge__row_level_security_is_a_warning, 0, 2);
    tcase_add_test(cases, test_judge__row_level_security_without_a_policy_is_a_failure);
    tcase_add_loop_test(cases, test_judge__rows_that_no_policy_lets_change, 0, ROWS(refusals));
    tcase_add_test(cases, test_judge__a_deferrable_key);
    tcase_add_loop_test(cases, test_judge__no_key_rows_and_a_trigger, 0, ROWS(keyless));
    tcase_add_test(cases, test_judge__the_whole_covers_its_columns);
    tcase_add_test(cases, test_judge__rows_of_partitions);
}

int
main(void) {
    return suite_run("assess judge", fill, 10);
}
