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
#include <sys/stat.h>

#include <pgconnspec/pgconnspec.h>

#include "lib/gate.h"
#include "lib/waits.h"

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

/* What steps did so far: none calls what may wait, and none works for long. */
struct work {
    int waits;
    int64_t longest_us; /* of the processor's time in one step */
};

static int64_t
worked_us(void) {
    struct timespec worked;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &worked);
    return (int64_t)worked.tv_sec * 1000000 + worked.tv_nsec / 1000;
}

static void
step_at_work(pgcs_check *check, struct work *work) {
    int waits_before = waits;
    int64_t worked_before_us = worked_us();
    ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
    int64_t took_us = worked_us() - worked_before_us;
    work->waits += waits - waits_before;
    work->longest_us = took_us > work->longest_us ? took_us : work->longest_us;
}

static void
step(pgcs_check *check) {
    struct work work = {0};
    step_at_work(check, &work);
    ck_assert_int_eq(work.waits, 0);
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

/* To the end, which is when the time is over. A machine that is busy can make the loop late,
 * never the check: it does not wait for longer than is left, and the first step after that ends
 * it. */
static struct work
work_until(const char *text, int64_t timeout_ms) {
    struct work work = {0};
    pgcs_check *check = check_of(text, timeout_ms);
    int64_t due_at_least_us = now_us() + timeout_ms * 1000;
    step_at_work(check, &work);
    int64_t due_at_most_us = now_us() + timeout_ms * 1000;
    while (is_running(check)) {
        int64_t left_us = due_at_most_us - now_us();
        ck_assert_int_le(pgcs_check_timeout_ms(check), left_us < 0 ? 0 : left_us / 1000 + 1);
        wait_for(check, 10000);
        bool is_over = now_us() > due_at_most_us;
        step_at_work(check, &work);
        ck_assert(!is_over || !is_running(check));
    }
    ck_assert_int_ge(now_us(), due_at_least_us - 1000); /* times are whole milliseconds */
    pgcs_findings *at = pgcs_findings_new(pgcs_check_report(check), PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_msg(pgcs_finding_code(at) == PGCS_CAUSE_TIMED_OUT, "%s",
                  pgcs_finding_message(at));
    pgcs_findings_free(at);
    pgcs_check_free(check);
    return work;
}

/* Late by two steps at most, so by less than 100 ms. A cache that is cold costs once. */
START_TEST(test_engine__ends_on_time) {
    char text[256];
    struct peer peer = peer_start(slow[_i].script ? slow[_i].script : be_silent);
    snprintf(text, sizeof text, "host=%s port=%d user=a dbname=b sslmode=%s gssencmode=disable",
             slow[_i].host, peer.port, slow[_i].sslmode);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < ROWS(timeouts_ms); i++) {
        struct work work;
        int tries = 0;
        do {
            work = work_until(text, timeouts_ms[i]);
            ck_assert_int_eq(work.waits, 0);
        } while (work.longest_us >= 50000 && ++tries < 50);
        ck_assert_int_lt(work.longest_us, 50000);
    }
    pthread_mutex_unlock(&gate);
    peer_stop(&peer);
}
END_TEST

/* --- what a wait is --------------------------------------------------------------------------
 */

static void
sleeps(int fd) {
    (void)fd;
    usleep(1);
}

static void
polls(int fd) {
    poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 1000);
}

static void
polls_at_once(int fd) {
    poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0);
}

static void
selects(int fd) {
    fd_set in;
    FD_ZERO(&in);
    FD_SET(fd, &in);
    select(fd + 1, &in, NULL, NULL, NULL);
}

static void
reads(int fd) {
    char byte;
    ck_assert_int_eq(read(fd, &byte, 1), 1);
}

static void
receives(int fd) {
    char byte;
    ck_assert_int_eq(recv(fd, &byte, 1, 0), 1);
}

static void
receives_at_once(int fd) {
    char byte;
    ck_assert_int_eq(recv(fd, &byte, 1, MSG_DONTWAIT), 1);
}

static void
writes(int fd) {
    ck_assert_int_eq(write(fd, "x", 1), 1);
}

static void
sends(int fd) {
    ck_assert_int_eq(send(fd, "x", 1, MSG_NOSIGNAL), 1);
}

static void
connects(int fd) {
    connect(fd, (struct sockaddr *)&(struct sockaddr_in){.sin_family = AF_INET},
            sizeof(struct sockaddr_in));
}

static const struct {
    void (*act)(int fd);
    int type; /* of the socket: SOCK_NONBLOCK or none */
    int waits;
} acts[] = {
    {sleeps, 0, 1},
    {polls, 0, 1},
    {polls_at_once, 0, 0},
    {selects, 0, 1},
    {reads, 0, 1},
    {reads, SOCK_NONBLOCK, 0},
    {receives, 0, 1},
    {receives, SOCK_NONBLOCK, 0},
    {receives_at_once, 0, 0},
    {writes, 0, 1},
    {writes, SOCK_NONBLOCK, 0},
    {sends, 0, 1},
    {sends, SOCK_NONBLOCK, 0},
    {connects, 0, 1},
    {connects, SOCK_NONBLOCK, 0},
};

/* The other tests would see it if a step did. */
START_TEST(test_engine__a_wait_is_seen) {
    int pair[2];
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | acts[_i].type, 0, pair), 0);
    ck_assert_int_eq(send(pair[1], "x", 1, MSG_NOSIGNAL), 1);
    int before = waits;
    acts[_i].act(pair[0]);
    ck_assert_int_eq(waits - before, acts[_i].waits);
    close(pair[0]);
    close(pair[1]);
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
    for (int round = 0; round < 100 && (kept || !went_all_the_way); round++) {
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
    tcase_add_loop_test(cases, test_engine__a_wait_is_seen, 0, ROWS(acts));
    tcase_add_loop_test(cases, test_engine__given_up_after_any_step, 0, ROWS(courses));
    tcase_add_loop_test(cases, test_engine__no_change_of_the_socket_is_missed, 0,
                        ROWS(changing));
}

int
main(void) {
    return suite_run("check/engine", fill, 60);
}
