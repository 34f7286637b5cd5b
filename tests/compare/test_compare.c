/*
 * lib/compare: each difference by itself, and none where there is none. Both sides begin as the
 * same database; a row says what is added to which.
 */
#include <stdio.h>

#include <pgconnspec/compare.h>

#include "assess/fixture.h"
#include "compare/compare.h"

#define KNOWN (PGCS_SECTION_STRUCTURE | PGCS_SECTION_EXPRESSIONS)
#define ORDER 0xFFu /* of the flags of an addition that has an order; flags are behind it */

struct addition {
    enum piece_kind kind;
    const char *schema, *relation, *name;
    uint32_t flags;
    const char *texts[PIECE_TEXTS];
};

static struct report_builder *
side_new(uint32_t sections) {
    struct report_builder *builder = report_builder_new();
    report_note_sections(builder, sections);
    add_piece(builder, PIECE_SCHEMA, "app", NULL, "", 0, NULL);
    add_piece(builder, PIECE_TABLE, "app", "t", "", 0, NULL);
    add_piece(builder, PIECE_COLUMN, "app", "t", "id", COLUMN_NOT_NULL, TEXTS("integer"));
    add_piece(builder, PIECE_TYPE, "app", "mood", "", TYPE_ENUM, NULL);
    return builder;
}

static void
add_to(struct report_builder *builder, const struct addition *addition) {
    if (addition->kind == PIECE_PARTITION || addition->kind == PIECE_DETAIL)
        report_add_piece(builder,
                         &(struct piece){.kind = addition->kind,
                                         .schema = name_of(builder, addition->schema),
                                         .relation = name_of(builder, addition->relation),
                                         .order = addition->flags & ORDER,
                                         .flags = addition->flags / (ORDER + 1),
                                         .name = slice_of(addition->name),
                                         .texts = {slice_of(addition->texts[0]),
                                                   slice_of(addition->texts[1])}});
    else if (addition->kind != 0)
        add_piece(builder, addition->kind, addition->schema, addition->relation,
                  addition->name ? addition->name : "", addition->flags, addition->texts);
}

static const pgcs_report *
compare_and_free(const pgcs_report *source, const pgcs_report *destination) {
    const pgcs_report *differences = NULL;
    ck_assert_int_eq(pgcs_report_compare(source, destination, 0, &differences, NULL), PGCS_OK);
    pgcs_report_unref(source);
    pgcs_report_unref(destination);
    return differences;
}

/* "severity NAME message" of each finding, a line each. */
static void
check_differences(const pgcs_report *differences, const char *expected) {
    struct buf buf = {0};
    pgcs_findings *findings = pgcs_findings_new(differences, 0);
    while (pgcs_findings_next(findings)) {
        buf_printf(&buf, "%s %s %s\n", pgcs_severity_name(pgcs_finding_severity(findings)),
                   pgcs_finding_name(findings) + strlen("PGCS_DIFFERENCE_"),
                   pgcs_finding_message(findings));
        ck_assert_ptr_nonnull(pgcs_finding_hint(findings));
    }
    pgcs_findings_free(findings);
    buf_put_char(&buf, '\0');
    ck_assert_str_eq(buf.data, expected);
    buf_free(&buf);
    pgcs_report_unref(differences);
}

#define COLUMN(name, flags, ...)                                                               \
    {                                                                                          \
        PIECE_COLUMN, "app", "t", name, flags, {                                               \
            __VA_ARGS__                                                                        \
        }                                                                                      \
    }
#define NOT_NULL COLUMN_NOT_NULL
/* order 1 is the key, 2 the bound */
#define PARTITIONED(order, text)                                                               \
    {                                                                                          \
        PIECE_PARTITION, "app", "t", "", order, {                                              \
            text                                                                               \
        }                                                                                      \
    }
/* order is a DETAIL_* */
#define DETAIL(order, name, ...)                                                               \
    {                                                                                          \
        PIECE_DETAIL, "app", "t", name, order, {                                               \
            __VA_ARGS__                                                                        \
        }                                                                                      \
    }
#define CONSTRAINT(name, flags, ...)                                                           \
    {                                                                                          \
        PIECE_CONSTRAINT, "app", "t", name, flags, {                                           \
            __VA_ARGS__                                                                        \
        }                                                                                      \
    }

