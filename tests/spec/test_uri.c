/* lib/spec/uri.c: libpq's URI, its values, their places, and what is refused. */
#include <stdio.h>

#include "spec/show.h"

static const struct {
    const char *text;
    const char *values;
} rows[] = {
#define R(text, values) {text, values},
#include "spec/uri_rows.def"
#undef R
};

START_TEST(test_uri__reads_as_libpq) {
    check_reading(rows[_i].text, rows[_i].values);
}
END_TEST

#define PERCENT  "Write a percent sign that is meant as such as %25."
#define BRACKETS "Close the brackets round an IPv6 address, as in [::1]."
#define AFTER    "After the brackets only \":\", \"/\", \"?\" or \",\" can follow."
#define ITEM                                                                                   \
    "Write name=value, and separate parameters by one \"&\"; a \"?\" or \"&\" in a password "  \
    "is written as %3F or %26."
#define NAME                                                                                   \
    "Remove it, or put the value in front of it in quotes or encode it, if it was meant to "   \
    "be a part of that."

static const struct refusal refusals[] = {
    {"postgresql://u:p%@h/d", PGCS_ERR_ENCODING, "password", 16, 1,
     "\"%\" without two hexadecimal digits in password", PERCENT},
    {"postgresql://u%4:p@h/d", PGCS_ERR_ENCODING, "user", 14, 2,
     "\"%\" without two hexadecimal digits in user", PERCENT},
    {"postgresql://h%zz", PGCS_ERR_ENCODING, "host", 14, 1,
     "\"%\" without two hexadecimal digits in host", PERCENT},
    {"postgresql://h:%", PGCS_ERR_ENCODING, "port", 15, 1,
     "\"%\" without two hexadecimal digits in port", PERCENT},
    {"postgresql://h/%a", PGCS_ERR_ENCODING, "dbname", 15, 2,
     "\"%\" without two hexadecimal digits in dbname", PERCENT},
    {"postgresql://h/?%=x", PGCS_ERR_ENCODING, NULL, 16, 1,
     "\"%\" without two hexadecimal digits in a parameter's name", PERCENT},
    {"postgresql://h/?options=%2", PGCS_ERR_ENCODING, "options", 24, 2,
     "\"%\" without two hexadecimal digits in options", PERCENT},
    {"postgresql://u:a%00b@h", PGCS_ERR_ENCODING, "password", 16, 3,
     "%00, a zero byte, in password", "No parameter can hold a zero byte: remove it."},
    {"postgresql://u:p@[::1/d", PGCS_ERR_SYNTAX, "host", 17, 1, "\"[\" without \"]\" in host",
     BRACKETS},
    {"postgresql://h,[]", PGCS_ERR_SYNTAX, "host", 15, 2, "nothing between brackets in host",
     "Put an IPv6 address between the brackets, as in [::1]."},
    {"postgresql://[::1]x/d", PGCS_ERR_SYNTAX, "host", 18, 1, "something after \"]\" in host",
     AFTER},
    {"postgresql://[::1]%3A5/d", PGCS_ERR_SYNTAX, "host", 18, 1,
     "something after \"]\" in host", AFTER},
    {"postgresql://h/d?sslmode", PGCS_ERR_SYNTAX, NULL, 17, 7,
     "a parameter without \"=\" after the \"?\"", ITEM},
    {"postgresql://h/d?user=u&&port=1", PGCS_ERR_SYNTAX, NULL, 24, 0,
     "a parameter without \"=\" after the \"?\"", ITEM},
    {"postgresql://h/d?options=a=b", PGCS_ERR_SYNTAX, "options", 26, 1,
     "a second \"=\" in options", "Write a \"=\" within a value as %3D."},
    {"postgresql://h/d?bogus=a=b", PGCS_ERR_SYNTAX, NULL, 24, 1,
     "a second \"=\" in a parameter's name", "Write a \"=\" within a value as %3D."},
    {"postgresql://h/d?sslmdoe=require", PGCS_ERR_UNKNOWN_KEY, NULL, 17, 7,
     "libpq has no parameter of this name", "Perhaps it should be \"sslmode\"."},
    {"postgresql://h/d?SSLMODE=require", PGCS_ERR_UNKNOWN_KEY, NULL, 17, 7,
     "libpq has no parameter of this name", "Perhaps it should be \"sslmode\"."},
    {"postgresql://h/d?zzzzzzzz=1", PGCS_ERR_UNKNOWN_KEY, NULL, 17, 8,
     "libpq has no parameter of this name", NAME},
};

