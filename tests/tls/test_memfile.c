/* lib/tls/memfile.c: each way to make a private file, and what may go wrong with it after. */
#include "tls/memfile.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite.h"

static const unsigned ways[] = {MEMFILE_MEMFD, MEMFILE_UNNAMED, MEMFILE_DIRECTORY};
static const char secret[] = "not for anybody else";

static struct memfile *
made(unsigned way) {
    struct memfile *file = NULL;
    struct diag diag;
    ck_assert_msg(memfile_new((struct slice){secret, strlen(secret)}, way, &file, &diag) ==
                      PGCS_OK,
                  "%s", diag.message);
    return file;
}

/* What stands in the file at @path now, as libpq would read it. */
static void
expect_content(const char *path, const char *expected) {
    char read_back[100];
    FILE *stream = fopen(path, "re");
    ck_assert_ptr_nonnull(stream);
    size_t size = fread(read_back, 1, sizeof read_back - 1, stream);
    fclose(stream);
    read_back[size] = '\0';
    ck_assert_str_eq(read_back, expected);
}

START_TEST(test_memfile__can_be_read_again_and_again) {
    struct memfile *file = made(ways[_i]);
    expect_content(memfile_path(file), secret);
    expect_content(memfile_path(file), secret);
    struct stat seen;
    ck_assert_int_eq(stat(memfile_path(file), &seen), 0);
    ck_assert(S_ISREG(seen.st_mode));
    ck_assert_int_eq(seen.st_mode & 07777, 0600);
    struct diag diag;
    ck_assert_int_eq(memfile_check(file, &diag), PGCS_OK);
    memfile_free(file);
}
END_TEST

/* A second descriptor on the same file shows what the last reference left in it. */
START_TEST(test_memfile__is_wiped_at_the_end) {
    struct memfile *file = made(ways[_i]);
    int other = open(memfile_path(file), O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(other, 0);
    char path[100];
    snprintf(path, sizeof path, "%s", memfile_path(file));
    memfile_free(file);
    struct stat seen;
    ck_assert_int_eq(fstat(other, &seen), 0);
    ck_assert_int_eq(seen.st_size, 0);
    close(other);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(test_memfile__a_forked_child_leaves_the_data) {
    struct memfile *file = made(ways[_i]);
    pid_t child = fork();
    if (child == 0) {
        memfile_free(file);
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    expect_content(memfile_path(file), secret);
    memfile_free(file);
}
END_TEST

START_TEST(test_memfile__a_forked_child_can_read_it) {
    struct memfile *file = made(ways[_i]);
    pid_t child = fork();
    if (child == 0) {
        char buffer[8];
        int fd = open(memfile_path(file), O_RDONLY);
        _exit(fd >= 0 && read(fd, buffer, 8) == 8 && memcmp(buffer, secret, 8) == 0 ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(WEXITSTATUS(status), 0);
    memfile_free(file);
}
END_TEST

/* The number of the descriptor that @file uses: the one that leads to the same inode. */
static int
descriptor_of(const struct memfile *file) {
    struct stat wanted;
    ck_assert_int_eq(stat(memfile_path(file), &wanted), 0);
    for (int fd = 3; fd < 100; fd++) {
        struct stat seen;
        if (fstat(fd, &seen) == 0 && seen.st_ino == wanted.st_ino &&
            seen.st_dev == wanted.st_dev)
            return fd;
    }
    return -1;
}

/* Only where the path goes by the descriptor. */
START_TEST(test_memfile__another_file_under_its_number_is_seen) {
    struct memfile *file = made(ways[_i]);
    int number = descriptor_of(file);
    char name[] = "/tmp/test-memfile-XXXXXX";
    int stranger = mkstemp(name);
    ck_assert_int_eq(write(stranger, "precious", 8), 8);
    ck_assert_int_eq(fchmod(stranger, 0600), 0);
    ck_assert_int_eq(dup2(stranger, number), number);
    struct diag diag;
    ck_assert_int_eq(memfile_check(file, &diag), PGCS_ERR_SYSTEM);
    ck_assert_str_eq(diag.message, "the private file of the TLS material is gone");
    memfile_free(file);
    expect_content(name, "precious");
    ck_assert_int_eq(fcntl(number, F_GETFD) >= 0, 1); /* and it is still open */
    unlink(name);
}
END_TEST

START_TEST(test_memfile__a_closed_descriptor_is_seen) {
    struct memfile *file = made(ways[_i]);
    close(descriptor_of(file));
    struct diag diag;
    ck_assert_int_eq(memfile_check(file, &diag), PGCS_ERR_SYSTEM);
    memfile_free(file);
}
END_TEST

START_TEST(test_memfile__nothing_survives_exec) {
    struct memfile *file = made(ways[_i]);
    char command[200];
    snprintf(command, sizeof command, "grep -qs 'anybody else' /proc/self/fd/%d",
             descriptor_of(file));
    ck_assert_int_ne(system(command), 0);
    memfile_free(file);
}
END_TEST

START_TEST(test_memfile__no_way_is_an_error) {
    struct memfile *file = NULL;
    struct diag diag;
    ck_assert_int_eq(memfile_new((struct slice){secret, 1}, 0, &file, &diag), PGCS_ERR_SYSTEM);
    ck_assert_str_eq(diag.message, "no private file can be made for TLS material");
    ck_assert_ptr_null(file);
}
END_TEST

/*
 * Whoever makes a directory sweeps, other programs at the same time, too: one that looks at it
 * at this moment takes it away in the next.
 */
START_TEST(test_memfile__what_a_killed_process_left_is_swept) {
    char path[100] = "";
    int ends[2], status = 1;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        snprintf(path, sizeof path, "%s", memfile_path(made(MEMFILE_DIRECTORY)));
        bool there = access(path, F_OK) == 0 && write(ends[1], path, sizeof path) > 0;
        _exit(there ? 0 : 1); /* without freeing it */
    }
    ck_assert_int_eq(read(ends[0], path, sizeof path), sizeof path);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    close(ends[0]);
    close(ends[1]);
    struct memfile *first = made(MEMFILE_DIRECTORY);
    for (int tries = 0; tries < 100000 && access(path, F_OK) == 0; tries++)
        usleep(1000);
    ck_assert_int_ne(access(path, F_OK), 0);
    struct memfile *second = made(MEMFILE_DIRECTORY); /* must leave the first alone */
    expect_content(memfile_path(first), secret);
    memfile_free(first);
    memfile_free(second);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_memfile__can_be_read_again_and_again, 0, ROWS(ways));
    tcase_add_loop_test(cases, test_memfile__is_wiped_at_the_end, 0, ROWS(ways));
    tcase_add_loop_test(cases, test_memfile__a_forked_child_leaves_the_data, 0, ROWS(ways));
    tcase_add_loop_test(cases, test_memfile__a_forked_child_can_read_it, 0, ROWS(ways));
    tcase_add_loop_test(cases, test_memfile__another_file_under_its_number_is_seen, 0, 2);
    tcase_add_loop_test(cases, test_memfile__a_closed_descriptor_is_seen, 0, 2);
    tcase_add_loop_test(cases, test_memfile__nothing_survives_exec, 0, ROWS(ways));
    tcase_add_test(cases, test_memfile__no_way_is_an_error);
    tcase_add_test(cases, test_memfile__what_a_killed_process_left_is_swept);
}

int
main(void) {
    return suite_run("memfile", fill, 20);
}
