/*
 * Trust roots, client identity and revocation lists, checked and described: what a pgcs_tls is.
 * Immutable once made; everything in it lives in its pool, which is wiped at the end.
 */
#ifndef TLS_MATERIAL_H
#define TLS_MATERIAL_H

#include <stdbool.h>

#include <pgconnspec/tls.h>

#include "base/pool.h"
#include "base/refs.h"
#include "base/scanner.h"

/* One certificate, described. Strings are terminated and printable. */
struct certificate {
    const char *subject;
    const char *issuer;
    const char *sha256; /* lower case hexadecimal, no colons */
    int64_t not_before; /* seconds since 1970-01-01 UTC; INT64_MIN when out of range */
    int64_t not_after;
};

/* What the ssl* parameters of a spec name, and a TLS block may give instead. */
enum material {
    MATERIAL_ROOTS,
    MATERIAL_CERTIFICATE,
    MATERIAL_KEY,
    MATERIAL_CRL,
    MATERIAL_COUNT,
};

struct pgcs_tls {
    struct refs refs;
    struct pool *pool;
    struct slice pem[MATERIAL_COUNT];        /* normalized; empty when not given */
    const char *loaded_from[MATERIAL_COUNT]; /* path, or NULL when given as text */
    struct certificate *chains[2];           /* [PGCS_CHAIN_ROOTS - 1] and so on */
    size_t counts[2];
    bool system_roots;
    const char *server_name; /* NULL when not given */
    struct slice passphrase; /* of the key; terminated; empty when there is none */
};

/* Whether @tls, which may be NULL, holds @material as text. */
static inline bool
tls_has(const pgcs_tls *tls, enum material material) {
    return tls != NULL && tls->pem[material].size > 0;
}

#endif
