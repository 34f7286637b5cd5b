/*
 * The check on real servers: failures with their causes, facts, scope, hostile surroundings.
 */
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"

/* --- failures --------------------------------------------------------------------------------
 */

static const struct {
    const char *role;
    const char *password;
    const char *database;
    int32_t cause;
    const char *field;
    const char *message; /* behind the target */
} refusals[] = {
    {"public_only", "wrong", "postgres", PGCS_CAUSE_PASSWORD_WRONG, "password",
     "password not accepted for user \"public_only\""},
    {"no_such_role", "wrong", "postgres", PGCS_CAUSE_PASSWORD_WRONG, "password",
     "password not accepted for user \"no_such_role\""},
    {"public_only", NULL, "postgres", PGCS_CAUSE_PASSWORD_MISSING, "password",
     "the server asks for a password, and there is none"},
    {"public_only", ROLE_PASSWORD, "no_such_db", PGCS_CAUSE_NO_SUCH_DATABASE, "dbname",
     "database \"no_such_db\" does not exist"},
    {"public_only", ROLE_PASSWORD, "template0", PGCS_CAUSE_NOT_PERMITTED, "dbname",
     "database \"template0\" accepts no connections"},
    {"public_only", ROLE_PASSWORD, "closed_db", PGCS_CAUSE_NOT_PERMITTED, "dbname",
     "user \"public_only\" may not connect to database \"closed_db\""},
    {"no_login", ROLE_PASSWORD, "postgres", PGCS_CAUSE_NOT_PERMITTED, "user",
     "role \"no_login\" may not log in"},
    {"crowded", ROLE_PASSWORD, "postgres", PGCS_CAUSE_TOO_MANY_CONNECTIONS, "user",
     "role \"crowded\" has as many connections as it may have"},
    {"public_only", ROLE_PASSWORD, "full_db", PGCS_CAUSE_TOO_MANY_CONNECTIONS, "dbname",
     "database \"full_db\" has as many connections as it may have"},
};

START_TEST(test_failures__have_their_cause) {
    const pgcs_report *report =
        report_of(check_of(spec_for("127.0.0.1", server("PGPORT"), refusals[_i].role,
                                    refusals[_i].password, refusals[_i].database)));
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    char expected[512];
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_msg(pgcs_finding_code(at) == refusals[_i].cause, "%s", pgcs_finding_message(at));
    ck_assert_str_eq(pgcs_finding_field(at), refusals[_i].field);
    snprintf(expected, sizeof expected, "\"127.0.0.1\" port %s: %s", server("PGPORT"),
             refusals[_i].message);
    ck_assert_str_eq(pgcs_finding_message(at), expected);
    ck_assert(!pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION));
    pgcs_findings_free(at);
    pgcs_report_unref(report);
}
END_TEST

static pgcs_check *
check_text(const char *text) {
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    return check_of(spec);
}

/* The one that answers is the third; the report tells of the other two, as warnings. */
START_TEST(test_hosts__tried_in_order) {
    char text[512];
    snprintf(text, sizeof text,
             "host=127.0.0.1,/no/such/folder,%s port=1,2,%s user=postgres dbname=postgres",
             server("PGHOST"), server("PGPORT"));
    const pgcs_report *report = report_of(check_text(text));
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_HOST_INDEX), 2);
    ck_assert_int_eq(pgcs_report_severity(report), PGCS_SEVERITY_WARNING);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_int_eq(pgcs_finding_code(at), PGCS_CAUSE_REFUSED);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_int_eq(pgcs_finding_code(at), PGCS_CAUSE_SOCKET_MISSING);
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    pgcs_findings_free(at);
    pgcs_report_unref(report);
}
END_TEST

static const struct {
    const char *attrs;
    int32_t cause; /* 0: it fits */
} kinds[] = {
    {"any", 0},
    {"read-write", 0},
    {"primary", 0},
    {"prefer-standby", 0},
    {"standby", PGCS_CAUSE_WRONG_SESSION_KIND},
    {"read-only", PGCS_CAUSE_WRONG_SESSION_KIND},
};

