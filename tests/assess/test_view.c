/* lib/assess/view: a view as destination. */
#include "fixture.h"

#define HELD  (PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_TRUNCATE)
#define ABLE  (WRITE_INSERT | WRITE_UPDATE)
#define MAY   (WRITTEN_INSERT | WRITTEN_UPDATE)
#define SOME  (WRITTEN_INSERT_SOME | WRITTEN_UPDATE_SOME)
#define OTHER WRITTEN_BY_OTHER
#define REFUSED(what)                                                                          \
    "failure NOT_WRITABLE app.w: no row can " what                                             \
    ": PostgreSQL can't tell which table a row of this view belongs to\n"
#define LACKS(what)                                                                            \
    "failure VIEW_UNWRITABLE app.w: nobody can write it: it writes app.t as fred, who "        \
    "lacks " what " there\n"
#define NO_TRUNCATE "failure NOT_WRITABLE app.w: a view can't be truncated\n"
#define NO_UPSERT                                                                              \
    "failure NOT_WRITABLE app.w: ON CONFLICT finds no key in a view that has INSTEAD OF "      \
    "triggers\n"
#define UNKNOWN "? view app.w EXECUTE\n"

static const struct {
    uint32_t needs;
    uint32_t view;       /* WRITE_* */
    uint32_t written;    /* WRITTEN_* at the table app.t; 0 where that is not known */
    uint32_t called;     /* by the view's query */
    const char *lacking; /* what is not met */
    const char *findings;
} views[] = {
    {0, ABLE, MAY | OTHER | WRITTEN_TABLE, 0, "", ""},
    {0, ABLE, MAY | WRITTEN_TABLE, 0, "", ""},
    {0, ABLE, WRITTEN_TABLE, 0, "no table app.t INSERT\nno table app.t UPDATE\n", ""},
    {0, ABLE, WRITTEN_INSERT | WRITTEN_TABLE, 0, "no table app.t UPDATE\n", ""},
    {PGCS_NEED_INSERT_ONLY, ABLE, WRITTEN_INSERT | WRITTEN_TABLE, 0, "", ""},
    {0, ABLE, SOME | WRITTEN_TABLE, 0, "? table app.t INSERT\n? table app.t UPDATE\n", ""},
    {0, ABLE, OTHER | WRITTEN_TABLE, 0, "", LACKS("INSERT") LACKS("UPDATE")},
    {PGCS_NEED_INSERT_ONLY, ABLE, OTHER | WRITTEN_TABLE, 0, "", LACKS("INSERT")},
    {0, ABLE, SOME | OTHER | WRITTEN_TABLE, 0, UNKNOWN, ""},
    {0, ABLE, MAY | OTHER, 0, UNKNOWN, ""}, /* a view, behind which nothing is known */
    {0, ABLE, 0, 0, UNKNOWN, ""},
    {0, 0, 0, 0, "", REFUSED("come in") REFUSED("change")},
    {PGCS_NEED_INSERT_ONLY, 0, 0, 0, "", REFUSED("come in")},
    {0, WRITE_INSERT | WRITE_INSERT_TRIGGER, 0, 0, "", REFUSED("change")},
    {0, ABLE | WRITE_INSERT_TRIGGER | WRITE_UPDATE_TRIGGER, 0, 0, "", ""},
    {PGCS_NEED_INSERT_ONLY, ABLE | WRITE_UPDATE_TRIGGER | WRITE_UPDATE_AS_ROLE,
     MAY | OTHER | WRITTEN_TABLE, 0, "", ""},
    {0, ABLE | WRITE_UPDATE_TRIGGER | WRITE_UPDATE_AS_ROLE, MAY | OTHER | WRITTEN_TABLE, 0, "",
     "warning TRIGGER_RUNS_AS_ROLE app.w: an INSTEAD OF trigger runs with the privileges of "
     "this role\n"},
    {0, ABLE | WRITE_INSERT_RULE, MAY | OTHER | WRITTEN_TABLE, 0, "",
     "warning REWRITTEN app.w: a rule does something else with what is written, or more\n"},
    {0, ABLE, MAY | OTHER | WRITTEN_TABLE | WRITTEN_HIDDEN, 0, "",
     "warning ROW_SECURITY app.w: row level security of the table behind it may refuse rows\n"},
    {0, ABLE, MAY | OTHER | WRITTEN_TABLE, CALL_QUERY, UNKNOWN, ""},
    {0, ABLE, MAY | OTHER | WRITTEN_TABLE, CALL_QUERY | CALL_ALLOWED, "", ""},
    {PGCS_NEED_TRUNCATE, ABLE, MAY | OTHER | WRITTEN_TABLE, 0, "", NO_TRUNCATE},
    {PGCS_NEED_UPSERT, ABLE, MAY | OTHER | WRITTEN_TABLE, 0, UNKNOWN, ""},
    {PGCS_NEED_UPSERT, ABLE | WRITE_INSERT_TRIGGER | WRITE_UPDATE_TRIGGER, 0, 0, "", NO_UPSERT},
};

