/*
 * Pages that stand alone: one file that loads nothing and sends nothing, readable without its
 * script and on paper.
 */
#ifndef TOOLS_HTML_H
#define TOOLS_HTML_H

#include <pgconnspec/pgconnspec.h>

#include "examine.h"
#include "terminal.h"

/* Text of any origin, as characters only: hostile ones spelled out, markup escaped. NULL is
 * nothing. */
void
html_text(FILE *stream, const char *text);
/* Everything up to the heading, and everything after the last element. */
void
html_start(FILE *stream, const char *title);
void
html_end(FILE *stream);
/* A list of the findings, worst first; nothing when there are none. */
void
html_findings(FILE *stream, const pgcs_report *report);

/* The page of `compare`: two sides, and what differs. */
void
html_print_differences(const struct sink *sink, const struct examination *sides,
                       const pgcs_report *differences);

#endif
