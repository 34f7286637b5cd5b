/*
 * Single needs against the server, one a row: what a job lacks, its statement is
 * refused for; once that is granted, the verdict is sufficient and the statement succeeds. Rows
 * without a grant are fit at once: what looks like a need there is none.
 */
#include <stdbool.h>

#include "live.h"

#define TRUNCATE    PGCS_NEED_TRUNCATE
#define CASCADE     (PGCS_NEED_TRUNCATE | PGCS_NEED_CASCADE)
#define INSERT_ONLY PGCS_NEED_INSERT_ONLY

/* A function of olga's that nobody else may call, and what a trigger runs. */
#define FUNCTION                                                                               \
    "CREATE FUNCTION s.f(x integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS "            \
    "'BEGIN RETURN true; END'; REVOKE ALL ON FUNCTION s.f FROM PUBLIC;"                        \
    "CREATE FUNCTION s.fired() RETURNS trigger LANGUAGE plpgsql AS "                           \
    "'BEGIN RETURN NEW; END';"
#define TABLE     "CREATE TABLE s.t (id integer PRIMARY KEY, v integer);"
#define MAY_CALL  "GRANT EXECUTE ON FUNCTION s.f TO writer"
#define MAY_WRITE "GRANT INSERT, UPDATE, TRUNCATE, SELECT ON s.t TO writer;"
/* t refers to pk, which fred owns. */
#define KEY                                                                                    \
    "CREATE TABLE s.pk (id integer PRIMARY KEY); INSERT INTO s.pk VALUES (1); " TABLE          \
    "ALTER TABLE s.t ADD FOREIGN KEY (v) REFERENCES s.pk; ALTER TABLE s.pk OWNER TO fred;"     \
    "GRANT USAGE ON SCHEMA s TO fred;" MAY_WRITE
/* p is partitioned, p1 its partition, and c refers to p. */
#define PARTITIONED                                                                            \
    "CREATE TABLE s.p (id integer PRIMARY KEY) PARTITION BY RANGE (id);"                       \
    "CREATE TABLE s.p1 PARTITION OF s.p DEFAULT;"                                              \
    "CREATE TABLE s.c (id integer PRIMARY KEY REFERENCES s.p);"                                \
    "GRANT INSERT, UPDATE, TRUNCATE, SELECT ON s.p1 TO writer;"

static const struct need_case {
    const char *name;
    const char *setup;
    uint32_t flags;
    const char *table; /* the scope, in schema s; NULL for all */
    const char *statement;
    const char *refused; /* SQLSTATE of the statement without @grant */
    const char *grant;   /* NULL where nothing lacks */
} cases[] = {
    {"WHEN of a trigger on INSERT",
     FUNCTION TABLE MAY_WRITE "CREATE TRIGGER g BEFORE INSERT ON s.t FOR EACH ROW "
                              "WHEN (s.f(NEW.v)) EXECUTE FUNCTION s.fired();",
     INSERT_ONLY, NULL, "INSERT INTO s.t VALUES (2, 1)", "42501", MAY_CALL},
    {"WHEN of a trigger on UPDATE",
     FUNCTION TABLE MAY_WRITE "INSERT INTO s.t VALUES (1, 1);"
                              "CREATE TRIGGER g BEFORE UPDATE ON s.t FOR EACH ROW "
                              "WHEN (s.f(NEW.v)) EXECUTE FUNCTION s.fired();",
     0, NULL, "UPDATE s.t SET v = 2 WHERE id = 1", "42501", MAY_CALL},
    {"WHEN of a trigger on UPDATE, never updated",
     FUNCTION TABLE MAY_WRITE "CREATE TRIGGER g BEFORE UPDATE ON s.t FOR EACH ROW "
                              "WHEN (s.f(NEW.v)) EXECUTE FUNCTION s.fired();",
     INSERT_ONLY, NULL, "INSERT INTO s.t VALUES (2, 1)", NULL, NULL},
    {"WHEN of a trigger on TRUNCATE",
     FUNCTION TABLE MAY_WRITE "CREATE TRIGGER g BEFORE TRUNCATE ON s.t FOR EACH STATEMENT "
                              "WHEN (s.f(1)) EXECUTE FUNCTION s.fired();",
     TRUNCATE, NULL, "TRUNCATE s.t", "42501", MAY_CALL},
    {"WHEN of a trigger on TRUNCATE, never truncated",
     FUNCTION TABLE MAY_WRITE "CREATE TRIGGER g BEFORE TRUNCATE ON s.t FOR EACH STATEMENT "
                              "WHEN (s.f(1)) EXECUTE FUNCTION s.fired();",
     0, NULL, "INSERT INTO s.t VALUES (2, 1)", NULL, NULL},
    {"WHEN of a trigger of a table that CASCADE adds",
     FUNCTION TABLE MAY_WRITE "CREATE TABLE s.c (id integer PRIMARY KEY REFERENCES s.t);"
                              "GRANT TRUNCATE ON s.c TO writer;"
                              "CREATE TRIGGER g BEFORE TRUNCATE ON s.c FOR EACH STATEMENT "
                              "WHEN (s.f(1)) EXECUTE FUNCTION s.fired();",
     CASCADE, "t", "TRUNCATE s.t CASCADE", "42501", MAY_CALL},
    {"WHEN of a trigger on DELETE",
     FUNCTION TABLE MAY_WRITE "CREATE TRIGGER g BEFORE DELETE ON s.t FOR EACH ROW "
                              "WHEN (s.f(OLD.v)) EXECUTE FUNCTION s.fired();",
     TRUNCATE, NULL, "TRUNCATE s.t", NULL, NULL},
    {"the operator of an exclusion constraint",
     "CREATE FUNCTION s.same(integer, integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS "
     "'BEGIN RETURN $1 = $2; END';"
     "CREATE FUNCTION s.hash(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS "
     "'BEGIN RETURN $1; END';"
     "CREATE OPERATOR s.=== (PROCEDURE = s.same, LEFTARG = integer, RIGHTARG = integer, "
     "COMMUTATOR = OPERATOR(s.===));"
     "CREATE OPERATOR CLASS s.hashes FOR TYPE integer USING hash AS OPERATOR 1 s.===, "
     "FUNCTION 1 s.hash(integer);"
     "REVOKE ALL ON FUNCTION s.same, s.hash FROM PUBLIC;" TABLE
     "ALTER TABLE s.t ADD EXCLUDE USING hash (v s.hashes WITH OPERATOR(s.===));" MAY_WRITE,
     0, NULL, "INSERT INTO s.t VALUES (1, 1), (2, 2)", NULL, NULL},
    {"the predicate of an exclusion constraint",
     FUNCTION TABLE
     "ALTER TABLE s.t ADD EXCLUDE USING hash (v WITH =) WHERE (s.f(v));" MAY_WRITE,
     0, NULL, "INSERT INTO s.t VALUES (1, 1)", "42501", MAY_CALL},
    {"a key whose table's owner may not lock rows", KEY "REVOKE UPDATE ON s.pk FROM fred;", 0,
     "t", "INSERT INTO s.t VALUES (1, 1)", "42501", "GRANT UPDATE ON s.pk TO fred"},
    {"a key whose table's owner may not read", KEY "REVOKE SELECT ON s.pk FROM fred;", 0, "t",
     "INSERT INTO s.t VALUES (1, 1)", "42501", "GRANT SELECT (id) ON s.pk TO fred"},
    {"a key whose table's owner may not use the schema",
     KEY "REVOKE USAGE ON SCHEMA s FROM fred;", 0, "t", "INSERT INTO s.t VALUES (1, 1)",
     "42501", "GRANT USAGE ON SCHEMA s TO fred"},
    {"a key whose check is switched off",
     KEY "REVOKE ALL ON s.pk FROM fred; ALTER TABLE s.t DISABLE TRIGGER ALL;", 0, "t",
     "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a key that is fine", KEY, 0, "t", "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a partition whose parent another table refers to", PARTITIONED, TRUNCATE, "p1",
     "TRUNCATE s.p1", "0A000", "DROP TABLE s.c"},
    {"what refers to the parent of a partition, by CASCADE", PARTITIONED, CASCADE, "p1",
     "TRUNCATE s.p1 CASCADE", "42501", "GRANT TRUNCATE ON s.c TO writer"},
    {"a partitioned table is truncated with its partitions",
     PARTITIONED "DROP TABLE s.c; GRANT INSERT, UPDATE, SELECT, TRUNCATE ON s.p TO writer; "
                 "REVOKE ALL ON s.p1 FROM writer;",
     TRUNCATE, "p", "TRUNCATE s.p", NULL, NULL},
};

