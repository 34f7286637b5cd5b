/*
 * Npgsql's string, spelled as libpq's keyword/value string:
 *
 *   string  = [setting] *(";" [setting])
 *   setting = *blank name *blank "=" *blank value *blank
 *   value   = DQUOTE *(any / DQUOTE DQUOTE) DQUOTE / "'" *(any / "'" "'") "'" / *(any but ";")
 *
 * Names have no case. Source: Npgsql's manual, and .NET's DbConnectionStringBuilder.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "spec/dialect.h"
#include "spec/rewrite.h"

#define TRUST "Trust Server Certificate"

static const struct {
    const char *name;
    enum keyword keyword; /* NONE: left out */
} synonyms[] = {
    {"Host", KEYWORD_HOST},
    {"Server", KEYWORD_HOST},
    {"Data Source", KEYWORD_HOST},
    {"Port", KEYWORD_PORT},
    {"User Id", KEYWORD_USER},
    {"User Name", KEYWORD_USER},
    {"UserId", KEYWORD_USER},
    {"UID", KEYWORD_USER},
    {"User", KEYWORD_USER},
    {"PSW", KEYWORD_PASSWORD},
    {"PWD", KEYWORD_PASSWORD},
    {"DB", KEYWORD_DBNAME},
    {"Initial Catalog", KEYWORD_DBNAME},
    {"SslMode", KEYWORD_SSLMODE},
    {"Pooling", KEYWORD_NONE},
    {"Maximum Pool Size", KEYWORD_NONE},
    {"Minimum Pool Size", KEYWORD_NONE},
    {"MaxPoolSize", KEYWORD_NONE},
    {"MinPoolSize", KEYWORD_NONE},
    {"Command Timeout", KEYWORD_NONE},
    {"Include Error Detail", KEYWORD_NONE},
    {"No Reset On Close", KEYWORD_NONE},
    {"Connection Idle Lifetime", KEYWORD_NONE},
    {"Multiplexing", KEYWORD_NONE},
    {"Persist Security Info", KEYWORD_NONE},
    {"PersistSecurityInfo", KEYWORD_NONE},
    {"Connection Pruning Interval", KEYWORD_NONE},
    {"Connection Lifetime", KEYWORD_NONE},
    {"Max Auto Prepare", KEYWORD_NONE},
    {"Auto Prepare Min Usages", KEYWORD_NONE},
    {"Read Buffer Size", KEYWORD_NONE},
    {"Write Buffer Size", KEYWORD_NONE},
    {"Cancellation Timeout", KEYWORD_NONE},
    {"Internal Command Timeout", KEYWORD_NONE},
    {"Log Parameters", KEYWORD_NONE},
    {"Enlist", KEYWORD_NONE},
    {"Keepalive", KEYWORD_NONE},
    {"Tcp Keepalive Time", KEYWORD_KEEPALIVES_IDLE},
    {"Tcp Keepalive Interval", KEYWORD_KEEPALIVES_INTERVAL},
    {"Require Auth", KEYWORD_REQUIRE_AUTH},
};

static bool
same_name(struct slice name, const char *other) {
    return strlen(other) == name.size && strncasecmp(name.data, other, name.size) == 0;
}

static struct slice
trimmed(const char *at, const char *end) {
    while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
        at++;
    while (end > at && (end[-1] == ' ' || (end[-1] >= '\t' && end[-1] <= '\r')))
        end--;
    return (struct slice){at, (size_t)(end - at)};
}

/* The keyword of a name; NONE with @known for one that is left out. */
static enum keyword
find_name(struct slice name, enum dialect_value *how, bool *known) {
    const struct dialect_row *row = dialect_find_name(DIALECT_NPGSQL, name);
    *how = DIALECT_VALUE_SAME;
    *known = true;
    if (row != NULL) {
        *how = row->value;
        return row->keyword;
    }
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
        if (same_name(name, synonyms[i].name)) {
            if (synonyms[i].keyword == KEYWORD_SSLMODE)
                *how = DIALECT_VALUE_CAPITAL;
            return synonyms[i].keyword;
        }
    *known = false;
    return KEYWORD_NONE;
}

/* Put a value in libpq's quotes. */
static void
put_quoted(struct buf *out, struct slice value) {
    buf_put_char(out, '\'');
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '\'' || value.data[i] == '\\')
            buf_put_char(out, '\\');
        buf_put_char(out, value.data[i]);
    }
    buf_put_char(out, '\'');
}

