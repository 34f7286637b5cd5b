/* The blocking wrapper: poll(2), and nothing of the engine but what everybody has. */
#include "check/check.h"

#include <limits.h>
#include <poll.h>

static short
events_of(uint32_t wants) {
    return (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                   (wants & PGCS_WANT_WRITE ? POLLOUT : 0));
}

/* What it waits for goes behind the others; the shorter of both times. */
static int64_t
add_wait(pgcs_check *check, struct pollfd *fds, nfds_t *count, int64_t timeout) {
    fds[(*count)++] =
        (struct pollfd){.fd = check_socket(check), .events = events_of(check_wants(check))};
    int64_t own = check_timeout_ms(check);
    return own < 0 || (timeout >= 0 && timeout < own) ? timeout : own;
}

static bool
runs(const pgcs_check *check) {
    return check != NULL && check->state <= PGCS_STATE_RUNNING;
}

/* The other side of a pair goes on as well; a failure of its own counts where we have none. */
pgcs_status
check_run(pgcs_check *check, struct diag *diag) {
    pgcs_status status = PGCS_OK, other = PGCS_OK;
    while (status == PGCS_OK && (runs(check) || runs(check->partner))) {
        struct pollfd fds[2];
        nfds_t count = 0;
        int64_t timeout = -1;
        if (runs(check))
            status = check_step(check, diag);
        if (status == PGCS_OK && runs(check->partner))
            other = check_step(check->partner, diag);
        if (runs(check))
            timeout = add_wait(check, fds, &count, timeout);
        if (runs(check->partner))
            timeout = add_wait(check->partner, fds, &count, timeout);
        if (status == PGCS_OK && count > 0)
            poll(fds, count, timeout > INT_MAX ? INT_MAX : (int)timeout);
    }
    return status == PGCS_OK ? other : status;
}
