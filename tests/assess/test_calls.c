/* lib/assess/calls: functions and relations behind rows, views, policies, triggers and keys. */
#include <stdio.h>

#include "fixture.h"

#define SELECT PGCS_PRIV_SELECT
#define INSERT PGCS_PRIV_INSERT
#define USAGE  PGCS_PRIV_USAGE

#define SOURCE      PGCS_PURPOSE_SOURCE
#define DESTINATION PGCS_PURPOSE_DESTINATION

START_TEST(test_calls__functions_that_a_row_calls) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", INSERT);
    add_piece(builder, PIECE_CALL, "app", "t", "a", CALL_DEFAULT,
              TEXTS("lib", "f", "a integer, b text", "fred"));
    add_piece(builder, PIECE_CALL, "app", "t", "", CALL_CHECK,
              TEXTS("lib", "f", "a integer, b text", "fred"));
    add_piece(builder, PIECE_CALL, "app", "t", "", CALL_INDEX | CALL_ALLOWED,
              TEXTS("lib", "Odd", "", "fred"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, PGCS_NEED_INSERT_ONLY);
    check_needs(assessment, "no function lib.f(a integer, b text) EXECUTE\n"
                            "yes database shop CONNECT\nyes schema app USAGE\n"
                            "yes table app.t INSERT\nyes function lib.Odd() EXECUTE\n");
    check_script(assessment, "-- As fred, who owns these, or as a superuser:\n"
                             "GRANT EXECUTE ON FUNCTION lib.f(a integer, b text) TO writer;\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* GRANT takes the arguments of an ordered-set aggregate in one list. */
static const struct {
    const char *arguments, *granted;
} aggregates[] = {
    {"double precision ORDER BY double precision", "double precision, double precision"},
    {"ORDER BY anyelement", "anyelement"},
    {"VARIADIC \"any\" ORDER BY VARIADIC \"any\"", "VARIADIC \"any\""},
    {"\"a ORDER BY b\" integer ORDER BY \"\"\"ORDER BY c\" text, d text",
     "\"a ORDER BY b\" integer, \"\"\"ORDER BY c\" text, d text"},
    {"\"REORDER BY \" integer", "\"REORDER BY \" integer"},
};

START_TEST(test_calls__ordered_set_aggregates) {
    char script[256];
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_VIEW, "app", "v", SELECT);
    add_piece(builder, PIECE_VIEW, "app", "v", "", 0, NULL);
    add_piece(builder, PIECE_CALL, "app", "v", "", CALL_QUERY,
              TEXTS("lib", "m", aggregates[_i].arguments, "fred"));
    const pgcs_report *report = fixture_finish(builder);
    pgcs_needs *needs = pgcs_needs_new(SOURCE, 0);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "app", "v", NULL), PGCS_OK);
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    snprintf(script, sizeof script,
             "-- As fred, who owns these, or as a superuser:\n"
             "GRANT EXECUTE ON FUNCTION lib.m(%s) TO writer;\n",
             aggregates[_i].granted);
    check_script(assessment, script);
    pgcs_assessment_unref(assessment);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
}
END_TEST

/* What is asked of the role for a trigger goes with what the job does. */
static const struct {
    uint32_t flags;
    const char *unmet; /* functions */
    const char *findings;
} fired[] = {
    {PGCS_NEED_INSERT_ONLY, "on_insert",
     "warning TRIGGER_RUNS_AS_ROLE app.t: the trigger i runs with the privileges of this "
     "role\n"},
    {0, "on_insert on_update",
     "warning TRIGGER_RUNS_AS_ROLE app.t: the trigger i runs with the privileges of this "
     "role\nwarning TRIGGER_RUNS_AS_ROLE app.t: the trigger u runs with the privileges of "
     "this role\n"},
    {PGCS_NEED_INSERT_ONLY | PGCS_NEED_TRUNCATE, "on_insert on_truncate",
     "warning TRIGGER_RUNS_AS_ROLE app.t: the trigger i runs with the privileges of this "
     "role\nwarning TRIGGER_RUNS_AS_ROLE app.t: the trigger t runs with the privileges of "
     "this role\n"},
};

