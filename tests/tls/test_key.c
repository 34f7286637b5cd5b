/* lib/tls/key.c: keys open with their pass phrase only, nobody is asked, and can be locked. */
#include "tls/key.h"

#include "suite.h"
#include "tls/pki.h"

static EVP_PKEY *
opened(const char *text, const char *passphrase, struct diag *diag) {
    struct pem pem;
    struct slice words = {passphrase, strlen(passphrase)};
    ck_assert_int_eq(pem_read((struct slice){text, strlen(text)}, "sslkey", &pem, diag),
                     PGCS_OK);
    EVP_PKEY *key = key_decode(&pem.blocks[0], words, "sslkey", diag);
    pem_free(&pem);
    return key;
}

static const struct {
    bool old;
    const char *locked_with; /* or NULL */
    const char *passphrase;
    bool opens;
} cases[] = {
    {false, NULL, "", true},       {true, NULL, "", true},       {false, NULL, "x", true},
    {false, "wide", "wide", true}, {true, "wide", "wide", true}, {false, "wide", "wid", false},
    {true, "wide", "wid", false},  {false, "wide", "", false},   {true, "wide", "", false},
};

START_TEST(test_key__opens_with_its_pass_phrase) {
    EVP_PKEY *key = pki_key(0);
    char *text = cases[_i].old ? pki_old_key_pem(key, cases[_i].locked_with)
                               : pki_key_pem(key, cases[_i].locked_with);
    struct diag diag = {.message = ""};
    EVP_PKEY *again = opened(text, cases[_i].passphrase, &diag);
    ck_assert_msg((again != NULL) == cases[_i].opens, "%s", diag.message);
    if (again)
        ck_assert_int_eq(EVP_PKEY_eq(key, again), 1);
    else
        ck_assert_int_eq(diag.status, PGCS_ERR_BAD_VALUE);
    EVP_PKEY_free(again);
    EVP_PKEY_free(key);
    free(text);
}
END_TEST

START_TEST(test_key__damage_is_told) {
    static const char text[] = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    struct diag diag;
    ck_assert_ptr_null(opened(text, "", &diag));
    ck_assert_int_eq(diag.status, PGCS_ERR_PEM);
    ck_assert_str_eq(diag.message, "sslkey: the private key is damaged inside");
}
END_TEST

START_TEST(test_key__is_locked_anew_each_time) {
    EVP_PKEY *key = pki_key(0);
    struct buf first = {0}, second = {0}, words = {0}, others = {0};
    struct diag diag;
    ck_assert_int_eq(key_encrypt(key, &first, &words, &diag), PGCS_OK);
    ck_assert_int_eq(key_encrypt(key, &second, &others, &diag), PGCS_OK);
    ck_assert_uint_eq(words.size, 64);
    ck_assert_str_ne(words.data, others.data);
    ck_assert_str_ne(first.data, second.data);
    ck_assert_ptr_nonnull(strstr(first.data, "BEGIN ENCRYPTED PRIVATE KEY"));
    EVP_PKEY *again = opened(first.data, words.data, &diag);
    ck_assert_int_eq(EVP_PKEY_eq(key, again), 1);
    ck_assert_ptr_null(opened(first.data, others.data, &diag));
    EVP_PKEY_free(again);
    EVP_PKEY_free(key);
    buf_free(&first);
    buf_free(&second);
    buf_free(&words);
    buf_free(&others);
}
END_TEST

static void
fill(TCase *cases_) {
    tcase_add_loop_test(cases_, test_key__opens_with_its_pass_phrase, 0, ROWS(cases));
    tcase_add_test(cases_, test_key__damage_is_told);
    tcase_add_test(cases_, test_key__is_locked_anew_each_time);
}

int
main(void) {
    return suite_run("key", fill, 20);
}
