/*
 * What every call of libpq stands between: libpq writes its messages in the C locale, which
 * the classification reads, and finds OpenSSL's queue of errors empty, which it would take for
 * its own.
 */
#ifndef PROBE_GUARD_H
#define PROBE_GUARD_H

#include <locale.h>

struct guard {
    locale_t previous;
    locale_t c;
};

struct guard
guard_enter(void);
void
guard_leave(struct guard guard);

#endif
