/*
 * How fast and how lean the object section is, held against a copy of the bare rows on the same
 * server in the same run: bench_objects FOLDER TABLES... prints a line of figures for each, as
 * TAP. Run by tests/lib/server, with allow_system_table_mods on.
 */
#include <libpq-fe.h>
#include <pgconnspec/pgconnspec.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS 7

static const char floor_sql[] =
    "COPY (SELECT c.oid, c.relnamespace, c.relname, c.relkind FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', "
    "'v', 'm', 'f') AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> "
    "'information_schema') TO STDOUT (FORMAT binary)";

/* What Neosync's test of a connection asks, and the view that it asked before. */
static const char neosync_sql[] =
    "COPY (SELECT table_schema, table_name, privilege_type FROM "
    "information_schema.table_privileges WHERE table_schema NOT IN ('pg_catalog', "
    "'information_schema') AND (grantee = current_user OR grantee = 'PUBLIC') ORDER BY "
    "table_schema, table_name) TO STDOUT";
static const char grants_sql[] =
    "COPY (SELECT * FROM information_schema.role_table_grants) TO STDOUT";
static const char each_sql[] =
    "COPY (SELECT c.oid, has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, "
    "'INSERT'), has_table_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'), "
    "has_table_privilege(c.oid, 'TRUNCATE'), has_table_privilege(c.oid, 'REFERENCES'), "
    "has_table_privilege(c.oid, 'TRIGGER'), c.relname FROM pg_class c WHERE c.relkind = 'r' "
    "AND c.oid >= 20000000) TO STDOUT (FORMAT binary)";

static double
now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void
die(const char *what) {
    printf("Bail out! %s\n", what);
    exit(1);
}