START_TEST(test_uri__tells_what_is_wrong) {
    check_refusal(&refusals[_i], 0);
}
END_TEST

static const struct {
    const char *text;
    const char *key;
    const char *raw; /* what stands at the value's place */
} places[] = {
    {"postgresql://us%65r:pa%40ss@h:1/d%20b?options=%2Dc", "user", "us%65r"},
    {"postgresql://us%65r:pa%40ss@h:1/d%20b?options=%2Dc", "password", "pa%40ss"},
    {"postgresql://us%65r:pa%40ss@h:1/d%20b?options=%2Dc", "host", "h"},
    {"postgresql://us%65r:pa%40ss@h:1/d%20b?options=%2Dc", "port", "1"},
    {"postgresql://us%65r:pa%40ss@h:1/d%20b?options=%2Dc", "dbname", "d%20b"},
    {"postgresql://us%65r:pa%40ss@h:1/d%20b?options=%2Dc", "options", "%2Dc"},
    {"postgresql://u@[::1]:5/", "host", "[::1]"},
    {"postgresql://u@a:1,b:2/", "host", "a:1,b:2"},
    {"postgresql://u@a:1,b:2/", "port", "1,b:2"},
    {"postgresql://u@a,b/", "port", "a,b"},
    {"postgresql://u@h/?user=v&user=w", "user", "w"},
    {"postgresql://h/?ssl=true", "sslmode", "true"},
};

START_TEST(test_uri__knows_the_place_of_every_value) {
    const pgcs_spec *spec = read_good(places[_i].text);
    int64_t offset = pgcs_spec_offset(spec, places[_i].key);
    ck_assert_int_ge(offset, 0);
    ck_assert_mem_eq(places[_i].text + offset, places[_i].raw, strlen(places[_i].raw));
    ck_assert_int_eq(pgcs_spec_origin(spec, places[_i].key), PGCS_ORIGIN_TEXT);
    pgcs_spec_unref(spec);
}
END_TEST

static const struct {
    const char *front;
    const char *back;
    const char *key;
    const char *ends; /* bytes that end the part, or mean something in it */
} parts[] = {
    {"postgresql://a", "@h/", "user", ":@/%"},
    {"postgresql://u:a", "@h/", "password", "@/%"},
    {"postgresql:///a", "", "dbname", "?%"},
    {"postgresql:///?options=a", "", "options", "&=%"},
};

static void
check_byte(size_t part, const char *spelling, char byte) {
    char text[64];
    snprintf(text, sizeof text, "%s%s%s", parts[part].front, spelling, parts[part].back);
    const pgcs_spec *spec = read_good(text);
    const char value[] = {'a', byte, '\0'};
    ck_assert_pstr_eq(pgcs_spec_get(spec, parts[part].key), value);
    pgcs_spec_unref(spec);
}

/* Every byte but zero, in every part, encoded and, where it ends nothing, as it is. */
START_TEST(test_uri__every_byte_in_every_part) {
    const char raw[] = {(char)_i, '\0'};
    char encoded[8];
    for (size_t part = 0; part < sizeof parts / sizeof parts[0]; part++) {
        snprintf(encoded, sizeof encoded, "%%%02x", (unsigned)_i);
        check_byte(part, encoded, raw[0]);
        snprintf(encoded, sizeof encoded, "%%%02X", (unsigned)_i);
        check_byte(part, encoded, raw[0]);
        if (strchr(parts[part].ends, raw[0]) == NULL)
            check_byte(part, raw, raw[0]);
    }
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_uri__reads_as_libpq, 0, ROWS(rows));
    tcase_add_loop_test(cases, test_uri__tells_what_is_wrong, 0, ROWS(refusals));
    tcase_add_loop_test(cases, test_uri__knows_the_place_of_every_value, 0, ROWS(places));
    tcase_add_loop_test(cases, test_uri__every_byte_in_every_part, 1, 256);
}

int
main(void) {
    return suite_run("uri", fill, 20);
}
