/* Rules, and the dated policies that are made of them. Pure. */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <pgconnspec/policy.h>

#include "base/diag.h"
#include "policy/guarantee.h"
#include "report/builder.h"
#include "tls/plan.h"

/* The rows of rules.def, by number from here without gaps. */
#define POLICY_RULE_FIRST                        PGCS_RULE_SSLMODE_MINIMUM
#define X(name, number, field, sentence, remedy) +1
enum {
    POLICY_RULE_COUNT = 0
#include "policy/rules.def"
};
#undef X

struct pgcs_policy {
    const char *name;
    const char *aliases[2]; /* or NULL */
    const char *summary;
    enum strength least;
    int32_t last_tls_rule;
    uint32_t rules; /* a bit for each row of rules.def, from the first */
};
#define POLICY_RETIRED (UINT32_C(1) << 31)

/* --- rules.c -------------------------------------------------------------------------------
 */

/* What is asked about a rule, from either table. False for a number that no row has. */
struct rule_text {
    const char *name; /* "PGCS_RULE_NAME_VERIFIED" */
    const char *field;
    const char *sentence;
    const char *remedy;
    pgcs_severity severity;
};
bool
rule_find(pgcs_rule rule, struct rule_text *out);

/* For pgcs_supports(). */
bool
policy_supports_rule(int64_t rule);

/* One host of a spec before a policy. */
struct trial {
    const pgcs_policy *policy;
    const struct plan *plan;
    int64_t now;
};

/* Whether the plan breaks the rule of rules.def with that number. */
bool
policy_rule_is_broken(const struct trial *trial, pgcs_rule rule);

/* --- policy.c ------------------------------------------------------------------------------
 */

size_t
policy_count(void);
const pgcs_policy *
policy_at(size_t i);
/* By its dated name or an alias; NULL when there is none. */
const pgcs_policy *
policy_find(const char *name);

/* The rules of a policy: those of rules.def, then those of lib/tls/rules.def. */
size_t
policy_rule_count(const pgcs_policy *policy);
pgcs_rule
policy_rule_at(const pgcs_policy *policy, size_t i);

/* What is judged. */
struct judged {
    const pgcs_spec *spec;
    const pgcs_tls *tls;   /* or NULL */
    int32_t libpq_version; /* 0 when it is not known */
    int64_t now_unix;
};

/*
 * Add to @builder what is to be said by @policy, and by preflight. PGCS_ERR_POLICY_RETIRED is
 * the only failure.
 */
pgcs_status
policy_judge(const pgcs_policy *policy, const struct judged *judged,
             struct report_builder *builder, struct diag *diag);

pgcs_status
policy_evaluate(const pgcs_policy *policy, const struct judged *judged, const pgcs_report **out,
                struct diag *diag);

#endif
