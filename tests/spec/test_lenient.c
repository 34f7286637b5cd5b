/*
 * lib/spec/lenient.c, repair.c, foreign.c, npgsql.c and rewrite.c: what people have, rather
 * than what libpq takes. Consoles, manuals and complaints are rows.
 */
#include <stdio.h>

#include "spec/rewrite.h"
#include "spec/show.h"

#define BOTH (PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN)

static const struct {
    uint32_t flags;
    const char *text;
    const char *values; /* NULL when it is refused */
    const char *said;   /* codes of the findings that the reader made, or the message */
} rows[] = {
    /* what stands round it */
    {PGCS_PARSE_REPAIR, " postgresql://u:p@h/d\n", "user=<u> password=<p> dbname=<d> host=<h>",
     "REPAIRED@0+1 REPAIRED@21+1"},
    {PGCS_PARSE_REPAIR, "postgresql://h/d\n", "dbname=<d> host=<h>", "REPAIRED@16+1"},
    {PGCS_PARSE_REPAIR, "\"postgresql://h/d\"", "dbname=<d> host=<h>", "REPAIRED@0+18"},
    {PGCS_PARSE_REPAIR, "'host=h port=1'", "host=<h> port=<1>", "REPAIRED@0+15"},
    {PGCS_PARSE_REPAIR, "DATABASE_URL=postgres://h/d", "dbname=<d> host=<h>", "REPAIRED@0+13"},
    {PGCS_PARSE_REPAIR, "export DATABASE_URL='postgres://h/d'", "dbname=<d> host=<h>",
     "REPAIRED@0+20 REPAIRED@20+16"},
    {PGCS_PARSE_REPAIR, "DATABASE_URL = \"postgres://h/d\"", "dbname=<d> host=<h>",
     "REPAIRED@0+15 REPAIRED@15+16"},
    {PGCS_PARSE_REPAIR, "DATABASE_URL: postgres://h/d", "dbname=<d> host=<h>", "REPAIRED@0+14"},
    {PGCS_PARSE_REPAIR, "- DATABASE_URL=postgres://h/d", "dbname=<d> host=<h>",
     "REPAIRED@0+15"},
    {PGCS_PARSE_REPAIR, "\"postgres://h/d\";", "dbname=<d> host=<h>",
     "REPAIRED@16+1 REPAIRED@0+16"},
    {PGCS_PARSE_REPAIR, "'postgres://h/d',", "dbname=<d> host=<h>",
     "REPAIRED@16+1 REPAIRED@0+16"},
    {PGCS_PARSE_REPAIR, "psql postgres://h/d", "dbname=<d> host=<h>", "REPAIRED@0+5"},
    {PGCS_PARSE_REPAIR, "psql  \"postgres://h/d\"", "dbname=<d> host=<h>",
     "REPAIRED@0+6 REPAIRED@6+16"},
    {PGCS_PARSE_REPAIR, "psql postgres://h/d -c x", NULL,
     "no \"=\" after the name of a parameter"},
    {PGCS_PARSE_REPAIR, "postgresql//u:p@h/d", "user=<u> password=<p> dbname=<d> host=<h>",
     "REPAIRED@0+12"},
    {PGCS_PARSE_REPAIR, "postgres://postgres://u:p@h/d",
     "user=<u> password=<p> dbname=<d> host=<h>", "REPAIRED@11+11"},
    {PGCS_PARSE_REPAIR, "postgres://postgresql://h/d", "dbname=<d> host=<h>", "REPAIRED@11+13"},
    {BOTH, "u:p@h:5432/d", NULL, "neither a URI nor name=value"},
    {BOTH, "$DATABASE_URL", NULL, "the name of a variable, and not its value"},
    {BOTH, "-h h -p 5432", NULL, "options of a program, and not a spec"},
    {BOTH, "app/p@h", NULL, "neither a URI nor name=value"},
    {PGCS_PARSE_REPAIR, "POSTGRESQL://u:p@h/d", "user=<u> password=<p> dbname=<d> host=<h>",
     "REPAIRED@0+13"},
    {PGCS_PARSE_REPAIR, "postgresql:u:p@h/d", "user=<u> password=<p> dbname=<d> host=<h>",
     "REPAIRED@0+11"},
    {PGCS_PARSE_REPAIR, "postgres:/h/d", "dbname=<d> host=<h>", "REPAIRED@0+10"},
    {0, " postgresql://h/d", NULL, "no \"=\" after the name of a parameter"},
    {PGCS_PARSE_REPAIR, "mysql://u:p@h/d", NULL, "not the scheme of a PostgreSQL URI"},
    /* passwords */
    {PGCS_PARSE_REPAIR, "postgresql://u:p@q@h/d", "user=<u> password=<p@q> dbname=<d> host=<h>",
     "REPAIRED@15+3"},
    {PGCS_PARSE_REPAIR, "postgresql://u:pa/ss@h/d",
     "user=<u> password=<pa/ss> dbname=<d> host=<h>", "REPAIRED@15+5"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p?q/r#s@h/d",
     "user=<u> password=<p?q/r#s> dbname=<d> host=<h>", "REPAIRED@15+7"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p#q@h/d", "user=<u> password=<p#q> dbname=<d> host=<h>",
     ""},
    {PGCS_PARSE_REPAIR, "postgresql://u:50%@h/d", "user=<u> password=<50%> dbname=<d> host=<h>",
     "REPAIRED@15+3"},
    {PGCS_PARSE_REPAIR, "postgresql://u:a%f&b@h/d",
     "user=<u> password=<a%f&b> dbname=<d> host=<h>", "REPAIRED@15+5"},
    {PGCS_PARSE_REPAIR, "postgresql://u:some cool/password@h/d",
     "user=<u> password=<some cool/password> dbname=<d> host=<h>", "REPAIRED@15+18"},
    {PGCS_PARSE_REPAIR, "postgresql://u@server:p:w@server.azure.com/db",
     "user=<u@server> password=<p:w> dbname=<db> host=<server.azure.com>",
     "REPAIRED@13+8 REPAIRED@22+3"},
    {PGCS_PARSE_REPAIR, "postgresql://u:h.aws.com:5432/?Action=connect&DBUser=u@h:5432/d",
     "user=<u> password=<h.aws.com:5432/?Action=connect&DBUser=u> dbname=<d> host=<h> "
     "port=<5432>",
     "REPAIRED@15+39"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p/q@h/d?user=me@x",
     "user=<me@x> password=<p/q> dbname=<d> host=<h>", "REPAIRED@15+3"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p%40q@h/d",
     "user=<u> password=<p@q> dbname=<d> host=<h>", ""},
    {PGCS_PARSE_REPAIR, "postgresql://u:p@h/db@x", NULL, "more than one way to read this"},
    {PGCS_PARSE_REPAIR, "postgresql://u:50%40%@h/d", NULL,
     "more than one way to read the percent signs in password"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p/q%40@h/d", NULL,
     "more than one way to read the percent signs in password"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p%2Fq@r@h/d", NULL,
     "more than one way to read the percent signs in password"},
    {PGCS_PARSE_REPAIR, "postgresql://u@server:p%40q@server.azure.com/db",
     "user=<u@server> password=<p@q> dbname=<db> host=<server.azure.com>", "REPAIRED@13+8"},
    {PGCS_PARSE_REPAIR, "postgresql://u:p@[::1]:5432,[::2]/d",
     "user=<u> password=<p> dbname=<d> host=<::1,::2> port=<5432,>", ""},
    {BOTH, "postgresql://u@h/d?pasword=s@x", NULL, "libpq has no parameter of this name"},
    {BOTH, "postgresql://u:p@h/d?PGPASSWORD=a%40s@x", NULL,
     "libpq has no parameter of this name"},
    /* foreign URIs */
    {PGCS_PARSE_FOREIGN, "postgresql+asyncpg://u:p@h/d?ssl=require",
     "user=<u> password=<p> dbname=<d> host=<h> sslmode=<require>",
     "TRANSLATED@0+21 TRANSLATED@29+11"},
    {PGCS_PARSE_FOREIGN, "postgis://u:p@h/d", "user=<u> password=<p> dbname=<d> host=<h>",
     "TRANSLATED@0+10"},
    {PGCS_PARSE_FOREIGN, "cockroachdb://u@h:26257/d",
     "user=<u> dbname=<d> host=<h> port=<26257>", "TRANSLATED@0+14"},
    {PGCS_PARSE_FOREIGN, "prisma+postgres://u@h/d", NULL, "not the scheme of a PostgreSQL URI"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?schema=s&pgbouncer=true&connection_limit=5",
     "dbname=<d> host=<h> options=<-c search_path=s>",
     "TRANSLATED@17+8 DROPPED@26+14 DROPPED@41+18"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?options=-c%20a%3Db&schema=my%20s",
     "dbname=<d> host=<h> options=<-c a=b -c search_path=my\\ s>", "TRANSLATED@36+13"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslaccept=strict",
     "dbname=<d> host=<h> sslmode=<verify-full>", "TRANSLATED@17+16"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslmode=require&sslaccept=strict",
     "dbname=<d> host=<h> sslmode=<verify-full>", "TRANSLATED@33+16"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslaccept=strict&sslmode=disable",
     "dbname=<d> host=<h> sslmode=<disable>", "DROPPED@17+16"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslaccept=accept_invalid_certs",
     "dbname=<d> host=<h>", "DROPPED@17+30"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslaccept=maybe", "dbname=<d> host=<h>",
     "TLS_DROPPED@17+15"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslidentity=c.p12&sslpassword=p",
     "dbname=<d> host=<h> sslpassword=<p>", "TLS_DROPPED@17+17"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslcert=c.pem&schema=s",
     "dbname=<d> host=<h> options=<-c search_path=s> sslrootcert=<c.pem>",
     "TRANSLATED@17+13 TRANSLATED@31+8"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslcert=c&sslkey=k&schema=s",
     "dbname=<d> host=<h> options=<-c search_path=s> sslcert=<c> sslkey=<k>",
     "TRANSLATED@36+8"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslcert=c&sslrootcert=r&connection_limit=1",
     "dbname=<d> host=<h> sslcert=<c> sslrootcert=<r>", "DROPPED@41+18"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslcert=c&encoding=utf8",
     "dbname=<d> host=<h> client_encoding=<utf8> sslcert=<c>", "TRANSLATED@27+13"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslmode=require&uselibpqcompat=false",
     "dbname=<d> host=<h> sslmode=<require>", "TLS_DROPPED@33+20"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslmode=verify-full&uselibpqcompat=false",
     "dbname=<d> host=<h> sslmode=<verify-full>", "DROPPED@37+20"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?schema=a\\b%5Cc",
     "dbname=<d> host=<h> options=<-c search_path=a\\\\b\\\\c>", "TRANSLATED@17+14"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?ssl=maybe", "dbname=<d> host=<h>",
     "TLS_DROPPED@17+9"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?ssl=false", "dbname=<d> host=<h> sslmode=<disable>",
     "TRANSLATED@17+9"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?sslmode=no-verify&uselibpqcompat=true",
     "dbname=<d> host=<h> sslmode=<require>", "TRANSLATED@25+9 DROPPED@35+19"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?options=project=ep",
     "dbname=<d> host=<h> options=<project=ep>", "TRANSLATED@17+18"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?encoding=utf8&pool=5",
     "dbname=<d> host=<h> client_encoding=<utf8>", "TRANSLATED@17+13 DROPPED@31+6"},
    {PGCS_PARSE_FOREIGN, "postgresql://h/d?bogus=1", NULL,
     "libpq has no parameter of this name"},
    {0, "postgresql://h/d?schema=s", NULL, "libpq has no parameter of this name"},
    {BOTH, "postgresql+psycopg2://u:p@q@h/d?ssl=true",
     "user=<u> password=<p@q> dbname=<d> host=<h> sslmode=<require>",
     "TRANSLATED@0+22 REPAIRED@24+3 TRANSLATED@32+8"},
    /* JDBC */
    {PGCS_PARSE_FOREIGN, "jdbc:postgresql://h1:1,h2:2/d?user=u&password=a+b%2B",
     "user=<u> password=<a b+> dbname=<d> host=<h1,h2> port=<1,2>", "TRANSLATED@0+18"},
    {PGCS_PARSE_FOREIGN, "jdbc:postgresql:d", "dbname=<d> host=<localhost>", "TRANSLATED@0+16"},
    {PGCS_PARSE_FOREIGN, "jdbc:postgresql:///d", "dbname=<d> host=<localhost>",
     "TRANSLATED@0+18"},
    {PGCS_PARSE_FOREIGN,
     "jdbc:postgresql://h/d?ApplicationName=x&targetServerType=secondary&tcpKeepAlive=true",
     "dbname=<d> host=<h> application_name=<x> keepalives=<1> target_session_attrs=<standby>",
     "TRANSLATED@0+18 TRANSLATED@22+17 TRANSLATED@40+26 TRANSLATED@67+17"},
    {PGCS_PARSE_FOREIGN, "jdbc:postgresql://h/d?currentSchema=s&loginTimeout=3",
     "connect_timeout=<3> dbname=<d> host=<h> options=<-c search_path=s>",
     "TRANSLATED@0+18 TRANSLATED@22+15 TRANSLATED@38+14"},
    {PGCS_PARSE_FOREIGN, "jdbc:postgresql://h/d?sslfactory=x.NonValidatingFactory",
     "dbname=<d> host=<h>", "TLS_DROPPED@22+33 TRANSLATED@0+18"},
    {PGCS_PARSE_FOREIGN, "jdbc:postgresql://h/d?ssl=true",
     "dbname=<d> host=<h> sslmode=<verify-full>", "TRANSLATED@0+18 TRANSLATED@22+8"},
    /* Npgsql */
    {PGCS_PARSE_FOREIGN,
     "Host=h;Username=u;Password=\"a;b\"\"c\";Database=d;SSL Mode=VerifyFull",
     "user=<u> password=<a;b\"c> dbname=<d> host=<h> sslmode=<verify-full>",
     "TRANSLATED@0+66 TRANSLATED@7+10 TRANSLATED@36+10 TRANSLATED@47+19"},
    {PGCS_PARSE_FOREIGN, "Server=a:1,[::1]:2,::2;User Id=u;Pooling=false;",
     "user=<u> host=<a,::1,::2> port=<1,2,>", "TRANSLATED@0+47 TRANSLATED@23+9 DROPPED@33+13"},
    {PGCS_PARSE_FOREIGN, "Host=h;Sesame=open", "host=<h>", "TRANSLATED@0+18 DROPPED@7+11"},
    {PGCS_PARSE_FOREIGN, "host=h username=u database='d e'", "user=<u> dbname=<d e> host=<h>",
     "TRANSLATED@7+8 TRANSLATED@18+8"},
    {PGCS_PARSE_FOREIGN, "host=h;port=1;user=u;password=a=b",
     "user=<u> password=<a=b> host=<h> port=<1>", "TRANSLATED@0+33"},
    {PGCS_PARSE_FOREIGN, "password=a;host=b", "password=<a;host=b>", ""},
    {PGCS_PARSE_FOREIGN, "host=/run/a;b=c port=1", "host=</run/a;b=c> port=<1>", ""},
    {PGCS_PARSE_FOREIGN, "dbname='a;b=c'", "dbname=<a;b=c>", ""},
    {PGCS_PARSE_FOREIGN, "host=h pwd='a;Host=b' user=u",
     "user=<u> password=<a;Host=b> host=<h>", "TRANSLATED@7+3"},
    {PGCS_PARSE_FOREIGN, "host=h pwd=a;Host=b user=u", "user=<u> password=<a;Host=b> host=<h>",
     "TRANSLATED@7+3"},
    {PGCS_PARSE_FOREIGN, "host=h user=u password=a;b=c x", NULL,
     "no \"=\" after the name of a parameter"},
    {PGCS_PARSE_FOREIGN, "Host=h;Password=a;b", NULL, "libpq has no parameter of this name"},
    {PGCS_PARSE_FOREIGN, "Host=h;Password='a", NULL, "libpq has no parameter of this name"},
    {PGCS_PARSE_FOREIGN, "Host=h;Password='a'b;", NULL, "libpq has no parameter of this name"},
    {PGCS_PARSE_FOREIGN, " Host = h ; Password = a b ;; ", "password=<a b> host=<h>",
     "TRANSLATED@0+30"},
    {PGCS_PARSE_FOREIGN, "Host=h;Options=-c geqo=off", "host=<h> options=<-c geqo=off>",
     "TRANSLATED@0+26"},
    {PGCS_PARSE_FOREIGN, "Host=h;SSL Mode=Require;Trust Server Certificate=true",
     "host=<h> sslmode=<require>", "TRANSLATED@0+53 TRANSLATED@7+16 DROPPED@24+29"},
    {PGCS_PARSE_FOREIGN, "Host=h;Trust Server Certificate=false", "host=<h>",
     "TRANSLATED@0+37 TLS_DROPPED@7+30"},
    {PGCS_PARSE_FOREIGN, "Host=h;Check Certificate Revocation=true", "host=<h>",
     "TRANSLATED@0+40 TLS_DROPPED@7+33"},
    {PGCS_PARSE_FOREIGN, "Host=h;Tcp Keepalive Time=5;Keepalive=7",
     "host=<h> keepalives_idle=<5>", "TRANSLATED@0+39 TRANSLATED@7+20 DROPPED@28+11"},
    /* PDO */
    {PGCS_PARSE_FOREIGN, "pgsql:host=h;port=1;dbname=d;user=u;password=p",
     "user=<u> password=<p> dbname=<d> host=<h> port=<1>", "TRANSLATED@0+6"},
    {PGCS_PARSE_FOREIGN, "pgsql:host=h dbname=d", "dbname=<d> host=<h>", "TRANSLATED@0+6"},
    {PGCS_PARSE_FOREIGN, "pgsql:host=h;password='a;b'", "password=<a b> host=<h>",
     "TRANSLATED@0+6"},
    {PGCS_PARSE_FOREIGN, "pgsql:host=h;bogus=1", NULL, "libpq has no parameter of this name"},
    {PGCS_PARSE_FOREIGN, "pgsql://u@h/d", "user=<u> dbname=<d> host=<h>", "TRANSLATED@0+8"},
    {0, "pgsql:host=h", NULL, "libpq has no parameter of this name"},
    {0, "host=h;port=1", "host=<h;port=1>", ""},
    {0, "Host=h;Username=u", NULL, "libpq has no parameter of this name"},
};

