/* lib/spec/keyword.c: the table, and finding one's way in it. */
#include "spec/keyword.h"

#include <string.h>

#include <pgconnspec/pgconnspec.h>

#include "suite.h"

START_TEST(test_keyword__finds_each_row) {
    const struct keyword_row *row = &keyword_rows[_i];
    ck_assert_uint_eq(row->name_size, strlen(row->name));
    ck_assert_int_eq(keyword_find(row->name, row->name_size), _i);
    ck_assert_int_eq(keyword_find(row->name, row->name_size - 1u), KEYWORD_NONE);
    ck_assert_int_eq(keyword_guess(row->name, row->name_size), _i);
    ck_assert_int_eq(pgcs_key_is_secret(row->name), row->secret);
}
END_TEST

START_TEST(test_keyword__finds_nothing_else) {
    ck_assert_int_eq(keyword_find("", 0), KEYWORD_NONE);
    ck_assert_int_eq(keyword_find("HOST", 4), KEYWORD_NONE);
    ck_assert_int_eq(keyword_find("hostx", 5), KEYWORD_NONE);
    ck_assert_int_eq(keyword_find("a name that is longer than all", 30), KEYWORD_NONE);
    ck_assert_int_eq(pgcs_key_is_secret(NULL), 0);
    ck_assert_int_eq(pgcs_key_is_secret("nonsense"), 0);
}
END_TEST

static const struct {
    const char *text;
    enum keyword keyword;
} guesses[] = {
    {"passwor", KEYWORD_PASSWORD},
    {"sslMode", KEYWORD_SSLMODE},
    {"ssl-mode", KEYWORD_SSLMODE},
    {"Host", KEYWORD_HOST},
    {"hots", KEYWORD_HOST},
    {"username", KEYWORD_USER},
    {"Username", KEYWORD_USER},
    {"database", KEYWORD_DBNAME},
    {"aplication_name", KEYWORD_APPLICATION_NAME},
    {"", KEYWORD_NONE},
    {"x", KEYWORD_NONE},
    {"schema", KEYWORD_NONE},
    {"pgbouncer", KEYWORD_NONE},
    {"s3cr3tpassphrase", KEYWORD_NONE},
    {"something much longer than any keyword there is", KEYWORD_NONE},
};

START_TEST(test_keyword__guesses) {
    ck_assert_int_eq(keyword_guess(guesses[_i].text, strlen(guesses[_i].text)),
                     guesses[_i].keyword);
}
END_TEST

static const struct {
    int version;
    int keywords;
} counts[] = {{130023, 36}, {140000, 36}, {150020, 36},
              {160014, 40}, {170010, 41}, {180004, 50}};

START_TEST(test_keyword__knows_the_versions) {
    int known = 0;
    for (int i = 0; i < KEYWORD_COUNT; i++)
        known += keyword_is_known_to((enum keyword)i, counts[_i].version);
    ck_assert_int_eq(known, counts[_i].keywords);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_keyword__finds_each_row, 0, KEYWORD_COUNT);
    tcase_add_test(cases, test_keyword__finds_nothing_else);
    tcase_add_loop_test(cases, test_keyword__guesses, 0, ROWS(guesses));
    tcase_add_loop_test(cases, test_keyword__knows_the_versions, 0, ROWS(counts));
}

int
main(void) {
    return suite_run("keyword", fill, 10);
}
