/* The verdict as a whole: rules, the walk over what the job touches, and the sum of it. */
#include "assess/judge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <pgconnspec/check.h>

#include "assess/script.h"

const struct rule rules[RULE_COUNT] = {
#define X(name, purpose, options, but_not, on, privilege, or, columns, reason)                 \
    [RULE_##name] = {purpose, options, but_not, on, privilege, or, columns, reason},
#include "assess/rules.def"
#undef X
};

bool
judge_applies(const struct judge *judge, const struct rule *rule) {
    uint32_t flags = judge->needs->flags;
    return (rule->purpose == 0 || rule->purpose == judge->needs->purpose) &&
           (flags & rule->options) == rule->options && (flags & rule->but_not) == 0;
}

void
judge_add(struct judge *judge, struct need_list *list, struct need_row row) {
    if (list->count == list->capacity) {
        size_t capacity = list->capacity == 0 ? 64 : list->capacity * 2;
        struct need_row *rows = realloc(list->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            judge->failed = true;
            return;
        }
        list->rows = rows;
        list->capacity = capacity;
    }
    if (row.met == MET_UNKNOWN && judge->superuser)
        row.met = MET_YES;
    row.whole_schema =
        need_class(&row) == PGCS_OBJECT_TABLE && needs_have_all(judge->needs, row.schema);
    list->rows[list->count++] = row;
}

const struct object_set *
judge_object_set(const struct judge *judge, pgcs_object_kind kind, const char *schema,
                 const char *name) {
    const struct object_row *rows = judge->report->objects.items;
    struct row_range named = report_objects_named(judge->report, schema, name);
    for (size_t i = named.first; i < named.end; i++)
        if (rows[i].kind == kind)
            return (const struct object_set *)judge->report->sets.items + rows[i].set;
    return NULL;
}

void
judge_warn(struct judge *judge, pgcs_severity severity, int32_t code, const char *schema,
           const char *name, const char *message, const char *hint) {
    struct diag diag;
    struct quoted schema_quoted = diag_quote(schema ? schema : "", schema ? strlen(schema) : 0);
    struct quoted name_quoted = diag_quote(name ? name : "", name ? strlen(name) : 0);
    diag_fail(&diag, code, "%s%s%s%s%s", schema_quoted.text, schema ? "." : "",
              name_quoted.text, name ? ": " : "", message);
    diag_hint(&diag, "%s", hint);
    report_add_finding(judge->findings, severity, NULL, &diag);
}

/* --- database and schemas -------------------------------------------------------------------
 */

/* A need on a schema or the database for each rule that looks at @on. */
static void
judge_container(struct judge *judge, pgcs_object_kind kind, int on, const char *name,
                const struct object_set *set) {
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (rules[i].on != on || !judge_applies(judge, &rules[i]))
            continue;
        judge_add(judge, &judge->assessment->needs,
                  (struct need_row){
                      .object = name,
                      .owner = report_name(judge->report, set->owner),
                      .kind = (uint8_t)kind,
                      .rule = (uint8_t)i,
                      .met = set->held & rules[i].privilege ? MET_YES : MET_NO,
                  });
    }
}

void
judge_use_schema(struct judge *judge, const char *schema) {
    const struct object_set *set = judge_object_set(judge, PGCS_OBJECT_SCHEMA, NULL, schema);
    const struct need_list *list = &judge->assessment->needs;
    const struct need_row *last = list->count > 0 ? &list->rows[list->count - 1] : NULL;
    bool again = last != NULL && last->kind == PGCS_OBJECT_SCHEMA &&
                 last->rule == RULE_USE_SCHEMA && strcmp(last->object, schema) == 0;
    if (set != NULL && !again)
        judge_container(judge, PGCS_OBJECT_SCHEMA, ON_SCHEMA, schema, set);
}

/* CONNECT is asked of the role that logs in, the rest of the one that it acts as. */
static struct object_set
database_set(const struct object_row *database, const struct object_set *set) {
    struct object_set session = *set;
    session.held &= ~PGCS_PRIV_CONNECT;
    if (database->flags & OBJECT_USABLE)
        session.held |= PGCS_PRIV_CONNECT;
    return session;
}

