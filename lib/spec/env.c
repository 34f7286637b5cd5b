/*
 * The world outside the text, as a value: variables and the texts of two files. Only
 * env_capture() and env_capture_variable() look at the process, and those only through
 * secure_getenv(3) and getpwuid_r(3).
 */
#include "spec/env.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/secret.h"

#define DEFAULT_PREFIX   "USER_DEFINED_"
#define LARGEST_PASSWD   ((size_t)1 << 16) /* bytes of an entry of the user database */
#define LARGEST_VARIABLE LIMIT_SPEC_SIZE

struct variable {
    struct variable *next;
    char *value; /* within the same block, behind the name */
    size_t size; /* of the block */
    char name[];
};

struct file {
    char *data; /* NULL when not set */
    size_t size;
};

struct pgcs_env {
    struct variable *variables;
    struct file passfile;
    struct file servicefile;
};

/* What libpq reads beside the variables of the keyword table. */
static const char *const more_variables[] = {"PGSERVICEFILE", "PGSYSCONFDIR", "PGREQUIRESSL",
                                             "HOME"};

pgcs_env *
env_new(void) {
    return calloc(1, sizeof(pgcs_env));
}

static void
variable_free(struct variable *variable) {
    secret_wipe(variable, variable->size);
    free(variable);
}

static void
file_clear(struct file *file) {
    secret_wipe(file->data, file->size);
    free(file->data);
    *file = (struct file){NULL, 0};
}

void
env_free(pgcs_env *env) {
    if (env == NULL)
        return;
    while (env->variables != NULL) {
        struct variable *next = env->variables->next;
        variable_free(env->variables);
        env->variables = next;
    }
    file_clear(&env->passfile);
    file_clear(&env->servicefile);
    free(env);
}

/* The link to a variable, or the one at the end of the list. */
static struct variable **
find_link(pgcs_env *env, const char *name) {
    struct variable **link = &env->variables;
    while (*link != NULL && strcmp((*link)->name, name) != 0)
        link = &(*link)->next;
    return link;
}

const char *
env_get(const pgcs_env *env, const char *name) {
    struct variable *variable = *find_link((pgcs_env *)env, name);
    return variable == NULL ? NULL : variable->value;
}

static struct variable *
variable_new(const char *name, const char *value) {
    size_t name_size = strlen(name) + 1;
    size_t value_size = strlen(value) + 1;
    size_t size = sizeof(struct variable) + name_size + value_size;
    struct variable *variable = malloc(size);
    if (variable == NULL)
        return NULL;
    variable->size = size;
    variable->value = variable->name + name_size;
    memcpy(variable->name, name, name_size);
    memcpy(variable->value, value, value_size);
    return variable;
}

pgcs_status
env_set(pgcs_env *env, const char *name, const char *value, struct diag *diag) {
    if (name[0] == '\0' || strchr(name, '=') != NULL) {
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "not a name for an environment variable");
        diag_hint(diag, "Use letters, digits and underscores.");
        return PGCS_ERR_BAD_VALUE;
    }
    if (value != NULL && strnlen(value, LARGEST_VARIABLE + 1) > LARGEST_VARIABLE)
        return diag_fail(diag, PGCS_ERR_LIMIT,
                         "environment variable \"%s\" is longer than %zu bytes",
                         diag_quote(name, strlen(name)).text, LARGEST_VARIABLE);
    struct variable *variable = NULL;
    if (value != NULL && (variable = variable_new(name, value)) == NULL)
        return diag_nomem(diag);
    struct variable **link = find_link(env, name);
    struct variable *old = *link;
    struct variable *rest = old ? old->next : NULL;
    if (variable != NULL)
        variable->next = rest;
    if (variable != NULL || old != NULL)
        *link = variable ? variable : rest;
    if (old != NULL)
        variable_free(old);
    return PGCS_OK;
}

