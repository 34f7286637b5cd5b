/* What a peer says first: some services that are no PostgreSQL are known by it. */
#ifndef PROBE_OPENING_H
#define PROBE_OPENING_H

#include <stdbool.h>

#include "base/scanner.h"

#define OPENING_SIZE 8 /* bytes that are enough to tell */

/*
 * The service that begins with @bytes, as causes.def names it, or NULL. @direct: the client
 * began with TLS, so that TLS is no surprise.
 */
const char *
opening_names(struct slice bytes, bool direct);

#endif
