/*
 * Name resolution that nobody waits for: getaddrinfo() in a thread, and a descriptor that
 * becomes readable when it has answered. LIMIT_LOOKUPS names are looked up at once in a
 * process; others wait for their turn.
 */
#ifndef PROBE_RESOLVE_H
#define PROBE_RESOLVE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diag.h"

struct resolution;

/* Longest numeric address: an IPv6 one with a zone. */
#define ADDRESS_SIZE 64

pgcs_status
resolve_start(const char *name, struct resolution **out, struct diag *diag);

/* Readable when there is an answer. */
int
resolve_socket(const struct resolution *resolution);

/* Whether its turn has come. */
bool
resolve_is_begun(const struct resolution *resolution);
/* Whether there is an answer; what is below may be asked then. */
bool
resolve_is_done(const struct resolution *resolution);
/* The error of getaddrinfo(), or 0. */
int
resolve_error(const struct resolution *resolution);
/* Numeric addresses, in the resolver's order: at least one without an error. */
size_t
resolve_count(const struct resolution *resolution);
const char *
resolve_address(const struct resolution *resolution, size_t i);

/* Forget it; the thread, if it waits for a name server, ends alone. NULL is fine. */
void
resolve_drop(struct resolution *resolution);

#endif
