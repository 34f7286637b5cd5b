/* The exported functions of policy.h. */
#include <pgconnspec/policy.h>

#include "base/error.h"
#include "policy/guarantee.h"
#include "policy/policy.h"

/* --- guarantees ----------------------------------------------------------------------------
 */

pgcs_status
pgcs_guarantee_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
                   const pgcs_guarantee **out, pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(guarantee_new(spec, tls, libpq_version, out, &diag), &diag, err);
}

pgcs_status
pgcs_guarantee_of_libpq(const pgcs_spec *spec, int32_t libpq_version, int root_found,
                        const pgcs_guarantee **out, pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(guarantee_of_libpq(spec, libpq_version, root_found != 0, out, &diag),
                        &diag, err);
}

const pgcs_guarantee *
pgcs_guarantee_ref(const pgcs_guarantee *guarantee) {
    return guarantee_ref(guarantee);
}

const pgcs_guarantee *
pgcs_guarantee_unref(const pgcs_guarantee *guarantee) {
    return guarantee_unref(guarantee);
}

const char *
pgcs_guarantee_mode(const pgcs_guarantee *guarantee) {
    return guarantee_mode(guarantee);
}

int
pgcs_guarantee_is_local(const pgcs_guarantee *guarantee) {
    return guarantee_is_local(guarantee) ? 1 : 0;
}

int
pgcs_guarantee_holds(const pgcs_guarantee *guarantee, pgcs_attacker attacker) {
    return guarantee_holds(guarantee, attacker) ? 1 : 0;
}

const char *
pgcs_guarantee_sentence(const pgcs_guarantee *guarantee, pgcs_attacker attacker) {
    return guarantee_sentence(guarantee, attacker);
}

const char *
pgcs_guarantee_refusal(const pgcs_guarantee *guarantee) {
    const struct tls_rule *rule = guarantee_refusal(guarantee);
    return rule ? rule->sentence : NULL;
}

int32_t
pgcs_guarantee_refusal_rule(const pgcs_guarantee *guarantee) {
    const struct tls_rule *rule = guarantee_refusal(guarantee);
    return rule ? rule->number : 0;
}

const char *
pgcs_guarantee_advice(const pgcs_guarantee *guarantee) {
    return guarantee_advice(guarantee);
}

const char *
pgcs_attacker_name(pgcs_attacker attacker) {
    return attacker_name(attacker);
}

/* --- policies ------------------------------------------------------------------------------
 */

size_t
pgcs_policy_count(void) {
    return policy_count();
}

const pgcs_policy *
pgcs_policy_at(size_t i) {
    return policy_at(i);
}

const pgcs_policy *
pgcs_policy_find(const char *name) {
    return name ? policy_find(name) : NULL;
}

const char *
pgcs_policy_name(const pgcs_policy *policy) {
    return policy ? policy->name : NULL;
}

const char *
pgcs_policy_summary(const pgcs_policy *policy) {
    return policy ? policy->summary : NULL;
}

int
pgcs_policy_is_retired(const pgcs_policy *policy) {
    return policy != NULL && (policy->rules & POLICY_RETIRED) != 0;
}

size_t
pgcs_policy_rule_count(const pgcs_policy *policy) {
    return policy ? policy_rule_count(policy) : 0;
}

pgcs_rule
pgcs_policy_rule_at(const pgcs_policy *policy, size_t i) {
    return policy ? policy_rule_at(policy, i) : 0;
}

const char *
pgcs_rule_name(pgcs_rule rule) {
    struct rule_text text;
    return rule_find(rule, &text) ? text.name : NULL;
}

const char *
pgcs_rule_summary(pgcs_rule rule) {
    struct rule_text text;
    return rule_find(rule, &text) ? text.sentence : NULL;
}

const char *
pgcs_rule_remedy(pgcs_rule rule) {
    struct rule_text text;
    return rule_find(rule, &text) ? text.remedy : NULL;
}

pgcs_severity
pgcs_rule_severity(pgcs_rule rule) {
    struct rule_text text;
    return rule_find(rule, &text) ? text.severity : PGCS_SEVERITY_NONE;
}

pgcs_status
pgcs_policy_evaluate(const pgcs_policy *policy, const pgcs_spec *spec, const pgcs_tls *tls,
                     int64_t now_unix, const pgcs_report **out, pgcs_error **err) {
    return pgcs_policy_evaluate_for(policy, spec, tls, 0, now_unix, out, err);
}

pgcs_status
pgcs_policy_evaluate_for(const pgcs_policy *policy, const pgcs_spec *spec, const pgcs_tls *tls,
                         int32_t libpq_version, int64_t now_unix, const pgcs_report **out,
                         pgcs_error **err) {
    if (policy == NULL)
        return error_misuse("policy is NULL", err);
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct judged judged = {spec, tls, libpq_version, now_unix};
    struct diag diag;
    return error_finish(policy_evaluate(policy, &judged, out, &diag), &diag, err);
}
