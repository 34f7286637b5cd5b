/*
 * The report against PostgreSQL's own answers: for each role and each object of fixture.sql,
 * the same privileges, grant options, owner, usability and row security as has_*_privilege()
 * and its like give when that role asks them, object by object.
 */
#include <stdbool.h>

#include "lines.h"
#include "live.h"

/* --- what the server answers -----------------------------------------------------------------
 */

static const char *const any_table[] = {"SELECT",  "INSERT",   "UPDATE",
                                        "DELETE",  "TRUNCATE", "REFERENCES",
                                        "TRIGGER", "MAINTAIN", NULL};
static const char *const database[] = {"CREATE", "CONNECT", "TEMPORARY", NULL};
static const char *const schema[] = {"USAGE", "CREATE", NULL};
static const char *const sequence[] = {"SELECT", "UPDATE", "USAGE", NULL};
static const char *const function[] = {"EXECUTE", NULL};
static const char *const usage[] = {"USAGE", NULL};
static const char *const column[] = {"SELECT", "INSERT", "UPDATE", "REFERENCES", NULL};

#define USABLE                                                                                 \
    "has_schema_privilege(n.oid, 'USAGE') AND has_database_privilege(session_user, "           \
    "current_database(), "                                                                     \
    "'CONNECT')"
#define CONNECTABLE "has_database_privilege(session_user, current_database(), 'CONNECT')"
#define SCHEMAS     "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"

static const struct oracle {
    const char *kind; /* SQL */
    const char *schema;
    const char *name;
    const char *column;
    const char *owner;
    const char *question;
    const char *const *privileges;
    const char *usable;
    const char *owned;
    const char *secured;
    const char *from;
} oracles[] = {
    {"'database'", "''", "d.datname", "''", "pg_get_userbyid(d.datdba)",
     "has_database_privilege(d.oid", database,
     "has_database_privilege(session_user, current_database(), 'CONNECT')",
     "pg_has_role(d.datdba, 'USAGE')", "false",
     "pg_database d WHERE d.datname = current_database()"},
    {"'schema'", "''", "n.nspname", "''", "pg_get_userbyid(n.nspowner)",
     "has_schema_privilege(n.oid", schema,
     "has_database_privilege(session_user, current_database(), 'CONNECT')",
     "pg_has_role(n.nspowner, 'USAGE')", "false", "pg_namespace n WHERE " SCHEMAS},
    {"CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned_table' WHEN 'v' THEN "
     "'view' WHEN 'm' THEN 'matview' ELSE 'foreign_table' END",
     "n.nspname", "c.relname", "''", "pg_get_userbyid(c.relowner)", "has_table_privilege(c.oid",
     any_table, USABLE, "pg_has_role(c.relowner, 'USAGE')", "row_security_active(c.oid)",
     "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN "
     "('r','p','v','m','f') AND " SCHEMAS},
    {"'sequence'", "n.nspname", "c.relname", "''",
     "(SELECT q.sequenceowner FROM pg_sequences q WHERE q.schemaname = n.nspname AND "
     "q.sequencename = c.relname)",
     "has_sequence_privilege(c.oid", sequence, USABLE, "pg_has_role(c.relowner, 'USAGE')",
     "false",
     "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' "
     "AND " SCHEMAS},
    {"'function'", "n.nspname",
     "p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'", "''",
     "pg_get_userbyid(p.proowner)", "has_function_privilege(p.oid", function, USABLE,
     "pg_has_role(p.proowner, 'USAGE')", "false",
     "pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE " SCHEMAS},
    {"'column'", "n.nspname", "c.relname", "a.attname", "pg_get_userbyid(c.relowner)",
     "has_column_privilege(c.oid, a.attnum", column, USABLE, "pg_has_role(c.relowner, 'USAGE')",
     "false",
     "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = "
     "c.relnamespace WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND " SCHEMAS},
    {"'type'", "n.nspname", "t.typname", "''", "pg_get_userbyid(t.typowner)",
     "has_type_privilege(t.oid", usage, USABLE, "pg_has_role(t.typowner, 'USAGE')", "false",
     "pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype <> 'p' AND "
     "t.oid NOT IN (SELECT typarray FROM pg_type) AND (t.typrelid = 0 OR t.typacl IS NOT NULL "
     "OR t.typrelid IN (SELECT oid FROM pg_class WHERE relkind = 'c')) AND (t.typtype <> 'm' "
     "OR current_setting('server_version_num')::int < 170000) AND (t.typacl IS NOT NULL "
     "OR " SCHEMAS ")"},
    {"'language'", "''", "l.lanname", "''", "pg_get_userbyid(l.lanowner)",
     "has_language_privilege(l.oid", usage,
     CONNECTABLE " AND (l.lanpltrusted OR current_setting('is_superuser')::bool)",
     "pg_has_role(l.lanowner, 'USAGE')", "false", "pg_language l"},
    {"'server'", "''", "v.srvname", "''", "pg_get_userbyid(v.srvowner)",
     "has_server_privilege(v.oid", usage, CONNECTABLE, "pg_has_role(v.srvowner, 'USAGE')",
     "false", "pg_foreign_server v"},
    {"'foreign_data_wrapper'", "''", "w.fdwname", "''", "pg_get_userbyid(w.fdwowner)",
     "has_foreign_data_wrapper_privilege(w.oid", usage, CONNECTABLE,
     "pg_has_role(w.fdwowner, 'USAGE')", "false", "pg_foreign_data_wrapper w"},
};

