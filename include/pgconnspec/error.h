#ifndef PGCS_ERROR_H
#define PGCS_ERROR_H

#include <pgconnspec/common.h>

PGCS_BEGIN_DECLS

/* --- error: why a call failed ------------------------------------------------------------ */

/**
 * Why a call failed. Filled through the last parameter of the call, which may be NULL when the
 * status is enough; untouched on success. Never carries a secret. The caller frees the object,
 * never its strings, which live as long as the object. Safe to hand to another thread.
 */
typedef struct pgcs_error pgcs_error;

/** Frees @p error with its strings; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_error_free(pgcs_error *error);
/** What the failed call answered; PGCS_OK for NULL. Since: 0.1. */
PGCS_API pgcs_status
pgcs_error_status(const pgcs_error *error);
/** What is wrong: one line, lower case, no full stop, no secret; NULL for NULL. Since: 0.1. */
PGCS_API const char *
pgcs_error_message(const pgcs_error *error);
/** What to do about it, in full sentences, or NULL. Since: 0.1. */
PGCS_API const char *
pgcs_error_hint(const pgcs_error *error);
/** Connection parameter at fault ("port"), or NULL. Since: 0.1. */
PGCS_API const char *
pgcs_error_field(const pgcs_error *error);
/**
 * First byte at fault, counted from 0 in the text passed in; -1 when there is no place. Since:
 * 0.1.
 */
PGCS_API int64_t
pgcs_error_offset(const pgcs_error *error);
/** Bytes at fault, 0 for a place between two bytes; -1 when there is no place. Since: 0.1. */
PGCS_API int64_t
pgcs_error_length(const pgcs_error *error);
/**
 * The server's code of five characters where the fault is the server's, or NULL. Since: 0.1.
 */
PGCS_API const char *
pgcs_error_sqlstate(const pgcs_error *error);
/** errno of the failed system call, or 0. Since: 0.1. */
PGCS_API int32_t
pgcs_error_os_code(const pgcs_error *error);

PGCS_END_DECLS

#endif
