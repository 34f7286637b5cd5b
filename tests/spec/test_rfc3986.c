/* lib/spec/rfc3986.c: a second opinion on URIs. */
#include "spec/rfc3986.h"

#include "spec/show.h"

#define ENCODE "Percent-encode it."
#define NEARBY                                                                                 \
    "Percent-encode what stands here or shortly before, give several hosts as ?host=..., and " \
    "ports in digits."

static const struct refusal refusals[] = {
    {"postgresql://u:p^q@h/d", PGCS_ERR_SYNTAX, NULL, 16, 1,
     "a byte that no URI by RFC 3986 has", ENCODE},
    {"postgresql://u:p q@h/d", PGCS_ERR_SYNTAX, NULL, 16, 1,
     "a byte that no URI by RFC 3986 has", ENCODE},
    {"postgresql://u:p\xc3\xa4@h/d", PGCS_ERR_SYNTAX, NULL, 16, 1,
     "a byte that no URI by RFC 3986 has", ENCODE},
    {"postgresql://h1:1,h2:2/d", PGCS_ERR_SYNTAX, NULL, 17, 1,
     "\",\" does not separate hosts by RFC 3986, and does to libpq",
     "Give the hosts as ?host=...&port=... behind an empty authority."},
    {"postgresql://u:p[q@h/d", PGCS_ERR_SYNTAX, NULL, 16, 0, "not a URI by RFC 3986", NEARBY},
    {"postgresql://h1,h2/d", PGCS_ERR_SYNTAX, NULL, 15, 1,
     "\",\" does not separate hosts by RFC 3986, and does to libpq",
     "Give the hosts as ?host=...&port=... behind an empty authority."},
    {"postgresql://h/d#f", PGCS_ERR_SYNTAX, NULL, 16, 1,
     "\"#\" begins a fragment by RFC 3986, and is data to libpq", "Write it as %23."},
    {"postgresql://h?application_name=a@b", PGCS_ERR_SYNTAX, NULL, 33, 1,
     "\"@\" is in the parameters by RFC 3986, and ends the password to libpq",
     "Write it as %40, or a \"/\" in front of the \"?\"."},
};

START_TEST(test_rfc3986__refuses_what_only_libpq_takes) {
    check_refusal(&refusals[_i], PGCS_PARSE_RFC3986);
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(
        pgcs_spec_parse(refusals[_i].text, strlen(refusals[_i].text), 0, &spec, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
}
END_TEST

static const char *const good[] = {
    "postgresql://u:p@h:5432/d?sslmode=require",
    "postgresql://u:p%40@[::1]:5/a/b?host=%2Ftmp&application_name=a@b/?",
    "postgresql:///d?host=h1,h2&port=1,2",
    "postgresql://",
    "host=h1 password='^'",
};

START_TEST(test_rfc3986__takes_what_both_take) {
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(
        pgcs_spec_parse(good[_i], strlen(good[_i]), PGCS_PARSE_RFC3986, &spec, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_rfc3986__the_limit_is_held) {
    static char text[LIMIT_STRICT_SIZE + 2];
    memset(text, 'a', sizeof text - 1);
    memcpy(text, "postgresql:///", 14);
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(
        pgcs_spec_parse(text, LIMIT_STRICT_SIZE + 1, PGCS_PARSE_RFC3986, &spec, NULL),
        PGCS_ERR_LIMIT);
    ck_assert_int_eq(pgcs_spec_parse(text, LIMIT_STRICT_SIZE, PGCS_PARSE_RFC3986, &spec, NULL),
                     PGCS_OK);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_rfc3986__refuses_what_only_libpq_takes, 0, ROWS(refusals));
    tcase_add_loop_test(cases, test_rfc3986__takes_what_both_take, 0, ROWS(good));
    tcase_add_test(cases, test_rfc3986__the_limit_is_held);
}

int
main(void) {
    return suite_run("rfc3986", fill, 10);
}
