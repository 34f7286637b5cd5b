/*
 * Check after check against peers that fail each in another way: no descriptor and no memory is
 * left behind. LEAK_CHECKS says how many, 500 unless it is set; the suite long takes 10,000.
 */
#include <dirent.h>
#include <malloc.h>

#include "swarm.h"

#define PATIENCE_MS 100000 /* on a busy machine: all of them end by themselves */

#define COPY_HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"

/* --- peers -----------------------------------------------------------------------------------
 */

static void
let_in(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'S', "server_version\00015.4\0");
    SAY(fd, 'Z', "I");
    hear_message(fd);
}

static void
hangs_up(int fd) {
    (void)fd;
}

static void
resets(int fd) {
    struct linger at_once = {1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

static void
refuses(int fd) {
    SAY(fd, 'E', "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0\0");
}

static void
speaks_http(int fd) {
    say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
}

static void
asks_for_kerberos(int fd) {
    SAY(fd, 'R', "\0\0\0\2");
}

static void
ends_in_the_rows(int fd) {
    let_in(fd);
    SAY(fd, 'C', "BEGIN\0");
    SAY(fd, 'H', "\1\0\1\0\1");
    SAY(fd, 'd', COPY_HEADER "\0\1\0\0\0\1x");
}

static void
fails_in_the_rows(int fd) {
    let_in(fd);
    SAY(fd, 'C', "BEGIN\0");
    SAY(fd, 'H', "\1\0\1\0\1");
    SAY(fd, 'E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");
}

static void
fails_every_part(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'S', "server_version\00015.4\0");
    SAY(fd, 'Z', "I");
    while (hear_message(fd) == 'Q') {
        SAY(fd, 'E', "SERROR\0VERROR\0C53100\0Mcould not extend file\0\0");
        SAY(fd, 'Z', "I");
    }
}

static void
loses_count(int fd) {
    let_in(fd);
    say(fd, "W\377\377\377\377", 5);
}

static void (*const peers[])(int fd) = {
    hangs_up,          resets,           refuses,           speaks_http,
    asks_for_kerberos, ends_in_the_rows, fails_in_the_rows, fails_every_part,
    loses_count};

static void
fail_somehow(int fd, int number) {
    if (number >= 0)
        peers[number % ROWS(peers)](fd);
}

/* --- what is left ----------------------------------------------------------------------------
 */

static int
open_descriptors(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* What of our own memory, freed or not, is there, but what malloc() keeps for later. */
static long
resident_kb(void) {
    char line[256];
    long kb = 0;
    malloc_trim(0);
    FILE *file = fopen("/proc/self/status", "r");
    ck_assert_ptr_nonnull(file);
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "RssAnon:", 8) == 0)
            kb = atol(line + 8);
    fclose(file);
    return kb;
}

static void
judge(int number, const pgcs_report *report) {
    (void)number;
    assert_told(report);
}

/* The first fifth fills what libraries keep once and for all. */
START_TEST(test_leaks__none_in_many_checks) {
    const char *wanted = getenv("LEAK_CHECKS");
    int count = wanted ? atoi(wanted) : 500, first = count / 5;
    struct peer peer = swarm_start(fail_somehow);
    swarm_run(peer.port, 0, first, "sslmode=disable", PATIENCE_MS, judge);
    int files = open_descriptors();
    size_t used = mallinfo2().uordblks;
    long resident = resident_kb();
    swarm_run(peer.port, first, count, "sslmode=disable", PATIENCE_MS, judge);
    ck_assert_int_eq(open_descriptors(), files);
    size_t now = mallinfo2().uordblks;
    ck_assert_msg(now < used + 65536, "%zu bytes more", now - used);
    /* AddressSanitizer has a heap of its own, which keeps what is freed. */
    if (used > 0)
        ck_assert_int_lt(resident_kb() - resident, 4096);
    peer_stop(&peer);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_leaks__none_in_many_checks);
}

int
main(void) {
    return suite_run("check/leaks", fill, 1800);
}