static void
append(char *sql, const char *text) {
    ck_assert_uint_lt(strlen(sql) + strlen(text), 16384);
    strcat(sql, text);
}

/* The privileges held, as text; with the grant option when @option says so. */
static void
append_privileges(char *sql, const struct oracle *oracle, const char *option, int version) {
    append(sql, " || '|'");
    for (int i = 0; oracle->privileges[i] != NULL; i++) {
        if (version < 170000 && strcmp(oracle->privileges[i], "MAINTAIN") == 0)
            continue;
        append(sql, " || CASE WHEN ");
        append(sql, oracle->question);
        append(sql, ", '");
        append(sql, oracle->privileges[i]);
        append(sql, option);
        append(sql, "') THEN ' ");
        append(sql, oracle->privileges[i]);
        append(sql, "' ELSE '' END");
    }
}

static void
ask_server(PGconn *pg, const struct oracle *oracle, struct lines *lines) {
    const char *const texts[] = {oracle->kind,   oracle->schema, oracle->name,
                                 oracle->column, oracle->owner,  NULL};
    const char *const flags[] = {oracle->usable, oracle->owned, oracle->secured, NULL};
    static char sql[16384];
    strcpy(sql, "SELECT ''");
    for (int i = 0; texts[i] != NULL; i++) {
        append(sql, " || '|' || (");
        append(sql, texts[i]);
        append(sql, ")::text");
    }
    append_privileges(sql, oracle, "", PQserverVersion(pg));
    append_privileges(sql, oracle, " WITH GRANT OPTION", PQserverVersion(pg));
    for (int i = 0; flags[i] != NULL; i++) {
        append(sql, " || '|' || (");
        append(sql, flags[i]);
        append(sql, ")::text");
    }
    append(sql, " FROM ");
    append(sql, oracle->from);
    PGresult *result = query(pg, sql);
    for (int i = 0; i < PQntuples(result); i++)
        add_line(lines, PQgetvalue(result, i, 0));
    PQclear(result);
}

/* --- what the report says --------------------------------------------------------------------
 */

static void
append_names(char *line, uint64_t privileges) {
    for (int i = 0; i < 64; i++) {
        const char *name = pgcs_privilege_name(UINT64_C(1) << i);
        if (privileges >> i & 1) {
            strcat(line, " ");
            strcat(line, name);
        }
    }
}

static const char *
or_empty(const char *text) {
    return text ? text : "";
}

