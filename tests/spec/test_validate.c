/* lib/spec/validate.c, value.c and judge_hosts.c: everything that is wrong, at once. */
#include <stdio.h>

#include "spec/judge.h"
#include "spec/show.h"

/* Findings, worst first: "severity NAME field offset length: message; ..." */
static char *
show_findings(const char *text, int32_t version) {
    const pgcs_report *report = validate_text(text, version);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    struct buf out = {.limit = 0};
    while (pgcs_findings_next(finding)) {
        /* test_judge_drivers.c has those. */
        if (pgcs_finding_code(finding) == PGCS_CODE_DRIVERS_DIFFER)
            continue;
        ck_assert_ptr_nonnull(pgcs_finding_hint(finding));
        buf_printf(&out, "%s%s %s %s@%d+%d: %s", out.size ? "\n" : "",
                   pgcs_severity_name(pgcs_finding_severity(finding)),
                   pgcs_finding_name(finding), pgcs_finding_field(finding),
                   (int)pgcs_finding_offset(finding), (int)pgcs_finding_length(finding),
                   pgcs_finding_message(finding));
    }
    buf_put(&out, "", 1);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    return out.data;
}

#define BAD      "failure PGCS_ERR_BAD_VALUE "
#define CONFLICT "failure PGCS_ERR_CONFLICT "
#define LIST     "failure PGCS_ERR_HOST_LIST "
#define WARN     "warning PGCS_CODE_"
#define LONG63   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct {
    const char *text;
    int version;
    const char *findings;
} rows[] = {
    {"", 0, ""},
    {"postgresql://u:p@h:5432/d?sslmode=verify-full&connect_timeout=10", 0, ""},
    {"host=h port=99999", 170000, BAD "port@12+5: \"99999\" is no port"},
    {"host=h port=0", 170000, BAD "port@12+1: \"0\" is no port"},
    {"host=h port=abc", 170000, BAD "port@12+3: \"abc\" is no port"},
    {"host=h port=''", 170000, ""},
    {"host=a,b port=1,2", 170000, ""},
    {"host=a,b port=1,x", 170000, BAD "port@14+3: \"x\" is no port"},
    {"host=a,b port=1,2,3", 170000, LIST "port@14+5: 3 ports for 2 hosts"},
    {"host=a,b hostaddr=1.1.1.1", 170000, LIST "hostaddr@18+7: 2 hosts and 1 addresses"},
    {"hostaddr=1.1.1.1,::1 port=1,2", 170000, ""},
    {"hostaddr=localhost", 170000, BAD "hostaddr@9+9: \"localhost\" is no numeric address"},
    {"host=[::1]", 170000, BAD "host@5+5: brackets in the host"},
    {"host=h:5432", 170000, BAD "host@5+6: a colon in the host"},
    {"host='a b'", 170000, BAD "host@5+5: a character that no host has"},
    {"host=u@h", 170000, BAD "host@5+3: a character that no host has"},
    {"host=http://h", 170000, BAD "host@5+8: a URI in place of the host"},
    {"host=" LONG63 "a", 170000, BAD "host@5+64: the name of the host is too long"},
    {"host=@sock", 130000,
     "failure PGCS_CODE_LIBPQ_DIFFERS host@5+5: libpq before 14 takes an abstract socket for "
     "the "
     "name of a host"},
    {"host=@sock", 140000, ""},
    {"host=/" LONG63 LONG63, 170000,
     "failure PGCS_CODE_NAME_TOO_LONG host@5+127: a path of 141 bytes for a socket, more than "
     "107"},
    {"user=" LONG63, 170000, ""},
    {"user=a" LONG63, 170000, WARN "NAME_TOO_LONG user@5+64: user has 64 bytes, more than 63"},
    {"sslmode=bogus", 170000, BAD "sslmode@8+5: \"bogus\" is no value for sslmode"},
    {"sslmode=''", 170000, BAD "sslmode@8+2: \"\" is no value for sslmode"},
    {"sslmode=REQUIRE", 170000, BAD "sslmode@8+7: \"REQUIRE\" is no value for sslmode"},
    {"channel_binding=on", 170000,
     BAD "channel_binding@16+2: \"on\" is no value for "
         "channel_binding"},
    {"target_session_attrs=primary", 170000, ""},
    {"target_session_attrs=primary", 130000,
     "failure PGCS_CODE_LIBPQ_DIFFERS target_session_attrs@21+7: libpq before 14 has no "
     "primary "
     "for target_session_attrs"},
    {"target_session_attrs=primary", 0,
     WARN "LIBPQ_DIFFERS target_session_attrs@21+7: libpq before 14 has no primary for "
          "target_session_attrs"},
    {"ssl_min_protocol_version=tlsv1.2", 170000, ""},
    {"ssl_min_protocol_version=''", 170000, ""},
    {"ssl_min_protocol_version=TLSv1.3 ssl_max_protocol_version=TLSv1.2", 170000,
     CONFLICT "ssl_min_protocol_version@25+7: ssl_min_protocol_version is above "
              "ssl_max_protocol_version"},
    {"connect_timeout=10s", 170000,
     BAD "connect_timeout@16+3: \"10s\" is no whole number for connect_timeout"},
    {"connect_timeout=''", 170000,
     BAD "connect_timeout@16+2: \"\" is no whole number for connect_timeout"},
    {"connect_timeout=' 10 ' keepalives=-1", 170000,
     WARN "OUTER_BLANK connect_timeout@16+6: a blank at the beginning of connect_timeout"},
    {"keepalives=2147483648", 170000,
     BAD "keepalives@11+10: \"2147483648\" is no whole number for keepalives"},
    {"require_auth=md5,scram-sha-256", 170000, ""},
    {"require_auth=''", 170000, ""},
    {"require_auth=!md5,!gss", 170000, ""},
    {"require_auth=md5,!gss", 170000,
     CONFLICT "require_auth@13+8: methods with and without \"!\" in require_auth"},
    {"require_auth=md5,md5", 170000, BAD "require_auth@13+7: a method twice in require_auth"},
    {"require_auth='md5, gss'", 170000,
     BAD "require_auth@13+10: \" gss\" is no value for require_auth"},
    {"require_auth=oauth", 170000,
     "failure PGCS_CODE_LIBPQ_DIFFERS require_auth@13+5: libpq before 18 has no oauth for "
     "require_auth"},
    {"scram_client_key=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", 180000, ""},
    {"scram_client_key=x", 180000, BAD "scram_client_key@17+1: not a key for SCRAM"},
    {"sslrootcert=system", 170000, ""},
    {"sslrootcert=system sslmode=require", 170000,
     CONFLICT "sslmode@27+7: sslrootcert=system with an sslmode weaker than verify-full"},
    {"sslrootcert=system sslmode=require", 150000, ""},
    {"sslnegotiation=direct", 170000,
     CONFLICT
     "sslnegotiation@15+6: sslnegotiation=direct with an sslmode that allows plain text"},
    {"sslnegotiation=direct sslmode=require", 170000, ""},
    {"channel_binding=require sslmode=disable", 170000,
     CONFLICT "channel_binding@16+7: channel_binding=require without TLS"},
    {"service=''", 170000, BAD "service@8+2: the name of the service is empty"},
    {"oauth_issuer=x", 170000,
     "failure PGCS_CODE_LIBPQ_DIFFERS oauth_issuer@13+1: libpq before 18 has no parameter "
     "oauth_issuer"},
    {"oauth_issuer=x", 180000, ""},
    {"tty=x", 130000, ""},
    {"tty=x", 140000,
     "failure PGCS_CODE_LIBPQ_DIFFERS tty@4+1: libpq has no parameter tty since 14"},
    {"tty=x", 0, WARN "LIBPQ_DIFFERS tty@4+1: libpq has no parameter tty since 14"},
    {"postgresql://h/d\n", 170000,
     WARN "CONTROL_CHARACTER dbname@15+2: a newline at the end in "
          "dbname"},
    {"postgresql://u:p\tq@h/d", 170000,
     WARN "CONTROL_CHARACTER password@15+3: a control character in password"},
    {"postgresql://u:p%20@h/d", 170000,
     WARN "OUTER_BLANK password@15+4: a blank at the end of password"},
    {"postgresql://u:[YOUR-PASSWORD]@h/d", 170000,
     WARN "PLACEHOLDER password@15+15: the password is the placeholder of an example"},
    {"postgresql://u:p@h/d?user=v", 170000,
     WARN "DUPLICATE user@26+1: user is given more than once"},
    {"postgresql://u:p q@h/d", 170000, ""},
    {"postgresql://u:p q@h/d", 180000,
     "failure PGCS_CODE_LIBPQ_DIFFERS password@16+1: unencoded blank in password"},
    {"postgresql://u:p q@h/d", 0,
     WARN "LIBPQ_DIFFERS password@16+1: unencoded blank in password"},
    {"postgresql://h: 5432/d", 180000,
     WARN "OUTER_BLANK port@15+5: a blank at the beginning of port\n" WARN
          "LIBPQ_DIFFERS port@15+5: libpq 18 drops the blanks at the ends, older versions keep "
          "them"},
    {"postgresql://u:pa/ss@h/d", 170000,
     BAD "port@15+2: \"***\" is no port\n" WARN
         "UNENCODED host@13+1: from here on this may be a piece of the password"},
    {"postgresql://u:p@q@h/d", 170000,
     BAD "host@17+3: a character that no host has\n" WARN
         "UNENCODED host@17+3: from here on this may be a piece of the password"},
    {"postgresql://u@server:p@h/d", 170000,
     BAD "port@22+3: \"***\" is no port\n" WARN
         "UNENCODED host@15+6: from here on this may be a piece of the password"},
    {"ssl_max_protocol_version=TLSv1.1", 170000,
     CONFLICT "ssl_max_protocol_version@25+7: ssl_min_protocol_version (by default TLSv1.2) is "
              "above ssl_max_protocol_version"},
    {"host=h keepalives_idle=0", 170000,
     BAD "keepalives_idle@23+1: keepalives_idle must be 1 to 32767"},
    {"host=h keepalives_count=128 keepalives_interval=-1", 170000,
     BAD "keepalives_interval@48+2: keepalives_interval must be 1 to 32767\n" BAD
         "keepalives_count@24+3: keepalives_count must be 1 to 127"},
    {"host=h keepalives_idle=0 keepalives=0", 170000, ""},
    {"host=/tmp keepalives_idle=0", 170000, ""},
    /* what libpq leaves to the server, or takes for something else */
    {"client_encoding=bogus", 170000,
     BAD "client_encoding@16+5: \"bogus\" is no encoding that PostgreSQL has"},
    {"client_encoding=UTF-8", 170000, ""},
    {"client_encoding=auto", 170000, ""},
    {"client_encoding=''", 170000, ""},
    {"client_encoding='Windows 1252'", 170000, ""},
    {"sslsni=true", 170000, "warning PGCS_ERR_BAD_VALUE sslsni@7+4: sslsni is neither 0 nor 1"},
    {"sslsni=0 sslcompression=1 gssdelegation=''", 170000, ""},
    {"replication=database", 170000, ""},
    {"replication=TRUE", 170000, ""},
    {"replication=of", 170000, ""},
    {"replication=o", 170000, BAD "replication@12+1: \"o\" is no value for replication"},
    {"replication=logical", 170000,
     BAD "replication@12+7: \"logical\" is no value for replication"},
    {"sslrootcert=~/root.crt", 170000,
     BAD "sslrootcert@12+10: the path of sslrootcert begins with what only a shell expands"},
    {"sslkey=${HOME}/k passfile=%APPDATA%/p", 170000,
     BAD "passfile@26+11: the path of passfile begins with what only a shell expands\n" BAD
         "sslkey@7+9: the path of sslkey begins with what only a shell expands"},
    {"sslcert=$1 sslcrl=a~b sslkey=/a/$HOME sslcrldir=%x", 170000, ""},
    {"host=\"h\"", 170000,
     BAD "host@5+3: quotes in the host\n" WARN
         "OUTER_BLANK host@5+3: the quotes round host are a part of it"},
    {"user=\"u\"", 170000, WARN "OUTER_BLANK user@5+3: the quotes round user are a part of it"},
    {"host=h, port=1", 170000,
     "warning PGCS_ERR_BAD_VALUE host@5+2: an empty place in the list of hosts"},
    {"host=,h hostaddr=1.1.1.1,", 170000, ""},
    {"postgres://u:p@https://h/d", 170000, BAD "host@15+5: a URL in place of the host"},
    {"postgresql://h/d&sslmode=require", 170000,
     "warning PGCS_ERR_BAD_VALUE dbname@15+17: a parameter within dbname"},
    {"postgresql://h/d&sslmod=require", 170000, ""},
    {"user=app/s3cret", 170000,
     "warning PGCS_ERR_BAD_VALUE user@5+10: perhaps a password within user"},
    {"dbname={your_database} user=<user> password=${PGPASSWORD} host=your_server", 170000,
     WARN "PLACEHOLDER user@28+6: the user is the placeholder of an example\n" WARN
          "PLACEHOLDER password@44+13: the password is the placeholder of an example\n" WARN
          "PLACEHOLDER dbname@7+15: the dbname is the placeholder of an example\n" WARN
          "PLACEHOLDER host@63+11: the host is the placeholder of an example"},
    {"dbname={db1} user=<u2> password={pa55word}", 170000, ""},
    {"host=h port=x sslmode=y connect_timeout=z", 170000,
     BAD "connect_timeout@40+1: \"z\" is no whole number for connect_timeout\n" BAD
         "sslmode@22+1: \"y\" is no value for sslmode\n" BAD "port@12+1: \"x\" is no port"},
};

