/*
 * The engine as an event loop sees it: it ends on time whatever the peer does, no step waits,
 * it can be given up after any of them, and who follows the documented protocol never misses a
 * socket.
 */
#include "peer.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <pgconnspec/pgconnspec.h>

#include "lib/gate.h"

/* --- peers that take their time --------------------------------------------------------------
 */

static void
stalls_in_tls(int fd) {
    hear_startup(fd);
    say(fd, "S", 1);
    be_silent(fd);
}

static void
goes_silent(int fd) {
    log_in(fd);
    be_silent(fd);
}

/* As fast as it can, for ever. */
static void
floods_the_login(int fd) {
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\0");
    for (;;)
        SAY(fd, 'S', "application_name\0one more time, and it is never the last one\0");
}

static void
floods_with_rows(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'C', "BEGIN\0");
    for (;;)
        SAY(fd, 'N', "SNOTICE\0VNOTICE\0C00000\0Mone more time, and it is never the last\0\0");
}

/* Something each 20 ms, so that no wait is long. */
static void
drips_for_ever(int fd) {
    log_in(fd);
    hear_message(fd);
    for (;;) {
        SAY(fd, 'N', "SNOTICE\0VNOTICE\0C00000\0Mstill there\0\0");
        usleep(20000);
    }
}

/* Not at once, so that the client has to wait. */
static void
starts_slowly(int fd) {
    hear_startup(fd);
    usleep(3000);
    SAY(fd, 'E', "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0");
}

/* TLS breaks; without TLS it is full. libpq goes from one to the other by itself. */
static void
breaks_tls(int fd) {
    uint32_t startup[2];
    hear(fd, startup, sizeof startup);
    if (ntohl(startup[1]) == 80877103) {
        say(fd, "S", 1);
        usleep(20000);
        say(fd, "\25\3\1\0\2\2\50", 7);
        be_silent(fd);
    }
    SAY(fd, 'E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0");
}

static void
fails_every_part(int fd) {
    log_in(fd);
    for (;;) {
        hear_message(fd);
        usleep(1000);
        SAY(fd, 'E', "SERROR\0VERROR\0C55P03\0Mcanceling statement due to lock timeout\0\0");
        SAY(fd, 'Z', "I");
    }
}

/* --- checks ----------------------------------------------------------------------------------
 */

static int64_t
now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static pgcs_check *
check_of(const char *text, int64_t timeout_ms) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    ck_assert_msg(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK, "%s", text);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, timeout_ms, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
    return check;
}

static bool
is_running(pgcs_check *check) {
    return pgcs_check_state(check) == PGCS_STATE_RUNNING;
}

