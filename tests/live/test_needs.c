/*
 * Single needs against the server, one a row: what a job lacks, its statement is
 * refused for; once that is granted, the verdict is sufficient and the statement succeeds. Rows
 * without a grant are fit at once: what looks like a need there is none.
 */
#include <stdbool.h>

#include "needs.h"

static PGconn *superuser;

/* By a check of the whole database, or of the table alone. */
static const pgcs_assessment *
assess_by(const struct need_case *row, bool alone) {
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), "writer", ROLE_PASSWORD, "needs"));
    uint32_t sections = PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_STRUCTURE;
    if (row->flags & CREATE_TABLES)
        sections |= PGCS_SECTION_TYPES;
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    if (alone)
        ck_assert_int_eq(pgcs_check_add_table(check, "s", row->table, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    if (!(row->flags & MISSES))
        assert_no_findings(report);
    int32_t purpose = row->flags & SOURCE ? PGCS_PURPOSE_SOURCE : PGCS_PURPOSE_DESTINATION;
    pgcs_needs *needs = pgcs_needs_new(purpose, row->flags & ~OURS);
    const pgcs_assessment *assessment = NULL;
    if (row->table != NULL)
        ck_assert_int_eq(pgcs_needs_add_table(needs, "s", row->table, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
    return assessment;
}

static bool
is_sufficient_by(const struct need_case *row, bool alone) {
    const pgcs_assessment *assessment = assess_by(row, alone);
    bool sufficient = pgcs_assessment_is_sufficient(assessment);
    pgcs_assessment_unref(assessment);
    return sufficient;
}

static bool
is_sufficient(const struct need_case *row) {
    bool sufficient = is_sufficient_by(row, false);
    if (row->table != NULL)
        ck_assert_msg(is_sufficient_by(row, true) == sufficient, "%s: %d, but not of it alone",
                      row->name, sufficient);
    return sufficient;
}

static void
must_end_with(const struct need_case *row, const char *sqlstate) {
    PGconn *writer = connect_as("writer", "needs");
    run_sql(writer, "BEGIN");
    PGresult *result = PQexec(writer, row->statement);
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    ck_assert_msg(strcmp(code ? code : "00000", sqlstate) == 0, "%s: %s", row->name,
                  PQerrorMessage(writer));
    PQclear(result);
    PQfinish(writer);
}

/* False where the server is too old for it. */
static bool
set_up(const struct need_case *row) {
    int since = row->flags & SINCE_18   ? 180000
                : row->flags & SINCE_15 ? 150000
                : row->flags & SINCE_14 ? 140000
                                        : 0;
    superuser = connect_as("postgres", "needs");
    if (PQserverVersion(superuser) < since) {
        PQfinish(superuser);
        return false;
    }
    run_sql(superuser,
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS s, z CASCADE;"
            "ALTER ROLE writer IN DATABASE needs RESET ALL; CREATE SCHEMA s;"
            "REVOKE CREATE ON DATABASE needs FROM writer; REVOKE postgres FROM writer;"
            "GRANT USAGE ON SCHEMA s TO writer");
    run_sql(superuser, row->setup);
    return true;
}

START_TEST(test_needs__case) {
    const struct need_case *row = &cases[_i];
    if (!set_up(row))
        return;
    if (row->grant != NULL) {
        ck_assert_msg(!is_sufficient(row), "%s: sufficient all the same", row->name);
        must_end_with(row, row->refused);
        run_sql(superuser, row->grant);
    }
    ck_assert_msg(is_sufficient(row), "%s: not sufficient", row->name);
    must_end_with(row, "00000");
    PQfinish(superuser);
}
END_TEST

/* --- what no privilege settles --------------------------------------------------------------
 */

static void
must_find(const struct need_case *row, bool alone) {
    char names[256] = "";
    const pgcs_assessment *assessment = assess_by(row, alone);
    pgcs_findings *findings =
        pgcs_findings_new(pgcs_assessment_report(assessment), PGCS_SEVERITY_WARNING);
    while (pgcs_findings_next(findings)) {
        strncat(names, pgcs_finding_name(findings) + strlen("PGCS_VERDICT_"), 60);
        strcat(names, " ");
    }
    pgcs_findings_free(findings);
    pgcs_assessment_unref(assessment);
    bool other = !alone && row->refused != NULL;
    ck_assert_msg(strcmp(names, other ? row->refused : row->statement) == 0, "%s%s: %s",
                  row->name, alone ? ", alone" : "", names);
}

START_TEST(test_needs__warning) {
    const struct need_case *row = &warnings[_i];
    if (!set_up(row))
        return;
    must_find(row, false);
    if (row->table != NULL)
        must_find(row, true);
    PQfinish(superuser);
}
END_TEST

/* A view in somebody's exclusive hands: whether it can be written is not known, all else is. */
START_TEST(test_needs__a_view_that_is_locked) {
    const struct need_case written = {"a locked view",
                                      VIEW("", "SELECT id, v FROM s.t") WRITES ";" MAY_WRITE,
                                      INSERT_ONLY | MISSES,
                                      "w",
                                      NULL,
                                      NULL,
                                      NULL};
    struct need_case beside = written;
    beside.table = "t";
    ck_assert(set_up(&written));
    ck_assert(is_sufficient_by(&written, false));
    run_sql(superuser, "BEGIN; LOCK TABLE s.w IN ACCESS EXCLUSIVE MODE");
    ck_assert(!is_sufficient_by(&written, false));
    ck_assert(is_sufficient_by(&beside, false));
    run_sql(superuser, "ROLLBACK");
    PQfinish(superuser);
}
END_TEST

static void
fill(TCase *tcase) {
    tcase_add_test(tcase, test_needs__a_view_that_is_locked);
    tcase_add_loop_test(tcase, test_needs__warning, 0, ROWS(warnings));
    tcase_add_loop_test(tcase, test_needs__case, 0, ROWS(cases));
}

int
main(void) {
    superuser = connect_as("postgres", "postgres");
    run_sql(superuser,
            "CREATE ROLE fred; CREATE ROLE writer LOGIN PASSWORD '" ROLE_PASSWORD "'");
    run_sql(superuser, "CREATE DATABASE needs");
    PQfinish(superuser);
    superuser = connect_as("postgres", "needs");
    run_sql(superuser, "DROP SCHEMA public");
    PQfinish(superuser);
    return suite_run("live needs", fill, 300);
}