static PGconn *
connect_to(const char *user, const char *database) {
    const char *const keys[] = {"host", "port", "user", "password", "dbname", NULL};
    const char *const values[] = {getenv("PGHOST"), getenv("PGPORT"), user,
                                  "bench",          database,         NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    if (PQstatus(pg) != CONNECTION_OK)
        die(PQerrorMessage(pg));
    return pg;
}

static void
run(PGconn *pg, const char *sql) {
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        die(PQerrorMessage(pg));
    PQclear(result);
}

/* One COPY in a new session, login included, as in a check. */
static double
time_copy(const char *database, const char *sql) {
    double start = now_ms();
    char *row = NULL;
    int size = 0;
    PGconn *pg = connect_to("bench_app", database);
    run(pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_COPY_OUT)
        die(PQerrorMessage(pg));
    PQclear(result);
    while ((size = PQgetCopyData(pg, &row, 0)) > 0)
        PQfreemem(row);
    PQfinish(pg);
    return now_ms() - start;
}

static const pgcs_report *
check_objects(const char *database) {
    const char *const keys[] = {"host", "port", "user", "password", "dbname"};
    const char *const values[] = {getenv("PGHOST"), getenv("PGPORT"), "bench_app", "bench",
                                  database};
    pgcs_builder *builder = pgcs_builder_new();
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    pgcs_status status = PGCS_OK;
    for (int i = 0; i < 5 && status == PGCS_OK; i++)
        status = pgcs_builder_set(builder, keys[i], values[i], strlen(values[i]), NULL);
    if (status != PGCS_OK || pgcs_builder_finish(builder, 0, &spec, NULL) != PGCS_OK ||
        pgcs_check_new(spec, NULL, NULL, &check, NULL) != PGCS_OK ||
        pgcs_check_set_sections(check, PGCS_SECTION_OBJECTS, NULL) != PGCS_OK ||
        pgcs_check_set_timeout_ms(check, -1, NULL) != PGCS_OK ||
        pgcs_check_run(check, NULL) != PGCS_OK)
        die("the check failed");
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    if (pgcs_report_severity(report) != PGCS_SEVERITY_NONE)
        die("the check has findings");
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
    return report;
}

static double
time_check(const char *database) {
    double start = now_ms();
    pgcs_report_unref(check_objects(database));
    return now_ms() - start;
}

/* Peak memory of a process that does nothing but one check, over one that does none. */
static double
check_bytes(const char *database, long tables) {
    long peak[2] = {0, 0};
    for (int with = 0; with < 2; with++) {
        struct rusage usage;
        pid_t child = fork();
        if (child == 0) {
            if (with)
                pgcs_report_unref(check_objects(database));
            _exit(0);
        }
        wait4(child, NULL, 0, &usage);
        peak[with] = usage.ru_maxrss;
    }
    return (double)(peak[1] - peak[0]) * 1024 / (double)tables;
}

static double
least(double a, double b) {
    return a < b ? a : b;
}

/* --- databases ------------------------------------------------------------------------------
 */

static void
put_in(char **sql, const char *name, const char *value) {
    char *at;
    while ((at = strstr(*sql, name)) != NULL) {
        char *made = malloc(strlen(*sql) + strlen(value) + 1);
        sprintf(made, "%.*s%s%s", (int)(at - *sql), *sql, value, at + strlen(name));
        free(*sql);
        *sql = made;
    }
}

static void
make_database(const char *folder, const char *name, const char *tables, bool distinct) {
    char path[4096], text[256];
    snprintf(path, sizeof path, "%s/objects.sql", folder);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        die("objects.sql can't be read");
    char *sql = calloc(1, 65536);
    if (fread(sql, 1, 65535, file) == 0)
        die("objects.sql is empty");
    fclose(file);
    put_in(&sql, ":tables", tables);
    put_in(&sql, ":distinct", distinct ? "1" : "0");
    PGconn *pg = connect_to("postgres", "postgres");
    snprintf(text, sizeof text, "CREATE DATABASE %s", name);
    run(pg, text);
    PQfinish(pg);
    pg = connect_to("postgres", name);
    run(pg, sql);
    run(pg, "VACUUM FREEZE ANALYZE pg_catalog.pg_class");
    PQfinish(pg);
    free(sql);
}

/* --- figures --------------------------------------------------------------------------------
 */

static int number;

static void
judge(bool good, const char *what, double figure, double limit) {
    printf("%s %d - %s: %.2f (at most %.2f)\n", good ? "ok" : "not ok", ++number, what, figure,
           limit);
}

static void
measure(const char *database, long tables) {
    double bare = 1e12, ours = 1e12;
    char what[128];
    for (int i = 0; i < RUNS; i++) {
        bare = least(bare, time_copy(database, floor_sql));
        ours = least(ours, time_check(database));
    }
    double neosync = time_copy(database, neosync_sql), grants = time_copy(database, grants_sql);
    double bytes = check_bytes(database, tables);
    printf("# %ld tables: bare rows %.1f ms, check %.1f ms, Neosync's query %.1f ms, "
           "role_table_grants %.1f ms, memory %.0f bytes a table\n",
           tables, bare, ours, neosync, grants, bytes);
    double limit = tables < 100000 ? 1.7 : 1.4;
    snprintf(what, sizeof what, "%ld tables, check over bare rows", tables);
    judge(ours / bare <= limit, what, ours / bare, limit);
    if (tables < 100000)
        return;
    snprintf(what, sizeof what, "%ld tables, check over Neosync's query", tables);
    judge(ours / neosync <= 0.2, what, ours / neosync, 0.2);
    snprintf(what, sizeof what, "%ld tables, check over role_table_grants", tables);
    judge(ours / grants <= 0.1, what, ours / grants, 0.1);
    snprintf(what, sizeof what, "%ld tables, bytes a table", tables);
    judge(bytes <= 48 + 24, what, bytes, 48 + 24); /* names have 22 to 24 bytes */
}

static void
measure_distinct(const char *database) {
    double each = 1e12, ours = 1e12;
    for (int i = 0; i < 3; i++) {
        each = least(each, time_copy(database, each_sql));
        ours = least(ours, time_check(database));
    }
    printf("# every ACL distinct: has_table_privilege %.1f ms, check %.1f ms\n", each, ours);
    judge(ours / each <= 2, "every ACL distinct, check over has_table_privilege", ours / each,
          2);
}

int
main(int count, char **arguments) {
    if (count < 3)
        die("bench_objects FOLDER TABLES...");
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < count; i++) {
        char name[32];
        snprintf(name, sizeof name, "bench%d", i);
        make_database(arguments[1], name, arguments[i], false);
        measure(name, strtol(arguments[i], NULL, 10));
    }
    make_database(arguments[1], "bench_distinct", arguments[2], true);
    measure_distinct("bench_distinct");
    printf("1..%d\n", number);
    return 0;
}
