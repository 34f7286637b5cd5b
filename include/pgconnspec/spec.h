#ifndef PGCS_SPEC_H
#define PGCS_SPEC_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>

PGCS_BEGIN_DECLS

/* --- ambient inputs ---------------------------------------------------------------------- */

/**
 * Everything outside the text that can change its meaning: environment variables, the
 * password file, the service file, the user name. A value, not the process: two equal
 * environments give equal results. Mutable, one thread at a time.
 */
typedef struct pgcs_env pgcs_env;

PGCS_API PGCS_MUST_USE pgcs_env *
pgcs_env_new(void); /**< Empty; NULL without memory. */
/** Wipes and frees it; NULL is fine. */
PGCS_API void
pgcs_env_free(pgcs_env *env);
/** Read the PG* variables, the user name and the home directory of this process. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_capture(pgcs_env *env, pgcs_error **err);
/** Read one variable of this process more, for pgcs_spec_parse_variable(). */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_capture_variable(pgcs_env *env, const char *name, pgcs_error **err);
/** Set variable @p name; @p value is copied, NULL unsets it. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_set_variable(pgcs_env *env, const char *name, const char *value, pgcs_error **err);
/** Text of the password file, @p size bytes, copied; "" takes it away. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_set_passfile(pgcs_env *env, const char *text, size_t size, pgcs_error **err);
/** Text of the service file, @p size bytes, copied; "" takes it away. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_set_servicefile(pgcs_env *env, const char *text, size_t size, pgcs_error **err);

/* --- specs ------------------------------------------------------------------------------- */

/** A connection spec: immutable, shareable between threads, counted. */
typedef struct pgcs_spec pgcs_spec;

#define PGCS_PARSE_URI      (1u << 0) /* accept the URI form */
#define PGCS_PARSE_KEYWORDS (1u << 1) /* accept the keyword/value form */
#define PGCS_PARSE_FOREIGN                                                                     \
    (1u << 2)                        /* also jdbc:, postgresql+driver:, Npgsql, foreign keys   \
                                      */
#define PGCS_PARSE_REPAIR  (1u << 3) /* read what was plainly meant, with a finding each */
#define PGCS_PARSE_RFC3986 (1u << 4) /* refuse URIs that only libpq would take */

/**
 * Read @p size bytes. Neither form flag means both. Never reads the environment, a file or
 * the network. @p out is written on success only, @p err on failure only.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_parse(const char *text, size_t size, uint32_t flags, const pgcs_spec **out,
                pgcs_error **err);
/**
 * Read the URI in variable @p name of @p env. @p name must begin with @p prefix
 * ("USER_DEFINED_" when NULL): PGCS_ERR_BAD_VALUE otherwise. An unset or empty variable is
 * PGCS_ERR_BAD_VALUE too, never an empty spec.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_parse_variable(pgcs_env *env, const char *name, const char *prefix, uint32_t flags,
                         const pgcs_spec **out, pgcs_error **err);
/** Fill what the spec leaves open, in libpq's order, from @p env only. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_resolve(const pgcs_spec *spec, pgcs_env *env, uint32_t flags, const pgcs_spec **out,
                  pgcs_error **err);
/** Canonical spelling of the same meaning; idempotent. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_normalize(const pgcs_spec *spec, uint32_t flags, const pgcs_spec **out,
                    pgcs_error **err);

/** Takes a reference and returns it; NULL for NULL. */
PGCS_API const pgcs_spec *
pgcs_spec_ref(const pgcs_spec *spec);
PGCS_API const pgcs_spec *
pgcs_spec_unref(const pgcs_spec *spec); /**< Always NULL. */

/**
 * Value of a parameter as PQconninfoParse() would give it (lists joined by commas), or NULL;
 * lives as long as @p spec.
 */
PGCS_API const char *
pgcs_spec_get(const pgcs_spec *spec, const char *key);
/**
 * 1 if values of parameter @p key are secrets ("password"), which no message, report or text
 * without PGCS_WRITE_SECRETS ever shows; 0 for all others, unknown ones too.
 */
PGCS_API int
pgcs_key_is_secret(const char *key);
/**
 * 1 if the value of @p key in this @p spec must not be shown: a parameter that is a secret, or
 * one that may hold a piece of a password that was not encoded; else 0.
 */
PGCS_API int
pgcs_spec_is_secret(const pgcs_spec *spec, const char *key);
PGCS_API size_t
pgcs_spec_size(const pgcs_spec *spec); /**< parameters set */
PGCS_API const char *
pgcs_spec_key_at(const pgcs_spec *spec, size_t i); /**< NULL past the end */
PGCS_API const char *
pgcs_spec_value_at(const pgcs_spec *spec, size_t i); /**< NULL past the end */

