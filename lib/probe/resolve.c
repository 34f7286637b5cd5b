/*
 * Name resolution in a thread. The thread and its caller hold a reference each: the last one
 * frees, so that a caller who gives up leaves nothing behind but a thread that still waits for
 * its name server.
 */
#include "probe/resolve.h"

#include <assert.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/refs.h"

struct resolution {
    struct refs refs;
    int event;        /* eventfd */
    atomic_bool done; /* what follows may be read */
    int error;
    size_t count;
    char (*addresses)[ADDRESS_SIZE];
    char name[];
};

#define STACK_SIZE ((size_t)512 << 10) /* name service modules want some */

void
resolve_drop(struct resolution *resolution) {
    if (resolution == NULL || !refs_drop(&resolution->refs))
        return;
    close(resolution->event);
    free(resolution->addresses);
    free(resolution);
}

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

static void *
run(void *context) {
    struct resolution *resolution = context;
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
    eventfd_write(resolution->event, 1);
    resolve_drop(resolution);
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
    error = pthread_create(&thread, &attributes, run, resolution);
    pthread_sigmask(SIG_SETMASK, &previous, NULL);
    pthread_attr_destroy(&attributes);
    if (error != 0)
        resolve_drop(resolution);
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
    resolution->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (resolution->event < 0) {
        free(resolution);
        return diag_fail(diag, PGCS_ERR_SYSTEM, "no descriptor left to look a name up with");
    }
    int error = start_thread(resolution);
    if (error != 0) {
        resolve_drop(resolution);
        diag_fail(diag, PGCS_ERR_SYSTEM, "no thread left to look a name up with");
        diag->os_code = error;
        return PGCS_ERR_SYSTEM;
    }
    *out = resolution;
    return PGCS_OK;
}

int
resolve_socket(const struct resolution *resolution) {
    return resolution->event;
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
