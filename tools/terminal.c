/*
 * The terminal's side of the command. Colours only where a person looks (https://no-color.org),
 * progress only on a terminal's standard error, secrets typed without echo.
 */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define PROGRESS_AFTER_MS 400 /* what is quicker needs no line */
#define SECRET_SIZE       1024

static const char *const styles[] = {
    [STYLE_PLAIN] = "\033[0m", [STYLE_STRONG] = "\033[1m",   [STYLE_FAINT] = "\033[2m",
    [STYLE_GOOD] = "\033[32m", [STYLE_WARNING] = "\033[33m", [STYLE_BAD] = "\033[31m",
};

void
terminal_set_locale(void) {
    if (setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0)
        return;
    /* Names are UTF-8 wherever they come from; without this their width is unknown. */
    (void)setlocale(LC_CTYPE, "C.UTF-8");
}

static bool
wants_colour(FILE *stream, enum colour_choice choice) {
    if (choice != COLOUR_AUTO)
        return choice == COLOUR_ALWAYS;
    const char *off = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    return isatty(fileno(stream)) && (off == NULL || *off == '\0') && kind != NULL &&
           strcmp(kind, "dumb") != 0;
}

static size_t
terminal_width(FILE *stream) {
    if (!isatty(fileno(stream)))
        return 0;
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col < 40 ? 40 : size.ws_col;
    return 80;
}

struct sink
sink_of(FILE *stream, enum colour_choice choice) {
    return (struct sink){
        .stream = stream,
        .name = stream == stderr ? "standard error" : "standard output",
        .width = terminal_width(stream),
        .colour = wants_colour(stream, choice),
    };
}

bool
sink_open(struct sink *sink, const char *path, enum colour_choice choice) {
    if (path == NULL || strcmp(path, "-") == 0) {
        *sink = sink_of(stdout, choice);
        return true;
    }
    FILE *stream = fopen(path, "we");
    if (stream == NULL) {
        char *name = text_safe(path, strlen(path));
        (void)fprintf(stderr, "pgconnspec: can't write %s: %s\n", name, strerror(errno));
        free(name);
        return false;
    }
    *sink = sink_of(stream, choice);
    sink->name = path;
    return true;
}

void
sink_lines(const struct sink *sink, const char *data, size_t size) {
    bool ended = size > 0 && data[size - 1] == '\n';
    size -= ended;
    if (!isatty(fileno(sink->stream))) {
        (void)fwrite(data, 1, size, sink->stream);
        (void)fputc('\n', sink->stream);
        return;
    }
    for (size_t i = 0; i <= size;) {
        const char *end = memchr(data + i, '\n', size - i);
        size_t length = end == NULL ? size - i : (size_t)(end - data) - i;
        char *safe = text_safe(data + i, length);
        (void)fprintf(sink->stream, "%s\n", safe);
        text_wipe(safe);
        i += length + 1;
    }
}

bool
sink_close(struct sink *sink) {
    bool good = fflush(sink->stream) == 0 && ferror(sink->stream) == 0;
    int error = errno;
    if (sink->stream != stdout && sink->stream != stderr && fclose(sink->stream) != 0 && good) {
        good = false;
        error = errno;
    }
    if (!good) {
        char *name = text_safe(sink->name, strlen(sink->name));
        (void)fprintf(stderr, "pgconnspec: can't write %s: %s\n", name, strerror(error));
        free(name);
    }
    return good;
}

const char *
sink_style(const struct sink *sink, enum style style) {
    return sink->colour ? styles[style] : "";
}

void
sink_put(const struct sink *sink, enum style style, const char *text) {
    (void)fprintf(sink->stream, "%s%s%s", sink_style(sink, style), text,
                  sink_style(sink, STYLE_PLAIN));
}

void
sink_wrap(const struct sink *sink, size_t used, size_t indent, const char *text) {
    size_t column = used;
    bool first = true;
    while (*text != '\0') {
        size_t size = strcspn(text, " ");
        size_t width = text_width(text, size);
        if (!first && sink->width > 0 && column + 1 + width > sink->width) {
            (void)fprintf(sink->stream, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!first) {
            (void)fputc(' ', sink->stream);
            column++;
        }
        (void)fwrite(text, 1, size, sink->stream);
        column += width;
        first = false;
        text += size;
        text += strspn(text, " ");
    }
    (void)fputc('\n', sink->stream);
}

static long long
clock_ms(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        return 0;
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct progress
progress_start(void) {
    const char *kind = getenv("TERM");
    return (struct progress){
        .enabled = isatty(STDERR_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0,
        .started_ms = clock_ms(),
    };
}

void
progress_show(struct progress *progress, const char *what) {
    long long passed = clock_ms() - progress->started_ms;
    if (!progress->enabled || passed < PROGRESS_AFTER_MS)
        return;
    (void)fprintf(stderr, "\r\033[K%s, %lld.%lld s", what, passed / 1000, passed / 100 % 10);
    (void)fflush(stderr);
    progress->shown = true;
}

void
progress_end(struct progress *progress) {
    if (progress->shown)
        (void)fputs("\r\033[K", stderr);
    progress->shown = false;
}

/* Signals that must not leave the terminal mute: they end the reading, and then do their work.
 */
static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
#define ENDING_SIGNALS (sizeof ending_signals / sizeof ending_signals[0])

static volatile sig_atomic_t caught_signal;

static void
catch_signal(int number) {
    caught_signal = number;
}

/* One line from the terminal, byte by byte: stdio would keep a copy of the secret. */
static char *
read_secret(int terminal) {
    char *secret = text_grow(NULL, SECRET_SIZE);
    size_t used = 0;
    char byte = 0;
    ssize_t got = 0;
    while (caught_signal == 0 && (got = read(terminal, &byte, 1)) == 1 && byte != '\n') {
        if (used + 1 < SECRET_SIZE)
            secret[used++] = byte;
    }
    secret[used] = '\0';
    if (got == 1 && caught_signal == 0)
        return secret;
    text_wipe(secret);
    return NULL;
}

/* Ask with the echo off, whatever signal comes meanwhile. */
static char *
ask_without_echo(int terminal, const struct termios *shown, const char *prompt) {
    struct sigaction before[ENDING_SIGNALS];
    struct sigaction catching = {.sa_handler = catch_signal};
    (void)sigemptyset(&catching.sa_mask);
    caught_signal = 0;
    for (size_t i = 0; i < ENDING_SIGNALS; i++)
        (void)sigaction(ending_signals[i], &catching, &before[i]);
    struct termios hidden = *shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(terminal, TCSAFLUSH, &hidden);
    (void)dprintf(terminal, "%s", prompt);
    char *secret = read_secret(terminal);
    (void)tcsetattr(terminal, TCSAFLUSH, shown);
    (void)dprintf(terminal, "\n");
    for (size_t i = 0; i < ENDING_SIGNALS; i++)
        (void)sigaction(ending_signals[i], &before[i], NULL);
    if (caught_signal != 0)
        (void)raise(caught_signal);
    return secret;
}

char *
terminal_ask_secret(const char *prompt) {
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0)
        return NULL;
    struct termios shown;
    char *secret = NULL;
    if (tcgetattr(terminal, &shown) == 0)
        secret = ask_without_echo(terminal, &shown, prompt);
    (void)close(terminal);
    return secret;
}
