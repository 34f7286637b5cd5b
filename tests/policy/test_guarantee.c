/*
 * lib/policy/guarantee.c: the vectors. The table is that of the measured connections: what an
 * eavesdropper, an attacker on the path, and one with a certificate of the same authority get.
 */
#include "policy/guarantee.h"

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
    pgcs_spec_unref(spec);
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse("host=h sslmode=no", 17, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_new(spec, NULL, 0, &guarantee, &error), PGCS_ERR_BAD_VALUE);
    ck_assert_str_eq(pgcs_error_message(error), "sslmode \"no\" does not exist");
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_guarantee__vectors, 0, ROWS(rows));
    tcase_add_test(cases, test_guarantee__references_and_nothing);
}

int
main(void) {
    return suite_run("guarantee", fill, 20);
}
