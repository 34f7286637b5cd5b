/* Tests of probe/gather.h: rows as a server packs them, and rows that no server sends. */
#include "probe/gather.h"

#include <pgconnspec/report.h>

#include "report/report.h"
#include "rows.h"
#include "suite.h"

#define ME       "\0\0\100\1" /* 16385 */
#define OWNER    "\0\0\100\2"
#define GROUP    "\0\0\100\3"
#define STRANGER "\0\0\100\4"
#define DEPUTY   "\0\0\100\5"
#define NOTHING  "\0\0\0\0"
#define PUBLIC   "\0\0\0\0"
#define READ_ALL "\0\0\30\40" /* below 16384 */
#define SCHEMA   "\0\0\10\230"
#define HELD     "\0\0\0\1"
#define TO_SET   "\0\0\0\2"
#define SUPER    "\0\0\0\6"

static const struct copy_row facts = {15,
                                      {ROW("sess"), ROW("me"), ROW(ME), ROW("\0"), ROW("\0"),
                                       ROW("\0"), ROW("UTF8"), ROW("db"), ROW("C C"),
                                       ROW("1 5"), ROW("\1"), ROW("PostgreSQL 15.4"),
                                       ROW("\0\0\0\7"), ROW(""), ROW("\0")}};
static const struct copy_row super_facts = {
    15,
    {ROW("sess"), ROW("me"), ROW(ME), ROW("\1"), ROW("\0"), ROW("\0"), ROW("UTF8"), ROW("db"),
     ROW("C C"), ROW("1 5"), ROW("\1"), ROW("PostgreSQL 15.4"), ROW("\0\0\0\7"), ROW(""),
     ROW("\0")}};
static const struct copy_row group_role = {4, {ROW(GROUP), ROW("grp"), ROW(HELD), NONE}};
static const struct copy_row reader_role = {
    4, {ROW(READ_ALL), ROW("pg_read_all_data"), ROW(HELD), NONE}};
static const struct copy_row database = {8,
                                         {ROW("d"), ROW("\0\0\0\5"), ROW("db"), ROW("own"),
                                          ROW(OWNER), ROW("\0"), ROW("\0\0\4\0"),
                                          ROW(PUBLIC "CON\0")}};
static const struct copy_row schema = {8,
                                       {ROW("n"), ROW(SCHEMA), ROW("s"), ROW("own"), ROW(OWNER),
                                        ROW("\0"), ROW("\0\0\1\0"), ROW(PUBLIC "USA\0")}};

/* A gather that knows who we are and has one schema. */
static struct gather
begin(const struct copy_row *who) {
    struct gather gather;
    ck_assert(gather_begin(&gather, 150000));
    ck_assert(decode_facts(&gather, who));
    ck_assert(decode_role(&gather, &group_role));
    ck_assert(decode_schema(&gather, &database));
    ck_assert(decode_schema(&gather, &schema));
    ck_assert(gather.superuser || gather.unexplained == 0);
    return gather;
}

/* A row of one table "t" of schema s. */
static struct copy_row
table_row(const char *owned, const char *held, struct slice items) {
    return (struct copy_row){9,
                             {ROW("own"),
                              ROW(OWNER),
                              {owned, 1},
                              {held, 4},
                              items,
                              ROW("r"),
                              ROW(NOTHING),
                              ROW(NOTHING),
                              ROW(SCHEMA "t")}};
}

