/* What the programs share that have libpq as their oracle. */
#ifndef ORACLE_ORACLE_H
#define ORACLE_ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "suite.h"

extern uint64_t oracle_seed;   /* ORACLE_SEED, or a fresh one */
extern uint64_t oracle_inputs; /* ORACLE_INPUTS, or the usual number */

/* Does a row of doc/differences.md have this name? */
bool
oracle_excuses(const char *name);

/* The main() of such a program, whose one argument is doc/differences.md. */
int
oracle_main(int count, char **arguments, uint64_t usual_inputs, const char *name,
            suite_filler *fill);

#endif
