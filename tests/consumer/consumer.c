/*
 * A program of somebody else: it has only the installed headers and library. It compiles as C99
 * and as C++11, without a warning, and exits with 0 if the library that it got is the one that
 * it was compiled for, and answers.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <string.h>

int
main(void) {
    if (strcmp(pgcs_version(), PGCS_VERSION_STRING) != 0 ||
        pgcs_version_number() != PGCS_VERSION_NUMBER) {
        printf("compiled for %s, running with %s\n", PGCS_VERSION_STRING, pgcs_version());
        return 1;
    }
    const char *text = "postgresql://reader@db.example:6432/shop?sslmode=verify-full";
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, &error) != PGCS_OK) {
        printf("%s\n", pgcs_error_message(error));
        pgcs_error_free(error);
        return 1;
    }
    int good = strcmp(pgcs_spec_get(spec, "dbname"), "shop") == 0 &&
               pgcs_spec_host_port(spec, 0) == 6432 && pgcs_libpq_version() >= 130000 &&
               strcmp(pgcs_spec_get(spec, "user"), "reader") == 0;
    pgcs_spec_unref(spec);
    return good ? 0 : 1;
}