static const struct {
    struct addition source, destination;
    const char *differences;
} rows[] = {
    {{0}, {0}, ""},
    {COLUMN("a", 0, "text"), COLUMN("a", 0, "text"), ""},
    {{PIECE_SCHEMA, "new", NULL, NULL, 0, {NULL}},
     {0},
     "failure SCHEMA_MISSING new: the destination has no such schema\n"},
    {{0},
     {PIECE_SCHEMA, "new", NULL, NULL, 0, {NULL}},
     "note SCHEMA_EXTRA new: only the destination has this schema\n"},
    {{PIECE_TABLE, "app", "u", NULL, 0, {NULL}},
     {0},
     "failure TABLE_MISSING app.u: the destination has no such table: its rows have nowhere to "
     "go\n"},
    {{0},
     {PIECE_TABLE, "app", "u", NULL, 0, {NULL}},
     "note TABLE_EXTRA app.u: only the destination has this table\n"},
    {{PIECE_TABLE, "app", "p1", NULL, TABLE_PARTITION, {"app", "p"}},
     {0},
     "warning PARTITION_MISSING app.p1: the destination has no such partition: rows may find "
     "none that takes them\n"},
    {{0},
     {PIECE_TABLE, "app", "p1", NULL, TABLE_PARTITION, {"app", "p"}},
     "note PARTITION_EXTRA app.p1: only the destination has this partition\n"},
    {{PIECE_TABLE, "app", "far", NULL, TABLE_OUT_OF_SCOPE, {NULL}}, {0}, ""},
    {{PIECE_VIEW, "app", "v", NULL, 0, {"olga"}}, {0}, ""},
    {{PIECE_VIEW, "app", "v", NULL, 0, {"olga"}},
     {PIECE_VIEW, "app", "v", NULL, 0, {"fred"}},
     ""},
    {{PIECE_TABLE, "app", "v", NULL, 0, {NULL}},
     {PIECE_VIEW, "app", "v", NULL, 0, {"olga"}},
     "failure TABLE_MISSING app.v: the destination has no such table: its rows have nowhere to "
     "go\n"},
    {{PIECE_VIEW, "app", "v", NULL, 0, {"olga"}},
     {PIECE_TABLE, "app", "v", NULL, 0, {NULL}},
     "note TABLE_EXTRA app.v: only the destination has this table\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_PARTITIONED, {NULL}},
     {PIECE_TABLE, "app", "u", NULL, 0, {NULL}},
     "warning TABLE_KIND app.u: a partitioned table in the source, a table in the "
     "destination\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_PARTITION, {"app", "p"}},
     {PIECE_TABLE, "app", "u", NULL, TABLE_PARTITION, {"app", "q"}},
     "warning PARTITION_PARENT app.u: a partition of app.p in the source, of app.q in the "
     "destination\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_PARTITION, {"app", "p"}},
     {PIECE_TABLE, "app", "u", NULL, TABLE_PARTITION, {"Old", "p"}},
     "warning PARTITION_PARENT app.u: a partition of app.p in the source, of \"Old\".p in the "
     "destination\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_PARTITION, {"app", "p"}},
     {PIECE_TABLE, "app", "u", NULL, 0, {NULL}},
     "warning PARTITION_PARENT app.u: a partition of app.p in the source, of nothing in the "
     "destination\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_UNLOGGED, {NULL}},
     {PIECE_TABLE, "app", "u", NULL, TABLE_FOREIGN, {NULL}},
     "warning TABLE_KIND app.u: an unlogged table in the source, a foreign table in the "
     "destination\n"},
    {PARTITIONED(1, "RANGE (a)"), PARTITIONED(1, "LIST (a)"),
     "warning PARTITIONING app.t: partitioned by RANGE (a) in the source, LIST (a) in the "
     "destination\n"},
    {PARTITIONED(2, "DEFAULT"), PARTITIONED(2, "FOR VALUES FROM (1) TO (9)"),
     "warning PARTITION_BOUND app.t: DEFAULT in the source, FOR VALUES FROM (1) TO (9) in the "
     "destination\n"},
    {COLUMN("a", 0, "integer"), COLUMN("a", 0, "bigint"),
     "note COLUMN_WIDER app.t.a: integer in the source, bigint in the destination, which takes "
     "all of it\n"},
    {COLUMN("a", 0, "numeric(8,2)"), COLUMN("a", 0, "numeric(6,2)"),
     "failure COLUMN_NARROWER app.t.a: numeric(8,2) in the source, numeric(6,2) in the "
     "destination: values may not fit\n"},
    {COLUMN("a", 0, "text"), COLUMN("a", 0, "uuid"),
     "failure COLUMN_TYPE app.t.a: text in the source, uuid in the destination\n"},
    {COLUMN("a", 0, "json"), COLUMN("a", 0, "jsonb"),
     "warning COLUMN_TYPE_KIN app.t.a: json in the source, jsonb in the destination: values "
     "may change on the way\n"},
    {COLUMN("a", 0, "text"),
     {0},
     "failure COLUMN_MISSING app.t.a: the destination has no such column: its values would be "
     "lost\n"},
    {{0},
     COLUMN("a", 0, "text"),
     "note COLUMN_EXTRA app.t.a: only the destination has this column\n"},
    {{0},
     COLUMN("a", NOT_NULL, "text"),
     "failure COLUMN_EXTRA_REQUIRED app.t.a: only the destination has this column, which must "
     "not be null and has no default\n"},
    {{0},
     COLUMN("a", NOT_NULL | COLUMN_HAS_DEFAULT, "text", "''"),
     "note COLUMN_EXTRA app.t.a: only the destination has this column\n"},
    {COLUMN("a", 0, "bigint"), COLUMN("a", 0, "integer"),
     "failure COLUMN_NARROWER app.t.a: bigint in the source, integer in the destination: "
     "values "
     "may not fit\n"},
    {COLUMN("a", 0, "text"), COLUMN("a", NOT_NULL, "text"),
     "failure COLUMN_NOT_NULL app.t.a: may be null in the source, but not in the destination: "
     "the first null breaks a copy\n"},
    {COLUMN("a", NOT_NULL, "text"), COLUMN("a", 0, "text"),
     "note COLUMN_NULLABLE app.t.a: must not be null in the source, but may be in the "
     "destination\n"},
    {COLUMN("a", 0, "text", "'x'"), COLUMN("a", 0, "text"),
     "note COLUMN_DEFAULT app.t.a: the default is 'x' in the source, nothing in the "
     "destination\n"},
    {COLUMN("a", 0, "text", NULL, "x.de"), COLUMN("a", 0, "text", NULL, "x.fr"),
     "warning COLUMN_COLLATION app.t.a: collation x.de in the source, x.fr in the "
     "destination\n"},
    {COLUMN("a", 0, "integer"), COLUMN("a", COLUMN_IDENTITY_ALWAYS, "integer"),
     "failure COLUMN_ALWAYS_IDENTITY app.t.a: always generates its value in the destination "
     "(no "
     "identity in the source): values are refused\n"},
    {COLUMN("a", COLUMN_IDENTITY_ALWAYS, "integer"), COLUMN("a", 0, "integer"),
     "warning COLUMN_IDENTITY app.t.a: GENERATED ALWAYS AS IDENTITY in the source, no identity "
     "in the destination\n"},
    {COLUMN("a", 0, "integer"), COLUMN("a", COLUMN_GENERATED, "integer"),
     "failure COLUMN_GENERATED_HERE app.t.a: is computed in the destination, but not in the "
     "source: its values can't be written\n"},
    {COLUMN("a", COLUMN_GENERATED, "integer"), COLUMN("a", 0, "integer"),
     "warning COLUMN_GENERATED app.t.a: computed and stored in the source, an ordinary column "
     "in the destination\n"},
    {{PIECE_EXPRESSION, "app", "t", "id", 0, {"1"}},
     {PIECE_EXPRESSION, "app", "t", "id", 0, {"2"}},
     "warning COLUMN_EXPRESSION app.t.id: is computed as 1 in the source, as 2 in the "
     "destination\n"},
    {CONSTRAINT("k", CONSTRAINT_PRIMARY, "PRIMARY KEY (id)"),
     {0},
     "warning KEY_MISSING app.t: the destination lacks PRIMARY KEY (id)\n"},
    {{0},
     CONSTRAINT("k", CONSTRAINT_UNIQUE, "UNIQUE (id)"),
     "warning KEY_EXTRA app.t: only the destination has UNIQUE (id)\n"},
    {CONSTRAINT("k", CONSTRAINT_FOREIGN, "FOREIGN KEY (id) ..."),
     {0},
     "note REFERENCE_MISSING app.t: the destination lacks FOREIGN KEY (id) ...\n"},
    {{0},
     CONSTRAINT("k", CONSTRAINT_FOREIGN, "FOREIGN KEY (id) ..."),
     "warning REFERENCE_EXTRA app.t: only the destination has FOREIGN KEY (id) ...\n"},
    {CONSTRAINT("k", CONSTRAINT_CHECK, "CHECK (a)"),
     {0},
     "note CHECK_MISSING app.t: the destination lacks CHECK (a)\n"},
    {{0},
     CONSTRAINT("k", CONSTRAINT_CHECK, "CHECK (a)"),
     "warning CHECK_EXTRA app.t: only the destination has CHECK (a)\n"},
    {{0},
     CONSTRAINT("k", CONSTRAINT_EXCLUDE, "EXCLUDE USING gist (a WITH &&)"),
     "warning CHECK_EXTRA app.t: only the destination has EXCLUDE USING gist (a WITH &&)\n"},
    {CONSTRAINT("k", CONSTRAINT_FOREIGN, "FOREIGN KEY (id) REFERENCES app.p (id)"),
     CONSTRAINT("k", CONSTRAINT_FOREIGN,
                "FOREIGN KEY (id) REFERENCES app.p (id) ON DELETE CASCADE"),
     "warning CONSTRAINT_DIFFERS app.t.k: FOREIGN KEY (id) REFERENCES app.p (id) in the "
     "source, "
     "FOREIGN KEY (id) REFERENCES app.p (id) ON DELETE CASCADE in the destination\n"},
    {CONSTRAINT("k", CONSTRAINT_UNIQUE, "UNIQUE (id)"),
     CONSTRAINT("l", CONSTRAINT_UNIQUE, "UNIQUE (id)"),
     "note CONSTRAINT_NAME app.t: a constraint is called k in the source, l in the "
     "destination\n"},
    {{PIECE_INDEX, "app", "t", "i", 0, {"CREATE UNIQUE INDEX i ON app.t USING btree (a)"}},
     {0},
     "warning UNIQUE_INDEX_MISSING app.t: the destination lacks the unique index USING btree "
     "(a)\n"},
    {{0},
     {PIECE_INDEX, "app", "t", "i", 0, {"CREATE UNIQUE INDEX i ON app.t USING btree (a)"}},
     "warning UNIQUE_INDEX_EXTRA app.t: only the destination has the unique index USING btree "
     "(a)\n"},
    {{PIECE_TRIGGER, "app", "t", "g", 0, {"BEFORE INSERT"}},
     {0},
     "note TRIGGER_MISSING app.t: the destination lacks the trigger g\n"},
    {{0},
     {PIECE_TRIGGER, "app", "t", "g", 0, {"BEFORE INSERT"}},
     "warning TRIGGER_EXTRA app.t: only the destination has the trigger g\n"},
    {{PIECE_TRIGGER, "app", "t", "g", 0, {"BEFORE INSERT"}},
     {PIECE_TRIGGER, "app", "t", "g", 0, {"AFTER INSERT"}},
     "warning TRIGGER_DIFFERS app.t.g: a trigger is BEFORE INSERT in the source, AFTER INSERT "
     "in the destination\n"},
    {{PIECE_TRIGGER, "app", "t", "g", TRIGGER_DISABLED, {"BEFORE INSERT"}},
     {PIECE_TRIGGER, "app", "t", "g", 0, {"BEFORE INSERT"}},
     "warning TRIGGER_DIFFERS app.t.g: a trigger is disabled in the source, enabled in the "
     "destination\n"},
    {{PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer"}},
     {0},
     "failure TYPE_MISSING app.d: the destination has no such type\n"},
    {{0},
     {PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer"}},
     "note TYPE_EXTRA app.d: only the destination has this type\n"},
    {{PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer"}},
     {PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer NOT NULL"}},
     "warning DOMAIN_DIFFERS app.d: integer in the source, integer NOT NULL in the "
     "destination\n"},
    {{PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer", NULL, "integer"}},
     {PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"smallint", NULL, "smallint"}},
     "failure COLUMN_NARROWER app.d: integer in the source, smallint in the destination: "
     "values "
     "may not fit\n"},
    {{PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer CHECK (a)", "k", "integer"}},
     {PIECE_TYPE, "app", "d", NULL, TYPE_DOMAIN, {"integer CHECK (a)", "l", "integer"}},
     "note CONSTRAINT_NAME app.d: a constraint is called k in the source, l in the "
     "destination\n"},
    {{PIECE_TYPE, "app", "c", NULL, TYPE_COMPOSITE, {"a integer"}},
     {PIECE_TYPE, "app", "c", NULL, TYPE_COMPOSITE, {"a text"}},
     "failure TYPE_DIFFERS app.c: a integer in the source, a text in the destination\n"},
    {CONSTRAINT("k", CONSTRAINT_CHECK, "CHECK (a)"),
     CONSTRAINT("k", CONSTRAINT_CHECK, "CHECK (b)"),
     "warning CONSTRAINT_DIFFERS app.t.k: CHECK (a) in the source, CHECK (b) in the "
     "destination\n"},
    {{PIECE_INDEX, "app", "t", "i", 0, {"CREATE UNIQUE INDEX i ON app.t USING btree (a)"}},
     {PIECE_INDEX, "app", "t", "i", 0, {"CREATE UNIQUE INDEX i ON app.t USING btree (b)"}},
     "warning UNIQUE_INDEX_DIFFERS app.t.i: the unique index is USING btree (a) in the source, "
     "USING btree (b) in the destination\n"},
    {{PIECE_TYPE, "app", "x", NULL, TYPE_ENUM, {NULL}},
     {PIECE_TABLE, "app", "x", NULL, 0, {NULL}},
     "failure TYPE_DIFFERS app.x: a type in the source, a table in the destination\n"},
    {{PIECE_LABEL, "app", "mood", "sad", 0, {NULL}},
     {0},
     "failure LABEL_MISSING app.mood: the destination's enum lacks the label sad: rows with it "
     "would be refused\n"},
    {{0},
     {PIECE_LABEL, "app", "mood", "sad", 0, {NULL}},
     "note LABEL_EXTRA app.mood: only the destination's enum has the label sad\n"},
    {{PIECE_EXTENSION, NULL, NULL, "citext", 0, {"1.5"}},
     {0},
     "warning EXTENSION_MISSING the destination lacks the extension citext\n"},
    {{0},
     {PIECE_EXTENSION, NULL, NULL, "citext", 0, {"1.5"}},
     "note EXTENSION_EXTRA only the destination has the extension citext\n"},
    {{PIECE_EXTENSION, NULL, NULL, "citext", 0, {"1.5"}},
     {PIECE_EXTENSION, NULL, NULL, "citext", 0, {"1.6"}},
     "note EXTENSION_VERSION citext: extension: version 1.5 in the source, 1.6 in the "
     "destination\n"},
    {{PIECE_EXTENSION, NULL, NULL, "citext", 0, {"1.5", "public"}},
     {PIECE_EXTENSION, NULL, NULL, "citext", 0, {"1.5", "lib"}},
     "note EXTENSION_SCHEMA citext: the extension is in schema public in the source, lib in "
     "the "
     "destination\n"},
    {{PIECE_COLLATION, NULL, NULL, "app.c", 0, {"libc C C", "app", "c"}},
     {0},
     "warning COLLATION_MISSING app.c: the destination has no such collation\n"},
    {{0},
     {PIECE_COLLATION, NULL, NULL, "app.\"C\"", 0, {"libc C C", "app", "C"}},
     "note COLLATION_EXTRA app.\"C\": only the destination has this collation\n"},
    {{PIECE_COLLATION, NULL, NULL, "app.c", 0, {"ICU und", "app", "c"}},
     {PIECE_COLLATION, NULL, NULL, "app.c", 0, {"ICU und, not deterministic", "app", "c"}},
     "warning COLLATION_DIFFERS app.c: the collation is ICU und in the source, ICU und, not "
     "deterministic in the destination\n"},
    {{PIECE_EXTENSION, NULL, NULL, "z", 0, {"1", "app"}},
     {PIECE_COLLATION, NULL, NULL, "a", 0, {"libc C C", "app", "a"}},
     "warning EXTENSION_MISSING the destination lacks the extension z\n"
     "note COLLATION_EXTRA app.a: only the destination has this collation\n"},
    {{PIECE_TRIGGER, "app", "t", "g", 0, {"BEFORE INSERT"}},
     {PIECE_CONDITION, "app", "t", "g", 0, {"WHEN (a)"}},
     "note TRIGGER_MISSING app.t: the destination lacks the trigger g\n"},
    {{PIECE_RULE, "app", "t", "r", 0, {"ON INSERT"}},
     {0},
     "note RULE_MISSING app.t: the destination lacks the rule r\n"},
    {{0},
     {PIECE_RULE, "app", "t", "r", 0, {"ON INSERT"}},
     "warning RULE_EXTRA app.t: only the destination has the rule r\n"},
    {{PIECE_RULE, "app", "t", "r", 0, {"ON INSERT"}},
     {PIECE_RULE, "app", "t", "r", 0, {"ON UPDATE"}},
     "warning RULE_DIFFERS app.t.r: a rule is ON INSERT in the source, ON UPDATE in the "
     "destination\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_ROW_SECURITY, {NULL}},
     {PIECE_TABLE, "app", "u", NULL, 0, {NULL}},
     "warning ROW_SECURITY app.u: row level security is on in the source, off in the "
     "destination\n"},
    {{PIECE_TABLE, "app", "u", NULL, TABLE_ROW_SECURITY_FORCED, {NULL}},
     {PIECE_TABLE, "app", "u", NULL, TABLE_ROW_SECURITY | TABLE_ROW_SECURITY_FORCED, {NULL}},
     "warning ROW_SECURITY app.u: row level security is off, though forced in the source, on, "
     "for the owner too in the destination\n"},
    {{PIECE_POLICY, "app", "t", "p", 0, {"FOR ALL"}},
     {0},
     "warning POLICY_MISSING app.t: the destination lacks the policy p\n"},
    {{0},
     {PIECE_POLICY, "app", "t", "p", 0, {"FOR ALL"}},
     "warning POLICY_EXTRA app.t: only the destination has the policy p\n"},
    {{PIECE_POLICY, "app", "t", "p", 0, {"FOR ALL"}},
     {PIECE_POLICY, "app", "t", "p", 0, {"FOR SELECT"}},
     "warning POLICY_DIFFERS app.t.p: a policy is FOR ALL in the source, FOR SELECT in the "
     "destination\n"},
    {DETAIL(DETAIL_INHERITS, "", "app.a, app.b"), DETAIL(DETAIL_INHERITS, "", "app.b, app.a"),
     "warning INHERITANCE app.t: a child of app.a, app.b in the source, of app.b, app.a in the "
     "destination\n"},
    {{0},
     DETAIL(DETAIL_INHERITS, "", "app.a"),
     "warning INHERITANCE app.t: a child of no table in the source, of app.a in the "
     "destination\n"},
    {DETAIL(DETAIL_OWN, "", "id"),
     {0},
     "note INHERITANCE_OWN app.t: what it inherits and has of its own, too, is id in the "
     "source, "
     "nothing in the destination\n"},
    {DETAIL(DETAIL_TYPE, "", "app.y"),
     {0},
     "note TABLE_TYPE app.t: a table of type app.y in the source, of none in the "
     "destination\n"},
    {DETAIL(DETAIL_SERVER, "", "one"), DETAIL(DETAIL_SERVER, "", "two"),
     "warning FOREIGN_SERVER app.t: its rows are at the server one in the source, two in the "
     "destination\n"},
    {DETAIL(DETAIL_DETACHED, "", "a partition that is being detached"),
     {0},
     "warning PARTITION_BOUND app.t: a partition that is being detached in the source, a "
     "partition like others in the destination\n"},
    {{0},
     DETAIL(DETAIL_TRIGGER, "g", "disabled"),
     "warning TRIGGER_DIFFERS app.t.g: a trigger is enabled as its parent's in the source, "
     "disabled in the destination\n"},
    {DETAIL(DETAIL_SEQUENCE, "id", "CYCLE", "CACHE 5"),
     DETAIL(DETAIL_SEQUENCE, "id", "CYCLE", "CACHE 5"), ""},
    {DETAIL(DETAIL_SEQUENCE, "id", "INCREMENT BY 2", "CACHE 5"),
     DETAIL(DETAIL_SEQUENCE, "id", "", "CACHE 6"),
     "warning SEQUENCE_DIFFERS app.t.id: its sequence is INCREMENT BY 2 in the source, "
     "ordinary "
     "in the destination\n"
     "note SEQUENCE_DETAILS app.t.id: its sequence is CACHE 5 in the source, CACHE 6 in the "
     "destination\n"},
    {DETAIL(DETAIL_NOT_NULL, "id", "CONSTRAINT a"),
     DETAIL(DETAIL_NOT_NULL, "id", "CONSTRAINT b"),
     "note COLUMN_NOT_NULL_DIFFERS app.t.id: NOT NULL is CONSTRAINT a in the source, "
     "CONSTRAINT "
     "b in the destination\n"},
    {DETAIL(DETAIL_NOT_NULL | (ORDER + 1) * DETAIL_NOT_VALIDATED, "id",
            "CONSTRAINT a NOT VALID"),
     {0},
     "warning COLUMN_NOT_NULL_UNCHECKED app.t.id: NOT NULL is not validated in the source: "
     "nulls "
     "of before would be refused by the destination\n"},
    {{0},
     DETAIL(DETAIL_NOT_NULL | (ORDER + 1) * DETAIL_NOT_VALIDATED, "id",
            "CONSTRAINT a NOT VALID"),
     "note COLUMN_NOT_NULL_DIFFERS app.t.id: NOT NULL is as usual in the source, CONSTRAINT a "
     "NOT VALID in the destination\n"},
    {COLUMN("g", COLUMN_GENERATED, "integer"),
     COLUMN("g", COLUMN_GENERATED | COLUMN_VIRTUAL, "integer"),
     "note COLUMN_GENERATED_STORAGE app.t.g: computed and stored in the source, computed when "
     "read in the destination\n"},
};

START_TEST(test_compare__difference) {
    struct report_builder *source = side_new(KNOWN), *destination = side_new(KNOWN);
    report_set_int(source, PGCS_FACT_SERVER_VERSION, 180000);
    report_set_int(destination, PGCS_FACT_SERVER_VERSION, 180002);
    add_to(source, &rows[_i].source);
    add_to(destination, &rows[_i].destination);
    check_differences(compare_and_free(fixture_finish(source), fixture_finish(destination)),
                      rows[_i].differences);
}
END_TEST

/* Before PostgreSQL 18 NOT NULL has no name, and a trigger's WHEN is an expression. */
START_TEST(test_compare__what_one_side_knows) {
    struct report_builder *source = side_new(KNOWN), *destination = side_new(KNOWN);
    report_set_int(source, PGCS_FACT_SERVER_VERSION, 180000);
    report_set_int(destination, PGCS_FACT_SERVER_VERSION, 170000);
    add_to(source, &(struct addition)DETAIL(DETAIL_NOT_NULL, "id", "CONSTRAINT a"));
    add_piece(source, PIECE_TRIGGER, "app", "t", "g", 0, TEXTS("AFTER INSERT"));
    add_piece(source, PIECE_CONDITION, "app", "t", "g", 0, TEXTS("WHEN (a)"));
    add_piece(destination, PIECE_TRIGGER, "app", "t", "g", 0, TEXTS("AFTER INSERT"));
    check_differences(compare_and_free(fixture_finish(source), fixture_finish(destination)),
                      "warning TRIGGER_DIFFERS app.t.g: a trigger is WHEN (a) in the source, "
                      "without WHEN in the destination\n");
}
END_TEST

START_TEST(test_compare__order_of_columns_and_labels) {
    static const char *const names[] = {"a", "b"};
    struct report_builder *source = side_new(KNOWN), *destination = side_new(KNOWN);
    for (size_t i = 0; i < 2; i++) {
        add_piece(source, PIECE_COLUMN, "app", "t", names[i], 0, TEXTS("text"));
        add_piece(destination, PIECE_COLUMN, "app", "t", names[1 - i], 0, TEXTS("text"));
        struct piece label = {.kind = PIECE_LABEL, .order = (uint32_t)i};
        label.schema = name_of(source, "app");
        label.relation = name_of(source, "mood");
        label.name = slice_of(names[i]);
        report_add_piece(source, &label);
        label.schema = name_of(destination, "app");
        label.relation = name_of(destination, "mood");
        label.name = slice_of(names[1 - i]);
        report_add_piece(destination, &label);
    }
    check_differences(compare_and_free(fixture_finish(source), fixture_finish(destination)),
                      "warning LABEL_ORDER app.mood: the labels stand in another order in the "
                      "destination\nwarning COLUMN_ORDER app.t: the columns stand in another "
                      "order in the destination\n");
}
END_TEST

START_TEST(test_compare__facts) {
    struct report_builder *sides[2] = {side_new(KNOWN), side_new(KNOWN)};
    static const char *const encodings[] = {"UTF8", "LATIN1"};
    static const char *const collations[] = {"C C", "de_DE de_DE"};
    for (size_t i = 0; i < 2; i++) {
        report_set_text(sides[i], PGCS_FACT_ENCODING, encodings[i], strlen(encodings[i]));
        report_set_text(sides[i], PGCS_FACT_COLLATION, collations[i], strlen(collations[i]));
    }
    check_differences(
        compare_and_free(fixture_finish(sides[0]), fixture_finish(sides[1])),
        "warning ENCODING encoding UTF8 in the source, LATIN1 in the destination\n"
        "note COLLATION collation C C in the source, de_DE de_DE in the destination\n");
}
END_TEST

/* What each side saw of the other, identifiers, whether they are standbys; NULL where unknown.
 */
static const struct {
    const char *seen[2], *id[2], *lineage[2], *standby[2];
    const char *difference;
} identities[] = {
    {{"1", "1"}, {"1 5", "1 5"}, {"7 5", "7 5"}, {"0", "0"}, "SAME_DATABASE"},
    {{"0", "1"}, {"1 5", "1 5"}, {"7 5", "7 5"}, {"0", "0"}, "SAME_DATABASE"},
    {{"1", NULL}, {"1 5", "2 5"}, {NULL, NULL}, {"0", "0"}, "SAME_DATABASE"},
    {{"0", "0"}, {"1 5", "1 5"}, {"7 5", "7 5"}, {"0", "0"}, ""},
    {{"0", "0"}, {"1 5", "2 5"}, {"7 5", "7 5"}, {"0", "0"}, ""},
    {{"0", NULL}, {"1 5", "1 5"}, {NULL, NULL}, {"0", "0"}, "PROBABLY_SAME_DATABASE"},
    {{NULL, NULL}, {"1 5", "1 5"}, {NULL, NULL}, {"0", "0"}, "PROBABLY_SAME_DATABASE"},
    {{NULL, NULL}, {"1 5", "1 6"}, {NULL, NULL}, {"0", "0"}, ""},
    {{NULL, NULL}, {"1 5", NULL}, {NULL, NULL}, {NULL, NULL}, ""},
    {{"0", "0"}, {"1 5", "2 5"}, {"7 5", "7 5"}, {"1", "0"}, "SOURCE_IS_STANDBY"},
    {{"0", "0"}, {"1 5", "2 5"}, {"7 5", "8 5"}, {"1", "0"}, ""},
    {{"0", "0"}, {"1 5", "2 5"}, {"7 5", "7 5"}, {"0", "1"}, "DESTINATION_IS_STANDBY"},
    {{"0", "0"}, {"1 5", "2 5"}, {"7 5", "7 5"}, {"1", "1"}, "DESTINATION_IS_STANDBY"},
    {{"0", "0"}, {"1 5", "2 5"}, {"7 5", "7 6"}, {"0", "1"}, "DESTINATION_READ_ONLY"},
    {{"1", "1"}, {"1 5", "1 5"}, {"7 5", "7 5"}, {"1", "1"}, "SAME_DATABASE"},
};

static void
set_fact(struct report_builder *builder, pgcs_fact fact, const char *text) {
    if (text != NULL)
        report_set_text(builder, fact, text, strlen(text));
}

/* The first finding, which is a failure, or none. */
START_TEST(test_compare__identity) {
    const pgcs_report *sides[2];
    for (size_t i = 0; i < 2; i++) {
        struct report_builder *builder = side_new(KNOWN);
        set_fact(builder, PGCS_FACT_PARTNER_SEEN, identities[_i].seen[i]);
        set_fact(builder, PGCS_FACT_DATABASE_ID, identities[_i].id[i]);
        set_fact(builder, PGCS_FACT_LINEAGE, identities[_i].lineage[i]);
        set_fact(builder, PGCS_FACT_IS_STANDBY, identities[_i].standby[i]);
        set_fact(builder, PGCS_FACT_IS_READ_ONLY, identities[_i].standby[i]);
        sides[i] = fixture_finish(builder);
    }
    const pgcs_report *differences = compare_and_free(sides[0], sides[1]);
    pgcs_findings *findings = pgcs_findings_new(differences, PGCS_SEVERITY_FAILURE);
    const char *name = pgcs_findings_next(findings) ? pgcs_finding_name(findings) : NULL;
    ck_assert_str_eq(name ? name + strlen("PGCS_DIFFERENCE_") : "", identities[_i].difference);
    pgcs_findings_free(findings);
    pgcs_report_unref(differences);
}
END_TEST

/* Reports of checks that met leave out what is alike: they fit each other only. */
START_TEST(test_compare__reports_of_a_pair) {
    const uint32_t sections = PGCS_SECTION_DIFFERENCES | PGCS_SECTION_EXPRESSIONS;
    for (uint64_t key = 6; key < 9; key++) {
        struct report_builder *source = side_new(sections),
                              *destination = side_new(key == 8 ? KNOWN : sections);
        report_note_pair(source, 7);
        if (key != 8)
            report_note_pair(destination, key);
        check_differences(
            compare_and_free(fixture_finish(source), fixture_finish(destination)),
            key == 7   ? ""
            : key == 8 ? "failure NOTHING_KNOWN source: its structure is not in its report, so "
                         "there is nothing to compare\n"
                       : "failure NOTHING_KNOWN source: its structure is not in its report, so "
                         "there is nothing to compare\n"
                         "failure NOTHING_KNOWN destination: its structure is not in its "
                         "report, so there is nothing to compare\n");
    }
}
END_TEST

START_TEST(test_compare__without_structure) {
    check_differences(
        compare_and_free(fixture_finish(report_builder_new()), fixture_finish(side_new(KNOWN))),
        "failure NOTHING_KNOWN source: its structure is not in its report, so there is nothing "
        "to compare\n");
}
END_TEST

START_TEST(test_compare__without_tables) {
    struct report_builder *source = report_builder_new();
    report_note_sections(source, KNOWN);
    add_piece(source, PIECE_SCHEMA, "app", NULL, "", 0, NULL);
    add_piece(source, PIECE_TYPE, "app", "mood", "", TYPE_ENUM, NULL);
    add_piece(source, PIECE_TABLE, "app", "t", "", TABLE_OUT_OF_SCOPE, NULL);
    check_differences(
        compare_and_free(fixture_finish(source), fixture_finish(side_new(KNOWN))),
        "warning NO_TABLES the source has no table that was looked at: there is nothing to "
        "copy\n");
}
END_TEST

/* What only one side read makes no difference. */
START_TEST(test_compare__without_expressions) {
    struct report_builder *source = side_new(KNOWN);
    add_piece(source, PIECE_CONSTRAINT, "app", "t", "k", CONSTRAINT_CHECK, TEXTS("CHECK (a)"));
    add_piece(source, PIECE_INDEX, "app", "t", "i", 0, TEXTS("CREATE UNIQUE INDEX ..."));
    add_piece(source, PIECE_PARTITION, "app", "t", "", 0, TEXTS("RANGE (a)"));
    const pgcs_report *destination = fixture_finish(side_new(PGCS_SECTION_STRUCTURE));
    check_differences(
        compare_and_free(fixture_finish(source), destination),
        "note PARTLY_KNOWN checks, expressions of generated columns, partition "
        "keys, unique indexes, rules, policies and conditions of triggers are not "
        "compared\n");
}
END_TEST

START_TEST(test_compare__hostile_and_long_values) {
    char text[400];
    memset(text, 'x', sizeof text);
    memcpy(text + 89, "\xc3\xa9", 2); /* a character across the cut */
    text[sizeof text - 1] = '\0';
    struct report_builder *source = side_new(KNOWN), *destination = side_new(KNOWN);
    add_piece(source, PIECE_COLUMN, "app", "t", "a\nb", 0, TEXTS("text", text));
    add_piece(destination, PIECE_COLUMN, "app", "t", "a\nb", 0, TEXTS("text", "\x1b[31m"));
    text[89] = '\0';
    char expected[600];
    snprintf(
        expected, sizeof expected,
        "note COLUMN_DEFAULT app.t.\"a?b\": the default is %s... in the source, ?[31m in the "
        "destination\n",
        text);
    check_differences(compare_and_free(fixture_finish(source), fixture_finish(destination)),
                      expected);
}
END_TEST

/* Of two long definitions what differs is shown, not what they begin with. */
START_TEST(test_compare__long_values) {
    char one[300], two[300];
    memset(one, 'x', sizeof one);
    one[sizeof one - 1] = '\0';
    memcpy(one + 100, "\xc3\xa9", 2);
    memcpy(two, one, sizeof one);
    one[125] = '1';
    two[125] = '2';
    struct report_builder *source = side_new(KNOWN), *destination = side_new(KNOWN);
    add_piece(source, PIECE_COLUMN, "app", "t", "a", 0, TEXTS("text", one));
    add_piece(destination, PIECE_COLUMN, "app", "t", "a", 0, TEXTS("text", two));
    one[190] = two[190] = '\0'; /* it begins with the whole character */
    char expected[600];
    snprintf(expected, sizeof expected,
             "note COLUMN_DEFAULT app.t.a: the default is ...%s... in the source, ...%s... in "
             "the destination\n",
             one + 100, two + 100);
    check_differences(compare_and_free(fixture_finish(source), fixture_finish(destination)),
                      expected);
}
END_TEST

/* Two constraints under each other's name are found, and are not taken for changed ones. */
START_TEST(test_compare__names_swapped) {
    struct report_builder *source = side_new(KNOWN), *destination = side_new(KNOWN);
    add_piece(source, PIECE_CONSTRAINT, "app", "t", "k", CONSTRAINT_CHECK, TEXTS("CHECK (a)"));
    add_piece(source, PIECE_CONSTRAINT, "app", "t", "l", CONSTRAINT_CHECK, TEXTS("CHECK (b)"));
    add_piece(destination, PIECE_CONSTRAINT, "app", "t", "k", CONSTRAINT_CHECK,
              TEXTS("CHECK (b)"));
    add_piece(destination, PIECE_CONSTRAINT, "app", "t", "l", CONSTRAINT_CHECK,
              TEXTS("CHECK (c)"));
    check_differences(
        compare_and_free(fixture_finish(source), fixture_finish(destination)),
        "warning CHECK_EXTRA app.t: only the destination has CHECK (c)\n"
        "note CHECK_MISSING app.t: the destination lacks CHECK (a)\n"
        "note CONSTRAINT_NAME app.t: a constraint is called l in the source, k in "
        "the destination\n");
}
END_TEST

START_TEST(test_compare__misuse) {
    const pgcs_report *report = fixture_finish(side_new(KNOWN)), *out = NULL;
    ck_assert_int_eq(pgcs_report_compare(NULL, report, 0, &out, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_report_compare(report, NULL, 0, &out, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_report_compare(report, report, 0, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_report_compare(report, report, 1, &out, NULL), PGCS_ERR_UNSUPPORTED);
    ck_assert_ptr_null(out);
    pgcs_report_unref(report);
}
END_TEST

#define WIDER    DIFFERENCE_COLUMN_WIDER
#define NARROWER DIFFERENCE_COLUMN_NARROWER
#define KIN      DIFFERENCE_COLUMN_TYPE_KIN
#define OTHER    DIFFERENCE_COLUMN_TYPE

static const struct {
    const char *source, *destination;
    enum difference difference;
} types[] = {
    {"smallint", "integer", WIDER},
    {"integer", "numeric", WIDER},
    {"bigint", "numeric(8,0)", NARROWER},
    {"bigint", "numeric(18,0)", NARROWER},
    {"bigint", "numeric(19,0)", WIDER},
    {"integer", "numeric(12,2)", WIDER},
    {"integer", "numeric(12,3)", NARROWER},
    {"smallint", "numeric(5,0)", WIDER},
    {"smallint", "numeric(5,-1)", NARROWER},
    {"numeric(8,2)", "numeric(10,2)", WIDER},
    {"numeric(8,2)", "numeric(9,4)", NARROWER},
    {"numeric(8,2)", "numeric", WIDER},
    {"numeric", "numeric(8,2)", NARROWER},
    {"numeric", "bigint", NARROWER},
    {"character varying(10)", "character varying(20)", WIDER},
    {"character varying(20)", "character varying(10)", NARROWER},
    {"character varying(20)", "text", WIDER},
    {"text", "character varying(20)", NARROWER},
    {"timestamp(3) without time zone", "timestamp without time zone", WIDER},
    {"timestamp without time zone", "timestamp(3) without time zone", NARROWER},
    {"timestamp without time zone", "timestamp with time zone", KIN},
    {"character varying(10)[]", "character varying(20)[]", WIDER},
    {"bit varying(3)", "bit varying(5)", WIDER},
    {"bit(3)", "bit(5)", OTHER},
    {"public.vector(3)", "public.vector(4)", OTHER},
    {"public.geometry(Point,4326)", "public.geometry(Polygon,4326)", OTHER},
    {"json", "jsonb", KIN},
    {"jsonb", "json", KIN},
    {"text", "integer", OTHER},
    {"integer", "text", OTHER},
    {"integer[]", "bigint[]", OTHER},
    {"app.mood", "app.other", OTHER},
    {"real", "double precision", WIDER},
};

START_TEST(test_compare__types) {
    ck_assert_int_eq(compare_type_names(types[_i].source, types[_i].destination),
                     types[_i].difference);
}
END_TEST

/* --- all of them ----------------------------------------------------------------------------
 */

static bool
has_row(const char *difference) {
    /* by cases of their own */
    static const char *const others[] = {"NOTHING_KNOWN", "PARTLY_KNOWN", "NO_TABLES",
                                         "COLUMN_ORDER",  "LABEL_ORDER",  "ENCODING",
                                         "COLLATION"};
    for (int i = 0; i < ROWS(others); i++)
        if (strcmp(difference, others[i]) == 0)
            return true;
    for (int i = 0; i < ROWS(identities); i++)
        if (strcmp(difference, identities[i].difference) == 0)
            return true;
    char word[64];
    snprintf(word, sizeof word, " %s ", difference);
    for (int i = 0; i < ROWS(rows); i++)
        if (strstr(rows[i].differences, word) != NULL)
            return true;
    return false;
}

START_TEST(test_compare__each_difference_has_a_row) {
    static const char *const names[] = {
#define X(name, number, severity, sentence, hint) #name,
#include "compare/differences.def"
#undef X
    };
    ck_assert(!has_row("NO_SUCH"));
    for (int i = 0; i < ROWS(names); i++)
        ck_assert_msg(has_row(names[i]), "%s has none", names[i]);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_compare__difference, 0, ROWS(rows));
    tcase_add_test(cases, test_compare__what_one_side_knows);
    tcase_add_test(cases, test_compare__order_of_columns_and_labels);
    tcase_add_test(cases, test_compare__facts);
    tcase_add_loop_test(cases, test_compare__identity, 0, ROWS(identities));
    tcase_add_test(cases, test_compare__reports_of_a_pair);
    tcase_add_test(cases, test_compare__without_structure);
    tcase_add_test(cases, test_compare__without_expressions);
    tcase_add_test(cases, test_compare__without_tables);
    tcase_add_test(cases, test_compare__hostile_and_long_values);
    tcase_add_test(cases, test_compare__long_values);
    tcase_add_test(cases, test_compare__names_swapped);
    tcase_add_test(cases, test_compare__misuse);
    tcase_add_test(cases, test_compare__each_difference_has_a_row);
    tcase_add_loop_test(cases, test_compare__types, 0, ROWS(types));
}

int
main(void) {
    return suite_run("compare", fill, 10);
}
