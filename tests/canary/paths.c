/* The paths that a password takes through the library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "canary/canary.h"
#include "lib/show.h"

static void
look_at_error(pgcs_error *err, long *leaks) {
    show_error(err, canary_look, leaks);
    pgcs_error_free(err);
}

/* Look at what a call left, good or bad, and drop it. By address: the call comes first. */
static void
look_at_report(pgcs_status status, const pgcs_report **report, pgcs_error **err, long *leaks) {
    if (status == PGCS_OK)
        show_report(*report, canary_look, leaks);
    look_at_error(*err, leaks);
    *err = NULL;
    *report = pgcs_report_unref(*report);
}

static void
look_at_text(pgcs_status status, const pgcs_text **text, pgcs_error **err, long *leaks) {
    if (status == PGCS_OK)
        canary_look(leaks, "a written text", pgcs_text_data(*text));
    look_at_error(*err, leaks);
    *err = NULL;
    *text = pgcs_text_unref(*text);
}

static void
look_at_forms(const pgcs_spec *spec, long *leaks) {
    for (pgcs_format format = PGCS_FORMAT_URI; format <= PGCS_FORMAT_NPGSQL; format++) {
        for (uint32_t flags = 0; flags <= PGCS_WRITE_DEFAULTS; flags += PGCS_WRITE_DEFAULTS) {
            const pgcs_text *text = NULL;
            pgcs_error *err = NULL;
            look_at_text(pgcs_spec_write(spec, format, flags, &text, &err), &text, &err, leaks);
        }
    }
}

static void
look_at_judgement(const pgcs_spec *spec, long *leaks) {
    const pgcs_report *report = NULL;
    pgcs_error *err = NULL;
    look_at_report(pgcs_spec_validate(spec, 0, &report, &err), &report, &err, leaks);
    for (size_t i = 0; i < pgcs_policy_count(); i++) {
        report = NULL;
        err = NULL;
        look_at_report(
            pgcs_policy_evaluate(pgcs_policy_at(i), spec, NULL, 1800000000, &report, &err),
            &report, &err, leaks);
    }
    const pgcs_stage *stage = NULL;
    err = NULL;
    /* What it tells libpq has the password, of course; its failures must not. */
    if (pgcs_stage_new(spec, NULL, 150000, &stage, &err) != PGCS_OK)
        look_at_error(err, leaks);
    pgcs_stage_unref(stage);
}

static void
look_at_check(const pgcs_spec *spec, long *leaks) {
    pgcs_check *check = NULL;
    pgcs_error *err = NULL;
    pgcs_status status = pgcs_check_new(spec, NULL, NULL, &check, &err);
    if (status == PGCS_OK)
        status = pgcs_check_set_timeout_ms(check, 3000, &err);
    if (status == PGCS_OK)
        status = pgcs_check_run(check, &err);
    if (status == PGCS_OK)
        show_report(pgcs_check_report(check), canary_look, leaks);
    look_at_error(err, leaks);
    pgcs_check_free(check);
}

static void
look_at_spec(const pgcs_spec *spec, long *leaks) {
    show_spec(spec, canary_look, leaks);
    look_at_forms(spec, leaks);
    look_at_judgement(spec, leaks);
    const pgcs_spec *normal = NULL;
    pgcs_error *err = NULL;
    if (pgcs_spec_normalize(spec, 0, &normal, &err) == PGCS_OK) {
        show_spec(normal, canary_look, leaks);
        look_at_forms(normal, leaks);
    }
    look_at_error(err, leaks);
    pgcs_spec_unref(normal);
}

long
canary_through_text(const char *typed, size_t size) {
    long leaks = 0;
    for (uint32_t flags = 0; flags < PGCS_PARSE_RFC3986 << 1; flags++) {
        const pgcs_spec *spec = NULL;
        pgcs_error *err = NULL;
        if (pgcs_spec_parse(typed, size, flags, &spec, &err) == PGCS_OK)
            look_at_spec(spec, &leaks);
        look_at_error(err, &leaks);
        pgcs_spec_unref(spec);
    }
    const pgcs_text *text = NULL;
    pgcs_error *err = NULL;
    look_at_text(pgcs_redact(typed, size, &text, &err), &text, &err, &leaks);
    return leaks;
}