static void
ask_report(const pgcs_report *report, struct lines *lines) {
    pgcs_objects *at = pgcs_objects_new(report, NULL, 0);
    while (pgcs_objects_next(at)) {
        char line[2048];
        snprintf(line, sizeof line, "|%s|%s|%s|%s|%s|",
                 pgcs_object_kind_name(pgcs_object_kind_of(at)),
                 or_empty(pgcs_object_schema(at)), pgcs_object_name(at),
                 or_empty(pgcs_object_column(at)), pgcs_object_owner(at));
        append_names(line, pgcs_object_privileges(at));
        strcat(line, "|");
        append_names(line, pgcs_object_grantable(at));
        snprintf(line + strlen(line), sizeof line - strlen(line), "|%s|%s|%s",
                 pgcs_object_is_usable(at) ? "true" : "false",
                 pgcs_object_is_owned(at) ? "true" : "false",
                 pgcs_object_has_row_security(at) ? "true" : "false");
        add_line(lines, line);
    }
    pgcs_objects_free(at);
}

/* --- cases -----------------------------------------------------------------------------------
 */

static const char *const roles[] = {
    "postgres",       "owner_r",         "other_owner", "owner_member",    "owner_noinherit",
    "public_only",    "direct",          "inheritor",   "noinheritor",     "columns_only",
    "no_usage",       "grantor",         "rls_exempt",  "acts_as_grp",     "database_owner",
    "reader_of_all",  "writer_of_all",   "keeper",      "without_inherit", "we\"ird ro.le",
    "sleeping_super", "sleeping_reader", "two_doors",   "behind_a_door",   "key_holder",
    "db_deputy",      "db_heir",
};

static pgcs_check *
check_as(const char *role) {
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), role, ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check,
                                             PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS |
                                                 PGCS_SECTION_FUNCTIONS | PGCS_SECTION_TYPES,
                                             NULL),
                     PGCS_OK);
    return check;
}

START_TEST(test_privileges__as_the_server_says) {
    const char *role = roles[_i];
    struct lines ours = {.count = 0}, theirs = {.count = 0};
    PGconn *pg = connect_as(role, FIXTURE_DATABASE);
    for (size_t i = 0; i < sizeof oracles / sizeof oracles[0]; i++)
        ask_server(pg, &oracles[i], &theirs);
    PQfinish(pg);
    const pgcs_report *report = report_of(check_as(role));
    assert_no_findings(report);
    ask_report(report, &ours);
    sort_lines(&ours);
    sort_lines(&theirs);
    ck_assert_uint_gt(theirs.count, 40);
    assert_same_lines(role, &ours, &theirs);
    pgcs_report_unref(report);
    free_lines(&ours);
    free_lines(&theirs);
}
END_TEST

/* The oracle must be able to say no: asked as somebody else, it does. */
START_TEST(test_privileges__oracle_tells_roles_apart) {
    struct lines ours = {.count = 0}, theirs = {.count = 0};
    PGconn *pg = connect_as("public_only", FIXTURE_DATABASE);
    for (size_t i = 0; i < sizeof oracles / sizeof oracles[0]; i++)
        ask_server(pg, &oracles[i], &theirs);
    PQfinish(pg);
    const pgcs_report *report = report_of(check_as("direct"));
    ask_report(report, &ours);
    sort_lines(&ours);
    sort_lines(&theirs);
    size_t differ = 0;
    ck_assert_uint_eq(ours.count, theirs.count);
    for (size_t i = 0; i < ours.count; i++)
        differ += strcmp(ours.line[i], theirs.line[i]) != 0;
    ck_assert_uint_gt(differ, 5);
    pgcs_report_unref(report);
    free_lines(&ours);
    free_lines(&theirs);
}
END_TEST

