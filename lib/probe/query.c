/* The look around: what is sent, and how the results are told apart. */
#include "probe/query.h"

#include <stdio.h>

#include <libpq-fe.h>

#include <pgconnspec/check.h>

#include "probe/guard.h"
#include "probe/settings.h"
#include "probe/sql/text.h"
#include "probe/sql_scope.h"

#define SECTIONS_OF_OBJECTS                                                                    \
    (PGCS_SECTION_OBJECTS | PGCS_SECTION_FUNCTIONS | PGCS_SECTION_COLUMNS | PGCS_SECTION_TYPES)

static const struct {
    uint32_t sections;
    const char *label;
    const char *sql;
    bool (*decode)(struct gather *gather, const struct copy_row *row);
} parts[PART_COUNT] = {
#define X(ID, sections, label, sql, decode) [PART_##ID] = {sections, label, sql, decode},
#include "probe/parts.def"
#undef X
};

#define BIT(part) (UINT64_C(1) << (part))
_Static_assert(PART_COUNT <= 64, "parts are bits of a number");

/* Two ways to read tables, of which one is taken: ranges of rows can be read from 14 on. */
#define RELATIONS    (BIT(PART_RELATIONS) | BIT(PART_RELATIONS_PIECES))
#define PIECES_SINCE 140000

/* Without these no object can be told. */
#define LEANED_ON (BIT(PART_FACTS) | BIT(PART_ROLES) | BIT(PART_SCHEMAS))
#define LEANING                                                                                \
    (BIT(PART_ROLES) | BIT(PART_SCHEMAS) | RELATIONS | BIT(PART_SEQUENCES) |                   \
     BIT(PART_FUNCTIONS) | BIT(PART_COLUMNS) | BIT(PART_USED_TYPES) | BIT(PART_SYSTEM_TYPES) | \
     BIT(PART_USAGES))

/* What belongs to a table is told by the table's oid. */
#define LEANING_ON_TABLES                                                                      \
    (BIT(PART_TABLE_COLUMNS) | BIT(PART_KEYS) | BIT(PART_LINKS) | BIT(PART_CALLS) |            \
     BIT(PART_DOMAINS) | BIT(PART_DOMAINS_FEW) | BIT(PART_POLICIES) | BIT(PART_TRIGGERS) |     \
     BIT(PART_EXPRESSIONS) | BIT(PART_DETAILS) | BIT(PART_OPTIONS) | SEALS)
/* Without these their sections are there all the same: who reads them knows what lacks. */
#define LEFT_OUT BIT(PART_WRITTEN)
#define SEALS                                                                                  \
    (BIT(PART_SEAL_COLUMNS) | BIT(PART_SEAL_DEFAULTS) | BIT(PART_SEAL_KEYS) |                  \
     BIT(PART_SEAL_TREES))

const char *
part_label(enum part part) {
    return part < PART_COUNT ? parts[part].label : "the end of the transaction";
}

bool
part_is_optional(enum part part) {
    return part == PART_PLAIN || part == PART_PAIR_LOCK || part == PART_PAIR_LINEAGE ||
           part == PART_PAIR_PROOF;
}

uint64_t
parts_of_sections(uint32_t sections) {
    uint64_t wanted = 0;
    for (int i = 0; i < PART_COUNT; i++)
        wanted |= parts[i].sections & sections ? BIT(i) : 0;
    return wanted;
}

#define STANDARD (BIT(PART_STANDARD_SESSION) | BIT(PART_STANDARD_OBJECTS))

bool
part_has_standard(enum part part) {
    return ((LEANED_ON | RELATIONS) >> part & 1) != 0;
}

uint64_t
parts_of_standard(uint64_t wanted) {
    uint64_t session = BIT(PART_STANDARD_SESSION);
    uint64_t left = wanted & ~(LEANED_ON | LEANING);
    return left | (wanted & LEANING ? STANDARD : session);
}

const char *
query_privileges_from(const struct query *query) {
    if (query->read & BIT(PART_STANDARD_OBJECTS))
        return "information_schema";
    return query->read & BIT(PART_SCHEMAS) ? "catalogs" : NULL;
}

uint64_t
parts_of_pair_first(void) {
    return BIT(PART_PAIR_LOCK) | BIT(PART_PAIR_LINEAGE);
}

