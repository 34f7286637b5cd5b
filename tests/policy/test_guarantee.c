/*
 * lib/policy/guarantee.c: the vectors. The table is that of the measured connections: what an
 * eavesdropper, an attacker on the path, and one with a certificate of the same authority get.
 */
#include "policy/guarantee.h"

#include <stdio.h>
#include <string.h>

#include "suite.h"
#include "tls/pki.h"

static const struct {
    const char *spec;
    const char *material; /* r roots, c certificate and key, s system roots, n server name */
    const char *mode;
    const char *holds; /* a letter for each attacker that it holds against: l i c */
    int32_t refusal;   /* or 0 */
    int local;
} rows[] = {
    {"host=h", "", "prefer", "", 0, 0},
    {"host=h sslmode=disable", "", "disable", "", 0, 0},
    {"host=h sslmode=allow", "", "allow", "", 0, 0},
    {"host=h sslmode=prefer", "", "prefer", "", 0, 0},
    {"host=h sslmode=require", "", "require", "l", 0, 0},
    {"host=h sslmode=require", "r", "verify-ca", "li", 0, 0},
    {"host=h sslmode=verify-ca", "r", "verify-ca", "li", 0, 0},
    {"host=h sslmode=verify-full", "r", "verify-full", "lic", 0, 0},
    {"host=h", "r", "verify-full", "lic", 0, 0},
    {"host=h", "rn", "verify-full", "lic", 0, 0},
    {"host=h", "s", "verify-full", "lic", 0, 0},
    {"host=h sslmode=require channel_binding=require", "", "require", "lic", 0, 0},
    {"host=h channel_binding=require", "", "prefer", "lic", 0, 0},
    {"host=h sslmode=verify-ca channel_binding=require", "r", "verify-ca", "lic", 0, 0},
    {"host=h sslmode=disable channel_binding=require", "", "disable", "",
     PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS, 0},
    {"host=h sslmode=require channel_binding=prefer", "", "require", "l", 0, 0},
    {"host=/run", "", "disable", "lic", 0, 1},
    {"dbname=d", "", "disable", "lic", 0, 1},
    {"host=@s", "", "disable", "lic", 0, 1},
    {"host=/run,h", "", "prefer", "", 0, 0},
    {"host=h,/run sslmode=disable", "", "disable", "", 0, 0},
    {"host=/run,h", "r", "verify-full", "lic", PGCS_RULE_SOCKET_WITH_TLS, 0},
    {"host=h sslmode=prefer", "r", "prefer", "", PGCS_RULE_MATERIAL_WITH_FALLBACK, 0},
    {"host=h sslmode=verify-full", "", "verify-full", "lic", PGCS_RULE_VERIFY_WITHOUT_ROOTS, 0},
};

