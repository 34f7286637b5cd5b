/* Owners, privileges and ACLs; each is what a placeholder of sql.c writes. */
#ifndef PROBE_SQL_ACL_H
#define PROBE_SQL_ACL_H

#include "base/scanner.h"
#include "probe/sql.h"

void
acl_put_owner(const struct sql *sql, struct scanner *rest);
void
acl_put_held(const struct sql *sql, struct scanner *rest);
void
acl_put_items(const struct sql *sql, struct scanner *rest);
void
acl_put_bits(const struct sql *sql, struct scanner *rest);
void
acl_put_grantable_bits(const struct sql *sql, struct scanner *rest);
void
acl_put_standard(const struct sql *sql, struct scanner *rest);

#endif
