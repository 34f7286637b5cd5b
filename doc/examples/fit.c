/*
 * Is a connection fit to be the destination of a copy? Checks it, judges the report, and prints
 * the GRANT script that closes the gap.
 *
 *     fit SPEC SCHEMA
 *
 * Exit status: 0 fit, 1 not fit, 2 bad spec, 3 no connection.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <string.h>

static int
complain(pgcs_error *error) {
    fprintf(stderr, "%s\n", pgcs_error_message(error));
    pgcs_error_free(error);
    return 2;
}

static int
print_gap(const pgcs_assessment *assessment) {
    pgcs_need *cursor = pgcs_need_new(assessment);
    /* Unmet needs come first, then those that the report can't tell. */
    while (pgcs_need_next(cursor) && pgcs_need_is_met(cursor) != 1) {
        const char *privilege = pgcs_privilege_name(pgcs_need_privilege(cursor));
        printf("%s %s on %s.%s: %s\n",
               pgcs_need_is_met(cursor) == 0 ? "lacks" : "perhaps lacks",
               privilege == NULL ? "ownership" : privilege, pgcs_need_schema(cursor),
               pgcs_need_object(cursor), pgcs_need_reason(cursor));
    }
    pgcs_need_free(cursor);
    const pgcs_text *script = NULL;
    pgcs_error *error = NULL;
    if (pgcs_assessment_script(assessment, &script, &error) != PGCS_OK)
        return complain(error);
    printf("%s", pgcs_text_data(script));
    pgcs_text_unref(script);
    return pgcs_assessment_is_sufficient(assessment) ? 0 : 1;
}

static int
judge(const pgcs_report *report, const char *schema) {
    if (!pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION))
        return 3;
    const pgcs_assessment *assessment = NULL;
    pgcs_error *error = NULL;
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION, PGCS_NEED_SETVAL);
    int status = 0;
    if (pgcs_needs_add_schema(needs, schema, &error) != PGCS_OK ||
        pgcs_report_assess(report, needs, &assessment, &error) != PGCS_OK)
        status = complain(error);
    else
        status = print_gap(assessment);
    pgcs_needs_free(needs);
    pgcs_assessment_unref(assessment);
    return status;
}

int
main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: fit SPEC SCHEMA\n");
        return 2;
    }
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_error *error = NULL;
    int status = 0;
    /* A destination is judged by its structure as well: keys, identity columns, triggers. */
    uint32_t sections = PGCS_SECTION_SESSION | PGCS_SECTION_ROLE | PGCS_SECTION_OBJECTS |
                        PGCS_SECTION_COLUMNS | PGCS_SECTION_STRUCTURE;
    if (pgcs_spec_parse(argv[1], strlen(argv[1]), 0, &spec, &error) != PGCS_OK ||
        pgcs_check_new(spec, NULL, NULL, &check, &error) != PGCS_OK ||
        pgcs_check_set_sections(check, sections, &error) != PGCS_OK ||
        pgcs_check_add_schema(check, argv[2], &error) != PGCS_OK ||
        pgcs_check_set_timeout_ms(check, 10000, &error) != PGCS_OK ||
        pgcs_check_run(check, &error) != PGCS_OK)
        status = complain(error);
    else
        status = judge(pgcs_check_report(check), argv[2]);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    return status;
}
