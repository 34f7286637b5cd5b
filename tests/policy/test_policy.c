/*
 * lib/policy/policy.c and rules.c: each rule is broken by the smallest spec that breaks it, and
 * kept by its neighbour; each policy stands as a text under tests/golden, which must not
 * change. With --update the texts are written anew.
 */
#include "policy/policy.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "tls/builder.h"
#include "tls/pki.h"

static struct pki root, client;

static void
setup(void) {
    root = pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    client = pki_make((struct pki_wish){.common_name = "me"}, &root);
}

static void
teardown(void) {
    pki_free(&root);
    pki_free(&client);
}

static const pgcs_spec *
spec_of(const char *text) {
    const pgcs_spec *spec = NULL;
    ck_assert_msg(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK, "%s", text);
    return spec;
}

/* Material by letters: r roots, c certificate and key, l revocation list, n server name, s the
 * system's roots. */
static const pgcs_tls *
tls_of(const char *letters) {
    if (letters[0] == '\0')
        return NULL;
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    char *texts[4] = {pki_certificate_pem(root.certificate),
                      pki_certificate_pem(client.certificate), pki_key_pem(client.key, NULL),
                      pki_crl_pem(&root, root.key, 30, NULL)};
    if (strchr(letters, 'r'))
        ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, texts[0], strlen(texts[0]), NULL),
                         PGCS_OK);
    if (strchr(letters, 'c')) {
        ck_assert_int_eq(
            pgcs_tls_builder_set_certificate(builder, texts[1], strlen(texts[1]), NULL),
            PGCS_OK);
        ck_assert_int_eq(
            pgcs_tls_builder_set_key(builder, texts[2], strlen(texts[2]), NULL, 0, NULL),
            PGCS_OK);
    }
    if (strchr(letters, 'l'))
        ck_assert_int_eq(pgcs_tls_builder_set_crls(builder, texts[3], strlen(texts[3]), NULL),
                         PGCS_OK);
    if (strchr(letters, 'n'))
        ck_assert_int_eq(pgcs_tls_builder_set_server_name(builder, "db.test", NULL), PGCS_OK);
    if (strchr(letters, 's'))
        ck_assert_int_eq(pgcs_tls_builder_use_system_roots(builder, NULL), PGCS_OK);
    const pgcs_tls *tls = NULL;
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    for (int i = 0; i < 4; i++)
        free(texts[i]);
    return tls;
}

/* The severity of the finding with @code when @policy judges; NONE when there is none. */
static pgcs_severity
found(const char *policy, const char *text, const char *letters, int32_t libpq_version,
      int64_t now, int32_t code) {
    const pgcs_spec *spec = spec_of(text);
    const pgcs_tls *tls = tls_of(letters);
    const pgcs_report *report = NULL;
    struct diag diag;
    struct judged judged = {spec, tls, libpq_version, now};
    ck_assert_int_eq(policy_evaluate(policy_find(policy), &judged, &report, &diag), PGCS_OK);
    pgcs_severity severity = PGCS_SEVERITY_NONE;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    while (pgcs_findings_next(cursor)) {
        if (pgcs_finding_code(cursor) != code)
            continue;
        ck_assert_msg(severity == PGCS_SEVERITY_NONE, "found twice");
        severity = pgcs_finding_severity(cursor);
        ck_assert_str_eq(pgcs_finding_message(cursor), pgcs_rule_summary(code));
        ck_assert_str_eq(pgcs_finding_hint(cursor), pgcs_rule_remedy(code));
        ck_assert_str_eq(pgcs_finding_name(cursor), pgcs_rule_name(code));
    }
    pgcs_findings_free(cursor);
    pgcs_report_unref(report);
    pgcs_tls_unref(tls);
    pgcs_spec_unref(spec);
    return severity;
}

/* --- each rule -----------------------------------------------------------------------------
 */

#define F PGCS_SEVERITY_FAILURE
#define W PGCS_SEVERITY_WARNING
#define N PGCS_SEVERITY_NOTE
#define O PGCS_SEVERITY_NONE

