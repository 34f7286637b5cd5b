/* Scenarios: from text to spec and back. */
#include <string.h>

#include "lib/show.h"
#include "oom/oom.h"

#define RICH                                                                                   \
    "postgresql://ali%20ce:p%40s@db.example:6432,[::1]:5433/app?sslmode=verify-full"           \
    "&application_name=t%20x&connect_timeout=3&options=-c%20geqo%3Doff"

static pgcs_status
show_and_drop(pgcs_status status, const pgcs_spec *spec) {
    if (status != PGCS_OK)
        return status;
    size_t seen = 0;
    const pgcs_spec *second = pgcs_spec_ref(spec);
    pgcs_spec_unref(spec);
    show_spec(second, oom_show, &seen);
    pgcs_spec_unref(second);
    return PGCS_OK;
}

static pgcs_status
parse_uri(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = oom_spec(RICH, &spec);
    return show_and_drop(status, spec);
}

static pgcs_status
parse_keywords(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = oom_spec("host=a,b port=1,2 user='it''s' password='p\\'w'", &spec);
    if (status == PGCS_ERR_SYNTAX)
        status = oom_spec("host=a,b port=1,2 user=u password='p\\'w' dbname=x", &spec);
    return show_and_drop(status, spec);
}

static pgcs_status
parse_broken(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = oom_spec("postgresql://u:p%4@h/d", &spec);
    return show_and_drop(status, spec);
}

/* Read what libpq does not take: repaired and translated. */
static pgcs_status
read_leniently(const char *text, const pgcs_spec **spec) {
    pgcs_error *err = NULL;
    pgcs_status status = oom_judge(
        pgcs_spec_parse(text, strlen(text), PGCS_PARSE_FOREIGN | PGCS_PARSE_REPAIR, spec, &err),
        &err);
    return status == PGCS_ERR_UNSUPPORTED ? PGCS_ERR_NOT_BUILT : status;
}

static pgcs_status
parse_foreign(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = read_leniently("jdbc:postgresql://h:1/d?user=u&password=p", &spec);
    return show_and_drop(status, spec);
}

#define REPAIRED                                                                               \
    "psql 'POSTGRES://u:p/q@h/d?schema=s&sslcert=c&sslaccept=strict&sslidentity=i&ssl=1'"
#define NPGSQL "Host=a:1,b;Password=\"p;\"\"q\";Trust Server Certificate=true;SSL X=1;Y=z"

static pgcs_status
parse_repaired(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = read_leniently(REPAIRED, &spec);
    return show_and_drop(status, spec);
}

static pgcs_status
parse_npgsql(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = read_leniently(NPGSQL, &spec);
    return show_and_drop(status, spec);
}

static pgcs_status
parse_pdo(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = read_leniently("pgsql:host=h;user=u;password=p", &spec);
    return show_and_drop(status, spec);
}

static pgcs_status
parse_renamed(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = read_leniently("host=h username=u pwd='a;b=c'", &spec);
    return show_and_drop(status, spec);
}

