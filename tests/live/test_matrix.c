/*
 * TLS against real servers and real attackers: every server and attack (22), every sslmode and
 * none (7), every material (8; with TLS_MATRIX=full all 26), through the engine; then, with
 * TLS_MATRIX=full, by libpq with what we stage, as a program of its own would connect.
 *
 * What a cell came to is not asked of us: whoever stands on the path says what he could read
 * and whether he was taken for the server, and the server's log says who came in, with TLS or
 * without. What a certificate is worth stands in the table of servers. Of each cell it is
 * asked whether the connection is weaker than the spec asks, whether it is reported as
 * stronger than it is, and, where there is none, whether the cause is the right one.
 *
 * Started by tests/lib/server; with another libpq by tests/oracle/with_libpq.
 */
#include <stdio.h>
#include <sys/mman.h>

#include "live/tls_ground.h"
#include "tls/errors.h"

static const char *const modes[] = {NULL,      "disable",   "allow",      "prefer",
                                    "require", "verify-ca", "verify-full"};
#define MODES 7

/* What the program comes to; its tests run in processes of their own. */
struct sums {
    int cells;
    int weaker;
    int stronger;
    int wrong;  /* another outcome, or another cause */
    int causes; /* of refusals and failures, each compared */
};
static struct sums *sums;

/* --- what must come out --------------------------------------------------------------------
 */

/* P plaintext, E encrypted, C chain verified, F name verified; 0 no connection, R refused by
 * us. Within: n no TLS there, b broken, f the handshake fails, i the identity is not taken, h
 * pg_hba.conf. */

/* Does the server's certificate lead to the root that the client has? */
static bool
is_anchored(const struct server *wanted, const struct given *given) {
    if (!given->other)
        return wanted->chain;
    return (wanted->attack == ATTACK_POSES ? wanted->posing_as : wanted->kind) == UNKNOWN_CA;
}

static char
over_tls(const struct server *wanted, const struct given *given, int mode) {
    if (wanted->handshake != SHAKES)
        return wanted->handshake == SAYS_NO ? 'n' : wanted->handshake == BREAKS ? 'b' : 'f';
    if (mode >= 5 && (!is_anchored(wanted, given) || (given->crl && wanted->revoked)))
        return 'f';
    if (mode == 6 && !wanted->name_fits)
        return 'f';
    if (given->client_bad && wanted->attack == ATTACK_NONE)
        return 'i';
    if (strcmp(wanted->hba, HBA_PLAIN) == 0 ||
        (strcmp(wanted->hba, HBA_IDENTITY) == 0 && !given->client))
        return 'h';
    return mode == 6 ? 'F' : mode == 5 ? 'C' : 'E';
}

/* The mode that is carried out; 0 when we must refuse. */
static int
mode_of(const struct given *given, int mode) {
    bool rooted = given->root || given->other;
    if (mode == 0)
        mode = rooted ? 6 : 3;
    bool refused = given->fault != 0 || (mode <= 3 && (rooted || given->client)) ||
                   (mode >= 5 && !rooted) || (given->server_name && mode != 6) ||
                   (given->system && mode != 6);
    if (refused)
        return 0;
    return mode == 4 && rooted ? 5 : mode;
}

static bool
takes_plaintext(const struct server *wanted) {
    return strcmp(wanted->hba, HBA_ALL) == 0 || strcmp(wanted->hba, HBA_PLAIN) == 0 ||
           wanted->attack == ATTACK_SAYS_NO_TLS;
}

/* In plaintext, past the one who speaks TLS to the server in our place. */
static bool
takes_plaintext_at_once(const struct server *wanted) {
    return takes_plaintext(wanted) && wanted->attack != ATTACK_SAYS_NO_TLS;
}

static char
expected(const struct server *wanted, const struct given *given, int stated) {
    int mode = mode_of(given, stated);
    if (mode == 0)
        return 'R';
    if (mode == 1 || (mode == 2 && takes_plaintext_at_once(wanted)))
        return takes_plaintext_at_once(wanted) ? 'P' : '0';
    char tls = over_tls(wanted, given, mode);
    if (tls >= 'A' && tls <= 'Z')
        return tls;
    /* From 17 on, what was refused in plaintext is not tried so once more. */
    bool again = mode == 3 || PQlibVersion() < 170000;
    bool falls_back = tls == 'n' ? mode <= 3 && again
                                 : mode == 3 && tls != 'b' && takes_plaintext_at_once(wanted);
    return falls_back && takes_plaintext(wanted) ? 'P' : '0';
}

/* How much the spec asks, without asking the library: 0 nothing, 1 encryption, 2 chain, 3 name.
 */