pgcs_status
env_capture_variable(pgcs_env *env, const char *name, struct diag *diag) {
    return env_set(env, name, secure_getenv(name), diag);
}

/* The user database's answer for the user that this process acts as. */
static pgcs_status
capture_user(pgcs_env *env, struct diag *diag) {
    char *space = malloc(LARGEST_PASSWD);
    if (space == NULL)
        return diag_nomem(diag);
    struct passwd entry, *found = NULL;
    pgcs_status status = PGCS_OK;
    if (getpwuid_r(geteuid(), &entry, space, LARGEST_PASSWD, &found) == 0 && found != NULL) {
        status = env_set(env, ENV_USER, found->pw_name, diag);
        if (status == PGCS_OK && env_get(env, "HOME") == NULL)
            status = env_set(env, "HOME", found->pw_dir, diag);
    }
    free(space);
    return status;
}

pgcs_status
env_capture(pgcs_env *env, struct diag *diag) {
    pgcs_status status = PGCS_OK;
    for (int i = 0; i < KEYWORD_COUNT && status == PGCS_OK; i++)
        if (keyword_rows[i].variable != NULL)
            status = env_capture_variable(env, keyword_rows[i].variable, diag);
    for (size_t i = 0; i < sizeof more_variables / sizeof more_variables[0]; i++)
        if (status == PGCS_OK)
            status = env_capture_variable(env, more_variables[i], diag);
    return status == PGCS_OK ? capture_user(env, diag) : status;
}

static pgcs_status
set_file(struct file *file, struct slice text, struct diag *diag) {
    if (text.size > LIMIT_ENV_FILE)
        return diag_fail(diag, PGCS_ERR_LIMIT, "the file is longer than %zu bytes",
                         LIMIT_ENV_FILE);
    char *copy = malloc(text.size + 1);
    if (copy == NULL)
        return diag_nomem(diag);
    memcpy(copy, text.data, text.size);
    copy[text.size] = '\0';
    file_clear(file);
    *file = (struct file){copy, text.size};
    return PGCS_OK;
}

pgcs_status
env_set_passfile(pgcs_env *env, struct slice text, struct diag *diag) {
    return set_file(&env->passfile, text, diag);
}

pgcs_status
env_set_servicefile(pgcs_env *env, struct slice text, struct diag *diag) {
    return set_file(&env->servicefile, text, diag);
}

struct slice
env_passfile(const pgcs_env *env) {
    return (struct slice){env->passfile.data, env->passfile.size};
}

struct slice
env_servicefile(const pgcs_env *env) {
    return (struct slice){env->servicefile.data, env->servicefile.size};
}

static bool
is_variable_name(const char *name) {
    return name[strspn(name,
                       "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] ==
           '\0';
}

pgcs_status
env_parse_variable(const pgcs_env *env, const char *name, const char *prefix, uint32_t flags,
                   const pgcs_spec **out, struct diag *diag) {
    if (prefix == NULL)
        prefix = DEFAULT_PREFIX;
    size_t prefix_size = strlen(prefix);
    if (strncmp(name, prefix, prefix_size) != 0 || name[prefix_size] == '\0' ||
        !is_variable_name(name)) {
        /* Who types a URI here must not find its password in a log: no name in the message. */
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "not a variable that may be read for a connection");
        diag_hint(diag, "Name an environment variable that begins with %s.",
                  diag_quote(prefix, prefix_size).text);
        return PGCS_ERR_BAD_VALUE;
    }
    const char *value = env_get(env, name);
    if (value == NULL || value[0] == '\0') {
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "environment variable \"%s\" is %s",
                  diag_quote(name, strlen(name)).text, value ? "empty" : "not set");
        diag_hint(diag,
                  "Set it to the URI of the database, and see that this program gets it.");
        return PGCS_ERR_BAD_VALUE;
    }
    return spec_parse((struct slice){value, strlen(value)}, flags, out, diag);
}
