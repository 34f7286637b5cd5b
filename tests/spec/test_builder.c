/* lib/spec/builder.c: the form with fields. */
#include "spec/builder.h"

#include "spec/show.h"

static const pgcs_spec *
finish_good(pgcs_builder *builder) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_builder_finish(builder, 0, &spec, &error);
    ck_assert_msg(status == PGCS_OK, "%s", pgcs_error_message(error));
    pgcs_builder_free(builder);
    return spec;
}

static void
set_good(pgcs_builder *builder, const char *key, const char *value) {
    ck_assert_int_eq(pgcs_builder_set(builder, key, value, strlen(value), NULL), PGCS_OK);
}

/* What a person types as the host, with a port, and what becomes of it. */
static const struct {
    const char *host;
    int32_t port;
    const char *values; /* NULL when it is refused */
    const char *message;
} hosts[] = {
    {"h", 5432, "host=<h> port=<5432>", NULL},
    {"h", 0, "host=<h>", NULL},
    {"::1", 5432, "host=<::1> port=<5432>", NULL},
    {"::1", 0, "host=<::1>", NULL},
    {"[::1]", 5432, "host=<::1> port=<5432>", NULL},
    {"fe80::1%eth0", 5432, "host=<fe80::1%eth0> port=<5432>", NULL},
    {"[fe80::1%eth0]", 5432, "host=<fe80::1%eth0> port=<5432>", NULL},
    {"/var/run/postgresql", 5432, "host=</var/run/postgresql> port=<5432>", NULL},
    {"@abstract", 0, "host=<@abstract>", NULL},
    {"127.0.0.1", 1, "host=<127.0.0.1> port=<1>", NULL},
    {"h\xc3\xb6st.example", 0, "host=<h\xc3\xb6st.example>", NULL},
    {"", 5432, NULL, "the host is empty"},
    {"h1,h2", 5432, NULL, "a comma in the host"},
    {"h1:5433,h2", 5432, NULL, "a comma in the host"},
    {"h1:5433", 5432, NULL, "a colon in the host"},
    {"h h", 0, NULL, "a character that no host name has"},
    {"h/x", 0, NULL, "a character that no host name has"},
    {"h?x", 0, NULL, "a character that no host name has"},
    {"h#x", 0, NULL, "a character that no host name has"},
    {"u@h", 0, NULL, "a character that no host name has"},
    {"h\n", 0, NULL, "a character that no host name has"},
    {"postgres://u:p@h", 0, NULL, "a URI in place of the host"},
    {"h", -1, NULL, "-1 is not a port"},
    {"h", 65536, NULL, "65536 is not a port"},
    {"h", 70000, NULL, "70000 is not a port"},
    {"h", INT32_MAX, NULL, "2147483647 is not a port"},
};

START_TEST(test_builder__takes_hosts_as_people_type_them) {
    pgcs_builder *builder = pgcs_builder_new();
    pgcs_error *error = NULL;
    pgcs_status status =
        pgcs_builder_add_host(builder, hosts[_i].host, NULL, hosts[_i].port, &error);
    if (hosts[_i].values == NULL) {
        ck_assert_int_eq(status, PGCS_ERR_BAD_VALUE);
        ck_assert_str_eq(pgcs_error_message(error), hosts[_i].message);
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
        ck_assert_ptr_nonnull(pgcs_error_field(error));
        pgcs_error_free(error);
        pgcs_builder_free(builder);
        return;
    }
    ck_assert_msg(status == PGCS_OK, "%s", pgcs_error_message(error));
    const pgcs_spec *spec = finish_good(builder);
    check_values(spec, hosts[_i].values);
    ck_assert_int_eq(pgcs_spec_origin(spec, "host"), PGCS_ORIGIN_BUILDER);
    ck_assert_int_eq(pgcs_spec_offset(spec, "host"), -1);
    pgcs_spec_unref(spec);
}
END_TEST

struct one_host {
    const char *name;
    const char *address;
    int32_t port;
};

