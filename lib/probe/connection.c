/* One connection of libpq. */
#include "probe/connection.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include <libpq-fe.h>

#include <pgconnspec/check.h>

#include "probe/guard.h"
#include "probe/opening.h"
#include "tls/session.h"

int32_t
libpq_version(void) {
    return PQlibVersion();
}

static enum connection_result
fail(struct connection *connection) {
    connection->wants = 0;
    return CONNECTION_FAILED;
}

/*
 * Verbose messages carry the SQLSTATE, which libpq has no other way to tell of a connection
 * that failed. Notices would go to stderr; why the server ends a session that is idle is one.
 */
static void
take_notice(void *context, const PGresult *result) {
    struct connection *connection = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (severity != NULL && sqlstate != NULL && strcmp(severity, "FATAL") == 0)
        snprintf(connection->last_words, sizeof connection->last_words, "%s", sqlstate);
}

enum connection_result
connection_start(struct connection *connection, const char *conninfo, bool direct) {
    struct guard guard = guard_enter();
    errno = 0;
    *connection = (struct connection){.pg = PQconnectStart(conninfo), .direct = direct};
    connection->os_code = errno;
    guard_leave(guard);
    if (connection->pg == NULL || PQstatus(connection->pg) == CONNECTION_BAD)
        return fail(connection);
    /* Else who asks for the password without end, and reads nothing, would keep libpq waiting.
     */
    if (PQsetnonblocking(connection->pg, 1) != 0)
        return fail(connection);
    PQsetErrorVerbosity(connection->pg, PQERRORS_VERBOSE);
    PQsetNoticeReceiver(connection->pg, take_notice, connection);
    connection->wants = PGCS_WANT_WRITE; /* as PQconnectPoll() is documented to begin */
    return CONNECTION_WAITS;
}

bool
connection_is_out_of_memory(const struct connection *connection) {
    return connection->pg == NULL;
}

/* --- latency ---------------------------------------------------------------------------------
 */

int64_t
connection_now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
connection_asked(struct connection *connection, int64_t before_us) {
    connection->asked_us = before_us;
}

void
connection_answered(struct connection *connection) {
    if (connection->asked_us == 0)
        return;
    int64_t took = connection_now_us() - connection->asked_us;
    if (connection->answer_us == 0 || took < connection->answer_us)
        connection->answer_us = took > 0 ? took : 1;
    connection->asked_us = 0;
}

/* --- steps -----------------------------------------------------------------------------------
 */

/*
 * Look at the first answer, and leave it there: what is no PostgreSQL libpq may take for a part
 * of a message, and wait for the rest.
 */
static void
look_at_answer(struct connection *connection) {
    char bytes[OPENING_SIZE];
    ConnStatusType status = PQstatus(connection->pg);
    if (connection->answered ||
        (status != CONNECTION_SSL_STARTUP && status != CONNECTION_AWAITING_RESPONSE))
        return;
    ssize_t size = recv(PQsocket(connection->pg), bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);
    connection->answered = size > 0;
    if (size > 0)
        connection->other =
            opening_names((struct slice){bytes, (size_t)size}, connection->direct);
}

enum connection_stage
connection_stage(const struct connection *connection) {
    switch (PQstatus(connection->pg)) {
    case CONNECTION_NEEDED:
    case CONNECTION_STARTED:
    case CONNECTION_MADE:
        return STAGE_REACHING;
    case CONNECTION_SSL_STARTUP:
    case CONNECTION_GSS_STARTUP:
        return STAGE_NEGOTIATING;
    case CONNECTION_AUTH_OK:
    case CONNECTION_SETENV:
        return STAGE_STARTING;
    case CONNECTION_CHECK_WRITABLE:
    case CONNECTION_CHECK_TARGET:
    case CONNECTION_CONSUME:
#ifdef LIBPQ_HAS_PIPELINING /* since 14 */
    case CONNECTION_CHECK_STANDBY:
#endif
        return STAGE_CHOOSING;
    default:
        return STAGE_AUTHENTICATING;
    }
}

enum connection_result
connection_step(struct connection *connection) {
    assert(connection->pg != NULL);
    connection->reached = connection_stage(connection);
    connection_answered(connection);
    look_at_answer(connection);
    if (connection->other != NULL)
        return fail(connection);
    int64_t now = connection_now_us();
    struct guard guard = guard_enter();
    PostgresPollingStatusType status = PQconnectPoll(connection->pg);
    guard_leave(guard);
    switch (status) {
    case PGRES_POLLING_READING:
        /* Later on, nobody but libpq knows whether it sent something before it reads. */
        if (connection->answer_us == 0)
            connection_asked(connection, now);
        connection->wants = PGCS_WANT_READ;
        return CONNECTION_WAITS;
    case PGRES_POLLING_WRITING:
        connection->wants = PGCS_WANT_WRITE;
        return CONNECTION_WAITS;
    case PGRES_POLLING_OK:
        connection->wants = 0;
        /* From here on, closing may not wait for the peer either. */
        return PQsetnonblocking(connection->pg, 1) == 0 ? CONNECTION_OPEN : fail(connection);
    default:
        return fail(connection);
    }
}

int
connection_socket(const struct connection *connection) {
    return connection->pg == NULL ? -1 : PQsocket(connection->pg);
}

void
connection_evidence(const struct connection *connection, struct evidence *evidence) {
    const char *text = connection->other ? connection->other : PQerrorMessage(connection->pg);
    *evidence = (struct evidence){.text = text, .os_code = connection->os_code, .sqlstate = ""};
}

int
connection_server_version(const struct connection *connection) {
    return PQserverVersion(connection->pg);
}

bool
connection_uses_tls(const struct connection *connection) {
    return PQsslInUse(connection->pg) != 0;
}

const char *
connection_tls_attribute(const struct connection *connection, const char *name) {
    return PQsslAttribute(connection->pg, name);
}

void *
connection_ssl(const struct connection *connection) {
    bool ours = session_is_ours((const void *)(uintptr_t)PQsslStruct);
    return ours ? PQsslStruct(connection->pg, "OpenSSL") : NULL;
}

bool
connection_has_unread(const struct connection *connection, int *quiet) {
    if (!connection_uses_tls(connection))
        return false;
    void *ssl = connection_ssl(connection);
    if (ssl != NULL)
        return session_has_unread(ssl);
    struct pollfd socket = {.fd = connection_socket(connection), .events = POLLIN};
    *quiet = poll(&socket, 1, 0) > 0 ? 0 : *quiet + 1;
    return *quiet <= 2;
}

bool
connection_is_quiet(const struct connection *connection) {
    struct pollfd socket = {.fd = connection_socket(connection), .events = POLLIN};
    return poll(&socket, 1, 0) == 0;
}

const char *
connection_parameter(const struct connection *connection, const char *name) {
    return PQparameterStatus(connection->pg, name);
}

uint32_t
connection_process(const struct connection *connection) {
    return (uint32_t)PQbackendPID(connection->pg);
}

const char *
connection_host(const struct connection *connection) {
    return PQhost(connection->pg);
}

const char *
connection_address(const struct connection *connection) {
    return PQhostaddr(connection->pg);
}

void
connection_close(struct connection *connection) {
    if (connection->pg == NULL)
        return;
    struct guard guard = guard_enter();
    PQfinish(connection->pg);
    guard_leave(guard);
    *connection = (struct connection){.pg = NULL};
}