START_TEST(test_hosts__of_the_kind_that_is_asked_for) {
    char text[512];
    snprintf(text, sizeof text,
             "host=%s port=%s user=postgres dbname=postgres target_session_attrs=%s",
             server("PGHOST"), server("PGPORT"), kinds[_i].attrs);
    const pgcs_report *report = report_of(check_text(text));
    ck_assert_int_eq(failure_of(report), kinds[_i].cause);
    pgcs_report_unref(report);
}
END_TEST

/* --- facts -----------------------------------------------------------------------------------
 */

START_TEST(test_facts__of_the_session) {
    PGconn *pg = connect_as("acts_as_grp", FIXTURE_DATABASE);
    const pgcs_report *report = report_of(check_of(spec_for(
        "127.0.0.1", server("PGPORT"), "acts_as_grp", ROLE_PASSWORD, FIXTURE_DATABASE)));
    assert_no_findings(report);
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION),
                     PQserverVersion(pg));
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_USER), "grp");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_SESSION_USER), "acts_as_grp");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_DATABASE), FIXTURE_DATABASE);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_ENCODING), "UTF8");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_SERVER_ADDRESS), "127.0.0.1");
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_IS_SUPERUSER), 0);
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_IS_STANDBY), 0);
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_IS_READ_ONLY), 0);
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_TLS_IN_USE), 0);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TLS_VERIFIED), "none");
    ck_assert_int_ge(pgcs_report_fact_int(report, PGCS_FACT_CONNECT_MS), 0);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/* --- scope -----------------------------------------------------------------------------------
 */

static pgcs_check *
check_as(const char *role) {
    return check_of(
        spec_for(server("PGHOST"), server("PGPORT"), role, ROLE_PASSWORD, FIXTURE_DATABASE));
}

/* All objects as "kind schema.name.column;", but the database. */
static void
list_objects(const pgcs_report *report, char *out, size_t size) {
    pgcs_objects *at = pgcs_objects_new(report, NULL, ~(1u << PGCS_OBJECT_DATABASE));
    out[0] = '\0';
    while (pgcs_objects_next(at))
        snprintf(out + strlen(out), size - strlen(out), "%s %s.%s.%s;",
                 pgcs_object_kind_name(pgcs_object_kind_of(at)),
                 pgcs_object_schema(at) ? pgcs_object_schema(at) : "", pgcs_object_name(at),
                 pgcs_object_column(at) ? pgcs_object_column(at) : "");
    pgcs_objects_free(at);
}

static const struct {
    const char *schemas[3];
    const char *tables[3][2];
    const char *objects;
    const char *missing; /* the finding, if there is to be one */
} scopes[] = {
    {{"open_all"},
     {{NULL}},
     "schema .open_all.;table open_all.others.;sequence open_all.others_id_seq.;",
     NULL},
    {{NULL},
     {{"s", "public_read"}},
     "schema .s.;table s.public_read.;sequence s.public_read_id_seq.;",
     NULL},
    {{NULL},
     {{"s", "by_column"}, {"s", "free_seq"}},
     "schema .s.;table s.by_column.;column s.by_column.a;column s.by_column.b;"
     "column s.by_column.c;column s.by_column.id;sequence s.free_seq.;",
     NULL},
    {{"open_all"},
     {{"s", "plain"}},
     "schema .open_all.;schema .s.;table open_all.others.;sequence open_all.others_id_seq.;"
     "table s.plain.;",
     NULL},
    {{"no such"}, {{NULL}}, "", "there is no schema \"no such\""},
    {{NULL},
     {{"s", "nope"}},
     "schema .s.;",
     "there is no table, view or sequence \"nope\" in schema \"s\""},
    {{NULL},
     {{"s", "plain"}, {"open_all", "plain"}},
     "schema .open_all.;schema .s.;table s.plain.;",
     "there is no table, view or sequence \"plain\" in schema \"open_all\""},
    /* Names of roles are no names of schemas. */
    {{"grp"}, {{NULL}}, "", "there is no schema \"grp\""},
    {{"we\"ird.sch ema' OR true --"},
     {{NULL}},
     "",
     "there is no schema \"we\"ird.sch ema' OR true --\""},
    {{"information_schema"},
     {{NULL}},
     "",
     "schema \"information_schema\" is the system's own, which is not reported"},
    {{NULL},
     {{"we\"ird.sch ema", "t.a'b\"le\\x"}},
     "schema .we\"ird.sch ema.;table we\"ird.sch ema.t.a'b\"le\\x.;"
     "column we\"ird.sch ema.t.a'b\"le\\x.new\nline;"
     "sequence we\"ird.sch ema.t.a'b\"le\\x_co.l\"umn_seq.;",
     NULL},
};

