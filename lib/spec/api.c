/* The exported functions of spec.h. */
#include <pgconnspec/spec.h>

#include <string.h>

#include "base/diag.h"
#include "base/error.h"
#include "spec/builder.h"
#include "spec/env.h"
#include "spec/judge.h"
#include "spec/keyword.h"
#include "spec/normalize.h"
#include "spec/redact.h"
#include "spec/resolve.h"
#include "spec/spec.h"
#include "spec/write.h"

/* For the functions that have no flags yet. */
static pgcs_status
unknown_flags(uint32_t flags, pgcs_error **err) {
    struct diag diag;
    diag_fail(&diag, PGCS_ERR_UNSUPPORTED, "unknown flag 0x%x", flags);
    return error_raise(&diag, err);
}

/* Raise @diag if @status is a failure, which is then what @diag tells of. */
static enum keyword
keyword_of(const char *key) {
    return key == NULL ? KEYWORD_NONE : keyword_find(key, strlen(key));
}

static const struct spec_value *
find(const pgcs_spec *spec, const char *key) {
    enum keyword keyword = keyword_of(key);
    return spec == NULL || keyword == KEYWORD_NONE ? NULL : spec_find(spec, keyword);
}

static const struct spec_host *
host_at(const pgcs_spec *spec, size_t i) {
    return spec == NULL || i >= spec_host_count(spec) ? NULL : spec_host(spec, i);
}

pgcs_env *
pgcs_env_new(void) {
    return env_new();
}

void
pgcs_env_free(pgcs_env *env) {
    env_free(env);
}

pgcs_status
pgcs_env_capture(pgcs_env *env, pgcs_error **err) {
    if (env == NULL)
        return error_misuse("env is NULL", err);
    struct diag diag;
    return error_finish(env_capture(env, &diag), &diag, err);
}

pgcs_status
pgcs_env_capture_variable(pgcs_env *env, const char *name, pgcs_error **err) {
    if (env == NULL)
        return error_misuse("env is NULL", err);
    if (name == NULL)
        return error_misuse("name is NULL", err);
    struct diag diag;
    return error_finish(env_capture_variable(env, name, &diag), &diag, err);
}

pgcs_status
pgcs_env_set_variable(pgcs_env *env, const char *name, const char *value, pgcs_error **err) {
    if (env == NULL)
        return error_misuse("env is NULL", err);
    if (name == NULL)
        return error_misuse("name is NULL", err);
    struct diag diag;
    return error_finish(env_set(env, name, value, &diag), &diag, err);
}

pgcs_status
pgcs_env_set_passfile(pgcs_env *env, const char *text, size_t size, pgcs_error **err) {
    if (env == NULL)
        return error_misuse("env is NULL", err);
    if (text == NULL)
        return error_misuse("text is NULL", err);
    struct diag diag;
    return error_finish(env_set_passfile(env, (struct slice){text, size}, &diag), &diag, err);
}

pgcs_status
pgcs_env_set_servicefile(pgcs_env *env, const char *text, size_t size, pgcs_error **err) {
    if (env == NULL)
        return error_misuse("env is NULL", err);
    if (text == NULL)
        return error_misuse("text is NULL", err);
    struct diag diag;
    return error_finish(env_set_servicefile(env, (struct slice){text, size}, &diag), &diag,
                        err);
}

