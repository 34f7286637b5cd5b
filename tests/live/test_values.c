/*
 * The server is the oracle for values that libpq hands on: what it refuses is a failure of
 * pgcs_spec_validate(), and nothing else is.
 */
#include <stdbool.h>

#include "live.h"

static const char *const encodings[] = {
#define E(name) name,
#include "spec/encodings.def"
#undef E
    "UTF-8",  "utf_8", "Latin-1", "ISO 8859-15", "windows-1252", "",      "bogus", "utf16",
    "latin0", "UTF",   "8",       "iso8859",     "WIN1259",      "koi8x", "utf8 x"};

static const char *const replications[] = {
    "true",     "false", "on",      "off",      "yes", "no", "1",     "0",
    "database", "t",     "TR",      "F",        "y",   "N",  "o",     "ON",
    "of",       "",      "logical", "Database", "2",   "x",  "truex", "physical"};

/*
 * Does the server take the value? That a conversion is missing depends on the database, and
 * that nobody may replicate on pg_hba.conf.
 */
static bool
is_taken(const char *keyword, const char *value) {
    const char *const keys[] = {"host", "port", "user", "dbname", keyword, NULL};
    const char *const values[] = {
        server("PGHOST"), server("PGPORT"), "postgres", "postgres", value, NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    const char *message = PQerrorMessage(pg);
    bool taken = PQstatus(pg) == CONNECTION_OK ||
                 strstr(message, "conversion between") != NULL ||
                 strstr(message, "pg_hba.conf") != NULL;
    PQfinish(pg);
    return taken;
}

static bool
is_failure(const char *keyword, const char *value) {
    pgcs_builder *builder = pgcs_builder_new();
    const pgcs_spec *spec = NULL;
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_builder_set(builder, keyword, value, strlen(value), NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_validate(spec, PQlibVersion(), &report, NULL), PGCS_OK);
    bool failure = pgcs_report_severity(report) == PGCS_SEVERITY_FAILURE;
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
    return failure;
}

static void
compare(const char *keyword, const char *value) {
    bool taken = is_taken(keyword, value);
    ck_assert_msg(taken != is_failure(keyword, value), "%s=<%s> is %s by the server", keyword,
                  value, taken ? "taken" : "refused");
}

START_TEST(test_values__encodings) {
    compare("client_encoding", encodings[_i]);
}
END_TEST

START_TEST(test_values__replication) {
    compare("replication", replications[_i]);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_values__encodings, 0, ROWS(encodings));
    tcase_add_loop_test(cases, test_values__replication, 0, ROWS(replications));
}

int
main(void) {
    return suite_run("values", fill, 300);
}
