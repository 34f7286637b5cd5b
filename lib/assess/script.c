/*
 * GRANT statements. All privileges that one object lacks stand in one statement, and all
 * objects of one owner that lack the same share it. Who has to run them stands in a comment in
 * front. What can't be granted narrowly stands in comments only. Where all tables of a schema
 * were asked for, one statement for all of them stands for those of each.
 */
#include "assess/script.h"

#include <stdlib.h>
#include <string.h>

#include "report/identifier.h"

/* What one object lacks. */
struct gap {
    const struct need_row *rows; /* all of the object, table before columns */
    size_t count;
    const char *clause; /* "SELECT (id), INSERT" */
    uint64_t for_new;   /* PGCS_PRIV_* of it that default privileges can give */
};

struct script {
    const pgcs_assessment *assessment;
    const char *role;
    struct pool *pool; /* the clauses */
    struct buf buf;
};

/* --- pieces --------------------------------------------------------------------------------
 */

static void
put_object(struct buf *buf, const struct need_row *row) {
    if (row->sql != NULL)
        buf_put_string(buf, row->sql);
    else
        identifier_put_qualified(buf, row->schema, row->object);
}

static const char *
class_name(const struct need_row *row) {
    switch (need_class(row)) {
    case PGCS_OBJECT_DATABASE:
        return "DATABASE";
    case PGCS_OBJECT_SCHEMA:
        return "SCHEMA";
    case PGCS_OBJECT_SEQUENCE:
        return "SEQUENCE";
    case PGCS_OBJECT_TYPE:
        return "TYPE";
    case PGCS_OBJECT_FUNCTION:
        return "FUNCTION";
    default:
        return "TABLE";
    }
}

static void
put_membership(struct buf *buf, const char *owner, const char *role) {
    buf_put_string(buf, "GRANT ");
    identifier_put(buf, owner);
    buf_put_string(buf, " TO ");
    identifier_put(buf, role);
    buf_put_char(buf, ';');
}

void
script_put_remedy(struct buf *buf, const struct need_row *row, const char *role) {
    uint64_t privilege = rules[row->rule].privilege;
    if (privilege == 0) {
        put_membership(buf, row->owner ? row->owner : "?", role);
        return;
    }
    buf_printf(buf, "GRANT %s", privilege_name(privilege));
    if (row->column != NULL) {
        buf_put_string(buf, " (");
        identifier_put(buf, row->column);
        buf_put_char(buf, ')');
    }
    buf_printf(buf, " ON %s ", class_name(row));
    put_object(buf, row);
    buf_put_string(buf, " TO ");
    identifier_put(buf, role);
    buf_put_char(buf, ';');
}

/* What was written since @from becomes a comment: no name can end the line. */
static void
guard_comment(struct buf *buf, size_t from) {
    if (buf->failed)
        return;
    for (size_t i = from; i < buf->size; i++)
        if ((unsigned char)buf->data[i] < 0x20 || buf->data[i] == 0x7f)
            buf->data[i] = '?';
    buf_put_char(buf, '\n');
}

/* --- gaps ----------------------------------------------------------------------------------
 */

/* The privilege, and the columns that it lacks on unless it lacks on the whole object. */
static bool
put_privilege(struct buf *buf, const struct gap *gap, uint64_t privilege) {
    bool some = false, whole = false;
    const char *separator = buf->size > 0 ? ", " : "";
    for (size_t i = 0; i < gap->count && !whole; i++) {
        const struct need_row *row = &gap->rows[i];
        if (rules[row->rule].privilege != privilege)
            continue;
        whole = row->column == NULL;
        if (!some)
            buf_printf(buf, "%s%s", separator, privilege_name(privilege));
        if (!whole) {
            buf_put_string(buf, some ? ", " : " (");
            identifier_put(buf, row->column);
        }
        some = true;
    }
    if (some && !whole)
        buf_put_char(buf, ')');
    return whole;
}

/* False without memory. */
static bool
write_clause(struct script *script, struct gap *gap) {
    struct buf clause = {0};
    bool table = need_class(gap->rows) == PGCS_OBJECT_TABLE;
    gap->for_new = 0;
    for (int i = 0; i < PRIVILEGE_COUNT; i++) {
        uint64_t privilege = UINT64_C(1) << i;
        if (put_privilege(&clause, gap, privilege) && table)
            gap->for_new |= privilege;
    }
    gap->clause = clause.failed ? NULL : pool_copy(script->pool, clause.data, clause.size);
    buf_free(&clause);
    return gap->clause != NULL;
}

