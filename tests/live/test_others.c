/*
 * What others do while a check reads, at the very moment that is meant: a lock on pg_sequence
 * holds the check up behind the tables and before all else, what was wanted is done, and the
 * check goes on with the snapshot that it has. And what others have for themselves: temporary
 * objects, and names that are no text.
 */
#include <poll.h>
#include <stdbool.h>

#include "live.h"

/* --- at the very moment ----------------------------------------------------------------------
 */

static const char lock_sql[] =
    "BEGIN; LOCK TABLE pg_catalog.pg_sequence IN ACCESS EXCLUSIVE MODE";

/* Whether somebody waits for a lock of that mode on pg_sequence. */
static bool
is_waited_for(PGconn *pg, const char *mode) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = '%s' AND relation = "
             "'pg_sequence'::regclass",
             mode);
    char *count = value_of(pg, sql);
    bool yes = strcmp(count, "0") != 0;
    free(count);
    return yes;
}

/* A step, when its socket is ready or after a moment; false when there is nothing more to do.
 */
static bool
step(pgcs_check *check) {
    ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
    if (pgcs_check_state(check) != PGCS_STATE_RUNNING)
        return false;
    struct pollfd fd = {.fd = pgcs_check_socket(check), .events = POLLIN};
    if (pgcs_check_wants(check) & PGCS_WANT_WRITE)
        fd.events |= POLLOUT;
    poll(&fd, 1, 20);
    return true;
}

static void
let_go(PGconn *holder) {
    PGresult *locked;
    while ((locked = PQgetResult(holder)) != NULL) {
        MUST(PQresultStatus(locked) == PGRES_COMMAND_OK, "%s", PQerrorMessage(holder));
        PQclear(locked);
    }
    run_sql(holder, "COMMIT");
}

#define CHANGES 3

struct course {
    const char *role;
    uint32_t sections;
    const char *prepared;
    const char *changes[CHANGES];
};

/*
 * Run a check, and do the first change when it reaches pg_sequence for the first time, the
 * second when it has asked again and comes there once more. Whoever holds it up the next time
 * is in the queue before it goes on, so that it can't get past him.
 */
static const pgcs_report *
look_while(const struct course *course) {
    PGconn *admin = connect_as("postgres", FIXTURE_DATABASE);
    PGconn *holders[2] = {connect_as("postgres", FIXTURE_DATABASE),
                          connect_as("postgres", FIXTURE_DATABASE)};
    pgcs_check *check = check_of(spec_for(server("PGHOST"), server("PGPORT"), course->role,
                                          ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, course->sections, NULL), PGCS_OK);
    run_sql(admin, course->prepared);
    run_sql(holders[0], lock_sql);
    int done = 0;
    while (step(check)) {
        if (done == CHANGES || course->changes[done] == NULL ||
            !is_waited_for(admin, "AccessShareLock"))
            continue;
        run_sql(admin, course->changes[done]);
        if (done + 1 < CHANGES && course->changes[done + 1] != NULL) {
            ck_assert_int_eq(PQsendQuery(holders[(done + 1) % 2], lock_sql), 1);
            while (!is_waited_for(admin, "AccessExclusiveLock"))
                poll(NULL, 0, 1);
        }
        let_go(holders[done++ % 2]);
    }
    ck_assert(done == CHANGES || course->changes[done] == NULL);
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    pgcs_check_free(check);
    run_sql(admin, "DROP SCHEMA flux CASCADE");
    PQfinish(holders[0]);
    PQfinish(holders[1]);
    PQfinish(admin);
    return report;
}

/* "NAME PRIVILEGES;" of each object of a kind in schema flux, in the order of the report. */
static void
list_flux(const pgcs_report *report, pgcs_object_kind kind, char *out, size_t size) {
    pgcs_objects *at = pgcs_objects_new(report, "flux", 1u << kind);
    out[0] = '\0';
    while (pgcs_objects_next(at))
        snprintf(out + strlen(out), size - strlen(out), "%s %d;", pgcs_object_name(at),
                 pgcs_object_privileges(at) != 0);
    pgcs_objects_free(at);
}

