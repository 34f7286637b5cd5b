/* What a job needs: taken in, checked, and asked for. */
#include "assess/needs.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_FLAGS                                                                            \
    (PGCS_NEED_TRUNCATE | PGCS_NEED_CASCADE | PGCS_NEED_SETVAL | PGCS_NEED_RESTART |           \
     PGCS_NEED_UPSERT | PGCS_NEED_CREATE_TABLES | PGCS_NEED_CREATE_SCHEMAS |                   \
     PGCS_NEED_INSERT_ONLY | PGCS_NEED_ALL_TABLES)

struct pgcs_needs *
needs_new(pgcs_purpose purpose, uint32_t flags) {
    if (purpose != PGCS_PURPOSE_SOURCE && purpose != PGCS_PURPOSE_DESTINATION)
        return NULL;
    if (flags & ~(uint32_t)KNOWN_FLAGS)
        return NULL;
    struct pgcs_needs *needs = malloc(sizeof *needs);
    struct pool *pool = pool_new(0);
    if (needs == NULL || pool == NULL) {
        free(needs);
        pool_free(pool);
        return NULL;
    }
    *needs = (struct pgcs_needs){.purpose = purpose, .flags = flags, .pool = pool};
    return needs;
}

void
needs_free(struct pgcs_needs *needs) {
    if (needs == NULL)
        return;
    free(needs->scope);
    pool_free(needs->pool);
    free(needs);
}

/* Room for one more; false without memory. */
static bool
grow(struct pgcs_needs *needs) {
    if (needs->count < needs->capacity)
        return true;
    size_t capacity = needs->capacity == 0 ? 8 : needs->capacity * 2;
    struct scope *scope = realloc(needs->scope, capacity * sizeof *scope);
    if (scope == NULL)
        return false;
    needs->scope = scope;
    needs->capacity = capacity;
    return true;
}

pgcs_status
needs_add(struct pgcs_needs *needs, const char *schema, const char *table, struct diag *diag) {
    if (needs->count == LIMIT_SCOPE_ITEMS) {
        diag_fail(diag, PGCS_ERR_LIMIT, "more than %u schemas and tables in the scope",
                  LIMIT_SCOPE_ITEMS);
        diag_hint(diag, "Name schemas instead of their tables.");
        return PGCS_ERR_LIMIT;
    }
    struct scope item = {.schema = pool_copy(needs->pool, schema, strlen(schema))};
    if (table != NULL)
        item.table = pool_copy(needs->pool, table, strlen(table));
    if (item.schema == NULL || (table != NULL && item.table == NULL) || !grow(needs))
        return diag_nomem(diag);
    needs->scope[needs->count++] = item;
    needs->sorted = false;
    return PGCS_OK;
}

pgcs_status
needs_validate(const struct pgcs_needs *needs, struct diag *diag) {
    uint32_t flags = needs->flags;
    if (needs->purpose == PGCS_PURPOSE_SOURCE && (flags & ~PGCS_NEED_ALL_TABLES) != 0) {
        diag_fail(diag, PGCS_ERR_CONFLICT, "a source is only read, but the needs say to write");
        diag_hint(diag, "Leave the options out, or assess it as a destination.");
    } else if ((flags & PGCS_NEED_CASCADE) && !(flags & PGCS_NEED_TRUNCATE)) {
        diag_fail(diag, PGCS_ERR_CONFLICT, "cascade without truncate");
        diag_hint(diag, "CASCADE only goes with TRUNCATE: ask for both, or for neither.");
    } else if ((flags & PGCS_NEED_UPSERT) && (flags & PGCS_NEED_INSERT_ONLY)) {
        diag_fail(diag, PGCS_ERR_CONFLICT, "upsert and insert-only contradict each other");
        diag_hint(diag, "An upsert updates the rows that are there: ask for one of the two.");
    } else {
        return PGCS_OK;
    }
    return PGCS_ERR_CONFLICT;
}

/* A whole schema stands before its tables. */
static int
compare_scopes(const void *left, const void *right) {
    const struct scope *a = left, *b = right;
    int order = strcmp(a->schema, b->schema);
    if (order != 0)
        return order;
    if (a->table == NULL || b->table == NULL)
        return (a->table != NULL) - (b->table != NULL);
    return strcmp(a->table, b->table);
}

void
needs_sort(struct pgcs_needs *needs) {
    if (needs->count > 1 && !needs->sorted)
        qsort(needs->scope, needs->count, sizeof *needs->scope, compare_scopes);
    needs->sorted = true;
}

static bool
has_item(const struct pgcs_needs *needs, struct scope item) {
    assert(needs->sorted);
    return needs->count > 0 &&
           bsearch(&item, needs->scope, needs->count, sizeof item, compare_scopes) != NULL;
}

bool
needs_name(const struct pgcs_needs *needs, const char *schema, const char *table) {
    return has_item(needs, (struct scope){schema, table});
}

bool
needs_have_all(const struct pgcs_needs *needs, const char *schema) {
    return needs->count == 0 || has_item(needs, (struct scope){schema, NULL});
}

bool
needs_have(const struct pgcs_needs *needs, const char *schema, const char *table) {
    return needs_have_all(needs, schema) || needs_name(needs, schema, table);
}
