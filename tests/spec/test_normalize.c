/* lib/spec/normalize.c: the canonical spelling of a spec. */
#include "spec/normalize.h"

#include "spec/show.h"

static const struct {
    const char *text;
    const char *values;
} rows[] = {
    {"", ""},
    {"postgresql://U:P@DB.Example.COM:05432/D", "user=<U> password=<P> dbname=<D> "
                                                "host=<db.example.com> port=<5432>"},
    {"host=A,B port=' +1 ,1'", "host=<a,b> port=<1>"},
    {"host=a,b port=1,2", "host=<a,b> port=<1,2>"},
    {"host=a,b port=11,1", "host=<a,b> port=<11,1>"},
    {"host=a,b,c port=1,1,11", "host=<a,b,c> port=<1,1,11>"},
    {"host=a,b port=,", "host=<a,b> port=<,>"},
    {"host=h port=x", "host=<h> port=<x>"},
    {"host=0:0:0:0:0:0:0:1,FE80::1%Eth0 hostaddr=::FFFF:1.2.3.4,1.2.3.4",
     "host=<::1,fe80::1%Eth0> hostaddr=<::ffff:1.2.3.4,1.2.3.4>"},
    {"host=/Tmp,@Abs", "host=</Tmp,@Abs>"},
    {"connect_timeout=' +010\t' keepalives=-0 keepalives_idle=000 tcp_user_timeout=x1",
     "connect_timeout=<10> keepalives=<-0> keepalives_idle=<0> tcp_user_timeout=<x1>"},
    {"ssl_min_protocol_version=tlsV1.2 ssl_max_protocol_version=x",
     "ssl_min_protocol_version=<TLSv1.2> ssl_max_protocol_version=<x>"},
    {"password=' A ' port=''", "password=< A > port=<>"},
    {"user=a user=b", "user=<b>"},
};

static const pgcs_spec *
normal(const pgcs_spec *spec) {
    const pgcs_spec *out = NULL;
    ck_assert_int_eq(pgcs_spec_normalize(spec, 0, &out, NULL), PGCS_OK);
    return out;
}

START_TEST(test_normalize__is_canonical_and_idempotent) {
    const pgcs_spec *spec = read_good(rows[_i].text);
    const pgcs_spec *once = normal(spec);
    const pgcs_spec *twice = normal(once);
    check_values(once, rows[_i].values);
    check_values(twice, rows[_i].values);
    for (size_t i = 0; i < pgcs_spec_host_count(spec); i++)
        ck_assert_int_eq(pgcs_spec_host_port(spec, i), pgcs_spec_host_port(once, i));
    pgcs_spec_unref(twice);
    pgcs_spec_unref(once);
    pgcs_spec_unref(spec);
}
END_TEST

/* What was repaired or left out is not forgotten on the way. */
START_TEST(test_normalize__keeps_what_the_reader_noticed) {
    static const char text[] = "postgresql://H/d?sslaccept=maybe";
    const pgcs_spec *spec = NULL;
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), PGCS_PARSE_FOREIGN, &spec, NULL),
                     PGCS_OK);
    const pgcs_spec *once = normal(spec);
    ck_assert_int_eq(pgcs_spec_validate(once, 170000, &report, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_report_severity(report), PGCS_SEVERITY_FAILURE);
    pgcs_report_unref(report);
    pgcs_spec_unref(once);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_normalize__misuse_is_told) {
    const pgcs_spec *spec = read_good(""), *out = NULL;
    ck_assert_int_eq(pgcs_spec_normalize(NULL, 0, &out, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_spec_normalize(spec, 0, NULL, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_spec_normalize(spec, 1, &out, NULL), PGCS_ERR_UNSUPPORTED);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_normalize__is_canonical_and_idempotent, 0, ROWS(rows));
    tcase_add_test(cases, test_normalize__keeps_what_the_reader_noticed);
    tcase_add_test(cases, test_normalize__misuse_is_told);
}

int
main(void) {
    return suite_run("normalize", fill, 10);
}