/* True when the scope has the schema or a table of it. */
static bool
scope_touches(const struct pgcs_needs *needs, const char *schema) {
    for (size_t i = 0; i < needs->count; i++)
        if (strcmp(needs->scope[i].schema, schema) == 0)
            return true;
    return needs->count == 0;
}

static void
judge_containers(struct judge *judge) {
    const pgcs_report *report = judge->report;
    const struct object_row *rows = report->objects.items;
    bool creates = judge->needs->flags & PGCS_NEED_CREATE_TABLES;
    for (size_t i = 0; i < report->objects.count && rows[i].schema == NO_NAME; i++) {
        const struct object_set *set =
            (const struct object_set *)report->sets.items + rows[i].set;
        const char *name = object_name(report, &rows[i]);
        if (rows[i].kind == PGCS_OBJECT_DATABASE) {
            struct object_set session = database_set(&rows[i], set);
            judge_container(judge, PGCS_OBJECT_DATABASE, ON_DATABASE, name, &session);
        }
        if (rows[i].kind != PGCS_OBJECT_SCHEMA || !creates ||
            !scope_touches(judge->needs, name))
            continue;
        judge_container(judge, PGCS_OBJECT_SCHEMA, ON_SCHEMA_OF_TABLES, name, set);
        judge_use_schema(judge, name);
    }
}

static bool
is_of_the_system(const char *schema) {
    return strncmp(schema, "pg_", 3) == 0 || strcmp(schema, "information_schema") == 0;
}

/* Types that columns of new tables may be of: the system's own wherever the tables are. */
static void
judge_types(struct judge *judge) {
    const pgcs_report *report = judge->report;
    const struct object_row *rows = report->objects.items;
    const struct object_set *sets = report->sets.items;
    if (!judge_applies(judge, &rules[RULE_USE_TYPE]))
        return;
    for (size_t i = 0; i < report->objects.count && !judge->failed; i++) {
        const char *schema = report_name(report, rows[i].schema);
        if (rows[i].kind != PGCS_OBJECT_TYPE ||
            !(is_of_the_system(schema) || scope_touches(judge->needs, schema)))
            continue;
        const struct object_set *set = &sets[rows[i].set];
        judge_add(judge, &judge->assessment->needs,
                  (struct need_row){
                      .schema = schema,
                      .object = object_name(report, &rows[i]),
                      .owner = report_name(report, set->owner),
                      .kind = PGCS_OBJECT_TYPE,
                      .rule = RULE_USE_TYPE,
                      .met = set->held & PGCS_PRIV_USAGE ? MET_YES : MET_NO,
                  });
    }
}

/* --- what is no privilege -------------------------------------------------------------------
 */

static void
warn_of_server(struct judge *judge) {
    const struct fact *facts = judge->report->facts;
    bool writes = judge->needs->purpose == PGCS_PURPOSE_DESTINATION;
    if (writes && facts[PGCS_FACT_IS_STANDBY - FACT_FIRST].integer == 1)
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_STANDBY, NULL, NULL,
                   "the server is a standby: nothing can be written",
                   "Connect to the primary; target_session_attrs=read-write finds it among "
                   "several hosts.");
    else if (writes && facts[PGCS_FACT_IS_READ_ONLY - FACT_FIRST].integer == 1)
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_READ_ONLY, NULL, NULL,
                   "transactions of this session are read-only: nothing can be written",
                   "Look at default_transaction_read_only of the role, the database and the "
                   "server.");
    if (judge->report->objects.count == 0)
        judge_warn(judge, PGCS_SEVERITY_FAILURE, PGCS_VERDICT_NOTHING_KNOWN, NULL, NULL,
                   "the report has no objects, so there is nothing to judge",
                   "Check the connection with PGCS_SECTION_OBJECTS, and look why it failed if "
                   "it did.");
    else if (writes && !judge->structure)
        judge_warn(
            judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_NO_STRUCTURE, NULL, NULL,
            "the report has no structure: keys, defaults, foreign keys and functions are "
            "not judged",
            "Check the connection with PGCS_SECTION_STRUCTURE.");
}

