/*
 * A loop on epoll(7): each check has a slot for as long as it runs, and what it found is
 * printed and freed before the slot is given to the next one. What is due is looked for only
 * when the first of them may be.
 */
#include "fleet.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "examine.h"
#include "excerpt.h"
#include "fleet_view.h"
#include "roster.h"
#include "text.h"

#define FILES_OF_A_CHECK 8 /* its socket or pipe, and certificates on their way to libpq */
#define FILES_OF_OURS    64
#define EVENTS           64
#define PROGRESS_MS      100
#define NEVER            INT64_MAX
#define SIGNALS          UINT64_MAX /* what epoll tells us when one came */

struct slot {
    struct examination examination;
    const struct entry *entry;
    pgcs_check *check; /* NULL when the slot is free */
    int64_t serial;    /* of the socket that epoll knows */
    uint32_t wants;
    int64_t due_ms;
};

struct fleet {
    const struct options *options;
    struct roster roster;
    struct sink sink;
    struct summary summary;
    struct progress progress;
    struct slot *slots;
    size_t slot_count;
    size_t *free_slots; /* a stack */
    size_t free_count;
    size_t next; /* entry */
    int64_t next_due_ms;
    int epoll;
    int signals;
    sigset_t mask; /* as it was */
    int caught;
    int worst;
};

/* --- one of them ----------------------------------------------------------------- */

/* Tell of it and free all that it had. */
static void
end_slot(struct fleet *fleet, size_t number, bool tried) {
    struct slot *slot = &fleet->slots[number];
    struct examination *examination = &slot->examination;
    if (slot->check != NULL && tried)
        examination->report = pgcs_report_ref(pgcs_check_report(slot->check));
    pgcs_check_free(slot->check);
    bool judged =
        tried && (examination->bad_spec || examine_fitness(examination, fleet->options));
    int status = judged ? examination_status(examination) : EXIT_BAD_USAGE;
    fleet->worst = status > fleet->worst ? status : fleet->worst;
    progress_end(&fleet->progress);
    fleet_view_result(&fleet->summary, &fleet->sink, &fleet->roster, slot->entry, examination,
                      status, fleet->options);
    (void)fflush(fleet->sink.stream);
    examination_close(examination);
    *slot = (struct slot){0};
    fleet->free_slots[fleet->free_count++] = number;
}

static uint32_t
events_of(uint32_t wants) {
    return ((wants & PGCS_WANT_READ) != 0 ? EPOLLIN : 0u) |
           ((wants & PGCS_WANT_WRITE) != 0 ? EPOLLOUT : 0u);
}

/* Epoll forgot the socket before this one when it was closed. */
static bool
watch(struct fleet *fleet, size_t number) {
    struct slot *slot = &fleet->slots[number];
    int socket = pgcs_check_socket(slot->check);
    int64_t serial = pgcs_check_socket_serial(slot->check);
    uint32_t wants = pgcs_check_wants(slot->check);
    struct epoll_event event = {.events = events_of(wants), .data.u64 = number};
    bool is_new = serial != slot->serial;
    if (socket < 0 || (!is_new && wants == slot->wants))
        return true;
    slot->serial = serial;
    slot->wants = wants;
    return epoll_ctl(fleet->epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event) == 0;
}

static void
step(struct fleet *fleet, size_t number) {
    struct slot *slot = &fleet->slots[number];
    struct source *source = &slot->examination.source;
    if (pgcs_check_step(slot->check, 0, &source->error) != PGCS_OK) {
        end_slot(fleet, number, false);
    } else if (pgcs_check_state(slot->check) == PGCS_STATE_DONE) {
        end_slot(fleet, number, true);
    } else if (!watch(fleet, number)) {
        source->fault = text_format("can't wait for it: %s", strerror(errno));
        end_slot(fleet, number, false);
    } else {
        int64_t timeout_ms = pgcs_check_timeout_ms(slot->check);
        slot->due_ms = timeout_ms < 0 ? NEVER : fleet_clock_ms() + timeout_ms;
        if (slot->due_ms < fleet->next_due_ms)
            fleet->next_due_ms = slot->due_ms;
    }
}

/* Give the next line a slot. */
static void
start(struct fleet *fleet) {
    size_t number = fleet->free_slots[--fleet->free_count];
    struct slot *slot = &fleet->slots[number];
    struct options options = *fleet->options;
    slot->entry = &fleet->roster.entries[fleet->next++];
    options.value[OPTION_NAME] = slot->entry->label;
    bool tried = examine_begin(&slot->examination, &options, slot->entry->text,
                               slot->entry->size, &slot->check);
    if (slot->check == NULL)
        end_slot(fleet, number, tried);
    else
        step(fleet, number);
}

/* --- all of them ----------------------------------------------------------------- */

static size_t
at_work(const struct fleet *fleet) {
    return fleet->slot_count - fleet->free_count;
}

static void
fill(struct fleet *fleet) {
    while (fleet->free_count > 0 && fleet->next < fleet->roster.count)
        start(fleet);
}

static void
step_what_is_due(struct fleet *fleet) {
    int64_t now_ms = fleet_clock_ms();
    if (now_ms < fleet->next_due_ms)
        return;
    fleet->next_due_ms = NEVER;
    for (size_t i = 0; i < fleet->slot_count; i++) {
        struct slot *slot = &fleet->slots[i];
        if (slot->check == NULL)
            continue;
        if (slot->due_ms <= now_ms)
            step(fleet, i);
        else if (slot->due_ms < fleet->next_due_ms)
            fleet->next_due_ms = slot->due_ms;
    }
}

