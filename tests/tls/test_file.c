/* lib/tls/file.c: files that the user names. */
#include "tls/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

static char directory[] = "/tmp/test-file-XXXXXX";
static char path[100];

static void
setup(void) {
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/f", directory);
    FILE *stream = fopen(path, "we");
    fputs("content\n", stream);
    fclose(stream);
}

static void
teardown(void) {
    unlink(path);
    rmdir(directory);
}

/* Whether it may be read. */
static pgcs_status
file_check(const char *name, bool is_key, const char *field, struct diag *diag) {
    struct buf text = {0};
    pgcs_status status = file_read(name, is_key, field, &text, diag);
    buf_free(&text);
    return status;
}

START_TEST(test_file__is_read_whole) {
    struct buf text = {0};
    struct diag diag;
    ck_assert_int_eq(file_read(path, false, "sslcert", &text, &diag), PGCS_OK);
    ck_assert_uint_eq(text.size, 8);
    ck_assert_mem_eq(text.data, "content\n", 8);
    buf_free(&text);
}
END_TEST

/* libpq's rule, here for a file of root's when root runs it, and of somebody's else. */
static const struct {
    mode_t mode;
    bool owner;
    bool root;
} modes[] = {
    {0600, true, true},   {0400, true, true},   {0700, true, true},   {0640, false, true},
    {0440, false, true},  {0660, false, false}, {0644, false, false}, {0604, false, false},
    {0610, false, false}, {0601, false, false},
};

START_TEST(test_file__keys_are_private) {
    ck_assert_int_eq(chmod(path, modes[_i].mode), 0);
    struct diag diag;
    bool root = geteuid() == 0;
    bool fine = root ? modes[_i].root : modes[_i].owner;
    ck_assert_int_eq(file_check(path, true, "sslkey", &diag),
                     fine ? PGCS_OK : PGCS_ERR_BAD_VALUE);
    if (!fine)
        ck_assert_ptr_nonnull(strstr(diag.message, "can be read by others"));
    if (root) {
        ck_assert_int_eq(chown(path, 12345, 12345), 0);
        ck_assert_int_eq(file_check(path, true, "sslkey", &diag),
                         modes[_i].owner ? PGCS_OK : PGCS_ERR_BAD_VALUE);
    }
    ck_assert_int_eq(chmod(path, 0644), 0);
    ck_assert_int_eq(file_check(path, false, "sslcert", &diag), PGCS_OK);
}
END_TEST

static const struct {
    const char *path;
    pgcs_status status;
    const char *message;
    const char *hint; /* begins with this */
} refused[] = {
    {"/does/not/exist", PGCS_ERR_SYSTEM, "sslcert file \"/does/not/exist\" does not exist",
     "Correct the path"},
    {"no-such-file", PGCS_ERR_SYSTEM, "sslcert file \"no-such-file\" does not exist",
     "A relative path"},
    {"/dev/null/none", PGCS_ERR_SYSTEM, "sslcert file \"/dev/null/none\" does not exist",
     "Correct the path"},
    {"/dev/null", PGCS_ERR_BAD_VALUE, "sslcert file \"/dev/null\" is not a regular file",
     "Give the path"},
    {"/", PGCS_ERR_BAD_VALUE, "sslcert file \"/\" is not a regular file", "Give the path"},
    {"-----BEGIN CERTIFICATE-----\nMII", PGCS_ERR_SYSTEM,
     "sslcert file \"-----BEGIN CERTIFICATE-----\\x0aMII\" does not exist", "This is PEM text"},
};

START_TEST(test_file__says_why_not) {
    struct diag diag;
    ck_assert_int_eq(file_check(refused[_i].path, false, "sslcert", &diag), refused[_i].status);
    ck_assert_str_eq(diag.message, refused[_i].message);
    ck_assert_msg(strncmp(diag.hint, refused[_i].hint, strlen(refused[_i].hint)) == 0, "%s",
                  diag.hint);
    ck_assert_str_eq(diag.field, "sslcert");
}
END_TEST

START_TEST(test_file__has_a_limit) {
    struct buf text = {0};
    struct diag diag;
    ck_assert_int_eq(truncate(path, (off_t)LIMIT_TLS_FILE), 0);
    ck_assert_int_eq(file_read(path, false, "sslcert", &text, &diag), PGCS_OK);
    ck_assert_uint_eq(text.size, LIMIT_TLS_FILE);
    buf_free(&text);
    ck_assert_int_eq(truncate(path, (off_t)LIMIT_TLS_FILE + 1), 0);
    ck_assert_int_eq(file_read(path, false, "sslcert", &text, &diag), PGCS_ERR_LIMIT);
    buf_free(&text);
}
END_TEST

/* A FIFO must not make us wait. */
START_TEST(test_file__never_waits) {
    char fifo[120];
    snprintf(fifo, sizeof fifo, "%s/p", directory);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    struct diag diag;
    ck_assert_int_eq(file_check(fifo, true, "sslkey", &diag), PGCS_ERR_BAD_VALUE);
    unlink(fifo);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_file__is_read_whole);
    tcase_add_loop_test(cases, test_file__keys_are_private, 0, ROWS(modes));
    tcase_add_loop_test(cases, test_file__says_why_not, 0, ROWS(refused));
    tcase_add_test(cases, test_file__has_a_limit);
    tcase_add_test(cases, test_file__never_waits);
}

int
main(void) {
    return suite_run("file", fill, 10);
}
