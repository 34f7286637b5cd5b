/*
 * Sorting of objects while they come. Rows stay where they were added, for cursors that follow
 * them; what is sorted is their numbers. As soon as there are enough new ones they become a
 * run, and a run is merged with the one before it unless that one is longer: each row takes
 * part in few merges, and little is left to be done behind the last one.
 *
 * Runs are in the order of schema numbers, then of names and the rest. Last of all the rows are
 * dealt out to the schemas, in the order of their names.
 *
 * A run is sorted by multikey quicksort: what is compared is eight bytes at a time, first the
 * schema, then the name from its beginning. Names of one database begin alike: to compare them
 * from their first byte each time costs most of a plain sort.
 */
#include "report/sort.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "report/report.h"

struct item {
    uint64_t key; /* at the depth under way */
    uint32_t row;
    uint32_t text; /* of the row: most of the time goes into fetching from memory */
};

/* Depths: 0 is the schema, 1 the first eight bytes of the name. Below this plain sorting goes
 * on, so that no text of a server can make the stack grow. */
#define DEPTH_MAX 16
#define FEW       12 /* so many are sorted by insertion */

/* --- keys ------------------------------------------------------------------------------------
 */

#define LOW_BITS  UINT64_C(0x0101010101010101)
#define HIGH_BITS UINT64_C(0x8080808080808080)

/* Eight bytes of a text as a number that compares as they do; zeros behind its end. @left bytes
 * can be read. */
static uint64_t
eight_bytes(const char *text, size_t left) {
    uint64_t key = 0;
    if (left >= sizeof key) {
        memcpy(&key, text, sizeof key);
        if (((key - LOW_BITS) & ~key & HIGH_BITS) == 0)
            return be64toh(key);
        key = 0;
    }
    for (int i = 0; i < 8; i++) {
        key = key << 8 | (unsigned char)*text;
        if (*text != '\0')
            text++;
    }
    return key;
}

/* Only for items that are equal up to @depth: then the name is long enough. */
static uint64_t
key_at(const pgcs_report *report, const struct item *item, unsigned depth) {
    const struct list *store = &report->store;
    size_t at = item->text + (size_t)(depth - 1) * 8;
    return eight_bytes((const char *)store->items + at, store->count - at);
}

/* Whether rows with this key may still differ in what follows. */
static bool
goes_on(unsigned depth, uint64_t key) {
    return depth == 0 || (key & 0xFF) != 0;
}

/* --- sorting ---------------------------------------------------------------------------------
 */

/* As compare_objects(), but for the schemas, which are told apart by their numbers. */
static int
compare_rows(const pgcs_report *report, uint32_t a, uint32_t b) {
    const struct object_row *rows = report->objects.items;
    if (rows[a].schema != rows[b].schema)
        return rows[a].schema < rows[b].schema ? -1 : 1;
    return compare_objects(&rows[a], &rows[b], (void *)report);
}

static bool
is_before(const pgcs_report *report, const struct item *a, const struct item *b) {
    if (a->key != b->key)
        return a->key < b->key;
    return compare_rows(report, a->row, b->row) < 0;
}

