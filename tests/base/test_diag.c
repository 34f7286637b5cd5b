/* lib/base/diag.c and error.c: what a failure carries on its way to the caller. */
#include "base/diag.h"

#include <string.h>

#include "base/error.h"
#include "suite.h"

START_TEST(test_diag__a_new_failure_has_no_trace_of_the_last) {
    struct diag diag;
    diag_fail(&diag, PGCS_ERR_SYNTAX, "first");
    diag_hint(&diag, "Do this.");
    diag_field(&diag, "port");
    diag_place(&diag, 3, 4);
    ck_assert_int_eq(diag_fail(&diag, PGCS_ERR_BAD_VALUE, "second %d", 2), PGCS_ERR_BAD_VALUE);
    ck_assert_str_eq(diag.message, "second 2");
    ck_assert_str_eq(diag.hint, "");
    ck_assert_str_eq(diag.field, "");
    ck_assert_int_eq(diag.offset, DIAG_NO_PLACE);
    ck_assert_int_eq(diag.length, DIAG_NO_PLACE);
}
END_TEST

START_TEST(test_diag__long_parts_are_cut_and_terminated) {
    char field[LIMIT_DIAG_FIELD * 2];
    memset(field, 'x', sizeof field - 1);
    field[sizeof field - 1] = '\0';
    struct diag diag;
    diag_fail(&diag, PGCS_ERR_SYNTAX, "%0*d", LIMIT_DIAG_MESSAGE * 2, 1);
    diag_field(&diag, field);
    ck_assert_uint_eq(strlen(diag.message), LIMIT_DIAG_MESSAGE - 1);
    ck_assert_uint_eq(strlen(diag.field), LIMIT_DIAG_FIELD - 1);
}
END_TEST

START_TEST(test_diag__the_error_carries_it_all) {
    struct diag diag;
    diag_fail(&diag, PGCS_ERR_BAD_VALUE, "no such port");
    diag_hint(&diag, "Use a number.");
    diag_field(&diag, "port");
    diag_place(&diag, 0, 9);
    pgcs_error *error = NULL;
    ck_assert_int_eq(error_raise(&diag, &error), PGCS_ERR_BAD_VALUE);
    ck_assert_int_eq(pgcs_error_status(error), PGCS_ERR_BAD_VALUE);
    ck_assert_str_eq(pgcs_error_message(error), "no such port");
    ck_assert_str_eq(pgcs_error_hint(error), "Use a number.");
    ck_assert_str_eq(pgcs_error_field(error), "port");
    ck_assert_int_eq(pgcs_error_offset(error), 0);
    ck_assert_int_eq(pgcs_error_length(error), 9);
    ck_assert_ptr_null(pgcs_error_sqlstate(error));
    ck_assert_int_eq(pgcs_error_os_code(error), 0);
    pgcs_error_free(error);
}
END_TEST

START_TEST(test_diag__an_error_without_parts_has_null_for_them) {
    struct diag diag;
    diag_nomem(&diag);
    pgcs_error *error = NULL;
    ck_assert_int_eq(error_raise(&diag, &error), PGCS_ERR_NOMEM);
    ck_assert_str_eq(pgcs_error_message(error), "out of memory");
    ck_assert_ptr_null(pgcs_error_hint(error));
    ck_assert_ptr_null(pgcs_error_field(error));
    ck_assert_int_eq(pgcs_error_offset(error), -1);
    pgcs_error_free(error);
    ck_assert_int_eq(error_raise(&diag, NULL), PGCS_ERR_NOMEM);
    ck_assert_int_eq(pgcs_error_status(NULL), PGCS_OK);
    pgcs_error_free(NULL);
}
END_TEST

static const struct {
    const char *data;
    size_t size;
    const char *quoted;
} quotes[] = {
    {"", 0, ""},
    {"port", 4, "port"},
    {"a\nb", 3, "a\\x0ab"},
    {"\0", 1, "\\x00"},
    {"\xff\x7f", 2, "\\xff\\x7f"},
    {"0123456789012345678901234567890123456789012345678", 48,
     "012345678901234567890123456789012345678901234567"},
    {"0123456789012345678901234567890123456789012345678", 49,
     "012345678901234567890123456789012345678901234567..."},
};

START_TEST(test_diag__quotes) {
    struct quoted quoted = diag_quote(quotes[_i].data, quotes[_i].size);
    ck_assert_str_eq(quoted.text, quotes[_i].quoted);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_diag__a_new_failure_has_no_trace_of_the_last);
    tcase_add_test(cases, test_diag__long_parts_are_cut_and_terminated);
    tcase_add_test(cases, test_diag__the_error_carries_it_all);
    tcase_add_test(cases, test_diag__an_error_without_parts_has_null_for_them);
    tcase_add_loop_test(cases, test_diag__quotes, 0, ROWS(quotes));
}

int
main(void) {
    return suite_run("diag", fill, 10);
}