static const struct {
    const char *port; /* set on its own before, or NULL */
    struct one_host hosts[3];
    const char *values;
} lists[] = {
    {NULL, {{"a", NULL, 0}, {"b", NULL, 0}}, "host=<a,b>"},
    {NULL, {{"a", NULL, 1}, {"b", NULL, 1}}, "host=<a,b> port=<1>"},
    {NULL, {{"a", NULL, 1}, {"b", NULL, 2}}, "host=<a,b> port=<1,2>"},
    {NULL, {{"a", NULL, 0}, {"b", NULL, 2}}, "host=<a,b> port=<,2>"},
    {NULL, {{"a", NULL, 1}, {"b", NULL, 0}}, "host=<a,b> port=<1,>"},
    {NULL, {{"a", NULL, 1}, {"b", NULL, 1}, {"c", NULL, 3}}, "host=<a,b,c> port=<1,1,3>"},
    {NULL, {{"a", NULL, 0}, {"b", NULL, 0}, {"c", NULL, 3}}, "host=<a,b,c> port=<,,3>"},
    {"6000", {{"a", NULL, 0}, {"b", NULL, 0}}, "host=<a,b> port=<6000>"},
    {"6000", {{"a", NULL, 0}, {"b", NULL, 7}}, "host=<a,b> port=<6000,7>"},
    {"6000", {{"a", NULL, 7}}, "host=<a> port=<7>"},
    {NULL, {{"a", "1.1.1.1", 0}}, "host=<a> hostaddr=<1.1.1.1>"},
    {NULL, {{NULL, "::1", 5}}, "hostaddr=<::1> port=<5>"},
    {NULL, {{NULL, "[::1]", 5}}, "hostaddr=<::1> port=<5>"},
    {NULL, {{"a", NULL, 0}, {"b", "2.2.2.2", 0}}, "host=<a,b> hostaddr=<,2.2.2.2>"},
    {NULL, {{"a", "1.1.1.1", 0}, {"b", NULL, 0}}, "host=<a,b> hostaddr=<1.1.1.1,>"},
    {NULL, {{NULL, "1.1.1.1", 0}, {"b", NULL, 0}}, "host=<,b> hostaddr=<1.1.1.1,>"},
};

START_TEST(test_builder__lines_hosts_up) {
    pgcs_builder *builder = pgcs_builder_new();
    if (lists[_i].port != NULL)
        set_good(builder, "port", lists[_i].port);
    for (int i = 0; i < 3; i++) {
        const struct one_host *host = &lists[_i].hosts[i];
        if (host->name == NULL && host->address == NULL)
            break;
        ck_assert_int_eq(
            pgcs_builder_add_host(builder, host->name, host->address, host->port, NULL),
            PGCS_OK);
    }
    const pgcs_spec *spec = finish_good(builder);
    check_values(spec, lists[_i].values);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_builder__ten_thousand_hosts) {
    pgcs_builder *builder = pgcs_builder_new();
    for (int i = 0; i < 10000; i++)
        ck_assert_int_eq(pgcs_builder_add_host(builder, "host", NULL, 1 + i, NULL), PGCS_OK);
    const pgcs_spec *spec = finish_good(builder);
    ck_assert_uint_eq(pgcs_spec_host_count(spec), 10000);
    ck_assert_int_eq(pgcs_spec_host_port(spec, 9999), 10000);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_builder__an_address_must_be_numeric) {
    pgcs_builder *builder = pgcs_builder_new();
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_builder_add_host(builder, "h", "example.com", 0, &error),
                     PGCS_ERR_BAD_VALUE);
    ck_assert_str_eq(pgcs_error_message(error), "not a numeric address");
    ck_assert_str_eq(pgcs_error_field(error), "hostaddr");
    pgcs_error_free(error);
    pgcs_builder_free(builder);
}
END_TEST

