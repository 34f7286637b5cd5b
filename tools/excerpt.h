/*
 * What a person typed, shown again with a mark under the place that is meant, and no secret.
 */
#ifndef TOOLS_EXCERPT_H
#define TOOLS_EXCERPT_H

#include <stddef.h>
#include <stdint.h>

#include <pgconnspec/pgconnspec.h>

#include "terminal.h"

/* What was typed, with where it came from. */
struct typed {
    const char *text; /* NULL where nothing was typed, as with -h and -p */
    size_t size;
};

/* Two lines, indented: the text without its secrets, and ^~~~ under length bytes at offset.
 * Nothing when there is no text; without a place (-1) only the text. */
void
excerpt_print(const struct sink *sink, struct typed typed, int64_t offset, int64_t length);

/* The text without its secrets, safe to show; free() it. */
char *
excerpt_redacted(struct typed typed);

/* Say on standard error what failed, where, and what to do about it. */
void
complain(const pgcs_error *error, struct typed typed);
/* The same for a fault that the command itself found; hint may be NULL. */
void
complain_text(const char *message, const char *hint);

#endif
