/* lib/spec/redact.c: what was typed, as it may be shown. */
#include "spec/redact.h"

#include "spec/show.h"

static const struct {
    const char *text;
    const char *shown;
} rows[] = {
    {"", ""},
    {"postgresql://u:s3cr3t@h:5432/d?sslmode=require",
     "postgresql://u:***@h:5432/d?sslmode=require"},
    {"postgresql://u@h/d", "postgresql://u@h/d"},
    {"postgresql://u:@h/d", "postgresql://u:@h/d"},
    {"postgresql://h/d?password=s3cr3t&user=u", "postgresql://h/d?password=***&user=u"},
    {"postgresql://h/d?pass%77ord=s3cr3t", "postgresql://h/d?pass%77ord=***"},
    {"postgresql://h/d?sslpassword=s3cr3t", "postgresql://h/d?sslpassword=***"},
    {"postgresql://u:s3cr3t@h/d?password=s3cr3t&sslmode=a",
     "postgresql://u:***@h/d?password=***"},
    {"postgresql://u:s3cr3t/s3cr3t@h/d", "postgresql://u:***@h/d"},
    {"postgresql://u:p@s3cr3t@h/d", "postgresql://u:***@h/d"},
    {"postgresql://u:p@s3cr3t@h/d?host=x", "postgresql://u:***@h/d?host=x"},
    {"postgresql://u:s3cr3t%zz@h:5432/d", "postgresql://u:***@h:5432/d"},
    {"postgresql://u:s3cr3t?s/cr3t@h/d", "postgresql://u:***@h/d"},
    {"postgresql://u:a%zz@h/d?password=b@s3cr3t", "postgresql://u:***@***"},
    {"postgresql://u:s3cr3t", "postgresql://***:***"},
    {"postgresql://u:s3cr3t[", "postgresql://***:***"},
    {"postgresql://[s3cr3t", "postgresql://***"},
    {"postgresql://h/d?bogus=s3cr3t", "postgresql://h/d?***"},
    {"postgresql://h/d?sslmode=a&s3cr3t", "postgresql://h/d?sslmode=a&***"},
    {"POSTGRES://u:s3cr3t@h/d", "POSTGRES://u:***@h/d"},
    {"jdbc:postgresql://h:5432/d?user=u&password=s3cr3t",
     "jdbc:postgresql://h:5432/d?user=u&password=***"},
    {"mysql://u:s3cr3t@h/d", "mysql://u:***@h/d"},
    {"DATABASE_URL='postgres://u:s3cr3t@h/d'", "DATABASE_URL='postgres://u:***@h/d'"},
    {"  \"postgres://u:s3cr3t@h/d", "  \"postgres://u:***@h/d"},
    {"s3cr3t://u@h", "***"},
    {"host=h password=s3cr3t user=u", "host=h password=*** user=u"},
    {"host=h password = 's3c r3t'user=u", "host=h password = ***user=u"},
    {"host=h password=s3c r3t", "host=h password=***"},
    {"password=s3cr3t password=s3cr3t", "password=***"},
    {"host=h s3cr3t", "host=h***"},
    {"s3cr3t", "***"},
    {"s3cr3t=1", "***"},
    {"Host=h;Password=s3cr3t", "Host=h;Password=***"},
    {"Host=h;Password=s3;cr3t=x;Database=d", "Host=h;Password=***;***;Database=d"},
    {"Host=h;Password=s3;cr3t;Database=d", "***"},
    {"Host=h;Password='s3cr3t", "***"},
    {"Host=h;Password='s3'cr3t;", "***"},
    {"Host=h;SSL Foo=s3cr3t;Port=1", "Host=h;SSL Foo=***;Port=1"},
    {"postgresql://u:s3cr3t@h/d?sslidentity=s3cr3t&schema=s",
     "postgresql://u:***@h/d?sslidentity=***&schema=s"},
    {"postgresql://u:s3/cr3t@h/d?schema=x;password=s3cr3t", "postgresql://u:***@h/d?***"},
    {"postgresql://u@server:s3cr3t@server.x/d", "postgresql://u@server:***@server.x/d"},
    {"pgsql:host=h;password=s3cr3t;user=u", "pgsql:host=h;password=***;user=u"},
    {"host=h pwd='s3;cr3t=x' user=u", "host=h pwd=*** user=u"},
    {"psql 'postgres://u:s3cr3t@h/d'", "psql 'postgres://u:***@h/d'"},
    {"user=app/s3cr3t host=h", "user=*** host=h"},
    {"app/s3cr3t@h", "***"},
    {"dbname=postgresql://u:s3cr3t@h/d", "dbname=***"},
    {"host=postgresql://u:s3cr3t@h/d port=1", "host=*** port=1"},
    {"host=h;port=1;password=s3cr3t", "host=h;port=1;password=***"},
    {"host=h&password=s3cr3t port=1", "host=*** port=1"},
    {"port=5432;Pwd=s3cr3t", "port=5432;Pwd=***"},
    {"sslmode=require;password=s3cr3t user=u", "sslmode=*** user=u"},
    {"options='-c my.password=s3cr3t' user=u", "options=*** user=u"},
    {"user=u:s3cr3t host=h", "user=*** host=h"},
    {"host=u:s3cr3t@h", "host=***"},
    {"postgresql://u%3As3cr3t@h/d", "postgresql://***@h/d"},
    {"postgresql://u%3As3cr3t%40h/d", "postgresql://***/d"},
    {"sslkey='-----BEGIN PRIVATE KEY-----s3cr3t' port=1", "sslkey=*** port=1"},
    {"postgresql://h/d?sslkey=-----BEGIN%20s3cr3t&bogus=1", "postgresql://h/d?sslkey=***"},
    {"postgresql:u:s3cr3tsql://s3cr3t@h/d", "postgresql:u:***@h/d"},
    {"jdbc:mysql://u:s3cr3t@h/d", "jdbc:mysql://u:***@h/d"},
    {"dbname=u:s3cr3t", "dbname=***"},
    {"host=@run/app options='-c geqo=on'", "host=@run/app options='-c geqo=on'"},
    {"postgresql:///?dbname=postgresql://u:s3cr3t", "postgresql:///?dbname=***"},
    {"host=h\tuser=a\x01z", "host=h\\x09user=a\\x01z"},
    {"user=\xc3\xa4\xff\xc2\x80", "user=\xc3\xa4\\xff\\xc2\\x80"},
};

START_TEST(test_redact__shows_what_may_be_shown) {
    const pgcs_text *out = NULL;
    ck_assert_int_eq(pgcs_redact(rows[_i].text, strlen(rows[_i].text), &out, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(out), rows[_i].shown);
    pgcs_text_unref(out);
}
END_TEST

START_TEST(test_redact__takes_zero_bytes) {
    const pgcs_text *out = NULL;
    ck_assert_int_eq(pgcs_redact("host=h\0s3cr3t", 13, &out, NULL), PGCS_OK);
    ck_assert_str_eq(pgcs_text_data(out), "host=***");
    pgcs_text_unref(out);
    ck_assert_int_eq(pgcs_redact(NULL, 0, &out, NULL), PGCS_ERR_MISUSE);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_redact__shows_what_may_be_shown, 0, ROWS(rows));
    tcase_add_test(cases, test_redact__takes_zero_bytes);
}

int
main(void) {
    return suite_run("redact", fill, 10);
}
