/* The verdict of `check --as` for a person: fit or not, what lacks, and what closes the gap. */
#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "table.h"
#include "text.h"
#include "view.h"

#define LISTED_NEEDS 20 /* more are only counted, unless --all asks for them */
#define SCRIPT_LINES 24

/* How many needs there are, unmet, unknown and met. */
struct need_counts {
    size_t unmet;
    size_t unknown;
    size_t met;
};

static struct need_counts
count_needs(const pgcs_assessment *assessment) {
    struct need_counts counts = {0};
    pgcs_need *cursor = pgcs_need_new(assessment);
    while (pgcs_need_next(cursor)) {
        int met = pgcs_need_is_met(cursor);
        counts.unmet += met == 0;
        counts.unknown += met < 0;
        counts.met += met > 0;
    }
    pgcs_need_free(cursor);
    return counts;
}

/* "table sales.orders", safe to show; free() it. */
static char *
describe_need(pgcs_need *cursor) {
    pgcs_object_kind kind = pgcs_need_object_kind(cursor);
    char *name = kind == PGCS_OBJECT_FUNCTION
                     ? text_function(pgcs_need_schema(cursor), pgcs_need_object(cursor))
                     : text_object(pgcs_need_schema(cursor), pgcs_need_object(cursor),
                                   pgcs_need_column(cursor));
    char *text = text_format("%s %s", view_kind(kind), name);
    free(name);
    return text;
}

/* What lacks, or can't be told; more than fit on a screen are only counted. */
static void
print_unmet(const struct sink *sink, const pgcs_assessment *assessment, size_t count,
            bool all) {
    static const struct column columns[] = {{"MISSING", COLUMN_FIXED},
                                            {"ON", COLUMN_FOLDED},
                                            {"BECAUSE", COLUMN_FOLDED},
                                            {NULL, COLUMN_FIXED}};
    struct table *table = table_new(sink, columns);
    pgcs_need *cursor = pgcs_need_new(assessment);
    for (size_t i = 0; (all || i < LISTED_NEEDS) && pgcs_need_next(cursor); i++) {
        int met = pgcs_need_is_met(cursor);
        if (met > 0)
            break;
        uint64_t privilege = pgcs_need_privilege(cursor);
        const char *what = privilege == 0 ? "ownership" : pgcs_privilege_name(privilege);
        const char *reason = pgcs_need_reason(cursor);
        char *missing = text_format("%s%s", what, met < 0 ? "?" : "");
        char *object = describe_need(cursor);
        table_row(table);
        table_set(table, 0, met < 0 ? STYLE_WARNING : STYLE_BAD, missing);
        table_set(table, 1, STYLE_PLAIN, object);
        table_set(table, 2, STYLE_PLAIN, reason == NULL ? "" : reason);
        free(object);
        free(missing);
    }
    pgcs_need_free(cursor);
    table_print(table);
    if (!all && count > LISTED_NEEDS)
        (void)fprintf(sink->stream, "... and %zu more; --all lists them\n",
                      count - LISTED_NEEDS);
}

static size_t
count_lines(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* The statements that close the gap, where they are few; else how to get them. */
static void
print_script(const struct sink *sink, const pgcs_assessment *assessment) {
    const pgcs_text *script = NULL;
    if (pgcs_assessment_script(assessment, &script, NULL) != PGCS_OK)
        return;
    const char *text = pgcs_text_data(script);
    if (*text == '\0') {
        pgcs_text_unref(script);
        return;
    }
    if (count_lines(text) <= SCRIPT_LINES) {
        view_heading(sink, "What the owner has to run");
        while (*text != '\0') {
            size_t size = strcspn(text, "\n");
            char *safe = text_safe(text, size);
            (void)fprintf(sink->stream, "  %s\n", safe);
            free(safe);
            text += size + (text[size] == '\n');
        }
    } else {
        (void)fputs(
            "\n'pgconnspec grants' with the same options prints the statements that the "
            "owner has to run.\n",
            sink->stream);
    }
    pgcs_text_unref(script);
}

static void
print_counts(const struct sink *sink, const char *purpose, struct need_counts counts) {
    (void)fprintf(sink->stream, " as %s: of %zu privileges that the job needs, ", purpose,
                  counts.unmet + counts.unknown + counts.met);
    if (counts.unmet == 0)
        (void)fputs("none is missing", sink->stream);
    else
        (void)fprintf(sink->stream, "%zu %s missing", counts.unmet,
                      counts.unmet == 1 ? "is" : "are");
    if (counts.unknown > 0)
        (void)fprintf(sink->stream, " and %zu can't be told", counts.unknown);
    (void)fputc('\n', sink->stream);
}

void
view_verdict(const struct sink *sink, const struct examination *examination,
             const struct options *options) {
    const pgcs_assessment *assessment = examination->assessment;
    if (assessment == NULL)
        return;
    bool fit = pgcs_assessment_is_sufficient(assessment) != 0;
    struct need_counts counts = count_needs(assessment);
    size_t open = counts.unmet + counts.unknown;
    (void)fputc('\n', sink->stream);
    sink_put(sink, fit ? STYLE_GOOD : STYLE_BAD, fit ? "FIT" : "NOT FIT");
    print_counts(sink, options->purpose == PGCS_PURPOSE_SOURCE ? "a source" : "a destination",
                 counts);
    findings_print(sink, pgcs_assessment_report(assessment), PGCS_SEVERITY_NOTE,
                   (struct typed){0});
    if (open > 0) {
        (void)fputc('\n', sink->stream);
        print_unmet(sink, assessment, open, options_has(options, OPTION_ALL));
    }
    print_script(sink, assessment);
}
