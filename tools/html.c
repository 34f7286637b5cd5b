/*
 * The frame of a page, and the page of `compare`. Names come from a server that may be hostile:
 * all text goes through html_text(), and the page's policy forbids it to load or send anything.
 */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "differences.h"
#include "findings.h"
#include "text.h"
#include "view.h"

static const char style_sheet[] =
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c2330;--soft:#667085;--line:#e3e7ee;"
    "--row:#f6f8fb;--good:#0a7d46;--good-bg:#e3f6ec;--bad:#b42318;--bad-bg:#fdeceb;"
    "--warn:#935f00;--warn-bg:#fdf3dc;--note:#344a6e;--note-bg:#e9f0fb}\n"
    "@media(prefers-color-scheme:dark){:root{--bg:#12161d;--fg:#e3e8f0;--soft:#95a0b3;"
    "--line:#2a313d;--row:#1a202a;--good:#5dd39e;--good-bg:#12352a;--bad:#ff8a80;"
    "--bad-bg:#431c1a;--warn:#f2c14e;--warn-bg:#3b2f12;--note:#a9c4f5;--note-bg:#1d2b44}}\n"
    "*{box-sizing:border-box}body{margin:0 auto;max-width:84rem;padding:2rem 1.25rem 4rem;"
    "background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.5rem;margin:0 0 .25rem;overflow-wrap:anywhere}"
    "h2{font-size:1.1rem;margin:2.25rem 0 .5rem}\n"
    "p{margin:.25rem 0}.soft{color:var(--soft)}code,pre{font-family:ui-monospace,monospace;"
    "font-size:.9em}pre{background:var(--row);border:1px solid var(--line);border-radius:8px;"
    "padding:.75rem 1rem;overflow:auto}\n"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.25rem;margin:1rem 0}"
    "dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}\n"
    ".verdict{display:inline-block;font-weight:600;border-radius:8px;padding:.35rem .8rem;"
    "margin:1rem 0 .25rem}.good{color:var(--good);background:var(--good-bg)}"
    ".bad{color:var(--bad);background:var(--bad-bg)}\n"
    ".findings{list-style:none;padding:0}.findings li{border-left:4px solid;border-radius:4px;"
    "padding:.5rem .9rem;margin:.5rem 0}.findings b{font-weight:600}"
    ".findings p{color:var(--fg)}\n"
    ".failure{color:var(--bad);background:var(--bad-bg)}"
    ".warning{color:var(--warn);background:var(--warn-bg)}"
    ".note{color:var(--note);background:var(--note-bg)}\n"
    ".wide{overflow-x:auto;border:1px solid var(--line);border-radius:8px}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid var(--line);"
    "vertical-align:top}tr:last-child td{border-bottom:0}"
    "thead th{background:var(--row);font-size:.8rem;font-weight:600;"
    "white-space:nowrap}tbody tr:hover{background:var(--row)}\n"
    "td.name{font-family:ui-monospace,monospace;font-size:.9em;overflow-wrap:anywhere;"
    "min-width:15rem}td.mark,th.mark{text-align:center;padding-left:.3rem;padding-right:.3rem}"
    "th.mark{font-size:.7rem}"
    "td.yes{color:var(--good);font-weight:600}td.no{color:var(--soft)}td.later{color:var(--"
    "note)}"
    "tr.off td{color:var(--soft)}"
    ".tag{font-size:.8rem;border-radius:4px;padding:.05rem .4rem;white-space:nowrap}\n"
    "input{font:inherit;width:100%;max-width:28rem;padding:.4rem .7rem;margin:.25rem 0 .75rem;"
    "border:1px solid var(--line);border-radius:8px;background:var(--bg);color:var(--fg)}\n"
    "@media print{input{display:none}body{max-width:none}.wide{overflow:visible}}\n";

/* Each filter hides the rows of its table that do not hold every word that was typed. */
static const char script[] =
    "for(const input of document.querySelectorAll('input[data-filter]')){\n"
    "  input.hidden=false;\n"
    "  const rows=[...document.getElementById(input.dataset.filter).tBodies[0].rows];\n"
    "  const texts=rows.map(row=>row.dataset.text.toLowerCase());\n"
    "  input.addEventListener('input',()=>{\n"
    "    const words=input.value.toLowerCase().split(/\\s+/);\n"
    "    rows.forEach((row,i)=>{row.hidden=!words.every(word=>texts[i].includes(word))});\n"
    "  });\n"
    "}\n";

