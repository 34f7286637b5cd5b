/* Finding out why TLS failed: a socket of our own, and the bytes of a handshake. */
#include "check/handshake.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "check/attempt.h"
#include "probe/guard.h"

#define TIME_MS 3000 /* for the whole handshake: a reason is not worth more */

/* A socket on its way to an address in numbers; -1 when there is none. */
static int
begin_connecting(const char *address, const char *port) {
    struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    if (address == NULL || getaddrinfo(address, port, &hints, &found) != 0)
        return -1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, found->ai_addr, found->ai_addrlen) != 0 &&
        errno != EINPROGRESS) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static struct diagnosis *
begin_diagnosis(const pgcs_check *check) {
    struct diagnosis *diagnosis = NULL;
    struct diag ignored;
    struct guard guard = guard_enter();
    diagnosis_new(check->spec, check->tls, libpq_version(), check->order[check->turn],
                  &diagnosis, &ignored);
    guard_leave(guard);
    return diagnosis;
}

static bool
has_client(const pgcs_check *check) {
    return tls_has(check->tls, MATERIAL_CERTIFICATE) ||
           spec_filled(check->spec, KEYWORD_SSLCERT) != NULL;
}

bool
handshake_begin(pgcs_check *check, const struct diag *why, enum then then) {
    struct target target = attempt_target(check);
    bool lost = why->status == PGCS_CAUSE_CONNECTION_LOST;
    enum connection_stage reached = check->connection.reached;
    /* Who hangs up when he must speak TLS, or is shown a certificate, says as little as libpq.
     */
    bool hung_up = lost && reached == STAGE_NEGOTIATING && target.tls == TLS_ALWAYS;
    bool shown = lost && reached != STAGE_REACHING && has_client(check);
    if (target.socket != NULL || !(why->status == PGCS_CAUSE_TLS_FAILED || hung_up || shown))
        return false;
    struct handshake *handshake = &check->handshake;
    handshake->socket =
        begin_connecting(target.address ? target.address : target.host, target.port);
    handshake->diagnosis = handshake->socket < 0 ? NULL : begin_diagnosis(check);
    handshake->why = *why;
    handshake->then = then;
    handshake->suspect_client = shown;
    handshake->suspect_tls = !lost || hung_up;
    if (handshake->diagnosis == NULL) {
        handshake_drop(check);
        return false;
    }
    connection_close(&check->connection); /* the server may let in one of us only */
    int64_t end = clock_ms() + TIME_MS;
    check->attempt_deadline = end < check->deadline ? end : check->deadline;
    check->phase = PHASE_DIAGNOSING;
    return true;
}

/* The server's alert and the end of the connection overtake each other at times. */
static void
suspect_client(const struct target *target, struct diag *why) {
    blame(target, PGCS_CAUSE_CLIENT_REFUSED, why,
          "the server broke off when it was shown the client certificate");
    diag_hint(why, "It may not trust the authority of that certificate, or the certificate is "
                   "out of its time; the server's log says more.");
    diag_field(why, "sslcert");
}

/* What we found out, in the words of the attempt; libpq's reason holds when it was nothing. */
static void
conclude(pgcs_check *check) {
    struct handshake *handshake = &check->handshake;
    struct target target = attempt_target(check);
    struct diag found;
    /* A second connection that breaks off as well has nothing to add. */
    if (handshake->why.status == PGCS_CAUSE_CONNECTION_LOST &&
        !diagnosis_is_done(handshake->diagnosis))
        return;
    bool faulty = diagnosis_result(handshake->diagnosis, (int64_t)time(NULL), &found);
    if (!faulty && handshake->suspect_client && diagnosis_suspects_client(handshake->diagnosis))
        suspect_client(&target, &handshake->why);
    if (!faulty || !handshake->suspect_tls)
        return;
    blame(&target, found.status, &handshake->why, "%s", found.message);
    diag_hint(&handshake->why, "%s", found.hint);
    diag_field(&handshake->why, found.field);
}

enum moved { MOVED, WAITS, ENDED };

static enum moved
failed_call(void) {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? WAITS : ENDED;
}

static enum moved
move_bytes(struct handshake *handshake) {
    char data[4096];
    struct slice output = diagnosis_output(handshake->diagnosis);
    if (output.size > 0) {
        ssize_t sent = send(handshake->socket, output.data, output.size, MSG_NOSIGNAL);
        if (sent < 0)
            return failed_call();
        diagnosis_sent(handshake->diagnosis, (size_t)sent);
        return MOVED;
    }
    ssize_t got = recv(handshake->socket, data, sizeof data, 0);
    if (got < 0)
        return failed_call();
    diagnosis_received(handshake->diagnosis, data, (size_t)got);
    return got == 0 ? ENDED : MOVED;
}

bool
handshake_continue(pgcs_check *check) {
    struct handshake *handshake = &check->handshake;
    struct guard guard = guard_enter();
    enum moved moved = MOVED;
    while (moved == MOVED && !diagnosis_is_done(handshake->diagnosis))
        moved = move_bytes(handshake);
    bool done = moved == ENDED || diagnosis_is_done(handshake->diagnosis);
    if (done)
        conclude(check);
    guard_leave(guard);
    return done;
}

uint32_t
handshake_wants(const pgcs_check *check) {
    return diagnosis_output(check->handshake.diagnosis).size > 0 ? PGCS_WANT_WRITE
                                                                 : PGCS_WANT_READ;
}

void
handshake_drop(pgcs_check *check) {
    struct handshake *handshake = &check->handshake;
    if (handshake->socket >= 0)
        close(handshake->socket);
    diagnosis_free(handshake->diagnosis);
    handshake->socket = -1;
    handshake->diagnosis = NULL;
}
