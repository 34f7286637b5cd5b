/* lib/spec/host.c: host, hostaddr and port, lined up. */
#include "spec/host.h"

#include "spec/show.h"

static const struct {
    const char *text;
    int32_t port;
} ports[] = {
    {"", 0},         {"5432", 5432},
    {"1", 1},        {"65535", 65535},
    {"65536", -1},   {"0", -1},
    {"-1", -1},      {"+5432", 5432},
    {"05432", 5432}, {" 5432 ", 5432},
    {"0x1", -1},     {"abc", -1},
    {"1x", -1},      {"99999999999999999", -1},
    {" ", -1},       {"5432\n", 5432},
};

START_TEST(test_host__reads_ports_as_libpq) {
    struct slice text = {ports[_i].text, strlen(ports[_i].text)};
    ck_assert_int_eq(port_number(text), ports[_i].port);
}
END_TEST

static const struct {
    const char *text;
    pgcs_host_kind kind;
} kinds[] = {
    {"h", PGCS_HOST_NAME},
    {"db.example.com", PGCS_HOST_NAME},
    {"1.2.3.4", PGCS_HOST_IPV4},
    {"1.2.3", PGCS_HOST_NAME},
    {"256.1.1.1", PGCS_HOST_NAME},
    {"::1", PGCS_HOST_IPV6},
    {"fe80::1%eth0", PGCS_HOST_IPV6},
    {"fe80::1%", PGCS_HOST_NAME},
    {"::ffff:1.2.3.4", PGCS_HOST_IPV6},
    {"1::2::3", PGCS_HOST_NAME},
    {"[::1]", PGCS_HOST_NAME},
    {"/var/run", PGCS_HOST_SOCKET_DIR},
    {"@abstract", PGCS_HOST_SOCKET_ABSTRACT},
    {"", PGCS_HOST_NONE},
};

START_TEST(test_host__tells_kinds_apart) {
    const struct spec_host host = {.name = kinds[_i].text};
    ck_assert_int_eq(spec_host_kind(&host), kinds[_i].kind);
}
END_TEST

static const struct {
    const char *text;
    const char *hosts; /* "name address port;" for each */
} lists[] = {
    {"", "- - 0;"},
    {"host=h", "h - 0;"},
    {"port=1", "- - 1;"},
    {"host=h port=1", "h - 1;"},
    {"hostaddr=1.2.3.4", "- 1.2.3.4 0;"},
    {"host=h hostaddr=1.2.3.4 port=x", "h 1.2.3.4 -1;"},
    {"host=a,b", "a - 0;b - 0;"},
    {"host=a,b port=1", "a - 1;b - 1;"},
    {"host=a,b port=1,2", "a - 1;b - 2;"},
    {"host=a,b port=,2", "a - 0;b - 2;"},
    {"host=a,b,c port=1,2", "a - 1;b - 2;c - 0;"},
    {"host=a,,c", "a - 0; - 0;c - 0;"},
    {"host=a,b hostaddr=1.1.1.1,", "a 1.1.1.1 0;b  0;"},
    {"host=a hostaddr=1.1.1.1,2.2.2.2", "a 1.1.1.1 0;- 2.2.2.2 0;"},
    {"host=, port=,", " - 0; - 0;"},
    {"host='' hostaddr=::1,::2", "- ::1 0;- ::2 0;"},
    {"postgresql://h1,[::1]:5,%2Ftmp/", "h1 - 0;::1 - 5;/tmp - 0;"},
    {"postgresql://a%2Cb:7/", "a - 7;b - 7;"},
};

START_TEST(test_host__lines_lists_up) {
    const pgcs_spec *spec = read_good(lists[_i].text);
    struct buf out = {.limit = 0};
    for (size_t i = 0; i < pgcs_spec_host_count(spec); i++) {
        const char *name = pgcs_spec_host_name(spec, i);
        const char *address = pgcs_spec_host_address(spec, i);
        buf_printf(&out, "%s %s %d;", name ? name : "-", address ? address : "-",
                   (int)pgcs_spec_host_port(spec, i));
    }
    buf_put(&out, "", 1);
    ck_assert_str_eq(out.data, lists[_i].hosts);
    buf_free(&out);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_host__past_the_end_there_is_none) {
    const pgcs_spec *spec = read_good("host=h port=1");
    ck_assert_ptr_null(pgcs_spec_host_name(spec, 1));
    ck_assert_ptr_null(pgcs_spec_host_address(spec, 1));
    ck_assert_int_eq(pgcs_spec_host_port(spec, 1), 0);
    ck_assert_int_eq(pgcs_spec_host_kind(spec, 1), PGCS_HOST_NONE);
    ck_assert_uint_eq(pgcs_spec_host_count(NULL), 0);
    ck_assert_ptr_null(pgcs_spec_host_name(NULL, 0));
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_host__ten_thousand_hosts) {
    struct buf text = {.limit = 0};
    buf_put_string(&text, "host=h0");
    for (int i = 1; i < 10000; i++)
        buf_printf(&text, ",h%d", i);
    buf_put(&text, "", 1);
    const pgcs_spec *spec = read_good(text.data);
    ck_assert_uint_eq(pgcs_spec_host_count(spec), 10000);
    ck_assert_str_eq(pgcs_spec_host_name(spec, 9999), "h9999");
    pgcs_spec_unref(spec);
    buf_free(&text);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_host__reads_ports_as_libpq, 0, ROWS(ports));
    tcase_add_loop_test(cases, test_host__tells_kinds_apart, 0, ROWS(kinds));
    tcase_add_loop_test(cases, test_host__lines_lists_up, 0, ROWS(lists));
    tcase_add_test(cases, test_host__past_the_end_there_is_none);
    tcase_add_test(cases, test_host__ten_thousand_hosts);
}

int
main(void) {
    return suite_run("host", fill, 20);
}
