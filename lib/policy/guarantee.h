/* What TLS will really do for a spec: guarantees as data. Pure. */
#ifndef POLICY_GUARANTEE_H
#define POLICY_GUARANTEE_H

#include <pgconnspec/policy.h>

#include "base/diag.h"
#include "tls/plan.h"

enum strength {
#define X(name, listens, interferes, certified, first, second, third, advice) STRENGTH_##name,
#include "policy/strengths.def"
#undef X
    STRENGTH_COUNT
};

#define ATTACKERS 3

/* What a plan for one host is worth. */
enum strength
strength_of(const struct plan *plan);

/* Whether a connection of that strength is safe from that attacker. */
bool
strength_holds(enum strength strength, pgcs_attacker attacker);

/* How many attackers it is safe from. */
unsigned
strength_count(enum strength strength);

pgcs_status
guarantee_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
              const pgcs_guarantee **out, struct diag *diag);

/* What libpq makes of the spec without us. */
pgcs_status
guarantee_of_libpq(const pgcs_spec *spec, int32_t libpq_version, bool root_found,
                   const pgcs_guarantee **out, struct diag *diag);

/* The questions of policy.h; all take NULL, and then answer NULL or false. */
const pgcs_guarantee *
guarantee_ref(const pgcs_guarantee *guarantee);
const pgcs_guarantee *
guarantee_unref(const pgcs_guarantee *guarantee);
const char *
guarantee_mode(const pgcs_guarantee *guarantee);
bool
guarantee_is_local(const pgcs_guarantee *guarantee);
bool
guarantee_holds(const pgcs_guarantee *guarantee, pgcs_attacker attacker);
const char *
guarantee_sentence(const pgcs_guarantee *guarantee, pgcs_attacker attacker);
const struct tls_rule *
guarantee_refusal(const pgcs_guarantee *guarantee);
const char *
guarantee_advice(const pgcs_guarantee *guarantee);
const char *
attacker_name(pgcs_attacker attacker);

#endif
