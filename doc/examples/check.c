#include <stdio.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>

int
main(int argc, char **argv) {
    const char *text = argc > 1 ? argv[1] : "";
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, &error) == PGCS_OK &&
        pgcs_check_new(spec, NULL, NULL, &check, &error) == PGCS_OK &&
        pgcs_check_run(check, &error) == PGCS_OK) {
        const pgcs_report *report = pgcs_check_report(check);
        pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
        while (pgcs_findings_next(finding)) /* also why there is no connection */
            printf("%s\n", pgcs_finding_message(finding));
        pgcs_findings_free(finding);
        pgcs_objects *table = pgcs_objects_new(report, NULL, 1u << PGCS_OBJECT_TABLE);
        while (pgcs_objects_next(table))
            if (pgcs_object_is_usable(table) &&
                pgcs_object_privileges(table) & PGCS_PRIV_SELECT)
                printf("may read %s\n", pgcs_object_name(table));
        pgcs_objects_free(table);
    }
    if (error != NULL)
        fprintf(stderr, "%s\n", pgcs_error_message(error)); /* shows no password, ever */
    int status = error != NULL;
    pgcs_error_free(error);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    return status;
}
