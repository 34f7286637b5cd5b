/*
 * The look around: one string with the transaction, its settings and every part, sent at once;
 * results are read as they come. A part that fails ends the transaction: what is left is asked
 * again without it.
 */
#ifndef PROBE_QUERY_H
#define PROBE_QUERY_H

#include "probe/connection.h"
#include "probe/copy.h"
#include "probe/gather.h"
#include "probe/sql.h"

#define X(ID, sections, label, sql, decode) PART_##ID,
enum part {
#include "probe/parts.def"
    PART_COUNT,
};
#undef X

/* "the sequences"; PART_COUNT stands for what comes after all of them. */
const char *
part_label(enum part part);

/* Nobody misses these when they fail. */
bool
part_is_optional(enum part part);

/* The parts that these PGCS_SECTION_* want, as bits. */
uint64_t
parts_of_sections(uint32_t sections);

/* The parts of a pair's first string, beside those of its sections; of its second one the look
 * at the other's lock, and the structure of those tables that are wanted in full. */
uint64_t
parts_of_pair_first(void);
uint64_t
parts_of_pair_second(bool structure);

/* On a server whose catalogs are not PostgreSQL's: one row in text, no transaction. */
#define PARTS_PLAIN (UINT64_C(1) << PART_PLAIN)

/* Whether the objects can't be told without the part, and by information_schema at least in
 * part.
 */
bool
part_has_standard(enum part part);
/* @wanted, with what the system catalogs tell of privileges read from information_schema. */
uint64_t
parts_of_standard(uint64_t wanted);

/* Zero-initialize it, then set the first three. */
struct query {
    struct connection *connection;
    struct gather *gather;
    uint64_t wanted;   /* bits of parts that are not read yet */
    uint64_t sent;     /* those of them in the string under way */
    uint64_t read;     /* those that were, in full */
    uint64_t bad;      /* those whose rows were not what was asked for */
    uint64_t given_up; /* those that failed, and are not asked for again */
    uint64_t pair_key; /* of the lock of a pair */
    bool stays;        /* the transaction goes on behind the string */
    bool resumes;      /* it has begun before it */
    bool later;        /* than what was read already: in another transaction */
    bool at_once; /* tables can't be read a piece at a time: the server won't say how many */
    struct copy_reader reader;
    bool sending; /* libpq holds bytes that are not sent */
    bool begun;   /* the part's answer has begun */
    bool copying; /* its rows are coming */
    bool failed;  /* the server ended the transaction; see below */
    char sqlstate[6];
    char text[4096]; /* what was said then, to be filtered: no secret is cut off */
};

enum query_result {
    QUERY_WAITS,
    QUERY_DONE,        /* all of the string was read */
    QUERY_PART_FAILED, /* see query_failed_part(); the rest may be sent again */
    QUERY_LOST,        /* the connection broke */
    QUERY_REFUSED,     /* by us: no memory, or too much is in scope */
};

/*
 * Send the parts that are wanted. @timeout_ms, 0 for none, is what the server gives each of
 * them; a lock gets half of it, so that there is time left to ask for the others. QUERY_WAITS,
 * QUERY_LOST, or QUERY_REFUSED with @diag.
 */
enum query_result
query_send(struct query *query, const struct scope *scope, int64_t timeout_ms,
           struct diag *diag);
enum query_result
query_step(struct query *query);

/* Whether all that was sent for has come; the end of the transaction may still be owed. */
bool
query_is_complete(const struct query *query);

/* The part whose rows come, or come next; PART_COUNT when all have. */
enum part
query_current_part(const struct query *query);

/* Where privileges were read: "catalogs" or "information_schema"; NULL when nowhere. */
const char *
query_privileges_from(const struct query *query);

/* PGCS_SECTION_* of which all parts were read in full. */
uint32_t
query_sections_read(const struct query *query);

/* Nothing is asked: false when the connection broke all the same. */
bool
query_idle(struct query *query);

/* Columns and keys were read. */
bool
query_has_structure(const struct query *query);

/*
 * The part that failed, with why; it is not wanted any more, nor are those that lean on it.
 * PART_COUNT when none did. The evidence lasts as long as the query.
 */
enum part
query_failed_part(struct query *query, struct evidence *evidence);

#endif
