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
    char *text; /* the whole, in a copy that decoding writes over */
    char *at;   /* next byte; the one at the end is zero */
    char *end;
    unsigned blank_stop; /* STOP_BLANK by the rules of 18, else 0 */
    struct draft draft;
    struct diag *diag;
};

/*
 * A part of the URI that becomes one value. It is decoded where it stands, or copied towards
 * the front: there is always room. A list of hosts is one part in several pieces.
 */
struct part {
    const char *field; /* or NULL for the name of a parameter */
    char *text;        /* where it begins */
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
    STOP_PERCENT = 127, /* of all that is decoded */
    STOP_KEY = 128,
    STOP_BLANK = 256,
    STOP_END = 511
};

/* Which pieces each byte ends. The zero byte behind the text ends them all. */
static const unsigned short stops[256] = {
    ['\0'] = STOP_END,
    ['%'] = STOP_PERCENT,
    [' '] = STOP_BLANK,
    ['@'] = STOP_USER | STOP_PASSWORD,
    [':'] = STOP_USER | STOP_HOST,
    [']'] = STOP_BRACKET,
    ['/'] = STOP_HOST | STOP_PORT,
    ['?'] = STOP_HOST | STOP_PORT | STOP_DBNAME,
    [','] = STOP_HOST | STOP_PORT,
    ['='] = STOP_PARAMETER | STOP_KEY,
    ['&'] = STOP_PARAMETER | STOP_KEY,
};

