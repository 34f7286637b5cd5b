/*
 * `check` for a person: first whether it worked and whether it will do, then what is wrong and
 * what to do about it, then the detail. A large database is summed up by schema unless more is
 * asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "table.h"
#include "text.h"
#include "view.h"

#define LISTED_OBJECTS 60 /* more are only counted, unless a filter or --all asks for them */
#define LABEL_WIDTH    14

/* The matrix of privileges on what holds rows: a letter each, in this order. */
static const struct {
    uint64_t privilege;
    char letter;
} letters[] = {
    {PGCS_PRIV_SELECT, 'S'},  {PGCS_PRIV_INSERT, 'I'},   {PGCS_PRIV_UPDATE, 'U'},
    {PGCS_PRIV_DELETE, 'D'},  {PGCS_PRIV_TRUNCATE, 'T'}, {PGCS_PRIV_REFERENCES, 'R'},
    {PGCS_PRIV_TRIGGER, 'G'}, {PGCS_PRIV_MAINTAIN, 'M'},
};
#define LETTERS (sizeof letters / sizeof letters[0])
static const char letters_heading[] = "SIUDTRGM";
static const char letters_legend[] =
    "S select  I insert  U update  D delete  T truncate  R references  G trigger  M maintain";
static const char letters_later[] = "in lower case: only after SET ROLE";

/* --- the head -------------------------------------------------------------------- */

/* "  server      text", text of any origin. */
static void
print_line(const struct sink *sink, const char *label, const char *text) {
    char *safe = text_safe(text, strlen(text));
    (void)fprintf(sink->stream, "  %s%-*s%s", sink_style(sink, STYLE_FAINT), LABEL_WIDTH - 2,
                  label, sink_style(sink, STYLE_PLAIN));
    sink_wrap(sink, LABEL_WIDTH, LABEL_WIDTH, safe);
    free(safe);
}

static void
print_head(const struct sink *sink, const struct examination *examination) {
    const pgcs_report *report = examination->report;
    const pgcs_text *uri = view_uri(examination->source.spec);
    const char *shown = pgcs_text_data(uri);
    if (!examination_connected(examination)) {
        sink_put(sink, STYLE_BAD, view_failure(examination));
        (void)fprintf(sink->stream, ": %s\n", shown);
        pgcs_text_unref(uri);
        return;
    }
    const char *database = pgcs_report_fact(report, PGCS_FACT_DATABASE);
    char *safe = text_safe(database == NULL ? "" : database, database ? strlen(database) : 0);
    sink_put(sink, STYLE_GOOD, "Connected");
    if (database != NULL)
        (void)fprintf(sink->stream, " to database %s", safe);
    if (pgcs_report_has_fact(report, PGCS_FACT_CONNECT_MS))
        (void)fprintf(sink->stream, " in %s ms",
                      pgcs_report_fact(report, PGCS_FACT_CONNECT_MS));
    (void)fputc('\n', sink->stream);
    free(safe);
    pgcs_text_unref(uri);
    struct view_summary summary = view_summarize(examination);
    for (size_t i = 0; i < VIEW_LINES; i++)
        if (*summary.lines[i].text != '\0')
            print_line(sink, summary.lines[i].label, summary.lines[i].text);
    view_summary_free(&summary);
}

/* --- attempts -------------------------------------------------------------------- */

static void
print_attempt(struct table *table, pgcs_attempts *cursor) {
    const char *host = pgcs_attempt_host(cursor);
    const char *address = pgcs_attempt_address(cursor);
    const char *cause = pgcs_attempt_cause_name(cursor);
    bool is_looked_up = host != NULL && address != NULL && strcmp(host, address) != 0;
    const char *first = host == NULL ? address : host;
    char *place =
        text_format("%s%s%s port %d", first == NULL ? "" : first, is_looked_up ? ", " : "",
                    is_looked_up ? address : "", (int)pgcs_attempt_port(cursor));
    char *start = text_format("%lld", (long long)pgcs_attempt_start_ms(cursor));
    char *time = text_format("%lld", (long long)pgcs_attempt_duration_ms(cursor));
    char *words = cause == NULL ? text_copy("connected") : view_code_words(cause);
    table_row(table);
    table_set(table, 0, STYLE_PLAIN, place);
    table_set(table, 1, STYLE_PLAIN, start);
    table_set(table, 2, STYLE_PLAIN, time);
    table_set(table, 3, cause == NULL ? STYLE_GOOD : STYLE_BAD, words);
    free(words);
    free(time);
    free(start);
    free(place);
}

