/*
 * lib/base/limits.h: each limit is met without a complaint, and one more is PGCS_ERR_LIMIT with
 * the number in its message. The limits of messages are held by test_diag.c, those of files by
 * tests/spec/test_env.c and tests/tls, and LIMIT_REPORT_ITEMS, which no test can reach, by
 * being below UINT32_MAX; LIMIT_LOOKUPS makes wait, and is held by tests/probe/test_resolve.c.
 */
#include "base/limits.h"

#include <pgconnspec/assess.h>
#include <pgconnspec/spec.h>

#include <string.h>

#include "base/text.h"
#include "suite.h"

_Static_assert(LIMIT_REPORT_ITEMS < UINT32_MAX, "offsets in a report have 32 bits");
_Static_assert(LIMIT_SPEC_SIZE < UINT32_MAX, "places in a spec have 32 bits");

/* "password=" and as many bytes as make @size of it. */
static char *
long_spec(size_t size) {
    char *text = malloc(size);
    memset(text, 'x', size);
    memcpy(text, "password=", 9);
    return text;
}

START_TEST(test_limits__spec_size) {
    char *text = long_spec(LIMIT_SPEC_SIZE + 1);
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, LIMIT_SPEC_SIZE, 0, &spec, &error), PGCS_OK);
    ck_assert_uint_eq(strlen(pgcs_spec_get(spec, "password")), LIMIT_SPEC_SIZE - 9);
    pgcs_spec_unref(spec);
    spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, LIMIT_SPEC_SIZE + 1, 0, &spec, &error),
                     PGCS_ERR_LIMIT);
    ck_assert_ptr_null(spec);
    ck_assert_ptr_nonnull(strstr(pgcs_error_message(error), "1048576"));
    pgcs_error_free(error);
    free(text);
}
END_TEST

START_TEST(test_limits__text_size) {
    struct buf buf = {0};
    char *block = calloc(1, LIMIT_TEXT_SIZE);
    buf_put(&buf, block, LIMIT_TEXT_SIZE);
    ck_assert_int_eq(buf.failed, PGCS_OK);
    buf_put_char(&buf, 'x');
    struct diag diag;
    ck_assert_int_eq(buf_status(&buf, &diag), PGCS_ERR_LIMIT);
    ck_assert_str_eq(diag.message, "the text would be longer than 67108864 bytes");
    buf_free(&buf);
    free(block);
}
END_TEST

START_TEST(test_limits__scope_items) {
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_SOURCE, 0);
    pgcs_error *error = NULL;
    for (uint32_t i = 0; i < LIMIT_SCOPE_ITEMS; i++)
        ck_assert_int_eq(pgcs_needs_add_schema(needs, "s", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_needs_add_schema(needs, "s", &error), PGCS_ERR_LIMIT);
    ck_assert_ptr_nonnull(strstr(pgcs_error_message(error), "1000000"));
    pgcs_error_free(error);
    pgcs_needs_free(needs);
}
END_TEST

/* @head, then @piece @count times, then @tail, read with repairs and foreign forms. */
static pgcs_status
parse_repeated(const char *head, const char *piece, size_t count, const char *tail,
               pgcs_error **error) {
    struct buf buf = {0};
    buf_put_string(&buf, head);
    for (size_t i = 0; i < count; i++)
        buf_put_string(&buf, piece);
    buf_put_string(&buf, tail);
    const pgcs_spec *spec = NULL;
    pgcs_status status = pgcs_spec_parse(buf.data, buf.size,
                                         PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN, &spec, error);
    pgcs_spec_unref(spec);
    buf_free(&buf);
    return status;
}

START_TEST(test_limits__rewrite_notes) {
    pgcs_error *error = NULL;
    ck_assert_int_eq(
        parse_repeated("postgresql://h/d?", "pgbouncer=true&", LIMIT_REWRITE_NOTES, "", NULL),
        PGCS_OK);
    ck_assert_int_eq(parse_repeated("postgresql://h/d?", "pgbouncer=true&",
                                    LIMIT_REWRITE_NOTES + 1, "", &error),
                     PGCS_ERR_LIMIT);
    ck_assert_str_eq(pgcs_error_message(error), "more than 64 things to repair or translate");
    pgcs_error_free(error);
}
END_TEST

START_TEST(test_limits__repair_signs) {
    pgcs_error *error = NULL;
    ck_assert_int_eq(
        parse_repeated("postgresql://u:", "!@", LIMIT_REPAIR_SIGNS - 2, "#@h/d", NULL),
        PGCS_OK);
    ck_assert_int_eq(
        parse_repeated("postgresql://u:", "!@", LIMIT_REPAIR_SIGNS, "#@h/d", &error),
        PGCS_ERR_LIMIT);
    ck_assert_str_eq(pgcs_error_message(error), "64 or more \"@\" that may end the password");
    pgcs_error_free(error);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_limits__spec_size);
    tcase_add_test(cases, test_limits__text_size);
    tcase_add_test(cases, test_limits__scope_items);
    tcase_add_test(cases, test_limits__rewrite_notes);
    tcase_add_test(cases, test_limits__repair_signs);
}

int
main(void) {
    return suite_run("limits", fill, 60);
}
