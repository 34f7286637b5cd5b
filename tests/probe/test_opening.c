/* Tests of probe/opening.h. */
#include "probe/opening.h"

#include <string.h>

#include "suite.h"

#define BYTES(text)                                                                            \
    { text, sizeof(text) - 1 }

static const struct {
    struct slice bytes;
    const char *service; /* or NULL */
} openings[] = {
    /* PostgreSQL: the answers to a request for TLS, and first messages in their first bytes. */
    {BYTES("S"), NULL},
    {BYTES("N"), NULL},
    {BYTES("E"), NULL},
    {BYTES("R\0\0\0\10\0\0\0"), NULL},
    {BYTES("R\0\0\0\27\0\0\0"), NULL},
    {BYTES("E\0\0\0\145SFA"), NULL},
    {BYTES("N\0\0\0\145SFA"), NULL},
    {BYTES("v\0\0\0\14\0\0\0"), NULL},
    {BYTES("EFATAL: "), NULL},
    {BYTES("E\0\0\0\12SFA"), NULL},
    {BYTES(""), NULL},
    /* Others, as far as they have come. */
    {BYTES("\25\3\3\0\2\2\106"), "the peer speaks TLS"},
    {BYTES("\26\3\1\2\0\1\0\1"), "the peer speaks TLS"},
    {BYTES("\25\3"), NULL},
    {BYTES("HTTP/1.0"), "the peer speaks HTTP"},
    {BYTES("HTTP/"), "the peer speaks HTTP"},
    {BYTES("HTTP"), NULL},
    {BYTES("SSH-2.0-"), "the peer speaks SSH"},
    {BYTES("SSH"), NULL},
    {BYTES("J\0\0\0\0128.0"), "the peer speaks MySQL"},
    {BYTES("N\0\0\0\0125.5"), "the peer speaks MySQL"},
    {BYTES("J\0\0\0"), NULL},
};

START_TEST(test_opening__names) {
    ck_assert_pstr_eq(opening_names(openings[_i].bytes, false), openings[_i].service);
}
END_TEST

/* Who began with TLS is not surprised by it. */
START_TEST(test_opening__direct) {
    ck_assert_ptr_null(opening_names((struct slice)BYTES("\26\3\1\2\0\1\0\1"), true));
    ck_assert_ptr_null(opening_names((struct slice)BYTES("\25\3\3\0\2\2\106"), true));
    ck_assert_str_eq(opening_names((struct slice)BYTES("HTTP/1.0"), true),
                     "the peer speaks HTTP");
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_opening__names, 0, ROWS(openings));
    tcase_add_test(cases, test_opening__direct);
}

int
main(void) {
    return suite_run("probe/opening", fill, 10);
}
