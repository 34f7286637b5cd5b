/*
 * libpq's URI, read as libpq reads it, which is not RFC 3986:
 *
 *   uri       = ("postgresql://" / "postgres://") [userinfo "@"] hosts ["/" dbname]
 *               ["?" parameters]
 *   userinfo  = user [":" password]        ; there is one if an "@" comes before the first "/"
 *   hosts     = host [":" port] *("," host [":" port])
 *   host      = "[" 1*(any but "]") "]" / *(any but ":" "/" "?" ",")
 *   port      = *(any but "/" "?" ",")
 *   dbname    = *(any but "?")
 *   parameters = [parameter *("&" parameter) ["&"]]
 *   parameter = key "=" value              ; neither holds "=" or "&"
 *
 * Every part is percent-decoded after the split; %00 is refused. Parts that are empty in
 * front of the "?" are not set at all. The last of two equal keys counts, and a parameter
 * overrules what stands in front of the "?". Source: libpq's documentation, "Connection
 * URIs", and the behaviour of libpq 13 to 18.
 */
#include "spec/reader.h"

#include <string.h>

struct uri {
    const char *text; /* the whole */
    const char *at;   /* next byte */
    const char *end;
    unsigned blank_stop; /* STOP_BLANK by the rules of 18, else 0 */
    struct draft draft;
    struct diag *diag;
};

/* A part of the URI that becomes one value. A list of hosts is one part in several pieces. */
struct part {
    const char *field; /* or NULL for the name of a parameter */
    char *out;         /* where its next decoded byte goes */
    const char *gap;   /* by the rules of 18: a blank behind the first other byte, or NULL */
    bool begun;        /* by the rules of 18: it has a byte that is not blank */
};

enum stop {
    STOP_USER = 1,
    STOP_PASSWORD = 2,
    STOP_BRACKET = 4,
    STOP_HOST = 8,
    STOP_PORT = 16,
    STOP_DBNAME = 32,
    STOP_PARAMETER = 64,
    STOP_BLANK = 128
};

/* Which pieces each byte ends. A percent sign interrupts all of them. */
static const unsigned char stops[256] = {
    ['%'] = STOP_BLANK - 1,
    [' '] = STOP_BLANK,
    ['@'] = STOP_USER | STOP_PASSWORD,
    [':'] = STOP_USER | STOP_HOST,
    [']'] = STOP_BRACKET,
    ['/'] = STOP_HOST | STOP_PORT,
    ['?'] = STOP_HOST | STOP_PORT | STOP_DBNAME,
    [','] = STOP_HOST | STOP_PORT,
    ['='] = STOP_PARAMETER,
    ['&'] = STOP_PARAMETER,
};

static size_t
offset_of(const struct uri *uri, const char *at) {
    return (size_t)(at - uri->text);
}

static bool
stops_here(const struct uri *uri, unsigned stop) {
    return stops[(unsigned char)*uri->at] & stop;
}

/* Complain about @length bytes at @at; the hint is still to come. */
static void
complain(struct uri *uri, pgcs_status status, const char *at, size_t length, const char *field,
         const char *message) {
    diag_fail(uri->diag, status, "%s in %s", message, field ? field : "a parameter's name");
    diag_place(uri->diag, offset_of(uri, at), length);
    if (field != NULL)
        diag_field(uri->diag, field);
}

static int
hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "%" HEXDIG HEXDIG */
static bool
take_percent(struct uri *uri, struct part *part) {
    const char *at = uri->at;
    int high = uri->end - at > 1 ? hex_digit(at[1]) : -1;
    int low = high >= 0 && uri->end - at > 2 ? hex_digit(at[2]) : -1;
    if (low < 0) {
        complain(uri, PGCS_ERR_ENCODING, at, high < 0 ? 1 : 2, part->field,
                 "\"%\" without two hexadecimal digits");
        diag_hint(uri->diag, "Write a percent sign that is meant as such as %%25.");
        return false;
    }
    if (high + low == 0) {
        complain(uri, PGCS_ERR_ENCODING, at, 3, part->field, "%00, a zero byte,");
        diag_hint(uri->diag, "No parameter can hold a zero byte: remove it.");
        return false;
    }
    *part->out++ = (char)(high * 16 + low);
    uri->at += 3;
    return true;
}

