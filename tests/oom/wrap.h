/* Allocation that fails on demand, for the objects linked with --wrap. */
#ifndef OOM_WRAP_H
#define OOM_WRAP_H

#include <stdbool.h>

/* From now on the @nth allocation fails, from 1; with @all those after it, too. */
void
wrap_arm(long nth, bool all);
/* How many failed since. */
long
wrap_failures(void);
/* No allocation fails from now on. */
void
wrap_disarm(void);

#endif
