/* What compare found, summed up and printed for a person. */
#include "differences.h"

#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "text.h"

#define INDENT        2
#define SHOWN_OF_KIND 10 /* sentences of one code that are printed */
#define SHOWN_OBJECTS 12 /* objects of one sentence that are named */

/* --- in order -------------------------------------------------------------------- */

static int
compare_texts(const char *a, const char *b) {
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

static int
compare_sayings(const struct difference *a, const struct difference *b) {
    int order = b->severity - a->severity;
    order = order != 0 ? order : (a->code > b->code) - (a->code < b->code);
    return order != 0 ? order : compare_texts(a->said, b->said);
}

static int
by_saying(const void *left, const void *right) {
    const struct difference *a = left, *b = right;
    int order = compare_sayings(a, b);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static int
by_first(const void *left, const void *right) {
    const struct difference *a = left, *b = right;
    const size_t keys[][2] = {
        {a->first_kind, b->first_kind}, {a->first, b->first}, {a->number, b->number}};
    int order = b->severity - a->severity;
    for (size_t i = 0; i < 3 && order == 0; i++)
        order = (keys[i][0] > keys[i][1]) - (keys[i][0] < keys[i][1]);
    return order;
}

/* Without "object: ", where the message begins with it, byte for byte but for controls. */
static const char *
without_object(const char *message, const char *object) {
    size_t size = object == NULL ? 0 : strlen(object);
    bool begins = size > 0 && strlen(message) > size && strncmp(message + size, ": ", 2) == 0;
    return begins ? message + size + 2 : message;
}

/* They stand by what they say: the least number of each run is its first. */
static void
find_firsts(struct difference *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && compare_sayings(&items[i - 1], &items[i]) == 0;
        items[i].first = same ? items[i - 1].first : items[i].number;
    }
    size_t end = 0;
    for (size_t i = 0; i < count; i = end) {
        size_t least = items[i].number;
        for (end = i; end < count && items[end].code == items[i].code &&
                      items[end].severity == items[i].severity;
             end++)
            least = items[end].number < least ? items[end].number : least;
        for (size_t k = i; k < end; k++)
            items[k].first_kind = least;
    }
}

struct difference *
differences_new(const pgcs_report *report, size_t *count) {
    struct difference *items = NULL;
    size_t capacity = 0;
    *count = 0;
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(cursor)) {
        if (*count == capacity) {
            capacity = capacity == 0 ? 64 : capacity * 2;
            items = text_grow(items, capacity * sizeof *items);
        }
        const char *object = pgcs_finding_object(cursor);
        items[*count] = (struct difference){
            .severity = pgcs_finding_severity(cursor),
            .code = pgcs_finding_code(cursor),
            .object = object,
            .message = pgcs_finding_message(cursor),
            .said = without_object(pgcs_finding_message(cursor), object),
            .hint = pgcs_finding_hint(cursor),
            .number = *count,
        };
        (*count)++;
    }
    pgcs_findings_free(cursor);
    if (items == NULL)
        return NULL;
    qsort(items, *count, sizeof *items, by_saying);
    find_firsts(items, *count);
    qsort(items, *count, sizeof *items, by_first);
    return items;
}

size_t
differences_alike(const struct difference *first, size_t count) {
    size_t alike = 1;
    while (first->object != NULL && alike < count && first[alike].first == first->first)
        alike++;
    return alike;
}

/* --- printed --------------------------------------------------------------------- */

static enum style
style_of(pgcs_severity severity) {
    if (severity == PGCS_SEVERITY_FAILURE)
        return STYLE_BAD;
    return severity == PGCS_SEVERITY_WARNING ? STYLE_WARNING : STYLE_FAINT;
}

static void
put_safe(const struct sink *sink, size_t used, const char *text) {
    char *safe = text_safe(text, strlen(text));
    sink_wrap(sink, used, INDENT, safe);
    free(safe);
}

/* "app.a, app.b and 7 more"; free() it. */
static char *
list_objects(const struct difference *items, size_t count, bool all) {
    size_t shown = all || count <= SHOWN_OBJECTS + 1 ? count : SHOWN_OBJECTS;
    size_t size = 64;
    for (size_t i = 0; i < shown; i++)
        size += strlen(items[i].object) + 2;
    char *list = text_grow(NULL, size);
    size_t used = 0;
    for (size_t i = 0; i < shown; i++)
        used += (size_t)sprintf(list + used, "%s%s", i == 0 ? "" : ", ", items[i].object);
    if (shown < count)
        (void)sprintf(list + used, " and %zu more", count - shown);
    return list;
}

/* One sentence, of one object or of many; the hint of its kind stands under the first one. */
static void
print_alike(const struct sink *sink, const struct difference *items, size_t count, bool all,
            bool with_hint) {
    const char *name = pgcs_severity_name(items->severity);
    bool of_one = count == 1;
    char *said =
        of_one ? text_copy(items->message) : text_format("%zu objects: %s", count, items->said);
    sink_put(sink, style_of(items->severity), name);
    (void)fputs(": ", sink->stream);
    put_safe(sink, strlen(name) + 2, said);
    free(said);
    if (with_hint && items->hint != NULL) {
        (void)fprintf(sink->stream, "%*s", INDENT, "");
        put_safe(sink, INDENT, items->hint);
    }
    if (of_one)
        return;
    char *list = list_objects(items, count, all);
    (void)fprintf(sink->stream, "%*s", INDENT, "");
    put_safe(sink, INDENT, list);
    free(list);
}

void
differences_print(const struct sink *sink, const pgcs_report *report, bool all) {
    size_t count = 0, of_kind = 0, spared = 0;
    struct difference *items = differences_new(report, &count);
    for (size_t i = 0; i < count;) {
        size_t alike = differences_alike(&items[i], count - i);
        bool same_kind = i > 0 && items[i].first_kind == items[i - 1].first_kind;
        of_kind = same_kind ? of_kind + 1 : 0;
        if (all || of_kind < SHOWN_OF_KIND)
            print_alike(sink, &items[i], alike, all, !same_kind);
        else
            spared += alike;
        i += alike;
        bool last = i == count || items[i].first_kind != items[i - 1].first_kind;
        if (last && spared > 0) {
            (void)fprintf(sink->stream, "%*s... and %zu more of this kind: --all lists them\n",
                          INDENT, "", spared);
            spared = 0;
        }
    }
    free(items);
}
