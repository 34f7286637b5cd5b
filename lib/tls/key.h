/* Private keys. None of this ever asks anybody for a pass phrase. */
#ifndef TLS_KEY_H
#define TLS_KEY_H

#include <openssl/evp.h>

#include "base/text.h"
#include "tls/pem.h"

/*
 * The key in @block, or NULL and @diag filled: PGCS_ERR_BAD_VALUE for a pass phrase that is
 * missing or wrong, PGCS_ERR_PEM for a key that is damaged. @passphrase may be empty. The
 * caller frees it.
 */
EVP_PKEY *
key_decode(const struct block *block, struct slice passphrase, const char *field,
           struct diag *diag);

/*
 * The key as PKCS#8, encrypted with a pass phrase made up here, for when it must lie in a file
 * with a name. Both buffers end in a zero byte that is not counted.
 */
pgcs_status
key_encrypt(EVP_PKEY *key, struct buf *pem, struct buf *passphrase, struct diag *diag);

/* libpq cuts a pass phrase to this many bytes, and then fails. */
#define LONGEST_PASSPHRASE 1023

#endif
