/* A hash table from short byte strings to numbers. */
#ifndef PROBE_LOOKUP_H
#define PROBE_LOOKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scanner.h"

#define LOOKUP_NONE UINT32_MAX

struct lookup_entry {
    size_t key; /* offset in keys */
    uint32_t size;
    uint32_t hash;
    uint32_t value;
    char tag; /* kind of key; 0 is an empty place */
};

/* Zero-initialize it. Failures stick: put on, ask at the end. */
struct lookup {
    struct lookup_entry *entries;
    char *keys;
    size_t capacity; /* of entries: a power of two, or 0 */
    size_t count;
    size_t keys_size;
    size_t keys_capacity;
    bool failed; /* without memory */
};

/* The value under (@tag, @key), or LOOKUP_NONE. */
uint32_t
lookup_find(const struct lookup *lookup, char tag, struct slice key);

/* Set the value of a key that is not there yet. */
void
lookup_put(struct lookup *lookup, char tag, struct slice key, uint32_t value);

void
lookup_free(struct lookup *lookup);

#endif
