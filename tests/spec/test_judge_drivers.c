/* lib/spec/judge_drivers.c: what drivers other than libpq make of the URI. */
#include <string.h>

#include "base/text.h"
#include "spec/show.h"

/* Findings on drivers, a line each: "severity field@offset: what it is" without the drivers. */
static char *
show_drivers(const char *text, int32_t version) {
    const pgcs_report *report = validate_text(text, version);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    struct buf out = {.limit = 0};
    while (pgcs_findings_next(finding)) {
        if (pgcs_finding_code(finding) != PGCS_CODE_DRIVERS_DIFFER)
            continue;
        const char *message = pgcs_finding_message(finding);
        const char *end = strstr(message, ", in a URI: ");
        ck_assert_ptr_nonnull(end);
        ck_assert_ptr_nonnull(pgcs_finding_hint(finding));
        buf_printf(&out, "%s%s %s@%d: %.*s", out.size ? "\n" : "",
                   pgcs_severity_name(pgcs_finding_severity(finding)),
                   pgcs_finding_field(finding), (int)pgcs_finding_offset(finding),
                   (int)(end - message), message);
    }
    buf_put(&out, "", 1);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    return out.data;
}

static const struct {
    const char *text;
    const char *findings;
} rows[] = {
    {"", ""},
    {"postgresql://u:p@h:5433/d?sslmode=verify-full", ""},
    {"postgresql://u:p%40%2F%C3%A4%20%3B@h/d", ""},
    {"postgresql://u%C3%A4:p@h/a/b-c", ""},
    {"host=h dbname=a.b", ""},
    {"password='a\xff'", "warning password@9: a password of bytes that are not UTF-8"},
    {"password='a\xc3'", "warning password@9: a password of bytes that are not UTF-8"},
    {"user='\xff'", "warning user@5: a user of bytes that are not UTF-8"},
    {"host=h dbname=a;b", "warning dbname@14: a database with ;"},
    {"host=h dbname=a#b", "warning dbname@14: a database with # or ?"},
    {"host=h dbname=gr\xc3\xb6\xc3\x9f"
     "e",
     "warning dbname@14: a database of UTF-8 text"},
    {"host=h dbname=a\x01", "warning dbname@14: a database with control characters"},
    {"host=h dbname='a b'",
     "warning dbname@14: a database with a space or another character that a URI must encode"},
    {"host=h dbname=a/../b", "warning dbname@14: a database with a step of dots"},
    {"host=h dbname=/b", "warning dbname@14: a database with / in front"},
    {"host=h dbname=a/.../b", ""},
    {"host=h dbname=''", "warning dbname@14: a database that is empty"},
    {"host=::1", "warning host@5: an IPv6 address"},
    {"host=fe80::1%eth0", "warning host@5: an IPv6 address with a zone"},
    {"host=/tmp", "note host@5: a socket directory"},
    {"host=@x", "note host@5: a socket in the abstract namespace"},
    {"host=a,b port=1,2", "warning host@5: several hosts"},
    {"host=a,b port=1", "warning host@5: several hosts with one port"},
    {"host=a,b", "warning host@5: several hosts without a port"},
    {"host=h sslmode=require", "warning sslmode@15: sslmode=require"},
    {"host=h sslmode=disable", ""},
    {"host=h connect_timeout=3", "note connect_timeout@23: connect_timeout"},
    {"host=h sslmode=verify-full sslrootcert=/x",
     "note sslmode@15: sslmode=verify-full with sslrootcert"},
};

START_TEST(test_judge_drivers__row) {
    char *findings = show_drivers(rows[_i].text, 0);
    ck_assert_str_eq(findings, rows[_i].findings);
    free(findings);
}
END_TEST

/* Who asks for one libpq has no other driver in mind. */
START_TEST(test_judge_drivers__one_libpq) {
    char *findings = show_drivers("host=a,b sslmode=require", 170000);
    ck_assert_str_eq(findings, "");
    free(findings);
}
END_TEST

/* The message names the drivers; those that do as libpq does are not among them. */
START_TEST(test_judge_drivers__names) {
    const pgcs_report *report = validate_text("host=h dbname=a#b", 0);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    ck_assert(pgcs_findings_next(finding));
    ck_assert_str_eq(pgcs_finding_message(finding),
                     "a database with # or ?, in a URI: SQLAlchemy, node-postgres, "
                     "postgres.js misread it");
    ck_assert(!pgcs_findings_next(finding));
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_judge_drivers__row, 0, ROWS(rows));
    tcase_add_test(cases, test_judge_drivers__one_libpq);
    tcase_add_test(cases, test_judge_drivers__names);
}

int
main(void) {
    return suite_run("judge_drivers", fill, 60);
}
