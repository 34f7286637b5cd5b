/*
 * The URI that most drivers read alike, and that is RFC 3986:
 *
 *   postgresql://USER:PASSWORD@host:port/DBNAME?keyword=value&...
 *
 * User, password and values encode every byte but A-Za-z0-9-._~, which twelve of twelve
 * readers decode. The database's name is the other way round: pchar and "/" stay as they are,
 * since some readers never decode it. A host name is in lower case, an IPv6 address in
 * brackets, and the port always written, since not all drivers read PGPORT.
 *
 * What no authority can hold goes behind the "?", with an empty authority: host lists, socket
 * directories, zones, odd ports, and texts that are set but empty (an empty user or password
 * in the authority is none). doc/differences.md tells who reads those.
 */
#include <string.h>

#include "spec/host.h"
#include "spec/write.h"

enum byte_class {
    UNRESERVED = 1, /* A-Za-z0-9-._~ */
    PATH = 2,       /* pchar / "/" */
    HOST = 4        /* A-Za-z0-9-._ */
};

#define LETTER(c) [c] = UNRESERVED | PATH | HOST,
#define DELIM(c)  [c] = PATH,
/* clang-format off */
static const unsigned char classes[256] = {
    LETTER('a') LETTER('b') LETTER('c') LETTER('d') LETTER('e') LETTER('f') LETTER('g')
    LETTER('h') LETTER('i') LETTER('j') LETTER('k') LETTER('l') LETTER('m') LETTER('n')
    LETTER('o') LETTER('p') LETTER('q') LETTER('r') LETTER('s') LETTER('t') LETTER('u')
    LETTER('v') LETTER('w') LETTER('x') LETTER('y') LETTER('z')
    LETTER('A') LETTER('B') LETTER('C') LETTER('D') LETTER('E') LETTER('F') LETTER('G')
    LETTER('H') LETTER('I') LETTER('J') LETTER('K') LETTER('L') LETTER('M') LETTER('N')
    LETTER('O') LETTER('P') LETTER('Q') LETTER('R') LETTER('S') LETTER('T') LETTER('U')
    LETTER('V') LETTER('W') LETTER('X') LETTER('Y') LETTER('Z')
    LETTER('0') LETTER('1') LETTER('2') LETTER('3') LETTER('4') LETTER('5') LETTER('6')
    LETTER('7') LETTER('8') LETTER('9') LETTER('-') LETTER('.') LETTER('_')
    ['~'] = UNRESERVED | PATH,
    DELIM('!') DELIM('$') DELIM('&') DELIM('\'') DELIM('(') DELIM(')') DELIM('*')
    DELIM('+') DELIM(',') DELIM(';') DELIM('=') DELIM(':') DELIM('@') DELIM('/')
};
/* clang-format on */

static bool
is_all(struct slice text, unsigned class) {
    for (size_t i = 0; i < text.size; i++)
        if (!(classes[(unsigned char)text.data[i]] & class))
            return false;
    return true;
}

static void
put_encoded(struct buf *out, struct slice text, unsigned literal) {
    static const char hex[] = "0123456789ABCDEF";
    if (text.size > LIMIT_TEXT_SIZE / 3 || !buf_reserve(out, 3 * text.size))
        return;
    char *at = out->data + out->size;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (classes[byte] & literal) {
            *at++ = (char)byte;
        } else {
            *at++ = '%';
            *at++ = hex[byte >> 4];
            *at++ = hex[byte & 15];
        }
    }
    out->size = (size_t)(at - out->data);
}

void
write_encoded(struct buf *out, struct slice value) {
    if (value.data == write_hidden)
        buf_put(out, value.data, value.size);
    else
        put_encoded(out, value, UNRESERVED);
}

/*
 * Can the name of the database stand in the path? Not with a step of dots, which node-postgres
 * and postgres.js tidy up there, as %2E too: they don't read any spelling of such a name.
 */
static bool
fits_path(struct slice name) {
    if (name.size == 0)
        return false;
    const char *end = name.data + name.size;
    for (const char *at = name.data; at <= end; at++) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        size_t size = (size_t)((slash ? slash : end) - at);
        if ((size == 1 && at[0] == '.') || (size == 2 && memcmp(at, "..", 2) == 0))
            return false;
        at += size;
    }
    return true;
}

static bool
is_plain_port(struct slice port) {
    return port.size > 0 && port.size <= 5 && port_number(port) > 0 && port.data[0] >= '0' &&
           port.data[0] <= '9' && port.data[port.size - 1] >= '0' &&
           port.data[port.size - 1] <= '9';
}

/* Which parameters stand in front of the "?". */
struct layout {
    struct slice user;
    struct slice password;
    struct slice host;
    struct slice port;
    struct slice dbname;
    bool ipv6;
};

