/* The databases of the bench: see objects.sql. */
#include "database.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
die(const char *what) {
    printf("Bail out! %s\n", what);
    exit(1);
}

PGconn *
connect_to(const char *user, const char *database) {
    const char *const keys[] = {"host", "port", "user", "password", "dbname", NULL};
    const char *const values[] = {getenv("PGHOST"), getenv("PGPORT"), user,
                                  "bench",          database,         NULL};
    PGconn *pg = PQconnectdbParams(keys, values, 0);
    if (PQstatus(pg) != CONNECTION_OK)
        die(PQerrorMessage(pg));
    return pg;
}

void
run(PGconn *pg, const char *sql) {
    PGresult *result = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        die(PQerrorMessage(pg));
    PQclear(result);
}

void
run_once(const char *database, const char *sql) {
    PGconn *pg = connect_to("postgres", database);
    run(pg, sql);
    PQfinish(pg);
}

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

void
make_database(const char *folder, const char *name, const char *tables, const char *acls) {
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
    bool bare = strlen(tables) > 6 || strcmp(acls, "one") == 0;
    put_in(&sql, ":columns", bare ? "0" : tables);
    put_in(&sql, ":acls", acls);
    PGconn *pg = connect_to("postgres", name);
    run(pg, sql);
    run(pg, "VACUUM FREEZE ANALYZE pg_catalog.pg_class");
    run(pg, "VACUUM FREEZE ANALYZE pg_catalog.pg_attribute");
    PQfinish(pg);
    free(sql);
}