/* More of a part follows: by the rules of 18 that makes a blank before it an inner one. */
static bool
take_more(struct uri *uri, struct part *part) {
    part->begun = true;
    if (part->gap == NULL)
        return true;
    complain(uri, PGCS_ERR_SYNTAX, part->gap, 1, part->field, "unencoded blank");
    diag_hint(uri->diag, "Write it as %%20: libpq refuses it as it is since version 18.");
    return false;
}

/* Decode a piece of @part: up to a byte that is in @stop, or to the end. */
static bool
take(struct uri *uri, struct part *part, unsigned stop) {
    unsigned mask = stop | uri->blank_stop;
    for (;;) {
        const char *at = uri->at;
        char *out = part->out;
        while (at < uri->end && !(stops[(unsigned char)*at] & mask))
            *out++ = *at++;
        bool plain = at != uri->at;
        uri->at = at;
        part->out = out;
        if (plain && !take_more(uri, part))
            return false;
        if (at == uri->end)
            return true;
        if (*at == '%') {
            if (!take_more(uri, part) || !take_percent(uri, part))
                return false;
        } else if (*at == ' ' && uri->blank_stop) {
            if (part->begun && part->gap == NULL)
                part->gap = at;
            uri->at++;
        } else {
            return true;
        }
    }
}

/* End @part, whose text begins at @text, and which was read from @start to @end. */
static void
set(struct uri *uri, struct part *part, enum keyword keyword, const char *text,
    const char *start, const char *end) {
    uri->draft.out = part->out;
    draft_set_written(&uri->draft, keyword, text, offset_of(uri, start), (size_t)(end - start));
}

/* Take a part that is one piece, and set it if there is a byte of it. */
static bool
take_value(struct uri *uri, unsigned stop, enum keyword keyword) {
    const char *start = uri->at;
    struct part part = {.field = keyword_name(keyword), .out = uri->draft.out};
    if (!take(uri, &part, stop))
        return false;
    if (uri->at != start)
        set(uri, &part, keyword, uri->draft.out, start, uri->at);
    return true;
}

/* userinfo = user [":" password] */
static bool
take_userinfo(struct uri *uri) {
    size_t left = (size_t)(uri->end - uri->at);
    const char *slash = memchr(uri->at, '/', left);
    if (memchr(uri->at, '@', slash ? (size_t)(slash - uri->at) : left) == NULL)
        return true;
    if (!take_value(uri, STOP_USER, KEYWORD_USER))
        return false;
    if (*uri->at == ':') {
        uri->at++;
        if (!take_value(uri, STOP_PASSWORD, KEYWORD_PASSWORD))
            return false;
    }
    uri->at++;
    return true;
}

/* "[" 1*(any but "]") "]" */
static bool
take_bracket(struct uri *uri, struct part *hosts) {
    const char *start = uri->at++;
    const char *close = memchr(uri->at, ']', (size_t)(uri->end - uri->at));
    if (close == NULL) {
        complain(uri, PGCS_ERR_SYNTAX, start, 1, hosts->field, "\"[\" without \"]\"");
        diag_hint(uri->diag, "Close the brackets round an IPv6 address, as in [::1].");
        return false;
    }
    if (close == uri->at) {
        complain(uri, PGCS_ERR_SYNTAX, start, 2, hosts->field, "nothing between brackets");
        diag_hint(uri->diag, "Put an IPv6 address between the brackets, as in [::1].");
        return false;
    }
    if (!take(uri, hosts, STOP_BRACKET))
        return false;
    uri->at++;
    if (uri->at == uri->end || (*uri->at != '%' && stops_here(uri, STOP_HOST)))
        return true;
    complain(uri, PGCS_ERR_SYNTAX, uri->at, 1, hosts->field, "something after \"]\"");
    diag_hint(uri->diag, "After the brackets only \":\", \"/\", \"?\" or \",\" can follow.");
    return false;
}

/* The places of hosts and ports in the text, from the first byte to the last. */
struct reach {
    const char *start; /* NULL when there is none */
    const char *end;
};