START_TEST(test_calls__triggers_of_what_the_job_does) {
    static const struct {
        const char *trigger, *function;
        unsigned event, call;
    } triggers[] = {
        {"i", "on_insert", TRIGGER_ON_INSERT, CALL_WHEN_INSERT},
        {"u", "on_update", TRIGGER_ON_UPDATE, CALL_WHEN_UPDATE},
        {"t", "on_truncate", TRIGGER_ON_TRUNCATE, CALL_WHEN_TRUNCATE},
        {"d", "on_delete", TRIGGER_ON_DELETE, 0},
    };
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", ~UINT64_C(0));
    for (size_t i = 0; i < ROWS(triggers); i++) {
        add_piece(builder, PIECE_TRIGGER, "app", "t", triggers[i].trigger,
                  TRIGGER_RUNS_AS_ROLE | triggers[i].event, NULL);
        add_piece(builder, PIECE_CALL, "app", "t", "", triggers[i].call,
                  TEXTS("lib", triggers[i].function, "", "fred"));
    }
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), DESTINATION, fired[_i].flags);
    char *needs = needs_text(assessment);
    for (size_t i = 0; i < ROWS(triggers); i++) {
        char unmet[64];
        snprintf(unmet, sizeof unmet, "no function lib.%s() EXECUTE", triggers[i].function);
        ck_assert_int_eq(strstr(needs, unmet) != NULL,
                         strstr(fired[_i].unmet, triggers[i].function) != NULL);
    }
    free(needs);
    check_findings(assessment, fired[_i].findings);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_calls__a_key_that_nobody_can_check) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_table(builder, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_CONSTRAINT, "app", "t", "to p",
              CONSTRAINT_FOREIGN | CONSTRAINT_UNCHECKABLE,
              TEXTS("FOREIGN KEY (a) REFERENCES lib.p (id)", "lib", "p"));
    add_piece(builder, PIECE_CONSTRAINT, "app", "t", "to q", CONSTRAINT_FOREIGN,
              TEXTS("FOREIGN KEY (b) REFERENCES lib.q (id)", "lib", "q"));
    const pgcs_assessment *assessment = assess_for(fixture_finish(builder), DESTINATION, 0);
    check_findings(assessment,
                   "failure KEY_UNCHECKABLE app.t: the foreign key to p refuses every row: "
                   "PostgreSQL looks into lib.p as the owner of that, who may not\n");
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 0);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* --- views and policies ---------------------------------------------------------------------
 */

static const struct {
    uint32_t view;   /* VIEW_* */
    uint32_t called; /* CALL_*, 0 for no function */
    uint32_t read;   /* CALL_* and READ_*, 0 for nothing read */
    const char *column;
    const char *needs;
    const char *findings;
} views[] = {
    {0, 0, 0, "", "", ""},
    {0, CALL_QUERY, 0, "", "no function lib.f() EXECUTE\n", ""},
    {0, CALL_QUERY | CALL_ALLOWED, 0, "", "yes function lib.f() EXECUTE\n", ""},
    {0, 0, CALL_QUERY, "a", "no column app.t.a SELECT\n", ""},
    {0, 0, CALL_QUERY, "", "no table app.t SELECT\n", ""},
    {0, 0, CALL_QUERY | READ_ALLOWED, "", "yes table app.t SELECT\n", ""},
    {0, 0, CALL_QUERY | READ_ANY, "", "no table app.t SELECT\n", ""},
    {0, 0, CALL_QUERY | READ_ANY | READ_ALLOWED, "", "", ""},
    {0, 0, CALL_QUERY | READ_ALLOWED | READ_HIDDEN, "", "yes table app.t SELECT\n",
     "warning ROW_SECURITY app.v: row level security hides rows of app.t, which it reads as "
     "this role, without a word\n"},
    {0, 0, CALL_QUERY | READ_BY_OTHER | READ_ALLOWED | READ_HIDDEN, "", "",
     "warning ROW_SECURITY app.v: row level security hides rows of app.t, which it reads as "
     "zoe, without a word\n"},
    {0, 0, CALL_QUERY | READ_BY_OTHER, "", "",
     "failure VIEW_UNREADABLE app.v: nobody can read it: it reads app.t as zoe, who may not\n"},
    {VIEW_MATERIALIZED, 0, 0, "", "", ""},
    {VIEW_MATERIALIZED | VIEW_NOT_FILLED, 0, 0, "", "",
     "failure NOT_FILLED app.v: the materialized view was never filled: nobody can read it\n"},
};

START_TEST(test_calls__a_view_as_source) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    bool filled = views[_i].view & VIEW_MATERIALIZED;
    add_schema(builder, "app", USAGE);
    add_object(builder, filled ? PGCS_OBJECT_MATERIALIZED_VIEW : PGCS_OBJECT_VIEW, "app", "v",
               SELECT);
    add_piece(builder, PIECE_VIEW, "app", "v", "", views[_i].view, TEXTS("zoe"));
    add_piece(builder, PIECE_COLUMN, "app", "v", "id", 0, TEXTS("integer"));
    if (views[_i].called != 0)
        add_piece(builder, PIECE_CALL, "app", "v", "", views[_i].called,
                  TEXTS("lib", "f", "", "fred"));
    if (views[_i].read != 0)
        add_piece(builder, PIECE_READ, "app", "v", views[_i].column, views[_i].read,
                  TEXTS("app", "t", "olga", "zoe"));
    const pgcs_report *report = fixture_finish(builder);
    const pgcs_assessment *assessment = NULL;
    pgcs_needs *needs = pgcs_needs_new(SOURCE, 0);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "app", "v", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    char *text = needs_text(assessment);
    ck_assert_msg(strstr(text, views[_i].needs) != NULL, "%s", text);
    ck_assert_int_eq(strstr(text, "app.t") != NULL, strstr(views[_i].needs, "app.t") != NULL);
    ck_assert_ptr_nonnull(strstr(text, "yes schema app USAGE\n"));
    check_findings(assessment, views[_i].findings);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment),
                     strstr(text, "no ") == NULL &&
                         strstr(views[_i].findings, "failure") == NULL);
    free(text);
    pgcs_assessment_unref(assessment);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
}
END_TEST

