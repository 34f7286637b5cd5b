/*
 * Parameters of other drivers, pools and libraries, spelled as libpq has them. What libpq has
 * no word for is dropped, and noted; where that would weaken TLS, the note is a failure.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "spec/dialect.h"
#include "spec/reader.h"
#include "spec/rewrite.h"
#include "spec/write.h"

enum action {
    ACTION_DROP,
    ACTION_RENAME,
    ACTION_SETTING,
    ACTION_TLS,
    ACTION_SSL,
    ACTION_ACCEPT,   /* "strict", and any other value: Prisma's check of the server */
    ACTION_IDENTITY, /* the client's certificate and key in one file */
    ACTION_COMPAT    /* "true" when sslmode means to node-postgres what it means to libpq */
};

struct foreign {
    const char *name;
    const char *owner;
    enum action action;
    enum keyword keyword;
};

static const struct foreign rows[] = {
#define F(name, owner, action, keyword) {name, owner, ACTION_##action, KEYWORD_##keyword},
#include "spec/foreign.def"
#undef F
};

static const struct foreign *
find_foreign(struct slice key) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (slice_is(key, rows[i].name))
            return &rows[i];
    return NULL;
}

bool
is_foreign_parameter(struct slice key) {
    return find_foreign(key) != NULL;
}

enum keyword
foreign_keyword(struct slice key, const char **owner) {
    const struct foreign *row = find_foreign(key);
    if (row == NULL || row->action != ACTION_RENAME)
        return KEYWORD_NONE;
    *owner = row->owner;
    return row->keyword;
}

/* The words for sslmode, and what libpq calls them. */
static const struct {
    const char *word;
    const char *sslmode;
} words[] = {
    {"true", "require"},
    {"1", "require"},
    {"on", "require"},
    {"yes", "require"},
    {"require", "require"},
    {"no-verify", "require"},
    {"false", "disable"},
    {"0", "disable"},
    {"off", "disable"},
    {"no", "disable"},
    {"disable", "disable"},
    {"allow", "allow"},
    {"prefer", "prefer"},
    {"verify-ca", "verify-ca"},
    {"verify-full", "verify-full"},
    {"verify_ca", "verify-ca"},
    {"verify_full", "verify-full"},
};

static const char *
sslmode_of(struct slice word) {
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (slice_is(word, words[i].word))
            return words[i].sslmode;
    return NULL;
}

/* The query while it is being spelled anew. */
struct query {
    struct rewrite *rewrite;
    bool jdbc;            /* its own names, and "+" for a blank */
    struct slice options; /* the value of the parameter "options", to which settings go */
    struct buf settings;  /* "-c%20name%3Dvalue", encoded */
    size_t written;       /* parameters */
    bool prisma;          /* one of Prisma's own is there */
    bool strict;          /* sslaccept=strict, and nothing says not to use TLS */
    bool has_client_key;
    bool has_roots;
    struct slice sslmode; /* as it is given */
};

/* "name=value": false without a "=". */
static bool
split_item(struct slice item, struct slice *key, struct slice *value) {
    const char *equals = memchr(item.data, '=', item.size);
    *key = (struct slice){item.data, equals ? (size_t)(equals - item.data) : item.size};
    *value = (struct slice){item.data + key->size, 0};
    if (equals != NULL)
        *value = (struct slice){equals + 1, item.size - key->size - 1};
    return equals != NULL;
}

/* The next parameter up to a "&"; false at the end. */
static bool
next_item(const char **at, const char *end, struct slice *item) {
    if (*at >= end)
        return false;
    const char *stop = memchr(*at, '&', (size_t)(end - *at));
    *item = (struct slice){*at, (size_t)((stop ? stop : end) - *at)};
    *at = stop ? stop + 1 : end;
    return true;
}

/* What one parameter means depends on others: see which there are. */
static void
survey(struct query *query, struct slice text) {
    const char *at = text.data, *end = text.data + text.size;
    struct slice item, key, value;
    while (next_item(&at, end, &item)) {
        if (!split_item(item, &key, &value))
            continue;
        const struct foreign *row = find_foreign(key);
        query->prisma |= row != NULL && strcmp(row->owner, "Prisma") == 0;
        query->strict |=
            row != NULL && row->action == ACTION_ACCEPT && slice_is(value, "strict");
        query->has_client_key |= slice_is(key, "sslkey");
        query->has_roots |= slice_is(key, "sslrootcert");
        if (slice_is(key, "sslmode"))
            query->sslmode = value;
    }
    query->strict &= !slice_is(query->sslmode, "disable");
}

