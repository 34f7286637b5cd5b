/* The databases of the bench, and sessions in them. */
#ifndef BENCH_DATABASE_H
#define BENCH_DATABASE_H

#include <libpq-fe.h>

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

/* So many tables, with "some" ACLs, "distinct" ones or "one"; unless it is there. */
void
make_database(const char *folder, const char *name, const char *tables, const char *acls);

#endif