static int
asked(const struct given *given, int mode) {
    bool rooted = given->root || given->other;
    if (mode == 0)
        return rooted ? 3 : 0;
    return mode <= 3 ? 0 : mode == 4 ? (rooted ? 2 : 1) : mode - 3;
}

/* What TLS with that server is worth to one who has that root. */
static int
worth(const struct server *wanted, const struct given *given) {
    if (!is_anchored(wanted, given) || (given->crl && wanted->revoked))
        return 1;
    return wanted->name_fits ? 3 : 2;
}

/* --- why there is no connection ------------------------------------------------------------
 */

static pgcs_code
cause_of_chain(const struct server *wanted, const struct given *given) {
    if (given->other && !is_anchored(wanted, given))
        return wanted->kind == SELF_SIGNED ? PGCS_CAUSE_CERTIFICATE_SELF_SIGNED
                                           : PGCS_CAUSE_ISSUER_UNKNOWN;
    return given->crl && wanted->revoked ? wanted->revoked_cause : wanted->cause;
}

static pgcs_code
cause_of(const struct server *wanted, const struct given *given, int stated) {
    int mode = mode_of(given, stated);
    if (given->fault != 0 && stated != 1 && stated != 2 && stated != 3)
        return given->fault;
    if (mode == 0)
        return PGCS_ERR_CONFLICT;
    char tls = mode == 1 ? 'n' : over_tls(wanted, given, mode);
    /* Plaintext is refused, and no TLS is there to be had: so it looks from 17 on. */
    if (mode == 2 && wanted->attack == ATTACK_SAYS_NO_TLS && PQlibVersion() >= 170000)
        return PGCS_CAUSE_NOT_ALLOWED;
    bool wants_client = tls == 'h' && strcmp(wanted->hba, HBA_IDENTITY) == 0;
    if (mode <= 3 && tls != 'b' && !wants_client)
        return PGCS_CAUSE_TLS_REQUIRED; /* by pg_hba.conf, of the plaintext that came last */
    if (tls == 'i')
        return PGCS_CAUSE_CLIENT_REFUSED;
    if (tls == 'h')
        return wants_client ? PGCS_CAUSE_AUTHENTICATION_FAILED : PGCS_CAUSE_NOT_ALLOWED;
    /* Where plaintext would do, whoever hangs up may hang up on everybody. */
    if (mode == 3 && wanted->attack == ATTACK_CLOSES)
        return PGCS_CAUSE_CONNECTION_LOST;
    return wanted->handshake != SHAKES ? wanted->cause : cause_of_chain(wanted, given);
}

/* --- what comes out ------------------------------------------------------------------------
 */

/* One cell, by the account of others. */
struct cell {
    int asked;           /* 0 to 3, as worth */
    int worth;           /* of TLS there */
    struct witness seen; /* by the one on the path */
    bool came_in;        /* by the server's log */
    bool over_tls;       /* the same */
    char reported;       /* P E C F, or 0 */
};

static bool
is_weaker(const struct cell *cell) {
    bool in_plaintext = cell->seen.in_clear || (cell->came_in && !cell->over_tls);
    bool over_tls = cell->seen.fooled || (cell->came_in && cell->over_tls);
    return (cell->asked >= 1 && cell->seen.in_clear) ||
           (cell->asked >= 1 && in_plaintext && !cell->seen.fooled) ||
           (over_tls && cell->worth < cell->asked);
}

static bool
is_stronger(const struct cell *cell) {
    int claimed = cell->reported == 'F'   ? 3
                  : cell->reported == 'C' ? 2
                  : cell->reported == 'E' ? 1
                                          : 0;
    bool there = cell->came_in || cell->seen.fooled;
    return claimed > cell->worth || (claimed > 0 && cell->seen.last_too) ||
           (cell->reported != '0' && !there);
}

/* Where the server's log ends. */
static long
log_end(void) {
    FILE *file = fopen(server("PGLOG"), "re");
    MUST(file != NULL && fseek(file, 0, SEEK_END) == 0, "the server's log");
    long end = ftell(file);
    fclose(file);
    return end;
}

/* Who came in since @from as @application. */
static void
read_log(long from, const char *application, struct cell *cell) {
    char line[1000];
    FILE *file = fopen(server("PGLOG"), "re");
    MUST(file != NULL && fseek(file, from, SEEK_SET) == 0, "the server's log");
    while (fgets(line, sizeof line, file) != NULL) {
        if (strstr(line, "connection authorized:") == NULL || !strstr(line, application))
            continue;
        cell->came_in = true;
        cell->over_tls = strstr(line, "SSL enabled") != NULL;
    }
    fclose(file);
}

