/* One connection of libpq, from PQconnectStart() to PQfinish(). Nothing here blocks. */
#ifndef PROBE_CONNECTION_H
#define PROBE_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "probe/classify.h"

struct pg_conn; /* libpq's PGconn */

/* What the peer owes us, for the sentence on a timeout. */
enum connection_stage {
    STAGE_REACHING,       /* an answer at all */
    STAGE_NEGOTIATING,    /* an answer to the request for TLS */
    STAGE_AUTHENTICATING, /* yes or no to the login */
    STAGE_STARTING,       /* a session, after the yes */
    STAGE_CHOOSING,       /* whether it is a session as target_session_attrs asks for */
    STAGE_COUNT,
};

struct connection {
    struct pg_conn *pg;            /* NULL when there is none */
    uint32_t wants;                /* PGCS_WANT_* */
    enum connection_stage reached; /* when the last step began */
    int os_code;                   /* errno of a start that failed */
    bool direct;                   /* it begins with TLS, without asking for it */
    bool answered;                 /* there was a first answer */
    char last_words[6]; /* SQLSTATE of what the server said unasked before it closed, or "" */
    const char *other;  /* what answered instead of PostgreSQL, or NULL */
    int64_t asked_us;   /* when the exchange under way began; 0 when none is timed */
    int64_t answer_us;  /* the shortest exchange that was timed; 0 when none was */
};

enum connection_result {
    CONNECTION_WAITS, /* for the socket */
    CONNECTION_OPEN,  /* logged in */
    CONNECTION_FAILED,
};

/* PQlibVersion(). */
int32_t
libpq_version(void);

/* Begin. CONNECTION_FAILED may be known at once. @direct: @conninfo says so of TLS. */
enum connection_result
connection_start(struct connection *connection, const char *conninfo, bool direct);
/* Go on when the socket is ready. */
enum connection_result
connection_step(struct connection *connection);
/* NULL is without memory. */
bool
connection_is_out_of_memory(const struct connection *connection);

int
connection_socket(const struct connection *connection); /* -1 when there is none */
enum connection_stage
connection_stage(const struct connection *connection);

/* Why it failed; @evidence points into the connection. */
void
connection_evidence(const struct connection *connection, struct evidence *evidence);

/* What libpq knows of an open connection. */
int
connection_server_version(const struct connection *connection);
bool
connection_uses_tls(const struct connection *connection);
const char *
connection_tls_attribute(const struct connection *connection, const char *name); /* or NULL */
/* libpq's SSL object; NULL without TLS, or when libpq uses another OpenSSL than we do. */
void *
connection_ssl(const struct connection *connection);
/*
 * Whether libpq may have left a part of what came in OpenSSL, as most versions do with the end
 * of a record that their buffer has no room for: the socket won't tell. Of an OpenSSL that is
 * not ours nobody can tell either: then it is so until libpq read twice from a socket without
 * anything. @quiet counts that, from 0.
 */
bool
connection_has_unread(const struct connection *connection, int *quiet);
/* Whether nothing waits at the socket to be read. */
bool
connection_is_quiet(const struct connection *connection);
/* A setting that the server reports by itself, or NULL. */
const char *
connection_parameter(const struct connection *connection, const char *name);
const char *
connection_host(const struct connection *connection);
const char *
connection_address(const struct connection *connection);

/* The server process that the login named: what a cancel request would name. */
uint32_t
connection_process(const struct connection *connection);

/*
 * Time an exchange: something was sent that the peer has to answer, not before @before_us, and
 * the first of the answer has come. The connection times its own first exchange.
 */
int64_t
connection_now_us(void);
void
connection_asked(struct connection *connection, int64_t before_us);
void
connection_answered(struct connection *connection);

/* Close without waiting. */
void
connection_close(struct connection *connection);

#endif
