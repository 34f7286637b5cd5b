/* lib/report/identifier: names that need quotes, and names that don't. */
#include "report/identifier.h"

#include "suite.h"

static const struct {
    const char *name, *sql;
} names[] = {
    {"orders", "orders"},
    {"_a1", "_a1"},
    {"name", "name"}, /* a keyword that needs no quotes */
    {"", "\"\""},
    {"1a", "\"1a\""},
    {"Orders", "\"Orders\""},
    {"a b", "\"a b\""},
    {"a.b", "\"a.b\""},
    {"a$", "\"a$\""},
    {"a\"b", "\"a\"\"b\""},
    {"\"", "\"\"\"\""},
    {"back\\slash", "\"back\\slash\""},
    {"a\nb", "\"a\nb\""},
    {"caf\xc3\xa9", "\"caf\xc3\xa9\""},
    {"all", "\"all\""}, /* the first and the last of the table, and some between */
    {"xmltable", "\"xmltable\""},
    {"user", "\"user\""},
    {"int", "\"int\""},
    {"left", "\"left\""},
    {"json", "\"json\""},
    {"merge_action", "\"merge_action\""},
    {"all_", "all_"},
};

START_TEST(test_identifier__put) {
    struct buf buf = {0};
    identifier_put(&buf, names[_i].name);
    buf_put_char(&buf, '\0');
    ck_assert_str_eq(buf.data, names[_i].sql);
    buf_free(&buf);
}
END_TEST

START_TEST(test_identifier__qualified) {
    struct buf buf = {0};
    identifier_put_qualified(&buf, "Big", "t");
    buf_put_char(&buf, ' ');
    identifier_put_qualified(&buf, NULL, "t");
    buf_put_char(&buf, '\0');
    ck_assert_str_eq(buf.data, "\"Big\".t t");
    buf_free(&buf);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_identifier__put, 0, ROWS(names));
    tcase_add_test(cases, test_identifier__qualified);
}

int
main(void) {
    return suite_run("report identifier", fill, 10);
}
