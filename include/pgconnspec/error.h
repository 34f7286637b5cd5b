#ifndef PGCS_ERROR_H
#define PGCS_ERROR_H

#include <pgconnspec/common.h>

PGCS_BEGIN_DECLS

/**
 * Why a call failed. Filled through the last parameter of the call, which may be NULL when
 * the status is enough. Never carries a secret. The caller frees the object, never its
 * strings. Safe to hand to another thread.
 */
typedef struct pgcs_error pgcs_error;

PGCS_API void
pgcs_error_free(pgcs_error *error); /**< NULL is fine */
PGCS_API pgcs_status
pgcs_error_status(const pgcs_error *error); /**< PGCS_OK for NULL */
/** One line, lower case, no full stop, no secret; NULL for NULL. */
PGCS_API const char *
pgcs_error_message(const pgcs_error *error);
/** What to do about it, a full sentence, or NULL. */
PGCS_API const char *
pgcs_error_hint(const pgcs_error *error);
/** Connection parameter at fault ("port"), or NULL. */
PGCS_API const char *
pgcs_error_field(const pgcs_error *error);
/** First byte at fault, counted from 0 in the text passed in; -1 when there is none. */
PGCS_API int64_t
pgcs_error_offset(const pgcs_error *error);
/** Bytes at fault, 0 for a place between two bytes; -1 when there is no place. */
PGCS_API int64_t
pgcs_error_length(const pgcs_error *error);
/** Five characters from the server, or NULL. */
PGCS_API const char *
pgcs_error_sqlstate(const pgcs_error *error);
/** errno of the failed system call, or 0. */
PGCS_API int32_t
pgcs_error_os_code(const pgcs_error *error);

PGCS_END_DECLS

#endif
