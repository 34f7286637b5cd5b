/*
 * Filling in what a spec leaves open, in libpq's order: the spec itself, the service, the PG*
 * variables; then the compiled port, the operating system's user for the user, the user for the
 * database, and the password file for the password. What is set to an empty text is
 * set, but for these last three. The service is done with then, and not set any more. Source:
 * libpq's documentation, "Database Connection Control Functions", and the behaviour of libpq 15
 * to 18.
 */
#include "spec/resolve.h"

#include <string.h>

#include "base/text.h"
#include "spec/host.h"

#define DEFAULT_PORT "5432"
#define LOCALHOST    "localhost"

pgcs_status
draft_copy(struct draft *draft, const pgcs_spec *spec, struct diag *diag) {
    if (!draft_begin(draft, spec->source, spec->form))
        return diag_nomem(diag);
    bool good = spec->label == NULL || draft_label(draft, spec->label);
    for (size_t i = 0; good && i < spec->count; i++)
        good = draft_set_as(draft, &spec->values[i]);
    for (const struct spec_note *note = spec->notes; good && note != NULL; note = note->next)
        good = draft_note(draft, note);
    if (good)
        return PGCS_OK;
    draft_drop(draft);
    return diag_nomem(diag);
}

static pgcs_status
set_text(struct draft *draft, enum keyword keyword, const char *text, pgcs_origin origin,
         struct diag *diag) {
    return draft_set(draft, keyword, text, strlen(text), origin) ? PGCS_OK : diag_nomem(diag);
}

static pgcs_status
add_service(struct draft *draft, const pgcs_env *env, struct diag *diag) {
    const char *name = spec_value(draft->spec, KEYWORD_SERVICE);
    if (name == NULL)
        name = env_get(env, keyword_rows[KEYWORD_SERVICE].variable);
    if (name == NULL)
        return PGCS_OK;
    struct slice file = env_servicefile(env);
    pgcs_status status =
        service_add(draft, file.data ? file : (struct slice){"", 0}, name, diag);
    draft_unset(draft, KEYWORD_SERVICE);
    return status;
}

/* PGREQUIRESSL is what PGSSLMODE was called once. */
static const char *
variable_value(const pgcs_env *env, enum keyword keyword) {
    const char *value = env_get(env, keyword_rows[keyword].variable);
    if (value != NULL || keyword != KEYWORD_SSLMODE)
        return value;
    const char *old = env_get(env, "PGREQUIRESSL");
    return old != NULL && old[0] == '1' ? "require" : NULL;
}

static pgcs_status
add_variables(struct draft *draft, const pgcs_env *env, struct diag *diag) {
    pgcs_status status = PGCS_OK;
    for (int i = 0; i < KEYWORD_COUNT && status == PGCS_OK; i++) {
        enum keyword keyword = (enum keyword)i;
        if (spec_is_set(draft->spec, keyword) || keyword_rows[i].variable == NULL ||
            keyword == KEYWORD_SERVICE)
            continue;
        const char *value = variable_value(env, keyword);
        if (value != NULL)
            status = set_text(draft, keyword, value, PGCS_ORIGIN_VARIABLE, diag);
    }
    return status;
}

/*
 * The port is the compiled one, the user that of the operating system, and the database has
 * the user's name. Other defaults stay open: they are those of the libpq that will be in use,
 * and "not stated" is an answer of its own where TLS is judged.
 */
static pgcs_status
add_names(struct draft *draft, const pgcs_env *env, struct diag *diag) {
    pgcs_status status = PGCS_OK;
    if (!spec_is_set(draft->spec, KEYWORD_PORT))
        status = set_text(draft, KEYWORD_PORT, DEFAULT_PORT, PGCS_ORIGIN_DEFAULT, diag);
    const char *system_user = env_get(env, ENV_USER);
    if (status == PGCS_OK && spec_filled(draft->spec, KEYWORD_USER) == NULL && system_user)
        status = set_text(draft, KEYWORD_USER, system_user, PGCS_ORIGIN_DEFAULT, diag);
    const char *user = spec_filled(draft->spec, KEYWORD_USER);
    if (status == PGCS_OK && spec_filled(draft->spec, KEYWORD_DBNAME) == NULL && user != NULL)
        status = set_text(draft, KEYWORD_DBNAME, user, PGCS_ORIGIN_DEFAULT, diag);
    return status;
}

