/*
 * pgconnspec explain: what TLS will really guarantee. Offline, by the policy that was asked
 * for, or by the default one.
 */
#include <string.h>
#include <time.h>

#include "commands.h"
#include "findings.h"
#include "json.h"
#include "source.h"
#include "text.h"
#include "view.h"

static int
list_policies(const struct options *options) {
    struct sink sink;
    if (!sink_open(&sink, options->value[OPTION_OUTPUT], options->colour))
        return EXIT_BAD_USAGE;
    for (size_t i = 0; i < pgcs_policy_count(); i++) {
        const pgcs_policy *policy = pgcs_policy_at(i);
        sink_put(&sink, STYLE_STRONG, pgcs_policy_name(policy));
        (void)fprintf(sink.stream, "%s\n  ",
                      pgcs_policy_is_retired(policy) ? " (withdrawn)" : "");
        sink_wrap(&sink, 2, 2, pgcs_policy_summary(policy));
        for (size_t j = 0; j < pgcs_policy_rule_count(policy); j++) {
            pgcs_rule rule = pgcs_policy_rule_at(policy, j);
            char *line = text_format("%s: %s", pgcs_rule_name(rule), pgcs_rule_summary(rule));
            (void)fputs("  - ", sink.stream);
            sink_wrap(&sink, 4, 4, line);
            free(line);
        }
    }
    if (pgcs_policy_count() == 0)
        (void)fputs("this build has no policies yet\n", sink.stream);
    return sink_close(&sink) ? EXIT_FIT : EXIT_BAD_USAGE;
}

static void
print_text(const struct sink *sink, const struct source *source, const pgcs_report *report) {
    const pgcs_text *uri = view_uri(source->spec);
    const char *mode = view_param(source->spec, "sslmode");
    if (uri != NULL)
        (void)fprintf(sink->stream, "%s\n", pgcs_text_data(uri));
    (void)fprintf(sink->stream, "  sslmode  %s\n", mode == NULL ? "prefer (default)" : mode);
    (void)fprintf(sink->stream, "  policy   %s\n", pgcs_policy_name(source->policy));
    findings_print(sink, report, PGCS_SEVERITY_NOTE, source->typed);
    if (pgcs_report_severity(report) < PGCS_SEVERITY_WARNING) {
        sink_put(sink, STYLE_GOOD, "FIT");
        (void)fputs(": the policy is kept\n", sink->stream);
    }
    pgcs_text_unref(uri);
}

static void
print_json(const struct sink *sink, const struct source *source, const pgcs_report *report) {
    const pgcs_text *uri = view_uri(source->spec);
    json_t *object = json_object();
    bool good = report != NULL && pgcs_report_severity(report) < PGCS_SEVERITY_FAILURE;
    json_put(object, "ok", json_boolean(good));
    json_put(object, "uri", json_of_text(uri == NULL ? NULL : pgcs_text_data(uri)));
    json_put(object, "policy", json_of_text(pgcs_policy_name(source->policy)));
    json_put(object, "findings", json_of_findings(report));
    if (source->error != NULL || source->fault != NULL)
        json_put(object, "error", source_json_error(source));
    json_print(sink->stream, object);
    (void)fputc('\n', sink->stream);
    pgcs_text_unref(uri);
}

static int
explain(const struct options *options, struct source *source) {
    const pgcs_report *report = NULL;
    bool good = source_read(source, options, 0, true);
    if (good && source->policy == NULL)
        source->policy = pgcs_policy_find("default");
    good =
        good && pgcs_policy_evaluate(source->policy, source->spec, source->tls,
                                     (int64_t)time(NULL), &report, &source->error) == PGCS_OK;
    struct sink sink;
    int status = EXIT_BAD_USAGE;
    if (sink_open(&sink, options->value[OPTION_OUTPUT], options->colour)) {
        if (options->format == FORMAT_JSON)
            print_json(&sink, source, report);
        else if (good)
            print_text(&sink, source, report);
        else
            source_complain(source);
        if (sink_close(&sink) && good)
            status =
                pgcs_report_severity(report) == PGCS_SEVERITY_FAILURE ? EXIT_NOT_FIT : EXIT_FIT;
    }
    pgcs_report_unref(report);
    return status;
}

int
run_explain(const struct options *options) {
    const char *policy = options->value[OPTION_POLICY];
    if (policy != NULL && strcmp(policy, "list") == 0)
        return list_policies(options);
    struct source source;
    int status = explain(options, &source);
    source_close(&source);
    return status;
}
