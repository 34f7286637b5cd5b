/* lib/base/scanner.h: tokens and their places, never past the end. */
#include "base/scanner.h"

#include "suite.h"

START_TEST(test_scanner__tokens_know_where_they_began) {
    struct scanner scanner = scanner_over("ab:cd", 5);
    ck_assert(slice_is(scanner_until(&scanner, ":/"), "ab"));
    ck_assert_uint_eq(scanner.token, 0);
    ck_assert(scanner_accept(&scanner, ':'));
    ck_assert(!scanner_accept(&scanner, ':'));
    ck_assert(slice_is(scanner_until(&scanner, ":/"), "cd"));
    ck_assert_uint_eq(scanner.token, 3);
    ck_assert(scanner_at_end(&scanner));
    ck_assert_int_eq(scanner_peek(&scanner), -1);
    ck_assert(!scanner_accept(&scanner, '\0'));
}
END_TEST

START_TEST(test_scanner__text_is_taken_whole_or_not_at_all) {
    struct scanner scanner = scanner_over("postgres", 8);
    ck_assert(!scanner_accept_text(&scanner, "postgresql", 10));
    ck_assert_uint_eq(scanner.at, 0);
    ck_assert(scanner_accept_text(&scanner, "post", 4));
    ck_assert_int_eq(scanner_peek(&scanner), 'g');
}
END_TEST

START_TEST(test_scanner__bytes_are_not_signed) {
    struct scanner scanner = scanner_over("\xff", 1);
    ck_assert_int_eq(scanner_peek(&scanner), 0xff);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_scanner__tokens_know_where_they_began);
    tcase_add_test(cases, test_scanner__text_is_taken_whole_or_not_at_all);
    tcase_add_test(cases, test_scanner__bytes_are_not_signed);
}

int
main(void) {
    return suite_run("scanner", fill, 10);
}
