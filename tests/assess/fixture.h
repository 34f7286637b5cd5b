/*
 * Reports built without a server, and verdicts as text. A fixture is a few lines: what the role
 * "writer" finds in the database "shop", all of it owned by "olga" unless said otherwise.
 */
#ifndef TESTS_ASSESS_FIXTURE_H
#define TESTS_ASSESS_FIXTURE_H

#include <string.h>

#include <pgconnspec/check.h>

#include "assess/assess.h"
#include "assess/script.h"
#include "suite.h"

#define ALL_SECTIONS (PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_STRUCTURE)

static inline struct slice
slice_of(const char *string) {
    return (struct slice){string, string ? strlen(string) : 0};
}

static inline uint32_t
name_of(struct report_builder *builder, const char *name) {
    return name ? report_add_name(builder, name, strlen(name)) : NO_NAME;
}

static inline struct report_builder *
fixture_new(uint32_t sections) {
    struct report_builder *builder = report_builder_new();
    report_set_text(builder, PGCS_FACT_USER, "writer", 6);
    report_note_sections(builder, sections);
    return builder;
}

/* What the role holds on one object. */
static inline void
add_object_of(struct report_builder *builder, const char *owner, pgcs_object_kind kind,
              const char *schema, const char *name, const char *column, uint64_t held) {
    struct object_set set = {
        .held = held, .owner = name_of(builder, owner), .owned = strcmp(owner, "writer") == 0};
    struct object object = {
        .kind = kind,
        .schema = name_of(builder, schema),
        .set = report_add_set(builder, &set),
        .name = slice_of(name),
        .column = slice_of(column),
        .usable = kind != PGCS_OBJECT_DATABASE || held & PGCS_PRIV_CONNECT,
    };
    report_add_object(builder, &object);
}

static inline void
add_object(struct report_builder *builder, pgcs_object_kind kind, const char *schema,
           const char *name, uint64_t held) {
    add_object_of(builder, "olga", kind, schema, name, NULL, held);
}

/* The database, with CONNECT, and a schema on which the role holds @held. */
static inline void
add_schema(struct report_builder *builder, const char *schema, uint64_t held) {
    add_object_of(builder, "dora", PGCS_OBJECT_DATABASE, NULL, "shop", NULL, PGCS_PRIV_CONNECT);
    add_object(builder, PGCS_OBJECT_SCHEMA, NULL, schema, held);
}

/* A row of structure; @texts are up to PIECE_TEXTS, the rest NULL. Columns stand as added. */
static inline void
add_piece(struct report_builder *builder, enum piece_kind kind, const char *schema,
          const char *table, const char *name, uint32_t flags,
          const char *const texts[PIECE_TEXTS]) {
    static uint32_t order = 0;
    struct piece piece = {
        .kind = kind,
        .schema = name_of(builder, schema),
        .relation = name_of(builder, table),
        .order = kind == PIECE_COLUMN ? ++order : 0,
        .flags = flags,
        .name = slice_of(name),
    };
    for (size_t i = 0; texts != NULL && i < PIECE_TEXTS; i++)
        piece.texts[i] = slice_of(texts[i]);
    report_add_piece(builder, &piece);
}
#define TEXTS(...)                                                                             \
    (const char *const[PIECE_TEXTS]) {                                                         \
        __VA_ARGS__                                                                            \
    }

/* A table (object and structure) with columns "id" (key), "a" and "b". */
static inline void
add_table(struct report_builder *builder, const char *schema, const char *table,
          uint64_t held) {
    add_object(builder, PGCS_OBJECT_TABLE, schema, table, held);
    add_piece(builder, PIECE_TABLE, schema, table, "", 0, NULL);
    add_piece(builder, PIECE_COLUMN, schema, table, "id", COLUMN_NOT_NULL | COLUMN_IN_KEY,
              TEXTS("integer"));
    add_piece(builder, PIECE_COLUMN, schema, table, "a", 0, TEXTS("text"));
    add_piece(builder, PIECE_COLUMN, schema, table, "b", 0, TEXTS("text"));
}

static inline const pgcs_report *
fixture_finish(struct report_builder *builder) {
    const pgcs_report *report = NULL;
    struct diag diag;
    ck_assert_int_eq(report_finish(builder, &report, &diag), PGCS_OK);
    return report;
}

/* Judge and let go of @report. */
static inline const pgcs_assessment *
assess_for(const pgcs_report *report, pgcs_purpose purpose, uint32_t flags) {
    const pgcs_assessment *assessment = NULL;
    pgcs_needs *needs = pgcs_needs_new(purpose, flags);
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
    return assessment;
}

/* A line for each need: "no table app.t INSERT", "yes", "?"; a column behind a dot. */
static inline char *
needs_text(const pgcs_assessment *assessment) {
    struct buf buf = {0};
    pgcs_need *need = pgcs_need_new(assessment);
    while (pgcs_need_next(need)) {
        static const char *const met[] = {"?", "no", "yes"};
        const char *schema = pgcs_need_schema(need), *column = pgcs_need_column(need);
        const char *privilege = pgcs_privilege_name(pgcs_need_privilege(need));
        buf_printf(&buf, "%s %s %s%s%s%s%s %s\n", met[pgcs_need_is_met(need) + 1],
                   pgcs_object_kind_name(pgcs_need_object_kind(need)), schema ? schema : "",
                   schema ? "." : "", pgcs_need_object(need), column ? "." : "",
                   column ? column : "", privilege ? privilege : "ownership");
        ck_assert_ptr_nonnull(pgcs_need_reason(need));
        ck_assert_int_eq(pgcs_need_remedy(need) != NULL, pgcs_need_is_met(need) == 0);
    }
    pgcs_need_free(need);
    buf_put_char(&buf, '\0');
    char *copy = strdup(buf.data);
    buf_free(&buf);
    return copy;
}

/* A line for each finding: severity, name without PGCS_VERDICT_, message. */
static inline char *
findings_text(const pgcs_assessment *assessment) {
    struct buf buf = {0};
    pgcs_findings *findings = pgcs_findings_new(pgcs_assessment_report(assessment), 0);
    while (pgcs_findings_next(findings))
        buf_printf(&buf, "%s %s %s\n", pgcs_severity_name(pgcs_finding_severity(findings)),
                   pgcs_finding_name(findings) + strlen("PGCS_VERDICT_"),
                   pgcs_finding_message(findings));
    pgcs_findings_free(findings);
    buf_put_char(&buf, '\0');
    char *copy = strdup(buf.data);
    buf_free(&buf);
    return copy;
}

static inline void
check_needs(const pgcs_assessment *assessment, const char *expected) {
    char *text = needs_text(assessment);
    ck_assert_str_eq(text, expected);
    free(text);
}

static inline void
check_findings(const pgcs_assessment *assessment, const char *expected) {
    char *text = findings_text(assessment);
    ck_assert_str_eq(text, expected);
    free(text);
}

static inline void
check_script(const pgcs_assessment *assessment, const char *expected) {
    const pgcs_text *script = NULL;
    ck_assert_int_eq(pgcs_assessment_script(assessment, &script, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(script), expected);
    pgcs_text_unref(script);
}

#endif
