/*
 * getopt_long(3) fed from the rows of options.def. Everything that can be wrong with a command
 * line is said here, before anything is read or connected to.
 */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>

#include "text.h"

#define DEFAULT_TIMEOUT_MS 15000
#define DEFAULT_JOBS       16
#define MOST_JOBS          1000
#define FIRST_LONG         1000 /* value that getopt_long() answers for the first row */

const struct option_row option_rows[OPTIONS] = {
#define X(id, name, letter, argument, commands, group, help)                                   \
    [OPTION_##id] = {name, letter, argument, commands, group, help},
#include "options.def"
#undef X
};

static bool
usage_error(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool
usage_error(const struct command *command, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *message = NULL;
    int size = vasprintf(&message, format, arguments);
    va_end(arguments);
    char *safe = size < 0 ? NULL : text_safe(message, (size_t)size);
    (void)fprintf(stderr, "pgconnspec %s: %s\nTry: pgconnspec %s --help\n", command->name,
                  safe == NULL ? "bad usage" : safe, command->name);
    free(safe);
    free(message);
    return false;
}

/* The tables of getopt_long() for one command: a row that it does not take is unknown. */
static void
build_getopt(const struct command *command, struct option *longs, char *shorts) {
    size_t count = 0;
    *shorts++ = ':';
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option_row *row = &option_rows[i];
        if ((row->commands & command->bit) == 0)
            continue;
        longs[count++] = (struct option){
            .name = row->name,
            .has_arg = row->argument == NULL ? no_argument : required_argument,
            .val = FIRST_LONG + (int)i,
        };
        if (row->letter == 0)
            continue;
        *shorts++ = (char)row->letter;
        if (row->argument != NULL)
            *shorts++ = ':';
    }
    longs[count] = (struct option){0};
    *shorts = '\0';
}

static size_t
row_of(const struct command *command, int answer) {
    if (answer >= FIRST_LONG)
        return (size_t)(answer - FIRST_LONG);
    for (size_t i = 0; i < OPTIONS; i++) {
        if (option_rows[i].letter == answer && (option_rows[i].commands & command->bit) != 0)
            return i;
    }
    return OPTIONS;
}

static void
list_add(struct list *list, const char *item) {
    list->items = text_grow(list->items, (list->count + 1) * sizeof *list->items);
    list->items[list->count++] = item;
}

/* Number of the word in a blank-separated list, or -1. */
static int
word_index(const char *words, const char *word) {
    size_t size = strlen(word);
    for (int i = 0; *words != '\0'; i++) {
        size_t length = strcspn(words, " ");
        if (length == size && memcmp(words, word, size) == 0)
            return i;
        words += length;
        words += strspn(words, " ");
    }
    return -1;
}

static bool
read_choice(const struct command *command, const struct options *options, enum option_id id,
            const char *words, int *choice) {
    const char *value = options->value[id];
    if (value == NULL || words == NULL)
        return true;
    int index = word_index(words, value);
    if (index >= 0) {
        *choice = index;
        return true;
    }
    char *listed = text_listed(words);
    (void)usage_error(command, "--%s takes %s", option_rows[id].name, listed);
    free(listed);
    return false;
}

static bool
read_timeout(const struct command *command, struct options *options) {
    const char *value = options->value[OPTION_TIMEOUT];
    options->timeout_ms = DEFAULT_TIMEOUT_MS;
    if (value == NULL)
        return true;
    char *end = NULL;
    errno = 0;
    double seconds = strtod(value, &end);
    if (end == value || *end != '\0' || errno != 0 || !(seconds >= 0 && seconds <= 86400))
        return usage_error(command, "--timeout takes seconds from 0 to 86400");
    options->timeout_ms = seconds == 0 ? -1 : (int64_t)ceil(seconds * 1000);
    return true;
}

static bool
read_jobs(const struct command *command, struct options *options) {
    const char *value = options->value[OPTION_JOBS];
    options->jobs = DEFAULT_JOBS;
    if (value == NULL)
        return true;
    char *end = NULL;
    unsigned long jobs = strtoul(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || jobs < 1 || jobs > MOST_JOBS)
        return usage_error(command, "--jobs takes a number from 1 to %d", MOST_JOBS);
    options->jobs = jobs;
    return true;
}

/* What makes no sense for a whole file of specs. */
static bool
read_from(const struct command *command, const struct options *options) {
    static const enum option_id others[] = {OPTION_VARIABLE, OPTION_SERVICE, OPTION_NAME,
                                            OPTION_PASSWORD};
    if (!options_has(options, OPTION_FROM))
        return !options_has(options, OPTION_JOBS) ||
               usage_error(command, "--jobs needs --from");
    if (options->spec_count > 0)
        return usage_error(command, "a spec and --from exclude each other");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (options_has(options, others[i]))
            return usage_error(command, "--%s and --from exclude each other",
                               option_rows[others[i]].name);
    }
    if (options->format == FORMAT_HTML)
        return usage_error(command, "--format html is for one connection, not for --from");
    return true;
}