static const struct {
    const char *owned;
    const char *held;
    struct slice items;
    bool superuser;
    bool reader;
    pgcs_via select;
    const char *role;
    uint64_t grantable;
    size_t unexplained;
} ways[] = {
    {"\0", "\0\0\0\0", NONE, false, false, PGCS_VIA_NONE, NULL, 0, 0},
    {"\0", "\0\0\0\1", ROW(ME "SEL\1"), false, false, PGCS_VIA_DIRECT, NULL, PGCS_PRIV_SELECT,
     0},
    {"\0", "\0\0\0\1", ROW(GROUP "SEL\0"), false, false, PGCS_VIA_ROLE, "grp", 0, 0},
    {"\0", "\0\0\0\1", ROW(GROUP "SEL\0" PUBLIC "SEL\0"), false, false, PGCS_VIA_PUBLIC, NULL,
     0, 0},
    {"\1", "\0\0\0\1", ROW(OWNER "SEL\0" ME "SEL\0"), false, false, PGCS_VIA_OWNER, NULL, 0x7f,
     0},
    {"\0", "\0\0\0\177", NONE, true, false, PGCS_VIA_SUPERUSER, NULL, 0x7f, 0},
    {"\0", "\0\0\0\1", NONE, false, true, PGCS_VIA_PREDEFINED, "pg_read_all_data", 0, 0},
    /* A stranger's item is none of ours; a privilege that we don't know is left alone. */
    {"\0", "\0\0\0\0", ROW(STRANGER "SEL\0"), false, false, PGCS_VIA_NONE, NULL, 0, 0},
    {"\0", "\0\0\0\0", ROW(ME "XYZ\0"), false, false, PGCS_VIA_NONE, NULL, 0, 0},
    /* The ACL and the server disagree: the server's word holds, and the group is counted. */
    {"\0", "\0\0\0\0", ROW(ME "SEL\1"), false, false, PGCS_VIA_NONE, NULL, PGCS_PRIV_SELECT, 1},
    {"\0", "\0\0\0\1", NONE, false, false, PGCS_VIA_PREDEFINED, NULL, 0, 1},
};

