#ifndef PGCS_TLS_H
#define PGCS_TLS_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>
#include <pgconnspec/spec.h>

PGCS_BEGIN_DECLS

/* --- tls_builder: certificates and keys, as text or files -------------------------------- */

/** Trust roots and client identity: immutable, shareable, counted, wiped at the end. */
typedef struct pgcs_tls pgcs_tls;
/**
 * Collects PEM (RFC 7468), then makes a pgcs_tls. Mutable, one thread at a time. Wiped when it
 * is freed.
 *
 * The functions that take PEM read it at once and copy it; what was given before is replaced,
 * on success only. Text that was damaged in a way that leaves no doubt (a byte order mark,
 * Windows line ends, \n spelled out, quotes, indentation, blanks for line ends, base64 round
 * the whole) is repaired, and pgcs_tls_preflight() says so. Anything else is PGCS_ERR_PEM, with
 * what it is and how to convert it.
 */
typedef struct pgcs_tls_builder pgcs_tls_builder;

/** A builder that has nothing; NULL without memory. The caller frees it. Since: 0.1. */
PGCS_API PGCS_MUST_USE pgcs_tls_builder *
pgcs_tls_builder_new(void);
/** Wipes and frees @p builder; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_tls_builder_free(pgcs_tls_builder *builder);
/**
 * Give the certificates of the authorities that may sign for the server, @p size bytes of PEM;
 * several are fine.
 *
 * Errors: PGCS_ERR_PEM; PGCS_ERR_ENCODING for UTF-16 and zero bytes; PGCS_ERR_CONFLICT after
 * pgcs_tls_builder_use_system_roots(); PGCS_ERR_LIMIT over 1 MiB, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_roots(pgcs_tls_builder *builder, const char *pem, size_t size,
                           pgcs_error **err);
/**
 * Trust what this system trusts. It takes verify-full: anybody can get a certificate from those
 * authorities. A libpq before 16 gets them as a file. Source: libpq documentation,
 * "sslrootcert".
 *
 * Errors: PGCS_ERR_CONFLICT when roots were given, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_use_system_roots(pgcs_tls_builder *builder, pgcs_error **err);
/**
 * Give the certificate of the client, then those of the authorities between it and its root, @p
 * size bytes of PEM.
 *
 * Errors: PGCS_ERR_PEM, also for a private key; PGCS_ERR_ENCODING for UTF-16 and zero bytes;
 * PGCS_ERR_LIMIT over 1 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_certificate(pgcs_tls_builder *builder, const char *pem, size_t size,
                                 pgcs_error **err);
/**
 * Give the private key of the client certificate, @p size bytes of PEM, and the pass phrase
 * that it is encrypted with; NULL and 0 for none. Certificates that stand beside the key are
 * passed over. Both buffers are copied and may be wiped on return. Whether the pass phrase fits
 * is seen by pgcs_tls_builder_finish().
 *
 * Errors: PGCS_ERR_PEM, also for several keys; PGCS_ERR_ENCODING for UTF-16 and zero bytes, in
 * the pass phrase too; PGCS_ERR_LIMIT over 1 MiB, or a pass phrase over 1023 bytes;
 * PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_key(pgcs_tls_builder *builder, const char *pem, size_t size,
                         const char *passphrase, size_t passphrase_size, pgcs_error **err);
/**
 * Give revocation lists, @p size bytes of PEM: libpq wants a current one of every authority in
 * the server's chain.
 *
 * Errors: PGCS_ERR_PEM, also for a certificate; PGCS_ERR_ENCODING for UTF-16 and zero bytes;
 * PGCS_ERR_LIMIT over 1 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_crls(pgcs_tls_builder *builder, const char *pem, size_t size,
                          pgcs_error **err);
/**
 * Set the name to expect in the server certificate when it differs from the host.
 *
 * Errors: PGCS_ERR_BAD_VALUE for what no certificate bears: nothing, more than 253 bytes, a
 * wildcard, a dot at the end, a list, a socket, anything outside of ASCII; PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name, pgcs_error **err);
/**
 * Read the files named by sslrootcert, sslcert, sslkey and sslcrl of @p spec, but none of which
 * the text was given before, and take its sslpassword for a key from its file. Parameters that
 * are not set name no file: libpq's default places are not looked at. Does file I/O.
 *
 * Errors: PGCS_ERR_SYSTEM when a file is not there or can't be read; PGCS_ERR_BAD_VALUE for
 * what is no plain file, or a key that others may read; those of the text itself, PGCS_ERR_PEM,
 * PGCS_ERR_ENCODING, PGCS_ERR_LIMIT; PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Files read by then stay.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, pgcs_error **err);
/**
 * Check what was given against each other, and make a pgcs_tls of it; nothing given is fine.
 * Nobody is ever asked for a pass phrase. The builder may be used on, and must be freed. What
 * depends on the time is for pgcs_tls_preflight().
 *
 * Errors: PGCS_ERR_CONFLICT for a certificate without key or a key without certificate;
 * PGCS_ERR_KEY_MISMATCH when the key does not belong to the first certificate; PGCS_ERR_PEM for
 * a block whose content does not decode; PGCS_ERR_BAD_VALUE for a pass phrase that is missing
 * or wrong; PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_finish(pgcs_tls_builder *builder, const pgcs_tls **out, pgcs_error **err);

/* --- tls: what TLS material says --------------------------------------------------------- */