static void
set_files(pgcs_env *env, const char *text, long *leaks) {
    static const char *const lines[] = {"h:1:d:u:{quoted}\n",    "{raw}\n",
                                        "#{raw}\nh:{raw}\n",     "[s]\npassword={raw}\n",
                                        "[s\npassword={raw}\n[", "[s]\n{raw}\nldap://{uri}\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char *file = canary_expand(lines[i]);
        pgcs_error *err = NULL;
        if (pgcs_env_set_passfile(env, file, strlen(file), &err) != PGCS_OK)
            look_at_error(err, leaks);
        err = NULL;
        if (pgcs_env_set_servicefile(env, file, strlen(file), &err) != PGCS_OK)
            look_at_error(err, leaks);
        const pgcs_spec *spec = NULL;
        const pgcs_spec *resolved = NULL;
        err = NULL;
        if (pgcs_spec_parse(text, strlen(text), 0, &spec, &err) == PGCS_OK &&
            pgcs_spec_resolve(spec, env, 0, &resolved, &err) == PGCS_OK)
            look_at_spec(resolved, leaks);
        look_at_error(err, leaks);
        pgcs_spec_unref(spec);
        pgcs_spec_unref(resolved);
        free(file);
    }
}

long
canary_through_env(const char *text) {
    long leaks = 0;
    pgcs_env *env = pgcs_env_new();
    pgcs_error *err = NULL;
    const pgcs_spec *spec = NULL;
    if (pgcs_env_set_variable(env, "USER_DEFINED_DB", text, &err) == PGCS_OK &&
        pgcs_env_set_variable(env, "PGPASSWORD", text, &err) == PGCS_OK &&
        pgcs_spec_parse_variable(env, "USER_DEFINED_DB", NULL, 0, &spec, &err) == PGCS_OK)
        look_at_spec(spec, &leaks);
    look_at_error(err, &leaks);
    pgcs_spec_unref(spec);
    set_files(env, "host=h port=1 dbname=d user=u", &leaks);
    set_files(env, "service=s", &leaks);
    pgcs_env_free(env);
    return leaks;
}

long
canary_through_builder(const char *password) {
    long leaks = 0;
    size_t size = strlen(password);
    static const char *const keys[] = {"password", "sslpassword", "pass_word", "PASSWORD", ""};
    pgcs_builder *builder = pgcs_builder_new();
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        pgcs_error *err = NULL;
        if (pgcs_builder_set(builder, keys[i], password, size, &err) != PGCS_OK)
            look_at_error(err, &leaks);
        err = NULL;
        /* With its terminator: a NUL inside. */
        if (pgcs_builder_set(builder, keys[i], password, size + 1, &err) != PGCS_OK)
            look_at_error(err, &leaks);
    }
    pgcs_error *err = NULL;
    if (pgcs_builder_add_host(builder, "/nowhere/at/all", NULL, 1, &err) != PGCS_OK)
        look_at_error(err, &leaks);
    const pgcs_spec *spec = NULL;
    err = NULL;
    if (pgcs_builder_finish(builder, 0, &spec, &err) == PGCS_OK) {
        look_at_spec(spec, &leaks);
        look_at_check(spec, &leaks);
    }
    look_at_error(err, &leaks);
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
    return leaks;
}

long
canary_through_tls(const char *password) {
    static const char *const texts[] = {
        "{raw}", "-----BEGIN PRIVATE KEY-----\n{plain}\n-----END PRIVATE KEY-----\n",
        "-----BEGIN {plain}-----\nAAAA\n-----END {plain}-----\n",
        "-----BEGIN PRIVATE KEY-----\n{plain}"};
    long leaks = 0;
    size_t size = strlen(password);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *pem = canary_expand(texts[i]);
        size_t length = strlen(pem);
        pgcs_tls_builder *builder = pgcs_tls_builder_new();
        pgcs_error *errors[4] = {NULL};
        pgcs_status status =
            pgcs_tls_builder_set_key(builder, pem, length, password, size, &errors[0]);
        status |= pgcs_tls_builder_set_certificate(builder, pem, length, &errors[1]);
        status |= pgcs_tls_builder_set_roots(builder, pem, length, &errors[2]);
        status |= pgcs_tls_builder_set_crls(builder, pem, length, &errors[3]);
        leaks += status == PGCS_OK;
        for (size_t j = 0; j < 4; j++)
            look_at_error(errors[j], &leaks);
        pgcs_tls_builder_free(builder);
        free(pem);
    }
    return leaks;
}

long
canary_through_check(const char *text) {
    long leaks = 0;
    const pgcs_spec *spec = NULL;
    pgcs_error *err = NULL;
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, &err) == PGCS_OK)
        look_at_check(spec, &leaks);
    look_at_error(err, &leaks);
    pgcs_spec_unref(spec);
    return leaks;
}
