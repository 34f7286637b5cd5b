/* lib/assess/sequence: which privilege a sequence takes, and what is offered for a restart. */
#include "fixture.h"

#define SERIAL   (SEQUENCE_OWNED | SEQUENCE_DEFAULT)
#define IDENTITY SEQUENCE_IDENTITY

/* app.t (id, a, b), all of its privileges held, "id" filled by app.s. */
static const struct {
    unsigned link;
    uint32_t flags;
    uint64_t held;
    int sufficient;
    const char *need; /* on the sequence */
} sequences[] = {
    {SERIAL, 0, 0, 0, "no sequence app.s USAGE\n"},
    {SERIAL, 0, PGCS_PRIV_USAGE, 1, "yes sequence app.s USAGE\n"},
    {SERIAL, 0, PGCS_PRIV_UPDATE, 1, "yes sequence app.s USAGE\n"},
    {SERIAL, 0, PGCS_PRIV_SELECT, 0, "no sequence app.s USAGE\n"},
    {IDENTITY, 0, 0, 1, ""},
    {SEQUENCE_OWNED, 0, 0, 1, ""},
    {SERIAL, PGCS_NEED_SETVAL, 0, 0, "no sequence app.s UPDATE\n"},
    {SERIAL, PGCS_NEED_SETVAL, PGCS_PRIV_USAGE, 0, "no sequence app.s UPDATE\n"},
    {SERIAL, PGCS_NEED_SETVAL, PGCS_PRIV_UPDATE, 1, "yes sequence app.s UPDATE\n"},
    {IDENTITY, PGCS_NEED_SETVAL, 0, 0, "no sequence app.s UPDATE\n"},
    /* owner or setval(): either gives nextval() */
    {SERIAL, PGCS_NEED_RESTART, 0, 0, "no sequence app.s ownership\n"},
    {IDENTITY, PGCS_NEED_RESTART, PGCS_PRIV_UPDATE, 0, "no sequence app.s ownership\n"},
};

static const pgcs_report *
with_sequence(unsigned link, uint64_t held, const char *owner, uint64_t on_table) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_table(builder, "app", "t", on_table);
    add_object_of(builder, owner, PGCS_OBJECT_SEQUENCE, "app", "s", NULL, held);
    add_piece(builder, PIECE_SEQUENCE, "app", "t", "id", link, TEXTS("app", "s"));
    return fixture_finish(builder);
}

START_TEST(test_sequence__need) {
    const pgcs_assessment *assessment =
        assess_for(with_sequence(sequences[_i].link, sequences[_i].held, "olga", ~UINT64_C(0)),
                   PGCS_PURPOSE_DESTINATION, sequences[_i].flags);
    char *needs = needs_text(assessment);
    char *line = strstr(needs, "sequence");
    while (line != NULL && line > needs && line[-1] != '\n')
        line--;
    size_t size = strlen(sequences[_i].need);
    if (size == 0)
        ck_assert_ptr_null(line);
    else
        ck_assert_msg(line && strncmp(line, sequences[_i].need, size) == 0, "%s", needs);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), sequences[_i].sufficient);
    free(needs);
    pgcs_assessment_unref(assessment);
}
END_TEST

START_TEST(test_sequence__its_owner_may_restart_it) {
    const pgcs_assessment *assessment =
        assess_for(with_sequence(SERIAL, PGCS_PRIV_UPDATE, "writer", ~UINT64_C(0)),
                   PGCS_PURPOSE_DESTINATION, PGCS_NEED_RESTART);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), 1);
    check_findings(assessment, "");
    pgcs_assessment_unref(assessment);
}
END_TEST

#define INSERT_ONLY PGCS_NEED_INSERT_ONLY
static const struct {
    uint32_t flags;
    uint64_t on_sequence, on_table;
    const char *script;
} restarts[] = {
    {INSERT_ONLY, 0, PGCS_PRIV_INSERT,
     "-- Only its owner may restart a sequence. To move it with setval() instead, these do:\n"
     "-- As olga, who owns these, or as a superuser:\n"
     "GRANT SELECT (id) ON TABLE app.t TO writer;\n"
     "GRANT UPDATE ON SEQUENCE app.s TO writer;\n"
     "-- To restart it all the same, a superuser can make the role a member of the owner's,\n"
     "-- which gives it all that the owner may do:\n"
     "-- GRANT olga TO writer;\n"},
    {INSERT_ONLY, PGCS_PRIV_UPDATE, PGCS_PRIV_INSERT | PGCS_PRIV_SELECT,
     "-- Only its owner may restart a sequence. As it is, the role may move it with setval().\n"
     "-- To restart it all the same, a superuser can make the role a member of the owner's,\n"
     "-- which gives it all that the owner may do:\n"
     "-- GRANT olga TO writer;\n"},
    /* what is read for setval() is read for UPDATE, too, and granted once */
    {0, 0, PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE,
     "-- As olga, who owns these, or as a superuser:\n"
     "GRANT SELECT (id) ON TABLE app.t TO writer;\n"
     "-- Only its owner may restart a sequence. To move it with setval() instead, these do:\n"
     "-- As olga, who owns these, or as a superuser:\n"
     "GRANT UPDATE ON SEQUENCE app.s TO writer;\n"
     "-- To restart it all the same, a superuser can make the role a member of the owner's,\n"
     "-- which gives it all that the owner may do:\n"
     "-- GRANT olga TO writer;\n"},
    {0, PGCS_PRIV_UPDATE, PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE,
     "-- As olga, who owns these, or as a superuser:\n"
     "GRANT SELECT (id) ON TABLE app.t TO writer;\n"
     "-- Only its owner may restart a sequence. With what is granted above the role may move "
     "it "
     "with setval().\n"
     "-- To restart it all the same, a superuser can make the role a member of the owner's,\n"
     "-- which gives it all that the owner may do:\n"
     "-- GRANT olga TO writer;\n"},
};

