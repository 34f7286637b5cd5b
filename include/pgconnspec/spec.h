#ifndef PGCS_SPEC_H
#define PGCS_SPEC_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>

PGCS_BEGIN_DECLS

/* --- env: what outside of the text can change its meaning -------------------------------- */

/**
 * Everything outside the text that can change its meaning: environment variables, the password
 * file, the service file, the user name. A value, not the process: two equal environments give
 * equal results. Mutable, one thread at a time. Wiped when it is freed.
 */
typedef struct pgcs_env pgcs_env;

/** An empty environment; NULL without memory. The caller frees it. Since: 0.1. */
PGCS_API PGCS_MUST_USE pgcs_env *
pgcs_env_new(void);
/** Wipes and frees @p env; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_env_free(pgcs_env *env);
/**
 * Take over from this process the PG* variables that libpq reads, HOME, and the name of the
 * user that it acts as. What the process does not have is unset in @p env, too. Files are not
 * read. In a program that runs with more rights than its caller variables count as unset, see
 * secure_getenv(3). Source: libpq documentation, "Environment Variables".
 *
 * Errors: PGCS_ERR_LIMIT for a variable over 1 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM; part of
 * the variables may be set by then. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_capture(pgcs_env *env, pgcs_error **err);
/**
 * Take over one more variable of this process, for pgcs_spec_parse_variable().
 *
 * Errors: PGCS_ERR_BAD_VALUE when @p name can't name a variable, PGCS_ERR_LIMIT over 1 MiB,
 * PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_capture_variable(pgcs_env *env, const char *name, pgcs_error **err);
/**
 * Set variable @p name to a copy of @p value; NULL unsets it. "USER" is the user that libpq
 * would log in as by default, "HOME" where it would look for files.
 *
 * Errors: PGCS_ERR_BAD_VALUE when @p name is empty or has a "=", PGCS_ERR_LIMIT over 1 MiB,
 * PGCS_ERR_MISUSE, PGCS_ERR_NOMEM; @p env is as it was then. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_set_variable(pgcs_env *env, const char *name, const char *value, pgcs_error **err);
/**
 * Set the text of the password file to a copy of @p size bytes; "" takes it away. Whoever reads
 * the file should refuse, as libpq does, one that others may read. Source: libpq documentation,
 * "The Password File".
 *
 * Errors: PGCS_ERR_LIMIT over 4 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM; @p env is as it was then.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_set_passfile(pgcs_env *env, const char *text, size_t size, pgcs_error **err);
/**
 * Set the text of the service file to a copy of @p size bytes; "" takes it away. Source: libpq
 * documentation, "The Connection Service File".
 *
 * Errors: PGCS_ERR_LIMIT over 4 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM; @p env is as it was then.
 * Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_env_set_servicefile(pgcs_env *env, const char *text, size_t size, pgcs_error **err);

/* --- spec: what a connection is asked to be ---------------------------------------------- */

/**
 * A connection spec: libpq's parameters with their values, and where each came from. Immutable,
 * shareable between threads, counted; wiped when the last reference goes. All strings asked of
 * it live as long as it does.
 */
typedef struct pgcs_spec pgcs_spec;

/** What may be in the flags of the functions that parse. */
#define PGCS_PARSE_URI      (1u << 0) /* accept the URI form */
#define PGCS_PARSE_KEYWORDS (1u << 1) /* accept the keyword/value form */
#define PGCS_PARSE_FOREIGN                                                                     \
    (1u << 2)                        /* also jdbc:, postgresql+driver:, Npgsql, foreign keys   \
                                      */
#define PGCS_PARSE_REPAIR  (1u << 3) /* read what was plainly meant, with a finding each */
#define PGCS_PARSE_RFC3986 (1u << 4) /* refuse URIs that only libpq would take */

