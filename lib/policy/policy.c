/* The dated policies, and judgement by them. */
#include "policy/policy.h"

#include <assert.h>
#include <string.h>

#include "tls/preflight.h"

#define HAS(name) (UINT32_C(1) << (PGCS_RULE_##name - POLICY_RULE_FIRST))
#define RETIRED   POLICY_RETIRED

static const struct pgcs_policy policies[] = {
#define X(name, alias, second, summary, least, last, rules)                                    \
    {name, {alias, second}, summary, STRENGTH_##least, last, rules},
#include "policy/policies.def"
#undef X
};

size_t
policy_count(void) {
    return sizeof policies / sizeof policies[0];
}

const pgcs_policy *
policy_at(size_t i) {
    return i < policy_count() ? &policies[i] : NULL;
}

static bool
is_called(const pgcs_policy *policy, const char *name) {
    if (strcmp(policy->name, name) == 0)
        return true;
    for (int i = 0; i < 2; i++)
        if (policy->aliases[i] != NULL && strcmp(policy->aliases[i], name) == 0)
            return true;
    return false;
}

const pgcs_policy *
policy_find(const char *name) {
    for (size_t i = 0; i < policy_count(); i++)
        if (is_called(&policies[i], name))
            return &policies[i];
    return NULL;
}

/* --- the rules of a policy -----------------------------------------------------------------
 */

static bool
has_own(const pgcs_policy *policy, pgcs_rule rule) {
    return (policy->rules & UINT32_C(1) << (rule - POLICY_RULE_FIRST)) != 0;
}

pgcs_rule
policy_rule_at(const pgcs_policy *policy, size_t i) {
    for (pgcs_rule rule = POLICY_RULE_FIRST; rule < POLICY_RULE_FIRST + POLICY_RULE_COUNT;
         rule++)
        if (has_own(policy, rule) && i-- == 0)
            return rule;
    for (size_t k = 0; k < TLS_RULE_COUNT; k++)
        if (tls_rule_at(k)->number <= policy->last_tls_rule && i-- == 0)
            return tls_rule_at(k)->number;
    return 0;
}

size_t
policy_rule_count(const pgcs_policy *policy) {
    size_t count = 0;
    while (policy_rule_at(policy, count) != 0)
        count++;
    return count;
}

/* --- judgement -----------------------------------------------------------------------------
 */

/* The most rules that a policy can have. */
#define RULES (POLICY_RULE_COUNT + TLS_RULE_COUNT)

/* How bad it is that @trial breaks @rule; NONE when it doesn't. */
static pgcs_severity
severity_for(const struct trial *trial, pgcs_rule rule) {
    const struct tls_rule *found = tls_rule_find(rule);
    if (found == NULL)
        return policy_rule_is_broken(trial, rule) ? PGCS_SEVERITY_FAILURE : PGCS_SEVERITY_NONE;
    return found->is_broken(trial->plan) ? tls_rule_severity(found, trial->plan)
                                         : PGCS_SEVERITY_NONE;
}

/* Try every rule; @worst has a place for each. */
static void
try_rules(const struct trial *trial, pgcs_severity worst[RULES]) {
    for (size_t i = 0; i < policy_rule_count(trial->policy); i++) {
        pgcs_severity severity = severity_for(trial, policy_rule_at(trial->policy, i));
        if (severity > worst[i])
            worst[i] = severity;
    }
}

static void
add(struct report_builder *builder, pgcs_rule rule, pgcs_severity severity) {
    struct rule_text text;
    if (severity == PGCS_SEVERITY_NONE || !rule_find(rule, &text))
        return;
    struct diag diag;
    diag_fail(&diag, rule, "%s", text.sentence);
    diag_hint(&diag, "%s", text.remedy);
    diag_field(&diag, text.field);
    report_add_finding(builder, severity, text.name, &diag);
}

/* One finding for a rule, however many hosts break it. */
static pgcs_status
judge_hosts(const pgcs_policy *policy, const struct judged *judged,
            struct report_builder *builder, struct diag *diag) {
    pgcs_severity worst[RULES] = {PGCS_SEVERITY_NONE};
    for (size_t host = 0; host < spec_host_count(judged->spec); host++) {
        struct plan plan;
        pgcs_status status =
            plan_make(judged->spec, judged->tls, judged->libpq_version, host, &plan, diag);
        if (status != PGCS_OK)
            return status;
        struct trial trial = {.policy = policy, .plan = &plan, .now = judged->now_unix};
        try_rules(&trial, worst);
    }
    for (size_t i = 0; i < policy_rule_count(policy); i++)
        add(builder, policy_rule_at(policy, i), worst[i]);
    return PGCS_OK;
}

pgcs_status
policy_judge(const pgcs_policy *policy, const struct judged *judged,
             struct report_builder *builder, struct diag *diag) {
    assert(policy != NULL && judged->spec != NULL && builder != NULL);
    if ((policy->rules & POLICY_RETIRED) != 0) {
        diag_fail(diag, PGCS_ERR_POLICY_RETIRED, "policy %s is retired", policy->name);
        diag_hint(diag, "Choose a newer one: what it asked for is not safe any more.");
        return PGCS_ERR_POLICY_RETIRED;
    }
    struct diag fault;
    if (judge_hosts(policy, judged, builder, &fault) != PGCS_OK)
        report_add_finding(builder, PGCS_SEVERITY_FAILURE, NULL, &fault);
    if (judged->tls != NULL)
        preflight_add(judged->tls, judged->now_unix, builder);
    return PGCS_OK;
}

pgcs_status
policy_evaluate(const pgcs_policy *policy, const struct judged *judged, const pgcs_report **out,
                struct diag *diag) {
    struct report_builder *builder = report_builder_new();
    if (builder == NULL)
        return diag_nomem(diag);
    pgcs_status status = policy_judge(policy, judged, builder, diag);
    if (status == PGCS_OK)
        return report_finish(builder, out, diag);
    report_builder_free(builder);
    return status;
}
