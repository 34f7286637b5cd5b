#ifndef PGCS_POLICY_H
#define PGCS_POLICY_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>
#include <pgconnspec/spec.h>
#include <pgconnspec/tls.h>

PGCS_BEGIN_DECLS

/* --- guarantee: what a spec is worth ----------------------------------------------------- */

/** Who might stand in the way. A closed set: never extended within one soname. */
typedef int32_t pgcs_attacker;
enum pgcs_attacker_ {
    PGCS_ATTACKER_LISTENS = 1,    /* reads what passes on the network */
    PGCS_ATTACKER_INTERFERES = 2, /* changes it, or answers in the server's place */
    PGCS_ATTACKER_CERTIFIED = 3   /* the same, with a certificate of an authority we trust */
};

/**
 * What TLS will really do for a spec with its material: immutable, shareable, counted. Of
 * several hosts the weakest counts.
 */
typedef struct pgcs_guarantee pgcs_guarantee;

/**
 * Work out what @p spec is worth with the material @p tls, which may be NULL, to the libpq of
 * @p libpq_version, as pgcs_libpq_version() gives it, or 0 when it does not matter. No I/O, no
 * clock. A spec that no connection would be made with is not a failure of the call: see
 * pgcs_guarantee_refusal(). Source: libpq documentation, "Protection Provided in Different
 * Modes".
 *
 * Errors: PGCS_ERR_BAD_VALUE when sslmode is no word of libpq's, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_guarantee_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
                   const pgcs_guarantee **out, pgcs_error **err);
/**
 * The same for libpq alone, as psql and other programs use it: nothing is mended, and what this
 * library refuses is tried. With prefer a root certificate protects nobody; a root that is
 * mistyped leaves require unverified; sslrootcert=system means verify-full from libpq 16 on,
 * and a file of that name before. @p root_found is 1 if the file that sslrootcert names is
 * there (the default file, ~/.postgresql/root.crt, where it names none), else 0. @p
 * libpq_version as above; 0 stands for the newest. pgcs_guarantee_refusal() says why libpq
 * would not connect. Parameters that have nothing to do with TLS are not looked at, nor is
 * Kerberos encryption. Source: libpq documentation, "SSL Support".
 *
 * Errors: PGCS_ERR_BAD_VALUE when sslmode is no word of libpq's, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_guarantee_of_libpq(const pgcs_spec *spec, int32_t libpq_version, int root_found,
                        const pgcs_guarantee **out, pgcs_error **err);
/** Takes a reference and returns @p guarantee; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_guarantee *
pgcs_guarantee_ref(const pgcs_guarantee *guarantee);
/** Gives a reference back; NULL is fine. Always returns NULL. Since: 0.1. */
PGCS_API const pgcs_guarantee *
pgcs_guarantee_unref(const pgcs_guarantee *guarantee);
/**
 * The sslmode that libpq is told, which may be more than what is stated: require with a root
 * certificate is "verify-ca". "disable" for a Unix-domain socket. Static storage; NULL for
 * NULL. Since: 0.1.
 */
PGCS_API const char *
pgcs_guarantee_mode(const pgcs_guarantee *guarantee);
/** 1 if every host is a Unix-domain socket: nothing passes on a network. Since: 0.1. */
PGCS_API int
pgcs_guarantee_is_local(const pgcs_guarantee *guarantee);
/** 1 if the connection is safe from @p attacker; 0 if not, or if unknown. Since: 0.1. */
PGCS_API int
pgcs_guarantee_holds(const pgcs_guarantee *guarantee, pgcs_attacker attacker);
/**
 * What @p attacker can do or not, a sentence; NULL for an unknown attacker. Static storage.
 * Since: 0.1.
 */
PGCS_API const char *
pgcs_guarantee_sentence(const pgcs_guarantee *guarantee, pgcs_attacker attacker);
/**
 * Why this library would refuse to connect with the spec, one line; NULL when it would not.
 * Static storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_guarantee_refusal(const pgcs_guarantee *guarantee);
/** The pgcs_rule behind the refusal, or 0. Since: 0.1. */
PGCS_API int32_t
pgcs_guarantee_refusal_rule(const pgcs_guarantee *guarantee);
/**
 * The one change that helps most, in full sentences; NULL when there is nothing left to want.
 * Static storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_guarantee_advice(const pgcs_guarantee *guarantee);
/**
 * "an eavesdropper" and so on, for headings; NULL for an unknown attacker. Static storage.
 * Since: 0.1.
 */
PGCS_API const char *
pgcs_attacker_name(pgcs_attacker attacker);

/* --- policy: what a spec must be worth --------------------------------------------------- */

/**
 * A named set of rules. Policies live in the library, for ever: no reference counting. A dated
 * name ("verified-2026-11") never changes; an alias ("default", "compat", "encrypted",
 * "verified", "strict") moves to a newer date in a minor release.
 */
typedef struct pgcs_policy pgcs_policy;

/** Number of policies, retired ones too. Since: 0.1. */
PGCS_API size_t
pgcs_policy_count(void);
/** Policy in place @p i; NULL past the end. Since: 0.1. */
PGCS_API const pgcs_policy *
pgcs_policy_at(size_t i);
/**
 * The policy that is called @p name, by date or alias; NULL for an unknown name, or NULL. A
 * retired policy is found, but will not evaluate. Since: 0.1.
 */