/* Host=a:1,b:2 has the ports with the hosts. */
static void
put_hosts(struct rewrite *rewrite, struct slice value, struct slice raw) {
    struct buf hosts = {.limit = 0}, ports = {.limit = 0};
    const char *at = value.data, *end = value.data + value.size;
    bool any_port = false;
    for (bool more = true; more;) {
        const char *stop = memchr(at, ',', (size_t)(end - at));
        struct slice item = trimmed(at, stop ? stop : end);
        const char *colon = memrchr(item.data, ':', item.size);
        const char *bracket = memrchr(item.data, ']', item.size);
        bool single = colon && memchr(item.data, ':', item.size) == colon;
        if (colon && !single && !(bracket && bracket < colon))
            colon = NULL; /* a bare IPv6 address */
        struct slice host = {item.data, colon ? (size_t)(colon - item.data) : item.size};
        if (host.size > 2 && host.data[0] == '[' && host.data[host.size - 1] == ']')
            host = (struct slice){host.data + 1, host.size - 2};
        if (hosts.size > 0 || ports.size > 0) {
            buf_put_char(&hosts, ',');
            buf_put_char(&ports, ',');
        }
        buf_put(&hosts, host.data, host.size);
        any_port |= colon != NULL;
        if (colon != NULL)
            buf_put(&ports, colon + 1, (size_t)(item.data + item.size - colon - 1));
        more = stop != NULL;
        at = stop ? stop + 1 : end;
    }
    struct buf text = {.limit = 0};
    buf_put_string(&text, "host=");
    put_quoted(&text, (struct slice){hosts.data ? hosts.data : "", hosts.size});
    if (any_port) {
        buf_put_string(&text, " port=");
        put_quoted(&text, (struct slice){ports.data ? ports.data : "", ports.size});
    }
    buf_put_char(&text, ' ');
    rewrite_put(rewrite, raw, (struct slice){text.data ? text.data : "", text.size});
    buf_free(&text);
    buf_free(&hosts);
    buf_free(&ports);
}

/* Has it to do with TLS? Then to leave it out may weaken that. */
static bool
is_about_tls(struct slice name, struct slice value) {
    static const char *const words[] = {"ssl", "tls", "cert", "encrypt", "revocation"};
    if (same_name(name, TRUST)) /* libpq's require does, too */
        return !same_name(value, "true");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (size_t at = 0; at + strlen(words[i]) <= name.size; at++)
            if (strncasecmp(name.data + at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

static void
put_dropped(struct rewrite *rewrite, struct slice name, struct slice value, struct slice place,
            bool known) {
    if (is_about_tls(name, value))
        rewrite_note(rewrite, PGCS_SEVERITY_FAILURE, PGCS_CODE_TLS_DROPPED, place, "sslmode",
                     "a parameter that has to do with TLS, and that libpq does not have",
                     "Use sslmode=verify-full with sslrootcert, or sslmode=require for no "
                     "check.");
    else if (same_name(name, TRUST))
        rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_DROPPED, place, "sslmode",
                     "Trust Server Certificate asks for no check, and is left out",
                     "Nothing is lost: sslmode=require checks nothing without a root.");
    else if (known)
        rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_DROPPED, place, NULL,
                     "a parameter of Npgsql that does not tell how to connect",
                     "Say it in libpq's words if it matters.");
    else
        rewrite_note(rewrite, PGCS_SEVERITY_WARNING, PGCS_CODE_DROPPED, place, NULL,
                     "a parameter that libpq does not have, and that is left out",
                     "Say it in libpq's words if it matters.");
}

static void
put_setting(struct rewrite *rewrite, struct slice name, struct slice value, struct slice raw) {
    enum dialect_value how;
    bool known;
    char message[LIMIT_DIAG_MESSAGE];
    struct slice place = {name.data, (size_t)(raw.data + raw.size - name.data)};
    enum keyword keyword = find_name(name, &how, &known);
    if (keyword == KEYWORD_HOST) {
        put_hosts(rewrite, value, raw);
        return;
    }
    if (keyword == KEYWORD_NONE) {
        put_dropped(rewrite, name, value, place, known);
        return;
    }
    struct buf ours = {.limit = 0}, text = {.limit = 0};
    if (!dialect_take(how, value, &ours))
        buf_put(&ours, value.data, value.size);
    buf_printf(&text, "%s=", keyword_name(keyword));
    rewrite_put(rewrite, (struct slice){raw.data, 0}, (struct slice){text.data, text.size});
    text.size = 0;
    put_quoted(&text, (struct slice){ours.data ? ours.data : "", ours.size});
    rewrite_put(rewrite, raw, (struct slice){text.data, text.size});
    rewrite_put_string(rewrite, (struct slice){raw.data + raw.size, 0}, " ");
    buf_free(&text);
    buf_free(&ours);
    snprintf(message, sizeof message, "read as %s", keyword_name(keyword));
    if (!same_name(name, keyword_name(keyword)))
        rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_TRANSLATED, place,
                     keyword_name(keyword), message, "That is its name in libpq.");
}

