/* lib/spec/spec.c and parse.c: what holds for specs of every form. */
#include "spec/spec.h"

#include "spec/show.h"

START_TEST(test_spec__empty_and_absent_are_two_things) {
    const pgcs_spec *spec = read_good("password='' user=u");
    ck_assert_str_eq(pgcs_spec_get(spec, "password"), "");
    ck_assert_ptr_null(pgcs_spec_get(spec, "dbname"));
    ck_assert_int_eq(pgcs_spec_origin(spec, "password"), PGCS_ORIGIN_TEXT);
    ck_assert_int_eq(pgcs_spec_origin(spec, "dbname"), PGCS_ORIGIN_NONE);
    pgcs_spec_unref(spec);
    spec = read_good("postgresql://u:@h");
    ck_assert_ptr_null(pgcs_spec_get(spec, "password"));
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_spec__parameters_come_in_libpqs_order) {
    const pgcs_spec *spec = read_good("sslmode=require host=h user=u");
    ck_assert_uint_eq(pgcs_spec_size(spec), 3);
    ck_assert_str_eq(pgcs_spec_key_at(spec, 0), "user");
    ck_assert_str_eq(pgcs_spec_key_at(spec, 1), "host");
    ck_assert_str_eq(pgcs_spec_value_at(spec, 2), "require");
    ck_assert_ptr_null(pgcs_spec_key_at(spec, 3));
    ck_assert_ptr_null(pgcs_spec_value_at(spec, 3));
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_spec__null_is_harmless) {
    ck_assert_ptr_null(pgcs_spec_ref(NULL));
    ck_assert_ptr_null(pgcs_spec_unref(NULL));
    ck_assert_ptr_null(pgcs_spec_get(NULL, "host"));
    ck_assert_uint_eq(pgcs_spec_size(NULL), 0);
    ck_assert_ptr_null(pgcs_spec_key_at(NULL, 0));
    ck_assert_int_eq(pgcs_spec_origin(NULL, "host"), PGCS_ORIGIN_NONE);
    ck_assert_int_eq(pgcs_spec_offset(NULL, "host"), -1);
    ck_assert_ptr_null(pgcs_spec_label(NULL));
    const pgcs_spec *spec = read_good("host=h");
    ck_assert_ptr_null(pgcs_spec_get(spec, NULL));
    ck_assert_ptr_eq(pgcs_spec_ref(spec), spec);
    pgcs_spec_unref(spec);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_spec__a_zero_byte_is_refused_with_its_place) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse("host=h\0x", 8, 0, &spec, &error), PGCS_ERR_ENCODING);
    ck_assert_str_eq(pgcs_error_message(error), "a zero byte in the text");
    ck_assert_int_eq(pgcs_error_offset(error), 6);
    ck_assert_int_eq(pgcs_error_length(error), 1);
    ck_assert_ptr_null(spec);
    pgcs_error_free(error);
}
END_TEST

START_TEST(test_spec__the_limit_is_held_at_once) {
    size_t size = LIMIT_SPEC_SIZE + 1;
    char *text = malloc(size);
    memset(text, 'a', size);
    memcpy(text, "host=", 5);
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, size, 0, &spec, &error), PGCS_ERR_LIMIT);
    ck_assert_str_eq(pgcs_error_message(error), "the text is longer than 1048576 bytes");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_spec_parse(text, size - 1, 0, &spec, NULL), PGCS_OK);
    ck_assert_uint_eq(strlen(pgcs_spec_get(spec, "host")), size - 6);
    pgcs_spec_unref(spec);
    free(text);
}
END_TEST

START_TEST(test_spec__misuse_is_told) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse(NULL, 0, 0, &spec, &error), PGCS_ERR_MISUSE);
    ck_assert_str_eq(pgcs_error_message(error), "text is NULL");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_spec_parse("", 0, 0, NULL, &error), PGCS_ERR_MISUSE);
    ck_assert_str_eq(pgcs_error_message(error), "out is NULL");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_spec_parse("", 0, 1u << 30, &spec, &error), PGCS_ERR_UNSUPPORTED);
    ck_assert_str_eq(pgcs_error_message(error), "unknown flag 0x40000000");
    pgcs_error_free(error);
}
END_TEST

