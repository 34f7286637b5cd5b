/*
 * What a spec and its TLS material come to. The mode follows three rules: what is stated holds;
 * where nothing is, a root or a server name means verify-full, and nothing means libpq's
 * prefer; require with a root is told to libpq as verify-ca, because that is what libpq does
 * with it, except that it forgets it silently when the root's file is not there.
 */
#include "tls/plan.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

static const char *const mode_words[SSLMODE_COUNT] = {
    [SSLMODE_DISABLE] = "disable",     [SSLMODE_ALLOW] = "allow",
    [SSLMODE_PREFER] = "prefer",       [SSLMODE_REQUIRE] = "require",
    [SSLMODE_VERIFY_CA] = "verify-ca", [SSLMODE_VERIFY_FULL] = "verify-full",
};

const char *
sslmode_word(enum sslmode mode) {
    assert(mode < SSLMODE_COUNT);
    return mode_words[mode];
}

bool
sslmode_find(const char *word, enum sslmode *out) {
    for (enum sslmode mode = SSLMODE_DISABLE; mode < SSLMODE_COUNT; mode++) {
        if (strcmp(word, mode_words[mode]) != 0)
            continue;
        *out = mode;
        return true;
    }
    return false;
}

const char *
plan_value(const struct plan *plan, enum keyword keyword) {
    const char *value = spec_filled(plan->spec, keyword);
    return value == NULL || strcmp(value, NO_FILE) == 0 ? NULL : value;
}

bool
plan_value_is(const struct plan *plan, enum keyword keyword, const char *wanted) {
    const char *value = plan_value(plan, keyword);
    return value != NULL && strcmp(value, wanted) == 0;
}

/* --- the predicates of rules.def, in its order ---------------------------------------------
 */

static bool
has_material(const struct plan *plan) {
    return plan->roots != ROOTS_NONE || plan->has_certificate || plan->has_key;
}

static bool
verifies(const struct plan *plan) {
    return plan->mode >= SSLMODE_VERIFY_CA;
}

static bool
is_CERTIFICATE_WITHOUT_KEY(const struct plan *plan) {
    return plan->has_certificate && !plan->has_key;
}

static bool
is_KEY_WITHOUT_CERTIFICATE(const struct plan *plan) {
    return plan->has_key && !plan->has_certificate;
}

static bool
is_VERIFY_FULL_WITHOUT_NAME(const struct plan *plan) {
    return plan->mode == SSLMODE_VERIFY_FULL && !plan->is_socket && plan->host_name == NULL &&
           plan->server_name == NULL;
}

static bool
is_VERIFY_FULL_ADDRESS(const struct plan *plan) {
    return plan->mode == SSLMODE_VERIFY_FULL && plan->server_name == NULL &&
           plan->host_name != NULL &&
           (plan->host_kind == PGCS_HOST_IPV4 || plan->host_kind == PGCS_HOST_IPV6);
}

static bool
is_VERIFY_WITHOUT_ROOTS(const struct plan *plan) {
    return verifies(plan) && !plan->is_socket && plan->roots == ROOTS_NONE;
}

static bool
is_SYSTEM_ROOTS_NEED_FULL(const struct plan *plan) {
    return plan->roots == ROOTS_SYSTEM && plan->asked >= SSLMODE_REQUIRE &&
           plan->asked != SSLMODE_VERIFY_FULL;
}

/* Whether libpq is one from before that major version; false when it is not known. */
static bool
is_older(const struct plan *plan, int32_t major) {
    return plan->libpq_version != 0 && LIBPQ_MAJOR(plan->libpq_version) < major;
}

static bool
is_SYSTEM_ROOTS_TOO_NEW(const struct plan *plan) {
    return plan->roots == ROOTS_SYSTEM && is_older(plan, 16);
}

static bool
is_MATERIAL_WITH_DISABLE(const struct plan *plan) {
    return !plan->is_socket && plan->asked == SSLMODE_DISABLE &&
           (has_material(plan) || plan->server_name != NULL);
}

static bool
is_MATERIAL_WITH_FALLBACK(const struct plan *plan) {
    bool falls_back = plan->asked == SSLMODE_ALLOW || plan->asked == SSLMODE_PREFER;
    return !plan->is_socket && falls_back && (has_material(plan) || plan->server_name != NULL);
}

static bool
is_REQUIRE_WITH_ROOTS(const struct plan *plan) {
    return plan->asked == SSLMODE_REQUIRE && plan->mode == SSLMODE_VERIFY_CA;
}

static bool
is_REQUIRE_UNVERIFIED(const struct plan *plan) {
    return plan->mode == SSLMODE_REQUIRE &&
           !plan_value_is(plan, KEYWORD_CHANNEL_BINDING, "require");
}

