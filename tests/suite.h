/*
 * What every Check program shares: a main() that runs one suite in the way that meson counts.
 * A test file includes it, defines its cases, and ends with SUITE(name, case, case, ...).
 */
#ifndef TESTS_SUITE_H
#define TESTS_SUITE_H

#include <check.h>
#include <stdlib.h>

typedef void
suite_filler(TCase *cases);

static inline int
suite_run(const char *name, suite_filler *fill, double timeout_seconds) {
    Suite *suite = suite_create(name);
    TCase *cases = tcase_create(name);
    tcase_set_timeout(cases, timeout_seconds);
    fill(cases);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Rows of a table, each a case that reports itself: the row is table[_i]. */
#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

#endif