pgcs_status
pgcs_spec_parse(const char *text, size_t size, uint32_t flags, const pgcs_spec **out,
                pgcs_error **err) {
    if (text == NULL)
        return error_misuse("text is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(spec_parse((struct slice){text, size}, flags, out, &diag), &diag, err);
}

pgcs_status
pgcs_spec_parse_variable(pgcs_env *env, const char *name, const char *prefix, uint32_t flags,
                         const pgcs_spec **out, pgcs_error **err) {
    if (env == NULL)
        return error_misuse("env is NULL", err);
    if (name == NULL)
        return error_misuse("name is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(env_parse_variable(env, name, prefix, flags, out, &diag), &diag, err);
}

pgcs_status
pgcs_spec_resolve(const pgcs_spec *spec, pgcs_env *env, uint32_t flags, const pgcs_spec **out,
                  pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (env == NULL)
        return error_misuse("env is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    if (flags != 0)
        return unknown_flags(flags, err);
    struct diag diag;
    return error_finish(spec_resolve(spec, env, out, &diag), &diag, err);
}

pgcs_status
pgcs_spec_normalize(const pgcs_spec *spec, uint32_t flags, const pgcs_spec **out,
                    pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    if (flags != 0)
        return unknown_flags(flags, err);
    struct diag diag;
    return error_finish(spec_normalize(spec, out, &diag), &diag, err);
}

const pgcs_spec *
pgcs_spec_ref(const pgcs_spec *spec) {
    return spec == NULL ? NULL : spec_ref(spec);
}

const pgcs_spec *
pgcs_spec_unref(const pgcs_spec *spec) {
    return spec_unref(spec);
}

const char *
pgcs_spec_get(const pgcs_spec *spec, const char *key) {
    const struct spec_value *value = find(spec, key);
    return value == NULL ? NULL : value->text;
}

int
pgcs_key_is_secret(const char *key) {
    enum keyword keyword = keyword_of(key);
    return keyword != KEYWORD_NONE && keyword_is_secret(keyword);
}

int
pgcs_spec_is_secret(const pgcs_spec *spec, const char *key) {
    const struct spec_value *value = find(spec, key);
    return value == NULL ? pgcs_key_is_secret(key) : spec_value_is_private(value);
}

size_t
pgcs_spec_size(const pgcs_spec *spec) {
    return spec == NULL ? 0 : spec->count;
}

const char *
pgcs_spec_key_at(const pgcs_spec *spec, size_t i) {
    const struct spec_value *value = spec == NULL ? NULL : spec_value_at(spec, i);
    return value == NULL ? NULL : keyword_name((enum keyword)value->keyword);
}

const char *
pgcs_spec_value_at(const pgcs_spec *spec, size_t i) {
    const struct spec_value *value = spec == NULL ? NULL : spec_value_at(spec, i);
    return value == NULL ? NULL : value->text;
}

pgcs_origin
pgcs_spec_origin(const pgcs_spec *spec, const char *key) {
    const struct spec_value *value = find(spec, key);
    return value == NULL ? PGCS_ORIGIN_NONE : value->origin;
}

int64_t
pgcs_spec_offset(const pgcs_spec *spec, const char *key) {
    const struct spec_value *value = find(spec, key);
    return value == NULL || value->origin != PGCS_ORIGIN_TEXT ? -1 : (int64_t)value->offset;
}

size_t
pgcs_spec_host_count(const pgcs_spec *spec) {
    return spec == NULL ? 0 : spec_host_count(spec);
}

pgcs_host_kind
pgcs_spec_host_kind(const pgcs_spec *spec, size_t i) {
    const struct spec_host *host = host_at(spec, i);
    return host == NULL ? PGCS_HOST_NONE : spec_host_kind(host);
}

const char *
pgcs_spec_host_name(const pgcs_spec *spec, size_t i) {
    const struct spec_host *host = host_at(spec, i);
    return host == NULL ? NULL : host->name;
}

const char *
pgcs_spec_host_address(const pgcs_spec *spec, size_t i) {
    const struct spec_host *host = host_at(spec, i);
    return host == NULL ? NULL : host->address;
}

int32_t
pgcs_spec_host_port(const pgcs_spec *spec, size_t i) {
    const struct spec_host *host = host_at(spec, i);
    return host == NULL ? 0 : host->port;
}

const char *
pgcs_spec_label(const pgcs_spec *spec) {
    return spec == NULL ? NULL : spec->label;
}

pgcs_status
pgcs_spec_validate(const pgcs_spec *spec, int32_t libpq_version, const pgcs_report **out,
                   pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(spec_validate(spec, libpq_version, out, &diag), &diag, err);
}

pgcs_builder *
pgcs_builder_new(void) {
    return builder_new();
}

pgcs_builder *
pgcs_builder_new_from(const pgcs_spec *spec) {
    return spec == NULL ? NULL : builder_new_from(spec);
}

void
pgcs_builder_free(pgcs_builder *builder) {
    builder_free(builder);
}

pgcs_status
pgcs_builder_set(pgcs_builder *builder, const char *key, const char *value, size_t size,
                 pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (key == NULL)
        return error_misuse("key is NULL", err);
    if (value == NULL)
        return error_misuse("value is NULL", err);
    struct diag diag;
    return error_finish(builder_set(builder, key, (struct slice){value, size}, &diag), &diag,
                        err);
}

pgcs_status
pgcs_builder_set_label(pgcs_builder *builder, const char *label, pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (label == NULL)
        return error_misuse("label is NULL", err);
    struct diag diag;
    return error_finish(builder_set_label(builder, label, &diag), &diag, err);
}

pgcs_status
pgcs_builder_unset(pgcs_builder *builder, const char *key, pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (key == NULL)
        return error_misuse("key is NULL", err);
    struct diag diag;
    return error_finish(builder_unset(builder, key, &diag), &diag, err);
}

pgcs_status
pgcs_builder_add_host(pgcs_builder *builder, const char *name, const char *address,
                      int32_t port, pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (name == NULL && address == NULL)
        return error_misuse("name and address are both NULL", err);
    struct diag diag;
    return error_finish(builder_add_host(builder, name, address, port, &diag), &diag, err);
}

pgcs_status
pgcs_builder_finish(pgcs_builder *builder, uint32_t flags, const pgcs_spec **out,
                    pgcs_error **err) {
    if (builder == NULL)
        return error_misuse("builder is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    if (flags != 0)
        return unknown_flags(flags, err);
    struct diag diag;
    return error_finish(builder_finish(builder, out, &diag), &diag, err);
}

pgcs_status
pgcs_spec_write(const pgcs_spec *spec, pgcs_format format, uint32_t flags,
                const pgcs_text **out, pgcs_error **err) {
    if (spec == NULL)
        return error_misuse("spec is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(spec_write(spec, format, flags, out, &diag), &diag, err);
}

pgcs_status
pgcs_redact(const char *text, size_t size, const pgcs_text **out, pgcs_error **err) {
    if (text == NULL)
        return error_misuse("text is NULL", err);
    if (out == NULL)
        return error_misuse("out is NULL", err);
    struct diag diag;
    return error_finish(redact((struct slice){text, size}, out, &diag), &diag, err);
}
