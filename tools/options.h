/*
 * The command line as a value: which command, which spec, which options.
 */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "terminal.h"

enum exit_code {
    EXIT_FIT = 0,
    EXIT_NOT_FIT = 1,
    EXIT_BAD_USAGE = 2, /* also a bad spec, and output that can't be written */
    EXIT_NO_CONNECTION = 3,
};

enum command_bit {
    COMMAND_PARSE = 1 << 0,
    COMMAND_CONVERT = 1 << 1,
    COMMAND_CHECK = 1 << 2,
    COMMAND_GRANTS = 1 << 3,
    COMMAND_COMPARE = 1 << 4,
    COMMAND_EXPLAIN = 1 << 5,
    TAKES_NEEDS = COMMAND_CHECK | COMMAND_GRANTS,
    TAKES_SCOPE = TAKES_NEEDS | COMMAND_COMPARE,
    TAKES_TLS = TAKES_NEEDS | COMMAND_EXPLAIN,
    TAKES_SPEC = COMMAND_PARSE | COMMAND_CONVERT | TAKES_TLS,
    HAS_FORMAT = COMMAND_PARSE | COMMAND_CHECK | COMMAND_COMPARE | COMMAND_EXPLAIN,
    EVERY_COMMAND = TAKES_SPEC | COMMAND_COMPARE,
};

enum option_group { GROUP_SPEC, GROUP_TLS, GROUP_NEEDS, GROUP_SCOPE, GROUP_OUTPUT, GROUPS };

enum option_id {
#define X(id, name, letter, argument, commands, group, help) OPTION_##id,
#include "options.def"
#undef X
    OPTIONS
};

/* One row of options.def. */
struct option_row {
    const char *name;
    int letter;
    const char *argument; /* NULL for a switch */
    unsigned commands;
    enum option_group group;
    const char *help;
};
extern const struct option_row option_rows[OPTIONS];

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_HTML };

/* Arguments of an option that may be given again, borrowed from argv. */
struct list {
    const char **items;
    size_t count;
};

struct options {
    enum command_bit command;
    const char *value[OPTIONS]; /* last argument of each option; "" for a switch; or NULL */
    struct list schemas;
    struct list tables;
    const char *specs[2]; /* what stands without an option */
    size_t spec_count;
    enum format format;
    enum colour_choice colour;
    int64_t timeout_ms; /* -1 for ever */
    size_t jobs;        /* at once, of --from */
    int32_t purpose;    /* pgcs_purpose, 0 for none */
    uint32_t needs;     /* PGCS_NEED_* */
};

struct command {
    const char *name;
    enum command_bit bit;
    size_t specs;        /* how many SPECs it takes */
    const char *formats; /* "text json", the first is the default; NULL where it has none */
    const char *usage;   /* lines, without the command's own name */
    const char *summary;
    const char *description;
    const char *examples;
    int (*run)(const struct options *options);
};

/* Read argv after the command's name. False: *status is the exit code, all is said. */
bool
options_read(struct options *options, const struct command *command, int argc, char **argv,
             int *status);
void
options_free(struct options *options);
static inline bool
options_has(const struct options *options, enum option_id id) {
    return options->value[id] != NULL;
}

/* All commands, ended by a NULL name. */
extern const struct command commands[];

/* What --help prints, for all and for one command. */
void
help_print(void);
void
help_print_command(const struct command *command);
void
version_print(void);

#endif
