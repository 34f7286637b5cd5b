/*
 * The standard's view: the rows of information_schema as the role sees them, each once; and
 * where they speak of what the role has, the effective privileges say the same.
 */
#include <stdbool.h>

#include "live.h"

static const char *const roles[] = {
    "postgres",  "owner_r",      "owner_member", "public_only", "direct",
    "inheritor", "columns_only", "grantor",      "no_usage",    "we\"ird ro.le",
};

/* --- what information_schema shows ----------------------------------------------------------
 */

/* A line for each object, grantor and grantee, as row_line() writes it. */
static const char rows_sql[] =
    "SELECT concat_ws('|', kind, s, o, c, grantor, grantee, string_agg(DISTINCT p, ' ' ORDER "
    "BY "
    "p), COALESCE(string_agg(DISTINCT p, ' ' ORDER BY p) FILTER (WHERE g = 'YES'), '')) "
    "COLLATE "
    "\"C\" AS line FROM ("
    "SELECT 'relation' AS kind, table_schema::text AS s, table_name::text AS o, '' AS c, "
    "grantor::text, grantee::text, privilege_type::text AS p, is_grantable::text AS g "
    "FROM information_schema.table_privileges "
    "UNION ALL SELECT 'column', table_schema, table_name, column_name, grantor, grantee, "
    "privilege_type, is_grantable FROM information_schema.column_privileges cp WHERE EXISTS "
    "(SELECT FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid JOIN pg_namespace n ON "
    "n.oid = r.relnamespace WHERE n.nspname = cp.table_schema AND r.relname = cp.table_name "
    "AND "
    "a.attname = cp.column_name AND a.attacl IS NOT NULL) "
    "UNION ALL SELECT 'sequence', object_schema, object_name, '', grantor, grantee, "
    "privilege_type, is_grantable FROM information_schema.usage_privileges WHERE object_type = "
    "'SEQUENCE' "
    "UNION ALL SELECT CASE object_type WHEN 'DOMAIN' THEN 'type' WHEN 'FOREIGN SERVER' THEN "
    "'server' ELSE 'foreign_data_wrapper' END, object_schema, object_name, '', grantor, "
    "grantee, privilege_type, is_grantable FROM information_schema.usage_privileges WHERE "
    "object_type IN ('DOMAIN', 'FOREIGN SERVER', 'FOREIGN DATA WRAPPER') "
    "UNION ALL SELECT 'function', routine_schema, routine_name || '(' || "
    "pg_get_function_identity_arguments(substring(specific_name from '[0-9]+$')::oid) || ')', "
    "'',"
    " grantor, grantee, privilege_type, is_grantable FROM information_schema.routine_privileges"
    ") rows WHERE s NOT IN ('pg_catalog', 'information_schema') AND s NOT LIKE 'pg!_%' ESCAPE "
    "'!'"
    " GROUP BY kind, s, o, c, grantor, grantee ORDER BY 1";

/* --- what the report shows ------------------------------------------------------------------
 */

static int
compare_words(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of privileges in the order of the alphabet. */
static void
append_privileges(char *line, uint64_t privileges) {
    const char *words[64];
    size_t count = 0;
    for (int i = 0; i < 64; i++)
        if (privileges >> i & 1)
            words[count++] = pgcs_privilege_name(UINT64_C(1) << i);
    qsort(words, count, sizeof *words, compare_words);
    strcat(line, "|");
    for (size_t i = 0; i < count; i++) {
        strcat(line, i > 0 ? " " : "");
        strcat(line, words[i]);
    }
}

static const char *
kind_word(pgcs_object_kind kind) {
    bool relation = kind >= PGCS_OBJECT_TABLE && kind <= PGCS_OBJECT_FOREIGN_TABLE;
    return relation ? "relation" : pgcs_object_kind_name(kind);
}

static char *
row_line(pgcs_grants *at) {
    char *line = calloc(1, 4096);
    const char *in_column = pgcs_grant_column(at);
    snprintf(line, 3072, "%s|%s|%s|%s|%s|%s", kind_word(pgcs_grant_object_kind(at)),
             pgcs_grant_schema(at) ? pgcs_grant_schema(at) : "", pgcs_grant_object(at),
             in_column ? in_column : "", pgcs_grant_grantor(at), pgcs_grant_grantee(at));
    append_privileges(line, pgcs_grant_privileges(at));
    append_privileges(line, pgcs_grant_grantable(at));
    return line;
}

/* Of all tables, or of @tables: schema and name in each row. */
static const pgcs_report *
report_with_grants(const char *role, const PGresult *tables) {
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), role, ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check,
                                             PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS |
                                                 PGCS_SECTION_FUNCTIONS | PGCS_SECTION_GRANTS |
                                                 PGCS_SECTION_TYPES,
                                             NULL),
                     PGCS_OK);
    for (int i = 0; tables != NULL && i < PQntuples(tables); i++)
        ck_assert_int_eq(pgcs_check_add_table(check, PQgetvalue(tables, i, 0),
                                              PQgetvalue(tables, i, 1), NULL),
                         PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    return report;
}

