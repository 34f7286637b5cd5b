#ifndef PGCS_TLS_H
#define PGCS_TLS_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>
#include <pgconnspec/spec.h>

PGCS_BEGIN_DECLS

/** Trust roots and client identity: immutable, shareable, counted, wiped at the end. */
typedef struct pgcs_tls pgcs_tls;
/** Collects PEM, then makes a pgcs_tls. Mutable, one thread at a time. */
typedef struct pgcs_tls_builder pgcs_tls_builder;

/** Empty; NULL without memory. Since 0.1, as all of this header. */
PGCS_API PGCS_MUST_USE pgcs_tls_builder *
pgcs_tls_builder_new(void);
PGCS_API void
pgcs_tls_builder_free(pgcs_tls_builder *builder); /**< NULL is fine */

/*
 * The four that take PEM read it at once and copy it; what was given before is replaced. Text
 * that was damaged in a way that leaves no doubt (a byte order mark, Windows line ends, \n
 * spelled out, quotes, indentation, blanks for line ends, base64 round the whole) is repaired,
 * and pgcs_tls_preflight() says so. Anything else is PGCS_ERR_PEM, with what it is and how to
 * convert it; PGCS_ERR_ENCODING for UTF-16 and zero bytes; PGCS_ERR_LIMIT over 1 MiB.
 */

/** Certificates of the authorities that may sign for the server; several are fine. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_roots(pgcs_tls_builder *builder, const char *pem, size_t size,
                           pgcs_error **err);
/** Trust what this system trusts; needs libpq 16 and verify-full. Not with roots of one's own.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_use_system_roots(pgcs_tls_builder *builder, pgcs_error **err);
/** Certificate of the client, then those of the authorities between it and its root. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_certificate(pgcs_tls_builder *builder, const char *pem, size_t size,
                                 pgcs_error **err);
/** @p passphrase may be NULL; both buffers are copied and may be wiped on return. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_key(pgcs_tls_builder *builder, const char *pem, size_t size,
                         const char *passphrase, size_t passphrase_size, pgcs_error **err);
/** Revocation lists: libpq wants a current one of every authority in the server's chain. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_crls(pgcs_tls_builder *builder, const char *pem, size_t size,
                          pgcs_error **err);
/** Name to expect in the server certificate when it differs from the host. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name, pgcs_error **err);
/**
 * Read the files named by sslrootcert, sslcert, sslkey and sslcrl of @p spec, but none of
 * which the text was given before, and take its sslpassword. Does file I/O: PGCS_ERR_SYSTEM
 * when a file is not there or can't be read, PGCS_ERR_BAD_VALUE for a key that others may read.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, pgcs_error **err);
/**
 * Check what was given against each other. PGCS_ERR_CONFLICT for a certificate without key or
 * a key without certificate, PGCS_ERR_KEY_MISMATCH when the two don't belong together,
 * PGCS_ERR_BAD_VALUE for a pass phrase that is missing or wrong; nobody is ever asked for one.
 * The builder may be used on, and must be freed.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_finish(pgcs_tls_builder *builder, const pgcs_tls **out, pgcs_error **err);

/**
 * What can be said of the material before anybody connects: what was repaired, what is expired
 * at @p now_unix (seconds since 1970-01-01 UTC) or within 30 days of it, too weak, not meant
 * for clients, of no use as a root; lists of revoked certificates that would make every
 * connection fail. Findings carry PGCS_CODE_*. No I/O, no clock.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_preflight(const pgcs_tls *tls, int64_t now_unix, const pgcs_report **out,
                   pgcs_error **err);

/** Takes a reference and returns it; NULL for NULL. */
PGCS_API const pgcs_tls *
pgcs_tls_ref(const pgcs_tls *tls);
PGCS_API const pgcs_tls *
pgcs_tls_unref(const pgcs_tls *tls); /**< Always NULL. */

typedef int32_t pgcs_chain;
enum pgcs_chain_ { PGCS_CHAIN_ROOTS = 1, PGCS_CHAIN_CLIENT = 2 };

/** Certificates in @p chain; 0 for NULL. */
PGCS_API size_t
pgcs_tls_count(const pgcs_tls *tls, pgcs_chain chain);
/**
 * Subject of certificate @p i as one line (RFC 2253, control characters escaped); NULL past the
 * end.
 */
PGCS_API const char *
pgcs_tls_subject(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/** Issuer of certificate @p i as one line; NULL past the end. */
PGCS_API const char *
pgcs_tls_issuer(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/**
 * SHA-256 fingerprint of certificate @p i, 64 hexadecimal digits in lower case; NULL past the
 * end.
 */
PGCS_API const char *
pgcs_tls_sha256(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/** Seconds since 1970-01-01 UTC; INT64_MIN when out of range. */
PGCS_API int64_t
pgcs_tls_not_before_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/** Seconds since 1970-01-01 UTC; INT64_MIN when out of range. */
PGCS_API int64_t
pgcs_tls_not_after_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i);
/** Name to expect in the server certificate; NULL when it is that of the host. */
PGCS_API const char *
pgcs_tls_server_name(const pgcs_tls *tls);
PGCS_API int
pgcs_tls_has_key(const pgcs_tls *tls); /**< 1 or 0 */

/* --- staging: what to hand to libpq ------------------------------------------------------ */

/**
 * A conninfo string for PQconnectdb() and whatever it names: PEM texts stand in anonymous
 * files until the last unref, which must come after PQfinish(). Every parameter is written
 * out, so that neither the environment nor a home directory can weaken it. Immutable, counted.
 */
typedef struct pgcs_stage pgcs_stage;

/**
 * @p tls may be NULL; @p libpq_version as pgcs_libpq_version() gives it. PGCS_ERR_CONFLICT when
 * the connection would be weaker than it looks (pgcs_policy_evaluate() tells all there is to
 * say), PGCS_ERR_NOT_EXPRESSIBLE when that libpq lacks a parameter of the spec, or the server
 * name differs from the host and the host has no numeric address, PGCS_ERR_SYSTEM when a file
 * that the spec names can't be read. A spec that still names a service should go through
 * pgcs_spec_resolve() first: the service is not looked up here.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_stage_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
               const pgcs_stage **out, pgcs_error **err);
/** Takes a reference and returns it; NULL for NULL. */
PGCS_API const pgcs_stage *
pgcs_stage_ref(const pgcs_stage *stage);
PGCS_API const pgcs_stage *
pgcs_stage_unref(const pgcs_stage *stage); /**< Always NULL. */
/** Carries secrets; lives as long as @p stage. */
PGCS_API const char *
pgcs_stage_conninfo(const pgcs_stage *stage);

PGCS_END_DECLS

#endif
