/* The form with fields: collects parameters and hosts, then makes a spec. */
#ifndef SPEC_BUILDER_H
#define SPEC_BUILDER_H

#include "spec/spec.h"

pgcs_builder *
builder_new(void); /* NULL without memory */
pgcs_builder *
builder_new_from(const pgcs_spec *spec); /* NULL without memory */
void
builder_free(pgcs_builder *builder);

pgcs_status
builder_set(pgcs_builder *builder, const char *key, struct slice value, struct diag *diag);
pgcs_status
builder_unset(pgcs_builder *builder, const char *key, struct diag *diag);
pgcs_status
builder_set_label(pgcs_builder *builder, const char *label, struct diag *diag);
pgcs_status
builder_add_host(pgcs_builder *builder, const char *name, const char *address, int32_t port,
                 struct diag *diag);
pgcs_status
builder_finish(pgcs_builder *builder, const pgcs_spec **out, struct diag *diag);

#endif