START_TEST(test_builder__empty_and_absent_are_two_things) {
    pgcs_builder *builder = pgcs_builder_new();
    set_good(builder, "password", "");
    set_good(builder, "user", "u");
    set_good(builder, "user", "v");
    set_good(builder, "dbname", "d");
    ck_assert_int_eq(pgcs_builder_unset(builder, "dbname", NULL), PGCS_OK);
    const pgcs_spec *spec = finish_good(builder);
    check_values(spec, "user=<v> password=<>");
    ck_assert_ptr_null(pgcs_spec_get(spec, "dbname"));
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_builder__goes_on_from_a_spec) {
    const pgcs_spec *first = read_good("host=a,b port=7 user=u password=p");
    pgcs_builder *builder = pgcs_builder_new_from(first);
    pgcs_spec_unref(first);
    ck_assert_int_eq(pgcs_builder_add_host(builder, "c", NULL, 0, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_builder_unset(builder, "password", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_builder_set_label(builder, "prod-db-1", NULL), PGCS_OK);
    const pgcs_spec *spec = finish_good(builder);
    check_values(spec, "user=<u> host=<a,b,c> port=<7>");
    ck_assert_str_eq(pgcs_spec_label(spec), "prod-db-1");
    builder = pgcs_builder_new_from(spec);
    pgcs_spec_unref(spec);
    spec = finish_good(builder);
    ck_assert_str_eq(pgcs_spec_label(spec), "prod-db-1");
    pgcs_spec_unref(spec);
}
END_TEST

static const struct {
    const char *label;
    int64_t offset; /* of what is wrong; -2 when nothing is */
} labels[] = {
    {"abc", -2},
    {"a-1", -2},
    {"", -1},
    {"ab", -1},
    {"Abc", 0},
    {"a_b", 1},
    {"abc ", 3},
    {"ab\nc", 2},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaa"
     "a",
     -2},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaa"
     "aa",
     -1},
};

START_TEST(test_builder__labels) {
    pgcs_builder *builder = pgcs_builder_new();
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_builder_set_label(builder, labels[_i].label, &error);
    ck_assert_int_eq(status, labels[_i].offset == -2 ? PGCS_OK : PGCS_ERR_BAD_VALUE);
    if (error != NULL) {
        ck_assert_str_eq(pgcs_error_message(error), "not a name for a connection");
        ck_assert_str_eq(pgcs_error_hint(error),
                         "Use 3 to 100 lower-case letters, digits and hyphens.");
        ck_assert_int_eq(pgcs_error_offset(error), labels[_i].offset);
    }
    pgcs_error_free(error);
    pgcs_builder_free(builder);
}
END_TEST

START_TEST(test_builder__misuse_is_told) {
    pgcs_builder *builder = pgcs_builder_new();
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_builder_set(builder, "hots", "h", 1, &error), PGCS_ERR_UNKNOWN_KEY);
    ck_assert_str_eq(pgcs_error_message(error), "libpq has no parameter \"hots\"");
    ck_assert_str_eq(pgcs_error_hint(error), "Perhaps it should be \"host\".");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_builder_set(builder, "user", "a\0b", 3, &error), PGCS_ERR_ENCODING);
    ck_assert_int_eq(pgcs_error_offset(error), 1);
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_builder_set(builder, "user", NULL, 0, &error), PGCS_ERR_MISUSE);
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_builder_add_host(builder, NULL, NULL, 1, &error), PGCS_ERR_MISUSE);
    ck_assert_str_eq(pgcs_error_message(error), "name and address are both NULL");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_builder_set(NULL, "user", "u", 1, &error), PGCS_ERR_MISUSE);
    pgcs_error_free(error);
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_builder_finish(builder, 1, &spec, &error), PGCS_ERR_UNSUPPORTED);
    pgcs_error_free(error);
    ck_assert_ptr_null(pgcs_builder_new_from(NULL));
    pgcs_builder_free(builder);
    pgcs_builder_free(NULL);
}
END_TEST

