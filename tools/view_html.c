/*
 * `check --format html`: the permission matrix as a page. Each cell says in its title how the
 * privilege is held, or which role has to be set to have it.
 */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "text.h"
#include "view.h"

/* Columns of the matrix, in the order of a person's questions. */
static const struct {
    uint64_t privilege;
    const char *heading;
} matrix[] = {
    {PGCS_PRIV_SELECT, "SELECT"},     {PGCS_PRIV_INSERT, "INSERT"},
    {PGCS_PRIV_UPDATE, "UPDATE"},     {PGCS_PRIV_DELETE, "DELETE"},
    {PGCS_PRIV_TRUNCATE, "TRUNCATE"}, {PGCS_PRIV_REFERENCES, "REFERENCES"},
    {PGCS_PRIV_TRIGGER, "TRIGGER"},   {PGCS_PRIV_MAINTAIN, "MAINTAIN"},
};
#define LISTED_MET 1000 /* needs that are met; more would only make the page heavy */

#define MATRIX (sizeof matrix / sizeof matrix[0])

static const uint64_t sequence_matrix[] = {PGCS_PRIV_USAGE, PGCS_PRIV_SELECT, PGCS_PRIV_UPDATE};
#define SEQUENCE_MATRIX (sizeof sequence_matrix / sizeof sequence_matrix[0])

static void
cell(FILE *stream, const char *class, const char *text) {
    (void)fprintf(stream, "<td class=\"%s\">", class);
    html_text(stream, text);
    (void)fputs("</td>", stream);
}

/* A yes with how it is held, or a no. */
static void
mark(FILE *stream, pgcs_objects *object, uint64_t privilege) {
    uint64_t held = pgcs_object_privileges(object);
    if ((view_privileges_of(pgcs_object_kind_of(object)) & privilege) == 0) {
        (void)fputs("<td class=\"mark\"></td>", stream);
        return;
    }
    const char *role = pgcs_object_set_role(object, privilege);
    if (role != NULL) {
        (void)fputs("<td class=\"mark later\" title=\"after SET ROLE ", stream);
        html_text(stream, role);
        (void)fputs("\">&#x21aa;</td>", stream);
        return;
    }
    if ((held & privilege) == 0) {
        (void)fputs("<td class=\"mark no\">&#xb7;</td>", stream);
        return;
    }
    char *way = view_via(object, privilege);
    (void)fputs("<td class=\"mark yes\" title=\"", stream);
    html_text(stream, way);
    if ((pgcs_object_grantable(object) & privilege) != 0)
        (void)fputs(", with grant option", stream);
    (void)fputs("\">&#x2713;</td>", stream);
    free(way);
}

static void
start_table(FILE *stream, const char *id, const char *title, const char *filter) {
    (void)fprintf(stream, "<h2>%s</h2>\n", title);
    if (filter != NULL)
        (void)fprintf(stream,
                      "<input type=\"search\" hidden data-filter=\"%s\" placeholder=\"%s\" "
                      "aria-label=\"%s\">\n",
                      id, filter, filter);
    (void)fprintf(stream, "<div class=\"wide\"><table id=\"%s\"><thead><tr>", id);
}

static void
end_table(FILE *stream) {
    (void)fputs("</tbody></table></div>\n", stream);
}

/* What the filter searches: everything that the row says. */
static void
start_row(FILE *stream, pgcs_objects *object, const char *name) {
    bool idle = (!pgcs_object_is_usable(object) || pgcs_object_privileges(object) == 0) &&
                pgcs_object_after_set_role(object) == 0;
    char *words = view_rights(object);
    (void)fprintf(stream, "<tr%s data-text=\"", idle ? " class=\"off\"" : "");
    html_text(stream, name);
    (void)fputc(' ', stream);
    html_text(stream, pgcs_object_kind_name(pgcs_object_kind_of(object)));
    (void)fputc(' ', stream);
    html_text(stream, pgcs_object_owner(object));
    (void)fputc(' ', stream);
    html_text(stream, words);
    (void)fputs("\">", stream);
    cell(stream, "name", name);
    free(words);
}

/* --- head and verdict ------------------------------------------------------------ */

static void
term(FILE *stream, const char *name, const char *text) {
    if (text == NULL || *text == '\0')
        return;
    (void)fprintf(stream, "<dt>%c%s</dt><dd>", name[0] & ~('a' ^ 'A'), name + 1);
    html_text(stream, text);
    (void)fputs("</dd>\n", stream);
}