static const struct {
    int32_t rule;
    pgcs_severity severity;
    const char *spec;
    const char *material;
    int32_t libpq; /* 0 is not known */
} cases[] = {
    {PGCS_RULE_CERTIFICATE_WITHOUT_KEY, F, "host=h sslmode=require sslcert=/c", "", 0},
    {PGCS_RULE_CERTIFICATE_WITHOUT_KEY, O, "host=h sslmode=require sslcert=/c sslkey=/k", "",
     0},
    {PGCS_RULE_CERTIFICATE_WITHOUT_KEY, O, "host=h sslmode=require", "c", 0},
    {PGCS_RULE_KEY_WITHOUT_CERTIFICATE, F, "host=h sslmode=require sslkey=/k", "", 0},
    {PGCS_RULE_KEY_WITHOUT_CERTIFICATE, O, "host=h sslmode=require", "", 0},
    {PGCS_RULE_VERIFY_FULL_WITHOUT_NAME, F, "hostaddr=10.0.0.1 sslmode=verify-full", "r", 0},
    {PGCS_RULE_VERIFY_FULL_WITHOUT_NAME, O, "hostaddr=10.0.0.1 sslmode=verify-full", "rn", 0},
    {PGCS_RULE_VERIFY_FULL_WITHOUT_NAME, O, "host=h sslmode=verify-full", "r", 0},
    {PGCS_RULE_VERIFY_FULL_WITHOUT_NAME, O, "hostaddr=10.0.0.1 sslmode=verify-ca", "r", 0},
    {PGCS_RULE_VERIFY_FULL_ADDRESS, W, "host=10.0.0.1 sslmode=verify-full", "r", 0},
    {PGCS_RULE_VERIFY_FULL_ADDRESS, W, "host=::1 sslmode=verify-full", "r", 150020},
    {PGCS_RULE_VERIFY_FULL_ADDRESS, F, "host=10.0.0.1 sslmode=verify-full", "r", 140023},
    {PGCS_RULE_VERIFY_FULL_ADDRESS, O, "host=10.0.0.1 sslmode=verify-full", "rn", 140023},
    {PGCS_RULE_VERIFY_FULL_ADDRESS, O, "host=h sslmode=verify-full", "r", 140023},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, F, "host=h sslmode=verify-ca", "", 0},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, F, "host=h sslmode=verify-full", "", 0},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, F, "host=h", "n", 0},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, F, "host=h sslmode=verify-ca sslrootcert=/dev/null/none",
     "", 0},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, O, "host=h sslmode=verify-ca sslrootcert=/r", "", 0},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, O, "host=h sslmode=verify-full", "s", 0},
    {PGCS_RULE_VERIFY_WITHOUT_ROOTS, O, "host=h sslmode=require", "", 0},
    {PGCS_RULE_SYSTEM_ROOTS_NEED_FULL, F, "host=h sslmode=require sslrootcert=system", "", 0},
    {PGCS_RULE_SYSTEM_ROOTS_NEED_FULL, F, "host=h sslmode=verify-ca", "s", 0},
    {PGCS_RULE_SYSTEM_ROOTS_NEED_FULL, O, "host=h sslmode=verify-full", "s", 0},
    {PGCS_RULE_SYSTEM_ROOTS_NEED_FULL, O, "host=h", "s", 0},
    {PGCS_RULE_SYSTEM_ROOTS_TOO_NEW, N, "host=h", "s", 150020},
    {PGCS_RULE_SYSTEM_ROOTS_TOO_NEW, O, "host=h", "s", 160014},
    {PGCS_RULE_SYSTEM_ROOTS_TOO_NEW, O, "host=h", "s", 0},
    {PGCS_RULE_MATERIAL_WITH_DISABLE, F, "host=h sslmode=disable", "r", 0},
    {PGCS_RULE_MATERIAL_WITH_DISABLE, F, "host=h sslmode=disable", "c", 0},
    {PGCS_RULE_MATERIAL_WITH_DISABLE, F, "host=h sslmode=disable", "n", 0},
    {PGCS_RULE_MATERIAL_WITH_DISABLE, F, "host=h sslmode=disable sslrootcert=/r", "", 0},
    {PGCS_RULE_MATERIAL_WITH_DISABLE, O, "host=h sslmode=disable", "", 0},
    {PGCS_RULE_MATERIAL_WITH_FALLBACK, F, "host=h sslmode=prefer", "r", 0},
    {PGCS_RULE_MATERIAL_WITH_FALLBACK, F, "host=h sslmode=allow", "c", 0},
    {PGCS_RULE_MATERIAL_WITH_FALLBACK, F, "host=h sslmode=prefer", "n", 0},
    {PGCS_RULE_MATERIAL_WITH_FALLBACK, F, "host=h", "c", 0},
    {PGCS_RULE_MATERIAL_WITH_FALLBACK, O, "host=h", "r", 0},
    {PGCS_RULE_MATERIAL_WITH_FALLBACK, O, "host=h sslmode=require", "c", 0},
    {PGCS_RULE_REQUIRE_WITH_ROOTS, N, "host=h sslmode=require", "r", 0},
    {PGCS_RULE_REQUIRE_WITH_ROOTS, O, "host=h sslmode=verify-ca", "r", 0},
    {PGCS_RULE_REQUIRE_UNVERIFIED, W, "host=h sslmode=require", "", 0},
    {PGCS_RULE_REQUIRE_UNVERIFIED, O, "host=h sslmode=require channel_binding=require", "", 0},
    {PGCS_RULE_REQUIRE_UNVERIFIED, O, "host=h sslmode=require", "r", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, F, "host=/run sslmode=require", "", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, F, "host=@name sslmode=verify-full", "r", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, F, "dbname=d sslmode=verify-full", "r", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, F, "host=/run", "r", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, F, "host=/run sslnegotiation=direct", "", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, O, "host=/run sslmode=prefer", "", 0},
    {PGCS_RULE_SOCKET_WITH_TLS, O, "host=/run", "", 0},
    {PGCS_RULE_MODE_NOT_STATED, W, "host=h", "", 0},
    {PGCS_RULE_MODE_NOT_STATED, O, "host=h sslmode=prefer", "", 0},
    {PGCS_RULE_MODE_NOT_STATED, O, "host=h", "r", 0},
    {PGCS_RULE_MODE_NOT_STATED, O, "host=/run", "", 0},
    {PGCS_RULE_MATERIAL_TWICE, F, "host=h sslmode=verify-full sslrootcert=/r", "r", 0},
    {PGCS_RULE_MATERIAL_TWICE, F, "host=h sslmode=verify-full sslrootcert=/r", "s", 0},
    {PGCS_RULE_MATERIAL_TWICE, F, "host=h sslmode=verify-full sslcert=/c", "rc", 0},
    {PGCS_RULE_MATERIAL_TWICE, O, "host=h sslmode=verify-full sslcert=/c sslkey=/k", "r", 0},
    {PGCS_RULE_KEY_PATH_ENGINE, F, "host=h sslmode=require sslcert=/c sslkey=pkcs11:k", "", 0},
    {PGCS_RULE_KEY_PATH_ENGINE, O, "host=h sslmode=require sslcert=/a:c sslkey=/k", "", 0},
    {PGCS_RULE_CRL_WITHOUT_ROOTS, F, "host=h sslmode=require", "l", 0},
    {PGCS_RULE_CRL_WITHOUT_ROOTS, F, "host=h sslmode=verify-full sslcrl=/l", "s", 0},
    {PGCS_RULE_CRL_WITHOUT_ROOTS, F, "host=h sslmode=require sslcrldir=/l", "", 0},
    {PGCS_RULE_CRL_WITHOUT_ROOTS, O, "host=h sslmode=verify-full", "rl", 0},
    {PGCS_RULE_DIRECT_NEGOTIATION, F, "host=h sslnegotiation=direct", "", 0},
    {PGCS_RULE_DIRECT_NEGOTIATION, F, "host=h sslnegotiation=direct sslmode=require", "",
     160014},
    {PGCS_RULE_DIRECT_NEGOTIATION, O, "host=h sslnegotiation=direct sslmode=require", "",
     170010},
    {PGCS_RULE_DIRECT_NEGOTIATION, O, "host=h sslnegotiation=postgres", "", 0},
    {PGCS_RULE_PROTOCOL_RANGE, F, "host=h ssl_min_protocol_version=TLSv1.1", "", 0},
    {PGCS_RULE_PROTOCOL_RANGE, F, "host=h ssl_max_protocol_version=TLSv1.1", "", 0},
    {PGCS_RULE_PROTOCOL_RANGE, F,
     "host=h ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2", "", 0},
    {PGCS_RULE_PROTOCOL_RANGE, F, "host=h ssl_min_protocol_version=1.2", "", 0},
    {PGCS_RULE_PROTOCOL_RANGE, O, "host=h ssl_min_protocol_version=tlsv1.3", "", 0},
    {PGCS_RULE_PROTOCOL_RANGE, O, "host=h ssl_max_protocol_version=TLSv1.2", "", 0},
    {PGCS_RULE_KEY_LOG_FILE, F, "host=h sslkeylogfile=/k", "", 0},
    {PGCS_RULE_KEY_LOG_FILE, O, "host=h", "", 0},
    {PGCS_RULE_COMPRESSION, W, "host=h sslcompression=1", "", 0},
    {PGCS_RULE_COMPRESSION, O, "host=h sslcompression=0", "", 0},
    {PGCS_RULE_NO_SERVER_NAME_INDICATION, W, "host=h sslsni=0", "", 0},
    {PGCS_RULE_NO_SERVER_NAME_INDICATION, O, "host=h sslsni=1", "", 0},
    {PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS, F, "host=h sslmode=disable channel_binding=require",
     "", 0},
    {PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS, F, "host=/run channel_binding=require", "", 0},
    {PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS, O, "host=h channel_binding=require", "", 0},
    {PGCS_RULE_GSS_BEFORE_TLS, F, "host=h sslmode=require gssencmode=require", "", 0},
    {PGCS_RULE_GSS_BEFORE_TLS, O, "host=h sslmode=prefer gssencmode=require", "", 0},
    {PGCS_RULE_SERVER_NAME_DIFFERS, N, "host=h", "rn", 0},
    {PGCS_RULE_SERVER_NAME_DIFFERS, O, "host=db.test", "rn", 0},
    {PGCS_RULE_SERVER_NAME_FOR_MANY, F, "host=a,b", "rn", 0},
    {PGCS_RULE_SERVER_NAME_FOR_MANY, O, "host=a,b", "r", 0},
    {PGCS_RULE_SERVER_NAME_UNCHECKED, F, "host=h sslmode=require", "n", 0},
    {PGCS_RULE_SERVER_NAME_UNCHECKED, F, "host=h sslmode=verify-ca", "rn", 0},
    {PGCS_RULE_SERVER_NAME_UNCHECKED, O, "host=h sslmode=verify-full", "rn", 0},
    {PGCS_RULE_OPPORTUNISTIC, W, "host=h sslmode=prefer", "", 0},
    {PGCS_RULE_OPPORTUNISTIC, W, "host=h sslmode=allow", "", 0},
    {PGCS_RULE_OPPORTUNISTIC, O, "host=h", "", 0},
    {PGCS_RULE_PLAINTEXT, W, "host=h sslmode=disable", "", 0},
    {PGCS_RULE_PLAINTEXT, O, "host=/run sslmode=disable", "", 0},
    {PGCS_RULE_GSS_SET_ASIDE, N, "host=h sslmode=require gssencmode=prefer", "", 0},
    {PGCS_RULE_GSS_SET_ASIDE, O, "host=h gssencmode=prefer", "", 0},
    {PGCS_RULE_CERTMODE_WITHOUT_CERTIFICATE, F, "host=h sslmode=require sslcertmode=require",
     "", 0},
    {PGCS_RULE_CERTMODE_WITHOUT_CERTIFICATE, O, "host=h sslmode=require sslcertmode=require",
     "c", 0},
    {PGCS_RULE_REQUIRE_AUTH_TOO_NEW, F, "host=h require_auth=scram-sha-256", "", 150020},
    {PGCS_RULE_REQUIRE_AUTH_TOO_NEW, O, "host=h require_auth=scram-sha-256", "", 160014},
    {PGCS_RULE_REQUIRE_AUTH_TOO_NEW, O, "host=h require_auth=scram-sha-256", "", 0},
    {PGCS_RULE_REQUIRE_AUTH_TOO_NEW, O, "host=h", "", 130023},
    {PGCS_RULE_CERTMODE_TOO_NEW, F, "host=h sslmode=require sslcertmode=require", "c", 150020},
    {PGCS_RULE_CERTMODE_TOO_NEW, F, "host=h sslmode=require sslcertmode=disable", "c", 150020},
    {PGCS_RULE_CERTMODE_TOO_NEW, O, "host=h sslmode=require sslcertmode=disable", "", 150020},
    {PGCS_RULE_CERTMODE_TOO_NEW, O, "host=h sslmode=require sslcertmode=allow", "c", 150020},
    {PGCS_RULE_CERTMODE_TOO_NEW, O, "host=h sslmode=require sslcertmode=require", "c", 160014},
};

