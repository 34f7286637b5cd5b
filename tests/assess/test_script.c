/* lib/assess/script: the statements, how they are put together, and hostile names. */
#include "fixture.h"

START_TEST(test_script__one_statement_for_tables_that_lack_the_same) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", 0);
    add_object_of(builder, "zoe", PGCS_OBJECT_TABLE, "app", "view of zoe", NULL, 0);
    add_table(builder, "app", "t", 0);
    add_table(builder, "app", "u", PGCS_PRIV_INSERT);
    add_table(builder, "app", "Order", 0);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_DESTINATION, 0);
    check_script(assessment,
                 "-- As olga, who owns these, or as a superuser:\n"
                 "GRANT USAGE ON SCHEMA app TO writer;\n"
                 "GRANT SELECT (id), INSERT, UPDATE ON TABLE app.\"Order\", app.t TO writer;\n"
                 "GRANT SELECT (id), UPDATE ON TABLE app.u TO writer;\n"
                 "-- For tables to come, the owner may run this too:\n"
                 "-- ALTER DEFAULT PRIVILEGES FOR ROLE olga IN SCHEMA app GRANT INSERT, UPDATE "
                 "ON TABLES TO writer;\n"
                 "-- As zoe, who owns these, or as a superuser:\n"
                 "GRANT INSERT, UPDATE ON TABLE app.\"view of zoe\" TO writer;\n"
                 "-- For tables to come, the owner may run this too:\n"
                 "-- ALTER DEFAULT PRIVILEGES FOR ROLE zoe IN SCHEMA app GRANT INSERT, UPDATE "
                 "ON TABLES TO writer;\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_script__many_tables_stand_on_lines_of_their_own) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    static const char *const names[] = {"a", "b", "c", "d"};
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_SOURCE, 0);
    for (size_t i = 0; i < 4; i++) {
        add_table(builder, "app", names[i], 0);
        ck_assert_int_eq(pgcs_needs_add_table(needs, "app", names[i], NULL), PGCS_OK);
    }
    const pgcs_report *report = fixture_finish(builder);
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    check_script(assessment, "-- As olga, who owns these, or as a superuser:\n"
                             "GRANT SELECT ON TABLE\n    app.a,\n    app.b,\n    app.c,\n"
                             "    app.d\nTO writer;\n");
    pgcs_assessment_unref(assessment);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
}
END_TEST

/* On request, and where the scope has the whole schema; the rest stays narrow. */
START_TEST(test_script__all_tables_of_a_schema) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_object(builder, PGCS_OBJECT_SCHEMA, NULL, "lib", PGCS_PRIV_USAGE);
    add_table(builder, "app", "t", PGCS_PRIV_UPDATE);
    add_table(builder, "app", "u", PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE);
    add_object_of(builder, "zoe", PGCS_OBJECT_TABLE, "app", "z", NULL, PGCS_PRIV_UPDATE);
    add_table(builder, "lib", "l", PGCS_PRIV_UPDATE | PGCS_PRIV_SELECT);
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION, PGCS_NEED_ALL_TABLES);
    ck_assert_int_eq(pgcs_needs_add_schema(needs, "app", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "lib", "l", NULL), PGCS_OK);
    const pgcs_report *report = fixture_finish(builder);
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    check_script(assessment,
                 "-- As olga, who owns these, or as a superuser:\n"
                 "GRANT INSERT ON TABLE lib.l TO writer;\n"
                 "-- As a superuser, or as who owns every table of app:\n"
                 "GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA app TO writer;\n"
                 "-- For tables to come, their owner may run this too:\n"
                 "-- ALTER DEFAULT PRIVILEGES FOR ROLE olga IN SCHEMA app GRANT SELECT, INSERT "
                 "ON TABLES TO writer;\n"
                 "-- ALTER DEFAULT PRIVILEGES FOR ROLE zoe IN SCHEMA app GRANT SELECT, INSERT "
                 "ON TABLES TO writer;\n");
    pgcs_assessment_unref(assessment);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
}
END_TEST

START_TEST(test_script__nothing_when_nothing_lacks) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_SOURCE, 0);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    check_script(assessment, "");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* No name can leave its quotes, nor the comment that it stands in. */
START_TEST(test_script__hostile_names) {
    struct report_builder *builder = report_builder_new();
    report_note_sections(builder, ALL_SECTIONS);
    report_set_text(builder, PGCS_FACT_USER, "wr\";iter", 8);
    add_object_of(builder, "o\nDROP TABLE x;", PGCS_OBJECT_DATABASE, NULL, "d", NULL, 0);
    add_object(builder, PGCS_OBJECT_SCHEMA, NULL, "s.t", PGCS_PRIV_USAGE);
    add_object_of(builder, "o\nDROP TABLE x;", PGCS_OBJECT_TABLE, "s.t", "a\"\"b\n", NULL, 0);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_SOURCE, 0);
    check_script(assessment,
                 "-- As \"o?DROP TABLE x;\", who owns these, or as a superuser:\n"
                 "GRANT CONNECT ON DATABASE d TO \"wr\"\";iter\";\n"
                 "GRANT SELECT ON TABLE \"s.t\".\"a\"\"\"\"b\n\" TO \"wr\"\";iter\";\n"
                 "-- For tables to come, the owner may run this too:\n"
                 "-- ALTER DEFAULT PRIVILEGES FOR ROLE "
                 "\"o?DROP TABLE x;\" IN SCHEMA \"s.t\" GRANT SELECT ON TABLES TO "
                 "\"wr\"\";iter\";\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_script__remedy_of_each_need) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", 0);
    add_table(builder, "app", "t", 0);
    add_object(builder, PGCS_OBJECT_SEQUENCE, "app", "s", 0);
    add_piece(builder, PIECE_SEQUENCE, "app", "t", "id", SEQUENCE_IDENTITY, TEXTS("app", "s"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_DESTINATION, PGCS_NEED_RESTART);
    static const char *const remedies[] = {
        "GRANT USAGE ON SCHEMA app TO writer;",
        "GRANT INSERT ON TABLE app.t TO writer;",
        "GRANT UPDATE ON TABLE app.t TO writer;",
        "GRANT SELECT (id) ON TABLE app.t TO writer;",
        "GRANT olga TO writer;",
    };
    pgcs_need *need = pgcs_need_new(assessment);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(pgcs_need_next(need), 1);
        ck_assert_str_eq(pgcs_need_remedy(need), remedies[i]);
    }
    ck_assert_int_eq(pgcs_need_next(need), 1);
    ck_assert_ptr_null(pgcs_need_remedy(need));
    pgcs_need_free(need);
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_script__one_statement_for_tables_that_lack_the_same);
    tcase_add_test(cases, test_script__many_tables_stand_on_lines_of_their_own);
    tcase_add_test(cases, test_script__all_tables_of_a_schema);
    tcase_add_test(cases, test_script__nothing_when_nothing_lacks);
    tcase_add_test(cases, test_script__hostile_names);
    tcase_add_test(cases, test_script__remedy_of_each_need);
}

int
main(void) {
    return suite_run("assess script", fill, 10);
}
