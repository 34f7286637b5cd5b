/* lib/spec/env.c: the world outside the text, and specs in variables. */
#include "spec/env.h"

#include "spec/show.h"

START_TEST(test_env__variables_are_set_replaced_and_taken_back) {
    pgcs_env *env = pgcs_env_new();
    ck_assert_int_eq(pgcs_env_set_variable(env, "A", "1", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_env_set_variable(env, "B", "2", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_env_set_variable(env, "A", "3", NULL), PGCS_OK);
    ck_assert_str_eq(env_get(env, "A"), "3");
    ck_assert_str_eq(env_get(env, "B"), "2");
    ck_assert_int_eq(pgcs_env_set_variable(env, "A", NULL, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_env_set_variable(env, "C", NULL, NULL), PGCS_OK);
    ck_assert_ptr_null(env_get(env, "A"));
    ck_assert_str_eq(env_get(env, "B"), "2");
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_env_set_variable(env, "A=B", "1", &error), PGCS_ERR_BAD_VALUE);
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_env_set_variable(env, "", "1", NULL), PGCS_ERR_BAD_VALUE);
    pgcs_env_free(env);
    pgcs_env_free(NULL);
}
END_TEST

START_TEST(test_env__captures_what_libpq_reads_and_nothing_else) {
    setenv("PGHOST", "somewhere", 1);
    setenv("PGSERVICEFILE", "/nowhere", 1);
    setenv("PGNONSENSE", "x", 1);
    setenv("USER_DEFINED_A", "postgresql://h", 1);
    pgcs_env *env = pgcs_env_new();
    ck_assert_int_eq(pgcs_env_capture(env, NULL), PGCS_OK);
    ck_assert_str_eq(env_get(env, "PGHOST"), "somewhere");
    ck_assert_str_eq(env_get(env, "PGSERVICEFILE"), "/nowhere");
    ck_assert_ptr_null(env_get(env, "PGNONSENSE"));
    ck_assert_ptr_null(env_get(env, "USER_DEFINED_A"));
    ck_assert_ptr_nonnull(env_get(env, ENV_USER));
    ck_assert_int_eq(pgcs_env_capture_variable(env, "USER_DEFINED_A", NULL), PGCS_OK);
    ck_assert_str_eq(env_get(env, "USER_DEFINED_A"), "postgresql://h");
    pgcs_env_free(env);
}
END_TEST

START_TEST(test_env__keeps_files) {
    pgcs_env *env = pgcs_env_new();
    ck_assert_ptr_null(env_passfile(env).data);
    ck_assert_int_eq(pgcs_env_set_passfile(env, "a\0b", 3, NULL), PGCS_OK);
    ck_assert_uint_eq(env_passfile(env).size, 3);
    ck_assert_int_eq(pgcs_env_set_passfile(env, "", 0, NULL), PGCS_OK);
    ck_assert_ptr_nonnull(env_passfile(env).data);
    ck_assert_int_eq(pgcs_env_set_servicefile(env, "[x]", 3, NULL), PGCS_OK);
    ck_assert_mem_eq(env_servicefile(env).data, "[x]", 3);
    ck_assert_int_eq(pgcs_env_set_servicefile(env, NULL, 0, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_env_set_passfile(env, "", LIMIT_ENV_FILE + 1, NULL), PGCS_ERR_LIMIT);
    pgcs_env_free(env);
}
END_TEST

static const struct {
    const char *name;
    const char *prefix;
    const char *value;   /* NULL: not set */
    const char *values;  /* NULL: refused */
    const char *message; /* when refused */
} variables[] = {
    {"USER_DEFINED_DB", NULL, "postgresql://u@h/d", "user=<u> dbname=<d> host=<h>", NULL},
    {"USER_DEFINED_DB", NULL, "host=h", "host=<h>", NULL},
    {"DB", NULL, "postgresql://u@h/d", NULL,
     "not a variable that may be read for a connection"},
    {"user_defined_DB", NULL, "host=h", NULL,
     "not a variable that may be read for a connection"},
    {"USER_DEFINED_", NULL, "host=h", NULL, "not a variable that may be read for a connection"},
    {"postgresql://u:p@h/d", "", "host=h", NULL,
     "not a variable that may be read for a connection"},
    {"DB", "", "host=h", "host=<h>", NULL},
    {"MY_DB", "MY_", "host=h", "host=<h>", NULL},
    {"USER_DEFINED_DB", "MY_", "host=h", NULL,
     "not a variable that may be read for a connection"},
    {"USER_DEFINED_DB", NULL, NULL, NULL,
     "environment variable \"USER_DEFINED_DB\" is not set"},
    {"USER_DEFINED_DB", NULL, "", NULL, "environment variable \"USER_DEFINED_DB\" is empty"},
    {"USER_DEFINED_DB", NULL, "mysql://u:p@h/d", NULL, "not the scheme of a PostgreSQL URI"},
};

START_TEST(test_env__reads_specs_from_variables) {
    pgcs_env *env = pgcs_env_new();
    pgcs_error *error = NULL;
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_env_set_variable(env, variables[_i].name, variables[_i].value, NULL),
                     PGCS_OK);
    pgcs_status status = pgcs_spec_parse_variable(env, variables[_i].name, variables[_i].prefix,
                                                  0, &spec, &error);
    if (variables[_i].values != NULL) {
        ck_assert_int_eq(status, PGCS_OK);
        check_values(spec, variables[_i].values);
    } else {
        ck_assert_int_ne(status, PGCS_OK);
        ck_assert_str_eq(pgcs_error_message(error), variables[_i].message);
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
    }
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_env__variables_are_set_replaced_and_taken_back);
    tcase_add_test(cases, test_env__captures_what_libpq_reads_and_nothing_else);
    tcase_add_test(cases, test_env__keeps_files);
    tcase_add_loop_test(cases, test_env__reads_specs_from_variables, 0, ROWS(variables));
}

int
main(void) {
    return suite_run("env", fill, 20);
}