START_TEST(test_policy__each_tls_rule) {
    ck_assert_int_eq(found("compat", cases[_i].spec, cases[_i].material, cases[_i].libpq,
                           PKI_NOW, cases[_i].rule),
                     cases[_i].severity);
}
END_TEST

/* The version is part of the public question, too. */
START_TEST(test_policy__evaluates_for_a_version) {
    static const struct {
        int32_t libpq;
        pgcs_severity severity;
    } rows[] = {{0, W}, {150020, F}, {160014, W}};
    const pgcs_spec *spec = spec_of("host=h require_auth=scram-sha-256");
    for (int i = 0; i < ROWS(rows); i++) {
        const pgcs_report *report = NULL;
        ck_assert_int_eq(pgcs_policy_evaluate_for(pgcs_policy_find("compat"), spec, NULL,
                                                  rows[i].libpq, PKI_NOW, &report, NULL),
                         PGCS_OK);
        ck_assert_int_eq(pgcs_report_severity(report), rows[i].severity);
        pgcs_report_unref(report);
    }
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_policy_evaluate_for(NULL, spec, NULL, 0, 0, &report, NULL),
                     PGCS_ERR_MISUSE);
    pgcs_spec_unref(spec);
}
END_TEST

static const struct {
    const char *policy;
    int32_t rule;
    bool broken;
    const char *spec;
    const char *material;
    int days; /* later than now */
} asked[] = {
    {"encrypted", PGCS_RULE_SSLMODE_MINIMUM, true, "host=h", "", 0},
    {"encrypted", PGCS_RULE_SSLMODE_MINIMUM, true, "host=h sslmode=disable", "", 0},
    {"encrypted", PGCS_RULE_SSLMODE_MINIMUM, false, "host=h sslmode=require", "", 0},
    {"encrypted", PGCS_RULE_SSLMODE_MINIMUM, false, "host=h channel_binding=require", "", 0},
    {"encrypted", PGCS_RULE_SSLMODE_MINIMUM, false, "host=/run", "", 0},
    {"verified", PGCS_RULE_SSLMODE_MINIMUM, true, "host=h sslmode=require", "", 0},
    {"verified", PGCS_RULE_SSLMODE_MINIMUM, false, "host=h sslmode=require", "r", 0},
    {"strict", PGCS_RULE_SSLMODE_MINIMUM, true, "host=h sslmode=verify-ca", "r", 0},
    {"strict", PGCS_RULE_SSLMODE_MINIMUM, false, "host=h sslmode=verify-full", "r", 0},
    {"compat", PGCS_RULE_SSLMODE_MINIMUM, false, "host=h sslmode=disable", "", 0},
    {"encrypted", PGCS_RULE_TLS_VERSION_MINIMUM, true, "host=h ssl_min_protocol_version=TLSv1",
     "", 0},
    {"encrypted", PGCS_RULE_TLS_VERSION_MINIMUM, false,
     "host=h ssl_min_protocol_version=TLSv1.3", "", 0},
    {"strict", PGCS_RULE_NAME_VERIFIED, true,
     "host=h sslmode=verify-ca channel_binding=require", "r", 0},
    {"strict", PGCS_RULE_NAME_VERIFIED, false, "host=h sslmode=verify-full", "r", 0},
    {"strict", PGCS_RULE_NAME_VERIFIED, false, "host=/run", "", 0},
    {"strict", PGCS_RULE_ROOTS_EXPLICIT, true, "host=h sslmode=verify-full", "s", 0},
    {"strict", PGCS_RULE_ROOTS_EXPLICIT, false, "host=h sslmode=verify-full", "r", 0},
    {"strict", PGCS_RULE_CHANNEL_BINDING, true, "host=h password=p", "r", 0},
    {"strict", PGCS_RULE_CHANNEL_BINDING, true, "host=h passfile=/p", "r", 0},
    {"strict", PGCS_RULE_CHANNEL_BINDING, false, "host=h password=p channel_binding=require",
     "r", 0},
    {"strict", PGCS_RULE_CHANNEL_BINDING, false, "host=h password=p require_auth=scram-sha-256",
     "r", 0},
    {"strict", PGCS_RULE_CHANNEL_BINDING, true, "host=h password=p require_auth=password", "r",
     0},
    {"strict", PGCS_RULE_CHANNEL_BINDING, false, "host=h", "r", 0},
    {"strict", PGCS_RULE_CERT_LIFETIME, true, "host=h sslmode=verify-full", "rc", 359},
    {"strict", PGCS_RULE_CERT_LIFETIME, true, "host=h sslmode=verify-full", "r", -2},
    {"strict", PGCS_RULE_CERT_LIFETIME, false, "host=h sslmode=verify-full", "rc", 350},
    {"strict", PGCS_RULE_KEY_STRENGTH, false, "host=h sslmode=verify-full", "rc", 0},
    {"encrypted", PGCS_RULE_NO_PLAINTEXT_FALLBACK, true, "host=h sslmode=prefer", "", 0},
    {"encrypted", PGCS_RULE_NO_PLAINTEXT_FALLBACK, false, "host=h sslmode=require", "", 0},
    {"strict", PGCS_RULE_NO_PASSWORD_IN_URI, true, "postgresql://u:p@h/d", "r", 0},
    {"strict", PGCS_RULE_NO_PASSWORD_IN_URI, false, "postgresql://u@h/d", "r", 0},
    {"strict", PGCS_RULE_NO_PASSWORD_IN_URI, false, "host=h password=p", "r", 0},
};

