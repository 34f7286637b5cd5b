/*
 * A thousand checks at once in one thread, in a loop on epoll(7): a spec a line from standard
 * input, a thousand at most, and a line for each as soon as it is known.
 *
 *     epoll < SPECS
 *
 * Exit status: 0 if all connected, 3 if not, 2 for a bad spec or too few files.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define MOST         1000
#define FILES_OF_ONE 8 /* its socket, and certificates on their way to libpq */
#define EVENTS       64

struct job {
    int line;
    pgcs_check *check; /* NULL when it is done */
    int64_t serial;    /* of the socket that epoll knows */
    uint32_t wants;    /* what epoll was told of it */
    int64_t due_ms;    /* when to step whatever happens */
};

static struct job jobs[MOST];
static int64_t next_due_ms; /* nothing is due before */
static int job_count, busy, failed;

static int64_t
now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int
start(struct job *job, const char *text, size_t size) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_parse(text, size, 0, &spec, &error) != PGCS_OK ||
        pgcs_check_new(spec, NULL, NULL, &job->check, &error) != PGCS_OK ||
        pgcs_check_set_sections(job->check, PGCS_SECTION_SESSION, &error) != PGCS_OK ||
        pgcs_check_set_timeout_ms(job->check, 60000, &error) != PGCS_OK) {
        printf("line %d: bad spec: %s\n", job->line, pgcs_error_message(error));
        pgcs_error_free(error);
        pgcs_check_free(job->check);
        job->check = NULL;
    }
    pgcs_spec_unref(spec); /* the check keeps what it was given alive */
    return job->check != NULL;
}

/* A refused connection is a report too; its findings say why. */
static void
tell(const struct job *job) {
    const pgcs_report *report = pgcs_check_report(job->check);
    if (pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION)) {
        printf("line %d: %s in %s\n", job->line, pgcs_report_fact(report, PGCS_FACT_USER),
               pgcs_report_fact(report, PGCS_FACT_DATABASE));
        return;
    }
    failed = 1;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(cursor))
        printf("line %d: %s\n", job->line, pgcs_finding_message(cursor));
    pgcs_findings_free(cursor);
}

/*
 * The kernel forgets a socket when it is closed. The serial says that there is another one,
 * which may have the same number; otherwise it is told only what has changed.
 */
static int
watch(int loop, struct job *job) {
    int fd = pgcs_check_socket(job->check);
    int64_t serial = pgcs_check_socket_serial(job->check);
    uint32_t wants = pgcs_check_wants(job->check);
    struct epoll_event event = {0};
    int how = serial != job->serial ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (fd < 0 || (serial == job->serial && wants == job->wants))
        return 0;
    event.data.ptr = job;
    if (wants & PGCS_WANT_READ)
        event.events |= EPOLLIN;
    if (wants & PGCS_WANT_WRITE)
        event.events |= EPOLLOUT;
    job->serial = serial;
    job->wants = wants;
    return epoll_ctl(loop, how, fd, &event);
}

/* Go on with a job; when it is done, tell of it and free it: that closes its socket. */
static void
step(int loop, struct job *job) {
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_check_step(job->check, 0, &error);
    if (status == PGCS_OK && pgcs_check_state(job->check) == PGCS_STATE_RUNNING &&
        watch(loop, job) == 0) {
        int64_t left_ms = pgcs_check_timeout_ms(job->check);
        job->due_ms = left_ms < 0 ? INT64_MAX : now_ms() + left_ms;
        if (job->due_ms < next_due_ms)
            next_due_ms = job->due_ms;
        return;
    }
    if (status == PGCS_OK && pgcs_check_state(job->check) == PGCS_STATE_DONE) {
        tell(job);
    } else {
        printf("line %d: gave up: %s\n", job->line,
               error ? pgcs_error_message(error) : "epoll_ctl failed");
        failed = 1;
    }
    pgcs_error_free(error);
    pgcs_check_free(job->check);
    job->check = NULL;
    busy--;
}

/* All jobs are looked at only when the first of them may be due. */
static void
step_what_is_due(int loop) {
    int64_t now = now_ms();
    if (now < next_due_ms)
        return;
    next_due_ms = INT64_MAX;
    for (int i = 0; i < job_count; i++) {
        if (jobs[i].check != NULL && jobs[i].due_ms <= now)
            step(loop, &jobs[i]);
        else if (jobs[i].check != NULL && jobs[i].due_ms < next_due_ms)
            next_due_ms = jobs[i].due_ms;
    }
}

static void
run(int loop) {
    struct epoll_event events[EVENTS];
    next_due_ms = INT64_MAX;
    busy = job_count;
    for (int i = 0; i < job_count; i++)
        step(loop, &jobs[i]);
    while (busy > 0) {
        int64_t wait = next_due_ms == INT64_MAX ? INT64_MAX : next_due_ms - now_ms();
        if (wait < 0)
            wait = 0;
        int count = epoll_wait(loop, events, EVENTS, wait > INT32_MAX ? -1 : (int)wait);
        for (int i = 0; i < count; i++) {
            struct job *job = events[i].data.ptr;
            if (job->check != NULL)
                step(loop, job);
        }
        step_what_is_due(loop);
    }
}

static int
may_open(int count) {
    struct rlimit limit;
    rlim_t wanted = (rlim_t)count * FILES_OF_ONE + 16;
    getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= wanted)
        return 1;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == wanted)
        return 1;
    fprintf(stderr, "%d checks at once need %lu open files: see ulimit -n\n", count,
            (unsigned long)wanted);
    return 0;
}

int
main(void) {
    static char line[8192];
    int number = 0, bad = 0, loop = epoll_create1(EPOLL_CLOEXEC);
    while (job_count < MOST && fgets(line, sizeof line, stdin) != NULL) {
        struct job *job = &jobs[job_count];
        job->line = ++number;
        if (start(job, line, strcspn(line, "\n")))
            job_count++;
        else
            bad = 1;
    }
    if (loop < 0 || !may_open(job_count))
        return 2;
    run(loop);
    close(loop);
    return bad ? 2 : failed ? 3 : 0;
}
