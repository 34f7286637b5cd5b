/*
 * lib/tls/preflight.c: what is said of material before anybody connects. Each case makes its
 * certificates, and expects exactly its findings.
 */
#include "tls/preflight.h"

#include <stdio.h>

#include "suite.h"
#include "tls/builder.h"
#include "tls/pki.h"

/* Findings as text: "failure PGCS_CODE_X field: message", a line each, worst first. */
static char *
findings_of(const pgcs_tls *tls, int64_t now) {
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_tls_preflight(tls, now, &report, NULL), PGCS_OK);
    struct buf text = {0};
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    while (pgcs_findings_next(cursor)) {
        ck_assert_ptr_nonnull(pgcs_finding_hint(cursor));
        buf_printf(&text, "%s %s [%s] %s\n", pgcs_severity_name(pgcs_finding_severity(cursor)),
                   pgcs_finding_name(cursor) + strlen("PGCS_CODE_"), pgcs_finding_field(cursor),
                   pgcs_finding_message(cursor));
    }
    pgcs_findings_free(cursor);
    pgcs_report_unref(report);
    char *copy = strndup(text.data ? text.data : "", text.size);
    buf_free(&text);
    return copy;
}

struct given {
    char *roots;
    char *certificate;
    char *key;
    const char *passphrase;
    char *crls;
};

/* Make the material, free the texts, and compare the findings. */
static void
expect(struct given given, int64_t now, const char *expected) {
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    struct diag diag = {.message = ""};
    char *texts[MATERIAL_COUNT] = {given.roots, given.certificate, given.key, given.crls};
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++)
        if (texts[i])
            ck_assert_msg(tls_builder_set(builder, i,
                                          (struct slice){texts[i], strlen(texts[i])},
                                          &diag) == PGCS_OK,
                          "%s", diag.message);
    if (given.passphrase)
        ck_assert_int_eq(
            tls_builder_set_passphrase(
                builder, (struct slice){given.passphrase, strlen(given.passphrase)}, &diag),
            PGCS_OK);
    ck_assert_msg(material_make(builder, &tls, &diag) == PGCS_OK, "%s", diag.message);
    tls_builder_free(builder);
    char *found = findings_of(tls, now);
    ck_assert_str_eq(found, expected);
    free(found);
    tls_unref(tls);
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++)
        free(texts[i]);
}

static struct pki root, other;

static void
setup(void) {
    root = pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    other = pki_make((struct pki_wish){.common_name = "Other", .is_authority = true}, NULL);
}

static void
teardown(void) {
    pki_free(&root);
    pki_free(&other);
}

static char *
root_pem(void) {
    return pki_certificate_pem(root.certificate);
}

START_TEST(test_preflight__good_material_raises_nothing) {
    struct pki client = pki_make((struct pki_wish){.common_name = "me",
                                                   .purpose = "clientAuth",
                                                   .usage = "digitalSignature"},
                                 &root);
    expect((struct given){.roots = root_pem(),
                          .certificate = pki_certificate_pem(client.certificate),
                          .key = pki_key_pem(client.key, NULL),
                          .crls = pki_crl_pem(&root, root.key, 30, NULL)},
           PKI_NOW, "");
    pki_free(&client);
}
END_TEST

/* --- roots ---------------------------------------------------------------------------------
 */