START_TEST(test_policy__each_rule_of_policies) {
    ck_assert_int_eq(found(asked[_i].policy, asked[_i].spec, asked[_i].material, 0,
                           PKI_NOW + asked[_i].days * PKI_DAY, asked[_i].rule),
                     asked[_i].broken ? PGCS_SEVERITY_FAILURE : PGCS_SEVERITY_NONE);
}
END_TEST

START_TEST(test_policy__a_weak_certificate) {
    pki_free(&root);
    root = pki_make(
        (struct pki_wish){.common_name = "Weak", .is_authority = true, .rsa_bits = 1024}, NULL);
    ck_assert_int_eq(found("strict", "host=h", "r", 0, PKI_NOW, PGCS_RULE_KEY_STRENGTH), F);
}
END_TEST

/* Every rule that there is has a case above that breaks it and one that keeps it. */
START_TEST(test_policy__no_rule_without_cases) {
    for (int32_t rule = 1000; rule < 1200; rule++) {
        if (pgcs_rule_name(rule) == NULL || rule == PGCS_RULE_KEY_STRENGTH)
            continue;
        bool broken = false, kept = false;
        for (int i = 0; i < ROWS(cases); i++)
            if (cases[i].rule == rule)
                *(cases[i].severity == PGCS_SEVERITY_NONE ? &kept : &broken) = true;
        for (int i = 0; i < ROWS(asked); i++)
            if (asked[i].rule == rule)
                *(asked[i].broken ? &broken : &kept) = true;
        ck_assert_msg(broken && kept, "%s", pgcs_rule_name(rule));
    }
}
END_TEST

