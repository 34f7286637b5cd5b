/* Findings as a person reads them: severity, message, the place, the remedy. */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define INDENT 2

static enum style
style_of(pgcs_severity severity) {
    if (severity == PGCS_SEVERITY_FAILURE)
        return STYLE_BAD;
    return severity == PGCS_SEVERITY_WARNING ? STYLE_WARNING : STYLE_FAINT;
}

static void
print_finding(const struct sink *sink, pgcs_findings *cursor, struct typed typed) {
    pgcs_severity severity = pgcs_finding_severity(cursor);
    const char *name = pgcs_severity_name(severity);
    const char *message = pgcs_finding_message(cursor);
    const char *hint = pgcs_finding_hint(cursor);
    char *safe = text_safe(message, strlen(message));
    sink_put(sink, style_of(severity), name);
    (void)fputs(": ", sink->stream);
    sink_wrap(sink, strlen(name) + 2, INDENT, safe);
    free(safe);
    excerpt_print(sink, typed, pgcs_finding_offset(cursor), pgcs_finding_length(cursor));
    if (hint == NULL)
        return;
    safe = text_safe(hint, strlen(hint));
    (void)fprintf(sink->stream, "%*s", INDENT, "");
    sink_wrap(sink, INDENT, INDENT, safe);
    free(safe);
}

void
findings_print(const struct sink *sink, const pgcs_report *report, pgcs_severity at_least,
               struct typed typed) {
    pgcs_findings *cursor = pgcs_findings_new(report, at_least);
    while (pgcs_findings_next(cursor))
        print_finding(sink, cursor, typed);
    pgcs_findings_free(cursor);
}

size_t
findings_count(const pgcs_report *report, pgcs_severity severity) {
    size_t count = 0;
    pgcs_findings *cursor = pgcs_findings_new(report, severity);
    while (pgcs_findings_next(cursor))
        count += pgcs_finding_severity(cursor) == severity;
    pgcs_findings_free(cursor);
    return count;
}
