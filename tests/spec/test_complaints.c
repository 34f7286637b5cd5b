/*
 * What goes wrong in the wild. First, the malformed texts in whose error messages libpq and
 * drivers show the password: ours show none, and name the place. Then what users of drivers
 * complain about in their trackers: what it is read as, and what is said of it.
 */
#include <stdio.h>

#include "spec/show.h"

#define LENIENT (PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN)
#define MARKER  "s3cr3t"

/* One to fourteen: libpq 18 shows the marker in its message; the others: some driver does. */
static const struct {
    int number;
    const char *text;
    int64_t offset;
    int64_t length;
    const char *message; /* of the error, or of the first finding */
} leaks[] = {
    {1, "postgresql://u:s3cr3t%zz@h/d", 21, 1,
     "\"%\" without two hexadecimal digits in password"},
    {2, "postgresql://u:s3cr3t%00@h/d", 21, 3, "%00, a zero byte, in password"},
    {3, "postgresql://u:s3cr3t/x@h/d", 15, 6, "\"***\" is no port"},
    {4, "postgresql://u:p@s3cr3t@h/d", 17, 8, "a character that no host has"},
    {5, "postgresql://u:s3cr3t x@h/d", 21, 1, "unencoded blank in password"},
    {6, "postgresql://u:s3cr3t@[::1/d", 22, 1, "\"[\" without \"]\" in host"},
    {7, "postgresql://h/d?password=s3cr3t%zz", 32, 1,
     "\"%\" without two hexadecimal digits in password"},
    {8, "postgresql://h/d?user=u&s3cr3t", 24, 6, "a parameter without \"=\" after the \"?\""},
    {9, "mysql://u:s3cr3t@h/d", 0, 8, "not the scheme of a PostgreSQL URI"},
    {10, "postgresq://u:s3cr3t@h/d", 0, 12, "not the scheme of a PostgreSQL URI"},
    {11, " postgresql://u:s3cr3t@h/d", 1, 25, "no \"=\" after the name of a parameter"},
    {12, "host=h password=x s3cr3t", 18, 6, "no \"=\" after the name of a parameter"},
    {13, "host=h password='x's3cr3t", 19, 6, "no \"=\" after the name of a parameter"},
    {14, "host=h password=x s3cr3t=1", 18, 6, "libpq has no parameter of this name"},
    {15, "postgresql://u%zz:s3cr3t@h/d", 14, 1, "\"%\" without two hexadecimal digits in user"},
    {16, "postgresql://u:s3cr3t@h:port/d", 24, 4, "\"***\" is no port"},
    {17, "postgresql://u:s3cr3t@h:99999/d", 24, 5, "\"99999\" is no port"},
    {18, "postgresql://u:s3cr3t@h/d?bogus=1", 26, 5, "libpq has no parameter of this name"},
    {19, "postgresql://u:s3cr3t@h/d?options=a=b", 35, 1, "a second \"=\" in options"},
    {20, "postgresql://u:s3cr3t@h/d?sslmode", 26, 7,
     "a parameter without \"=\" after the \"?\""},
    {21, "postgresql://u:s3cr3t@h/d?sslmode=bogus", 34, 5, "\"bogus\" is no value for sslmode"},
    {22, "postgresql://u:s3cr3t@[]/d", 22, 2, "nothing between brackets in host"},
    {23, "postgresql://u:s3cr3t@[::1]x/d", 27, 1, "something after \"]\" in host"},
    {24, "host=h password='s3cr3t", 16, 7, "no closing quote in password"},
    {25, "host=h password=s3cr3t bogus=1", 23, 5, "libpq has no parameter of this name"},
};

_Static_assert(ROWS(leaks) == 25, "all of them are rows");

static void
check_hidden(const char *what, const char *text) {
    ck_assert_msg(text == NULL || strstr(text, MARKER) == NULL, "%s shows it: %s", what, text);
}

/* Nothing that is said of a spec, and no form of it, shows the marker. */
static void
check_spec_hides(const pgcs_spec *spec) {
    char *said = show_said(spec, 180000);
    check_hidden("a finding", said);
    free(said);
    for (pgcs_format format = PGCS_FORMAT_URI; format <= PGCS_FORMAT_NPGSQL; format++) {
        const pgcs_text *text = NULL;
        pgcs_error *error = NULL;
        (void)!pgcs_spec_write(spec, format, 0, &text, &error);
        check_hidden("a written form", text ? pgcs_text_data(text) : NULL);
        check_hidden("why there is none", pgcs_error_message(error));
        pgcs_text_unref(text);
        pgcs_error_free(error);
    }
}

