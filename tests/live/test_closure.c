/*
 * The verdict and its script against the server, in both directions. For random databases and
 * needs: run the script as the owners; then the verdict is sufficient, and every statement of
 * the job succeeds as the role. Then take back each single privilege of the script: some
 * statement of the job is refused. Nothing that the job needs is missing, and nothing is asked
 * that it doesn't need.
 *
 * CLOSURE_ROUNDS says how many databases (12), CLOSURE_SEED with which to begin (1).
 */
#include "closure.h"
#include "report/identifier.h"

static PGconn *superuser, *writer;

static unsigned
setting(const char *variable, unsigned otherwise) {
    const char *value = getenv(variable);
    return value ? (unsigned)strtoul(value, NULL, 10) : otherwise;
}

/* Which tables a job has. Views are only read, and only by their name. */
struct job_scope {
    PGresult *tables; /* schema and name; NULL for all */
    bool checked;     /* the check looks at no others */
};

static void
add_scope(const struct job_scope *scope, pgcs_check *check, pgcs_needs *needs) {
    for (int i = 0; scope->tables != NULL && i < PQntuples(scope->tables); i++) {
        const char *schema = PQgetvalue(scope->tables, i, 0),
                   *name = PQgetvalue(scope->tables, i, 1);
        ck_assert_int_eq(pgcs_needs_add_table(needs, schema, name, NULL), PGCS_OK);
        if (scope->checked)
            ck_assert_int_eq(pgcs_check_add_table(check, schema, name, NULL), PGCS_OK);
    }
}

static const pgcs_assessment *
assess_writer(int32_t purpose, uint32_t flags, const struct job_scope *scope) {
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), "writer", ROLE_PASSWORD, "closure"));
    uint32_t sections = PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_STRUCTURE;
    if (flags & PGCS_NEED_CREATE_TABLES)
        sections |= PGCS_SECTION_TYPES;
    ck_assert_int_eq(pgcs_check_set_sections(check, sections, NULL), PGCS_OK);
    pgcs_needs *needs = pgcs_needs_new(purpose, flags);
    add_scope(scope, check, needs);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    const pgcs_assessment *assessment = NULL;
    ck_assert_int_eq(pgcs_report_assess(report, needs, &assessment, NULL), PGCS_OK);
    pgcs_needs_free(needs);
    pgcs_report_unref(report);
    return assessment;
}

/* --- the script ----------------------------------------------------------------------------
 */

/* Runs the statements under each heading as the owner that it names, or as the superuser. */
static void
run_script(const char *script) {
    static const char heading[] = "-- As ", of_superuser[] = "-- As a superuser";
    struct buf statement = {0};
    for (const char *line = script; *line != '\0';) {
        size_t size = strcspn(line, "\n") + 1;
        if (strncmp(line, of_superuser, strlen(of_superuser)) == 0) {
            buf_put_string(&statement, "RESET ROLE;");
        } else if (strncmp(line, heading, strlen(heading)) == 0) {
            const char *owner = line + strlen(heading);
            const char *end = strstr(owner, ", who owns these");
            ck_assert_ptr_nonnull(end);
            buf_printf(&statement, "SET ROLE %.*s;", (int)(end - owner), owner);
        } else if (strncmp(line, "--", 2) != 0) {
            buf_put(&statement, line, size);
        }
        line += size;
    }
    buf_put(&statement, "RESET ROLE", sizeof "RESET ROLE");
    run_sql(superuser, statement.data);
    buf_free(&statement);
}

/* Statements in comments are good ones, too: whoever wants them takes the dashes away. */
static void
try_comments(const char *script) {
    for (const char *line = script; *line != '\0'; line += strcspn(line, "\n") + 1) {
        struct buf statement = {0};
        if (strncmp(line, "-- ALTER DEFAULT", 16) != 0 && strncmp(line, "-- GRANT", 8) != 0)
            continue;
        buf_put_string(&statement, "BEGIN;");
        buf_put(&statement, line + 3, strcspn(line, "\n") - 3);
        buf_put(&statement, "ROLLBACK", sizeof "ROLLBACK");
        run_sql(superuser, statement.data);
        buf_free(&statement);
    }
}

static void
check_script(const pgcs_assessment *assessment) {
    const pgcs_text *script = NULL;
    ck_assert_int_eq(pgcs_assessment_script(assessment, &script, NULL), PGCS_OK);
    run_script(pgcs_text_data(script));
    run_script(pgcs_text_data(script)); /* twice does no harm */
    try_comments(pgcs_text_data(script));
    pgcs_text_unref(script);
}

