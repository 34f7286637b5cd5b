/* lib/report: what goes into a builder comes out of the report, in its order. */
#include "report/builder.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

static struct slice
text(const char *string) {
    return (struct slice){string, strlen(string)};
}

static const pgcs_report *
finish(struct report_builder *builder) {
    const pgcs_report *report = NULL;
    struct diag diag;
    ck_assert_int_eq(report_finish(builder, &report, &diag), PGCS_OK);
    return report;
}

START_TEST(test_builder__an_empty_report_answers_everything) {
    const pgcs_report *report = finish(report_builder_new());
    ck_assert_int_eq(pgcs_report_severity(report), PGCS_SEVERITY_NONE);
    ck_assert_int_eq(pgcs_report_has_fact(report, PGCS_FACT_USER), 0);
    ck_assert_ptr_null(pgcs_report_fact(report, 1));
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION), INT64_MIN);
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(findings), 0);
    ck_assert_ptr_null(pgcs_finding_message(findings));
    pgcs_findings_free(findings);
    pgcs_objects *objects = pgcs_objects_new(report, NULL, 0);
    ck_assert_int_eq(pgcs_objects_next(objects), 0);
    ck_assert_ptr_null(pgcs_object_name(objects));
    pgcs_objects_free(objects);
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_builder__facts) {
    struct report_builder *builder = report_builder_new();
    report_set_int(builder, PGCS_FACT_SERVER_VERSION, 150018);
    report_set_text(builder, PGCS_FACT_USER, "alice@@", 5);
    const pgcs_report *report = finish(builder);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_SERVER_VERSION), "150018");
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION), 150018);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_USER), "alice");
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_USER), INT64_MIN);
    pgcs_report_unref(report);
}
END_TEST

static void
add_finding(struct report_builder *builder, pgcs_severity severity, const char *message) {
    struct diag diag;
    diag_fail(&diag, PGCS_CAUSE_REFUSED, "%s", message);
    report_add_finding(builder, severity, NULL, &diag);
}

START_TEST(test_builder__findings_come_worst_first_and_else_as_added) {
    struct report_builder *builder = report_builder_new();
    add_finding(builder, PGCS_SEVERITY_NOTE, "1");
    add_finding(builder, PGCS_SEVERITY_FAILURE, "2");
    add_finding(builder, PGCS_SEVERITY_WARNING, "3");
    add_finding(builder, PGCS_SEVERITY_FAILURE, "4");
    const pgcs_report *report = finish(builder);
    ck_assert_int_eq(pgcs_report_severity(report), PGCS_SEVERITY_FAILURE);
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    pgcs_report_unref(report);
    static const char *const expected[] = {"2", "4", "3"};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_int_eq(pgcs_findings_next(findings), 1);
        ck_assert_str_eq(pgcs_finding_message(findings), expected[i]);
        ck_assert_str_eq(pgcs_finding_name(findings), "PGCS_CAUSE_REFUSED");
        ck_assert_int_eq(pgcs_finding_code(findings), PGCS_CAUSE_REFUSED);
        ck_assert_ptr_null(pgcs_finding_hint(findings));
        ck_assert_int_eq(pgcs_finding_offset(findings), -1);
    }
    ck_assert_int_eq(pgcs_findings_next(findings), 0);
    ck_assert_int_eq(pgcs_findings_next(findings), 0);
    pgcs_findings_free(findings);
}
END_TEST

/* Schemas "a" and "b", a set of what a role may do, and objects out of order. */
static const pgcs_report *
report_with_objects(void) {
    struct report_builder *builder = report_builder_new();
    uint32_t b = report_add_name(builder, "b", 1);
    uint32_t a = report_add_name(builder, "a", 1);
    uint32_t owner = report_add_name(builder, "olga", 4);
    struct object_set set = {.held = PGCS_PRIV_SELECT | PGCS_PRIV_INSERT,
                             .grantable = PGCS_PRIV_SELECT,
                             .owner = owner};
    set.via[0] = PGCS_VIA_ROLE;
    set.via_role[0] = owner;
    set.via[1] = PGCS_VIA_PUBLIC;
    uint32_t number = report_add_set(builder, &set);
    struct object objects[] = {
        {PGCS_OBJECT_TABLE, b, number, text("t"), {0}, {0}, true, false},
        {PGCS_OBJECT_SEQUENCE, a, number, text("s"), {0}, text("a.t.id"), true, false},
        {PGCS_OBJECT_COLUMN, a, number, text("t"), text("id"), {0}, true, false},
        {PGCS_OBJECT_TABLE, a, number, text("t"), {0}, {0}, false, true},
        {PGCS_OBJECT_SCHEMA, NO_NAME, number, text("a"), {0}, {0}, true, false},
    };
    for (size_t i = 0; i < sizeof objects / sizeof objects[0]; i++)
        report_add_object(builder, &objects[i]);
    return finish(builder);
}

