/* Host lists: host, hostaddr and port as libpq lines them up. */
#ifndef SPEC_HOST_H
#define SPEC_HOST_H

#include "spec/spec.h"

/* Fill the hosts of @spec from its parameters. False without memory. */
bool
hosts_fill(pgcs_spec *spec);

/* Items of a comma list: one at least, even in an empty text. */
size_t
list_count(const char *text);

/* The next item of a comma list; @rest starts as the whole and ends as NULL. */
struct slice
list_next(const char **rest);

/* A port as libpq reads it: 0 for an empty text, -1 when it is none of 1 to 65535. */
int32_t
port_number(struct slice text);

/* How numeric addresses are written. */
bool
is_ipv4(const char *data, size_t size);
bool
is_ipv6(const char *data, size_t size); /* with or without a zone, without brackets */

#endif
