/*
 * The proof by the statement itself: each role tries on each object of fixture.sql what a data
 * tool would do, in a transaction that is rolled back. It succeeds exactly where the report
 * says so; failures for other reasons than a privilege do not count as refusals. What the
 * report says of SET ROLE is tried as well: the statement succeeds as the role that it names,
 * and where it names none, as no role that the session may set.
 */
#include <stdbool.h>
#include <sys/mman.h>

#include "live.h"

static const char *const roles[] = {
    "postgres",       "owner_r",         "other_owner", "owner_member",    "owner_noinherit",
    "public_only",    "direct",          "inheritor",   "noinheritor",     "columns_only",
    "no_usage",       "grantor",         "rls_exempt",  "acts_as_grp",     "database_owner",
    "reader_of_all",  "writer_of_all",   "keeper",      "without_inherit", "we\"ird ro.le",
    "sleeping_super", "sleeping_reader", "two_doors",   "behind_a_door",   "key_holder",
    "db_deputy",      "db_heir",
};

#define SECTIONS                                                                               \
    (PGCS_SECTION_OBJECTS | PGCS_SECTION_COLUMNS | PGCS_SECTION_FUNCTIONS | PGCS_SECTION_TYPES)

static char *statements_sql;
/* What all of the processes that tests run in have tried. */
static struct {
    size_t statements;
    size_t after_set_role; /* that succeeded then, and only then */
} * tried;

/* A row of statements.sql. */
struct trial {
    const char *kind, *schema, *name, *column, *need, *sql;
};

static struct trial
trial_at(const PGresult *trials, int row) {
    return (struct trial){PQgetvalue(trials, row, 0), PQgetvalue(trials, row, 1),
                          PQgetvalue(trials, row, 2), PQgetvalue(trials, row, 3),
                          PQgetvalue(trials, row, 4), PQgetvalue(trials, row, 5)};
}

/* --- what the report says --------------------------------------------------------------------
 */

/* Any of these will do; 0 for ownership. */
static uint64_t
needed(const char *need) {
    if (strcmp(need, "OWN") == 0)
        return 0;
    if (strcmp(need, "NEXTVAL") == 0)
        return PGCS_PRIV_USAGE | PGCS_PRIV_UPDATE;
    for (int i = 0; i < 64; i++) {
        const char *name = pgcs_privilege_name(UINT64_C(1) << i);
        if (name != NULL && strcmp(name, need) == 0)
            return UINT64_C(1) << i;
    }
    ck_abort_msg("no such need: %s", need);
}

static bool
may(pgcs_objects *at, const struct trial *trial) {
    static const char option[] = "GRANT ";
    if (!pgcs_object_is_usable(at))
        return false;
    if (strcmp(trial->need, "TRUNCATE AND OWN") == 0) /* owners of a table own its sequences */
        return (pgcs_object_privileges(at) & PGCS_PRIV_TRUNCATE) && pgcs_object_is_owned(at);
    if (strcmp(trial->need, "SELECT ALL ROWS") == 0)
        return (pgcs_object_privileges(at) & PGCS_PRIV_SELECT) &&
               !pgcs_object_has_row_security(at);
    if (strncmp(trial->need, option, strlen(option)) == 0)
        return (pgcs_object_grantable(at) & needed(trial->need + strlen(option))) != 0;
    uint64_t any_of = needed(trial->need);
    return any_of == 0 ? pgcs_object_is_owned(at) : (pgcs_object_privileges(at) & any_of) != 0;
}

/* The role that the report would set for it; NULL for none. */
static const char *
role_to_set(pgcs_objects *at, const struct trial *trial) {
    uint64_t any_of = needed(trial->need);
    const char *role = any_of == 0 ? pgcs_object_set_role(at, 0) : NULL;
    for (int i = 0; i < 64 && role == NULL; i++)
        if (any_of >> i & 1)
            role = pgcs_object_set_role(at, UINT64_C(1) << i);
    ck_assert(any_of == 0 ||
              (role != NULL) == ((pgcs_object_after_set_role(at) & any_of) != 0));
    return role;
}

static pgcs_objects *
find(const pgcs_report *report, const struct trial *trial) {
    pgcs_objects *at = pgcs_objects_new(report, trial->schema[0] ? trial->schema : NULL, 0);
    while (pgcs_objects_next(at)) {
        const char *column = pgcs_object_column(at);
        if (strcmp(pgcs_object_kind_name(pgcs_object_kind_of(at)), trial->kind) == 0 &&
            strcmp(pgcs_object_name(at), trial->name) == 0 &&
            strcmp(column ? column : "", trial->column) == 0)
            return at;
    }
    ck_abort_msg("the report lacks %s %s.%s", trial->kind, trial->schema, trial->name);
}

