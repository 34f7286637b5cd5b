/*
 * What did somebody type? Reads one connection spec, shows where it is broken, or what it
 * means, what is doubtful about it, and how to write it safely.
 *
 *     parse 'postgresql://reader:secret@db.example/shop?sslmode=require'
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <string.h>

/* One line of what was typed is safe to show only without its secrets. */
static void
show_redacted(const char *typed) {
    const pgcs_text *text = NULL;
    if (pgcs_redact(typed, strlen(typed), &text, NULL) == PGCS_OK)
        printf("in:  %s\n", pgcs_text_data(text));
    pgcs_text_unref(text);
}

static void
show_error(const pgcs_error *error) {
    printf("bad: %s", pgcs_error_message(error));
    if (pgcs_error_offset(error) >= 0)
        printf(", at byte %lld", (long long)pgcs_error_offset(error));
    printf("\n");
    if (pgcs_error_hint(error) != NULL)
        printf("     %s\n", pgcs_error_hint(error));
}

static void
show_meaning(const pgcs_spec *spec) {
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        const char *key = pgcs_spec_key_at(spec, i);
        const char *value =
            pgcs_spec_is_secret(spec, key) ? "***" : pgcs_spec_value_at(spec, i);
        printf("     %s = %s\n", key, value);
    }
}

/* Everything that is wrong or doubtful at once, for the libpq of this program. */
static void
show_doubts(const pgcs_spec *spec) {
    const pgcs_report *report = NULL;
    if (pgcs_spec_validate(spec, pgcs_libpq_version(), &report, NULL) != PGCS_OK)
        return;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(cursor))
        printf("%s: %s\n", pgcs_severity_name(pgcs_finding_severity(cursor)),
               pgcs_finding_message(cursor));
    pgcs_findings_free(cursor);
    pgcs_report_unref(report);
}

static void
show_uri(const pgcs_spec *spec) {
    const pgcs_text *uri = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_write(spec, PGCS_FORMAT_URI, 0, &uri, &error) == PGCS_OK)
        printf("uri: %s\n", pgcs_text_data(uri));
    else
        show_error(error);
    pgcs_error_free(error);
    pgcs_text_unref(uri);
}

int
main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: parse SPEC\n");
        return 2;
    }
    show_redacted(argv[1]);
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_parse(argv[1], strlen(argv[1]), 0, &spec, &error) != PGCS_OK) {
        show_error(error);
        pgcs_error_free(error);
        return 2;
    }
    show_meaning(spec);
    show_doubts(spec);
    show_uri(spec);
    pgcs_spec_unref(spec);
    return 0;
}
