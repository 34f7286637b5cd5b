/*
 * lib/tls/names.c: libpq's comparison of names, and the stricter one. What libpq says was
 * measured with libpq 14, 15 and 18; tests/live/tls holds the same rules against real servers.
 */
#include "tls/names.h"

#include "suite.h"
#include "tls/pki.h"

static const struct {
    const char *common_name;
    const char *names; /* subjectAltName, or NULL */
    const char *host;
    bool libpq;
    bool libpq14;
    bool strict;
} rows[] = {
    {"db.test", NULL, "db.test", true, true, true},
    {"db.test", NULL, "DB.Test", true, true, true},
    {"db.test", NULL, "db.test.", false, false, false},
    {"db.test", NULL, "other.test", false, false, false},
    {"db.test", "DNS:other.test", "db.test", false, false, false},
    {"x", "DNS:other.test,DNS:db.test", "db.test", true, true, true},
    {"x", "DNS:*.test", "db.test", true, true, false},
    {"x", "DNS:*.example.test", "db.example.test", true, true, true},
    {"x", "DNS:*.example.test", "a.db.example.test", false, false, false},
    {"x", "DNS:*.example.test", "example.test", false, false, false},
    {"x", "DNS:d*.example.test", "db.example.test", false, false, true},
    {"x", "DNS:*", "db", false, false, false},
    {"*.example.test", NULL, "db.example.test", true, true, true},
    {"x", "IP:10.0.0.1", "10.0.0.1", true, false, true},
    {"x", "IP:10.0.0.1", "10.1", true, false, false},
    {"x", "IP:10.0.0.1", "10.0.0.2", false, false, false},
    {"x", "IP:::1", "::1", true, false, true},
    {"x", "IP:::1", "0:0::1", true, false, true},
    {"x", "DNS:10.0.0.1", "10.0.0.1", true, true, false},
    {"x", "DNS:*.0.0.1", "10.0.0.1", true, true, false},
    {"10.0.0.1", NULL, "10.0.0.1", true, true, false},
    {"10.0.0.1", "DNS:other.test", "10.0.0.1", true, false, false},
    {"10.0.0.1", "IP:10.0.0.2", "10.0.0.1", false, true, false},
    {"db.test", "IP:10.0.0.2", "db.test", true, true, true},
    {"x", "email:a@b.test", "x", true, true, true},
    {"", NULL, "", false, false, false},
};

START_TEST(test_names__as_libpq_has_it) {
    struct pki made = pki_make(
        (struct pki_wish){.common_name = rows[_i].common_name, .names = rows[_i].names}, NULL);
    ck_assert_int_eq(names_match_libpq(made.certificate, rows[_i].host, 0), rows[_i].libpq);
    ck_assert_int_eq(names_match_libpq(made.certificate, rows[_i].host, 150020),
                     rows[_i].libpq);
    ck_assert_int_eq(names_match_libpq(made.certificate, rows[_i].host, 140023),
                     rows[_i].libpq14);
    pki_free(&made);
}
END_TEST

START_TEST(test_names__as_it_should_be) {
    struct pki made = pki_make(
        (struct pki_wish){.common_name = rows[_i].common_name, .names = rows[_i].names}, NULL);
    ck_assert_int_eq(names_match_strictly(made.certificate, rows[_i].host), rows[_i].strict);
    pki_free(&made);
}
END_TEST

/* A zero byte hides the rest of a name from those who read it as a C string. */
START_TEST(test_names__a_zero_byte_spoils_all) {
    struct pki made = pki_make((struct pki_wish){.common_name = "x"}, NULL);
    X509_NAME *name = X509_NAME_new();
    ck_assert_int_eq(X509_NAME_add_entry_by_txt(name, "CN", V_ASN1_UTF8STRING,
                                                (const unsigned char *)"db.test\0.evil", 13, -1,
                                                0),
                     1);
    ck_assert_int_eq(X509_set_subject_name(made.certificate, name), 1);
    X509_NAME_free(name);
    ck_assert(!names_match_libpq(made.certificate, "db.test", 0));
    pki_free(&made);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_names__as_libpq_has_it, 0, ROWS(rows));
    tcase_add_loop_test(cases, test_names__as_it_should_be, 0, ROWS(rows));
    tcase_add_test(cases, test_names__a_zero_byte_spoils_all);
}

int
main(void) {
    return suite_run("names", fill, 10);
}
