/*
 * A file of specs:
 *
 *     line = blanks [ "#" anything | [ label blanks ] spec ]
 *
 * All of it is read before the first check: a pipe that is slow must not keep checks waiting.
 */
#include "roster.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "excerpt.h"
#include "source.h"
#include "text.h"

#define ROSTER_LIMIT ((size_t)64 << 20)

static bool
is_blank(char byte) {
    return byte == ' ' || byte == '\t';
}

/*
 * Length of the word before the spec; 0 when there is none. It may be no label after all, which
 * is better said so than taken for a part of the spec.
 */
static size_t
label_size(const char *line, size_t size) {
    static const char in_labels[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                    "0123456789-_.";
    size_t length = strspn(line, in_labels);
    size_t next = length;
    while (next < size && is_blank(line[next]))
        next++;
    return next > length && next < size && line[next] != '=' ? length : 0;
}

static void
add_line(struct roster *roster, char *line, size_t size, size_t number) {
    while (size > 0 && is_blank(*line)) {
        line++;
        size--;
    }
    while (size > 0 && (is_blank(line[size - 1]) || line[size - 1] == '\r'))
        size--;
    if (size == 0 || *line == '#')
        return;
    struct entry entry = {.line = number};
    line[size] = '\0';
    size_t length = label_size(line, size);
    if (length > 0) {
        entry.label = line;
        line[length++] = '\0';
        while (is_blank(line[length]))
            length++;
    }
    entry.text = line + length;
    entry.size = size - length;
    /* Doubled at each power of two. */
    if ((roster->count & (roster->count - 1)) == 0)
        roster->entries =
            text_grow(roster->entries, 2 * (roster->count + 1) * sizeof *roster->entries);
    roster->entries[roster->count++] = entry;
}

static void
add_lines(struct roster *roster) {
    static const char mark[] = "\xef\xbb\xbf"; /* some editors begin a file with it */
    char *at = roster->memory;
    char *end = at + roster->size;
    if (roster->size >= 3 && memcmp(at, mark, 3) == 0)
        at += 3;
    for (size_t number = 1; at < end; number++) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        stop = stop == NULL ? end : stop;
        add_line(roster, at, (size_t)(stop - at), number);
        at = stop + 1;
    }
}

bool
roster_read(struct roster *roster, const char *path) {
    bool is_standard_input = strcmp(path, "-") == 0;
    *roster = (struct roster){.name = is_standard_input ? text_copy("standard input")
                                                        : text_safe(path, strlen(path))};
    FILE *stream = is_standard_input ? stdin : fopen(path, "re");
    if (stream != NULL)
        roster->memory = read_all(stream, ROSTER_LIMIT, &roster->size);
    int error = errno;
    if (stream != NULL && !is_standard_input)
        (void)fclose(stream);
    char *fault = NULL;
    if (roster->memory == NULL)
        fault = text_format("can't read %s: %s", roster->name, strerror(error));
    else
        add_lines(roster);
    if (fault == NULL && roster->count == 0)
        fault = text_format("there is no spec in %s", roster->name);
    if (fault != NULL)
        complain_text(fault, NULL);
    free(fault);
    return roster->count > 0;
}

void
roster_free(struct roster *roster) {
    if (roster->memory != NULL)
        explicit_bzero(roster->memory, roster->size);
    free(roster->memory);
    free(roster->entries);
    free(roster->name);
    *roster = (struct roster){0};
}
