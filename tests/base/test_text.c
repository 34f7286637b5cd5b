/* lib/base/text.c: buffers that grow up to their limit, and the texts made of them. */
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"

START_TEST(test_text__what_goes_in_comes_out) {
    struct buf buf = {0};
    char expected[3000] = "";
    for (int i = 0; i < 200; i++) {
        char piece[16];
        int size = sprintf(piece, "<%d>", i);
        buf_put(&buf, piece, (size_t)size);
        buf_put_char(&buf, '-');
        buf_put_string(&buf, "+");
        buf_printf(&buf, "%s", ".");
        strcat(strcat(expected, piece), "-+.");
    }
    const pgcs_text *text = NULL;
    struct diag diag;
    ck_assert_int_eq(text_finish(&buf, &text, &diag), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(text), expected);
    ck_assert_uint_eq(pgcs_text_size(text), strlen(expected));
    ck_assert_ptr_eq(pgcs_text_ref(text), text);
    ck_assert_ptr_null(pgcs_text_unref(text));
    ck_assert_str_eq(pgcs_text_data(text), expected);
    ck_assert_ptr_null(pgcs_text_unref(text));
}
END_TEST

START_TEST(test_text__nothing_is_an_empty_text) {
    struct buf buf = {0};
    const pgcs_text *text = NULL;
    struct diag diag;
    ck_assert_int_eq(text_finish(&buf, &text, &diag), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(text), "");
    ck_assert_uint_eq(pgcs_text_size(text), 0);
    pgcs_text_unref(text);
    ck_assert_str_eq(pgcs_text_data(NULL), "");
    ck_assert_uint_eq(pgcs_text_size(NULL), 0);
    ck_assert_ptr_null(pgcs_text_unref(NULL));
}
END_TEST

START_TEST(test_text__the_limit_holds_and_sticks) {
    struct buf buf = {.limit = 10};
    buf_put_string(&buf, "0123456789");
    ck_assert_int_eq(buf.failed, PGCS_OK);
    buf_put_char(&buf, 'x');
    buf_put_string(&buf, "");
    const pgcs_text *text = NULL;
    struct diag diag;
    ck_assert_int_eq(text_finish(&buf, &text, &diag), PGCS_ERR_LIMIT);
    ck_assert_ptr_null(text);
    ck_assert_str_eq(diag.message, "the text would be longer than 10 bytes");
    ck_assert_ptr_null(buf.data);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_text__what_goes_in_comes_out);
    tcase_add_test(cases, test_text__nothing_is_an_empty_text);
    tcase_add_test(cases, test_text__the_limit_holds_and_sticks);
}

int
main(void) {
    return suite_run("text", fill, 10);
}