/* How often this thread gave up its processor to wait for something. */
static long
waits(void) {
    struct rusage usage;
    getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

/* One step; how often it waited. */
static long
step(pgcs_check *check) {
    long before = waits();
    ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
    return waits() - before;
}

/* Wait as poll(2) does. False when it was for nothing. */
static bool
wait_for(pgcs_check *check, int most_ms) {
    uint32_t wants = pgcs_check_wants(check);
    struct pollfd fd = {.fd = pgcs_check_socket(check),
                        .events = (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                                          (wants & PGCS_WANT_WRITE ? POLLOUT : 0))};
    int64_t timeout_ms = pgcs_check_timeout_ms(check);
    return poll(&fd, 1, timeout_ms < most_ms ? (int)timeout_ms : most_ms) > 0;
}

/* --- time ------------------------------------------------------------------------------------
 */

/* A thread that does nothing but wake up when the check should: what the machine is late by. */
struct control {
    pthread_t thread;
    int64_t due_us;
    int64_t late_us;
};

static void *
sleep_until_due(void *context) {
    struct control *control = context;
    struct timespec due = {.tv_sec = control->due_us / 1000000,
                           .tv_nsec = control->due_us % 1000000 * 1000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
    control->late_us = now_us() - control->due_us;
    return NULL;
}

static const struct {
    peer_script *script; /* NULL: nobody is there */
    const char *host;
    const char *sslmode;
} slow[] = {
    {NULL, "slow.127.0.0.1", "disable"},        {be_silent, "127.0.0.1", "disable"},
    {be_silent, "127.0.0.1", "require"},        {stalls_in_tls, "127.0.0.1", "require"},
    {breaks_tls, "slow.127.0.0.1", "prefer"},   {goes_silent, "127.0.0.1", "disable"},
    {drips_for_ever, "127.0.0.1", "disable"},   {floods_the_login, "127.0.0.1", "disable"},
    {floods_with_rows, "127.0.0.1", "disable"},
};
static const int64_t timeouts_ms[] = {1, 50, 400};

/* By how much it is later than the machine; in @waited how often a step waited. */
static int64_t
lateness_us(const char *text, int64_t timeout_ms, long *waited) {
    pgcs_check *check = check_of(text, timeout_ms);
    struct control control = {.due_us = now_us() + timeout_ms * 1000};
    ck_assert_int_eq(pthread_create(&control.thread, NULL, sleep_until_due, &control), 0);
    *waited = step(check);
    while (is_running(check)) {
        wait_for(check, 10000);
        *waited += step(check);
    }
    int64_t late_us = now_us() - control.due_us;
    pthread_join(control.thread, NULL);
    pgcs_findings *at = pgcs_findings_new(pgcs_check_report(check), PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_msg(pgcs_finding_code(at) == PGCS_CAUSE_TIMED_OUT, "%s",
                  pgcs_finding_message(at));
    pgcs_findings_free(at);
    pgcs_check_free(check);
    ck_assert_int_gt(late_us, -1000); /* never early; times are whole milliseconds */
    return late_us - control.late_us;
}

START_TEST(test_engine__ends_on_time) {
    char text[256];
    long waited = 0;
    struct peer peer = peer_start(slow[_i].script ? slow[_i].script : be_silent);
    snprintf(text, sizeof text, "host=%s port=%d user=a dbname=b sslmode=%s gssencmode=disable",
             slow[_i].host, peer.port, slow[_i].sslmode);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < ROWS(timeouts_ms); i++) {
        int64_t late_us = lateness_us(text, timeouts_ms[i], &waited);
        for (int tries = 0; tries < 2 && (late_us >= 100000 || waited > 0); tries++)
            late_us = lateness_us(text, timeouts_ms[i], &waited);
        ck_assert_int_lt(late_us, 100000);
        ck_assert_int_eq(waited, 0);
    }
    pthread_mutex_unlock(&gate);
    peer_stop(&peer);
}
END_TEST

/* The other tests would see it if it did. */
START_TEST(test_engine__a_step_that_waits_is_seen) {
    long before = waits();
    usleep(1000);
    ck_assert_int_gt(waits(), before);
}
END_TEST

/* --- giving up -------------------------------------------------------------------------------
 */

static const struct {
    peer_script *script;
    const char *rest;
    int steps; /* at least */
} courses[] = {
    {be_silent, "host=slow.127.0.0.1 sslmode=disable", 1},
    {be_silent, "host=localhost sslmode=disable", 2},
    {stalls_in_tls, "host=127.0.0.1 sslmode=require", 2},
    {breaks_tls, "host=127.0.0.1 sslmode=require", 4},
    {breaks_tls, "host=127.0.0.1 sslmode=prefer", 3},
    {starts_slowly, "host=127.0.0.1,slow.127.0.0.1,127.0.0.1 sslmode=disable", 2},
    {goes_silent, "host=127.0.0.1 sslmode=disable", 2},
    {fails_every_part, "host=127.0.0.1 sslmode=disable", 5},
};
/* Give up after that many steps; false when there was nothing more to wait for. */
static bool
give_up_after(const char *text, int steps) {
    pgcs_check *check = check_of(text, 5000);
    bool more = true;
    for (int i = 0; i < steps && more; i++) {
        step(check);
        more = is_running(check) && wait_for(check, 150);
    }
    pgcs_check_free(check);
    return more;
}

/* After each number of steps; how many there were. */
static int
give_up_everywhere(const char *text) {
    int steps = 0;
    pthread_mutex_lock(&gate);
    while (give_up_after(text, steps))
        steps++;
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(threads() == 1);
    return steps;
}

/*
 * What libpq and OpenSSL keep for the next time grows less and less; what is lost each time
 * does not. The C library's caches of freed memory are off (tests/meson.build).
 */
START_TEST(test_engine__given_up_after_any_step) {
    char text[256];
    struct peer peer = peer_start_crowd(courses[_i].script);
    snprintf(text, sizeof text, "port=%d user=a dbname=b gssencmode=disable %s", peer.port,
             courses[_i].rest);
    give_up_everywhere(text);
    int files_before = files();
    bool kept = true, went_all_the_way = false;
    for (int round = 0; round < 30 && (kept || !went_all_the_way); round++) {
        size_t before = mallinfo2().uordblks;
        int steps = give_up_everywhere(text);
        size_t lost_by_each = 32 * (size_t)(steps + 1);
        kept = kept && mallinfo2().uordblks >= before + lost_by_each;
        went_all_the_way = went_all_the_way || steps >= courses[_i].steps;
        ck_assert_int_eq(files(), files_before);
    }
    ck_assert(!kept);
    ck_assert(went_all_the_way); /* a machine that is busy takes a wait for the end at times */
    peer_stop(&peer);
}
END_TEST

/* --- the socket ------------------------------------------------------------------------------
 */

/* What a loop on epoll(7) does. Returns how often the same number was another file. */
struct loop {
    int epoll;
    bool by_serial; /* goes by pgcs_check_socket_serial(), and tells the kernel no more */
    int64_t serial;
    uint32_t wants;
    int socket;
    ino_t file;
    int changes; /* of the file */
    int reused;  /* with the same number */
    int missed;  /* waits for nothing */
};

static uint32_t
events_of(uint32_t wants) {
    return (wants & PGCS_WANT_READ ? EPOLLIN : 0u) | (wants & PGCS_WANT_WRITE ? EPOLLOUT : 0u);
}

/* Epoll has no entry of a file that was closed: it is ADD, or it fails. */
static void
watch_by_serial(struct loop *loop, int fd, uint32_t wants, int64_t serial) {
    struct epoll_event event = {.events = events_of(wants)};
    if (serial != loop->serial)
        ck_assert_int_eq(epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event), 0);
    else if (wants != loop->wants)
        ck_assert_int_eq(epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event), 0);
}

