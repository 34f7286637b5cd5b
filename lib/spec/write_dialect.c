/*
 * What Java and .NET programs take:
 *
 *   jdbc:postgresql://host:port,.../DBNAME?name=value&...    all but the hosts encoded
 *   Host=host:port,...;Name=value;...                        values in double quotes if need be
 *
 * Neither knows more than the rows of dialects.def, nor fills in what libpq's environment
 * would: what has no row can't be said, unless it is what libpq does anyway. Both go to
 * localhost without a host, where libpq goes to a socket: so there must be one.
 */
#include <stdio.h>
#include <string.h>

#include "spec/dialect.h"
#include "spec/host.h"
#include "spec/write.h"

#define DEFAULT_PORT 5432

/* Parameters that are said by the place, not by a name. */
static bool
has_place(enum dialect dialect, enum keyword keyword) {
    return keyword == KEYWORD_HOST || keyword == KEYWORD_PORT ||
           (dialect == DIALECT_JDBC && keyword == KEYWORD_DBNAME);
}

/* Is the value what libpq and the other driver do without being told? */
static bool
is_default(enum keyword keyword, const char *value) {
    if (keyword == KEYWORD_CLIENT_ENCODING) /* all that the Java driver does */
        return strcmp(value, "UTF8") == 0 || strcmp(value, "utf8") == 0;
    if (keyword == KEYWORD_HOSTADDR || keyword == KEYWORD_PASSFILE)
        return value[0] == '\0';
    const char *standard = keyword_rows[keyword].value;
    return standard != NULL && strcmp(standard, value) == 0;
}

static pgcs_status
fail_keyword(struct writer *writer, enum dialect dialect, enum keyword keyword) {
    const char *driver = dialect == DIALECT_JDBC ? "the JDBC driver" : "Npgsql";
    return write_refuse(writer, keyword, driver);
}

/* A value in the dialect's own words, in @out. */
static pgcs_status
translate(struct writer *writer, const struct dialect_row *row, struct slice value,
          struct buf *out) {
    if (value.data == write_hidden || dialect_put(row->value, value, out))
        return PGCS_OK;
    return fail_keyword(writer, row->dialect, row->keyword);
}

typedef void
put_pair(struct writer *writer, const char *name, struct slice value);

static pgcs_status
put_parameters(struct writer *writer, enum dialect dialect, put_pair *put) {
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        enum keyword keyword = (enum keyword)i;
        if (!is_written(writer, keyword) || has_place(dialect, keyword))
            continue;
        struct slice value = write_value(writer, keyword);
        const struct dialect_row *row = dialect_find(dialect, keyword);
        if (value.data == NULL || (row == NULL && is_default(keyword, value.data)))
            continue;
        if (row == NULL)
            return fail_keyword(writer, dialect, keyword);
        struct buf theirs = {.limit = 0};
        pgcs_status status = translate(writer, row, value, &theirs);
        if (status == PGCS_OK)
            status = buf_status(&theirs, writer->diag);
        if (status == PGCS_OK && value.data != write_hidden)
            value = (struct slice){theirs.data ? theirs.data : "", theirs.size};
        if (status == PGCS_OK)
            put(writer, row->name, value);
        buf_free(&theirs);
        if (status != PGCS_OK)
            return status;
    }
    return PGCS_OK;
}

/* Can the host stand in a list? One TCP host each; Npgsql takes a socket's directory too. */
static bool
is_host(enum dialect dialect, const struct spec_host *host) {
    if (host->port < 0 || (host->address != NULL && host->address[0] != '\0'))
        return false;
    size_t size = host->name ? strlen(host->name) : 0;
    switch (spec_host_kind(host)) {
    case PGCS_HOST_NAME:
        return strspn(host->name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-._") == size;
    case PGCS_HOST_IPV4:
        return true;
    case PGCS_HOST_IPV6:
        return strchr(host->name, '%') == NULL;
    case PGCS_HOST_SOCKET_DIR:
        return dialect == DIALECT_NPGSQL && strpbrk(host->name, ":,;\"' ") == NULL;
    default:
        return false;
    }
}

static pgcs_status
put_hosts(struct writer *writer, enum dialect dialect) {
    struct buf *out = &writer->out;
    const struct spec_value *hosts = spec_find(writer->spec, KEYWORD_HOST);
    bool shown = writer->flags & PGCS_WRITE_SECRETS;
    if (hosts != NULL && !shown && spec_value_is_private(hosts)) {
        buf_put_string(out, write_hidden);
        return PGCS_OK;
    }
    for (size_t i = 0; i < spec_host_count(writer->spec); i++) {
        const struct spec_host *host = spec_host(writer->spec, i);
        if (host->port < 0)
            return fail_keyword(writer, dialect, KEYWORD_PORT);
        if (!is_host(dialect, host))
            return fail_keyword(writer, dialect,
                                host->address && host->address[0] ? KEYWORD_HOSTADDR
                                                                  : KEYWORD_HOST);
        bool ipv6 = spec_host_kind(host) == PGCS_HOST_IPV6;
        int port = host->port ? host->port : DEFAULT_PORT;
        buf_printf(out, "%s%s%s%s:%d", i ? "," : "", ipv6 ? "[" : "", host->name,
                   ipv6 ? "]" : "", port);
    }
    return PGCS_OK;
}

static void
put_jdbc(struct writer *writer, const char *name, struct slice value) {
    struct buf *out = &writer->out;
    buf_put_char(out, memchr(out->data, '?', out->size) ? '&' : '?');
    buf_put_string(out, name);
    buf_put_char(out, '=');
    write_encoded(out, value);
}

pgcs_status
write_jdbc(struct writer *writer) {
    struct buf *out = &writer->out;
    buf_put_string(out, "jdbc:postgresql://");
    pgcs_status status = put_hosts(writer, DIALECT_JDBC);
    if (status != PGCS_OK)
        return status;
    buf_put_char(out, '/');
    struct slice dbname = write_value(writer, KEYWORD_DBNAME);
    if (dbname.data != NULL)
        write_encoded(out, dbname);
    return put_parameters(writer, DIALECT_JDBC, put_jdbc);
}

/* value = plain / DQUOTE *(any but DQUOTE / DQUOTE DQUOTE) DQUOTE */
static void
put_npgsql(struct writer *writer, const char *name, struct slice value) {
    struct buf *out = &writer->out;
    bool plain = value.size > 0;
    for (size_t i = 0; i < value.size; i++)
        plain &= (unsigned char)value.data[i] > ' ' && value.data[i] != 0x7f &&
                 strchr(";='\"", value.data[i]) == NULL;
    buf_printf(out, ";%s=", name);
    if (plain || value.data == write_hidden) {
        buf_put(out, value.data, value.size);
        return;
    }
    buf_put_char(out, '"');
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '"')
            buf_put_char(out, '"');
        buf_put_char(out, value.data[i]);
    }
    buf_put_char(out, '"');
}

pgcs_status
write_npgsql(struct writer *writer) {
    buf_put_string(&writer->out, "Host=");
    pgcs_status status = put_hosts(writer, DIALECT_NPGSQL);
    return status == PGCS_OK ? put_parameters(writer, DIALECT_NPGSQL, put_npgsql) : status;
}