/* View app.w of table app.t, of which nothing but that is known. */
static struct report_builder *
view(void) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_object(builder, PGCS_OBJECT_VIEW, "app", "w", HELD);
    add_piece(builder, PIECE_VIEW, "app", "w", "", 0, TEXTS("fred"));
    add_piece(builder, PIECE_COLUMN, "app", "w", "a", 0, TEXTS("integer"));
    add_piece(builder, PIECE_TABLE, "app", "t", "", TABLE_OUT_OF_SCOPE, NULL);
    return builder;
}

/* A step of what the view writes to. */
static void
add_step(struct report_builder *builder, uint32_t order, uint32_t flags) {
    struct piece piece = {
        .kind = PIECE_WRITE,
        .schema = name_of(builder, "app"),
        .relation = name_of(builder, "w"),
        .order = order,
        .flags = flags,
        .name = slice_of(""),
        .texts = {slice_of("app"), slice_of("t"), slice_of("olga"), slice_of("fred")},
    };
    report_add_piece(builder, &piece);
}

static const pgcs_assessment *
assess_view(struct report_builder *builder, uint32_t flags) {
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION, flags);
    ck_assert_int_eq(pgcs_needs_add_table(needs, "app", "w", NULL), PGCS_OK);
    const pgcs_report *report = fixture_finish(builder);
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    pgcs_report_unref(report);
    pgcs_needs_free(needs);
    return assessment;
}

/* The lines of needs that are not met. */
static void
check_lacking(const pgcs_assessment *assessment, const char *expected) {
    char *text = needs_text(assessment), *met = strstr(text, "yes ");
    ck_assert_ptr_nonnull(met);
    *met = '\0';
    ck_assert_str_eq(text, expected);
    free(text);
}

START_TEST(test_view__as_destination) {
    struct report_builder *builder = view();
    add_step(builder, 0, views[_i].view);
    if (views[_i].written != 0)
        add_step(builder, 1, views[_i].written);
    if (views[_i].called != 0)
        add_piece(builder, PIECE_CALL, "app", "w", "", views[_i].called,
                  TEXTS("app", "f", "", "fred"));
    const pgcs_assessment *assessment = assess_view(builder, views[_i].needs);
    check_lacking(assessment, views[_i].lacking);
    check_findings(assessment, views[_i].findings);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* What rows call behind the view, which sequences they take from, and triggers there. */
START_TEST(test_view__what_rows_meet_behind_it) {
    struct report_builder *builder = view();
    add_step(builder, 0, ABLE);
    add_step(builder, 1, MAY | OTHER | WRITTEN_TABLE);
    add_piece(builder, PIECE_CALL, "app", "t", "", CALL_CHECK, TEXTS("lib", "f", "", "fred"));
    add_piece(builder, PIECE_CALL, "app", "t", "", CALL_POLICY_INSERT,
              TEXTS("lib", "g", "", "fred"));
    add_piece(builder, PIECE_SEQUENCE, "app", "t", "id", SEQUENCE_DEFAULT | SEQUENCE_JUDGED,
              TEXTS("app", "q"));
    add_piece(builder, PIECE_SEQUENCE, "app", "t", "no", SEQUENCE_OWNED | SEQUENCE_JUDGED,
              TEXTS("app", "r"));
    add_piece(builder, PIECE_TRIGGER, "app", "t", "x", TRIGGER_RUNS_AS_ROLE | TRIGGER_ON_INSERT,
              NULL);
    const pgcs_assessment *assessment = assess_view(builder, 0);
    check_lacking(assessment, "no sequence app.q USAGE\nno function lib.f() EXECUTE\n");
    check_findings(assessment,
                   "warning TRIGGER_RUNS_AS_ROLE app.t: the trigger x runs with the "
                   "privileges of this role\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* Nothing is asked of a column that can't be written, and nothing known without structure. */
START_TEST(test_view__columns) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_object(builder, PGCS_OBJECT_VIEW, "app", "w", 0);
    add_object_of(builder, "olga", PGCS_OBJECT_COLUMN, "app", "w", "a", PGCS_PRIV_INSERT);
    add_piece(builder, PIECE_VIEW, "app", "w", "", 0, TEXTS("fred"));
    add_piece(builder, PIECE_COLUMN, "app", "w", "a", 0, TEXTS("integer"));
    add_piece(builder, PIECE_COLUMN, "app", "w", "n", 0, TEXTS("integer"));
    add_piece(builder, PIECE_WRITE, "app", "w", "n", 0, NULL);
    const pgcs_assessment *assessment = assess_view(builder, PGCS_NEED_INSERT_ONLY);
    check_lacking(assessment, UNKNOWN);
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_view__as_destination, 0, ROWS(views));
    tcase_add_test(cases, test_view__what_rows_meet_behind_it);
    tcase_add_test(cases, test_view__columns);
}

int
main(void) {
    return suite_run("assess view", fill, 10);
}