/* --- the whole -----------------------------------------------------------------------------
 */

START_TEST(test_policy__preflight_and_bad_values_are_told) {
    ck_assert_int_eq(
        found("compat", "host=h sslmode=bogus", "", 0, PKI_NOW, PGCS_RULE_MODE_NOT_STATED), O);
    const pgcs_spec *spec = spec_of("host=h sslmode=bogus");
    const pgcs_report *report = NULL;
    const pgcs_tls *tls = tls_of("r");
    ck_assert_int_eq(pgcs_policy_evaluate(pgcs_policy_find("default"), spec, tls,
                                          PKI_NOW + 400 * PKI_DAY, &report, NULL),
                     PGCS_OK);
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    const int32_t expected[] = {PGCS_ERR_BAD_VALUE, PGCS_CODE_NO_ROOT_IN_FORCE,
                                PGCS_CODE_CERTIFICATE_EXPIRED};
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pgcs_findings_next(cursor), 1);
        ck_assert_int_eq(pgcs_finding_code(cursor), expected[i]);
    }
    ck_assert_int_eq(pgcs_findings_next(cursor), 0);
    pgcs_findings_free(cursor);
    pgcs_report_unref(report);
    pgcs_tls_unref(tls);
    pgcs_spec_unref(spec);
}
END_TEST