/**
 * Read a connection spec from @p size bytes, which may be anything: a text that begins with
 * postgresql:// or postgres:// is a URI, all others are keyword/value strings. What is taken
 * and what it means is what libpq 17 makes of it, whatever libpq is in use; that a value makes
 * sense is for pgcs_spec_validate(). Neither form flag in @p flags means both. Never reads the
 * environment, a file or the network. Linear in @p size. Source: libpq documentation,
 * "Connection Strings"; RFC 3986 for PGCS_PARSE_RFC3986.
 *
 * PGCS_PARSE_REPAIR and PGCS_PARSE_FOREIGN read more than libpq does (doc/foreign.md). What
 * they changed or left out is a finding of pgcs_spec_validate() each; places are those in the
 * text that was given.
 *
 * Errors: PGCS_ERR_SYNTAX, also for a form that @p flags leave out; PGCS_ERR_ENCODING for a bad
 * %-escape or a zero byte; PGCS_ERR_UNKNOWN_KEY; PGCS_ERR_CONFLICT for a text that can be
 * repaired in more than one way; PGCS_ERR_LIMIT over 1 MiB, or over 8 KiB with
 * PGCS_PARSE_RFC3986; PGCS_ERR_UNSUPPORTED for an unknown flag, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_parse(const char *text, size_t size, uint32_t flags, const pgcs_spec **out,
                pgcs_error **err);
/**
 * Read the spec in variable @p name of @p env, as pgcs_spec_parse() would. @p name must begin
 * with @p prefix ("USER_DEFINED_" when NULL), so that who may name a variable can't name any:
 * PGCS_ERR_BAD_VALUE otherwise. An unset or empty variable is PGCS_ERR_BAD_VALUE too, never an
 * empty spec. The process is not asked: see pgcs_env_capture_variable().
 *
 * Errors: PGCS_ERR_BAD_VALUE, and those of pgcs_spec_parse(): PGCS_ERR_SYNTAX,
 * PGCS_ERR_ENCODING, PGCS_ERR_UNKNOWN_KEY, PGCS_ERR_LIMIT, PGCS_ERR_UNSUPPORTED,
 * PGCS_ERR_CONFLICT, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_parse_variable(pgcs_env *env, const char *name, const char *prefix, uint32_t flags,
                         const pgcs_spec **out, pgcs_error **err);
/**
 * Fill what @p spec leaves open, in libpq's order, from @p env only: the service, which is not
 * set any more then, the PG* variables, port 5432, the system's user, the user's name for the
 * database, and for the password the password file. Other defaults are those of the libpq in
 * use, and stay open. A new spec in @p out, whose parameters know their origin. Where the
 * password file has not the same password for all hosts it gives none, and pgcs_spec_validate()
 * says so. @p flags is 0. Pure. Source: libpq documentation, "Environment Variables", "The
 * Connection Service File", "The Password File".
 *
 * Errors: PGCS_ERR_BAD_VALUE for a service that the service file does not have, or has wrong;
 * PGCS_ERR_UNSUPPORTED for a flag, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_resolve(const pgcs_spec *spec, pgcs_env *env, uint32_t flags, const pgcs_spec **out,
                  pgcs_error **err);
/**
 * The same meaning in its canonical spelling: host names in lower case, IPv6 addresses as RFC
 * 5952 has them, numbers without blanks and zeros in front, one port where all are the same. A
 * new spec in @p out; idempotent. Values that make no sense stay as they are, and what the
 * reader noticed is told of the new spec as well. @p flags is 0. Pure.
 *
 * Errors: PGCS_ERR_UNSUPPORTED for a flag, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_normalize(const pgcs_spec *spec, uint32_t flags, const pgcs_spec **out,
                    pgcs_error **err);

/** Takes a reference and returns @p spec; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_spec *
pgcs_spec_ref(const pgcs_spec *spec);
/** Gives a reference back; NULL is fine. Always returns NULL. Since: 0.1. */
PGCS_API const pgcs_spec *
pgcs_spec_unref(const pgcs_spec *spec);

/**
 * Value of parameter @p key as PQconninfoParse() would give it: decoded, lists joined by
 * commas. "" is set to nothing; NULL is not set, or no parameter. Source: libpq documentation,
 * "Parameter Key Words". Since: 0.1.
 */
PGCS_API const char *
pgcs_spec_get(const pgcs_spec *spec, const char *key);
/**
 * 1 if values of parameter @p key are secrets ("password"), which no message, report or text
 * without PGCS_WRITE_SECRETS ever shows; 0 for all others, unknown ones too. Since: 0.1.
 */
PGCS_API int
pgcs_key_is_secret(const char *key);
/**
 * 1 if the value of @p key in this @p spec must not be shown: a parameter that is a secret, or
 * one that may hold one by mistake: a piece of a password that was not encoded, settings of its
 * own ("h;password=x"), "user:password" or "user/password", or the text of a key; else 0.
 * Since: 0.1.
 */
PGCS_API int
pgcs_spec_is_secret(const pgcs_spec *spec, const char *key);
/** Number of parameters that are set, for pgcs_spec_key_at(); 0 for NULL. Since: 0.1. */
PGCS_API size_t
pgcs_spec_size(const pgcs_spec *spec);
/**
 * Name of the parameter in place @p i, in libpq's order; NULL past the end. Static storage.
 * Since: 0.1.
 */
