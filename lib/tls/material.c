/*
 * What was collected, checked against each other: every certificate decodes, a client
 * certificate and its key come together and fit, the key opens, and OpenSSL would use them.
 * What depends on the clock is left to preflight.c.
 */
#include "tls/builder.h"

#include <assert.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "spec/spec.h"
#include "tls/certificate.h"
#include "tls/key.h"
#include "tls/plan.h"

struct maker {
    const pgcs_tls_builder *from;
    struct pgcs_tls *tls;
    STACK_OF(X509) * chains[2]; /* by pgcs_chain, less 1 */
    EVP_PKEY *key;
    struct diag *diag;
};

static const char *
field_of(enum material material) {
    return keyword_name(material_keywords[material]);
}

static bool
is_wanted(enum material material, enum block_kind kind) {
    if (material == MATERIAL_KEY)
        return kind == BLOCK_KEY || kind == BLOCK_ENCRYPTED_KEY;
    return kind == (material == MATERIAL_CRL ? BLOCK_CRL : BLOCK_CERTIFICATE);
}

/* --- text ----------------------------------------------------------------------------------
 */

/* The blocks that count, one after the other, as libpq will read them. */
static pgcs_status
keep_text(struct maker *maker, enum material material) {
    const struct pem *pem = &maker->from->pems[material];
    size_t size = 0;
    for (size_t i = 0; i < pem->count; i++)
        size += is_wanted(material, pem->blocks[i].kind) ? pem->blocks[i].text.size : 0;
    char *text = pool_bytes(maker->tls->pool, size + 1);
    if (text == NULL)
        return diag_nomem(maker->diag);
    maker->tls->pem[material] = (struct slice){text, size};
    maker->tls->repairs[material] = pem->repairs;
    for (size_t i = 0; i < pem->count; i++) {
        const struct block *block = &pem->blocks[i];
        if (!is_wanted(material, block->kind))
            continue;
        memcpy(text, block->text.data, block->text.size);
        text += block->text.size;
    }
    *text = '\0';
    return PGCS_OK;
}

static const char *
keep_string(struct maker *maker, const char *string) {
    return pool_copy(maker->tls->pool, string, strlen(string));
}

static pgcs_status
keep_settings(struct maker *maker) {
    const pgcs_tls_builder *from = maker->from;
    struct pgcs_tls *tls = maker->tls;
    tls->system_roots = from->system_roots;
    if (from->server_name && (tls->server_name = keep_string(maker, from->server_name)) == NULL)
        return diag_nomem(maker->diag);
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++) {
        if (from->loaded_from[i] &&
            (tls->loaded_from[i] = keep_string(maker, from->loaded_from[i])) == NULL)
            return diag_nomem(maker->diag);
        if (!from->given[i])
            continue;
        pgcs_status status = keep_text(maker, i);
        if (status != PGCS_OK)
            return status;
    }
    return PGCS_OK;
}

/* --- certificates --------------------------------------------------------------------------
 */

static pgcs_status
decode_chain(struct maker *maker, enum material material, STACK_OF(X509) * chain) {
    const struct pem *pem = &maker->from->pems[material];
    size_t number = 0;
    for (size_t i = 0; i < pem->count; i++) {
        if (!is_wanted(material, pem->blocks[i].kind))
            continue;
        X509 *made =
            certificate_decode(&pem->blocks[i], field_of(material), ++number, maker->diag);
        if (made == NULL)
            return maker->diag->status;
        if (sk_X509_push(chain, made) <= 0) {
            X509_free(made);
            return diag_nomem(maker->diag);
        }
    }
    return PGCS_OK;
}

static pgcs_status
make_chain(struct maker *maker, enum material material, pgcs_chain chain) {
    STACK_OF(X509) *made = sk_X509_new_null();
    maker->chains[chain - 1] = made;
    if (made == NULL)
        return diag_nomem(maker->diag);
    pgcs_status status = decode_chain(maker, material, made);
    if (status != PGCS_OK)
        return status;
    size_t count = (size_t)sk_X509_num(made);
    struct certificate *described =
        pool_alloc(maker->tls->pool, (count ? count : 1) * sizeof *described);
    if (described == NULL)
        return diag_nomem(maker->diag);
    for (size_t i = 0; i < count; i++)
        if (!certificate_describe(sk_X509_value(made, (int)i), maker->tls->pool, &described[i]))
            return diag_nomem(maker->diag);
    maker->tls->chains[chain - 1] = described;
    maker->tls->counts[chain - 1] = count;
    return PGCS_OK;
}

