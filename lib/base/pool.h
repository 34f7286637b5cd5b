/*
 * A bump allocator. An immutable object and all its strings live in one pool: nothing is freed
 * alone, and everything is wiped when the pool goes.
 */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stddef.h>

struct pool;

/*
 * A pool whose first block holds @capacity bytes: a pool that is sized right makes one
 * allocation in its life. NULL without memory.
 */
struct pool *
pool_new(size_t capacity);

/* What was asked of the pool so far never holds a secret: it is not wiped. */
void
pool_keep_public(struct pool *pool);

/* Wipe and free everything. NULL is fine. */
void
pool_free(struct pool *pool);

/* @size bytes, aligned for any object, not initialized. NULL without memory. */
void *
pool_alloc(struct pool *pool, size_t size);

/* As pool_alloc(), for bytes that need no alignment. */
char *
pool_bytes(struct pool *pool, size_t size);

/* A terminated copy of @size bytes. NULL without memory. */
char *
pool_copy(struct pool *pool, const char *data, size_t size);

/* What a pool costs beyond the bytes asked of it: add it to a capacity for each object. */
#define POOL_SLACK 16

#endif
