/* The world outside the text, as a value. */
#ifndef SPEC_ENV_H
#define SPEC_ENV_H

#include "spec/spec.h"

pgcs_env *
env_new(void); /* NULL without memory */
void
env_free(pgcs_env *env);

/* Read from this process: libpq's variables, the user's name and home; or one variable. */
pgcs_status
env_capture(pgcs_env *env, struct diag *diag);
pgcs_status
env_capture_variable(pgcs_env *env, const char *name, struct diag *diag);

/* Set a variable; NULL for @value takes it back. */
pgcs_status
env_set(pgcs_env *env, const char *name, const char *value, struct diag *diag);
/* The value of a variable, or NULL. */
const char *
env_get(const pgcs_env *env, const char *name);

/* The two files: set a copy of their text; an empty slice with NULL when not set. */
pgcs_status
env_set_passfile(pgcs_env *env, struct slice text, struct diag *diag);
pgcs_status
env_set_servicefile(pgcs_env *env, struct slice text, struct diag *diag);
struct slice
env_passfile(const pgcs_env *env);
struct slice
env_servicefile(const pgcs_env *env);

/* The variable that stands for the name of the operating system's user in an environment. */
#define ENV_USER "USER"

/* Read the spec in variable @name, which must begin with @prefix. */
pgcs_status
env_parse_variable(const pgcs_env *env, const char *name, const char *prefix, uint32_t flags,
                   const pgcs_spec **out, struct diag *diag);

#endif