static const struct {
    struct pki_wish wish;
    bool signed_by_root;
    bool beside_root; /* a good root stands before it */
    const char *expected;
} roots[] = {
    {{.common_name = "Old", .is_authority = true, .from_day = -9, .to_day = -2},
     false,
     true,
     "warning CERTIFICATE_EXPIRED [sslrootcert] sslrootcert: certificate 2 (CN=Old) expired on "
     "2026-01-13\n"},
    {{.common_name = "Old", .is_authority = true, .from_day = -9, .to_day = -2},
     false,
     false,
     "failure NO_ROOT_IN_FORCE [sslrootcert] sslrootcert: every certificate in it is out of "
     "its time\n"
     "warning CERTIFICATE_EXPIRED [sslrootcert] sslrootcert: certificate 1 (CN=Old) expired on "
     "2026-01-13\n"},
    {{.common_name = "New", .is_authority = true, .from_day = 2},
     false,
     true,
     "warning CERTIFICATE_NOT_YET_VALID [sslrootcert] sslrootcert: certificate 2 (CN=New) is "
     "not valid before 2026-01-17\n"},
    {{.common_name = "Late", .is_authority = true, .to_day = 29},
     false,
     true,
     "warning CERTIFICATE_EXPIRES_SOON [sslrootcert] sslrootcert: certificate 2 (CN=Late) "
     "expires on 2026-02-13\n"},
    {{.common_name = "Fine", .is_authority = true, .to_day = 31}, false, true, ""},
    {{.common_name = "Weak", .is_authority = true, .rsa_bits = 1024},
     false,
     true,
     "failure CERTIFICATE_WEAK [sslrootcert] sslrootcert: certificate 2 (CN=Weak) is too "
     "weak\n"},
    {{.common_name = "Strong", .is_authority = true, .rsa_bits = 2048}, false, true, ""},
    {{.common_name = "server"},
     true,
     true,
     "warning LEAF_AMONG_ROOTS [sslrootcert] sslrootcert: certificate 2 (CN=server) is not "
     "that of an authority\n"},
    {{.common_name = "server"},
     true,
     false,
     "failure ROOTS_WITHOUT_ANCHOR [sslrootcert] sslrootcert: no certificate in it is "
     "self-signed, so libpq trusts none\n"
     "warning LEAF_AMONG_ROOTS [sslrootcert] sslrootcert: certificate 1 (CN=server) is not "
     "that of an authority\n"},
    {{.common_name = "Intermediate", .is_authority = true}, true, true, ""},
    {{.common_name = "Intermediate", .is_authority = true},
     true,
     false,
     "failure ROOTS_WITHOUT_ANCHOR [sslrootcert] sslrootcert: no certificate in it is "
     "self-signed, so libpq trusts none\n"},
    {{.common_name = "pinned"},
     false,
     false,
     "warning CERTIFICATE_PINNED [sslrootcert] sslrootcert: certificate 1 (CN=pinned) is a "
     "server's own, self-signed one\n"},
};

START_TEST(test_preflight__roots) {
    struct pki made = pki_make(roots[_i].wish, roots[_i].signed_by_root ? &root : NULL);
    char *text = pki_certificate_pem(made.certificate);
    if (roots[_i].beside_root)
        text = pki_join(root_pem(), text);
    expect((struct given){.roots = text}, PKI_NOW, roots[_i].expected);
    pki_free(&made);
}
END_TEST

START_TEST(test_preflight__a_root_twice) {
    expect((struct given){.roots = pki_join(root_pem(), root_pem())}, PKI_NOW,
           "note CERTIFICATE_TWICE [sslrootcert] sslrootcert: certificate 2 (CN=Root) stands "
           "there twice\n");
}
END_TEST

START_TEST(test_preflight__a_weak_signature) {
    struct pki made = pki_make(
        (struct pki_wish){.common_name = "Sha1", .is_authority = true, .digest = EVP_sha1()},
        &root);
    expect((struct given){.roots = pki_join(root_pem(), pki_certificate_pem(made.certificate))},
           PKI_NOW,
           "failure CERTIFICATE_WEAK [sslrootcert] sslrootcert: certificate 2 (CN=Sha1) is too "
           "weak\n");
    pki_free(&made);
}
END_TEST

/* --- the client's identity -----------------------------------------------------------------
 */

