/*
 * The roles that the session has to do with: those whose privileges it has, and those that it
 * may act as with SET ROLE, with what they inherit. From these follows what SET ROLE would add:
 * memberships that are not inherited give nothing until then.
 */
#ifndef PROBE_ROLE_H
#define PROBE_ROLE_H

#include "probe/lookup.h"

/* The predefined roles that give privileges without a grant, since 14, 14 and 17. */
#define PREDEFINED_ROLES "pg_read_all_data", "pg_write_all_data", "pg_maintain"
#define PREDEFINED_COUNT 3

#define NO_ROLE UINT32_MAX

enum role_flags {
    ROLE_HELD = 1 << 0,      /* its privileges are ours */
    ROLE_TO_SET = 1 << 1,    /* SET ROLE takes it */
    ROLE_SUPERUSER = 1 << 2, /* once it is set */
};

struct role {
    uint32_t name; /* as gather_name() numbers it */
    uint32_t flags;
    size_t heirs; /* the first of those that inherit its privileges; the last is the next's */
};

/* Zero-initialize it. Roles are numbered in the order in which they are added. */
struct roles {
    struct role *items;
    uint32_t count;
    size_t capacity;
    uint32_t *heirs; /* oids */
    size_t heir_count;
    size_t heir_capacity;
    struct lookup numbers; /* of oids */
    uint32_t set_super;    /* a superuser that SET ROLE takes, + 1; 0 for none */
    uint32_t predefined[PREDEFINED_COUNT]; /* numbers, + 1; 0 for one that is none of ours */
    bool more_to_set;                      /* SET ROLE would add something */
    uint32_t *queue;                       /* of a search */
    uint32_t *seen;                        /* by which search */
    uint32_t search;
    size_t queued;
    size_t searchable; /* roles that a search has room for */
    bool failed;       /* without memory */
};

/* Add a role; @heirs are oids of four bytes. */
void
roles_add(struct roles *roles, struct slice oid, struct slice text, uint32_t name,
          uint32_t flags, struct slice heirs);
void
roles_free(struct roles *roles);

/* Its number, or NO_ROLE. */
uint32_t
roles_find(const struct roles *roles, struct slice oid);
/* The role of a number. */
const struct role *
roles_at(const struct roles *roles, uint32_t number);

/*
 * A search for whoever has the privileges of one of some roles: begin, add each, then ask.
 * False without memory.
 */
bool
roles_search(struct roles *roles);
void
roles_search_add(struct roles *roles, uint32_t number);
/*
 * The role to set that is nearest to them among those in @allowed, a bit for each, NULL for
 * all; NO_ROLE for none.
 */
uint32_t
roles_search_nearest(struct roles *roles, const uint8_t *allowed);
/* Set the bits of all that have their privileges. */
void
roles_search_all(struct roles *roles, uint8_t *out);
/* The first role to set in @allowed, of what everybody has. */
uint32_t
roles_first_to_set(const struct roles *roles, const uint8_t *allowed);

#endif
