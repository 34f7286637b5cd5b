/*
 * Staged material against a real server: each way to make the files, with libpq 13 to 18, in an
 * environment, and with a home directory, that say something else. The matrix of servers,
 * attackers, modes and materials stands in test_matrix.c.
 *
 * Started by tests/lib/server; with another libpq by tests/oracle/with_libpq.
 */
#include <stdio.h>
#include <unistd.h>

#include "live/tls_ground.h"
#include "tls/errors.h"
#include "tls/memfile.h"
#include "tls/session.h"
#include "tls/stage.h"

static const char *const modes[] = {NULL,      "disable",   "allow",      "prefer",
                                    "require", "verify-ca", "verify-full"};
#define MODES 7

/* --- what comes out ------------------------------------------------------------------------
 */

static const pgcs_spec *
spec_of(const struct given *given, int mode, int port) {
    char text[300];
    snprintf(text, sizeof text,
             "host=%s hostaddr=127.0.0.1 port=%d user=postgres "
             "dbname=postgres connect_timeout=60%s%s",
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

/* --- staging -------------------------------------------------------------------------------
 */

static const unsigned all_ways[] = {MEMFILE_MEMFD, MEMFILE_UNNAMED, MEMFILE_DIRECTORY};

/* Each way to hand PEM text to libpq, with a key that is encrypted, and again after PQreset().
 */
START_TEST(test_tls__each_way_to_stage) {
    ground_switch(SERVER_WANTS_CLIENT);
    for (int reset = 0; reset < 2; reset++) {
        const pgcs_spec *spec = spec_of(&materials[MATERIAL_CLIENT], 6, ground.port);
        ck_assert_int_eq(connect_with(spec, ground.tls[MATERIAL_CLIENT], all_ways[_i], reset),
                         'F');
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
    const pgcs_spec *spec = spec_of(&materials[MATERIAL_CLIENT], 6, ground.port);
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
START_TEST(test_tls__the_server_sees_it_too) {
    ground_switch(SERVER_WANTS_CLIENT);
    const pgcs_spec *spec = spec_of(&materials[MATERIAL_CLIENT], 6, ground.port);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(
        stage_new(spec, ground.tls[MATERIAL_CLIENT], PQlibVersion(), &stage, &diag), PGCS_OK);
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

/* --- descriptors that somebody closes ------------------------------------------------------
 */

/* The number behind "/proc/self/fd/" of @keyword, with the "=". */
static int
number_in(const char *conninfo, const char *keyword) {
    int number = -1;
    const char *at = strstr(conninfo, keyword);
    ck_assert_ptr_nonnull(at);
    ck_assert_int_eq(sscanf(at + strlen(keyword), "/proc/self/fd/%d", &number), 1);
    return number;
}

/* After the root's descriptor is gone, or the key's, PQreset() fails; it never means less. */
START_TEST(test_tls__a_closed_file_never_weakens) {
    static const int stated[] = {4, 5, 6};
    static const char *const keywords[] = {"sslrootcert=", "sslkey="};
    ground_switch(SERVER_WANTS_CLIENT);
    for (int i = 0; i < 3; i++) {
        const pgcs_spec *spec = spec_of(&materials[MATERIAL_CLIENT], stated[i], ground.port);
        const pgcs_stage *stage = NULL;
        ck_assert_int_eq(
            pgcs_stage_new(spec, ground.tls[MATERIAL_CLIENT], PQlibVersion(), &stage, NULL),
            PGCS_OK);
        PGconn *pg = PQconnectdb(pgcs_stage_conninfo(stage));
        ck_assert_msg(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
        ck_assert_int_eq(pgcs_stage_check(stage, NULL), PGCS_OK);
        close(number_in(pgcs_stage_conninfo(stage), keywords[_i]));
        pgcs_error *error = NULL;
        ck_assert_int_eq(pgcs_stage_check(stage, &error), PGCS_ERR_SYSTEM);
        ck_assert_str_eq(pgcs_error_message(error),
                         "the private file of the TLS material is gone");
        pgcs_error_free(error);
#ifndef __SANITIZE_ADDRESS__ /* libpq 15 reads behind the message that it makes of this */
        PQreset(pg);
        ck_assert_int_eq(PQstatus(pg), CONNECTION_BAD);
#endif
        PQfinish(pg);
        pgcs_stage_unref(stage);
        pgcs_spec_unref(spec);
    }
}
END_TEST

/* Another root under the number of ours: libpq would believe it, and we see it. */
START_TEST(test_tls__another_file_in_its_place_is_seen) {
    char path[300];
    ground_switch(&servers[3]); /* of the other authority */
    const pgcs_spec *spec = spec_of(&materials[1], 6, ground.port);
    const pgcs_stage *stage = NULL;
    ck_assert_int_eq(pgcs_stage_new(spec, ground.tls[1], PQlibVersion(), &stage, NULL),
                     PGCS_OK);
    int number = number_in(pgcs_stage_conninfo(stage), "sslrootcert=");
    snprintf(path, sizeof path, "%s/other.crt", ground.home);
    FILE *stranger = fopen(path, "re");
    ck_assert_ptr_nonnull(stranger);
    ck_assert_int_eq(dup2(fileno(stranger), number), number);
    ck_assert_int_eq(pgcs_stage_check(stage, NULL), PGCS_ERR_SYSTEM);
    PGconn *pg = PQconnectdb(pgcs_stage_conninfo(stage));
    ck_assert_int_eq(PQstatus(pg), CONNECTION_OK); /* that is why it has to be asked */
    PQfinish(pg);
    fclose(stranger);
    pgcs_stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* Close whatever memory file this process has. */
static int
close_memory_files(void) {
    int count = 0;
    for (int fd = 3; fd < 200; fd++) {
        char name[40], target[80] = "";
        snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
        if (readlink(name, target, sizeof target - 1) > 0 &&
            strncmp(target, "/memfd:pgconnspec", 17) == 0)
            count += close(fd) == 0;
    }
    return count;
}

/* The engine asks by itself, before each step in which libpq might open them. */
START_TEST(test_tls__a_check_sees_that_too) {
    ground_switch(SERVER_WANTS_CLIENT);
    const pgcs_spec *spec = spec_of(&materials[MATERIAL_CLIENT], 6, ground.port);
    pgcs_check *check = NULL;
    ck_assert_int_eq(pgcs_check_new(spec, ground.tls[MATERIAL_CLIENT], NULL, &check, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
    ck_assert_int_eq(close_memory_files(), 3);
    const pgcs_report *report = report_of(check);
    ck_assert_int_eq(failure_of(report), PGCS_ERR_SYSTEM);
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- the environment ----------------------------------------------------------------------
 */

/* Every variable that this libpq knows, PGSERVICE aside, which must exist. */
START_TEST(test_tls__no_variable_has_a_say) {
    int count = 0;
    ground_switch(SERVER_WANTS_CLIENT);
    PQconninfoOption *known = PQconndefaults();
    ck_assert_ptr_nonnull(known);
    for (const PQconninfoOption *at = known; at->keyword != NULL; at++)
        if (at->envvar != NULL && strcmp(at->keyword, "service") != 0) {
            setenv(at->envvar, "hostile", 1);
            count++;
        }
    PQconninfoFree(known);
    ck_assert_int_ge(count, 20);
    static const char letters[] = "FE0CCF";
    static const int stated[] = {0, 4, 1, 4, 5, 6};
    for (int i = 0; i < 6; i++) {
        int material = i == 1 ? 4 : i == 2 ? 0 : MATERIAL_CLIENT;
        const pgcs_spec *spec = spec_of(&materials[material], stated[i], ground.port);
        ck_assert_int_eq(connect_with(spec, ground.tls[material], MEMFILE_ALL, false),
                         letters[i]);
        pgcs_spec_unref(spec);
    }
}
END_TEST

/* --- libpq alone ---------------------------------------------------------------------------
 */

/* What an attacker gets from libpq itself must be what pgcs_guarantee_of_libpq() says. */
static const struct {
    const char *parameters; /* @ is the folder */
    bool found;
} alone[] = {
    {"", false},
    {"sslrootcert=@root.crt", true},
    {"sslrootcert=@roott.crt", false},
    {"sslrootcert=system", false},
    {"sslnegotiation=postgres", false},
    {"sslcertmode=disable", false},
};

static void
clean_environment(void) {
    PQconninfoOption *known = PQconndefaults();
    setenv("HOME", "/nowhere", 1);
    for (const PQconninfoOption *at = known; at != NULL && at->keyword != NULL; at++)
        if (at->envvar != NULL)
            unsetenv(at->envvar);
    PQconninfoFree(known);
}

static struct witness
attacked(const char *text, int port) {
    char conninfo[700];
    snprintf(conninfo, sizeof conninfo, "%s port=%d", text, port);
    PQfinish(PQconnectdb(conninfo));
    return attacker_saw();
}

static void
judge_alone(const char *text, bool found, const int ports[3]) {
    const struct witness plain = attacked(text, ports[0]);
    const struct witness own = attacked(text, ports[1]);
    const struct witness certified = attacked(text, ports[2]);
    bool read = plain.in_clear;
    bool posed = read || own.in_clear || own.fooled;
    const bool succeeded[] = {read, posed, posed || certified.in_clear || certified.fooled};
    const pgcs_spec *spec = NULL;
    const pgcs_guarantee *guarantee = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_guarantee_of_libpq(spec, PQlibVersion(), found, &guarantee, NULL),
                     PGCS_OK);
    bool refused = pgcs_guarantee_refusal(guarantee) != NULL;
    for (pgcs_attacker i = PGCS_ATTACKER_LISTENS; i <= PGCS_ATTACKER_CERTIFIED; i++)
        ck_assert_msg(succeeded[i - 1] == (!refused && !pgcs_guarantee_holds(guarantee, i)),
                      "%s: attacker %d, who %s", text, (int)i,
                      succeeded[i - 1] ? "succeeds" : "fails");
    pgcs_guarantee_unref(guarantee);
    pgcs_spec_unref(spec);
}

START_TEST(test_tls__libpq_alone_is_worth_what_is_said) {
    ground_switch(&servers[1]);
    const int ports[] = {ground_port(&servers[12]), ground_port(&servers[14]),
                         ground_port(&servers[15])};
    clean_environment();
    for (int mode = 0; mode < MODES; mode++) {
        char text[600];
        int size = snprintf(text, sizeof text,
                            "host=db.test hostaddr=127.0.0.1 user=postgres dbname=postgres "
                            "connect_timeout=60%s%s ",
                            modes[mode] ? " sslmode=" : "", modes[mode] ? modes[mode] : "");
        for (const char *at = alone[_i].parameters; *at; at++)
            size += snprintf(text + size, sizeof text - (size_t)size,
                             *at == '@' ? "%s/" : "%.1s", *at == '@' ? ground.home : at);
        judge_alone(text, alone[_i].found, ports);
    }
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_unchecked_fixture(cases, ground_make, NULL);
    tcase_add_loop_test(cases, test_tls__each_way_to_stage, 0, ROWS(all_ways));
    tcase_add_test(cases, test_tls__a_named_key_is_encrypted);
    tcase_add_loop_test(cases, test_tls__a_closed_file_never_weakens, 0, 2);
    tcase_add_test(cases, test_tls__another_file_in_its_place_is_seen);
    tcase_add_test(cases, test_tls__a_check_sees_that_too);
    tcase_add_test(cases, test_tls__no_variable_has_a_say);
    tcase_add_loop_test(cases, test_tls__libpq_alone_is_worth_what_is_said, 0, ROWS(alone));
    tcase_add_test(cases, test_tls__the_server_sees_it_too);
}

int
main(void) {
    const char *wanted = getenv("ORACLE_LIBPQ");
    MUST(wanted == NULL || atoi(wanted) == PQlibVersion() / 10000, "libpq %d, not %s",
         PQlibVersion(), wanted);
    return suite_run("tls", fill, 120);
}