/* value: what it stands for goes to @plain, its place is returned; no place if it is none. */
static struct slice
take_value(const char **at, const char *end, struct buf *plain) {
    const char *start = *at;
    while (start < end && *start == ' ')
        start++;
    if (start == end || (*start != '"' && *start != '\'')) {
        const char *stop = memchr(start, ';', (size_t)(end - start));
        struct slice value = trimmed(start, stop ? stop : end);
        buf_put(plain, value.data, value.size);
        *at = stop ? stop + 1 : end;
        return value;
    }
    const char *next = start + 1;
    while (next < end && (*next != *start || (next + 1 < end && next[1] == *start))) {
        next += *next == *start;
        buf_put_char(plain, *next++);
    }
    const char *after = next < end ? next + 1 : end;
    const char *stop = memchr(after, ';', (size_t)(end - after));
    if (next == end || trimmed(after, stop ? stop : end).size > 0)
        return (struct slice){NULL, 0};
    *at = stop ? stop + 1 : end;
    return (struct slice){start, (size_t)(after - start)};
}

/* The next setting, with a plain value; false at the end, or where there is no "=". */
static bool
next_setting(const char **at, const char *end, struct slice *name, struct slice *raw,
             struct buf *plain) {
    while (*at < end && (**at == ';' || trimmed(*at, *at + 1).size == 0))
        (*at)++;
    const char *stop = memchr(*at, ';', (size_t)(end - *at));
    const char *equals = memchr(*at, '=', (size_t)((stop ? stop : end) - *at));
    if (equals == NULL)
        return false;
    *name = trimmed(*at, equals);
    *at = equals + 1;
    plain->size = 0;
    *raw = take_value(at, end, plain);
    return raw->data != NULL;
}

/* "h user=u": hardly a value of Npgsql, but settings of libpq with a ";" in one of them. */
static bool
holds_settings(enum keyword keyword, struct slice raw) {
    if (keyword == KEYWORD_PASSWORD || keyword == KEYWORD_OPTIONS || raw.size == 0 ||
        raw.data[0] == '"' || raw.data[0] == '\'')
        return false;
    const char *equals = memchr(raw.data, '=', raw.size);
    return equals != NULL && memchr(raw.data, ' ', (size_t)(equals - raw.data)) != NULL;
}

/* Is it made of settings throughout, and the first of them known? */
static bool
is_npgsql(struct slice text, struct buf *plain) {
    const char *at = text.data, *end = text.data + text.size;
    struct slice name, raw;
    enum dialect_value how;
    bool known = false, first = true;
    while (next_setting(&at, end, &name, &raw, plain)) {
        enum keyword keyword = find_name(name, &how, &known);
        if ((first && keyword == KEYWORD_NONE && !known) || holds_settings(keyword, raw))
            return false;
        first = false;
    }
    bool several = memchr(text.data, ';', text.size) != NULL;
    return !first && at == end && (several || memchr(text.data, ' ', text.size) == NULL);
}

bool
rewrite_npgsql(struct rewrite *rewrite, struct slice text) {
    const char *at = text.data, *end = text.data + text.size;
    struct buf plain = {.limit = 0};
    struct slice name, raw;
    if (!is_npgsql(text, &plain)) {
        buf_free(&plain);
        return false;
    }
    rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_TRANSLATED, text, NULL,
                 "read as a string of Npgsql", "Write it in libpq's words for other programs.");
    while (next_setting(&at, end, &name, &raw, &plain))
        put_setting(rewrite, name, (struct slice){plain.data ? plain.data : "", plain.size},
                    raw);
    if (plain.failed)
        rewrite->text.failed = plain.failed;
    buf_free(&plain);
    return true;
}
