/*
 * TLS against real servers and real attackers: every server (12), attack (9), sslmode (7) and
 * material (7). What libpq is told, what it then does, and what is reported of it must be what
 * was asked, or a refusal; and where it fails, our own handshake must find the right cause. All
 * of it in an environment, and with a home directory, that say something else.
 *
 * Started by tests/lib/server; with another libpq by tests/oracle/with_libpq.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "live/tls_ground.h"
#include "tls/builder.h"
#include "tls/diagnose.h"
#include "tls/errors.h"
#include "tls/memfile.h"
#include "tls/session.h"
#include "tls/stage.h"

static const char *const modes[] = {NULL,      "disable",   "allow",      "prefer",
                                    "require", "verify-ca", "verify-full"};
#define MODES 7

/* --- what must come out --------------------------------------------------------------------
 */

/* P plaintext, E encrypted, C chain verified, F name verified, 0 refused by the server or by
 * libpq, R refused by us. */

static char
over_tls(const struct server *wanted, const struct given *given, int mode) {
    bool verifies = mode >= 5;
    bool anchored =
        given->other ? wanted->kind == UNKNOWN_CA && !wanted->attack : wanted->chain;
    if (given->other && wanted->attack == ATTACK_POSES)
        anchored = wanted->posing_as == UNKNOWN_CA;
    if (wanted->handshake != SHAKES)
        return wanted->handshake == SAYS_NO ? 'n' : wanted->handshake == BREAKS ? 'b' : 'f';
    if (verifies && (!anchored || (given->crl && wanted->revoked)))
        return 'f';
    if (mode == 6 && !wanted->name_fits)
        return 'f';
    bool admitted = strcmp(wanted->hba, HBA_PLAIN) != 0 &&
                    (strcmp(wanted->hba, HBA_IDENTITY) != 0 || given->client);
    if (!admitted)
        return 'h';
    return mode == 6 ? 'F' : mode == 5 ? 'C' : 'E';
}