static size_t
offset_of(const struct uri *uri, const char *at) {
    return (size_t)(at - uri->text);
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
    int high = hex_digit(at[1]);
    int low = high >= 0 ? hex_digit(at[2]) : -1;
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

/* Move a run of bytes that mean nothing but themselves. */
static inline char *
take_run(struct part *part, char *at, unsigned mask) {
    char *end = skip_run(stops, at, mask);
    if (part->out != at)
        memmove(part->out, at, (size_t)(end - at));
    part->out += end - at;
    return end;
}

/* Decode a piece of @part: up to a byte that is in @stop, or to the end. */
static bool
take(struct uri *uri, struct part *part, unsigned stop) {
    unsigned mask = stop | uri->blank_stop;
    for (;;) {
        char *at = take_run(part, uri->at, mask);
        bool plain = at != uri->at;
        uri->at = at;
        if (plain && !take_more(uri, part))
            return false;
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

/*
 * End @part, which was read from @start to @end, and set it. Its terminator may overwrite the
 * byte at uri->at: look at that one before.
 */
static bool
set(struct uri *uri, const struct part *part, enum keyword keyword, const char *start,
    const char *end) {
    *part->out = '\0';
    if (draft_set_here(&uri->draft, keyword, part->text, (size_t)(part->out - part->text),
                       offset_of(uri, start), (size_t)(end - start)))
        return true;
    diag_nomem(uri->diag);
    return false;
}

/* Take a part that is one piece, set it if there is a byte of it, and move over its end. */
static bool
take_value(struct uri *uri, unsigned stop, enum keyword keyword, char *ended_by) {
    const char *start = uri->at;
    struct part part = {.field = keyword_name(keyword), .text = uri->at, .out = uri->at};
    if (!take(uri, &part, stop))
        return false;
    *ended_by = *uri->at;
    if (uri->at != start && !set(uri, &part, keyword, start, uri->at))
        return false;
    if (*ended_by != '\0')
        uri->at++;
    return true;
}

/* userinfo = user [":" password] */
static bool
take_userinfo(struct uri *uri) {
    size_t left = (size_t)(uri->end - uri->at);
    const char *slash = memchr(uri->at, '/', left);
    char ended_by;
    if (memchr(uri->at, '@', slash ? (size_t)(slash - uri->at) : left) == NULL)
        return true;
    return take_value(uri, STOP_USER, KEYWORD_USER, &ended_by) &&
           (ended_by == '@' || take_value(uri, STOP_PASSWORD, KEYWORD_PASSWORD, &ended_by));
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
    if (*uri->at != '%' && stops[(unsigned char)*uri->at] & STOP_HOST)
        return true;
    complain(uri, PGCS_ERR_SYNTAX, uri->at, 1, hosts->field, "something after \"]\"");
    diag_hint(uri->diag, "After the brackets only \":\", \"/\", \"?\" or \",\" can follow.");
    return false;
}

/* A list that is being read, and where it stands in the text. */
struct list {
    struct part part;
    const char *start; /* of its first piece; NULL while there is none */
    const char *end;   /* of its last */
};

static void
reach_over(struct list *list, const char *start, const char *end) {
    if (start == end)
        return;
    if (list->start == NULL)
        list->start = start;
    list->end = end;
}

/* host [":" port] */
static bool
take_host(struct uri *uri, struct list *hosts, struct list *ports) {
    const char *start = uri->at;
    if (*uri->at == '[' ? !take_bracket(uri, &hosts->part)
                        : !take(uri, &hosts->part, STOP_HOST))
        return false;
    reach_over(hosts, start, uri->at);
    if (*uri->at != ':')
        return true;
    start = ++uri->at;
    if (ports->part.text == NULL)
        ports->part.text = ports->part.out = uri->at;
    if (!take(uri, &ports->part, STOP_PORT))
        return false;
    reach_over(ports, start, uri->at);
    return true;
}

/* Set the two lists. Each is only set if there is a byte of it, be it a comma. */
static bool
set_hosts(struct uri *uri, struct list *hosts, struct list *ports) {
    return (ports->start == NULL ||
            set(uri, &ports->part, KEYWORD_PORT, ports->start, ports->end)) &&
           (hosts->start == NULL ||
            set(uri, &hosts->part, KEYWORD_HOST, hosts->start, hosts->end));
}

/* The second host makes a list: its hosts close up where they stand, its ports go aside. */
static void
begin_list(struct uri *uri, struct part *ports) {
    size_t size = ports->text ? (size_t)(ports->out - ports->text) : 0;
    if (size > 0)
        memcpy(uri->draft.side, ports->text, size);
    ports->text = uri->draft.side;
    ports->out = uri->draft.side + size;
}

/*
 * hosts = host [":" port] *("," host [":" port])
 * A comma goes to both lists: "h1,h2:2" has the ports ",2", and "h1,h2" the ports ",".
 */
static bool
take_hosts(struct uri *uri, char *ended_by) {
    char *start = uri->at + (*uri->at == '[');
    struct list hosts = {
        .part = {.field = keyword_name(KEYWORD_HOST), .text = start, .out = start}};
    struct list ports = {.part = {.field = keyword_name(KEYWORD_PORT)}};
    bool list = false;
    start = uri->at;
    while (take_host(uri, &hosts, &ports)) {
        *ended_by = *uri->at;
        if (*ended_by != ',') {
            if (list)
                reach_over(&hosts, start, uri->at);
            if (list && ports.start == NULL)
                reach_over(&ports, start, uri->at);
            return set_hosts(uri, &hosts, &ports);
        }
        if (!list)
            begin_list(uri, &ports.part);
        if (!take_more(uri, &hosts.part) || !take_more(uri, &ports.part))
            return false;
        list = true;
        hosts.start = start;
        *hosts.part.out++ = ',';
        *ports.part.out++ = ',';
        uri->at++;
    }
    return false;
}

/* Find the keyword of a parameter, of which @key is the name as written. */
static bool
find_key(struct uri *uri, struct part *key, enum keyword *keyword) {
    *keyword = keyword_find(key->text, (size_t)(uri->at - key->text));
    if (*keyword != KEYWORD_NONE) {
        key->out = uri->at;
        return true;
    }
    uri->at = key->text;
    if (!take(uri, key, STOP_PARAMETER))
        return false;
    *keyword = keyword_find(key->text, (size_t)(key->out - key->text));
    return true;
}

/* What is no keyword may be an old spelling of sslmode. */
static bool
apply_alias(struct uri *uri, const struct part *key, struct part *value,
            enum keyword *keyword) {
    struct slice name = {key->text, (size_t)(key->out - key->text)};
    struct slice text = {value->text, (size_t)(value->out - value->text)};
    const char *meaning;
    if (!alias_meaning(name, text, SPEC_FORM_URI, &meaning)) {
        fail_unknown(uri->diag, name, offset_of(uri, key->text));
        return false;
    }
    *keyword = KEYWORD_SSLMODE;
    value->text = key->text;
    value->out = key->text + strlen(meaning);
    memcpy(value->text, meaning, strlen(meaning));
    return true;
}

/* parameter = key "=" value */
static bool
take_parameter(struct uri *uri) {
    struct part key = {.text = uri->at, .out = uri->at};
    uri->at = skip_run(stops, uri->at, STOP_KEY);
    if (*uri->at != '=') {
        diag_fail(uri->diag, PGCS_ERR_SYNTAX, "a parameter without \"=\" after the \"?\"");
        diag_place(uri->diag, offset_of(uri, key.text), (size_t)(uri->at - key.text));
        diag_hint(uri->diag,
                  "Write name=value, and separate parameters by one \"&\"; a \"?\" or "
                  "\"&\" in a password is written as %%3F or %%26.");
        return false;
    }
    enum keyword keyword;
    if (!find_key(uri, &key, &keyword))
        return false;
    char *start = ++uri->at;
    struct part value = {.field = keyword == KEYWORD_NONE ? NULL : keyword_name(keyword),
                         .text = start,
                         .out = start};
    if (!take(uri, &value, STOP_PARAMETER))
        return false;
    if (*uri->at == '=') {
        complain(uri, PGCS_ERR_SYNTAX, uri->at, 1, value.field, "a second \"=\"");
        diag_hint(uri->diag, "Write a \"=\" within a value as %%3D.");
        return false;
    }
    if (keyword == KEYWORD_NONE && !apply_alias(uri, &key, &value, &keyword))
        return false;
    if (!set(uri, &value, keyword, start, uri->at))
        return false;
    uri->at += uri->at < uri->end;
    return true;
}

/* Are these ports, as far as their bytes go? */
static bool
is_port_list(const struct spec_value *port) {
    for (size_t i = 0; i < port->size; i++) {
        char c = port->text[i];
        if ((c < '0' || c > '9') && c != ',' && c != ' ' && c != '+')
            return false;
    }
    return true;
}

/*
 * A "/", "@" or ":" in a password that is not encoded moves pieces of it to the host, the
 * port and the database: "u:p/q@h" is the host u, the port p and the database q@h. Where that
 * may have happened from @hosts up to uri->at, these three are as private as the password.
 */
static void
mark_suspects(struct uri *uri, size_t hosts) {
    pgcs_spec *spec = uri->draft.spec;
    const struct spec_value *port = spec_find(spec, KEYWORD_PORT);
    size_t size = offset_of(uri, uri->at) - hosts;
    if (memchr(spec->source.data + hosts, '@', size) == NULL &&
        (port == NULL || is_port_list(port)))
        return;
    for (size_t i = 0; i < spec->count; i++)
        if (spec->values[i].offset >= hosts)
            spec->values[i].suspect = true;
}

static bool
take_all(struct uri *uri) {
    char ended_by;
    if (!take_userinfo(uri))
        return false;
    size_t hosts = offset_of(uri, uri->at);
    if (!take_hosts(uri, &ended_by))
        return false;
    uri->at += ended_by != '\0';
    if (ended_by == '/' && !take_value(uri, STOP_DBNAME, KEYWORD_DBNAME, &ended_by))
        return false;
    mark_suspects(uri, hosts);
    while (uri->at < uri->end)
        if (!take_parameter(uri))
            return false;
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
    struct uri uri = {.blank_stop = rules == URI_RULES_18 ? STOP_BLANK : 0, .diag = diag};
    if (!draft_begin(&uri.draft, text, SPEC_FORM_URI))
        return diag_nomem(diag);
    uri.text = uri.draft.work;
    uri.at = uri.text + uri_prefix_size(text);
    uri.end = uri.text + text.size;
    if (!take_all(&uri)) {
        draft_drop(&uri.draft);
        return diag->status;
    }
    return draft_finish(&uri.draft, out, diag);
}
