/*
 * pgconnspec convert: the same connection in another form. Offline; secrets come out as ***
 * unless they are asked for.
 */
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "findings.h"
#include "source.h"
#include "text.h"

static const struct {
    const char *name;
    pgcs_format format;
} forms[] = {
    {"uri", PGCS_FORMAT_URI},       {"conninfo", PGCS_FORMAT_KEYWORDS},
    {"env", PGCS_FORMAT_ENV},       {"service", PGCS_FORMAT_SERVICE},
    {"jdbc", PGCS_FORMAT_JDBC},     {"sqlalchemy", PGCS_FORMAT_SQLALCHEMY},
    {"npgsql", PGCS_FORMAT_NPGSQL},
};
#define FORMS (sizeof forms / sizeof forms[0])

static pgcs_format
find_form(const char *name) {
    for (size_t i = 0; i < FORMS; i++) {
        if (strcmp(forms[i].name, name) == 0)
            return forms[i].format;
    }
    return 0;
}

/* What other programs would read differently is said on standard error: the output is pasted.
 */
static bool
warn(const struct source *source) {
    struct sink sink = sink_of(stderr, COLOUR_AUTO);
    const pgcs_report *report = NULL;
    if (pgcs_spec_validate(source->spec, 0, &report, NULL) != PGCS_OK)
        return true;
    findings_print(&sink, report, PGCS_SEVERITY_WARNING, source->typed);
    bool good = pgcs_report_severity(report) < PGCS_SEVERITY_FAILURE;
    pgcs_report_unref(report);
    return good;
}

static int
convert(const struct options *options, struct source *source, pgcs_format format) {
    uint32_t flags = options_has(options, OPTION_SHOW_SECRETS) ? PGCS_WRITE_SECRETS : 0;
    const pgcs_text *text = NULL;
    if (!source_read(source, options, 0, false) ||
        pgcs_spec_write(source->spec, format, flags, &text, &source->error) != PGCS_OK) {
        source_complain(source);
        return EXIT_BAD_USAGE;
    }
    if ((flags & PGCS_WRITE_SECRETS) != 0)
        (void)umask(S_IRWXG | S_IRWXO);
    struct sink sink;
    int status = EXIT_BAD_USAGE;
    if (warn(source) && sink_open(&sink, options->value[OPTION_OUTPUT], options->colour)) {
        sink_lines(&sink, pgcs_text_data(text), pgcs_text_size(text));
        if (sink_close(&sink))
            status = EXIT_FIT;
    }
    pgcs_text_unref(text);
    return status;
}

int
run_convert(const struct options *options) {
    pgcs_format format = find_form(options->value[OPTION_TO]);
    if (format == 0) {
        complain_text("convert: there is no such form",
                      "--to takes uri, conninfo, env, jdbc, sqlalchemy, npgsql or service.");
        return EXIT_BAD_USAGE;
    }
    struct source source;
    int status = convert(options, &source, format);
    source_close(&source);
    return status;
}