/* Host and port may stand in the authority if it is one TCP host with an ordinary port. */
static void
lay_out_host(struct layout *layout) {
    layout->ipv6 = is_ipv6(layout->host.data, layout->host.size) &&
                   memchr(layout->host.data, '%', layout->host.size) == NULL;
    bool fits = layout->host.size > 0 && (layout->ipv6 || is_all(layout->host, HOST)) &&
                (layout->port.data == NULL || is_plain_port(layout->port));
    if (!fits)
        layout->host.data = layout->port.data = NULL;
}

static struct layout
lay_out(const struct writer *writer) {
    struct layout layout = {
        .user = write_value(writer, KEYWORD_USER),
        .password = write_value(writer, KEYWORD_PASSWORD),
        .host = write_value(writer, KEYWORD_HOST),
        .port = write_value(writer, KEYWORD_PORT),
        .dbname = write_value(writer, KEYWORD_DBNAME),
    };
    if (layout.user.size == 0)
        layout.user.data = NULL;
    if (layout.password.size == 0)
        layout.password.data = NULL;
    if (layout.host.data != NULL)
        lay_out_host(&layout);
    else
        layout.port.data = NULL;
    if (layout.dbname.data != NULL && !fits_path(layout.dbname))
        layout.dbname.data = NULL;
    return layout;
}

static void
put_host(struct buf *out, const struct layout *layout) {
    if (layout->ipv6)
        buf_put_char(out, '[');
    if (!buf_reserve(out, layout->host.size))
        return;
    for (size_t i = 0; i < layout->host.size; i++) {
        char c = layout->host.data[i];
        out->data[out->size++] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    buf_put_string(out, layout->ipv6 ? "]:" : ":");
    if (layout->port.data != NULL)
        buf_put(out, layout->port.data, layout->port.size);
    else
        buf_put_string(out, keyword_rows[KEYWORD_PORT].value);
}

/* Is this parameter in front of the "?" already? */
static bool
is_laid_out(const struct layout *layout, enum keyword keyword) {
    switch (keyword) {
    case KEYWORD_USER:
        return layout->user.data != NULL;
    case KEYWORD_PASSWORD:
        return layout->password.data != NULL;
    case KEYWORD_HOST:
        return layout->host.data != NULL;
    case KEYWORD_PORT:
        return layout->port.data != NULL;
    case KEYWORD_DBNAME:
        return layout->dbname.data != NULL;
    default:
        return false;
    }
}

static void
put_front(struct buf *out, const struct layout *layout) {
    if (layout->user.data != NULL)
        write_encoded(out, layout->user);
    if (layout->password.data != NULL) {
        buf_put_char(out, ':');
        write_encoded(out, layout->password);
    }
    if (layout->user.data != NULL || layout->password.data != NULL)
        buf_put_char(out, '@');
    if (layout->host.data != NULL)
        put_host(out, layout);
    if (layout->dbname.data != NULL) {
        buf_put_char(out, '/');
        put_encoded(out, layout->dbname, PATH);
    }
}

static void
put_query(struct writer *writer, const struct layout *layout) {
    struct buf *out = &writer->out;
    char separator = '?';
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        enum keyword keyword = (enum keyword)i;
        if (!is_written(writer, keyword) || is_laid_out(layout, keyword))
            continue;
        struct slice value = write_value(writer, keyword);
        if (value.data == NULL)
            continue;
        if (separator == '?' && layout->host.data == NULL && layout->dbname.data == NULL)
            buf_put_char(out, '/');
        buf_put_char(out, separator);
        buf_put(out, keyword_name(keyword), keyword_rows[keyword].name_size);
        buf_put_char(out, '=');
        write_encoded(out, value);
        separator = '&';
    }
}

pgcs_status
write_uri(struct writer *writer) {
    struct layout layout = lay_out(writer);
    buf_put_string(&writer->out, "postgresql://");
    put_front(&writer->out, &layout);
    put_query(writer, &layout);
    return PGCS_OK;
}

/*
 * SQLAlchemy's URL: as above, but that it never decodes the path, and drops what is set but
 * empty. Its driver is named: psycopg2 hands all parameters to libpq, in every SQLAlchemy.
 */
pgcs_status
write_sqlalchemy(struct writer *writer) {
    for (size_t i = 0; i < writer->spec->count; i++)
        if (writer->spec->values[i].size == 0)
            return write_refuse(writer, (enum keyword)writer->spec->values[i].keyword,
                                "a URL for SQLAlchemy");
    struct layout layout = lay_out(writer);
    if (layout.dbname.data != NULL && layout.dbname.data != write_hidden &&
        !is_all(layout.dbname, PATH))
        layout.dbname.data = NULL;
    buf_put_string(&writer->out, "postgresql+psycopg2://");
    put_front(&writer->out, &layout);
    put_query(writer, &layout);
    return PGCS_OK;
}
