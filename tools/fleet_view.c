/*
 * Results of `check --from`, as lines for a person, JSON objects, or CSV; and the sum of them.
 */
#include "fleet_view.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "text.h"
#include "view.h"

#define WIDEST_NAME 40
#define NAMES_TOLD  5
#define WORD_WIDTH  13 /* of the longest outcome */

static const struct {
    const char *word;
    const char *one;
    const char *many;
    const char *key;
    enum style style;
} outcomes[OUTCOMES] = {
    [EXIT_FIT] = {"ok", "ok", "ok", "ok", STYLE_GOOD},
    [EXIT_NOT_FIT] = {"not fit", "not fit", "not fit", "not_fit", STYLE_BAD},
    [EXIT_BAD_USAGE] = {"bad spec", "bad spec", "bad specs", "bad_spec", STYLE_BAD},
    [EXIT_NO_CONNECTION] = {"no connection", "without connection", "without connection",
                            "no_connection", STYLE_BAD},
};

long long
fleet_clock_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

size_t
fleet_view_done(const struct summary *summary) {
    size_t done = 0;
    for (size_t i = 0; i < OUTCOMES; i++)
        done += summary->outcomes[i];
    return done;
}

/* --- what came of one ------------------------------------------------------------ */

/* Its label, or else its line; free() it. */
static char *
name_of(const struct entry *entry) {
    return entry->label != NULL ? text_copy(entry->label)
                                : text_format("line %zu", entry->line);
}

/* Why it is not as it should be. */
struct reason {
    const char *cause;   /* symbolic name; NULL when all is well */
    const char *message; /* NULL with it */
    const char *hint;    /* or NULL */
    char *made;          /* what message points into, or NULL; free() it */
};

static struct reason
first_failure(const pgcs_report *report) {
    struct reason reason = {0};
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    if (pgcs_findings_next(cursor))
        reason = (struct reason){.cause = pgcs_finding_name(cursor),
                                 .message = pgcs_finding_message(cursor),
                                 .hint = pgcs_finding_hint(cursor)};
    pgcs_findings_free(cursor);
    return reason;
}

/* The needs that are not met, in one line; what else the verdict says comes first. */
static struct reason
reason_of_verdict(const pgcs_assessment *assessment) {
    struct reason reason = first_failure(pgcs_assessment_report(assessment));
    size_t count = 0;
    char *first = NULL;
    pgcs_need *cursor = pgcs_need_new(assessment);
    while (reason.cause == NULL && pgcs_need_next(cursor)) {
        uint64_t privilege = pgcs_need_privilege(cursor);
        if (pgcs_need_is_met(cursor) != 0)
            continue;
        char *what = count++ == 0 ? view_need(cursor) : NULL;
        if (what != NULL)
            first = text_format("%s on %s",
                                privilege == 0 ? "ownership" : pgcs_privilege_name(privilege),
                                what);
        free(what);
    }
    pgcs_need_free(cursor);
    if (first == NULL)
        return reason;
    reason.made = count == 1
                      ? text_format("lacks %s", first)
                      : text_format("lacks %s, and %zu privileges more", first, count - 1);
    reason.cause = "PGCS_CODE_PRIVILEGES_MISSING";
    reason.message = reason.made;
    reason.hint = "pgconnspec grants prints the statements that are missing.";
    free(first);
    return reason;
}

static struct reason
reason_of(const struct examination *examination, int status) {
    const struct source *source = &examination->source;
    if (status == EXIT_FIT)
        return (struct reason){0};
    if (source->fault != NULL)
        return (struct reason){pgcs_status_name(PGCS_ERR_SYSTEM), source->fault,
                               source->fault_hint, NULL};
    if (source->error != NULL)
        return (struct reason){pgcs_status_name(pgcs_error_status(source->error)),
                               pgcs_error_message(source->error),
                               pgcs_error_hint(source->error), NULL};
    struct reason reason = first_failure(examination->report);
    return reason.cause == NULL && examination->assessment != NULL
               ? reason_of_verdict(examination->assessment)
               : reason;
}

/* --- text ------------------------------------------------------------------------ */