static bool
read_needs(const struct command *command, struct options *options) {
    static const struct {
        enum option_id id;
        uint32_t flag;
    } flags[] = {
        {OPTION_TRUNCATE, PGCS_NEED_TRUNCATE},
        {OPTION_CASCADE, PGCS_NEED_CASCADE},
        {OPTION_CREATE_TABLES, PGCS_NEED_CREATE_TABLES},
        {OPTION_CREATE_SCHEMAS, PGCS_NEED_CREATE_SCHEMAS},
        {OPTION_UPSERT, PGCS_NEED_UPSERT},
        {OPTION_INSERT_ONLY, PGCS_NEED_INSERT_ONLY},
        {OPTION_ALL_TABLES, PGCS_NEED_ALL_TABLES},
    };
    int purpose = -1;
    int reset = -1;
    if (!read_choice(command, options, OPTION_AS, "source destination", &purpose) ||
        !read_choice(command, options, OPTION_RESET_SEQUENCES, "setval restart", &reset))
        return false;
    options->purpose = purpose < 0    ? 0
                       : purpose == 0 ? PGCS_PURPOSE_SOURCE
                                      : PGCS_PURPOSE_DESTINATION;
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++)
        options->needs |= options_has(options, flags[i].id) ? flags[i].flag : 0;
    if (reset >= 0)
        options->needs |= reset == 0 ? PGCS_NEED_SETVAL : PGCS_NEED_RESTART;
    if ((options->needs & ~PGCS_NEED_ALL_TABLES) != 0 &&
        options->purpose != PGCS_PURPOSE_DESTINATION)
        return usage_error(command, "what a job writes needs --as destination");
    if ((options->needs & PGCS_NEED_CASCADE) != 0 && (options->needs & PGCS_NEED_TRUNCATE) == 0)
        return usage_error(command, "--cascade needs --truncate");
    if ((options->needs & PGCS_NEED_UPSERT) != 0 &&
        (options->needs & PGCS_NEED_INSERT_ONLY) != 0)
        return usage_error(command, "--upsert and --insert-only contradict each other");
    if (command->bit == COMMAND_GRANTS && options->purpose == 0)
        return usage_error(command, "needs --as source or --as destination");
    return true;
}

static bool
read_formats(const struct command *command, struct options *options) {
    static const struct {
        const char *name;
        enum format format;
    } names[] = {
        {"text", FORMAT_TEXT}, {"table", FORMAT_TEXT}, {"json", FORMAT_JSON},
        {"csv", FORMAT_CSV},   {"html", FORMAT_HTML},
    };
    int ignored = 0;
    int colour = COLOUR_AUTO;
    if (!read_choice(command, options, OPTION_FORMAT, command->formats, &ignored) ||
        !read_choice(command, options, OPTION_COLOUR, "auto always never", &colour))
        return false;
    options->colour = (enum colour_choice)colour;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = options->value[OPTION_FORMAT];
        if (value != NULL && strcmp(value, names[i].name) == 0)
            options->format = names[i].format;
    }
    return true;
}

