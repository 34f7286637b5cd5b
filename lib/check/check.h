/*
 * One attempt to connect, look around and report: a state machine that waits for a descriptor,
 * never for a peer. See engine.c for its course.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include <pgconnspec/check.h>

#include "base/pool.h"
#include "probe/query.h"
#include "probe/resolve.h"
#include "probe/seal.h"
#include "tls/diagnose.h"
#include "tls/session.h"

#define TIMEOUT_DEFAULT_MS 10000

/* A point in time: CLOCK_MONOTONIC in milliseconds. */
#define NEVER INT64_MAX
int64_t
clock_ms(void);

/* Where the engine stands. */
enum phase {
    PHASE_NEW,
    PHASE_HOST,       /* a host's turn has come */
    PHASE_RESOLVING,  /* waits for its addresses */
    PHASE_ADDRESS,    /* an address' turn has come */
    PHASE_CONNECTING, /* waits for the login */
    PHASE_DIAGNOSING, /* waits for a handshake of our own, after one of libpq's failed */
    PHASE_LOOKING,    /* waits for rows */
    PHASE_MEETING,    /* of a pair: waits for the other side, its transaction open */
    PHASE_DONE,
};

/* Bad news, kept until there is a report to put them into. */
struct news {
    struct news *next;
    struct diag diag;
};
struct news_list {
    struct news *first;
    struct news *last;
};

/* One attempt that was made, kept for the same reason. */
struct tried {
    struct tried *next;
    struct attempt attempt;
};

/* What follows an attempt that failed. */
enum then {
    GIVE_UP,
    NEXT_ADDRESS, /* of the same host, or else the next host */
    NEXT_HOST,
};

/* A handshake of our own: see handshake.h. */
struct handshake {
    int socket; /* -1 when there is none */
    struct diagnosis *diagnosis;
    struct diag why; /* the attempt failed */
    enum then then;
    bool suspect_client; /* it may have been the client certificate */
    bool suspect_tls;    /* or TLS itself */
};

struct pgcs_check {
    /* what was asked */
    const pgcs_spec *spec;
    const pgcs_tls *tls;
    const pgcs_policy *policy;
    uint32_t sections;
    int64_t timeout_ms;
    struct pool *pool; /* names of the scope, attempts */
    const char **schemas;
    size_t schema_count;
    struct scope_table *tables;
    size_t table_count;
    struct scope scope; /* these, once something is asked */

    /* where it stands */
    pgcs_state state;
    enum phase phase;
    int64_t start;            /* of everything */
    int64_t deadline;         /* of everything, or NEVER */
    int64_t attempt_deadline; /* of this name or address, by connect_timeout, or NEVER */
    int64_t attempt_start;
    size_t *order;                 /* hosts as they are tried */
    size_t turn;                   /* place in order of the one being tried */
    size_t address;                /* of the host, when it was resolved: place in its order */
    size_t *address_order;         /* the host's addresses as they are tried */
    int pass;                      /* 0, or 1 when prefer-standby takes what there is */
    struct resolution *resolution; /* of the host's name, or NULL */
    char port[12];                 /* of the host */
    const pgcs_stage *stage;
    struct connection connection;
    enum verified verified; /* of the connection that is open */
    struct handshake handshake;
    struct gather gather;
    struct query query;
    bool foreign;  /* the server's catalogs are not those that we can ask */
    int asked;     /* how often the look around was begun */
    bool standard; /* of information_schema: the catalogs can't be read */
    int64_t connect_ms;
    struct news_list attempts; /* that failed */
    struct tried *tried;       /* all of them */
    struct tried *last_tried;
    struct news_list sections_failed;
    int64_t socket_serial;
    uint64_t socket_file; /* what stands for the open file behind the socket; 0 for none */
    const pgcs_report *report;

    /* of a pair: see pair.h */
    pgcs_check *partner; /* the other side; NULL once it is freed */
    uint64_t pair_key;   /* of both; 0 for a check alone */
    bool sealing;        /* tables are sealed, and read in full where they differ */
    bool met;            /* the second string may be sent, or was */
    struct seals seals;
    uint32_t *wanted_tables; /* their oids, when not all of them are wanted in full */
    size_t wanted_count;
};

pgcs_status
check_new(const pgcs_spec *spec, const pgcs_tls *tls, const pgcs_policy *policy,
          pgcs_check **out, struct diag *diag);
void
check_free(pgcs_check *check);

/* While the state is NEW. */
pgcs_status
check_add_schema(pgcs_check *check, const char *schema, struct diag *diag);
pgcs_status
check_add_table(pgcs_check *check, const char *schema, const char *table, struct diag *diag);

/* Go on as far as possible without waiting. */
pgcs_status
check_step(pgcs_check *check, struct diag *diag);
int
check_socket(const pgcs_check *check);
int64_t
check_socket_serial(const pgcs_check *check);
uint32_t
check_wants(const pgcs_check *check);
int64_t
check_timeout_ms(const pgcs_check *check);

/* The objects that have come so far; NULL when there are none yet, and without memory. */
pgcs_objects *
check_objects_new(const pgcs_check *check, uint32_t kinds);

/* Steps and poll(2) until there is a report. */
pgcs_status
check_run(pgcs_check *check, struct diag *diag);

#endif
