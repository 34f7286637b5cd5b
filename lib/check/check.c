/* A check's life, and what it is asked. */
#include "check/check.h"

#include <stdlib.h>
#include <string.h>

#include "check/handshake.h"
#include "check/pair.h"
#include "report/report.h"
#include "spec/spec.h"
#include "tls/material.h"
#include "tls/stage.h"

#define SECTIONS_DEFAULT                                                                       \
    (PGCS_SECTION_SESSION | PGCS_SECTION_TLS | PGCS_SECTION_ROLE | PGCS_SECTION_OBJECTS |      \
     PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS)

pgcs_status
check_new(const pgcs_spec *spec, const pgcs_tls *tls, const pgcs_policy *policy,
          pgcs_check **out, struct diag *diag) {
    pgcs_check *check = calloc(1, sizeof *check);
    size_t *order = calloc(spec_host_count(spec), sizeof *order);
    struct pool *pool = pool_new(256);
    if (check == NULL || order == NULL || pool == NULL) {
        free(check);
        free(order);
        pool_free(pool);
        return diag_nomem(diag);
    }
    *check = (pgcs_check){
        .spec = spec_ref(spec),
        .tls = tls_ref(tls),
        .policy = policy,
        .sections = SECTIONS_DEFAULT,
        .timeout_ms = TIMEOUT_DEFAULT_MS,
        .pool = pool,
        .order = order,
        .state = PGCS_STATE_NEW,
        .deadline = NEVER,
        .attempt_deadline = NEVER,
        .handshake.socket = -1,
    };
    *out = check;
    return PGCS_OK;
}

void
check_free(pgcs_check *check) {
    if (check == NULL)
        return;
    pair_leave(check);
    connection_close(&check->connection);
    handshake_drop(check);
    resolve_drop(check->resolution);
    stage_unref(check->stage);
    gather_free(&check->gather);
    report_unref(check->report);
    free(check->schemas);
    free(check->tables);
    free(check->order);
    free(check->address_order);
    pool_free(check->pool);
    tls_unref(check->tls);
    spec_unref(check->spec);
    free(check);
}

/* Room for one item more behind @count of them; NULL without memory. */
static void *
grow(void **items, size_t count, size_t size) {
    void *more = realloc(*items, (count + 1) * size);
    if (more == NULL)
        return NULL;
    *items = more;
    return (char *)more + count * size;
}

static const char *
keep(pgcs_check *check, const char *name) {
    return pool_copy(check->pool, name, strlen(name));
}

pgcs_status
check_add_schema(pgcs_check *check, const char *schema, struct diag *diag) {
    const char *name = keep(check, schema);
    const char **room = grow((void **)&check->schemas, check->schema_count, sizeof *room);
    if (name == NULL || room == NULL)
        return diag_nomem(diag);
    *room = name;
    check->schema_count++;
    return PGCS_OK;
}

pgcs_status
check_add_table(pgcs_check *check, const char *schema, const char *table, struct diag *diag) {
    struct scope_table names = {keep(check, schema), keep(check, table)};
    struct scope_table *room = grow((void **)&check->tables, check->table_count, sizeof *room);
    if (names.schema == NULL || names.name == NULL || room == NULL)
        return diag_nomem(diag);
    *room = names;
    check->table_count++;
    return PGCS_OK;
}

pgcs_objects *
check_objects_new(const pgcs_check *check, uint32_t kinds) {
    const struct report_builder *builder = check->gather.builder;
    return builder == NULL ? NULL : report_added_objects(builder, kinds);
}
