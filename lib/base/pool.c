/*
 * A bump allocator: a chain of blocks, the newest first. The pool's own head lives in its
 * first block, so that a pool that is sized right is a single allocation.
 */
#include "base/pool.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

#define ALIGNMENT      (_Alignof(max_align_t))
#define SMALLEST_BLOCK ((size_t)512)

struct block {
    struct block *older;
    size_t size; /* bytes behind this head */
    size_t used;
    size_t public; /* of those used, bytes at the front that never hold a secret */
};

struct pool {
    struct block *newest;
};

static char *
block_bytes(struct block *block) {
    return (char *)(block + 1);
}

static struct block *
block_new(size_t size, struct block *older) {
    if (size > SIZE_MAX - sizeof(struct block))
        return NULL;
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL)
        return NULL;
    *block = (struct block){.older = older, .size = size};
    return block;
}

static void *
block_take(struct block *block, size_t size, size_t alignment) {
    uintptr_t at = (uintptr_t)(block_bytes(block) + block->used);
    size_t gap = (size_t)(-at & (alignment - 1));
    if (gap > block->size - block->used || size > block->size - block->used - gap)
        return NULL;
    void *taken = block_bytes(block) + block->used + gap;
    block->used += gap + size;
    return taken;
}

static void *
pool_take(struct pool *pool, size_t size, size_t alignment) {
    void *taken = block_take(pool->newest, size, alignment);
    if (taken != NULL)
        return taken;
    size_t want = pool->newest->size * 2;
    if (want < SMALLEST_BLOCK)
        want = SMALLEST_BLOCK;
    if (size > SIZE_MAX / 2)
        return NULL;
    if (want < size + ALIGNMENT)
        want = size + ALIGNMENT;
    struct block *block = block_new(want, pool->newest);
    if (block == NULL)
        return NULL;
    pool->newest = block;
    return block_take(block, size, alignment);
}

struct pool *
pool_new(size_t capacity) {
    if (capacity > SIZE_MAX / 2)
        return NULL;
    struct block *block = block_new(sizeof(struct pool) + ALIGNMENT + capacity, NULL);
    if (block == NULL)
        return NULL;
    struct pool *pool = block_take(block, sizeof *pool, ALIGNMENT);
    assert(pool != NULL);
    pool->newest = block;
    return pool;
}

void
pool_keep_public(struct pool *pool) {
    pool->newest->public = pool->newest->used;
}

void
pool_free(struct pool *pool) {
    if (pool == NULL)
        return;
    struct block *block = pool->newest;
    while (block != NULL) {
        struct block *older = block->older;
        secret_wipe(block_bytes(block) + block->public, block->used - block->public);
        free(block);
        block = older;
    }
}

void *
pool_alloc(struct pool *pool, size_t size) {
    return pool_take(pool, size, ALIGNMENT);
}

char *
pool_bytes(struct pool *pool, size_t size) {
    return pool_take(pool, size, 1);
}

char *
pool_copy(struct pool *pool, const char *data, size_t size) {
    if (size == SIZE_MAX)
        return NULL;
    char *copy = pool_bytes(pool, size + 1);
    if (copy == NULL)
        return NULL;
    memcpy(copy, data, size);
    copy[size] = '\0';
    return copy;
}
