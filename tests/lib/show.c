/* Walks over all that the getters of each object tell. */
#include "lib/show.h"

#include <stdio.h>

static void
show_number(show_text *show, void *to, const char *what, int64_t number) {
    char digits[32];
    snprintf(digits, sizeof digits, "%lld", (long long)number);
    show(to, what, digits);
}

void
show_error(const pgcs_error *error, show_text *show, void *to) {
    show(to, "error", pgcs_status_name(pgcs_error_status(error)));
    show(to, "error message", pgcs_error_message(error));
    show(to, "error hint", pgcs_error_hint(error));
    show(to, "error field", pgcs_error_field(error));
    show(to, "error sqlstate", pgcs_error_sqlstate(error));
    show_number(show, to, "error offset", pgcs_error_offset(error));
    show_number(show, to, "error length", pgcs_error_length(error));
    show_number(show, to, "error os code", pgcs_error_os_code(error));
}

static void
show_facts(const pgcs_report *report, show_text *show, void *to) {
    for (pgcs_fact fact = PGCS_FACT_SERVER_VERSION; pgcs_fact_name(fact) != NULL; fact++) {
        show(to, pgcs_fact_name(fact), pgcs_report_fact(report, fact));
        if (pgcs_report_has_fact(report, fact))
            show_number(show, to, pgcs_fact_name(fact), pgcs_report_fact_int(report, fact));
    }
}

static bool
show_findings(const pgcs_report *report, show_text *show, void *to) {
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    if (cursor == NULL)
        return false;
    while (pgcs_findings_next(cursor)) {
        show_number(show, to, "finding code", pgcs_finding_code(cursor));
        show(to, "finding name", pgcs_finding_name(cursor));
        show(to, "finding severity", pgcs_severity_name(pgcs_finding_severity(cursor)));
        show(to, "finding message", pgcs_finding_message(cursor));
        show(to, "finding hint", pgcs_finding_hint(cursor));
        show(to, "finding field", pgcs_finding_field(cursor));
        show(to, "finding object", pgcs_finding_object(cursor));
        show_number(show, to, "finding offset", pgcs_finding_offset(cursor));
        show_number(show, to, "finding length", pgcs_finding_length(cursor));
    }
    pgcs_findings_free(cursor);
    return true;
}

static bool
show_attempts(const pgcs_report *report, show_text *show, void *to) {
    pgcs_attempts *cursor = pgcs_attempts_new(report);
    if (cursor == NULL)
        return false;
    while (pgcs_attempts_next(cursor)) {
        show_number(show, to, "attempt host index", pgcs_attempt_host_index(cursor));
        show(to, "attempt host", pgcs_attempt_host(cursor));
        show(to, "attempt address", pgcs_attempt_address(cursor));
        show_number(show, to, "attempt port", pgcs_attempt_port(cursor));
        show_number(show, to, "attempt start", pgcs_attempt_start_ms(cursor));
        show_number(show, to, "attempt duration", pgcs_attempt_duration_ms(cursor));
        show_number(show, to, "attempt cause", pgcs_attempt_cause(cursor));
        show(to, "attempt cause name", pgcs_attempt_cause_name(cursor));
    }
    pgcs_attempts_free(cursor);
    return true;
}

static void
show_privileges(uint64_t privileges, show_text *show, void *to) {
    for (uint64_t bit = 1; bit <= PGCS_PRIV_EXECUTE; bit <<= 1)
        if (privileges & bit)
            show(to, "privilege", pgcs_privilege_name(bit));
}

