/*
 * Name resolution in threads. The thread and its caller hold a reference each: the last one
 * frees, so that a caller who gives up leaves nothing behind but a thread that still waits for
 * its name server. What the caller waits for is his alone, and closed when he gives up: an
 * epoll(7) would go on to tell of a file that a thread still has open.
 *
 * A name server that does not answer keeps a thread for some ten seconds. So that a thousand
 * checks are no thousand threads there is a limit for the process, which is the one thing that
 * the library keeps beside its objects: how many threads run, and who waits for one. A thread
 * ends when nobody waits.
 */
#include "probe/resolve.h"

#include <assert.h>
#include <fcntl.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/refs.h"

struct resolution {
    struct refs refs;
    struct resolution *next; /* in the queue */
    atomic_bool begun;       /* its turn has come */
    int ears;         /* of the caller: readable when it is done, closed when he leaves */
    int mouth;        /* of the thread: the other end of the pipe */
    atomic_bool done; /* what follows may be read */
    int error;
    size_t count;
    char (*addresses)[ADDRESS_SIZE];
    char name[];
};

#define STACK_SIZE ((size_t)512 << 10) /* name service modules want some */

static void
release(struct resolution *resolution) {
    if (!refs_drop(&resolution->refs))
        return;
    close(resolution->mouth);
    free(resolution->addresses);
    free(resolution);
}

/* --- turns -----------------------------------------------------------------------------------
 */

static struct {
    pthread_mutex_t lock;
    size_t running; /* threads */
    struct resolution *first;
    struct resolution *last; /* of those that wait, each with a reference */
} turns = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* No thread comes along to a child process, whatever they were at. */
static void
forget_turns(void) {
    pthread_mutex_init(&turns.lock, NULL);
    turns.running = 0;
    turns.first = turns.last = NULL;
}

static void
watch_forks(void) {
    pthread_atfork(NULL, NULL, forget_turns);
}

static void
queue_up(struct resolution *resolution) {
    refs_take(&resolution->refs);
    *(turns.first == NULL ? &turns.first : &turns.last->next) = resolution;
    turns.last = resolution;
}

/* Who is next; NULL, and the thread is counted out, when nobody is. */
static struct resolution *
next_turn(void) {
    pthread_mutex_lock(&turns.lock);
    struct resolution *resolution = turns.first;
    if (resolution == NULL) {
        turns.running--;
    } else {
        turns.first = resolution->next;
        atomic_store(&resolution->begun, true);
    }
    pthread_mutex_unlock(&turns.lock);
    return resolution;
}

/* Out of the queue, if it is in there: nobody wants to know any more. */
static void
leave_queue(struct resolution *resolution) {
    struct resolution *before = NULL;
    pthread_mutex_lock(&turns.lock);
    struct resolution *at = turns.first;
    while (at != NULL && at != resolution) {
        before = at;
        at = at->next;
    }
    if (at != NULL) {
        *(before == NULL ? &turns.first : &before->next) = at->next;
        if (turns.last == at)
            turns.last = before;
    }
    pthread_mutex_unlock(&turns.lock);
    if (at != NULL)
        release(at);
}

void
resolve_drop(struct resolution *resolution) {
    if (resolution == NULL)
        return;
    if (!resolve_is_begun(resolution))
        leave_queue(resolution);
    close(resolution->ears);
    release(resolution);
}

/* --- looking up ------------------------------------------------------------------------------
 */

/* Keep each address as text. False without memory. */
static bool
keep_addresses(struct resolution *resolution, const struct addrinfo *first) {
    size_t count = 0;
    for (const struct addrinfo *at = first; at != NULL; at = at->ai_next)
        count++;
    resolution->addresses = calloc(count, ADDRESS_SIZE);
    if (resolution->addresses == NULL)
        return false;
    for (const struct addrinfo *at = first; at != NULL; at = at->ai_next)
        if (getnameinfo(at->ai_addr, at->ai_addrlen, resolution->addresses[resolution->count],
                        ADDRESS_SIZE, NULL, 0, NI_NUMERICHOST) == 0)
            resolution->count++;
    return true;
}

static void
look_up(struct resolution *resolution) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    resolution->error = getaddrinfo(resolution->name, NULL, &hints, &found);
    if (resolution->error == 0 && !keep_addresses(resolution, found))
        resolution->error = EAI_MEMORY;
    if (resolution->error == 0 && resolution->count == 0)
        resolution->error = EAI_NONAME;
    if (found != NULL)
        freeaddrinfo(found);
    atomic_store(&resolution->done, true);
    if (write(resolution->mouth, "", 1) < 0)
        return; /* nobody listens any more; SIGPIPE is blocked */
}

static void *
run(void *context) {
    struct resolution *resolution = context;
    while (resolution != NULL) {
        look_up(resolution);
        release(resolution);
        resolution = next_turn();
    }
    return NULL;
}

/* The host program's signals are for its own threads. */
static int
start_thread(struct resolution *resolution) {
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all, previous;
    int error = pthread_attr_init(&attributes);
    if (error != 0)
        return error;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous);
    refs_take(&resolution->refs);
    atomic_store(&resolution->begun, true);
    error = pthread_create(&thread, &attributes, run, resolution);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attributes);
    if (error != 0)
        release(resolution);
    return error;
}

/* In a thread of its own, or in one that runs when that is done; else an errno. */
static int
take_turn(struct resolution *resolution) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int error = 0;
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&turns.lock);
    bool full = turns.running == LIMIT_LOOKUPS;
    if (!full)
        error = start_thread(resolution);
    if (!full && error == 0)
        turns.running++;
    if (full || (error != 0 && turns.running > 0)) {
        atomic_store(&resolution->begun, false);
        queue_up(resolution);
        error = 0;
    }
    pthread_mutex_unlock(&turns.lock);
    return error;
}

pgcs_status
resolve_start(const char *name, struct resolution **out, struct diag *diag) {
    size_t size = strlen(name) + 1;
    struct resolution *resolution = calloc(1, sizeof *resolution + size);
    if (resolution == NULL)
        return diag_nomem(diag);
    refs_init(&resolution->refs);
    memcpy(resolution->name, name, size);
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        free(resolution);
        return diag_fail(diag, PGCS_ERR_SYSTEM, "no descriptor left to look a name up with");
    }
    resolution->ears = ends[0];
    resolution->mouth = ends[1];
    int error = take_turn(resolution);
    if (error != 0) {
        close(resolution->ears);
        release(resolution);
        diag_fail(diag, PGCS_ERR_SYSTEM, "no thread left to look a name up with");
        diag->os_code = error;
        return PGCS_ERR_SYSTEM;
    }
    *out = resolution;
    return PGCS_OK;
}

int
resolve_socket(const struct resolution *resolution) {
    return resolution->ears;
}

bool
resolve_is_begun(const struct resolution *resolution) {
    return atomic_load(&resolution->begun);
}

bool
resolve_is_done(const struct resolution *resolution) {
    return atomic_load(&resolution->done);
}

int
resolve_error(const struct resolution *resolution) {
    assert(resolve_is_done(resolution));
    return resolution->error;
}

size_t
resolve_count(const struct resolution *resolution) {
    assert(resolve_is_done(resolution));
    return resolution->count;
}

const char *
resolve_address(const struct resolution *resolution, size_t i) {
    assert(i < resolve_count(resolution));
    return resolution->addresses[i];
}