static void
reach_over(struct reach *reach, const char *start, const char *end) {
    if (start == end)
        return;
    if (reach->start == NULL)
        reach->start = start;
    reach->end = end;
}

/* host [":" port] */
static bool
take_host(struct uri *uri, struct part *hosts, struct part *ports, struct reach *reach) {
    const char *start = uri->at;
    bool bracket = uri->at < uri->end && *uri->at == '[';
    if (bracket ? !take_bracket(uri, hosts) : !take(uri, hosts, STOP_HOST))
        return false;
    reach_over(&reach[0], start, uri->at);
    if (uri->at == uri->end || *uri->at != ':')
        return true;
    start = ++uri->at;
    if (!take(uri, ports, STOP_PORT))
        return false;
    reach_over(&reach[1], start, uri->at);
    return true;
}

/* Set the two lists. Each is only set if there is a byte of it, be it a comma. */
static void
set_hosts(struct uri *uri, struct part *hosts, struct part *ports, const struct reach *reach) {
    char *text = uri->draft.out;
    if (reach[1].start != NULL)
        set(uri, ports, KEYWORD_PORT, uri->draft.side, reach[1].start, reach[1].end);
    uri->draft.out = text;
    if (reach[0].start != NULL)
        set(uri, hosts, KEYWORD_HOST, text, reach[0].start, reach[0].end);
}

/*
 * hosts = host [":" port] *("," host [":" port])
 * A comma goes to both lists: "h1,h2:2" has the ports ",2", and "h1,h2" the ports ",".
 */
static bool
take_hosts(struct uri *uri) {
    struct part hosts = {.field = keyword_name(KEYWORD_HOST), .out = uri->draft.out};
    struct part ports = {.field = keyword_name(KEYWORD_PORT), .out = uri->draft.side};
    struct reach reach[2] = {{NULL, NULL}, {NULL, NULL}};
    const char *start = uri->at;
    bool list = false;
    while (take_host(uri, &hosts, &ports, reach)) {
        if (uri->at == uri->end || *uri->at != ',') {
            if (list)
                reach[0] = (struct reach){start, uri->at};
            if (list && reach[1].start == NULL)
                reach[1] = reach[0];
            set_hosts(uri, &hosts, &ports, reach);
            return true;
        }
        if (!take_more(uri, &hosts) || !take_more(uri, &ports))
            return false;
        *hosts.out++ = ',';
        *ports.out++ = ',';
        uri->at++;
        list = true;
    }
    return false;
}

/* The decoded key of the parameter at hand, in the free room behind the last value. */
static bool
decode_key(struct uri *uri, struct slice raw, struct slice *key) {
    const char *after = uri->at;
    struct part part = {.out = uri->draft.out};
    uri->at = raw.data;
    if (!take(uri, &part, STOP_PARAMETER))
        return false;
    uri->at = after;
    *key = (struct slice){uri->draft.out, (size_t)(part.out - uri->draft.out)};
    return true;
}

/* The value of a parameter, which an old spelling of sslmode may overrule. */
static bool
take_parameter_value(struct uri *uri, enum keyword keyword, struct slice key,
                     const char *key_at) {
    const char *start = uri->at;
    struct part part = {.out = uri->draft.out + key.size};
    char *text = part.out;
    part.field = keyword == KEYWORD_NONE ? NULL : keyword_name(keyword);
    if (!take(uri, &part, STOP_PARAMETER))
        return false;
    if (uri->at < uri->end && *uri->at == '=') {
        complain(uri, PGCS_ERR_SYNTAX, uri->at, 1, part.field, "a second \"=\"");
        diag_hint(uri->diag, "Write a \"=\" within a value as %%3D.");
        return false;
    }
    if (keyword == KEYWORD_NONE) {
        struct slice value = {text, (size_t)(part.out - text)};
        const char *meaning;
        if (!alias_meaning(key, value, SPEC_FORM_URI, &meaning)) {
            fail_unknown(uri->diag, key, offset_of(uri, key_at));
            return false;
        }
        keyword = KEYWORD_SSLMODE;
        part.out = text + strlen(meaning);
        memcpy(text, meaning, strlen(meaning));
    }
    set(uri, &part, keyword, text, start, uri->at);
    return true;
}

