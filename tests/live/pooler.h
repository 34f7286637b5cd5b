/*
 * What stands between a client and the server: PgBouncer and HAProxy, private ones for a test,
 * run by the server's user, stopped by their process.
 */
#ifndef TESTS_LIVE_POOLER_H
#define TESTS_LIVE_POOLER_H

#include <sys/types.h>

struct pooler {
    pid_t process;
    char folder[32]; /* of its files and, with PgBouncer, of its socket */
    char host[32];   /* as a client names it */
    char port[8];
};

/*
 * PgBouncer in "session", "transaction" or "statement" mode, with one connection a pool, which
 * it never resets; @settings are lines for its configuration. It serves each database by its
 * name, "renamed" for one that is not there, "dead" for one of a server that is not there, and
 * knows every login of fixture.sql.
 */
struct pooler
pgbouncer_start(const char *mode, const char *settings);

/* The same in transaction mode, on a TCP port, with a certificate of its own for TLS. */
struct pooler
pgbouncer_start_tls(void);

/* HAProxy before the server's TCP port @server_port. */
struct pooler
haproxy_start(const char *server_port);

void
pooler_stop(struct pooler *pooler);

#endif