static bool
show_objects(const pgcs_report *report, show_text *show, void *to) {
    pgcs_objects *cursor = pgcs_objects_new(report, NULL, 0);
    if (cursor == NULL)
        return false;
    while (pgcs_objects_next(cursor)) {
        show(to, "object kind", pgcs_object_kind_name(pgcs_object_kind_of(cursor)));
        show(to, "object schema", pgcs_object_schema(cursor));
        show(to, "object name", pgcs_object_name(cursor));
        show(to, "object column", pgcs_object_column(cursor));
        show(to, "object owner", pgcs_object_owner(cursor));
        show(to, "object belongs to", pgcs_object_belongs_to(cursor));
        show_privileges(pgcs_object_privileges(cursor), show, to);
        show_privileges(pgcs_object_grantable(cursor), show, to);
        show_number(show, to, "object usable", pgcs_object_is_usable(cursor));
        show_number(show, to, "object owned", pgcs_object_is_owned(cursor));
        show_number(show, to, "object row security", pgcs_object_has_row_security(cursor));
        show_number(show, to, "object via", pgcs_object_via(cursor, PGCS_PRIV_SELECT));
        show_number(show, to, "object has last value", pgcs_object_has_last_value(cursor));
        show_number(show, to, "object last value", pgcs_object_last_value(cursor));
        show(to, "object via role", pgcs_object_via_role(cursor, PGCS_PRIV_SELECT));
        show_privileges(pgcs_object_after_set_role(cursor), show, to);
        show(to, "object set role", pgcs_object_set_role(cursor, PGCS_PRIV_SELECT));
    }
    pgcs_objects_free(cursor);
    return true;
}

static bool
show_grants(const pgcs_report *report, show_text *show, void *to) {
    pgcs_grants *cursor = pgcs_grants_new(report, NULL);
    if (cursor == NULL)
        return false;
    while (pgcs_grants_next(cursor)) {
        show(to, "grant kind", pgcs_object_kind_name(pgcs_grant_object_kind(cursor)));
        show(to, "grant schema", pgcs_grant_schema(cursor));
        show(to, "grant object", pgcs_grant_object(cursor));
        show(to, "grant column", pgcs_grant_column(cursor));
        show(to, "grant grantor", pgcs_grant_grantor(cursor));
        show(to, "grant grantee", pgcs_grant_grantee(cursor));
        show_privileges(pgcs_grant_privileges(cursor), show, to);
        show_privileges(pgcs_grant_grantable(cursor), show, to);
    }
    pgcs_grants_free(cursor);
    return true;
}

static bool
show_memberships(const pgcs_report *report, show_text *show, void *to) {
    pgcs_memberships *cursor = pgcs_memberships_new(report);
    if (cursor == NULL)
        return false;
    while (pgcs_memberships_next(cursor)) {
        show(to, "membership role", pgcs_membership_role(cursor));
        show_number(show, to, "membership direct", pgcs_membership_is_direct(cursor));
        show_number(show, to, "membership inherited", pgcs_membership_is_inherited(cursor));
        show_number(show, to, "membership settable", pgcs_membership_is_settable(cursor));
        show_number(show, to, "membership admin", pgcs_membership_is_admin(cursor));
    }
    pgcs_memberships_free(cursor);
    return true;
}

static bool
show_extensions(const pgcs_report *report, show_text *show, void *to) {
    pgcs_extensions *cursor = pgcs_extensions_new(report);
    if (cursor == NULL)
        return false;
    while (pgcs_extensions_next(cursor)) {
        show(to, "extension name", pgcs_extension_name(cursor));
        show(to, "extension version", pgcs_extension_version(cursor));
    }
    pgcs_extensions_free(cursor);
    return true;
}

bool
show_report(const pgcs_report *report, show_text *show, void *to) {
    show(to, "report severity", pgcs_severity_name(pgcs_report_severity(report)));
    show_facts(report, show, to);
    return show_findings(report, show, to) && show_attempts(report, show, to) &&
           show_objects(report, show, to) && show_grants(report, show, to) &&
           show_memberships(report, show, to) && show_extensions(report, show, to);
}

void
show_spec(const pgcs_spec *spec, show_text *show, void *to) {
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        const char *key = pgcs_spec_key_at(spec, i);
        show(to, "spec key", key);
        if (!pgcs_key_is_secret(key) && !pgcs_spec_is_secret(spec, key)) {
            show(to, key, pgcs_spec_value_at(spec, i));
            show(to, key, pgcs_spec_get(spec, key));
        }
        show_number(show, to, "spec origin", pgcs_spec_origin(spec, key));
        show_number(show, to, "spec offset", pgcs_spec_offset(spec, key));
    }
    size_t hosts = pgcs_spec_is_secret(spec, "host") ? 0 : pgcs_spec_host_count(spec);
    for (size_t i = 0; i < hosts; i++) {
        show_number(show, to, "host kind", pgcs_spec_host_kind(spec, i));
        show(to, "host name", pgcs_spec_host_name(spec, i));
        show(to, "host address", pgcs_spec_host_address(spec, i));
        show_number(show, to, "host port", pgcs_spec_host_port(spec, i));
    }
    show(to, "spec label", pgcs_spec_label(spec));
}

