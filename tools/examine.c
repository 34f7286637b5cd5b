/*
 * Drives a pgcs_check by its non-blocking calls, as an event loop would: between two steps the
 * progress line moves. Only poll(2) waits.
 */
#include "examine.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define PROGRESS_MS 100

/* --- names ----------------------------------------------------------------------- */

/* One identifier from *text, which moves behind it; NULL when there is none. */
static char *
read_identifier(const char **text) {
    const char *from = *text;
    char *part = text_grow(NULL, strlen(from) + 1);
    size_t used = 0;
    if (*from != '"') {
        size_t size = strcspn(from, ".\"");
        memcpy(part, from, size);
        used = size;
        from += size;
    } else {
        from++;
        while (*from != '\0' && (*from != '"' || from[1] == '"')) {
            from += *from == '"';
            part[used++] = *from++;
        }
        used = *from == '"' ? used : 0;
        from += *from == '"';
    }
    part[used] = '\0';
    *text = from;
    if (used > 0)
        return part;
    free(part);
    return NULL;
}

bool
split_table_name(const char *text, char **schema, char **name) {
    *name = NULL;
    *schema = read_identifier(&text);
    if (*schema != NULL && *text == '.') {
        text++;
        *name = read_identifier(&text);
    }
    if (*name != NULL && *text == '\0')
        return true;
    free(*schema);
    free(*name);
    *schema = *name = NULL;
    return false;
}

/* Says which --schema or --table is none; NULL when all are good. */
static char *
scope_fault(const struct options *options) {
    for (size_t i = 0; i < options->schemas.count; i++)
        if (options->schemas.items[i][0] == '\0')
            return text_copy("--schema wants the name of a schema");
    for (size_t i = 0; i < options->tables.count; i++) {
        char *schema = NULL;
        char *name = NULL;
        if (!split_table_name(options->tables.items[i], &schema, &name))
            return text_format("--table wants SCHEMA.NAME, not \"%s\"",
                               options->tables.items[i]);
        free(schema);
        free(name);
    }
    return NULL;
}

/* --- scope ----------------------------------------------------------------------- */

typedef pgcs_status
schema_adder(void *object, const char *schema, pgcs_error **error);
typedef pgcs_status
table_adder(void *object, const char *schema, const char *table, pgcs_error **error);

static pgcs_status
add_check_schema(void *check, const char *schema, pgcs_error **error) {
    return pgcs_check_add_schema(check, schema, error);
}

static pgcs_status
add_check_table(void *check, const char *schema, const char *table, pgcs_error **error) {
    return pgcs_check_add_table(check, schema, table, error);
}

static pgcs_status
add_needs_schema(void *needs, const char *schema, pgcs_error **error) {
    return pgcs_needs_add_schema(needs, schema, error);
}

static pgcs_status
add_needs_table(void *needs, const char *schema, const char *table, pgcs_error **error) {
    return pgcs_needs_add_table(needs, schema, table, error);
}

/* Hand every --schema and --table on. */
static bool
add_scope(void *object, const struct options *options, schema_adder *add_schema,
          table_adder *add_table, pgcs_error **error) {
    for (size_t i = 0; i < options->schemas.count; i++) {
        if (add_schema(object, options->schemas.items[i], error) != PGCS_OK)
            return false;
    }
    for (size_t i = 0; i < options->tables.count; i++) {
        char *schema = NULL;
        char *name = NULL;
        bool good = split_table_name(options->tables.items[i], &schema, &name) &&
                    add_table(object, schema, name, error) == PGCS_OK;
        free(schema);
        free(name);
        if (!good)
            return false;
    }
    return true;
}

/* --- the check itself ------------------------------------------------------------ */

/* "checking db.example.com", safe to show; free() it. */
static char *
describe(const pgcs_spec *spec) {
    const char *host = pgcs_spec_is_secret(spec, "host") ? NULL : pgcs_spec_get(spec, "host");
    char *safe = host == NULL ? NULL : text_safe(host, strlen(host));
    char *text = text_format("checking %s", safe == NULL ? "the server" : safe);
    free(safe);
    return text;
}

