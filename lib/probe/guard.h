/*
 * What every call of libpq stands between: libpq writes its messages in the C locale, which
 * the classification reads, and finds OpenSSL's queue of errors empty, which it would take for
 * its own. Who reads that queue after us finds it as it was.
 */
#ifndef PROBE_GUARD_H
#define PROBE_GUARD_H

#include <locale.h>

struct tls_error;

struct guard {
    locale_t previous;
    locale_t c;
    struct tls_error *errors;
};

struct guard
guard_enter(void);
void
guard_leave(struct guard guard);

#endif
