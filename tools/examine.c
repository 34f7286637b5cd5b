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

char *
examine_scope_fault(const struct options *options) {
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

/* One side, while it is tried. */
struct attempt {
    struct examination *examination;
    pgcs_check *check;
    char *what;
};

static bool
runs(const struct attempt *attempt) {
    return attempt->check != NULL && pgcs_check_state(attempt->check) < PGCS_STATE_DONE;
}

/* Wait for what the checks wait for, a tenth of a second at most. */
static void
wait_for(const struct attempt *attempts, size_t count) {
    struct pollfd descriptors[2];
    nfds_t used = 0;
    int64_t timeout = PROGRESS_MS;
    for (size_t i = 0; i < count; i++) {
        pgcs_check *check = attempts[i].check;
        if (!runs(&attempts[i]))
            continue;
        uint32_t wants = pgcs_check_wants(check);
        int64_t own = pgcs_check_timeout_ms(check);
        timeout = own >= 0 && own < timeout ? own : timeout;
        descriptors[used++] =
            (struct pollfd){.fd = pgcs_check_socket(check),
                            .events = (short)(((wants & PGCS_WANT_READ) != 0 ? POLLIN : 0) |
                                              ((wants & PGCS_WANT_WRITE) != 0 ? POLLOUT : 0))};
    }
    (void)poll(descriptors, used, (int)timeout);
}

/* Step all that run until none does. */
static void
drive(struct attempt *attempts, size_t count) {
    struct progress progress = progress_start();
    for (;;) {
        const char *what = NULL;
        for (size_t i = 0; i < count; i++) {
            struct attempt *attempt = &attempts[i];
            if (runs(attempt) &&
                pgcs_check_step(attempt->check, 0, &attempt->examination->source.error) !=
                    PGCS_OK)
                continue;
            if (runs(attempt))
                what = attempt->what;
        }
        if (what == NULL)
            break;
        progress_show(&progress, what);
        wait_for(attempts, count);
    }
    progress_end(&progress);
}

static pgcs_check *
prepare(struct examination *examination, const struct options *options, uint32_t sections) {
    struct source *source = &examination->source;
    pgcs_check *check = NULL;
    if (pgcs_check_new(source->spec, source->tls, source->policy, &check, &source->error) !=
        PGCS_OK)
        return NULL;
    if (pgcs_check_set_sections(check, sections, &source->error) == PGCS_OK &&
        add_scope(check, options, add_check_schema, add_check_table, &source->error) &&
        pgcs_check_set_timeout_ms(check, options->timeout_ms, &source->error) == PGCS_OK)
        return check;
    pgcs_check_free(check);
    return NULL;
}

/* Try one side, or both as a pair; a side without a report has an error. */
static void
try_sides(struct examination *sides, size_t count, const struct options *options,
          uint32_t sections) {
    struct attempt attempts[2] = {{.check = NULL}, {.check = NULL}};
    bool good = true;
    for (size_t i = 0; i < count; i++) {
        attempts[i] = (struct attempt){
            .examination = &sides[i],
            .check = prepare(&sides[i], options, sections),
            .what = describe(sides[i].source.spec),
        };
        good = good && attempts[i].check != NULL;
    }
    if (good && count == 2)
        good = pgcs_check_pair(attempts[0].check, attempts[1].check, &sides[0].source.error) ==
               PGCS_OK;
    if (good)
        drive(attempts, count);
    for (size_t i = 0; i < count; i++) {
        pgcs_report_unref(sides[i].report);
        sides[i].report = pgcs_report_ref(pgcs_check_report(attempts[i].check));
        pgcs_check_free(attempts[i].check);
        free(attempts[i].what);
    }
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
    uint32_t sections = PGCS_SECTION_SESSION | PGCS_SECTION_TLS | PGCS_SECTION_ROLE;
    bool asked = options->purpose != 0 || options_has(options, OPTION_ALL) ||
                 options->schemas.count + options->tables.count > 0;
    if (asked || !options_has(options, OPTION_FROM))
        sections |= PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS;
    if (options_has(options, OPTION_CREATE_TABLES) || options_has(options, OPTION_ALL))
        sections |= PGCS_SECTION_TYPES;
    if (options_has(options, OPTION_ALL))
        sections |= PGCS_SECTION_LAST_VALUES;
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

/* Read and judge the spec. True when there is something to connect with. */
static bool
begin(struct examination *examination, const struct options *options, size_t which) {
    struct source *source = &examination->source;
    *examination = (struct examination){0};
    if (!source_read(source, options, which, true))
        return false;
    source->fault = examine_scope_fault(options);
    if (source->fault != NULL || !judge_spec(examination) || examination->bad_spec)
        return false;
    return !options_has(options, OPTION_PASSWORD) || ask_password(source);
}

/* Ask for the password that the server wanted. True when there is one now. */
static bool
ask_again(struct examination *examination, const struct options *options) {
    bool may_ask =
        !options_has(options, OPTION_PASSWORD) && !options_has(options, OPTION_NO_PASSWORD);
    return may_ask && examination->report != NULL && lacks_password(examination->report) &&
           ask_password(&examination->source);
}

bool
examine(struct examination *examination, const struct options *options, size_t which,
        uint32_t sections) {
    if (!begin(examination, options, which))
        return examination->bad_spec;
    try_sides(examination, 1, options, sections);
    if (ask_again(examination, options))
        try_sides(examination, 1, options, sections);
    return examination->report != NULL;
}

void
examine_both(struct examination sides[2], const struct options *options, uint32_t sections,
             bool tried[2]) {
    bool good[2], again = false;
    for (size_t i = 0; i < 2; i++)
        good[i] = begin(&sides[i], options, i);
    for (size_t i = 0; i < 2 && !(good[0] && good[1]); i++)
        if (good[i])
            try_sides(&sides[i], 1, options, PGCS_SECTION_SESSION);
    if (good[0] && good[1]) {
        try_sides(sides, 2, options, sections);
        for (size_t i = 0; i < 2; i++)
            again = ask_again(&sides[i], options) || again;
        if (again)
            try_sides(sides, 2, options, sections);
    }
    for (size_t i = 0; i < 2; i++)
        tried[i] = sides[i].report != NULL;
}

bool
examine_begin(struct examination *examination, const struct options *options, const char *text,
              size_t size, pgcs_check **check) {
    struct source *source = &examination->source;
    *examination = (struct examination){0};
    *check = NULL;
    if (!source_read_line(source, options, text, size) || !judge_spec(examination))
        return false;
    if (!examination->bad_spec)
        *check = prepare(examination, options, examine_sections(options));
    return examination->bad_spec || *check != NULL;
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