static size_t
count_attempts(const pgcs_report *report) {
    size_t count = 0;
    pgcs_attempts *cursor = pgcs_attempts_new(report);
    while (pgcs_attempts_next(cursor))
        count++;
    pgcs_attempts_free(cursor);
    return count;
}

/* Where it was tried, and how long; the head tells of a single one. */
static void
print_attempts(const struct sink *sink, const pgcs_report *report) {
    static const struct column columns[] = {
        {"TRIED", COLUMN_FOLDED}, {"AFTER MS", COLUMN_NUMBER}, {"FOR MS", COLUMN_NUMBER},
        {"RESULT", COLUMN_FIXED}, {NULL, COLUMN_FIXED},
    };
    if (count_attempts(report) < 2)
        return;
    struct table *table = table_new(sink, columns);
    pgcs_attempts *cursor = pgcs_attempts_new(report);
    while (pgcs_attempts_next(cursor))
        print_attempt(table, cursor);
    pgcs_attempts_free(cursor);
    (void)fputc('\n', sink->stream);
    table_print(table);
}

/* --- objects --------------------------------------------------------------------- */

/* "S-u-----": what the role can do with rows, and could after SET ROLE. */
static void
write_letters(uint64_t privileges, uint64_t later, char *text) {
    for (size_t i = 0; i < LETTERS; i++) {
        text[i] = (privileges & letters[i].privilege) != 0 ? letters[i].letter : '-';
        if ((later & letters[i].privilege) != 0)
            text[i] = (char)(letters[i].letter - 'A' + 'a');
    }
    text[LETTERS] = '\0';
}

static char *
describe_set_role(pgcs_objects *object, uint64_t privilege) {
    char *role = text_identifier(pgcs_object_set_role(object, privilege));
    char *text = text_format("SET ROLE %s", role);
    free(role);
    return text;
}

/* The ways in which the privileges are held, each once: "direct, role:readers"; free() it. */
static char *
describe_via(pgcs_objects *object) {
    char *ways[128];
    size_t count = 0;
    uint64_t held = pgcs_object_privileges(object);
    uint64_t later = pgcs_object_after_set_role(object);
    for (unsigned bit = 0; bit < 128; bit++) {
        uint64_t privilege = (bit < 64 ? held : later) & UINT64_C(1) << bit % 64;
        char *way = privilege == 0 ? NULL
                    : bit < 64     ? view_via(object, privilege)
                                   : describe_set_role(object, privilege);
        bool known = way == NULL;
        for (size_t i = 0; !known && i < count; i++)
            known = strcmp(ways[i], way) == 0;
        if (known)
            free(way);
        else
            ways[count++] = way;
    }
    char *text = text_copy("");
    for (size_t i = 0; i < count; i++) {
        char *longer = text_format("%s%s%s", text, i == 0 ? "" : ", ", ways[i]);
        free(text);
        free(ways[i]);
        text = longer;
    }
    return text;
}

/* The heading of a table, with the owner of everything in it, who then needs no column. */
static void
head_with_owner(const struct sink *sink, struct table *table, size_t column,
                const char *title) {
    const char *owner = table_uniform(table, column);
    char *text = owner == NULL ? text_copy(title) : text_format("%s of %s", title, owner);
    if (owner != NULL)
        table_hide(table, column);
    view_heading(sink, text);
    free(text);
}

static void
print_relation(struct table *table, pgcs_objects *cursor) {
    char rights[LETTERS + 1];
    uint64_t privileges = pgcs_object_privileges(cursor);
    bool usable = pgcs_object_is_usable(cursor) != 0;
    const char *owner = pgcs_object_owner(cursor);
    uint64_t later = pgcs_object_after_set_role(cursor);
    bool idle = (!usable || privileges == 0) && later == 0;
    write_letters(privileges, later, rights);
    char *name = text_object(pgcs_object_schema(cursor), pgcs_object_name(cursor),
                             pgcs_object_column(cursor));
    char *via = describe_via(cursor);
    enum style style = idle ? STYLE_FAINT : STYLE_PLAIN;
    table_row(table);
    table_set(table, 0, style, name);
    table_set(table, 1, style, view_kind(pgcs_object_kind_of(cursor)));
    table_set(table, 2, idle ? STYLE_FAINT : STYLE_GOOD, rights);
    table_set(table, 3, style, owner == NULL ? "" : owner);
    table_set(table, 4, style, via);
    table_set(table, 5, !usable ? STYLE_BAD : STYLE_WARNING,
              !usable                                ? view_unusable(cursor)
              : pgcs_object_has_row_security(cursor) ? "row security"
                                                     : "");
    free(via);
    free(name);
}

