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
 * What is compared is wall time: of the whole check with its object section, from the making of
 * the spec to a report that can be read, and of a bare COPY of all tables' oid, relnamespace,
 * relname and relkind, read to its end; the login is a part of both. They take turns, in one
 * run on one server, and the median of the turns' ratios counts: a machine that is slow for a
 * while is so for both. Least times and medians are told as well, and what it is less the
 * login.
 *
 * Sessions have no parallel query, as the bounds are about the work to be done, not about how
 * many processors were idle. What it is with parallel query is told, and not judged.
 */
#include <libpq-fe.h>
#include <pgconnspec/pgconnspec.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "database.h"
#include "memory.h"

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

static double
time_login(const char *database, const char *sql) {
    (void)sql;
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

/* A whole check. */
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

static double
time_objects(const char *database, const char *sql) {
    (void)sql;
    return time_check(database, PGCS_SECTION_OBJECTS);
}

static double
time_columns(const char *database, const char *sql) {
    (void)sql;
    return time_check(database, PGCS_SECTION_COLUMNS);
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
    pgcs_check *check = new_check(database, PGCS_SECTION_OBJECTS);
    long before = memory_mark();
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
    long library = memory_peak() - before;
    library -= name_bytes(report_of(check), &tables);
    pgcs_check_free(check);
    PQfinish(control);
    if (first == 0) /* all came at once: the report was the first to be read */
        first = tables;
    return (struct taken){(double)library / (double)tables, (double)(most - idle) / 1024,
                          (double)first / (double)tables};
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

#define TURNS_MOST 30

/* Wall times of one action, in milliseconds. */
struct times {
    double each[TURNS_MOST]; /* in ascending order */
    int count;
};

static void
add_time(struct times *times, double ms) {
    int at = times->count++;
    for (; at > 0 && times->each[at - 1] > ms; at--)
        times->each[at] = times->each[at - 1];
    times->each[at] = ms;
}

static double
least(const struct times *times) {
    return times->each[0];
}

static double
median(const struct times *times) {
    return times->each[times->count / 2];
}

typedef double
action(const char *database, const char *sql);

static struct times
times_of(action *act, const char *database, const char *sql, int turns) {
    struct times times = {.count = 0};
    for (int i = 0; i < turns; i++)
        add_time(&times, act(database, sql));
    return times;
}

struct race {
    struct times login; /* alone */
    struct times bare;  /* the query that checks are held against */
    struct times check;
    struct times ratio; /* of the check to the bare rows, turn by turn */
};

/* In turns, and whoever was first is last the next time. */
static struct race
run_race(const char *database, const char *sql, int turns) {
    struct race race = {.login = {.count = 0}};
    for (int i = 0; i < turns; i++) {
        add_time(&race.login, time_login(database, NULL));
        double before = i % 2 == 0 ? time_copy(database, sql) : 0;
        double check = time_objects(database, NULL);
        double bare = i % 2 == 0 ? before : time_copy(database, sql);
        add_time(&race.check, check);
        add_time(&race.bare, bare);
        add_time(&race.ratio, check / bare);
    }
    return race;
}

static double
ratio_of(const struct times *one, const struct times *other) {
    return least(one) / least(other);
}

static void
tell(const char *what, const struct race *race) {
    double login = least(&race->login);
    printf("# %s: wall time of %d turns, least (median): login alone %.1f (%.1f) ms, with bare "
           "rows %.1f (%.1f), with a check %.1f (%.1f); check over bare rows, median of turns "
           "%.2f, least over least %.2f, less the login %.2f\n",
           what, race->login.count, login, median(&race->login), least(&race->bare),
           median(&race->bare), least(&race->check), median(&race->check), median(&race->ratio),
           ratio_of(&race->check, &race->bare),
           (least(&race->check) - login) / (least(&race->bare) - login));
}

static void
measure_peers(const char *database, long tables, const struct times *check) {
    struct times neosync = times_of(time_copy, database, neosync_sql, 3);
    struct times grants = times_of(time_copy, database, grants_sql, 3);
    struct times columns = times_of(time_columns, database, NULL, 6);
    printf("# %ld tables: Neosync's query %.1f ms, role_table_grants %.1f, a check of columns "
           "%.1f\n",
           tables, least(&neosync), least(&grants), least(&columns));
    judge_of(tables, "check over Neosync's query", ratio_of(check, &neosync), 0.2);
    judge_of(tables, "check over role_table_grants", ratio_of(check, &grants), 0.1);
    judge_of(tables, "columns over tables", ratio_of(&columns, check), 4);
}

static void
measure(const char *database, long tables) {
    char what[64];
    int turns = tables < 100000 ? TURNS_MOST : tables < 1000000 ? 20 : 8;
    run_once(database, "ALTER ROLE bench_app SET max_parallel_workers_per_gather = 0");
    struct race race = run_race(database, floor_sql, turns);
    snprintf(what, sizeof what, "%ld tables", tables);
    tell(what, &race);
    judge_of(tables, "check over bare rows", median(&race.ratio), tables < 100000 ? 1.7 : 1.4);
    struct taken taken = take(database);
    judge_of(tables, "bytes a table in the library, over its name", taken.library_bytes, 48);
    judge_of(tables, "megabytes in the server", taken.server_mb, 8);
    if (tables >= 100000)
        judge_of(tables, "part of them that has come when the first can be read", taken.first,
                 0.5);
    if (tables == 100000)
        measure_peers(database, tables, &race.check);
    run_once(database, "ALTER ROLE bench_app RESET max_parallel_workers_per_gather");
    race = run_race(database, floor_sql, turns / 2);
    snprintf(what, sizeof what, "%ld tables, with parallel query", tables);
    tell(what, &race);
}

static void
measure_distinct(const char *database) {
    run_once(database, "ALTER ROLE bench_app SET max_parallel_workers_per_gather = 0");
    struct race race = run_race(database, each_sql, 8);
    struct taken taken = take(database);
    tell("every ACL distinct, has_table_privilege for bare rows", &race);
    printf("# every ACL distinct: %.0f bytes a table over its name, %.1f MB in the server\n",
           taken.library_bytes, taken.server_mb);
    judge("every ACL distinct, check over has_table_privilege", median(&race.ratio), 2);
}

/* One group holds them all, and nothing stands between them. */
static void
measure_one(const char *database) {
    struct taken taken = take(database);
    judge("one ACL, bytes a table in the library, over its name", taken.library_bytes, 48);
    judge("one ACL, megabytes in the server", taken.server_mb, 8);
    judge("one ACL, part of them that has come when the first can be read", taken.first, 0.5);
}

int
main(int count, char **arguments) {
    if (count < 3)
        die("bench_objects FOLDER TABLES...");
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 2; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "bench_%s", arguments[i]);
        make_database(arguments[1], name, arguments[i], "some");
        run_once(name, "ALTER ROLE bench_app SET jit = off");
        measure(name, strtol(arguments[i], NULL, 10));
    }
    make_database(arguments[1], "bench_distinct", "100000", "distinct");
    measure_distinct("bench_distinct");
    make_database(arguments[1], "bench_one", "100000", "one");
    measure_one("bench_one");
    printf("1..%d\n", number);
    return 0;
}
