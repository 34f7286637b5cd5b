/* The rows of test_needs.c: what is set up, what lacks, and what is refused for it. */
#ifndef TESTS_LIVE_NEEDS_H
#define TESTS_LIVE_NEEDS_H

#include "live.h"

#define TRUNCATE      PGCS_NEED_TRUNCATE
#define RESTART       (PGCS_NEED_TRUNCATE | PGCS_NEED_RESTART)
#define CASCADE       (PGCS_NEED_TRUNCATE | PGCS_NEED_CASCADE)
#define INSERT_ONLY   PGCS_NEED_INSERT_ONLY
#define CREATE_TABLES PGCS_NEED_CREATE_TABLES
/* Beside the needs' own flags. */
#define SOURCE   (1u << 31)
#define SINCE_14 (1u << 30)
#define SINCE_15 (1u << 29)
#define MISSES   (1u << 28) /* the check does not find what it is told to look at */
#define SINCE_18 (1u << 27)
#define OURS     (SOURCE | SINCE_14 | SINCE_15 | MISSES | SINCE_18)

/* A function of olga's that nobody else may call, and what a trigger runs. */
#define FUNCTION                                                                               \
    "CREATE FUNCTION s.f(x integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS "            \
    "'BEGIN RETURN true; END'; REVOKE ALL ON FUNCTION s.f FROM PUBLIC;"                        \
    "CREATE FUNCTION s.fired() RETURNS trigger LANGUAGE plpgsql AS "                           \
    "'BEGIN RETURN NEW; END';"
#define TABLE     "CREATE TABLE s.t (id integer PRIMARY KEY, v integer);"
#define MAY_CALL  "GRANT EXECUTE ON FUNCTION s.f TO writer"
#define MAY_WRITE "GRANT INSERT, UPDATE, TRUNCATE, SELECT ON s.t TO writer;"
#define WRITES    "GRANT INSERT, UPDATE ON s.w TO writer"
#define MAY_READ  "GRANT SELECT ON s.w TO writer;"
#define DOMAIN    FUNCTION "CREATE DOMAIN s.d AS integer CHECK (s.f(VALUE));"
/* What policies let through; writer is subject to them. */
#define POLICY(what) TABLE MAY_WRITE "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;" what
#define HAS_ROW      "INSERT INTO s.t VALUES (1, 1);"
#define UPSERTS      "INSERT INTO s.t VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET v = excluded.v"
#define REFUSES_RLS  "ALTER ROLE writer IN DATABASE needs SET row_security = off;"
#define HIDES_RLS    "ALTER ROLE writer IN DATABASE needs SET row_security = on"
#define LETS_IN      "CREATE POLICY i ON s.t FOR INSERT WITH CHECK (true);"
/* w is a view of fred's on t, which fred owns, too. */
#define VIEW(what, query)                                                                      \
    TABLE "ALTER TABLE s.t OWNER TO fred; GRANT USAGE ON SCHEMA s TO fred;"                    \
          "CREATE VIEW s.w " what " AS " query "; ALTER VIEW s.w OWNER TO fred;" MAY_READ
/* t refers to pk, which fred owns. */
#define KEY                                                                                    \
    "CREATE TABLE s.pk (id integer PRIMARY KEY); INSERT INTO s.pk VALUES (1); " TABLE          \
    "ALTER TABLE s.t ADD FOREIGN KEY (v) REFERENCES s.pk; ALTER TABLE s.pk OWNER TO fred;"     \
    "GRANT USAGE ON SCHEMA s TO fred;" MAY_WRITE
#define UNENFORCED TABLE MAY_WRITE "CREATE TABLE s.c (id integer REFERENCES s.t NOT ENFORCED);"
/* p is partitioned, p1 its partition and p11 that one's, and c refers to p11 alone. */
#define LEAF                                                                                   \
    "CREATE TABLE s.p (id integer PRIMARY KEY) PARTITION BY RANGE (id);"                       \
    "CREATE TABLE s.p1 PARTITION OF s.p DEFAULT PARTITION BY RANGE (id);"                      \
    "CREATE TABLE s.p11 PARTITION OF s.p1 DEFAULT;"                                            \
    "CREATE TABLE s.c (id integer PRIMARY KEY REFERENCES s.p11);"                              \
    "GRANT INSERT, UPDATE, TRUNCATE, SELECT ON s.p TO writer;"
/* z.c inherits from t and has a row, with a column of its own; writer may do nothing there. */
#define CHILD                                                                                  \
    "CREATE SCHEMA z; " TABLE "CREATE TABLE z.c (w integer) INHERITS (s.t);"                   \
    "INSERT INTO z.c VALUES (1, 1, 1);" MAY_WRITE
#define CHANGES "UPDATE s.t SET v = 2 WHERE id = 1"
/* p is partitioned, z.p1 its partition, where writer may do nothing. */
#define PARTITION                                                                              \
    "CREATE SCHEMA z; CREATE TABLE s.p (id integer, v integer) PARTITION BY RANGE (id);"       \
    "CREATE TABLE z.p1 PARTITION OF s.p DEFAULT;"                                              \
    "GRANT INSERT, UPDATE, TRUNCATE, SELECT ON s.p TO writer;"
/* p is partitioned, p1 its partition, and a trigger of p's fires for each row of p1. */
#define FIRES_ON_ROWS                                                                          \
    "CREATE TABLE s.p (id integer PRIMARY KEY) PARTITION BY RANGE (id);"                       \
    "CREATE TABLE s.p1 PARTITION OF s.p DEFAULT;"                                              \
    "GRANT INSERT, UPDATE, TRUNCATE, SELECT ON s.p TO writer;" ON_ROWS