/* --- the job -------------------------------------------------------------------------------
 */

/* SQLSTATE of a statement of the role, all effects undone; "00000" for success. */
static void
try(const char *statement, char sqlstate[6], char *message, size_t size) {
    run_sql(writer, "BEGIN");
    PGresult *result = PQexec(writer, statement);
    const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    snprintf(sqlstate, 6, "%s", code ? code : "00000");
    snprintf(message, size, "%s", PQresultErrorMessage(result));
    PQclear(result);
    run_sql(writer, "ROLLBACK");
}

static void
job_succeeds(const struct job *job, const char *what) {
    char sqlstate[6], message[400];
    for (size_t i = 0; i < job->count; i++) {
        try(job->statements[i], sqlstate, message, sizeof message);
        ck_assert_msg(strcmp(sqlstate, "00000") == 0, "%s: %s: %s", what, job->statements[i],
                      message);
    }
}

static bool
job_is_refused(const struct job *job) {
    char sqlstate[6], message[400];
    for (size_t i = 0; i < job->count; i++) {
        try(job->statements[i], sqlstate, message, sizeof message);
        if (strcmp(sqlstate, "42501") == 0)
            return true;
    }
    return false;
}

/* REVOKE for GRANT, and FROM for the last TO. */
static void
take_back(const char *remedy) {
    char sql[1024];
    const char *to = NULL;
    for (const char *at = strstr(remedy, " TO "); at != NULL; at = strstr(at + 1, " TO "))
        to = at;
    ck_assert_ptr_nonnull(to);
    snprintf(sql, sizeof sql, "REVOKE %.*s FROM %s", (int)(to - remedy - 6), remedy + 6,
             to + 4);
    run_sql(superuser, sql);
}

/* Every need that was unmet and can be granted was needed. */
static size_t
each_need_is_needed(const pgcs_assessment *before, const struct job *job, const char *what) {
    size_t count = 0;
    pgcs_need *need = pgcs_need_new(before);
    while (pgcs_need_next(need) && pgcs_need_is_met(need) == 0) {
        const char *remedy = pgcs_need_remedy(need);
        if (pgcs_need_privilege(need) == 0)
            continue;
        take_back(remedy);
        ck_assert_msg(job_is_refused(job), "%s: not needed: %s", what, remedy);
        run_sql(superuser, remedy);
        count++;
    }
    pgcs_need_free(need);
    return count;
}

static void
check_sufficient(const pgcs_assessment *assessment, const char *what) {
    pgcs_need *need = pgcs_need_new(assessment);
    ck_assert_int_eq(pgcs_need_next(need), 1);
    const char *schema = pgcs_need_schema(need), *column = pgcs_need_column(need);
    const char *privilege = pgcs_privilege_name(pgcs_need_privilege(need));
    ck_assert_msg(pgcs_assessment_is_sufficient(assessment), "%s: %s on %s.%s.%s is met: %d",
                  what, privilege ? privilege : "ownership", schema ? schema : "",
                  pgcs_need_object(need), column ? column : "", pgcs_need_is_met(need));
    pgcs_need_free(need);
}

/* --- rounds --------------------------------------------------------------------------------
 */

static int32_t
random_needs(struct dice *dice, uint32_t *flags) {
    *flags = chance(dice, 15) ? PGCS_NEED_ALL_TABLES : 0;
    if (chance(dice, 20))
        return PGCS_PURPOSE_SOURCE;
    if (chance(dice, 40))
        *flags |=
            chance(dice, 80) ? PGCS_NEED_TRUNCATE | PGCS_NEED_CASCADE : PGCS_NEED_TRUNCATE;
    if (chance(dice, 40))
        *flags |= chance(dice, 70) ? PGCS_NEED_SETVAL : PGCS_NEED_RESTART;
    if (chance(dice, 60))
        *flags |= chance(dice, 50) ? PGCS_NEED_UPSERT : PGCS_NEED_INSERT_ONLY;
    if (chance(dice, 20))
        *flags |= PGCS_NEED_CREATE_TABLES;
    if (chance(dice, 20))
        *flags |= PGCS_NEED_CREATE_SCHEMAS;
    return PGCS_PURPOSE_DESTINATION;
}

