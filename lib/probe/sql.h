/*
 * The SQL of a check: the queries under sql/, filled in for a server and a scope. Everything
 * is qualified, takes no lock that a reader would not take anyway, and reads alike whatever
 * standard_conforming_strings says.
 */
#ifndef PROBE_SQL_H
#define PROBE_SQL_H

#include <pgconnspec/report.h>

#include "base/text.h"

/* What of the database is looked at: these schemas and these tables; all, when both are none.
 */
struct scope_table {
    const char *schema;
    const char *name;
};
struct scope {
    const char *const *schemas;
    size_t schema_count;
    const struct scope_table *tables;
    size_t table_count;
    const uint32_t *oids; /* of all that, only the tables with these oids; NULL for all */
    size_t oid_count;
};

struct sql {
    struct buf *out;
    const struct scope *scope;
    int server_version; /* 150020 */
    bool raw;           /* the database has no encoding: names are bytes */
    bool led;           /* what is written is about one row, see sql/follows.sql */
    uint64_t pair_key;  /* of the lock of a pair of checks */
};

/* The privileges that there are on a kind of object. */
uint64_t
sql_privileges(pgcs_object_kind kind, int server_version);

/* Write settings of the transaction that say what is in scope, which the queries lean on. */
void
sql_write_scope(const struct sql *sql);

/* Write the query @template, one of the texts of sql/. */
void
sql_write(const struct sql *sql, const char *template);

#endif
