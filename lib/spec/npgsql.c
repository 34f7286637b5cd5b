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
        rewrite_note(rewrite, known ? PGCS_SEVERITY_NOTE : PGCS_SEVERITY_WARNING,
                     PGCS_CODE_DROPPED, place, NULL,
                     known ? "a parameter of Npgsql that does not tell how to connect"
                           : "a parameter that libpq has not, and that is left out",
                     "Say it in libpq's words if it matters.");
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

/* value: what it stands for goes to @plain, its place is returned. */
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
    const char *stop = next < end ? memchr(next, ';', (size_t)(end - next)) : NULL;
    struct slice value = {start, (size_t)((next < end ? next + 1 : end) - start)};
    *at = stop ? stop + 1 : end;
    return value;
}

bool
rewrite_npgsql(struct rewrite *rewrite, struct slice text) {
    const char *at = text.data, *end = text.data + text.size;
    const char *equals = memchr(at, '=', text.size);
    enum dialect_value how;
    bool known = false;
    if (equals == NULL ||
        (find_name(trimmed(at, equals), &how, &known) == KEYWORD_NONE && !known))
        return false;
    if (memchr(at, ';', text.size) == NULL && memchr(at, ' ', text.size) != NULL)
        return false; /* libpq's own, with something else wrong */
    rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_TRANSLATED, text, NULL,
                 "read as a string of Npgsql", "Write it in libpq's words for other programs.");
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        equals = memchr(at, '=', (size_t)((stop ? stop : end) - at));
        if (equals == NULL) {
            if (trimmed(at, stop ? stop : end).size > 0)
                return false;
            at = stop ? stop + 1 : end;
            continue;
        }
        struct slice name = trimmed(at, equals);
        struct buf plain = {.limit = 0};
        at = equals + 1;
        struct slice raw = take_value(&at, end, &plain);
        put_setting(rewrite, name, (struct slice){plain.data ? plain.data : "", plain.size},
                    raw);
        if (plain.failed)
            rewrite->text.failed = plain.failed;
        buf_free(&plain);
    }
    return true;
}
