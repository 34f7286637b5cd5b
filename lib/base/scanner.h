/*
 * A cursor over (bytes, size) that remembers where the current token began, so that every
 * complaint has a place for free. Nothing here reads past the end or needs a terminator.
 */
#ifndef BASE_SCANNER_H
#define BASE_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Part of somebody else's text; not terminated. */
struct slice {
    const char *data;
    size_t size;
};

static inline struct slice
slice_between(const char *from, const char *to) {
    return (struct slice){from, (size_t)(to - from)};
}

/* The first byte from @at on that is not in @set, or @end. */
static inline const char *
slice_span(const char *at, const char *end, const char *set) {
    while (at < end && *at != '\0' && strchr(set, *at) != NULL)
        at++;
    return at;
}

struct scanner {
    const char *data;
    size_t size;
    size_t at;    /* next byte to read */
    size_t token; /* where the current token began */
};

static inline struct scanner
scanner_over(const char *data, size_t size) {
    return (struct scanner){.data = data, .size = size, .at = 0, .token = 0};
}

static inline bool
scanner_at_end(const struct scanner *scanner) {
    return scanner->at == scanner->size;
}

/* The next byte, or -1 at the end; does not move. */
static inline int
scanner_peek(const struct scanner *scanner) {
    return scanner->at < scanner->size ? (unsigned char)scanner->data[scanner->at] : -1;
}

static inline void
scanner_start_token(struct scanner *scanner) {
    scanner->token = scanner->at;
}

/* What was read since the token began. */
static inline struct slice
scanner_token(const struct scanner *scanner) {
    return (struct slice){.data = scanner->data + scanner->token,
                          .size = scanner->at - scanner->token};
}

/* Move over @c if it is next. */
static inline bool
scanner_accept(struct scanner *scanner, char c) {
    if (scanner->at == scanner->size || scanner->data[scanner->at] != c)
        return false;
    scanner->at++;
    return true;
}

/* Move over @text if it is next, byte for byte. */
static inline bool
scanner_accept_text(struct scanner *scanner, const char *text, size_t size) {
    if (size > scanner->size - scanner->at ||
        memcmp(scanner->data + scanner->at, text, size) != 0)
        return false;
    scanner->at += size;
    return true;
}

/* Start a token and read it up to the first byte of @stops (as a set), or to the end. */
static inline struct slice
scanner_until(struct scanner *scanner, const char *stops) {
    scanner_start_token(scanner);
    while (scanner->at < scanner->size && strchr(stops, scanner->data[scanner->at]) == NULL)
        scanner->at++;
    return scanner_token(scanner);
}

static inline bool
slice_is(struct slice slice, const char *string) {
    size_t size = strlen(string);
    return slice.size == size && memcmp(slice.data, string, size) == 0;
}

#endif