/**
 * What can be said of the material before anybody connects, as findings PGCS_CODE_* in @p out:
 * what was repaired, what is expired at @p now_unix (seconds since 1970-01-01 UTC) or within 30
 * days of it, too weak, not meant for clients, of no use as a root; lists of revoked
 * certificates that would make every connection fail. No I/O, no clock. Source: RFC 5280.
 *
 * Errors: PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_preflight(const pgcs_tls *tls, int64_t now_unix, const pgcs_report **out,
                   pgcs_error **err);

/** Takes a reference and returns @p tls; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_tls *
pgcs_tls_ref(const pgcs_tls *tls);
/** Gives a reference back; NULL is fine. Always returns NULL. Since: 0.1. */
PGCS_API const pgcs_tls *
pgcs_tls_unref(const pgcs_tls *tls);

/** Which certificates a question is about. */
typedef int32_t pgcs_chain;
enum pgcs_chain_ {
    PGCS_CHAIN_ROOTS = 1, /* of the authorities that may sign for the server */
    PGCS_CHAIN_CLIENT = 2 /* the client's own, then those between it and its root */
};

/** Certificates in @p chain; 0 for NULL, and for an unknown chain. Since: 0.1. */
PGCS_API size_t
pgcs_tls_count(const pgcs_tls *tls, pgcs_chain chain);
/**
 * Subject of certificate @p i as one line (RFC 2253, control characters escaped), which lives
 * as long as @p tls; NULL past the end. Since: 0.1.
 */
PGCS_API const char *
pgcs_tls_subject(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/** Issuer of certificate @p i, like its subject; NULL past the end. Since: 0.1. */
PGCS_API const char *
pgcs_tls_issuer(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/**
 * SHA-256 fingerprint of certificate @p i, 64 hexadecimal digits in lower case, which live as
 * long as @p tls; NULL past the end. Since: 0.1.
 */
PGCS_API const char *
pgcs_tls_sha256(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/**
 * First second of certificate @p i, since 1970-01-01 UTC; INT64_MIN past the end, or when it
 * has none that can be told. Since: 0.1.
 */
PGCS_API int64_t
pgcs_tls_not_before_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/**
 * Last second of certificate @p i, since 1970-01-01 UTC; INT64_MIN past the end, or when it has
 * none that can be told. Since: 0.1.
 */
PGCS_API int64_t
pgcs_tls_not_after_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/**
 * Name to expect in the server certificate, which lives as long as @p tls; NULL when it is that
 * of the host. Since: 0.1.
 */
PGCS_API const char *
pgcs_tls_server_name(const pgcs_tls *tls);
/** 1 if there is a client's private key, else 0. Since: 0.1. */
PGCS_API int
pgcs_tls_has_key(const pgcs_tls *tls);

/* --- stage: what to hand to libpq -------------------------------------------------------- */

/**
 * A conninfo string for PQconnectdb() and whatever it names: PEM texts, those of the files that
 * the spec names too, stand in anonymous files until the last unref, which must come after
 * PQfinish(). Every parameter is written out, so that neither the environment nor a home
 * directory can weaken it. Immutable, counted, wiped at the end. Its files belong to the
 * process that made it.
 */
typedef struct pgcs_stage pgcs_stage;

/**
 * Stage @p spec with @p tls, which may be NULL, for the libpq of @p libpq_version, as
 * pgcs_libpq_version() gives it. Files that the spec names, and that @p tls does not stand for,
 * are read and checked as pgcs_tls_builder_load() and pgcs_tls_builder_finish() do. With roots,
 * require is carried out as verify-ca. The system's roots, which libpq knows from 16 on, are
 * staged for an older one: what OpenSSL finds by its default paths, SSL_CERT_FILE included. A
 * spec that still names a service should go through pgcs_spec_resolve() first: the service is
 * not looked up here.
 *
 * Errors: PGCS_ERR_CONFLICT when the connection would be weaker than it looks
 * (pgcs_policy_evaluate() tells all there is to say); PGCS_ERR_NOT_EXPRESSIBLE when that libpq
 * lacks a parameter of the spec, or the server name differs from the host and the host has no
 * numeric address; PGCS_ERR_BAD_VALUE when sslmode is no word of libpq's. Of files that the
 * spec names: PGCS_ERR_SYSTEM when one can't be read, PGCS_ERR_BAD_VALUE for a key that others
 * may read or a pass phrase that does not fit, PGCS_ERR_PEM, PGCS_ERR_ENCODING,
 * PGCS_ERR_KEY_MISMATCH, PGCS_ERR_LIMIT over 1 MiB. PGCS_ERR_SYSTEM also when no private file
 * can be made or the system has no roots, PGCS_ERR_LIBRARY when OpenSSL can't encrypt the key
 * for a file with a name; PGCS_ERR_MISUSE, also for a libpq before 13; PGCS_ERR_NOMEM.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_stage_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
               const pgcs_stage **out, pgcs_error **err);
/** Takes a reference and returns @p stage; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_stage *
pgcs_stage_ref(const pgcs_stage *stage);
/**
 * Gives a reference back, and takes the files away with the last one; NULL is fine. Always
 * returns NULL. Since: 0.1.
 */
PGCS_API const pgcs_stage *
pgcs_stage_unref(const pgcs_stage *stage);
/**
 * The string, which lives as long as @p stage and carries secrets; NULL for NULL. Since: 0.1.
 */
PGCS_API const char *
pgcs_stage_conninfo(const pgcs_stage *stage);
/**
 * See that the files of @p stage are still those that were made. libpq opens them at each TLS
 * handshake, by the number of a descriptor as a rule: a program that closed descriptors which
 * were not its own, and opened other files since, would have libpq read those. To be asked
 * before PQreset(), and before PQconnectStart() when time has passed.
 *
 * Errors: PGCS_ERR_SYSTEM when one is gone or another file stands in its place: make a new
 * stage and a new connection; PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_stage_check(const pgcs_stage *stage, pgcs_error **err);

PGCS_END_DECLS

#endif
