/*
 * Connecting and looking around, with progress on the terminal and a password when the server
 * wants one; then the verdict.
 */
#ifndef TOOLS_EXAMINE_H
#define TOOLS_EXAMINE_H

#include <stdbool.h>
#include <stdint.h>

#include <pgconnspec/pgconnspec.h>

#include "options.h"
#include "source.h"

/* What a check brought, for those who print it. */
struct examination {
    struct source source;
    bool bad_spec;                     /* the report tells what can't work in the spec */
    const pgcs_report *report;         /* NULL when it could not even be tried */
    const pgcs_assessment *assessment; /* NULL unless --as was given and the role was seen */
};

/* What a verdict by --as needs to see; without --as, what is shown. Of many connections objects
 * are shown only when they were asked for. */
uint32_t
examine_sections(const struct options *options);
/* Read spec number which and check it. False: see source.error and source.fault. Close it in
 * any case. */
bool
examine(struct examination *examination, const struct options *options, size_t which,
        uint32_t sections);
/* The same for both specs at once, as a pair; tried[i] is what examine() returns. */
void
examine_both(struct examination sides[2], const struct options *options, uint32_t sections,
             bool tried[2]);
/* What of --schema and --table is wrong; NULL when all is well; free() it. */
char *
examine_scope_fault(const struct options *options);
/* Begin with a line of a file of specs: *check has to be run then, and is NULL when the report
 * is there already. False as above. */
bool
examine_begin(struct examination *examination, const struct options *options, const char *text,
              size_t size, pgcs_check **check);
/* Judge by --as and what goes with it; false as above. */
bool
examine_fitness(struct examination *examination, const struct options *options);
void
examination_close(struct examination *examination);

/* True when the server let us in. */
bool
examination_connected(const struct examination *examination);
/* True when nothing was tried, because a rule of TLS or of the policy forbids it. */
bool
examination_forbidden(const struct examination *examination);
/* The exit code that the examination stands for. */
int
examination_status(const struct examination *examination);

/* Split "schema.name", where parts may be quoted as in SQL. False unless it has two parts,
 * which free() takes. */
bool
split_table_name(const char *text, char **schema, char **name);

#endif