static int
wait_ms(const struct fleet *fleet) {
    int64_t wait = fleet->next_due_ms == NEVER ? NEVER : fleet->next_due_ms - fleet_clock_ms();
    if (fleet->progress.enabled && wait > PROGRESS_MS)
        wait = PROGRESS_MS;
    if (wait < 0)
        return 0;
    return wait > INT32_MAX ? -1 : (int)wait;
}

static void
show_progress(struct fleet *fleet) {
    char *what =
        text_format("%zu of %zu checked, %zu at work", fleet_view_done(&fleet->summary),
                    fleet->roster.count, at_work(fleet));
    progress_show(&fleet->progress, what);
    free(what);
}

static void
take_signal(struct fleet *fleet) {
    struct signalfd_siginfo info;
    if (read(fleet->signals, &info, sizeof info) == (ssize_t)sizeof info)
        fleet->caught = (int)info.ssi_signo;
}

static void
run(struct fleet *fleet) {
    struct epoll_event events[EVENTS];
    fill(fleet);
    while (at_work(fleet) > 0 && fleet->caught == 0) {
        show_progress(fleet);
        int count = epoll_wait(fleet->epoll, events, EVENTS, wait_ms(fleet));
        for (int i = 0; i < count; i++) {
            if (events[i].data.u64 == SIGNALS)
                take_signal(fleet);
            else if (fleet->slots[events[i].data.u64].check != NULL)
                step(fleet, (size_t)events[i].data.u64);
        }
        step_what_is_due(fleet);
        if (fleet->caught == 0)
            fill(fleet);
    }
    progress_end(&fleet->progress);
}

/* --- before and after ------------------------------------------------------------ */

/* So many files may be open, or it is said what to do about it. */
static bool
may_open(size_t jobs) {
    struct rlimit limit;
    rlim_t wanted = jobs * FILES_OF_A_CHECK + FILES_OF_OURS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return true;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted)
        return true;
    char *message = text_format("%zu checks at once may need %zu open files, and the limit is "
                                "%zu",
                                jobs, (size_t)wanted, (size_t)limit.rlim_cur);
    complain_text(message, "Lower --jobs, or raise the limit with ulimit -n.");
    free(message);
    return false;
}

/* Ctrl-C ends the loop instead of the process. */
static bool
listen_for_signals(struct fleet *fleet) {
    sigset_t ending;
    (void)sigemptyset(&ending);
    (void)sigaddset(&ending, SIGINT);
    (void)sigaddset(&ending, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &ending, &fleet->mask);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = SIGNALS};
    fleet->epoll = epoll_create1(EPOLL_CLOEXEC);
    fleet->signals = signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fleet->epoll >= 0 && fleet->signals >= 0 &&
        epoll_ctl(fleet->epoll, EPOLL_CTL_ADD, fleet->signals, &event) == 0)
        return true;
    complain_text("can't wait for many connections at once", strerror(errno));
    return false;
}

static void
make_slots(struct fleet *fleet) {
    fleet->slots = text_grow(NULL, fleet->slot_count * sizeof *fleet->slots);
    fleet->free_slots = text_grow(NULL, fleet->slot_count * sizeof *fleet->free_slots);
    memset(fleet->slots, 0, fleet->slot_count * sizeof *fleet->slots);
    while (fleet->free_count < fleet->slot_count) {
        fleet->free_slots[fleet->free_count] = fleet->slot_count - 1 - fleet->free_count;
        fleet->free_count++;
    }
}

/* Also what was still at work when the person had enough of it. */
static void
clean_up(struct fleet *fleet) {
    for (size_t i = 0; fleet->slots != NULL && i < fleet->slot_count; i++) {
        pgcs_check_free(fleet->slots[i].check);
        examination_close(&fleet->slots[i].examination);
    }
    free(fleet->slots);
    free(fleet->free_slots);
    roster_free(&fleet->roster);
    if (fleet->epoll >= 0)
        (void)close(fleet->epoll);
    if (fleet->signals >= 0)
        (void)close(fleet->signals);
}

static int
check_all(struct fleet *fleet) {
    if (!sink_open(&fleet->sink, fleet->options->value[OPTION_OUTPUT], fleet->options->colour))
        return EXIT_BAD_USAGE;
    make_slots(fleet);
    fleet_view_begin(&fleet->summary, &fleet->sink, &fleet->roster, fleet->options);
    run(fleet);
    fleet_view_end(&fleet->summary, &fleet->sink, fleet->options);
    return sink_close(&fleet->sink) ? fleet->worst : EXIT_BAD_USAGE;
}

int
run_fleet(const struct options *options) {
    struct fleet fleet = {.options = options,
                          .next_due_ms = NEVER,
                          .progress = progress_start(),
                          .epoll = -1,
                          .signals = -1};
    char *fault = examine_scope_fault(options);
    int status = EXIT_BAD_USAGE;
    if (fault != NULL) {
        complain_text(fault, NULL);
    } else if (roster_read(&fleet.roster, options->value[OPTION_FROM])) {
        fleet.slot_count =
            options->jobs < fleet.roster.count ? options->jobs : fleet.roster.count;
        if (may_open(fleet.slot_count) && listen_for_signals(&fleet))
            status = check_all(&fleet);
    }
    free(fault);
    clean_up(&fleet);
    if (fleet.caught != 0) { /* what the shell, or make, goes by */
        (void)sigprocmask(SIG_SETMASK, &fleet.mask, NULL);
        (void)raise(fleet.caught);
    }
    return status;
}