/* "app@db.example.com:5432/shop, PostgreSQL 15.6, 12 ms, TLSv1.3"; free() it. */
static char *
describe_connected(const struct examination *examination) {
    const pgcs_report *report = examination->report;
    int64_t version = pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION);
    const char *host = view_host(examination);
    const char *user = pgcs_report_fact(report, PGCS_FACT_SESSION_USER);
    const char *database = pgcs_report_fact(report, PGCS_FACT_DATABASE);
    const char *tls = pgcs_report_fact(report, PGCS_FACT_TLS_VERSION);
    size_t warnings = 0;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    while (pgcs_findings_next(cursor))
        warnings += pgcs_finding_severity(cursor) == PGCS_SEVERITY_WARNING;
    pgcs_findings_free(cursor);
    char *port = view_port(examination);
    char *counted = warnings == 0   ? text_copy("")
                    : warnings == 1 ? text_copy(", 1 warning")
                                    : text_format(", %zu warnings", warnings);
    char *text = text_format(
        "%s%s%s:%s/%s, PostgreSQL %d.%d%s, %s, %s ms%s", user == NULL ? "" : user,
        user == NULL ? "" : "@", host == NULL ? "" : host, port,
        database == NULL ? "" : database, (int)(version / 10000), (int)(version % 10000),
        pgcs_report_fact_int(report, PGCS_FACT_IS_STANDBY) == 1 ? " standby" : "",
        tls == NULL ? "no TLS" : tls, pgcs_report_fact(report, PGCS_FACT_CONNECT_MS), counted);
    free(counted);
    free(port);
    return text;
}

static void
print_text(const struct summary *summary, const struct sink *sink, const struct roster *roster,
           const struct entry *entry, const struct examination *examination, int status) {
    struct reason reason = reason_of(examination, status);
    char *name = name_of(entry);
    char *text = NULL;
    if (reason.message == NULL)
        text = describe_connected(examination);
    else if (status == EXIT_BAD_USAGE)
        text = text_format("%s:%zu: %s", roster->name, entry->line, reason.message);
    else
        text = text_copy(reason.message);
    char *safe = text_safe(text, strlen(text));
    size_t indent = summary->name_width + 2 + WORD_WIDTH + 2;
    (void)fprintf(sink->stream, "%-*s  %s%-*s%s  ", (int)summary->name_width, name,
                  sink_style(sink, outcomes[status].style), WORD_WIDTH, outcomes[status].word,
                  sink_style(sink, STYLE_PLAIN));
    sink_wrap(sink, indent, indent, safe);
    free(safe);
    free(text);
    free(reason.made);
    free(name);
}

/* --- for programs ---------------------------------------------------------------- */

/* What view_json() prints for one connection, in one line behind what it is in the file. JSON
 * has no line breaks but between its values. */
static void
print_report_json(FILE *stream, const struct examination *examination,
                  const struct options *options) {
    char *data = NULL;
    size_t size = 0;
    struct sink sink = {.stream = open_memstream(&data, &size)};
    if (sink.stream == NULL)
        abort();
    view_json(&sink, examination, options);
    (void)fclose(sink.stream);
    for (size_t i = 0; i < size; i++) {
        if (data[i] == '\n')
            data[i] = ' ';
    }
    (void)fwrite(data + 1, 1, size - 2, stream); /* without "{" and the end of the line */
    free(data);
}

static void
print_json(const struct sink *sink, const struct entry *entry,
           const struct examination *examination, int status, const struct options *options) {
    (void)fprintf(sink->stream, "{\"line\": %zu, \"status\": %d, ", entry->line, status);
    if (examination->report != NULL) {
        print_report_json(sink->stream, examination, options);
    } else {
        json_t *connection = json_object();
        json_put(connection, "name", json_of_text(entry->label));
        json_put(connection, "ok", json_boolean(false));
        (void)fputs("\"connection\": ", sink->stream);
        json_print(sink->stream, connection);
        (void)fputs(", \"error\": ", sink->stream);
        json_print(sink->stream, source_json_error(&examination->source));
        (void)fputc('}', sink->stream);
    }
    (void)fputc('\n', sink->stream);
}

