/* The exported functions of policy.h: not landed yet. */
#include <pgconnspec/policy.h>

#include "base/diag.h"
#include "base/error.h"

/* What a function whose capability has not landed yet answers. */
static pgcs_status
not_built(pgcs_error **err) {
    struct diag diag;
    diag_not_built(&diag, "policy");
    return error_raise(&diag, err);
}

size_t
pgcs_policy_count(void) {
    return 0;
}

const pgcs_policy *
pgcs_policy_at(size_t i) {
    (void)i;
    return NULL;
}

const pgcs_policy *
pgcs_policy_find(const char *name) {
    (void)name;
    return NULL;
}

const char *
pgcs_policy_name(const pgcs_policy *policy) {
    (void)policy;
    return NULL;
}

const char *
pgcs_policy_summary(const pgcs_policy *policy) {
    (void)policy;
    return NULL;
}

int
pgcs_policy_is_retired(const pgcs_policy *policy) {
    (void)policy;
    return 0;
}

size_t
pgcs_policy_rule_count(const pgcs_policy *policy) {
    (void)policy;
    return 0;
}

pgcs_rule
pgcs_policy_rule_at(const pgcs_policy *policy, size_t i) {
    (void)policy;
    (void)i;
    return 0;
}

const char *
pgcs_rule_name(pgcs_rule rule) {
    (void)rule;
    return NULL;
}

const char *
pgcs_rule_summary(pgcs_rule rule) {
    (void)rule;
    return NULL;
}

pgcs_status
pgcs_policy_evaluate(const pgcs_policy *policy, const pgcs_spec *spec, const pgcs_tls *tls,
                     int64_t now_unix, const pgcs_report **out, pgcs_error **err) {
    (void)policy;
    (void)spec;
    (void)tls;
    (void)now_unix;
    (void)out;
    return not_built(err);
}
