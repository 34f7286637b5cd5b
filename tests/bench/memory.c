/*
 * What the process has allocated, libpq included: the functions here stand in for the C
 * library's own, which serve them.
 */
#include "memory.h"

#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_long allocated, peak;

extern void *
__libc_malloc(size_t size);
extern void *
__libc_calloc(size_t count, size_t size);
extern void *
__libc_realloc(void *old, size_t size);
extern void
__libc_free(void *old);

static void *
count_in(void *made) {
    long now = atomic_fetch_add(&allocated, (long)malloc_usable_size(made)) +
               (long)malloc_usable_size(made);
    long most = atomic_load(&peak);
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now))
        continue;
    return made;
}

static void
count_out(void *old) {
    atomic_fetch_sub(&allocated, (long)malloc_usable_size(old));
}

void *
malloc(size_t size) {
    return count_in(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size) {
    return count_in(__libc_calloc(count, size));
}

void *
realloc(void *old, size_t size) {
    count_out(old);
    return count_in(__libc_realloc(old, size));
}

void
free(void *old) {
    count_out(old);
    __libc_free(old);
}

long
memory_mark(void) {
    long now = atomic_load(&allocated);
    atomic_store(&peak, now);
    return now;
}

long
memory_peak(void) {
    return atomic_load(&peak);
}
