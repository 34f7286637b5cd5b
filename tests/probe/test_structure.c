/* lib/probe/structure: keys written out as PostgreSQL does, and rows that no server sends. */
#include "probe/gather.h"

#include "report/report.h"
#include "report/structure.h"
#include "rows.h"
#include "suite.h"

#define ORDERS   "\0\0\100\1" /* oids */
#define PEOPLE   "\0\0\100\2"
#define NOWHERE  "\0\0\100\3"
#define NO_FLAGS "\0\0\0\0"
#define NO       "\0"
#define YES      "\1"

/* int2[] in binary: dimensions, flags, type, size, lower bound, then sizes and numbers. */
#define ARRAY(count)   "\0\0\0\1\0\0\0\0\0\0\0\25\0\0\0" count "\0\0\0\1"
#define NUMBER(number) "\0\0\0\2\0" number

static struct copy_row
piece_row(const char *letter, const char *oid, char order, const char *name,
          const char *schema) {
    static char orders[8][4];
    char *place = orders[(int)order];
    place[3] = order;
    return (struct copy_row){9,
                             {{letter, 1},
                              {oid, 4},
                              {place, 4},
                              ROW(NO_FLAGS),
                              {name, strlen(name)},
                              {schema, strlen(schema)},
                              ROW(""),
                              ROW(""),
                              ROW("")}};
}

/* shop.orders (id, "person id") and shop."People" (id, "of"). */
static struct gather
begin(void) {
    const struct copy_row rows[] = {
        piece_row("t", ORDERS, 0, "orders", "shop"),
        piece_row("t", PEOPLE, 0, "People", "shop"),
        piece_row("c", ORDERS, 1, "id", "integer"),
        piece_row("c", ORDERS, 2, "person id", "integer"),
        piece_row("c", PEOPLE, 1, "id", "integer"),
        piece_row("c", PEOPLE, 3, "of", "integer"),
    };
    struct gather gather;
    ck_assert(gather_begin(&gather, 150000));
    for (int i = 0; i < ROWS(rows); i++)
        ck_assert(decode_piece(&gather, &rows[i]));
    return gather;
}

static const struct piece_row *
constraint_of(const pgcs_report *report, const char *relation) {
    struct row_range range = report_pieces_of(report, "shop", relation);
    for (size_t i = range.first; i < range.end; i++)
        if (report_piece(report, i)->kind == PIECE_CONSTRAINT)
            return report_piece(report, i);
    return NULL;
}

/* A key of orders; to People where it is a foreign one. */
#define KEY(letter, columns, deferrable, deferred, to_columns, actions)                        \
    {                                                                                          \
        13, {                                                                                  \
            ROW("k"), ROW(ORDERS), ROW(letter), columns, ROW(deferrable), ROW(deferred),       \
                ROW("shop"), ROW("People"), ROW(PEOPLE), to_columns, actions, NONE,            \
                ROW("\0\0\0\0")                                                                \
        }                                                                                      \
    }
#define ID        ROW(ARRAY("\1") NUMBER("\1"))
#define PERSON_ID ROW(ARRAY("\1") NUMBER("\2"))
#define BOTH      ROW(ARRAY("\2") NUMBER("\2") NUMBER("\1"))
#define ID_OF     ROW(ARRAY("\2") NUMBER("\1") NUMBER("\3"))

static const struct {
    struct copy_row row;
    const char *definition;
    uint32_t flags;
} keys[] = {
    {KEY("p", ID, NO, NO, NONE, NONE), "PRIMARY KEY (id)", CONSTRAINT_PRIMARY},
    {KEY("u", BOTH, NO, NO, NONE, NONE), "UNIQUE (\"person id\", id)", CONSTRAINT_UNIQUE},
    {KEY("u", ID, YES, NO, NONE, NONE), "UNIQUE (id) DEFERRABLE",
     CONSTRAINT_UNIQUE | CONSTRAINT_DEFERRABLE},
    {KEY("p", ID, YES, YES, NONE, NONE), "PRIMARY KEY (id) DEFERRABLE INITIALLY DEFERRED",
     CONSTRAINT_PRIMARY | CONSTRAINT_DEFERRABLE},
    {KEY("f", PERSON_ID, NO, NO, ID, ROW("aas")),
     "FOREIGN KEY (\"person id\") REFERENCES shop.\"People\"(id)", CONSTRAINT_FOREIGN},
    {KEY("f", BOTH, NO, NO, ID_OF, ROW("crf")),
     "FOREIGN KEY (\"person id\", id) REFERENCES shop.\"People\"(id, of) MATCH FULL"
     " ON UPDATE CASCADE ON DELETE RESTRICT",
     CONSTRAINT_FOREIGN},
    {KEY("f", PERSON_ID, YES, YES, ID, ROW("nds")),
     "FOREIGN KEY (\"person id\") REFERENCES shop.\"People\"(id) ON UPDATE SET NULL"
     " ON DELETE SET DEFAULT DEFERRABLE INITIALLY DEFERRED",
     CONSTRAINT_FOREIGN | CONSTRAINT_DEFERRABLE},
};

