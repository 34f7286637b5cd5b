/*
 * Private keys. OpenSSL asks for a pass phrase on the terminal wherever no callback is given,
 * so every call here has one.
 */
#include "tls/key.h"

#include <assert.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>

#define PASSPHRASE_BYTES 32
#define ITERATIONS       10000 /* the pass phrase is random: this is for providers that insist */

/* OpenSSL's callback: the pass phrase in @data, or -1 so that nobody is asked. */
static int
give_passphrase(char *out, int size, int writing, void *data) {
    const struct slice *passphrase = data;
    (void)writing;
    if (passphrase->size == 0 || passphrase->size > (size_t)size)
        return -1;
    memcpy(out, passphrase->data, passphrase->size);
    return (int)passphrase->size;
}

static void
fail_encrypted(bool has_passphrase, const char *field, struct diag *diag) {
    if (has_passphrase) {
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "%s: the pass phrase does not open the private key",
                  field);
        diag_hint(diag, "Check the pass phrase; if it is right, the key is damaged or "
                        "encrypted with a method that this OpenSSL no longer has.");
    } else {
        diag_fail(diag, PGCS_ERR_BAD_VALUE,
                  "%s: the private key is encrypted, and there is "
                  "no pass phrase",
                  field);
        diag_hint(diag, "Give the pass phrase of the key.");
    }
    diag_field(diag, has_passphrase ? "sslpassword" : field);
}

EVP_PKEY *
key_decode(const struct block *block, struct slice passphrase, const char *field,
           struct diag *diag) {
    bool encrypted = block->kind == BLOCK_ENCRYPTED_KEY;
    if (encrypted && passphrase.size == 0) {
        fail_encrypted(false, field, diag);
        return NULL;
    }
    ERR_set_mark();
    BIO *reader = BIO_new_mem_buf(block->text.data, (int)block->text.size);
    EVP_PKEY *key =
        reader ? PEM_read_bio_PrivateKey(reader, NULL, give_passphrase, &passphrase) : NULL;
    BIO_free(reader);
    ERR_pop_to_mark();
    if (reader == NULL) {
        diag_nomem(diag);
    } else if (key == NULL && encrypted) {
        fail_encrypted(true, field, diag);
    } else if (key == NULL) {
        diag_fail(diag, PGCS_ERR_PEM, "%s: the private key is damaged inside", field);
        diag_hint(diag, "Export the key again.");
        diag_field(diag, field);
    }
    return key;
}

/* A random pass phrase in hexadecimal, terminated. */
static bool
make_passphrase(struct buf *out) {
    unsigned char bytes[PASSPHRASE_BYTES];
    bool made = RAND_priv_bytes(bytes, sizeof bytes) == 1;
    for (size_t i = 0; made && i < sizeof bytes; i++)
        buf_printf(out, "%02x", bytes[i]);
    OPENSSL_cleanse(bytes, sizeof bytes);
    buf_put_char(out, '\0');
    return made && out->failed == PGCS_OK;
}

static bool
write_encrypted(EVP_PKEY *key, const struct buf *passphrase, struct buf *pem) {
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
    X509_SIG *hidden =
        plain ? PKCS8_encrypt(-1, EVP_aes_256_cbc(), passphrase->data,
                              (int)passphrase->size - 1, NULL, 0, ITERATIONS, plain)
              : NULL;
    BIO *writer = BIO_new(BIO_s_mem());
    bool written = hidden != NULL && writer != NULL && PEM_write_bio_PKCS8(writer, hidden) == 1;
    char *text = NULL;
    long size = written ? BIO_get_mem_data(writer, &text) : 0;
    if (size > 0)
        buf_put(pem, text, (size_t)size);
    buf_put_char(pem, '\0');
    BIO_free(writer);
    X509_SIG_free(hidden);
    PKCS8_PRIV_KEY_INFO_free(plain);
    return written && pem->failed == PGCS_OK;
}

pgcs_status
key_encrypt(EVP_PKEY *key, struct buf *pem, struct buf *passphrase, struct diag *diag) {
    assert(key != NULL && pem->size == 0 && passphrase->size == 0);
    ERR_set_mark();
    bool done = make_passphrase(passphrase) && write_encrypted(key, passphrase, pem);
    ERR_pop_to_mark();
    if (!done)
        return diag_fail(diag, PGCS_ERR_LIBRARY, "OpenSSL can't encrypt the private key");
    passphrase->size--;
    pem->size--;
    return PGCS_OK;
}
