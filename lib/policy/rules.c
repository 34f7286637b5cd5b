/* The rules that policies choose from, each a predicate over a plan. */
#include "policy/policy.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "tls/certificate.h"

#define LIFETIME_LEFT (7 * 24 * 60 * 60) /* seconds that a certificate must still be valid */

#define X(name, number, field, sentence, remedy)                                               \
    _Static_assert(PGCS_RULE_##name == (number), "rules.def and policy.h");
#include "policy/rules.def"
#undef X
#define X(name, number, severity, field, sentence, remedy)                                     \
    _Static_assert(PGCS_RULE_##name == (number), "lib/tls/rules.def and policy.h");
#include "tls/rules.def"
#undef X

/* --- the predicates, in the order of the table ---------------------------------------------
 */

/* By the guarantees, not by the word: channel binding may make up for a mode. */
static bool
is_SSLMODE_MINIMUM(const struct trial *trial) {
    enum strength strength = strength_of(trial->plan);
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++)
        if (strength_holds(trial->policy->least, i) && !strength_holds(strength, i))
            return true;
    return false;
}

static bool
is_TLS_VERSION_MINIMUM(const struct trial *trial) {
    const char *least = plan_value(trial->plan, KEYWORD_SSL_MIN_PROTOCOL_VERSION);
    return !trial->plan->is_socket && least != NULL && strcasecmp(least, "TLSv1.2") != 0 &&
           strcasecmp(least, "TLSv1.3") != 0;
}

static bool
is_NAME_VERIFIED(const struct trial *trial) {
    return !trial->plan->is_socket && trial->plan->mode != SSLMODE_VERIFY_FULL;
}

static bool
is_ROOTS_EXPLICIT(const struct trial *trial) {
    return trial->plan->roots == ROOTS_SYSTEM;
}

static bool
is_CHANNEL_BINDING(const struct trial *trial) {
    const struct plan *plan = trial->plan;
    bool has_password = plan_value(plan, KEYWORD_PASSWORD) != NULL ||
                        plan_value(plan, KEYWORD_PASSFILE) != NULL;
    return !plan->is_socket && has_password &&
           !plan_value_is(plan, KEYWORD_CHANNEL_BINDING, "require") &&
           !plan_value_is(plan, KEYWORD_REQUIRE_AUTH, "scram-sha-256");
}

/* Whether any certificate given has the fault. */
static bool
any_certificate(const struct trial *trial,
                bool (*has)(const struct trial *trial, const struct certificate *certificate)) {
    const pgcs_tls *tls = trial->plan->tls;
    for (int chain = 0; tls != NULL && chain < 2; chain++)
        for (size_t i = 0; i < tls->counts[chain]; i++)
            if (has(trial, &tls->chains[chain][i]))
                return true;
    return false;
}

static bool
is_out_of_time(const struct trial *trial, const struct certificate *certificate) {
    return (certificate->not_after != INT64_MIN &&
            certificate->not_after - LIFETIME_LEFT < trial->now) ||
           (certificate->not_before != INT64_MIN && certificate->not_before > trial->now);
}

static bool
is_CERT_LIFETIME(const struct trial *trial) {
    return any_certificate(trial, is_out_of_time);
}

static bool
is_weak(const struct trial *trial, const struct certificate *certificate) {
    (void)trial;
    return certificate->security_bits < LEAST_SECURITY_BITS;
}

static bool
is_KEY_STRENGTH(const struct trial *trial) {
    return any_certificate(trial, is_weak);
}

static bool
is_NO_PLAINTEXT_FALLBACK(const struct trial *trial) {
    enum strength strength = strength_of(trial->plan);
    return strength == STRENGTH_OPPORTUNISTIC || strength == STRENGTH_OPPORTUNISTIC_SCRAM;
}

static bool
is_NO_PASSWORD_IN_URI(const struct trial *trial) {
    const struct spec_value *password = spec_find(trial->plan->spec, KEYWORD_PASSWORD);
    return trial->plan->spec->form == SPEC_FORM_URI && password != NULL &&
           password->origin == PGCS_ORIGIN_TEXT && password->size > 0;
}

/* --- the table -----------------------------------------------------------------------------
 */

static const struct {
    const char *name;
    const char *field;
    const char *sentence;
    const char *remedy;
    bool (*is_broken)(const struct trial *trial);
} rules[POLICY_RULE_COUNT] = {
#define X(name, number, field, sentence, remedy)                                               \
    [number - POLICY_RULE_FIRST] = {"PGCS_RULE_" #name, field, sentence, remedy, is_##name},
#include "policy/rules.def"
#undef X
};

static bool
is_own(pgcs_rule rule) {
    return rule >= POLICY_RULE_FIRST && rule < POLICY_RULE_FIRST + POLICY_RULE_COUNT;
}

bool
rule_find(pgcs_rule rule, struct rule_text *out) {
    if (is_own(rule)) {
        size_t i = (size_t)(rule - POLICY_RULE_FIRST);
        *out = (struct rule_text){rules[i].name, rules[i].field, rules[i].sentence,
                                  rules[i].remedy, PGCS_SEVERITY_FAILURE};
        return true;
    }
    const struct tls_rule *found = tls_rule_find(rule);
    if (found == NULL)
        return false;
    *out = (struct rule_text){found->name, found->field, found->sentence, found->remedy,
                              found->severity};
    return true;
}

bool
policy_supports_rule(int64_t rule) {
    struct rule_text text;
    return rule > 0 && rule <= INT32_MAX && rule_find((pgcs_rule)rule, &text);
}

bool
policy_rule_is_broken(const struct trial *trial, pgcs_rule rule) {
    assert(is_own(rule));
    return rules[rule - POLICY_RULE_FIRST].is_broken(trial);
}
