/*
 * How fast and how lean the object section is, held against a copy of the bare rows on the same
 * server in the same run: bench_objects FOLDER TABLES... prints figures and judges them, as
 * TAP. Run by tests/lib/server, with allow_system_table_mods on. A database that is there
 * already, bench_TABLES or bench_distinct, is used as it is.
 *
 * Real are the server, its roles, schemas and statistics, and the check as anybody runs it. The
 * tables stand in the catalogs only, without types, files or dependencies, put there by
 * objects.sql: to create a million of them takes half an hour.
 *
 * Times are wall times of sessions that do one thing, their login included, as it is in a
 * check. They are taken in turns, many times, and the least of each counts: whatever else the
 * machine does makes them longer, never shorter. All are of sessions without parallel query, as
 * the bounds are about the work to be done, not about how many processors were idle; with it
 * they are told too, and so are those without the login, and not judged.
 */
#include <libpq-fe.h>
#include <malloc.h>
#include <pgconnspec/pgconnspec.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --- memory ---------------------------------------------------------------------------------
 */

/* What the process has allocated, libpq included: these stand in for the C library's own. */
static atomic_long allocated, peak;

extern void *
__libc_malloc(size_t size);
extern void *
__libc_calloc(size_t count, size_t size);
extern void *
__libc_realloc(void *old, size_t size);
extern void
__libc_free(void *old);

static void *
count_in(void *made) {
    long now = atomic_fetch_add(&allocated, (long)malloc_usable_size(made)) +
               (long)malloc_usable_size(made);
    long most = atomic_load(&peak);
    while (now > most && !atomic_compare_exchange_weak(&peak, &most, now))
        continue;
    return made;
}

static void
count_out(void *old) {
    atomic_fetch_sub(&allocated, (long)malloc_usable_size(old));
}

void *
malloc(size_t size) {
    return count_in(__libc_malloc(size));
}

void *
calloc(size_t count, size_t size) {
    return count_in(__libc_calloc(count, size));
}

void *
realloc(void *old, size_t size) {
    count_out(old);
    return count_in(__libc_realloc(old, size));
}

void
free(void *old) {
    count_out(old);
    __libc_free(old);
}

/* --- queries --------------------------------------------------------------------------------
 */

#define USERS "n.nspname NOT LIKE 'pg!_%' ESCAPE '!' AND n.nspname <> 'information_schema'"

static const char floor_sql[] =
    "COPY (SELECT c.oid, c.relnamespace, c.relname, c.relkind FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', "
    "'v', 'm', 'f') AND " USERS ") TO STDOUT (FORMAT binary)";

/* What Neosync's test of a connection asks, and the view that it asked before. */
static const char neosync_sql[] =
    "COPY (SELECT table_schema, table_name, privilege_type FROM "
    "information_schema.table_privileges WHERE table_schema NOT IN ('pg_catalog', "
    "'information_schema') AND (grantee = current_user OR grantee = 'PUBLIC') ORDER BY "
    "table_schema, table_name) TO STDOUT";
static const char grants_sql[] =
    "COPY (SELECT * FROM information_schema.role_table_grants) TO STDOUT";

#define HELD(privilege) ", has_table_privilege(c.oid, '" privilege "')"
static const char each_sql[] =
    "COPY (SELECT c.oid, c.relnamespace, c.relname, c.relkind" HELD("SELECT") HELD("INSERT")
        HELD("UPDATE") HELD("DELETE") HELD("TRUNCATE") HELD("REFERENCES")
            HELD("TRIGGER") " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON "
                            "n.oid = c.relnamespace "
                            "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND " USERS
                            ") TO STDOUT (FORMAT binary)";

/* --- sessions -------------------------------------------------------------------------------
 */

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

static void
run_once(const char *database, const char *sql) {
    PGconn *pg = connect_to("postgres", database);
    run(pg, sql);
    PQfinish(pg);
}

static double
time_login(const char *database) {
    double start = now_ms();
    PQfinish(connect_to("bench_app", database));
    return now_ms() - start;
}

/* One COPY in a new session. */
static double
time_copy(const char *database, const char *sql) {
    double start = now_ms();
    PGconn *pg = connect_to("bench_app", database);
    char *row = NULL;
    int size = 0;
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

/* --- checks ---------------------------------------------------------------------------------
 */

static pgcs_check *
new_check(const char *database, uint32_t sections) {
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
        pgcs_check_set_sections(check, sections, NULL) != PGCS_OK ||
        pgcs_check_set_timeout_ms(check, -1, NULL) != PGCS_OK)
        die("there is no check");
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
    return check;
}

/* The report of a check that has run; both are freed together. */
static const pgcs_report *
report_of(pgcs_check *check) {
    const pgcs_report *report = pgcs_check_report(check);
    if (report == NULL || pgcs_report_severity(report) != PGCS_SEVERITY_NONE)
        die("the check has findings");
    return report;
}

