/* Collecting of TLS material, and what is made of it. */
#ifndef TLS_BUILDER_H
#define TLS_BUILDER_H

#include <stdbool.h>

#include "base/text.h"
#include "tls/material.h"
#include "tls/pem.h"

struct pgcs_tls_builder {
    struct pem pems[MATERIAL_COUNT];
    bool given[MATERIAL_COUNT];
    char *loaded_from[MATERIAL_COUNT]; /* path, or NULL */
    struct buf passphrase;             /* terminated when not empty */
    char *server_name;                 /* or NULL */
    bool system_roots;
};

pgcs_tls_builder *
tls_builder_new(void);
void
tls_builder_free(pgcs_tls_builder *builder);

/* Take material of one kind as text; what was given before is replaced. */
pgcs_status
tls_builder_set(pgcs_tls_builder *builder, enum material material, struct slice text,
                struct diag *diag);
pgcs_status
tls_builder_set_passphrase(pgcs_tls_builder *builder, struct slice passphrase,
                           struct diag *diag);
pgcs_status
tls_builder_set_server_name(pgcs_tls_builder *builder, const char *name, struct diag *diag);
pgcs_status
tls_builder_use_system_roots(pgcs_tls_builder *builder, struct diag *diag);

/* Read the files that @spec names and that were not given as text. */
pgcs_status
tls_builder_load(pgcs_tls_builder *builder, const pgcs_spec *spec, struct diag *diag);

/* What is in @tls, which may be NULL, and in the files that @spec names beside it. */
pgcs_status
material_complete(const pgcs_tls *tls, const pgcs_spec *spec, const pgcs_tls **out,
                  struct diag *diag);

/* material.c: check what was collected against each other, and describe it. */
pgcs_status
material_make(const pgcs_tls_builder *builder, const pgcs_tls **out, struct diag *diag);

#endif
