/* Random databases, and the statements that a job runs on them. */
#ifndef TESTS_LIVE_CLOSURE_H
#define TESTS_LIVE_CLOSURE_H

#include "base/text.h"
#include "live.h"

/* Numbers that a seed repeats. */
struct dice {
    uint64_t state;
};

static inline unsigned
roll(struct dice *dice, unsigned sides) {
    dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(dice->state >> 33) % sides;
}

static inline bool
chance(struct dice *dice, unsigned percent) {
    return roll(dice, 100) < percent;
}

/* What the random database is made of goes to @sql: schemas, functions, tables, grants; with
 * views and policies for @readers. */
void
random_database(struct dice *dice, bool readers, struct buf *sql);

/* Statements of a job, each one a string of its own. */
struct job {
    char *statements[512];
    size_t count;
};

/*
 * What a job with these needs runs, by the catalogs, as a superuser sees them: on the tables
 * that the setting closure.scope of its session names, each as regclass writes it, with bars
 * between them; on all of them where it is empty.
 */
void
job_write(PGconn *superuser, int32_t purpose, uint32_t flags, struct job *job);
void
job_free(struct job *job);

#endif