static void
insertion_sort(const pgcs_report *report, struct item *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct item moved = items[i];
        size_t at = i;
        for (; at > 0 && is_before(report, &moved, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = moved;
    }
}

static int
compare_items(const void *left, const void *right, void *report) {
    const struct item *a = left, *b = right;
    return compare_rows(report, a->row, b->row);
}

static uint64_t
middle_of(uint64_t a, uint64_t b, uint64_t c) {
    if (a < b)
        return b < c ? b : a < c ? c : a;
    return a < c ? a : b < c ? c : b;
}

/* Items before, at and behind the pivot. */
struct thirds {
    size_t low;
    size_t high;
    uint64_t pivot;
};

static struct thirds
part(struct item *items, size_t count) {
    uint64_t pivot = middle_of(items[0].key, items[count / 2].key, items[count - 1].key);
    size_t low = 0, at = 0, high = count;
    while (at < high) {
        struct item item = items[at];
        if (item.key < pivot) {
            items[at++] = items[low];
            items[low++] = item;
        } else if (item.key > pivot) {
            items[at] = items[--high];
            items[high] = item;
        } else {
            at++;
        }
    }
    return (struct thirds){low, high, pivot};
}

/*
 * The two outer thirds are sorted at the same depth, the larger one in the loop; the middle one
 * at the next depth. Bad pivots, and names alike for very long, fall back to a plain sort.
 */
static void
sort_items(const pgcs_report *report, unsigned depth, unsigned tries, struct item *items,
           size_t count) {
    while (count > FEW) {
        if (tries-- == 0 || depth > DEPTH_MAX) {
            qsort_r(items, count, sizeof *items, compare_items, (void *)report);
            return;
        }
        struct thirds thirds = part(items, count);
        size_t equal = thirds.high - thirds.low;
        struct item *middle = items + thirds.low;
        if (goes_on(depth, thirds.pivot)) {
            for (size_t i = 0; i < equal; i++)
                middle[i].key = key_at(report, &middle[i], depth + 1);
            sort_items(report, depth + 1, 64, middle, equal);
        } else if (equal > 1) {
            qsort_r(middle, equal, sizeof *items, compare_items, (void *)report);
        }
        struct item *above = items + thirds.high;
        size_t more = count - thirds.high;
        if (thirds.low < more) {
            sort_items(report, depth, tries, items, thirds.low);
            items = above;
            count = more;
        } else {
            sort_items(report, depth, tries, above, more);
            count = thirds.low;
        }
    }
    insertion_sort(report, items, count);
}

/* --- runs ------------------------------------------------------------------------------------
 */

#define RUN_ROWS ((size_t)16384) /* they and their names fit into a processor's own cache */

static bool
make_room(struct sorter *sorter, size_t capacity) {
    uint32_t *rows = realloc(sorter->rows, capacity * sizeof *rows);
    if (rows == NULL)
        return false;
    sorter->rows = rows;
    sorter->capacity = capacity;
    return true;
}

/* The next @count rows, sorted, behind those that were. */
static bool
add_run(struct sorter *sorter, const pgcs_report *report, size_t count) {
    const struct object_row *rows = report->objects.items;
    size_t first = sorter->count;
    if (first + count > sorter->capacity && !make_room(sorter, report->objects.capacity))
        return false;
    struct item *items = malloc(count * sizeof *items);
    if (items == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct object_row *row = &rows[first + i];
        items[i] = (struct item){row->schema, (uint32_t)(first + i), row->text};
    }
    sort_items(report, 0, 64, items, count);
    for (size_t i = 0; i < count; i++)
        sorter->rows[first + i] = items[i].row;
    free(items);
    sorter->starts[sorter->runs++] = (uint32_t)first;
    sorter->count += count;
    return true;
}

/* Rows and names are all over the memory: those of the next few are fetched before they are
 * needed, so that their ways don't add up. */
static void
fetch_ahead(const pgcs_report *report, const uint32_t *run, size_t left) {
    const struct object_row *rows = report->objects.items;
    if (left > 16)
        __builtin_prefetch(&rows[run[left - 17]]);
    if (left > 8)
        __builtin_prefetch(report_text(report, rows[run[left - 9]].text));
}

/* Merge the last two runs, from their ends. The last one is the shorter one: it makes room. */
static bool
merge_runs(struct sorter *sorter, const pgcs_report *report) {
    uint32_t *first = sorter->rows + sorter->starts[sorter->runs - 2];
    size_t left = sorter->starts[sorter->runs - 1] - sorter->starts[sorter->runs - 2];
    size_t right = sorter->count - sorter->starts[sorter->runs - 1];
    uint32_t *second = malloc(right * sizeof *second);
    if (second == NULL)
        return false;
    memcpy(second, first + left, right * sizeof *second);
    while (left > 0 && right > 0) {
        size_t at = left + right - 1;
        if (compare_rows(report, second[right - 1], first[left - 1]) < 0) {
            first[at] = first[--left];
            fetch_ahead(report, first, left);
        } else {
            first[at] = second[--right];
            fetch_ahead(report, second, right);
        }
    }
    memcpy(first, second, right * sizeof *second);
    free(second);
    sorter->runs--;
    return true;
}

/* Whether the last run is as long as the one before it. */
static bool
is_due(const struct sorter *sorter) {
    if (sorter->runs < 2)
        return false;
    size_t last = sorter->starts[sorter->runs - 1];
    return sorter->count - last >= last - sorter->starts[sorter->runs - 2];
}

/* --- schemas ---------------------------------------------------------------------------------
 */

static int
compare_schemas(const void *left, const void *right, void *report) {
    const uint32_t *a = left, *b = right;
    return compare_texts(report_name(report, *a), report_name(report, *b));
}

/* Where the rows of a schema begin, by its number + 1; 0 is for those without one. @mixed is
 * set when a name has two numbers. */
static uint32_t *
find_starts(struct pgcs_report *report, bool *mixed) {
    const struct object_row *rows = report->objects.items;
    size_t count = report->names.count + 1, used = 0;
    uint32_t *starts = calloc(count, sizeof *starts);
    uint32_t *schemas = calloc(count, sizeof *schemas);
    for (size_t i = 0; starts && schemas && i < report->objects.count; i++)
        if (starts[rows[i].schema + 1]++ == 0)
            schemas[used++] = rows[i].schema;
    if (starts == NULL || schemas == NULL) {
        free(starts);
        free(schemas);
        return NULL;
    }
    qsort_r(schemas, used, sizeof *schemas, compare_schemas, report);
    uint32_t start = 0;
    for (size_t i = 0; i < used; i++) {
        uint32_t rows_of_it = starts[schemas[i] + 1];
        *mixed |= i > 0 && compare_schemas(&schemas[i - 1], &schemas[i], report) == 0;
        starts[schemas[i] + 1] = start;
        start += rows_of_it;
    }
    free(schemas);
    return starts;
}

static bool
deal_out(const struct sorter *sorter, struct pgcs_report *report) {
    const struct object_row *rows = report->objects.items;
    size_t count = report->objects.count;
    struct object_row *sorted = malloc(count * sizeof *sorted);
    bool mixed = false;
    uint32_t *starts = sorted == NULL ? NULL : find_starts(report, &mixed);
    if (starts == NULL) {
        free(sorted);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const struct object_row *row = &rows[sorter->rows[i]];
        sorted[starts[row->schema + 1]++] = *row;
    }
    if (mixed) /* nobody who interns names has it */
        qsort_r(sorted, count, sizeof *sorted, compare_objects, report);
    free(starts);
    free(report->objects.items);
    report->objects.items = sorted;
    report->objects.capacity = count;
    return true;
}

bool
sorter_is_behind(const struct sorter *sorter, const pgcs_report *report) {
    return report->objects.count - sorter->count >= RUN_ROWS;
}

bool
sorter_catch_up(struct sorter *sorter, const pgcs_report *report) {
    while (sorter_is_behind(sorter, report)) {
        if (!add_run(sorter, report, RUN_ROWS))
            return false;
        while (is_due(sorter))
            if (!merge_runs(sorter, report))
                return false;
    }
    return true;
}

bool
sorter_finish(struct sorter *sorter, struct pgcs_report *report) {
    size_t count = report->objects.count;
    if (!sorter_catch_up(sorter, report) ||
        (count > sorter->count && !add_run(sorter, report, count - sorter->count)))
        return false;
    while (sorter->runs > 1)
        if (!merge_runs(sorter, report))
            return false;
    return count == 0 || deal_out(sorter, report);
}

void
sorter_free(struct sorter *sorter) {
    free(sorter->rows);
}
