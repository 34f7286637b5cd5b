#ifndef PGCS_TLS_H
#define PGCS_TLS_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/spec.h>

PGCS_BEGIN_DECLS

/** Trust roots and client identity: immutable, shareable, counted, wiped at the end. */
typedef struct pgcs_tls pgcs_tls;
/** Collects PEM, then makes a pgcs_tls. Mutable, one thread at a time. */
typedef struct pgcs_tls_builder pgcs_tls_builder;

/** Empty; NULL without memory. */
PGCS_API PGCS_MUST_USE pgcs_tls_builder *
pgcs_tls_builder_new(void);
/** Wipes and frees it; NULL is fine. */
PGCS_API void
pgcs_tls_builder_free(pgcs_tls_builder *builder);
/** Certificates to trust, PEM, one or more, @p size bytes, copied. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_roots(pgcs_tls_builder *builder, const char *pem, size_t size,
                           pgcs_error **err);
/** Trust what the system trusts. Not together with roots of our own. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_use_system_roots(pgcs_tls_builder *builder, pgcs_error **err);
/** The client's certificate, then its intermediates, PEM, @p size bytes, copied. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_certificate(pgcs_tls_builder *builder, const char *pem, size_t size,
                                 pgcs_error **err);
/** @p passphrase may be NULL; both buffers are copied and may be wiped on return. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_key(pgcs_tls_builder *builder, const char *pem, size_t size,
                         const char *passphrase, size_t passphrase_size, pgcs_error **err);
/** Name to expect in the server certificate when it differs from the host. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name, pgcs_error **err);
/** Read the files named by the ssl* parameters of @p spec. Does file I/O. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, pgcs_error **err);
/**
 * Make the pgcs_tls. PGCS_ERR_KEY_MISMATCH when key and certificate differ, PGCS_ERR_CONFLICT
 * when one is without the other.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_tls_builder_finish(pgcs_tls_builder *builder, const pgcs_tls **out, pgcs_error **err);

/** Takes a reference and returns it; NULL for NULL. */
PGCS_API const pgcs_tls *
pgcs_tls_ref(const pgcs_tls *tls);
PGCS_API const pgcs_tls *
pgcs_tls_unref(const pgcs_tls *tls); /**< Always NULL. */

typedef int32_t pgcs_chain;
enum pgcs_chain_ { PGCS_CHAIN_ROOTS = 1, PGCS_CHAIN_CLIENT = 2 };

/** Certificates in @p chain. */
PGCS_API size_t
pgcs_tls_count(const pgcs_tls *tls, pgcs_chain chain);
/** Subject of certificate @p i as one line; NULL past the end. */
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

/** @p tls may be NULL; @p libpq_version as pgcs_libpq_version() gives it. */
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
