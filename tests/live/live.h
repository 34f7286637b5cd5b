/*
 * What the live programs share: a server that tests/lib/server started for them (PGHOST,
 * PGPORT), connections to it by libpq, and checks of it by the library.
 */
#ifndef TESTS_LIVE_H
#define TESTS_LIVE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <pgconnspec/pgconnspec.h>

#include "suite.h"

#define ROLE_PASSWORD "correct horse battery staple"

/* What a check gets that ends by itself: on a busy machine, only what hangs needs it. */
#define PATIENCE_MS 120000

/* Wait until it is so, two minutes at most. */
#define AWAIT(condition, ...)                                                                  \
    do {                                                                                       \
        bool so = false;                                                                       \
        for (int tries = 0; tries < 12000 && !(so = (condition)); tries++)                     \
            usleep(10000);                                                                     \
        MUST(so, __VA_ARGS__);                                                                 \
    } while (0)

/* As ck_assert_msg(), but also outside of a test. */
#define MUST(condition, ...)                                                                   \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, __VA_ARGS__);                                                      \
            fputc('\n', stderr);                                                               \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

static inline const char *
server(const char *variable) {
    const char *value = getenv(variable);
    MUST(value != NULL, "%s is not set: run by tests/lib/server run", variable);
    return value;
}

static inline PGconn *
connect_as(const char *role, const char *database) {
    const char *const keys[] = {
        "host", "port", "user", "password", "dbname", "client_encoding", "options", NULL};
    const char *const values[] = {server("PGHOST"),
                                  server("PGPORT"),
                                  role,
                                  ROLE_PASSWORD,
                                  database,
                                  "UTF8",
                                  "-c client_min_messages=warning",
                                  NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    MUST(PQstatus(pg) == CONNECTION_OK, "%s: %s", role, PQerrorMessage(pg));
    return pg;
}

/* The superuser's connection; one that fails is tried again, while the server recovers. */
static inline PGconn *
connect_superuser(void) {
    char conninfo[300];
    snprintf(conninfo, sizeof conninfo,
             "host=%s port=%s user=postgres dbname=postgres application_name=superuser "
             "options='-c client_min_messages=error'",
             server("PGHOST"), server("PGPORT"));
    for (int i = 0; i < 2400; i++) {
        PGconn *pg = PQconnectdb(conninfo);
        if (PQstatus(pg) == CONNECTION_OK)
            return pg;
        PQfinish(pg);
        usleep(50000);
    }
    MUST(false, "the server does not come back");
    return NULL;
}

static inline PGresult *
query(PGconn *pg, const char *sql) {
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    MUST(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK, "%s\n%s", PQerrorMessage(pg),
         sql);
    return result;
}

static inline void
run_sql(PGconn *pg, const char *sql) {
    PQclear(query(pg, sql));
}

/* The first value that a query gives; the caller frees it. */
static inline char *
value_of(PGconn *pg, const char *sql) {
    PGresult *result = query(pg, sql);
    char *value = strdup(PQgetvalue(result, 0, 0));
    PQclear(result);
    return value;
}

/* Whether a query tells "t". */
static inline bool
is_true(PGconn *pg, const char *sql) {
    char *value = value_of(pg, sql);
    bool is = strcmp(value, "t") == 0;
    free(value);
    return is;
}

/*
 * Nobody else is in the database: who was has been gone for us, but his process may still be at
 * work. PostgreSQL itself waits no more than five seconds for it.
 */
static inline void
await_alone(PGconn *pg, const char *database) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = '%s' AND pid <> "
             "pg_backend_pid() AND backend_type = 'client backend')",
             database);
    AWAIT(is_true(pg, sql), "somebody stays in %s", database);
}

static inline void
drop_database(PGconn *pg, const char *database) {
    char sql[256];
    await_alone(pg, database);
    snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS %s", database);
    run_sql(pg, sql);
}

/* A file of the test's folder, as a string to free. */
static inline char *
read_text(const char *path) {
    FILE *file = fopen(path, "rb");
    MUST(file != NULL, "%s can't be read", path);
    char *text = calloc(1, 1 << 20);
    size_t size = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    MUST(size > 0, "%s is empty", path);
    return text;
}

static inline const pgcs_spec *
spec_for(const char *host, const char *port, const char *role, const char *password,
         const char *database) {
    const char *const keys[] = {"host", "port", "user", "password", "dbname"};
    const char *const values[] = {host, port, role, password, database};
    pgcs_builder *builder = pgcs_builder_new();
    const pgcs_spec *spec = NULL;
    for (int i = 0; i < 5; i++)
        if (values[i] != NULL)
            ck_assert_int_eq(
                pgcs_builder_set(builder, keys[i], values[i], strlen(values[i]), NULL),
                PGCS_OK);
    ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
    pgcs_builder_free(builder);
    return spec;
}

static inline pgcs_check *
check_of(const pgcs_spec *spec) {
    pgcs_check *check = NULL;
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, PATIENCE_MS, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
    return check;
}

/* Run a check to its end; the caller has a reference to the report. */
static inline const pgcs_report *
report_of(pgcs_check *check) {
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_check_run(check, &error);
    ck_assert_msg(status == PGCS_OK, "%s", pgcs_error_message(error));
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    ck_assert_ptr_nonnull(report);
    pgcs_check_free(check);
    return report;
}

/* The first finding that is a failure, or 0. */
static inline int32_t
failure_of(const pgcs_report *report) {
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    int32_t code = pgcs_findings_next(findings) ? pgcs_finding_code(findings) : 0;
    pgcs_findings_free(findings);
    return code;
}

/* Whether something did not end in time: on a busy machine, it may need more of it. */
static inline bool
is_out_of_time(const pgcs_report *report) {
    bool late = false;
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(findings))
        late |= pgcs_finding_code(findings) == PGCS_CAUSE_TIMED_OUT ||
                strstr(pgcs_finding_message(findings), "it took too long") != NULL;
    pgcs_findings_free(findings);
    return late;
}

static inline void
assert_no_findings(const pgcs_report *report) {
    pgcs_findings *findings = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(findings))
        ck_abort_msg("%s: %s", pgcs_finding_name(findings), pgcs_finding_message(findings));
    pgcs_findings_free(findings);
}

/* --- the fixture ----------------------------------------------------------------------------
 */

#define FIXTURE_DATABASE "fixture \"db\""

/* Make the database and the roles of fixture.sql, whose folder is @argument. */
static inline void
make_fixture(const char *folder) {
    char path[4096], *text, *at;
    PGconn *pg = connect_as("postgres", "postgres");
    run_sql(pg, "CREATE DATABASE \"fixture \"\"db\"\"\" TEMPLATE template0");
    PQfinish(pg);
    snprintf(path, sizeof path, "%s/fixture.sql", folder);
    text = read_text(path);

    size_t size = strlen(text) * 2;
    char *sql = calloc(1, size);
    char *rest = text;
    while ((at = strstr(rest, " :pw")) != NULL) {
        *at = '\0';
        strncat(sql, rest, size - strlen(sql) - 1);
        strncat(sql, " '" ROLE_PASSWORD "'", size - strlen(sql) - 1);
        rest = at + 4;
    }
    strncat(sql, rest, size - strlen(sql) - 1);
    pg = connect_as("postgres", FIXTURE_DATABASE);
    run_sql(pg, sql);
    PQfinish(pg);
    free(sql);
    free(text);
}

#endif