static void
put_name(struct query *query, struct slice item, const char *name) {
    rewrite_put_string(query->rewrite, (struct slice){item.data, 0},
                       query->written++ ? "&" : "?");
    rewrite_put_string(query->rewrite, (struct slice){item.data, 0}, name);
    rewrite_put_string(query->rewrite, (struct slice){item.data, 0}, "=");
}

/* A value as it stands, but for what would end it, or what only JDBC means by it. */
static void
put_value(struct query *query, struct slice value) {
    if (memchr(value.data, '=', value.size) == NULL &&
        !(query->jdbc && memchr(value.data, '+', value.size))) {
        rewrite_copy(query->rewrite, value);
        return;
    }
    struct buf text = {.limit = 0};
    for (size_t i = 0; i < value.size; i++) {
        if (value.data[i] == '=')
            buf_put_string(&text, "%3D");
        else if (query->jdbc && value.data[i] == '+')
            buf_put_string(&text, "%20");
        else
            buf_put_char(&text, value.data[i]);
    }
    rewrite_put(query->rewrite, value, (struct slice){text.data, text.size});
    if (text.failed)
        query->rewrite->text.failed = text.failed;
    buf_free(&text);
}

static void
note(struct query *query, int32_t code, struct slice item, const char *field, const char *hint,
     const char *format, ...) DIAG_PRINTF(6, 7);