static void
warn_of_rows(struct judge *judge) {
    if (judge->needs->purpose != PGCS_PURPOSE_DESTINATION ||
        (judge->needs->flags & (PGCS_NEED_TRUNCATE | PGCS_NEED_UPSERT)))
        return;
    size_t count = 0;
    const struct target *first = NULL;
    for (size_t i = 0; i < judge->target_count; i++) {
        const struct target *target = &judge->targets[i];
        if (!target->has_rows)
            continue;
        first = first ? first : target;
        count++;
    }
    if (count == 0)
        return;
    struct diag diag;
    diag_fail(&diag, 0, "%s %zu other %s, by the server's statistics",
              count == 2 ? "has rows, as has" : "has rows, as have", count - 1,
              count == 2 ? "table" : "tables");
    judge_warn(judge, PGCS_SEVERITY_WARNING, PGCS_VERDICT_HAS_ROWS, first->schema, first->name,
               count == 1 ? "has rows, by the server's statistics" : diag.message,
               "Rows that are there may collide with those to come: truncate, upsert, or be "
               "sure that they don't.");
}

/* True when a foreign key may lead to the table, or to some column of it. */
static bool
may_refer_to(const struct judge *judge, const struct target *target) {
    const pgcs_report *report = judge->report;
    const struct object_row *rows = report->objects.items;
    const struct object_set *sets = report->sets.items;
    struct row_range named = report_objects_named(report, target->schema, target->name);
    for (size_t i = named.first; i < named.end; i++)
        if ((rows[i].kind == PGCS_OBJECT_COLUMN || &rows[i] == target->row) &&
            (sets[rows[i].set].held & PGCS_PRIV_REFERENCES))
            return true;
    return false;
}

/* Tables to come are not in the report, so what their keys lead to isn't, either. */
static void
warn_of_references(struct judge *judge) {
    if (!(judge->needs->flags & PGCS_NEED_CREATE_TABLES))
        return;
    size_t count = 0;
    const struct target *first = NULL;
    for (size_t i = 0; i < judge->target_count; i++) {
        if (may_refer_to(judge, &judge->targets[i]))
            continue;
        first = first ? first : &judge->targets[i];
        count++;
    }
    if (count == 0)
        return;
    struct diag diag;
    diag_fail(&diag, 0, "lacks REFERENCES for the role, as %s %zu other %s",
              count == 2 ? "does" : "do", count - 1, count == 2 ? "table" : "tables");
    judge_warn(judge, PGCS_SEVERITY_NOTE, PGCS_VERDICT_NO_REFERENCES, first->schema,
               first->name, count == 1 ? "lacks REFERENCES for the role" : diag.message,
               "A table that the job creates can have no foreign key to one of these. If there "
               "will be any, grant REFERENCES on the tables that they lead to.");
}

pgcs_object_kind
need_class(const struct need_row *row) {
    bool table = row->kind >= PGCS_OBJECT_TABLE && row->kind <= PGCS_OBJECT_FOREIGN_TABLE;
    return table || row->kind == PGCS_OBJECT_COLUMN ? PGCS_OBJECT_TABLE : row->kind;
}

/* --- the sum --------------------------------------------------------------------------------
 */

int
need_compare(const struct need_row *a, const struct need_row *b) {
    int order = (int)need_class(a) - (int)need_class(b);
    if (order == 0)
        order = compare_texts(a->schema, b->schema);
    if (order == 0)
        order = compare_texts(a->object, b->object);
    if (order == 0)
        order = compare_texts(a->column, b->column);
    if (order == 0)
        order = privilege_index(rules[a->rule].privilege) -
                privilege_index(rules[b->rule].privilege);
    return order;
}

static int
compare_by_place(const void *left, const void *right) {
    const struct need_row *a = left, *b = right;
    int order = need_compare(a, b);
    return order != 0 ? order : (int)a->rule - (int)b->rule;
}