uint64_t
parts_of_pair_second(bool structure) {
    return BIT(PART_PAIR_PROOF) |
           (structure ? BIT(PART_TABLE_COLUMNS) | BIT(PART_KEYS) | BIT(PART_EXPRESSIONS) : 0);
}

/* --- sending ---------------------------------------------------------------------------------
 */

/* Some tables, or those of a schema, are found through indexes; for all, pg_class is read. */
static void
choose_ways(struct query *query, const struct scope *scope, int server_version) {
    bool few = scope_is_by_index(scope);
    query->at_once |= !scope_is_everything(scope) || server_version < PIECES_SINCE;
    uint64_t others = BIT(query->at_once ? PART_RELATIONS_PIECES : PART_RELATIONS) |
                      BIT(few ? PART_DOMAINS : PART_DOMAINS_FEW) |
                      (scope->table_count == 0 ? BIT(PART_NAMED) : 0);
    query->read |= query->wanted & others;
    query->wanted &= ~others;
}

/* Each transaction has to be told who we are, however much of an earlier one was read. */
static void
tell_roles(struct query *query, struct buf *out) {
    if ((query->wanted & LEANING) == 0)
        return;
    query->wanted |= BIT(PART_ROLES);
    buf_put_string(out, "SET LOCAL pgconnspec.roles = '{}'; ");
}

static void
write_parts(struct query *query, const struct scope *scope, struct buf *out) {
    struct sql sql = {.out = out,
                      .scope = scope,
                      .server_version = connection_server_version(query->connection),
                      .raw = settings_are_raw(query->connection),
                      .pair_key = query->pair_key};
    choose_ways(query, scope, sql.server_version);
    tell_roles(query, out);
    sql_write_scope(&sql);
    const char *before_structure = scope_is_by_index(scope) ? "" : settings_for_whole_catalogs;
    for (int i = 0; i < PART_COUNT; i++) {
        if ((query->wanted & BIT(i)) == 0)
            continue;
        if (i >= PART_NAMED) {
            buf_put_string(out, before_structure);
            before_structure = "";
        }
        buf_put_string(out, "COPY (");
        sql_write(&sql, parts[i].sql);
        buf_put_string(out, ") TO STDOUT (FORMAT binary); ");
    }
}

static void
write_string(struct query *query, const struct scope *scope, int64_t timeout_ms,
             struct buf *out) {
    if (!query->resumes)
        settings_write(query->connection, query->wanted & BIT(PART_TABLES), timeout_ms, out);
    if (query->stays) /* each transaction has to take it */
        query->wanted |= BIT(PART_PAIR_LOCK) & ~query->given_up;
    write_parts(query, scope, out);
    buf_put_string(out, query->stays ? "" : "COMMIT");
}

static enum query_result
refuse(const struct buf *out, struct diag *diag) {
    if (buf_status(out, diag) == PGCS_ERR_LIMIT) {
        diag_fail(diag, PGCS_ERR_LIMIT, "more tables in the scope than one query can name");
        diag_hint(diag, "Name schemas instead of their tables.");
    }
    return QUERY_REFUSED;
}

static enum query_result
fail_with(struct query *query, const char *text) {
    if (!query->failed) {
        snprintf(query->text, sizeof query->text, "%s", text);
        memcpy(query->sqlstate, query->connection->last_words, sizeof query->sqlstate);
    }
    query->failed = true;
    return QUERY_LOST;
}

enum query_result
query_send(struct query *query, const struct scope *scope, int64_t timeout_ms,
           struct diag *diag) {
    struct buf out = {0};
    enum query_result result = QUERY_WAITS;
    if (!query->resumes && PQtransactionStatus(query->connection->pg) != PQTRANS_IDLE)
        buf_put_string(&out, "ROLLBACK; ");
    if (query->wanted == PARTS_PLAIN)
        buf_put_string(&out, SQL_PLAIN);
    else
        write_string(query, scope, timeout_ms, &out);
    buf_put_char(&out, '\0');
    query->sent = query->wanted;
    query->failed = false;
    query->copying = false;
    query->begun = false;
    query->sending = true;
    query->connection->wants = PGCS_WANT_READ | PGCS_WANT_WRITE;
    int64_t now = connection_now_us();
    struct guard guard = guard_enter();
    if (out.failed)
        result = refuse(&out, diag);
    else if (!PQsendQuery(query->connection->pg, out.data))
        result = fail_with(query, PQerrorMessage(query->connection->pg));
    guard_leave(guard);
    connection_asked(query->connection, now);
    buf_free(&out);
    return result;
}