static const struct {
    const char *role;
    pgcs_object_kind kind;
    const char *schema;
    const char *name;
    uint64_t privilege;
    pgcs_via via;
    const char *via_role;
    int since;
} ways[] = {
    {"postgres", PGCS_OBJECT_TABLE, "s", "nobody", PGCS_PRIV_SELECT, PGCS_VIA_SUPERUSER, NULL,
     0},
    {"owner_r", PGCS_OBJECT_TABLE, "s", "plain", PGCS_PRIV_SELECT, PGCS_VIA_OWNER, NULL, 0},
    {"owner_r", PGCS_OBJECT_TABLE, "s", "nobody", PGCS_PRIV_SELECT, PGCS_VIA_NONE, NULL, 0},
    {"owner_member", PGCS_OBJECT_TABLE, "s", "plain", PGCS_PRIV_DELETE, PGCS_VIA_OWNER, NULL,
     0},
    {"owner_noinherit", PGCS_OBJECT_TABLE, "s", "plain", PGCS_PRIV_DELETE, PGCS_VIA_NONE, NULL,
     0},
    {"owner_member", PGCS_OBJECT_TABLE, "open_all", "others", PGCS_PRIV_INSERT, PGCS_VIA_DIRECT,
     NULL, 0},
    {"public_only", PGCS_OBJECT_TABLE, "s", "public_read", PGCS_PRIV_SELECT, PGCS_VIA_PUBLIC,
     NULL, 0},
    {"public_only", PGCS_OBJECT_TABLE, "s", "passed_on", PGCS_PRIV_SELECT, PGCS_VIA_DIRECT,
     NULL, 0},
    {"inheritor", PGCS_OBJECT_TABLE, "s", "group_write", PGCS_PRIV_INSERT, PGCS_VIA_ROLE, "grp",
     0},
    {"inheritor", PGCS_OBJECT_TABLE, "s", "group_write", PGCS_PRIV_SELECT, PGCS_VIA_DIRECT,
     NULL, 0},
    {"noinheritor", PGCS_OBJECT_TABLE, "s", "group_write", PGCS_PRIV_INSERT, PGCS_VIA_NONE,
     NULL, 0},
    {"without_inherit", PGCS_OBJECT_TABLE, "s", "group_write", PGCS_PRIV_INSERT, PGCS_VIA_NONE,
     NULL, 0},
    {"acts_as_grp", PGCS_OBJECT_TABLE, "s", "group_write", PGCS_PRIV_INSERT, PGCS_VIA_DIRECT,
     NULL, 0},
    {"inheritor", PGCS_OBJECT_SEQUENCE, "s", "free_seq", PGCS_PRIV_UPDATE, PGCS_VIA_ROLE, "grp",
     0},
    {"public_only", PGCS_OBJECT_FUNCTION, "s", "f(a integer, b text)", PGCS_PRIV_EXECUTE,
     PGCS_VIA_PUBLIC, NULL, 0},
    {"inheritor", PGCS_OBJECT_FUNCTION, "s", "f(a text)", PGCS_PRIV_EXECUTE, PGCS_VIA_ROLE,
     "grp", 0},
    {"database_owner", PGCS_OBJECT_SCHEMA, NULL, "public", PGCS_PRIV_CREATE, PGCS_VIA_OWNER,
     NULL, 150000},
    {"reader_of_all", PGCS_OBJECT_TABLE, "closed", "inside", PGCS_PRIV_SELECT,
     PGCS_VIA_PREDEFINED, "pg_read_all_data", 140000},
    {"reader_of_all", PGCS_OBJECT_SCHEMA, NULL, "closed", PGCS_PRIV_USAGE, PGCS_VIA_PREDEFINED,
     "pg_read_all_data", 140000},
    {"writer_of_all", PGCS_OBJECT_SEQUENCE, "s", "no_seq", PGCS_PRIV_UPDATE,
     PGCS_VIA_PREDEFINED, "pg_write_all_data", 140000},
    {"keeper", PGCS_OBJECT_TABLE, "s", "plain", PGCS_PRIV_MAINTAIN, PGCS_VIA_PREDEFINED,
     "pg_maintain", 170000},
    {"direct", PGCS_OBJECT_TABLE, "s", "plain", PGCS_PRIV_MAINTAIN, PGCS_VIA_DIRECT, NULL,
     170000},
    {"inheritor", PGCS_OBJECT_VIEW, "ext ra", "pg_stat_statements", PGCS_PRIV_SELECT,
     PGCS_VIA_ROLE, "grp", 0},
    {"direct", PGCS_OBJECT_VIEW, "ext ra", "pg_stat_statements", PGCS_PRIV_SELECT,
     PGCS_VIA_NONE, NULL, 0},
    {"public_only", PGCS_OBJECT_TYPE, "ext ra", "lo", PGCS_PRIV_USAGE, PGCS_VIA_PUBLIC, NULL,
     0},
    {"inheritor", PGCS_OBJECT_TYPE, "pg_catalog", "money", PGCS_PRIV_USAGE, PGCS_VIA_ROLE,
     "grp", 0},
    {"direct", PGCS_OBJECT_TYPE, "pg_catalog", "money", PGCS_PRIV_USAGE, PGCS_VIA_NONE, NULL,
     0},
    {"direct", PGCS_OBJECT_TYPE, "information_schema", "yes_or_no", PGCS_PRIV_USAGE,
     PGCS_VIA_DIRECT, NULL, 0},
    {"inheritor", PGCS_OBJECT_LANGUAGE, NULL, "plpgsql", PGCS_PRIV_USAGE, PGCS_VIA_ROLE,
     "outer_grp", 0},
    {"public_only", PGCS_OBJECT_LANGUAGE, NULL, "c", PGCS_PRIV_USAGE, PGCS_VIA_PUBLIC, NULL, 0},
    {"inheritor", PGCS_OBJECT_SERVER, NULL, "nowhere", PGCS_PRIV_USAGE, PGCS_VIA_ROLE, "grp",
     0},
    {"direct", PGCS_OBJECT_FOREIGN_DATA_WRAPPER, NULL, "nothing", PGCS_PRIV_USAGE,
     PGCS_VIA_DIRECT, NULL, 0},
    {"db_heir", PGCS_OBJECT_DATABASE, NULL, FIXTURE_DATABASE, PGCS_PRIV_CREATE, PGCS_VIA_OWNER,
     NULL, 0},
    {"db_heir", PGCS_OBJECT_SCHEMA, NULL, "public", PGCS_PRIV_CREATE, PGCS_VIA_OWNER, NULL,
     150000},
    {"db_deputy", PGCS_OBJECT_SCHEMA, NULL, "public", PGCS_PRIV_CREATE, PGCS_VIA_NONE, NULL,
     150000},
    {"grantor", PGCS_OBJECT_TABLE, "s", "group_write", PGCS_PRIV_INSERT, PGCS_VIA_ROLE, "grp",
     160000},
    {"columns_only", PGCS_OBJECT_COLUMN, "s", "by_column", PGCS_PRIV_UPDATE, PGCS_VIA_DIRECT,
     NULL, 0},
};

