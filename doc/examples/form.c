/*
 * From a form with fields to a URI that other programs read: each field that is wrong is told
 * by its name, so that a dialog can mark it.
 *
 *     form HOST PORT DATABASE USER SSLMODE
 *
 * The password comes from FORM_PASSWORD, and is shown as "***". Exit status: 0 if good, 2 if
 * not.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int
complain(pgcs_error *error) {
    const char *field = pgcs_error_field(error);
    const char *hint = pgcs_error_hint(error);
    printf("%s: %s\n", field ? field : "form", pgcs_error_message(error));
    if (hint != NULL)
        printf("    %s\n", hint);
    pgcs_error_free(error);
    return 2;
}

/* A field that was left empty is not set: libpq's default holds then. */
static pgcs_status
set(pgcs_builder *builder, const char *key, const char *value, pgcs_error **error) {
    if (value == NULL || value[0] == '\0')
        return PGCS_OK;
    return pgcs_builder_set(builder, key, value, strlen(value), error);
}

/* What each field may not hold is known only when all are there. */
static int
tell_failures(const pgcs_spec *spec) {
    const pgcs_report *report = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_validate(spec, pgcs_libpq_version(), &report, &error) != PGCS_OK)
        return complain(error);
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    int status = 0;
    while (pgcs_findings_next(cursor)) {
        printf("%s: %s\n", pgcs_finding_field(cursor), pgcs_finding_message(cursor));
        status = 2;
    }
    pgcs_findings_free(cursor);
    pgcs_report_unref(report);
    return status;
}

static int
print_uri(const pgcs_spec *spec) {
    const pgcs_text *uri = NULL;
    pgcs_error *error = NULL;
    /* With PGCS_WRITE_SECRETS the password is in it: for a program, not for people. */
    if (pgcs_spec_write(spec, PGCS_FORMAT_URI, 0, &uri, &error) != PGCS_OK)
        return complain(error);
    printf("%s\n", pgcs_text_data(uri));
    pgcs_text_unref(uri);
    return 0;
}

int
main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: form HOST PORT DATABASE USER SSLMODE\n");
        return 2;
    }
    pgcs_builder *builder = pgcs_builder_new();
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    int status = 0;
    if (pgcs_builder_add_host(builder, argv[1], NULL, 0, &error) != PGCS_OK ||
        set(builder, "port", argv[2], &error) != PGCS_OK ||
        set(builder, "dbname", argv[3], &error) != PGCS_OK ||
        set(builder, "user", argv[4], &error) != PGCS_OK ||
        set(builder, "sslmode", argv[5], &error) != PGCS_OK ||
        set(builder, "password", getenv("FORM_PASSWORD"), &error) != PGCS_OK ||
        pgcs_builder_finish(builder, 0, &spec, &error) != PGCS_OK)
        status = complain(error);
    else
        status = tell_failures(spec);
    if (status == 0)
        status = print_uri(spec);
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
    return status;
}
