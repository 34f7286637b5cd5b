/*
 * What --help and --version print. Options come from options.def, so that help and parser
 * can't disagree.
 */
#include <stdlib.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>

#include "options.h"
#include "text.h"

#define HELP_WIDTH  80
#define HELP_COLUMN 26

static const char *const group_titles[GROUPS] = {
    [GROUP_SPEC] = "The connection",
    [GROUP_TLS] = "TLS",
    [GROUP_NEEDS] = "What the connection is for",
    [GROUP_SCOPE] = "What is looked at",
    [GROUP_OUTPUT] = "Output",
};

static struct sink
help_sink(void) {
    struct sink sink = sink_of(stdout, COLOUR_AUTO);
    if (sink.width == 0 || sink.width > HELP_WIDTH)
        sink.width = HELP_WIDTH;
    return sink;
}

static char *
option_spelling(const struct option_row *row) {
    char letter[] = "    ";
    if (row->letter != 0) {
        letter[0] = '-';
        letter[1] = (char)row->letter;
        letter[2] = ',';
    }
    return text_format("%s--%s%s%s", letter, row->name, row->argument == NULL ? "" : " ",
                       row->argument == NULL ? "" : row->argument);
}

static void
print_option(const struct sink *sink, const struct command *command,
             const struct option_row *row) {
    char *spelling = option_spelling(row);
    size_t width = 2 + strlen(spelling);
    (void)fprintf(sink->stream, "  %s%s%s", sink_style(sink, STYLE_STRONG), spelling,
                  sink_style(sink, STYLE_PLAIN));
    if (width + 2 > HELP_COLUMN)
        (void)fprintf(sink->stream, "\n%*s", HELP_COLUMN, "");
    else
        (void)fprintf(sink->stream, "%*s", (int)(HELP_COLUMN - width), "");
    bool is_format = row == &option_rows[OPTION_FORMAT];
    char *formats = is_format ? text_listed(command->formats) : NULL;
    char *help =
        is_format ? text_format("%s; the first is the default", formats) : text_copy(row->help);
    sink_wrap(sink, HELP_COLUMN, HELP_COLUMN, help);
    free(formats);
    free(help);
    free(spelling);
}

static void
print_paragraphs(const struct sink *sink, const char *text) {
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");
        char *line = text_format("%.*s", (int)size, text);
        if (*line == ' ' || *line == '\0')
            (void)fprintf(sink->stream, "%s\n", line);
        else
            sink_wrap(sink, 0, 0, line);
        free(line);
        text += size + (text[size] == '\n');
    }
}

void
help_print_command(const struct command *command) {
    struct sink sink = help_sink();
    print_paragraphs(&sink, command->usage);
    (void)fputc('\n', sink.stream);
    print_paragraphs(&sink, command->description);
    for (size_t group = 0; group < GROUPS; group++) {
        bool titled = false;
        for (size_t i = 0; i < OPTIONS; i++) {
            const struct option_row *row = &option_rows[i];
            if (row->group != group || (row->commands & (unsigned)command->bit) == 0)
                continue;
            if (!titled)
                (void)fprintf(sink.stream, "\n%s%s:%s\n", sink_style(&sink, STYLE_STRONG),
                              group_titles[group], sink_style(&sink, STYLE_PLAIN));
            titled = true;
            print_option(&sink, command, row);
        }
    }
    (void)fprintf(sink.stream, "\n%sExamples:%s\n", sink_style(&sink, STYLE_STRONG),
                  sink_style(&sink, STYLE_PLAIN));
    print_paragraphs(&sink, command->examples);
    (void)fputs("\nExit status: 0 fit, 1 not fit, 2 bad usage or bad spec, 3 no connection.\n",
                sink.stream);
}

void
help_print(void) {
    struct sink sink = help_sink();
    (void)fputs("Usage: pgconnspec COMMAND [OPTION]... SPEC\n\n", sink.stream);
    print_paragraphs(&sink,
                     "Turns what a person typed into a PostgreSQL connection that is well "
                     "understood, safe and proven fit for its job.\n");
    (void)fprintf(sink.stream, "\n%sCommands:%s\n", sink_style(&sink, STYLE_STRONG),
                  sink_style(&sink, STYLE_PLAIN));
    for (const struct command *command = commands; command->name != NULL; command++) {
        (void)fprintf(sink.stream, "  %s%-9s%s ", sink_style(&sink, STYLE_STRONG),
                      command->name, sink_style(&sink, STYLE_PLAIN));
        sink_wrap(&sink, 12, 12, command->summary);
    }
    (void)fputc('\n', sink.stream);
    print_paragraphs(
        &sink,
        "SPEC is a URI (postgresql://user@host/database) or a keyword/value string "
        "('host=... dbname=...'); or use -h, -p, -U and -d as with psql, --variable or "
        "--service. A spec of - is read from standard input, which keeps it out of the list "
        "of processes. A password comes from the spec, PGPASSWORD, the password file "
        "(PGPASSFILE, ~/.pgpass) or a prompt, never from an option.\n"
        "\n"
        "Start with:\n"
        "  pgconnspec parse 'postgresql://app@db.example.com/shop?sslmode=verify-full'\n"
        "  pgconnspec check --as source postgresql://app@db.example.com/shop\n"
        "\n"
        "'pgconnspec COMMAND --help' explains each command; pgconnspec(1) all of them.\n"
        "\n"
        "Exit status: 0 fit, 1 not fit, 2 bad usage or bad spec, 3 no connection.\n");
}

void
version_print(void) {
    int32_t libpq = pgcs_libpq_version();
    (void)printf("pgconnspec %s", pgcs_version());
    if (libpq > 0)
        (void)printf(" (libpq %d.%d)", (int)(libpq / 10000), (int)(libpq % 10000));
    (void)putchar('\n');
}
