/* Conditions on what is in scope; each is what a placeholder of sql.c writes. */
#ifndef PROBE_SQL_SCOPE_H
#define PROBE_SQL_SCOPE_H

#include "base/scanner.h"
#include "probe/sql.h"

/* Nothing is out of scope. */
bool
scope_is_everything(const struct scope *scope);
/* Only a few tables are in scope: all there is to know of them is found by index. */
bool
scope_is_by_index(const struct scope *scope);

void
scope_put_named(const struct sql *sql, struct scanner *rest);
void
scope_put_of_names(const struct sql *sql, struct scanner *rest);
void
scope_put_of_tables(const struct sql *sql, struct scanner *rest);
void
scope_put_of_reach(const struct sql *sql, struct scanner *rest);
void
scope_put_reach(const struct sql *sql, struct scanner *rest);
void
scope_put_of_types(const struct sql *sql, struct scanner *rest);
void
scope_put_found(const struct sql *sql, struct scanner *rest);
void
scope_put_dependents(const struct sql *sql, struct scanner *rest);
void
scope_put_users(const struct sql *sql, struct scanner *rest);
void
scope_put_schemas(const struct sql *sql, struct scanner *rest);
void
scope_put_tables(const struct sql *sql, struct scanner *rest);
void
scope_put_sequences(const struct sql *sql, struct scanner *rest);
void
scope_put_is_scoped(const struct sql *sql, struct scanner *rest);
void
scope_put_reaches(const struct sql *sql, struct scanner *rest);
void
scope_put_reached(const struct sql *sql, struct scanner *rest);
/* What one row leads to, see sql/follows.sql. */
void
scope_put_leads(const struct sql *sql, struct scanner *rest);
void
scope_put_led(const struct sql *sql, struct scanner *rest);
void
scope_put_written(const struct sql *sql, struct scanner *rest);
void
scope_put_sealed(const struct sql *sql, struct scanner *rest);

#endif