/* Three functions of one owner, who has no other, and one ACL: the first is asked for all. */
#define THREE_ALIKE                                                                            \
    "CREATE SCHEMA flux; GRANT USAGE, CREATE ON SCHEMA flux TO PUBLIC; SET ROLE keeper;"       \
    "CREATE FUNCTION flux.f1() RETURNS int LANGUAGE sql AS 'SELECT 1';"                        \
    "CREATE FUNCTION flux.f2() RETURNS int LANGUAGE sql AS 'SELECT 1';"                        \
    "CREATE FUNCTION flux.f3() RETURNS int LANGUAGE sql AS 'SELECT 1';"                        \
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA flux FROM PUBLIC;"                                  \
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA flux TO public_only; RESET ROLE"
#define GIVE "GRANT EXECUTE ON FUNCTION flux.f1() TO public_only"
#define TAKE "REVOKE EXECUTE ON FUNCTION flux.f1() FROM public_only"

/* A table whose checks call three functions. */
#define THREE_CHECKS                                                                           \
    "CREATE SCHEMA flux;"                                                                      \
    "CREATE FUNCTION flux.f1(int) RETURNS bool LANGUAGE sql AS 'SELECT true';"                 \
    "CREATE FUNCTION flux.f2(int) RETURNS bool LANGUAGE sql AS 'SELECT true';"                 \
    "CREATE FUNCTION flux.f3(int) RETURNS bool LANGUAGE sql AS 'SELECT true';"                 \
    "CREATE TABLE flux.t (v int, CONSTRAINT c1 CHECK (flux.f1(v)),"                            \
    " CONSTRAINT c2 CHECK (flux.f2(v)), CONSTRAINT c3 CHECK (flux.f3(v)))"
#define DROP(n) "ALTER TABLE flux.t DROP CONSTRAINT c" #n "; DROP FUNCTION flux.f" #n "(int)"

#define FUNCTIONS   (PGCS_SECTION_OBJECTS | PGCS_SECTION_FUNCTIONS)
#define EXPRESSIONS (PGCS_SECTION_OBJECTS | PGCS_SECTION_STRUCTURE | PGCS_SECTION_EXPRESSIONS)

static const struct {
    struct course course;
    pgcs_object_kind kind;
    const char *told;
    int32_t code; /* 0: nothing is said */
    const char *message;
} changes[] = {
    /* A privilege goes: the answer does not fit the ACL, all is asked again. */
    {{"public_only", FUNCTIONS, THREE_ALIKE, {TAKE}},
     PGCS_OBJECT_FUNCTION,
     "f1() 0;f2() 1;f3() 1;",
     0,
     NULL},
    {{"public_only", FUNCTIONS, THREE_ALIKE, {TAKE, GIVE}},
     PGCS_OBJECT_FUNCTION,
     "f1() 1;f2() 1;f3() 1;",
     0,
     NULL},
    /* No answer is to be had that stays: it is the server's, and a finding says so. */
    {{"public_only", FUNCTIONS, THREE_ALIKE, {TAKE, GIVE, TAKE}},
     PGCS_OBJECT_FUNCTION,
     "f1() 0;f2() 0;f3() 0;",
     PGCS_CODE_PRIVILEGES_CHANGED,
     "privileges changed while they were read"},
    /* The one that is asked is not there any more. */
    {{"public_only", FUNCTIONS, THREE_ALIKE, {"DROP FUNCTION flux.f1()"}},
     PGCS_OBJECT_FUNCTION,
     "f2() 1;f3() 1;",
     0,
     NULL},
    {{"public_only",
      FUNCTIONS,
      THREE_ALIKE,
      {"DROP SCHEMA flux CASCADE; CREATE SCHEMA flux; CREATE TABLE flux.t ()"}},
     PGCS_OBJECT_TABLE,
     "t 0;",
     0,
     NULL},
    /* What is read is not there any more: "cache lookup failed", XX000. */
    {{"postgres", EXPRESSIONS, THREE_CHECKS, {DROP(1)}}, PGCS_OBJECT_TABLE, "t 1;", 0, NULL},
    {{"postgres", EXPRESSIONS, THREE_CHECKS, {DROP(1), DROP(2)}},
     PGCS_OBJECT_TABLE,
     "t 1;",
     0,
     NULL},
    {{"postgres", EXPRESSIONS, THREE_CHECKS, {DROP(1), DROP(2), DROP(3)}},
     PGCS_OBJECT_TABLE,
     "t 1;",
     PGCS_CODE_SECTION_FAILED,
     "cache lookup failed for function"},
};