START_TEST(test_scope__only_what_was_named) {
    pgcs_check *check = check_as("public_only");
    char objects[8192];
    for (int i = 0; i < 3 && scopes[_i].schemas[i] != NULL; i++)
        ck_assert_int_eq(pgcs_check_add_schema(check, scopes[_i].schemas[i], NULL), PGCS_OK);
    for (int i = 0; i < 3 && scopes[_i].tables[i][0] != NULL; i++)
        ck_assert_int_eq(
            pgcs_check_add_table(check, scopes[_i].tables[i][0], scopes[_i].tables[i][1], NULL),
            PGCS_OK);
    const pgcs_report *report = report_of(check);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(at), scopes[_i].missing != NULL);
    ck_assert_pstr_eq(pgcs_finding_message(at), scopes[_i].missing);
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    pgcs_findings_free(at);
    list_objects(report, objects, sizeof objects);
    ck_assert_str_eq(objects, scopes[_i].objects);
    pgcs_report_unref(report);
}
END_TEST

/* --- surroundings ----------------------------------------------------------------------------
 */

/* CVE-2018-1058: what somebody planted in public is run by who calls it unqualified. */
START_TEST(test_surroundings__planted_operators_and_functions) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg,
            "BEGIN; CREATE SEQUENCE public.traps; GRANT ALL ON public.traps TO PUBLIC;"
            "GRANT USAGE ON SCHEMA public TO PUBLIC;"
            "CREATE FUNCTION public.spring(anyelement, anyelement) RETURNS bool LANGUAGE "
            "plpgsql AS 'BEGIN PERFORM nextval(''public.traps''); RETURN true; END';"
            "CREATE FUNCTION public.trap(information_schema.sql_identifier, name) RETURNS bool "
            "LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trapped''; END';"
            "CREATE OPERATOR public.= (leftarg = information_schema.sql_identifier,"
            " rightarg = name, procedure = public.trap);"
            "CREATE FUNCTION public.trap(\"char\", \"char\") RETURNS bool LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''trapped''; END';"
            "CREATE OPERATOR public.<= (leftarg = \"char\", rightarg = \"char\","
            " procedure = public.trap);"
            "CREATE FUNCTION public.pg_has_role(oid, text) RETURNS bool LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION ''trapped''; END';"
            "CREATE TABLE public.pg_class (x int); COMMIT");
    pgcs_check *check = check_as("postgres");
    ck_assert_int_eq(pgcs_check_set_sections(check, 0x7f, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    run_sql(pg, "BEGIN; DROP TABLE public.pg_class; DROP SEQUENCE public.traps;"
                "DROP FUNCTION public.pg_has_role(oid, text);"
                "DROP OPERATOR public.= (information_schema.sql_identifier, name);"
                "DROP OPERATOR public.<= (\"char\", \"char\");"
                "DROP FUNCTION public.trap(information_schema.sql_identifier, name);"
                "DROP FUNCTION public.trap(\"char\", \"char\");"
                "DROP FUNCTION public.spring(anyelement, anyelement); COMMIT");
    assert_no_findings(report);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/* Temporary tables of other sessions are nobody's business. */
START_TEST(test_surroundings__temporary_tables_are_not_shown) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg, "CREATE TEMP TABLE passing (id serial)");
    const pgcs_report *report = report_of(check_as("postgres"));
    pgcs_objects *at = pgcs_objects_new(report, NULL, 0);
    while (pgcs_objects_next(at))
        ck_assert_ptr_null(strstr(pgcs_object_name(at), "passing"));
    pgcs_objects_free(at);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/* Settings of the role and the database that would change what a lazy query means. */
START_TEST(test_surroundings__odd_settings) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    static const char *const settings[][2] = {
        {"standard_conforming_strings", "off"},
        {"quote_all_identifiers", "on"},
        {"bytea_output", "escape"},
        {"default_transaction_read_only", "on"},
        {"client_encoding", "LATIN1"},
        {"default_transaction_isolation", "serializable"},
        {"search_path", "s, public"},
        {"row_security", "off"},
        {"lc_messages", "C"},
        {"statement_timeout", "60000"},
    };
    char sql[256];
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        snprintf(sql, sizeof sql, "ALTER ROLE columns_only SET %s = '%s'", settings[i][0],
                 settings[i][1]);
        if (strcmp(settings[i][0], "search_path") == 0)
            snprintf(sql, sizeof sql, "ALTER ROLE columns_only SET search_path = s, public");
        run_sql(pg, sql);
    }
    pgcs_check *check = check_as("columns_only");
    ck_assert_int_eq(pgcs_check_add_table(check, "we\"ird.sch ema", "t.a'b\"le\\x", NULL),
                     PGCS_OK);
    const pgcs_report *report = report_of(check);
    run_sql(pg, "ALTER ROLE columns_only RESET ALL");
    assert_no_findings(report);
    char objects[4096];
    list_objects(report, objects, sizeof objects);
    ck_assert_str_eq(objects, scopes[sizeof scopes / sizeof scopes[0] - 1].objects);
    ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_IS_READ_ONLY), 1);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