static void
print_head(FILE *stream, const struct examination *examination) {
    bool connected = examination_connected(examination);
    const pgcs_text *uri = view_uri(examination->source.spec);
    const char *label = pgcs_spec_label(examination->source.spec);
    const char *database = pgcs_report_fact(examination->report, PGCS_FACT_DATABASE);
    const char *title = label != NULL ? label : database != NULL ? database : "Connection";
    html_start(stream, title);
    (void)fputs("<h1>", stream);
    html_text(stream, title);
    (void)fputs("</h1>\n<p class=\"soft\">", stream);
    html_text(stream, pgcs_text_data(uri));
    (void)fputs("</p>\n", stream);
    pgcs_text_unref(uri);
    if (!connected) {
        (void)fprintf(stream, "<p class=\"verdict bad\">%s</p>\n", view_failure(examination));
        return;
    }
    struct view_summary summary = view_summarize(examination);
    (void)fputs("<dl>\n", stream);
    for (size_t i = 0; i < VIEW_LINES; i++)
        term(stream, summary.lines[i].label, summary.lines[i].text);
    (void)fputs("</dl>\n", stream);
    view_summary_free(&summary);
}

static void
print_need(FILE *stream, pgcs_need *cursor) {
    int met = pgcs_need_is_met(cursor);
    uint64_t privilege = pgcs_need_privilege(cursor);
    const char *what = privilege == 0 ? "ownership" : pgcs_privilege_name(privilege);
    const char *state = met > 0 ? "met" : met == 0 ? "missing" : "unknown";
    char *name = view_need(cursor);
    (void)fputs("<tr data-text=\"", stream);
    html_text(stream, name);
    (void)fprintf(stream, " %s %s\"><td class=\"mark %s\">", what, state, met > 0 ? "yes" : "");
    if (met > 0)
        (void)fputs("&#x2713;</td>", stream);
    else
        (void)fprintf(stream, "<span class=\"tag %s\">%s</span></td>",
                      met == 0 ? "bad" : "warning", state);
    cell(stream, "", what);
    cell(stream, "name", name);
    cell(stream, "", pgcs_need_reason(cursor));
    (void)fputs("<td><code>", stream);
    html_text(stream, pgcs_need_remedy(cursor));
    (void)fputs("</code></td></tr>\n", stream);
    free(name);
}

static void
print_needs(FILE *stream, const pgcs_assessment *assessment) {
    start_table(stream, "needs", "What the job needs", "Filter: table, privilege, missing ...");
    (void)fputs("<th>Met</th><th>Privilege</th><th>On</th><th>Because</th><th>Remedy</th></tr>"
                "</thead><tbody>\n",
                stream);
    pgcs_need *cursor = pgcs_need_new(assessment);
    size_t met = 0;
    while (pgcs_need_next(cursor)) {
        met += pgcs_need_is_met(cursor) > 0;
        if (met <= LISTED_MET)
            print_need(stream, cursor);
    }
    pgcs_need_free(cursor);
    end_table(stream);
    if (met > LISTED_MET)
        (void)fprintf(stream, "<p class=\"soft\">%zu more are met.</p>\n", met - LISTED_MET);
}

/* Line by line: the lines stay, all else that is hostile is spelled out. */
static void
print_script(FILE *stream, const pgcs_assessment *assessment) {
    const pgcs_text *script = NULL;
    if (pgcs_assessment_script(assessment, &script, NULL) != PGCS_OK)
        return;
    const char *text = pgcs_text_data(script);
    if (*text != '\0')
        (void)fputs("<h2>What the owner has to run</h2>\n<pre>", stream);
    bool any = *text != '\0';
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        char *line = text_format("%.*s", (int)size, text);
        html_text(stream, line);
        (void)fputc('\n', stream);
        free(line);
        text += size + (text[size] == '\n');
    }
    if (any)
        (void)fputs("</pre>\n", stream);
    pgcs_text_unref(script);
}

static void
print_verdict(FILE *stream, const struct examination *examination,
              const struct options *options) {
    if (examination->assessment == NULL)
        return;
    bool fit = pgcs_assessment_is_sufficient(examination->assessment) != 0;
    (void)fprintf(stream, "<p class=\"verdict %s\">%s as a %s</p>\n", fit ? "good" : "bad",
                  fit ? "Fit" : "Not fit",
                  options->purpose == PGCS_PURPOSE_SOURCE ? "source" : "destination");
}

/* --- objects --------------------------------------------------------------------- */