static pgcs_status
make_crls(struct maker *maker) {
    const struct pem *pem = &maker->from->pems[MATERIAL_CRL];
    struct pgcs_tls *tls = maker->tls;
    tls->crls = pool_alloc(tls->pool, (pem->count ? pem->count : 1) * sizeof *tls->crls);
    if (tls->crls == NULL)
        return diag_nomem(maker->diag);
    for (size_t i = 0; i < pem->count; i++) {
        X509_CRL *crl = crl_decode(&pem->blocks[i], field_of(MATERIAL_CRL), i + 1, maker->diag);
        if (crl == NULL)
            return maker->diag->status;
        bool described = crl_describe(crl, maker->chains[PGCS_CHAIN_ROOTS - 1], tls->pool,
                                      &tls->crls[tls->crl_count++]);
        X509_CRL_free(crl);
        if (!described)
            return diag_nomem(maker->diag);
    }
    return PGCS_OK;
}

/* --- certificate and key -------------------------------------------------------------------
 */

static pgcs_status
check_pair(struct maker *maker) {
    bool certificate = maker->from->given[MATERIAL_CERTIFICATE];
    bool key = maker->from->given[MATERIAL_KEY];
    if (certificate == key)
        return PGCS_OK;
    diag_fail(maker->diag, PGCS_ERR_CONFLICT, "%s",
              certificate ? "there is a client certificate, but no private key for it"
                          : "there is a private key, but no client certificate");
    diag_hint(maker->diag, "%s",
              certificate ? "Give the private key that belongs to the certificate, or leave "
                            "the certificate out."
                          : "Give the certificate that belongs to the key, or leave the key "
                            "out.");
    diag_field(maker->diag, certificate ? "sslkey" : "sslcert");
    return PGCS_ERR_CONFLICT;
}

static pgcs_status
open_key(struct maker *maker) {
    const struct pem *pem = &maker->from->pems[MATERIAL_KEY];
    const struct buf *passphrase = &maker->from->passphrase;
    const struct block *block = pem->blocks;
    while (!is_wanted(MATERIAL_KEY, block->kind))
        block++;
    struct slice given = {passphrase->data, passphrase->size ? passphrase->size - 1 : 0};
    maker->key = key_decode(block, given, field_of(MATERIAL_KEY), maker->diag);
    if (maker->key == NULL)
        return maker->diag->status;
    maker->tls->key_is_encrypted = block->kind == BLOCK_ENCRYPTED_KEY;
    if (given.size == 0)
        return PGCS_OK;
    char *kept = pool_copy(maker->tls->pool, given.data, given.size);
    if (kept == NULL)
        return diag_nomem(maker->diag);
    maker->tls->passphrase = (struct slice){kept, given.size};
    return PGCS_OK;
}

static pgcs_status
check_key_fits(struct maker *maker) {
    STACK_OF(X509) *chain = maker->chains[PGCS_CHAIN_CLIENT - 1];
    int fits = -1;
    ERR_set_mark();
    for (int i = 0; i < sk_X509_num(chain) && fits < 0; i++)
        if (X509_check_private_key(sk_X509_value(chain, i), maker->key) == 1)
            fits = i;
    ERR_pop_to_mark();
    if (fits == 0)
        return PGCS_OK;
    if (fits > 0) {
        diag_fail(maker->diag, PGCS_ERR_KEY_MISMATCH,
                  "the private key belongs to certificate number %d of the chain, not to the "
                  "first",
                  fits + 1);
        diag_hint(maker->diag, "Put the client's own certificate first, and the authorities "
                               "that signed it after it.");
        diag_field(maker->diag, "sslcert");
    } else {
        diag_fail(maker->diag, PGCS_ERR_KEY_MISMATCH,
                  "the private key does not belong to the client certificate");
        diag_hint(maker->diag, "Give the key from which the certificate was requested, or "
                               "request a new certificate for this key.");
        diag_field(maker->diag, "sslkey");
    }
    return PGCS_ERR_KEY_MISMATCH;
}