static const struct {
    const char *name;
    const char *dated;
} aliases[] = {
    {"default", "compat-2026-11"},
    {"compat", "compat-2026-11"},
    {"encrypted", "encrypted-2026-11"},
    {"verified", "verified-2026-11"},
    {"strict", "strict-2026-11"},
    {"strict-2026-11", "strict-2026-11"},
    {"Strict", NULL},
    {"", NULL},
};

START_TEST(test_policy__names) {
    ck_assert_pstr_eq(pgcs_policy_name(pgcs_policy_find(aliases[_i].name)), aliases[_i].dated);
}
END_TEST

START_TEST(test_policy__rules_are_known_to_pgcs_supports) {
    ck_assert(policy_supports_rule(PGCS_RULE_SSLMODE_MINIMUM));
    ck_assert(policy_supports_rule(PGCS_RULE_OPPORTUNISTIC));
    ck_assert(!policy_supports_rule(0));
    ck_assert(!policy_supports_rule(1010));
    ck_assert(!policy_supports_rule(INT64_MAX));
    ck_assert_ptr_null(pgcs_rule_name(1010));
    ck_assert_ptr_null(pgcs_rule_summary(-1));
    ck_assert_int_eq(pgcs_rule_severity(7), PGCS_SEVERITY_NONE);
    ck_assert_ptr_null(pgcs_policy_at(pgcs_policy_count()));
    ck_assert_ptr_null(pgcs_policy_name(NULL));
    ck_assert_uint_eq(pgcs_policy_rule_count(NULL), 0);
}
END_TEST

