/* What every call of libpq stands between. */
#include "probe/guard.h"

#include "tls/errors.h"

/* The C locale as a whole is a static object of the C library: this does not allocate. */
struct guard
guard_enter(void) {
    struct guard guard = {.c = newlocale(LC_ALL_MASK, "C", (locale_t)0)};
    guard.previous = guard.c ? uselocale(guard.c) : (locale_t)0;
    guard.errors = tls_errors_set_aside();
    return guard;
}

void
guard_leave(struct guard guard) {
    tls_errors_put_back(guard.errors);
    if (guard.c == (locale_t)0)
        return;
    uselocale(guard.previous);
    freelocale(guard.c);
}
