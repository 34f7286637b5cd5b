/* lib/spec/keyvalue.c: libpq's keyword/value string. */
#include "spec/show.h"

static const struct {
    const char *text;
    const char *values;
} rows[] = {
#define R(text, values) {text, values},
#include "spec/keyvalue_rows.def"
#undef R
};

START_TEST(test_keyvalue__reads_as_libpq) {
    check_reading(rows[_i].text, rows[_i].values);
}
END_TEST

#define EQUALS                                                                                 \
    "Write name=value, and put a value with blanks in single quotes, as in password='a b'."
#define QUOTE "Close the value with a single quote; write a quote within it as \\'."
#define NAME                                                                                   \
    "Remove it, or put the value in front of it in quotes or encode it, if it was meant to "   \
    "be a part of that."

static const struct refusal refusals[] = {
    {"host=h bogus", PGCS_ERR_SYNTAX, NULL, 7, 5, "no \"=\" after the name of a parameter",
     EQUALS},
    {"host", PGCS_ERR_SYNTAX, NULL, 0, 4, "no \"=\" after the name of a parameter", EQUALS},
    {"password='a''b'", PGCS_ERR_SYNTAX, NULL, 12, 3, "no \"=\" after the name of a parameter",
     EQUALS},
    {"host=h password='a b", PGCS_ERR_SYNTAX, "password", 16, 4, "no closing quote in password",
     QUOTE},
    {"what='a b", PGCS_ERR_SYNTAX, NULL, 5, 4, "no closing quote", QUOTE},
    {"host=h passwor=x", PGCS_ERR_UNKNOWN_KEY, NULL, 7, 7,
     "libpq has no parameter of this name", "Perhaps it should be \"password\"."},
    {"username=x", PGCS_ERR_UNKNOWN_KEY, NULL, 0, 8, "libpq has no parameter of this name",
     "Perhaps it should be \"user\"."},
    {"=x", PGCS_ERR_UNKNOWN_KEY, NULL, 0, 0, "libpq has no parameter of this name", NAME},
    {"mysql://u:p@h/d", PGCS_ERR_SYNTAX, NULL, 0, 8, "not the scheme of a PostgreSQL URI",
     "Begin the URI with postgresql:// in lower case, without anything before it."},
    {"POSTGRESQL://u:p@h/d?a=b", PGCS_ERR_SYNTAX, NULL, 0, 13,
     "not the scheme of a PostgreSQL URI",
     "Begin the URI with postgresql:// in lower case, without anything before it."},
};

START_TEST(test_keyvalue__tells_what_is_wrong) {
    check_refusal(&refusals[_i], 0);
}
END_TEST

START_TEST(test_keyvalue__knows_the_place_of_every_value) {
    const pgcs_spec *spec = read_good("host = h  password='a b' user=x\\ y port=");
    ck_assert_int_eq(pgcs_spec_offset(spec, "host"), 7);
    ck_assert_int_eq(pgcs_spec_offset(spec, "password"), 19);
    ck_assert_int_eq(pgcs_spec_offset(spec, "user"), 30);
    ck_assert_int_eq(pgcs_spec_offset(spec, "port"), 40);
    ck_assert_int_eq(pgcs_spec_offset(spec, "dbname"), -1);
    ck_assert_int_eq(pgcs_spec_offset(spec, "nonsense"), -1);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_keyvalue__reads_as_libpq, 0, ROWS(rows));
    tcase_add_loop_test(cases, test_keyvalue__tells_what_is_wrong, 0, ROWS(refusals));
    tcase_add_test(cases, test_keyvalue__knows_the_place_of_every_value);
}

int
main(void) {
    return suite_run("keyvalue", fill, 20);
}