static const struct {
    struct pki_wish wish;
    bool by_other;
    const char *key_passphrase;
    const char *passphrase;
    const char *expected;
} clients[] = {
    {{.common_name = "me"}, false, NULL, NULL, ""},
    {{.common_name = "me", .purpose = "clientAuth,serverAuth"}, false, NULL, NULL, ""},
    {{.common_name = "me", .purpose = "anyExtendedKeyUsage"}, false, NULL, NULL, ""},
    {{.common_name = "me", .purpose = "serverAuth"},
     false,
     NULL,
     NULL,
     "failure NOT_FOR_CLIENTS [sslcert] sslcert: certificate 1 (CN=me) may not be used by "
     "clients\n"},
    {{.common_name = "me", .usage = "keyEncipherment"},
     false,
     NULL,
     NULL,
     "failure NOT_FOR_CLIENTS [sslcert] sslcert: certificate 1 (CN=me) may not be used by "
     "clients\n"},
    {{.common_name = "me", .from_day = -9, .to_day = -2},
     false,
     NULL,
     NULL,
     "failure CERTIFICATE_EXPIRED [sslcert] sslcert: certificate 1 (CN=me) expired on "
     "2026-01-13\n"},
    {{.common_name = "me", .from_day = 2},
     false,
     NULL,
     NULL,
     "failure CERTIFICATE_NOT_YET_VALID [sslcert] sslcert: certificate 1 (CN=me) is not valid "
     "before 2026-01-17\n"},
    {{.common_name = "me", .to_day = 3},
     false,
     NULL,
     NULL,
     "warning CERTIFICATE_EXPIRES_SOON [sslcert] sslcert: certificate 1 (CN=me) expires on "
     "2026-01-18\n"},
    {{.common_name = "me", .is_authority = true},
     false,
     NULL,
     NULL,
     "warning CLIENT_IS_AUTHORITY [sslcert] sslcert: certificate 1 (CN=me) is that of an "
     "authority\n"},
    {{.common_name = "me"},
     true,
     NULL,
     NULL,
     "note CLIENT_CHAIN_FOREIGN [sslcert] sslcert: the client certificate comes from none of "
     "the roots\n"},
    {{.common_name = "me"},
     false,
     NULL,
     "spare words",
     "warning PASSPHRASE_UNUSED [sslpassword] sslpassword: there is a pass phrase, but the "
     "key is not encrypted\n"},
    {{.common_name = "me"}, false, "words", "words", ""},
};

START_TEST(test_preflight__clients) {
    struct pki made = pki_make(clients[_i].wish, clients[_i].by_other ? &other : &root);
    expect((struct given){.roots = root_pem(),
                          .certificate = pki_certificate_pem(made.certificate),
                          .key = pki_key_pem(made.key, clients[_i].key_passphrase),
                          .passphrase = clients[_i].passphrase},
           PKI_NOW, clients[_i].expected);
    pki_free(&made);
}
END_TEST

/* What this OpenSSL thinks of it depends on its settings: the finding must follow it. */
START_TEST(test_preflight__a_client_that_openssl_refuses) {
    struct pki made = pki_make((struct pki_wish){.common_name = "me", .rsa_bits = 512}, &root);
    expect((struct given){.certificate = pki_certificate_pem(made.certificate),
                          .key = pki_key_pem(made.key, NULL)},
           PKI_NOW,
           "failure CERTIFICATE_WEAK [sslcert] sslcert: certificate 1 (CN=me) is too weak\n"
           "failure CLIENT_REFUSED_HERE [sslcert] sslcert: OpenSSL will not use the client "
           "certificate here: ee key too small\n");
    pki_free(&made);
}
END_TEST

/* --- revocation lists ----------------------------------------------------------------------
 */

START_TEST(test_preflight__a_list_out_of_date) {
    expect((struct given){.roots = root_pem(), .crls = pki_crl_pem(&root, root.key, -1, NULL)},
           PKI_NOW,
           "failure CRL_EXPIRED [sslcrl] sslcrl: the list of CN=Root is out of date, and every "
           "connection will fail\n");
}
END_TEST

