/*
 * The proof by the statement itself: each role tries on each object of fixture.sql what a data
 * tool would do, in a transaction that is rolled back. It succeeds exactly where the report
 * says so; failures for other reasons than a privilege do not count as refusals.
 */
#include <stdbool.h>

#include "live.h"

/*
 * Statements to try, as the superuser finds them: kind, schema, name, need, SQL. Foreign tables
 * have no server behind them, and materialized views can't be written.
 */
static const char statements_sql[] =
    "WITH n AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
    "'information_schema'),"
    "c AS (SELECT c.*, n.nspname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS q,"
    " (SELECT string_agg(quote_ident(a.attname) || ' = DEFAULT', ', ') FROM pg_attribute a "
    "WHERE"
    " a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS assigned"
    " FROM pg_class c JOIN n ON n.oid = c.relnamespace),"
    "k(relkind, kind) AS (VALUES ('r'::\"char\", 'table'), ('p', 'partitioned_table'), ('v', "
    "'view'), ('m', 'matview'), ('S', 'sequence'))"
    "SELECT k.kind, c.nspname, c.relname::text, s.need, replace(replace(s.sql, '%Q', c.q), "
    "'%A',"
    " COALESCE(c.assigned, '')) FROM c JOIN k USING (relkind) JOIN (VALUES"
    " ('rpvm', 'SELECT', 'SELECT t FROM %Q t LIMIT 0'),"
    " ('rpv', 'INSERT', 'INSERT INTO %Q OVERRIDING SYSTEM VALUE SELECT (NULL::%Q).* WHERE "
    "false'),"
    " ('rpv', 'UPDATE', 'UPDATE %Q SET %A'),"
    " ('rpv', 'DELETE', 'DELETE FROM %Q'),"
    " ('rp', 'TRUNCATE', 'TRUNCATE %Q'),"
    " ('S', 'LAST', 'SELECT last_value FROM %Q'),"
    " ('S', 'RESTART', 'ALTER SEQUENCE %Q RESTART'))"
    " AS s(kinds, need, sql) ON s.kinds ~ c.relkind::text "
    "UNION ALL SELECT 'sequence', nspname, relname, s.need, format(s.sql, quote_literal(q)) "
    "FROM "
    "c JOIN (VALUES ('NEXTVAL', 'SELECT nextval(%s)'), ('SETVAL', 'SELECT setval(%s, 5)'))"
    " AS s(need, sql) ON relkind = 'S' "
    "UNION ALL SELECT 'schema', '', nspname, 'CREATE', 'CREATE TABLE ' || quote_ident(nspname) "
    "||"
    " '.pgcs_trial ()' FROM n "
    "UNION ALL SELECT 'database', '', current_database(), 'CREATE', 'CREATE SCHEMA pgcs_trial' "
    "UNION ALL SELECT 'database', '', current_database(), 'TEMPORARY',"
    " 'CREATE TEMP TABLE pgcs_trial ()' "
    "UNION ALL SELECT 'function', n.nspname, p.proname || '(' ||"
    " pg_get_function_identity_arguments(p.oid) || ')', 'EXECUTE', CASE p.prokind WHEN 'p' "
    "THEN "
    "'CALL ' ELSE 'SELECT ' END || quote_ident(n.nspname) || '.' || quote_ident(p.proname) || "
    "'('"
    " || COALESCE((SELECT string_agg('NULL::' || format_type(t, NULL), ', ') FROM "
    "unnest(p.proargtypes) t), '') || ')' FROM pg_proc p JOIN n ON n.oid = p.pronamespace";

static const char *const roles[] = {
    "postgres",      "owner_r",       "other_owner", "owner_member",    "owner_noinherit",
    "public_only",   "direct",        "inheritor",   "noinheritor",     "columns_only",
    "no_usage",      "grantor",       "rls_exempt",  "acts_as_grp",     "database_owner",
    "reader_of_all", "writer_of_all", "keeper",      "without_inherit", "we\"ird ro.le",
};

/* What the report says of one statement. */
static bool
may(pgcs_objects *at, const char *need) {
    static const struct {
        const char *need;
        uint64_t any_of;
    } needs[] = {
        {"SELECT", PGCS_PRIV_SELECT},
        {"INSERT", PGCS_PRIV_INSERT},
        {"UPDATE", PGCS_PRIV_UPDATE},
        {"DELETE", PGCS_PRIV_DELETE},
        {"TRUNCATE", PGCS_PRIV_TRUNCATE},
        {"LAST", PGCS_PRIV_SELECT},
        {"NEXTVAL", PGCS_PRIV_USAGE | PGCS_PRIV_UPDATE},
        {"SETVAL", PGCS_PRIV_UPDATE},
        {"CREATE", PGCS_PRIV_CREATE},
        {"TEMPORARY", PGCS_PRIV_TEMPORARY},
        {"EXECUTE", PGCS_PRIV_EXECUTE},
    };
    if (strcmp(need, "RESTART") == 0)
        return pgcs_object_is_usable(at) && pgcs_object_is_owned(at);
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if (strcmp(needs[i].need, need) == 0)
            return pgcs_object_is_usable(at) &&
                   (pgcs_object_privileges(at) & needs[i].any_of) != 0;
    ck_abort_msg("no such need: %s", need);
}

static pgcs_objects *
find(const pgcs_report *report, const char *kind, const char *schema, const char *name) {
    pgcs_objects *at = pgcs_objects_new(report, schema[0] ? schema : NULL, 0);
    while (pgcs_objects_next(at))
        if (strcmp(pgcs_object_kind_name(pgcs_object_kind_of(at)), kind) == 0 &&
            strcmp(pgcs_object_name(at), name) == 0)
            return at;
    ck_abort_msg("the report lacks %s %s.%s", kind, schema, name);
}

/* Whether the server lets it happen; it is taken back. */
static bool
try(PGconn *pg, const char *sql) {
    run_sql(pg, "BEGIN");
    PGresult *result = PQexec(pg, sql);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool refused = sqlstate != NULL && strcmp(sqlstate, "42501") == 0;
    PQclear(result);
    run_sql(pg, "ROLLBACK");
    return !refused;
}

START_TEST(test_statements__succeed_where_the_report_says) {
    PGconn *super = connect_as("postgres", FIXTURE_DATABASE);
    PGconn *pg = connect_as(roles[_i], FIXTURE_DATABASE);
    const pgcs_report *report = report_of(check_of(spec_for(
        server("PGHOST"), server("PGPORT"), roles[_i], ROLE_PASSWORD, FIXTURE_DATABASE)));
    PGresult *trials = query(super, statements_sql);
    int allowed = 0;
    ck_assert_int_gt(PQntuples(trials), 100);
    for (int i = 0; i < PQntuples(trials); i++) {
        const char *sql = PQgetvalue(trials, i, 4);
        pgcs_objects *at = find(report, PQgetvalue(trials, i, 0), PQgetvalue(trials, i, 1),
                                PQgetvalue(trials, i, 2));
        bool said = may(at, PQgetvalue(trials, i, 3)), done = try(pg, sql);
        ck_assert_msg(said == done, "%s: %s: the report says %d, the server %d", roles[_i], sql,
                      said, done);
        allowed += done;
        pgcs_objects_free(at);
    }
    ck_assert(_i != 0 || allowed == PQntuples(trials));
    ck_assert(_i == 0 || allowed < PQntuples(trials));
    PQclear(trials);
    pgcs_report_unref(report);
    PQfinish(pg);
    PQfinish(super);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_statements__succeed_where_the_report_says, 0, ROWS(roles));
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("statements", fill, 60);
}