PGCS_API const char *
pgcs_spec_key_at(const pgcs_spec *spec, size_t i);
/** Value of the parameter in place @p i; NULL past the end. May be a secret. Since: 0.1. */
PGCS_API const char *
pgcs_spec_value_at(const pgcs_spec *spec, size_t i);

/** Where the value of a parameter came from. */
typedef int32_t pgcs_origin;
enum pgcs_origin_ {
    PGCS_ORIGIN_NONE = 0,     /* it is not set */
    PGCS_ORIGIN_TEXT = 1,     /* the text that was parsed */
    PGCS_ORIGIN_BUILDER = 2,  /* pgcs_builder_set() and its like */
    PGCS_ORIGIN_SERVICE = 3,  /* the service file */
    PGCS_ORIGIN_VARIABLE = 4, /* an environment variable */
    PGCS_ORIGIN_PASSFILE = 5, /* the password file */
    PGCS_ORIGIN_DEFAULT = 6   /* libpq's default */
};
/** Where the value of @p key came from; PGCS_ORIGIN_NONE when it is not set. Since: 0.1. */
PGCS_API pgcs_origin
pgcs_spec_origin(const pgcs_spec *spec, const char *key);
/**
 * Where the value of @p key, as it was written, begins in the text that was parsed: bytes from
 * 0. -1 unless its origin is PGCS_ORIGIN_TEXT. Since: 0.1.
 */
PGCS_API int64_t
pgcs_spec_offset(const pgcs_spec *spec, const char *key);

/** What a host is, by the look of its name; or of its address where it has no name. */
typedef int32_t pgcs_host_kind;
enum pgcs_host_kind_ {
    PGCS_HOST_NONE = 0,           /* left open: libpq takes its default */
    PGCS_HOST_NAME = 1,           /* to be looked up */
    PGCS_HOST_IPV4 = 2,           /* numeric address */
    PGCS_HOST_IPV6 = 3,           /* numeric address, with or without a zone */
    PGCS_HOST_SOCKET_DIR = 4,     /* folder of a Unix-domain socket: it begins with "/" */
    PGCS_HOST_SOCKET_ABSTRACT = 5 /* abstract Unix-domain socket: it begins with "@" */
};
/**
 * Hosts that libpq would try, in order: 1 also when the spec leaves the host open; 0 for NULL.
 * Lists of unequal length are lined up by the longer of host and hostaddr. Source: libpq
 * documentation, "Specifying Multiple Hosts". Since: 0.1.
 */
PGCS_API size_t
pgcs_spec_host_count(const pgcs_spec *spec);
/** What host @p i is; PGCS_HOST_NONE when it is left open, or past the end. Since: 0.1. */
PGCS_API pgcs_host_kind
pgcs_spec_host_kind(const pgcs_spec *spec, size_t i);
/**
 * Name or socket folder of host @p i, from "host"; "" for an empty place in the list. NULL when
 * only its address is given, or past the end. Since: 0.1.
 */
PGCS_API const char *
pgcs_spec_host_name(const pgcs_spec *spec, size_t i);
/**
 * Address of host @p i, from "hostaddr"; "" for an empty place in the list. NULL when none is
 * given, or past the end. Since: 0.1.
 */
PGCS_API const char *
pgcs_spec_host_address(const pgcs_spec *spec, size_t i);
/**
 * Port of host @p i, 1 to 65535; 0 when it is left open, or past the end; -1 when what is given
 * is no port. Since: 0.1.
 */
PGCS_API int32_t
pgcs_spec_host_port(const pgcs_spec *spec, size_t i);

/**
 * Name that the user gave the connection, see pgcs_builder_set_label(); NULL when none. Since:
 * 0.1.
 */
PGCS_API const char *
pgcs_spec_label(const pgcs_spec *spec);

/**
 * Every problem of @p spec at once, as findings in @p out: what the reader noticed but let
 * pass, values that can't work (port, sslmode, lists of unequal length, names too long), what
 * other drivers or libpq 18 read differently. A failure is what libpq would refuse or what can
 * never work, a warning what some read otherwise or nobody means. Places are those in the text
 * that was parsed. @p libpq_version as pgcs_libpq_version() gives it; 0 judges for every
 * version that this library knows, and for other drivers that are handed the URI of @p spec
 * (doc/drivers.md). Pure. A bad spec is not a failure of the call.
 *
 * Errors: PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_validate(const pgcs_spec *spec, int32_t libpq_version, const pgcs_report **out,
                   pgcs_error **err);

/* --- builder: a spec from a form with fields --------------------------------------------- */