static bool
is_SOCKET_WITH_TLS(const struct plan *plan) {
    bool wants_tls = plan->mode_stated && plan->asked >= SSLMODE_REQUIRE;
    return plan->is_socket && (wants_tls || has_material(plan) || plan->server_name != NULL ||
                               plan_value_is(plan, KEYWORD_SSLNEGOTIATION, "direct"));
}

static bool
is_MODE_NOT_STATED(const struct plan *plan) {
    return !plan->mode_stated && !plan->is_socket && plan->asked == SSLMODE_PREFER;
}

const enum keyword material_keywords[MATERIAL_COUNT] = {
    [MATERIAL_ROOTS] = KEYWORD_SSLROOTCERT,
    [MATERIAL_CERTIFICATE] = KEYWORD_SSLCERT,
    [MATERIAL_KEY] = KEYWORD_SSLKEY,
    [MATERIAL_CRL] = KEYWORD_SSLCRL,
};

static bool
is_MATERIAL_TWICE(const struct plan *plan) {
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++) {
        const char *named = plan_value(plan, material_keywords[i]);
        bool held = tls_has(plan->tls, i) ||
                    (i == MATERIAL_ROOTS && plan->tls != NULL && plan->tls->system_roots);
        if (named == NULL || !held)
            continue;
        const char *loaded = plan->tls->loaded_from[i];
        if (loaded == NULL || strcmp(loaded, named) != 0)
            return true;
    }
    return false;
}

static bool
is_KEY_PATH_ENGINE(const struct plan *plan) {
    const char *path = plan_value(plan, KEYWORD_SSLKEY);
    return path != NULL && !tls_has(plan->tls, MATERIAL_KEY) && strchr(path, ':') != NULL;
}

static bool
is_CRL_WITHOUT_ROOTS(const struct plan *plan) {
    return plan->has_crl && (plan->roots == ROOTS_NONE || plan->roots == ROOTS_SYSTEM);
}

static bool
is_DIRECT_NEGOTIATION(const struct plan *plan) {
    return !plan->is_socket && plan_value_is(plan, KEYWORD_SSLNEGOTIATION, "direct") &&
           (is_older(plan, 17) || plan->asked < SSLMODE_REQUIRE);
}

