/*
 * Two checks of one copy, looked at together.
 *
 * Both ask a first string, and leave their transactions open: each has taken a lock of one key.
 * When both have come so far they meet. Then each looks for a lock of that key that isn't its
 * own: where either sees one, both are in the very same database, and since each looks before
 * its transaction ends, the first one to look sees the other's. Seals of tables are held
 * against each other too, and each reads in full what differs.
 *
 * A side whose other side comes to nothing goes on alone.
 */
#ifndef CHECK_PAIR_H
#define CHECK_PAIR_H

#include "check/check.h"

pgcs_status
pair_checks(pgcs_check *source, pgcs_check *destination, struct diag *diag);
/* The check goes away. */
void
pair_leave(pgcs_check *check);

/* What the first string asks for, beside what its sections do. */
uint64_t
pair_first_parts(const pgcs_check *check);
/* Begin anew: what was sealed is forgotten. */
void
pair_reset(pgcs_check *check);

/* The first string was read, or as much of it as could be. */
pgcs_status
pair_meet(pgcs_check *check, struct diag *diag);
/* Whether there is anything to go on with while it waits. */
bool
pair_is_decided(const pgcs_check *check);
/* Go on while it waits: something has come, or the other side has. */
pgcs_status
pair_continue(pgcs_check *check, struct diag *diag);

/* Sections that were read, given those whose parts were. */
uint32_t
pair_sections_read(const pgcs_check *check, uint32_t sections);

#endif
