/*
 * A resolver that gives no answer as long as the test holds its gate: the program's own
 * getaddrinfo(), for names that begin with "slow."; those that begin with "none." do not exist,
 * whatever the machine's name server is like. And what a process has: threads, files.
 */
#ifndef TESTS_GATE_H
#define TESTS_GATE_H

#include <dirent.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "suite.h"

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER; /* locked: nobody gets an answer */
static atomic_int asked;

typedef int
lookup_function(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **out);
lookup_function lookup_here __asm__("getaddrinfo");

int
lookup_here(const char *name, const char *service, const struct addrinfo *hints,
            struct addrinfo **out) {
    lookup_function *real = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    atomic_fetch_add(&asked, 1);
    if (strncmp(name, "none.", 5) == 0)
        return EAI_NONAME;
    if (strncmp(name, "slow.", 5) == 0) {
        pthread_mutex_lock(&gate);
        pthread_mutex_unlock(&gate);
        name += 5;
    }
    return real(name, service, hints, out);
}

static inline int
count_entries(const char *folder) {
    DIR *dir = opendir(folder);
    int count = 0;
    ck_assert_ptr_nonnull(dir);
    while (readdir(dir) != NULL)
        count++;
    closedir(dir);
    return count;
}

static inline int
threads(void) {
    return count_entries("/proc/self/task") - 2;
}

static inline int
files(void) {
    return count_entries("/proc/self/fd");
}

/* Wait until it is so, a hundred seconds at most. */
#define WAIT_UNTIL(condition)                                                                  \
    do {                                                                                       \
        for (int tries = 0; tries < 100000 && !(condition); tries++)                           \
            usleep(1000);                                                                      \
        ck_assert(condition);                                                                  \
    } while (0)

#endif
