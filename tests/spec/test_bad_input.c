/*
 * Input that nobody types: zero bytes, passwords of 64 KiB, ten thousand hosts,
 * percent-encoding of percent-encoding. All of it goes the whole way: read with all flags,
 * judged, normalized, written in every form, and shown. tests/bench counts the instructions,
 * tests/fuzz makes up more.
 */
#include <stdio.h>

#include "spec/show.h"

#define ALL      (PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN)
#define PASSWORD ((size_t)64 << 10)
#define HOSTS    10000

/* @head, then @unit @count times, then @tail. Free it. */
static char *
repeat(const char *head, const char *unit, size_t count, const char *tail) {
    struct buf out = {.limit = 0};
    buf_put_string(&out, head);
    for (size_t i = 0; i < count; i++)
        buf_put_string(&out, unit);
    buf_put_string(&out, tail);
    buf_put(&out, "", 1);
    return out.data;
}

/* Everything that can be asked of a spec. */
static void
use(const pgcs_spec *spec) {
    const pgcs_report *report = NULL;
    const pgcs_spec *normal = NULL;
    ck_assert_int_eq(pgcs_spec_validate(spec, 0, &report, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_normalize(spec, 0, &normal, NULL), PGCS_OK);
    for (pgcs_format format = PGCS_FORMAT_URI; format <= PGCS_FORMAT_NPGSQL; format++) {
        const pgcs_text *text = NULL;
        pgcs_status status = pgcs_spec_write(normal, format, PGCS_WRITE_SECRETS, &text, NULL);
        ck_assert(status == PGCS_OK || status == PGCS_ERR_NOT_EXPRESSIBLE);
        pgcs_text_unref(text);
    }
    pgcs_spec_unref(normal);
    pgcs_report_unref(report);
}

static void
go_all_the_way(const char *text, size_t size) {
    for (uint32_t flags = 0; flags <= ALL + PGCS_PARSE_RFC3986; flags += PGCS_PARSE_FOREIGN) {
        const pgcs_spec *spec = NULL;
        pgcs_error *error = NULL;
        if (pgcs_spec_parse(text, size, flags, &spec, &error) == PGCS_OK)
            use(spec);
        else
            ck_assert_ptr_nonnull(pgcs_error_message(error));
        pgcs_spec_unref(spec);
        pgcs_error_free(error);
    }
    const pgcs_text *shown = NULL;
    ck_assert_int_eq(pgcs_redact(text, size, &shown, NULL), PGCS_OK);
    pgcs_text_unref(shown);
}

static const char *const fronts[] = {
    "postgresql://u:p@h:1/d?sslmode=require", "host=h password='p' sslmode=require",
    "Host=h;Username=u;Password=p", "jdbc:postgresql://h/d?user=u", "pgsql:host=h;user=u"};

/* A zero byte in every place of every form: never a value that ends there. */
START_TEST(test_bad_input__zero_bytes) {
    char text[64];
    size_t size = strlen(fronts[_i]);
    for (size_t at = 0; at <= size; at++) {
        memcpy(text, fronts[_i], at);
        text[at] = '\0';
        memcpy(text + at + 1, fronts[_i] + at, size - at);
        for (uint32_t flags = 0; flags <= ALL; flags += PGCS_PARSE_FOREIGN) {
            const pgcs_spec *spec = NULL;
            pgcs_error *error = NULL;
            ck_assert_int_eq(pgcs_spec_parse(text, size + 1, flags, &spec, &error),
                             PGCS_ERR_ENCODING);
            ck_assert_int_eq(pgcs_error_offset(error), (int64_t)at);
            ck_assert_ptr_null(spec);
            pgcs_error_free(error);
        }
        go_all_the_way(text, size + 1);
    }
}
END_TEST

static const struct {
    const char *head, *unit, *tail;
} passwords[] = {
    {"postgresql://u:", "x", "@h/d"},     {"postgresql://u:", "%25", "@h/d"},
    {"postgresql://u:", "@", "@h/d"},     {"postgresql://u:", "/", "@h/d"},
    {"postgresql://u:", "%", "@h/d"},     {"postgresql://h/d?password=", "y", ""},
    {"host=h password='", "\\'", "'"},    {"host=h password=", "\\ ", ""},
    {"Host=h;Password=\"", "\"\"", "\""}, {"pgsql:host=h;password=", "z", ";user=u"},
    {"postgresql://u:p@h/", "&", "=x"},   {"postgresql://u:p@h/d?schema=", "%20", ""},
};

START_TEST(test_bad_input__long_passwords) {
    size_t unit = strlen(passwords[_i].unit);
    char *text =
        repeat(passwords[_i].head, passwords[_i].unit, PASSWORD / unit, passwords[_i].tail);
    go_all_the_way(text, strlen(text));
    free(text);
}
END_TEST

/* What is 64 KiB long comes back byte by byte. */
START_TEST(test_bad_input__a_long_password_comes_back) {
    char *password = repeat("", "%25@'\\\" ", PASSWORD / 8, "");
    for (pgcs_format format = PGCS_FORMAT_URI; format <= PGCS_FORMAT_KEYWORDS; format++) {
        pgcs_builder *builder = pgcs_builder_new();
        const pgcs_spec *spec = NULL;
        const pgcs_text *text = NULL;
        ck_assert_int_eq(
            pgcs_builder_set(builder, "password", password, strlen(password), NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_spec_write(spec, format, PGCS_WRITE_SECRETS, &text, NULL),
                         PGCS_OK);
        const pgcs_spec *again = read_good(pgcs_text_data(text));
        ck_assert_str_eq(pgcs_spec_get(again, "password"), password);
        pgcs_spec_unref(again);
        pgcs_text_unref(text);
        pgcs_spec_unref(spec);
        pgcs_builder_free(builder);
    }
    free(password);
}
END_TEST

static const struct {
    const char *head, *unit, *tail;
    size_t hosts; /* HOSTS, or 0 where it is no list */
} lists[] = {
    {"postgresql://u:p@h", ",h", "/d", HOSTS},
    {"postgresql://u:p@[::1]:1", ",[::1]:1", "/d", HOSTS},
    {"postgresql://h", ",", "/d", HOSTS},
    {"host=h", ",/tmp", " port=1", HOSTS},
    {"hostaddr=::1", ",1.2.3.4", "", HOSTS},
    {"host=h port=1", ",1", "", 0},
    {"Host=h:1", ",h:1", ";Username=u", 0},
    {"jdbc:postgresql://h:1", ",h:1", "/d", 0},
};

START_TEST(test_bad_input__ten_thousand_hosts) {
    char *text = repeat(lists[_i].head, lists[_i].unit, HOSTS - 1, lists[_i].tail);
    if (lists[_i].hosts > 0) {
        const pgcs_spec *spec = read_good(text);
        ck_assert_uint_eq(pgcs_spec_host_count(spec), HOSTS);
        pgcs_spec_unref(spec);
    }
    go_all_the_way(text, strlen(text));
    free(text);
}
END_TEST

/* Percent-encoding of percent-encoding is decoded once. */
START_TEST(test_bad_input__deep_encoding) {
    static const char *const parts[][2] = {{"postgresql://u:", "@h/d"},
                                           {"postgresql://", ":p@h/d"},
                                           {"postgresql://u:p@h/", ""},
                                           {"postgresql://u:p@h/d?options=", ""}};
    static const char *const keys[] = {"password", "user", "dbname", "options"};
    char *deep = repeat("%", "25", 20000, "41"), *once = repeat("%", "25", 19999, "41");
    struct buf text = {.limit = 0};
    buf_printf(&text, "%s", parts[_i][0]);
    buf_put_string(&text, deep);
    buf_put_string(&text, parts[_i][1]);
    buf_put(&text, "", 1);
    const pgcs_spec *spec = read_good(text.data);
    ck_assert_str_eq(pgcs_spec_get(spec, keys[_i]), once);
    pgcs_spec_unref(spec);
    go_all_the_way(text.data, strlen(text.data));
    buf_free(&text);
    free(deep);
    free(once);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_bad_input__zero_bytes, 0, ROWS(fronts));
    tcase_add_loop_test(cases, test_bad_input__long_passwords, 0, ROWS(passwords));
    tcase_add_test(cases, test_bad_input__a_long_password_comes_back);
    tcase_add_loop_test(cases, test_bad_input__ten_thousand_hosts, 0, ROWS(lists));
    tcase_add_loop_test(cases, test_bad_input__deep_encoding, 0, 4);
}

int
main(void) {
    return suite_run("bad_input", fill, 60);
}
