/*
 * Several checks at once, in one thread, without blocking: the heart of a "Test connection"
 * button in a program that has an event loop. Here the loop is poll(2).
 *
 *     event_loop SPEC...
 *
 * Exit status: 0 if all connected, 3 if not, 2 for a bad spec.
 */
#include <pgconnspec/pgconnspec.h>

#include <poll.h>
#include <stdio.h>
#include <string.h>

#define MOST 16

static pgcs_check *
start(const char *text) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, &error) != PGCS_OK ||
        pgcs_check_new(spec, NULL, NULL, &check, &error) != PGCS_OK ||
        pgcs_check_set_sections(check, PGCS_SECTION_SESSION, &error) != PGCS_OK ||
        pgcs_check_set_timeout_ms(check, 60000, &error) != PGCS_OK) {
        printf("bad spec: %s\n", pgcs_error_message(error));
        pgcs_error_free(error);
        pgcs_check_free(check);
        check = NULL;
    }
    /* The check keeps what it was given alive. */
    pgcs_spec_unref(spec);
    return check;
}

static int
is_busy(pgcs_check *check) {
    pgcs_state state = pgcs_check_state(check);
    return state == PGCS_STATE_NEW || state == PGCS_STATE_RUNNING;
}

/* Socket, wants and timeout change with every step: ask for all three each time. */
static void
prepare(pgcs_check *check, struct pollfd *fd, int *timeout_ms) {
    uint32_t wants = pgcs_check_wants(check);
    fd->fd = is_busy(check) ? pgcs_check_socket(check) : -1;
    fd->events = 0;
    if (wants & PGCS_WANT_READ)
        fd->events |= POLLIN;
    if (wants & PGCS_WANT_WRITE)
        fd->events |= POLLOUT;
    fd->revents = 0;
    int64_t wait_ms = pgcs_check_timeout_ms(check);
    if (is_busy(check) && wait_ms >= 0 && (*timeout_ms < 0 || wait_ms < *timeout_ms))
        *timeout_ms = (int)wait_ms;
}

static void
step(pgcs_check *check, short revents) {
    uint32_t ready = 0;
    if (revents & (POLLIN | POLLHUP | POLLERR))
        ready |= PGCS_WANT_READ;
    if (revents & POLLOUT)
        ready |= PGCS_WANT_WRITE;
    pgcs_error *error = NULL;
    if (pgcs_check_step(check, ready, &error) != PGCS_OK)
        printf("gave up: %s\n", pgcs_error_message(error));
    pgcs_error_free(error);
}

static void
run(pgcs_check **checks, size_t count) {
    struct pollfd fds[MOST];
    for (size_t i = 0; i < count; i++)
        step(checks[i], 0);
    for (;;) {
        int timeout_ms = -1;
        size_t busy = 0;
        for (size_t i = 0; i < count; i++) {
            prepare(checks[i], &fds[i], &timeout_ms);
            busy += (size_t)is_busy(checks[i]);
        }
        if (busy == 0)
            return;
        poll(fds, (nfds_t)count, timeout_ms);
        for (size_t i = 0; i < count; i++)
            if (is_busy(checks[i]))
                step(checks[i], fds[i].revents);
    }
}

/* A refused connection is a report too; the findings say why. */
static int
tell(pgcs_check *check) {
    const pgcs_report *report = pgcs_check_report(check);
    const char *version = pgcs_report_fact(report, PGCS_FACT_SERVER_VERSION);
    if (version != NULL) {
        printf("connected to server %s in %s ms\n", version,
               pgcs_report_fact(report, PGCS_FACT_CONNECT_MS));
        return 1;
    }
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(cursor))
        printf("%s: %s\n", pgcs_finding_name(cursor), pgcs_finding_message(cursor));
    pgcs_findings_free(cursor);
    return 0;
}

int
main(int argc, char **argv) {
    pgcs_check *checks[MOST];
    size_t count = 0;
    int bad = 0;
    int good = 0;
    for (int i = 1; i < argc && count < MOST; i++) {
        pgcs_check *check = start(argv[i]);
        if (check == NULL)
            bad++;
        else
            checks[count++] = check;
    }
    run(checks, count);
    for (size_t i = 0; i < count; i++) {
        good += tell(checks[i]);
        pgcs_check_free(checks[i]);
    }
    return bad > 0 ? 2 : (size_t)good == count ? 0 : 3;
}
