/* What a job needs: its purpose, its options and its scope. */
#ifndef ASSESS_NEEDS_H
#define ASSESS_NEEDS_H

#include <stdbool.h>

#include <pgconnspec/assess.h>

#include "base/diag.h"
#include "base/pool.h"

struct scope {
    const char *schema;
    const char *table; /* NULL for all tables of the schema */
};

struct pgcs_needs {
    pgcs_purpose purpose;
    uint32_t flags;
    struct pool *pool; /* the names */
    struct scope *scope;
    size_t count;
    size_t capacity;
    bool sorted;
};

/* NULL without memory or for an unknown purpose or flag. */
struct pgcs_needs *
needs_new(pgcs_purpose purpose, uint32_t flags);
void
needs_free(struct pgcs_needs *needs);
/* @table NULL adds the whole schema. */
pgcs_status
needs_add(struct pgcs_needs *needs, const char *schema, const char *table, struct diag *diag);

/* Fails when the options contradict each other or the purpose. */
pgcs_status
needs_validate(const struct pgcs_needs *needs, struct diag *diag);

/* Put the scope in order; needed before what follows. */
void
needs_sort(struct pgcs_needs *needs);
/* True when the scope has every table of the schema. */
bool
needs_have_all(const struct pgcs_needs *needs, const char *schema);
/* True when the scope has this table, by its name or by its schema, or has no bounds. */
bool
needs_have(const struct pgcs_needs *needs, const char *schema, const char *table);
/* True when the scope names this table by its name. */
bool
needs_name(const struct pgcs_needs *needs, const char *schema, const char *table);

#endif