typedef int32_t pgcs_origin;
enum pgcs_origin_ {
    PGCS_ORIGIN_NONE = 0,
    PGCS_ORIGIN_TEXT = 1,
    PGCS_ORIGIN_BUILDER = 2,
    PGCS_ORIGIN_SERVICE = 3,
    PGCS_ORIGIN_VARIABLE = 4,
    PGCS_ORIGIN_PASSFILE = 5,
    PGCS_ORIGIN_DEFAULT = 6
};
/** Where the value of @p key came from; PGCS_ORIGIN_NONE when it is not set. */
PGCS_API pgcs_origin
pgcs_spec_origin(const pgcs_spec *spec, const char *key);
/** Place of the value in the text, in bytes; -1 unless the origin is TEXT. */
PGCS_API int64_t
pgcs_spec_offset(const pgcs_spec *spec, const char *key);

typedef int32_t pgcs_host_kind;
enum pgcs_host_kind_ {
    PGCS_HOST_NONE = 0,
    PGCS_HOST_NAME = 1,
    PGCS_HOST_IPV4 = 2,
    PGCS_HOST_IPV6 = 3,
    PGCS_HOST_SOCKET_DIR = 4,
    PGCS_HOST_SOCKET_ABSTRACT = 5
};
/** Hosts that would be tried in order; 0 when the spec leaves the host open. */
PGCS_API size_t
pgcs_spec_host_count(const pgcs_spec *spec);
/** What host @p i is; PGCS_HOST_NONE past the end. */
PGCS_API pgcs_host_kind
pgcs_spec_host_kind(const pgcs_spec *spec, size_t i);
/**
 * Name or socket folder of host @p i, from "host"; NULL when only its address is given, or
 * past the end.
 */
PGCS_API const char *
pgcs_spec_host_name(const pgcs_spec *spec, size_t i);
/** Address of host @p i, from "hostaddr"; NULL when none is given. */
PGCS_API const char *
pgcs_spec_host_address(const pgcs_spec *spec, size_t i);
PGCS_API int32_t
pgcs_spec_host_port(const pgcs_spec *spec, size_t i); /**< 0 when open */

/** Label given by the user: ^[a-z0-9-]{3,100}$; NULL when none. */
PGCS_API const char *
pgcs_spec_label(const pgcs_spec *spec);

/**
 * Every problem at once: what the reader noticed but let pass, values that can't work
 * (port, sslmode, lists of unequal length, names too long), what other drivers or libpq 18
 * read differently. @p libpq_version as pgcs_libpq_version() gives it;
 * 0 judges for every version that this library knows.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_validate(const pgcs_spec *spec, int32_t libpq_version, const pgcs_report **out,
                   pgcs_error **err);

/* --- builder: the "form with fields" way in ------------------------------------------------
 */

/** Collects fields, then makes a spec. Mutable, one thread at a time. */
typedef struct pgcs_builder pgcs_builder;

/** Empty; NULL without memory. */
PGCS_API PGCS_MUST_USE pgcs_builder *
pgcs_builder_new(void);
/** Starts with what @p spec sets; NULL without memory or for NULL. */
PGCS_API PGCS_MUST_USE pgcs_builder *
pgcs_builder_new_from(const pgcs_spec *spec);
/** Wipes and frees it; NULL is fine. */
PGCS_API void
pgcs_builder_free(pgcs_builder *builder);
/**
 * Set one parameter to @p size bytes, copied. PGCS_ERR_UNKNOWN_KEY for no such parameter,
 * PGCS_ERR_ENCODING for a NUL byte; what the value means is for pgcs_spec_validate().
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_set(pgcs_builder *builder, const char *key, const char *value, size_t size,
                 pgcs_error **err);
/** Name the connection: ^[a-z0-9-]{3,100}$, else PGCS_ERR_BAD_VALUE. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_set_label(pgcs_builder *builder, const char *label, pgcs_error **err);
/** Take one parameter away; not set is fine. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_unset(pgcs_builder *builder, const char *key, pgcs_error **err);
/** @p name or @p address may be NULL, not both; port 0 leaves it open. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_add_host(pgcs_builder *builder, const char *name, const char *address,
                      int32_t port, pgcs_error **err);
/** Make the spec; the builder stays as it was and may go on. @p flags is 0. */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_finish(pgcs_builder *builder, uint32_t flags, const pgcs_spec **out,
                    pgcs_error **err);

/* --- writing -------------------------------------------------------------------------------
 */

/**
 * Write @p spec in the form @p format, PGCS_WRITE_* in @p flags. PGCS_ERR_NOT_EXPRESSIBLE when
 * that form can not carry it.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_write(const pgcs_spec *spec, pgcs_format format, uint32_t flags,
                const pgcs_text **out, pgcs_error **err);

/**
 * What was typed, as it may be shown or logged: whatever is or may be a secret comes out as
 * "***", and control characters as \xHH. For text that pgcs_spec_parse() takes and for text
 * that it does not: where the form is too broken to tell, more is hidden, never less.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_redact(const char *text, size_t size, const pgcs_text **out, pgcs_error **err);

PGCS_END_DECLS

#endif