/* Each table with even chances, views of a source as well; or all tables. */
static struct job_scope
random_scope(struct dice *dice, int32_t purpose) {
    struct job_scope scope = {NULL, chance(dice, 50)};
    char sql[512];
    run_sql(superuser, "SET closure.scope = ''");
    if (chance(dice, 40))
        return scope;
    snprintf(sql, sizeof sql,
             "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = "
             "c.relnamespace WHERE n.nspname IN ('s1', 'Odd.s', 'lib') AND c.relkind IN ('r', "
             "'p'%s) AND NOT c.relispartition AND md5(c.relname || '%u') < '8' ORDER BY 1, 2",
             purpose == PGCS_PURPOSE_SOURCE ? ", 'v'" : "", roll(dice, 1000000));
    scope.tables = query(superuser, sql);
    if (PQntuples(scope.tables) == 0) {
        PQclear(scope.tables);
        scope.tables = NULL;
        return scope;
    }
    struct buf names = {0};
    buf_put_string(&names, "SET closure.scope = '");
    for (int i = 0; i < PQntuples(scope.tables); i++) {
        buf_put_string(&names, i > 0 ? "|" : "");
        identifier_put_qualified(&names, PQgetvalue(scope.tables, i, 0),
                                 PQgetvalue(scope.tables, i, 1));
    }
    buf_put(&names, "'", 2);
    run_sql(superuser, names.data);
    buf_free(&names);
    return scope;
}

static size_t
play(unsigned seed) {
    struct dice dice = {seed};
    struct buf sql = {0};
    struct job job = {.count = 0};
    char what[64];
    uint32_t flags = 0;
    roll(&dice, 2);
    random_database(&dice, true, &sql);
    buf_put_char(&sql, '\0');
    run_sql(superuser, sql.data);
    buf_free(&sql);
    int32_t purpose = random_needs(&dice, &flags);
    struct job_scope scope = random_scope(&dice, purpose);
    snprintf(what, sizeof what, "seed %u, purpose %d, flags %x", seed, (int)purpose, flags);

    const pgcs_assessment *before = assess_writer(purpose, flags, &scope);
    check_script(before);
    /* what a restart would take is not granted: the script is for setval() */
    if (flags & PGCS_NEED_RESTART)
        flags = (flags & ~PGCS_NEED_RESTART) | PGCS_NEED_SETVAL;
    const pgcs_assessment *after = assess_writer(purpose, flags, &scope);
    bool refused = pgcs_report_severity(pgcs_assessment_report(after)) == PGCS_SEVERITY_FAILURE;
    job_write(superuser, purpose, flags, &job);
    size_t needed = 0;
    if (refused) {
        char sqlstate[6], message[400];
        for (size_t i = 0; i < job.count; i++)
            if (strncmp(job.statements[i], "TRUNCATE", 8) == 0)
                try(job.statements[i], sqlstate, message, sizeof message);
        ck_assert_msg(strcmp(sqlstate, "0A000") == 0, "%s: %s %s", what, sqlstate, message);
    } else {
        check_sufficient(after, what);
        job_succeeds(&job, what);
        if (!(flags & PGCS_NEED_ALL_TABLES)) /* grants more than is needed */
            needed = each_need_is_needed(before, &job, what);
    }
    job_free(&job);
    PQclear(scope.tables);
    pgcs_assessment_unref(after);
    pgcs_assessment_unref(before);
    return needed;
}

START_TEST(test_closure__script_is_enough_and_all_of_it_is_needed) {
    unsigned rounds = setting("CLOSURE_ROUNDS", 12), first = setting("CLOSURE_SEED", 1);
    size_t needed = 0;
    superuser = connect_as("postgres", "postgres");
    run_sql(superuser, "CREATE ROLE olga; CREATE ROLE \"Fr ed\"; CREATE ROLE crew; "
                       "CREATE ROLE writer LOGIN PASSWORD '" ROLE_PASSWORD "' IN ROLE crew");
    run_sql(superuser, "CREATE DATABASE closure");
    PQfinish(superuser);
    superuser = connect_as("postgres", "closure");
    run_sql(superuser, "SET client_min_messages = error; DROP SCHEMA public");
    writer = connect_as("writer", "closure");
    run_sql(writer, "SET client_min_messages = error");
    for (unsigned seed = first; seed < first + rounds; seed++)
        needed += play(seed);
    ck_assert_uint_gt(needed, rounds);
    PQfinish(writer);
    PQfinish(superuser);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_test(cases, test_closure__script_is_enough_and_all_of_it_is_needed);
}

int
main(void) {
    return suite_run("live closure", fill, 7200);
}
