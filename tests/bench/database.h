/* The databases of the bench, and sessions in them. */
#ifndef BENCH_DATABASE_H
#define BENCH_DATABASE_H

#include <libpq-fe.h>
#include <stdbool.h>

/* End with a line of TAP that says why. */
_Noreturn void
die(const char *what);

PGconn *
connect_to(const char *user, const char *database);
void
run(PGconn *pg, const char *sql);
/* As a superuser, in a session of its own. */
void
run_once(const char *database, const char *sql);

/* So many tables, each with an ACL of its own when they are @distinct; unless it is there. */
void
make_database(const char *folder, const char *name, const char *tables, bool distinct);

#endif
