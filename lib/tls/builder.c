/*
 * Collecting of TLS material. Each piece is read as PEM when it is given, so that a fault is
 * told where it was made; how the pieces fit together is seen at the end, in material.c.
 */
#include "tls/builder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "spec/spec.h"
#include "tls/file.h"
#include "tls/key.h"
#include "tls/plan.h"

/* Which blocks may stand in which field: what is wanted, and what may stand beside it. */
#define BIT(kind)    (1u << (kind))
#define KEY_BLOCKS   (BIT(BLOCK_KEY) | BIT(BLOCK_ENCRYPTED_KEY))
#define CERTIFICATES BIT(BLOCK_CERTIFICATE)

static const struct {
    unsigned wanted;
    unsigned tolerated;
    const char *name;
} fields[MATERIAL_COUNT] = {
    [MATERIAL_ROOTS] = {CERTIFICATES, 0, "certificate"},
    [MATERIAL_CERTIFICATE] = {CERTIFICATES, 0, "certificate"},
    [MATERIAL_KEY] = {KEY_BLOCKS, CERTIFICATES | BIT(BLOCK_PARAMETERS), "private key"},
    [MATERIAL_CRL] = {BIT(BLOCK_CRL), 0, "revocation list"},
};

/* --- blocks in the wrong field -------------------------------------------------------------
 */

static const char *
remedy_for(enum material material, enum block_kind kind) {
    if ((BIT(kind) & KEY_BLOCKS) != 0 && material == MATERIAL_CERTIFICATE)
        return "Give the key as the key. If this text went anywhere else by mistake, treat the "
               "key as disclosed.";
    if ((BIT(kind) & KEY_BLOCKS) != 0)
        return "A private key never belongs here: treat it as disclosed if this text was sent "
               "to anybody.";
    if (kind == BLOCK_REQUEST)
        return "Give the certificate that the authority made of the request.";
    if (kind == BLOCK_SSH_KEY)
        return "PostgreSQL uses X.509: convert the key with ssh-keygen -p -m PEM -f FILE, or "
               "give the key that belongs to the certificate.";
    if (kind == BLOCK_PUBLIC_KEY)
        return "Give the certificate or the private key, not the public key alone.";
    if (kind == BLOCK_PKCS7)
        return "Convert it: openssl pkcs7 -in FILE -print_certs -out certs.pem.";
    if (kind == BLOCK_CRL)
        return "Give the revocation list as such; among certificates it has no effect.";
    if (kind == BLOCK_CERTIFICATE && material == MATERIAL_CRL)
        return "libpq would trust a certificate that stands among the revocation lists: give "
               "it as root certificate if that is meant.";
    if (kind == BLOCK_CERTIFICATE)
        return "Give the certificate as the client certificate, and the key here.";
    return "Leave this block out.";
}

static pgcs_status
fail_block(enum material material, enum block_kind kind, const char *field, struct diag *diag) {
    diag_fail(diag, PGCS_ERR_PEM, "%s holds a %s, where a %s is expected", field,
              block_kind_name(kind), fields[material].name);
    diag_hint(diag, "%s", remedy_for(material, kind));
    diag_field(diag, field);
    return PGCS_ERR_PEM;
}

static pgcs_status
judge_blocks(enum material material, const struct pem *pem, unsigned also, struct diag *diag) {
    const char *field = keyword_name(material_keywords[material]);
    unsigned tolerated = fields[material].tolerated | also;
    size_t wanted = 0;
    for (size_t i = 0; i < pem->count; i++) {
        unsigned bit = BIT(pem->blocks[i].kind);
        if ((bit & (fields[material].wanted | tolerated)) == 0)
            return fail_block(material, pem->blocks[i].kind, field, diag);
        wanted += (bit & fields[material].wanted) != 0;
    }
    if (wanted == 0)
        return fail_block(material, pem->blocks[0].kind, field, diag);
    if (material == MATERIAL_KEY && wanted > 1) {
        diag_fail(diag, PGCS_ERR_PEM, "%s holds more than one private key", field);
        diag_hint(diag, "Give only the key that belongs to the client certificate.");
        diag_field(diag, field);
        return PGCS_ERR_PEM;
    }
    return PGCS_OK;
}

/* --- collecting ----------------------------------------------------------------------------
 */

