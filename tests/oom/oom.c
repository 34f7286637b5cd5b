/*
 * Runs the scenarios, one TAP case each: `oom GROUP`. Each is swept until it makes no more
 * allocations; leaks are looked for after each, where the build has LeakSanitizer.
 */
#include "oom/oom.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/show.h"
#include "oom/wrap.h"

/* More than any scenario makes: a sweep that gets here runs in circles. */
#define SWEEP_LIMIT 50000

/* There with LeakSanitizer only. */
int
__lsan_do_recoverable_leak_check(void) __attribute__((weak));

static char fault[256];
static bool not_built; /* the scenario met a function that has not landed */

void
oom_fault(const char *why) {
    if (fault[0] == '\0')
        snprintf(fault, sizeof fault, "%s", why);
}

pgcs_status
oom_judge(pgcs_status status, pgcs_error **err) {
    const pgcs_error *error = *err;
    if (status == PGCS_OK && error != NULL)
        oom_fault("an error beside success");
    if (status != PGCS_OK && error == NULL)
        oom_fault("a failure without an error");
    if (error != NULL && pgcs_error_status(error) != status)
        oom_fault("the error has another status than the call");
    if (error != NULL && (pgcs_error_message(error) == NULL || *pgcs_error_message(error) == 0))
        oom_fault("an error without a message");
    if (error != NULL && pgcs_status_category(status) == PGCS_CATEGORY_NONE)
        oom_fault("a failure without a category");
    size_t seen = 0;
    show_error(error, oom_show, &seen);
    pgcs_error_free(*err);
    *err = NULL;
    return status;
}

pgcs_status
oom_given(const void *made) {
    if (made != NULL)
        return PGCS_OK;
    return wrap_failures() > 0 ? PGCS_ERR_NOMEM : PGCS_ERR_NOT_BUILT;
}

void
oom_show(void *to, const char *what, const char *text) {
    size_t *total = to;
    *total += strlen(what) + (text == NULL ? 0 : strlen(text));
}

pgcs_status
oom_spec(const char *text, const pgcs_spec **out) {
    pgcs_error *err = NULL;
    return oom_judge(pgcs_spec_parse(text, strlen(text), 0, out, &err), &err);
}

/* One run. Returns whether an allocation failed in it. */
static bool
attempt(const struct scenario *scenario, long nth, bool all) {
    wrap_arm(nth, all);
    pgcs_status status = scenario->run();
    bool failed = wrap_failures() > 0;
    wrap_disarm();
    not_built = not_built || status == PGCS_ERR_NOT_BUILT;
    if (not_built || status == scenario->expected || (failed && status == PGCS_ERR_NOMEM))
        return failed;
    char why[128];
    snprintf(why, sizeof why, "ends with %s when allocation %ld%s fails",
             pgcs_status_name(status), nth, all ? " and all after it" : "");
    oom_fault(failed ? why : pgcs_status_name(status));
    return failed;
}

static long
sweep(const struct scenario *scenario) {
    fault[0] = '\0';
    not_built = false;
    attempt(scenario, SWEEP_LIMIT, false);
    long nth = 1;
    while (fault[0] == '\0' && nth < SWEEP_LIMIT && attempt(scenario, nth, false)) {
        attempt(scenario, nth, true);
        nth++;
    }
    if (nth == SWEEP_LIMIT)
        oom_fault("makes allocations without end");
    if (__lsan_do_recoverable_leak_check != NULL && __lsan_do_recoverable_leak_check() != 0)
        oom_fault("leaks");
    return nth - 1;
}

/* --- scenarios with a fault, which the sweep must find -------------------------------------
 */

static pgcs_status
planted_wrong_status(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = oom_spec("postgresql://h/d", &spec);
    pgcs_spec_unref(spec);
    return status == PGCS_ERR_NOMEM ? PGCS_ERR_SYNTAX : status;
}

static pgcs_status
planted_swallowed_error(void) {
    pgcs_error *err = NULL;
    const pgcs_spec *spec = NULL;
    pgcs_status status = pgcs_spec_parse("host=h", 6, 0, &spec, &err);
    pgcs_error_free(err);
    pgcs_spec_unref(spec);
    err = NULL;
    return oom_judge(status, &err);
}

/* What planted_leak() made, so that no pointer to it is to be seen; not_leaked() frees it. */
static uintptr_t hidden[16];
static size_t hidden_count;

static pgcs_status
planted_leak(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = oom_spec("postgresql://h/d", &spec);
    if (status == PGCS_OK)
        hidden[hidden_count++] = ~(uintptr_t)spec;
    return status;
}

static void
not_leaked(void) {
    while (hidden_count > 0)
        pgcs_spec_unref((const pgcs_spec *)~hidden[--hidden_count]);
}

static const struct scenario planted[] = {
    {"wrong_status", planted_wrong_status, PGCS_OK},
    {"swallowed_error", planted_swallowed_error, PGCS_OK},
    {"leak", planted_leak, PGCS_OK},
    {NULL, NULL, 0},
};

static const struct group {
    const char *name;
    const struct scenario *rows;
} groups[] = {
    {"spec", spec_scenarios},   {"report", report_scenarios}, {"tls", tls_scenarios},
    {"judge", judge_scenarios}, {"check", check_scenarios},   {"live", live_scenarios},
    {"planted", planted},
};

/* Run @rows; returns how many did not end as they must. */
static int
run_group(const struct group *group) {
    int failed = 0;
    int count = 0;
    bool must_fail = group->rows == planted;
    for (const struct scenario *row = group->rows; row->name != NULL; row++) {
        long allocations = sweep(row);
        const char *skip = "";
        if (row->run == planted_leak && __lsan_do_recoverable_leak_check == NULL)
            skip = " # SKIP no leak sanitizer in this build";
        else if (not_built)
            skip = " # SKIP not built yet";
        bool good = *skip != '\0' || (fault[0] == '\0') != must_fail;
        count++;
        failed += !good;
        printf("%sok %d - oom__%s__%s%s\n", good ? "" : "not ", count, group->name, row->name,
               skip);
        printf("# %ld allocations\n", allocations);
        if (!good)
            printf("# %s\n", must_fail ? "the planted fault was not found" : fault);
    }
    printf("1..%d\n", count);
    not_leaked();
    return failed;
}

int
main(int argc, char **argv) {
    for (size_t i = 0; argc == 2 && i < sizeof groups / sizeof groups[0]; i++)
        if (strcmp(argv[1], groups[i].name) == 0)
            return run_group(&groups[i]) == 0 ? 0 : 1;
    fprintf(stderr, "usage: oom GROUP\n");
    return 2;
}
