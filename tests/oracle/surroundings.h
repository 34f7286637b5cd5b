/* Inputs for the oracle of resolving: specs, and all that stands around them. */
#ifndef ORACLE_SURROUNDINGS_H
#define ORACLE_SURROUNDINGS_H

#include "base/text.h"
#include "oracle/generate.h"

struct input {
    struct buf spec; /* a keyword/value string, terminated */
    struct buf services;
    struct buf passwords;
};

/* Fill what is empty yet; only with parameters that the libpq in use has. */
void
generate_input(struct random *random, struct input *out);

/* Give this process a fresh set of libpq's variables. */
void
set_variables(struct random *random);

#endif
