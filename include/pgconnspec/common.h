#ifndef PGCS_COMMON_H
#define PGCS_COMMON_H

#include <stddef.h>
#include <stdint.h>

#include <pgconnspec/version.h>

#ifdef __cplusplus
#define PGCS_BEGIN_DECLS extern "C" {
#define PGCS_END_DECLS   }
#else
#define PGCS_BEGIN_DECLS
#define PGCS_END_DECLS
#endif

#if defined(__GNUC__)
#define PGCS_API      __attribute__((visibility("default")))
#define PGCS_MUST_USE __attribute__((warn_unused_result))
#else
#define PGCS_API
#define PGCS_MUST_USE
#endif

#if defined(PGCS_BUILDING) || defined(PGCS_ALLOW_DEPRECATED) || !defined(__GNUC__)
#define PGCS_DEPRECATED_FOR(replacement)
#else
#define PGCS_DEPRECATED_FOR(replacement) __attribute__((deprecated("use " #replacement)))
#endif

PGCS_BEGIN_DECLS

/* --- status: the outcome of a call ------------------------------------------------------- */

/**
 * Outcome of a call. Zero is success, everything else is a failure; the hundreds digit is the
 * category. The set grows in minor releases: switch on pgcs_status_category() when you need a
 * closed set. A value never changes its meaning and is never reused.
 */
typedef int32_t pgcs_status;
enum pgcs_status_ {
    PGCS_OK = 0,
    PGCS_ERR_NOMEM = 501,           /* resource: allocation failed */
    PGCS_ERR_LIMIT = 502,           /* resource: input longer or deeper than the limit */
    PGCS_ERR_MISUSE = 101,          /* usage: NULL where not allowed, wrong order */
    PGCS_ERR_UNSUPPORTED = 102,     /* usage: enum, flag or key unknown to this library */
    PGCS_ERR_NOT_BUILT = 103,       /* usage: feature left out of this build */
    PGCS_ERR_SYNTAX = 201,          /* syntax: text does not follow the grammar */
    PGCS_ERR_ENCODING = 202,        /* syntax: bad %-escape, NUL byte, not UTF-8 */
    PGCS_ERR_UNKNOWN_KEY = 301,     /* value: no such connection parameter */
    PGCS_ERR_BAD_VALUE = 302,       /* value: parameter holds something impossible */
    PGCS_ERR_CONFLICT = 303,        /* value: two parameters contradict each other */
    PGCS_ERR_HOST_LIST = 304,       /* value: host, hostaddr and port lists disagree */
    PGCS_ERR_NOT_EXPRESSIBLE = 305, /* value: the wanted form cannot carry this spec */
    PGCS_ERR_PEM = 306,             /* value: not PEM, or no certificate or key in it */
    PGCS_ERR_KEY_MISMATCH = 307,    /* value: key does not belong to certificate */
    PGCS_ERR_POLICY_RETIRED = 401,  /* policy: named policy was withdrawn */
    PGCS_ERR_SYSTEM = 601,          /* system: file, socket or clock call failed */
    PGCS_ERR_LIBRARY = 602          /* system: libpq or OpenSSL failed in itself */
};

/** Who has to act on a failure. Closed set; never extended within one soname. */
typedef int32_t pgcs_category;
enum pgcs_category_ {
    PGCS_CATEGORY_NONE = 0,     /* of PGCS_OK */
    PGCS_CATEGORY_USAGE = 1,    /* fix the calling program */
    PGCS_CATEGORY_SYNTAX = 2,   /* fix the text */
    PGCS_CATEGORY_VALUE = 3,    /* fix the setting */
    PGCS_CATEGORY_POLICY = 4,   /* ask whoever owns the policy */
    PGCS_CATEGORY_RESOURCE = 5, /* try later, or with less */
    PGCS_CATEGORY_SYSTEM = 6    /* look at the machine */
};

/** Category of @p status; PGCS_CATEGORY_SYSTEM for a number it does not know. Since: 0.1. */
PGCS_API pgcs_category
pgcs_status_category(pgcs_status status);
/**
 * Symbolic name of @p status, such as "PGCS_ERR_SYNTAX"; "PGCS_ERR_?" for a number it does not
 * know. Static storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_status_name(pgcs_status status);

/* --- version: which library is in use, and what it knows --------------------------------- */

/**
 * Version of the library in use, such as "0.1.0", where PGCS_VERSION_STRING is that of the
 * headers. Static storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_version(void);
/** The same as 0xMMmmpp, comparable with PGCS_VERSION_NUMBER. Since: 0.1. */
PGCS_API uint32_t
pgcs_version_number(void);

/** Which enumeration a value of pgcs_supports() is from. */
typedef int32_t pgcs_kind;
enum pgcs_kind_ {
    PGCS_KIND_STATUS = 1,     /* a pgcs_status */
    PGCS_KIND_FORMAT = 2,     /* a pgcs_format that pgcs_spec_write() writes */
    PGCS_KIND_PARSE_FLAG = 3, /* one PGCS_PARSE_* that pgcs_spec_parse() takes */
    PGCS_KIND_RULE = 4,       /* a pgcs_rule */
    PGCS_KIND_FACT = 5,       /* a pgcs_fact */
    PGCS_KIND_SECTION = 6,    /* one PGCS_SECTION_* that a check can look at */
    PGCS_KIND_CODE = 7        /* a pgcs_code */
};
/**
 * 1 if the library in use knows @p value of @p kind, and has it built in; else 0, also for a
 * kind that it does not know. For programs that may meet an older library than they were
 * compiled with. Since: 0.1.
 */
PGCS_API int
pgcs_supports(pgcs_kind kind, int64_t value);

/* --- format: ways to write a spec -------------------------------------------------------- */

/** A form in which pgcs_spec_write() writes. */
typedef int32_t pgcs_format;
enum pgcs_format_ {
    PGCS_FORMAT_URI = 1,        /* the form that most drivers read alike */
    PGCS_FORMAT_KEYWORDS = 2,   /* libpq's keyword/value string */
    PGCS_FORMAT_ENV = 3,        /* PG* variables, one NAME=value a line, shell quoted */
    PGCS_FORMAT_SERVICE = 4,    /* a section of pg_service.conf */
    PGCS_FORMAT_JDBC = 5,       /* jdbc:postgresql: for the JDBC driver */
    PGCS_FORMAT_SQLALCHEMY = 6, /* URL for SQLAlchemy */
    PGCS_FORMAT_NPGSQL = 7      /* connection string for Npgsql */
};
/** What may be in the flags of pgcs_spec_write(). */
#define PGCS_WRITE_SECRETS  (1u << 0) /* without it secrets come out as "***" */
#define PGCS_WRITE_DEFAULTS (1u << 1) /* also what is not set, with libpq's default */

/* --- text: text that the library made ---------------------------------------------------- */

/**
 * Immutable text made by the library: shareable between threads, counted. May hold secrets: it
 * is wiped when the last reference goes.
 */
typedef struct pgcs_text pgcs_text;
/** The text, NUL-terminated; lives as long as @p text. "" for NULL. Since: 0.1. */
PGCS_API const char *
pgcs_text_data(const pgcs_text *text);
/** Its size in bytes, without the terminator; 0 for NULL. Since: 0.1. */
PGCS_API size_t
pgcs_text_size(const pgcs_text *text);
/** Takes a reference and returns @p text; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_text *
pgcs_text_ref(const pgcs_text *text);
/** Gives a reference back; NULL is fine. Always returns NULL. Since: 0.1. */
PGCS_API const pgcs_text *
pgcs_text_unref(const pgcs_text *text);

PGCS_END_DECLS

#endif
