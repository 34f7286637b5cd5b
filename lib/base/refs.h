/* Reference counts of immutable objects: shared freely between threads. */
#ifndef BASE_REFS_H
#define BASE_REFS_H

#include <stdatomic.h>
#include <stdbool.h>

struct refs {
    atomic_uint count;
};

static inline void
refs_init(struct refs *refs) {
    atomic_init(&refs->count, 1);
}

static inline void
refs_take(struct refs *refs) {
    atomic_fetch_add_explicit(&refs->count, 1, memory_order_relaxed);
}

/*
 * True when the caller held the last reference and must free the object. No fence: it is what
 * ThreadSanitizer does not know.
 */
static inline bool
refs_drop(struct refs *refs) {
    return atomic_fetch_sub_explicit(&refs->count, 1, memory_order_acq_rel) == 1;
}

#endif