/* The findings that a reader makes, as "CODE@offset+length". */
static void
show_notes(const pgcs_spec *spec, struct buf *out) {
    const pgcs_report *report = NULL;
    ck_assert_int_eq(pgcs_spec_validate(spec, 0, &report, NULL), PGCS_OK);
    pgcs_findings *finding = pgcs_findings_new(report, PGCS_SEVERITY_NONE);
    while (pgcs_findings_next(finding)) {
        int32_t code = pgcs_finding_code(finding);
        if (code < PGCS_CODE_REPAIRED || code > PGCS_CODE_TLS_DROPPED)
            continue;
        ck_assert_ptr_nonnull(pgcs_finding_hint(finding));
        ck_assert(code != PGCS_CODE_TLS_DROPPED ||
                  pgcs_finding_severity(finding) == PGCS_SEVERITY_FAILURE);
        buf_printf(out, "%s%s@%d+%d", out->size ? " " : "",
                   pgcs_finding_name(finding) + strlen("PGCS_CODE_"),
                   (int)pgcs_finding_offset(finding), (int)pgcs_finding_length(finding));
    }
    buf_put(out, "", 1);
    pgcs_findings_free(finding);
    pgcs_report_unref(report);
}

/* Are both lists the same, in any order? Severity sorts one of them. */
static bool
same_words(const char *a, const char *b) {
    char copy[512];
    if (strlen(a) != strlen(b))
        return false;
    strncpy(copy, b, sizeof copy - 1);
    copy[sizeof copy - 1] = '\0';
    for (char *rest = copy, *word; (word = strsep(&rest, " ")) != NULL;)
        if (strstr(a, word) == NULL)
            return false;
    return true;
}