/* A piece of a password stays one in a spec that is made of another. */
START_TEST(test_builder__keeps_what_is_private) {
    static const char text[] = "postgresql://u:p@ss@h/d";
    const pgcs_spec *first = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, sizeof text - 1, 0, &first, NULL), PGCS_OK);
    pgcs_builder *builder = pgcs_builder_new_from(first);
    set_good(builder, "dbname", "other");
    const pgcs_spec *spec = finish_good(builder);
    ck_assert_str_eq(pgcs_spec_get(spec, "host"), "ss@h");
    ck_assert_int_eq(pgcs_spec_is_secret(spec, "host"), 1);
    ck_assert_int_eq(pgcs_spec_is_secret(spec, "dbname"), 0);
    pgcs_spec_unref(spec);
    pgcs_spec_unref(first);
}
END_TEST

/* "CODE@offset ..." of what the reader noticed. */
static char *
show_codes(pgcs_builder *builder) {
    const pgcs_spec *spec = NULL;
    const pgcs_report *report = NULL;
    struct buf out = {.limit = 0};
    ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_validate(spec, 170000, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    while (pgcs_findings_next(finding))
        buf_printf(&out, "%s%s@%d", out.size ? " " : "",
                   pgcs_finding_name(finding) + strlen("PGCS_CODE_"),
                   (int)pgcs_finding_offset(finding));
    buf_put(&out, "", 1);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
    return out.data;
}

static const struct {
    const char *key; /* of what happens to the builder, or NULL */
    const char *value;
    const char *said;
} changes[] = {
    {NULL, NULL, "TLS_DROPPED@-1 REPAIRED@-1 TRANSLATED@-1 DROPPED@-1"},
    {"dbname", "e", "TLS_DROPPED@-1 REPAIRED@-1 TRANSLATED@-1 DROPPED@-1"},
    {"password", "q", "TLS_DROPPED@-1 TRANSLATED@-1 DROPPED@-1"},
    {"password", NULL, "TLS_DROPPED@-1 TRANSLATED@-1 DROPPED@-1"},
    {"options", NULL, "TLS_DROPPED@-1 REPAIRED@-1 DROPPED@-1"},
    {"sslmode", "verify-full", "REPAIRED@-1 TRANSLATED@-1 DROPPED@-1"},
    {"sslmode", NULL, "TLS_DROPPED@-1 REPAIRED@-1 TRANSLATED@-1 DROPPED@-1"},
};

/* What a repair changed is told of what is made of the spec, too, as long as it is true. */
START_TEST(test_builder__keeps_what_the_reader_noticed) {
    static const char text[] = "postgresql://u:p/q@h/d?sslaccept=maybe&schema=s&pgbouncer=1";
    const pgcs_spec *first = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, sizeof text - 1,
                                     PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN, &first, NULL),
                     PGCS_OK);
    pgcs_builder *builder = pgcs_builder_new_from(first);
    pgcs_spec_unref(first);
    const char *key = changes[_i].key;
    if (key != NULL && changes[_i].value != NULL)
        set_good(builder, key, changes[_i].value);
    else if (key != NULL)
        ck_assert_int_eq(pgcs_builder_unset(builder, key, NULL), PGCS_OK);
    for (int again = 0; again < 2; again++) {
        char *shown = show_codes(builder);
        ck_assert_str_eq(shown, changes[_i].said);
        free(shown);
    }
    pgcs_builder_free(builder);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_builder__takes_hosts_as_people_type_them, 0, ROWS(hosts));
    tcase_add_loop_test(cases, test_builder__lines_hosts_up, 0, ROWS(lists));
    tcase_add_test(cases, test_builder__ten_thousand_hosts);
    tcase_add_test(cases, test_builder__an_address_must_be_numeric);
    tcase_add_test(cases, test_builder__empty_and_absent_are_two_things);
    tcase_add_test(cases, test_builder__goes_on_from_a_spec);
    tcase_add_test(cases, test_builder__keeps_what_is_private);
    tcase_add_loop_test(cases, test_builder__keeps_what_the_reader_noticed, 0, ROWS(changes));
    tcase_add_loop_test(cases, test_builder__labels, 0, ROWS(labels));
    tcase_add_test(cases, test_builder__misuse_is_told);
}

int
main(void) {
    return suite_run("builder", fill, 20);
}