#define ON_ROWS                                                                                \
    "CREATE TRIGGER g BEFORE INSERT ON s.p FOR EACH ROW WHEN (s.f(NEW.id)) "                   \
    "EXECUTE FUNCTION s.fired();"
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
    {"a child is emptied with its parent", CHILD, TRUNCATE, "t", "TRUNCATE s.t", NULL, NULL},
    {"a child is read with its parent",
     FUNCTION CHILD "ALTER TABLE z.c ADD CHECK (s.f(w)), ENABLE ROW LEVEL SECURITY;"
                    "CREATE POLICY p ON z.c USING (s.f(w));",
     SOURCE, "t", "SELECT * FROM s.t", NULL, NULL},
    {"a key that leads to a child",
     CHILD "ALTER TABLE z.c ADD PRIMARY KEY (id);"
           "CREATE TABLE z.r (id integer REFERENCES z.c);",
     TRUNCATE, "t", "TRUNCATE s.t", "0A000", "DROP TABLE z.r"},
    {"a key that leads to a child of a child",
     CHILD "CREATE TABLE z.d (PRIMARY KEY (id)) INHERITS (z.c);"
           "CREATE TABLE z.r (id integer REFERENCES z.d);",
     TRUNCATE, "t", "TRUNCATE s.t", "0A000", "DROP TABLE z.r"},
    {"a key that leads to a child, by CASCADE",
     CHILD "ALTER TABLE z.c ADD PRIMARY KEY (id);"
           "CREATE TABLE z.r (id integer REFERENCES z.c);",
     CASCADE, "t", "TRUNCATE s.t CASCADE", "42501", "GRANT TRUNCATE ON z.r TO writer"},
    {"children of what CASCADE adds stay as they are",
     FUNCTION TABLE MAY_WRITE
     "CREATE SCHEMA z; CREATE TABLE z.r (id integer REFERENCES s.t, v serial);"
     "CREATE TABLE z.c (w serial) INHERITS (z.r);"
     "CREATE TRIGGER g BEFORE TRUNCATE ON z.c FOR EACH STATEMENT WHEN (s.f(1)) EXECUTE "
     "FUNCTION s.fired(); ALTER TABLE z.r OWNER TO writer;",
     CASCADE | RESTART, "t", "TRUNCATE s.t RESTART IDENTITY CASCADE", NULL, NULL},
    {"a check that only a child has", FUNCTION CHILD "ALTER TABLE z.c ADD CHECK (s.f(w));", 0,
     "t", CHANGES, "42501", MAY_CALL},
    {"a check that only a child has, never updated",
     FUNCTION CHILD "ALTER TABLE z.c ADD CHECK (s.f(w));", INSERT_ONLY, "t",
     "INSERT INTO s.t VALUES (2, 1)", NULL, NULL},
    {"a check that only a child of a child has",
     FUNCTION CHILD "CREATE TABLE z.d (CHECK (s.f(w))) INHERITS (z.c);"
                    "INSERT INTO z.d VALUES (1, 1, 1);",
     0, "t", CHANGES, "42501", MAY_CALL},
    {"a column of a child, computed from its parent's",
     FUNCTION CHILD "ALTER TABLE z.c ADD g boolean GENERATED ALWAYS AS (s.f(v)) STORED;", 0,
     "t", CHANGES, "42501", MAY_CALL},
    {"a column of a child, computed from its own",
     FUNCTION CHILD "ALTER TABLE z.c ADD g boolean GENERATED ALWAYS AS (s.f(w)) STORED;", 0,
     "t", CHANGES, NULL, NULL},
    {"an index of a child", FUNCTION CHILD "CREATE INDEX ON z.c (v) WHERE s.f(w);", 0, "t",
     CHANGES, "42501", MAY_CALL},
    {"WHEN of a trigger of a child",
     FUNCTION CHILD "CREATE TRIGGER g BEFORE UPDATE ON z.c FOR EACH ROW WHEN (s.f(NEW.w)) "
                    "EXECUTE FUNCTION s.fired();",
     0, "t", CHANGES, "42501", MAY_CALL},
    {"WHEN of a trigger of a child, once a statement",
     FUNCTION CHILD "CREATE TRIGGER g BEFORE UPDATE ON z.c FOR EACH STATEMENT WHEN (s.f(1)) "
                    "EXECUTE FUNCTION s.fired();",
     0, "t", CHANGES, NULL, NULL},
    {"WHEN of a trigger on TRUNCATE of a child",
     FUNCTION CHILD "CREATE TRIGGER g BEFORE TRUNCATE ON z.c FOR EACH STATEMENT WHEN (s.f(1)) "
                    "EXECUTE FUNCTION s.fired();",
     TRUNCATE, "t", "TRUNCATE s.t", "42501", MAY_CALL},
    {"WHEN of a trigger of a partition, once a statement",
     FUNCTION PARTITION "CREATE TRIGGER g BEFORE INSERT ON z.p1 FOR EACH STATEMENT "
                        "WHEN (s.f(1)) EXECUTE FUNCTION s.fired();",
     INSERT_ONLY, "p", "INSERT INTO s.p VALUES (1, 1)", NULL, NULL},
    {"WHEN of a trigger on TRUNCATE of a partition",
     FUNCTION PARTITION "CREATE TRIGGER g BEFORE TRUNCATE ON z.p1 FOR EACH STATEMENT "
                        "WHEN (s.f(1)) EXECUTE FUNCTION s.fired();",
     TRUNCATE, "p", "TRUNCATE s.p", "42501", MAY_CALL},
    {"row security of a child",
     FUNCTION CHILD "ALTER TABLE z.c ENABLE ROW LEVEL SECURITY;"
                    "CREATE POLICY p ON z.c USING (s.f(w));",
     0, "t", CHANGES, NULL, NULL},
    {"a key of a child whose table's owner may not read",
     CHILD "CREATE TABLE z.pk (id integer PRIMARY KEY); INSERT INTO z.pk VALUES (1), (2);"
           "ALTER TABLE z.c ADD FOREIGN KEY (v) REFERENCES z.pk; ALTER TABLE z.pk OWNER TO "
           "fred; GRANT USAGE ON SCHEMA z TO fred; REVOKE SELECT ON z.pk FROM fred;",
     0, "t", CHANGES, "42501", "GRANT SELECT ON z.pk TO fred"},
    {"a serial column of a child, restarted",
     CHILD "ALTER TABLE z.c ADD q serial; ALTER TABLE s.t OWNER TO writer;", RESTART, "t",
     "TRUNCATE s.t RESTART IDENTITY", "42501", "GRANT postgres TO writer"},
    {"a default of a child, restarted",
     CHILD "CREATE SEQUENCE z.q; ALTER TABLE z.c ADD q integer DEFAULT nextval('z.q');"
           "ALTER TABLE s.t OWNER TO writer;",
     RESTART, "t", "TRUNCATE s.t RESTART IDENTITY", NULL, NULL},
    {"a sequence of a partition, restarted",
     PARTITION "CREATE SEQUENCE z.q OWNED BY z.p1.v; ALTER TABLE s.p OWNER TO writer;", RESTART,
     "p", "TRUNCATE s.p RESTART IDENTITY", "42501", "GRANT postgres TO writer"},
    {"a sequence of a partition's partition, restarted",
     PARTITION "DROP TABLE z.p1; CREATE TABLE z.p1 PARTITION OF s.p DEFAULT PARTITION BY RANGE "
               "(v); CREATE TABLE z.p11 PARTITION OF z.p1 DEFAULT;"
               "CREATE SEQUENCE z.q OWNED BY z.p11.v; ALTER TABLE s.p OWNER TO writer;",
     RESTART, "p", "TRUNCATE s.p RESTART IDENTITY", "42501", "GRANT postgres TO writer"},
    {"a sequence of a partition, never restarted",
     PARTITION "CREATE SEQUENCE z.q OWNED BY z.p1.v;", TRUNCATE, "p", "TRUNCATE s.p", NULL,
     NULL},
    {"WHEN of a trigger that a partition has from its parent", FUNCTION FIRES_ON_ROWS,
     INSERT_ONLY, "p", "INSERT INTO s.p VALUES (2)", "42501", MAY_CALL},
    {"WHEN of a trigger that a partition of a partition has from above",
     FUNCTION LEAF ON_ROWS "GRANT INSERT ON s.p11 TO writer;", INSERT_ONLY, "p11",
     "INSERT INTO s.p11 VALUES (2)", "42501", MAY_CALL},
    {"WHEN of a trigger that is disabled where it fires",
     FUNCTION FIRES_ON_ROWS "ALTER TABLE s.p1 DISABLE TRIGGER g;", INSERT_ONLY, "p",
     "INSERT INTO s.p VALUES (2)", NULL, NULL},
    {"WHEN of a trigger that is disabled but where it fires",
     FUNCTION FIRES_ON_ROWS "ALTER TABLE ONLY s.p DISABLE TRIGGER g;", INSERT_ONLY, "p",
     "INSERT INTO s.p VALUES (2)", "42501", MAY_CALL},
    {"what the partition of a row is found with, at a partition of a partition",
     "CREATE FUNCTION s.f(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN "
     "$1; END'; REVOKE ALL ON FUNCTION s.f FROM PUBLIC;"
     "CREATE TABLE s.p (v integer) PARTITION BY RANGE (s.f(v));"
     "CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (v);"
     "CREATE TABLE s.p2 PARTITION OF s.p1 DEFAULT; GRANT INSERT ON s.p2 TO writer;",
     INSERT_ONLY, "p2", "INSERT INTO s.p2 VALUES (1)", "42501", MAY_CALL},
    {"a check that is not enforced",
     FUNCTION TABLE MAY_WRITE "ALTER TABLE s.t ADD CHECK (s.f(v)) NOT ENFORCED;",
     INSERT_ONLY | SINCE_18, "t", "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a check that was never validated",
     FUNCTION TABLE MAY_WRITE "ALTER TABLE s.t ADD CHECK (s.f(v)) NOT VALID;", INSERT_ONLY, "t",
     "INSERT INTO s.t VALUES (1, 1)", "42501", MAY_CALL},
    {"an index that was never finished",
     FUNCTION TABLE MAY_WRITE
     "CREATE INDEX i ON s.t (v) WHERE s.f(v);"
     "UPDATE pg_index SET indisready = false WHERE indexrelid = 's.i'::regclass;",
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
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
    {"a key that is not enforced, whose table's owner may not read",
     "CREATE TABLE s.pk (id integer PRIMARY KEY); " TABLE
     "ALTER TABLE s.t ADD FOREIGN KEY (v) REFERENCES s.pk NOT ENFORCED;"
     "ALTER TABLE s.pk OWNER TO fred; REVOKE ALL ON s.pk FROM fred;" MAY_WRITE,
     SINCE_18, "t", "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a key that is not enforced, which TRUNCATE overlooks", UNENFORCED, TRUNCATE | SINCE_18,
     "t", "TRUNCATE s.t", NULL, NULL},
    {"a key that is not enforced, which TRUNCATE sees as there is some trigger",
     FUNCTION UNENFORCED "CREATE TRIGGER g BEFORE DELETE ON s.t FOR EACH ROW "
                         "EXECUTE FUNCTION s.fired();",
     TRUNCATE | SINCE_18, "t", "TRUNCATE s.t", "0A000", "DROP TABLE s.c"},
    {"a key that is not enforced, by CASCADE", UNENFORCED, CASCADE | SINCE_18, "t",
     "TRUNCATE s.t CASCADE", "42501", "GRANT TRUNCATE ON s.c TO writer"},
    {"a key that is fine", KEY, 0, "t", "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a partition whose parent another table refers to", PARTITIONED, TRUNCATE, "p1",
     "TRUNCATE s.p1", "0A000", "DROP TABLE s.c"},
    {"what refers to the parent of a partition, by CASCADE", PARTITIONED, CASCADE, "p1",
     "TRUNCATE s.p1 CASCADE", "42501", "GRANT TRUNCATE ON s.c TO writer"},
    {"what refers to a partition alone, by CASCADE from the whole", LEAF, CASCADE, "p",
     "TRUNCATE s.p CASCADE", "42501", "GRANT TRUNCATE ON s.c TO writer"},
    {"a partitioned table of which another one refers to a partition", LEAF, TRUNCATE, "p",
     "TRUNCATE s.p", "0A000", "DROP TABLE s.c"},
    {"a partitioned table is truncated with its partitions",
     PARTITIONED "DROP TABLE s.c; GRANT INSERT, UPDATE, SELECT, TRUNCATE ON s.p TO writer; "
                 "REVOKE ALL ON s.p1 FROM writer;",
     TRUNCATE, "p", "TRUNCATE s.p", NULL, NULL},
    {"a domain inside of an array", DOMAIN "CREATE TABLE s.t (v s.d[]);" MAY_WRITE, INSERT_ONLY,
     NULL, "INSERT INTO s.t VALUES ('{1}')", "42501", MAY_CALL},
    {"a domain inside of a row",
     DOMAIN "CREATE TYPE s.c AS (a s.d); CREATE TABLE s.t (v s.c);" MAY_WRITE, INSERT_ONLY,
     NULL, "INSERT INTO s.t VALUES ('(1)')", "42501", MAY_CALL},
    {"a domain inside of an array of rows in a domain",
     DOMAIN "CREATE TYPE s.c AS (a s.d); CREATE DOMAIN s.e AS s.c[];"
            "CREATE TABLE s.t (v s.e);" MAY_WRITE,
     INSERT_ONLY, NULL, "INSERT INTO s.t VALUES ('{(1)}')", "42501", MAY_CALL},
    {"a domain inside of a range",
     DOMAIN "CREATE TYPE s.r AS RANGE (SUBTYPE = s.d); CREATE TABLE s.t (v s.r);" MAY_WRITE,
     INSERT_ONLY, NULL, "INSERT INTO s.t VALUES ('[1,3)')", "42501", MAY_CALL},
    {"a domain inside of a multirange",
     DOMAIN "CREATE TYPE s.r AS RANGE (SUBTYPE = s.d, MULTIRANGE_TYPE_NAME = s.m);"
            "CREATE TABLE s.t (v s.m);" MAY_WRITE,
     INSERT_ONLY | SINCE_14, NULL, "INSERT INTO s.t VALUES ('{[1,3)}')", "42501", MAY_CALL},
    {"a domain inside of a row of another table",
     DOMAIN "CREATE TABLE s.u (a s.d); CREATE TABLE s.t (v s.u);" MAY_WRITE, INSERT_ONLY, "t",
     "INSERT INTO s.t VALUES ('(1)')", "42501", MAY_CALL},
    {"a check that casts to a domain",
     DOMAIN
     "CREATE DOMAIN s.e AS s.d; CREATE TABLE s.t (v integer CHECK (v::s.e > 0));" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1)", "42501", MAY_CALL},
    {"a default that casts to a domain",
     DOMAIN
     "CREATE TABLE s.t (v integer, w integer DEFAULT length(now()::text)::s.d);" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t (v) VALUES (1)", "42501", MAY_CALL},
    {"an index that casts to a domain",
     DOMAIN "CREATE TABLE s.t (v integer); CREATE INDEX ON s.t ((v::s.d + 1));" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1)", "42501", MAY_CALL},
    {"a check that calls what calls, in standard SQL",
     FUNCTION "CREATE FUNCTION s.g(x integer) RETURNS boolean LANGUAGE sql IMMUTABLE "
              "RETURN s.f(x);"
              "CREATE FUNCTION s.h(x integer) RETURNS boolean LANGUAGE sql IMMUTABLE "
              "BEGIN ATOMIC SELECT s.g(x) OR s.g(x + 1); END;"
              "CREATE TABLE s.t (v integer CHECK (s.h(v)));" MAY_WRITE,
     INSERT_ONLY | SINCE_14, "t", "INSERT INTO s.t VALUES (1)", "42501", MAY_CALL},
    {"a check that calls what calls as its owner",
     FUNCTION "CREATE FUNCTION s.g(x integer) RETURNS boolean LANGUAGE sql IMMUTABLE "
              "SECURITY DEFINER RETURN s.f(x);"
              "CREATE TABLE s.t (v integer CHECK (s.g(v)));" MAY_WRITE,
     INSERT_ONLY | SINCE_14, "t", "INSERT INTO s.t VALUES (1)", NULL, NULL},
    {"the check of a domain that casts to another",
     DOMAIN "CREATE DOMAIN s.e AS integer CHECK (VALUE::s.d > 0);"
            "CREATE TABLE s.t (v s.e[]);" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES ('{1}')", "42501", MAY_CALL},
    {"the check of a domain that calls what calls, in standard SQL",
     FUNCTION "CREATE FUNCTION s.g(x integer) RETURNS boolean LANGUAGE sql IMMUTABLE "
              "RETURN s.f(x); CREATE DOMAIN s.e AS integer CHECK (s.g(VALUE));"
              "CREATE TABLE s.t (v s.e);" MAY_WRITE,
     INSERT_ONLY | SINCE_14, "t", "INSERT INTO s.t VALUES (1)", "42501", MAY_CALL},
    {"the default of a domain that casts to another",
     DOMAIN "CREATE DOMAIN s.e AS integer DEFAULT length(now()::text)::s.d;"
            "CREATE TABLE s.t (v integer, w s.e);" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t (v) VALUES (1)", "42501", MAY_CALL},
    {"the default of a domain that casts to another, with one of the column's own",
     DOMAIN "CREATE DOMAIN s.e AS integer DEFAULT length(now()::text)::s.d;"
            "CREATE TABLE s.t (v integer, w s.e DEFAULT 1);" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t (v) VALUES (1)", NULL, NULL},
    {"the default of a domain calls",
     "CREATE FUNCTION s.f(integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';"
     "REVOKE ALL ON FUNCTION s.f FROM PUBLIC;"
     "CREATE DOMAIN s.d AS integer DEFAULT s.f(1); CREATE DOMAIN s.e AS s.d;"
     "CREATE TABLE s.t (v integer, w s.e);" MAY_WRITE,
     INSERT_ONLY, NULL, "INSERT INTO s.t (v) VALUES (1)", "42501", MAY_CALL},
    {"the default of a domain, with one of the column's own",
     "CREATE FUNCTION s.f(integer) RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';"
     "REVOKE ALL ON FUNCTION s.f FROM PUBLIC; CREATE DOMAIN s.d AS integer DEFAULT s.f(1);"
     "CREATE TABLE s.t (v integer, w s.d DEFAULT NULL);" MAY_WRITE,
     INSERT_ONLY, NULL, "INSERT INTO s.t (v) VALUES (1)", NULL, NULL},
    {"the default of a domain takes from a sequence",
     "CREATE SEQUENCE s.q; CREATE DOMAIN s.d AS bigint DEFAULT nextval('s.q');"
     "CREATE TABLE s.t (v integer, w s.d);" MAY_WRITE,
     INSERT_ONLY, NULL, "INSERT INTO s.t (v) VALUES (1)", "42501",
     "GRANT USAGE ON SEQUENCE s.q TO writer"},
    {"a check takes from a sequence",
     "CREATE SEQUENCE s.q; CREATE TABLE s.t (v integer, CHECK (nextval('s.q') > 0));" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1)", "42501",
     "GRANT USAGE ON SEQUENCE s.q TO writer"},
    {"a check takes from a sequence that may be moved, of a schema that may not be used",
     "CREATE SCHEMA z; CREATE SEQUENCE z.q; GRANT UPDATE ON SEQUENCE z.q TO writer;"
     "CREATE TABLE s.t (v integer, CHECK (nextval('z.q') > 0));" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1)", NULL, NULL},
    {"a check of a partition takes from a sequence",
     "CREATE SEQUENCE s.q;" PARTITION "ALTER TABLE z.p1 ADD CHECK (nextval('s.q') > 0);",
     INSERT_ONLY, "p", "INSERT INTO s.p VALUES (1)", "42501",
     "GRANT USAGE ON SEQUENCE s.q TO writer"},
    {"a check takes from a sequence that is moved",
     "CREATE SEQUENCE s.q; CREATE TABLE s.t (v integer DEFAULT nextval('s.q'),"
     "CHECK (nextval('s.q') > 0));" MAY_WRITE "GRANT UPDATE ON SEQUENCE s.q TO writer;",
     INSERT_ONLY | PGCS_NEED_SETVAL, "t", "INSERT INTO s.t VALUES (1); SELECT setval('s.q', 3)",
     NULL, NULL},
    {"a check names a sequence and takes nothing",
     "CREATE SEQUENCE s.q; CREATE TABLE s.t (v integer, CHECK ('s.q'::regclass IS NOT "
     "NULL));" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1)", NULL, NULL},
    {"a view takes from a sequence",
     VIEW("",
          "SELECT id FROM s.t") "INSERT INTO s.t VALUES (1, 1); CREATE SEQUENCE s.q;"
                                "GRANT ALL ON SEQUENCE s.q TO fred;"
                                "CREATE OR REPLACE VIEW s.w AS SELECT id, nextval('s.q') AS "
                                "n FROM s.t;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", "GRANT UPDATE ON SEQUENCE s.q TO writer"},
    {"a view of a view that takes from a sequence",
     VIEW("",
          "SELECT id FROM s.t") "INSERT INTO s.t VALUES (1, 1); CREATE SEQUENCE s.q;"
                                "CREATE VIEW s.v AS SELECT nextval('s.q') AS n FROM s.t;"
                                "GRANT SELECT ON s.v TO fred;"
                                "CREATE OR REPLACE VIEW s.w AS SELECT n::integer AS id FROM "
                                "s.v;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", "GRANT USAGE ON SEQUENCE s.q TO writer"},
    {"a view that reads a sequence as its owner, who may not",
     VIEW("", "SELECT id FROM s.t") "CREATE SEQUENCE s.q; CREATE OR REPLACE VIEW s.w AS SELECT "
                                    "last_value::integer AS id FROM s.q;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", "GRANT SELECT ON s.q TO fred"},
    {"a policy on what comes in",
     FUNCTION POLICY("CREATE POLICY p ON s.t FOR INSERT WITH CHECK (s.f(v));"), INSERT_ONLY,
     NULL, "INSERT INTO s.t VALUES (1, 1)", "42501", MAY_CALL},
    {"a policy that casts to a domain",
     DOMAIN POLICY("CREATE POLICY p ON s.t USING (v::s.d > 0);"), INSERT_ONLY, "t",
     "INSERT INTO s.t VALUES (1, 1)", "42501", MAY_CALL},
    {"a policy that casts to a domain, by what it checks",
     DOMAIN POLICY("CREATE POLICY p ON s.t USING (v::s.d > 0) WITH CHECK (true);"), INSERT_ONLY,
     "t", "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a policy that calls what calls, in standard SQL",
     FUNCTION POLICY("CREATE FUNCTION s.g(x integer) RETURNS boolean LANGUAGE sql "
                     "RETURN s.f(x); CREATE POLICY p ON s.t USING (s.g(v));"),
     INSERT_ONLY | SINCE_14, "t", "INSERT INTO s.t VALUES (1, 1)", "42501", MAY_CALL},
    {"a policy on all, by what it checks",
     FUNCTION POLICY("CREATE POLICY p ON s.t USING (s.f(v)) WITH CHECK (true);"), INSERT_ONLY,
     NULL, "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a policy on all", FUNCTION POLICY("CREATE POLICY p ON s.t USING (s.f(v));"), INSERT_ONLY,
     NULL, "INSERT INTO s.t VALUES (1, 1)", "42501", MAY_CALL},
    {"a policy on what changes",
     FUNCTION POLICY("CREATE POLICY p ON s.t FOR SELECT USING (true);" LETS_IN
                     "CREATE POLICY q ON s.t FOR UPDATE USING (s.f(v));"),
     0, NULL, "UPDATE s.t SET v = 2 WHERE id = 1", "42501", MAY_CALL},
    {"a policy on what changes, never updated",
     FUNCTION POLICY("CREATE POLICY p ON s.t USING (true);"
                     "CREATE POLICY q ON s.t FOR UPDATE USING (s.f(v));"),
     INSERT_ONLY, NULL, "INSERT INTO s.t VALUES (1, 1)", NULL, NULL},
    {"a policy on what is read, by an UPDATE that looks for its row",
     FUNCTION POLICY("CREATE POLICY p ON s.t FOR UPDATE USING (true);" LETS_IN
                     "CREATE POLICY q ON s.t FOR SELECT USING (s.f(v));"),
     0, NULL, "UPDATE s.t SET v = 2 WHERE id = 1", "42501", MAY_CALL},
    {"a policy on what is deleted",
     FUNCTION POLICY("CREATE POLICY p ON s.t USING (true);"
                     "CREATE POLICY q ON s.t FOR DELETE USING (s.f(v));"),
     0, NULL, "UPDATE s.t SET v = 2 WHERE id = 1", NULL, NULL},
    {"no policy at all", POLICY(""), INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1, 1)", "42501",
     "CREATE POLICY p ON s.t FOR INSERT WITH CHECK (true)"},
    {"policies that only restrict",
     POLICY("CREATE POLICY p ON s.t AS RESTRICTIVE USING (true);"
            "CREATE POLICY q ON s.t TO fred USING (true);"
            "CREATE POLICY r ON s.t FOR SELECT USING (true);"),
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (1, 1)", "42501",
     "CREATE POLICY z ON s.t TO writer USING (true)"},
    {"policies where row_security is off",
     POLICY("CREATE POLICY p ON s.t USING (true);") REFUSES_RLS, SOURCE, "t",
     "SELECT * FROM s.t", "42501", HIDES_RLS},
    {"policies where row_security is off, for what comes in",
     POLICY("CREATE POLICY p ON s.t USING (true);") REFUSES_RLS, INSERT_ONLY, "t",
     "INSERT INTO s.t VALUES (1, 1)", "42501", HIDES_RLS},
    {"policies for the owner of a view where row_security is off",
     VIEW("",
          "SELECT id FROM s.t") "ALTER TABLE s.t OWNER TO postgres, ENABLE ROW LEVEL SECURITY;"
                                "GRANT SELECT ON s.t TO fred; CREATE POLICY p ON s.t USING "
                                "(true);" REFUSES_RLS,
     SOURCE, "w", "SELECT * FROM s.w", "42501", HIDES_RLS},
    {"policies that do not hold where row_security is off",
     POLICY("CREATE POLICY p ON s.t USING (true);") REFUSES_RLS
     "ALTER TABLE s.t OWNER TO writer;",
     0, "t", "SELECT * FROM s.t", NULL, NULL},
    {"rows that no policy lets change, upserted",
     POLICY("CREATE POLICY p ON s.t FOR SELECT USING (true);" LETS_IN) HAS_ROW,
     PGCS_NEED_UPSERT, "t", UPSERTS, "42501", "CREATE POLICY u ON s.t FOR UPDATE USING (true)"},
    {"rows that no policy lets be read, upserted",
     POLICY("CREATE POLICY p ON s.t FOR UPDATE USING (true);" LETS_IN) HAS_ROW,
     PGCS_NEED_UPSERT, "t", UPSERTS, "42501", "CREATE POLICY r ON s.t FOR SELECT USING (true)"},
    {"rows that a policy for all lets be upserted",
     POLICY("CREATE POLICY p ON s.t USING (true);"
            "CREATE POLICY q ON s.t FOR DELETE USING (false);") HAS_ROW,
     PGCS_NEED_UPSERT, "t", UPSERTS, NULL, NULL},
    {"a policy for others",
     FUNCTION POLICY("CREATE POLICY p ON s.t USING (true);"
                     "CREATE POLICY q ON s.t TO fred USING (s.f(v));"),
     0, NULL, "UPDATE s.t SET v = 2 WHERE id = 1", NULL, NULL},
    {"a policy that looks into a table",
     "CREATE TABLE s.u (a integer, b integer);" POLICY(
         "CREATE POLICY p ON s.t USING (NOT EXISTS (SELECT FROM s.u WHERE a = v));"),
     0, "t", "INSERT INTO s.t VALUES (1, 1)", "42501", "GRANT SELECT (a) ON s.u TO writer"},
    {"a policy that looks into a table with a policy that calls",
     FUNCTION
     "CREATE TABLE s.u (a integer); INSERT INTO s.u VALUES (1); GRANT SELECT ON s.u TO "
     "writer; ALTER TABLE s.u ENABLE ROW LEVEL SECURITY;"
     "CREATE POLICY p ON s.u USING (s.f(a));"
     "CREATE POLICY q ON s.u TO fred USING (s.f(a) IS NULL);" POLICY(
         "CREATE POLICY p ON s.t USING (EXISTS (SELECT FROM s.u WHERE a = v));"
         "INSERT INTO s.t VALUES (1, 1);"),
     SOURCE, "t", "SELECT * FROM s.t", "42501", MAY_CALL},
    {"a policy that looks into a table with a policy that looks into another",
     "CREATE TABLE s.n (a integer, b integer); CREATE TABLE s.u (a integer); INSERT INTO s.u "
     "VALUES "
     "(1); GRANT SELECT ON s.u TO writer; ALTER TABLE s.u ENABLE ROW LEVEL SECURITY;"
     "CREATE POLICY p ON s.u USING (a NOT IN (SELECT n.a FROM s.n));" POLICY(
         "CREATE POLICY p ON s.t USING (EXISTS (SELECT FROM s.u WHERE a = v));"
         "INSERT INTO s.t VALUES (1, 1);"),
     SOURCE, "t", "SELECT * FROM s.t", "42501", "GRANT SELECT (a) ON s.n TO writer"},
    {"a policy that looks into a table whose policies are for others",
     FUNCTION "CREATE TABLE s.u (a integer); GRANT SELECT ON s.u TO writer;"
              "ALTER TABLE s.u ENABLE ROW LEVEL SECURITY;"
              "CREATE POLICY p ON s.u TO fred USING (s.f(a));"
              "CREATE POLICY q ON s.u FOR INSERT WITH CHECK (s.f(a));" POLICY(
                  "CREATE POLICY p ON s.t USING (EXISTS (SELECT FROM s.u WHERE a = v));"
                  "INSERT INTO s.t VALUES (1, 1);"),
     SOURCE, "t", "SELECT * FROM s.t", NULL, NULL},
    {"a policy that looks into a view that calls",
     FUNCTION "CREATE TABLE s.u (a integer); INSERT INTO s.u VALUES (1);"
              "CREATE VIEW s.w AS SELECT a FROM s.u WHERE s.f(a);" MAY_READ POLICY(
                  "CREATE POLICY p ON s.t USING (EXISTS (SELECT FROM s.w WHERE a = v));"
                  "INSERT INTO s.t VALUES (1, 1);"),
     SOURCE, "t", "SELECT * FROM s.t", "42501", MAY_CALL},
    {"a source's policy", FUNCTION POLICY("CREATE POLICY p ON s.t USING (s.f(v));"), SOURCE,
     "t", "SELECT * FROM s.t", "42501", MAY_CALL},
    {"a source's policy, for an owner that it doesn't bind",
     FUNCTION POLICY("CREATE POLICY p ON s.t USING (s.f(v)); ALTER TABLE s.t OWNER TO writer;"),
     SOURCE, "t", "SELECT * FROM s.t", NULL, NULL},
    {"a view", VIEW("", "SELECT id FROM s.t"), SOURCE, "w", "SELECT * FROM s.w", NULL, NULL},
    {"a view, by its columns",
     VIEW("", "SELECT id, v FROM s.t") "REVOKE SELECT ON s.w FROM writer;"
                                       "GRANT SELECT (id) ON s.w TO writer;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", "GRANT SELECT (v) ON s.w TO writer"},
    {"a view that calls",
     FUNCTION VIEW("", "SELECT id FROM s.t WHERE s.f(id)") "GRANT EXECUTE ON FUNCTION s.f TO "
                                                           "fred;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", MAY_CALL},
    {"a view that casts to an array of a domain",
     DOMAIN VIEW("", "SELECT ARRAY[id]::s.d[] AS a FROM s.t") HAS_ROW, SOURCE, "w",
     "SELECT * FROM s.w", "42501", MAY_CALL},
    {"a view that calls what calls, in standard SQL",
     FUNCTION "CREATE FUNCTION s.g(x integer) RETURNS boolean LANGUAGE sql RETURN s.f(x);" VIEW(
         "", "SELECT s.g(id) AS a FROM s.t") HAS_ROW,
     SOURCE | SINCE_14, "w", "SELECT * FROM s.w", "42501", MAY_CALL},
    {"a view that calls what calls as its owner, in standard SQL",
     FUNCTION "CREATE FUNCTION s.g(x integer) RETURNS boolean LANGUAGE sql SECURITY DEFINER "
              "RETURN s.f(x);" VIEW("", "SELECT s.g(id) AS a FROM s.t") HAS_ROW,
     SOURCE | SINCE_14, "w", "SELECT * FROM s.w", NULL, NULL},
    {"a view of a view that calls",
     FUNCTION VIEW(
         "",
         "SELECT id FROM s.t") "CREATE VIEW s.v AS SELECT s.f(id) AS a FROM s.w; DROP VIEW s.v;"
                               "CREATE VIEW s.v AS SELECT id, s.f(id) AS a FROM s.t; ALTER "
                               "VIEW s.v OWNER TO fred;"
                               "CREATE OR REPLACE VIEW s.w AS SELECT id FROM s.v WHERE a;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", MAY_CALL},
    {"a view whose operator calls",
     FUNCTION "CREATE FUNCTION s.same(integer, integer) RETURNS boolean LANGUAGE plpgsql AS "
              "'BEGIN RETURN $1 = $2; END'; REVOKE ALL ON FUNCTION s.same FROM PUBLIC;"
              "CREATE OPERATOR s.=== (PROCEDURE = s.same, LEFTARG = integer, RIGHTARG = "
              "integer);" VIEW("", "SELECT id FROM s.t WHERE id OPERATOR(s.===) v"),
     SOURCE, "w", "SELECT * FROM s.w", "42501", "GRANT EXECUTE ON FUNCTION s.same TO writer"},
    {"a view of what has a policy that calls, for its owner",
     FUNCTION VIEW("",
                   "SELECT id FROM s.t") "ALTER TABLE s.t OWNER TO postgres, ENABLE ROW LEVEL "
                                         "SECURITY; GRANT SELECT ON s.t TO fred;"
                                         "CREATE POLICY p ON s.t TO fred USING (s.f(v));"
                                         "INSERT INTO s.t VALUES (1, 1);"
                                         "GRANT EXECUTE ON FUNCTION s.f TO fred;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", MAY_CALL},
    {"a view of what has a policy that calls, for others than its owner",
     FUNCTION VIEW("",
                   "SELECT id FROM s.t") "ALTER TABLE s.t OWNER TO postgres, ENABLE ROW LEVEL "
                                         "SECURITY; GRANT SELECT ON s.t TO fred;"
                                         "CREATE POLICY p ON s.t TO writer USING (s.f(v));"
                                         "CREATE POLICY q ON s.t FOR UPDATE USING (s.f(v));"
                                         "INSERT INTO s.t VALUES (1, 1);",
     SOURCE, "w", "SELECT * FROM s.w", NULL, NULL},
    {"a view of what has a policy that its owner may not follow",
     VIEW("",
          "SELECT id FROM s.t") "ALTER TABLE s.t OWNER TO postgres, ENABLE ROW LEVEL SECURITY;"
                                "GRANT SELECT ON s.t TO fred; CREATE TABLE s.u (a integer);"
                                "CREATE POLICY p ON s.t USING (v NOT IN (SELECT a FROM s.u));"
                                "INSERT INTO s.t VALUES (1, 1); GRANT SELECT ON s.u TO writer;",
     SOURCE, "w", "SELECT * FROM s.w", "42501", "GRANT SELECT (a) ON s.u TO fred"},
    {"a view that reads as who asks", VIEW("WITH (security_invoker)", "SELECT id FROM s.t"),
     SOURCE | SINCE_15, "w", "SELECT * FROM s.w", "42501",
     "GRANT SELECT (id) ON s.t TO writer"},
    {"a view that reads as its owner, by a view that reads as who asks",
     VIEW("WITH (security_invoker = on)",
          "SELECT id FROM s.t") "CREATE VIEW s.v AS SELECT id, v FROM s.t; ALTER VIEW s.v "
                                "OWNER TO fred;"
                                "CREATE OR REPLACE VIEW s.w WITH (security_invoker = 1) AS "
                                "SELECT id FROM s.v;",
     SOURCE | SINCE_15, "w", "SELECT * FROM s.w", "42501",
     "GRANT SELECT (id) ON s.v TO writer"},
    {"a view that reads as who asks, by a view that reads as its owner",
     VIEW("", "SELECT id FROM s.t") "CREATE VIEW s.v WITH (security_invoker) AS SELECT id, v "
                                    "FROM s.t;"
                                    "ALTER VIEW s.v OWNER TO fred;"
                                    "CREATE OR REPLACE VIEW s.w AS SELECT id FROM s.v;",
     SOURCE | SINCE_15, "w", "SELECT * FROM s.w", "42501",
     "GRANT SELECT (id, v) ON s.t TO writer"},
    {"a view that counts, as who asks, beside what it counts",
     VIEW("WITH (security_invoker)", "SELECT count(*) FROM s.t") "GRANT SELECT (id) ON s.t TO "
                                                                 "writer;",
     SOURCE | SINCE_15, NULL, "SELECT id, v FROM s.t", "42501",
     "GRANT SELECT (v) ON s.t TO writer"},
    {"a view that counts, as who asks",
     VIEW("WITH (security_invoker)", "SELECT count(*) FROM s.t"), SOURCE | SINCE_15, "w",
     "SELECT * FROM s.w", "42501", "GRANT SELECT (v) ON s.t TO writer"},
    {"a view whose owner may not read",
     VIEW("", "SELECT id FROM s.t") "REVOKE ALL ON s.t FROM fred;", SOURCE, "w",
     "SELECT * FROM s.w", "42501", "GRANT SELECT (id) ON s.t TO fred"},
    {"a view as destination", VIEW("", "SELECT id, v FROM s.t"), 0, "w",
     "INSERT INTO s.w VALUES (1, 1)", "42501", WRITES},
    {"a view that is changed",
     VIEW("", "SELECT id, v FROM s.t") "GRANT INSERT ON s.w TO writer;", 0, "w",
     "UPDATE s.w SET v = 1", "42501", "GRANT UPDATE ON s.w TO writer"},
    {"a view with a column that is computed",
     VIEW("", "SELECT id, v, v + 1 AS n FROM s.t") "GRANT INSERT (id, v) ON s.w TO writer;",
     INSERT_ONLY, "w", "INSERT INTO s.w (id, v) VALUES (1, 1)", NULL, NULL},
    {"a view that is written as who asks",
     VIEW("WITH (security_invoker)", "SELECT id, v FROM s.t") WRITES ";", SINCE_15, "w",
     "INSERT INTO s.w VALUES (1, 1)", "42501", "GRANT INSERT, UPDATE ON s.t TO writer"},
    {"a view that is written as who asks, by columns",
     VIEW("WITH (security_invoker)", "SELECT id FROM s.t") WRITES
     "; GRANT INSERT (id) ON s.t TO writer;",
     SINCE_15, "w", "UPDATE s.w SET id = 1", "42501", "GRANT UPDATE (id) ON s.t TO writer"},
    {"a view whose owner may not write",
     VIEW("", "SELECT id, v FROM s.t") "ALTER TABLE s.t OWNER TO postgres;" WRITES ";",
     INSERT_ONLY, "w", "INSERT INTO s.w VALUES (1, 1)", "42501",
     "GRANT INSERT (id, v) ON s.t TO fred"},
    {"a view whose owner may not change",
     VIEW("", "SELECT id, v FROM s.t") "ALTER TABLE s.t OWNER TO postgres;"
                                       "GRANT INSERT ON s.t TO fred;" WRITES ";",
     0, "w", "UPDATE s.w SET v = 1", "42501", "GRANT UPDATE ON s.t TO fred"},
    {"a view of a view that its owner may not write",
     VIEW("", "SELECT id, v FROM s.t") "CREATE VIEW s.v AS SELECT id, v FROM s.t;"
                                       "GRANT SELECT ON s.v TO fred;"
                                       "CREATE OR REPLACE VIEW s.w AS SELECT id, v FROM "
                                       "s.v;" WRITES ";",
     INSERT_ONLY, "w", "INSERT INTO s.w VALUES (1, 1)", "42501", "GRANT INSERT ON s.v TO fred"},
    {"a check of what is behind a view",
     FUNCTION VIEW("", "SELECT id, v FROM s.t") "ALTER TABLE s.t ADD CHECK (s.f(v));" WRITES
                                                ";",
     INSERT_ONLY, "w", "INSERT INTO s.w VALUES (1, 1)", "42501", MAY_CALL},
    {"a domain of what is behind a view",
     DOMAIN VIEW("", "SELECT id, v FROM s.t") "ALTER TABLE s.t ADD w s.d DEFAULT 1;" WRITES ";",
     INSERT_ONLY, "w", "INSERT INTO s.w VALUES (1, 1)", "42501", MAY_CALL},
    {"a sequence of what is behind a view",
     VIEW("", "SELECT v FROM s.t") "CREATE SEQUENCE s.q; ALTER TABLE s.t ALTER id SET DEFAULT "
                                   "nextval('s.q');" WRITES ";",
     INSERT_ONLY, "w", "INSERT INTO s.w VALUES (1)", "42501",
     "GRANT USAGE ON SEQUENCE s.q TO writer"},
    {"the condition of a view that is changed",
     FUNCTION VIEW("", "SELECT id, v FROM s.t WHERE s.f(v)") "INSERT INTO s.t VALUES (1, "
                                                             "1);" WRITES ";",
     0, "w", "UPDATE s.w SET v = 1", "42501", MAY_CALL},
    {"a view that can't be written",
     FUNCTION VIEW("", "SELECT count(*) AS n FROM s.t") WRITES ";", 0, "w",
     "INSERT INTO s.w VALUES (1)", "55000",
     "CREATE TRIGGER g INSTEAD OF INSERT OR UPDATE ON s.w FOR EACH ROW EXECUTE FUNCTION "
     "s.fired()"},
    {"a view that can't be changed, and never is",
     FUNCTION VIEW("", "SELECT count(*) AS n FROM s.t") WRITES
     "; CREATE TRIGGER g INSTEAD OF INSERT ON s.w FOR EACH ROW EXECUTE FUNCTION s.fired();",
     INSERT_ONLY, "w", "INSERT INTO s.w VALUES (1)", NULL, NULL},
    {"a view that can't be changed",
     FUNCTION VIEW("", "SELECT count(*) AS n FROM s.t") WRITES
     "; CREATE TRIGGER g INSTEAD OF INSERT ON s.w FOR EACH ROW EXECUTE FUNCTION s.fired();",
     0, "w", "UPDATE s.w SET n = 1", "55000",
     "CREATE TRIGGER h INSTEAD OF UPDATE ON s.w FOR EACH ROW EXECUTE FUNCTION s.fired()"},
    {"a view that is truncated",
     VIEW("", "SELECT id, v FROM s.t") "GRANT ALL ON s.w TO writer;", TRUNCATE, "w",
     "TRUNCATE s.w", "42809",
     "DROP VIEW s.w; ALTER TABLE s.t RENAME TO w; GRANT ALL ON s.w TO writer"},
    {"a view with INSTEAD OF triggers, upserted",
     FUNCTION VIEW("",
                   "SELECT id, v FROM s.t") "GRANT ALL ON s.w TO writer;"
                                            "CREATE TRIGGER g INSTEAD OF INSERT OR UPDATE "
                                            "ON s.w FOR EACH ROW EXECUTE FUNCTION s.fired();",
     PGCS_NEED_UPSERT, "w",
     "INSERT INTO s.w VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET v = excluded.v", "42P10",
     "DROP VIEW s.w; ALTER TABLE s.t RENAME TO w; GRANT ALL ON s.w TO writer"},
    {"a materialized view",
     FUNCTION TABLE
     "CREATE MATERIALIZED VIEW s.w AS SELECT id FROM s.t WHERE s.f(id);" MAY_READ,
     SOURCE, "w", "SELECT * FROM s.w", NULL, NULL},
    {"a view of a materialized view that was never filled",
     TABLE "CREATE MATERIALIZED VIEW s.m AS SELECT id FROM s.t WITH NO DATA;"
           "CREATE VIEW s.w AS SELECT id FROM s.m;" MAY_READ,
     SOURCE, "w", "SELECT * FROM s.w", "55000", "REFRESH MATERIALIZED VIEW s.m"},
    {"a materialized view that was never filled",
     TABLE "CREATE MATERIALIZED VIEW s.w AS SELECT id FROM s.t WITH NO DATA;" MAY_READ, SOURCE,
     "w", "SELECT * FROM s.w", "55000", "REFRESH MATERIALIZED VIEW s.w"},
    {"a table that is made if it is not there, and it is", TABLE MAY_WRITE, CREATE_TABLES, "t",
     "CREATE TABLE IF NOT EXISTS s.t (id integer)", "42501",
     "GRANT CREATE ON SCHEMA s TO writer"},
    {"a schema that is made if it is not there, and it is", TABLE MAY_WRITE,
     PGCS_NEED_CREATE_SCHEMAS, "t", "CREATE SCHEMA IF NOT EXISTS s", "42501",
     "GRANT CREATE ON DATABASE needs TO writer"},
    {"what a trigger runs, whoever may call it",
     FUNCTION TABLE MAY_WRITE
     "REVOKE ALL ON FUNCTION s.fired FROM PUBLIC;"
     "CREATE TRIGGER g BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION "
     "s.fired();",
     INSERT_ONLY, "t", "INSERT INTO s.t VALUES (2, 1)", NULL, NULL},
    {"an identity column",
     "CREATE TABLE s.t (id integer GENERATED ALWAYS AS IDENTITY, v integer);"
     "REVOKE ALL ON SEQUENCE s.t_id_seq FROM PUBLIC;" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t (v) VALUES (1)", NULL, NULL},
    {"a key that can't be changed, and nothing else",
     "CREATE TABLE s.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"
     "GRANT INSERT ON s.t TO writer;",
     0, "t", "INSERT INTO s.t DEFAULT VALUES", NULL, NULL},
    {"a key that can't be changed, and nothing else, upserted",
     "CREATE TABLE s.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"
     "GRANT INSERT ON s.t TO writer;",
     PGCS_NEED_UPSERT, "t",
     "INSERT INTO s.t OVERRIDING SYSTEM VALUE VALUES (1) ON CONFLICT (id) DO NOTHING", "42501",
     "GRANT SELECT (id) ON s.t TO writer"},
    {"an identity column, moved",
     "CREATE TABLE s.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v "
     "integer);" MAY_WRITE,
     PGCS_NEED_SETVAL, "t",
     "SELECT setval('s.t_id_seq', (SELECT COALESCE(max(id), 1) FROM s.t))", "42501",
     "GRANT UPDATE ON SEQUENCE s.t_id_seq TO writer"},
    {"a serial column, restarted",
     "CREATE TABLE s.t (id serial PRIMARY KEY, v integer);"
     "GRANT ALL ON SEQUENCE s.t_id_seq TO writer;" MAY_WRITE,
     PGCS_NEED_RESTART, "t", "ALTER SEQUENCE s.t_id_seq RESTART", "42501",
     "GRANT postgres TO writer"},
    {"a serial column of what CASCADE adds, restarted",
     TABLE "ALTER TABLE s.t OWNER TO writer;"
           "CREATE TABLE s.c (id serial, v integer REFERENCES s.t);"
           "GRANT TRUNCATE ON s.c TO writer;",
     CASCADE | PGCS_NEED_RESTART, "t", "TRUNCATE s.t RESTART IDENTITY CASCADE", "42501",
     "GRANT postgres TO writer"},
    {"an identity of what CASCADE adds, two keys away, restarted",
     TABLE "ALTER TABLE s.t OWNER TO writer;"
           "CREATE TABLE s.b (id integer PRIMARY KEY REFERENCES s.t);"
           "CREATE TABLE s.c (id integer GENERATED ALWAYS AS IDENTITY, v integer REFERENCES "
           "s.b); GRANT TRUNCATE ON s.b, s.c TO writer;",
     CASCADE | PGCS_NEED_RESTART, "t", "TRUNCATE s.t RESTART IDENTITY CASCADE", "42501",
     "GRANT postgres TO writer"},
    {"a sequence of nobody's, that what CASCADE adds takes from",
     TABLE "ALTER TABLE s.t OWNER TO writer; CREATE SEQUENCE s.q;"
           "CREATE TABLE s.c (id integer DEFAULT nextval('s.q'), v integer REFERENCES s.t);",
     CASCADE | PGCS_NEED_RESTART, "t", "TRUNCATE s.t RESTART IDENTITY CASCADE", "42501",
     "GRANT TRUNCATE ON s.c TO writer"},
    {"what rows are upserted by",
     TABLE "GRANT INSERT, UPDATE ON s.t TO writer;"
           "GRANT SELECT (id) ON s.t TO writer;",
     PGCS_NEED_UPSERT, "t",
     "INSERT INTO s.t VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET v = excluded.v", "42501",
     "GRANT SELECT (v) ON s.t TO writer"},
    {"types of tables to come",
     "CREATE TYPE s.e AS ENUM ('a'); REVOKE USAGE ON TYPE s.e FROM PUBLIC;"
     "GRANT CREATE ON SCHEMA s TO writer;",
     CREATE_TABLES, NULL, "CREATE TABLE s.n (a s.e[])", "42501",
     "GRANT USAGE ON TYPE s.e TO writer"},
    {"types that anybody may use",
     "CREATE TYPE s.e AS ENUM ('a'); CREATE DOMAIN s.d AS s.e; CREATE TYPE s.c AS (a s.d);"
     "GRANT CREATE ON SCHEMA s TO writer;",
     CREATE_TABLES, NULL, "CREATE TABLE s.n (a s.e, b s.d, c s.c[])", NULL, NULL},
    {"types of tables to come, of which one is named",
     "CREATE TYPE s.e AS ENUM ('a'); REVOKE USAGE ON TYPE s.e FROM PUBLIC;"
     "GRANT CREATE ON SCHEMA s TO writer; CREATE TABLE s.t ();" MAY_WRITE,
     CREATE_TABLES, "t", "CREATE TABLE s.n (a s.e)", "42501",
     "GRANT USAGE ON TYPE s.e TO writer"},
    {"a sequence of another schema, by a default",
     "CREATE SCHEMA z; CREATE SEQUENCE z.q;"
     "CREATE TABLE s.t (id integer DEFAULT nextval('z.q'), v integer);" MAY_WRITE,
     INSERT_ONLY, "t", "INSERT INTO s.t (v) VALUES (1)", "42501",
     "GRANT USAGE ON SEQUENCE z.q TO writer"},
    {"a sequence of another schema, moved",
     "CREATE SCHEMA z; CREATE SEQUENCE z.q; GRANT UPDATE ON SEQUENCE z.q TO writer;"
     "CREATE TABLE s.t (id integer DEFAULT nextval('z.q'), v integer);" MAY_WRITE,
     INSERT_ONLY | PGCS_NEED_SETVAL, "t", "SELECT setval('z.q', 7)", "42501",
     "GRANT USAGE ON SCHEMA z TO writer"},
    {"a check that only a partition has",
     FUNCTION
     "CREATE TABLE s.p (v integer) PARTITION BY RANGE (v);"
     "CREATE TABLE s.p1 PARTITION OF s.p FOR VALUES FROM (0) TO (9) PARTITION BY RANGE (v);"
     "CREATE TABLE s.p2 PARTITION OF s.p1 DEFAULT; ALTER TABLE s.p2 ADD CHECK (s.f(v));"
     "GRANT INSERT ON s.p TO writer;",
     INSERT_ONLY, "p", "INSERT INTO s.p VALUES (1)", "42501", MAY_CALL},
    {"a default that only a partition has",
     "CREATE TABLE s.p (v integer, w integer) PARTITION BY RANGE (v);" FUNCTION
     "CREATE TABLE s.p1 PARTITION OF s.p (w DEFAULT s.f(1)::integer) DEFAULT;"
     "GRANT INSERT ON s.p TO writer;",
     INSERT_ONLY, "p", "INSERT INTO s.p (v) VALUES (1)", NULL, NULL},
    {"types of the system",
     "REVOKE USAGE ON TYPE money FROM PUBLIC; GRANT CREATE ON SCHEMA s TO writer;",
     CREATE_TABLES, NULL, "CREATE TABLE s.n (a money[])", "42501",
     "GRANT USAGE ON TYPE money TO writer"},
    {"row types of tables",
     TABLE MAY_WRITE
     "REVOKE USAGE ON TYPE s.t FROM PUBLIC; GRANT CREATE ON SCHEMA s TO writer;",
     CREATE_TABLES, NULL, "CREATE TABLE s.n (a s.t)", "42501",
     "GRANT USAGE ON TYPE s.t TO writer"},
    {"types of schemas that the job does not have",
     "CREATE SCHEMA z; CREATE TYPE z.e AS ENUM ('a'); REVOKE USAGE ON TYPE z.e FROM PUBLIC;"
     "GRANT CREATE ON SCHEMA s TO writer; CREATE TABLE s.t (); " MAY_WRITE,
     CREATE_TABLES, "t", "CREATE TABLE s.n (a integer)", NULL, NULL},
};

/* --- what no privilege settles --------------------------------------------------------------
 */

/* A foreign table that nobody reads: its wrapper does nothing. */
#define FOREIGN                                                                                \
    "DROP FOREIGN DATA WRAPPER IF EXISTS f CASCADE; CREATE FOREIGN DATA WRAPPER f;"            \
    "CREATE SERVER f FOREIGN DATA WRAPPER f; CREATE FOREIGN TABLE s.t (id integer) SERVER f;"  \
    "GRANT SELECT ON s.t TO writer;"
#define ALL_ROWS "GRANT ALL ON ALL TABLES IN SCHEMA s TO writer;"

/* The statement is the findings, name by name; @refused those of a check of the whole database,
 * where they are others. */
static const struct need_case warnings[] = {
    {"all is well", TABLE MAY_WRITE, 0, NULL, "", NULL, NULL},
    {"a sequence in place of a table", "CREATE TABLE s.t (id serial);", 0, "t_id_seq",
     "NOT_A_TABLE ", NULL, NULL},
    {"a sequence where a table is to be made", "CREATE SEQUENCE s.q;", CREATE_TABLES, "q",
     "NOT_A_TABLE ", NULL, NULL},
    {"an index in place of a table", TABLE, SOURCE | MISSES, "t_pkey", "NOT_A_TABLE ",
     "TABLE_MISSING ", NULL},
    {"a composite type in place of a table", "CREATE TYPE s.c AS (a integer);", SOURCE | MISSES,
     "c", "NOT_A_TABLE ", "TABLE_MISSING ", NULL},
    {"an enum where a table is to be made", "CREATE TYPE s.e AS ENUM ('a');", CREATE_TABLES,
     "e", "NOT_A_TABLE ", NULL, NULL},
    {"a function in place of a table", FUNCTION, SOURCE | MISSES, "f", "NOT_A_TABLE ",
     "TABLE_MISSING ", NULL},
    {"a function where a table is to be made", FUNCTION, CREATE_TABLES | MISSES, "f", "", NULL,
     NULL},
    {"nothing in place of a table", TABLE, SOURCE | MISSES, "no", "TABLE_MISSING ", NULL, NULL},
    {"a function beside a table of its name",
     TABLE MAY_WRITE "CREATE FUNCTION s.t(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';",
     0, "t", "", NULL, NULL},
    {"row level security hides rows", POLICY(""), SOURCE, NULL, "ROW_SECURITY ", NULL, NULL},
    {"row level security, forced on the owner",
     TABLE "ALTER TABLE s.t OWNER TO writer; ALTER TABLE s.t ENABLE ROW LEVEL SECURITY, FORCE "
           "ROW LEVEL SECURITY;",
     SOURCE, NULL, "ROW_SECURITY ", NULL, NULL},
    {"row level security behind a view",
     VIEW("", "SELECT id FROM s.t") "ALTER TABLE s.t OWNER TO postgres;"
                                    "GRANT SELECT ON s.t TO fred;"
                                    "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;",
     SOURCE, "w", "ROW_SECURITY ", NULL, NULL},
    {"row level security behind a view of who may see all",
     VIEW("", "SELECT id FROM s.t") "ALTER TABLE s.t ENABLE ROW LEVEL SECURITY;", SOURCE, "w",
     "", NULL, NULL},
    {"a view whose owner may not read",
     VIEW("", "SELECT id FROM s.t") "REVOKE ALL ON s.t FROM fred;", SOURCE, "w",
     "VIEW_UNREADABLE ", NULL, NULL},
    {"a view whose owner may not write",
     VIEW("", "SELECT id FROM s.t") "REVOKE INSERT ON s.t FROM fred;" WRITES ";", 0, "w",
     "VIEW_UNWRITABLE ", NULL, NULL},
    {"a view that can't be written", VIEW("", "SELECT count(*) FROM s.t") WRITES ";",
     TRUNCATE | INSERT_ONLY, "w", "NOT_WRITABLE NOT_WRITABLE ", NULL, NULL},
    {"a trigger of a view",
     FUNCTION VIEW("", "SELECT id FROM s.t") WRITES
     "; CREATE TRIGGER g INSTEAD OF UPDATE ON s.w FOR EACH ROW EXECUTE FUNCTION s.fired();",
     0, "w", "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
    {"a trigger of a view, as its owner",
     FUNCTION VIEW("", "SELECT id FROM s.t") WRITES
     "; ALTER FUNCTION s.fired SECURITY DEFINER; CREATE TRIGGER g INSTEAD OF UPDATE ON s.w FOR "
     "EACH ROW EXECUTE FUNCTION s.fired();",
     0, "w", "", NULL, NULL},
    {"a rule of a view",
     VIEW("", "SELECT count(*) AS n FROM s.t") WRITES
     "; CREATE RULE r AS ON INSERT TO s.w DO INSTEAD NOTHING;",
     INSERT_ONLY, "w", "REWRITTEN ", NULL, NULL},
    {"rows behind a view",
     VIEW("", "SELECT id FROM s.t") WRITES "; INSERT INTO s.t VALUES (1, 1); ANALYZE s.t;", 0,
     "w", "HAS_ROWS ", NULL, NULL},
    {"row security of what is behind a view",
     VIEW("",
          "SELECT id FROM s.t") "ALTER TABLE s.t FORCE ROW LEVEL SECURITY, ENABLE ROW LEVEL "
                                "SECURITY;" WRITES ";",
     0, "w", "ROW_SECURITY ", NULL, NULL},
    {"a sequence of somebody else's is to be restarted",
     "CREATE TABLE s.t (id serial PRIMARY KEY);" ALL_ROWS
     "GRANT ALL ON SEQUENCE s.t_id_seq TO writer;",
     PGCS_NEED_RESTART, "t", "RESTART_NEEDS_OWNER ", NULL, NULL},
    {"an identity of the role's own is to be restarted",
     "CREATE TABLE s.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);"
     "ALTER TABLE s.t OWNER TO writer;",
     PGCS_NEED_RESTART, "t", "", NULL, NULL},
    {"a rule that drops rows",
     TABLE MAY_WRITE "CREATE RULE r AS ON INSERT TO s.t DO INSTEAD NOTHING;", INSERT_ONLY, NULL,
     "REWRITTEN ", NULL, NULL},
    {"a rule on what is changed, too",
     TABLE MAY_WRITE "CREATE RULE r AS ON UPDATE TO s.t DO ALSO SELECT 1;", 0, "t",
     "REWRITTEN ", NULL, NULL},
    {"a rule on what the job does not do",
     TABLE MAY_WRITE "CREATE RULE r AS ON UPDATE TO s.t DO ALSO SELECT 1;"
                     "CREATE RULE d AS ON DELETE TO s.t DO INSTEAD NOTHING;",
     INSERT_ONLY, NULL, "", NULL, NULL},
    {"a rule where rows are upserted",
     TABLE MAY_WRITE "CREATE RULE r AS ON UPDATE TO s.t DO ALSO SELECT 1;", PGCS_NEED_UPSERT,
     NULL, "REWRITTEN ", NULL, NULL},
    {"a rule that is off",
     TABLE MAY_WRITE "CREATE RULE r AS ON INSERT TO s.t DO INSTEAD NOTHING;"
                     "ALTER TABLE s.t DISABLE RULE r;",
     0, NULL, "", NULL, NULL},
    {"a foreign table without a user mapping", FOREIGN, SOURCE, "t", "NO_USER_MAPPING ", NULL,
     NULL},
    {"a foreign table with a user mapping for others",
     FOREIGN "CREATE USER MAPPING FOR fred SERVER f OPTIONS (password 'p');", SOURCE, "t",
     "NO_USER_MAPPING ", NULL, NULL},
    {"a foreign table with a user mapping",
     FOREIGN "CREATE USER MAPPING FOR writer SERVER f OPTIONS (password 'p');", SOURCE, "t", "",
     NULL, NULL},
    {"a foreign table with a user mapping for all",
     FOREIGN "CREATE USER MAPPING FOR PUBLIC SERVER f;", SOURCE, "t", "", NULL, NULL},
    {"transactions are read only",
     TABLE MAY_WRITE
     "ALTER ROLE writer IN DATABASE needs SET default_transaction_read_only = on;",
     0, NULL, "READ_ONLY ", NULL, NULL},
    {"no key for an upsert", "CREATE TABLE s.t (a integer);" ALL_ROWS, PGCS_NEED_UPSERT, NULL,
     "NO_PRIMARY_KEY ", NULL, NULL},
    {"a unique constraint is no key for an upsert",
     "CREATE TABLE s.t (a integer UNIQUE);" ALL_ROWS, PGCS_NEED_UPSERT, NULL, "NO_PRIMARY_KEY ",
     NULL, NULL},
    {"a deferrable key is none for an upsert",
     "CREATE TABLE s.t (id integer PRIMARY KEY DEFERRABLE);" ALL_ROWS, PGCS_NEED_UPSERT, "t",
     "NO_PRIMARY_KEY ", NULL, NULL},
    {"a key of ranges that don't overlap is none for an upsert",
     "CREATE TABLE s.t (id int4range, d int4range, PRIMARY KEY (id, d WITHOUT "
     "OVERLAPS));" ALL_ROWS,
     PGCS_NEED_UPSERT | SINCE_18, "t", "NO_PRIMARY_KEY ", NULL, NULL},
    {"a deferrable key does for an update",
     "CREATE TABLE s.t (id integer PRIMARY KEY DEFERRABLE);" ALL_ROWS, 0, "t", "", NULL, NULL},
    {"rows that were counted", TABLE MAY_WRITE "INSERT INTO s.t VALUES (1, 1); ANALYZE s.t;", 0,
     "t", "HAS_ROWS ", NULL, NULL},
    {"rows that were never counted",
     TABLE MAY_WRITE
     "BEGIN; INSERT INTO s.t VALUES (1, 1); COMMIT; SELECT pg_stat_force_next_flush();",
     SINCE_15, "t", "HAS_ROWS ", NULL, NULL},
    {"rows of a partition",
     "CREATE TABLE s.t (id integer PRIMARY KEY) PARTITION BY RANGE (id);"
     "CREATE TABLE s.t1 PARTITION OF s.t DEFAULT; INSERT INTO s.t VALUES (1); ANALYZE "
     "s.t1;" ALL_ROWS,
     0, NULL, "HAS_ROWS ", NULL, NULL},
    {"rows that are truncated", TABLE MAY_WRITE "INSERT INTO s.t VALUES (1, 1); ANALYZE s.t;",
     TRUNCATE, NULL, "", NULL, NULL},
    {"rows that are upserted", TABLE MAY_WRITE "INSERT INTO s.t VALUES (1, 1); ANALYZE s.t;",
     PGCS_NEED_UPSERT, NULL, "", NULL, NULL},
    {"a trigger that runs as the role",
     FUNCTION TABLE MAY_WRITE
     "CREATE TRIGGER g BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION "
     "s.fired();",
     0, NULL, "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
    {"a trigger that runs as its owner",
     FUNCTION TABLE MAY_WRITE
     "ALTER FUNCTION s.fired SECURITY DEFINER;"
     "CREATE TRIGGER g BEFORE INSERT ON s.t FOR EACH ROW EXECUTE FUNCTION "
     "s.fired();",
     0, NULL, "", NULL, NULL},
    {"a trigger of a child on what is changed",
     FUNCTION CHILD "CREATE TRIGGER g BEFORE UPDATE ON z.c FOR EACH ROW EXECUTE FUNCTION "
                    "s.fired();",
     0, "t", "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
    {"triggers of a child on what the job does not do",
     FUNCTION CHILD "CREATE TRIGGER g BEFORE INSERT ON z.c FOR EACH ROW EXECUTE FUNCTION "
                    "s.fired(); CREATE TRIGGER h BEFORE UPDATE ON z.c FOR EACH STATEMENT "
                    "EXECUTE FUNCTION s.fired(); CREATE TRIGGER i BEFORE TRUNCATE ON z.c FOR "
                    "EACH STATEMENT EXECUTE FUNCTION s.fired();",
     0, "t", "", NULL, NULL},
    {"a trigger of a child on TRUNCATE",
     FUNCTION CHILD "CREATE TRIGGER g BEFORE TRUNCATE ON z.c FOR EACH STATEMENT EXECUTE "
                    "FUNCTION s.fired();",
     TRUNCATE, "t", "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
    {"a trigger of a partition",
     FUNCTION PARTITION "CREATE TRIGGER g BEFORE INSERT ON z.p1 FOR EACH ROW EXECUTE FUNCTION "
                        "s.fired();",
     INSERT_ONLY, "p", "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
    {"a trigger of a partition on TRUNCATE",
     FUNCTION PARTITION "CREATE TRIGGER g BEFORE TRUNCATE ON z.p1 FOR EACH STATEMENT EXECUTE "
                        "FUNCTION s.fired();",
     TRUNCATE | INSERT_ONLY, "p", "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
    {"a trigger of what CASCADE empties",
     FUNCTION TABLE MAY_WRITE
     "CREATE TABLE s.c (id integer PRIMARY KEY REFERENCES s.t); GRANT TRUNCATE ON s.c TO "
     "writer;"
     "CREATE TRIGGER g BEFORE TRUNCATE ON s.c FOR EACH STATEMENT EXECUTE FUNCTION s.fired();",
     CASCADE, "t", "TRIGGER_RUNS_AS_ROLE ", NULL, NULL},
};

#endif