static void
print_relations(const struct sink *sink, const pgcs_report *report) {
    static const struct column columns[] = {
        {"NAME", COLUMN_FOLDED},  {"KIND", COLUMN_FIXED},     {letters_heading, COLUMN_FIXED},
        {"OWNER", COLUMN_FOLDED}, {"HELD BY", COLUMN_FOLDED}, {"NOTE", COLUMN_FIXED},
        {NULL, COLUMN_FIXED},
    };
    struct table *table = table_new(sink, columns);
    pgcs_objects *cursor =
        pgcs_objects_new(report, NULL, RELATION_KINDS | KIND_BIT(PGCS_OBJECT_COLUMN));
    bool any = false, later = false;
    uint64_t held = 0;
    while (pgcs_objects_next(cursor)) {
        any = true;
        later |= pgcs_object_after_set_role(cursor) != 0;
        if (view_column_adds(cursor, &held))
            print_relation(table, cursor);
    }
    pgcs_objects_free(cursor);
    if (any)
        head_with_owner(sink, table, 3, "Tables and views");
    table_print(table);
    if (!any)
        return;
    (void)fputs(sink_style(sink, STYLE_FAINT), sink->stream);
    sink_wrap(sink, 0, 0, letters_legend);
    if (later)
        sink_wrap(sink, 0, 0, letters_later);
    (void)fputs(sink_style(sink, STYLE_PLAIN), sink->stream);
}

static void
print_sequences(const struct sink *sink, const pgcs_report *report) {
    static const struct column columns[] = {
        {"NAME", COLUMN_FOLDED},       {"PRIVILEGES", COLUMN_FOLDED},
        {"OWNER", COLUMN_FOLDED},      {"BELONGS TO", COLUMN_FOLDED},
        {"LAST VALUE", COLUMN_NUMBER}, {"RESET BY", COLUMN_FOLDED},
        {NULL, COLUMN_FIXED},
    };
    struct table *table = table_new(sink, columns);
    pgcs_objects *cursor = pgcs_objects_new(report, NULL, KIND_BIT(PGCS_OBJECT_SEQUENCE));
    bool any = false;
    while (pgcs_objects_next(cursor)) {
        char *name = text_object(pgcs_object_schema(cursor), pgcs_object_name(cursor), NULL);
        char *words = view_rights(cursor);
        char *last = view_last_value(cursor);
        char *reset = view_reset(cursor);
        const char *owner = pgcs_object_owner(cursor);
        const char *column = pgcs_object_belongs_to(cursor);
        any = true;
        table_row(table);
        table_set(table, 0, STYLE_PLAIN, name);
        table_set(table, 1, STYLE_GOOD, strcmp(words, "none") == 0 ? "-" : words);
        table_set(table, 2, STYLE_PLAIN, owner == NULL ? "" : owner);
        table_set(table, 3, STYLE_PLAIN, column == NULL ? "-" : column);
        table_set(table, 4, STYLE_PLAIN, last);
        table_set(table, 5, STYLE_PLAIN, reset);
        free(reset);
        free(last);
        free(words);
        free(name);
    }
    pgcs_objects_free(cursor);
    if (any)
        head_with_owner(sink, table, 2, "Sequences");
    table_print(table);
}

/* Types and their like, where they were asked for. */
static void
print_usages(const struct sink *sink, const pgcs_report *report) {
    static const struct column columns[] = {
        {"NAME", COLUMN_FOLDED},       {"KIND", COLUMN_FIXED}, {"OWNER", COLUMN_FOLDED},
        {"PRIVILEGES", COLUMN_FOLDED}, {"NOTE", COLUMN_FIXED}, {NULL, COLUMN_FIXED},
    };
    struct table *table = table_new(sink, columns);
    pgcs_objects *cursor = pgcs_objects_new(report, NULL, USAGE_KINDS);
    bool any = false;
    while (pgcs_objects_next(cursor)) {
        char *name = text_object(pgcs_object_schema(cursor), pgcs_object_name(cursor), NULL);
        char *words = view_rights(cursor);
        const char *owner = pgcs_object_owner(cursor);
        any = true;
        table_row(table);
        table_set(table, 0, STYLE_PLAIN, name);
        table_set(table, 1, STYLE_PLAIN, view_kind(pgcs_object_kind_of(cursor)));
        table_set(table, 2, STYLE_PLAIN, owner == NULL ? "" : owner);
        table_set(table, 3, strcmp(words, "none") == 0 ? STYLE_BAD : STYLE_GOOD, words);
        table_set(table, 4, STYLE_BAD, view_unusable(cursor));
        free(words);
        free(name);
    }
    pgcs_objects_free(cursor);
    if (any)
        head_with_owner(sink, table, 2, "Types, languages and foreign servers");
    table_print(table);
}