pgcs_tls_builder *
tls_builder_new(void) {
    return calloc(1, sizeof(pgcs_tls_builder));
}

static void
forget(pgcs_tls_builder *builder, enum material material) {
    pem_free(&builder->pems[material]);
    free(builder->loaded_from[material]);
    builder->loaded_from[material] = NULL;
    builder->given[material] = false;
}

void
tls_builder_free(pgcs_tls_builder *builder) {
    if (builder == NULL)
        return;
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++)
        forget(builder, i);
    buf_free(&builder->passphrase);
    free(builder->server_name);
    free(builder);
}

/* As tls_builder_set(); @also names more blocks that may stand there and are passed over. */
static pgcs_status
take(pgcs_tls_builder *builder, enum material material, struct slice text, unsigned also,
     struct diag *diag) {
    const char *field = keyword_name(material_keywords[material]);
    struct pem pem;
    pgcs_status status = pem_read(text, field, &pem, diag);
    if (status != PGCS_OK)
        return status;
    status = judge_blocks(material, &pem, also, diag);
    if (status != PGCS_OK) {
        pem_free(&pem);
        return status;
    }
    forget(builder, material);
    builder->pems[material] = pem;
    builder->given[material] = true;
    return PGCS_OK;
}

static pgcs_status
fail_two_roots(struct diag *diag) {
    diag_fail(diag, PGCS_ERR_CONFLICT,
              "root certificates and the system's roots are both asked for");
    diag_hint(diag, "libpq can use one of the two: choose.");
    diag_field(diag, "sslrootcert");
    return PGCS_ERR_CONFLICT;
}

pgcs_status
tls_builder_set(pgcs_tls_builder *builder, enum material material, struct slice text,
                struct diag *diag) {
    if (material == MATERIAL_ROOTS && builder->system_roots)
        return fail_two_roots(diag);
    return take(builder, material, text, 0, diag);
}

pgcs_status
tls_builder_use_system_roots(pgcs_tls_builder *builder, struct diag *diag) {
    if (builder->given[MATERIAL_ROOTS])
        return fail_two_roots(diag);
    builder->system_roots = true;
    return PGCS_OK;
}

pgcs_status
tls_builder_set_passphrase(pgcs_tls_builder *builder, struct slice passphrase,
                           struct diag *diag) {
    if (passphrase.size > LONGEST_PASSPHRASE ||
        (passphrase.size > 0 && memchr(passphrase.data, '\0', passphrase.size) != NULL)) {
        bool too_long = passphrase.size > LONGEST_PASSPHRASE;
        diag_fail(diag, too_long ? PGCS_ERR_LIMIT : PGCS_ERR_ENCODING,
                  too_long ? "the pass phrase is longer than 1023 bytes"
                           : "the pass phrase has a zero byte in it");
        diag_hint(diag, "libpq can't pass it on: encrypt the key with another one.");
        diag_field(diag, "sslpassword");
        return diag->status;
    }
    buf_free(&builder->passphrase);
    if (passphrase.size == 0)
        return PGCS_OK;
    buf_put(&builder->passphrase, passphrase.data, passphrase.size);
    buf_put_char(&builder->passphrase, '\0');
    return buf_status(&builder->passphrase, diag);
}

/* --- the server's name ---------------------------------------------------------------------
 */

/* Why @name can't be expected in a certificate, or NULL. */
static const char *
name_fault(const char *name, size_t size) {
    if (size == 0)
        return "is empty";
    if (size > 253)
        return "is longer than any host name";
    if (name[size - 1] == '.')
        return "ends in a dot, which no certificate has";
    if (name[0] == '*')
        return "has a wildcard, which only certificates may have";
    if (name[0] == '/' || name[0] == '@')
        return "is the path of a socket";
    for (size_t i = 0; i < size; i++)
        if (name[i] == ',' || (unsigned char)name[i] <= ' ' || (unsigned char)name[i] >= 0x7f)
            return "is not one host name in ASCII";
    return NULL;
}

pgcs_status
tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name, struct diag *diag) {
    size_t size = strnlen(name, 254);
    const char *fault = name_fault(name, size);
    if (fault != NULL) {
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "server name \"%s\" %s",
                  diag_quote(name, size).text, fault);
        diag_hint(diag, "Give the name as it stands in the server's certificate.");
        return PGCS_ERR_BAD_VALUE;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return diag_nomem(diag);
    free(builder->server_name);
    builder->server_name = copy;
    return PGCS_OK;
}

