/*
 * Many checks at once against one peer that does something else to each of them: the user's
 * name is the number of what it is to do. So hundreds of faults that only the deadline ends
 * take no longer than one.
 */
#ifndef TESTS_SWARM_H
#define TESTS_SWARM_H

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>

#include <pgconnspec/pgconnspec.h>

#include "peer.h"

#define SWARM_MAX 128

typedef void
swarm_script(int fd, int number);

/* Read the startup message; the number that stands in it as the user. */
static inline int
hear_number(int fd) {
    uint32_t size = 0;
    char body[4096] = "";
    hear(fd, &size, 4);
    size = ntohl(size) - 4;
    if (size > sizeof body)
        _exit(1);
    hear(fd, body, size);
    const char *user = memmem(body, size, "user\0u", 6);
    return user ? atoi(user + 6) : -1;
}

/* A peer whose connections each have a process. */
static inline struct peer
swarm_start(swarm_script *script) {
    struct peer peer = peer_fork(SWARM_MAX * 2);
    if (peer.process == 0) {
        int fd = peer_accept_each(&peer);
        script(fd, hear_number(fd));
        _exit(0);
    }
    return peer;
}

static inline int64_t
swarm_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What is left of a text that somebody else had a say in: one line of printable ASCII. */
static inline void
assert_clean(const char *text) {
    ck_assert_ptr_nonnull(text);
    for (; *text != '\0'; text++)
        ck_assert_msg(*text >= ' ' && *text <= '~', "byte %d", (unsigned char)*text);
}

/* A report of one: it failed, says why in clean words, and shows no password. */
static inline int32_t
assert_told(const pgcs_report *report) {
    ck_assert_ptr_nonnull(report);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    int32_t code = pgcs_finding_code(at);
    do {
        assert_clean(pgcs_finding_message(at));
        assert_clean(pgcs_finding_hint(at));
        ck_assert_ptr_null(strstr(pgcs_finding_message(at), "canary"));
    } while (pgcs_findings_next(at));
    pgcs_findings_free(at);
    return code;
}

static inline pgcs_check *
swarm_check(int port, int number, const char *rest, int64_t timeout_ms) {
    char text[256];
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    snprintf(text, sizeof text,
             "host=127.0.0.1 port=%d user=u%d dbname=shop password=canary-7c1f %s", port,
             number, rest);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, timeout_ms, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
    return check;
}

/* Step those that are ready, until all are done. */
static inline void
swarm_steps(pgcs_check **checks, int count) {
    for (;;) {
        struct pollfd fds[SWARM_MAX];
        int running = 0;
        int64_t wait = 60000;
        for (int i = 0; i < count; i++) {
            ck_assert_int_eq(pgcs_check_step(checks[i], 0, NULL), PGCS_OK);
            if (pgcs_check_state(checks[i]) != PGCS_STATE_RUNNING)
                continue;
            uint32_t wants = pgcs_check_wants(checks[i]);
            int64_t left = pgcs_check_timeout_ms(checks[i]);
            fds[running++] =
                (struct pollfd){.fd = pgcs_check_socket(checks[i]),
                                .events = (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                                                  (wants & PGCS_WANT_WRITE ? POLLOUT : 0))};
            wait = left >= 0 && left < wait ? left : wait;
        }
        if (running == 0)
            return;
        poll(fds, (nfds_t)running, (int)wait);
    }
}

/*
 * Check numbers @from to @to, a batch at a time; @judge sees each report. All of a batch must
 * be done within @timeout_ms and the grace that a busy machine needs: tests/check/test_faults.c
 * holds the time more closely.
 */
static inline void
swarm_run(int port, int from, int to, const char *rest, int64_t timeout_ms,
          void (*judge)(int number, const pgcs_report *report)) {
    pgcs_check *checks[SWARM_MAX];
    for (int first = from; first < to; first += SWARM_MAX) {
        int count = to - first < SWARM_MAX ? to - first : SWARM_MAX;
        int64_t start = swarm_now_ms();
        for (int i = 0; i < count; i++)
            checks[i] = swarm_check(port, first + i, rest, timeout_ms);
        swarm_steps(checks, count);
        ck_assert_int_lt(swarm_now_ms() - start, timeout_ms + 120000);
        for (int i = 0; i < count; i++) {
            judge(first + i, pgcs_check_report(checks[i]));
            pgcs_check_free(checks[i]);
        }
    }
}

static inline int
swarm_open_files(void) {
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

#endif
