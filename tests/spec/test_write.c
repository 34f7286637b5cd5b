/* lib/spec/write.c and the writers of URI and keyword/value. */
#include "spec/write.h"

#include <stdio.h>

#include "spec/rfc3986.h"
#include "spec/show.h"

static void
check_written(const char *text, pgcs_format format, uint32_t flags, const char *written) {
    const pgcs_spec *spec = read_good(text);
    const pgcs_text *out = NULL;
    ck_assert_int_eq(pgcs_spec_write(spec, format, flags, &out, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(out), written);
    pgcs_text_unref(out);
    pgcs_spec_unref(spec);
}

static const struct {
    const char *text;
    const char *uri;
} uris[] = {
    {"", "postgresql://"},
    {"postgres://u:p@H.Example.COM/D", "postgresql://u:p@h.example.com:5432/D"},
    {"postgresql://h", "postgresql://h:5432"},
    {"host=h port=1", "postgresql://h:1"},
    {"host=h port=05432 dbname=d", "postgresql://h:05432/d"},
    {"host=h user=u", "postgresql://u@h:5432"},
    {"host=h password=p", "postgresql://:p@h:5432"},
    {"host=h user=u password=''", "postgresql://u@h:5432?password="},
    {"user='' dbname='' host=''", "postgresql:///?user=&dbname=&host="},
    {"user='!$&+,;=:@/ ~' host=h", "postgresql://%21%24%26%2B%2C%3B%3D%3A%40%2F%20~@h:5432"},
    {"host=h dbname='!$&+,;=:@/ ~%?#[]'", "postgresql://h:5432/!$&+,;=:@/%20~%25%3F%23%5B%5D"},
    {"host=h dbname=\xc3\xa4", "postgresql://h:5432/%C3%A4"},
    {"host=h dbname=/d", "postgresql://h:5432//d"},
    {"host=h dbname=//d/", "postgresql://h:5432///d/"},
    {"dbname=/d", "postgresql:////d"},
    {"host=/tmp dbname=/d", "postgresql:////d?host=%2Ftmp"},
    {"host=h dbname=/./d", "postgresql://h:5432?dbname=%2F.%2Fd"},
    {"host=h dbname=.", "postgresql://h:5432?dbname=."},
    {"host=h dbname=..", "postgresql://h:5432?dbname=.."},
    {"host=h dbname=a/./b", "postgresql://h:5432?dbname=a%2F.%2Fb"},
    {"host=h dbname=a/b.", "postgresql://h:5432/a/b."},
    {"host=h dbname=...", "postgresql://h:5432/..."},
    {"host=::1 dbname=d", "postgresql://[::1]:5432/d"},
    {"host=FE80::1 port=7", "postgresql://[fe80::1]:7"},
    {"host=fe80::1%eth0", "postgresql:///?host=fe80%3A%3A1%25eth0"},
    {"host=/tmp dbname=d user=u", "postgresql://u@/d?host=%2Ftmp"},
    {"host=@a port=1", "postgresql:///?host=%40a&port=1"},
    {"host=a,b port=1,2 dbname=d", "postgresql:///d?host=a%2Cb&port=1%2C2"},
    {"host=h port=' 5432'", "postgresql:///?host=h&port=%205432"},
    {"host=h port=99999", "postgresql:///?host=h&port=99999"},
    {"host=h port=''", "postgresql:///?host=h&port="},
    {"port=1", "postgresql:///?port=1"},
    {"host=h_x", "postgresql://h_x:5432"},
    {"host=h sslmode=require application_name='a+b'",
     "postgresql://h:5432?application_name=a%2Bb&sslmode=require"},
    {"postgresql://h/d?options=a&options=b", "postgresql://h:5432/d?options=b"},
};

START_TEST(test_write__uri) {
    check_written(uris[_i].text, PGCS_FORMAT_URI, PGCS_WRITE_SECRETS, uris[_i].uri);
}
END_TEST

/* What is written is RFC 3986 by uriparser's verdict, and means the same. */
START_TEST(test_write__uri_reads_back) {
    const pgcs_spec *spec = read_good(uris[_i].text);
    const pgcs_spec *again = read_good(uris[_i].uri);
    struct diag diag;
    struct slice uri = {uris[_i].uri, strlen(uris[_i].uri)};
    ck_assert_msg(rfc3986_check(uri, &diag) == PGCS_OK, "%s", diag.message);
    for (size_t i = 0; i < pgcs_spec_size(spec); i++)
        if (strcmp(pgcs_spec_key_at(spec, i), "host") != 0)
            ck_assert_pstr_eq(pgcs_spec_get(again, pgcs_spec_key_at(spec, i)),
                              pgcs_spec_value_at(spec, i));
    pgcs_spec_unref(spec);
    pgcs_spec_unref(again);
}
END_TEST

static const struct {
    const char *text;
    const char *keywords;
} keywords[] = {
    {"", ""},
    {"postgresql://u:p@h:1/d?sslmode=require",
     "user=u password=p dbname=d host=h port=1 sslmode=require"},
    {"password='' user='a b'", "user='a b' password=''"},
    {"password='\\'\\\\'", "password='\\'\\\\'"},
    {"postgresql://h/?options=-c%20a%3Db%0A", "host=h options='-c a=b\n'"},
    {"host=/tmp,h2 port=,1", "host=/tmp,h2 port=,1"},
    {"dbname=\xc3\xa4", "dbname='\xc3\xa4'"},
    {"dbname='a=b'", "dbname='a=b'"},
};

START_TEST(test_write__keywords) {
    check_written(keywords[_i].text, PGCS_FORMAT_KEYWORDS, PGCS_WRITE_SECRETS,
                  keywords[_i].keywords);
    check_written(keywords[_i].keywords, PGCS_FORMAT_KEYWORDS, PGCS_WRITE_SECRETS,
                  keywords[_i].keywords);
}
END_TEST

START_TEST(test_write__hides_secrets_unless_asked) {
    static const char text[] = "host=h user=u password=p sslpassword=q scram_client_key=r "
                               "scram_server_key=s oauth_client_secret=t";
    check_written(text, PGCS_FORMAT_URI, 0,
                  "postgresql://u:***@h:5432?sslpassword=***&scram_client_key=***&"
                  "scram_server_key=***&oauth_client_secret=***");
    check_written(text, PGCS_FORMAT_KEYWORDS, 0,
                  "user=u password=*** host=h sslpassword=*** scram_client_key=*** "
                  "scram_server_key=*** oauth_client_secret=***");
}
END_TEST

START_TEST(test_write__hides_what_may_be_a_piece_of_a_password) {
    check_written("postgresql://u:s3/cr3t@h/d", PGCS_FORMAT_KEYWORDS, 0,
                  "dbname=*** host=*** port=***");
    check_written("postgresql://u:s3@cr3t@h/d", PGCS_FORMAT_KEYWORDS, 0,
                  "user=u password=*** dbname=*** host=***");
    check_written("postgresql://u@server:s3cr3t@h/d", PGCS_FORMAT_URI, 0,
                  "postgresql://u@/***?host=***&port=***");
    check_written("postgresql://u:s3cr3t", PGCS_FORMAT_URI, 0,
                  "postgresql:///?host=***&port=***");
}
END_TEST

START_TEST(test_write__defaults_on_demand) {
    check_written("host=h sslmode=require", PGCS_FORMAT_KEYWORDS, PGCS_WRITE_DEFAULTS,
                  "channel_binding=prefer host=h port=5432 options='' sslmode=require "
                  "sslnegotiation=postgres sslcompression=0 sslsni=1 "
                  "ssl_min_protocol_version=TLSv1.2 krbsrvname=postgres gssdelegation=0 "
                  "target_session_attrs=any load_balance_hosts=disable");
}
END_TEST

static const struct {
    pgcs_format format;
    const char *text;
    const char *written; /* NULL when the form can't carry it */
    const char *field;   /* then the parameter */
} forms[] = {
    {PGCS_FORMAT_ENV, "", "", NULL},
    {PGCS_FORMAT_ENV, "host=h password='it\\'s\n' sslmode=require",
     "PGPASSWORD='it'\\''s\n'\nPGHOST='h'\nPGSSLMODE='require'\n", NULL},
    {PGCS_FORMAT_ENV, "host=h keepalives=1", NULL, "keepalives"},
    {PGCS_FORMAT_ENV, "sslpassword=x", NULL, "sslpassword"},
    {PGCS_FORMAT_SERVICE, "host=h password=' x#;' options=''",
     "[pgconnspec]\npassword= x#;\nhost=h\noptions=\n", NULL},
    {PGCS_FORMAT_SERVICE, "password='x '", NULL, "password"},
    {PGCS_FORMAT_SERVICE, "password='x\r'", NULL, "password"},
    {PGCS_FORMAT_SERVICE, "user='a\nb'", NULL, "user"},
    {PGCS_FORMAT_SERVICE, "service=x", NULL, "service"},
    {PGCS_FORMAT_JDBC, "host=h", "jdbc:postgresql://h:5432/", NULL},
    {PGCS_FORMAT_JDBC,
     "host=a,::1 port=1,2 dbname=d/e user='u u' password='p+&' application_name=x "
     "sslmode=verify-full target_session_attrs=prefer-standby load_balance_hosts=random "
     "connect_timeout=3 keepalives=1 client_encoding=UTF8 sslsni=1",
     "jdbc:postgresql://a:1,[::1]:2/d%2Fe?user=u%20u&password=p%2B%26&connectTimeout=3&"
     "ApplicationName=x&tcpKeepAlive=true&sslmode=verify-full&"
     "targetServerType=preferSecondary&loadBalanceHosts=true",
     NULL},
    {PGCS_FORMAT_JDBC, "dbname=d", NULL, "host"},
    {PGCS_FORMAT_JDBC, "host=/tmp", NULL, "host"},
    {PGCS_FORMAT_JDBC, "host=fe80::1%eth0", NULL, "host"},
    {PGCS_FORMAT_JDBC, "host=h port=x", NULL, "port"},
    {PGCS_FORMAT_JDBC, "host=h hostaddr=1.1.1.1", NULL, "hostaddr"},
    {PGCS_FORMAT_JDBC, "host=h sslcrl=x", NULL, "sslcrl"},
    {PGCS_FORMAT_JDBC, "host=h target_session_attrs=read-write", NULL, "target_session_attrs"},
    {PGCS_FORMAT_JDBC, "host=h client_encoding=latin1", NULL, "client_encoding"},
    {PGCS_FORMAT_JDBC, "host=h service=x", NULL, "service"},
    {PGCS_FORMAT_SQLALCHEMY, "host=h port=1 user=u password=p@ dbname=d/e sslmode=require",
     "postgresql+psycopg2://u:p%40@h:1/d/e?sslmode=require", NULL},
    {PGCS_FORMAT_SQLALCHEMY, "host=h dbname='a b%'",
     "postgresql+psycopg2://h:5432?dbname=a%20b%25", NULL},
    {PGCS_FORMAT_SQLALCHEMY, "host=/tmp dbname=d", "postgresql+psycopg2:///d?host=%2Ftmp",
     NULL},
    {PGCS_FORMAT_SQLALCHEMY, "host=h password=''", NULL, "password"},
    {PGCS_FORMAT_NPGSQL, "host=h", "Host=h:5432", NULL},
    {PGCS_FORMAT_NPGSQL,
     "host=a,::1 port=1,2 dbname='d;e' user=u password='p\"q ' sslmode=verify-ca "
     "channel_binding=require target_session_attrs=standby",
     "Host=a:1,[::1]:2;Username=u;Password=\"p\"\"q \";Channel Binding=Require;"
     "Database=\"d;e\";SSL Mode=VerifyCA;Target Session Attributes=standby",
     NULL},
    {PGCS_FORMAT_NPGSQL, "host=/tmp port=7", "Host=/tmp:7", NULL},
    {PGCS_FORMAT_NPGSQL, "host=h sslmode=bogus", NULL, "sslmode"},
    {PGCS_FORMAT_NPGSQL, "host=@x", NULL, "host"},
};

START_TEST(test_write__other_forms) {
    if (forms[_i].written != NULL) {
        check_written(forms[_i].text, forms[_i].format, PGCS_WRITE_SECRETS, forms[_i].written);
        return;
    }
    const pgcs_spec *spec = read_good(forms[_i].text);
    const pgcs_text *out = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_write(spec, forms[_i].format, PGCS_WRITE_SECRETS, &out, &error),
                     PGCS_ERR_NOT_EXPRESSIBLE);
    ck_assert_str_eq(pgcs_error_field(error), forms[_i].field);
    ck_assert_ptr_nonnull(strstr(pgcs_error_message(error), " can't carry this "));
    ck_assert_ptr_null(out);
    pgcs_error_free(error);
    pgcs_spec_unref(spec);
}
END_TEST