START_TEST(test_builder__objects_come_by_schema_name_and_kind) {
    const pgcs_report *report = report_with_objects();
    static const struct {
        const char *schema, *name, *column, *belongs_to;
        int32_t kind;
    } expected[] = {
        {NULL, "a", NULL, NULL, PGCS_OBJECT_SCHEMA},
        {"a", "s", NULL, "a.t.id", PGCS_OBJECT_SEQUENCE},
        {"a", "t", NULL, NULL, PGCS_OBJECT_TABLE},
        {"a", "t", "id", NULL, PGCS_OBJECT_COLUMN},
        {"b", "t", NULL, NULL, PGCS_OBJECT_TABLE},
    };
    pgcs_objects *objects = pgcs_objects_new(report, NULL, 0);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        ck_assert_int_eq(pgcs_objects_next(objects), 1);
        ck_assert_pstr_eq(pgcs_object_schema(objects), expected[i].schema);
        ck_assert_str_eq(pgcs_object_name(objects), expected[i].name);
        ck_assert_pstr_eq(pgcs_object_column(objects), expected[i].column);
        ck_assert_pstr_eq(pgcs_object_belongs_to(objects), expected[i].belongs_to);
        ck_assert_int_eq(pgcs_object_kind_of(objects), expected[i].kind);
        ck_assert_str_eq(pgcs_object_owner(objects), "olga");
    }
    ck_assert_int_eq(pgcs_objects_next(objects), 0);
    pgcs_objects_free(objects);
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_builder__objects_by_schema_and_kind) {
    const pgcs_report *report = report_with_objects();
    pgcs_objects *objects = pgcs_objects_new(report, "a", 1u << PGCS_OBJECT_TABLE);
    pgcs_report_unref(report);
    ck_assert_int_eq(pgcs_objects_next(objects), 1);
    ck_assert_uint_eq(pgcs_object_privileges(objects), PGCS_PRIV_SELECT | PGCS_PRIV_INSERT);
    ck_assert_uint_eq(pgcs_object_grantable(objects), PGCS_PRIV_SELECT);
    ck_assert_int_eq(pgcs_object_is_usable(objects), 0);
    ck_assert_int_eq(pgcs_object_has_row_security(objects), 1);
    ck_assert_int_eq(pgcs_object_is_owned(objects), 0);
    ck_assert_int_eq(pgcs_object_via(objects, PGCS_PRIV_SELECT), PGCS_VIA_ROLE);
    ck_assert_str_eq(pgcs_object_via_role(objects, PGCS_PRIV_SELECT), "olga");
    ck_assert_int_eq(pgcs_object_via(objects, PGCS_PRIV_INSERT), PGCS_VIA_PUBLIC);
    ck_assert_ptr_null(pgcs_object_via_role(objects, PGCS_PRIV_INSERT));
    ck_assert_int_eq(pgcs_object_via(objects, 3), PGCS_VIA_NONE);
    ck_assert_int_eq(pgcs_objects_next(objects), 0);
    pgcs_objects_free(objects);
}
END_TEST

