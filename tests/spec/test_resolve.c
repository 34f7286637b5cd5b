/* lib/spec/resolve.c, service.c and passfile.c: what a spec leaves open, in libpq's order. */
#include "spec/resolve.h"

#include "spec/show.h"

#define NONE ((const char *)0)

/* The default port is the same in every resolved spec; the rows leave it out. */
static bool
is_usual(const char *key, pgcs_origin origin) {
    return origin == PGCS_ORIGIN_DEFAULT && strcmp(key, "port") == 0;
}

/* "key=<value>origin", where the origin is a letter. */
static char *
show_resolved(const pgcs_spec *spec) {
    static const char letters[] = "-tbsvpd";
    struct buf out = {.limit = 0};
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        const char *key = pgcs_spec_key_at(spec, i);
        pgcs_origin origin = pgcs_spec_origin(spec, key);
        if (is_usual(key, origin))
            continue;
        buf_printf(&out, "%s%s=<%s>%c", out.size ? " " : "", key, pgcs_spec_value_at(spec, i),
                   letters[origin]);
    }
    buf_put(&out, "", 1);
    return out.data;
}

static const char services[] = "# a comment\n"
                               "[first]\n"
                               "host=s1\n"
                               "host=s2\n"
                               "  port=7  \n"
                               "user=su \r\n"
                               "password='q'\n"
                               "\n"
                               "[other]\n"
                               "host=o\n"
                               "[first]\n"
                               "host=never\n"
                               "[bad]\n"
                               "host = h\n"
                               "[worse]\n"
                               "nothing\n"
                               "[nested]\n"
                               "service=first\n"
                               "[]\n"
                               "host=empty\n";
static const char passwords[] = "# host:port:db:user:password\n"
                                "h:5432:d:u:pw1\n"
                                "h:*:*:u2:p\\:w\\\\2:rest\n"
                                "localhost:5432:d:u:local\n"
                                "::1:5432:d:u:bare\n"
                                "a\\:b:5432:d:u:escaped\n"
                                "m1:*:*:*:same\r\n"
                                "m2:*:*:*:same\n"
                                "m3:*:*:*:other\n"
                                "*:9:*:*: blanks \n"
                                "e:5432:d:u:\n"
                                "last:5432:d:u:end";