static const pgcs_spec *
spec_of(const struct given *given, int mode, int port) {
    char text[1500];
    int size = snprintf(text, sizeof text,
                        "host=%s hostaddr=127.0.0.1 port=%d user=postgres dbname=postgres "
                        "connect_timeout=60 application_name=matrix%s%s ",
                        given->server_name ? "elsewhere.test" : "db.test", port,
                        modes[mode] ? " sslmode=" : "", modes[mode] ? modes[mode] : "");
    for (const char *at = given->parameters ? given->parameters : ""; *at; at++)
        size += snprintf(text + size, sizeof text - (size_t)size, *at == '@' ? "%s/" : "%.1s",
                         *at == '@' ? ground.home : at);
    const pgcs_spec *spec = NULL;
    MUST(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK, "%s", text);
    return spec;
}

/* By the engine: what it reports, and why not. */
static pgcs_code
run_engine(const pgcs_spec *spec, const pgcs_tls *tls, char *reported) {
    pgcs_check *check = NULL;
    ck_assert_int_eq(pgcs_check_new(spec, tls, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_sections(check, PGCS_SECTION_TLS, NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    pgcs_code failure = failure_of(report);
    const char *verified = pgcs_report_fact(report, PGCS_FACT_TLS_VERIFIED);
    bool in_use = pgcs_report_fact_int(report, PGCS_FACT_TLS_IN_USE) == 1;
    *reported = failure != 0                    ? '0'
                : !in_use                       ? 'P'
                : strcmp(verified, "full") == 0 ? 'F'
                : strcmp(verified, "ca") == 0   ? 'C'
                                                : 'E';
    pgcs_report_unref(report);
    return failure;
}

/* By a program of its own, which trusts what we stage. */
static void
run_libpq(const pgcs_spec *spec, const pgcs_tls *tls) {
    const pgcs_stage *stage = NULL;
    if (pgcs_stage_new(spec, tls, PQlibVersion(), &stage, NULL) != PGCS_OK)
        return;
    tls_errors_put_back(NULL); /* libpq takes what lies there for its own */
    PQfinish(PQconnectdb(pgcs_stage_conninfo(stage)));
    pgcs_stage_unref(stage);
}

static bool
is_full(void) {
    const char *wish = getenv("TLS_MATRIX");
    return wish != NULL && strcmp(wish, "full") == 0;
}

/* A cell that is not as it should be. */
static void
complain(const struct server *wanted, const struct given *given, int mode,
         const struct cell *cell, const char *what) {
    fprintf(stderr,
            "%s, %s, sslmode %s: %s (asked %d, worth %d, reported %c; came in %d, over TLS %d; "
            "in clear %d, fooled %d)\n",
            wanted->name, given->name, modes[mode] ? modes[mode] : "not stated", what,
            cell->asked, cell->worth, cell->reported, cell->came_in, cell->over_tls,
            cell->seen.in_clear, cell->seen.fooled);
}

/* Is it weaker than asked, or reported as stronger than it is? */
static void
judge(const struct server *wanted, const struct given *given, int mode, const struct cell *cell,
      struct sums *here) {
    here->cells++;
    if (is_weaker(cell)) {
        complain(wanted, given, mode, cell, "weaker than asked");
        here->weaker++;
    }
    if (is_stronger(cell)) {
        complain(wanted, given, mode, cell, "reported stronger than it is");
        here->stronger++;
    }
}

static void
run_cell(const struct server *wanted, int material, int mode, int port, struct sums *here) {
    const struct given *given = &materials[material];
    const pgcs_spec *spec = spec_of(given, mode, port);
    const pgcs_tls *tls = ground.tls[material];
    struct cell cell = {.asked = asked(given, mode), .worth = worth(wanted, given)};
    long from = log_end();
    pgcs_code cause = run_engine(spec, tls, &cell.reported);
    cell.seen = attacker_saw();
    read_log(from, "=matrix", &cell);
    char want = expected(wanted, given, mode);
    bool fails = want == '0' || want == 'R';
    pgcs_code cause_wanted = fails ? cause_of(wanted, given, mode) : 0;
    judge(wanted, given, mode, &cell, here);
    here->causes += fails;
    if (cell.reported != (fails ? '0' : want) || cause != cause_wanted) {
        char what[80];
        snprintf(what, sizeof what, "not %c; cause %d, not %d", want, (int)cause,
                 (int)cause_wanted);
        complain(wanted, given, mode, &cell, what);
        here->wrong++;
    }
    if (is_full()) {
        from = log_end();
        run_libpq(spec, tls);
        cell = (struct cell){.asked = cell.asked, .worth = cell.worth, .reported = '0'};
        cell.seen = attacker_saw();
        read_log(from, "=matrix", &cell);
        judge(wanted, given, mode, &cell, here);
        if ((cell.came_in || cell.seen.fooled) != !fails) {
            complain(wanted, given, mode, &cell, "libpq by itself is not of our mind");
            here->wrong++;
        }
    }
    pgcs_spec_unref(spec);
}

/* --- the matrix ----------------------------------------------------------------------------
 */

START_TEST(test_matrix__what_was_asked_is_what_is_got) {
    const struct server *wanted = &servers[_i];
    struct sums here = {.cells = 0};
    ground_switch(wanted);
    int port = ground_port(wanted);
    int count = is_full() ? MATERIALS : MATERIALS_QUICK;
    for (int i = 0; i < count; i++)
        for (int mode = 0; mode < MODES; mode++)
            run_cell(wanted, i, mode, port, &here);
    sums->cells += here.cells;
    sums->weaker += here.weaker;
    sums->stronger += here.stronger;
    sums->wrong += here.wrong;
    sums->causes += here.causes;
    ck_assert_int_eq(here.weaker, 0);
    ck_assert_int_eq(here.stronger, 0);
    ck_assert_int_eq(here.wrong, 0);
}
END_TEST

/* --- does the judge see anything? ----------------------------------------------------------
 */

/* Connections that ask for less than is claimed of them, against those who make use of it. */
static const struct {
    const char *sslmode; /* that libpq is really told */
    int server;
    int asked; /* that is claimed */
    char reported;
    bool weaker;
    bool stronger;
} planted[] = {
    {"prefer", 0, 1, 'P', true, false},    /* no TLS, where encryption was asked */
    {"prefer", 0, 0, 'P', false, false},   /* and nobody asked */
    {"prefer", 0, 0, 'E', false, true},    /* reported as encrypted */
    {"prefer", 12, 1, 'P', true, false},   /* an attacker who says no */
    {"prefer", 13, 1, 'P', true, false},   /* one of whom the server sees nothing */
    {"require", 14, 1, 'E', false, false}, /* one with a certificate of his own */
    {"require", 14, 2, 'E', true, false},
    {"require", 14, 1, 'C', false, true},
    {"require", 15, 2, 'C', false, false}, /* one with a certificate of the authority */
    {"require", 15, 3, 'C', true, false},
    {"require", 15, 2, 'F', false, true},
    {"require", 1, 3, 'F', false, false}, /* the server itself */
    {"require", 3, 2, 'E', true, false},  /* another server than was meant */
    {"require", 4, 1, 'F', false, true},
    {"require", 16, 1, 'E', false, true}, /* reported, and not there */
};

START_TEST(test_matrix__the_judge_is_not_blind) {
    const struct server *wanted = &servers[planted[_i].server];
    char conninfo[500];
    ground_switch(wanted);
    int port = ground_port(wanted);
    unsetenv("PGOPTIONS");
    unsetenv("PGTARGETSESSIONATTRS");
    snprintf(conninfo, sizeof conninfo,
             "host=db.test hostaddr=127.0.0.1 port=%d user=postgres dbname=postgres "
             "application_name=planted sslmode=%s sslrootcert=/dev/null/none "
             "sslcert=/dev/null/none sslcrl=/dev/null/none channel_binding=prefer "
             "ssl_min_protocol_version=TLSv1.2 "
             "ssl_max_protocol_version=''%s%s",
             port, planted[_i].sslmode, PQlibVersion() >= 160000 ? " require_auth=''" : "",
             PQlibVersion() >= 170000 ? " sslnegotiation=postgres" : "");
    long from = log_end();
    PGconn *pg = PQconnectdb(conninfo);
    PQfinish(pg);
    struct cell cell = {.asked = planted[_i].asked,
                        .worth = worth(wanted, &materials[1]),
                        .seen = attacker_saw(),
                        .reported = planted[_i].reported};
    read_log(from, "=planted", &cell);
    ck_assert_int_eq(is_weaker(&cell), planted[_i].weaker);
    ck_assert_int_eq(is_stronger(&cell), planted[_i].stronger);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_unchecked_fixture(cases, ground_make, NULL);
    tcase_add_loop_test(cases, test_matrix__what_was_asked_is_what_is_got, 0, SERVERS);
    tcase_add_loop_test(cases, test_matrix__the_judge_is_not_blind, 0, ROWS(planted));
}

int
main(void) {
    const char *wanted = getenv("ORACLE_LIBPQ");
    MUST(wanted == NULL || atoi(wanted) == PQlibVersion() / 10000, "libpq %d, not %s",
         PQlibVersion(), wanted);
    sums = mmap(NULL, sizeof *sums, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(sums != MAP_FAILED, "no memory");
    int result = suite_run("matrix", fill, 300);
    printf("# libpq %d: %d cells, %d weaker than asked, %d reported stronger, %d wrong, %d "
           "causes compared\n",
           PQlibVersion() / 10000, sums->cells, sums->weaker, sums->stronger, sums->wrong,
           sums->causes);
    return result;
}
