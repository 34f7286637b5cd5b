/* lib/assess/truncate: what TRUNCATE reaches through foreign keys and partitions. */
#include "fixture.h"

#define BASE (PGCS_PRIV_INSERT | PGCS_PRIV_TRUNCATE)

/*
 * a <- b <- c, d <- d (itself), p partitioned with p1, q -> p1, p1 -> b; e partitioned with f,
 * f with g and h, k with l, k -> e; m with n and o, m -> m. All in app; the role may truncate
 * those with BASE.
 */
static const pgcs_report *
chain(void) {
    static const struct {
        const char *name;
        const char *parent;
        uint64_t held;
    } tables[] = {
        {"a", NULL, BASE}, {"b", NULL, 0},   {"c", NULL, BASE}, {"d", NULL, BASE},
        {"p", NULL, BASE}, {"p1", "p", 0},   {"q", NULL, 0},    {"e", NULL, BASE},
        {"f", "e", 0},     {"g", "f", BASE}, {"h", "f", BASE},  {"k", NULL, BASE},
        {"l", "k", 0},     {"m", NULL, 0},   {"n", "m", BASE},  {"o", "m", BASE},
    };
    static const struct {
        const char *from, *to;
    } keys[] = {{"b", "a"},  {"c", "b"}, {"d", "d"}, {"q", "p1"},
                {"p1", "b"}, {"k", "e"}, {"m", "m"}};
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        bool partitioned = strchr("pefkm", tables[i].name[0]) && tables[i].name[1] == '\0';
        uint32_t flags =
            (partitioned ? TABLE_PARTITIONED : 0) | (tables[i].parent ? TABLE_PARTITION : 0);
        add_object(builder, partitioned ? PGCS_OBJECT_PARTITIONED_TABLE : PGCS_OBJECT_TABLE,
                   "app", tables[i].name, tables[i].held);
        add_piece(builder, PIECE_TABLE, "app", tables[i].name, "", flags,
                  TEXTS(tables[i].parent ? "app" : NULL, tables[i].parent));
        add_piece(builder, PIECE_COLUMN, "app", tables[i].name, "id", 0, TEXTS("integer"));
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        add_piece(builder, PIECE_CONSTRAINT, "app", keys[i].from, "fk", CONSTRAINT_FOREIGN,
                  TEXTS("FOREIGN KEY ...", "app", keys[i].to));
    return fixture_finish(builder);
}

static const pgcs_assessment *
truncate_tables(const char *names, uint32_t flags) {
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION,
                                       PGCS_NEED_TRUNCATE | PGCS_NEED_INSERT_ONLY | flags);
    for (; *names != '\0'; names++) {
        char name[2] = {*names, '\0'};
        ck_assert_int_eq(pgcs_needs_add_table(needs, "app", name, NULL), PGCS_OK);
    }
    const pgcs_report *report = chain();
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
    return assessment;
}

#define REFUSED(table, by)                                                                     \
    "failure TRUNCATE_REFUSED app." table                                                      \
    ": TRUNCATE refuses it, for a foreign key of app." by                                      \
    ", which the job does not have, leads to it\n"

static const struct {
    const char *tables;
    const char *findings;
    const char *in_cascade; /* lines of TRUNCATE on what the job does not have */
} truncates[] = {
    {"a", REFUSED("a", "b"),
     "no table app.b TRUNCATE\nyes table app.c TRUNCATE\n"
     "no table app.p1 TRUNCATE\nno table app.q TRUNCATE\n"},
    {"c", "", ""},
    {"d", "", ""},
    {"p", REFUSED("p1", "q"), "no table app.q TRUNCATE\n"},
    {"pq", "", ""},
    {"ab", REFUSED("b", "c") REFUSED("b", "p1"),
     "yes table app.c TRUNCATE\nno table app.p1 TRUNCATE\nno table app.q TRUNCATE\n"},
    {"abcpq", "", ""},
    /* a key that leads to a partitioned table leads to its partitions */
    {"e", REFUSED("e", "k"), "yes table app.k TRUNCATE\nno table app.l TRUNCATE\n"},
    {"g", REFUSED("g", "k"), "yes table app.k TRUNCATE\nno table app.l TRUNCATE\n"},
    {"gh", REFUSED("g", "k") REFUSED("h", "k"),
     "yes table app.k TRUNCATE\nno table app.l TRUNCATE\n"},
    {"gl", REFUSED("g", "k"), "yes table app.k TRUNCATE\n"},
    {"gk", "", ""},
    {"l", "", ""},
    {"m", "", ""},
    {"n", REFUSED("n", "m"), "no table app.m TRUNCATE\nyes table app.o TRUNCATE\n"},
};

START_TEST(test_truncate__without_cascade) {
    const pgcs_assessment *assessment = truncate_tables(truncates[_i].tables, 0);
    check_findings(assessment, truncates[_i].findings);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_truncate__with_cascade) {
    const pgcs_assessment *assessment =
        truncate_tables(truncates[_i].tables, PGCS_NEED_CASCADE);
    check_findings(assessment, "");
    struct buf buf = {0};
    static const char *const met[] = {"?", "no", "yes"};
    const struct need_row *rows = assessment->needs.rows;
    for (int first = 'a'; first <= 'q'; first++)
        for (size_t i = 0; i < assessment->needs.count; i++)
            if (rows[i].rule == RULE_CASCADE && rows[i].object[0] == first)
                buf_printf(&buf, "%s table app.%s TRUNCATE\n", met[rows[i].met + 1],
                           rows[i].object);
    buf_put_char(&buf, '\0');
    ck_assert_str_eq(buf.data, truncates[_i].in_cascade);
    buf_free(&buf);
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_truncate__without_cascade, 0, ROWS(truncates));
    tcase_add_loop_test(cases, test_truncate__with_cascade, 0, ROWS(truncates));
}

int
main(void) {
    return suite_run("assess truncate", fill, 10);
}