/* What libpq's OpenSSL would say: too weak by its settings, of a kind that TLS can't use. */
static pgcs_status
rehearse(struct maker *maker) {
    X509 *leaf = sk_X509_value(maker->chains[PGCS_CHAIN_CLIENT - 1], 0);
    bool stored = true;
    ERR_set_mark();
    SSL_CTX *stage = SSL_CTX_new(TLS_client_method());
    if (stage != NULL && (SSL_CTX_use_certificate(stage, leaf) != 1 ||
                          SSL_CTX_use_PrivateKey(stage, maker->key) != 1)) {
        unsigned long error = ERR_peek_last_error();
        const char *reason = ERR_reason_error_string(error);
        maker->tls->refusal = keep_string(maker, reason ? reason : "no reason given");
        stored = maker->tls->refusal != NULL && ERR_GET_REASON(error) != ERR_R_MALLOC_FAILURE;
    }
    SSL_CTX_free(stage);
    ERR_pop_to_mark();
    return stage != NULL && stored ? PGCS_OK : diag_nomem(maker->diag);
}

/* Whether the client's chain leads to the roots, at any time: servers often use others. */
static pgcs_status
find_way_to_roots(struct maker *maker) {
    STACK_OF(X509) *roots = maker->chains[PGCS_CHAIN_ROOTS - 1];
    STACK_OF(X509) *chain = maker->chains[PGCS_CHAIN_CLIENT - 1];
    ERR_set_mark();
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool ready = store != NULL && context != NULL;
    for (int i = 0; ready && i < sk_X509_num(roots); i++)
        ready = X509_STORE_add_cert(store, sk_X509_value(roots, i)) == 1;
    ready = ready && X509_STORE_CTX_init(context, store, sk_X509_value(chain, 0), chain) == 1;
    if (ready) {
        X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
        maker->tls->client_chain_known = X509_verify_cert(context) == 1;
        ready = X509_STORE_CTX_get_error(context) != X509_V_ERR_OUT_OF_MEM;
    }
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    ERR_pop_to_mark();
    return ready ? PGCS_OK : diag_nomem(maker->diag);
}

static pgcs_status
make_identity(struct maker *maker) {
    pgcs_status status = check_pair(maker);
    if (status != PGCS_OK || !maker->from->given[MATERIAL_KEY])
        return status;
    status = open_key(maker);
    if (status == PGCS_OK)
        status = check_key_fits(maker);
    if (status == PGCS_OK)
        status = rehearse(maker);
    if (status == PGCS_OK)
        status = find_way_to_roots(maker);
    return status;
}

/* --- the whole -----------------------------------------------------------------------------
 */

static pgcs_status
make(struct maker *maker) {
    pgcs_status status = keep_settings(maker);
    if (status == PGCS_OK)
        status = make_chain(maker, MATERIAL_ROOTS, PGCS_CHAIN_ROOTS);
    if (status == PGCS_OK)
        status = make_chain(maker, MATERIAL_CERTIFICATE, PGCS_CHAIN_CLIENT);
    if (status == PGCS_OK)
        status = make_identity(maker);
    if (status == PGCS_OK)
        status = make_crls(maker);
    return status;
}

pgcs_status
material_make(const pgcs_tls_builder *builder, const pgcs_tls **out, struct diag *diag) {
    assert(builder != NULL && out != NULL);
    struct pool *pool = pool_new(4096);
    struct pgcs_tls *tls = pool ? pool_alloc(pool, sizeof *tls) : NULL;
    if (tls == NULL) {
        pool_free(pool);
        return diag_nomem(diag);
    }
    *tls = (struct pgcs_tls){.pool = pool};
    refs_init(&tls->refs);
    struct maker maker = {.from = builder, .tls = tls, .diag = diag};
    pgcs_status status = make(&maker);
    sk_X509_pop_free(maker.chains[0], X509_free);
    sk_X509_pop_free(maker.chains[1], X509_free);
    EVP_PKEY_free(maker.key);
    if (status == PGCS_OK)
        *out = tls;
    else
        pool_free(pool);
    return status;
}

const pgcs_tls *
tls_ref(const pgcs_tls *tls) {
    if (tls != NULL)
        refs_take(&((struct pgcs_tls *)tls)->refs);
    return tls;
}

const pgcs_tls *
tls_unref(const pgcs_tls *tls) {
    struct pgcs_tls *mutable = (struct pgcs_tls *)tls;
    if (mutable != NULL && refs_drop(&mutable->refs))
        pool_free(mutable->pool);
    return NULL;
}