static const struct refusal forms[] = {
    {"host=h", PGCS_ERR_SYNTAX, NULL, 0, 0, "not a PostgreSQL URI",
     "Begin it with postgresql:// in lower case, without anything before it."},
    {"postgresql://h", PGCS_ERR_SYNTAX, NULL, 0, 13,
     "a URI where a keyword/value string is wanted",
     "Write it as host=... port=... dbname=... user=... instead."},
};

START_TEST(test_spec__only_the_wanted_form_is_taken) {
    check_refusal(&forms[0], PGCS_PARSE_URI);
    check_refusal(&forms[1], PGCS_PARSE_KEYWORDS);
    const pgcs_spec *spec = NULL;
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pgcs_spec_parse(forms[i].text, strlen(forms[i].text),
                                         i ? PGCS_PARSE_URI : PGCS_PARSE_KEYWORDS, &spec, NULL),
                         PGCS_OK);
        pgcs_spec_unref(spec);
    }
}
END_TEST

/* Where libpq's own words would show the password, ours never do. */
static const char *const leaky[] = {
    "postgresql://u:s3cr3t%zz@h/d",
    "postgresql://u:s3cr3t%@h/d",
    "postgresql://u:s3cr3t%00@h/d",
    "postgresql://u:s3cr3t@[::1/d",
    "postgresql://u:s3cr3t@[]/d",
    "postgresql://u:s3cr3t@[::1]x/d",
    "postgresql://u:s3cr3t/more?x@h/d",
    "postgresql://u:a/s3cr3t?b@h/d",
    "postgresql://h/d?password=%zzs3cr3t",
    "postgresql://h/d?password=a&s3cr3t",
    "postgresql://h/d?password=a&s3cr3t=b",
    "postgresql://h/d?password=a=s3cr3t",
    "postgresql://h/d?s3cr3t=a=b",
    "postgresql://h/d?%s3cr3t=a",
    "POSTGRESQL://u:s3cr3t@h/d",
    "postgresqll://u:s3cr3t@h/d",
    " postgresql://u:s3cr3t@h/d",
    "\"postgresql://u:s3cr3t@h/d\"",
    "DATABASE_URL=postgresql://u:s3cr3t@h/d",
    "mysql://u:s3cr3t@h/d?a=b",
    "password=a s3cr3t",
    "password='a's3cr3t",
    "password='a s3cr3t",
    "password=a s3cr3t=1",
    "s3cr3t",
    "s3cr3t=1",
    "s3cr3t='1",
};

START_TEST(test_spec__no_failure_shows_a_secret) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_parse(leaky[_i], strlen(leaky[_i]), 0, &spec, &error);
    ck_assert_msg(status != PGCS_OK, "<%s> is taken", leaky[_i]);
    ck_assert_ptr_null(strstr(pgcs_error_message(error), "s3cr3t"));
    ck_assert_ptr_null(strstr(pgcs_error_hint(error), "s3cr3t"));
    if (pgcs_error_field(error) != NULL)
        ck_assert_ptr_null(strstr(pgcs_error_field(error), "s3cr3t"));
    ck_assert_int_ge(pgcs_error_offset(error), 0);
    pgcs_error_free(error);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_spec__empty_and_absent_are_two_things);
    tcase_add_test(cases, test_spec__parameters_come_in_libpqs_order);
    tcase_add_test(cases, test_spec__null_is_harmless);
    tcase_add_test(cases, test_spec__a_zero_byte_is_refused_with_its_place);
    tcase_add_test(cases, test_spec__the_limit_is_held_at_once);
    tcase_add_test(cases, test_spec__misuse_is_told);
    tcase_add_test(cases, test_spec__only_the_wanted_form_is_taken);
    tcase_add_loop_test(cases, test_spec__no_failure_shows_a_secret, 0, ROWS(leaky));
}

int
main(void) {
    return suite_run("spec", fill, 20);
}