/* Wait for what the check waits for, a tenth of a second at most; what is ready. */
static uint32_t
wait_for(pgcs_check *check) {
    uint32_t wants = pgcs_check_wants(check);
    struct pollfd descriptor = {.fd = pgcs_check_socket(check)};
    if ((wants & PGCS_WANT_READ) != 0)
        descriptor.events |= POLLIN;
    if ((wants & PGCS_WANT_WRITE) != 0)
        descriptor.events |= POLLOUT;
    int64_t timeout = pgcs_check_timeout_ms(check);
    if (timeout < 0 || timeout > PROGRESS_MS)
        timeout = PROGRESS_MS;
    int count = poll(&descriptor, 1, (int)timeout);
    if (count <= 0)
        return 0;
    uint32_t ready = 0;
    if ((descriptor.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        ready |= PGCS_WANT_READ;
    if ((descriptor.revents & (POLLOUT | POLLHUP | POLLERR)) != 0)
        ready |= PGCS_WANT_WRITE;
    return ready;
}

static bool
drive(pgcs_check *check, const char *what, pgcs_error **error) {
    struct progress progress = progress_start();
    uint32_t ready = 0;
    bool good = true;
    while (good && pgcs_check_state(check) < PGCS_STATE_DONE) {
        good = pgcs_check_step(check, ready, error) == PGCS_OK;
        if (!good || pgcs_check_state(check) >= PGCS_STATE_DONE)
            break;
        progress_show(&progress, what);
        ready = wait_for(check);
    }
    progress_end(&progress);
    return good;
}

/* One attempt; the report, or NULL with *error. */
static const pgcs_report *
attempt(const struct source *source, const struct options *options, uint32_t sections,
        pgcs_error **error) {
    pgcs_check *check = NULL;
    const pgcs_report *report = NULL;
    if (pgcs_check_new(source->spec, source->tls, source->policy, &check, error) != PGCS_OK)
        return NULL;
    char *what = describe(source->spec);
    if (pgcs_check_set_sections(check, sections, error) == PGCS_OK &&
        add_scope(check, options, add_check_schema, add_check_table, error) &&
        pgcs_check_set_timeout_ms(check, options->timeout_ms, error) == PGCS_OK &&
        drive(check, what, error))
        report = pgcs_report_ref(pgcs_check_report(check));
    free(what);
    pgcs_check_free(check);
    return report;
}

static bool
lacks_password(const pgcs_report *report) {
    bool lacks = false;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(cursor))
        lacks = lacks || pgcs_finding_code(cursor) == PGCS_CAUSE_PASSWORD_MISSING;
    pgcs_findings_free(cursor);
    return lacks;
}

/* False when the person gave none, or the spec does not take it. */
static bool
ask_password(struct source *source) {
    const char *user = pgcs_spec_get(source->spec, "user");
    char *safe = user == NULL ? NULL : text_safe(user, strlen(user));
    char *prompt =
        safe == NULL ? text_copy("Password: ") : text_format("Password of %s: ", safe);
    char *password = terminal_ask_secret(prompt);
    bool good = password != NULL && source_set(source, "password", password);
    text_wipe(password);
    free(prompt);
    free(safe);
    return good;
}

uint32_t
examine_sections(const struct options *options) {
    uint32_t sections = PGCS_SECTION_SESSION | PGCS_SECTION_TLS | PGCS_SECTION_ROLE |
                        PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS;
    return options->purpose != 0 ? sections | PGCS_SECTION_STRUCTURE : sections;
}

/* What can't work is told at once, and nobody is bothered with it. False with an error. */
static bool
judge_spec(struct examination *examination) {
    struct source *source = &examination->source;
    const pgcs_report *report = NULL;
    if (pgcs_spec_validate(source->spec, pgcs_libpq_version(), &report, &source->error) !=
        PGCS_OK)
        return false;
    examination->bad_spec = pgcs_report_severity(report) == PGCS_SEVERITY_FAILURE;
    if (examination->bad_spec)
        examination->report = report;
    else
        pgcs_report_unref(report);
    return true;
}

bool
examine(struct examination *examination, const struct options *options, size_t which,
        uint32_t sections) {
    struct source *source = &examination->source;
    *examination = (struct examination){0};
    if (!source_read(source, options, which, true))
        return false;
    source->fault = scope_fault(options);
    if (source->fault != NULL || !judge_spec(examination))
        return false;
    if (examination->bad_spec)
        return true;
    if (options_has(options, OPTION_PASSWORD) && !ask_password(source))
        return false;
    examination->report = attempt(source, options, sections, &source->error);
    bool may_ask =
        !options_has(options, OPTION_PASSWORD) && !options_has(options, OPTION_NO_PASSWORD);
    if (examination->report != NULL && may_ask && lacks_password(examination->report) &&
        ask_password(source)) {
        pgcs_report_unref(examination->report);
        examination->report = attempt(source, options, sections, &source->error);
    }
    return examination->report != NULL;
}

bool
examine_fitness(struct examination *examination, const struct options *options) {
    if (options->purpose == 0 || !examination_connected(examination))
        return true;
    pgcs_error **error = &examination->source.error;
    pgcs_needs *needs = pgcs_needs_new(options->purpose, options->needs);
    bool good = add_scope(needs, options, add_needs_schema, add_needs_table, error) &&
                pgcs_report_assess(examination->report, needs, &examination->assessment,
                                   error) == PGCS_OK;
    pgcs_needs_free(needs);
    return good;
}

bool
examination_connected(const struct examination *examination) {
    return pgcs_report_has_fact(examination->report, PGCS_FACT_SERVER_VERSION) != 0;
}

bool
examination_forbidden(const struct examination *examination) {
    bool forbidden = false;
    pgcs_findings *cursor = pgcs_findings_new(examination->report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(cursor))
        forbidden = forbidden || pgcs_rule_name(pgcs_finding_code(cursor)) != NULL;
    pgcs_findings_free(cursor);
    return forbidden && !examination_connected(examination);
}

/* Something that --schema or --table names is not there. */
static bool
lacks_scope(const pgcs_report *report) {
    bool lacks = false;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    while (pgcs_findings_next(cursor))
        lacks = lacks || pgcs_finding_code(cursor) == PGCS_CODE_SCHEMA_NOT_FOUND ||
                pgcs_finding_code(cursor) == PGCS_CODE_TABLE_NOT_FOUND;
    pgcs_findings_free(cursor);
    return lacks;
}

int
examination_status(const struct examination *examination) {
    if (examination->bad_spec)
        return EXIT_BAD_USAGE;
    if (examination_forbidden(examination))
        return EXIT_NOT_FIT;
    if (!examination_connected(examination))
        return EXIT_NO_CONNECTION;
    if (pgcs_report_severity(examination->report) == PGCS_SEVERITY_FAILURE)
        return EXIT_NOT_FIT;
    if (examination->assessment == NULL)
        return lacks_scope(examination->report) ? EXIT_NOT_FIT : EXIT_FIT;
    return pgcs_assessment_is_sufficient(examination->assessment) ? EXIT_FIT : EXIT_NOT_FIT;
}

void
examination_close(struct examination *examination) {
    pgcs_report_unref(examination->report);
    pgcs_assessment_unref(examination->assessment);
    source_close(&examination->source);
    *examination = (struct examination){0};
}