/* The name under which a host stands in the password file. */
static const char *
passfile_host(const struct spec_host *host) {
    static const char *const socket_dirs[] = {"/var/run/postgresql", "/tmp"};
    const char *name = host->name && host->name[0] ? host->name : host->address;
    if (name == NULL || name[0] == '\0')
        return LOCALHOST;
    for (size_t i = 0; i < sizeof socket_dirs / sizeof socket_dirs[0]; i++)
        if (strcmp(name, socket_dirs[i]) == 0)
            return LOCALHOST;
    return name;
}

static struct slice
slice_of(const char *text) {
    return (struct slice){text, strlen(text)};
}

/* The next item of a list of ports; one that is empty, or not there, is the default. */
static struct slice
next_port(const char **rest) {
    struct slice port = *rest ? list_next(rest) : (struct slice){NULL, 0};
    return port.size > 0 ? port : slice_of(DEFAULT_PORT);
}

/*
 * The password that the file has for every host, in @password; one has to do for all. Returns
 * for how many hosts it has one, or SIZE_MAX when it has several.
 */
static size_t
find_password(const pgcs_spec *spec, struct slice file, struct slice *password) {
    const char *dbname = spec_filled(spec, KEYWORD_DBNAME);
    const char *user = spec_filled(spec, KEYWORD_USER);
    const char *ports = spec_filled(spec, KEYWORD_PORT);
    bool one_port = ports == NULL || strchr(ports, ',') == NULL;
    size_t found = 0;
    if (dbname == NULL || user == NULL)
        return 0;
    struct passfile_key key = {.dbname = slice_of(dbname), .user = slice_of(user)};
    for (size_t i = 0; i < spec_host_count(spec); i++) {
        struct slice next;
        const char *rest = ports;
        key.host = slice_of(passfile_host(spec_host(spec, i)));
        key.port = next_port(&rest);
        if (!one_port)
            ports = rest;
        if (!passfile_find(file, &key, &next))
            continue;
        if (found++ == 0)
            *password = next;
        else if (next.size != password->size ||
                 memcmp(next.data, password->data, next.size) != 0)
            return SIZE_MAX;
    }
    return found;
}

static pgcs_status
set_password(struct draft *draft, struct slice escaped, struct diag *diag) {
    struct buf plain = {.limit = 0};
    for (size_t i = 0; i < escaped.size; i++) {
        if (escaped.data[i] == '\\' && i + 1 < escaped.size)
            i++;
        buf_put_char(&plain, escaped.data[i]);
    }
    pgcs_status status = buf_status(&plain, diag);
    if (status == PGCS_OK && !draft_set(draft, KEYWORD_PASSWORD, plain.size ? plain.data : "",
                                        plain.size, PGCS_ORIGIN_PASSFILE))
        status = diag_nomem(diag);
    buf_free(&plain);
    return status;
}

static pgcs_status
add_password(struct draft *draft, const pgcs_env *env, struct diag *diag) {
    static const struct spec_note differs = {
        .code = PGCS_ERR_NOT_EXPRESSIBLE,
        .severity = PGCS_SEVERITY_WARNING,
        .field = "password",
        .offset = -1,
        .length = -1,
        .message = "the password file has not the same password for each of the hosts",
        .hint = "Give the password in the spec, or try each host on its own.",
    };
    const pgcs_spec *spec = draft->spec;
    struct slice file = env_passfile(env), password = {NULL, 0};
    if (spec_filled(spec, KEYWORD_PASSWORD) != NULL || file.data == NULL)
        return PGCS_OK;
    bool too_many = spec_host_count(spec) > LIMIT_PASSFILE_HOSTS;
    size_t found = too_many ? SIZE_MAX : find_password(spec, file, &password);
    if (found == 0)
        return PGCS_OK;
    if (found != spec_host_count(spec))
        return draft_note(draft, &differs) ? PGCS_OK : diag_nomem(diag);
    return memchr(password.data, '\0', password.size) ? PGCS_OK
                                                      : set_password(draft, password, diag);
}

pgcs_status
spec_resolve(const pgcs_spec *spec, const pgcs_env *env, const pgcs_spec **out,
             struct diag *diag) {
    struct draft draft;
    pgcs_status status = draft_copy(&draft, spec, diag);
    if (status != PGCS_OK)
        return status;
    status = add_service(&draft, env, diag);
    if (status == PGCS_OK)
        status = add_variables(&draft, env, diag);
    if (status == PGCS_OK)
        status = add_names(&draft, env, diag);
    if (status == PGCS_OK && !hosts_fill(draft.spec))
        status = diag_nomem(diag);
    if (status == PGCS_OK)
        status = add_password(&draft, env, diag);
    if (status == PGCS_OK)
        return draft_finish(&draft, out, diag);
    draft_drop(&draft);
    return status;
}