START_TEST(test_lenient__reads_what_was_meant) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    const char *text = rows[_i].text;
    pgcs_status status = pgcs_spec_parse(text, strlen(text), rows[_i].flags, &spec, &error);
    if (rows[_i].values == NULL) {
        ck_assert_int_ne(status, PGCS_OK);
        ck_assert_str_eq(pgcs_error_message(error), rows[_i].said);
        ck_assert_ptr_nonnull(pgcs_error_hint(error));
        pgcs_error_free(error);
        return;
    }
    ck_assert_msg(status == PGCS_OK, "%s", pgcs_error_message(error));
    check_values(spec, rows[_i].values);
    struct buf said = {.limit = 0};
    show_notes(spec, &said);
    ck_assert_msg(same_words(said.data, rows[_i].said), "%s", said.data);
    buf_free(&said);
    pgcs_spec_unref(spec);
}
END_TEST

/* Places are those of the text as it was given, not as it was read. */
START_TEST(test_lenient__knows_the_places) {
    static const char text[] = "X='postgresql+a://u:p@q@h:5/d?schema=s&sslmode=require'";
    const pgcs_spec *spec = NULL;
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), BOTH, &spec, NULL), PGCS_OK);
    ck_assert_mem_eq(text + pgcs_spec_offset(spec, "user"), "u:", 2);
    ck_assert_mem_eq(text + pgcs_spec_offset(spec, "password"), "p@q@", 4);
    ck_assert_mem_eq(text + pgcs_spec_offset(spec, "host"), "h:5", 3);
    ck_assert_mem_eq(text + pgcs_spec_offset(spec, "port"), "5/d", 3);
    ck_assert_mem_eq(text + pgcs_spec_offset(spec, "sslmode"), "require", 7);
    pgcs_spec_unref(spec);
    static const char bad[] = "X='postgresql+a://u:p@q@h:5/d?schema=s&nonsense=1'";
    pgcs_error *error = NULL;
    ck_assert_int_eq(pgcs_spec_parse(bad, strlen(bad), BOTH, &spec, &error),
                     PGCS_ERR_UNKNOWN_KEY);
    ck_assert_mem_eq(bad + pgcs_error_offset(error), "nonsense", 8);
    pgcs_error_free(error);
}
END_TEST

