/* What the programs share that have libpq as their oracle. */
#include "oracle/oracle.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

uint64_t oracle_seed;
uint64_t oracle_inputs;
static char differences[1 << 16]; /* the text of doc/differences.md */

bool
oracle_excuses(const char *name) {
    char row[64];
    snprintf(row, sizeof row, "\n| `%s` |", name);
    return strstr(differences, row) != NULL;
}

static uint64_t
number_from(const char *variable, uint64_t otherwise) {
    const char *text = getenv(variable);
    return text != NULL && text[0] != '\0' ? strtoull(text, NULL, 10) : otherwise;
}

int
oracle_main(int count, char **arguments, uint64_t usual_inputs, const char *name,
            suite_filler *fill) {
    uint64_t fresh = 0;
    if (count != 2 || getrandom(&fresh, sizeof fresh, 0) != sizeof fresh)
        return EXIT_FAILURE;
    FILE *file = fopen(arguments[1], "r");
    if (file == NULL)
        return EXIT_FAILURE;
    differences[fread(differences, 1, sizeof differences - 1, file)] = '\0';
    fclose(file);
    oracle_seed = number_from("ORACLE_SEED", fresh);
    oracle_inputs = number_from("ORACLE_INPUTS", usual_inputs);
    printf("# libpq %d, ORACLE_SEED=%llu ORACLE_INPUTS=%llu\n", PQlibVersion(),
           (unsigned long long)oracle_seed, (unsigned long long)oracle_inputs);
    fflush(stdout);
    return suite_run(name, fill, 3600);
}
