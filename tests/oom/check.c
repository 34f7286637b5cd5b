/*
 * Scenarios: checks. Those of `check` go to a socket folder that is not there, so that they
 * need no server; those of `live` go to the server that PGHOST and PGPORT name.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/show.h"
#include "oom/oom.h"

#define EVERYTHING                                                                             \
    (PGCS_SECTION_SESSION | PGCS_SECTION_TLS | PGCS_SECTION_ROLE | PGCS_SECTION_OBJECTS |      \
     PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS | PGCS_SECTION_GRANTS |                     \
     PGCS_SECTION_STRUCTURE | PGCS_SECTION_TYPES | PGCS_SECTION_LAST_VALUES)

static pgcs_status
set_up(pgcs_check *check, uint32_t sections) {
    pgcs_error *err = NULL;
    pgcs_status status = oom_judge(pgcs_check_set_sections(check, sections, &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_check_add_schema(check, "public", &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_check_add_table(check, "public", "item", &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_check_set_timeout_ms(check, 10000, &err), &err);
    return status;
}

/* Read what objects have come, as far as there is memory for that. */
static void
read_on(pgcs_check *check, pgcs_objects **come) {
    size_t seen = 0;
    if (*come == NULL)
        *come = pgcs_check_objects_new(check, 0);
    while (pgcs_objects_next(*come))
        oom_show(&seen, "object", pgcs_object_name(*come));
}

/* As an event loop would. */
static pgcs_status
step_to_the_end(pgcs_check *check) {
    pgcs_status status = PGCS_OK;
    pgcs_objects *come = NULL;
    uint32_t ready = 0;
    do {
        pgcs_error *err = NULL;
        status = oom_judge(pgcs_check_step(check, ready, &err), &err);
        read_on(check, &come);
        uint32_t wants = pgcs_check_wants(check);
        struct pollfd fd = {.fd = pgcs_check_socket(check)};
        if (fd.fd >= 0 && pgcs_check_socket_serial(check) < 1)
            oom_fault("there is a socket, and no change is counted");
        fd.events = (short)(((wants & PGCS_WANT_READ) ? POLLIN : 0) |
                            ((wants & PGCS_WANT_WRITE) ? POLLOUT : 0));
        if (status == PGCS_OK && pgcs_check_state(check) == PGCS_STATE_RUNNING)
            poll(&fd, 1, (int)pgcs_check_timeout_ms(check));
        ready = ((fd.revents & (POLLIN | POLLHUP | POLLERR)) ? PGCS_WANT_READ : 0) |
                ((fd.revents & POLLOUT) ? PGCS_WANT_WRITE : 0);
    } while (status == PGCS_OK && pgcs_check_state(check) == PGCS_STATE_RUNNING);
    pgcs_objects_free(come);
    return status;
}

static pgcs_status
run_to_the_end(pgcs_check *check) {
    pgcs_error *err = NULL;
    return oom_judge(pgcs_check_run(check, &err), &err);
}

static pgcs_status
check_text(const char *text, uint32_t sections, pgcs_status (*go)(pgcs_check *check)) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_status status = oom_spec(text, &spec);
    if (status != PGCS_OK)
        return status;
    pgcs_error *err = NULL;
    status = oom_judge(pgcs_check_new(spec, NULL, NULL, &check, &err), &err);
    pgcs_spec_unref(spec);
    if (status == PGCS_OK)
        status = set_up(check, sections);
    if (status == PGCS_OK)
        status = go(check);
    size_t seen = 0;
    if (status == PGCS_OK && pgcs_check_report(check) == NULL)
        oom_fault("a check that is done has no report");
    else if (status == PGCS_OK && !show_report(pgcs_check_report(check), oom_show, &seen))
        status = PGCS_ERR_NOMEM;
    pgcs_check_free(check);
    return status;
}

/* Two checks of one spec as a pair, and what they differ in. */
static pgcs_status
pair_text(const char *text) {
    const pgcs_spec *spec = NULL;
    pgcs_check *sides[2] = {NULL, NULL};
    pgcs_error *err = NULL;
    const pgcs_report *out = NULL;
    pgcs_status status = oom_spec(text, &spec);
    for (size_t i = 0; i < 2 && status == PGCS_OK; i++) {
        status = oom_judge(pgcs_check_new(spec, NULL, NULL, &sides[i], &err), &err);
        if (status == PGCS_OK)
            status = oom_judge(
                pgcs_check_set_sections(sides[i], PGCS_SECTION_DIFFERENCES, &err), &err);
    }
    pgcs_spec_unref(spec);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_check_pair(sides[0], sides[1], &err), &err);
    if (status == PGCS_OK)
        status = run_to_the_end(sides[0]);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_report_compare(pgcs_check_report(sides[0]),
                                               pgcs_check_report(sides[1]), 0, &out, &err),
                           &err);
    pgcs_report_unref(out);
    pgcs_check_free(sides[0]);
    pgcs_check_free(sides[1]);
    return status;
}

static pgcs_status
no_socket_as_pair(void) {
    return pair_text("host=/nowhere/at/all port=1 user=u");
}

static pgcs_status
no_socket(void) {
    return check_text("host=/nowhere/at/all port=1 user=u", PGCS_SECTION_OBJECTS,
                      run_to_the_end);
}

static pgcs_status
no_socket_by_steps(void) {
    return pgcs_libpq_version() == 0
               ? PGCS_ERR_NOT_BUILT
               : check_text("host=/nowhere/at/all,/nor/here port=1 user=u",
                            PGCS_SECTION_OBJECTS, step_to_the_end);
}

static pgcs_status
live(pgcs_status (*go)(pgcs_check *check)) {
    char text[512];
    snprintf(text, sizeof text, "host='%s' port=%s user=postgres dbname=postgres",
             getenv("PGHOST"), getenv("PGPORT"));
    return check_text(text, EVERYTHING, go);
}

static pgcs_status
live_pair(void) {
    char text[512];
    snprintf(text, sizeof text, "host='%s' port=%s user=postgres dbname=postgres",
             getenv("PGHOST"), getenv("PGPORT"));
    return pair_text(text);
}

static pgcs_status
live_run(void) {
    return live(run_to_the_end);
}

static pgcs_status
live_steps(void) {
    return live(step_to_the_end);
}

const struct scenario check_scenarios[] = {
    {"no_socket", no_socket, PGCS_OK},
    {"no_socket_by_steps", no_socket_by_steps, PGCS_OK},
    {"no_socket_as_pair", no_socket_as_pair, PGCS_OK},
    {NULL, NULL, 0},
};

const struct scenario live_scenarios[] = {
    {"run", live_run, PGCS_OK},
    {"steps", live_steps, PGCS_OK},
    {"pair", live_pair, PGCS_OK},
    {NULL, NULL, 0},
};
