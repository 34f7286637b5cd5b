/* Certificates and revocation lists, decoded and described. */
#ifndef TLS_CERTIFICATE_H
#define TLS_CERTIFICATE_H

#include <openssl/x509.h>

#include "base/text.h"
#include "tls/material.h"
#include "tls/pem.h"

/* What a certificate or key must be worth in bits of security: RSA 2048, EC 224. */
#define LEAST_SECURITY_BITS 112

/*
 * Decode the block, whole: a byte too many is a fault as well. NULL, and @diag filled, when it
 * is none or memory is out. @field is the parameter it came as, @number its place from 1.
 */
X509 *
certificate_decode(const struct block *block, const char *field, size_t number,
                   struct diag *diag);
X509_CRL *
crl_decode(const struct block *block, const char *field, size_t number, struct diag *diag);

/* Describe into @out, with strings from @pool. False without memory. */
bool
certificate_describe(X509 *certificate, struct pool *pool, struct certificate *out);

/* Describe a list against the certificates that may have issued it. False without memory. */
bool
crl_describe(X509_CRL *crl, STACK_OF(X509) * issuers, struct pool *pool,
             struct revocation *out);

/* A distinguished name as RFC 2253 has it, the other way round for readers; into @out. */
void
name_print(const X509_NAME *name, struct buf *out);

/* The host names and addresses that the certificate is for, joined by ", "; into @out. */
void
certificate_names(const X509 *certificate, struct buf *out);

/* Seconds since 1970-01-01 UTC; INT64_MIN when @time is none. */
int64_t
time_unix(const ASN1_TIME *time);

#endif
