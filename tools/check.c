/* pgconnspec check: connect, look around, judge, and print all of it. */
#include <unistd.h>

#include "commands.h"
#include "examine.h"
#include "findings.h"
#include "fleet.h"
#include "json.h"
#include "view.h"

static void
print_failure(const struct sink *sink, const struct examination *examination,
              const struct options *options) {
    if (options->format != FORMAT_JSON) {
        source_complain(&examination->source);
        return;
    }
    json_t *failure = json_object();
    json_t *connection = json_object();
    json_put(connection, "name", json_of_text(options->value[OPTION_NAME]));
    json_put(connection, "ok", json_boolean(false));
    json_put(failure, "connection", connection);
    json_put(failure, "error", source_json_error(&examination->source));
    json_print(sink->stream, failure);
    (void)fputc('\n', sink->stream);
}

/* What a table of objects has no place for. */
static void
print_findings(const struct examination *examination, const struct options *options) {
    struct sink sink = sink_of(stderr, options->colour);
    findings_print(&sink, examination->report, PGCS_SEVERITY_WARNING,
                   examination->source.typed);
    if (examination->assessment != NULL)
        view_verdict(&sink, examination, options);
}

static void
print_report(const struct sink *sink, const struct examination *examination,
             const struct options *options) {
    switch (options->format) {
    case FORMAT_JSON:
        view_json(sink, examination, options);
        break;
    case FORMAT_CSV:
        view_csv(sink, examination);
        print_findings(examination, options);
        break;
    case FORMAT_HTML:
        view_html(sink, examination, options);
        break;
    case FORMAT_TEXT:
        view_text(sink, examination, options);
        break;
    }
}

int
run_check(const struct options *options) {
    if (options_has(options, OPTION_FROM))
        return run_fleet(options);
    struct examination examination;
    bool tried = examine(&examination, options, 0, examine_sections(options));
    bool judged = tried && examine_fitness(&examination, options);
    int status = judged ? examination_status(&examination) : EXIT_BAD_USAGE;
    struct sink sink;
    if (!sink_open(&sink, options->value[OPTION_OUTPUT], options->colour)) {
        examination_close(&examination);
        return EXIT_BAD_USAGE;
    }
    if (tried)
        print_report(&sink, &examination, options);
    if (!tried || (!judged && options->format != FORMAT_JSON))
        print_failure(&sink, &examination, options);
    if (!sink_close(&sink))
        status = EXIT_BAD_USAGE;
    examination_close(&examination);
    return status;
}