START_TEST(test_preflight__a_list_of_another_authority) {
    expect(
        (struct given){.roots = root_pem(), .crls = pki_crl_pem(&other, other.key, 30, NULL)},
        PKI_NOW,
        "failure CRL_FOREIGN [sslcrl] sslcrl: the list of CN=Other is that of none of the "
        "roots\n"
        "warning CRL_MISSING [sslcrl] sslcrl: there is no list of CN=Root\n");
}
END_TEST

/* The authority may be one between the root and the server, whose list libpq needs as well. */
START_TEST(test_preflight__a_list_of_another_authority_beside_that_of_the_root) {
    expect((struct given){.roots = root_pem(),
                          .crls = pki_join(pki_crl_pem(&root, root.key, 30, NULL),
                                           pki_crl_pem(&other, other.key, 30, NULL))},
           PKI_NOW,
           "warning CRL_FOREIGN [sslcrl] sslcrl: the list of CN=Other is that of none of the "
           "roots\n");
}
END_TEST

START_TEST(test_preflight__a_list_with_a_forged_signature) {
    expect((struct given){.roots = root_pem(), .crls = pki_crl_pem(&root, other.key, 30, NULL)},
           PKI_NOW,
           "failure CRL_FORGED [sslcrl] sslcrl: the list of CN=Root does not bear that "
           "authority's signature\n");
}
END_TEST

START_TEST(test_preflight__a_list_for_each_authority) {
    struct pki between =
        pki_make((struct pki_wish){.common_name = "Between", .is_authority = true}, &root);
    char *bundle = pki_join(root_pem(), pki_certificate_pem(between.certificate));
    expect(
        (struct given){.roots = strdup(bundle), .crls = pki_crl_pem(&root, root.key, 30, NULL)},
        PKI_NOW, "warning CRL_MISSING [sslcrl] sslcrl: there is no list of CN=Between\n");
    expect((struct given){.roots = bundle,
                          .crls = pki_join(pki_crl_pem(&root, root.key, 30, NULL),
                                           pki_crl_pem(&between, between.key, 30, NULL))},
           PKI_NOW, "");
    pki_free(&between);
}
END_TEST

START_TEST(test_preflight__repairs_are_told) {
    char *text = root_pem();
    char *quoted = malloc(strlen(text) + 3);
    sprintf(quoted, "\"%s\"", text);
    free(text);
    expect((struct given){.roots = quoted}, PKI_NOW,
           "note PEM_REPAIRED [sslrootcert] sslrootcert: the quotes round the text were taken "
           "off\n");
}
END_TEST

static const struct {
    int64_t seconds;
    const char *expected;
} days[] = {
    {0, "1970-01-01"},
    {-1, "1969-12-31"},
    {PKI_NOW, "2026-01-15"},
    {INT64_C(253402300799), "9999-12-31"},
    {INT64_MIN, "an unknown day"},
    {INT64_MAX, "an unknown day"},
};

START_TEST(test_preflight__days) {
    ck_assert_str_eq(day_print(days[_i].seconds).text, days[_i].expected);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_preflight__good_material_raises_nothing);
    tcase_add_loop_test(cases, test_preflight__roots, 0, ROWS(roots));
    tcase_add_test(cases, test_preflight__a_root_twice);
    tcase_add_test(cases, test_preflight__a_weak_signature);
    tcase_add_loop_test(cases, test_preflight__clients, 0, ROWS(clients));
    tcase_add_test(cases, test_preflight__a_client_that_openssl_refuses);
    tcase_add_test(cases, test_preflight__a_list_out_of_date);
    tcase_add_test(cases, test_preflight__a_list_of_another_authority);
    tcase_add_test(cases, test_preflight__a_list_of_another_authority_beside_that_of_the_root);
    tcase_add_test(cases, test_preflight__a_list_with_a_forged_signature);
    tcase_add_test(cases, test_preflight__a_list_for_each_authority);
    tcase_add_test(cases, test_preflight__repairs_are_told);
    tcase_add_loop_test(cases, test_preflight__days, 0, ROWS(days));
}

int
main(void) {
    return suite_run("preflight", fill, 20);
}
