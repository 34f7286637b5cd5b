/*
 * lib/tls/stage.c: what libpq is told. libpq itself is the judge of what it understood, with an
 * environment that says something else for every parameter that it would take from there.
 */
#include "tls/stage.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spec/spec.h"
#include "suite.h"
#include "tls/pki.h"

static const pgcs_spec *
spec_of(const char *text) {
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    return spec;
}

/* What libpq reads as @keyword in @conninfo; NULL when the keyword is not in it. */
static char *
value_in(const char *conninfo, const char *keyword) {
    char *complaint = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, &complaint);
    ck_assert_msg(options != NULL, "libpq refuses the string");
    char *value = NULL;
    for (const PQconninfoOption *at = options; at->keyword != NULL; at++)
        if (strcmp(at->keyword, keyword) == 0 && at->val != NULL)
            value = strdup(at->val);
    PQconninfoFree(options);
    return value;
}

/* --- what is written -----------------------------------------------------------------------
 */

static const struct {
    const char *spec;
    const char *keyword;
    const char *expected; /* NULL: not in the string */
} written[] = {
    {"postgresql://h/db", "sslmode", "prefer"},
    {"postgresql://h/db", "host", "h"},
    {"postgresql://h/db", "hostaddr", ""},
    {"postgresql://h/db", "port", ""},
    {"postgresql://h:5433/db", "port", "5433"},
    {"postgresql://a:1,b,c:3/db", "host", "a,b,c"},
    {"postgresql://a:1,b,c:3/db", "port", "1,,3"},
    {"host=a,b hostaddr=127.0.0.1,127.0.0.2", "hostaddr", "127.0.0.1,127.0.0.2"},
    {"postgresql://h/db", "sslrootcert", "/dev/null/none"},
    {"postgresql://h/db", "sslcert", "/dev/null/none"},
    {"postgresql://h/db", "sslkey", "/dev/null/none"},
    {"postgresql://h/db", "sslcrl", "/dev/null/none"},
    {"postgresql://h/db", "sslcrldir", ""},
    {"postgresql://h/db", "passfile", "/dev/null/none"},
    {"postgresql://h/db?passfile=/p", "passfile", "/p"},
    {"postgresql://u:p@h/db?passfile=/p", "passfile", "/dev/null/none"},
    {"postgresql://h/db", "gssencmode", "disable"},
    {"postgresql://h/db?gssencmode=prefer", "gssencmode", "prefer"},
    {"postgresql://h/db?gssencmode=prefer&sslmode=require", "gssencmode", "disable"},
    {"postgresql://h/db", "ssl_min_protocol_version", "TLSv1.2"},
    {"postgresql://h/db?ssl_min_protocol_version=TLSv1.3", "ssl_min_protocol_version",
     "TLSv1.3"},
    {"postgresql://h/db", "ssl_max_protocol_version", ""},
    {"postgresql://h/db?sslcompression=1", "sslcompression", "0"},
    {"postgresql://h/db", "sslsni", "1"},
    {"postgresql://h/db", "channel_binding", "prefer"},
    {"postgresql://h/db?channel_binding=require", "channel_binding", "require"},
    {"postgresql://h/db", "target_session_attrs", "any"},
    {"postgresql://h/db?target_session_attrs=read-write", "target_session_attrs", "read-write"},
    {"postgresql://h/db", "connect_timeout", "0"},
    {"postgresql://h/db?connect_timeout=7", "connect_timeout", "7"},
    {"postgresql://h/db", "keepalives", NULL},
    {"postgresql://h/db?keepalives=0", "keepalives", "0"},
    {"postgresql://h/db", "service", NULL},
    {"postgresql://h/db", "replication", ""},
    {"postgresql://h/db", "options", ""},
    {"postgresql://h/db?options=-c%20a%3Db", "options", "-c a=b"},
    {"postgresql://h/db", "application_name", ""},
    {"postgresql://u%27%5C:p%27%5C%20q@h/d%27b", "user", "u'\\"},
    {"postgresql://u%27%5C:p%27%5C%20q@h/d%27b", "password", "p'\\ q"},
    {"postgresql://u%27%5C:p%27%5C%20q@h/d%27b", "dbname", "d'b"},
    {"postgresql:///db", "host", ""},
    {"postgresql:///db", "sslmode", "disable"},
    {"postgresql:///db?host=/run/p", "host", "/run/p"},
    {"postgresql:///db?host=/run/p", "sslmode", "disable"},
    {"postgresql:///db?host=/run/p&sslmode=prefer", "sslmode", "disable"},
    {"postgresql:///db?host=/run/p,h", "sslmode", "prefer"},
    {"postgresql://h/db?sslmode=disable", "sslmode", "disable"},
    {"postgresql://h/db?sslmode=allow", "sslmode", "allow"},
    {"postgresql://h/db?sslmode=require", "sslmode", "require"},
};

