/*
 * Sorting of objects by multikey quicksort: what is compared is eight bytes at a time, first
 * the schema's place, then the name from its beginning. Names of one database begin alike: to
 * compare them from their first byte each time costs most of a plain sort.
 */
#include "report/sort.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

struct item {
    uint64_t key; /* at the depth under way */
    uint32_t row;
    uint32_t text; /* of the row: most of the time goes into fetching from memory */
};

struct sorting {
    const pgcs_report *report;
    const struct object_row *rows;
    const uint32_t *places; /* of names, as schemas */
};

/* Depths: 0 is the schema, 1 the first eight bytes of the name. Below this plain sorting goes
 * on, so that no text of a server can make the stack grow. */
#define DEPTH_MAX 16
#define FEW       12 /* so many are sorted by insertion */

/* --- schemas ---------------------------------------------------------------------------------
 */

static int
compare_schemas(const void *left, const void *right, void *context) {
    const pgcs_report *report = context;
    const uint32_t *a = left, *b = right;
    return strcmp(report_name(report, *a), report_name(report, *b));
}

/* The place of each name among all of them, from 1: equal names have equal places. */
static uint32_t *
make_places(struct pgcs_report *report) {
    size_t count = report->names.count;
    uint32_t *order = calloc(count + 1, sizeof *order);
    uint32_t *places = calloc(count + 1, sizeof *places);
    if (order == NULL || places == NULL) {
        free(order);
        free(places);
        return NULL;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, count, sizeof *order, compare_schemas, report);
    uint32_t place = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_schemas(&order[i - 1], &order[i], report) != 0)
            place++;
        places[order[i]] = place;
    }
    free(order);
    return places;
}

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
key_at(const struct sorting *sorting, const struct item *item, unsigned depth) {
    const struct list *store = &sorting->report->store;
    size_t at = item->text + (size_t)(depth - 1) * 8;
    return eight_bytes((const char *)store->items + at, store->count - at);
}

static uint64_t
first_key(const struct sorting *sorting, const struct object_row *row) {
    return row->schema == NO_NAME ? 0 : sorting->places[row->schema];
}

/* Whether rows with this key may still differ in what follows. */
static bool
goes_on(unsigned depth, uint64_t key) {
    return depth == 0 || (key & 0xFF) != 0;
}

/* --- sorting ---------------------------------------------------------------------------------
 */

static bool
is_before(const struct sorting *sorting, const struct item *a, const struct item *b) {
    if (a->key != b->key)
        return a->key < b->key;
    return compare_objects(&sorting->rows[a->row], &sorting->rows[b->row],
                           (void *)sorting->report) < 0;
}

static void
insertion_sort(const struct sorting *sorting, struct item *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        struct item moved = items[i];
        size_t at = i;
        for (; at > 0 && is_before(sorting, &moved, &items[at - 1]); at--)
            items[at] = items[at - 1];
        items[at] = moved;
    }
}

static int
compare_items(const void *left, const void *right, void *context) {
    const struct sorting *sorting = context;
    const struct item *a = left, *b = right;
    return compare_objects(&sorting->rows[a->row], &sorting->rows[b->row],
                           (void *)sorting->report);
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
sort_items(const struct sorting *sorting, unsigned depth, unsigned tries, struct item *items,
           size_t count) {
    while (count > FEW) {
        if (tries-- == 0 || depth > DEPTH_MAX) {
            qsort_r(items, count, sizeof *items, compare_items, (void *)sorting);
            return;
        }
        struct thirds thirds = part(items, count);
        size_t equal = thirds.high - thirds.low;
        struct item *middle = items + thirds.low;
        if (goes_on(depth, thirds.pivot)) {
            for (size_t i = 0; i < equal; i++)
                middle[i].key = key_at(sorting, &middle[i], depth + 1);
            sort_items(sorting, depth + 1, 64, middle, equal);
        } else if (equal > 1) {
            qsort_r(middle, equal, sizeof *items, compare_items, (void *)sorting);
        }
        struct item *above = items + thirds.high;
        size_t more = count - thirds.high;
        if (thirds.low < more) {
            sort_items(sorting, depth, tries, items, thirds.low);
            items = above;
            count = more;
        } else {
            sort_items(sorting, depth, tries, above, more);
            count = thirds.low;
        }
    }
    insertion_sort(sorting, items, count);
}

/* Rows in their order take the place of the items: reads that don't wait for each other. */
union sorted {
    struct item item;
    struct object_row row;
};
_Static_assert(sizeof(struct item) == sizeof(struct object_row), "one takes the other's place");

static void
put_in_order(struct pgcs_report *report, union sorted *sorted) {
    struct object_row *rows = report->objects.items;
    for (size_t i = 0; i < report->objects.count; i++)
        sorted[i].row = rows[sorted[i].item.row];
    free(rows);
    report->objects.items = sorted;
    report->objects.capacity = report->objects.count;
}

bool
sort_objects(struct pgcs_report *report) {
    size_t count = report->objects.count;
    if (count < 2)
        return true;
    uint32_t *places = make_places(report);
    struct item *items = calloc(count, sizeof *items);
    bool done = places != NULL && items != NULL;
    struct sorting sorting = {report, report->objects.items, places};
    for (size_t i = 0; done && i < count; i++)
        items[i] = (struct item){first_key(&sorting, &sorting.rows[i]), (uint32_t)i,
                                 sorting.rows[i].text};
    if (done) {
        sort_items(&sorting, 0, 64, items, count);
        put_in_order(report, (union sorted *)items);
    } else {
        free(items);
    }
    free(places);
    return done;
}