/* Whatever libpq reads without doubt is read the same with every flag. */
START_TEST(test_lenient__changes_nothing_that_is_fine) {
    static const char *const fine[] = {
#define R(text, values) values == NULL ? NULL : text,
#include "spec/keyvalue_rows.def"
#include "spec/uri_rows.def"
#undef R
    };
    for (int i = 0; i < ROWS(fine); i++) {
        const pgcs_spec *plain = NULL, *lenient = NULL;
        if (fine[i] == NULL || strpbrk(fine[i], "@\n") != NULL)
            continue;
        plain = read_good(fine[i]);
        if (pgcs_spec_get(plain, "port") != NULL && pgcs_spec_host_port(plain, 0) < 0) {
            pgcs_spec_unref(plain);
            continue;
        }
        ck_assert_int_eq(pgcs_spec_parse(fine[i], strlen(fine[i]), BOTH, &lenient, NULL),
                         PGCS_OK);
        char *values = show_spec(plain);
        if (strstr(values, "no-verify") == NULL)
            check_values(lenient, values);
        free(values);
        pgcs_spec_unref(plain);
        pgcs_spec_unref(lenient);
    }
}
END_TEST

/* Time grows with the size, not with its square. */
START_TEST(test_lenient__long_nonsense_is_quick) {
    static const char *const pieces[] = {"@",  ";",    "a=b;", "%", "'",
                                         "a,", "x=y&", "\\",   "[", ":"};
    static char text[1 << 19];
    size_t piece = strlen(pieces[_i]);
    size_t front = (size_t)snprintf(text, sizeof text, "postgresql://");
    for (size_t at = front; at < sizeof text; at++)
        text[at] = pieces[_i][(at - front) % piece];
    for (int form = 0; form < 2; form++) {
        const char *start = form ? text + front : text;
        const pgcs_spec *spec = NULL;
        (void)!pgcs_spec_parse(start, sizeof text - (size_t)(start - text), BOTH, &spec, NULL);
        pgcs_spec_unref(spec);
    }
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_lenient__reads_what_was_meant, 0, ROWS(rows));
    tcase_add_test(cases, test_lenient__knows_the_places);
    tcase_add_test(cases, test_lenient__changes_nothing_that_is_fine);
    tcase_add_loop_test(cases, test_lenient__long_nonsense_is_quick, 0, 10);
}

int
main(void) {
    return suite_run("lenient", fill, 20);
}
