/* OpenSSL's queue of errors. */
#include "tls/errors.h"

#include <openssl/err.h>

void
tls_clear_errors(void) {
    ERR_clear_error();
}