/* What the person calls the spec: an argument, or options that stand for one. */
static bool
read_spec(const struct command *command, const struct options *options) {
    static const enum option_id host_form[] = {OPTION_HOST, OPTION_PORT, OPTION_USER,
                                               OPTION_DATABASE};
    const char *policy = options->value[OPTION_POLICY];
    if (policy != NULL && strcmp(policy, "list") == 0)
        return true;
    bool has_variable = options_has(options, OPTION_VARIABLE);
    bool has_service = options_has(options, OPTION_SERVICE);
    bool has_host_form = false;
    for (size_t i = 0; i < sizeof host_form / sizeof host_form[0]; i++)
        has_host_form = has_host_form || options_has(options, host_form[i]);
    if (command->specs == 2 && options->spec_count != 2)
        return usage_error(command, "takes two specs, the source's and the destination's");
    if (command->specs == 2 && strcmp(options->specs[0], "-") == 0 &&
        strcmp(options->specs[1], "-") == 0)
        return usage_error(command, "only one spec can come from standard input");
    if (command->specs != 2 && options->spec_count + has_variable + has_service > 1)
        return usage_error(command, "a spec, --variable and --service exclude each other");
    if (options->spec_count == 0 && !has_variable && !has_service && !has_host_form &&
        !options_has(options, OPTION_FROM))
        return usage_error(command, "no connection was given");
    if (options_has(options, OPTION_VARIABLE_PREFIX) && !has_variable)
        return usage_error(command, "--variable-prefix needs --variable");
    if (command->bit == COMMAND_CONVERT && !options_has(options, OPTION_TO))
        return usage_error(command, "needs --to uri, conninfo, env, jdbc, sqlalchemy, npgsql "
                                    "or service");
    if (options_has(options, OPTION_PASSWORD) && options_has(options, OPTION_NO_PASSWORD))
        return usage_error(command, "--password and --no-password contradict each other");
    return true;
}

/* One answer of getopt_long(). */
static bool
take(const struct command *command, struct options *options, int answer, char **argv) {
    if (answer == ':')
        return usage_error(command, "option %s needs an argument", argv[optind - 1]);
    if (answer == '?' && optopt > 0 && optopt < FIRST_LONG)
        return usage_error(command, "unknown option -%c", optopt);
    if (answer == '?' && optopt >= FIRST_LONG)
        return usage_error(command, "option --%s takes no argument",
                           option_rows[optopt - FIRST_LONG].name);
    if (answer == '?')
        return usage_error(command, "unknown option %.*s", (int)strcspn(argv[optind - 1], "="),
                           argv[optind - 1]);
    size_t id = row_of(command, answer);
    options->value[id] = optarg == NULL ? "" : optarg;
    if (id == OPTION_SCHEMA)
        list_add(&options->schemas, optarg);
    if (id == OPTION_TABLE)
        list_add(&options->tables, optarg);
    return true;
}

bool
options_read(struct options *options, const struct command *command, int argc, char **argv,
             int *status) {
    struct option longs[OPTIONS + 1];
    char shorts[2 * OPTIONS + 2];
    build_getopt(command, longs, shorts);
    *options = (struct options){.command = command->bit};
    *status = EXIT_BAD_USAGE;
    opterr = 0;
    for (;;) {
        optopt = 0;
        int answer = getopt_long(argc, argv, shorts, longs, NULL);
        if (answer == -1)
            break;
        if (!take(command, options, answer, argv))
            return false;
    }
    if (options_has(options, OPTION_HELP) || options_has(options, OPTION_VERSION)) {
        if (options_has(options, OPTION_HELP))
            help_print_command(command);
        else
            version_print();
        *status = EXIT_FIT;
        return false;
    }
    for (; optind < argc; optind++) {
        if (options->spec_count == command->specs)
            return usage_error(command, "too many arguments; quote a spec that has blanks");
        options->specs[options->spec_count++] = argv[optind];
    }
    return read_formats(command, options) && read_timeout(command, options) &&
           read_needs(command, options) && read_jobs(command, options) &&
           read_from(command, options) && read_spec(command, options);
}

void
options_free(struct options *options) {
    free(options->schemas.items);
    free(options->tables.items);
    *options = (struct options){0};
}