START_TEST(test_structure__key) {
    struct gather gather = begin();
    ck_assert(decode_key(&gather, &keys[_i].row));
    const pgcs_report *report = end(&gather);
    const struct piece_row *key = constraint_of(report, "orders");
    ck_assert_ptr_nonnull(key);
    ck_assert_str_eq(piece_text(report, key, 0), keys[_i].definition);
    ck_assert_uint_eq(key->flags, keys[_i].flags);
    pgcs_report_unref(report);
}
END_TEST

/* As the server wrote it, where it did. */
START_TEST(test_structure__key_with_a_definition) {
    struct copy_row row = KEY("f", ROW(""), NO, NO, NONE, NONE);
    row.fields[11] =
        (struct slice)ROW("FOREIGN KEY (a) REFERENCES b(a) ON DELETE SET NULL (a)");
    row.fields[12] = (struct slice)ROW("\0\0\1\240");
    struct gather gather = begin();
    ck_assert(decode_key(&gather, &row));
    const pgcs_report *report = end(&gather);
    const struct piece_row *key = constraint_of(report, "orders");
    ck_assert_str_eq(piece_text(report, key, 0),
                     "FOREIGN KEY (a) REFERENCES b(a) ON DELETE SET NULL (a)");
    ck_assert_str_eq(piece_text(report, key, 2), "People");
    ck_assert_uint_eq(key->flags, CONSTRAINT_FOREIGN | CONSTRAINT_UNCHECKABLE |
                                      CONSTRAINT_PERIOD | CONSTRAINT_LETS_TRUNCATE);
    pgcs_report_unref(report);
}
END_TEST

/* Rows that no server sends; what came and then went is told apart. */
static const struct {
    struct copy_row row;
    bool missing;
} bad_keys[] = {
    {KEY("x", ID, NO, NO, NONE, NONE), false},
    {KEY("", ID, NO, NO, NONE, NONE), false},
    {KEY("p", NONE, NO, NO, NONE, NONE), false},
    {KEY("p", ROW("\0\0\0\1\0\0\0\0\0\0\0\25\0\0\0"), NO, NO, NONE, NONE), false},
    {KEY("p", ROW(ARRAY("\0")), NO, NO, NONE, NONE), false},
    {KEY("p", ROW(ARRAY("\1")), NO, NO, NONE, NONE), false},
    {KEY("p", ROW(ARRAY("\2") NUMBER("\1")), NO, NO, NONE, NONE), false},
    {KEY("p", ROW("\0\0\0\1\0\0\0\0\0\0\0\25\377\377\377\377\0\0\0\1" NUMBER("\1")), NO, NO,
         NONE, NONE),
     false},
    {KEY("p", ROW(ARRAY("\1") NUMBER("\3")), NO, NO, NONE, NONE), true},
    {KEY("p", ID, "", NO, NONE, NONE), false},
    {KEY("p", ID, NO, "", NONE, NONE), false},
    {KEY("f", ID, NO, NO, ID, ROW("aa")), false},
    {KEY("f", ID, NO, NO, ID, NONE), false},
    {KEY("f", ID, NO, NO, NONE, ROW("aas")), false},
    {KEY("f", ID, NO, NO, PERSON_ID, ROW("aas")), true},
};

START_TEST(test_structure__bad_key) {
    struct gather gather = begin();
    ck_assert(!decode_key(&gather, &bad_keys[_i].row));
    ck_assert_int_eq(gather.missing, bad_keys[_i].missing);
    const pgcs_report *report = end(&gather);
    ck_assert_ptr_null(constraint_of(report, "orders"));
    pgcs_report_unref(report);
}
END_TEST