/* A cursor over a report that is being made: it goes on with what comes, while rows move. */
START_TEST(test_builder__objects_as_they_come) {
    struct report_builder *builder = report_builder_new();
    const pgcs_report *report = NULL;
    struct diag diag;
    struct object_set set = {.held = PGCS_PRIV_SELECT, .owner = NO_NAME};
    uint32_t schema = report_add_name(builder, "s", 1), number = report_add_set(builder, &set);
    pgcs_objects *objects = report_added_objects(builder, 0);
    ck_assert(!pgcs_objects_next(objects));
    for (int i = 0; i < 5000; i++) {
        char name[16];
        int size = snprintf(name, sizeof name, "t%d", 9999 - i);
        struct object object = {.kind = PGCS_OBJECT_TABLE,
                                .schema = schema,
                                .set = number,
                                .name = {name, (size_t)size}};
        report_add_object(builder, &object);
        ck_assert(pgcs_objects_next(objects));
        ck_assert_str_eq(pgcs_object_name(objects), name);
        ck_assert_str_eq(pgcs_object_schema(objects), "s");
        ck_assert_uint_eq(pgcs_object_privileges(objects), PGCS_PRIV_SELECT);
        ck_assert(!pgcs_objects_next(objects));
        ck_assert_ptr_null(pgcs_object_name(objects));
    }
    pgcs_objects *late = report_added_objects(builder, 0);
    ck_assert(pgcs_objects_next(late));
    ck_assert_str_eq(pgcs_object_name(late), "t9999");
    ck_assert_int_eq(report_finish(builder, &report, &diag), PGCS_OK);
    ck_assert(!pgcs_objects_next(late));
    ck_assert(!pgcs_objects_next(objects));
    pgcs_objects_free(late);
    pgcs_objects_free(objects);
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_builder__a_schema_that_is_not_there_has_no_objects) {
    const pgcs_report *report = report_with_objects();
    static const char *const names[] = {"", "0", "aa", "c"};
    for (size_t i = 0; i < 4; i++) {
        pgcs_objects *objects = pgcs_objects_new(report, names[i], 0);
        ck_assert_int_eq(pgcs_objects_next(objects), 0);
        pgcs_objects_free(objects);
    }
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_builder__grants) {
    struct report_builder *builder = report_builder_new();
    uint32_t schema = report_add_name(builder, "s", 1);
    uint32_t table = report_add_name(builder, "t", 1);
    uint32_t olga = report_add_name(builder, "olga", 4);
    uint32_t public = report_add_name(builder, "PUBLIC", 6);
    struct grant on_column = {PGCS_OBJECT_COLUMN, schema, table, olga, olga, text("c"), 1, 1};
    struct grant on_table = {PGCS_OBJECT_TABLE, schema, table, olga, public, {0}, 3, 0};
    report_add_grant(builder, &on_column);
    report_add_grant(builder, &on_table);
    const pgcs_report *report = finish(builder);
    pgcs_grants *grants = pgcs_grants_new(report, "s");
    ck_assert_int_eq(pgcs_grants_next(grants), 1);
    ck_assert_int_eq(pgcs_grant_object_kind(grants), PGCS_OBJECT_TABLE);
    ck_assert_str_eq(pgcs_grant_schema(grants), "s");
    ck_assert_str_eq(pgcs_grant_object(grants), "t");
    ck_assert_ptr_null(pgcs_grant_column(grants));
    ck_assert_str_eq(pgcs_grant_grantor(grants), "olga");
    ck_assert_str_eq(pgcs_grant_grantee(grants), "PUBLIC");
    ck_assert_uint_eq(pgcs_grant_privileges(grants), 3);
    ck_assert_uint_eq(pgcs_grant_grantable(grants), 0);
    ck_assert_int_eq(pgcs_grants_next(grants), 1);
    ck_assert_str_eq(pgcs_grant_column(grants), "c");
    ck_assert_int_eq(pgcs_grants_next(grants), 0);
    ck_assert_ptr_null(pgcs_grant_object(grants));
    pgcs_grants_free(grants);
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_builder__null_is_an_empty_answer) {
    ck_assert_ptr_null(pgcs_report_ref(NULL));
    ck_assert_ptr_null(pgcs_report_unref(NULL));
    ck_assert_ptr_null(pgcs_findings_new(NULL, 0));
    ck_assert_ptr_null(pgcs_objects_new(NULL, NULL, 0));
    ck_assert_ptr_null(pgcs_grants_new(NULL, NULL));
    ck_assert_int_eq(pgcs_findings_next(NULL), 0);
    ck_assert_int_eq(pgcs_object_via(NULL, PGCS_PRIV_SELECT), PGCS_VIA_NONE);
    ck_assert_ptr_null(pgcs_privilege_name(0));
    ck_assert_ptr_null(pgcs_privilege_name(3));
    ck_assert_str_eq(pgcs_privilege_name(PGCS_PRIV_EXECUTE), "EXECUTE");
    ck_assert_str_eq(pgcs_object_kind_name(PGCS_OBJECT_MATERIALIZED_VIEW), "matview");
    ck_assert_ptr_null(pgcs_object_kind_name(0));
    ck_assert_ptr_null(pgcs_object_kind_name(99));
    ck_assert_str_eq(pgcs_severity_name(PGCS_SEVERITY_FAILURE), "failure");
    ck_assert_str_eq(pgcs_fact_name(PGCS_FACT_IS_READ_ONLY), "is_read_only");
    ck_assert_ptr_null(pgcs_fact_name(PGCS_FACT_IS_READ_ONLY + 1000));
    report_builder_free(report_builder_new());
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_builder__an_empty_report_answers_everything);
    tcase_add_test(cases, test_builder__facts);
    tcase_add_test(cases, test_builder__findings_come_worst_first_and_else_as_added);
    tcase_add_test(cases, test_builder__objects_come_by_schema_name_and_kind);
    tcase_add_test(cases, test_builder__objects_by_schema_and_kind);
    tcase_add_test(cases, test_builder__objects_as_they_come);
    tcase_add_test(cases, test_builder__a_schema_that_is_not_there_has_no_objects);
    tcase_add_test(cases, test_builder__grants);
    tcase_add_test(cases, test_builder__null_is_an_empty_answer);
}

int
main(void) {
    return suite_run("report builder", fill, 10);
}
