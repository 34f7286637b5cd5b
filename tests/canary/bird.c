/* The password itself: made, written in each form, and looked for. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "canary/canary.h"

/* A leak of a part counts as well. */
#define PIECE 6

#define BETWEEN "'\\ @:/%?&#="

struct canary canary;

/*
 * Letters and digits in turn: of six letters alone, in any case, a piece would stand in some
 * word of what the library says once in a thousand runs.
 */
static void
hatch_core(char *core) {
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    unsigned char bytes[CANARY_CORE];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        abort();
    for (size_t i = 0; i < CANARY_CORE; i++)
        core[i] =
            i % 2 == 0 ? letters[bytes[i] % (sizeof letters - 1)] : (char)('0' + bytes[i] % 10);
    core[CANARY_CORE] = '\0';
}

void
canary_hatch(void) {
    hatch_core(canary.first);
    hatch_core(canary.second);
}

static void
put_between(FILE *out, const char *form) {
    for (const char *at = BETWEEN; *at != '\0'; at++)
        if (strcmp(form, "uri") == 0)
            fprintf(out, "%%%02X", (unsigned char)*at);
        else if (strcmp(form, "quoted") == 0 && (*at == '\'' || *at == '\\'))
            fprintf(out, "\\%c", *at);
        else if (strcmp(form, "plain") != 0)
            fputc(*at, out);
}

char *
canary_expand(const char *template_text) {
    static const char *const forms[] = {"raw", "uri", "quoted", "plain"};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    for (const char *at = template_text; *at != '\0'; at++) {
        size_t i = 0;
        size_t length = 0;
        for (; *at == '{' && i < 4; i++) {
            length = strlen(forms[i]);
            if (strncmp(at + 1, forms[i], length) == 0 && at[1 + length] == '}')
                break;
        }
        if (*at != '{' || i == 4) {
            fputc(*at, out);
            continue;
        }
        fputs(canary.first, out);
        put_between(out, forms[i]);
        fputs(canary.second, out);
        at += length + 1;
    }
    fclose(out);
    return text;
}

static bool
has_piece_of(const char *text, const char *core) {
    for (size_t i = 0; i + PIECE <= CANARY_CORE; i++) {
        char piece[PIECE + 1];
        memcpy(piece, core + i, PIECE);
        piece[PIECE] = '\0';
        if (strcasestr(text, piece) != NULL)
            return true;
    }
    return false;
}

/* Kinds of texts that were looked at; beyond the last place they are not counted. */
static struct kind {
    const char *what;
    long count;
} kinds[128];

static struct kind *
kind_of(const char *what) {
    size_t i = 0;
    while (i < 127 && kinds[i].what != NULL && strcmp(kinds[i].what, what) != 0)
        i++;
    return &kinds[i];
}

long
canary_looked_at(const char *what) {
    return kind_of(what)->count;
}

static void
count_kind(const char *what) {
    struct kind *kind = kind_of(what);
    if (kind != &kinds[127])
        kind->what = what;
    kind->count++;
}

void
canary_look(void *to, const char *what, const char *text) {
    long *leaks = to;
    if (text != NULL)
        count_kind(what);
    if (text == NULL ||
        (!has_piece_of(text, canary.first) && !has_piece_of(text, canary.second)))
        return;
    printf("# a piece of the password stands in: %s\n", what);
    ++*leaks;
}

static long
count_in(const char *data, size_t size, const char *except, size_t except_size) {
    long found = 0;
    const char *end = data + size;
    while ((data = memmem(data, (size_t)(end - data), canary.first, CANARY_CORE)) != NULL) {
        bool ours = data == canary.first || (data >= except && data < except + except_size);
        found += !ours;
        data++;
    }
    return found;
}

long
canary_in_memory(const void *except, size_t except_size) {
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    long found = 0;
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
        unsigned long from = 0;
        unsigned long to = 0;
        if (strstr(line, "[heap]") == NULL || sscanf(line, "%lx-%lx rw", &from, &to) != 2)
            continue;
        found += count_in((const char *)from, to - from, except, except_size);
    }
    if (maps != NULL)
        fclose(maps);
    return found;
}
