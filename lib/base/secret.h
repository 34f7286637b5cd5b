/* Wiping of memory that held, or may have held, a secret. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stddef.h>

/* Overwrite with zeros in a way that the compiler may not drop. NULL with size 0 is fine. */
void
secret_wipe(void *data, size_t size);

#endif