START_TEST(test_policy__a_retired_policy_judges_nothing) {
    struct pgcs_policy retired = *policy_find("strict");
    retired.rules |= POLICY_RETIRED;
    const pgcs_spec *spec = spec_of("host=h");
    const pgcs_report *report = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_policy_is_retired(&retired), 1);
    ck_assert_int_eq(pgcs_policy_evaluate(&retired, spec, NULL, 0, &report, &error),
                     PGCS_ERR_POLICY_RETIRED);
    ck_assert_str_eq(pgcs_error_message(error), "policy strict-2026-11 is retired");
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- snapshots -----------------------------------------------------------------------------
 */

static const char *
golden_path(const char *name) {
    static char path[400];
    const char *directory = getenv("GOLDEN");
    snprintf(path, sizeof path, "%s/policy-%s.txt", directory ? directory : "tests/golden",
             name);
    return path;
}

static char *
policy_text(const pgcs_policy *policy) {
    struct buf text = {0};
    buf_printf(&text, "%s: %s%s\n", pgcs_policy_name(policy), pgcs_policy_summary(policy),
               pgcs_policy_is_retired(policy) ? " (retired)" : "");
    buf_printf(&text, "least: safe from");
    unsigned count = 0;
    for (pgcs_attacker i = 1; i <= ATTACKERS; i++)
        if (strength_holds(policy->least, i))
            buf_printf(&text, "%s %s", count++ ? "," : "", pgcs_attacker_name(i));
    buf_printf(&text, "%s\n", count ? "" : " nobody");
    for (size_t i = 0; i < pgcs_policy_rule_count(policy); i++) {
        pgcs_rule rule = pgcs_policy_rule_at(policy, i);
        buf_printf(&text, "\n%d %s (%s)\n  %s\n  %s\n", (int)rule, pgcs_rule_name(rule),
                   pgcs_severity_name(pgcs_rule_severity(rule)), pgcs_rule_summary(rule),
                   pgcs_rule_remedy(rule));
    }
    buf_put_char(&text, '\0');
    char *copy = strdup(text.data);
    buf_free(&text);
    return copy;
}

