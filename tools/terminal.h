/*
 * Where output goes: a terminal with colours and a width, or a pipe or file without either.
 */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct sink {
    FILE *stream;
    const char *name; /* of the file, for messages */
    size_t width;     /* columns of the terminal; 0 where lines may be as long as they like */
    bool colour;
};

enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

enum style {
    STYLE_PLAIN,
    STYLE_STRONG,
    STYLE_FAINT,
    STYLE_GOOD,
    STYLE_WARNING,
    STYLE_BAD,
};

/* Character set of the environment, or UTF-8 where it names none. Call once, first. */
void
terminal_set_locale(void);

/* Standard output or error as it is. */
struct sink
sink_of(FILE *stream, enum colour_choice choice);
/* The file at path, made or emptied; standard output for NULL and "-". False: a message was
 * printed. */
bool
sink_open(struct sink *sink, const char *path, enum colour_choice choice);
/* Print lines for programs: as they are into a pipe or file; what a terminal would obey is
 * spelled out there. */
void
sink_lines(const struct sink *sink, const char *data, size_t size);
/* Flush and close; false after a write that failed, with a message. */
bool
sink_close(struct sink *sink);

/* The escape sequence that starts a style, "" without colours; STYLE_PLAIN ends it. */
const char *
sink_style(const struct sink *sink, enum style style);
/* Print text in a style. */
void
sink_put(const struct sink *sink, enum style style, const char *text);
/* Print text in lines no wider than the terminal, each after indent blanks; the first line
 * continues behind what stands there already, used columns. */
void
sink_wrap(const struct sink *sink, size_t used, size_t indent, const char *text);

/* One line on a terminal's standard error that tells what goes on; nothing elsewhere. */
struct progress {
    bool shown;
    bool enabled;
    long long started_ms;
};

struct progress
progress_start(void);
/* Show what, with the seconds since the start once it has lasted. */
void
progress_show(struct progress *progress, const char *what);
/* Take the line away. */
void
progress_end(struct progress *progress);

/* A secret typed at the terminal without being shown; free with text_wipe(). NULL without a
 * terminal or when the person gave up. */
char *
terminal_ask_secret(const char *prompt);

#endif