/* --- reading ---------------------------------------------------------------------------------
 */

enum part
query_current_part(const struct query *query) {
    int i = 0;
    while (i < PART_COUNT && (query->sent & BIT(i)) == 0)
        i++;
    return (enum part)i;
}

/* The end of a part. False for the end of one that never began. */
static bool
end_part(struct query *query) {
    if (!query->begun)
        return false;
    uint64_t bit = BIT(query_current_part(query));
    if (!query->reader.ended)
        query->bad |= bit;
    if ((query->bad & bit) == 0)
        query->read |= bit;
    query->sent &= ~bit;
    query->wanted &= ~bit;
    query->begun = false;
    return true;
}

static bool
begin_part(struct query *query) {
    if (query->begun || query->sent == 0)
        return false;
    query->begun = true;
    query->copying = true;
    query->reader = (struct copy_reader){false, false};
    return true;
}

/*
 * Parts that are asked again without one that failed are of a later transaction: what their
 * rows refer to may have come since, and is of no moment that this report shows.
 */
static bool
decode(struct query *query, enum part part, const struct copy_row *row) {
    struct gather *gather = query->gather;
    gather->missing = false;
    bool decoded = parts[part].decode(gather, row);
    gather->missed += query->later && gather->missing;
    return decoded || (query->later && gather->missing);
}

/* Rows behind a bad one are read and left alone. */
static void
read_row(struct query *query, struct slice message) {
    struct copy_row row;
    enum part part = query_current_part(query);
    if (query->bad & BIT(part))
        return;
    enum copy_result result = copy_read(&query->reader, message, &row);
    if (result == COPY_BAD || (result == COPY_ROW && !decode(query, part, &row)))
        query->bad |= BIT(part);
}

/* Read the rows that are there. False when there are no more for now. */
static bool
read_rows(struct query *query) {
    char *data = NULL;
    int size = PQgetCopyData(query->connection->pg, &data, 1);
    while (size > 0) {
        read_row(query, (struct slice){data, (size_t)size});
        PQfreemem(data);
        data = NULL;
        size = PQgetCopyData(query->connection->pg, &data, 1);
    }
    query->copying = size == 0;
    return size != 0;
}

/* Rows in text, which only the plain part has. */
static bool
read_tuples(struct query *query, const PGresult *result) {
    if (query->sent != PARTS_PLAIN || PQnfields(result) > COPY_FIELDS)
        return false;
    struct copy_row row = {.count = PQnfields(result)};
    for (int i = 0; i < PQntuples(result); i++) {
        for (int field = 0; field < row.count; field++)
            row.fields[field] = (struct slice){
                PQgetisnull(result, i, field) ? NULL : PQgetvalue(result, i, field),
                (size_t)PQgetlength(result, i, field)};
        if (!parts[PART_PLAIN].decode(query->gather, &row))
            query->bad |= PARTS_PLAIN;
    }
    query->reader = (struct copy_reader){true, true};
    query->begun = true;
    return end_part(query);
}

/* The first failure counts: what follows is its echo. Behind the last part none matters. */
static void
keep_failure(struct query *query, const PGresult *result) {
    if (query->failed || query->sent == 0)
        return;
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (text == NULL)
        text = PQresultErrorMessage(result);
    query->failed = true;
    snprintf(query->sqlstate, sizeof query->sqlstate, "%s", sqlstate ? sqlstate : "");
    snprintf(query->text, sizeof query->text, "%s", text);
}

/* False for what no server answers to what we sent. */
static bool
read_result(struct query *query, const PGresult *result) {
    switch (PQresultStatus(result)) {
    case PGRES_COPY_OUT:
        return begin_part(query);
    case PGRES_TUPLES_OK:
        return read_tuples(query, result);
    case PGRES_COMMAND_OK:
        /* All other commands answer with another word. */
        return strncmp(PQcmdStatus((PGresult *)result), "COPY", 4) != 0 || end_part(query);
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        keep_failure(query, result);
        return true;
    default:
        return false;
    }
}

/* All that was sent for has come: what happens to the session now costs nothing. */
bool
query_is_complete(const struct query *query) {
    return query->sent == 0 && query->bad == 0 && !query->failed;
}

/* libpq tells of a lost connection as of any failed command, but not always by a result. */
static enum query_result
lost(struct query *query, const char *text) {
    return query_is_complete(query) ? QUERY_DONE : fail_with(query, text);
}

