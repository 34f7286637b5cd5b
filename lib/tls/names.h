/* Whether a server certificate is for a host: as libpq has it, and as it should be. */
#ifndef TLS_NAMES_H
#define TLS_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/x509.h>

/* What libpq of that version would say. 0 is the newest. */
bool
names_match_libpq(const X509 *certificate, const char *host, int32_t libpq_version);

/* RFC 6125 as OpenSSL has it: no common name where there are others, no wildcard for "*.com".
 */
bool
names_match_strictly(X509 *certificate, const char *host);

#endif