static int
compare_for_reader(const void *left, const void *right) {
    static const int rank[] = {1, 0, 2}; /* unknown, unmet, met */
    const struct need_row *a = left, *b = right;
    int order = rank[a->met + 1] - rank[b->met + 1];
    return order != 0 ? order : compare_by_place(a, b);
}

/* Whether the privilege is needed on all of the table that @column is of, whose rows @list has
 * from @first to before @end. */
static bool
is_covered(const struct need_list *list, size_t first, size_t end,
           const struct need_row *column) {
    for (size_t i = first; i < end && list->rows[i].column == NULL; i++)
        if (rules[list->rows[i].rule].privilege == rules[column->rule].privilege)
            return true;
    return false;
}

static bool
same_object(const struct need_row *a, const struct need_row *b) {
    return need_class(a) == need_class(b) && compare_texts(a->schema, b->schema) == 0 &&
           compare_texts(a->object, b->object) == 0;
}

/* Whether something else that is needed of the object, or its ownership, does as well; its rows
 * stand between @first and those behind @row. */
static bool
is_outdone(const struct need_list *list, size_t first, size_t row) {
    const struct need_row *rows = list->rows;
    uint64_t enough = rules[rows[row].rule].or ;
    for (size_t i = first; enough != 0 && i < list->count; i++) {
        uint64_t other = rules[rows[i].rule].privilege;
        bool same = same_object(&rows[i], &rows[row]);
        if (same && (other == enough || (other == 0 && rows[i].met == MET_NO)))
            return true;
        if (i > row && !same)
            return false;
    }
    return false;
}

/* What is needed of a table stands before what is needed of its columns. */
static void
unify(struct need_list *list) {
    size_t kept = 0, first = 0;
    if (list->count > 1)
        qsort(list->rows, list->count, sizeof *list->rows, compare_by_place);
    for (size_t i = 0; i < list->count; i++) {
        const struct need_row row = list->rows[i];
        if (kept > 0 && !same_object(&list->rows[first], &row))
            first = kept;
        if (kept > 0 && need_compare(&list->rows[kept - 1], &row) == 0)
            continue;
        if (is_outdone(list, first, i))
            continue;
        if (row.column == NULL || !is_covered(list, first, kept, &row))
            list->rows[kept++] = row;
    }
    list->count = kept;
}

/* Whether an object of the report is what the need is about, or has that column. */
static bool
is_needed(const struct judge *judge, const struct object_row *row,
          const struct need_row *need) {
    if (row->kind == need->kind && row->kind != PGCS_OBJECT_COLUMN)
        return true;
    if (need->kind != PGCS_OBJECT_COLUMN || row->kind != PGCS_OBJECT_COLUMN)
        return need->kind == PGCS_OBJECT_COLUMN && row->kind >= PGCS_OBJECT_TABLE &&
               row->kind <= PGCS_OBJECT_FOREIGN_TABLE;
    const char *column = object_second_text(judge->report, row, OBJECT_HAS_COLUMN);
    return column != NULL && strcmp(column, need->column) == 0;
}

static const char *
role_to_set(const struct judge *judge, const struct need_row *need) {
    const pgcs_report *report = judge->report;
    const struct object_row *rows = report->objects.items;
    const struct object_set *sets = report->sets.items;
    const struct rule *rule = &rules[need->rule];
    struct row_range named = report_objects_named(report, need->schema, need->object);
    const char *role = NULL;
    for (size_t i = named.first; i < named.end && role == NULL; i++) {
        if (!is_needed(judge, &rows[i], need))
            continue;
        const struct set_roles *roles = report_set_roles(report, &sets[rows[i].set]);
        role = report_role_to_set(report, roles, rule->privilege);
        if (role == NULL && rule->or != 0)
            role = report_role_to_set(report, roles, rule->or);
    }
    return role;
}