START_TEST(test_validate__finds_all_that_is_wrong) {
    char *shown = show_findings(rows[_i].text, rows[_i].version);
    ck_assert_str_eq(shown, rows[_i].findings);
    free(shown);
}
END_TEST

static const struct {
    const char *text;
    const char *hint;
} hints[] = {
    {"sslmode=bogus", "Use one of disable, allow, prefer, require, verify-ca, verify-full."},
    {"sslmode=REQUIRE", "Write it as require: case counts."},
    {"sslmode=no-verify", "Use require: that is what no-verify is called in libpq."},
    {"port=x", "Use a number from 1 to 65535."},
    {"postgresql://u:p@::1:5432/d",
     "Put an IPv6 address in brackets, as in [::1]:5432. If this "
     "is a piece of the password, encode the password."},
    {"sslmode=require;connect_timeout=10",
     "Separate parameters by \"&\" in a URI, and by blanks in a keyword/value string."},
    {"postgresql://h/d\n", "Remove it: most likely it came from the file that held the value."},
};

START_TEST(test_validate__hints_at_the_remedy) {
    const pgcs_spec *spec = read_good(hints[_i].text);
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_validate(spec, 170000, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    ck_assert(pgcs_findings_next(finding));
    ck_assert_str_eq(pgcs_finding_hint(finding), hints[_i].hint);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
    pgcs_spec_unref(spec);
}
END_TEST

/* No finding shows a secret, nor what may be a piece of one. */
static const char *const secrets[] = {
    "postgresql://u:s3cr3t/s3cr3t@h/d",  "postgresql://u:x@s3cr3t@h/d",
    "postgresql://u@server:s3cr3t@h/d",  "postgresql://u:s3cr3t",
    "postgresql://u:s3cr3t/d",           "password='s3cr3t\n' sslpassword=' s3cr3t'",
    "scram_client_key=s3cr3t",           "dbname=postgresql://u:s3cr3t@h",
    "host=postgresql://u:s3cr3t@h",      "sslmode=require;password=s3cr3t",
    "port=5432;password=s3cr3t",         "hostaddr=::1;Pwd=s3cr3t",
    "keepalives=1;password=s3cr3t",      "user=app/s3cr3t",
    "client_encoding=x;password=s3cr3t", "postgresql://h/d&password=s3cr3t",
};

START_TEST(test_validate__shows_no_secret) {
    char *shown = show_findings(secrets[_i], 0);
    ck_assert_ptr_null(strstr(shown, "s3cr3t"));
    ck_assert_uint_gt(strlen(shown), 0);
    free(shown);
}
END_TEST

START_TEST(test_validate__misuse_is_told) {
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_validate(NULL, 0, &report, NULL), PGCS_ERR_MISUSE);
    const pgcs_spec *spec = read_good("");
    ck_assert_int_eq(pgcs_spec_validate(spec, 0, NULL, NULL), PGCS_ERR_MISUSE);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_validate__finds_all_that_is_wrong, 0, ROWS(rows));
    tcase_add_loop_test(cases, test_validate__hints_at_the_remedy, 0, ROWS(hints));
    tcase_add_loop_test(cases, test_validate__shows_no_secret, 0, ROWS(secrets));
    tcase_add_test(cases, test_validate__misuse_is_told);
}

int
main(void) {
    return suite_run("validate", fill, 10);
}
