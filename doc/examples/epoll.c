/*
 * One check in a loop on epoll(7), beside whatever else the loop waits for. The socket changes
 * when the next host is tried, and a new one may get the number of one that was closed: so what
 * to wait for is told to the kernel before each wait.
 *
 *     epoll SPEC
 *
 * Exit status: 0 if connected, 3 if not, 2 for a bad spec.
 */
#include <pgconnspec/pgconnspec.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static int
watch(int loop, pgcs_check *check) {
    uint32_t wants = pgcs_check_wants(check);
    struct epoll_event event = {0};
    int fd = pgcs_check_socket(check);
    if (fd < 0)
        return 0;
    event.data.ptr = check;
    if (wants & PGCS_WANT_READ)
        event.events |= EPOLLIN;
    if (wants & PGCS_WANT_WRITE)
        event.events |= EPOLLOUT;
    if (epoll_ctl(loop, EPOLL_CTL_MOD, fd, &event) == 0)
        return 0;
    return errno == ENOENT ? epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) : -1;
}

/* Descriptors of other things would come back from epoll_wait() as well. */
static int
run(int loop, pgcs_check *check) {
    struct epoll_event event;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_check_step(check, 0, &error);
    while (status == PGCS_OK && pgcs_check_state(check) == PGCS_STATE_RUNNING) {
        if (watch(loop, check) != 0)
            return -1;
        epoll_wait(loop, &event, 1, (int)pgcs_check_timeout_ms(check));
        /* The check finds out itself what is ready. */
        status = pgcs_check_step(check, 0, &error);
    }
    if (status != PGCS_OK)
        printf("gave up: %s\n", pgcs_error_message(error));
    pgcs_error_free(error);
    return status == PGCS_OK ? 0 : -1;
}

static int
tell(const pgcs_report *report) {
    if (pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION)) {
        printf("%s in %s\n", pgcs_report_fact(report, PGCS_FACT_USER),
               pgcs_report_fact(report, PGCS_FACT_DATABASE));
        return 0;
    }
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(cursor))
        printf("%s: %s\n", pgcs_finding_name(cursor), pgcs_finding_message(cursor));
    pgcs_findings_free(cursor);
    return 3;
}

int
main(int argc, char **argv) {
    const char *text = argc > 1 ? argv[1] : "";
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_error *error = NULL;
    int status = 2;
    int loop = epoll_create1(EPOLL_CLOEXEC);
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, &error) != PGCS_OK ||
        pgcs_check_new(spec, NULL, NULL, &check, &error) != PGCS_OK)
        printf("bad: %s\n", pgcs_error_message(error));
    else
        status = run(loop, check) == 0 ? tell(pgcs_check_report(check)) : 3;
    close(loop);
    pgcs_error_free(error);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    return status;
}