START_TEST(test_privileges__held_how) {
    const pgcs_report *report = report_of(check_as(ways[_i].role));
    pgcs_objects *at = pgcs_objects_new(report, ways[_i].schema, 1u << ways[_i].kind);
    bool found = false;
    if (pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION) < ways[_i].since)
        found = true;
    while (!found && pgcs_objects_next(at)) {
        const char *in_column = pgcs_object_column(at);
        if (strcmp(pgcs_object_name(at), ways[_i].name) != 0 ||
            (in_column != NULL && strcmp(in_column, "a") != 0))
            continue;
        found = true;
        ck_assert_int_eq(pgcs_object_via(at, ways[_i].privilege), ways[_i].via);
        ck_assert_pstr_eq(pgcs_object_via_role(at, ways[_i].privilege), ways[_i].via_role);
        ck_assert_int_eq((pgcs_object_privileges(at) & ways[_i].privilege) != 0,
                         ways[_i].via != PGCS_VIA_NONE);
    }
    ck_assert(found);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
}
END_TEST

/* Every sequence belongs to the column that pg_get_serial_sequence() finds for it. */
START_TEST(test_sequences__belong_to_their_columns) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    struct lines ours = {.count = 0}, theirs = {.count = 0};
    PGresult *result = query(
        pg, "SELECT pg_get_serial_sequence(quote_ident(n.nspname) || '.' ||"
            " quote_ident(c.relname), a.attname) || '|' || quote_ident(n.nspname) || '.' ||"
            " quote_ident(c.relname) || '.' || quote_ident(a.attname)"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
            " AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname !~ '^pg_'"
            " AND n.nspname <> 'information_schema' AND pg_get_serial_sequence("
            "quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) IS NOT NULL");
    for (int i = 0; i < PQntuples(result); i++)
        add_line(&theirs, PQgetvalue(result, i, 0));
    PQclear(result);
    const pgcs_report *report = report_of(check_as("postgres"));
    pgcs_objects *at = pgcs_objects_new(report, NULL, 1u << PGCS_OBJECT_SEQUENCE);
    while (pgcs_objects_next(at)) {
        char line[1024];
        if (pgcs_object_belongs_to(at) == NULL)
            continue;
        const char *const values[] = {pgcs_object_schema(at), pgcs_object_name(at)};
        PGresult *quoted = PQexecParams(pg, "SELECT quote_ident($1) || '.' || quote_ident($2)",
                                        2, NULL, values, NULL, NULL, 0);
        snprintf(line, sizeof line, "%s|%s", PQgetvalue(quoted, 0, 0),
                 pgcs_object_belongs_to(at));
        PQclear(quoted);
        add_line(&ours, line);
    }
    sort_lines(&ours);
    sort_lines(&theirs);
    ck_assert_uint_gt(theirs.count, 4);
    assert_same_lines("postgres", &ours, &theirs);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
    free_lines(&ours);
    free_lines(&theirs);
    PQfinish(pg);
}
END_TEST