START_TEST(test_stage__writes_every_parameter) {
    const pgcs_spec *spec = spec_of(written[_i].spec);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(stage_new(spec, NULL, 150020, &stage, &diag), PGCS_OK);
    char *value = value_in(stage_conninfo(stage), written[_i].keyword);
    ck_assert_pstr_eq(value, written[_i].expected);
    free(value);
    stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- versions of libpq ---------------------------------------------------------------------
 */

static const struct {
    const char *spec;
    int32_t version;
    const char *piece; /* in the string, or the message of the refusal */
    bool refused;
    bool absent;
} versions[] = {
    {"host=h", 130023, "sslsni", false, true},
    {"host=h", 140023, "sslsni=1", false, false},
    {"host=h", 150020, "sslcertmode", false, true},
    {"host=h", 160014, "sslcertmode=disable", false, false},
    {"host=h", 160014, "require_auth=password,md5,gss,sspi,scram-sha-256,none", false, false},
    {"host=h", 180000, "require_auth=password,md5,gss,sspi,scram-sha-256,oauth,none", false,
     false},
    {"host=h", 160014, "sslnegotiation", false, true},
    {"host=h", 170010, "sslnegotiation=postgres", false, false},
    {"host=h", 180004, "max_protocol_version=3.0", false, false},
    {"host=h", 170010, "sslkeylogfile", false, true},
    {"host=h", 180004, "sslkeylogfile=''", false, false},
    {"host=h sslsni=1", 130023, "sslsni", false, true},
    {"host=h sslnegotiation=postgres", 150020, "sslnegotiation", false, true},
    {"host=h require_auth=none", 150020, "this libpq does not know require_auth", true, false},
    {"host=h require_auth=scram-sha-256", 160014, "require_auth=scram-sha-256", false, false},
    {"host=h load_balance_hosts=random", 150020, "libpq 15 has no parameter load_balance_hosts",
     true, false},
    {"host=h sslcertmode=allow", 150020, "sslcertmode", false, true},
    {"host=h sslcertmode=disable", 150020, "sslcertmode", false, true},
    {"host=h sslmode=verify-full sslrootcert=system", 160014, "sslrootcert=system", false,
     false},
    {"host=h sslmode=verify-full sslrootcert=system", 150020, "sslrootcert=/proc/self/fd/",
     false, false},
    {"host=h sslrootcert=system", 130023, "sslmode=verify-full", false, false},
    {"host=h sslmode=require sslrootcert=system", 130023, "anybody who bought a certificate",
     true, false},
};

START_TEST(test_stage__knows_the_versions) {
    const pgcs_spec *spec = spec_of(versions[_i].spec);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    pgcs_status status = stage_new(spec, NULL, versions[_i].version, &stage, &diag);
    ck_assert_int_eq(status == PGCS_OK, !versions[_i].refused);
    const char *said = versions[_i].refused ? diag.message : stage_conninfo(stage);
    ck_assert_msg((strstr(said, versions[_i].piece) == NULL) == versions[_i].absent, "%s",
                  said);
    stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- refusals ------------------------------------------------------------------------------
 */

static const struct {
    const char *spec;
    pgcs_status status;
    const char *field;
    const char *message;
} refused[] = {
    {"host=h sslmode=bogus", PGCS_ERR_BAD_VALUE, "sslmode", "sslmode \"bogus\" does not exist"},
    {"host=h sslmode=verify-ca", PGCS_ERR_CONFLICT, "sslrootcert",
     "the server certificate is to be verified, but no root certificate is given"},
    {"host=h sslmode=verify-full", PGCS_ERR_CONFLICT, "sslrootcert",
     "the server certificate is to be verified, but no root certificate is given"},
    {"hostaddr=127.0.0.1 sslmode=verify-full sslrootcert=/r", PGCS_ERR_CONFLICT, "host",
     "verify-full compares the server certificate with a name, and there is none"},
    {"host=/run sslmode=require", PGCS_ERR_CONFLICT, "sslmode",
     "a Unix-domain socket carries no TLS, whatever sslmode says"},
    {"host=h sslcert=/c sslmode=require", PGCS_ERR_CONFLICT, "sslkey",
     "there is a client certificate, but no private key for it"},
    {"host=h sslmode=require sslrootcert=/does/not/exist", PGCS_ERR_SYSTEM, "sslrootcert",
     "sslrootcert file \"/does/not/exist\" does not exist"},
    {"host=h sslmode=require sslrootcert=/dev", PGCS_ERR_BAD_VALUE, "sslrootcert",
     "sslrootcert file \"/dev\" is not a regular file"},
    {"host=h sslmode=verify-ca sslrootcert=system", PGCS_ERR_CONFLICT, "sslmode",
     "with the system's roots anybody who bought a certificate passes, unless the name is "
     "checked"},
    {"host=h require_auth=scram-sha-256", PGCS_ERR_CONFLICT, "require_auth",
     "this libpq does not know require_auth, so the server would choose how the password is "
     "sent"},
};

START_TEST(test_stage__refuses_what_would_be_weaker) {
    const pgcs_spec *spec = spec_of(refused[_i].spec);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(stage_new(spec, NULL, 150020, &stage, &diag), refused[_i].status);
    ck_assert_str_eq(diag.message, refused[_i].message);
    ck_assert_str_eq(diag.field, refused[_i].field);
    ck_assert_str_ne(diag.hint, "");
    ck_assert_ptr_null(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- files that the spec names --------------------------------------------------------------
 */

static char folder[] = "/tmp/test-stage-XXXXXX";

static void
write_file(const char *name, char *text) {
    char path[60];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    ck_assert_int_eq(chmod(path, 0600), 0);
    free(text);
}

static void
make_files(void) {
    ck_assert_ptr_nonnull(mkdtemp(folder));
    struct pki root =
        pki_make((struct pki_wish){.common_name = "Root", .is_authority = true}, NULL);
    struct pki client = pki_make((struct pki_wish){.common_name = "me"}, &root);
    write_file("root", pki_certificate_pem(root.certificate));
    write_file("cert", pki_certificate_pem(client.certificate));
    write_file("key", pki_key_pem(client.key, NULL));
    write_file("locked", pki_key_pem(client.key, "open sesame"));
    write_file("list", pki_crl_pem(&root, root.key, 30, NULL));
    write_file("junk", strdup("junk"));
    pki_free(&root);
    pki_free(&client);
}

static void
remove_files(void) {
    static const char *const names[] = {"root", "cert", "key", "locked", "list", "junk"};
    char path[60];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* What libpq would do with each: ask on the terminal, pass over it, trust it, connect. */
static const struct {
    const char *parameters; /* @ is the folder */
    pgcs_status status;
    const char *message; /* NULL: fine */
} files[] = {
    {"sslrootcert=@root sslcert=@cert sslkey=@key sslcrl=@list", PGCS_OK, NULL},
    {"sslrootcert=@root sslcert=@cert sslkey=@locked sslpassword='open sesame'", PGCS_OK, NULL},
    {"sslrootcert=@root sslcert=@cert sslkey=@locked", PGCS_ERR_BAD_VALUE,
     "sslkey: the private key is encrypted, and there is no pass phrase"},
    {"sslrootcert=@root sslcert=@cert sslkey=@locked sslpassword=wrong", PGCS_ERR_BAD_VALUE,
     "sslkey: the pass phrase does not open the private key"},
    {"sslrootcert=@root sslcert=@root sslkey=@key", PGCS_ERR_KEY_MISMATCH,
     "the private key does not belong to the client certificate"},
    {"sslrootcert=@root sslcrl=@root", PGCS_ERR_PEM,
     "sslcrl holds a certificate, where a revocation list is expected"},
    {"sslrootcert=@root sslcrl=@junk", PGCS_ERR_PEM, "sslcrl is not PEM text"},
    {"sslrootcert=@junk", PGCS_ERR_PEM, "sslrootcert is not PEM text"},
    {"sslrootcert=@key", PGCS_ERR_PEM,
     "sslrootcert holds a private key, where a certificate is expected"},
};

START_TEST(test_stage__reads_the_files_first) {
    char text[600] = "host=h ";
    char *out = text + strlen(text);
    for (const char *at = files[_i].parameters; *at != '\0'; at++)
        if (*at == '@')
            out += sprintf(out, "%s/", folder);
        else
            *out++ = *at;
    *out = '\0';
    const pgcs_spec *spec = spec_of(text);
    const pgcs_stage *stage = NULL;
    struct diag diag = {.message = ""};
    pgcs_status status = stage_new(spec, NULL, 150020, &stage, &diag);
    ck_assert_msg(status == files[_i].status, "%s", diag.message);
    if (files[_i].message)
        ck_assert_str_eq(diag.message, files[_i].message);
    else
        ck_assert_ptr_nonnull(strstr(stage_conninfo(stage), "sslmode=verify-full"));
    stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- one host ------------------------------------------------------------------------------
 */

static const struct {
    const char *spec;
    size_t host;
    const char *address;
    const char *piece;
} single[] = {
    {"host=a,b port=1,2", 1, NULL, "host=b hostaddr='' port=2"},
    {"host=a,b port=1,2", 0, "10.0.0.1", "host=a hostaddr=10.0.0.1 port=1"},
    {"host=a,b hostaddr=10.0.0.1,10.0.0.2", 1, NULL, "host=b hostaddr=10.0.0.2 port=''"},
    {"host=a,/run", 1, NULL, "host=/run hostaddr='' port=''"},
    {"hostaddr=::1", 0, NULL, "host='' hostaddr=::1 port=''"},
};

START_TEST(test_stage__stages_one_host) {
    const pgcs_spec *spec = spec_of(single[_i].spec);
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(
        stage_host(spec, NULL, 150020, single[_i].host, single[_i].address, &stage, &diag),
        PGCS_OK);
    ck_assert_msg(strstr(stage_conninfo(stage), single[_i].piece) != NULL, "%s",
                  stage_conninfo(stage));
    stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

/* --- a hostile environment -----------------------------------------------------------------
 */

START_TEST(test_stage__no_variable_has_a_say) {
    const pgcs_spec *spec = spec_of("hostaddr=127.0.0.1 port=1");
    const pgcs_stage *stage = NULL;
    struct diag diag;
    ck_assert_int_eq(stage_new(spec, NULL, PQlibVersion(), &stage, &diag), PGCS_OK);
    PQconninfoOption *known = PQconndefaults();
    for (const PQconninfoOption *at = known; at->keyword != NULL; at++)
        if (at->envvar != NULL && strcmp(at->keyword, "service") != 0)
            setenv(at->envvar, "hostile", 1);
    PQconninfoFree(known);
    PGconn *conn = PQconnectStart(stage_conninfo(stage));
    ck_assert_msg(strstr(PQerrorMessage(conn), "hostile") == NULL, "%s", PQerrorMessage(conn));
    PQconninfoOption *taken = PQconninfo(conn);
    for (const PQconninfoOption *at = taken; at->keyword != NULL; at++)
        if (at->val != NULL)
            ck_assert_msg(strstr(at->val, "hostile") == NULL, "%s", at->keyword);
    PQconninfoFree(taken);
    PQfinish(conn);
    stage_unref(stage);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_stage__references_count) {
    const pgcs_spec *spec = spec_of("host=h");
    const pgcs_stage *stage = NULL;
    ck_assert_int_eq(pgcs_stage_new(spec, NULL, 150020, &stage, NULL), PGCS_OK);
    ck_assert_ptr_eq(pgcs_stage_ref(stage), stage);
    ck_assert_ptr_null(pgcs_stage_unref(stage));
    ck_assert_ptr_nonnull(strstr(pgcs_stage_conninfo(stage), "host=h"));
    ck_assert_ptr_null(pgcs_stage_unref(stage));
    ck_assert_ptr_null(pgcs_stage_unref(NULL));
    ck_assert_ptr_null(pgcs_stage_conninfo(NULL));
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_stage__misuse_is_named) {
    const pgcs_spec *spec = spec_of("host=h");
    const pgcs_stage *stage = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_stage_new(NULL, NULL, 150020, &stage, &error), PGCS_ERR_MISUSE);
    ck_assert_str_eq(pgcs_error_message(error), "spec is NULL");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_stage_new(spec, NULL, 150020, NULL, &error), PGCS_ERR_MISUSE);
    ck_assert_str_eq(pgcs_error_message(error), "out is NULL");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_stage_new(spec, NULL, 15, &stage, &error), PGCS_ERR_MISUSE);
    ck_assert_str_eq(pgcs_error_message(error), "libpq_version is none from 130000 on");
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_stage__writes_every_parameter, 0, ROWS(written));
    tcase_add_loop_test(cases, test_stage__knows_the_versions, 0, ROWS(versions));
    tcase_add_loop_test(cases, test_stage__refuses_what_would_be_weaker, 0, ROWS(refused));
    tcase_add_unchecked_fixture(cases, make_files, remove_files);
    tcase_add_loop_test(cases, test_stage__reads_the_files_first, 0, ROWS(files));
    tcase_add_loop_test(cases, test_stage__stages_one_host, 0, ROWS(single));
    tcase_add_test(cases, test_stage__no_variable_has_a_say);
    tcase_add_test(cases, test_stage__references_count);
    tcase_add_test(cases, test_stage__misuse_is_named);
}

int
main(void) {
    return suite_run("stage", fill, 10);
}