/* A whole check, its login included. */
static double
time_check(const char *database, uint32_t sections) {
    double start = now_ms();
    pgcs_check *check = new_check(database, sections);
    if (pgcs_check_run(check, NULL) != PGCS_OK)
        die("the check failed");
    report_of(check);
    double end = now_ms();
    pgcs_check_free(check);
    return end - start;
}

/* --- what a check takes ---------------------------------------------------------------------
 */

/* Memory of its own that a process has, in kilobytes; 0 when it is gone. */
static long
private_kb(int pid) {
    char path[64], line[256];
    long kb = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    while (fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "RssAnon: %ld kB", &kb) == 1)
            break;
    fclose(file);
    return kb;
}

static int
backend_of(PGconn *control) {
    PGresult *result = PQexec(control, "SELECT pid FROM pg_stat_activity WHERE usename = "
                                       "'bench_app' AND xact_start IS NOT NULL");
    int pid = PQntuples(result) == 1 ? atoi(PQgetvalue(result, 0, 0)) : 0;
    PQclear(result);
    return pid;
}

struct taken {
    double library_bytes; /* at the most, over those of the names, a table */
    double server_mb;     /* at the most, over those of a session that does nothing */
    double first;         /* of all tables those that had come when the first could be read */
};

static long
idle_kb(const char *database) {
    PGconn *pg = connect_to("bench_app", database);
    run(pg, "SELECT 1");
    long kb = private_kb(PQbackendPID(pg));
    PQfinish(pg);
    return kb;
}

/* Bytes of all names of tables. */
static long
name_bytes(const pgcs_report *report, long *tables) {
    long bytes = 0;
    *tables = 0;
    pgcs_objects *objects = pgcs_objects_new(report, NULL, UINT32_C(1) << PGCS_OBJECT_TABLE);
    while (pgcs_objects_next(objects)) {
        bytes += (long)strlen(pgcs_object_name(objects));
        (*tables)++;
    }
    pgcs_objects_free(objects);
    return bytes;
}

/* How many tables can be read by now. */
static long
count_come(pgcs_check *check) {
    long count = 0;
    pgcs_objects *objects = pgcs_check_objects_new(check, UINT32_C(1) << PGCS_OBJECT_TABLE);
    while (pgcs_objects_next(objects))
        count += pgcs_object_name(objects) != NULL;
    pgcs_objects_free(objects);
    return count;
}

static struct taken
take(const char *database) {
    PGconn *control = connect_to("postgres", "postgres");
    long idle = idle_kb(database), most = 0, tables = 0, first = 0;
    int pid = 0;
    long before = atomic_load(&allocated);
    pgcs_check *check = new_check(database, PGCS_SECTION_OBJECTS);
    atomic_store(&peak, before);
    while (pgcs_check_state(check) <= PGCS_STATE_RUNNING) {
        if (pgcs_check_step(check, 0, NULL) != PGCS_OK)
            die("the check failed");
        struct pollfd fd = {.fd = pgcs_check_socket(check), .events = POLLIN};
        if (pgcs_check_wants(check) & PGCS_WANT_WRITE)
            fd.events |= POLLOUT;
        if (pgcs_check_state(check) == PGCS_STATE_RUNNING)
            poll(&fd, 1, 1);
        if (pid == 0)
            pid = backend_of(control);
        if (first == 0)
            first = count_come(check);
        long kb = pid == 0 ? 0 : private_kb(pid);
        most = kb > most ? kb : most;
    }
    long library = atomic_load(&peak) - before;
    library -= name_bytes(report_of(check), &tables);
    pgcs_check_free(check);
    PQfinish(control);
    if (first == 0) /* all came at once: the report was the first to be read */
        first = tables;
    return (struct taken){(double)library / (double)tables, (double)(most - idle) / 1024,
                          (double)first / (double)tables};
}

/* --- databases ------------------------------------------------------------------------------
 */

static void
put_in(char **sql, const char *name, const char *value) {
    char *at;
    while ((at = strstr(*sql, name)) != NULL) {
        size_t size = strlen(*sql) + strlen(value) + 1;
        char *made = malloc(size);
        snprintf(made, size, "%.*s%s%s", (int)(at - *sql), *sql, value, at + strlen(name));
        free(*sql);
        *sql = made;
    }
}

static bool
make_empty(const char *name) {
    char text[256];
    PGconn *pg = connect_to("postgres", "postgres");
    snprintf(text, sizeof text, "SELECT FROM pg_database WHERE datname = '%s'", name);
    PGresult *result = PQexec(pg, text);
    bool is_there = PQntuples(result) > 0;
    PQclear(result);
    snprintf(text, sizeof text, "CREATE DATABASE %s", name);
    if (!is_there)
        run(pg, text);
    PQfinish(pg);
    return !is_there;
}