/* 0 for TLSv1 to 3 for TLSv1.3, in any case; -1 for anything else. */
static int
protocol_rank(const char *word) {
    static const char *const words[] = {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
    for (int i = 0; i < 4; i++)
        if (strcasecmp(word, words[i]) == 0)
            return i;
    return -1;
}

static bool
is_PROTOCOL_RANGE(const struct plan *plan) {
    const char *least = plan_value(plan, KEYWORD_SSL_MIN_PROTOCOL_VERSION);
    const char *most = plan_value(plan, KEYWORD_SSL_MAX_PROTOCOL_VERSION);
    int from = least ? protocol_rank(least) : 2;
    int to = most ? protocol_rank(most) : 3;
    return from < 2 || to < from;
}

static bool
is_KEY_LOG_FILE(const struct plan *plan) {
    return plan_value(plan, KEYWORD_SSLKEYLOGFILE) != NULL;
}

static bool
is_COMPRESSION(const struct plan *plan) {
    return plan_value_is(plan, KEYWORD_SSLCOMPRESSION, "1");
}

static bool
is_NO_SERVER_NAME_INDICATION(const struct plan *plan) {
    const char *value = plan_value(plan, KEYWORD_SSLSNI);
    return value != NULL && value[0] != '1' && plan->mode != SSLMODE_DISABLE;
}

static bool
is_CHANNEL_BINDING_WITHOUT_TLS(const struct plan *plan) {
    return plan_value_is(plan, KEYWORD_CHANNEL_BINDING, "require") &&
           (plan->is_socket || plan->mode == SSLMODE_DISABLE);
}

static bool
is_GSS_BEFORE_TLS(const struct plan *plan) {
    return !plan->is_socket && plan->asked >= SSLMODE_REQUIRE &&
           plan_value_is(plan, KEYWORD_GSSENCMODE, "require");
}

static bool
is_SERVER_NAME_DIFFERS(const struct plan *plan) {
    return plan->server_name != NULL && plan->host_name != NULL && !plan->is_socket &&
           strcmp(plan->server_name, plan->host_name) != 0;
}

static bool
is_SERVER_NAME_FOR_MANY(const struct plan *plan) {
    return plan->server_name != NULL && plan->host_count > 1;
}

static bool
is_SERVER_NAME_UNCHECKED(const struct plan *plan) {
    return plan->server_name != NULL && !plan->is_socket &&
           (plan->asked == SSLMODE_REQUIRE || plan->asked == SSLMODE_VERIFY_CA);
}

static bool
is_OPPORTUNISTIC(const struct plan *plan) {
    return plan->mode_stated && !plan->is_socket &&
           (plan->asked == SSLMODE_ALLOW || plan->asked == SSLMODE_PREFER);
}

static bool
is_PLAINTEXT(const struct plan *plan) {
    return plan->mode_stated && !plan->is_socket && plan->asked == SSLMODE_DISABLE;
}

static bool
is_GSS_SET_ASIDE(const struct plan *plan) {
    return !plan->is_socket && plan->asked >= SSLMODE_REQUIRE &&
           plan_value_is(plan, KEYWORD_GSSENCMODE, "prefer");
}

static bool
is_CERTMODE_WITHOUT_CERTIFICATE(const struct plan *plan) {
    return plan_value_is(plan, KEYWORD_SSLCERTMODE, "require") && !plan->has_certificate;
}

static bool
is_REQUIRE_AUTH_TOO_NEW(const struct plan *plan) {
    return plan_value(plan, KEYWORD_REQUIRE_AUTH) != NULL && is_older(plan, 16);
}

static bool
is_CERTMODE_TOO_NEW(const struct plan *plan) {
    bool matters =
        plan_value_is(plan, KEYWORD_SSLCERTMODE, "require") ||
        (plan_value_is(plan, KEYWORD_SSLCERTMODE, "disable") && plan->has_certificate);
    return matters && is_older(plan, 16);
}

static const struct tls_rule rules[] = {
#define X(name, number, severity, field, sentence, remedy)                                     \
    {number, PGCS_SEVERITY_##severity, "PGCS_RULE_" #name, field, sentence, remedy, is_##name},
#include "tls/rules.def"
#undef X
};

const struct tls_rule *
tls_rule_at(size_t i) {
    assert(i < TLS_RULE_COUNT);
    return &rules[i];
}

const struct tls_rule *
tls_rule_find(int32_t number) {
    for (size_t i = 0; i < TLS_RULE_COUNT; i++)
        if (rules[i].number == number)
            return &rules[i];
    return NULL;
}

pgcs_severity
tls_rule_severity(const struct tls_rule *rule, const struct plan *plan) {
    /* libpq learned to compare addresses with iPAddress names in 15. */
    if (rule->is_broken == is_VERIFY_FULL_ADDRESS && is_older(plan, 15))
        return PGCS_SEVERITY_FAILURE;
    return rule->severity;
}

/* --- the plan ------------------------------------------------------------------------------
 */

static enum roots
roots_of(const struct plan *plan) {
    if (tls_has(plan->tls, MATERIAL_ROOTS))
        return ROOTS_TEXT;
    if ((plan->tls != NULL && plan->tls->system_roots) ||
        plan_value_is(plan, KEYWORD_SSLROOTCERT, "system"))
        return ROOTS_SYSTEM;
    return plan_value(plan, KEYWORD_SSLROOTCERT) != NULL ? ROOTS_FILE : ROOTS_NONE;
}

static void
take_host(struct plan *plan) {
    const struct spec_host *host = spec_host(plan->spec, plan->host);
    plan->host_count = spec_host_count(plan->spec);
    plan->host_kind = spec_host_kind(host);
    plan->host_name = host->name && host->name[0] ? host->name : NULL;
    plan->host_address = host->address && host->address[0] ? host->address : NULL;
    bool names_socket = plan->host_kind == PGCS_HOST_SOCKET_DIR ||
                        plan->host_kind == PGCS_HOST_SOCKET_ABSTRACT || plan->host_name == NULL;
    plan->is_socket = plan->host_address == NULL && names_socket;
}

static enum sslmode
mode_taken(const struct plan *plan) {
    if (plan->is_socket)
        return SSLMODE_DISABLE;
    bool can_verify = plan->roots != ROOTS_NONE || plan->server_name != NULL;
    return can_verify ? SSLMODE_VERIFY_FULL : SSLMODE_PREFER;
}

/* What libpq does with the mode that is asked. */
static enum sslmode
mode_carried_out(const struct plan *plan) {
    if (plan->is_socket)
        return SSLMODE_DISABLE;
    bool has_roots = plan->roots != ROOTS_NONE;
    return plan->asked == SSLMODE_REQUIRE && has_roots ? SSLMODE_VERIFY_CA : plan->asked;
}

pgcs_status
plan_make(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, size_t host,
          struct plan *plan, struct diag *diag) {
    assert(spec != NULL && plan != NULL);
    *plan =
        (struct plan){.spec = spec, .tls = tls, .libpq_version = libpq_version, .host = host};
    take_host(plan);
    plan->server_name = tls ? tls->server_name : NULL;
    plan->roots = roots_of(plan);
    plan->has_certificate =
        tls_has(tls, MATERIAL_CERTIFICATE) || plan_value(plan, KEYWORD_SSLCERT) != NULL;
    plan->has_key = tls_has(tls, MATERIAL_KEY) || plan_value(plan, KEYWORD_SSLKEY) != NULL;
    plan->has_crl = tls_has(tls, MATERIAL_CRL) || plan_value(plan, KEYWORD_SSLCRL) != NULL ||
                    plan_value(plan, KEYWORD_SSLCRLDIR) != NULL;
    const char *word = spec_value(spec, KEYWORD_SSLMODE);
    plan->mode_stated = word != NULL;
    if (word == NULL) {
        plan->asked = mode_taken(plan);
    } else if (!sslmode_find(word, &plan->asked)) {
        const char *shown = spec_shown(spec, KEYWORD_SSLMODE, word);
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "sslmode \"%s\" does not exist",
                  diag_quote(shown, strlen(shown)).text);
        diag_hint(diag, "Use disable, allow, prefer, require, verify-ca or verify-full.");
        diag_field(diag, "sslmode");
        return PGCS_ERR_BAD_VALUE;
    }
    plan->mode = mode_carried_out(plan);
    return PGCS_OK;
}

void
plan_make_bare(struct plan *plan, bool root_found) {
    const pgcs_spec *spec = plan->spec;
    bool names_system = plan_value_is(plan, KEYWORD_SSLROOTCERT, "system");
    assert(plan->tls == NULL);
    plan->roots = root_found ? ROOTS_FILE : ROOTS_NONE;
    if (names_system && !is_older(plan, 16))
        plan->roots = ROOTS_SYSTEM;
    if (spec_value(spec, KEYWORD_SSLMODE) == NULL)
        plan->asked = plan->roots == ROOTS_SYSTEM ? SSLMODE_VERIFY_FULL : SSLMODE_PREFER;
    plan->mode = mode_carried_out(plan);
}

/* Where each stands among the rules. */
enum rule_index {
#define X(name, number, severity, field, sentence, remedy) RULE_##name,
#include "tls/rules.def"
#undef X
};

const struct tls_rule *
plan_refusal_of_libpq(const struct plan *plan) {
    bool unverifiable = is_VERIFY_WITHOUT_ROOTS(plan);
    bool names_system = plan_value_is(plan, KEYWORD_SSLROOTCERT, "system");
    bool negotiates = plan_value(plan, KEYWORD_SSLNEGOTIATION) != NULL;
    bool has_certmode = plan_value(plan, KEYWORD_SSLCERTMODE) != NULL;
    const struct {
        bool refuses;
        enum rule_index rule;
    } reasons[] = {
        {negotiates && is_older(plan, 17), RULE_DIRECT_NEGOTIATION},
        {is_DIRECT_NEGOTIATION(plan), RULE_DIRECT_NEGOTIATION},
        {is_REQUIRE_AUTH_TOO_NEW(plan), RULE_REQUIRE_AUTH_TOO_NEW},
        {has_certmode && is_older(plan, 16), RULE_CERTMODE_TOO_NEW},
        {plan->roots == ROOTS_SYSTEM && plan->asked != SSLMODE_VERIFY_FULL,
         RULE_SYSTEM_ROOTS_NEED_FULL},
        {unverifiable && names_system, RULE_SYSTEM_ROOTS_TOO_NEW},
        {unverifiable, RULE_VERIFY_WITHOUT_ROOTS},
        {is_VERIFY_FULL_WITHOUT_NAME(plan), RULE_VERIFY_FULL_WITHOUT_NAME},
        {is_CHANNEL_BINDING_WITHOUT_TLS(plan), RULE_CHANNEL_BINDING_WITHOUT_TLS},
    };
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
        if (reasons[i].refuses)
            return &rules[reasons[i].rule];
    return NULL;
}

pgcs_status
plan_refuse(const struct plan *plan, struct diag *diag) {
    for (size_t i = 0; i < TLS_RULE_COUNT; i++) {
        const struct tls_rule *rule = &rules[i];
        if (!rule->is_broken(plan) || tls_rule_severity(rule, plan) != PGCS_SEVERITY_FAILURE)
            continue;
        diag_fail(diag, PGCS_ERR_CONFLICT, "%s", rule->sentence);
        diag_hint(diag, "%s", rule->remedy);
        diag_field(diag, rule->field);
        return PGCS_ERR_CONFLICT;
    }
    return PGCS_OK;
}
