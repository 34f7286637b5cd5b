/*
 * Guarantees. allow and prefer are no lesser kinds of security: whoever can make TLS fail gets
 * plaintext. channel_binding=require changes the picture, whatever the mode: libpq then refuses
 * every login that is not SCRAM over this very TLS channel, also one in plaintext.
 */
#include "policy/guarantee.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    bool holds[ATTACKERS];
    const char *sentences[ATTACKERS];
    const char *advice;
} strengths[STRENGTH_COUNT] = {
#define X(name, listens, interferes, certified, first, second, third, advice)                  \
    {{listens, interferes, certified}, {first, second, third}, advice},
#include "policy/strengths.def"
#undef X
};

struct pgcs_guarantee {
    struct refs refs;
    enum strength strength;
    bool is_local;
    const char *mode;
    const struct tls_rule *refusal; /* or NULL */
};

static bool
is_known(pgcs_attacker attacker) {
    return attacker >= PGCS_ATTACKER_LISTENS && attacker <= PGCS_ATTACKER_CERTIFIED;
}

enum strength
strength_of(const struct plan *plan) {
    if (plan->is_socket)
        return STRENGTH_LOCAL;
    if (plan->mode == SSLMODE_VERIFY_FULL)
        return STRENGTH_FULL;
    if (plan_value_is(plan, KEYWORD_CHANNEL_BINDING, "require") &&
        plan->mode != SSLMODE_DISABLE)
        return STRENGTH_BOUND;
    bool scram = plan_value_is(plan, KEYWORD_REQUIRE_AUTH, "scram-sha-256");
    static const enum strength by_mode[SSLMODE_COUNT][2] = {
        [SSLMODE_DISABLE] = {STRENGTH_PLAINTEXT, STRENGTH_PLAINTEXT_SCRAM},
        [SSLMODE_ALLOW] = {STRENGTH_OPPORTUNISTIC, STRENGTH_OPPORTUNISTIC_SCRAM},
        [SSLMODE_PREFER] = {STRENGTH_OPPORTUNISTIC, STRENGTH_OPPORTUNISTIC_SCRAM},
        [SSLMODE_REQUIRE] = {STRENGTH_ENCRYPTED, STRENGTH_ENCRYPTED_SCRAM},
        [SSLMODE_VERIFY_CA] = {STRENGTH_CHAIN, STRENGTH_CHAIN},
        [SSLMODE_VERIFY_FULL] = {STRENGTH_FULL, STRENGTH_FULL},
    };
    return by_mode[plan->mode][scram];
}

bool
strength_holds(enum strength strength, pgcs_attacker attacker) {
    assert(strength < STRENGTH_COUNT && is_known(attacker));
    return strengths[strength].holds[attacker - 1];
}

unsigned
strength_count(enum strength strength) {
    unsigned count = 0;
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++)
        count += strength_holds(strength, i);
    return count;
}

/* --- the object ----------------------------------------------------------------------------
 */

static const struct tls_rule *
refusal_of(const struct plan *plan) {
    for (size_t i = 0; i < TLS_RULE_COUNT; i++) {
        const struct tls_rule *rule = tls_rule_at(i);
        if (rule->is_broken(plan) && tls_rule_severity(rule, plan) == PGCS_SEVERITY_FAILURE)
            return rule;
    }
    return NULL;
}

/* Of several hosts the weakest counts. */
static void
add_host(struct pgcs_guarantee *made, const struct plan *plan, const struct tls_rule *refusal) {
    enum strength strength = strength_of(plan);
    if (made->mode == NULL || strength < made->strength) {
        made->strength = strength;
        made->mode = sslmode_word(plan->mode);
    }
    made->is_local = made->is_local && plan->is_socket;
    if (made->refusal == NULL)
        made->refusal = refusal;
}

static pgcs_status
keep(const struct pgcs_guarantee *made, const pgcs_guarantee **out, struct diag *diag) {
    struct pgcs_guarantee *guarantee = malloc(sizeof *guarantee);
    if (guarantee == NULL)
        return diag_nomem(diag);
    *guarantee = *made;
    refs_init(&guarantee->refs);
    *out = guarantee;
    return PGCS_OK;
}

pgcs_status
guarantee_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
              const pgcs_guarantee **out, struct diag *diag) {
    assert(spec != NULL && out != NULL);
    struct pgcs_guarantee made = {.strength = STRENGTH_LOCAL, .is_local = true};
    for (size_t i = 0; i < spec_host_count(spec); i++) {
        struct plan plan;
        pgcs_status status = plan_make(spec, tls, libpq_version, i, &plan, diag);
        if (status != PGCS_OK)
            return status;
        add_host(&made, &plan, refusal_of(&plan));
    }
    return keep(&made, out, diag);
}

pgcs_status
guarantee_of_libpq(const pgcs_spec *spec, int32_t libpq_version, bool root_found,
                   const pgcs_guarantee **out, struct diag *diag) {
    assert(spec != NULL && out != NULL);
    struct pgcs_guarantee made = {.strength = STRENGTH_LOCAL, .is_local = true};
    for (size_t i = 0; i < spec_host_count(spec); i++) {
        struct plan plan;
        pgcs_status status = plan_make(spec, NULL, libpq_version, i, &plan, diag);
        if (status != PGCS_OK)
            return status;
        plan_make_bare(&plan, root_found);
        add_host(&made, &plan, plan_refusal_of_libpq(&plan));
    }
    return keep(&made, out, diag);
}

const pgcs_guarantee *
guarantee_ref(const pgcs_guarantee *guarantee) {
    if (guarantee != NULL)
        refs_take(&((struct pgcs_guarantee *)guarantee)->refs);
    return guarantee;
}

const pgcs_guarantee *
guarantee_unref(const pgcs_guarantee *guarantee) {
    struct pgcs_guarantee *mutable = (struct pgcs_guarantee *)guarantee;
    if (mutable != NULL && refs_drop(&mutable->refs))
        free(mutable);
    return NULL;
}

const char *
guarantee_mode(const pgcs_guarantee *guarantee) {
    return guarantee ? guarantee->mode : NULL;
}

bool
guarantee_is_local(const pgcs_guarantee *guarantee) {
    return guarantee != NULL && guarantee->is_local;
}

bool
guarantee_holds(const pgcs_guarantee *guarantee, pgcs_attacker attacker) {
    return guarantee != NULL && is_known(attacker) &&
           strength_holds(guarantee->strength, attacker);
}

const char *
guarantee_sentence(const pgcs_guarantee *guarantee, pgcs_attacker attacker) {
    if (guarantee == NULL || !is_known(attacker))
        return NULL;
    return strengths[guarantee->strength].sentences[attacker - 1];
}

const struct tls_rule *
guarantee_refusal(const pgcs_guarantee *guarantee) {
    return guarantee ? guarantee->refusal : NULL;
}

const char *
guarantee_advice(const pgcs_guarantee *guarantee) {
    if (guarantee == NULL)
        return NULL;
    if (guarantee->refusal != NULL)
        return guarantee->refusal->remedy;
    return strengths[guarantee->strength].advice;
}

const char *
attacker_name(pgcs_attacker attacker) {
    static const char *const names[ATTACKERS] = {
        "an eavesdropper",
        "an attacker on the path",
        "an attacker with a certificate of the same authority",
    };
    return is_known(attacker) ? names[attacker - 1] : NULL;
}