/* What is said first: the error, or the worst finding. */
static void
check_told(int i, const pgcs_spec *spec, const pgcs_error *error) {
    if (spec == NULL) {
        ck_assert_str_eq(pgcs_error_message(error), leaks[i].message);
        ck_assert_int_eq(pgcs_error_offset(error), leaks[i].offset);
        ck_assert_int_eq(pgcs_error_length(error), leaks[i].length);
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
        return;
    }
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_validate(spec, 180000, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    ck_assert(pgcs_findings_next(finding));
    ck_assert_str_eq(pgcs_finding_message(finding), leaks[i].message);
    ck_assert_int_eq(pgcs_finding_offset(finding), leaks[i].offset);
    ck_assert_int_eq(pgcs_finding_length(finding), leaks[i].length);
    ck_assert_ptr_nonnull(pgcs_finding_hint(finding));
    ck_assert_ptr_nonnull(pgcs_finding_field(finding));
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
}

START_TEST(test_complaints__no_leak) {
    const char *text = leaks[_i].text;
    ck_assert_int_eq(leaks[_i].number, _i + 1);
    for (uint32_t flags = 0; flags <= LENIENT; flags += LENIENT) {
        const pgcs_spec *spec = NULL;
        pgcs_error *error = NULL;
        (void)!pgcs_spec_parse(text, strlen(text), flags, &spec, &error);
        check_hidden("a message", pgcs_error_message(error));
        check_hidden("a hint", pgcs_error_hint(error));
        if (flags == 0)
            check_told(_i, spec, error);
        if (spec != NULL)
            check_spec_hides(spec);
        pgcs_spec_unref(spec);
        pgcs_error_free(error);
    }
    const pgcs_text *shown = NULL;
    ck_assert_int_eq(pgcs_redact(text, strlen(text), &shown, NULL), PGCS_OK);
    check_hidden("the text as it may be shown", pgcs_text_data(shown));
    pgcs_text_unref(shown);
}
END_TEST

static const struct {
    const char *where; /* the thread of the complaint */
    uint32_t flags;
    int32_t version;
    const char *text;
    const char *values; /* NULL when it is refused */
    const char *said;   /* the findings, or the message */
} complaints[] = {
#include "spec/complaint_rows.def"
};

START_TEST(test_complaints__are_answered) {
    const char *where = complaints[_i].where, *text = complaints[_i].text;
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status =
        pgcs_spec_parse(text, strlen(text), complaints[_i].flags, &spec, &error);
    if (complaints[_i].values == NULL) {
        ck_assert_msg(status != PGCS_OK, "%s: taken", where);
        ck_assert_msg(strcmp(pgcs_error_message(error), complaints[_i].said) == 0, "%s:\n%s",
                      where, pgcs_error_message(error));
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
        pgcs_error_free(error);
        return;
    }
    ck_assert_msg(status == PGCS_OK, "%s: %s", where, pgcs_error_message(error));
    char *values = show_spec(spec), *said = show_said(spec, complaints[_i].version);
    ck_assert_msg(strcmp(values, complaints[_i].values) == 0, "%s:\n%s", where, values);
    ck_assert_msg(strcmp(said, complaints[_i].said) == 0, "%s:\n%s", where, said);
    free(values);
    free(said);
    pgcs_spec_unref(spec);
}
END_TEST

/* Where drivers differ, they are named: sslmode (node-postgres#2375), lists (pg-boss#447). */
static const struct {
    const char *text;
    const char *driver;
} drivers[] = {
    {"postgresql://h/d?sslmode=require", "node-postgres"},
    {"postgresql://h1:1,h2:2/d", "node-postgres"},
    {"postgresql://h1:1,h2:2/d", "lib/pq"},
    {"postgresql://h/d%23e", "SQLAlchemy"},
    {"postgresql://[::1]:5433/d", "postgres.js"},
    {"postgresql://h/d?channel_binding=require", "asyncpg"},
};

START_TEST(test_complaints__name_the_driver) {
    const pgcs_report *report = validate_text(drivers[_i].text, 0);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    bool named = false;
    while (pgcs_findings_next(finding))
        named |= pgcs_finding_code(finding) == PGCS_CODE_DRIVERS_DIFFER &&
                 strstr(pgcs_finding_message(finding), drivers[_i].driver) != NULL;
    ck_assert(named);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
}
END_TEST

/* node-postgres#1285: what stands in a value can't become another parameter. */
START_TEST(test_complaints__nothing_is_injected) {
    static const char *const values[] = {"h user=x",     "h' user='x", "h\\' user=x \\'",
                                         "h&user=x",     "h?user=x",   "h#?user=x",
                                         "h;Username=x", "h\nuser=x"};
    for (pgcs_format format = PGCS_FORMAT_URI; format <= PGCS_FORMAT_KEYWORDS; format++) {
        pgcs_builder *builder = pgcs_builder_new();
        const pgcs_spec *spec = NULL;
        const pgcs_text *text = NULL;
        const char *value = values[_i];
        ck_assert_int_eq(pgcs_builder_set(builder, "host", value, strlen(value), NULL),
                         PGCS_OK);
        ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_spec_write(spec, format, PGCS_WRITE_SECRETS, &text, NULL),
                         PGCS_OK);
        const pgcs_spec *again = read_good(pgcs_text_data(text));
        ck_assert_str_eq(pgcs_spec_get(again, "host"), value);
        ck_assert_ptr_null(pgcs_spec_get(again, "user"));
        pgcs_spec_unref(again);
        pgcs_text_unref(text);
        pgcs_spec_unref(spec);
        pgcs_builder_free(builder);
    }
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_complaints__no_leak, 0, ROWS(leaks));
    tcase_add_loop_test(cases, test_complaints__are_answered, 0, ROWS(complaints));
    tcase_add_loop_test(cases, test_complaints__name_the_driver, 0, ROWS(drivers));
    tcase_add_loop_test(cases, test_complaints__nothing_is_injected, 0, 8);
}

int
main(void) {
    return suite_run("complaints", fill, 10);
}