PGCS_API const pgcs_policy *
pgcs_policy_find(const char *name);
/** Its dated name; NULL for NULL. Static storage. Since: 0.1. */
PGCS_API const char *
pgcs_policy_name(const pgcs_policy *policy);
/** What it is for, one line; NULL for NULL. Static storage. Since: 0.1. */
PGCS_API const char *
pgcs_policy_summary(const pgcs_policy *policy);
/** 1 if it was withdrawn and will not evaluate, else 0. Since: 0.1. */
PGCS_API int
pgcs_policy_is_retired(const pgcs_policy *policy);

/**
 * What a policy may ask, by number. Findings of pgcs_policy_evaluate() carry these; the set
 * grows in minor releases. pgcs_rule_summary() and pgcs_rule_remedy() say what each is about.
 */
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
    PGCS_RULE_NO_PASSWORD_IN_URI = 1009,

    /* between a spec and its TLS material: what would be weaker than it looks */
    PGCS_RULE_CERTIFICATE_WITHOUT_KEY = 1101,
    PGCS_RULE_KEY_WITHOUT_CERTIFICATE = 1102,
    PGCS_RULE_VERIFY_FULL_WITHOUT_NAME = 1103,
    PGCS_RULE_VERIFY_FULL_ADDRESS = 1104,
    PGCS_RULE_VERIFY_WITHOUT_ROOTS = 1105,
    PGCS_RULE_SYSTEM_ROOTS_NEED_FULL = 1106,
    PGCS_RULE_SYSTEM_ROOTS_TOO_NEW = 1107,
    PGCS_RULE_MATERIAL_WITH_DISABLE = 1108,
    PGCS_RULE_MATERIAL_WITH_FALLBACK = 1109,
    PGCS_RULE_REQUIRE_WITH_ROOTS = 1110,
    PGCS_RULE_REQUIRE_UNVERIFIED = 1111,
    PGCS_RULE_SOCKET_WITH_TLS = 1112,
    PGCS_RULE_MODE_NOT_STATED = 1113,
    PGCS_RULE_MATERIAL_TWICE = 1114,
    PGCS_RULE_KEY_PATH_ENGINE = 1115,
    PGCS_RULE_CRL_WITHOUT_ROOTS = 1116,
    PGCS_RULE_DIRECT_NEGOTIATION = 1117,
    PGCS_RULE_PROTOCOL_RANGE = 1118,
    PGCS_RULE_KEY_LOG_FILE = 1119,
    PGCS_RULE_COMPRESSION = 1120,
    PGCS_RULE_NO_SERVER_NAME_INDICATION = 1121,
    PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS = 1122,
    PGCS_RULE_GSS_BEFORE_TLS = 1123,
    PGCS_RULE_SERVER_NAME_DIFFERS = 1124,
    PGCS_RULE_SERVER_NAME_FOR_MANY = 1125,
    PGCS_RULE_SERVER_NAME_UNCHECKED = 1126,
    PGCS_RULE_OPPORTUNISTIC = 1127,
    PGCS_RULE_PLAINTEXT = 1128,
    PGCS_RULE_GSS_SET_ASIDE = 1129,
    PGCS_RULE_CERTMODE_WITHOUT_CERTIFICATE = 1130,
    PGCS_RULE_REQUIRE_AUTH_TOO_NEW = 1131,
    PGCS_RULE_CERTMODE_TOO_NEW = 1132
};
/** Number of rules that @p policy holds a spec to; 0 for NULL. Since: 0.1. */
PGCS_API size_t
pgcs_policy_rule_count(const pgcs_policy *policy);
/** Rule in place @p i of @p policy; 0 past the end. Since: 0.1. */
PGCS_API pgcs_rule
pgcs_policy_rule_at(const pgcs_policy *policy, size_t i);
/**
 * Symbolic name, such as "PGCS_RULE_NAME_VERIFIED"; NULL for an unknown rule. Static storage.
 * Since: 0.1.
 */
PGCS_API const char *
pgcs_rule_name(pgcs_rule rule);
/**
 * What is wrong with a spec that breaks @p rule, one line; NULL for an unknown rule. Static
 * storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_rule_summary(pgcs_rule rule);
/**
 * What to do about it, in full sentences; NULL for an unknown rule. Static storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_rule_remedy(pgcs_rule rule);
/** How bad it is to break @p rule; PGCS_SEVERITY_NONE for an unknown one. Since: 0.1. */
PGCS_API pgcs_severity
pgcs_rule_severity(pgcs_rule rule);

/**
 * Judge @p spec with the material @p tls, which may be NULL, without connecting: no I/O, no
 * clock. @p now_unix is seconds since 1970-01-01 UTC. A spec that breaks a rule is not a
 * failure of the call; look at the report in @p out: a finding for each rule that is broken,
 * and those of pgcs_tls_preflight().
 *
 * Errors: PGCS_ERR_POLICY_RETIRED when the policy was withdrawn, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_policy_evaluate(const pgcs_policy *policy, const pgcs_spec *spec, const pgcs_tls *tls,
                     int64_t now_unix, const pgcs_report **out, pgcs_error **err);
/**
 * As pgcs_policy_evaluate(), which knows no version, for the libpq of @p libpq_version as
 * pgcs_libpq_version() gives it: rules that only some versions break are judged as well.
 *
 * Errors: PGCS_ERR_POLICY_RETIRED when the policy was withdrawn, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_policy_evaluate_for(const pgcs_policy *policy, const pgcs_spec *spec, const pgcs_tls *tls,
                         int32_t libpq_version, int64_t now_unix, const pgcs_report **out,
                         pgcs_error **err);

PGCS_END_DECLS

#endif
