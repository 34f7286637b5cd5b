/* The report itself: its life, its order, and what its rows say. */
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

#include "report/names.h"
#include "report/structure.h"

const char *
report_text(const pgcs_report *report, uint32_t offset) {
    return offset == NO_NAME ? NULL : (const char *)report->store.items + offset;
}

const char *
report_name(const pgcs_report *report, uint32_t name) {
    if (name == NO_NAME)
        return NULL;
    return report_text(report, ((const uint32_t *)report->names.items)[name]);
}

const char *
object_name(const pgcs_report *report, const struct object_row *row) {
    return report_text(report, row->text);
}

const char *
object_second_text(const pgcs_report *report, const struct object_row *row,
                   enum object_flags flag) {
    if ((row->flags & flag) == 0)
        return NULL;
    const char *name = object_name(report, row);
    return name + strlen(name) + 1;
}

const int64_t *
report_last_value(const pgcs_report *report, const struct object_row *row) {
    const struct last_value *values = report->last_values.items;
    for (size_t i = 0; i < report->last_values.count && row->kind == PGCS_OBJECT_SEQUENCE; i++)
        if (values[i].schema == row->schema &&
            strcmp(report_text(report, values[i].name), object_name(report, row)) == 0)
            return &values[i].value;
    return NULL;
}

const struct set_roles *
report_set_roles(const pgcs_report *report, const struct object_set *set) {
    if (set->set_roles == 0)
        return NULL;
    return (const struct set_roles *)report->set_roles.items + set->set_roles - 1;
}

const char *
report_role_to_set(const pgcs_report *report, const struct set_roles *roles,
                   uint64_t privilege) {
    int index = privilege_index(privilege);
    if (roles == NULL || (index < 0 && privilege != 0))
        return NULL;
    return report_name(report, index < 0 ? roles->owner : roles->roles[index]);
}

int
compare_texts(const char *a, const char *b) {
    if (a == NULL || b == NULL)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int
compare_names(const pgcs_report *report, uint32_t a, uint32_t b) {
    return a == b ? 0 : compare_texts(report_name(report, a), report_name(report, b));
}

int
compare_objects(const void *left, const void *right, void *context) {
    const pgcs_report *report = context;
    const struct object_row *a = left, *b = right;
    int order = compare_names(report, a->schema, b->schema);
    if (order == 0)
        order = strcmp(object_name(report, a), object_name(report, b));
    if (order == 0)
        order = (int)a->kind - (int)b->kind;
    if (order == 0)
        order = compare_texts(object_second_text(report, a, OBJECT_HAS_COLUMN),
                              object_second_text(report, b, OBJECT_HAS_COLUMN));
    return order;
}

static int
compare_grants(const void *left, const void *right, void *context) {
    const pgcs_report *report = context;
    const struct grant_row *a = left, *b = right;
    int order = compare_names(report, a->schema, b->schema);
    if (order == 0)
        order = compare_names(report, a->object, b->object);
    if (order == 0)
        order = (int)a->kind - (int)b->kind;
    if (order == 0)
        order = compare_texts(report_text(report, a->column), report_text(report, b->column));
    if (order == 0)
        order = compare_names(report, a->grantee, b->grantee);
    if (order == 0)
        order = compare_names(report, a->grantor, b->grantor);
    return order;
}

static int
compare_memberships(const void *left, const void *right, void *context) {
    const struct membership_row *a = left, *b = right;
    return strcmp(report_text(context, a->role), report_text(context, b->role));
}

/* Worst first; within one severity as they were added, for which qsort needs their places. */
static int
compare_findings(const void *left, const void *right, void *context) {
    (void)context;
    const struct finding *a = left, *b = right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    return (a->sequence > b->sequence) - (a->sequence < b->sequence);
}

static void
sort_list(struct pgcs_report *report, struct list *list, size_t size,
          int (*compare)(const void *, const void *, void *)) {
    if (list->count > 1)
        qsort_r(list->items, list->count, size, compare, report);
}

void
report_sort(struct pgcs_report *report) {
    struct finding *findings = report->findings.items;
    for (size_t i = 0; i < report->findings.count; i++)
        findings[i].sequence = i;
    sort_list(report, &report->findings, sizeof(struct finding), compare_findings);
    sort_list(report, &report->grants, sizeof(struct grant_row), compare_grants);
    sort_list(report, &report->memberships, sizeof(struct membership_row), compare_memberships);
    sort_list(report, &report->pieces, sizeof(struct piece_row), piece_compare);
}

/* The first of @count rows whose schema is not before @schema; after it, when @behind. */
static size_t
search(const pgcs_report *report, const struct list *list, size_t size, size_t schema_at,
       const char *schema, bool behind) {
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint32_t name;
        memcpy(&name, (const char *)list->items + middle * size + schema_at, sizeof name);
        int order = compare_texts(report_name(report, name), schema);
        if (order < 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct row_range
rows_in(const pgcs_report *report, const struct list *list, size_t size, size_t schema_at,
        const char *schema) {
    if (schema == NULL)
        return (struct row_range){0, list->count};
    return (struct row_range){
        .first = search(report, list, size, schema_at, schema, false),
        .end = search(report, list, size, schema_at, schema, true),
    };
}

struct row_range
report_objects_in(const pgcs_report *report, const char *schema) {
    return rows_in(report, &report->objects, sizeof(struct object_row),
                   offsetof(struct object_row, schema), schema);
}

struct row_range
report_objects_named(const pgcs_report *report, const char *schema, const char *name) {
    const struct object_row *rows = report->objects.items;
    size_t at = offsetof(struct object_row, schema);
    size_t low = search(report, &report->objects, sizeof *rows, at, schema, false);
    size_t end = search(report, &report->objects, sizeof *rows, at, schema, true);
    size_t high = end;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(object_name(report, &rows[middle]), name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    struct row_range named = {.first = low, .end = low};
    while (named.end < end && strcmp(object_name(report, &rows[named.end]), name) == 0)
        named.end++;
    return named;
}

struct row_range
report_grants_in(const pgcs_report *report, const char *schema) {
    return rows_in(report, &report->grants, sizeof(struct grant_row),
                   offsetof(struct grant_row, schema), schema);
}

const pgcs_report *
report_ref(const pgcs_report *report) {
    if (report != NULL)
        refs_take(&((struct pgcs_report *)report)->refs);
    return report;
}

const pgcs_report *
report_unref(const pgcs_report *report) {
    struct pgcs_report *last = (struct pgcs_report *)report;
    if (last == NULL || !refs_drop(&last->refs))
        return NULL;
    free(last->findings.items);
    free(last->attempts.items);
    free(last->names.items);
    free(last->sets.items);
    free(last->set_roles.items);
    free(last->last_values.items);
    free(last->objects.items);
    free(last->grants.items);
    free(last->memberships.items);
    free(last->pieces.items);
    free(last->store.items);
    pool_free(last->pool);
    free(last);
    return NULL;
}

pgcs_severity
report_severity(const pgcs_report *report) {
    const struct finding *worst = report->findings.items;
    return report->findings.count == 0 ? PGCS_SEVERITY_NONE : worst->severity;
}