/* --- files ---------------------------------------------------------------------------------
 */

static const char *
path_of(const pgcs_spec *spec, enum material material) {
    const char *path = spec_filled(spec, material_keywords[material]);
    return path == NULL || strcmp(path, NO_FILE) == 0 ? NULL : path;
}

static bool
is_same_path(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* A path that may be a secret itself, as the text of a key, is not told. */
static pgcs_status
read_named(const pgcs_spec *spec, enum material material, const char *path, struct buf *out,
           struct diag *diag) {
    enum keyword keyword = material_keywords[material];
    pgcs_status status =
        file_read(path, material == MATERIAL_KEY, keyword_name(keyword), out, diag);
    if (status == PGCS_OK || !spec_value_is_private(spec_find(spec, keyword)))
        return status;
    diag_fail(diag, status, "%s is not the path of a file that can be read",
              keyword_name(keyword));
    diag_field(diag, keyword_name(keyword));
    diag_hint(diag, "Give the path of a file; hand PEM text over as TLS material.");
    return status;
}

static pgcs_status
load_one(pgcs_tls_builder *builder, const pgcs_spec *spec, enum material material,
         struct diag *diag) {
    const char *path = path_of(spec, material);
    if (path == NULL || builder->given[material] ||
        (material == MATERIAL_ROOTS && builder->system_roots))
        return PGCS_OK;
    if (material == MATERIAL_ROOTS && strcmp(path, "system") == 0) {
        builder->system_roots = true;
    } else {
        /* libpq lets one file be certificate and key. */
        bool shared =
            is_same_path(path_of(spec, MATERIAL_CERTIFICATE), path_of(spec, MATERIAL_KEY));
        unsigned also =
            material == MATERIAL_CERTIFICATE && shared ? KEY_BLOCKS | BIT(BLOCK_PARAMETERS) : 0;
        struct buf text = {0};
        pgcs_status status = read_named(spec, material, path, &text, diag);
        if (status == PGCS_OK)
            status = take(builder, material, (struct slice){text.data, text.size}, also, diag);
        buf_free(&text);
        if (status != PGCS_OK)
            return status;
    }
    free(builder->loaded_from[material]);
    builder->loaded_from[material] = strdup(path);
    return builder->loaded_from[material] ? PGCS_OK : diag_nomem(diag);
}

pgcs_status
tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, struct diag *diag) {
    assert(builder != NULL && spec != NULL);
    bool takes_key = !builder->given[MATERIAL_KEY] && path_of(spec, MATERIAL_KEY) != NULL;
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++) {
        pgcs_status status = load_one(builder, spec, i, diag);
        if (status != PGCS_OK)
            return status;
    }
    const char *passphrase = spec_filled(spec, KEYWORD_SSLPASSWORD);
    if (!takes_key || passphrase == NULL)
        return PGCS_OK;
    return tls_builder_set_passphrase(builder, (struct slice){passphrase, strlen(passphrase)},
                                      diag);
}

/* Begin with what @tls holds. */
static pgcs_status
take_over(pgcs_tls_builder *builder, const pgcs_tls *tls, struct diag *diag) {
    pgcs_status status = PGCS_OK;
    builder->system_roots = tls->system_roots;
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT && status == PGCS_OK; i++)
        if (tls_has(tls, i))
            status = take(builder, i, tls->pem[i], 0, diag);
    if (status == PGCS_OK)
        status = tls_builder_set_passphrase(builder, tls->passphrase, diag);
    if (status == PGCS_OK && tls->server_name != NULL)
        status = tls_builder_set_server_name(builder, tls->server_name, diag);
    return status;
}

pgcs_status
material_complete(const pgcs_tls *tls, const pgcs_spec *spec, const pgcs_tls **out,
                  struct diag *diag) {
    pgcs_tls_builder *builder = tls_builder_new();
    if (builder == NULL)
        return diag_nomem(diag);
    pgcs_status status = tls ? take_over(builder, tls, diag) : PGCS_OK;
    if (status == PGCS_OK)
        status = tls_builder_load(builder, spec, diag);
    if (status == PGCS_OK)
        status = material_make(builder, out, diag);
    tls_builder_free(builder);
    return status;
}
