/*
 * lib/tls/errors.c, and what it is for: whatever is done, well or badly, OpenSSL's queue of
 * errors is left as it was found.
 */
#include "tls/errors.h"

#include <pgconnspec/pgconnspec.h>
#include <string.h>

#include <openssl/err.h>

#include "suite.h"
#include "tls/diagnose.h"
#include "tls/memfile.h"
#include "tls/peer.h"
#include "tls/session.h"
#include "tls/stage.h"

/* --- a queue with something in it ----------------------------------------------------------
 */

#define PLANTED 3

static void
plant(void) {
    ERR_clear_error();
    ERR_new();
    ERR_set_debug("first.c", 11, "first_function");
    ERR_set_error(ERR_LIB_USER, 41, "%s", "words of the first");
    ERR_new();
    ERR_set_debug("second.c", 22, "second_function");
    ERR_set_error(ERR_LIB_X509, 42, NULL);
    ERR_new();
    ERR_set_debug("third.c", 33, "third_function");
    ERR_set_error(ERR_LIB_SYS, 2, "%s", "words of the third");
}

static void
expect_planted(const char *after) {
    static const struct {
        int library, reason, line;
        const char *file, *function, *data;
    } planted[PLANTED] = {
        {ERR_LIB_USER, 41, 11, "first.c", "first_function", "words of the first"},
        {ERR_LIB_X509, 42, 22, "second.c", "second_function", ""},
        {ERR_LIB_SYS, 2, 33, "third.c", "third_function", "words of the third"},
    };
    for (int i = 0; i < PLANTED; i++) {
        const char *file, *function, *data;
        int line, flags;
        unsigned long code = ERR_get_error_all(&file, &line, &function, &data, &flags);
        ck_assert_msg(ERR_GET_LIB(code) == planted[i].library &&
                          ERR_GET_REASON(code) == planted[i].reason,
                      "%s: entry %d is %lx", after, i, code);
        ck_assert_int_eq(line, planted[i].line);
        ck_assert_str_eq(file, planted[i].file);
        ck_assert_str_eq(function, planted[i].function);
        ck_assert_str_eq(data, planted[i].data);
    }
    ck_assert_msg(ERR_peek_error() == 0, "%s left something behind", after);
}

START_TEST(test_errors__come_back_as_they_were) {
    plant();
    struct tls_error *kept = tls_errors_set_aside();
    ck_assert_uint_eq(ERR_peek_error(), 0);
    for (int i = 0; i < 40; i++) /* more than the queue has places */
        ERR_raise_data(ERR_LIB_USER, i + 1, "rubbish %d", i);
    tls_errors_put_back(kept);
    expect_planted("put_back");
    tls_errors_put_back(tls_errors_set_aside());
    ck_assert_uint_eq(ERR_peek_error(), 0);
}
END_TEST

/* --- everything that touches OpenSSL -------------------------------------------------------
 */

static struct pki root, client, server;
static char *root_pem, *client_pem, *key_pem, *crl_pem;

static void
setup(void) {
    root = pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    client = pki_make((struct pki_wish){.common_name = "me"}, &root);
    server =
        pki_make((struct pki_wish){.common_name = "db.test", .names = "DNS:db.test"}, &root);
    root_pem = pki_certificate_pem(root.certificate);
    client_pem = pki_certificate_pem(client.certificate);
    key_pem = pki_key_pem(client.key, "words");
    crl_pem = pki_crl_pem(&root, root.key, 30, NULL);
}

static void
teardown(void) {
    pki_free(&root);
    pki_free(&client);
    pki_free(&server);
    free(root_pem);
    free(client_pem);
    free(key_pem);
    free(crl_pem);
}

static const pgcs_tls *
material(const char *passphrase) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    pgcs_status status =
        pgcs_tls_builder_set_roots(builder, root_pem, strlen(root_pem), NULL) |
        pgcs_tls_builder_set_certificate(builder, client_pem, strlen(client_pem), NULL) |
        pgcs_tls_builder_set_crls(builder, crl_pem, strlen(crl_pem), NULL) |
        pgcs_tls_builder_set_key(builder, key_pem, strlen(key_pem), passphrase,
                                 strlen(passphrase), NULL) |
        pgcs_tls_builder_finish(builder, &tls, NULL);
    ck_assert_int_eq(status == PGCS_OK, strcmp(passphrase, "words") == 0);
    pgcs_tls_builder_free(builder);
    return tls;
}

static const pgcs_spec *
spec_of(const char *text) {
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    return spec;
}

static void
do_material(void) {
    const pgcs_tls *tls = material("words");
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_tls_preflight(tls, PKI_NOW, &report, NULL), PGCS_OK);
    pgcs_report_unref(report);
    pgcs_tls_unref(tls);
}

static void
do_wrong_passphrase(void) {
    pgcs_tls_unref(material("wrong"));
}

static void
do_damage(void) {
    static const char *const texts[] = {
        "0\202\1\1zz", "0w\2\1\1", "nonsense",
        "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        pgcs_tls_builder *builder = pgcs_tls_builder_new();
        const pgcs_tls *tls = NULL;
        pgcs_status status =
            pgcs_tls_builder_set_roots(builder, texts[i], strlen(texts[i]), NULL);
        if (status == PGCS_OK)
            status = pgcs_tls_builder_finish(builder, &tls, NULL);
        ck_assert_int_ne(status, PGCS_OK);
        pgcs_tls_builder_free(builder);
    }
}

