/* A hash table from short byte strings to numbers: open addressing, at most half full. */
#include "probe/lookup.h"

#include <stdlib.h>

/* FNV-1a. Keys come from a server: whoever floods it slows his own check. */
static uint32_t
hash_of(char tag, struct slice key) {
    uint32_t hash = (2166136261u ^ (unsigned char)tag) * 16777619u;
    for (size_t i = 0; i < key.size; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * 16777619u;
    return hash;
}

/* Where the key is, or the empty place where it belongs. */
static struct lookup_entry *
place_of(const struct lookup *lookup, char tag, struct slice key, uint32_t hash) {
    size_t mask = lookup->capacity - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct lookup_entry *entry = &lookup->entries[i];
        if (entry->tag == 0 ||
            (entry->hash == hash && entry->tag == tag && entry->size == key.size &&
             memcmp(lookup->keys + entry->key, key.data, key.size) == 0))
            return entry;
    }
}

uint32_t
lookup_find(const struct lookup *lookup, char tag, struct slice key) {
    if (lookup->count == 0)
        return LOOKUP_NONE;
    const struct lookup_entry *entry = place_of(lookup, tag, key, hash_of(tag, key));
    return entry->tag == 0 ? LOOKUP_NONE : entry->value;
}

static bool
grow_entries(struct lookup *lookup) {
    struct lookup old = *lookup;
    size_t capacity = old.capacity == 0 ? 64 : old.capacity * 2;
    lookup->entries = calloc(capacity, sizeof *lookup->entries);
    if (lookup->entries == NULL) {
        lookup->entries = old.entries;
        return false;
    }
    lookup->capacity = capacity;
    for (size_t i = 0; i < old.capacity; i++) {
        size_t at = old.entries[i].hash & (capacity - 1);
        if (old.entries[i].tag == 0)
            continue;
        while (lookup->entries[at].tag != 0)
            at = (at + 1) & (capacity - 1);
        lookup->entries[at] = old.entries[i];
    }
    free(old.entries);
    return true;
}

static bool
grow_keys(struct lookup *lookup, size_t more) {
    if (more <= lookup->keys_capacity - lookup->keys_size)
        return true;
    size_t capacity = (lookup->keys_size + more) * 2;
    char *keys = realloc(lookup->keys, capacity);
    if (keys == NULL)
        return false;
    lookup->keys = keys;
    lookup->keys_capacity = capacity;
    return true;
}

void
lookup_put(struct lookup *lookup, char tag, struct slice key, uint32_t value) {
    if (lookup->count * 2 >= lookup->capacity && !grow_entries(lookup))
        lookup->failed = true;
    if (!grow_keys(lookup, key.size + 1) || key.size > UINT32_MAX)
        lookup->failed = true;
    if (lookup->failed)
        return;
    uint32_t hash = hash_of(tag, key);
    struct lookup_entry *entry = place_of(lookup, tag, key, hash);
    if (entry->tag != 0)
        return;
    *entry = (struct lookup_entry){.key = lookup->keys_size,
                                   .size = (uint32_t)key.size,
                                   .hash = hash,
                                   .value = value,
                                   .tag = tag};
    memcpy(lookup->keys + lookup->keys_size, key.data, key.size);
    lookup->keys_size += key.size;
    lookup->count++;
}

void
lookup_free(struct lookup *lookup) {
    free(lookup->entries);
    free(lookup->keys);
    *lookup = (struct lookup){0};
}