/* The same spec with each version of libpq, ours and libpq's alone. */
static const struct {
    const char *spec;
    bool root; /* the file that it names is there */
    int32_t libpq;
    const char *mode;     /* libpq alone */
    const char *holds;    /* the same */
    int32_t refusal;      /* libpq's, or 0 */
    int32_t ours_refuses; /* the rule by which we do, or 0 */
} alone[] = {
    /* nothing to verify with */
    {"host=h", false, 150020, "prefer", "", 0, 0},
    {"host=h sslmode=require", false, 150020, "require", "l", 0, 0},
    {"host=h sslmode=verify-ca", false, 150020, "verify-ca", "li",
     PGCS_RULE_VERIFY_WITHOUT_ROOTS, PGCS_RULE_VERIFY_WITHOUT_ROOTS},
    /* the default file, which we leave alone */
    {"host=h sslmode=require", true, 150020, "verify-ca", "li", 0, 0},
    {"host=h sslmode=verify-full", true, 150020, "verify-full", "lic", 0,
     PGCS_RULE_VERIFY_WITHOUT_ROOTS},
    /* a root that is there, and one that is mistyped */
    {"host=h sslrootcert=/r", true, 150020, "prefer", "", 0, 0},
    {"host=h sslrootcert=/r sslmode=prefer", true, 180004, "prefer", "", 0,
     PGCS_RULE_MATERIAL_WITH_FALLBACK},
    {"host=h sslrootcert=/r sslmode=require", true, 130023, "verify-ca", "li", 0, 0},
    {"host=h sslrootcert=/r sslmode=require", false, 130023, "require", "l", 0, 0},
    {"host=h sslrootcert=/r sslmode=require", false, 180004, "require", "l", 0, 0},
    {"host=h sslrootcert=/r sslmode=verify-full", true, 130023, "verify-full", "lic", 0, 0},
    {"host=h sslrootcert=/r sslmode=verify-full", false, 130023, "verify-full", "lic",
     PGCS_RULE_VERIFY_WITHOUT_ROOTS, 0},
    {"hostaddr=10.0.0.1 sslrootcert=/r sslmode=verify-full", true, 150020, "verify-full", "lic",
     PGCS_RULE_VERIFY_FULL_WITHOUT_NAME, PGCS_RULE_VERIFY_FULL_WITHOUT_NAME},
    {"host=10.0.0.1 sslrootcert=/r sslmode=verify-full", true, 140023, "verify-full", "lic", 0,
     PGCS_RULE_VERIFY_FULL_ADDRESS},
    {"host=10.0.0.1 sslrootcert=/r sslmode=verify-full", true, 150020, "verify-full", "lic", 0,
     0},
    /* the system's roots: a file of that name before 16, and so in which mode? */
    {"host=h sslrootcert=system", false, 130023, "prefer", "", 0, 0},
    {"host=h sslrootcert=system", false, 150020, "prefer", "", 0, 0},
    {"host=h sslrootcert=system", false, 160014, "verify-full", "lic", 0, 0},
    {"host=h sslrootcert=system", false, 0, "verify-full", "lic", 0, 0},
    {"host=h sslrootcert=system", true, 150020, "prefer", "", 0, 0},
    {"host=h sslrootcert=system sslmode=require", false, 150020, "require", "l", 0,
     PGCS_RULE_SYSTEM_ROOTS_NEED_FULL},
    {"host=h sslrootcert=system sslmode=require", false, 160014, "verify-ca", "li",
     PGCS_RULE_SYSTEM_ROOTS_NEED_FULL, PGCS_RULE_SYSTEM_ROOTS_NEED_FULL},
    {"host=h sslrootcert=system sslmode=prefer", false, 160014, "prefer", "",
     PGCS_RULE_SYSTEM_ROOTS_NEED_FULL, PGCS_RULE_MATERIAL_WITH_FALLBACK},
    {"host=h sslrootcert=system sslmode=verify-full", false, 150020, "verify-full", "lic",
     PGCS_RULE_SYSTEM_ROOTS_TOO_NEW, 0},
    {"host=h sslrootcert=system sslmode=verify-full", false, 170010, "verify-full", "lic", 0,
     0},
    /* direct negotiation, from 17 on */
    {"host=h sslmode=require sslnegotiation=direct", false, 160014, "require", "l",
     PGCS_RULE_DIRECT_NEGOTIATION, PGCS_RULE_DIRECT_NEGOTIATION},
    {"host=h sslmode=require sslnegotiation=postgres", false, 160014, "require", "l",
     PGCS_RULE_DIRECT_NEGOTIATION, 0},
    {"host=h sslmode=require sslnegotiation=direct", false, 170010, "require", "l", 0, 0},
    {"host=h sslnegotiation=direct", false, 170010, "prefer", "", PGCS_RULE_DIRECT_NEGOTIATION,
     PGCS_RULE_DIRECT_NEGOTIATION},
    /* which login, from 16 on */
    {"host=h sslmode=require require_auth=scram-sha-256", false, 150020, "require", "l",
     PGCS_RULE_REQUIRE_AUTH_TOO_NEW, PGCS_RULE_REQUIRE_AUTH_TOO_NEW},
    {"host=h sslmode=require require_auth=scram-sha-256", false, 160014, "require", "l", 0, 0},
    {"host=h sslmode=require channel_binding=require", false, 130023, "require", "lic", 0, 0},
    {"host=h sslmode=disable channel_binding=require", false, 130023, "disable", "",
     PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS, PGCS_RULE_CHANNEL_BINDING_WITHOUT_TLS},
    /* whether the client certificate goes out, from 16 on */
    {"host=h sslmode=require sslcertmode=disable", false, 150020, "require", "l",
     PGCS_RULE_CERTMODE_TOO_NEW, 0},
    {"host=h sslmode=require sslcertmode=disable sslcert=/c sslkey=/k", false, 150020,
     "require", "l", PGCS_RULE_CERTMODE_TOO_NEW, PGCS_RULE_CERTMODE_TOO_NEW},
    {"host=h sslmode=require sslcertmode=require sslcert=/c sslkey=/k", false, 150020,
     "require", "l", PGCS_RULE_CERTMODE_TOO_NEW, PGCS_RULE_CERTMODE_TOO_NEW},
    {"host=h sslmode=require sslcertmode=require sslcert=/c sslkey=/k", false, 160014,
     "require", "l", 0, 0},
    /* sockets, in any version */
    {"host=/run sslmode=verify-full", false, 130023, "disable", "lic", 0,
     PGCS_RULE_SOCKET_WITH_TLS},
    {"host=/run,h sslmode=require", false, 180004, "require", "l", 0,
     PGCS_RULE_SOCKET_WITH_TLS},
};