/**
 * Collects fields, then makes a spec. Mutable, one thread at a time. Wiped when it is freed.
 */
typedef struct pgcs_builder pgcs_builder;

/** A builder that has nothing set; NULL without memory. The caller frees it. Since: 0.1. */
PGCS_API PGCS_MUST_USE pgcs_builder *
pgcs_builder_new(void);
/**
 * A builder that has set what @p spec sets, its label too; NULL without memory or for NULL.
 * What the reader of @p spec noticed of a parameter, or left out, goes on to be told of what is
 * made with the builder, until that parameter is set anew. The caller frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_builder *
pgcs_builder_new_from(const pgcs_spec *spec);
/** Wipes and frees @p builder; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_builder_free(pgcs_builder *builder);
/**
 * Set parameter @p key to @p size bytes of @p value, copied; 0 bytes set it to nothing, which
 * is not the same as not to set it. What the value means is for pgcs_spec_validate().
 *
 * Errors: PGCS_ERR_UNKNOWN_KEY for no parameter of libpq 13 to 18, PGCS_ERR_ENCODING for a zero
 * byte, PGCS_ERR_LIMIT over 1 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_set(pgcs_builder *builder, const char *key, const char *value, size_t size,
                 pgcs_error **err);
/**
 * Name the connection: 3 to 100 lower-case letters, digits and hyphens.
 *
 * Errors: PGCS_ERR_BAD_VALUE for any other name, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_set_label(pgcs_builder *builder, const char *label, pgcs_error **err);
/**
 * Take parameter @p key away; one that is not set is fine.
 *
 * Errors: PGCS_ERR_UNKNOWN_KEY, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_unset(pgcs_builder *builder, const char *key, pgcs_error **err);
/**
 * Add one host to those that are set. @p name is a host name, an address (an IPv6 address may
 * stand in brackets) or the folder of a socket; @p address a numeric address. Either may be
 * NULL, not both. Port 0 leaves the port open. Unlike pgcs_builder_set() it refuses at once
 * what people type into the wrong field.
 *
 * Errors: PGCS_ERR_BAD_VALUE for a name that no host can have, an address that is none, or a
 * port below 0 or over 65535; PGCS_ERR_LIMIT when a list grows over 1 MiB, PGCS_ERR_MISUSE,
 * PGCS_ERR_NOMEM. After PGCS_ERR_LIMIT or PGCS_ERR_NOMEM the lists are not complete, and
 * pgcs_builder_finish() fails alike. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_add_host(pgcs_builder *builder, const char *name, const char *address,
                      int32_t port, pgcs_error **err);
/**
 * Make the spec, whose parameters are of PGCS_ORIGIN_BUILDER; the builder stays as it was and
 * may go on. @p flags is 0.
 *
 * Errors: PGCS_ERR_UNSUPPORTED for a flag, PGCS_ERR_LIMIT after a host that was too much,
 * PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_builder_finish(pgcs_builder *builder, uint32_t flags, const pgcs_spec **out,
                    pgcs_error **err);

/* --- spec_write: a spec as text, and text without its secrets ---------------------------- */

/**
 * Write @p spec in the form @p format, with PGCS_WRITE_* in @p flags. libpq's forms read back
 * to the same parameters, but for the case of host names, the port of a URI, which is always
 * written, and secrets, which are "***" without PGCS_WRITE_SECRETS. The URI is RFC 3986, and
 * the one that most drivers read alike. Pure.
 *
 * Errors: PGCS_ERR_NOT_EXPRESSIBLE when that form can not carry @p spec, with the parameter;
 * PGCS_ERR_UNSUPPORTED for an unknown format or flag, PGCS_ERR_LIMIT over 64 MiB,
 * PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_spec_write(const pgcs_spec *spec, pgcs_format format, uint32_t flags,
                const pgcs_text **out, pgcs_error **err);

/**
 * What was typed, as it may be shown or logged: whatever is or may be a secret comes out as
 * "***", and control characters as \xHH. For text that pgcs_spec_parse() takes and for text
 * that it does not: where the form is too broken to tell, more is hidden, never less.
 *
 * Errors: PGCS_ERR_LIMIT over 1 MiB, PGCS_ERR_MISUSE, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_redact(const char *text, size_t size, const pgcs_text **out, pgcs_error **err);

PGCS_END_DECLS

#endif