static PGconn *superuser;

static bool
is_sufficient(const struct need_case *row) {
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), "writer", ROLE_PASSWORD, "needs"));
    uint32_t sections = PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_STRUCTURE;
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    pgcs_needs *needs = pgcs_needs_new(PGCS_PURPOSE_DESTINATION, row->flags);
    const pgcs_assessment *assessment = NULL;
    if (row->table != NULL)
        ck_assert_int_eq(pgcs_needs_add_table(needs, "s", row->table, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    bool sufficient = pgcs_assessment_is_sufficient(assessment);
    pgcs_assessment_unref(assessment);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
    return sufficient;
}

static void
must_end_with(const struct need_case *row, const char *sqlstate) {
    PGconn *writer = connect_as("writer", "needs");
    run_sql(writer, "BEGIN");
    PGresult *result = PQexec(writer, row->statement);
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    ck_assert_msg(strcmp(code ? code : "00000", sqlstate) == 0, "%s: %s", row->name,
                  PQerrorMessage(writer));
    PQclear(result);
    PQfinish(writer);
}

START_TEST(test_needs__case) {
    const struct need_case *row = &cases[_i];
    superuser = connect_as("postgres", "postgres");
    run_sql(superuser, "DROP DATABASE IF EXISTS needs");
    run_sql(superuser, "CREATE DATABASE needs");
    PQfinish(superuser);
    superuser = connect_as("postgres", "needs");
    run_sql(superuser,
            "DROP SCHEMA public; CREATE SCHEMA s; GRANT USAGE ON SCHEMA s TO writer");
    run_sql(superuser, row->setup);
    if (row->grant != NULL) {
        ck_assert_msg(!is_sufficient(row), "%s: sufficient all the same", row->name);
        must_end_with(row, row->refused);
        run_sql(superuser, row->grant);
    }
    ck_assert_msg(is_sufficient(row), "%s: not sufficient", row->name);
    must_end_with(row, "00000");
    PQfinish(superuser);
}
END_TEST

static void
fill(TCase *tcase) {
    tcase_add_loop_test(tcase, test_needs__case, 0, ROWS(cases));
}

int
main(void) {
    superuser = connect_as("postgres", "postgres");
    run_sql(superuser,
            "CREATE ROLE fred; CREATE ROLE writer LOGIN PASSWORD '" ROLE_PASSWORD "'");
    PQfinish(superuser);
    return suite_run("live needs", fill, 60);
}