/* Without structure nobody knows what a view calls. */
START_TEST(test_calls__a_view_without_structure) {
    struct report_builder *builder = fixture_new(PGCS_SECTION_OBJECTS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_VIEW, "app", "v", SELECT);
    const pgcs_report *report = fixture_finish(builder);
    const pgcs_assessment *assessment = NULL;
    pgcs_needs *needs = pgcs_needs_new(SOURCE, 0);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "app", "v", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    check_needs(assessment, "? view app.v EXECUTE\nyes database shop CONNECT\n"
                            "yes schema app USAGE\nyes view app.v SELECT\n");
    pgcs_assessment_unref(assessment);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
}
END_TEST

/* Which policies count goes with what the job does. */
static const struct {
    pgcs_purpose purpose;
    uint32_t flags;
    uint32_t link; /* SEQUENCE_* that fills the column a, 0 for none */
    uint32_t id;   /* COLUMN_IN_KEY or 0 */
    const char *called;
} policed[] = {
    {SOURCE, 0, 0, 0, "on_select"},
    {DESTINATION, 0, 0, COLUMN_IN_KEY, "on_select on_insert on_update"},
    {DESTINATION, 0, 0, 0, "on_insert on_update"},
    {DESTINATION, PGCS_NEED_UPSERT, 0, COLUMN_IN_KEY, "on_select on_insert on_update"},
    {DESTINATION, PGCS_NEED_INSERT_ONLY, 0, COLUMN_IN_KEY, "on_insert"},
    {DESTINATION, PGCS_NEED_INSERT_ONLY | PGCS_NEED_SETVAL, 0, COLUMN_IN_KEY, "on_insert"},
    {DESTINATION, PGCS_NEED_INSERT_ONLY | PGCS_NEED_SETVAL, SEQUENCE_IDENTITY, COLUMN_IN_KEY,
     "on_select on_insert"},
};

START_TEST(test_calls__policies_of_what_the_job_does) {
    static const struct {
        const char *name;
        uint32_t why;
    } policies[] = {{"on_select", CALL_POLICY_SELECT},
                    {"on_insert", CALL_POLICY_INSERT},
                    {"on_update", CALL_POLICY_UPDATE}};
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_TABLE, "app", "t", "", 0, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "id", policed[_i].id, TEXTS("integer"));
    add_piece(builder, PIECE_COLUMN, "app", "t", "a", 0, TEXTS("integer"));
    for (size_t i = 0; i < ROWS(policies); i++) {
        add_piece(builder, PIECE_CALL, "app", "t", "", policies[i].why,
                  TEXTS("lib", policies[i].name, "", "fred"));
        add_piece(builder, PIECE_READ, "app", "t", "a", policies[i].why,
                  TEXTS("lib", policies[i].name, "fred"));
    }
    if (policed[_i].link != 0) {
        add_object(builder, PGCS_OBJECT_SEQUENCE, "app", "s", PGCS_PRIV_UPDATE);
        add_piece(builder, PIECE_SEQUENCE, "app", "t", "a", policed[_i].link,
                  TEXTS("app", "s"));
    }
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), policed[_i].purpose, policed[_i].flags);
    char *text = needs_text(assessment);
    for (size_t i = 0; i < ROWS(policies); i++) {
        char call[64], read[64];
        int counts = strstr(policed[_i].called, policies[i].name) != NULL;
        snprintf(call, sizeof call, "no function lib.%s() EXECUTE", policies[i].name);
        snprintf(read, sizeof read, "no column lib.%s.a SELECT", policies[i].name);
        ck_assert_msg((strstr(text, call) != NULL) == counts, "%s", text);
        ck_assert_msg((strstr(text, read) != NULL) == counts, "%s", text);
    }
    free(text);
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_calls__functions_that_a_row_calls);
    tcase_add_loop_test(cases, test_calls__triggers_of_what_the_job_does, 0, ROWS(fired));
    tcase_add_loop_test(cases, test_calls__ordered_set_aggregates, 0, ROWS(aggregates));
    tcase_add_test(cases, test_calls__a_key_that_nobody_can_check);
    tcase_add_loop_test(cases, test_calls__a_view_as_source, 0, ROWS(views));
    tcase_add_test(cases, test_calls__a_view_without_structure);
    tcase_add_loop_test(cases, test_calls__policies_of_what_the_job_does, 0, ROWS(policed));
}

int
main(void) {
    return suite_run("assess calls", fill, 10);
}