static void
do_stages(void) {
    static const unsigned ways[] = {MEMFILE_ALL, MEMFILE_DIRECTORY};
    const pgcs_tls *tls = material("words");
    const pgcs_spec *spec = spec_of("host=db.test");
    for (int i = 0; i < 2; i++) {
        const pgcs_stage *stage = NULL;
        struct diag diag;
        ck_assert_int_eq(stage_new_by(spec, tls, 150020, ways[i], &stage, &diag), PGCS_OK);
        pgcs_stage_unref(stage);
    }
    pgcs_spec_unref(spec);
    pgcs_tls_unref(tls);
}

static void
do_system_roots(void) {
    const pgcs_spec *spec = spec_of("host=db.test sslrootcert=system");
    const pgcs_stage *stage = NULL;
    if (pgcs_stage_new(spec, NULL, 150020, &stage, NULL) == PGCS_OK)
        pgcs_stage_unref(stage);
    pgcs_spec_unref(spec);
}

static void
do_policies(void) {
    const pgcs_tls *tls = material("words");
    const pgcs_spec *spec = spec_of("host=db.test");
    const pgcs_report *report = NULL;
    ck_assert_int_eq(
        pgcs_policy_evaluate(pgcs_policy_find("strict"), spec, tls, PKI_NOW, &report, NULL),
        PGCS_OK);
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
    pgcs_tls_unref(tls);
}

/* A whole handshake; the server has a queue of its own, that of another process. */
static void
shake_hands(const char *text, const pgcs_tls *tls) {
    const pgcs_spec *spec = spec_of(text);
    struct peer peer = peer_new(&server);
    struct diagnosis *diagnosis = NULL;
    struct diag diag;
    peer_start(&peer);
    ck_assert_int_eq(diagnosis_new(spec, tls, 150020, 0, &diagnosis, &diag), PGCS_OK);
    diagnosis_sent(diagnosis, diagnosis_output(diagnosis).size);
    diagnosis_received(diagnosis, "S", 1);
    for (int i = 0; i < 20 && !diagnosis_is_done(diagnosis); i++) {
        struct slice out = diagnosis_output(diagnosis);
        struct tls_error *kept = tls_errors_set_aside();
        bool done = peer_take(&peer, out.data, out.size);
        size_t size;
        char *answer = peer_give(&peer, &size);
        tls_errors_put_back(kept);
        diagnosis_sent(diagnosis, out.size);
        if (size > 0 || done)
            diagnosis_received(diagnosis, answer, size);
        free(answer);
    }
    ck_assert(diagnosis_is_done(diagnosis));
    (void)diagnosis_result(diagnosis, PKI_NOW, &diag);
    diagnosis_free(diagnosis);
    peer_free(&peer);
    pgcs_spec_unref(spec);
}

static void
do_handshake(void) {
    const pgcs_tls *tls = material("words");
    shake_hands("host=db.test", tls);
    shake_hands("host=other.test", tls);
    pgcs_tls_unref(tls);
}

static void
do_handshake_with_system_roots(void) {
    shake_hands("host=db.test sslrootcert=system", NULL);
}

static void
do_broken_handshake(void) {
    const pgcs_spec *spec = spec_of("host=db.test sslmode=require");
    struct diagnosis *diagnosis = NULL;
    struct diag diag;
    ck_assert_int_eq(diagnosis_new(spec, NULL, 150020, 0, &diagnosis, &diag), PGCS_OK);
    diagnosis_sent(diagnosis, 8);
    diagnosis_received(diagnosis, "S", 1);
    diagnosis_received(diagnosis, "\25\3\3\0\2\2\50", 7);
    ck_assert(diagnosis_result(diagnosis, PKI_NOW, &diag));
    diagnosis_free(diagnosis);
    pgcs_spec_unref(spec);
}

/* Up to libpq and back: nobody listens there. */
static void
do_check(void) {
    const pgcs_tls *tls = material("words");
    const pgcs_spec *spec = spec_of("host=db.test hostaddr=127.0.0.1 port=1");
    pgcs_check *check = NULL;
    ck_assert_int_eq(pgcs_check_new(spec, tls, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    pgcs_tls_unref(tls);
}

static const struct {
    const char *name;
    void (*run)(void);
} operations[] = {
    {"material", do_material},
    {"a wrong pass phrase", do_wrong_passphrase},
    {"damage", do_damage},
    {"stages", do_stages},
    {"the system's roots", do_system_roots},
    {"policies", do_policies},
    {"a handshake", do_handshake},
    {"a handshake with the system's roots", do_handshake_with_system_roots},
    {"a broken handshake", do_broken_handshake},
    {"a check", do_check},
};

START_TEST(test_errors__are_left_as_found) {
    plant();
    operations[_i].run();
    expect_planted(operations[_i].name);
    operations[_i].run();
    ck_assert_msg(ERR_peek_error() == 0, "%s", operations[_i].name);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_errors__come_back_as_they_were);
    tcase_add_loop_test(cases, test_errors__are_left_as_found, 0, ROWS(operations));
}

int
main(void) {
    return suite_run("errors", fill, 30);
}