/* What was noticed goes along, and some of it is forgotten. */
static pgcs_status
build_from_repaired(void) {
    const pgcs_spec *spec = NULL, *again = NULL;
    pgcs_status status = read_leniently(REPAIRED, &spec);
    if (status != PGCS_OK)
        return status;
    pgcs_error *err = NULL;
    pgcs_builder *builder = pgcs_builder_new_from(spec);
    pgcs_spec_unref(spec);
    if (builder == NULL)
        return oom_given(builder);
    status = oom_judge(pgcs_builder_set(builder, "sslmode", "require", 7, &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_builder_finish(builder, 0, &again, &err), &err);
    pgcs_builder_free(builder);
    return show_and_drop(status, again);
}

static pgcs_status
parse_strict(void) {
    static const char text[] = "postgresql://u:p%40s@h:1/d?sslmode=require";
    const pgcs_spec *spec = NULL;
    pgcs_error *err = NULL;
    uint32_t flags = PGCS_PARSE_URI | PGCS_PARSE_RFC3986;
    pgcs_status status =
        oom_judge(pgcs_spec_parse(text, strlen(text), flags, &spec, &err), &err);
    return show_and_drop(status == PGCS_ERR_UNSUPPORTED ? PGCS_ERR_NOT_BUILT : status, spec);
}

static pgcs_status
fill_env(pgcs_env *env) {
    pgcs_error *err = NULL;
    pgcs_status status = oom_judge(
        pgcs_env_set_variable(env, "USER_DEFINED_DB", "postgresql://h:1/d?service=s", &err),
        &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_env_set_variable(env, "PGUSER", "u", &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_env_set_passfile(env, "h:1:d:u:pw\n", 11, &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_env_set_servicefile(env, "[s]\nuser=u\n", 11, &err), &err);
    return status;
}

static pgcs_status
resolve(pgcs_env *env) {
    const pgcs_spec *spec = NULL;
    const pgcs_spec *resolved = NULL;
    pgcs_error *err = NULL;
    pgcs_status status =
        oom_judge(pgcs_spec_parse_variable(env, "USER_DEFINED_DB", NULL, 0, &spec, &err), &err);
    if (status != PGCS_OK)
        return status;
    status = oom_judge(pgcs_spec_resolve(spec, env, 0, &resolved, &err), &err);
    pgcs_spec_unref(spec);
    return show_and_drop(status, resolved);
}

static pgcs_status
variable_and_resolve(void) {
    pgcs_env *env = pgcs_env_new();
    if (env == NULL)
        return oom_given(env);
    pgcs_status status = fill_env(env);
    if (status == PGCS_OK)
        status = resolve(env);
    pgcs_env_free(env);
    return status;
}

static pgcs_status
capture(void) {
    pgcs_env *env = pgcs_env_new();
    if (env == NULL)
        return oom_given(env);
    pgcs_error *err = NULL;
    pgcs_status status = oom_judge(pgcs_env_capture(env, &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_env_capture_variable(env, "PATH", &err), &err);
    pgcs_env_free(env);
    return status;
}

static pgcs_status
normalize(void) {
    const pgcs_spec *spec = NULL;
    const pgcs_spec *normal = NULL;
    pgcs_status status = oom_spec(RICH, &spec);
    if (status != PGCS_OK)
        return status;
    pgcs_error *err = NULL;
    status = oom_judge(pgcs_spec_normalize(spec, 0, &normal, &err), &err);
    pgcs_spec_unref(spec);
    return show_and_drop(status, normal);
}

static pgcs_status
validate(void) {
    const pgcs_spec *spec = NULL;
    const pgcs_report *report = NULL;
    pgcs_status status =
        oom_spec("host=a,b,c port=99999,1 sslmode=bogus connect_timeout=x password=p", &spec);
    if (status != PGCS_OK)
        return status;
    pgcs_error *err = NULL;
    status = oom_judge(pgcs_spec_validate(spec, 0, &report, &err), &err);
    pgcs_spec_unref(spec);
    size_t seen = 0;
    if (status == PGCS_OK && !show_report(report, oom_show, &seen))
        status = PGCS_ERR_NOMEM;
    pgcs_report_unref(report);
    return status;
}

static pgcs_status
set_fields(pgcs_builder *builder) {
    static const char *const fields[][2] = {
        {"user", "u"}, {"password", "p"}, {"dbname", "d"}, {"sslmode", "require"}};
    pgcs_error *err = NULL;
    pgcs_status status =
        oom_judge(pgcs_builder_add_host(builder, "h", "127.0.0.1", 1, &err), &err);
    for (size_t i = 0; status == PGCS_OK && i < 4; i++) {
        const char *value = fields[i][1];
        err = NULL;
        status = oom_judge(pgcs_builder_set(builder, fields[i][0], value, strlen(value), &err),
                           &err);
    }
    if (status == PGCS_OK)
        status = oom_judge(pgcs_builder_set_label(builder, "my-label", &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_builder_unset(builder, "sslmode", &err), &err);
    return status;
}

static pgcs_status
finish(pgcs_builder *builder, const pgcs_spec **out) {
    if (builder == NULL)
        return oom_given(builder);
    pgcs_error *err = NULL;
    pgcs_status status = set_fields(builder);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_builder_finish(builder, 0, out, &err), &err);
    pgcs_builder_free(builder);
    return status;
}

static pgcs_status
build(void) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = finish(pgcs_builder_new(), &spec);
    return show_and_drop(status, spec);
}

static pgcs_status
build_from(void) {
    const pgcs_spec *spec = NULL;
    const pgcs_spec *changed = NULL;
    pgcs_status status = oom_spec("user=u dbname=d", &spec);
    if (status != PGCS_OK)
        return status;
    status = finish(pgcs_builder_new_from(spec), &changed);
    pgcs_spec_unref(spec);
    return show_and_drop(status, changed);
}

static pgcs_status
drop_text(pgcs_status status, const pgcs_text *text) {
    const pgcs_text *second = pgcs_text_ref(text);
    if (status == PGCS_OK && strlen(pgcs_text_data(second)) != pgcs_text_size(second))
        oom_fault("the size of a text is not its length");
    pgcs_text_unref(text);
    pgcs_text_unref(second);
    return status;
}

static pgcs_status
write_as(pgcs_format format) {
    const pgcs_spec *spec = NULL;
    pgcs_status status = oom_spec("postgresql://u:p%40s@h:1/d?sslmode=require", &spec);
    if (status != PGCS_OK)
        return status;
    const pgcs_text *text = NULL;
    pgcs_error *err = NULL;
    status = oom_judge(pgcs_spec_write(spec, format, PGCS_WRITE_SECRETS, &text, &err), &err);
    pgcs_spec_unref(spec);
    return drop_text(status, text);
}

static pgcs_status
write_uri(void) {
    return write_as(PGCS_FORMAT_URI);
}

static pgcs_status
write_keywords(void) {
    return write_as(PGCS_FORMAT_KEYWORDS);
}

static pgcs_status
write_env(void) {
    return write_as(PGCS_FORMAT_ENV);
}

static pgcs_status
write_service(void) {
    return write_as(PGCS_FORMAT_SERVICE);
}

static pgcs_status
write_jdbc(void) {
    return write_as(PGCS_FORMAT_JDBC);
}

static pgcs_status
write_sqlalchemy(void) {
    return write_as(PGCS_FORMAT_SQLALCHEMY);
}

static pgcs_status
write_npgsql(void) {
    return write_as(PGCS_FORMAT_NPGSQL);
}

static pgcs_status
redact_as_typed(const char *typed) {
    const pgcs_text *text = NULL;
    pgcs_error *err = NULL;
    pgcs_status status = oom_judge(pgcs_redact(typed, strlen(typed), &text, &err), &err);
    return drop_text(status, text);
}

static pgcs_status
redact(void) {
    return redact_as_typed(RICH);
}

static pgcs_status
redact_repaired(void) {
    return redact_as_typed(REPAIRED);
}

static pgcs_status
redact_broken(void) {
    return redact_as_typed("host=h password='no end");
}

const struct scenario spec_scenarios[] = {
    {"parse_uri", parse_uri, PGCS_OK},
    {"parse_keywords", parse_keywords, PGCS_OK},
    {"parse_broken", parse_broken, PGCS_ERR_ENCODING},
    {"parse_foreign", parse_foreign, PGCS_OK},
    {"parse_repaired", parse_repaired, PGCS_OK},
    {"parse_npgsql", parse_npgsql, PGCS_OK},
    {"parse_pdo", parse_pdo, PGCS_OK},
    {"parse_renamed", parse_renamed, PGCS_OK},
    {"build_from_repaired", build_from_repaired, PGCS_OK},
    {"parse_strict", parse_strict, PGCS_OK},
    {"variable_and_resolve", variable_and_resolve, PGCS_OK},
    {"capture", capture, PGCS_OK},
    {"normalize", normalize, PGCS_OK},
    {"validate", validate, PGCS_OK},
    {"build", build, PGCS_OK},
    {"build_from", build_from, PGCS_OK},
    {"write_uri", write_uri, PGCS_OK},
    {"write_keywords", write_keywords, PGCS_OK},
    {"write_env", write_env, PGCS_OK},
    {"write_service", write_service, PGCS_OK},
    {"write_jdbc", write_jdbc, PGCS_OK},
    {"write_sqlalchemy", write_sqlalchemy, PGCS_OK},
    {"write_npgsql", write_npgsql, PGCS_OK},
    {"redact", redact, PGCS_OK},
    {"redact_repaired", redact_repaired, PGCS_OK},
    {"redact_broken", redact_broken, PGCS_OK},
    {NULL, NULL, 0},
};
