/* pgconnspec compare: examine both sides, and say where a copy would break. */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "differences.h"
#include "examine.h"
#include "findings.h"
#include "html.h"
#include "json.h"
#include "text.h"
#include "view.h"

#define SECTIONS (PGCS_SECTION_SESSION | PGCS_SECTION_ROLE | PGCS_SECTION_DIFFERENCES)

#define SIDE_INDENT 15

static const char *const side_names[2] = {"source", "destination"};

static void
print_json(const struct sink *sink, const struct examination *sides,
           const pgcs_report *differences) {
    json_t *object = json_object();
    for (size_t i = 0; i < 2; i++) {
        const pgcs_text *uri = view_uri(sides[i].source.spec);
        json_t *side = json_object();
        json_put(side, "ok", json_boolean(examination_connected(&sides[i])));
        json_put(side, "uri", json_of_text(uri == NULL ? NULL : pgcs_text_data(uri)));
        json_put(side, "findings", json_of_findings(sides[i].report));
        if (sides[i].source.error != NULL || sides[i].source.fault != NULL)
            json_put(side, "error", source_json_error(&sides[i].source));
        json_put(object, side_names[i], side);
        pgcs_text_unref(uri);
    }
    json_put(object, "same",
             differences == NULL
                 ? json_null()
                 : json_boolean(pgcs_report_severity(differences) < PGCS_SEVERITY_FAILURE));
    json_put(object, "findings", json_of_findings(differences));
    json_print(sink->stream, object);
    (void)fputc('\n', sink->stream);
}

/* "database shop, PostgreSQL 15.20 at 127.0.0.1": what was compared. */
static void
print_side(const struct sink *sink, const struct examination *side, size_t number) {
    struct view_summary summary = view_summarize(side);
    const char *database = pgcs_report_fact(side->report, PGCS_FACT_DATABASE);
    char *text = text_format("%s: %s", database == NULL ? "" : database,
                             summary.lines[VIEW_SERVER].text);
    char *safe = text_safe(text, strlen(text));
    (void)fprintf(sink->stream, "  %s%-13s%s", sink_style(sink, STYLE_FAINT),
                  side_names[number], sink_style(sink, STYLE_PLAIN));
    sink_wrap(sink, SIDE_INDENT, SIDE_INDENT, safe);
    free(safe);
    free(text);
    view_summary_free(&summary);
}

static void
print_count(const struct sink *sink, const pgcs_report *report, pgcs_severity severity,
            const char *end) {
    size_t count = findings_count(report, severity);
    (void)fprintf(sink->stream, "%zu %s%s%s", count, pgcs_severity_name(severity),
                  count == 1 ? "" : "s", end);
}

static void
print_text(const struct sink *sink, const struct examination *sides,
           const pgcs_report *differences, bool all) {
    pgcs_severity worst = pgcs_report_severity(differences);
    bool good = worst < PGCS_SEVERITY_FAILURE;
    sink_put(sink, good ? STYLE_GOOD : STYLE_BAD, good ? "FIT" : "NOT FIT");
    (void)fputs(" for a copy: ", sink->stream);
    if (worst == PGCS_SEVERITY_NONE) {
        (void)fputs("no difference\n", sink->stream);
    } else {
        print_count(sink, differences, PGCS_SEVERITY_FAILURE, ", ");
        print_count(sink, differences, PGCS_SEVERITY_WARNING, ", ");
        print_count(sink, differences, PGCS_SEVERITY_NOTE, "\n");
    }
    for (size_t i = 0; i < 2; i++)
        print_side(sink, &sides[i], i);
    differences_print(sink, differences, all);
}

/* What went wrong on one side, on standard error. */
static void
complain_side(const struct examination *side, size_t number, const struct options *options) {
    struct sink sink = sink_of(stderr, options->colour);
    (void)fprintf(stderr, "pgconnspec: the %s:\n", side_names[number]);
    if (side->source.error != NULL || side->source.fault != NULL)
        source_complain(&side->source);
    else
        findings_print(&sink, side->report, PGCS_SEVERITY_FAILURE, side->source.typed);
}

static int
print_differences(const struct options *options, const struct examination *sides,
                  const pgcs_report *differences, int status) {
    struct sink sink;
    if (!sink_open(&sink, options->value[OPTION_OUTPUT], options->colour))
        return EXIT_BAD_USAGE;
    if (options->format == FORMAT_JSON)
        print_json(&sink, sides, differences);
    else if (differences != NULL && options->format == FORMAT_HTML)
        html_print_differences(&sink, sides, differences);
    else if (differences != NULL && options->format == FORMAT_CSV)
        view_csv_differences(&sink, differences);
    else if (differences != NULL)
        print_text(&sink, sides, differences, options_has(options, OPTION_ALL));
    return sink_close(&sink) ? status : EXIT_BAD_USAGE;
}

int
run_compare(const struct options *options) {
    struct examination sides[2] = {{.report = NULL}, {.report = NULL}};
    const pgcs_report *differences = NULL;
    bool tried[2];
    int status = EXIT_FIT;
    examine_both(sides, options, SECTIONS, tried);
    for (size_t i = 0; i < 2; i++) {
        int own = EXIT_FIT;
        if (!tried[i])
            own = EXIT_BAD_USAGE;
        else if (!examination_connected(&sides[i]))
            own = examination_status(&sides[i]);
        if (own != EXIT_FIT || pgcs_report_severity(sides[i].report) == PGCS_SEVERITY_FAILURE)
            complain_side(&sides[i], i, options);
        if (status == EXIT_FIT || own == EXIT_BAD_USAGE)
            status = own == EXIT_FIT ? status : own;
    }
    if (status == EXIT_FIT) {
        struct source *source = &sides[0].source;
        if (pgcs_report_compare(sides[0].report, sides[1].report, 0, &differences,
                                &source->error) != PGCS_OK) {
            complain(source->error, (struct typed){NULL, 0});
            status = EXIT_BAD_USAGE;
        } else if (pgcs_report_severity(differences) == PGCS_SEVERITY_FAILURE) {
            status = EXIT_NOT_FIT;
        }
    }
    status = print_differences(options, sides, differences, status);
    pgcs_report_unref(differences);
    for (size_t i = 0; i < 2; i++)
        examination_close(&sides[i]);
    return status;
}