/* Last values are those of pg_sequences, whoever asks; nobody's lock holds up more than them.
 */
START_TEST(test_sequences__last_values) {
    static const char *const logins[] = {"postgres", "owner_r", "direct", "public_only"};
    PGconn *super = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(super,
            "SELECT setval('s.free_seq', 77), setval('s.no_seq', -5000000000 + 5000000001),"
            " setval('s.read_seq', 9223372036854775807)");
    int known = 0, compared = 0;
    for (int i = 0; i < ROWS(logins); i++) {
        PGconn *pg = connect_as(logins[i], FIXTURE_DATABASE);
        pgcs_check *check = check_of(spec_for(server("PGHOST"), server("PGPORT"), logins[i],
                                              ROLE_PASSWORD, FIXTURE_DATABASE));
        ck_assert_int_eq(pgcs_check_set_sections(
                             check, PGCS_SECTION_OBJECTS | PGCS_SECTION_LAST_VALUES, NULL),
                         PGCS_OK);
        const pgcs_report *report = report_of(check);
        assert_no_findings(report);
        pgcs_objects *at = pgcs_objects_new(report, NULL, 1u << PGCS_OBJECT_SEQUENCE);
        while (pgcs_objects_next(at)) {
            const char *const values[] = {pgcs_object_schema(at), pgcs_object_name(at)};
            PGresult *last =
                PQexecParams(pg,
                             "SELECT last_value FROM pg_sequences WHERE schemaname "
                             "= $1 AND sequencename = $2",
                             2, NULL, values, NULL, NULL, 0);
            char text[32] = "";
            if (pgcs_object_has_last_value(at)) {
                snprintf(text, sizeof text, "%lld", (long long)pgcs_object_last_value(at));
                known++;
            }
            ck_assert_msg(strcmp(PQgetvalue(last, 0, 0), text) == 0, "%s.%s: %s", values[0],
                          values[1], text);
            PQclear(last);
            compared++;
        }
        pgcs_objects_free(at);
        pgcs_report_unref(report);
        PQfinish(pg);
    }
    ck_assert_int_ge(known, 6);
    ck_assert_int_gt(compared, known);
    run_sql(super, "BEGIN; ALTER SEQUENCE s.free_seq CACHE 3");
    pgcs_check *check = check_of(spec_for(server("PGHOST"), server("PGPORT"), "owner_r",
                                          ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(
        pgcs_check_set_sections(check, PGCS_SECTION_OBJECTS | PGCS_SECTION_LAST_VALUES, NULL),
        PGCS_OK);
    const pgcs_report *report = report_of(check);
    run_sql(super, "ROLLBACK");
    pgcs_findings *found = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(found), 1);
    ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_SECTION_FAILED);
    ck_assert_int_eq(pgcs_findings_next(found), 0);
    pgcs_findings_free(found);
    pgcs_objects *at = pgcs_objects_new(report, "s", 1u << PGCS_OBJECT_SEQUENCE);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
    PQfinish(super);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_sequences__last_values);
    tcase_add_loop_test(cases, test_privileges__as_the_server_says, 0, ROWS(roles));
    tcase_add_test(cases, test_privileges__oracle_tells_roles_apart);
    tcase_add_loop_test(cases, test_privileges__held_how, 0, ROWS(ways));
    tcase_add_test(cases, test_sequences__belong_to_their_columns);
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("privileges", fill, 30);
}