void
show_tls(const pgcs_tls *tls, show_text *show, void *to) {
    for (pgcs_chain chain = PGCS_CHAIN_ROOTS; chain <= PGCS_CHAIN_CLIENT; chain++) {
        for (size_t i = 0; i < pgcs_tls_count(tls, chain); i++) {
            show(to, "certificate subject", pgcs_tls_subject(tls, chain, i));
            show(to, "certificate issuer", pgcs_tls_issuer(tls, chain, i));
            show(to, "certificate sha256", pgcs_tls_sha256(tls, chain, i));
            int64_t from = pgcs_tls_not_before_unix(tls, chain, i);
            show_number(show, to, "certificate from", from);
            show_number(show, to, "certificate until", pgcs_tls_not_after_unix(tls, chain, i));
        }
    }
    show(to, "server name", pgcs_tls_server_name(tls));
    show_number(show, to, "has key", pgcs_tls_has_key(tls));
}

void
show_policies(show_text *show, void *to) {
    for (size_t i = 0; i < pgcs_policy_count(); i++) {
        const pgcs_policy *policy = pgcs_policy_at(i);
        show(to, "policy", pgcs_policy_name(policy));
        show(to, "policy summary", pgcs_policy_summary(policy));
        show_number(show, to, "policy retired", pgcs_policy_is_retired(policy));
        for (size_t j = 0; j < pgcs_policy_rule_count(policy); j++) {
            show(to, "rule", pgcs_rule_name(pgcs_policy_rule_at(policy, j)));
            show(to, "rule summary", pgcs_rule_summary(pgcs_policy_rule_at(policy, j)));
            show(to, "rule remedy", pgcs_rule_remedy(pgcs_policy_rule_at(policy, j)));
            show(to, "rule severity",
                 pgcs_severity_name(pgcs_rule_severity(pgcs_policy_rule_at(policy, j))));
        }
    }
}

void
show_guarantee(const pgcs_guarantee *guarantee, show_text *show, void *to) {
    show(to, "mode", pgcs_guarantee_mode(guarantee));
    show_number(show, to, "local", pgcs_guarantee_is_local(guarantee));
    show(to, "refusal", pgcs_guarantee_refusal(guarantee));
    show_number(show, to, "refusal rule", pgcs_guarantee_refusal_rule(guarantee));
    show(to, "advice", pgcs_guarantee_advice(guarantee));
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++) {
        show(to, "attacker", pgcs_attacker_name(i));
        show_number(show, to, "holds", pgcs_guarantee_holds(guarantee, i));
        show(to, "sentence", pgcs_guarantee_sentence(guarantee, i));
    }
}

bool
show_assessment(const pgcs_assessment *assessment, show_text *show, void *to) {
    show_number(show, to, "sufficient", pgcs_assessment_is_sufficient(assessment));
    pgcs_need *cursor = pgcs_need_new(assessment);
    if (cursor == NULL)
        return false;
    while (pgcs_need_next(cursor)) {
        show_number(show, to, "need met", pgcs_need_is_met(cursor));
        show(to, "need kind", pgcs_object_kind_name(pgcs_need_object_kind(cursor)));
        show(to, "need schema", pgcs_need_schema(cursor));
        show(to, "need object", pgcs_need_object(cursor));
        show(to, "need column", pgcs_need_column(cursor));
        show_privileges(pgcs_need_privilege(cursor), show, to);
        show(to, "need reason", pgcs_need_reason(cursor));
        show(to, "need remedy", pgcs_need_remedy(cursor));
        show(to, "need set role", pgcs_need_set_role(cursor));
    }
    pgcs_need_free(cursor);
    return show_report(pgcs_assessment_report(assessment), show, to);
}
