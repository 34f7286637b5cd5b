/*
 * A proxy between one client and the server of the test: it counts what the client says once it
 * is logged in, keeps the text of its first query, and can hold back each byte for some time,
 * as a long link does.
 */
#ifndef TESTS_PROXY_H
#define TESTS_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What was seen of the client once it was logged in. */
struct traffic {
    int queries;
    int others;        /* messages but the farewell */
    int turns;         /* how often the client spoke after the server had */
    size_t query_size; /* of the first query, its text */
};

struct proxy {
    char folder[32]; /* where it listens: the host to connect to, with the server's port */
    int listener;
    int result;
    pid_t child;
};

/* Wait for a client; every byte arrives @delay_ms later, either way. */
void
proxy_start(struct proxy *proxy, int delay_ms);
/*
 * What was seen, when the client is gone. @query, unless NULL, is the text of its first query,
 * to be freed.
 */
struct traffic
proxy_end(struct proxy *proxy, char **query);

#endif
