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

/* One certificate, described. Strings are terminated, without control characters. */
struct certificate {
    const char *subject;
    const char *issuer;
    const char *sha256; /* lower case hexadecimal, no colons */
    int64_t not_before; /* seconds since 1970-01-01 UTC; INT64_MIN when out of range */
    int64_t not_after;
    int security_bits; /* of the weaker of key and signature */
    bool is_authority;
    bool is_self_signed;
    bool is_for_clients; /* its extensions do not rule out use by a TLS client */
};

/* One revocation list, described against the roots that it came with. */
struct revocation {
    const char *issuer;
    int64_t next_update; /* INT64_MIN when it names none */
    bool issuer_known;
    bool signature_good; /* false as well when the issuer is not known */
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
    struct slice pem[MATERIAL_COUNT];        /* canonical; empty when not given */
    unsigned repairs[MATERIAL_COUNT];        /* REPAIR_*: what was done to make it so */
    const char *loaded_from[MATERIAL_COUNT]; /* path, or NULL when given as text */
    struct certificate *chains[2];           /* by pgcs_chain, less 1 */
    size_t counts[2];
    struct revocation *crls;
    size_t crl_count;
    bool system_roots;
    bool key_is_encrypted;
    bool client_chain_known; /* the client certificate leads to one of the roots */
    const char *refusal;     /* why OpenSSL would not use the client certificate, or NULL */
    const char *server_name; /* NULL when not given */
    struct slice passphrase; /* of the key; terminated; empty when there is none */
};

/* Whether @tls, which may be NULL, holds @material as text. */
static inline bool
tls_has(const pgcs_tls *tls, enum material material) {
    return tls != NULL && tls->pem[material].size > 0;
}

const pgcs_tls *
tls_ref(const pgcs_tls *tls);
const pgcs_tls *
tls_unref(const pgcs_tls *tls); /* always NULL; wipes and frees with the last reference */

#endif