static const struct {
    const char *encoding;
    const char *made; /* the name, in SQL, in that encoding */
    const char *shown;
} encodings[] = {
    {"LATIN1", "U&\"gr\\00f6\\00dfe\"",
     "gr\xc3\xb6\xc3\x9f"
     "e"},
    {"SQL_ASCII", "\"gr\xf6\xff\"", "gr\xf6\xff"},
    {"EUC_JP", "U&\"\\8868\"", "\xe8\xa1\xa8"},
};

START_TEST(test_surroundings__encodings) {
    PGconn *pg = connect_as("postgres", "postgres");
    char sql[256];
    bool raw = strcmp(encodings[_i].encoding, "SQL_ASCII") == 0;
    snprintf(sql, sizeof sql,
             "CREATE DATABASE encoded TEMPLATE template0 ENCODING '%s' LC_COLLATE 'C' LC_CTYPE "
             "'C'",
             encodings[_i].encoding);
    run_sql(pg, sql);
    PGconn *in = connect_as("postgres", "encoded");
    if (raw)
        run_sql(in, "SET client_encoding = 'SQL_ASCII'");
    snprintf(sql, sizeof sql, "CREATE TABLE public.%s (id int)", encodings[_i].made);
    run_sql(in, sql);
    PQfinish(in);
    pgcs_check *check =
        check_of(spec_for(server("PGHOST"), server("PGPORT"), "postgres", NULL, "encoded"));
    ck_assert_int_eq(pgcs_check_add_table(check, "public", encodings[_i].shown, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    drop_database(pg, "encoded");
    assert_no_findings(report);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_ENCODING), encodings[_i].encoding);
    pgcs_objects *at = pgcs_objects_new(report, "public", 1u << PGCS_OBJECT_TABLE);
    ck_assert_int_eq(pgcs_objects_next(at), 1);
    ck_assert_str_eq(pgcs_object_name(at), encodings[_i].shown);
    pgcs_objects_free(at);
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/* One section waits for a lock: it is named, in time, and costs no other. */
START_TEST(test_surroundings__locked_catalog) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg, "BEGIN; LOCK TABLE pg_catalog.pg_sequence IN ACCESS EXCLUSIVE MODE");
    const pgcs_report *report = NULL;
    /* A lock is waited for half of the time; on a busy machine the rest needs more. */
    for (int64_t ms = 2000; ms < PATIENCE_MS && (report == NULL || is_out_of_time(report));
         ms *= 5) {
        pgcs_report_unref(report);
        pgcs_check *check = check_as("public_only");
        ck_assert_int_eq(pgcs_check_set_timeout_ms(check, ms, NULL), PGCS_OK);
        report = report_of(check);
    }
    run_sql(pg, "ROLLBACK");
    pgcs_findings *found = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(found), 1);
    ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_SECTION_FAILED);
    ck_assert_str_eq(pgcs_finding_message(found),
                     "the sequences could not be read: somebody holds a lock on a system "
                     "catalog");
    ck_assert_int_eq(pgcs_findings_next(found), 0);
    pgcs_findings_free(found);
    for (int kind = PGCS_OBJECT_TABLE; kind <= PGCS_OBJECT_COLUMN; kind++) {
        pgcs_objects *at = pgcs_objects_new(report, NULL, 1u << kind);
        ck_assert_int_eq(pgcs_objects_next(at), kind != PGCS_OBJECT_SEQUENCE);
        pgcs_objects_free(at);
    }
    pgcs_report_unref(report);
    PQfinish(pg);
}
END_TEST

