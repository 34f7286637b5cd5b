/* Making of a report: lists that grow, and texts that are copied into it. */
#include "report/builder.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/cursor.h"
#include "report/sort.h"
#include "report/structure.h"

/* Large lists grow by an eighth: with millions of rows, room that is not used costs more than
 * what has to be copied. */
#define LARGE_LIST 65536 /* bytes */

struct report_builder {
    struct pgcs_report *report;
    struct sorter sorter;
    pgcs_status failed;
};

/* Room for @more items of @size bytes behind the last one; NULL when there is none. */
static void *
list_grow(struct report_builder *builder, struct list *list, size_t size, size_t more) {
    if (builder->failed)
        return NULL;
    if (more > LIMIT_REPORT_ITEMS - list->count) {
        builder->failed = PGCS_ERR_LIMIT;
        return NULL;
    }
    if (list->count + more > list->capacity) {
        size_t part = list->capacity * size < LARGE_LIST ? 1 : 8;
        size_t capacity = list->capacity + list->capacity / part;
        if (capacity < 16)
            capacity = 16;
        if (capacity < list->count + more)
            capacity = list->count + more;
        void *items = realloc(list->items, capacity * size);
        if (items == NULL) {
            builder->failed = PGCS_ERR_NOMEM;
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    void *room = (char *)list->items + list->count * size;
    list->count += more;
    return room;
}

/* Put a terminated copy into the store; its offset. */
static uint32_t
store(struct report_builder *builder, struct slice text) {
    struct list *list = &builder->report->store;
    char *room = list_grow(builder, list, 1, text.size + 1);
    if (room == NULL)
        return 0;
    if (text.size > 0)
        memcpy(room, text.data, text.size);
    room[text.size] = '\0';
    return (uint32_t)(list->count - text.size - 1);
}

/* A copy in the report's pool; NULL, and failed set, without memory. */
static const char *
keep(struct report_builder *builder, const char *data, size_t size) {
    const char *copy = pool_copy(builder->report->pool, data, size);
    if (copy == NULL)
        builder->failed = PGCS_ERR_NOMEM;
    return copy;
}

static const char *
keep_string(struct report_builder *builder, const char *string) {
    return string[0] == '\0' ? NULL : keep(builder, string, strlen(string));
}

struct report_builder *
report_builder_new(void) {
    struct report_builder *builder = malloc(sizeof *builder);
    struct pgcs_report *report = calloc(1, sizeof *report);
    struct pool *pool = pool_new(1024);
    if (builder == NULL || report == NULL || pool == NULL) {
        free(builder);
        free(report);
        pool_free(pool);
        return NULL;
    }
    refs_init(&report->refs);
    report->pool = pool;
    for (size_t i = 0; i < FACT_COUNT; i++)
        report->facts[i].integer = INT64_MIN;
    *builder = (struct report_builder){.report = report, .failed = PGCS_OK};
    return builder;
}

void
report_builder_free(struct report_builder *builder) {
    if (builder == NULL)
        return;
    report_unref(builder->report);
    sorter_free(&builder->sorter);
    free(builder);
}

void
report_set_text(struct report_builder *builder, pgcs_fact fact, const char *data, size_t size) {
    assert(fact_name(fact) != NULL);
    builder->report->facts[fact - FACT_FIRST].text = keep(builder, data, size);
}

void
report_set_int(struct report_builder *builder, pgcs_fact fact, int64_t value) {
    char text[24];
    int size = snprintf(text, sizeof text, "%lld", (long long)value);
    report_set_text(builder, fact, text, (size_t)size);
    builder->report->facts[fact - FACT_FIRST].integer = value;
}

const char *
report_set_fact(const struct report_builder *builder, pgcs_fact fact) {
    assert(fact_name(fact) != NULL);
    return builder->report->facts[fact - FACT_FIRST].text;
}

/* Room for a finding, filled but for what it is called and about; NULL without memory. */
static struct finding *
add_finding(struct report_builder *builder, pgcs_severity severity, const struct diag *diag) {
    struct finding *finding =
        list_grow(builder, &builder->report->findings, sizeof *finding, 1);
    if (finding == NULL)
        return NULL;
    *finding = (struct finding){
        .name = code_name(diag->status),
        .message = keep(builder, diag->message, strlen(diag->message)),
        .hint = keep_string(builder, diag->hint),
        .field = keep_string(builder, diag->field),
        .offset = diag->offset,
        .length = diag->length,
        .code = diag->status,
        .severity = severity,
    };
    return finding;
}

void
report_add_finding(struct report_builder *builder, pgcs_severity severity, const char *name,
                   const struct diag *diag) {
    assert(name != NULL || code_name(diag->status) != NULL);
    struct finding *finding = add_finding(builder, severity, diag);
    if (finding != NULL && name != NULL)
        finding->name = name;
}

void
report_add_finding_on(struct report_builder *builder, pgcs_severity severity,
                      const char *object, const struct diag *diag) {
    assert(code_name(diag->status) != NULL);
    struct finding *finding = add_finding(builder, severity, diag);
    if (finding != NULL && object != NULL)
        finding->object = keep(builder, object, strlen(object));
}

void
report_add_attempt(struct report_builder *builder, const struct attempt *attempt) {
    struct attempt *row = list_grow(builder, &builder->report->attempts, sizeof *row, 1);
    if (row == NULL)
        return;
    *row = *attempt;
    if (attempt->host != NULL)
        row->host = keep(builder, attempt->host, strlen(attempt->host));
    if (attempt->address != NULL)
        row->address = keep(builder, attempt->address, strlen(attempt->address));
}

uint32_t
report_add_name(struct report_builder *builder, const char *data, size_t size) {
    uint32_t offset = store(builder, (struct slice){data, size});
    uint32_t *name = list_grow(builder, &builder->report->names, sizeof *name, 1);
    if (name == NULL)
        return NO_NAME;
    *name = offset;
    return (uint32_t)(builder->report->names.count - 1);
}

const char *
report_added_name(const struct report_builder *builder, uint32_t name) {
    return builder->failed ? "" : report_name(builder->report, name);
}

uint32_t
report_add_set(struct report_builder *builder, const struct object_set *set) {
    struct object_set *row = list_grow(builder, &builder->report->sets, sizeof *row, 1);
    if (row == NULL)
        return 0;
    *row = *set;
    return (uint32_t)(builder->report->sets.count - 1);
}

uint32_t
report_add_set_roles(struct report_builder *builder, const struct set_roles *row) {
    struct set_roles *room = list_grow(builder, &builder->report->set_roles, sizeof *room, 1);
    if (room != NULL)
        *room = *row;
    return (uint32_t)builder->report->set_roles.count;
}

void
report_add_last_value(struct report_builder *builder, uint32_t schema, struct slice name,
                      int64_t value) {
    struct last_value *row = list_grow(builder, &builder->report->last_values, sizeof *row, 1);
    if (row != NULL)
        *row = (struct last_value){schema, store(builder, name), value};
}

void
report_add_object(struct report_builder *builder, const struct object *object) {
    assert(object->column.size == 0 || object->belongs_to.size == 0);
    struct object_row *row = list_grow(builder, &builder->report->objects, sizeof *row, 1);
    if (row == NULL)
        return;
    *row = (struct object_row){
        .text = store(builder, object->name),
        .schema = object->schema,
        .set = object->set,
        .kind = (uint8_t)object->kind,
        .flags = (uint8_t)((object->usable ? OBJECT_USABLE : 0) |
                           (object->row_security ? OBJECT_ROW_SECURITY : 0) |
                           (object->column.size ? OBJECT_HAS_COLUMN : 0) |
                           (object->belongs_to.size ? OBJECT_HAS_BELONGS_TO : 0)),
    };
    if (object->column.size > 0)
        store(builder, object->column);
    if (object->belongs_to.size > 0)
        store(builder, object->belongs_to);
}

bool
report_is_behind(const struct report_builder *builder) {
    return !builder->failed && sorter_is_behind(&builder->sorter, builder->report);
}

void
report_catch_up(struct report_builder *builder) {
    if (!builder->failed && !sorter_catch_up(&builder->sorter, builder->report))
        builder->failed = PGCS_ERR_NOMEM;
}

pgcs_objects *
report_added_objects(const struct report_builder *builder, uint32_t kinds) {
    return objects_new_growing(builder->report, kinds);
}

void
report_add_grant(struct report_builder *builder, const struct grant *grant) {
    struct grant_row *row = list_grow(builder, &builder->report->grants, sizeof *row, 1);
    if (row == NULL)
        return;
    *row = (struct grant_row){
        .kind = grant->kind,
        .schema = grant->schema,
        .object = grant->object,
        .grantor = grant->grantor,
        .grantee = grant->grantee,
        .column = grant->column.size > 0 ? store(builder, grant->column) : NO_NAME,
        .privileges = grant->privileges,
        .grantable = grant->grantable,
    };
}

void
report_add_membership(struct report_builder *builder, struct slice role, uint32_t flags) {
    struct membership_row *row =
        list_grow(builder, &builder->report->memberships, sizeof *row, 1);
    if (row != NULL)
        *row = (struct membership_row){.role = store(builder, role), .flags = flags};
}

void
report_add_piece(struct report_builder *builder, const struct piece *piece) {
    size_t texts = PIECE_TEXTS;
    while (texts > 0 && piece->texts[texts - 1].size == 0)
        texts--;
    struct piece_row *row = list_grow(builder, &builder->report->pieces, sizeof *row, 1);
    if (row == NULL)
        return;
    *row = (struct piece_row){
        .schema = piece->schema,
        .relation = piece->relation,
        .order = piece->order,
        .text = store(builder, piece->name),
        .flags = (uint16_t)piece->flags,
        .kind = (uint8_t)piece->kind,
        .texts = (uint8_t)texts,
    };
    for (size_t i = 0; i < texts; i++)
        store(builder, piece->texts[i]);
}

void
report_note_sections(struct report_builder *builder, uint32_t sections) {
    builder->report->sections |= sections;
}

void
report_note_pair(struct report_builder *builder, uint64_t pair_key) {
    builder->report->pair = pair_key;
}

pgcs_status
report_finish(struct report_builder *builder, const pgcs_report **out, struct diag *diag) {
    pgcs_status status = builder->failed;
    builder->report->finished = true;
    if (status == PGCS_ERR_NOMEM) {
        diag_nomem(diag);
    } else if (status == PGCS_ERR_LIMIT) {
        diag_fail(diag, PGCS_ERR_LIMIT, "the report would have more than %u items of a kind",
                  LIMIT_REPORT_ITEMS);
        diag_hint(diag, "Ask for one schema, or for some tables.");
    } else if (!sorter_finish(&builder->sorter, builder->report)) {
        status = diag_nomem(diag);
    } else {
        report_sort(builder->report);
        *out = report_ref(builder->report);
    }
    report_builder_free(builder);
    return status;
}
