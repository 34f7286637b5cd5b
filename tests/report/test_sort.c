/* Tests of report/sort.h: the same order as by comparing each with each. */
#include "report/sort.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/cursor.h"
#include "suite.h"

static uint32_t
next_random(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A name that shares much with others: of a few letters, of many lengths, some very long. */
static size_t
make_name(uint32_t *state, char *name) {
    size_t prefix = next_random(state) % 4 == 0 ? next_random(state) % 300 : 0;
    memset(name, 'a', prefix);
    size_t size = prefix;
    size_t letters = 1 + next_random(state) % 12;
    for (size_t i = 0; i < letters; i++)
        name[size++] = "ab\xc3z"[next_random(state) % 4];
    return size;
}

static const pgcs_report *
make_report(uint32_t seed, size_t count, uint32_t pause) {
    struct report_builder *builder = report_builder_new();
    struct object_set set = {.owner = NO_NAME};
    const pgcs_report *report = NULL;
    struct diag diag;
    char name[512], column[512];
    uint32_t numbers[4], state = seed;
    bool twice = seed % 2 != 0; /* one name has two numbers */
    for (int i = 0; i < 4; i++)
        numbers[i] = report_add_name(
            builder, (const char *[]){"zeta", "a", "b c", twice ? "a" : "ab"}[i],
            (size_t[]){4, 1, 3, twice ? 1 : 2}[i]);
    uint32_t only = report_add_set(builder, &set);
    for (size_t i = 0; i < count; i++) {
        uint32_t schema = next_random(&state) % 5;
        struct object object = {.kind = 1 + (int)(next_random(&state) % 10),
                                .schema = schema == 4 ? NO_NAME : numbers[schema],
                                .set = only,
                                .name = {name, make_name(&state, name)}};
        if (object.kind == PGCS_OBJECT_COLUMN)
            object.column = (struct slice){column, make_name(&state, column)};
        report_add_object(builder, &object);
        if (pause != 0 && next_random(&state) % pause == 0)
            report_catch_up(builder);
    }
    ck_assert_int_eq(report_finish(builder, &report, &diag), PGCS_OK);
    ck_assert_uint_eq(report->objects.count, count);
    return report;
}

/* Sizes below and above that of a run, and so many that runs are merged while rows come. */
static const size_t sizes[] = {0, 1, 2, 3, 12, 13, 14, 100, 1000, 16383, 16384, 66000};
/* How often there is a pause to sort in: never, at times, after most rows. */
static const uint32_t pauses[] = {0, 30000, 2};

START_TEST(test_sort__in_order) {
    for (uint32_t seed = 0; seed < 3; seed++) {
        const pgcs_report *report = make_report(seed, sizes[_i], pauses[seed % 3]);
        const struct object_row *rows = report->objects.items;
        for (size_t i = 1; i < sizes[_i]; i++)
            ck_assert_int_le(compare_objects(&rows[i - 1], &rows[i], (void *)report), 0);
        report_unref(report);
    }
}
END_TEST

/* Nothing is lost and nothing is there twice. */
START_TEST(test_sort__a_permutation) {
    const size_t count = 40000;
    const pgcs_report *report = make_report(42, count, 1000);
    const struct object_row *rows = report->objects.items;
    char *seen = calloc(report->store.count, 1);
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(seen[rows[i].text], 0);
        seen[rows[i].text] = 1;
    }
    free(seen);
    report_unref(report);
}
END_TEST

/* Nothing that was added moves before the end, or a cursor would lose its way. */
START_TEST(test_sort__leaves_cursors_alone) {
    struct report_builder *builder = report_builder_new();
    struct object_set set = {.owner = NO_NAME};
    uint32_t schema = report_add_name(builder, "s", 1), state = 7;
    uint32_t only = report_add_set(builder, &set);
    pgcs_objects *objects = report_added_objects(builder, 0);
    char name[512];
    for (int i = 0; i < 20000; i++) {
        struct object object = {.kind = PGCS_OBJECT_TABLE, .schema = schema, .set = only};
        object.name = (struct slice){name, make_name(&state, name)};
        report_add_object(builder, &object);
        report_catch_up(builder);
        ck_assert(objects_next(objects));
        ck_assert(objects_row(objects));
        const char *come = object_name(objects->report, objects->row);
        ck_assert_uint_eq(strlen(come), object.name.size);
        ck_assert_mem_eq(come, name, object.name.size);
        ck_assert(!objects_next(objects));
    }
    objects_free(objects);
    report_builder_free(builder);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_sort__in_order, 0, ROWS(sizes));
    tcase_add_test(cases, test_sort__a_permutation);
    tcase_add_test(cases, test_sort__leaves_cursors_alone);
}

int
main(void) {
    return suite_run("report/sort", fill, 30);
}