START_TEST(test_policy__snapshots_do_not_change) {
    const pgcs_policy *policy = pgcs_policy_at((size_t)_i);
    char *text = policy_text(policy);
    FILE *stored = fopen(golden_path(pgcs_policy_name(policy)), "re");
    ck_assert_msg(stored != NULL, "no %s", golden_path(pgcs_policy_name(policy)));
    char *expected = calloc(1, 65536);
    ck_assert_uint_lt(fread(expected, 1, 65535, stored), 65535);
    fclose(stored);
    ck_assert_str_eq(text, expected);
    free(expected);
    free(text);
}
END_TEST

static int
update(void) {
    for (size_t i = 0; i < pgcs_policy_count(); i++) {
        const pgcs_policy *policy = pgcs_policy_at(i);
        FILE *stored = fopen(golden_path(pgcs_policy_name(policy)), "we");
        if (stored == NULL)
            return 1;
        char *text = policy_text(policy);
        fputs(text, stored);
        free(text);
        if (fclose(stored) != 0)
            return 1;
    }
    return 0;
}

static void
fill(TCase *cases_) {
    tcase_add_checked_fixture(cases_, setup, teardown);
    tcase_add_loop_test(cases_, test_policy__each_tls_rule, 0, ROWS(cases));
    tcase_add_test(cases_, test_policy__evaluates_for_a_version);
    tcase_add_loop_test(cases_, test_policy__each_rule_of_policies, 0, ROWS(asked));
    tcase_add_test(cases_, test_policy__a_weak_certificate);
    tcase_add_test(cases_, test_policy__no_rule_without_cases);
    tcase_add_test(cases_, test_policy__preflight_and_bad_values_are_told);
    tcase_add_loop_test(cases_, test_policy__names, 0, ROWS(aliases));
    tcase_add_test(cases_, test_policy__rules_are_known_to_pgcs_supports);
    tcase_add_test(cases_, test_policy__a_retired_policy_judges_nothing);
    tcase_add_loop_test(cases_, test_policy__snapshots_do_not_change, 0,
                        (int)pgcs_policy_count());
}

int
main(int count, char **arguments) {
    if (count == 2 && strcmp(arguments[1], "--update") == 0)
        return update();
    return suite_run("policy", fill, 30);
}
