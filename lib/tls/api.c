/* The exported functions of tls.h: not landed yet. */
#include <pgconnspec/tls.h>

#include "base/diag.h"
#include "base/error.h"
#include "tls/stage.h"

/* What a function whose capability has not landed yet answers. */
static pgcs_status
not_built(pgcs_error **err) {
    struct diag diag;
    diag_not_built(&diag, "tls");
    return error_raise(&diag, err);
}

pgcs_tls_builder *
pgcs_tls_builder_new(void) {
    return NULL;
}

void
pgcs_tls_builder_free(pgcs_tls_builder *builder) {
    (void)builder;
}

pgcs_status
pgcs_tls_builder_set_roots(pgcs_tls_builder *builder, const char *pem, size_t size,
                           pgcs_error **err) {
    (void)builder;
    (void)pem;
    (void)size;
    return not_built(err);
}

pgcs_status
pgcs_tls_builder_use_system_roots(pgcs_tls_builder *builder, pgcs_error **err) {
    (void)builder;
    return not_built(err);
}

pgcs_status
pgcs_tls_builder_set_certificate(pgcs_tls_builder *builder, const char *pem, size_t size,
                                 pgcs_error **err) {
    (void)builder;
    (void)pem;
    (void)size;
    return not_built(err);
}

pgcs_status
pgcs_tls_builder_set_key(pgcs_tls_builder *builder, const char *pem, size_t size,
                         const char *passphrase, size_t passphrase_size, pgcs_error **err) {
    (void)builder;
    (void)pem;
    (void)size;
    (void)passphrase;
    (void)passphrase_size;
    return not_built(err);
}

pgcs_status
pgcs_tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name,
                                 pgcs_error **err) {
    (void)builder;
    (void)name;
    return not_built(err);
}

pgcs_status
pgcs_tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, pgcs_error **err) {
    (void)builder;
    (void)spec;
    return not_built(err);
}

pgcs_status
pgcs_tls_builder_finish(pgcs_tls_builder *builder, const pgcs_tls **out, pgcs_error **err) {
    (void)builder;
    (void)out;
    return not_built(err);
}

const pgcs_tls *
pgcs_tls_ref(const pgcs_tls *tls) {
    (void)tls;
    return NULL;
}

const pgcs_tls *
pgcs_tls_unref(const pgcs_tls *tls) {
    (void)tls;
    return NULL;
}

size_t
pgcs_tls_count(const pgcs_tls *tls, pgcs_chain chain) {
    (void)tls;
    (void)chain;
    return 0;
}

const char *
pgcs_tls_subject(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    (void)tls;
    (void)chain;
    (void)i;
    return NULL;
}

const char *
pgcs_tls_issuer(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    (void)tls;
    (void)chain;
    (void)i;
    return NULL;
}

const char *
pgcs_tls_sha256(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    (void)tls;
    (void)chain;
    (void)i;
    return NULL;
}

int64_t
pgcs_tls_not_before_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    (void)tls;
    (void)chain;
    (void)i;
    return INT64_MIN;
}

int64_t
pgcs_tls_not_after_unix(const pgcs_tls *tls, pgcs_chain chain, size_t i) {
    (void)tls;
    (void)chain;
    (void)i;
    return INT64_MIN;
}

const char *
pgcs_tls_server_name(const pgcs_tls *tls) {
    (void)tls;
    return NULL;
}

int
pgcs_tls_has_key(const pgcs_tls *tls) {
    (void)tls;
    return 0;
}

pgcs_status
pgcs_stage_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
               const pgcs_stage **out, pgcs_error **err) {
    struct diag diag;
    pgcs_status status = PGCS_OK;
    if (spec == NULL)
        status = diag_misuse(&diag, "spec is NULL");
    else if (out == NULL)
        status = diag_misuse(&diag, "out is NULL");
    else if (libpq_version < 130000)
        status = diag_misuse(&diag, "libpq_version is none from 130000 on");
    else
        status = stage_new(spec, tls, libpq_version, out, &diag);
    return status == PGCS_OK ? PGCS_OK : error_raise(&diag, err);
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