static const char *
or_empty(const char *text) {
    return text == NULL ? "" : text;
}

static void
print_csv(const struct sink *sink, const struct entry *entry,
          const struct examination *examination, int status) {
    const pgcs_report *report = examination->report;
    const pgcs_spec *spec = examination->source.spec;
    struct reason reason = reason_of(examination, status);
    char *port = spec == NULL ? text_copy("") : view_port(examination);
    bool is_port = *port >= '0' && *port <= '9';
    (void)fprintf(sink->stream, "%zu,", entry->line);
    csv_field(sink, or_empty(entry->label), ",");
    csv_field(sink, outcomes[status].key, ",");
    csv_field(sink, or_empty(reason.cause), ",");
    csv_field(sink, or_empty(reason.message), ",");
    csv_field(sink, or_empty(spec == NULL ? NULL : view_host(examination)), ",");
    csv_field(sink, is_port ? port : "", ",");
    csv_field(sink, or_empty(spec == NULL ? NULL : view_param(spec, "user")), ",");
    csv_field(sink, or_empty(spec == NULL ? NULL : view_param(spec, "dbname")), ",");
    csv_field(sink, or_empty(pgcs_report_fact(report, PGCS_FACT_SERVER_VERSION)), ",");
    csv_field(sink, or_empty(pgcs_report_fact(report, PGCS_FACT_CONNECT_MS)), "\r\n");
    free(port);
    free(reason.made);
}

/* --- the sum --------------------------------------------------------------------- */

static void
add_name(struct tally *tally, const struct entry *entry) {
    if (tally->count >= NAMES_TOLD)
        return;
    char *name = name_of(entry);
    char *longer = text_format("%s%s%s", tally->names, *tally->names == '\0' ? "" : ", ", name);
    free(tally->names);
    free(name);
    tally->names = longer;
}

static void
count_result(struct summary *summary, const struct entry *entry,
             const struct examination *examination, int status) {
    struct reason reason = reason_of(examination, status);
    struct tally *tally = NULL;
    summary->outcomes[status]++;
    for (size_t i = 0; reason.cause != NULL && i < summary->tally_count; i++) {
        if (strcmp(summary->tallies[i].cause, reason.cause) == 0)
            tally = &summary->tallies[i];
    }
    if (reason.cause != NULL && tally == NULL) {
        summary->tallies =
            text_grow(summary->tallies, (summary->tally_count + 1) * sizeof *summary->tallies);
        tally = &summary->tallies[summary->tally_count++];
        *tally = (struct tally){.cause = reason.cause,
                                .hint = reason.hint == NULL ? NULL : text_copy(reason.hint),
                                .names = text_copy("")};
    }
    if (tally != NULL) {
        add_name(tally, entry);
        tally->count++;
    }
    free(reason.made);
}

static int
compare_tallies(const void *left, const void *right) {
    const struct tally *a = left;
    const struct tally *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    return strcmp(a->cause, b->cause);
}

/* "30 checked in 2.1 s: 24 ok, 4 without connection, 2 bad specs" */
static void
print_counts(const struct summary *summary, const struct sink *sink) {
    size_t done = fleet_view_done(summary);
    long long took_ms = fleet_clock_ms() - summary->started_ms;
    const char *separator = ": ";
    (void)fputc('\n', sink->stream);
    (void)fputs(sink_style(sink, STYLE_STRONG), sink->stream);
    if (done < summary->total)
        (void)fprintf(sink->stream, "Interrupted: %zu of %zu checked", done, summary->total);
    else
        (void)fprintf(sink->stream, "%zu checked", done);
    (void)fprintf(sink->stream, " in %lld.%lld s%s", took_ms / 1000, took_ms / 100 % 10,
                  sink_style(sink, STYLE_PLAIN));
    for (size_t i = 0; i < OUTCOMES; i++) {
        if (summary->outcomes[i] == 0)
            continue;
        (void)fprintf(sink->stream, "%s%s%zu %s%s", separator,
                      sink_style(sink, outcomes[i].style), summary->outcomes[i],
                      summary->outcomes[i] == 1 ? outcomes[i].one : outcomes[i].many,
                      sink_style(sink, STYLE_PLAIN));
        separator = ", ";
    }
    (void)fputc('\n', sink->stream);
}

