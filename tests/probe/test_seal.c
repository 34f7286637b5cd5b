/* Tests of probe/seal.h: what makes two tables look alike, and what must not. */
#include "probe/seal.h"

#include <stdlib.h>

#include "report/builder.h"
#include "suite.h"

static const uint64_t key[2] = {UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908)};

/* The vectors of the paper "SipHash: a fast short-input PRF". */
static const struct {
    size_t size;
    uint64_t hash;
} vectors[] = {
    {0, UINT64_C(0x726fdb47dd0e0e31)},  {1, UINT64_C(0x74f839c593dc67fd)},
    {7, UINT64_C(0xab0200f58b01d137)},  {8, UINT64_C(0x93f5f5799a932462)},
    {15, UINT64_C(0xa129ca6149be45e5)},
};

START_TEST(test_seal__hash) {
    char text[16];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)i;
    ck_assert(seal_hash(key, text, vectors[_i].size) == vectors[_i].hash);
}
END_TEST

#define VAR(number, place) "{VAR :varno 1 :varattno " number " :vartype 23 :location " place "}"
#define CONST(type, bytes)                                                                     \
    "{CONST :consttype " type " :consttypmod 786438 :location 5 :constvalue 4 [ " bytes " ]}"

/* Whether two expressions are sealed alike, and whether the first has numbers of its own. */
static const struct {
    const char *one, *two;
    bool alike, own;
} trees[] = {
    {VAR("2", "10"), VAR("2", "20"), true, false},
    {VAR("2", "10"), VAR("2", "-1"), true, false},
    {VAR("2", "10"), VAR("3", "10"), false, false},
    {CONST("23", "1 0"), CONST("23", "1 0"), true, false},
    {CONST("23", "1 0"), CONST("23", "10"), false, false},
    {CONST("23", "-1 0"), CONST("23", "1 0"), false, false},
    {CONST("2205", "1 0"), CONST("2205", "1 0"), true, true},
    {CONST("16390", "1 0"), CONST("16390", "1 0"), true, true},
    {"{FUNCEXPR :funcid 11999}", "{FUNCEXPR :funcid 11998}", false, false},
    {"{FUNCEXPR :funcid 12000}", "{FUNCEXPR :funcid 12000}", true, true},
    {"{X :args (o 23 16400)}", "{X :args (o 23 16400)}", true, true},
    {"{X :name \":location\" :y 5}", "{X :name \":location\" :y 6}", false, false},
    {"{X :location a}", "{X :location b}", false, false},
    {"3126 1978", "3126 1978", true, false},
    {"3126 19780", "3126 19780", true, true},
    {"", "", true, false},
    {"99999999999999999999999", "99999999999999999999999", true, false},
};

START_TEST(test_seal__tree) {
    const char *one = trees[_i].one, *two = trees[_i].two;
    bool own = false, ignored = false;
    uint64_t a = seal_tree(key, (struct slice){one, strlen(one)}, &own);
    uint64_t b = seal_tree(key, (struct slice){two, strlen(two)}, &ignored);
    ck_assert_int_eq(a == b, trees[_i].alike);
    ck_assert_int_eq(own, trees[_i].own);
}
END_TEST

/* --- two sides -----------------------------------------------------------------------------
 */

struct half {
    struct seals seals;
    struct report_builder *names;
};

#define OID(n) ((struct slice){(const char[]){0, 0, 100, n}, 4})

static struct half
half_new(const char *catalog) {
    struct half half = {.names = report_builder_new()};
    memcpy(half.seals.key, key, sizeof key);
    memcpy(half.seals.catalog, catalog, strlen(catalog) + 1);
    return half;
}

static void
half_free(struct half *half) {
    seals_free(&half->seals);
    report_builder_free(half->names);
}

static void
add_table(struct half *half, char number, const char *name, bool out_of_scope) {
    struct seal seal = {.schema = report_add_name(half->names, "s", 1),
                        .name = report_add_name(half->names, name, strlen(name)),
                        .out_of_scope = out_of_scope};
    seals_add(&half->seals, OID(number), &seal);
}

static void
add_column(struct half *half, char number, const char *text) {
    struct copy_row row = {2, {OID(number), {text, strlen(text)}}};
    ck_assert(seals_add_row(&half->seals, 'c', &row));
}

static void
add_reference(struct half *half, char from, char to, const char *text) {
    struct copy_row row = {3, {OID(from), OID(to), {text, strlen(text)}}};
    ck_assert(seals_add_key(&half->seals, &row));
}

static void
add_tree(struct half *half, char number, const char *kind, const char *tree) {
    struct copy_row row = {7,
                           {OID(number), {kind, 1}, {"n", 1}, {"f", 1}, {tree, strlen(tree)}}};
    ck_assert(seals_add_tree(&half->seals, &row));
}