START_TEST(test_members__held_how) {
    struct gather gather = begin(ways[_i].superuser ? &super_facts : &facts);
    if (ways[_i].reader)
        ck_assert(decode_role(&gather, &reader_role));
    struct copy_row row = table_row(ways[_i].owned, ways[_i].held, ways[_i].items);
    gather.unexplained = 0;
    ck_assert(decode_members(&gather, &row));
    ck_assert_uint_eq(gather.unexplained, ways[_i].unexplained);
    const pgcs_report *report = end(&gather);
    pgcs_objects *at = pgcs_objects_new(report, "s", 0);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    ck_assert_int_eq(pgcs_object_via(at, PGCS_PRIV_SELECT), ways[_i].select);
    ck_assert_pstr_eq(pgcs_object_via_role(at, PGCS_PRIV_SELECT), ways[_i].role);
    ck_assert_uint_eq(pgcs_object_grantable(at), ways[_i].grantable);
    ck_assert_uint_eq(pgcs_object_privileges(at), (unsigned char)ways[_i].held[3]);
    ck_assert_str_eq(pgcs_object_owner(at), "own");
    ck_assert_int_eq(pgcs_object_is_usable(at), 1);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

#define ROW_SLICE(text) ((struct slice){text, sizeof(text) - 1})

static void
add_members(struct gather *gather, struct copy_row *row, const char *kind,
            struct slice members) {
    row->fields[5] = (struct slice){kind, 1};
    row->fields[8] = members;
    ck_assert(decode_members(gather, row));
}

START_TEST(test_members__several) {
    struct gather gather = begin(&facts);
    struct copy_row row = table_row("\0", NOTHING, (struct slice)NONE);
    add_members(&gather, &row, "P", ROW_SLICE(SCHEMA "\"e\0"));
    add_members(&gather, &row, "R", ROW_SLICE(SCHEMA "a.b"));
    add_members(&gather, &row, "v", ROW_SLICE(SCHEMA "c\nx\0" SCHEMA "d"));
    const pgcs_report *report = end(&gather);
    static const struct {
        const char *name;
        pgcs_object_kind kind;
        int secured;
    } expected[] = {{"\"e", PGCS_OBJECT_PARTITIONED_TABLE, 1},
                    {"a.b", PGCS_OBJECT_TABLE, 1},
                    {"c\nx", PGCS_OBJECT_VIEW, 0},
                    {"d", PGCS_OBJECT_VIEW, 0}};
    pgcs_objects *at = pgcs_objects_new(report, "s", 0);
    for (size_t i = 0; i < ROWS(expected); i++) {
        ck_assert_int_eq(pgcs_objects_next(at), 1);
        ck_assert_str_eq(pgcs_object_name(at), expected[i].name);
        ck_assert_int_eq(pgcs_object_kind_of(at), expected[i].kind);
        ck_assert_int_eq(pgcs_object_has_row_security(at), expected[i].secured);
    }
    ck_assert_int_eq(pgcs_objects_next(at), 0);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

/* Which column of a good row is spoiled, and by what. */
static const struct {
    int field;
    struct slice value;
} spoiled[] = {
    {0, NONE},
    {1, NONE},
    {1, ROW("\0\0\1")},
    {3, NONE},
    {4, ROW("\0\0\100\1SEL")}, /* half an item */
    {5, NONE},
    {5, ROW("Q")},  /* no kind */
    {5, ROW("S")},  /* no second name */
    {5, ROW("rr")}, /* two kinds */
    {6, NONE},
    {6, ROW("\0\0\0\1")}, /* nothing went before it */
    {7, NONE},
    {8, NONE},
    {8, ROW("")},               /* nobody */
    {8, ROW("\0\0\10")},        /* half an oid */
    {8, ROW(SCHEMA)},           /* no name */
    {8, ROW(SCHEMA "\0")},      /* an empty one */
    {8, ROW(SCHEMA "a\0b")},    /* one more name */
    {8, ROW(SCHEMA "a\0\0\0")}, /* half of one more */
};

START_TEST(test_members__spoiled) {
    struct gather gather = begin(&facts);
    struct copy_row row = table_row("\0", "\0\0\0\0", (struct slice)NONE);
    row.fields[spoiled[_i].field] = spoiled[_i].value;
    ck_assert(!decode_members(&gather, &row));
    gather_free(&gather);
}
END_TEST

/* --- rows of information_schema instead of the catalogs --------------------------------------
 */

static const struct {
    bool superuser;
    struct slice items;
    pgcs_via via; /* of SELECT */
    const char *role;
    uint64_t held;
    uint64_t grantable;
} standards[] = {
    {false, NONE, PGCS_VIA_NONE, NULL, 0, 0},
    {false, ROW("SEL\0me"), PGCS_VIA_DIRECT, NULL, PGCS_PRIV_SELECT, 0},
    {false, ROW("SEL\1PUBLIC\0INS\0grp"), PGCS_VIA_PUBLIC, NULL,
     PGCS_PRIV_SELECT | PGCS_PRIV_INSERT, PGCS_PRIV_SELECT},
    {false, ROW("SEL\0grp\0SEL\0me\0SEL\0other"), PGCS_VIA_DIRECT, NULL, PGCS_PRIV_SELECT, 0},
    {false, ROW("SEL\0grp"), PGCS_VIA_ROLE, "grp", PGCS_PRIV_SELECT, 0},
    {false, ROW("XYZ\0me\0USA\0me"), PGCS_VIA_NONE, NULL, 0, 0},
    {true, NONE, PGCS_VIA_SUPERUSER, NULL, 0x7f, 0x7f},
};

static const char cut_members[] = SCHEMA "a\0" SCHEMA "long name\0" SCHEMA "c";
static const char cut_sequences[] = SCHEMA "a\0\0" SCHEMA "long name\0s.t.c\0" SCHEMA "c\0";

/* A group in two and in three rows, cut at each byte. */
static void
decode_cut(struct gather *gather, struct copy_row *row, struct slice all, size_t at) {
    char number[4], last[4];
    size_t ends[] = {at, at + (all.size - at) / 2, all.size};
    size_t begin = 0;
    write_uint32(2, last);
    for (uint32_t i = 0; i < 3; begin = ends[i++]) {
        write_uint32(i, number);
        row->fields[6] = (struct slice){number, 4};
        row->fields[7] = (struct slice){last, 4};
        row->fields[8] = (struct slice){all.data + begin, ends[i] - begin};
        ck_assert(decode_members(gather, row));
    }
}

START_TEST(test_members__cut) {
    struct slice all = _i == 0 ? ROW_SLICE(cut_members) : ROW_SLICE(cut_sequences);
    for (size_t at = 1; at + 1 < all.size; at++) {
        struct gather gather = begin(&facts);
        struct copy_row row = table_row("\0", NOTHING, (struct slice)NONE);
        row.fields[5] = (struct slice){_i == 0 ? "r" : "S", 1};
        decode_cut(&gather, &row, all, at);
        ck_assert_uint_eq(gather.groups, 1);
        const pgcs_report *report = end(&gather);
        pgcs_objects *objects = pgcs_objects_new(report, "s", 0);
        static const char *const names[] = {"a", "c", "long name"};
        for (int i = 0; i < 3; i++) {
            ck_assert_int_eq(pgcs_objects_next(objects), 1);
            ck_assert_str_eq(pgcs_object_name(objects), names[i]);
        }
        ck_assert_pstr_eq(pgcs_object_belongs_to(objects), _i == 0 ? NULL : "s.t.c");
        ck_assert_int_eq(pgcs_objects_next(objects), 0);
        pgcs_objects_free(objects);
        pgcs_report_unref(report);
    }
}
END_TEST

/* Relations of PostgreSQL's own may come with those of users. */
START_TEST(test_members__of_no_users_schema) {
    struct gather gather = begin(&facts);
    struct copy_row row = table_row("\0", NOTHING, (struct slice)NONE);
    add_members(&gather, &row, "r", ROW_SLICE("\0\0\0\13pg_class\0" SCHEMA "t"));
    ck_assert(gather.missing);
    const pgcs_report *report = end(&gather);
    pgcs_objects *at = pgcs_objects_new(report, NULL, 1u << PGCS_OBJECT_TABLE);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    ck_assert_str_eq(pgcs_object_name(at), "t");
    ck_assert_int_eq(pgcs_objects_next(at), 0);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

/* Rows of a group that are not in their order, and one that ends within a member. */
START_TEST(test_members__badly_cut) {
    static const char numbers[][8] = {"\0\0\0\0\0\0\0\2", "\0\0\0\2\0\0\0\2",
                                      "\0\0\0\1\0\0\0\0", "\0\0\0\1\0\0\0\1"};
    struct gather gather = begin(&facts);
    struct copy_row row = table_row("\0", NOTHING, (struct slice)NONE);
    row.fields[6].data = numbers[0];
    row.fields[7].data = numbers[0] + 4;
    row.fields[8] = ROW_SLICE(SCHEMA "t\0\0\0");
    ck_assert(decode_members(&gather, &row));
    row.fields[6].data = numbers[_i + 1];
    row.fields[7].data = numbers[_i + 1] + 4;
    ck_assert(!decode_members(&gather, &row));
    gather_free(&gather);
}
END_TEST

START_TEST(test_standard__held_how) {
    struct gather gather;
    ck_assert(gather_begin(&gather, 150000));
    ck_assert(decode_facts(&gather, standards[_i].superuser ? &super_facts : &facts));
    struct copy_row row = {
        8, {ROW("r"), ROW("s"), ROW("t"), NONE, NONE, ROW("\1"), NONE, standards[_i].items}};
    ck_assert(decode_standard(&gather, &row));
    const pgcs_report *report = end(&gather);
    pgcs_objects *at = pgcs_objects_new(report, "s", 1u << PGCS_OBJECT_TABLE);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    ck_assert_str_eq(pgcs_object_name(at), "t");
    ck_assert_ptr_null(pgcs_object_owner(at));
    ck_assert_int_eq(pgcs_object_is_owned(at), 0);
    ck_assert_int_eq(pgcs_object_is_usable(at), 1);
    ck_assert_uint_eq(pgcs_object_privileges(at), standards[_i].held);
    ck_assert_uint_eq(pgcs_object_grantable(at), standards[_i].grantable);
    ck_assert_int_eq(pgcs_object_via(at, PGCS_PRIV_SELECT), standards[_i].via);
    ck_assert_pstr_eq(pgcs_object_via_role(at, PGCS_PRIV_SELECT), standards[_i].role);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

static const struct {
    int field;
    struct slice value;
} spoiled_standards[] = {
    {0, NONE}, {0, ROW("Q")},     {2, NONE},       {2, ROW("")},
    {5, NONE}, {7, ROW("SEL\0")}, {7, ROW("SEL")}, {7, ROW("SEL\0me\0SEL")},
};

START_TEST(test_standard__spoiled) {
    struct gather gather = begin(&facts);
    struct copy_row row = {8,
                           {ROW("r"), ROW("s"), ROW("t"), NONE, NONE, ROW("\1"), NONE, NONE}};
    ck_assert(decode_standard(&gather, &row));
    row.fields[spoiled_standards[_i].field] = spoiled_standards[_i].value;
    ck_assert(!decode_standard(&gather, &row));
    gather_free(&gather);
}
END_TEST

START_TEST(test_last_values__read) {
    struct gather gather = begin(&facts);
    struct copy_row row = {4,
                           {ROW("s"), ROW("q"), ROW("\377\377\377\377\377\377\377\376"),
                            ROW("\0\0\0\0\0\0\3\350")}};
    struct copy_row sequence = table_row("\0", "\0\0\0\0", (struct slice)NONE);
    add_members(&gather, &sequence, "S", ROW_SLICE(SCHEMA "p\0\0" SCHEMA "q\0"));
    ck_assert(decode_last_value(&gather, &row));
    ck_assert(!gather.too_many_sequences); /* a thousand */
    row.fields[1] = (struct slice)ROW("p");
    row.fields[2] = (struct slice)NONE;
    row.fields[3] = (struct slice)ROW("\0\0\0\0\0\0\3\351");
    ck_assert(decode_last_value(&gather, &row));
    ck_assert(gather.too_many_sequences);
    row.fields[2] = (struct slice)ROW("\0\0\0\1");
    ck_assert(!decode_last_value(&gather, &row));
    row.fields[3] = (struct slice)NONE;
    ck_assert(!decode_last_value(&gather, &row));
    const pgcs_report *report = end(&gather);
    pgcs_objects *at = pgcs_objects_new(report, "s", 0);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    ck_assert_int_eq(pgcs_object_has_last_value(at), 0);
    ck_assert_int_eq(pgcs_object_last_value(at), 0);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    ck_assert_int_eq(pgcs_object_has_last_value(at), 1);
    ck_assert_int_eq(pgcs_object_last_value(at), -2);
    ck_assert_int_eq(pgcs_object_has_last_value(NULL), 0);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

START_TEST(test_rows__too_short) {
    struct gather gather = begin(&facts);
    struct copy_row row = {.count = 0};
    ck_assert(!decode_facts(&gather, &row));
    ck_assert(!decode_plain(&gather, &row));
    ck_assert(!decode_hint(&gather, &row));
    ck_assert(!decode_membership(&gather, &row));
    ck_assert(!decode_role(&gather, &row));
    ck_assert(!decode_schema(&gather, &row));
    ck_assert(!decode_members(&gather, &row));
    ck_assert(!decode_grant(&gather, &row));
    ck_assert(!decode_standard(&gather, &row));
    gather_free(&gather);
}
END_TEST

/* Roles that are not inherited: who has the table, who has the schema, and who has what of both
 * by SET ROLE. */
static const struct {
    const char *flags;        /* of the group */
    const char *deputy_flags; /* of a role that inherits from it */
    struct slice items;       /* of the table */
    struct slice schema_items;
    const char *role; /* to set for SELECT; NULL for none */
} doors[] = {
    {TO_SET, TO_SET, ROW(GROUP "SEL\0"), ROW(PUBLIC "USA\0"), "grp"},
    {TO_SET, TO_SET, ROW(GROUP "SEL\0"), ROW(DEPUTY "USA\0"), "deputy"},
    {TO_SET, TO_SET, ROW(GROUP "SEL\0"), ROW(GROUP "USA\0"), "grp"},
    {NOTHING, TO_SET, ROW(GROUP "SEL\0"), ROW(PUBLIC "USA\0"), "deputy"},
    {NOTHING, NOTHING, ROW(GROUP "SEL\0"), ROW(PUBLIC "USA\0"), NULL},
    {TO_SET, TO_SET, ROW(STRANGER "SEL\0"), ROW(PUBLIC "USA\0"), NULL},
    {TO_SET, TO_SET, ROW(GROUP "SEL\0"), ROW(STRANGER "USA\0"), NULL},
    {TO_SET, NOTHING, ROW(DEPUTY "SEL\0"), ROW(GROUP "USA\0"), NULL},
    {SUPER, NOTHING, ROW(STRANGER "SEL\0"), ROW(STRANGER "USA\0"), "grp"},
    {TO_SET, NOTHING, ROW(PUBLIC "SEL\0"), ROW(GROUP "USA\0"), "grp"},
    {HELD, HELD, ROW(STRANGER "SEL\0"), ROW(PUBLIC "USA\0"), NULL},
};

START_TEST(test_members__after_set_role) {
    struct gather gather;
    ck_assert(gather_begin(&gather, 150000));
    ck_assert(decode_facts(&gather, &facts));
    struct copy_row group = {4, {ROW(GROUP), ROW("grp"), {doors[_i].flags, 4}, ROW(DEPUTY)}};
    struct copy_row deputy = {4,
                              {ROW(DEPUTY), ROW("deputy"), {doors[_i].deputy_flags, 4}, NONE}};
    ck_assert(decode_role(&gather, &group));
    ck_assert(decode_role(&gather, &deputy));
    struct copy_row closed = schema;
    closed.fields[6] = (struct slice)ROW("\0\0\0\0");
    closed.fields[7] = doors[_i].schema_items;
    ck_assert(decode_schema(&gather, &closed));
    struct copy_row row = table_row("\0", "\0\0\0\0", doors[_i].items);
    ck_assert(decode_members(&gather, &row));
    ck_assert(!gather.roles.failed);
    const pgcs_report *report = end(&gather);
    pgcs_objects *at = pgcs_objects_new(report, "s", 0);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    uint64_t later = pgcs_object_after_set_role(at);
    ck_assert_pstr_eq(pgcs_object_set_role(at, PGCS_PRIV_SELECT), doors[_i].role);
    ck_assert_int_eq((later & PGCS_PRIV_SELECT) != 0, doors[_i].role != NULL);
    bool super = memcmp(doors[_i].flags, SUPER, 4) == 0;
    ck_assert_uint_eq(later & ~PGCS_PRIV_SELECT, super ? 0x7e : 0);
    ck_assert_pstr_eq(pgcs_object_set_role(at, 0), super ? "grp" : NULL);
    ck_assert_ptr_null(pgcs_object_set_role(at, 3));
    ck_assert_int_eq(pgcs_object_via(at, PGCS_PRIV_SELECT), PGCS_VIA_NONE);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_members__after_set_role, 0, ROWS(doors));
    tcase_add_loop_test(cases, test_members__held_how, 0, ROWS(ways));
    tcase_add_test(cases, test_members__several);
    tcase_add_loop_test(cases, test_members__cut, 0, 2);
    tcase_add_test(cases, test_members__of_no_users_schema);
    tcase_add_loop_test(cases, test_members__badly_cut, 0, 3);
    tcase_add_loop_test(cases, test_members__spoiled, 0, ROWS(spoiled));
    tcase_add_loop_test(cases, test_standard__held_how, 0, ROWS(standards));
    tcase_add_loop_test(cases, test_standard__spoiled, 0, ROWS(spoiled_standards));
    tcase_add_test(cases, test_last_values__read);
    tcase_add_test(cases, test_rows__too_short);
}

int
main(void) {
    return suite_run("probe/gather", fill, 10);
}
