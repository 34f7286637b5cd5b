/*
 * Seals: a number for each table that stands for all that its structure says. Two databases
 * whose tables have the same seals, made with one key, need not be read in full.
 *
 * A seal is the sum of a keyed hash (SipHash) of each row about the table, so that rows may
 * come in any order, and nobody who doesn't know the key can make two tables look alike.
 * Expressions are sealed as the server keeps them, because writing them out takes time and
 * locks. Their text holds numbers of types and functions: those of PostgreSQL itself mean the
 * same wherever the version of the catalogs is the same; a table with others is never settled
 * by its seal.
 */
#ifndef PROBE_SEAL_H
#define PROBE_SEAL_H

#include "probe/copy.h"
#include "probe/lookup.h"

struct report_builder;

struct seal {
    uint32_t oid;
    uint32_t schema; /* as report_add_name() numbers them */
    uint32_t name;
    uint64_t sum;
    bool out_of_scope;
    bool has_trees; /* comparable between catalogs of one version only */
    bool is_open;   /* says less than the table */
    bool unlike;    /* the other side's is another, or there is none */
    bool wanted;    /* to be read in full */
};

/* A foreign key: where it leads is sealed when all tables are known. Its columns go by numbers,
 * so that both tables must be alike. */
struct seal_reference {
    uint32_t from;
    uint32_t to;
    uint64_t hash; /* of all that it says else */
};

/* Zero-initialize it, then set the key. Failures stick. */
struct seals {
    uint64_t key[2];
    struct lookup places; /* of tables in items, by their oids */
    struct seal *items;
    size_t count;
    size_t capacity;
    struct seal_reference *references;
    size_t reference_count;
    size_t reference_capacity;
    char catalog[24]; /* version of the catalogs, "" when unknown */
    bool failed;      /* without memory */
};

void
seals_free(struct seals *seals);

/* A table to be sealed. */
void
seals_add(struct seals *seals, struct slice oid, const struct seal *seal);

/* Each adds a row of its part; false when the row is not as the SQL says. */
bool
seals_add_row(struct seals *seals, char part, const struct copy_row *row);
bool
seals_add_key(struct seals *seals, const struct copy_row *row);
bool
seals_add_tree(struct seals *seals, const struct copy_row *row);

/* Mark what has to be read in full of two databases; the names stand in the builders. False
 * without memory. */
bool
seals_match(struct seals *a, const struct report_builder *a_names, struct seals *b,
            const struct report_builder *b_names);

/* The tables that are wanted; *count of them, and free() them. NULL without memory, or when
 * there are none. */
uint32_t *
seals_wanted(const struct seals *seals, size_t *count);

/* SipHash-2-4 of @text. */
uint64_t
seal_hash(const uint64_t key[2], const char *text, size_t size);

/* Hash an expression or a list of numbers, but for places in the text that it once was; sets
 * *is_open when it has numbers whose meaning is this database's own. */
uint64_t
seal_tree(const uint64_t key[2], struct slice tree, bool *is_open);

#endif
