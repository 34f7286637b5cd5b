/* Wiping of memory that held, or may have held, a secret. */
#include "base/secret.h"

#include <string.h>

void
secret_wipe(void *data, size_t size) {
    if (size > 0)
        explicit_bzero(data, size);
}