void
html_text(FILE *stream, const char *text) {
    static const struct {
        char byte;
        const char *entity;
    } entities[] = {
        {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"},
    };
    if (text == NULL)
        return;
    char *safe = text_safe(text, strlen(text));
    for (const char *byte = safe; *byte != '\0'; byte++) {
        const char *entity = NULL;
        for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
            entity = entities[i].byte == *byte ? entities[i].entity : entity;
        if (entity != NULL)
            (void)fputs(entity, stream);
        else
            (void)fputc(*byte, stream);
    }
    free(safe);
}

void
html_start(FILE *stream, const char *title) {
    (void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
                "form-action 'none'\">\n"
                "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                "<meta name=\"generator\" content=\"pgconnspec ",
                stream);
    html_text(stream, pgcs_version());
    (void)fputs("\">\n<title>", stream);
    html_text(stream, title);
    (void)fprintf(stream, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style_sheet);
}

void
html_end(FILE *stream) {
    (void)fprintf(stream, "<script>\n%s</script>\n</body>\n</html>\n", script);
}

void
html_findings(FILE *stream, const pgcs_report *report) {
    if (pgcs_report_severity(report) == PGCS_SEVERITY_NONE)
        return;
    (void)fputs("<h2>Findings</h2>\n<ul class=\"findings\">\n", stream);
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(cursor)) {
        const char *severity = pgcs_severity_name(pgcs_finding_severity(cursor));
        (void)fprintf(stream, "<li class=\"%s\"><b>%s:</b> ", severity, severity);
        html_text(stream, pgcs_finding_message(cursor));
        if (pgcs_finding_hint(cursor) != NULL) {
            (void)fputs("<p>", stream);
            html_text(stream, pgcs_finding_hint(cursor));
            (void)fputs("</p>", stream);
        }
        (void)fputs("</li>\n", stream);
    }
    pgcs_findings_free(cursor);
    (void)fputs("</ul>\n", stream);
}

/* What is said of many objects, with the objects folded away. */
static void
print_alike(FILE *stream, const struct difference *items, size_t count) {
    const char *severity = pgcs_severity_name(items->severity);
    (void)fprintf(stream, "<li class=\"%s\"><b>%s:</b> ", severity, severity);
    html_text(stream, count == 1 ? items->message : items->said);
    if (items->hint != NULL) {
        (void)fputs("<p>", stream);
        html_text(stream, items->hint);
        (void)fputs("</p>", stream);
    }
    if (count > 1) {
        (void)fprintf(stream, "<details><summary>%zu objects</summary>", count);
        for (size_t i = 0; i < count; i++) {
            (void)fputs(i == 0 ? "<code>" : ", <code>", stream);
            html_text(stream, items[i].object);
            (void)fputs("</code>", stream);
        }
        (void)fputs("</details>", stream);
    }
    (void)fputs("</li>\n", stream);
}

static void
print_grouped(FILE *stream, const pgcs_report *report) {
    size_t count = 0, alike = 0;
    struct difference *items = differences_new(report, &count);
    if (items == NULL)
        return;
    (void)fputs("<h2>Findings</h2>\n<ul class=\"findings\">\n", stream);
    for (size_t i = 0; i < count; i += alike) {
        alike = differences_alike(&items[i], count - i);
        print_alike(stream, &items[i], alike);
    }
    (void)fputs("</ul>\n", stream);
    free(items);
}

void
html_print_differences(const struct sink *sink, const struct examination *sides,
                       const pgcs_report *differences) {
    static const char *const names[2] = {"Source", "Destination"};
    FILE *stream = sink->stream;
    size_t failures = findings_count(differences, PGCS_SEVERITY_FAILURE);
    html_start(stream, "Comparison of two databases");
    (void)fputs("<h1>Comparison of two databases</h1>\n<dl>\n", stream);
    for (size_t i = 0; i < 2; i++) {
        const pgcs_text *uri = view_uri(sides[i].source.spec);
        (void)fprintf(stream, "<dt>%s</dt><dd>", names[i]);
        html_text(stream, pgcs_text_data(uri));
        (void)fputs("</dd>\n", stream);
        pgcs_text_unref(uri);
    }
    (void)fprintf(stream, "</dl>\n<p class=\"verdict %s\">%s for a copy</p>\n",
                  failures == 0 ? "good" : "bad", failures == 0 ? "Fit" : "Not fit");
    print_grouped(stream, differences);
    html_end(stream);
}