static const struct copy_row whole_keys[] = {
    KEY("p", ID, NO, NO, NONE, NONE),
    KEY("f", PERSON_ID, NO, NO, ID, ROW("aas")),
};

/* Fields that are not there, one at a time, and a table that nobody told of. */
START_TEST(test_structure__key_without_a_field) {
    static const int needed[] = {1, 2, 3, 4, 5, 12};
    for (int i = 0; i < ROWS(needed); i++) {
        struct copy_row row = whole_keys[_i];
        struct gather gather = begin();
        row.fields[needed[i]] = (struct slice)NONE;
        ck_assert(!decode_key(&gather, &row));
        pgcs_report_unref(end(&gather));
    }
    struct copy_row row = whole_keys[_i];
    struct gather gather = begin();
    row.fields[1] = (struct slice)ROW(NOWHERE);
    ck_assert(!decode_key(&gather, &row));
    ck_assert(gather.missing);
    pgcs_report_unref(end(&gather));
}
END_TEST

static const struct {
    const char *letter;
    struct slice oid;
    bool missing;
} bad_pieces[] = {
    {"?", ROW(ORDERS), false}, {"c", ROW("\0\0\1"), false}, {"c", ROW(""), false},
    {"c", ROW(NOWHERE), true}, {"g", ROW(NOWHERE), true},   {"x", ROW(NOWHERE), true},
    {"l", ROW(ORDERS), true},  {"r", ROW(NOWHERE), true},   {"k", ROW(NOWHERE), true},
};

START_TEST(test_structure__bad_piece) {
    struct gather gather = begin();
    size_t before = gather.missed;
    struct copy_row row = piece_row(bad_pieces[_i].letter, ORDERS, 1, "n", "x");
    row.fields[1] = bad_pieces[_i].oid;
    ck_assert(!decode_piece(&gather, &row));
    ck_assert_int_eq(gather.missing, bad_pieces[_i].missing);
    ck_assert_uint_eq(gather.missed, before);
    pgcs_report_unref(end(&gather));
}
END_TEST

/* Texts may be null, the numbers may not. */
START_TEST(test_structure__piece_without_a_field) {
    for (int field = 0; field < 9; field++) {
        struct gather gather = begin();
        struct copy_row row = piece_row("g", ORDERS, 1, "fires", "CREATE TRIGGER");
        row.fields[field] = (struct slice)NONE;
        ck_assert_int_eq(decode_piece(&gather, &row), field > 3);
        pgcs_report_unref(end(&gather));
    }
    struct gather gather = begin();
    struct copy_row row = piece_row("t", NOWHERE, 0, "t", "s");
    row.fields[5] = (struct slice)NONE;
    ck_assert(!decode_piece(&gather, &row));
    pgcs_report_unref(end(&gather));
}
END_TEST

/* A type and a table may have the same oid: they stand in two catalogs. */
START_TEST(test_structure__labels_belong_to_types) {
    struct gather gather = begin();
    struct copy_row type = piece_row("y", ORDERS, 0, "mood", "shop");
    struct copy_row label = piece_row("l", ORDERS, 1, "fine", "");
    ck_assert(decode_piece(&gather, &type));
    ck_assert(decode_piece(&gather, &label));
    const pgcs_report *report = end(&gather);
    struct row_range range = report_pieces_of(report, "shop", "mood");
    ck_assert_uint_eq(range.end - range.first, 2);
    ck_assert_int_eq(report_piece(report, range.first)->kind, PIECE_TYPE);
    ck_assert_str_eq(piece_name(report, report_piece(report, range.first + 1)), "fine");
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_structure__key, 0, ROWS(keys));
    tcase_add_test(cases, test_structure__key_with_a_definition);
    tcase_add_loop_test(cases, test_structure__bad_key, 0, ROWS(bad_keys));
    tcase_add_loop_test(cases, test_structure__key_without_a_field, 0, ROWS(whole_keys));
    tcase_add_loop_test(cases, test_structure__bad_piece, 0, ROWS(bad_pieces));
    tcase_add_test(cases, test_structure__piece_without_a_field);
    tcase_add_test(cases, test_structure__labels_belong_to_types);
}

int
main(void) {
    return suite_run("structure", fill, 10);
}
