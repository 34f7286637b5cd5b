/*
 * Findings as a person reads them.
 */
#ifndef TOOLS_FINDINGS_H
#define TOOLS_FINDINGS_H

#include <pgconnspec/pgconnspec.h>

#include "excerpt.h"
#include "terminal.h"

/* Each finding of at least this severity, with its place in what was typed and its hint. */
void
findings_print(const struct sink *sink, const pgcs_report *report, pgcs_severity at_least,
               struct typed typed);
/* How many there are of exactly this severity. */
size_t
findings_count(const pgcs_report *report, pgcs_severity severity);

#endif