/* --- what the server does --------------------------------------------------------------------
 */

/* A GRANT of what one may not grant is a warning. */
static void
count_warning(void *count, const PGresult *warning) {
    const char *sqlstate = PQresultErrorField(warning, PG_DIAG_SQLSTATE);
    if (sqlstate != NULL && strcmp(sqlstate, "01007") == 0)
        ++*(int *)count;
}

/* Whether the server lets it happen; it is taken back. */
static bool
try(PGconn *pg, const char *role, const char *sql) {
    int warnings = 0;
    PQsetNoticeReceiver(pg, count_warning, &warnings);
    run_sql(pg, "BEGIN");
    if (role != NULL) {
        char *name = PQescapeIdentifier(pg, role, strlen(role)), set[256];
        snprintf(set, sizeof set, "SET LOCAL ROLE %s", name);
        PQfreemem(name);
        run_sql(pg, set);
    }
    PGresult *result = PQexec(pg, sql);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    bool refused = sqlstate != NULL && strcmp(sqlstate, "42501") == 0;
    bool copies = PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    char *row = NULL;
    while (copies && PQgetCopyData(pg, &row, 0) > 0)
        PQfreemem(row);
    while (copies && (result = PQgetResult(pg)) != NULL)
        PQclear(result);
    run_sql(pg, "ROLLBACK");
    tried->statements++;
    return !refused && warnings == 0;
}

/* The roles that the server lets this session act as; the one that it acts as is not among
 * them.
 */
static PGresult *
settable_roles(PGconn *pg) {
    return query(pg, PQserverVersion(pg) < 160000
                         ? "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND"
                           " pg_has_role(session_user, oid, 'MEMBER')"
                         : "SELECT rolname FROM pg_roles WHERE rolname <> current_user AND"
                           " pg_has_role(session_user, oid, 'SET')");
}

static void
try_after_set_role(PGconn *pg, const PGresult *settable, pgcs_objects *at,
                   const struct trial *trial) {
    const char *role = role_to_set(at, trial);
    if (role != NULL) {
        ck_assert_msg(try(pg, role, trial->sql), "%s: fails after SET ROLE %s", trial->sql,
                      role);
        tried->after_set_role++;
        return;
    }
    for (int i = 0; i < PQntuples(settable); i++)
        ck_assert_msg(!try(pg, PQgetvalue(settable, i, 0), trial->sql),
                      "%s: the report does not say that SET ROLE %s would do", trial->sql,
                      PQgetvalue(settable, i, 0));
}

/* --- cases -----------------------------------------------------------------------------------
 */

START_TEST(test_statements__succeed_where_the_report_says) {
    const char *login = roles[_i];
    PGconn *super = connect_as("postgres", FIXTURE_DATABASE);
    PGconn *pg = connect_as(login, FIXTURE_DATABASE);
    pgcs_check *check = check_of(
        spec_for(server("PGHOST"), server("PGPORT"), login, ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, SECTIONS, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    PGresult *trials = query(super, statements_sql), *settable = settable_roles(pg);
    int allowed = 0;
    ck_assert_int_gt(PQntuples(trials), 250);
    for (int i = 0; i < PQntuples(trials); i++) {
        struct trial trial = trial_at(trials, i);
        pgcs_objects *at = find(report, &trial);
        bool said = may(at, &trial), done = try(pg, NULL, trial.sql);
        ck_assert_msg(said == done, "%s: %s: the report says %d, the server %d", login,
                      trial.sql, said, done);
        if (!done && strchr(trial.need, ' ') == NULL)
            try_after_set_role(pg, settable, at, &trial);
        allowed += done;
        pgcs_objects_free(at);
    }
    ck_assert(_i != 0 || allowed == PQntuples(trials));
    ck_assert(_i == 0 || allowed < PQntuples(trials));
    PQclear(settable);
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
    const char *folder = count > 1 ? arguments[1] : ".";
    char path[4096];
    make_fixture(folder);
    snprintf(path, sizeof path, "%s/statements.sql", folder);
    statements_sql = read_text(path);
    tried =
        mmap(NULL, sizeof *tried, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(tried != MAP_FAILED, "no memory");
    int failed = suite_run("statements", fill, 120);
    printf("# %zu statements were tried and held against the report; %zu took a SET ROLE\n",
           tried->statements, tried->after_set_role);
    MUST(tried->after_set_role > 300, "too few statements took a SET ROLE");
    free(statements_sql);
    return failed;
}