static bool
same_object(const struct need_row *a, const struct need_row *b) {
    bool same_schema = a->schema == NULL
                           ? b->schema == NULL
                           : b->schema != NULL && strcmp(a->schema, b->schema) == 0;
    return need_class(a) == need_class(b) && same_schema && strcmp(a->object, b->object) == 0;
}

/* True for what GRANT ... ON ALL TABLES closes; offers are for setval() and stay narrow. */
static bool
is_of_all_tables(const struct script *script, const struct need_list *list,
                 const struct need_row *row) {
    return script->assessment->all_tables && list == &script->assessment->needs &&
           row->whole_schema;
}

/* Gaps of the rows that a GRANT can close; the rows of one object stand together. */
static size_t
find_gaps(struct script *script, const struct need_list *list, struct gap *gaps) {
    size_t count = 0;
    for (size_t i = 0; i < list->count && list->rows[i].met == MET_NO; i++) {
        const struct need_row *row = &list->rows[i];
        if (rules[row->rule].privilege == 0 || is_of_all_tables(script, list, row))
            continue;
        bool more = count > 0 && same_object(gaps[count - 1].rows, row);
        if (!more)
            gaps[count++] = (struct gap){.rows = row};
        gaps[count - 1].count = (size_t)(row - gaps[count - 1].rows) + 1;
    }
    for (size_t i = 0; i < count; i++)
        if (!write_clause(script, &gaps[i]))
            script->buf.failed = PGCS_ERR_NOMEM;
    return count;
}

/* Gaps that share a statement are equal but for their objects. */
static int
compare_statements(const struct gap *a, const struct gap *b) {
    int order = compare_texts(a->rows->owner, b->rows->owner);
    if (order == 0)
        order = (int)need_class(a->rows) - (int)need_class(b->rows);
    if (order == 0)
        order = strcmp(a->clause, b->clause);
    return order;
}

static int
compare_gaps(const void *left, const void *right) {
    const struct gap *a = left, *b = right;
    int order = compare_statements(a, b);
    if (order == 0 && a->rows->schema != NULL)
        order = strcmp(a->rows->schema, b->rows->schema);
    return order != 0 ? order : strcmp(a->rows->object, b->rows->object);
}

/* --- statements ----------------------------------------------------------------------------
 */

static void
put_statement(struct script *script, const struct gap *gaps, size_t count) {
    struct buf *buf = &script->buf;
    const char *separator = count > 3 ? "\n    " : " ";
    buf_printf(buf, "GRANT %s ON %s", gaps->clause, class_name(gaps->rows));
    for (size_t i = 0; i < count; i++) {
        buf_put_string(buf, i > 0 ? "," : "");
        buf_put_string(buf, separator);
        put_object(buf, gaps[i].rows);
    }
    buf_put_string(buf, count > 3 ? "\nTO " : " TO ");
    identifier_put(buf, script->role);
    buf_put_string(buf, ";\n");
}

/* Of pointers to rows. */
static int
compare_owners(const void *left, const void *right) {
    const struct need_row *a = *(const struct need_row *const *)left;
    const struct need_row *b = *(const struct need_row *const *)right;
    return compare_texts(a->owner, b->owner);
}

static int
compare_schemas(const void *left, const void *right) {
    const struct gap *a = left, *b = right;
    return compare_texts(a->rows->schema, b->rows->schema);
}

static void
put_privileges(struct buf *buf, uint64_t privileges) {
    const char *separator = "";
    for (int i = 0; i < PRIVILEGE_COUNT; i++) {
        uint64_t privilege = UINT64_C(1) << i;
        if ((privileges & privilege) == 0)
            continue;
        buf_printf(buf, "%s%s", separator, privilege_name(privilege));
        separator = ", ";
    }
}

static void
put_default_privilege(struct script *script, const struct need_row *row, uint64_t privileges) {
    struct buf *buf = &script->buf;
    size_t from = buf->size;
    buf_put_string(buf, "-- ALTER DEFAULT PRIVILEGES FOR ROLE ");
    identifier_put(buf, row->owner);
    buf_put_string(buf, " IN SCHEMA ");
    identifier_put(buf, row->schema);
    buf_put_string(buf, " GRANT ");
    put_privileges(buf, privileges);
    buf_put_string(buf, " ON TABLES TO ");
    identifier_put(buf, script->role);
    buf_put_char(buf, ';');
    guard_comment(buf, from);
}

/*
 * A comment for each schema in which the owner of all these gaps has tables: what tables to
 * come would lack. Puts the gaps into the order of their schemas.
 */
