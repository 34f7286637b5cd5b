/* lib/base/pool.c: alignment, growth, copies. */
#include "base/pool.h"

#include <stdint.h>
#include <string.h>

#include "suite.h"

START_TEST(test_pool__what_it_gives_is_aligned_and_apart) {
    struct pool *pool = pool_new(64);
    ck_assert_ptr_nonnull(pool);
    char *last_end = NULL;
    for (size_t size = 1; size < 200; size++) {
        char *bytes = pool_alloc(pool, size);
        ck_assert_ptr_nonnull(bytes);
        ck_assert_uint_eq((uintptr_t)bytes % _Alignof(max_align_t), 0);
        ck_assert(bytes != last_end - 1);
        memset(bytes, 0x5a, size);
        last_end = bytes + size;
    }
    pool_free(pool);
}
END_TEST

START_TEST(test_pool__bytes_take_no_gap) {
    struct pool *pool = pool_new(16);
    char *first = pool_bytes(pool, 3);
    char *second = pool_bytes(pool, 5);
    ck_assert_ptr_eq(first + 3, second);
    pool_free(pool);
}
END_TEST

START_TEST(test_pool__a_copy_is_terminated) {
    struct pool *pool = pool_new(0);
    const char *copy = pool_copy(pool, "a\0bc", 3);
    ck_assert_mem_eq(copy, "a\0b", 4);
    pool_free(pool);
}
END_TEST

START_TEST(test_pool__sizes_that_cannot_be_are_refused) {
    ck_assert_ptr_null(pool_new(SIZE_MAX));
    struct pool *pool = pool_new(16);
    ck_assert_ptr_null(pool_alloc(pool, SIZE_MAX));
    ck_assert_ptr_null(pool_copy(pool, "", SIZE_MAX));
    pool_free(pool);
    pool_free(NULL);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_pool__what_it_gives_is_aligned_and_apart);
    tcase_add_test(cases, test_pool__bytes_take_no_gap);
    tcase_add_test(cases, test_pool__a_copy_is_terminated);
    tcase_add_test(cases, test_pool__sizes_that_cannot_be_are_refused);
}

int
main(void) {
    return suite_run("pool", fill, 10);
}
