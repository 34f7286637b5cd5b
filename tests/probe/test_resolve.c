/*
 * Name resolution while a name server does not answer: this program's getaddrinfo() waits at a
 * gate. Threads are counted in /proc/self/task.
 */
#include "probe/resolve.h"

#include <malloc.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "lib/gate.h"

static struct resolution *
start(const char *name) {
    struct resolution *resolution = NULL;
    struct diag diag;
    ck_assert_int_eq(resolve_start(name, &resolution, &diag), PGCS_OK);
    return resolution;
}

static bool
is_readable(const struct resolution *resolution, int timeout_ms) {
    struct pollfd fd = {.fd = resolve_socket(resolution), .events = POLLIN};
    return poll(&fd, 1, timeout_ms) == 1;
}

#define MANY        1000
#define PATIENCE_MS 100000 /* on a busy machine */

/* An ordinary user may open 1,024 files unless he asks for more. */
static void
ask_for_files(void) {
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

START_TEST(test_resolve__addresses) {
    struct resolution *resolution = start("127.0.0.7");
    ck_assert(is_readable(resolution, PATIENCE_MS));
    ck_assert(resolve_is_done(resolution));
    ck_assert_int_eq(resolve_error(resolution), 0);
    ck_assert_uint_eq(resolve_count(resolution), 1);
    ck_assert_str_eq(resolve_address(resolution, 0), "127.0.0.7");
    resolve_drop(resolution);
    resolution = start("none.such");
    ck_assert(is_readable(resolution, PATIENCE_MS));
    ck_assert_int_ne(resolve_error(resolution), 0);
    resolve_drop(resolution);
    resolve_drop(NULL);
}
END_TEST

/* A thousand names, and no name server: no more threads than the limit; then all have answers.
 */
START_TEST(test_resolve__no_more_threads_than_the_limit) {
    static struct resolution *all[MANY];
    int files_before = files(), threads_before = threads();
    atomic_store(&asked, 0);
    pthread_mutex_lock(&gate);
    for (int i = 0; i < MANY; i++)
        all[i] = start("slow.127.0.0.1");
    WAIT_UNTIL(atomic_load(&asked) == (int)LIMIT_LOOKUPS);
    ck_assert_int_eq(threads(), threads_before + (int)LIMIT_LOOKUPS);
    for (int i = 0; i < MANY; i++) {
        ck_assert(!is_readable(all[i], 0));
        ck_assert(!resolve_is_done(all[i]));
        ck_assert(resolve_is_begun(all[i]) == (i < (int)LIMIT_LOOKUPS));
    }
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < MANY; i++) {
        ck_assert(is_readable(all[i], PATIENCE_MS));
        ck_assert_str_eq(resolve_address(all[i], 0), "127.0.0.1");
        resolve_drop(all[i]);
    }
    ck_assert_int_eq(atomic_load(&asked), MANY);
    WAIT_UNTIL(threads() == threads_before);
    ck_assert_int_eq(files(), files_before);
}
END_TEST

/* Who gives up while he waits is never asked for; who is asked for is freed by his thread. */
static void
drop_while_it_hangs(void) {
    static struct resolution *all[MANY];
    int files_before = files();
    pthread_mutex_lock(&gate);
    atomic_store(&asked, 0);
    for (int i = 0; i < MANY; i++)
        all[i] = start("slow.127.0.0.1");
    WAIT_UNTIL(atomic_load(&asked) == (int)LIMIT_LOOKUPS);
    for (int i = MANY; i-- > 0;) /* both ends and the middle of the queue */
        resolve_drop(all[i % 2 == 0 ? i : (i + MANY / 2) % MANY]);
    ck_assert_int_eq(files(), files_before + (int)LIMIT_LOOKUPS);
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(threads() == 1);
    ck_assert_int_eq(atomic_load(&asked), (int)LIMIT_LOOKUPS);
    ck_assert_int_eq(files(), files_before);
}

/* What the C library keeps for threads is there after the first time. */
START_TEST(test_resolve__dropped_while_it_hangs) {
    drop_while_it_hangs();
    size_t memory = mallinfo2().uordblks;
    for (int i = 0; i < 20; i++)
        drop_while_it_hangs();
    ck_assert_uint_le(mallinfo2().uordblks,
                      memory + 8192); /* 20 names of each thread are more */
}
END_TEST

/* Nobody hears of the answer to a question that he dropped, though a thread still has it. */
START_TEST(test_resolve__dropped_is_closed) {
    int loop = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    pthread_mutex_lock(&gate);
    struct resolution *resolution = start("slow.127.0.0.1");
    ck_assert_int_eq(epoll_ctl(loop, EPOLL_CTL_ADD, resolve_socket(resolution), &event), 0);
    resolve_drop(resolution);
    pthread_mutex_unlock(&gate);
    WAIT_UNTIL(threads() == 1);
    ck_assert_int_eq(epoll_wait(loop, &event, 1, 50), 0);
    close(loop);
}
END_TEST

/*
 * A child has none of the threads, and none of their turns. The fork waits until all threads
 * are at the gate: a thread that is being started may hold a lock of the sanitizer's or of the
 * C library's loader, which nobody would open in the child.
 */
START_TEST(test_resolve__in_a_child) {
    static struct resolution *all[LIMIT_LOOKUPS + 1];
    int status = 0;
    atomic_store(&asked, 0);
    pthread_mutex_lock(&gate);
    for (size_t i = 0; i <= LIMIT_LOOKUPS; i++)
        all[i] = start("slow.127.0.0.1");
    WAIT_UNTIL(atomic_load(&asked) == (int)LIMIT_LOOKUPS);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct resolution *own = start("127.0.0.1");
        bool good = is_readable(own, PATIENCE_MS) && resolve_error(own) == 0;
        resolve_drop(own);
        _exit(good ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    pthread_mutex_unlock(&gate);
    for (size_t i = 0; i <= LIMIT_LOOKUPS; i++) {
        ck_assert(is_readable(all[i], PATIENCE_MS));
        resolve_drop(all[i]);
    }
    WAIT_UNTIL(threads() == 1);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_checked_fixture(cases, ask_for_files, NULL);
    tcase_add_test(cases, test_resolve__addresses);
    tcase_add_test(cases, test_resolve__no_more_threads_than_the_limit);
    tcase_add_test(cases, test_resolve__dropped_while_it_hangs);
    tcase_add_test(cases, test_resolve__dropped_is_closed);
    tcase_add_test(cases, test_resolve__in_a_child);
}

int
main(void) {
    return suite_run("probe/resolve", fill, 60);
}