static void
make_database(const char *folder, const char *name, const char *tables, bool distinct) {
    char path[4096];
    if (!make_empty(name))
        return;
    snprintf(path, sizeof path, "%s/objects.sql", folder);
    FILE *file = fopen(path, "rb");
    char *sql = calloc(1, 65536);
    if (file == NULL || fread(sql, 1, 65535, file) == 0)
        die("objects.sql can't be read");
    fclose(file);
    put_in(&sql, ":tables", tables);
    put_in(&sql, ":columns", strlen(tables) > 6 ? "0" : tables);
    put_in(&sql, ":distinct", distinct ? "1" : "0");
    PGconn *pg = connect_to("postgres", name);
    run(pg, sql);
    run(pg, "VACUUM FREEZE ANALYZE pg_catalog.pg_class");
    run(pg, "VACUUM FREEZE ANALYZE pg_catalog.pg_attribute");
    PQfinish(pg);
    free(sql);
}

/* --- figures --------------------------------------------------------------------------------
 */

static int number;

static void
judge(const char *what, double figure, double limit) {
    printf("%s %d - %s: %.2f (at most %.2f)\n", figure <= limit ? "ok" : "not ok", ++number,
           what, figure, limit);
}

static void
judge_of(long tables, const char *what, double figure, double limit) {
    char text[128];
    snprintf(text, sizeof text, "%ld tables, %s", tables, what);
    judge(text, figure, limit);
}

static double
least(double a, double b) {
    return a < b ? a : b;
}

struct times {
    double login; /* alone */
    double bare;  /* the query that checks are held against */
    double check;
};

static struct times
race(const char *database, const char *sql, int runs) {
    struct times times = {1e12, 1e12, 1e12};
    for (int i = 0; i < runs; i++) {
        times.login = least(times.login, time_login(database));
        times.bare = least(times.bare, time_copy(database, sql));
        times.check = least(times.check, time_check(database, PGCS_SECTION_OBJECTS));
    }
    return times;
}

static void
measure_peers(const char *database, long tables, const struct times *times) {
    double neosync = time_copy(database, neosync_sql), grants = time_copy(database, grants_sql);
    double columns = 1e12;
    for (int i = 0; i < 5; i++)
        columns = least(columns, time_check(database, PGCS_SECTION_COLUMNS));
    printf("# %ld tables: Neosync's query %.1f ms, role_table_grants %.1f ms, check of columns "
           "%.1f ms\n",
           tables, neosync, grants, columns);
    judge_of(tables, "check over Neosync's query", times->check / neosync, 0.2);
    judge_of(tables, "check over role_table_grants", times->check / grants, 0.1);
    judge_of(tables, "columns over tables, without the login",
             (columns - times->login) / (times->check - times->login), 4);
}

static void
measure(const char *database, long tables) {
    int runs = tables < 100000 ? 40 : tables < 1000000 ? 20 : 6;
    run_once(database, "ALTER ROLE bench_app SET max_parallel_workers_per_gather = 0");
    struct times times = race(database, floor_sql, runs);
    printf("# %ld tables: bare rows %.1f ms, check %.1f ms; a login is %.1f ms of both, "
           "without it "
           "the ratio is %.2f\n",
           tables, times.bare, times.check, times.login,
           (times.check - times.login) / (times.bare - times.login));
    judge_of(tables, "check over bare rows", times.check / times.bare,
             tables < 100000 ? 1.7 : 1.4);
    struct taken taken = take(database);
    judge_of(tables, "bytes a table in the library, over its name", taken.library_bytes, 48);
    judge_of(tables, "megabytes in the server", taken.server_mb, 8);
    if (tables >= 100000)
        judge_of(tables, "part of them that has come when the first can be read", taken.first,
                 0.5);
    if (tables == 100000)
        measure_peers(database, tables, &times);
    run_once(database, "ALTER ROLE bench_app RESET max_parallel_workers_per_gather");
    times = race(database, floor_sql, runs / 2);
    printf("# %ld tables, parallel query: bare rows %.1f ms, check %.1f ms, ratio %.2f\n",
           tables, times.bare, times.check, times.check / times.bare);
}

static void
measure_distinct(const char *database) {
    run_once(database, "ALTER ROLE bench_app SET max_parallel_workers_per_gather = 0");
    struct times times = race(database, each_sql, 8);
    struct taken taken = take(database);
    printf(
        "# every ACL distinct: has_table_privilege %.1f ms, check %.1f ms; %.0f bytes a table "
        "over its name, %.1f MB in the server\n",
        times.bare, times.check, taken.library_bytes, taken.server_mb);
    judge("every ACL distinct, check over has_table_privilege", times.check / times.bare, 2);
}

int
main(int count, char **arguments) {
    if (count < 3)
        die("bench_objects FOLDER TABLES...");
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "bench_%s", arguments[i]);
        make_database(arguments[1], name, arguments[i], false);
        run_once(name, "ALTER ROLE bench_app SET jit = off");
        measure(name, strtol(arguments[i], NULL, 10));
    }
    make_database(arguments[1], "bench_distinct", "100000", true);
    measure_distinct("bench_distinct");
    printf("1..%d\n", number);
    return 0;
}