/* The last bytes of the oids that are wanted, as digits; both sides are freed. */
static void
check_wanted(struct half *one, struct half *two, const char *expected) {
    char text[16] = "";
    size_t count = 0, other = 0;
    ck_assert(seals_match(&one->seals, one->names, &two->seals, two->names));
    uint32_t *oids = seals_wanted(&one->seals, &count);
    for (size_t i = 0; i < count; i++)
        text[i] = (char)('0' + (oids[i] & 0xff));
    ck_assert_str_eq(text, expected);
    free(oids);
    free(seals_wanted(&two->seals, &other));
    ck_assert_uint_eq(count, other);
    half_free(one);
    half_free(two);
}

START_TEST(test_seal__rows_in_any_order) {
    struct half one = half_new("1"), two = half_new("1");
    add_table(&one, 1, "a", false);
    add_table(&one, 2, "b", false);
    add_column(&one, 1, "x");
    add_column(&one, 1, "y");
    add_column(&one, 9, "of no table that is known");
    add_table(&two, 2, "a", false); /* numbers of tables say nothing */
    add_table(&two, 1, "b", false);
    add_column(&two, 2, "y");
    add_column(&two, 2, "x");
    check_wanted(&one, &two, "");
}
END_TEST

START_TEST(test_seal__what_differs) {
    struct half one = half_new("1"), two = half_new("1");
    for (char i = 1; i < 5; i++) {
        const char name[] = {(char)('a' + i), '\0'};
        add_table(&one, i, name, i == 4);
        add_table(&two, i, name, false);
        add_column(&one, i, i > 2 ? "x" : "same");
        add_column(&two, i, i > 2 ? "y" : "same");
    }
    add_table(&one, 5, "only here", false);
    add_table(&two, 6, "only there", false);
    check_wanted(&one, &two, "3"); /* the fourth is out of scope */
}
END_TEST

/* Two keys that lead to each other's table must not look like the right ones. */
START_TEST(test_seal__references) {
    struct half one = half_new("1"), two = half_new("1");
    for (char i = 1; i < 4; i++) {
        const char name[] = {(char)('a' + i), '\0'};
        add_table(&one, i, name, false);
        add_table(&two, i, name, false);
    }
    add_reference(&one, 1, 2, "x");
    add_reference(&one, 1, 3, "y");
    add_reference(&two, 1, 2, "y");
    add_reference(&two, 1, 3, "x");
    check_wanted(&one, &two, "1");
}
END_TEST

/* Columns of the other table go by their numbers: when it differs, they may be others. */
START_TEST(test_seal__references_to_what_differs) {
    struct half one = half_new("1"), two = half_new("1");
    struct half *const halves[] = {&one, &two};
    for (size_t i = 0; i < 2; i++) {
        add_table(halves[i], 1, "a", false);
        add_table(halves[i], 2, "b", false);
        add_table(halves[i], 3, "c", false);
        add_reference(halves[i], 1, 2, "x");
        add_reference(halves[i], 3, 9, "out of sight");
        add_column(halves[i], 2, i == 0 ? "before" : "after");
    }
    check_wanted(&one, &two, "123");
}
END_TEST

static const struct {
    const char *catalog, *kind, *tree;
    const char *wanted;
} catalogs[] = {
    {"1", "c", VAR("1", "1"), ""},        {"2", "c", VAR("1", "1"), "1"},
    {"", "c", VAR("1", "1"), "1"},        {"1", "x", VAR("1", "1"), "1"},
    {"1", "c", CONST("16400", "1"), "1"},
};

START_TEST(test_seal__expressions) {
    struct half one = half_new("1"), two = half_new(catalogs[_i].catalog);
    add_table(&one, 1, "a", false);
    add_table(&two, 1, "a", false);
    add_tree(&one, 1, catalogs[_i].kind, catalogs[_i].tree);
    add_tree(&two, 1, catalogs[_i].kind, catalogs[_i].tree);
    check_wanted(&one, &two, catalogs[_i].wanted);
}
END_TEST

START_TEST(test_seal__rows_of_no_server) {
    struct half half = half_new("1");
    struct copy_row none = {0, {{NULL, 0}}}, null = {7, {{NULL, 0}}},
                    brief = {7, {{"\0\0\0", 3}}}, alone = {1, {OID(1)}};
    const struct copy_row *const bad[] = {&none, &null, &brief, &alone};
    add_table(&half, 1, "a", false);
    for (size_t i = 0; i < 4; i++) {
        ck_assert(!seals_add_row(&half.seals, 'c', bad[i]));
        ck_assert(!seals_add_key(&half.seals, bad[i]));
        ck_assert(!seals_add_tree(&half.seals, bad[i]));
    }
    half_free(&half);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_seal__hash, 0, ROWS(vectors));
    tcase_add_loop_test(cases, test_seal__tree, 0, ROWS(trees));
    tcase_add_test(cases, test_seal__rows_in_any_order);
    tcase_add_test(cases, test_seal__what_differs);
    tcase_add_test(cases, test_seal__references);
    tcase_add_test(cases, test_seal__references_to_what_differs);
    tcase_add_loop_test(cases, test_seal__expressions, 0, ROWS(catalogs));
    tcase_add_test(cases, test_seal__rows_of_no_server);
}

int
main(void) {
    return suite_run("seal", fill, 10);
}