START_TEST(test_others__change_it_meanwhile) {
    char told[256];
    const pgcs_report *report = look_while(&changes[_i].course);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    bool finds = pgcs_findings_next(at) != 0;
    ck_assert_msg(finds == (changes[_i].code != 0), "%s", pgcs_finding_message(at));
    ck_assert_int_eq(pgcs_finding_code(at), changes[_i].code);
    if (finds)
        ck_assert_ptr_nonnull(strstr(pgcs_finding_message(at), changes[_i].message));
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    list_flux(report, changes[_i].kind, told, sizeof told);
    ck_assert_str_eq(told, changes[_i].told);
    pgcs_findings_free(at);
    pgcs_report_unref(report);
}
END_TEST

/* --- temporary objects -----------------------------------------------------------------------
 */

static const char temporary_sql[] =
    "CREATE TEMP TABLE passing (id serial PRIMARY KEY, v text);"
    "CREATE TEMP TABLE pg_class (LIKE pg_catalog.pg_class);"
    "CREATE TEMP TABLE pg_roles (oid oid, rolname name);"
    "CREATE TEMP SEQUENCE passing_by; CREATE TEMP VIEW passing_view AS SELECT 1 AS x;"
    "CREATE TYPE pg_temp.passing_type AS ENUM ('a');"
    "CREATE FUNCTION pg_temp.passing_f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    "GRANT ALL ON passing, pg_class, pg_roles, passing_view TO PUBLIC;"
    "GRANT ALL ON passing_by TO PUBLIC";

static pgcs_check *
check_as(const char *role) {
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), role, ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(
        pgcs_check_set_sections(check,
                                FUNCTIONS | PGCS_SECTION_COLUMNS | PGCS_SECTION_TYPES |
                                    PGCS_SECTION_GRANTS | PGCS_SECTION_STRUCTURE |
                                    PGCS_SECTION_EXPRESSIONS | PGCS_SECTION_LAST_VALUES |
                                    PGCS_SECTION_ROLE | PGCS_SECTION_SESSION,
                                NULL),
        PGCS_OK);
    return check;
}

static void
assert_is_nobodys(const char *schema, const char *name) {
    ck_assert_msg(schema == NULL || strncmp(schema, "pg_t", 4) != 0, "%s.%s", schema, name);
    ck_assert_msg(strstr(name, "passing") == NULL, "%s", name);
}

/* What lives as long as a session is nobody else's business, and none of the report's. */
static void
assert_nothing_temporary(const pgcs_report *report) {
    int objects = 0;
    assert_no_findings(report);
    pgcs_objects *at = pgcs_objects_new(report, NULL, 0);
    while (pgcs_objects_next(at)) {
        assert_is_nobodys(pgcs_object_schema(at), pgcs_object_name(at));
        objects++;
    }
    pgcs_objects_free(at);
    pgcs_grants *grants = pgcs_grants_new(report, NULL);
    while (pgcs_grants_next(grants))
        assert_is_nobodys(pgcs_grant_schema(grants), pgcs_grant_object(grants));
    pgcs_grants_free(grants);
    ck_assert_int_gt(objects, 40);
}

