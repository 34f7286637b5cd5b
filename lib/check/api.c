/* The exported functions of check.h. */
#include <pgconnspec/check.h>

#include "base/error.h"
#include "base/status.h"
#include "check/check.h"
#include "check/pair.h"
#include "policy/policy.h"
#include "report/names.h"
#include "spec/spec.h"
#include "spec/write.h"

#define SECTIONS_ALL (PGCS_SECTION_LAST_VALUES * 2 - 1)

/* What a setter may not be called with; NULL when all is well. */
static const char *
setter_misuse(const pgcs_check *check) {
    if (check == NULL)
        return "check is NULL";
    if (check->state != PGCS_STATE_NEW)
        return "check has begun: it takes no more settings";
    return NULL;
}

int32_t
pgcs_libpq_version(void) {
    return libpq_version();
}

pgcs_status
pgcs_check_new(const pgcs_spec *spec, const pgcs_tls *tls, const pgcs_policy *policy,
               pgcs_check **out, pgcs_error **err) {
    struct diag diag;
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    return error_finish(check_new(spec, tls, policy, out, &diag), &diag, err);
}

void
pgcs_check_free(pgcs_check *check) {
    check_free(check);
}

pgcs_status
pgcs_check_set_sections(pgcs_check *check, uint32_t sections, pgcs_error **err) {
    struct diag diag;
    const char *wrong = setter_misuse(check);
    if (wrong == NULL && check->pair_key != 0)
        wrong = "check is one of a pair: its sections stand";
    if (wrong != NULL)
        return error_misuse(wrong, err);
    if (sections & ~SECTIONS_ALL) {
        diag_fail(&diag, PGCS_ERR_UNSUPPORTED, "unknown section 0x%x",
                  (unsigned)(sections & ~SECTIONS_ALL));
        return error_raise(&diag, err);
    }
    check->sections = sections;
    return PGCS_OK;
}

pgcs_status
pgcs_check_add_schema(pgcs_check *check, const char *schema, pgcs_error **err) {
    struct diag diag;
    const char *wrong = setter_misuse(check);
    if (wrong == NULL && schema == NULL)
        wrong = "schema is NULL";
    if (wrong != NULL)
        return error_misuse(wrong, err);
    return error_finish(check_add_schema(check, schema, &diag), &diag, err);
}

pgcs_status
pgcs_check_add_table(pgcs_check *check, const char *schema, const char *table,
                     pgcs_error **err) {
    struct diag diag;
    const char *wrong = setter_misuse(check);
    if (wrong == NULL && schema == NULL)
        wrong = "schema is NULL";
    if (wrong == NULL && table == NULL)
        wrong = "table is NULL";
    if (wrong != NULL)
        return error_misuse(wrong, err);
    return error_finish(check_add_table(check, schema, table, &diag), &diag, err);
}

pgcs_status
pgcs_check_set_timeout_ms(pgcs_check *check, int64_t timeout_ms, pgcs_error **err) {
    const char *wrong = setter_misuse(check);
    if (wrong == NULL && (timeout_ms < -1 || timeout_ms > INT32_MAX))
        wrong = "timeout_ms is none of -1 to 2147483647";
    if (wrong != NULL)
        return error_misuse(wrong, err);
    check->timeout_ms = timeout_ms;
    return PGCS_OK;
}

pgcs_status
pgcs_check_pair(pgcs_check *source, pgcs_check *destination, pgcs_error **err) {
    struct diag diag;
    const char *wrong = NULL;
    if (source == NULL || destination == NULL)
        wrong = "source or destination is NULL";
    else if (source == destination)
        wrong = "source and destination are one check";
    else if (source->state != PGCS_STATE_NEW || destination->state != PGCS_STATE_NEW)
        wrong = "source or destination has begun";
    else if (source->pair_key != 0 || destination->pair_key != 0)
        wrong = "source or destination is one of a pair already";
    if (wrong != NULL)
        return error_misuse(wrong, err);
    return error_finish(pair_checks(source, destination, &diag), &diag, err);
}

pgcs_status
pgcs_check_step(pgcs_check *check, uint32_t ready, pgcs_error **err) {
    struct diag diag;
    (void)ready; /* the engine looks for itself */
    if (check == NULL)
        return error_misuse("check is NULL", err);
    if (check->state == PGCS_STATE_DEAD)
        return error_misuse("check is dead: an earlier step failed", err);
    return error_finish(check_step(check, &diag), &diag, err);
}

pgcs_state
pgcs_check_state(pgcs_check *check) {
    return check ? check->state : PGCS_STATE_DEAD;
}

int
pgcs_check_socket(pgcs_check *check) {
    return check ? check_socket(check) : -1;
}

int64_t
pgcs_check_socket_serial(pgcs_check *check) {
    return check ? check_socket_serial(check) : 0;
}

uint32_t
pgcs_check_wants(pgcs_check *check) {
    return check ? check_wants(check) : 0;
}

int64_t
pgcs_check_timeout_ms(pgcs_check *check) {
    return check ? check_timeout_ms(check) : -1;
}

pgcs_status
pgcs_check_run(pgcs_check *check, pgcs_error **err) {
    struct diag diag;
    if (check == NULL)
        return error_misuse("check is NULL", err);
    if (check->state == PGCS_STATE_DEAD)
        return error_misuse("check is dead: an earlier step failed", err);
    return error_finish(check_run(check, &diag), &diag, err);
}

pgcs_objects *
pgcs_check_objects_new(pgcs_check *check, uint32_t kinds) {
    return check ? check_objects_new(check, kinds) : NULL;
}

const pgcs_report *
pgcs_check_report(pgcs_check *check) {
    return check ? check->report : NULL;
}

int
pgcs_supports(pgcs_kind kind, int64_t value) {
    if (value < 0 || value > INT32_MAX)
        return 0;
    switch (kind) {
    case PGCS_KIND_STATUS:
        return status_name((pgcs_status)value) != NULL;
    case PGCS_KIND_FORMAT:
        return spec_supports_format(value);
    case PGCS_KIND_PARSE_FLAG:
        return spec_supports_flag(value);
    case PGCS_KIND_RULE:
        return policy_supports_rule(value);
    case PGCS_KIND_FACT:
        return fact_name((pgcs_fact)value) != NULL;
    case PGCS_KIND_SECTION:
        return value != 0 && (value & ~(int64_t)SECTIONS_ALL) == 0 &&
               (value & (value - 1)) == 0;
    case PGCS_KIND_CODE:
        return status_name((pgcs_status)value) == NULL && code_name((pgcs_code)value) != NULL;
    default:
        return 0;
    }
}