static void
expect(const pgcs_guarantee *guarantee, const char *mode, const char *holds, int32_t refusal) {
    ck_assert_str_eq(pgcs_guarantee_mode(guarantee), mode);
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++)
        ck_assert_int_eq(pgcs_guarantee_holds(guarantee, i),
                         strchr(holds, "lic"[i - 1]) != NULL);
    ck_assert_int_eq(pgcs_guarantee_refusal_rule(guarantee), refusal);
}

START_TEST(test_guarantee__of_libpq_alone) {
    const pgcs_spec *spec = NULL;
    const pgcs_guarantee *guarantee = NULL;
    ck_assert_int_eq(pgcs_spec_parse(alone[_i].spec, strlen(alone[_i].spec), 0, &spec, NULL),
                     PGCS_OK);
    ck_assert_int_eq(
        pgcs_guarantee_of_libpq(spec, alone[_i].libpq, alone[_i].root, &guarantee, NULL),
        PGCS_OK);
    expect(guarantee, alone[_i].mode, alone[_i].holds, alone[_i].refusal);
    pgcs_guarantee_unref(guarantee);
    ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, alone[_i].libpq, &guarantee, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_refusal_rule(guarantee), alone[_i].ours_refuses);
    pgcs_guarantee_unref(guarantee);
    pgcs_spec_unref(spec);
}
END_TEST

/* No spec is worth less with us than with libpq alone, unless we refuse it. */
START_TEST(test_guarantee__never_less_than_libpqs) {
    const pgcs_spec *spec = NULL;
    const pgcs_guarantee *ours = NULL, *bare = NULL;
    ck_assert_int_eq(pgcs_spec_parse(alone[_i].spec, strlen(alone[_i].spec), 0, &spec, NULL),
                     PGCS_OK);
    bool found = alone[_i].root && strstr(alone[_i].spec, "sslrootcert=") != NULL;
    ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, alone[_i].libpq, &ours, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_of_libpq(spec, alone[_i].libpq, found, &bare, NULL),
                     PGCS_OK);
    bool refused = pgcs_guarantee_refusal(ours) != NULL || pgcs_guarantee_refusal(bare) != NULL;
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++)
        ck_assert(refused || pgcs_guarantee_holds(ours, i) >= pgcs_guarantee_holds(bare, i));
    pgcs_guarantee_unref(ours);
    pgcs_guarantee_unref(bare);
    pgcs_spec_unref(spec);
}
END_TEST

/* Logins that never give the password away say so, in all modes that verify nothing. */
START_TEST(test_guarantee__of_the_password) {
    static const char *const words[] = {"disable", "allow", "prefer", "require"};
    for (int scram = 0; scram < 2; scram++) {
        char text[100];
        snprintf(text, sizeof text, "host=h sslmode=%s%s", words[_i],
                 scram ? " require_auth=scram-sha-256" : "");
        const pgcs_spec *spec = NULL;
        const pgcs_guarantee *guarantee = NULL;
        ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, 160014, &guarantee, NULL), PGCS_OK);
        ck_assert_str_eq(pgcs_guarantee_mode(guarantee), words[_i]);
        const char *said = pgcs_guarantee_sentence(guarantee, PGCS_ATTACKER_INTERFERES);
        ck_assert_int_eq(strstr(said, "is not given away") != NULL, scram);
        ck_assert_int_eq(strstr(said, "in clear text") != NULL, !scram);
        ck_assert_int_eq(pgcs_guarantee_holds(guarantee, PGCS_ATTACKER_INTERFERES), 0);
        pgcs_guarantee_unref(guarantee);
        pgcs_spec_unref(spec);
    }
}
END_TEST