START_TEST(test_sequence__setval_is_offered_for_a_restart) {
    const pgcs_assessment *assessment = assess_for(
        with_sequence(IDENTITY, restarts[_i].on_sequence, "olga", restarts[_i].on_table),
        PGCS_PURPOSE_DESTINATION, PGCS_NEED_RESTART | restarts[_i].flags);
    check_script(assessment, restarts[_i].script);
    check_findings(assessment, "warning RESTART_NEEDS_OWNER app.s: only its owner may restart "
                               "this sequence\n");
    pgcs_assessment_unref(assessment);
}
END_TEST

/* Without structure a sequence says which column it belongs to, not whether that is an
 * identity. */
static const struct {
    const char *belongs_to;
    uint32_t flags;
    uint64_t held;
    const char *line;
} unknowns[] = {
    {"app.t.id", 0, 0, "? sequence app.s USAGE\n"},
    {"app.t.id", 0, PGCS_PRIV_USAGE, "yes sequence app.s USAGE\n"},
    {"app.t.id", PGCS_NEED_SETVAL, 0, "no sequence app.s UPDATE\n"},
    {"app.\"t\".\"i\"\"d\"", PGCS_NEED_RESTART, 0, "no sequence app.s ownership\n"},
    {"\"app\".other.id", 0, 0, NULL},
    {"app", 0, 0, NULL},
    {"app.t", 0, 0, NULL},
    {"", 0, 0, NULL},
};

START_TEST(test_sequence__without_structure) {
    struct report_builder *builder = fixture_new(PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_object(builder, PGCS_OBJECT_TABLE, "app", "t", ~UINT64_C(0));
    struct object_set set = {.held = unknowns[_i].held, .owner = name_of(builder, "olga")};
    struct object object = {
        .kind = PGCS_OBJECT_SEQUENCE,
        .schema = name_of(builder, "app"),
        .set = report_add_set(builder, &set),
        .name = slice_of("s"),
        .belongs_to = slice_of(unknowns[_i].belongs_to),
    };
    report_add_object(builder, &object);
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_DESTINATION, unknowns[_i].flags);
    char *needs = needs_text(assessment);
    if (unknowns[_i].line == NULL)
        ck_assert_ptr_null(strstr(needs, "sequence"));
    else
        ck_assert_msg(strstr(needs, unknowns[_i].line) != NULL, "%s", needs);
    free(needs);
    pgcs_assessment_unref(assessment);
}
END_TEST

/* A sequence that the check did not look at: what the structure says of it, and of its schema.
 */
static const struct {
    uint32_t link;
    uint32_t flags;
    int sufficient;
    const char *needs; /* those unmet or unknown */
} far[] = {
    {0, 0, 0, "? sequence far.s USAGE\n"},
    {SEQUENCE_JUDGED, 0, 0, "no sequence far.s USAGE\n"},
    {SEQUENCE_JUDGED | SEQUENCE_USAGE, 0, 1, ""},
    {SEQUENCE_JUDGED | SEQUENCE_UPDATE, 0, 1, ""},
    {SEQUENCE_JUDGED | SEQUENCE_UPDATE, PGCS_NEED_SETVAL, 0, "no schema far USAGE\n"},
    {SEQUENCE_JUDGED | SEQUENCE_SCHEMA, PGCS_NEED_SETVAL, 0, "no sequence far.s UPDATE\n"},
    {SEQUENCE_JUDGED | SEQUENCE_UPDATE | SEQUENCE_SCHEMA, PGCS_NEED_SETVAL, 1, ""},
    {SEQUENCE_JUDGED | SEQUENCE_SCHEMA, PGCS_NEED_RESTART, 0, "no sequence far.s ownership\n"},
    {SEQUENCE_JUDGED | SEQUENCE_SCHEMA | SEQUENCE_MINE | SEQUENCE_UPDATE, PGCS_NEED_RESTART, 1,
     ""},
};

START_TEST(test_sequence__out_of_scope) {
    struct report_builder *builder = fixture_new(ALL_SECTIONS);
    add_schema(builder, "app", PGCS_PRIV_USAGE);
    add_table(builder, "app", "t", ~UINT64_C(0));
    add_piece(builder, PIECE_SEQUENCE, "app", "t", "id", SEQUENCE_DEFAULT | far[_i].link,
              TEXTS("far", "s", far[_i].link & SEQUENCE_MINE ? "writer" : "fred", "zoe"));
    const pgcs_assessment *assessment =
        assess_for(fixture_finish(builder), PGCS_PURPOSE_DESTINATION, far[_i].flags);
    char *needs = needs_text(assessment);
    ck_assert_msg(strncmp(needs, far[_i].needs, strlen(far[_i].needs)) == 0, "%s", needs);
    ck_assert_int_eq(pgcs_assessment_is_sufficient(assessment), far[_i].sufficient);
    free(needs);
    pgcs_assessment_unref(assessment);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_sequence__need, 0, ROWS(sequences));
    tcase_add_test(cases, test_sequence__its_owner_may_restart_it);
    tcase_add_loop_test(cases, test_sequence__setval_is_offered_for_a_restart, 0,
                        ROWS(restarts));
    tcase_add_loop_test(cases, test_sequence__out_of_scope, 0, ROWS(far));
    tcase_add_loop_test(cases, test_sequence__without_structure, 0, ROWS(unknowns));
}

int
main(void) {
    return suite_run("assess sequence", fill, 10);
}
