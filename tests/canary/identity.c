/* A client's certificate and key for the canary, made when it runs. */
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <string.h>

#include "canary/canary.h"

void
canary_make_identity(const char *phrase, char *pem, size_t size) {
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_sign(certificate, key, EVP_sha256());
    BIO *out = BIO_new(BIO_s_secmem());
    PEM_write_bio_X509(out, certificate);
    bool locked = *phrase != '\0';
    PEM_write_bio_PKCS8PrivateKey(out, key, locked ? EVP_aes_256_cbc() : NULL,
                                  locked ? phrase : NULL, (int)strlen(phrase), NULL, NULL);
    int got = BIO_read(out, pem, (int)size - 1);
    pem[got > 0 ? got : 0] = '\0';
    BIO_free(out);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

size_t
canary_certificate_size(const char *pem) {
    static const char end[] = "-----END CERTIFICATE-----\n";
    const char *at = strstr(pem, end);
    return at == NULL ? 0 : (size_t)(at - pem) + sizeof end - 1;
}