START_TEST(test_others__have_temporary_objects) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    PGconn *owner = connect_as("database_owner", FIXTURE_DATABASE);
    run_sql(pg, temporary_sql);
    run_sql(owner, temporary_sql);
    static const char *const logins[] = {"postgres", "database_owner", "public_only"};
    for (int i = 0; i < ROWS(logins); i++) {
        const pgcs_report *report = report_of(check_as(logins[i]));
        assert_nothing_temporary(report);
        pgcs_report_unref(report);
    }
    char *schema =
        value_of(pg, "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()");
    pgcs_check *check = check_as("postgres");
    ck_assert_int_eq(pgcs_check_add_table(check, schema, "passing", NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    pgcs_findings *found = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(found), 1);
    ck_assert_int_eq(pgcs_finding_code(found), PGCS_CODE_TABLE_NOT_FOUND);
    ck_assert_int_eq(pgcs_findings_next(found), 0);
    pgcs_findings_free(found);
    pgcs_report_unref(report);
    free(schema);
    PQfinish(owner);
    PQfinish(pg);
}
END_TEST

/* Our own session's, that somebody made at its login: they hide pg_class and its like. */
START_TEST(test_others__make_temporary_objects_of_ours) {
    PGconn *pg = connect_as("postgres", FIXTURE_DATABASE);
    if (PQserverVersion(pg) >= 170000) { /* no triggers on login before */
        char *sql = NULL;
        ck_assert_int_gt(
            asprintf(&sql,
                     "CREATE FUNCTION public.welcome() RETURNS event_trigger LANGUAGE plpgsql "
                     "SECURITY DEFINER AS $$BEGIN %s; END$$;"
                     "CREATE EVENT TRIGGER welcome ON login EXECUTE FUNCTION public.welcome();"
                     "ALTER EVENT TRIGGER welcome ENABLE ALWAYS;"
                     "ALTER ROLE ALL SET search_path = pg_temp, public",
                     temporary_sql),
            0);
        run_sql(pg, sql);
        free(sql);
        PGconn *greeted = connect_as("public_only", FIXTURE_DATABASE);
        run_sql(greeted, "SELECT id FROM passing");
        PQfinish(greeted);
        const pgcs_report *report = report_of(check_as("public_only"));
        run_sql(pg, "DROP EVENT TRIGGER welcome; DROP FUNCTION public.welcome();"
                    "ALTER ROLE ALL RESET search_path");
        assert_nothing_temporary(report);
        pgcs_report_unref(report);
    }
    PQfinish(pg);
}
END_TEST

/* --- names that are no text ------------------------------------------------------------------
 */

/* Where names are converted that name can't be sent: what has it is lost, and said to be. */
static void
assert_untold_in_japanese(void) {
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE japanese TEMPLATE template0 ENCODING 'EUC_JP' LC_COLLATE 'C' "
                "LC_CTYPE 'C'");
    const pgcs_report *report = report_of(check_of(spec_for(
        server("PGHOST"), server("PGPORT"), "public_only", ROLE_PASSWORD, "japanese")));
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    static const char *const lost[] = {"the memberships", "the roles"};
    for (int i = 0; i < ROWS(lost); i++) {
        char message[128];
        snprintf(message, sizeof message,
                 "%s could not be read: a name in it is no text in the encoding of this "
                 "database",
                 lost[i]);
        ck_assert_int_eq(pgcs_findings_next(at), 1);
        ck_assert_int_eq(pgcs_finding_code(at), PGCS_CODE_SECTION_FAILED);
        ck_assert_str_eq(pgcs_finding_message(at), message);
    }
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    pgcs_findings_free(at);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_ENCODING), "EUC_JP");
    pgcs_report_unref(report);
    run_sql(pg, "DROP DATABASE japanese");
    PQfinish(pg);
}