static void
put_default_privileges(struct script *script, struct gap *gaps, size_t count) {
    if (gaps->rows->owner == NULL)
        return;
    qsort(gaps, count, sizeof *gaps, compare_schemas);
    bool said = false;
    for (size_t i = 0, same; i < count; i += same) {
        uint64_t privileges = 0;
        for (same = 0; i + same < count && compare_schemas(&gaps[i], &gaps[i + same]) == 0;)
            privileges |= gaps[i + same++].for_new;
        if (privileges == 0 || !gaps[i].rows->whole_schema)
            continue;
        if (!said)
            buf_put_string(&script->buf,
                           "-- For tables to come, the owner may run this too:\n");
        said = true;
        put_default_privilege(script, gaps[i].rows, privileges);
    }
}

static void
put_heading(struct script *script, const char *owner) {
    size_t from = script->buf.size;
    if (owner == NULL) {
        buf_put_string(&script->buf, "-- As the owner of these, or as a superuser:");
    } else {
        buf_put_string(&script->buf, "-- As ");
        identifier_put(&script->buf, owner);
        buf_put_string(&script->buf, ", who owns these, or as a superuser:");
    }
    guard_comment(&script->buf, from);
}

/* All gaps on objects of one owner. */
static void
put_owner(struct script *script, struct gap *gaps, size_t count) {
    put_heading(script, gaps->rows->owner);
    for (size_t i = 0, same; i < count; i += same) {
        same = 1;
        while (i + same < count && compare_statements(&gaps[i], &gaps[i + same]) == 0)
            same++;
        put_statement(script, &gaps[i], same);
    }
    put_default_privileges(script, gaps, count);
}

/* Statements for all gaps of @list; grouped by owner. */
static void
put_gaps(struct script *script, const struct need_list *list) {
    struct gap *gaps = malloc((list->count + 1) * sizeof *gaps);
    if (gaps == NULL) {
        script->buf.failed = PGCS_ERR_NOMEM;
        return;
    }
    size_t count = find_gaps(script, list, gaps);
    if (script->buf.failed)
        count = 0;
    if (count > 1)
        qsort(gaps, count, sizeof *gaps, compare_gaps);
    for (size_t i = 0, same; i < count; i += same) {
        same = 1;
        while (i + same < count &&
               compare_texts(gaps[i].rows->owner, gaps[i + same].rows->owner) == 0)
            same++;
        put_owner(script, &gaps[i], same);
    }
    free(gaps);
}

/* --- all tables of a schema -----------------------------------------------------------------
 */

/* What rows of one schema lack on some table. */
static uint64_t
privileges_of(const struct need_row *rows, size_t count) {
    uint64_t privileges = 0;
    for (size_t i = 0; i < count; i++)
        privileges |= rules[rows[i].rule].privilege;
    return privileges;
}

/* A comment for each owner among the rows: what tables to come would lack. */
static void
put_owners_defaults(struct script *script, const struct need_row *rows, size_t count,
                    uint64_t privileges) {
    const struct need_row **by_owner = malloc(count * sizeof *by_owner);
    if (by_owner == NULL) {
        script->buf.failed = PGCS_ERR_NOMEM;
        return;
    }
    for (size_t i = 0; i < count; i++)
        by_owner[i] = &rows[i];
    qsort(by_owner, count, sizeof *by_owner, compare_owners);
    buf_put_string(&script->buf, "-- For tables to come, their owner may run this too:\n");
    for (size_t i = 0; i < count; i++)
        if (by_owner[i]->owner != NULL &&
            (i == 0 || compare_owners(&by_owner[i - 1], &by_owner[i]) != 0))
            put_default_privilege(script, by_owner[i], privileges);
    free(by_owner);
}

static void
put_schema(struct script *script, const struct need_row *rows, size_t count) {
    struct buf *buf = &script->buf;
    uint64_t privileges = privileges_of(rows, count);
    size_t from = buf->size;
    buf_put_string(buf, "-- As a superuser, or as who owns every table of ");
    identifier_put(buf, rows->schema);
    buf_put_char(buf, ':');
    guard_comment(buf, from);
    buf_put_string(buf, "GRANT ");
    put_privileges(buf, privileges);
    buf_put_string(buf, " ON ALL TABLES IN SCHEMA ");
    identifier_put(buf, rows->schema);
    buf_put_string(buf, " TO ");
    identifier_put(buf, script->role);
    buf_put_string(buf, ";\n");
    put_owners_defaults(script, rows, count, privileges);
}

