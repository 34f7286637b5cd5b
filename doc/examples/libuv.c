/*
 * Checks in libuv's event loop, beside whatever else it does: a uv_poll_t for the socket, a
 * uv_timer_t for the time.
 *
 *     libuv SPEC...
 *
 * Exit status: 0 if all connected, 3 if not, 2 for a bad spec.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct job {
    pgcs_check *check;
    uv_poll_t *poll;  /* of the socket; NULL when there is none */
    uv_timer_t timer; /* closed last: then the job is freed */
    int64_t serial;   /* of the socket that poll is for */
};

static int worst;

static void
step(struct job *job);

static void
on_ready(uv_poll_t *poll, int status, int events) {
    (void)status; /* the check finds out itself what is ready, and what is wrong */
    (void)events;
    step(poll->data);
}

static void
on_time(uv_timer_t *timer) {
    step(timer->data);
}

static void
free_poll(uv_handle_t *poll) {
    free(poll);
}

static void
free_job(uv_handle_t *timer) {
    struct job *job = timer->data;
    pgcs_check_free(job->check);
    free(job);
}

/* A uv_poll_t is for one socket; the check has closed it, so that it's high time. */
static void
forget_socket(struct job *job) {
    if (job->poll == NULL)
        return;
    uv_poll_stop(job->poll);
    uv_close((uv_handle_t *)job->poll, free_poll);
    job->poll = NULL;
}

/* The serial says that the socket is another one, even if its number is the same. */
static int
watch(struct job *job) {
    int fd = pgcs_check_socket(job->check);
    int64_t serial = pgcs_check_socket_serial(job->check);
    uint32_t wants = pgcs_check_wants(job->check);
    int events = ((wants & PGCS_WANT_READ) ? UV_READABLE : 0) |
                 ((wants & PGCS_WANT_WRITE) ? UV_WRITABLE : 0);
    int64_t left_ms = pgcs_check_timeout_ms(job->check);
    if (fd < 0 || serial != job->serial)
        forget_socket(job);
    job->serial = serial;
    if (left_ms >= 0)
        uv_timer_start(&job->timer, on_time, (uint64_t)left_ms, 0);
    if (fd < 0)
        return 0;
    if (job->poll == NULL) {
        job->poll = malloc(sizeof *job->poll);
        if (job->poll == NULL)
            return UV_ENOMEM;
        int status = uv_poll_init(job->timer.loop, job->poll, fd);
        if (status != 0) {
            free(job->poll);
            job->poll = NULL;
            return status;
        }
        job->poll->data = job;
    }
    return uv_poll_start(job->poll, events, on_ready);
}

/* A refused connection is a report too; its findings say why. */
static void
tell(const struct job *job) {
    const pgcs_report *report = pgcs_check_report(job->check);
    if (pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION)) {
        printf("%s in %s\n", pgcs_report_fact(report, PGCS_FACT_USER),
               pgcs_report_fact(report, PGCS_FACT_DATABASE));
        return;
    }
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(cursor))
        printf("%s\n", pgcs_finding_message(cursor));
    pgcs_findings_free(cursor);
    worst = worst < 3 ? 3 : worst;
}

static void
step(struct job *job) {
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_check_step(job->check, 0, &error);
    if (status == PGCS_OK && pgcs_check_state(job->check) == PGCS_STATE_RUNNING) {
        int failed = watch(job);
        if (failed == 0)
            return;
        printf("gave up: %s\n", uv_strerror(failed));
        worst = 3;
    } else if (status == PGCS_OK) {
        tell(job);
    } else {
        printf("gave up: %s\n", pgcs_error_message(error));
        worst = 3;
    }
    pgcs_error_free(error);
    forget_socket(job);
    uv_close((uv_handle_t *)&job->timer, free_job);
}

static struct job *
start(uv_loop_t *loop, const char *text) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL)
        return NULL;
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, &error) != PGCS_OK ||
        pgcs_check_new(spec, NULL, NULL, &job->check, &error) != PGCS_OK ||
        pgcs_check_set_timeout_ms(job->check, 60000, &error) != PGCS_OK) {
        printf("bad spec: %s\n", pgcs_error_message(error));
        pgcs_error_free(error);
        pgcs_check_free(job->check);
        free(job);
        job = NULL;
    } else {
        uv_timer_init(loop, &job->timer);
        job->timer.data = job;
    }
    pgcs_spec_unref(spec); /* the check keeps what it was given alive */
    return job;
}

int
main(int argc, char **argv) {
    uv_loop_t *loop = uv_default_loop();
    int bad = 0;
    for (int i = 1; i < argc; i++) {
        struct job *job = start(loop, argv[i]);
        if (job != NULL)
            step(job);
        else
            bad = 1;
    }
    uv_run(loop, UV_RUN_DEFAULT);
    uv_loop_close(loop);
    return bad ? 2 : worst;
}
