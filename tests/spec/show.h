/* What the tests of spec share. */
#ifndef TESTS_SPEC_SHOW_H
#define TESTS_SPEC_SHOW_H

#include <string.h>

#include <pgconnspec/pgconnspec.h>

#include "base/text.h"
#include "suite.h"

/* Read a text that must be good. */
static inline const pgcs_spec *
read_good(const char *text) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_parse(text, strlen(text), 0, &spec, &error);
    ck_assert_msg(status == PGCS_OK, "<%s>: %s", text, pgcs_error_message(error));
    return spec;
}

/* What validation finds in a text that must be readable. */
static inline const pgcs_report *
validate_text(const char *text, int32_t version) {
    const pgcs_spec *spec = read_good(text);
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_validate(spec, version, &report, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
    return report;
}

/* All values in libpq's order: "user=<u> host=<h>". Free it. */
static inline char *
show_spec(const pgcs_spec *spec) {
    struct buf out = {.limit = 0};
    for (size_t i = 0; i < pgcs_spec_size(spec); i++)
        buf_printf(&out, "%s%s=<%s>", i ? " " : "", pgcs_spec_key_at(spec, i),
                   pgcs_spec_value_at(spec, i));
    buf_put(&out, "", 1);
    return out.data;
}

static inline void
check_values(const pgcs_spec *spec, const char *values) {
    char *shown = show_spec(spec);
    ck_assert_str_eq(shown, values);
    free(shown);
}

/*
 * What validation finds, but for what other drivers make of it: "severity NAME
 * field@offset+length: message", a line each. Free it.
 */
static inline char *
show_said(const pgcs_spec *spec, int32_t version) {
    const pgcs_report *report = NULL;
    struct buf out = {.limit = 0};
    ck_assert_int_eq(pgcs_spec_validate(spec, version, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    while (pgcs_findings_next(finding)) {
        const char *field = pgcs_finding_field(finding);
        if (pgcs_finding_code(finding) == PGCS_CODE_DRIVERS_DIFFER)
            continue;
        ck_assert_ptr_nonnull(pgcs_finding_hint(finding));
        buf_printf(&out, "%s%s %s %s@%d+%d: %s", out.size ? "\n" : "",
                   pgcs_severity_name(pgcs_finding_severity(finding)),
                   strchr(pgcs_finding_name(finding) + strlen("PGCS_"), '_') + 1,
                   field ? field : "-", (int)pgcs_finding_offset(finding),
                   (int)pgcs_finding_length(finding), pgcs_finding_message(finding));
    }
    buf_put(&out, "", 1);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    return out.data;
}

/* What a text must be read as; NULL when it must be refused. */
static inline void
check_reading(const char *text, const char *values) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_parse(text, strlen(text), 0, &spec, &error);
    ck_assert_msg((status == PGCS_OK) == (values != NULL), "<%s>: %s", text,
                  status == PGCS_OK ? "taken" : pgcs_error_message(error));
    if (values != NULL)
        check_values(spec, values);
    pgcs_spec_unref(spec);
    pgcs_error_free(error);
}

/* How a text must be refused. */
struct refusal {
    const char *text;
    pgcs_status status;
    const char *field;
    int64_t offset;
    int64_t length;
    const char *message;
    const char *hint;
};

static inline void
check_error(const pgcs_error *error, const struct refusal *row) {
    ck_assert_ptr_nonnull(error);
    ck_assert_str_eq(pgcs_error_message(error), row->message);
    ck_assert_str_eq(pgcs_error_hint(error), row->hint);
    ck_assert_int_eq(pgcs_error_status(error), row->status);
    ck_assert_pstr_eq(pgcs_error_field(error), row->field);
    ck_assert_int_eq(pgcs_error_offset(error), row->offset);
    ck_assert_int_eq(pgcs_error_length(error), row->length);
}

static inline void
check_refusal(const struct refusal *row, uint32_t flags) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_ne(pgcs_spec_parse(row->text, strlen(row->text), flags, &spec, &error),
                     PGCS_OK);
    ck_assert_ptr_null(spec);
    check_error(error, row);
    pgcs_error_free(error);
}

#endif
