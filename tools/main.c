/*
 * pgconnspec: what a person typed, turned into a PostgreSQL connection that is well understood,
 * safe and proven fit for its job. A client of the library's public headers only.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "excerpt.h"
#include "text.h"

const struct command commands[] = {
    {
        .name = "parse",
        .bit = COMMAND_PARSE,
        .specs = 1,
        .formats = "text json",
        .usage = "Usage: pgconnspec parse [OPTION]... SPEC\n"
                 "       pgconnspec parse [OPTION]... -\n",
        .summary = "say what a spec means and everything that is wrong with it, offline",
        .description =
            "Reads a connection spec as libpq does and shows its URI, its parameters without "
            "secrets, and each problem with its place and remedy. What other drivers write, "
            "and "
            "what was plainly mistyped, is read as well and said so; --strict refuses it. No "
            "environment variable, no file and no network is looked at. With - it reads one "
            "spec "
            "a line from standard input, and prints one JSON line for each with --format "
            "json.\n",
        .examples =
            "  pgconnspec parse 'postgresql://app:pa/ss@db.example.com/shop'\n"
            "  pgconnspec parse 'host=db.example.com dbname=shop port=54x2'\n"
            "  pgconnspec parse --format json - < specs.txt | jq -r 'select(.ok|not).input'\n",
        .run = run_parse,
    },
    {
        .name = "convert",
        .bit = COMMAND_CONVERT,
        .specs = 1,
        .usage = "Usage: pgconnspec convert --to FORM [OPTION]... SPEC\n",
        .summary = "write a spec in another form: URI, conninfo, PG* variables, JDBC ...",
        .description =
            "Writes the same connection in the form that another program wants. The URI is the "
            "one that all common drivers read alike. What a form can't carry is an error, "
            "never "
            "dropped in silence. Secrets come out as *** without --show-secrets.\n",
        .examples = "  pgconnspec convert --to uri 'host=db.example.com dbname=shop user=app'\n"
                    "  pgconnspec convert --to uri -h db.example.com -p 5433 -U app -d shop\n"
                    "  set -a; eval \"$(pgconnspec convert --to env --show-secrets - < "
                    "spec.txt)\"; psql\n",
        .run = run_convert,
    },
    {
        .name = "check",
        .bit = COMMAND_CHECK,
        .specs = 1,
        .formats = "table json csv html",
        .usage = "Usage: pgconnspec check [OPTION]... SPEC\n"
                 "       pgconnspec check --from FILE [-j N] [OPTION]...\n",
        .summary = "connect, look around, and say what the role can do and whether it will do",
        .description =
            "Connects, and reports the server, the role, TLS, and what the role can do with "
            "each object, in truth: through ownership, PUBLIC, other roles and predefined "
            "roles. With --as it judges whether that suffices. It writes nothing: all runs in "
            "one read-only transaction. A connection that fails is explained: cause and "
            "remedy. With --from it checks many, -j of them at once, tells of each as soon as "
            "it "
            "is known, and sums up.\n",
        .examples =
            "  pgconnspec check postgresql://app@db.example.com/shop\n"
            "  pgconnspec check --as source --schema sales -h db.example.com -U app -d shop\n"
            "  pgconnspec check --as destination --truncate --reset-sequences setval \\\n"
            "      --format html --output report.html postgresql://app@db.example.com/shop\n"
            "  pgconnspec check --format json postgresql://app@db.example.com/shop |\n"
            "      jq -r '.objects[] | select(.usable|not) | .schema + \".\" + .name'\n"
            "  pgconnspec check --from fleet.txt -j 50 --timeout 5\n",
        .run = run_check,
    },
    {
        .name = "grants",
        .bit = COMMAND_GRANTS,
        .specs = 1,
        .usage = "Usage: pgconnspec grants --as PURPOSE [OPTION]... SPEC\n",
        .summary = "print the GRANT statements that are missing for a job, and nothing else",
        .description = "Checks as the role and prints the fewest and narrowest statements that "
                       "make it fit "
                       "for the job, to be run by the owner. Nothing is printed when nothing "
                       "is missing.\n",
        .examples =
            "  pgconnspec grants --as source postgresql://app@db.example.com/shop\n"
            "  pgconnspec grants --as destination --truncate \\\n"
            "      postgresql://app@db.example.com/shop | psql postgresql://owner@.../shop\n",
        .run = run_grants,
    },
    {
        .name = "compare",
        .bit = COMMAND_COMPARE,
        .specs = 2,
        .formats = "table json csv html",
        .usage = "Usage: pgconnspec compare [OPTION]... SOURCE DESTINATION\n",
        .summary = "say where two databases differ so that a copy would break",
        .description =
            "Reads the structure of both databases and reports each difference: a failure "
            "where "
            "a copy from SOURCE to DESTINATION would break or lose data, a warning where it "
            "may. What is said of many objects is said once. Both sides being the very same "
            "database, whatever their names, is a failure, too, and so is a destination that "
            "can't be written.\n",
        .examples = "  pgconnspec compare postgresql://app@prod.example.com/shop \\\n"
                    "      postgresql://app@test.example.com/shop\n",
        .run = run_compare,
    },
    {
        .name = "explain",
        .bit = COMMAND_EXPLAIN,
        .specs = 1,
        .formats = "text json",
        .usage = "Usage: pgconnspec explain [OPTION]... SPEC\n",
        .summary = "say what TLS will really guarantee, offline, and how to raise it",
        .description =
            "Judges the spec and its certificates without connecting: whether the connection "
            "will be encrypted for certain, whether the server's certificate and name will be "
            "verified, and which setting would raise that.\n",
        .examples =
            "  pgconnspec explain 'postgresql://app@db.example.com/shop?sslmode=require'\n"
            "  pgconnspec explain --policy strict --root-cert ca.pem -h db.example.com\n"
            "  pgconnspec explain --policy list\n",
        .run = run_explain,
    },
    {.name = NULL},
};

static const struct command *
find_command(const char *name) {
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

static int
no_command(const char *name) {
    char *message = name == NULL ? text_copy("no command was given")
                                 : text_format("there is no command \"%s\"", name);
    complain_text(message, "Try: pgconnspec --help");
    free(message);
    return EXIT_BAD_USAGE;
}

static int
help_of(const char *name) {
    const struct command *command = name == NULL ? NULL : find_command(name);
    if (name != NULL && command == NULL)
        return no_command(name);
    if (command == NULL)
        help_print();
    else
        help_print_command(command);
    return EXIT_FIT;
}

/* What the commands write, they look after; help and versions went to a stream that may be
 * full. */
static int
ended(int status) {
    if (status != EXIT_FIT || (fflush(stdout) == 0 && ferror(stdout) == 0))
        return status;
    (void)fprintf(stderr, "pgconnspec: can't write standard output: %s\n", strerror(errno));
    return EXIT_BAD_USAGE;
}

int
main(int argc, char **argv) {
    terminal_set_locale();
    const char *name = argc < 2 ? "" : argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0)
        return ended(help_of(argc < 3 ? NULL : argv[2]));
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        version_print();
        return ended(EXIT_FIT);
    }
    const struct command *command = find_command(name);
    if (command == NULL)
        return no_command(argc < 2 ? NULL : name);
    struct options options;
    int status = EXIT_BAD_USAGE;
    if (options_read(&options, command, argc - 1, argv + 1, &status))
        status = command->run(&options);
    options_free(&options);
    return ended(status);
}