static void
write_remedies(struct judge *judge) {
    struct need_list *list = &judge->assessment->needs;
    const char *role = judge->report->facts[PGCS_FACT_USER - FACT_FIRST].text;
    struct buf buf = {0};
    for (size_t i = 0; i < list->count && role != NULL; i++) {
        if (list->rows[i].met != MET_NO)
            continue;
        list->rows[i].set_role = role_to_set(judge, &list->rows[i]);
        buf.size = 0;
        script_put_remedy(&buf, &list->rows[i], role);
        if (!buf.failed)
            list->rows[i].remedy = pool_copy(judge->assessment->pool, buf.data, buf.size);
        judge->failed |= list->rows[i].remedy == NULL;
    }
    buf_free(&buf);
}

static void
sum_up(struct judge *judge) {
    struct need_list *list = &judge->assessment->needs;
    unify(list);
    unify(&judge->assessment->offers);
    if (list->count > 1)
        qsort(list->rows, list->count, sizeof *list->rows, compare_for_reader);
    judge_drop_offers(judge);
    judge->assessment->sufficient = list->count > 0 && list->rows[0].met == MET_YES;
    write_remedies(judge);
}

static void
judge_all(struct judge *judge) {
    warn_of_server(judge);
    if (judge->report->objects.count == 0)
        return;
    judge_find_targets(judge);
    judge_containers(judge);
    judge_types(judge);
    bool writes = judge->needs->purpose == PGCS_PURPOSE_DESTINATION;
    for (size_t i = 0; i < judge->target_count && !judge->failed; i++) {
        judge_table(judge, &judge->targets[i]);
        if (writes)
            judge_sequences(judge, &judge->targets[i]);
    }
    if (writes && !judge->structure)
        judge_sequences_by_name(judge);
    if (writes)
        judge_below(judge);
    if (judge->needs->flags & PGCS_NEED_TRUNCATE)
        judge_truncate(judge);
    warn_of_rows(judge);
    warn_of_references(judge);
    sum_up(judge);
}

static struct pgcs_assessment *
assessment_new(const pgcs_report *report, const struct pgcs_needs *needs) {
    struct pgcs_assessment *assessment = calloc(1, sizeof *assessment);
    struct pool *pool = pool_new(0);
    if (assessment == NULL || pool == NULL) {
        free(assessment);
        pool_free(pool);
        return NULL;
    }
    refs_init(&assessment->refs);
    assessment->report = report_ref(report);
    assessment->pool = pool;
    assessment->purpose = needs->purpose;
    assessment->all_tables = needs->flags & PGCS_NEED_ALL_TABLES;
    return assessment;
}

pgcs_status
assess(const pgcs_report *report, struct pgcs_needs *needs, const pgcs_assessment **out,
       struct diag *diag) {
    pgcs_status status = needs_validate(needs, diag);
    if (status != PGCS_OK)
        return status;
    needs_sort(needs);
    struct pgcs_assessment *assessment = assessment_new(report, needs);
    struct report_builder *findings = report_builder_new();
    if (assessment == NULL || findings == NULL) {
        report_builder_free(findings);
        assessment_unref(assessment);
        return diag_nomem(diag);
    }
    struct judge judge = {
        .report = report,
        .needs = needs,
        .assessment = assessment,
        .findings = findings,
        .structure = report->sections & PGCS_SECTION_STRUCTURE,
        .columns = report->sections & PGCS_SECTION_COLUMNS,
        .superuser = report->facts[PGCS_FACT_IS_SUPERUSER - FACT_FIRST].integer == 1,
        .refuses = report->facts[PGCS_FACT_ROW_SECURITY_OFF - FACT_FIRST].integer == 1,
    };
    judge_all(&judge);
    free(judge.targets);
    status = report_finish(findings, &assessment->findings, diag);
    if (status == PGCS_OK && judge.failed)
        status = diag_nomem(diag);
    if (status != PGCS_OK) {
        assessment_unref(assessment);
        return status;
    }
    if (report_severity(assessment->findings) == PGCS_SEVERITY_FAILURE)
        assessment->sufficient = false;
    *out = assessment;
    return PGCS_OK;
}