static void
note(struct query *query, int32_t code, struct slice item, const char *field, const char *hint,
     const char *format, ...) {
    pgcs_severity severity =
        code == PGCS_CODE_TLS_DROPPED ? PGCS_SEVERITY_FAILURE : PGCS_SEVERITY_NOTE;
    char message[LIMIT_DIAG_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    rewrite_note(query->rewrite, severity, code, item, field, message, hint);
}

/* Collect a setting of the server for "options". */
static void
add_setting(struct query *query, const char *name, struct slice value) {
    struct buf *out = &query->settings;
    buf_put_string(out, out->size ? "%20-c%20" : "-c%20");
    buf_put_string(out, name);
    buf_put_string(out, "%3D");
    for (size_t i = 0; i < value.size; i++) {
        bool blank = value.data[i] == ' ' || (query->jdbc && value.data[i] == '+');
        if (blank)
            buf_put_string(out, "%5C%20");
        else if (value.size - i >= 3 && memcmp(value.data + i, "%20", 3) == 0)
            buf_put_string(out, "%5C");
        else if (value.size - i >= 3 && strncasecmp(value.data + i, "%5C", 3) == 0)
            buf_put_string(out, "%5C");
        if (value.data[i] == '=')
            buf_put_string(out, "%3D");
        else if (value.data[i] == '\\')
            buf_put_string(out, "%5C%5C");
        else if (!blank)
            buf_put_char(out, value.data[i]);
    }
}

/* What a setting of the server is called there. */
static const char *
setting_name(const struct foreign *row) {
    static const char *const schemas[] = {"schema", "currentSchema", "schema_search_path"};
    for (size_t i = 0; i < sizeof schemas / sizeof schemas[0]; i++)
        if (strcmp(row->name, schemas[i]) == 0)
            return "search_path";
    return row->name;
}

/* JDBC's own ssl means more than libpq's: with it the server's certificate and name are
 * checked. */
static void
take_ssl(struct query *query, struct slice item, struct slice key, struct slice value) {
    const char *sslmode = sslmode_of(value);
    if (query->jdbc && slice_is(key, "ssl") && slice_is(value, "true"))
        sslmode = "verify-full";
    if (sslmode == NULL) {
        note(query, PGCS_CODE_TLS_DROPPED, item, "sslmode",
             "Say which sslmode is meant: disable, require, verify-ca or verify-full.",
             "libpq has no sslmode for this value of %s", find_foreign(key)->name);
        return;
    }
    put_name(query, item, keyword_name(KEYWORD_SSLMODE));
    rewrite_put_string(query->rewrite, value, sslmode);
    note(query, PGCS_CODE_TRANSLATED, item, "sslmode",
         "Write sslmode: all that stands on libpq reads it.", "%s of %s is sslmode in libpq",
         find_foreign(key)->name, find_foreign(key)->owner);
}

/* How Prisma checks the server: libpq's sslmode says it, where it is said at all. */
static void
take_accept(struct query *query, struct slice item, struct slice value) {
    if (query->strict && slice_is(value, "strict")) {
        put_name(query, item, keyword_name(KEYWORD_SSLMODE));
        rewrite_put_string(query->rewrite, value, "verify-full");
        note(query, PGCS_CODE_TRANSLATED, item, "sslmode",
             "Write sslmode=verify-full, and sslrootcert where the root is.",
             "sslaccept=strict of Prisma is sslmode=verify-full in libpq");
    } else if (slice_is(value, "strict") || slice_is(value, "accept_invalid_certs")) {
        note(query, PGCS_CODE_DROPPED, item, "sslmode",
             "Say with sslmode whether there is TLS, and whether the server is checked.",
             "sslaccept of Prisma asks for no check here, and is left out");
    } else {
        note(query, PGCS_CODE_TLS_DROPPED, item, "sslmode",
             "Use sslmode=verify-full with sslrootcert, or sslmode=require for no check.",
             "libpq has nothing like this value of sslaccept of Prisma");
    }
}

/* Without libpq's meaning, all modes that encrypt are verify-full to node-postgres. */
static void
take_compat(struct query *query, struct slice item, struct slice value) {
    bool same = slice_is(value, "true") || slice_is(query->sslmode, "disable") ||
                slice_is(query->sslmode, "verify-full") ||
                slice_is(query->sslmode, "no-verify") || query->sslmode.data == NULL;
    if (same)
        note(query, PGCS_CODE_DROPPED, item, NULL,
             "Nothing is lost: sslmode means here what it means to libpq.",
             "uselibpqcompat is a parameter of node-postgres, and is left out");
    else
        note(query, PGCS_CODE_TLS_DROPPED, item, "sslmode",
             "Use sslmode=verify-full with sslrootcert if the server is to be checked.",
             "node-postgres takes this sslmode for verify-full, and libpq does not");
}

static void
take_foreign(struct query *query, const struct foreign *row, struct slice item,
             struct slice key, struct slice value) {
    switch (row->action) {
    case ACTION_DROP:
        note(query, PGCS_CODE_DROPPED, item, NULL,
             "Nothing is lost: it does not tell where or how to connect.",
             "%s is a parameter of %s, and is left out", row->name, row->owner);
        break;
    case ACTION_TLS:
        note(query, PGCS_CODE_TLS_DROPPED, item, "sslmode",
             "Use sslmode=verify-full with sslrootcert, or sslmode=require for no check.",
             "%s of %s tells how to check the server, and is left out", row->name, row->owner);
        break;
    case ACTION_IDENTITY:
        note(query, PGCS_CODE_TLS_DROPPED, item, "sslcert",
             "Take certificate and key out of it with openssl pkcs12, and give them as sslcert "
             "and sslkey.",
             "%s of %s is the client's certificate in a form that libpq does not read, and is "
             "left out",
             row->name, row->owner);
        break;
    case ACTION_RENAME:
        put_name(query, item, keyword_name(row->keyword));
        put_value(query, value);
        note(query, PGCS_CODE_TRANSLATED, item, keyword_name(row->keyword),
             "Write it under libpq's name, so that others read it.",
             "%s is what %s has for a parameter of libpq", row->name, row->owner);
        break;
    case ACTION_SETTING:
        add_setting(query, setting_name(row), value);
        note(query, PGCS_CODE_TRANSLATED, item, "options",
             "Poolers may refuse options: then set it for the role, with ALTER ROLE.",
             "%s of %s is put into options", row->name, row->owner);
        break;
    case ACTION_SSL:
        take_ssl(query, item, key, value);
        break;
    case ACTION_ACCEPT:
        take_accept(query, item, value);
        break;
    case ACTION_COMPAT:
        take_compat(query, item, value);
        break;
    }
}

/* A parameter by JDBC's own name; false if it is none of those. */
static bool
take_jdbc(struct query *query, struct slice item, struct slice key, struct slice value) {
    const struct dialect_row *row = dialect_find_name(DIALECT_JDBC, key);
    struct buf ours = {.limit = 0};
    if (row == NULL || slice_is(key, keyword_name(row->keyword)))
        return false;
    if (dialect_take(row->value, value, &ours)) {
        put_name(query, item, keyword_name(row->keyword));
        if (row->value == DIALECT_VALUE_SAME)
            put_value(query, value);
        else
            rewrite_put(query->rewrite, value, (struct slice){ours.data, ours.size});
        note(query, PGCS_CODE_TRANSLATED, item, keyword_name(row->keyword),
             "Write it under libpq's name, so that others read it.",
             "%s is what %s has for a parameter of libpq", row->name, "JDBC");
    } else {
        note(query, PGCS_CODE_DROPPED, item, keyword_name(row->keyword),
             "Say it in libpq's own words.", "libpq has nothing like this value of %s",
             row->name);
    }
    buf_free(&ours);
    return true;
}

/* A parameter that libpq has, too, but not with this meaning; false if it is none of those. */
static bool
take_false_friend(struct query *query, struct slice item, enum keyword keyword,
                  struct slice value) {
    if (keyword == KEYWORD_SSLMODE && slice_is(value, "no-verify")) {
        put_name(query, item, "sslmode");
        rewrite_put_string(query->rewrite, value, "require");
        note(query, PGCS_CODE_TRANSLATED, value, "sslmode",
             "Write sslmode=require, or better verify-full with sslrootcert.",
             "%s of %s is require in libpq", "sslmode=no-verify", "node-postgres");
        return true;
    }
    if (keyword == KEYWORD_SSLMODE && query->strict)
        return true; /* sslaccept says more */
    if (keyword == KEYWORD_SSLCERT && query->prisma && !query->has_client_key &&
        !query->has_roots) {
        put_name(query, item, "sslrootcert");
        put_value(query, value);
        note(query, PGCS_CODE_TRANSLATED, item, "sslrootcert",
             "Write sslrootcert; a client's certificate has sslkey beside it.",
             "sslcert of Prisma is the root certificate, which is sslrootcert in libpq");
        return true;
    }
    return false;
}

static void
take_item(struct query *query, struct slice item) {
    struct slice key, value;
    bool whole = split_item(item, &key, &value);
    enum keyword keyword = keyword_find(key.data, key.size);
    const struct foreign *row = find_foreign(key);
    if (keyword != KEYWORD_NONE && keyword_rows[keyword].rule == KEYWORD_RULE_TEXT && whole &&
        !query->jdbc && memchr(value.data, '=', value.size))
        note(query, PGCS_CODE_TRANSLATED, item, keyword_name(keyword),
             "Write it as %3D: libpq refuses a second \"=\".", "a \"=\" in %s is not encoded",
             keyword_name(keyword));
    if (keyword == KEYWORD_OPTIONS && whole) {
        query->options = value;
    } else if (keyword != KEYWORD_NONE && whole) {
        if (take_false_friend(query, item, keyword, value))
            return;
        put_name(query, item, keyword_name(keyword));
        put_value(query, value);
    } else if (query->jdbc && whole && take_jdbc(query, item, key, value)) {
        return;
    } else if (row != NULL && (whole || row->action == ACTION_DROP)) {
        take_foreign(query, row, item, key, value);
    } else {
        rewrite_put_string(query->rewrite, (struct slice){item.data, 0},
                           query->written++ ? "&" : "?");
        rewrite_copy(query->rewrite, item);
    }
}

pgcs_status
rewrite_parameters(struct rewrite *rewrite, struct slice text, bool jdbc, struct diag *diag) {
    struct query query = {.rewrite = rewrite, .jdbc = jdbc};
    const char *at = text.data, *end = text.data + text.size;
    struct slice item;
    survey(&query, text);
    while (next_item(&at, end, &item))
        take_item(&query, item);
    if (query.options.data != NULL || query.settings.size > 0) {
        struct slice place = query.options.data ? query.options : (struct slice){end, 0};
        put_name(&query, place, keyword_name(KEYWORD_OPTIONS));
        if (query.options.data != NULL)
            put_value(&query, query.options);
        if (query.options.size > 0 && query.settings.size > 0)
            rewrite_put_string(rewrite, (struct slice){end, 0}, "%20");
        rewrite_put(rewrite, (struct slice){end, 0},
                    (struct slice){query.settings.data, query.settings.size});
    }
    pgcs_status status = buf_status(&query.settings, diag);
    buf_free(&query.settings);
    return status;
}
