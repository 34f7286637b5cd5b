/*
 * Every limit of the library, named. An input over a limit is PGCS_ERR_LIMIT at once, never a
 * slow or a cut-off answer; tests/base/test_limits.c holds each of them.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

#define LIMIT_SPEC_SIZE       ((size_t)1 << 20) /* bytes of one connection spec as text */
#define LIMIT_STRICT_SIZE     ((size_t)8 << 10) /* bytes of a URI that uriparser is asked about */
#define LIMIT_ENV_FILE        ((size_t)4 << 20)  /* bytes of a password or service file */
#define LIMIT_TEXT_SIZE       ((size_t)64 << 20) /* bytes of any text that the library makes */
#define LIMIT_DIAG_MESSAGE    320                /* bytes of a message, with its terminator */
#define LIMIT_DIAG_HINT       640                /* bytes of a hint, with its terminator */
#define LIMIT_DIAG_FIELD      64                 /* bytes of a parameter's name, terminated */
#define LIMIT_QUOTED_TOKEN    48                 /* bytes of input that a message may quote */
#define LIMIT_SCOPE_ITEMS     UINT32_C(1000000)  /* schemas and tables that needs may name */
#define LIMIT_PARTITION_DEPTH 64           /* partitions of partitions that a verdict follows */
#define LIMIT_REWRITE_NOTES   ((size_t)64) /* notes on one text that libpq would not take */
#define LIMIT_HOST_FAULTS     ((size_t)16) /* hosts of one list of which something is said */
#define LIMIT_PASSFILE_HOSTS  ((size_t)1000) /* hosts that are looked up in a password file */
#define LIMIT_REPAIR_SIGNS    ((size_t)64)   /* "@" that are tried as the end of a password */
#define LIMIT_LAST_VALUES     1000 /* sequences in scope of which last values are read */
#define LIMIT_LOOKUPS         ((size_t)64) /* names looked up at once in a process; others wait */
#define LIMIT_REPORT_ITEMS                                                                     \
    UINT32_C(4000000000)                 /* of a kind in one report; bytes of its texts */
#define LIMIT_TLS_FILE ((size_t)1 << 20) /* bytes of one certificate, key or CRL input */

#endif
