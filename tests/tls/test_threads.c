/*
 * All of lib/tls, lib/policy and lib/check from several threads at once, sharing specs and one
 * material: for ThreadSanitizer (`tests/run --long`, or meson setup -Db_sanitize=thread), and
 * for the counts of references.
 */
#include <pgconnspec/pgconnspec.h>
#include <pthread.h>

#include "policy/policy.h"
#include "suite.h"
#include "tls/diagnose.h"
#include "tls/pki.h"

#define THREADS 8
#define TURNS   25

struct shared {
    const pgcs_spec *spec;
    const pgcs_spec *nobody; /* a port where nobody listens */
    const pgcs_tls *tls;
    char *root, *certificate, *key;
};

static bool
build(const struct shared *shared) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    bool built =
        pgcs_tls_builder_set_roots(builder, shared->root, strlen(shared->root), NULL) == 0 &&
        pgcs_tls_builder_set_certificate(builder, shared->certificate,
                                         strlen(shared->certificate), NULL) == 0 &&
        pgcs_tls_builder_set_key(builder, shared->key, strlen(shared->key), "words", 5, NULL) ==
            0 &&
        pgcs_tls_builder_finish(builder, &tls, NULL) == 0;
    pgcs_tls_builder_free(builder);
    pgcs_tls_unref(tls);
    return built;
}

static bool
judge(const struct shared *shared) {
    const pgcs_report *report = NULL;
    const pgcs_guarantee *guarantee = NULL;
    bool judged = pgcs_policy_evaluate(pgcs_policy_find("strict"), shared->spec, shared->tls,
                                       PKI_NOW, &report, NULL) == 0 &&
                  pgcs_guarantee_new(shared->spec, shared->tls, 150020, &guarantee, NULL) == 0;
    pgcs_report_unref(report);
    pgcs_guarantee_unref(guarantee);
    return judged;
}

static bool
stage(const struct shared *shared) {
    const pgcs_stage *staged = NULL;
    bool done = pgcs_stage_new(shared->spec, shared->tls, 150020, &staged, NULL) == 0;
    pgcs_stage_unref(staged);
    return done;
}

static bool
diagnose(const struct shared *shared) {
    struct diagnosis *diagnosis = NULL;
    struct diag diag;
    if (diagnosis_new(shared->spec, shared->tls, 150020, 0, &diagnosis, &diag) != PGCS_OK)
        return false;
    diagnosis_sent(diagnosis, 8);
    diagnosis_received(diagnosis, "S", 1);
    diagnosis_received(diagnosis, "\25\3\3\0\2\2\50", 7);
    bool found = diagnosis_result(diagnosis, PKI_NOW, &diag);
    diagnosis_free(diagnosis);
    return found;
}

/* Up to libpq, and a refusal: nobody listens there. */
static bool
check(const struct shared *shared) {
    pgcs_check *made = NULL;
    bool done = pgcs_check_new(shared->nobody, shared->tls, NULL, &made, NULL) == 0 &&
                pgcs_check_run(made, NULL) == 0 && pgcs_check_report(made) != NULL;
    pgcs_check_free(made);
    return done;
}

static void *
run(void *argument) {
    const struct shared *shared = argument;
    bool fine = true;
    for (int i = 0; i < TURNS && fine; i++) {
        const pgcs_tls *own = pgcs_tls_ref(shared->tls);
        fine = build(shared) && judge(shared) && stage(shared) && diagnose(shared) &&
               check(shared);
        pgcs_tls_unref(own);
    }
    return fine ? argument : NULL;
}

START_TEST(test_threads__share_everything) {
    struct pki root =
        pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    struct pki client = pki_make((struct pki_wish){.common_name = "me"}, &root);
    struct shared shared = {.root = pki_certificate_pem(root.certificate),
                            .certificate = pki_certificate_pem(client.certificate),
                            .key = pki_key_pem(client.key, "words")};
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    ck_assert_int_eq(
        pgcs_tls_builder_set_roots(builder, shared.root, strlen(shared.root), NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &shared.tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    ck_assert_int_eq(pgcs_spec_parse("host=h", 6, 0, &shared.spec, NULL), PGCS_OK);
    static const char nobody[] = "host=db.test hostaddr=127.0.0.1 port=1";
    ck_assert_int_eq(pgcs_spec_parse(nobody, sizeof nobody - 1, 0, &shared.nobody, NULL),
                     PGCS_OK);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run, &shared), 0);
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        ck_assert_int_eq(pthread_join(threads[i], &result), 0);
        ck_assert_ptr_eq(result, &shared);
    }
    ck_assert_ptr_null(pgcs_tls_unref(shared.tls));
    ck_assert_ptr_null(pgcs_spec_unref(shared.spec));
    ck_assert_ptr_null(pgcs_spec_unref(shared.nobody));
    free(shared.root);
    free(shared.certificate);
    free(shared.key);
    pki_free(&root);
    pki_free(&client);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_threads__share_everything);
}

int
main(void) {
    return suite_run("threads", fill, 120);
}