static void
print_tally(const struct sink *sink, const struct tally *tally) {
    char *words = view_code_words(tally->cause);
    char *names = tally->count <= NAMES_TOLD
                      ? text_copy(tally->names)
                      : text_format("%s and %zu more", tally->names, tally->count - NAMES_TOLD);
    (void)fprintf(sink->stream, "%7zu  %s%s%s: ", tally->count, sink_style(sink, STYLE_BAD),
                  words, sink_style(sink, STYLE_PLAIN));
    sink_wrap(sink, 9 + strlen(words) + 2, 9, names);
    if (tally->hint != NULL) {
        (void)fprintf(sink->stream, "%*s%s", 9, "", sink_style(sink, STYLE_FAINT));
        sink_wrap(sink, 9, 9, tally->hint);
        (void)fputs(sink_style(sink, STYLE_PLAIN), sink->stream);
    }
    free(names);
    free(words);
}

static void
print_summary_text(struct summary *summary, const struct sink *sink) {
    print_counts(summary, sink);
    for (size_t i = 0; i < summary->tally_count; i++)
        print_tally(sink, &summary->tallies[i]);
}

static void
print_summary_json(const struct summary *summary, const struct sink *sink) {
    json_t *causes = json_object();
    json_t *sum = json_object();
    json_t *line = json_object();
    size_t done = fleet_view_done(summary);
    for (size_t i = 0; i < summary->tally_count; i++)
        json_put(causes, summary->tallies[i].cause,
                 json_integer((json_int_t)summary->tallies[i].count));
    json_put(sum, "total", json_integer((json_int_t)summary->total));
    json_put(sum, "checked", json_integer((json_int_t)done));
    json_put(sum, "interrupted", json_boolean(done < summary->total));
    json_put(sum, "duration_ms", json_integer(fleet_clock_ms() - summary->started_ms));
    for (size_t i = 0; i < OUTCOMES; i++)
        json_put(sum, outcomes[i].key, json_integer((json_int_t)summary->outcomes[i]));
    json_put(sum, "causes", causes);
    json_put(line, "summary", sum);
    json_print(sink->stream, line);
    (void)fputc('\n', sink->stream);
}

void
fleet_view_begin(struct summary *summary, const struct sink *sink, const struct roster *roster,
                 const struct options *options) {
    *summary = (struct summary){.total = roster->count, .started_ms = fleet_clock_ms()};
    for (size_t i = 0; i < roster->count; i++) {
        char *name = name_of(&roster->entries[i]);
        size_t width = strlen(name) < WIDEST_NAME ? strlen(name) : WIDEST_NAME;
        summary->name_width = width > summary->name_width ? width : summary->name_width;
        free(name);
    }
    if (options->format == FORMAT_CSV)
        (void)fputs("line,label,outcome,cause,message,host,port,user,database,server_version,"
                    "connect_ms\r\n",
                    sink->stream);
}

void
fleet_view_result(struct summary *summary, const struct sink *sink, const struct roster *roster,
                  const struct entry *entry, const struct examination *examination, int status,
                  const struct options *options) {
    count_result(summary, entry, examination, status);
    if (options->format == FORMAT_JSON)
        print_json(sink, entry, examination, status, options);
    else if (options->format == FORMAT_CSV)
        print_csv(sink, entry, examination, status);
    else
        print_text(summary, sink, roster, entry, examination, status);
}

/* A table for programs has no place for it. */
void
fleet_view_end(struct summary *summary, const struct sink *sink,
               const struct options *options) {
    struct sink aside = sink_of(stderr, options->colour);
    qsort(summary->tallies, summary->tally_count, sizeof *summary->tallies, compare_tallies);
    if (options->format == FORMAT_JSON)
        print_summary_json(summary, sink);
    else
        print_summary_text(summary, options->format == FORMAT_CSV ? &aside : sink);
    for (size_t i = 0; i < summary->tally_count; i++) {
        free(summary->tallies[i].names);
        free(summary->tallies[i].hint);
    }
    free(summary->tallies);
    *summary = (struct summary){0};
}