START_TEST(test_write__other_forms_hide_secrets) {
    static const char text[] = "host=h user=u password=s3cr3t";
    check_written(text, PGCS_FORMAT_ENV, 0, "PGUSER='u'\nPGPASSWORD='***'\nPGHOST='h'\n");
    check_written(text, PGCS_FORMAT_SERVICE, 0, "[pgconnspec]\nuser=u\npassword=***\nhost=h\n");
    check_written(text, PGCS_FORMAT_JDBC, 0, "jdbc:postgresql://h:5432/?user=u&password=***");
    check_written(text, PGCS_FORMAT_SQLALCHEMY, 0, "postgresql+psycopg2://u:***@h:5432");
    check_written(text, PGCS_FORMAT_NPGSQL, 0, "Host=h:5432;Username=u;Password=***");
    check_written("postgresql://u:s3/cr3t@h", PGCS_FORMAT_JDBC, 0, "jdbc:postgresql://***/***");
}
END_TEST

/* The property: any bytes in any part come back, through both forms. */
START_TEST(test_write__every_byte_comes_back) {
    static const char *const keys[] = {"user", "password", "dbname", "options", "host"};
    const char value[] = {'a', (char)_i, 'b', (char)_i, '\0'};
    for (int form = PGCS_FORMAT_URI; form <= PGCS_FORMAT_KEYWORDS; form++) {
        pgcs_builder *builder = pgcs_builder_new();
        const pgcs_spec *spec = NULL;
        const pgcs_text *text = NULL;
        for (int i = 0; i < ROWS(keys); i++)
            ck_assert_int_eq(pgcs_builder_set(builder, keys[i], value, 4, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_spec_write(spec, form, PGCS_WRITE_SECRETS, &text, NULL), PGCS_OK);
        const pgcs_spec *again = read_good(pgcs_text_data(text));
        for (int i = 0; i < ROWS(keys); i++)
            if (i < 4 || form == PGCS_FORMAT_KEYWORDS)
                ck_assert_str_eq(pgcs_spec_get(again, keys[i]), value);
        pgcs_spec_unref(again);
        pgcs_text_unref(text);
        pgcs_spec_unref(spec);
        pgcs_builder_free(builder);
    }
}
END_TEST

START_TEST(test_write__misuse_is_told) {
    const pgcs_spec *spec = read_good("host=h");
    const pgcs_text *text = NULL;
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_write(spec, 99, 0, &text, &error), PGCS_ERR_UNSUPPORTED);
    ck_assert_str_eq(pgcs_error_message(error), "unknown format 99");
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_spec_write(spec, PGCS_FORMAT_URI, 8, &text, &error),
                     PGCS_ERR_UNSUPPORTED);
    pgcs_error_free(error);
    ck_assert_int_eq(pgcs_spec_write(NULL, PGCS_FORMAT_URI, 0, &text, NULL), PGCS_ERR_MISUSE);
    ck_assert_int_eq(pgcs_spec_write(spec, PGCS_FORMAT_URI, 0, NULL, NULL), PGCS_ERR_MISUSE);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_write__uri, 0, ROWS(uris));
    tcase_add_loop_test(cases, test_write__uri_reads_back, 0, ROWS(uris));
    tcase_add_loop_test(cases, test_write__keywords, 0, ROWS(keywords));
    tcase_add_test(cases, test_write__hides_secrets_unless_asked);
    tcase_add_test(cases, test_write__hides_what_may_be_a_piece_of_a_password);
    tcase_add_test(cases, test_write__defaults_on_demand);
    tcase_add_loop_test(cases, test_write__other_forms, 0, ROWS(forms));
    tcase_add_test(cases, test_write__other_forms_hide_secrets);
    tcase_add_loop_test(cases, test_write__every_byte_comes_back, 1, 256);
    tcase_add_test(cases, test_write__misuse_is_told);
}

int
main(void) {
    return suite_run("write", fill, 20);
}