/* Sorted lines of the grants, or only those on columns; the caller frees each. */
static size_t
lines_of(const pgcs_report *report, bool columns, char *lines[4096]) {
    size_t count = 0;
    pgcs_grants *at = pgcs_grants_new(report, NULL);
    while (pgcs_grants_next(at) && count < 4096)
        if (!columns || pgcs_grant_column(at) != NULL)
            lines[count++] = row_line(at);
    pgcs_grants_free(at);
    qsort(lines, count, sizeof *lines, compare_words);
    return count;
}

/* --- cases -----------------------------------------------------------------------------------
 */

START_TEST(test_grants__as_information_schema_shows_them) {
    static char *lines[4096];
    PGconn *pg = connect_as(roles[_i], FIXTURE_DATABASE);
    PGresult *rows = query(pg, rows_sql);
    const pgcs_report *report = report_with_grants(roles[_i], NULL);
    size_t count = lines_of(report, false, lines);
    ck_assert_uint_gt(count, 0);
    for (size_t i = 0; i < count || (int)i < PQntuples(rows); i++)
        ck_assert_str_eq(i < count ? lines[i] : "(no more)",
                         (int)i < PQntuples(rows) ? PQgetvalue(rows, (int)i, 0) : "(no more)");
    while (count > 0)
        free(lines[--count]);
    pgcs_report_unref(report);
    PQclear(rows);
    PQfinish(pg);
}
END_TEST

/* Of tables that are named the rows are the same, without the view that reads all columns. */
START_TEST(test_grants__on_columns_of_some_tables) {
    static char *all[4096], *some[4096];
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    PGresult *tables =
        query(pg, "SELECT DISTINCT n.nspname, c.relname FROM pg_attribute a JOIN pg_class c ON "
                  "c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
                  "a.attacl IS NOT NULL AND c.oid >= 16384");
    const pgcs_report *report = report_with_grants(roles[_i], NULL);
    const pgcs_report *scoped = report_with_grants(roles[_i], tables);
    size_t count = lines_of(report, true, all);
    ck_assert_uint_eq(lines_of(scoped, true, some), count);
    ck_assert(count > 0 || _i > 0);
    for (size_t i = 0; i < count; i++) {
        ck_assert_str_eq(some[i], all[i]);
        free(some[i]);
        free(all[i]);
    }
    pgcs_report_unref(scoped);
    pgcs_report_unref(report);
    PQclear(tables);
    PQfinish(pg);
}
END_TEST

/* The effective privileges of the object that a row is about; 0 when the report lacks it. */
static uint64_t
effective(const pgcs_report *report, pgcs_grants *row) {
    pgcs_objects *at =
        pgcs_objects_new(report, pgcs_grant_schema(row), 1u << pgcs_grant_object_kind(row));
    const char *in_column = pgcs_grant_column(row);
    uint64_t held = 0;
    while (pgcs_objects_next(at))
        if (strcmp(pgcs_object_name(at), pgcs_grant_object(row)) == 0 &&
            (in_column == NULL || strcmp(pgcs_object_column(at), in_column) == 0))
            held = pgcs_object_privileges(at);
    pgcs_objects_free(at);
    return held;
}

