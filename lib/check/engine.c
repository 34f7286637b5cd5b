/*
 * The engine. A step goes on until something has to be waited for:
 *
 *   NEW -> HOST -> RESOLVING -> ADDRESS -> CONNECTING -> LOOKING -> DONE
 *           ^                     ^            |
 *           |                     |            v
 *           +- the next host -----+------- (DIAGNOSING, when TLS failed)
 *
 * Hosts and their addresses are tried one at a time, in libpq's order and by libpq's rules, but
 * here, so that each has its own time and its own cause. Whatever happens ends in a report; a
 * step fails only when the library can't do its job.
 */
#include "check/check.h"

#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "check/attempt.h"
#include "check/handshake.h"
#include "check/look.h"
#include "check/pair.h"
#include "spec/spec.h"
#include "tls/stage.h"

#define TURNS 64 /* of a step */

int64_t
clock_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- waiting ---------------------------------------------------------------------------------
 */

int
check_socket(const pgcs_check *check) {
    if (check->phase == PHASE_RESOLVING)
        return resolve_socket(check->resolution);
    if (check->phase == PHASE_DIAGNOSING)
        return check->handshake.socket;
    if (check->phase == PHASE_CONNECTING || check->phase == PHASE_LOOKING ||
        check->phase == PHASE_MEETING)
        return connection_socket(&check->connection);
    return -1;
}

int64_t
check_socket_serial(const pgcs_check *check) {
    return check->socket_serial;
}

uint32_t
check_wants(const pgcs_check *check) {
    if (check->phase == PHASE_RESOLVING)
        return PGCS_WANT_READ;
    if (check->phase == PHASE_DIAGNOSING)
        return handshake_wants(check);
    return check->connection.wants;
}

static int64_t
next_deadline(const pgcs_check *check) {
    bool attempting = check->phase != PHASE_LOOKING;
    return attempting && check->attempt_deadline < check->deadline ? check->attempt_deadline
                                                                   : check->deadline;
}

int64_t
check_timeout_ms(const pgcs_check *check) {
    if (check->state == PGCS_STATE_NEW ||
        (check->phase == PHASE_MEETING && pair_is_decided(check)))
        return 0;
    int64_t deadline = next_deadline(check);
    if (check->state != PGCS_STATE_RUNNING || deadline == NEVER)
        return -1;
    int64_t left = deadline - clock_ms();
    return left > 0 ? left : 0;
}

/*
 * Whether what we wait for has come. libpq must not be asked too early; nobody else can tell
 * for sure, since the descriptor may be another one than the caller waited for.
 */
static bool
is_ready(const pgcs_check *check) {
    if (check->phase == PHASE_MEETING && pair_is_decided(check))
        return true;
    uint32_t wants = check_wants(check);
    struct pollfd fd = {.fd = check_socket(check),
                        .events = (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                                          (wants & PGCS_WANT_WRITE ? POLLOUT : 0))};
    return poll(&fd, 1, 0) > 0;
}

/* --- phases ----------------------------------------------------------------------------------
 */

/* libpq would take the name of this process' user, which nobody said. */
static bool
names_nobody(const pgcs_spec *spec, struct diag *why) {
    if (spec_filled(spec, KEYWORD_USER) != NULL)
        return false;
    diag_fail(why, PGCS_CAUSE_SPEC_REFUSED, "no user is named");
    diag_hint(why, "Name the user to connect as, or resolve the spec in an environment that "
                   "names one.");
    diag_field(why, "user");
    return true;
}

/*
 * What a walsender of a whole cluster takes are commands of replication; one of a database
 * takes SQL as well. To ask an ordinary session instead would prove nothing: pg_hba.conf has
 * other lines for the two.
 */
static bool
asks_for_replication(const pgcs_spec *spec, struct diag *why) {
    static const char *const taken[] = {"database", "false", "off", "no", "0"};
    const char *said = spec_filled(spec, KEYWORD_REPLICATION);
    for (size_t i = 0; said != NULL && i < sizeof taken / sizeof taken[0]; i++)
        if (strcmp(said, taken[i]) == 0)
            said = NULL;
    if (said == NULL)
        return false;
    diag_fail(why, PGCS_CAUSE_SPEC_REFUSED,
              "not tried: in a replication session nothing can be asked of the catalogs");
    diag_hint(why, "Leave replication out, or set replication=database.");
    diag_field(why, "replication");
    return true;
}

static pgcs_status
refuse(pgcs_check *check, const struct diag *why, struct diag *diag) {
    pgcs_status status = keep_news(check, &check->attempts, why, diag);
    return status == PGCS_OK ? check_finish(check, diag) : status;
}

/* What the policy forbids is not tried: a password would be out before anybody knew. */
static pgcs_status
begin(pgcs_check *check, struct diag *diag) {
    struct diag why;
    check->state = PGCS_STATE_RUNNING;
    check->phase = PHASE_HOST;
    check->start = clock_ms();
    if (check->timeout_ms >= 0)
        check->deadline = check->start + check->timeout_ms;
    attempts_order(check);
    if (names_nobody(check->spec, &why) || asks_for_replication(check->spec, &why))
        return refuse(check, &why, diag);
    return check->policy == NULL ? PGCS_OK : check_judge(check, diag);
}

/* Go on with the phase. */
static pgcs_status
advance(pgcs_check *check, struct diag *diag) {
    switch (check->phase) {
    case PHASE_NEW:
        return begin(check, diag);
    case PHASE_HOST:
        return attempt_host(check, diag);
    case PHASE_RESOLVING:
        return attempt_resolved(check, diag);
    case PHASE_ADDRESS:
        return attempt_address(check, diag);
    case PHASE_CONNECTING:
        return attempt_continue(check, diag);
    case PHASE_DIAGNOSING:
        return attempt_diagnosed(check, false, diag);
    case PHASE_MEETING:
        return pair_continue(check, diag);
    default:
        return look_continue(check, diag);
    }
}

static bool
waits(const pgcs_check *check) {
    return check->phase == PHASE_RESOLVING || check->phase == PHASE_CONNECTING ||
           check->phase == PHASE_DIAGNOSING || check->phase == PHASE_LOOKING ||
           check->phase == PHASE_MEETING;
}

static pgcs_status
end_of_time(pgcs_check *check, struct diag *diag) {
    if (check->phase == PHASE_LOOKING || check->phase == PHASE_MEETING)
        return look_timed_out(check, diag);
    if (check->phase == PHASE_DIAGNOSING)
        return attempt_diagnosed(check, true, diag);
    return attempt_timed_out(check, diag);
}

/* libpq, too, may have closed its socket and opened another one under the same number. */
static void
note_socket(pgcs_check *check) {
    struct stat file;
    int socket = check_socket(check);
    if (socket < 0 || fstat(socket, &file) != 0 || check->socket_file == file.st_ino)
        return;
    check->socket_file = file.st_ino;
    check->socket_serial++;
}

/* Bytes may come for ever: after some of them, others want their turn. */
pgcs_status
check_step(pgcs_check *check, struct diag *diag) {
    pgcs_status status = PGCS_OK;
    bool more = true;
    for (int turns = 0; status == PGCS_OK && more && check->phase != PHASE_DONE; turns++) {
        more = check->phase != PHASE_LOOKING && turns < TURNS;
        if (waits(check) && clock_ms() >= next_deadline(check))
            status = end_of_time(check, diag);
        else if (!waits(check) || is_ready(check))
            status = advance(check, diag);
        else
            more = false;
    }
    if (status != PGCS_OK)
        check->state = PGCS_STATE_DEAD;
    note_socket(check);
    return status;
}
