/*
 * Where /proc is not mounted, as in a small container: files by the numbers of descriptors lead
 * nowhere there, and libpq would take a root for one that does not exist. Each case runs in a
 * mount namespace of its own, in which an empty folder lies over /proc.
 *
 * Started by tests/lib/server. Needs root, or the right to make user namespaces.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live/tls_ground.h"

/* The whole process, from now on. */
static bool
leave_proc(void) {
    int flags = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
    return unshare(flags) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", "/proc", "tmpfs", MS_RDONLY, NULL) == 0 &&
           access("/proc/self/fd", F_OK) != 0;
}

/* What the child says of itself: 0, or the line that failed. _exit() passes the leak checker
 * by, which could not work without /proc. */
static int
in_child(void (*run)(void)) {
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (!leave_proc())
            _exit(2);
        run();
        _exit(0);
    }
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return 1;
    return WEXITSTATUS(status);
}

#define EXPECT(condition)                                                                      \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                    \
            _exit(3);                                                                          \
        }                                                                                      \
    } while (0)

static const pgcs_spec *
spec_of(const char *sslmode, int port) {
    char text[200];
    const pgcs_spec *spec = NULL;
    snprintf(text, sizeof text,
             "host=db.test hostaddr=127.0.0.1 port=%d user=postgres dbname=postgres "
             "sslmode=%s",
             port, sslmode);
    EXPECT(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK);
    return spec;
}

/* The path that @conninfo gives for @keyword, with the "=". */
static void
path_in(const char *conninfo, const char *keyword, char path[200]) {
    const char *at = strstr(conninfo, keyword);
    EXPECT(at != NULL && sscanf(at + strlen(keyword), "%199s", path) == 1);
}

static void
connect_all_the_same(void) {
    const pgcs_stage *stage = NULL;
    char root[200], key[200];
    const pgcs_spec *spec = spec_of("verify-full", ground.port);
    EXPECT(pgcs_stage_new(spec, ground.tls[MATERIAL_CLIENT], PQlibVersion(), &stage, NULL) ==
           PGCS_OK);
    path_in(pgcs_stage_conninfo(stage), "sslrootcert=", root);
    path_in(pgcs_stage_conninfo(stage), "sslkey=", key);
    EXPECT(strncmp(root, "/proc/", 6) != 0 && access(root, R_OK) == 0);
    char *stored = read_text(key);
    EXPECT(strstr(stored, "BEGIN ENCRYPTED PRIVATE KEY") != NULL);
    free(stored);
    PGconn *pg = PQconnectdb(pgcs_stage_conninfo(stage));
    EXPECT(PQstatus(pg) == CONNECTION_OK && PQsslInUse(pg));
    EXPECT(pgcs_stage_check(stage, NULL) == PGCS_OK);
    PQreset(pg);
    EXPECT(PQstatus(pg) == CONNECTION_OK && PQsslInUse(pg));
    PQfinish(pg);
    pgcs_stage_unref(stage);
    EXPECT(access(root, F_OK) != 0 && access(key, F_OK) != 0);
    pgcs_spec_unref(spec);
}

/* libpq connects unverified by require where the root's file is not there. */
static void
refuse_another(void) {
    static const char *const modes[] = {"require", "verify-ca", "verify-full"};
    for (int i = 0; i < 3; i++) {
        const pgcs_stage *stage = NULL;
        const pgcs_spec *spec = spec_of(modes[i], ground.port);
        EXPECT(pgcs_stage_new(spec, ground.tls[2], PQlibVersion(), &stage, NULL) == PGCS_OK);
        PGconn *pg = PQconnectdb(pgcs_stage_conninfo(stage));
        EXPECT(PQstatus(pg) == CONNECTION_BAD);
        PQfinish(pg);
        pgcs_stage_unref(stage);
        pgcs_spec_unref(spec);
    }
}

static void
check_all_the_same(void) {
    pgcs_check *check = NULL;
    const pgcs_spec *spec = spec_of("verify-full", ground.port);
    EXPECT(pgcs_check_new(spec, ground.tls[MATERIAL_CLIENT], NULL, &check, NULL) == PGCS_OK);
    EXPECT(pgcs_check_run(check, NULL) == PGCS_OK);
    const char *verified = pgcs_report_fact(pgcs_check_report(check), PGCS_FACT_TLS_VERIFIED);
    EXPECT(verified != NULL && strcmp(verified, "full") == 0);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
}

START_TEST(test_noproc__all_goes_on_without) {
    ground_switch(SERVER_WANTS_CLIENT);
    ck_assert_int_eq(in_child(connect_all_the_same), 0);
}
END_TEST

START_TEST(test_noproc__another_server_is_refused) {
    ground_switch(&servers[1]);
    ck_assert_int_eq(in_child(refuse_another), 0);
}
END_TEST

START_TEST(test_noproc__a_check_goes_on_as_well) {
    ground_switch(SERVER_WANTS_CLIENT);
    ck_assert_int_eq(in_child(check_all_the_same), 0);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_unchecked_fixture(cases, ground_make, NULL);
    tcase_add_test(cases, test_noproc__all_goes_on_without);
    tcase_add_test(cases, test_noproc__another_server_is_refused);
    tcase_add_test(cases, test_noproc__a_check_goes_on_as_well);
}

static void
nothing(void) {
}

int
main(void) {
    if (in_child(nothing) == 2) {
        printf("1..0 # SKIP /proc can't be taken away here: neither root nor a user who may "
               "make mount namespaces\n");
        return 0;
    }
    return suite_run("noproc", fill, 300);
}