/* Whether the role has what is granted to that one: asked of the server. */
static bool
is_ours(PGconn *pg, const char *grantee) {
    const char *const values[] = {grantee};
    PGresult *result = PQexecParams(pg,
                                    "SELECT $1 = 'PUBLIC' OR EXISTS (SELECT FROM "
                                    "information_schema.enabled_roles WHERE role_name = $1)",
                                    1, NULL, values, NULL, NULL, 0);
    MUST(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
    bool ours = strcmp(PQgetvalue(result, 0, 0), "t") == 0;
    PQclear(result);
    return ours;
}

/* What a row says that concerns us is so. */
static void
compare_rows(PGconn *pg, const pgcs_report *report) {
    pgcs_grants *at = pgcs_grants_new(report, NULL);
    int ours = 0;
    while (pgcs_grants_next(at)) {
        if (!is_ours(pg, pgcs_grant_grantee(at)))
            continue;
        ours++;
        char *line = row_line(at);
        ck_assert_msg((pgcs_grant_privileges(at) & ~effective(report, at)) == 0, "%s", line);
        free(line);
    }
    ck_assert_int_gt(ours, 0);
    pgcs_grants_free(at);
}

/* What the standard speaks of; of a sequence's owner only when anything was ever granted on it.
 */
static uint64_t
standard_privileges(pgcs_object_kind kind) {
    switch (kind) {
    case PGCS_OBJECT_TABLE:
    case PGCS_OBJECT_PARTITIONED_TABLE:
    case PGCS_OBJECT_VIEW:
    case PGCS_OBJECT_FOREIGN_TABLE:
        return ~PGCS_PRIV_MAINTAIN;
    case PGCS_OBJECT_COLUMN:
    case PGCS_OBJECT_FUNCTION:
    case PGCS_OBJECT_SERVER:
    case PGCS_OBJECT_FOREIGN_DATA_WRAPPER:
        return ~UINT64_C(0);
    case PGCS_OBJECT_SEQUENCE:
        return PGCS_PRIV_USAGE;
    default:
        return 0;
    }
}

/* The grantee by whom a privilege is held; NULL when no grant of the standard's gives it. */
static const char *
grantee_of(pgcs_objects *at, uint64_t privilege, const char *me) {
    switch (pgcs_object_via(at, privilege)) {
    case PGCS_VIA_OWNER:
        return pgcs_object_kind_of(at) == PGCS_OBJECT_SEQUENCE ? NULL : pgcs_object_owner(at);
    case PGCS_VIA_DIRECT:
        return me;
    case PGCS_VIA_PUBLIC:
        return "PUBLIC";
    case PGCS_VIA_ROLE:
        return pgcs_object_via_role(at, privilege);
    default:
        return NULL;
    }
}

static bool
is_granted(const pgcs_report *report, pgcs_objects *object, uint64_t privilege,
           const char *grantee) {
    pgcs_grants *at = pgcs_grants_new(report, pgcs_object_schema(object));
    const char *column = pgcs_object_column(object);
    bool found = false;
    while (!found && pgcs_grants_next(at)) {
        const char *its_column = pgcs_grant_column(at);
        found = pgcs_grant_object_kind(at) == pgcs_object_kind_of(object) &&
                strcmp(pgcs_grant_object(at), pgcs_object_name(object)) == 0 &&
                strcmp(its_column ? its_column : "", column ? column : "") == 0 &&
                strcmp(pgcs_grant_grantee(at), grantee) == 0 &&
                (pgcs_grant_privileges(at) & privilege) != 0;
    }
    pgcs_grants_free(at);
    return found;
}

/* What the role has by a grant stands in a row, with the grantee that the report names. */
static void
find_rows(const pgcs_report *report, const char *me) {
    pgcs_objects *at = pgcs_objects_new(report, NULL, 0);
    int rows = 0;
    while (pgcs_objects_next(at)) {
        uint64_t known =
            pgcs_object_privileges(at) & standard_privileges(pgcs_object_kind_of(at));
        for (int i = 0; i < 64; i++) {
            uint64_t bit = known & UINT64_C(1) << i;
            const char *grantee = bit ? grantee_of(at, bit, me) : NULL;
            if (grantee == NULL)
                continue;
            ck_assert_msg(is_granted(report, at, bit, grantee), "%s: no row of %s to %s",
                          pgcs_object_name(at), pgcs_privilege_name(bit), grantee);
            rows++;
        }
    }
    bool superuser = pgcs_report_fact_int(report, PGCS_FACT_IS_SUPERUSER) == 1;
    ck_assert_int_gt(rows, superuser ? -1 : 10); /* who has all without a grant */
    pgcs_objects_free(at);
}

START_TEST(test_grants__agree_with_the_effective_privileges) {
    PGconn *pg = connect_as(roles[_i], FIXTURE_DATABASE);
    const pgcs_report *report = report_with_grants(roles[_i], NULL);
    compare_rows(pg, report);
    find_rows(report, roles[_i]);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/* --- where the catalogs can't be read -------------------------------------------------------
 */

/* What hardened servers take from everybody, and a column that others do not have. */
#define TAKEN(what)                                                                            \
    {                                                                                          \
        "REVOKE SELECT ON pg_catalog." what " FROM PUBLIC",                                    \
            "GRANT SELECT ON pg_catalog." what " TO PUBLIC"                                    \
    }
static const struct {
    const char *take;
    const char *give;
} taken[] = {
    TAKEN("pg_class"),
    TAKEN("pg_roles"),
    TAKEN("pg_namespace, pg_database"),
    {"SET allow_system_table_mods = on;"
     "ALTER TABLE pg_catalog.pg_namespace RENAME COLUMN nspacl TO nspacl_of_others",
     "SET allow_system_table_mods = on;"
     "ALTER TABLE pg_catalog.pg_namespace RENAME COLUMN nspacl_of_others TO nspacl"},
};

/* What information_schema can know of one object: 0 for kinds that it does not show. */
static uint64_t
known_to_the_standard(pgcs_object_kind kind) {
    switch (kind) {
    case PGCS_OBJECT_SEQUENCE:
        return PGCS_PRIV_USAGE;
    case PGCS_OBJECT_MATERIALIZED_VIEW:
        return 0;
    default:
        return ~PGCS_PRIV_MAINTAIN;
    }
}

static pgcs_objects *
same_object(const pgcs_report *report, pgcs_objects *like) {
    pgcs_objects *at = pgcs_objects_new(report, pgcs_object_schema(like), 0);
    while (pgcs_objects_next(at)) {
        const char *a = pgcs_object_column(at), *b = pgcs_object_column(like);
        bool partitioned = pgcs_object_kind_of(at) == PGCS_OBJECT_PARTITIONED_TABLE &&
                           pgcs_object_kind_of(like) == PGCS_OBJECT_TABLE;
        if ((pgcs_object_kind_of(at) == pgcs_object_kind_of(like) || partitioned) &&
            strcmp(pgcs_object_name(at), pgcs_object_name(like)) == 0 &&
            strcmp(a ? a : "", b ? b : "") == 0)
            return at;
    }
    pgcs_objects_free(at);
    return NULL;
}

/* Nothing that isn't so, and all of what was granted to the role itself or to everybody. */
static int
compare_with_the_truth(const pgcs_report *standard, const pgcs_report *truth) {
    int objects = 0;
    pgcs_objects *at = pgcs_objects_new(standard, NULL, 0);
    while (pgcs_objects_next(at)) {
        pgcs_objects *real = same_object(truth, at);
        ck_assert_msg(real != NULL, "there is no %s", pgcs_object_name(at));
        uint64_t held = pgcs_object_privileges(at), known = pgcs_object_privileges(real);
        ck_assert_msg((held & ~known) == 0, "%s: too much", pgcs_object_name(at));
        for (int i = 0; i < 64; i++) {
            pgcs_via via = pgcs_object_via(real, UINT64_C(1) << i);
            bool granted = via == PGCS_VIA_DIRECT || via == PGCS_VIA_PUBLIC;
            uint64_t bit = known_to_the_standard(pgcs_object_kind_of(at)) & UINT64_C(1) << i;
            ck_assert_msg(!granted || bit == 0 || (held & bit), "%s lacks %s",
                          pgcs_object_name(at), pgcs_privilege_name(UINT64_C(1) << i));
            if (granted && (held & bit) && pgcs_object_schema(at) != NULL)
                ck_assert_int_eq(pgcs_object_via(at, bit), via);
        }
        ck_assert_int_eq(pgcs_object_is_usable(at), pgcs_object_is_usable(real));
        pgcs_objects_free(real);
        objects++;
    }
    pgcs_objects_free(at);
    return objects;
}

START_TEST(test_standard__in_place_of_the_catalogs) {
    static const char *const logins[] = {"direct", "inheritor", "columns_only",
                                         "we\"ird ro.le"};
    const uint32_t sections =
        PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS;
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    for (int i = 0; i < ROWS(logins); i++) {
        const pgcs_report *reports[2];
        for (int standard = 0; standard < 2; standard++) {
            if (standard)
                run_sql(pg, taken[_i].take);
            pgcs_check *check = check_of(spec_for(server("PGHOST"), server("PGPORT"), logins[i],
                                                  ROLE_PASSWORD, FIXTURE_DATABASE));
            ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
            reports[standard] = report_of(check);
        }
        run_sql(pg, taken[_i].give);
        assert_no_findings(reports[0]);
        ck_assert_str_eq(pgcs_report_fact(reports[0], PGCS_FACT_PRIVILEGES_FROM), "catalogs");
        ck_assert_str_eq(pgcs_report_fact(reports[1], PGCS_FACT_PRIVILEGES_FROM),
                         "information_schema");
        ck_assert_str_eq(pgcs_report_fact(reports[1], PGCS_FACT_USER), logins[i]);
        pgcs_findings *found = pgcs_findings_new(reports[1], PGCS_SEVERITY_NOTE);
        ck_assert_int_eq(pgcs_findings_next(found), 1);
        ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_STANDARD_VIEW);
        ck_assert_msg(pgcs_findings_next(found) == 0, "%s", pgcs_finding_message(found));
        pgcs_findings_free(found);
        ck_assert_int_gt(compare_with_the_truth(reports[1], reports[0]), 10);
        pgcs_report_unref(reports[0]);
        pgcs_report_unref(reports[1]);
    }
    PQfinish(pg);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_standard__in_place_of_the_catalogs, 0, ROWS(taken));
    tcase_add_loop_test(cases, test_grants__as_information_schema_shows_them, 0, ROWS(roles));
    tcase_add_loop_test(cases, test_grants__on_columns_of_some_tables, 0, ROWS(roles));
    tcase_add_loop_test(cases, test_grants__agree_with_the_effective_privileges, 0,
                        ROWS(roles));
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("grants", fill, 60);
}
