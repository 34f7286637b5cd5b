/* Tests of probe/copy.h. */
#include "probe/copy.h"

#include "suite.h"

#define HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define ROW(text)                                                                              \
    { text, sizeof(text) - 1 }
#define BYTES(text) ((struct slice)ROW(text))

START_TEST(test_copy__rows) {
    struct copy_reader reader = {false, false};
    struct copy_row row;
    struct slice text;
    uint32_t number = 0;
    bool flag = true;
    char letter = 0;
    ck_assert_int_eq(copy_read(&reader,
                               BYTES(HEADER "\0\5\0\0\0\2ab\0\0\0\4\0\1\2\3\0\0\0\1\0\377\377"
                                            "\377\377\0\0\0\1S"),
                               &row),
                     COPY_ROW);
    ck_assert_int_eq(row.count, 5);
    ck_assert(copy_text(&row, 0, &text) && slice_is(text, "ab"));
    ck_assert(copy_uint32(&row, 1, &number));
    ck_assert_uint_eq(number, 0x00010203);
    ck_assert(copy_bool(&row, 2, &flag) && !flag);
    ck_assert(!copy_text(&row, 3, &text));
    ck_assert(!copy_bool(&row, 3, &flag));
    ck_assert(copy_char(&row, 4, &letter));
    ck_assert_int_eq(letter, 'S');
    ck_assert(!copy_uint32(&row, 0, &number));
    ck_assert(!copy_text(&row, 5, &text));
    ck_assert_int_eq(copy_read(&reader, BYTES("\0\1\0\0\0\0"), &row), COPY_ROW);
    ck_assert(copy_text(&row, 0, &text));
    ck_assert_uint_eq(text.size, 0);
    ck_assert(!reader.ended);
    ck_assert_int_eq(copy_read(&reader, BYTES("\377\377"), &row), COPY_NOTHING);
    ck_assert(reader.ended);
}
END_TEST

START_TEST(test_copy__header_alone_or_with_trailer) {
    struct copy_row row;
    struct copy_reader alone = {false, false}, empty = {false, false};
    ck_assert_int_eq(copy_read(&alone, BYTES(HEADER), &row), COPY_NOTHING);
    ck_assert(alone.begun && !alone.ended);
    ck_assert_int_eq(copy_read(&empty, BYTES(HEADER "\377\377"), &row), COPY_NOTHING);
    ck_assert(empty.ended);
    ck_assert_int_eq(copy_read(&empty, BYTES("\0\0"), &row), COPY_BAD);
}
END_TEST

static const struct slice broken[] = {
    ROW(""),
    ROW("PGCOPX\n\377\r\n\0\0\0\0\0\0\0\0\0\377\377"),
    ROW("PGCOPY\n\377\r\n\0\0\0\0\1\0\0\0\0\377\377"), /* a flag */
    ROW("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\5\0\0"),     /* half an extension */
    ROW(HEADER "\0"),                                  /* half a count */
    ROW(HEADER "\0\1"),                                /* no field */
    ROW(HEADER "\0\1\0\0\0\5abc"),                     /* half a field */
    ROW(HEADER "\0\1\177\377\377\377abc"),             /* 2 GB of it */
    ROW(HEADER "\0\1\200\0\0\0abc"),                   /* less than null */
    ROW(HEADER "\0\1\0\0\0\1ab"),                      /* more than was said */
    ROW(HEADER "\0\100\0\0\0\0"),                      /* 64 fields */
    ROW(HEADER "\377\377x"),                           /* behind the end */
};

START_TEST(test_copy__broken) {
    struct copy_reader reader = {false, false};
    struct copy_row row;
    ck_assert_int_eq(copy_read(&reader, broken[_i], &row), COPY_BAD);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_copy__rows);
    tcase_add_test(cases, test_copy__header_alone_or_with_trailer);
    tcase_add_loop_test(cases, test_copy__broken, 0, ROWS(broken));
}

int
main(void) {
    return suite_run("probe/copy", fill, 10);
}
