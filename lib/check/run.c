/* The blocking wrapper: poll(2), and nothing of the engine but what everybody has. */
#include "check/check.h"

#include <limits.h>
#include <poll.h>

static short
events_of(uint32_t wants) {
    return (short)((wants & PGCS_WANT_READ ? POLLIN : 0) |
                   (wants & PGCS_WANT_WRITE ? POLLOUT : 0));
}

static void
wait_for(pgcs_check *check) {
    struct pollfd fd = {.fd = check_socket(check), .events = events_of(check_wants(check))};
    int64_t timeout = check_timeout_ms(check);
    poll(&fd, 1, timeout > INT_MAX ? INT_MAX : (int)timeout);
}

pgcs_status
check_run(pgcs_check *check, struct diag *diag) {
    pgcs_status status = check_step(check, diag);
    while (status == PGCS_OK && check->state == PGCS_STATE_RUNNING) {
        wait_for(check);
        status = check_step(check, diag);
    }
    return status;
}