/* The unmet rows of a schema stand together. */
static void
put_whole_schemas(struct script *script) {
    const struct need_list *list = &script->assessment->needs;
    for (size_t i = 0, same; i < list->count && list->rows[i].met == MET_NO; i += same) {
        const struct need_row *rows = &list->rows[i];
        same = 1;
        if (!is_of_all_tables(script, list, rows))
            continue;
        while (i + same < list->count && rows[same].met == MET_NO &&
               is_of_all_tables(script, list, &rows[same]) &&
               strcmp(rows[same].schema, rows->schema) == 0)
            same++;
        put_schema(script, rows, same);
    }
}

static int
compare_names(const void *left, const void *right) {
    return compare_texts(*(const char *const *)left, *(const char *const *)right);
}

/* A comment for each role that has some of what lacks, if only the session acted as it. */
static void
put_set_roles(struct script *script) {
    const struct need_list *list = &script->assessment->needs;
    const char **roles = malloc((list->count + 1) * sizeof *roles);
    if (roles == NULL) {
        script->buf.failed = PGCS_ERR_NOMEM;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < list->count && list->rows[i].met == MET_NO; i++)
        if (list->rows[i].set_role != NULL)
            roles[count++] = list->rows[i].set_role;
    if (count > 1)
        qsort(roles, count, sizeof *roles, compare_names);
    for (size_t i = 0, same; i < count; i += same) {
        same = 1;
        while (i + same < count && strcmp(roles[i], roles[i + same]) == 0)
            same++;
        struct buf *buf = &script->buf;
        size_t from = buf->size;
        buf_printf(buf, "-- No grant is needed for %zu of what lacks after SET ROLE ", same);
        identifier_put(buf, roles[i]);
        guard_comment(buf, from);
    }
    free(roles);
}

/* --- ownership -----------------------------------------------------------------------------
 */

/* A comment with the membership for each owner of what the role would have to own. */
static void
put_memberships(struct script *script) {
    const struct need_list *list = &script->assessment->needs;
    const char **owners = malloc((list->count + 1) * sizeof *owners);
    if (owners == NULL) {
        script->buf.failed = PGCS_ERR_NOMEM;
        return;
    }
    size_t count = 0;
    for (size_t i = 0; i < list->count && list->rows[i].met == MET_NO; i++)
        if (rules[list->rows[i].rule].privilege == 0 && list->rows[i].owner != NULL)
            owners[count++] = list->rows[i].owner;
    if (count > 1)
        qsort(owners, count, sizeof *owners, compare_names);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(owners[i - 1], owners[i]) == 0)
            continue;
        size_t from = script->buf.size;
        buf_put_string(&script->buf, "-- ");
        put_membership(&script->buf, owners[i], script->role);
        guard_comment(&script->buf, from);
    }
    free(owners);
}

static bool
lacks(const struct need_list *list, bool ownership) {
    for (size_t i = 0; i < list->count && list->rows[i].met == MET_NO; i++)
        if ((rules[list->rows[i].rule].privilege == 0) == ownership)
            return true;
    return false;
}

static void
put_ownership(struct script *script) {
    const struct need_list *needs = &script->assessment->needs;
    struct buf *buf = &script->buf;
    if (!lacks(needs, true))
        return;
    buf_put_string(buf, "-- Only its owner may restart a sequence. ");
    if (script->assessment->offers.count > 0) {
        buf_put_string(buf, "To move it with setval() instead, these do:\n");
        put_gaps(script, &script->assessment->offers);
    } else {
        const char *how = lacks(needs, false) ? "With what is granted above" : "As it is,";
        buf_printf(buf, "%s the role may move it with setval().\n", how);
    }
    buf_put_string(buf, "-- To restart it all the same, a superuser can make the role a member "
                        "of the owner's,\n-- which gives it all that the owner may do:\n");
    put_memberships(script);
}

pgcs_status
script_write(const pgcs_assessment *assessment, const pgcs_text **out, struct diag *diag) {
    const char *role = assessment->report->facts[PGCS_FACT_USER - FACT_FIRST].text;
    struct script script = {.assessment = assessment, .role = role};
    if (role != NULL) {
        script.pool = pool_new(0);
        if (script.pool == NULL)
            return diag_nomem(diag);
        put_set_roles(&script);
        put_gaps(&script, &assessment->needs);
        put_whole_schemas(&script);
        put_ownership(&script);
        pool_free(script.pool);
    }
    return text_finish(&script.buf, out, diag);
}
