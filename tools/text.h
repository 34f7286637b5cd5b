/*
 * Text of any origin, made fit to be shown: names from a server, input of a person.
 */
#ifndef TOOLS_TEXT_H
#define TOOLS_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Where a C string is wanted that free() takes; ends the program without memory. */
char *
text_format(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *
text_copy(const char *text);
void *
text_grow(void *memory, size_t size);

/* "a b c" as "a, b or c". */
char *
text_listed(const char *words);

/* Wipe and free a string that may hold a secret; NULL is fine. */
void
text_wipe(char *text);

/*
 * Length of the well-formed UTF-8 character at text, 1 to 4, and its code point; 0 for a byte
 * that belongs to none. Overlong forms, surrogates and what lies over U+10FFFF are none.
 */
size_t
utf8_next(const char *text, size_t size, uint32_t *point);
bool
utf8_is_valid(const char *text, size_t size);

/* True for what must not reach a terminal: controls, bidirectional and invisible marks. */
bool
utf8_is_hostile(uint32_t point);

/*
 * The text as it may be shown: "\xHH" for each control byte and each byte that is not UTF-8,
 * "\u{HHHH}" for other hostile characters. free() it.
 */
char *
text_safe(const char *text, size_t size);

/* Columns that well-formed text takes on a terminal; never negative. */
size_t
text_width(const char *text, size_t size);

/* An SQL identifier, quoted where it must be, then made safe; free() it. */
char *
text_identifier(const char *name);
/* schema.name(column), each an identifier, schema and column where not NULL; free() it. */
char *
text_object(const char *schema, const char *name, const char *column);
/* schema.name(arguments), where name comes with its arguments already; free() it. */
char *
text_function(const char *schema, const char *name);

#endif
