/*
 * Connections as the consoles and manuals of providers and libraries give them, read with
 * PGCS_PARSE_REPAIR and PGCS_PARSE_FOREIGN: the values, and all that is said of them but for
 * what other drivers make of it (test_judge_drivers.c).
 */
#include "spec/show.h"

#define BOTH (PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN)

static const struct {
    const char *who;
    const char *text;
    const char *values;
    const char *findings;
} rows[] = {
#include "spec/vendor_rows.def"
};

START_TEST(test_vendors__are_read_as_they_stand) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status =
        pgcs_spec_parse(rows[_i].text, strlen(rows[_i].text), BOTH, &spec, &error);
    ck_assert_msg(status == PGCS_OK, "%s: %s", rows[_i].who, pgcs_error_message(error));
    char *values = show_spec(spec), *said = show_said(spec, 0);
    ck_assert_msg(strcmp(values, rows[_i].values) == 0, "%s:\n%s", rows[_i].who, values);
    ck_assert_msg(strcmp(said, rows[_i].findings) == 0, "%s:\n%s", rows[_i].who, said);
    free(values);
    free(said);
    pgcs_spec_unref(spec);
}
END_TEST

/* All whom the documentation names have a row. */
START_TEST(test_vendors__none_is_forgotten) {
    static const char *const names[] = {"Azure Single Server",
                                        "Azure Flexible Server",
                                        "Heroku",
                                        "Neon",
                                        "Supabase",
                                        "Amazon RDS",
                                        "Cloud SQL",
                                        "Timescale",
                                        "Aiven",
                                        "CockroachDB",
                                        "Prisma",
                                        "postgres.js",
                                        "PgBouncer",
                                        "node-postgres",
                                        "Npgsql",
                                        "JDBC",
                                        "SQLAlchemy",
                                        "PDO",
                                        "Rails"};
    for (int i = 0; i < ROWS(names); i++) {
        bool found = false;
        for (int k = 0; k < ROWS(rows); k++)
            found |= strncmp(rows[k].who, names[i], strlen(names[i])) == 0;
        ck_assert_msg(found, "no row of %s", names[i]);
    }
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_vendors__are_read_as_they_stand, 0, ROWS(rows));
    tcase_add_test(cases, test_vendors__none_is_forgotten);
}

int
main(void) {
    return suite_run("vendors", fill, 10);
}