static void
watch_by_trying(struct loop *loop, int fd, uint32_t wants) {
    struct epoll_event event = {.events = events_of(wants)};
    if (epoll_ctl(loop->epoll, EPOLL_CTL_MOD, fd, &event) == 0)
        return;
    ck_assert_int_eq(errno, ENOENT);
    ck_assert_int_eq(epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event), 0);
}

static void
watch(struct loop *loop, pgcs_check *check) {
    int fd = pgcs_check_socket(check);
    uint32_t wants = pgcs_check_wants(check);
    int64_t serial = pgcs_check_socket_serial(check);
    struct stat file;
    ck_assert_int_eq(fstat(fd, &file), 0);
    loop->changes += file.st_ino != loop->file;
    loop->reused += file.st_ino != loop->file && fd == loop->socket;
    ck_assert_msg(file.st_ino == loop->file || serial != loop->serial, "a change was not told");
    if (loop->by_serial)
        watch_by_serial(loop, fd, wants, serial);
    else
        watch_by_trying(loop, fd, wants);
    loop->socket = fd;
    loop->file = file.st_ino;
    loop->wants = wants;
    loop->serial = serial;
}

static struct loop
run_loop(const char *text, bool by_serial) {
    struct loop loop = {.epoll = epoll_create1(EPOLL_CLOEXEC), .by_serial = by_serial};
    pgcs_check *check = check_of(text, 8000);
    ck_assert_int_eq(pgcs_check_socket_serial(check), 0);
    step(check);
    while (is_running(check)) {
        struct epoll_event event;
        watch(&loop, check);
        loop.missed += epoll_wait(loop.epoll, &event, 1, (int)pgcs_check_timeout_ms(check)) < 1;
        step(check);
    }
    ck_assert_int_ge(pgcs_check_socket_serial(check), loop.changes);
    pgcs_check_free(check);
    close(loop.epoll);
    return loop;
}

#define HOSTS 12

/* The same host so many times; its own change of the socket in libpq is one of them. */
static const struct {
    peer_script *script;
    const char *host;
    const char *rest;
    int changes; /* at least */
    int reused;  /* of them at least, with the number of the last one */
} changing[] = {
    {starts_slowly, "127.0.0.1", "sslmode=disable", HOSTS, HOSTS / 2},
    {starts_slowly, "none.such", "sslmode=disable", 0, 0},
    {starts_slowly, "localhost", "sslmode=disable", HOSTS, 0},
    {breaks_tls, "127.0.0.1", "sslmode=prefer", 2, 1},
};

START_TEST(test_engine__no_change_of_the_socket_is_missed) {
    char text[1024] = "";
    struct peer peer = peer_start_crowd(changing[_i].script);
    size_t length = (size_t)snprintf(
        text, sizeof text, "user=a dbname=b gssencmode=disable %s ", changing[_i].rest);
    length += (size_t)snprintf(text + length, sizeof text - length, "port=%d host=", peer.port);
    for (int i = 0; i < HOSTS; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%s%s",
                                   i > 0 ? "," : "", changing[_i].host);
    for (int by_serial = 0; by_serial < 2; by_serial++) {
        struct loop loop = run_loop(text, by_serial);
        ck_assert_int_eq(loop.missed, 0);
        ck_assert_int_ge(loop.changes, changing[_i].changes);
        ck_assert_int_ge(loop.reused, changing[_i].reused);
    }
    peer_stop(&peer);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_engine__ends_on_time, 0, ROWS(slow));
    tcase_add_test(cases, test_engine__a_step_that_waits_is_seen);
    tcase_add_loop_test(cases, test_engine__given_up_after_any_step, 0, ROWS(courses));
    tcase_add_loop_test(cases, test_engine__no_change_of_the_socket_is_missed, 0,
                        ROWS(changing));
}

int
main(void) {
    return suite_run("check/engine", fill, 60);
}
