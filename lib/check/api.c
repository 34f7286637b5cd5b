/* The exported functions of check.h: not landed yet. */
#include <pgconnspec/check.h>

#include "base/diag.h"
#include "base/error.h"
#include "base/status.h"

/* What a function whose capability has not landed yet answers. */
static pgcs_status
not_built(pgcs_error **err) {
    struct diag diag;
    diag_not_built(&diag, "check");
    return error_raise(&diag, err);
}

int32_t
pgcs_libpq_version(void) {
    return 0;
}

pgcs_status
pgcs_check_new(const pgcs_spec *spec, const pgcs_tls *tls, const pgcs_policy *policy,
               pgcs_check **out, pgcs_error **err) {
    (void)spec;
    (void)tls;
    (void)policy;
    (void)out;
    return not_built(err);
}

void
pgcs_check_free(pgcs_check *check) {
    (void)check;
}

pgcs_status
pgcs_check_set_sections(pgcs_check *check, uint32_t sections, pgcs_error **err) {
    (void)check;
    (void)sections;
    return not_built(err);
}

pgcs_status
pgcs_check_add_schema(pgcs_check *check, const char *schema, pgcs_error **err) {
    (void)check;
    (void)schema;
    return not_built(err);
}

pgcs_status
pgcs_check_add_table(pgcs_check *check, const char *schema, const char *table,
                     pgcs_error **err) {
    (void)check;
    (void)schema;
    (void)table;
    return not_built(err);
}

pgcs_status
pgcs_check_set_timeout_ms(pgcs_check *check, int64_t timeout_ms, pgcs_error **err) {
    (void)check;
    (void)timeout_ms;
    return not_built(err);
}

pgcs_status
pgcs_check_step(pgcs_check *check, uint32_t ready, pgcs_error **err) {
    (void)check;
    (void)ready;
    return not_built(err);
}

pgcs_state
pgcs_check_state(pgcs_check *check) {
    (void)check;
    return 0;
}

int
pgcs_check_socket(pgcs_check *check) {
    (void)check;
    return 0;
}

uint32_t
pgcs_check_wants(pgcs_check *check) {
    (void)check;
    return 0;
}

int64_t
pgcs_check_timeout_ms(pgcs_check *check) {
    (void)check;
    return 0;
}

pgcs_status
pgcs_check_run(pgcs_check *check, pgcs_error **err) {
    (void)check;
    return not_built(err);
}

const pgcs_report *
pgcs_check_report(pgcs_check *check) {
    (void)check;
    return NULL;
}

int
pgcs_supports(pgcs_kind kind, int64_t value) {
    if (kind == PGCS_KIND_STATUS && value >= INT32_MIN && value <= INT32_MAX)
        return status_name((pgcs_status)value) != NULL;
    return 0;
}