/* Roles are of all databases: one of SQL_ASCII gave this one a name that is no UTF-8. */
START_TEST(test_others__have_names_that_are_no_text) {
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE raw TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' "
                "LC_CTYPE 'C'");
    PGconn *raw = connect_as("postgres", "raw");
    run_sql(raw, "SET client_encoding = 'SQL_ASCII'");
    run_sql(raw, "CREATE ROLE \"r\xf6\xff.\"; GRANT \"r\xf6\xff.\" TO public_only;"
                 "CREATE SCHEMA \"s\xfe\n\"; GRANT USAGE ON SCHEMA \"s\xfe\n\" TO PUBLIC;"
                 "CREATE TABLE \"s\xfe\n\".\"t\xc3\" (\"c\xe2\x82\" serial, d int);"
                 "CREATE FUNCTION \"s\xfe\n\".\"f\xf0\"(\"a\xf5\" int) RETURNS int LANGUAGE sql"
                 " AS 'SELECT 1';"
                 "CREATE TYPE \"s\xfe\n\".\"e\xf1\" AS ENUM ('\xf2');"
                 "GRANT SELECT ON \"s\xfe\n\".\"t\xc3\" TO \"r\xf6\xff.\";"
                 "GRANT UPDATE (\"c\xe2\x82\") ON \"s\xfe\n\".\"t\xc3\" TO \"r\xf6\xff.\"");
    PQfinish(raw);
    PGconn *in = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(in, "SET client_encoding = 'SQL_ASCII'");
    run_sql(in, "DO $$ BEGIN EXECUTE format('CREATE TABLE public.of_raw (); GRANT SELECT ON "
                "public.of_raw TO %I', (SELECT rolname FROM pg_roles WHERE rolname::bytea = "
                "'\\x72f6ff2e')); END $$");
    static const char *const databases[] = {"raw", FIXTURE_DATABASE};
    static const char *const schemas[] = {"s\xfe\n", "public"};
    static const char *const tables[] = {"t\xc3", "of_raw"};
    for (int i = 0; i < 2; i++) {
        pgcs_check *check = check_of(spec_for(server("PGHOST"), server("PGPORT"), "public_only",
                                              ROLE_PASSWORD, databases[i]));
        ck_assert_int_eq(pgcs_check_set_sections(check,
                                                 FUNCTIONS | PGCS_SECTION_COLUMNS |
                                                     PGCS_SECTION_TYPES | PGCS_SECTION_ROLE |
                                                     PGCS_SECTION_GRANTS,
                                                 NULL),
                         PGCS_OK);
        const pgcs_report *report = report_of(check);
        assert_no_findings(report);
        pgcs_objects *at = pgcs_objects_new(report, schemas[i], 1u << PGCS_OBJECT_TABLE);
        ck_assert_int_eq(pgcs_objects_next(at), 1);
        ck_assert_str_eq(pgcs_object_name(at), tables[i]);
        ck_assert_str_eq(pgcs_object_via_role(at, PGCS_PRIV_SELECT), "r\xf6\xff.");
        pgcs_objects_free(at);
        pgcs_memberships *roles = pgcs_memberships_new(report);
        ck_assert_int_eq(pgcs_memberships_next(roles), 1);
        while (strcmp(pgcs_membership_role(roles), "r\xf6\xff.") != 0)
            ck_assert_int_eq(pgcs_memberships_next(roles), 1);
        pgcs_memberships_free(roles);
        int named = 0;
        at = pgcs_objects_new(report, "s\xfe\n", 0);
        while (pgcs_objects_next(at)) {
            static const char *const names[] = {"t\xc3", "f\xf0(\"a\xf5\" integer)", "e\xf1",
                                                "t\xc3_c\xe2\x82_seq"};
            for (int k = 0; k < ROWS(names); k++)
                named += strcmp(pgcs_object_name(at), names[k]) == 0;
        }
        ck_assert_int_eq(named, i == 0 ? 5 : 0); /* a column has its table's */
        pgcs_objects_free(at);
        pgcs_report_unref(report);
    }
    assert_untold_in_japanese();
    run_sql(in, "DROP TABLE public.of_raw");
    drop_database(pg, "raw");
    run_sql(pg,
            "DO $$ BEGIN EXECUTE format('DROP ROLE %I', (SELECT rolname FROM pg_roles WHERE "
            "rolname::bytea = '\\x72f6ff2e')); END $$");
    PQfinish(in);
    PQfinish(pg);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_others__change_it_meanwhile, 0, ROWS(changes));
    tcase_add_test(cases, test_others__have_temporary_objects);
    tcase_add_test(cases, test_others__make_temporary_objects_of_ours);
    tcase_add_test(cases, test_others__have_names_that_are_no_text);
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("others", fill, 120);
}