static char
expected(const struct server *wanted, const struct given *given, int mode) {
    bool rooted = given->root || given->other;
    bool any = rooted || given->client;
    if (mode == 0)
        mode = rooted ? 6 : 3;
    bool refused =
        (mode <= 3 && any) || (mode >= 5 && !rooted) || (given->server_name && mode != 6);
    if (refused)
        return 'R';
    if (mode == 4 && rooted)
        mode = 5;
    bool plain = strcmp(wanted->hba, HBA_ALL) == 0 || strcmp(wanted->hba, HBA_PLAIN) == 0;
    if (mode == 1 || (mode == 2 && plain))
        return plain ? 'P' : '0';
    char tls = over_tls(wanted, given, mode);
    if (tls >= 'A' && tls <= 'Z')
        return tls;
    bool falls_back = mode == 3 && tls != 'b';
    return falls_back && plain ? 'P' : '0';
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

/* How much a connection over TLS to that server can be worth with that root. */
static int
worth(const struct server *wanted, const struct given *given) {
    char best = over_tls(wanted, given, 6);
    return best == 'F' ? 3 : over_tls(wanted, given, 5) == 'C' ? 2 : 1;
}

/* --- what comes out ------------------------------------------------------------------------
 */

static const pgcs_spec *
spec_of(const struct given *given, int mode, int port) {
    char text[300];
    snprintf(text, sizeof text,
             "host=%s hostaddr=127.0.0.1 port=%d user=postgres "
             "dbname=postgres connect_timeout=10%s%s",
             given->server_name ? "elsewhere.test" : "db.test", port,
             modes[mode] ? " sslmode=" : "", modes[mode] ? modes[mode] : "");
    const pgcs_spec *spec = NULL;
    MUST(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK, "%s", text);
    return spec;
}

/* A letter as above; X when our own judgement closed what libpq took. */
static char
connect_with(const pgcs_spec *spec, const pgcs_tls *tls, unsigned ways, bool reset) {
    const pgcs_stage *stage = NULL;
    struct plan plan;
    struct diag diag;
    if (stage_new_by(spec, tls, PQlibVersion(), ways, &stage, &diag) != PGCS_OK)
        return diag.status == PGCS_ERR_CONFLICT ? 'R' : '?';
    int (*function)(void) = PQlibVersion;
    void *address = NULL;
    memcpy(&address, &function, sizeof address);
    tls_errors_put_back(NULL); /* as our probe has it before libpq */
    PGconn *pg = PQconnectdb(stage_conninfo(stage));
    if (reset && PQstatus(pg) == CONNECTION_OK)
        PQreset(pg);
    char letter = '0';
    if (PQstatus(pg) == CONNECTION_OK) {
        enum verified verified;
        MUST(plan_make(spec, tls, PQlibVersion(), 0, &plan, &diag) == PGCS_OK, "plan");
        bool in_use = PQsslInUse(pg) != 0;
        void *ssl = in_use && session_is_ours(address) ? PQsslStruct(pg, "OpenSSL") : NULL;
        pgcs_status status = session_judge(&plan, in_use, ssl, &verified, &diag);
        letter = status != PGCS_OK           ? 'X'
                 : !in_use                   ? 'P'
                 : verified == VERIFIED_NONE ? 'E'
                 : verified == VERIFIED_FULL ? 'F'
                                             : 'C';
    }
    PQfinish(pg);
    stage_unref(stage);
    return letter;
}

/* --- the diagnosis -------------------------------------------------------------------------
 */

static int
open_socket(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    MUST(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "port %d",
         port);
    return fd;
}

/* The code of what our own handshake finds, or 0. */
static pgcs_code
diagnosed(const pgcs_spec *spec, const pgcs_tls *tls, int port) {
    struct diagnosis *diagnosis = NULL;
    struct diag diag;
    char data[16384];
    MUST(diagnosis_new(spec, tls, PQlibVersion(), 0, &diagnosis, &diag) == PGCS_OK, "%s",
         diag.message);
    int fd = open_socket(port);
    while (!diagnosis_is_done(diagnosis)) {
        struct slice out = diagnosis_output(diagnosis);
        if (out.size > 0) {
            ssize_t sent = send(fd, out.data, out.size, MSG_NOSIGNAL);
            if (sent <= 0)
                diagnosis_received(diagnosis, "", 0);
            else
                diagnosis_sent(diagnosis, (size_t)sent);
            continue;
        }
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        MUST(poll(&ready, 1, 10000) == 1, "the handshake hangs");
        ssize_t got = recv(fd, data, sizeof data, 0);
        diagnosis_received(diagnosis, data, got > 0 ? (size_t)got : 0);
    }
    close(fd);
    bool faulty = diagnosis_result(diagnosis, time(NULL), &diag);
    diagnosis_free(diagnosis);
    return faulty ? (pgcs_code)diag.status : 0;
}

/* What it must find where the connection failed. */
static pgcs_code
cause_of(const struct server *wanted, const struct given *given, int mode) {
    bool verifies = mode == 0 || mode >= 5 || given->root || given->other;
    bool full = mode == 0 || mode == 6;
    if (wanted->handshake != SHAKES)
        return wanted->cause;
    if (!verifies)
        return 0;
    bool wrong_root = given->other && worth(wanted, given) < 2;
    if (wrong_root && wanted->kind != SELF_SIGNED)
        return PGCS_CAUSE_ISSUER_UNKNOWN;
    if (given->other && !wrong_root)
        return 0;
    if (wanted->cause == PGCS_CAUSE_CERTIFICATE_NAME && !full)
        return 0;
    return given->crl && wanted->revoked_cause ? wanted->revoked_cause : wanted->cause;
}

/* --- the matrix ----------------------------------------------------------------------------
 */

START_TEST(test_tls__what_was_asked_is_what_is_got) {
    const struct server *wanted = &servers[_i];
    ground_switch(wanted);
    int port = ground_port(wanted);
    int cells = 0, wrong = 0, weaker = 0, stronger = 0, causes = 0;
    for (int i = 0; i < MATERIALS; i++)
        for (int mode = 0; mode < MODES; mode++, cells++) {
            const struct given *given = &materials[i];
            const pgcs_spec *spec = spec_of(given, mode, port);
            char got = connect_with(spec, ground.tls[i], MEMFILE_ALL, false);
            char want = expected(wanted, given, mode);
            bool connected = strchr("PECF", got) != NULL;
            int level = got == 'P' ? 0 : worth(wanted, given);
            weaker += connected && level < asked(given, mode);
            stronger += (got == 'C' && level < 2) || (got == 'F' && level < 3);
            pgcs_code cause =
                got == '0' && asked(given, mode) > 0 ? diagnosed(spec, ground.tls[i], port) : 0;
            pgcs_code cause_wanted =
                got == '0' && asked(given, mode) > 0 ? cause_of(wanted, given, mode) : 0;
            causes += cause_wanted != 0;
            if (got != want || cause != cause_wanted) {
                fprintf(stderr, "%s, %s, sslmode %s: %c, not %c; cause %d, not %d\n",
                        wanted->name, given->name, modes[mode] ? modes[mode] : "not stated",
                        got, want, (int)cause, (int)cause_wanted);
                wrong++;
            }
            pgcs_spec_unref(spec);
        }
    printf("# %s: %d cells, %d weaker than asked, %d reported stronger, %d wrong, %d causes\n",
           wanted->name, cells, weaker, stronger, wrong, causes);
    fflush(stdout);
    ck_assert_int_eq(weaker, 0);
    ck_assert_int_eq(stronger, 0);
    ck_assert_int_eq(wrong, 0);
}
END_TEST

/* --- staging -------------------------------------------------------------------------------
 */

static const unsigned all_ways[] = {MEMFILE_MEMFD, MEMFILE_UNNAMED, MEMFILE_DIRECTORY};

/* Each way to hand PEM text to libpq, with a key that is encrypted, and again after PQreset().
 */
START_TEST(test_tls__each_way_to_stage) {
    ground_switch(SERVER_WANTS_CLIENT);
    for (int reset = 0; reset < 2; reset++) {
        const pgcs_spec *spec = spec_of(&materials[3], 6, ground.port);
        ck_assert_int_eq(connect_with(spec, ground.tls[3], all_ways[_i], reset), 'F');
        pgcs_spec_unref(spec);
    }
}
END_TEST

/* A key in the clear, which must never lie in a file with a name as it is. */
START_TEST(test_tls__a_named_key_is_encrypted) {
    ground_switch(SERVER_WANTS_CLIENT);
    char *key = pki_key_pem(ground.client.key, NULL);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_tls *tls = NULL;
    ck_assert_int_eq(
        pgcs_tls_builder_set_roots(builder, ground.root_pem, strlen(ground.root_pem), NULL),
        PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_certificate(builder, ground.client_pem,
                                                      strlen(ground.client_pem), NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_set_key(builder, key, strlen(key), NULL, 0, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_tls_builder_finish(builder, &tls, NULL), PGCS_OK);
    pgcs_tls_builder_free(builder);
    const pgcs_spec *spec = spec_of(&materials[3], 6, ground.port);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(stage_new_by(spec, tls, PQlibVersion(), MEMFILE_DIRECTORY, &stage, &diag),
                     PGCS_OK);
    char path[200] = "";
    const char *at = strstr(stage_conninfo(stage), "sslkey=");
    ck_assert_int_eq(sscanf(at, "sslkey=%199s", path), 1);
    char *stored = read_text(path);
    ck_assert_ptr_nonnull(strstr(stored, "BEGIN ENCRYPTED PRIVATE KEY"));
    ck_assert_ptr_null(strstr(stored, "BEGIN PRIVATE KEY"));
    free(stored);
    stage_unref(stage);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(connect_with(spec, tls, MEMFILE_DIRECTORY, false), 'F');
    pgcs_spec_unref(spec);
    pgcs_tls_unref(tls);
    free(key);
}
END_TEST

/* The server's own view of the session: certificate of the client, and TLS. */
START_TEST(test_tls__the_wantedsees_it_too) {
    ground_switch(SERVER_WANTS_CLIENT);
    const pgcs_spec *spec = spec_of(&materials[3], 6, ground.port);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(stage_new(spec, ground.tls[3], PQlibVersion(), &stage, &diag), PGCS_OK);
    PGconn *pg = PQconnectdb(stage_conninfo(stage));
    ck_assert_msg(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    char *seen = value_of(pg, "SELECT ssl::text || ' ' || client_dn FROM pg_stat_ssl "
                              "WHERE pid = pg_backend_pid()");
    ck_assert_str_eq(seen, "true /CN=postgres");
    free(seen);
    PQfinish(pg);
    stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* The same by the public interface: what the engine reports of each server. */
START_TEST(test_tls__the_engine_says_why) {
    const struct server *wanted = &servers[_i];
    const struct given *given = &materials[1];
    ground_switch(wanted);
    const pgcs_spec *spec = spec_of(given, 6, ground_port(wanted));
    pgcs_check *check = NULL;
    ck_assert_int_eq(pgcs_check_new(spec, ground.tls[1], NULL, &check, NULL), PGCS_OK);
    pgcs_spec_unref(spec);
    const pgcs_report *report = report_of(check);
    int32_t failure = failure_of(report);
    if (expected(wanted, given, 6) == 'F') {
        ck_assert_int_eq(failure, 0);
        ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TLS_VERIFIED), "full");
        ck_assert_int_eq(pgcs_report_fact_int(report, PGCS_FACT_TLS_IN_USE), 1);
    } else {
        pgcs_code cause = cause_of(wanted, given, 6);
        ck_assert_int_ne(failure, 0);
        ck_assert_msg(cause == 0 || failure == cause || wanted->attack != ATTACK_NONE,
                      "%s: %d, not %d", wanted->name, (int)failure, (int)cause);
    }
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_unchecked_fixture(cases, ground_make, NULL);
    tcase_add_loop_test(cases, test_tls__what_was_asked_is_what_is_got, 0, SERVERS);
    tcase_add_loop_test(cases, test_tls__the_engine_says_why, 0, SERVERS);
    tcase_add_loop_test(cases, test_tls__each_way_to_stage, 0, ROWS(all_ways));
    tcase_add_test(cases, test_tls__a_named_key_is_encrypted);
    tcase_add_test(cases, test_tls__the_wantedsees_it_too);
}

int
main(void) {
    const char *wanted = getenv("ORACLE_LIBPQ");
    MUST(wanted == NULL || atoi(wanted) == PQlibVersion() / 10000, "libpq %d, not %s",
         PQlibVersion(), wanted);
    return suite_run("tls", fill, 120);
}