/*
 * Somebody takes the representative of a group away from it and puts it back, as fast as he
 * can. The other members never change, and must never be reported otherwise.
 */
START_TEST(test_surroundings__privileges_change_meanwhile) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg, "BEGIN; CREATE SCHEMA race; GRANT USAGE ON SCHEMA race TO PUBLIC");
    for (int i = 0; i < 30; i++) {
        char sql[160];
        snprintf(sql, sizeof sql,
                 "CREATE TABLE race.t%02d (id int); GRANT SELECT ON race.t%02d TO public_only",
                 i, i);
        run_sql(pg, sql);
    }
    run_sql(pg, "COMMIT");
    pid_t child = fork();
    if (child == 0) {
        PGconn *other = connect_as("postgres", FIXTURE_DATABASE);
        for (;;) {
            PQclear(PQexec(other, "REVOKE SELECT ON race.t00 FROM public_only"));
            PQclear(PQexec(other, "GRANT SELECT ON race.t00 TO public_only"));
        }
    }
    for (int run = 0; run < 60; run++) {
        pgcs_check *check = check_as("public_only");
        ck_assert_int_eq(pgcs_check_add_schema(check, "race", NULL), PGCS_OK);
        const pgcs_report *report = report_of(check);
        pgcs_findings *found = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
        bool told = pgcs_findings_next(found) != 0;
        if (told)
            ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_PRIVILEGES_CHANGED);
        pgcs_findings_free(found);
        pgcs_objects *at = pgcs_objects_new(report, "race", 1u << PGCS_OBJECT_TABLE);
        for (int i = 0; i < 30; i++) {
            ck_assert_int_eq(pgcs_objects_next(at), 1);
            ck_assert(told || i == 0 || pgcs_object_privileges(at) == PGCS_PRIV_SELECT);
        }
        pgcs_objects_free(at);
        pgcs_report_unref(report);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    /* What he sent last may still run on the server. */
    await_alone(pg, FIXTURE_DATABASE);
    run_sql(pg, "DROP SCHEMA race CASCADE");
    PQfinish(pg);
}
END_TEST

static void
prepare(void) {
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE closed_db");
    run_sql(pg, "REVOKE CONNECT ON DATABASE closed_db FROM PUBLIC");
    run_sql(pg, "CREATE DATABASE full_db CONNECTION LIMIT 0");
    run_sql(pg, "CREATE ROLE no_login NOLOGIN PASSWORD '" ROLE_PASSWORD "'");
    run_sql(pg, "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0 PASSWORD '" ROLE_PASSWORD "'");
    PQfinish(pg);
}

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_failures__have_their_cause, 0, ROWS(refusals));
    tcase_add_test(cases, test_hosts__tried_in_order);
    tcase_add_loop_test(cases, test_hosts__of_the_kind_that_is_asked_for, 0, ROWS(kinds));
    tcase_add_test(cases, test_facts__of_the_session);
    tcase_add_loop_test(cases, test_scope__only_what_was_named, 0, ROWS(scopes));
    tcase_add_test(cases, test_surroundings__planted_operators_and_functions);
    tcase_add_test(cases, test_surroundings__temporary_tables_are_not_shown);
    tcase_add_test(cases, test_surroundings__odd_settings);
    tcase_add_loop_test(cases, test_surroundings__encodings, 0, ROWS(encodings));
    tcase_add_test(cases, test_surroundings__locked_catalog);
    tcase_add_test(cases, test_surroundings__privileges_change_meanwhile);
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    prepare();
    return suite_run("session", fill, 300);
}
