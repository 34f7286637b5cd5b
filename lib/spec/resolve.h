/* Filling in what a spec leaves open, from an environment. */
#ifndef SPEC_RESOLVE_H
#define SPEC_RESOLVE_H

#include "spec/draft.h"
#include "spec/env.h"

/* Resolve @spec as libpq would when it connects. */
pgcs_status
spec_resolve(const pgcs_spec *spec, const pgcs_env *env, const pgcs_spec **out,
             struct diag *diag);

/* A copy of @spec, with its source, its places and its notes, to go on with. */
pgcs_status
draft_copy(struct draft *draft, const pgcs_spec *spec, struct diag *diag);

/* Add the parameters of section @name that are not set yet. */
pgcs_status
service_add(struct draft *draft, struct slice file, const char *name, struct diag *diag);

/* What a password file is asked for, byte by byte: port 05432 is not 5432 there. */
struct passfile_key {
    struct slice host;
    struct slice port;
    struct slice dbname;
    struct slice user;
};

/*
 * The password of the first line that matches, still escaped, in @password. False when no
 * line does.
 */
bool
passfile_find(struct slice file, const struct passfile_key *key, struct slice *password);

#endif
