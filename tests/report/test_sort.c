/* Tests of report/sort.h: the same order as by comparing each with each. */
#include "report/sort.h"

#include <stdio.h>
#include <string.h>

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
make_report(uint32_t seed, size_t count) {
    struct report_builder *builder = report_builder_new();
    struct object_set set = {.owner = NO_NAME};
    const pgcs_report *report = NULL;
    struct diag diag;
    char name[512], column[512];
    uint32_t numbers[4], state = seed;
    for (int i = 0; i < 4; i++)
        numbers[i] = report_add_name(builder, (const char *[]){"zeta", "a", "b c", "a"}[i],
                                     (size_t[]){4, 1, 3, 1}[i]);
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
    }
    ck_assert_int_eq(report_finish(builder, &report, &diag), PGCS_OK);
    ck_assert_uint_eq(report->objects.count, count);
    return report;
}

static const size_t sizes[] = {0, 1, 2, 3, 12, 13, 14, 100, 1000, 20000};

START_TEST(test_sort__in_order) {
    for (uint32_t seed = 1; seed < 8; seed++) {
        const pgcs_report *report = make_report(seed, sizes[_i]);
        const struct object_row *rows = report->objects.items;
        for (size_t i = 1; i < sizes[_i]; i++)
            ck_assert_int_le(compare_objects(&rows[i - 1], &rows[i], (void *)report), 0);
        report_unref(report);
    }
}
END_TEST

/* Nothing is lost and nothing is there twice. */
START_TEST(test_sort__a_permutation) {
    const pgcs_report *report = make_report(42, 5000);
    const struct object_row *rows = report->objects.items;
    char *seen = calloc(report->store.count, 1);
    for (size_t i = 0; i < 5000; i++) {
        ck_assert_int_eq(seen[rows[i].text], 0);
        seen[rows[i].text] = 1;
    }
    free(seen);
    report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_sort__in_order, 0, ROWS(sizes));
    tcase_add_test(cases, test_sort__a_permutation);
}

int
main(void) {
    return suite_run("report/sort", fill, 30);
}
