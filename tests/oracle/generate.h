/* Inputs for the oracle: random ones that look like specs, and specs with random faults. */
#ifndef ORACLE_GENERATE_H
#define ORACLE_GENERATE_H

#include <stddef.h>
#include <stdint.h>

#define LONGEST_INPUT 2048

struct random {
    uint64_t state;
};

/* A number below @bound. */
uint64_t
random_below(struct random *random, uint64_t bound);

/* Each writes a terminated text without a zero byte inside, and returns its size. */
size_t
generate_uri(struct random *random, char *out);
size_t
generate_keywords(struct random *random, char *out);
size_t
generate_mutation(struct random *random, char *out);
size_t
generate_bytes(struct random *random, char *out);

#endif