/* parameter = key "=" value */
static bool
take_parameter(struct uri *uri) {
    const char *start = uri->at;
    while (uri->at < uri->end && *uri->at != '=' && *uri->at != '&')
        uri->at++;
    struct slice key = {start, (size_t)(uri->at - start)};
    if (uri->at == uri->end || *uri->at != '=') {
        diag_fail(uri->diag, PGCS_ERR_SYNTAX, "a parameter without \"=\" after the \"?\"");
        diag_place(uri->diag, offset_of(uri, start), key.size);
        diag_hint(uri->diag,
                  "Write name=value, and separate parameters by one \"&\"; a \"?\" or "
                  "\"&\" in a password is written as %%3F or %%26.");
        return false;
    }
    enum keyword keyword = keyword_find(key.data, key.size);
    struct slice decoded = {NULL, 0};
    if (keyword == KEYWORD_NONE) {
        if (!decode_key(uri, key, &decoded))
            return false;
        keyword = keyword_find(decoded.data, decoded.size);
    }
    uri->at++;
    return take_parameter_value(uri, keyword, decoded, start);
}

/* Are these ports, as far as their bytes go? */
static bool
is_port_list(const struct spec_value *port) {
    for (size_t i = 0; i < port->size; i++)
        if (memchr("0123456789, +", port->text[i], 13) == NULL)
            return false;
    return true;
}

/*
 * A "/", "@" or ":" in a password that is not encoded moves pieces of it to the host, the
 * port and the database: "u:p/q@h" is the host u, the port p and the database q@h. Where that
 * may have happened in the bytes up to @uri->at, these three are as private as the password.
 */
static void
mark_suspects(struct uri *uri, const char *hosts) {
    pgcs_spec *spec = uri->draft.spec;
    const struct spec_value *port = spec_find(spec, KEYWORD_PORT);
    if (memchr(hosts, '@', (size_t)(uri->at - hosts)) == NULL &&
        (port == NULL || is_port_list(port)))
        return;
    for (size_t i = 0; i < spec->count; i++)
        if (spec->values[i].offset >= offset_of(uri, hosts))
            spec->values[i].suspect = true;
}

static bool
take_all(struct uri *uri) {
    if (!take_userinfo(uri))
        return false;
    const char *hosts = uri->at;
    if (!take_hosts(uri))
        return false;
    if (uri->at < uri->end && *uri->at == '/') {
        uri->at++;
        if (!take_value(uri, STOP_DBNAME, KEYWORD_DBNAME))
            return false;
    }
    mark_suspects(uri, hosts);
    if (uri->at == uri->end)
        return true;
    uri->at++;
    while (uri->at < uri->end) {
        if (!take_parameter(uri))
            return false;
        if (uri->at < uri->end)
            uri->at++;
    }
    return true;
}

size_t
uri_prefix_size(struct slice text) {
    static const char prefix[] = "postgresql://";
    static const char short_prefix[] = "postgres://";
    if (text.size >= sizeof prefix - 1 && memcmp(text.data, prefix, sizeof prefix - 1) == 0)
        return sizeof prefix - 1;
    if (text.size >= sizeof short_prefix - 1 &&
        memcmp(text.data, short_prefix, sizeof short_prefix - 1) == 0)
        return sizeof short_prefix - 1;
    return 0;
}

pgcs_status
uri_read(struct slice text, enum uri_rules rules, const pgcs_spec **out, struct diag *diag) {
    assert(uri_prefix_size(text) > 0);
    struct uri uri = {
        .text = text.data,
        .at = text.data + uri_prefix_size(text),
        .end = text.data + text.size,
        .blank_stop = rules == URI_RULES_18 ? STOP_BLANK : 0,
        .diag = diag,
    };
    if (!draft_begin(&uri.draft, text, SPEC_FORM_URI))
        return diag_nomem(diag);
    if (!take_all(&uri)) {
        draft_drop(&uri.draft);
        return diag->status;
    }
    return draft_finish(&uri.draft, out, diag);
}
