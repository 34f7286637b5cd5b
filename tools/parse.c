/*
 * pgconnspec parse: what a spec says, and everything that is wrong with it, offline. Nothing
 * but the text counts here: no variable, no file.
 */
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "findings.h"
#include "json.h"
#include "source.h"
#include "text.h"

/* The spec without its secrets in the form that drivers read alike; or why it has none. */
static const pgcs_text *
write_uri(const pgcs_spec *spec, pgcs_error **error) {
    const pgcs_text *uri = NULL;
    if (pgcs_spec_write(spec, PGCS_FORMAT_URI, 0, &uri, error) != PGCS_OK)
        return NULL;
    return uri;
}

static json_t *
json_of_params(const pgcs_spec *spec) {
    json_t *params = json_object();
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        const char *key = pgcs_spec_key_at(spec, i);
        const char *value = pgcs_spec_is_secret(spec, key) ? NULL : pgcs_spec_value_at(spec, i);
        json_put(params, key, json_of_text(value));
    }
    return params;
}

static void
print_json(const struct sink *sink, const struct source *source, const pgcs_report *report) {
    json_t *line = json_object();
    char *input = excerpt_redacted(source->typed);
    json_t *error = json_of_failure(report);
    if (source->error != NULL || source->fault != NULL)
        error = source_json_error(source);
    json_put(line, "ok", json_boolean(error == NULL));
    json_put(line, "input", json_of_text(source->typed.text == NULL ? NULL : input));
    free(input);
    if (source->spec != NULL) {
        const pgcs_text *uri = write_uri(source->spec, NULL);
        json_put(line, "name", json_of_text(pgcs_spec_label(source->spec)));
        json_put(line, "params", json_of_params(source->spec));
        json_put(line, "uri", json_of_text(uri == NULL ? NULL : pgcs_text_data(uri)));
        pgcs_text_unref(uri);
    }
    json_put(line, "findings", json_of_findings(report));
    if (error != NULL)
        json_put(line, "error", error);
    json_print(sink->stream, line);
    (void)fputc('\n', sink->stream);
}

static void
print_params(const struct sink *sink, const pgcs_spec *spec) {
    size_t widest = 0;
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        size_t width = strlen(pgcs_spec_key_at(spec, i));
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        const char *key = pgcs_spec_key_at(spec, i);
        const char *value = pgcs_spec_value_at(spec, i);
        char *safe = text_safe(value, strlen(value));
        (void)fprintf(sink->stream, "  %-*s  %s\n", (int)widest, key,
                      pgcs_spec_is_secret(spec, key) ? "***" : safe);
        free(safe);
    }
}

static void
print_text(const struct sink *sink, const struct source *source, const pgcs_report *report) {
    pgcs_error *error = NULL;
    const pgcs_text *uri = write_uri(source->spec, &error);
    if (uri != NULL) {
        char *safe = text_safe(pgcs_text_data(uri), pgcs_text_size(uri));
        sink_put(sink, STYLE_STRONG, safe);
        (void)fputc('\n', sink->stream);
        free(safe);
    } else {
        const char *message = pgcs_error_message(error);
        sink_put(sink, STYLE_FAINT, "no URI: ");
        sink_wrap(sink, 8, 2, message == NULL ? "out of memory" : message);
    }
    pgcs_text_unref(uri);
    pgcs_error_free(error);
    const char *label = pgcs_spec_label(source->spec);
    if (label != NULL)
        (void)fprintf(sink->stream, "named %s\n", label);
    print_params(sink, source->spec);
    findings_print(sink, report, PGCS_SEVERITY_NOTE, source->typed);
}

/* Print one spec that was read, or why it was not; its exit code. */
static int
print_spec(const struct sink *sink, const struct options *options, struct source *source) {
    const pgcs_report *report = NULL;
    bool readable = false;
    if (source->spec != NULL && source->error == NULL && source->fault == NULL)
        readable = pgcs_spec_validate(source->spec, 0, &report, &source->error) == PGCS_OK;
    bool good = readable && pgcs_report_severity(report) < PGCS_SEVERITY_FAILURE;
    if (options->format == FORMAT_JSON)
        print_json(sink, source, report);
    else if (readable)
        print_text(sink, source, report);
    else
        source_complain(source);
    pgcs_report_unref(report);
    return good ? EXIT_FIT : EXIT_BAD_USAGE;
}

/* One spec a line, until the end; the worst exit code. */
static int
parse_lines(const struct sink *sink, const struct options *options) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t got = 0;
    int worst = EXIT_FIT;
    size_t number = 0;
    while ((got = getline(&line, &capacity, stdin)) >= 0) {
        size_t size = (size_t)got;
        size -= size > 0 && line[size - 1] == '\n';
        size -= size > 0 && line[size - 1] == '\r';
        struct source source = {.typed = {line, size}, .error_in_typed = true};
        pgcs_status read = pgcs_spec_parse(line, size, source_parse_flags(options),
                                           &source.spec, &source.error);
        number++;
        if (options->format == FORMAT_TEXT && read != PGCS_OK)
            (void)fprintf(stderr, "line %zu:\n", number);
        int status = print_spec(sink, options, &source);
        worst = status > worst ? status : worst;
        source_close(&source);
        explicit_bzero(line, capacity);
    }
    free(line);
    if (!ferror(stdin))
        return worst;
    complain_text("can't read standard input", NULL);
    return EXIT_BAD_USAGE;
}

int
run_parse(const struct options *options) {
    struct sink sink;
    if (!sink_open(&sink, options->value[OPTION_OUTPUT], options->colour))
        return EXIT_BAD_USAGE;
    int status = EXIT_FIT;
    if (options->spec_count == 1 && strcmp(options->specs[0], "-") == 0) {
        status = parse_lines(&sink, options);
    } else {
        struct source source;
        (void)source_read(&source, options, 0, false);
        status = print_spec(&sink, options, &source);
        source_close(&source);
    }
    return sink_close(&sink) ? status : EXIT_BAD_USAGE;
}
