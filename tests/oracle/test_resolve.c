/*
 * libpq is the oracle of resolving, too: the same spec in the same environment, with the same
 * service file and the same password file, must come to the same values. Inputs are new in each
 * run; ORACLE_SEED repeats one, ORACLE_INPUTS sets how many there are.
 *
 * libpq tells what it resolved when a connection is begun. A gssencmode that there is not ends
 * it right after that, so that nobody looks up a name or opens a socket.
 *
 * doc/differences.md, "What resolving does", names what may differ: without its row a
 * difference is not excused.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pgconnspec/pgconnspec.h>

#include "base/scanner.h"
#include "base/text.h"
#include "oracle/oracle.h"
#include "oracle/surroundings.h"
#include "spec/keyword.h"
#include "suite.h"

#define USUAL_INPUTS 4000
#define NO_MODE      "no-such-mode"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- one case ------------------------------------------------------------------------------
 */

struct world {
    char folder[64];
    char servicefile[96];
    char passfile[96];
    PQconninfoOption *defaults;
    uint64_t passwords; /* found in the password file by both */
    uint64_t failures;  /* of both */
    uint64_t excused;
};

static struct slice
text_of(const struct buf *buf) {
    return (struct slice){buf->data ? buf->data : "", buf->size};
}

static void
write_file(const char *path, struct slice text) {
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text.data, 1, text.size, file), text.size);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, 0600), 0);
}

