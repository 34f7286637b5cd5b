/* Filling a report from the rows of the parts. */
#ifndef PROBE_GATHER_H
#define PROBE_GATHER_H

#include "probe/copy.h"
#include "probe/flavor.h"
#include "probe/lookup.h"
#include "probe/role.h"
#include "probe/seal.h"
#include "probe/sql.h"
#include "report/builder.h"

#define ROLE_PUBLIC 0 /* the grantee of what everybody has */

struct gather {
    struct report_builder *builder; /* ours, unless somebody takes it */
    int server_version;
    uint32_t me;
    char user[256]; /* its name */
    bool superuser;
    bool can_connect; /* the role that logged in, to the database */
    struct flavor flavor;
    struct lookup lookup;
    const struct scope *scope; /* what of it was found is remembered, unless NULL */
    struct roles roles;
    uint8_t *users;          /* of schemas: a bit for each role that has USAGE, by SET ROLE */
    uint32_t user_lists;     /* how many of them there are */
    uint32_t groups;         /* of members that were decoded */
    uint32_t cuts;           /* of the last group that were decoded */
    struct buf kept;         /* the end of the last one, where that cut a member in two */
    struct seals *seals;     /* of tables, where they are wanted; else NULL */
    bool too_many_sequences; /* to read their last values */
    size_t unexplained;      /* groups whose ACL says otherwise than has_*_privilege() */
    bool missing;            /* the row that was read last refers to what did not come */
    size_t missed;           /* such rows of a later transaction than what did not come */
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
decode_system_type(struct gather *gather, const struct copy_row *row);
bool
decode_members(struct gather *gather, const struct copy_row *row);
bool
decode_last_value(struct gather *gather, const struct copy_row *row);
bool
decode_standard(struct gather *gather, const struct copy_row *row);
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

/* Number of a schema's name, shifted, and whether we may use it; LOOKUP_NONE for no user's. */
uint32_t
gather_schema(const struct gather *gather, struct slice oid);

/* Who may use a schema after SET ROLE: a bit for each role; NULL for everybody. */
const uint8_t *
gather_users_of(const struct gather *gather, struct slice schema);

/* The number of a set in the report: many ACLs come to the same for us. Each is added once,
 * told by all of its bytes, padding included. */
uint32_t
gather_set(struct gather *gather, const struct object_set *set);

/* What the owner's part of a row says, and the ACL items behind it. */
struct acl {
    uint32_t owner;
    uint32_t owner_name; /* as gather_name() numbers it */
    bool owned;
    uint32_t held;
    struct slice items;
    bool for_superusers; /* nobody else can use it, whatever he holds */
};
/* Read five columns from @field on. */
bool
acl_read(struct gather *gather, const struct copy_row *row, int field, struct acl *acl);
/* What it means for us on objects of @kind. */
void
acl_evaluate(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
             struct object_set *set);
/*
 * Add to @set what SET ROLE would give in a schema whose USAGE the roles of @users have, a bit
 * for each; NULL for all. @usable says whether we have it as it is.
 */
void
acl_add_set_roles(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
                  bool usable, const uint8_t *users, struct object_set *set);
/* Set the bits of the roles that SET ROLE gives @privilege. False when everybody has it. */
bool
acl_find_users(struct gather *gather, const struct acl *acl, pgcs_object_kind kind,
               uint64_t privilege, uint8_t *users);

/* Number of the privilege that begins with three letters, which tell them apart; or -1. */
int
privilege_called(const char *letters);

/* Remember that an object of the scope came. */
void
gather_found(struct gather *gather, const struct object *object);

/* PGCS_OBJECT_* for pg_class.relkind and the letters of our own; 0 for any other. */
pgcs_object_kind
kind_of_letter(char letter);

#endif