static void
print_relation(FILE *stream, pgcs_objects *cursor) {
    char *name = text_object(pgcs_object_schema(cursor), pgcs_object_name(cursor),
                             pgcs_object_column(cursor));
    start_row(stream, cursor, name);
    cell(stream, "", view_kind(pgcs_object_kind_of(cursor)));
    cell(stream, "", pgcs_object_owner(cursor));
    for (size_t i = 0; i < MATRIX; i++)
        mark(stream, cursor, matrix[i].privilege);
    (void)fputs("<td>", stream);
    if (!pgcs_object_is_usable(cursor))
        (void)fputs("<span class=\"tag bad\">no USAGE on schema</span> ", stream);
    if (pgcs_object_has_row_security(cursor))
        (void)fputs("<span class=\"tag warning\">row security</span>", stream);
    (void)fputs("</td></tr>\n", stream);
    free(name);
}

static void
print_relations(FILE *stream, const pgcs_report *report) {
    start_table(stream, "relations", "Tables, views and columns",
                "Filter: schema, table, owner, privilege ...");
    (void)fputs("<th>Name</th><th>Kind</th><th>Owner</th>", stream);
    for (size_t i = 0; i < MATRIX; i++)
        (void)fprintf(stream, "<th class=\"mark\">%s</th>", matrix[i].heading);
    (void)fputs("<th></th></tr></thead><tbody>\n", stream);
    pgcs_objects *cursor =
        pgcs_objects_new(report, NULL, RELATION_KINDS | KIND_BIT(PGCS_OBJECT_COLUMN));
    uint64_t held = 0;
    while (pgcs_objects_next(cursor)) {
        if (view_column_adds(cursor, &held))
            print_relation(stream, cursor);
    }
    pgcs_objects_free(cursor);
    end_table(stream);
}

static void
print_sequences(FILE *stream, const pgcs_report *report) {
    start_table(stream, "sequences", "Sequences", "Filter: schema, sequence, owner ...");
    (void)fputs("<th>Name</th><th>Owner</th><th>Belongs to</th>", stream);
    for (size_t i = 0; i < SEQUENCE_MATRIX; i++)
        (void)fprintf(stream, "<th class=\"mark\">%s</th>",
                      pgcs_privilege_name(sequence_matrix[i]));
    (void)fputs("<th>Last value</th><th>Reset by</th></tr></thead><tbody>\n", stream);
    pgcs_objects *cursor = pgcs_objects_new(report, NULL, KIND_BIT(PGCS_OBJECT_SEQUENCE));
    while (pgcs_objects_next(cursor)) {
        char *name = text_object(pgcs_object_schema(cursor), pgcs_object_name(cursor), NULL);
        char *last = view_last_value(cursor);
        char *reset = view_reset(cursor);
        start_row(stream, cursor, name);
        cell(stream, "", pgcs_object_owner(cursor));
        cell(stream, "name", pgcs_object_belongs_to(cursor));
        for (size_t i = 0; i < SEQUENCE_MATRIX; i++)
            mark(stream, cursor, sequence_matrix[i]);
        cell(stream, "", last);
        cell(stream, "", reset);
        (void)fputs("</tr>\n", stream);
        free(reset);
        free(last);
        free(name);
    }
    pgcs_objects_free(cursor);
    end_table(stream);
}

/* The database and its schemas, whose privileges are words of their own. */
static void
print_places(FILE *stream, const pgcs_report *report) {
    start_table(stream, "places", "Database, schemas and types", NULL);
    (void)fputs("<th>Name</th><th>Kind</th><th>Owner</th><th>Privileges</th></tr></thead>"
                "<tbody>\n",
                stream);
    pgcs_objects *cursor = pgcs_objects_new(report, NULL,
                                            KIND_BIT(PGCS_OBJECT_DATABASE) |
                                                KIND_BIT(PGCS_OBJECT_SCHEMA) | USAGE_KINDS);
    while (pgcs_objects_next(cursor)) {
        char *name = text_object(pgcs_object_schema(cursor), pgcs_object_name(cursor), NULL);
        char *words = view_rights(cursor);
        start_row(stream, cursor, name);
        cell(stream, "", view_kind(pgcs_object_kind_of(cursor)));
        cell(stream, "", pgcs_object_owner(cursor));
        cell(stream, "", words);
        (void)fputs("</tr>\n", stream);
        free(words);
        free(name);
    }
    pgcs_objects_free(cursor);
    end_table(stream);
}

void
view_html(const struct sink *sink, const struct examination *examination,
          const struct options *options) {
    FILE *stream = sink->stream;
    const pgcs_report *report = examination->report;
    print_head(stream, examination);
    print_verdict(stream, examination, options);
    html_findings(stream, report);
    if (examination->assessment != NULL) {
        html_findings(stream, pgcs_assessment_report(examination->assessment));
        print_script(stream, examination->assessment);
        print_needs(stream, examination->assessment);
    }
    if (examination_connected(examination)) {
        print_places(stream, report);
        print_relations(stream, report);
        print_sequences(stream, report);
    }
    html_end(stream);
}