/* --- schemas --------------------------------------------------------------------- */

/* How many relations there are in a schema, and with how many of them which can be done. */
struct counts {
    size_t relations;
    size_t with[5];
};

static struct counts
count_relations(const pgcs_report *report, const char *schema) {
    struct counts counts = {0};
    pgcs_objects *cursor = pgcs_objects_new(report, schema, RELATION_KINDS);
    while (pgcs_objects_next(cursor)) {
        counts.relations++;
        for (size_t i = 0; i < 5 && pgcs_object_is_usable(cursor); i++)
            counts.with[i] +=
                (pgcs_object_privileges(cursor) & letters[i].privilege) != 0 ? 1 : 0;
    }
    pgcs_objects_free(cursor);
    return counts;
}

static void
set_number(struct table *table, size_t column, size_t number) {
    char *text = text_format("%zu", number);
    table_set(table, column, number == 0 ? STYLE_FAINT : STYLE_PLAIN, text);
    free(text);
}

static void
print_schemas(const struct sink *sink, const pgcs_report *report, bool all) {
    static const struct column columns[] = {
        {"SCHEMA", COLUMN_FOLDED}, {"PRIVILEGES", COLUMN_FOLDED}, {"TABLES", COLUMN_NUMBER},
        {"SELECT", COLUMN_NUMBER}, {"INSERT", COLUMN_NUMBER},     {"UPDATE", COLUMN_NUMBER},
        {"DELETE", COLUMN_NUMBER}, {"TRUNCATE", COLUMN_NUMBER},   {NULL, COLUMN_FIXED},
    };
    struct table *table = table_new(sink, columns);
    pgcs_objects *cursor = pgcs_objects_new(report, NULL, KIND_BIT(PGCS_OBJECT_SCHEMA));
    size_t count = 0;
    while (pgcs_objects_next(cursor)) {
        if (++count > LISTED_OBJECTS && !all)
            continue;
        struct counts counts = count_relations(report, pgcs_object_name(cursor));
        char *name = text_identifier(pgcs_object_name(cursor));
        char *words = view_rights(cursor);
        table_row(table);
        table_set(table, 0, STYLE_PLAIN, name);
        table_set(table, 1, strcmp(words, "none") == 0 ? STYLE_BAD : STYLE_GOOD, words);
        set_number(table, 2, counts.relations);
        for (size_t i = 0; i < 5; i++)
            set_number(table, 3 + i, counts.with[i]);
        free(words);
        free(name);
    }
    pgcs_objects_free(cursor);
    if (count > 0)
        view_heading(sink, "Schemas, and how many of their tables and views the role can use");
    table_print(table);
    if (count > LISTED_OBJECTS && !all)
        (void)fprintf(sink->stream, "... and %zu more; --all lists them\n",
                      count - LISTED_OBJECTS);
}

/* --- all together ---------------------------------------------------------------- */

static size_t
count_listed(const pgcs_report *report) {
    size_t count = 0;
    pgcs_objects *cursor = pgcs_objects_new(report, NULL,
                                            RELATION_KINDS | KIND_BIT(PGCS_OBJECT_SEQUENCE) |
                                                KIND_BIT(PGCS_OBJECT_COLUMN));
    while (pgcs_objects_next(cursor))
        count++;
    pgcs_objects_free(cursor);
    return count;
}

void
view_text(const struct sink *sink, const struct examination *examination,
          const struct options *options) {
    const pgcs_report *report = examination->report;
    print_head(sink, examination);
    view_verdict(sink, examination, options);
    if (findings_count(report, PGCS_SEVERITY_FAILURE) +
            findings_count(report, PGCS_SEVERITY_WARNING) +
            findings_count(report, PGCS_SEVERITY_NOTE) >
        0) {
        (void)fputc('\n', sink->stream);
        findings_print(sink, report, PGCS_SEVERITY_NOTE, examination->source.typed);
    }
    print_attempts(sink, report);
    if (!examination_connected(examination))
        return;
    print_schemas(sink, report, options_has(options, OPTION_ALL));
    size_t count = count_listed(report);
    bool asked =
        options_has(options, OPTION_ALL) || options->schemas.count + options->tables.count > 0;
    if (count > LISTED_OBJECTS && !asked) {
        (void)fprintf(
            sink->stream,
            "\n%zu tables, views, columns and sequences are not listed here: --all, "
            "--schema NAME or\n--table SCHEMA.NAME list them, --format html or csv is "
            "made for many.\n",
            count);
        return;
    }
    print_relations(sink, report);
    print_sequences(sink, report);
    print_usages(sink, report);
}