static pgcs_status
resolve_ours(const struct input *input, const pgcs_spec **out) {
    pgcs_env *env = pgcs_env_new();
    const pgcs_spec *spec = NULL;
    struct slice services_text = text_of(&input->services);
    struct slice passwords_text = text_of(&input->passwords);
    ck_assert_int_eq(pgcs_env_capture(env, NULL), PGCS_OK);
    ck_assert_int_eq(
        pgcs_env_set_servicefile(env, services_text.data, services_text.size, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_env_set_passfile(env, passwords_text.data, passwords_text.size, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_spec_parse(input->spec.data, input->spec.size - 1, 0, &spec, NULL),
                     PGCS_OK);
    pgcs_status status = pgcs_spec_resolve(spec, env, 0, out, NULL);
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
    return status;
}

static PGconn *
resolve_theirs(const char *spec) {
    struct buf text = {.limit = 0};
    buf_printf(&text, "%s gssencmode=" NO_MODE, spec);
    buf_put(&text, "", 1);
    PGconn *connection = PQconnectStart(text.data);
    buf_free(&text);
    ck_assert_int_eq(PQstatus(connection), CONNECTION_BAD);
    return connection;
}

static const char *
option_value(const PQconninfoOption *options, const char *keyword) {
    for (; options->keyword != NULL; options++)
        if (strcmp(options->keyword, keyword) == 0)
            return options->val;
    return NULL;
}

/* Is a parameter that we leave open at libpq's own default? */
static bool
is_default(const struct world *world, const pgcs_spec *ours, const PQconninfoOption *option) {
    const char *standard = option_value(world->defaults, option->keyword);
    /* Filled in while connecting only. */
    if (strcmp(option->keyword, "sslcertmode") == 0)
        standard = "allow";
    const char *roots_in_use = pgcs_spec_get(ours, "sslrootcert");
    if (strcmp(option->keyword, "sslmode") == 0 && roots_in_use != NULL &&
        strcmp(roots_in_use, "system") == 0)
        return strcmp(option->val, "verify-full") == 0 || strcmp(option->val, standard) == 0;
    return strcmp(option->val, standard ? standard : "") == 0;
}

/* Do host, hostaddr and port make lists that libpq lines up? Else it stops before it names
 * user, database and password. */
static bool
are_lists_good(const pgcs_spec *ours) {
    const pgcs_report *report = NULL;
    bool good = true;
    ck_assert_int_eq(pgcs_spec_validate(ours, 0, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    while (pgcs_findings_next(finding))
        good &= pgcs_finding_code(finding) != PGCS_ERR_HOST_LIST;
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    return good;
}

/* The first parameter that libpq resolved otherwise, but for the password; or NULL. */
static const char *
different_option(struct world *world, const pgcs_spec *ours, PGconn *theirs) {
    PQconninfoOption *options = PQconninfo(theirs);
    const char *differs = NULL;
    ck_assert_ptr_nonnull(options);
    bool complete = are_lists_good(ours);
    for (const PQconninfoOption *option = options; option->keyword && !differs; option++) {
        const char *value = pgcs_spec_get(ours, option->keyword);
        if (strcmp(option->keyword, "gssencmode") == 0 ||
            strcmp(option->keyword, "password") == 0 ||
            (!complete && (strcmp(option->keyword, "user") == 0 ||
                           strcmp(option->keyword, "dbname") == 0)) ||
            (strcmp(option->keyword, "service") == 0 && oracle_excuses("service-done")))
            continue;
        if (value == NULL && option->val != NULL) {
            bool excused = is_default(world, ours, option) && oracle_excuses("open-default");
            world->excused += excused;
            differs = excused ? NULL : option->keyword;
        } else if (value != NULL && (option->val == NULL || strcmp(value, option->val) != 0)) {
            differs = option->keyword;
        }
        if (differs != NULL)
            printf("# %s: <%s> to libpq, <%s> to us\n", differs,
                   option->val ? option->val : "not set", value ? value : "not set");
    }
    PQconninfoFree(options);
    return differs;
}

/* libpq's password for host @i alone, in @password; false when it finds none. */
static bool
password_of_host(const pgcs_spec *ours, size_t i, struct buf *password) {
    static const char *const keys[] = {"user", "dbname"};
    static const char *const host_keys[] = {"host", "hostaddr", "port"};
    const char *parts[3] = {pgcs_spec_host_name(ours, i), pgcs_spec_host_address(ours, i),
                            NULL};
    const char *names_of[] = {"host", "hostaddr", "port", "user", "dbname", "gssencmode", NULL};
    const char *values_of[7] = {NULL};
    char port[64] = "";
    const char *list = pgcs_spec_get(ours, "port");
    const char *comma = list ? strchr(list, ',') : NULL;
    for (size_t k = 0; comma != NULL && k < i; k++) {
        list = comma + 1;
        comma = strchr(list, ',');
    }
    if (list != NULL)
        snprintf(port, sizeof port, "%.*s", (int)(comma ? comma - list : (long)strlen(list)),
                 list);
    parts[2] = port;
    for (size_t k = 0; k < COUNT(host_keys); k++)
        values_of[k] = parts[k];
    for (size_t k = 0; k < COUNT(keys); k++)
        values_of[3 + k] = pgcs_spec_get(ours, keys[k]);
    values_of[5] = NO_MODE;
    bool usual = parts[0] != NULL && (strcmp(parts[0], "/tmp") == 0 ||
                                      strcmp(parts[0], "/var/run/postgresql") == 0);
    if (usual && oracle_excuses("socket-dirs"))
        values_of[0] = "localhost";
    struct buf text = {.limit = 0};
    for (size_t k = 0; names_of[k] != NULL; k++) {
        if (values_of[k] == NULL)
            continue;
        buf_printf(&text, "%s='", names_of[k]);
        for (const char *at = values_of[k]; *at != '\0'; at++)
            buf_printf(&text, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
        buf_put_string(&text, "' ");
    }
    buf_put(&text, "", 1);
    PGconn *connection = PQconnectStart(text.data);
    const char *found = PQpass(connection);
    bool good = found != NULL && found[0] != '\0';
    password->size = 0;
    buf_put_string(password, good ? found : "");
    buf_put(password, "", 1);
    PQfinish(connection);
    buf_free(&text);
    return good;
}

/* What the password file has for all hosts, if it is the same for all: "" when nothing. */
static void
password_for_all(const pgcs_spec *ours, struct buf *password) {
    struct buf next = {.limit = 0};
    size_t found = 0, count = oracle_excuses("one-password") ? pgcs_spec_host_count(ours) : 1;
    bool same = true;
    unsetenv("PGSERVICE");
    unsetenv("PGPASSWORD");
    unsetenv("PGHOST");
    unsetenv("PGHOSTADDR");
    unsetenv("PGPORT");
    for (size_t i = 0; i < count; i++) {
        found += password_of_host(ours, i, i ? &next : password);
        same &= i == 0 || strcmp(next.data, password->data) == 0;
    }
    if (!same || found < count) {
        password->size = 0;
        buf_put(password, "", 1);
    }
    buf_free(&next);
}

static const char *
different_password(struct world *world, const pgcs_spec *ours, PGconn *theirs) {
    const char *value = pgcs_spec_get(ours, "password");
    pgcs_origin origin = pgcs_spec_origin(ours, "password");
    if (origin != PGCS_ORIGIN_PASSFILE && value != NULL && value[0] != '\0') {
        PQconninfoOption *options = PQconninfo(theirs);
        const char *their_value = option_value(options, "password");
        bool same = their_value != NULL && strcmp(their_value, value) == 0;
        PQconninfoFree(options);
        return same ? NULL : "password";
    }
    if (!are_lists_good(ours))
        return NULL;
    struct buf password = {.limit = 0};
    password_for_all(ours, &password);
    bool same = strcmp(password.data, value ? value : "") == 0;
    if (!same)
        printf("# password: <%s> to libpq, <%s> to us\n", password.data, value ? value : "");
    world->passwords += password.size > 1;
    buf_free(&password);
    return same ? NULL : "password of the password file";
}

static const char *
difference(struct world *world, pgcs_status status, const pgcs_spec *ours, PGconn *theirs) {
    const char *message = PQerrorMessage(theirs);
    bool failed = strstr(message, "service") != NULL;
    if (failed != (status != PGCS_OK))
        return "resolved by one only";
    world->failures += failed;
    if (failed)
        return NULL;
    const char *differs = different_option(world, ours, theirs);
    return differs ? differs : different_password(world, ours, theirs);
}

static const char *
compare(struct world *world, const struct input *input) {
    const pgcs_spec *ours = NULL;
    pgcs_status status = resolve_ours(input, &ours);
    PGconn *theirs = resolve_theirs(input->spec.data);
    const char *differs = difference(world, status, ours, theirs);
    pgcs_spec_unref(ours);
    PQfinish(theirs);
    return differs;
}

static void
print_variables(void) {
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        const char *value = keyword_rows[i].variable ? getenv(keyword_rows[i].variable) : NULL;
        if (value != NULL)
            printf("# %s=<%s>\n", keyword_rows[i].variable, value);
    }
    fflush(stdout);
}

static void
open_world(struct world *world) {
    /* In memory where there is such a place: two files are written for each input. */
    *world = (struct world){.folder = "/dev/shm/pgcs-resolve-XXXXXX"};
    if (mkdtemp(world->folder) == NULL) {
        strcpy(world->folder, "/tmp/pgcs-resolve-XXXXXX");
        ck_assert_ptr_nonnull(mkdtemp(world->folder));
    }
    snprintf(world->servicefile, sizeof world->servicefile, "%s/services", world->folder);
    snprintf(world->passfile, sizeof world->passfile, "%s/passwords", world->folder);
    clearenv();
    world->defaults = PQconndefaults();
    ck_assert_ptr_nonnull(world->defaults);
    setenv("PGSERVICEFILE", world->servicefile, 1);
    setenv("PGPASSFILE", world->passfile, 1);
    setenv("PGSYSCONFDIR", world->folder, 1);
    setenv("HOME", world->folder, 1);
}

static void
close_world(struct world *world) {
    PQconninfoFree(world->defaults);
    unlink(world->servicefile);
    unlink(world->passfile);
    rmdir(world->folder);
}

START_TEST(test_resolve__as_libpq) {
    struct random random = {oracle_seed};
    struct world world;
    open_world(&world);
    for (uint64_t i = 0; i < oracle_inputs; i++) {
        struct input input = {.spec = {.limit = 0}};
        generate_input(&random, &input);
        set_variables(&random);
        write_file(world.servicefile, text_of(&input.services));
        write_file(world.passfile, text_of(&input.passwords));
        const char *differs = compare(&world, &input);
        if (differs != NULL) {
            print_variables();
            close_world(&world);
            ck_abort_msg(
                "seed %llu, input %llu: %s differs: <%s> services <%.*s> passwords <%.*s>",
                (unsigned long long)oracle_seed, (unsigned long long)i, differs,
                input.spec.data, (int)input.services.size, text_of(&input.services).data,
                (int)input.passwords.size, text_of(&input.passwords).data);
        }
        buf_free(&input.spec);
        buf_free(&input.services);
        buf_free(&input.passwords);
    }
    close_world(&world);
    /* What is compared must have happened. */
    ck_assert_uint_gt(world.passwords, oracle_inputs / 50);
    ck_assert_uint_gt(world.failures, oracle_inputs / 50);
    ck_assert_uint_gt(world.excused, oracle_inputs / 2);
}
END_TEST

/* Faults that the comparison must find: what libpq resolves, against what we make of another.
 */
static const struct {
    const char *theirs;
    const char *ours;
    const char *passwords; /* ours; libpq has "*:*:*:*:x" */
} planted[] = {
    {"user=u", "user=v", "*:*:*:*:x"},
    {"host=h user=u", "user=u", "*:*:*:*:x"},
    {"user=u", "user=u host=h", "*:*:*:*:x"},
    {"user=u port=1", "user=u", "*:*:*:*:x"},
    {"user=u", "user=u", "*:*:*:*:y"},
    {"user=u", "user=u", ""},
    {"user=u password=p", "user=u password=q", ""},
    {"service=s", "user=u", ""},
    {"user=u", "service=s", ""},
};

START_TEST(test_resolve__planted_faults_are_found) {
    struct world world;
    const pgcs_spec *ours = NULL;
    struct input input = {.spec = {.limit = 0}};
    open_world(&world);
    write_file(world.servicefile, (struct slice){"", 0});
    write_file(world.passfile, (struct slice){"*:*:*:*:x\n", 10});
    buf_put(&input.spec, planted[_i].ours, strlen(planted[_i].ours) + 1);
    buf_put_string(&input.passwords, planted[_i].passwords);
    pgcs_status status = resolve_ours(&input, &ours);
    PGconn *theirs = resolve_theirs(planted[_i].theirs);
    ck_assert_ptr_nonnull(difference(&world, status, ours, theirs));
    pgcs_spec_unref(ours);
    PQfinish(theirs);
    close_world(&world);
    buf_free(&input.spec);
    buf_free(&input.passwords);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_resolve__planted_faults_are_found, 0, ROWS(planted));
    tcase_add_test(cases, test_resolve__as_libpq);
}

int
main(int count, char **arguments) {
    return oracle_main(count, arguments, USUAL_INPUTS, "resolve", fill);
}
