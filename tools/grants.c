/*
 * pgconnspec grants: only the statements that make the role fit, ready for psql. Whatever else
 * there is to say goes to standard error.
 */
#include "commands.h"
#include "examine.h"
#include "findings.h"

static int
print_script(const struct examination *examination, const struct options *options) {
    const pgcs_text *script = NULL;
    struct sink sink;
    if (pgcs_assessment_script(examination->assessment, &script, NULL) != PGCS_OK) {
        complain_text("out of memory", NULL);
        return EXIT_BAD_USAGE;
    }
    int status = EXIT_BAD_USAGE;
    if (sink_open(&sink, options->value[OPTION_OUTPUT], options->colour)) {
        if (pgcs_text_size(script) > 0)
            sink_lines(&sink, pgcs_text_data(script), pgcs_text_size(script));
        if (sink_close(&sink))
            status = examination_status(examination);
    }
    pgcs_text_unref(script);
    return status;
}

int
run_grants(const struct options *options) {
    struct examination examination;
    int status = EXIT_BAD_USAGE;
    bool judged = examine(&examination, options, 0, examine_sections(options)) &&
                  examine_fitness(&examination, options);
    if (examination.report != NULL) {
        struct sink sink = sink_of(stderr, options->colour);
        findings_print(&sink, examination.report, PGCS_SEVERITY_WARNING,
                       examination.source.typed);
    }
    if (!judged)
        source_complain(&examination.source);
    else if (!examination_connected(&examination))
        status = examination_status(&examination);
    else
        status = print_script(&examination, options);
    examination_close(&examination);
    return status;
}
