/* Two threads count in one place without a lock: ThreadSanitizer must end this with a failure.
 */
#include <pthread.h>
#include <stdio.h>

static long count;

static void *
run(void *argument) {
    for (int i = 0; i < 100000; i++)
        count++;
    return argument;
}

int
main(void) {
    pthread_t other;
    if (pthread_create(&other, NULL, run, NULL) != 0)
        return 0; /* nothing was found */
    run(NULL);
    pthread_join(other, NULL);
    printf("%ld\n", count);
    return 0;
}