static enum query_result
end_of_string(struct query *query) {
    if (PQstatus(query->connection->pg) == CONNECTION_BAD)
        return lost(query, PQerrorMessage(query->connection->pg));
    if (!query->failed)
        query->bad |= query->sent;
    return query->failed || query->bad ? QUERY_PART_FAILED : QUERY_DONE;
}

static enum query_result
read_results(struct query *query) {
    struct pg_conn *pg = query->connection->pg;
    for (;;) {
        if (query->copying && !read_rows(query))
            return QUERY_WAITS;
        if (PQisBusy(pg))
            return QUERY_WAITS;
        connection_answered(query->connection);
        PGresult *result = PQgetResult(pg);
        if (result == NULL)
            return end_of_string(query);
        bool expected = read_result(query, result);
        PQclear(result);
        if (!expected)
            return fail_with(query, "lost synchronization with server");
    }
}

#define ROUNDS 64 /* of a step: others want their turn */

/* What the server said last may still wait to be read when it can't be written to any more. */
static enum query_result
read_input(struct query *query, bool broken) {
    enum query_result result = QUERY_WAITS;
    int rounds = 0, quiet = 0;
    do {
        broken = broken || !PQconsumeInput(query->connection->pg);
        result = read_results(query);
    } while (result == QUERY_WAITS && !broken && rounds++ < ROUNDS &&
             connection_has_unread(query->connection, &quiet));
    if (broken && result == QUERY_WAITS)
        return lost(query, PQerrorMessage(query->connection->pg));
    return result;
}

enum query_result
query_step(struct query *query) {
    struct guard guard = guard_enter();
    int unsent = query->sending ? PQflush(query->connection->pg) : 0;
    query->sending = unsent > 0;
    query->connection->wants = PGCS_WANT_READ | (query->sending ? PGCS_WANT_WRITE : 0);
    enum query_result result = read_input(query, unsent < 0);
    guard_leave(guard);
    return result;
}

bool
query_has_structure(const struct query *query) {
    const uint64_t bits = BIT(PART_TABLE_COLUMNS) | BIT(PART_KEYS);
    return (query->read & bits) == bits;
}

bool
query_idle(struct query *query) {
    struct guard guard = guard_enter();
    bool good = PQconsumeInput(query->connection->pg) != 0 &&
                PQstatus(query->connection->pg) == CONNECTION_OK;
    if (!good)
        lost(query, PQerrorMessage(query->connection->pg));
    guard_leave(guard);
    return good;
}

uint32_t
query_sections_read(const struct query *query) {
    uint32_t sections = ~0u;
    for (int i = 0; i < PART_COUNT; i++)
        if (((query->read | LEFT_OUT) & BIT(i)) == 0)
            sections &= ~parts[i].sections;
    return sections;
}

/* What only tells how much there is, and is not needed to read it, may be denied to us. */
static bool
takes_other_way(struct query *query, enum part part, const struct evidence *evidence) {
    if (part != PART_RELATIONS_PIECES || query->at_once ||
        strcmp(evidence->sqlstate, "42501") != 0)
        return false;
    query->at_once = true;
    query->read &= ~BIT(PART_RELATIONS);
    query->wanted |= BIT(PART_RELATIONS);
    return true;
}

enum part
query_failed_part(struct query *query, struct evidence *evidence) {
    enum part part = PART_COUNT;
    if (query->failed) {
        part = query_current_part(query);
        query->failed = false;
        query->sent = 0;
        memcpy(evidence->sqlstate, query->sqlstate, sizeof evidence->sqlstate);
        evidence->text = query->text;
    } else if (query->bad) {
        part = (enum part)__builtin_ctzll(query->bad);
        query->bad &= query->bad - 1;
        *evidence = (struct evidence){.text = "", .sqlstate = ""};
    }
    if (part == PART_COUNT || takes_other_way(query, part, evidence))
        return PART_COUNT;
    query->given_up |= BIT(part);
    query->wanted &= ~BIT(part);
    query->bad &= ~BIT(part);
    if (part == PART_PAIR_LOCK) /* without it both may look in vain */
        query->given_up |= BIT(PART_PAIR_PROOF);
    if (LEANED_ON & BIT(part))
        query->wanted &= ~LEANING;
    if (part == PART_TABLES)
        query->wanted &= ~LEANING_ON_TABLES;
    return part;
}