static const pgcs_tls *
tls_of(const char *letters) {
    if (letters[0] == '\0')
        return NULL;
    struct pki root =
        pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    char *text = pki_certificate_pem(root.certificate);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    if (strchr(letters, 'r'))
        ck_assert_int_eq(pgcs_tls_builder_set_roots(builder, text, strlen(text), NULL),
                         PGCS_OK);
    if (strchr(letters, 's'))
        ck_assert_int_eq(pgcs_tls_builder_use_system_roots(builder, NULL), PGCS_OK);
    if (strchr(letters, 'n'))
        ck_assert_int_eq(pgcs_tls_builder_set_server_name(builder, "db.test", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    pki_free(&root);
    free(text);
    return tls;
}

START_TEST(test_guarantee__vectors) {
    const pgcs_spec *spec = NULL;
    const pgcs_tls *tls = tls_of(rows[_i].material);
    const pgcs_guarantee *guarantee = NULL;
    ck_assert_int_eq(pgcs_spec_parse(rows[_i].spec, strlen(rows[_i].spec), 0, &spec, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_new(spec, tls, 160014, &guarantee, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_guarantee_mode(guarantee), rows[_i].mode);
    ck_assert_int_eq(pgcs_guarantee_is_local(guarantee), rows[_i].local);
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++) {
        ck_assert_int_eq(pgcs_guarantee_holds(guarantee, i),
                         strchr(rows[_i].holds, "lic"[i - 1]) != NULL);
        ck_assert_ptr_nonnull(pgcs_guarantee_sentence(guarantee, i));
    }
    ck_assert_int_eq(pgcs_guarantee_refusal_rule(guarantee), rows[_i].refusal);
    ck_assert_pstr_eq(pgcs_guarantee_refusal(guarantee), pgcs_rule_summary(rows[_i].refusal));
    /* Where there is something left to want, there is advice. */
    bool best = rows[_i].local || strcmp(rows[_i].mode, "verify-full") == 0;
    ck_assert_int_eq(pgcs_guarantee_advice(guarantee) == NULL, best && rows[_i].refusal == 0);
    pgcs_guarantee_unref(guarantee);
    pgcs_tls_unref(tls);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_guarantee__references_and_nothing) {
    const pgcs_spec *spec = NULL;
    const pgcs_guarantee *guarantee = NULL;
    ck_assert_int_eq(pgcs_spec_parse("host=h", 6, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, 0, &guarantee, NULL), PGCS_OK);
    ck_assert_ptr_eq(pgcs_guarantee_ref(guarantee), guarantee);
    ck_assert_ptr_null(pgcs_guarantee_unref(guarantee));
    ck_assert_ptr_null(pgcs_guarantee_sentence(guarantee, 0));
    ck_assert_ptr_null(pgcs_guarantee_sentence(guarantee, 4));
    ck_assert_int_eq(pgcs_guarantee_holds(guarantee, 4), 0);
    ck_assert_ptr_null(pgcs_guarantee_unref(guarantee));
    ck_assert_ptr_null(pgcs_guarantee_unref(NULL));
    ck_assert_ptr_null(pgcs_guarantee_mode(NULL));
    ck_assert_ptr_null(pgcs_guarantee_refusal(NULL));
    ck_assert_ptr_null(pgcs_guarantee_advice(NULL));
    ck_assert_int_eq(pgcs_guarantee_holds(NULL, 1), 0);
    ck_assert_str_eq(pgcs_attacker_name(1), "an eavesdropper");
    ck_assert_ptr_null(pgcs_attacker_name(0));
    ck_assert_int_eq(pgcs_guarantee_new(NULL, NULL, 0, &guarantee, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, 0, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_guarantee_of_libpq(NULL, 0, 0, &guarantee, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_guarantee_of_libpq(spec, 0, 0, NULL, NULL), PGCS_ERR_MISUSE);
    pgcs_spec_unref(spec);
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse("host=h sslmode=no", 17, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, 0, &guarantee, &error), PGCS_ERR_BAD_VALUE);
    ck_assert_str_eq(pgcs_error_message(error), "sslmode \"no\" does not exist");
    ck_assert_int_eq(pgcs_guarantee_of_libpq(spec, 0, 0, &guarantee, NULL), PGCS_ERR_BAD_VALUE);
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_guarantee__vectors, 0, ROWS(rows));
    tcase_add_loop_test(cases, test_guarantee__of_libpq_alone, 0, ROWS(alone));
    tcase_add_loop_test(cases, test_guarantee__never_less_than_libpqs, 0, ROWS(alone));
    tcase_add_loop_test(cases, test_guarantee__of_the_password, 0, 4);
    tcase_add_test(cases, test_guarantee__references_and_nothing);
}

int
main(void) {
    return suite_run("guarantee", fill, 20);
}
