#ifndef PGCS_POLICY_H
#define PGCS_POLICY_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>
#include <pgconnspec/spec.h>
#include <pgconnspec/tls.h>

PGCS_BEGIN_DECLS

/**
 * A named set of rules. Policies live in the library, for ever: no reference counting. A
 * dated name ("2026-09") never changes; an alias ("default", "strict") moves to a newer
 * date in a minor release.
 */
typedef struct pgcs_policy pgcs_policy;

/** Number of policies, retired ones too. */
PGCS_API size_t
pgcs_policy_count(void);
PGCS_API const pgcs_policy *
pgcs_policy_at(size_t i); /**< NULL past the end */
/** NULL for an unknown name; a retired policy is found, but will not evaluate. */
PGCS_API const pgcs_policy *
pgcs_policy_find(const char *name);
PGCS_API const char *
pgcs_policy_name(const pgcs_policy *policy); /**< dated name */
/** What the policy is for, one line. */
PGCS_API const char *
pgcs_policy_summary(const pgcs_policy *policy);
/** 1 if it was withdrawn and will not evaluate, else 0. */
PGCS_API int
pgcs_policy_is_retired(const pgcs_policy *policy);

typedef int32_t pgcs_rule;
enum pgcs_rule_ {
    PGCS_RULE_SSLMODE_MINIMUM = 1001,
    PGCS_RULE_TLS_VERSION_MINIMUM = 1002,
    PGCS_RULE_NAME_VERIFIED = 1003,
    PGCS_RULE_ROOTS_EXPLICIT = 1004,
    PGCS_RULE_CHANNEL_BINDING = 1005,
    PGCS_RULE_CERT_LIFETIME = 1006,
    PGCS_RULE_KEY_STRENGTH = 1007,
    PGCS_RULE_NO_PLAINTEXT_FALLBACK = 1008,
    PGCS_RULE_NO_PASSWORD_IN_URI = 1009
};
/** Number of rules that the policy holds a spec to. */
PGCS_API size_t
pgcs_policy_rule_count(const pgcs_policy *policy);
/** A rule of the policy; 0 past the end. */
PGCS_API pgcs_rule
pgcs_policy_rule_at(const pgcs_policy *policy, size_t i);
/** Symbolic name, such as "PGCS_RULE_NAME_VERIFIED", or NULL; static storage. */
PGCS_API const char *
pgcs_rule_name(pgcs_rule rule);
/** What the rule wants, one line, or NULL; static storage. */
PGCS_API const char *
pgcs_rule_summary(pgcs_rule rule);

/**
 * Judge without connecting: no I/O, no clock. @p now_unix is seconds since 1970-01-01 UTC. A
 * spec that breaks a rule is not a failure of the call; look at the report.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_policy_evaluate(const pgcs_policy *policy, const pgcs_spec *spec, const pgcs_tls *tls,
                     int64_t now_unix, const pgcs_report **out, pgcs_error **err);

PGCS_END_DECLS

#endif
