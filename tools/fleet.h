/*
 * Many checks at once, in one process and one thread.
 */
#ifndef TOOLS_FLEET_H
#define TOOLS_FLEET_H

#include "options.h"

/* `check --from`; its exit code is the highest of all. */
int
run_fleet(const struct options *options);

#endif
