/* A pair of checks: how they meet, and what they do then. */
#include "check/pair.h"

#include <assert.h>
#include <stdlib.h>
#include <sys/random.h>

#include "check/look.h"

#define STRUCTURE (PGCS_SECTION_STRUCTURE | PGCS_SECTION_EXPRESSIONS)

pgcs_status
pair_checks(pgcs_check *source, pgcs_check *destination, struct diag *diag) {
    uint64_t keys[3];
    if (getrandom(keys, sizeof keys, 0) != (ssize_t)sizeof keys)
        return diag_fail(diag, PGCS_ERR_SYSTEM, "the system has no random numbers");
    bool sealing = (source->sections & destination->sections & PGCS_SECTION_DIFFERENCES) != 0 &&
                   ((source->sections | destination->sections) & STRUCTURE) == 0;
    pgcs_check *sides[2] = {source, destination};
    for (size_t i = 0; i < 2; i++) {
        sides[i]->partner = sides[1 - i];
        sides[i]->pair_key = keys[0] | 1;
        sides[i]->sealing = sealing;
        sides[i]->seals.key[0] = keys[1];
        sides[i]->seals.key[1] = keys[2];
    }
    return PGCS_OK;
}

void
pair_leave(pgcs_check *check) {
    if (check->partner != NULL)
        check->partner->partner = NULL;
    pair_reset(check);
}

void
pair_reset(pgcs_check *check) {
    uint64_t key[2] = {check->seals.key[0], check->seals.key[1]};
    seals_free(&check->seals);
    check->seals.key[0] = key[0];
    check->seals.key[1] = key[1];
    free(check->wanted_tables);
    check->wanted_tables = NULL;
    check->wanted_count = 0;
}

uint64_t
pair_first_parts(const pgcs_check *check) {
    uint32_t sections = check->sections;
    if ((sections & PGCS_SECTION_DIFFERENCES) && !check->sealing)
        sections = (sections & ~PGCS_SECTION_DIFFERENCES) | STRUCTURE;
    return parts_of_sections(sections) | (check->pair_key != 0 ? parts_of_pair_first() : 0);
}

/* --- the meeting ---------------------------------------------------------------------------
 */

static bool
is_gone(const pgcs_check *check) {
    return check == NULL || check->state == PGCS_STATE_DONE || check->state == PGCS_STATE_DEAD;
}

bool
pair_is_decided(const pgcs_check *check) {
    return check->met || is_gone(check->partner);
}

/* A long list of tables helps nobody. */
static void
want_all(pgcs_check *one, pgcs_check *two) {
    free(one->wanted_tables);
    free(two->wanted_tables);
    one->wanted_tables = two->wanted_tables = NULL;
}

/* Both sides stand here. False without memory. */
static bool
agree(pgcs_check *one, pgcs_check *two) {
    if (one->sealing) {
        if (!seals_match(&one->seals, one->gather.builder, &two->seals, two->gather.builder))
            return false;
        one->wanted_tables = seals_wanted(&one->seals, &one->wanted_count);
        two->wanted_tables = seals_wanted(&two->seals, &two->wanted_count);
        if (one->wanted_tables == NULL || two->wanted_tables == NULL)
            return false;
        assert(one->wanted_count == two->wanted_count);
        if (one->wanted_count > one->seals.count / 2 &&
            one->wanted_count > two->seals.count / 2)
            want_all(one, two);
    }
    one->met = two->met = true;
    return true;
}

static pgcs_status
send_second(pgcs_check *check, struct diag *diag) {
    struct query *query = &check->query;
    query->wanted = parts_of_pair_second(check->wanted_count > 0) & ~query->given_up;
    query->stays = false;
    query->resumes = true;
    check->phase = PHASE_LOOKING;
    return look_send(check, diag);
}

pgcs_status
pair_continue(pgcs_check *check, struct diag *diag) {
    if (check->met)
        return send_second(check, diag);
    if (is_gone(check->partner))
        return check_finish(check, diag);
    return query_idle(&check->query) ? PGCS_OK : look_lost(check, diag);
}

pgcs_status
pair_meet(pgcs_check *check, struct diag *diag) {
    pgcs_check *partner = check->partner;
    check->phase = PHASE_MEETING;
    check->connection.wants = PGCS_WANT_READ;
    if (partner != NULL && partner->phase == PHASE_MEETING && !agree(check, partner))
        return diag_nomem(diag);
    return pair_is_decided(check) ? pair_continue(check, diag) : PGCS_OK;
}

uint32_t
pair_sections_read(const pgcs_check *check, uint32_t sections) {
    if (!check->sealing)
        return sections;
    bool expressions = sections & PGCS_SECTION_EXPRESSIONS;
    sections &= ~STRUCTURE;
    if (!check->met || (check->wanted_count > 0 && !query_has_structure(&check->query)))
        sections &= ~PGCS_SECTION_DIFFERENCES;
    if (expressions || check->wanted_count == 0)
        sections |= PGCS_SECTION_EXPRESSIONS;
    return sections;
}