static const struct {
    const char *text;
    const char *variables; /* "NAME=value;..." */
    const char *resolved;  /* NULL when it fails */
    const char *message;   /* then */
} rows[] = {
    {"host=h", "", "host=<h>t", NONE},
    {"host=h", "USER=os", "user=<os>d dbname=<os>d host=<h>t", NONE},
    {"host=h user=u", "USER=os", "user=<u>t dbname=<u>d host=<h>t", NONE},
    {"user='' dbname=''", "USER=os;PGUSER=v;PGDATABASE=w", "user=<os>d dbname=<os>d", NONE},
    {"host=h", "PGHOST=e;PGPORT=1;PGUSER=v;PGPASSWORD=x;PGSSLMODE=require",
     "user=<v>v password=<x>v dbname=<v>d host=<h>t port=<1>v sslmode=<require>v", NONE},
    {"port=''", "PGPORT=1", "port=<>t", NONE},
    {"host=h", "PGPORT=", "host=<h>t port=<>v", NONE},
    {"host=h", "PGREQUIRESSL=1", "host=<h>t sslmode=<require>v", NONE},
    {"host=h", "PGREQUIRESSL=1;PGSSLMODE=disable", "host=<h>t sslmode=<disable>v", NONE},
    {"host=h sslrootcert=system", "", "host=<h>t sslrootcert=<system>t", NONE},
    {"host=h", "PGTTY=x", "host=<h>t tty=<x>v", NONE},
    /* services */
    {"service=first", "PGHOST=e;PGUSER=v",
     "user=<su>s password=<'q'>s dbname=<su>d host=<s1>s port=<7>s", NONE},
    {"service=other port=3", "PGSERVICE=first;PGPORT=1", "host=<o>s port=<3>t", NONE},
    {"user=u", "PGSERVICE=other", "user=<u>t dbname=<u>d host=<o>s", NONE},
    {"service=''", "", "host=<empty>s", NONE},
    {"service=none", "", NONE, "no service \"none\" in the service file"},
    {"service=bad", "", NONE, "line 14 of the service file has no parameter of libpq"},
    {"service=worse", "", NONE, "line 16 of the service file has no \"=\""},
    {"service=nested", "", NONE, "line 18 of the service file names another service"},
    /* passwords */
    {"host=h user=u dbname=d", "", "user=<u>t password=<pw1>p dbname=<d>t host=<h>t", NONE},
    {"host=h user=u dbname=d password=''", "",
     "user=<u>t password=<pw1>p dbname=<d>t host=<h>t", NONE},
    {"host=h user=u dbname=d password=x", "", "user=<u>t password=<x>t dbname=<d>t host=<h>t",
     NONE},
    {"host=h user=u2 port=3", "",
     "user=<u2>t password=<p:w\\2>p dbname=<u2>d host=<h>t port=<3>t", NONE},
    {"user=u dbname=d", "", "user=<u>t password=<local>p dbname=<d>t", NONE},
    {"host=/var/run/postgresql user=u dbname=d", "",
     "user=<u>t password=<local>p dbname=<d>t host=</var/run/postgresql>t", NONE},
    {"host=127.0.0.1 user=u dbname=d", "", "user=<u>t dbname=<d>t host=<127.0.0.1>t", NONE},
    {"host=::1 user=u dbname=d", "", "user=<u>t password=<bare>p dbname=<d>t host=<::1>t",
     NONE},
    {"hostaddr=::1 user=u dbname=d", "",
     "user=<u>t password=<bare>p dbname=<d>t hostaddr=<::1>t", NONE},
    {"host=a:b user=u dbname=d", "", "user=<u>t password=<escaped>p dbname=<d>t host=<a:b>t",
     NONE},
    {"host=x port=9 user=u", "",
     "user=<u>t password=< blanks >p dbname=<u>d host=<x>t port=<9>t", NONE},
    {"host=e user=u dbname=d", "", "user=<u>t password=<>p dbname=<d>t host=<e>t", NONE},
    {"host=last user=u dbname=d", "", "user=<u>t password=<end>p dbname=<d>t host=<last>t",
     NONE},
    {"host=m1,m2 user=u", "", "user=<u>t password=<same>p dbname=<u>d host=<m1,m2>t", NONE},
    {"host=m1,m3 user=u", "", "user=<u>t dbname=<u>d host=<m1,m3>t", NONE},
    {"host=m1,zz user=u", "", "user=<u>t dbname=<u>d host=<m1,zz>t", NONE},
    {"host=m1", "", "host=<m1>t", NONE},
};

