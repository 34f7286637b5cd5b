/*
 * The connection that the command line names: from an argument, standard input, a variable, a
 * service or single options, with its TLS material and policy.
 */
#ifndef TOOLS_SOURCE_H
#define TOOLS_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>
#include <pgconnspec/pgconnspec.h>

#include "excerpt.h"
#include "options.h"

struct source {
    const pgcs_spec *spec;
    const pgcs_tls *tls;       /* NULL without TLS material */
    const pgcs_policy *policy; /* NULL when none was asked */
    struct typed typed;        /* what offsets of findings count in */
    char *memory;              /* of typed, or NULL; wiped at the end */
    pgcs_error *error;         /* why it can't be used; or NULL */
    bool error_in_typed;       /* its offset counts in typed */
    char *fault;               /* the same where the command itself found it; or NULL */
    const char *fault_hint;    /* or NULL */
};

/* How --strict and its absence read a spec: PGCS_PARSE_*. */
uint32_t
source_parse_flags(const struct options *options);

/* Read spec number which. With resolve, as for a connection: what it leaves open is filled from
 * PG* variables, the service file and the password file, and TLS files are read. False: see
 * error and fault. Close it in any case. */
bool
source_read(struct source *source, const struct options *options, size_t which, bool resolve);
/* The same for a line of a file of specs, as for a connection; nobody is asked for anything. */
bool
source_read_line(struct source *source, const struct options *options, const char *text,
                 size_t size);
/* The same spec with one parameter more; false as above. */
bool
source_set(struct source *source, const char *key, const char *value);
/* Say on standard error why it failed. */
void
source_complain(const struct source *source);
/* The same as JSON. */
json_t *
source_json_error(const struct source *source);
void
source_close(struct source *source);

/* Everything in a stream or file, with a terminator; NULL with errno, or EFBIG over limit. */
char *
read_all(FILE *stream, size_t limit, size_t *size);

#endif
