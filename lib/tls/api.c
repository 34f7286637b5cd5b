/* The exported functions of tls.h. */
#include <pgconnspec/tls.h>

#include "base/error.h"
#include "tls/builder.h"
#include "tls/preflight.h"
#include "tls/stage.h"

/* --- builder -------------------------------------------------------------------------------
 */

pgcs_tls_builder *
pgcs_tls_builder_new(void) {
    return tls_builder_new();
}

void
pgcs_tls_builder_free(pgcs_tls_builder *builder) {
    tls_builder_free(builder);
}

static pgcs_status
set(pgcs_tls_builder *builder, enum material material, const char *pem, size_t size,
    pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (pem == NULL)
        return error_misuse("pem is NULL", err);
    struct diag diag;
    return error_finish(tls_builder_set(builder, material, (struct slice){pem, size}, &diag),
                        &diag, err);
}

pgcs_status
pgcs_tls_builder_set_roots(pgcs_tls_builder *builder, const char *pem, size_t size,
                           pgcs_error **err) {
    return set(builder, MATERIAL_ROOTS, pem, size, err);
}

pgcs_status
pgcs_tls_builder_use_system_roots(pgcs_tls_builder *builder, pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    struct diag diag;
    return error_finish(tls_builder_use_system_roots(builder, &diag), &diag, err);
}

pgcs_status
pgcs_tls_builder_set_certificate(pgcs_tls_builder *builder, const char *pem, size_t size,
                                 pgcs_error **err) {
    return set(builder, MATERIAL_CERTIFICATE, pem, size, err);
}

pgcs_status
pgcs_tls_builder_set_key(pgcs_tls_builder *builder, const char *pem, size_t size,
                         const char *passphrase, size_t passphrase_size, pgcs_error **err) {
    if (passphrase == NULL && passphrase_size > 0)
        return error_misuse("passphrase is NULL, and its size is not 0", err);
    pgcs_status status = set(builder, MATERIAL_KEY, pem, size, err);
    if (status != PGCS_OK)
        return status;
    struct diag diag;
    struct slice given = {passphrase, passphrase_size};
    return error_finish(tls_builder_set_passphrase(builder, given, &diag), &diag, err);
}

pgcs_status
pgcs_tls_builder_set_crls(pgcs_tls_builder *builder, const char *pem, size_t size,
                          pgcs_error **err) {
    return set(builder, MATERIAL_CRL, pem, size, err);
}

pgcs_status
pgcs_tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name,
                                 pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (name == NULL)
        return error_misuse("name is NULL", err);
    struct diag diag;
    return error_finish(tls_builder_set_server_name(builder, name, &diag), &diag, err);
}

pgcs_status
pgcs_tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    struct diag diag;
    return error_finish(tls_builder_load(builder, spec, &diag), &diag, err);
}

pgcs_status
pgcs_tls_builder_finish(pgcs_tls_builder *builder, const pgcs_tls **out, pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(material_make(builder, out, &diag), &diag, err);
}

/* --- material ------------------------------------------------------------------------------
 */

pgcs_status
pgcs_tls_preflight(const pgcs_tls *tls, int64_t now_unix, const pgcs_report **out,
                   pgcs_error **err) {
    if (tls == NULL)
        return error_misuse("tls is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(preflight(tls, now_unix, out, &diag), &diag, err);
}

const pgcs_tls *
pgcs_tls_ref(const pgcs_tls *tls) {
    return tls_ref(tls);
}

const pgcs_tls *
pgcs_tls_unref(const pgcs_tls *tls) {
    return tls_unref(tls);
}

size_t
pgcs_tls_count(const pgcs_tls *tls, pgcs_chain chain) {
    if (tls == NULL || chain < PGCS_CHAIN_ROOTS || chain > PGCS_CHAIN_CLIENT)
        return 0;
    return tls->counts[chain - 1];
}

static const struct certificate *
certificate_at(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    return i < pgcs_tls_count(tls, chain) ? &tls->chains[chain - 1][i] : NULL;
}

const char *
pgcs_tls_subject(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    const struct certificate *certificate = certificate_at(tls, chain, i);
    return certificate ? certificate->subject : NULL;
}

const char *
pgcs_tls_issuer(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    const struct certificate *certificate = certificate_at(tls, chain, i);
    return certificate ? certificate->issuer : NULL;
}

const char *
pgcs_tls_sha256(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    const struct certificate *certificate = certificate_at(tls, chain, i);
    return certificate ? certificate->sha256 : NULL;
}

int64_t
pgcs_tls_not_before_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    const struct certificate *certificate = certificate_at(tls, chain, i);
    return certificate ? certificate->not_before : INT64_MIN;
}

int64_t
pgcs_tls_not_after_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    const struct certificate *certificate = certificate_at(tls, chain, i);
    return certificate ? certificate->not_after : INT64_MIN;
}

const char *
pgcs_tls_server_name(const pgcs_tls *tls) {
    return tls ? tls->server_name : NULL;
}

int
pgcs_tls_has_key(const pgcs_tls *tls) {
    return tls_has(tls, MATERIAL_KEY) ? 1 : 0;
}

/* --- staging -------------------------------------------------------------------------------
 */

pgcs_status
pgcs_stage_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
               const pgcs_stage **out, pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    if (libpq_version < 130000)
        return error_misuse("libpq_version is none from 130000 on", err);
    struct diag diag;
    return error_finish(stage_new(spec, tls, libpq_version, out, &diag), &diag, err);
}

const pgcs_stage *
pgcs_stage_ref(const pgcs_stage *stage) {
    return stage_ref(stage);
}

const pgcs_stage *
pgcs_stage_unref(const pgcs_stage *stage) {
    return stage_unref(stage);
}

const char *
pgcs_stage_conninfo(const pgcs_stage *stage) {
    return stage_conninfo(stage);
}

pgcs_status
pgcs_stage_check(const pgcs_stage *stage, pgcs_error **err) {
    if (stage == NULL)
        return error_misuse("stage is NULL", err);
    struct diag diag;
    return error_finish(stage_check(stage, &diag), &diag, err);
}
