/* Filling a report from the rows of the parts. */
#ifndef PROBE_GATHER_H
#define PROBE_GATHER_H

#include "probe/copy.h"
#include "probe/flavor.h"
#include "probe/lookup.h"
#include "probe/seal.h"
#include "probe/sql.h"
#include "report/builder.h"

#define ROLE_PUBLIC         0     /* the grantee of what everybody has */
#define ROLE_FIRST_OF_USERS 16384 /* predefined roles have lower oids */

/* The predefined roles that give privileges without a grant, since 14, 14 and 17. */
#define PREDEFINED_ROLES "pg_read_all_data", "pg_write_all_data", "pg_maintain"
#define PREDEFINED_COUNT 3

struct gather {
    struct report_builder *builder; /* ours, unless somebody takes it */
    int server_version;
    uint32_t me;
    bool superuser;
    bool can_connect; /* the role that logged in, to the database */
    struct flavor flavor;
    struct lookup lookup;
    uint32_t predefined[PREDEFINED_COUNT]; /* names, or NO_NAME when they are not ours */
    const struct scope *scope;             /* what of it was found is remembered, unless NULL */
    struct seals *seals;                   /* of tables, where they are wanted; else NULL */
    size_t unexplained; /* groups whose ACL says otherwise than has_*_privilege() */
};

/* Begin with an empty report. False without memory. */
bool
gather_begin(struct gather *gather, int server_version);
void
gather_free(struct gather *gather);

/* Each takes a row of its part; false when the row is not as the SQL says. */
bool
decode_facts(struct gather *gather, const struct copy_row *row);
bool
decode_plain(struct gather *gather, const struct copy_row *row);
bool
decode_hint(struct gather *gather, const struct copy_row *row);
bool
decode_membership(struct gather *gather, const struct copy_row *row);
bool
decode_role(struct gather *gather, const struct copy_row *row);
bool
decode_schema(struct gather *gather, const struct copy_row *row);
bool
decode_plan(struct gather *gather, const struct copy_row *row);
bool
decode_members(struct gather *gather, const struct copy_row *row);
bool
decode_grant(struct gather *gather, const struct copy_row *row);
bool
decode_piece(struct gather *gather, const struct copy_row *row);
bool
decode_key(struct gather *gather, const struct copy_row *row);
bool
decode_lock(struct gather *gather, const struct copy_row *row);
bool
decode_lineage(struct gather *gather, const struct copy_row *row);
bool
decode_proof(struct gather *gather, const struct copy_row *row);
bool
decode_seal_column(struct gather *gather, const struct copy_row *row);
bool
decode_seal_default(struct gather *gather, const struct copy_row *row);
bool
decode_seal_key(struct gather *gather, const struct copy_row *row);
bool
decode_seal_tree(struct gather *gather, const struct copy_row *row);

/* Whether a schema of that name has come, or a table, view or sequence in it. */
bool
gather_has_schema(const struct gather *gather, const char *schema);
bool
gather_has_table(const struct gather *gather, const struct scope_table *table);

/* --- shared by the decoders -----------------------------------------------------------------
 */

/* The number of a name in the report; each name is added once. */
uint32_t
gather_name(struct gather *gather, struct slice name);

/* The number of a set in the report: many ACLs come to the same for us. Each is added once,
 * told by all of its bytes, padding included. */
uint32_t
gather_set(struct gather *gather, const struct object_set *set);

/* The number of a role's name when its privileges are ours, else NO_NAME. */
uint32_t
gather_role(const struct gather *gather, struct slice oid);

/* What the owner's part of a row says, and the ACL items behind it. */
struct acl {
    uint32_t owner;
    uint32_t owner_name; /* as gather_name() numbers it */
    bool owned;
    uint32_t held;
    struct slice items;
};
/* Read five columns from @field on. */
bool
acl_read(struct gather *gather, const struct copy_row *row, int field, struct acl *acl);
/* Add the privileges on objects of @kind as a set of the report. */
uint32_t
acl_add_set(struct gather *gather, const struct acl *acl, pgcs_object_kind kind);

/* PGCS_OBJECT_* for pg_class.relkind and the letters of our own; 0 for any other. */
pgcs_object_kind
kind_of_letter(char letter);

#endif