static pgcs_env *
make_env(const char *variables) {
    pgcs_env *env = pgcs_env_new();
    char copy[256];
    strncpy(copy, variables, sizeof copy - 1);
    copy[sizeof copy - 1] = '\0';
    for (char *rest = copy, *item; (item = strsep(&rest, ";")) != NULL;) {
        char *value = strchr(item, '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        ck_assert_int_eq(pgcs_env_set_variable(env, item, value, NULL), PGCS_OK);
    }
    ck_assert_int_eq(pgcs_env_set_servicefile(env, services, sizeof services - 1, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_env_set_passfile(env, passwords, sizeof passwords - 1, NULL),
                     PGCS_OK);
    return env;
}

START_TEST(test_resolve__in_libpqs_order) {
    pgcs_env *env = make_env(rows[_i].variables);
    const pgcs_spec *spec = read_good(rows[_i].text);
    const pgcs_spec *resolved = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_resolve(spec, env, 0, &resolved, &error);
    if (rows[_i].resolved != NULL) {
        ck_assert_msg(status == PGCS_OK, "%s", pgcs_error_message(error));
        char *shown = show_resolved(resolved);
        ck_assert_str_eq(shown, rows[_i].resolved);
        free(shown);
    } else {
        ck_assert_int_eq(status, PGCS_ERR_BAD_VALUE);
        ck_assert_str_eq(pgcs_error_message(error), rows[_i].message);
        ck_assert_str_eq(pgcs_error_field(error), "service");
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
        ck_assert_ptr_null(resolved);
    }
    pgcs_error_free(error);
    pgcs_spec_unref(resolved);
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
}
END_TEST

START_TEST(test_resolve__tells_when_one_password_will_not_do) {
    pgcs_env *env = make_env("");
    const pgcs_spec *spec = read_good("host=m1,m3 user=u");
    const pgcs_spec *resolved = NULL;
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_resolve(spec, env, 0, &resolved, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_validate(resolved, 0, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    ck_assert(pgcs_findings_next(finding));
    ck_assert_str_eq(pgcs_finding_message(finding),
                     "the password file has not the same password for each of the hosts");
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    pgcs_spec_unref(resolved);
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
}
END_TEST

START_TEST(test_resolve__keeps_places_label_and_original) {
    pgcs_env *env = make_env("USER=os");
    pgcs_builder *builder = pgcs_builder_new();
    const pgcs_spec *spec = NULL, *resolved = NULL, *read = read_good("postgresql://h:7/d");
    ck_assert_int_eq(pgcs_builder_set_label(builder, "my-db", NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_resolve(spec, env, 0, &resolved, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_spec_label(resolved), "my-db");
    ck_assert_str_eq(pgcs_spec_get(resolved, "port"), "5432");
    ck_assert_int_eq(pgcs_spec_origin(resolved, "port"), PGCS_ORIGIN_DEFAULT);
    pgcs_spec_unref(resolved);
    ck_assert_int_eq(pgcs_spec_resolve(read, env, 0, &resolved, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_offset(resolved, "port"), 15);
    ck_assert_int_eq(pgcs_spec_host_port(resolved, 0), 7);
    ck_assert_ptr_null(pgcs_spec_get(read, "user"));
    const pgcs_text *text = NULL;
    ck_assert_int_eq(pgcs_spec_write(resolved, PGCS_FORMAT_URI, 0, &text, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(text), "postgresql://h:7/d");
    pgcs_text_unref(text);
    pgcs_spec_unref(resolved);
    pgcs_spec_unref(read);
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
    pgcs_env_free(env);
}
END_TEST

START_TEST(test_resolve__a_line_has_its_limit) {
    pgcs_env *env = pgcs_env_new();
    char file[1200];
    memset(file, 'x', sizeof file);
    memcpy(file, "[s]\noptions=", 12);
    const pgcs_spec *spec = read_good("service=s"), *resolved = NULL;
    ck_assert_int_eq(pgcs_env_set_servicefile(env, file, 4 + 1022, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_resolve(spec, env, 0, &resolved, NULL), PGCS_OK);
    pgcs_spec_unref(resolved);
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_env_set_servicefile(env, file, 4 + 1023, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_spec_resolve(spec, env, 0, &resolved, &error), PGCS_ERR_BAD_VALUE);
    ck_assert_str_eq(pgcs_error_message(error),
                     "line 2 of the service file is longer than 1022 bytes");
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
}
END_TEST

START_TEST(test_resolve__misuse_is_told) {
    pgcs_env *env = pgcs_env_new();
    const pgcs_spec *spec = read_good(""), *out = NULL;
    ck_assert_int_eq(pgcs_spec_resolve(NULL, env, 0, &out, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_spec_resolve(spec, NULL, 0, &out, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_spec_resolve(spec, env, 0, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_spec_resolve(spec, env, 1, &out, NULL), PGCS_ERR_UNSUPPORTED);
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_resolve__in_libpqs_order, 0, ROWS(rows));
    tcase_add_test(cases, test_resolve__tells_when_one_password_will_not_do);
    tcase_add_test(cases, test_resolve__keeps_places_label_and_original);
    tcase_add_test(cases, test_resolve__a_line_has_its_limit);
    tcase_add_test(cases, test_resolve__misuse_is_told);
}

int
main(void) {
    return suite_run("resolve", fill, 10);
}
