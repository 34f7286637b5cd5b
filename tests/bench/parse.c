/*
 * parse WHAT TEXT COUNT: read (or write) a text COUNT times, for `ratios` to count
 * instructions. One text in four forms: typical, and long with one or three hosts.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>
#include <uriparser/Uri.h>
#ifdef WITH_CURL
#include <curl/curl.h>
#endif

#define MORE                                                                                   \
    "/appdb?sslmode=verify-full&application_name=web&connect_timeout=10&options=-c%20geqo%"    \
    "3Doff"                                                                                    \
    "&target_session_attrs=read-write&sslrootcert=/etc/ssl/certs/ca.pem&keepalives_idle=60"    \
    "&client_encoding=UTF8"
#define MORE_KEYWORDS                                                                          \
    " dbname=appdb sslmode=verify-full application_name=web connect_timeout=10"                \
    " options='-c geqo=off' target_session_attrs=read-write"                                   \
    " sslrootcert=/etc/ssl/certs/ca.pem keepalives_idle=60 client_encoding=UTF8"

static const struct {
    const char *name;
    const char *text;
} texts[] = {
    {"typical",
     "postgresql://app_user:S3cr%40t-pw@db1.example.com:5432/appdb?sslmode=verify-full"
     "&application_name=web"},
    {"long1", "postgresql://app_user:S3cr%40t-pw@db1.example.com:5432" MORE},
    {"long3", "postgresql://app_user:S3cr%40t-pw@db1.example.com:5432,db2.example.com:5433,"
              "db3.example.com:5434" MORE},
    {"keywords",
     "host=db1.example.com port=5432 user=app_user password='S3cr@t-pw' dbname=appdb "
     "sslmode=verify-full application_name=web"},
    {"keywords3", "host=db1.example.com,db2.example.com,db3.example.com port=5432,5433,5434 "
                  "user=app_user password='S3cr@t-pw'" MORE_KEYWORDS},
};

static void
die(const char *what) {
    fprintf(stderr, "parse: %s\n", what);
    exit(EXIT_FAILURE);
}

static void
with_libpq(const char *text) {
    PQconninfoOption *options = PQconninfoParse(text, NULL);
    if (options == NULL)
        die("libpq refuses the text");
    PQconninfoFree(options);
}

static void
with_ours(const char *text) {
    const pgcs_spec *spec = NULL;
    if (pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) != PGCS_OK)
        die("the text is refused");
    pgcs_spec_unref(spec);
}

static void
with_uriparser(const char *text) {
    UriUriA uri;
    if (uriParseSingleUriA(&uri, text, NULL) != URI_SUCCESS)
        die("uriparser refuses the text");
    uriFreeUriMembersA(&uri);
}

#ifdef WITH_CURL
static void
with_curl(const char *text) {
    CURLU *url = curl_url();
    if (curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        die("curl refuses the text");
    curl_url_cleanup(url);
}
#endif

static const pgcs_spec *written;

static void
write_form(pgcs_format format) {
    const pgcs_text *text = NULL;
    if (pgcs_spec_write(written, format, PGCS_WRITE_SECRETS, &text, NULL) != PGCS_OK)
        die("the spec can't be written");
    pgcs_text_unref(text);
}

static void
write_uri(const char *text) {
    (void)text;
    write_form(PGCS_FORMAT_URI);
}

static void
write_keywords(const char *text) {
    (void)text;
    write_form(PGCS_FORMAT_KEYWORDS);
}

typedef void
action(const char *text);

static const struct {
    const char *name;
    action *act;
} actions[] = {
    {"libpq", with_libpq},         {"parse", with_ours},
    {"uriparser", with_uriparser},
#ifdef WITH_CURL
    {"curl", with_curl},
#endif
    {"write-uri", write_uri},      {"write-keywords", write_keywords},
};

int
main(int count, char **arguments) {
    action *act = NULL;
    const char *text = NULL;
    if (count != 4)
        die("usage: parse WHAT TEXT COUNT");
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].name, arguments[1]) == 0)
            act = actions[i].act;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i].name, arguments[2]) == 0)
            text = texts[i].text;
    if (act == NULL)
        return 77; /* not in this build */
    if (text == NULL || pgcs_spec_parse(text, strlen(text), 0, &written, NULL) != PGCS_OK)
        die("no such text");
    for (int i = atoi(arguments[3]); i > 0; i--)
        act(text);
    pgcs_spec_unref(written);
    return EXIT_SUCCESS;
}
