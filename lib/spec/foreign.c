/*
 * Parameters of other drivers, pools and libraries, spelled as libpq has them. What libpq has
 * no word for is dropped, and noted; where that would weaken TLS, the note is a failure.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "spec/dialect.h"
#include "spec/reader.h"
#include "spec/rewrite.h"
#include "spec/write.h"

enum action { ACTION_DROP, ACTION_RENAME, ACTION_SETTING, ACTION_TLS, ACTION_SSL };

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
};

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
        if (value.data[i] == '=')
            buf_put_string(out, "%3D");
        else if (!blank)
            buf_put_char(out, value.data[i]);
    }
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
    case ACTION_RENAME:
        put_name(query, item, keyword_name(row->keyword));
        put_value(query, value);
        note(query, PGCS_CODE_TRANSLATED, item, keyword_name(row->keyword),
             "Write it under libpq's name, so that others read it.",
             "%s is what %s has for a parameter of libpq", row->name, row->owner);
        break;
    case ACTION_SETTING:
        add_setting(query,
                    slice_is(key, "schema") || slice_is(key, "currentSchema") ? "search_path"
                                                                              : row->name,
                    value);
        note(query, PGCS_CODE_TRANSLATED, item, "options",
             "Poolers may refuse options: then set it for the role, with ALTER ROLE.",
             "%s of %s is put into options", row->name, row->owner);
        break;
    case ACTION_SSL:
        take_ssl(query, item, key, value);
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

static void
take_item(struct query *query, struct slice item) {
    const char *equals = memchr(item.data, '=', item.size);
    struct slice key = {item.data, equals ? (size_t)(equals - item.data) : item.size};
    struct slice value = {item.data + key.size, 0};
    if (equals != NULL)
        value = (struct slice){equals + 1, item.size - key.size - 1};
    enum keyword keyword = keyword_find(key.data, key.size);
    const struct foreign *row = find_foreign(key);
    if (keyword == KEYWORD_OPTIONS && equals != NULL) {
        query->options = value;
    } else if (keyword == KEYWORD_SSLMODE && slice_is(value, "no-verify")) {
        put_name(query, item, "sslmode");
        rewrite_put_string(query->rewrite, value, "require");
        note(query, PGCS_CODE_TRANSLATED, value, "sslmode",
             "Write sslmode=require, or better verify-full with sslrootcert.",
             "%s of %s is require in libpq", "sslmode=no-verify", "node-postgres");
    } else if (keyword != KEYWORD_NONE && equals != NULL) {
        put_name(query, item, keyword_name(keyword));
        put_value(query, value);
    } else if (query->jdbc && equals != NULL && take_jdbc(query, item, key, value)) {
        return;
    } else if (row != NULL && (equals != NULL || row->action == ACTION_DROP)) {
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
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        struct slice item = {at, (size_t)((stop ? stop : end) - at)};
        take_item(&query, item);
        at = stop ? stop + 1 : end;
    }
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

static const char *
skip_blanks(const char *at, const char *end) {
    while (at < end && (*at == ' ' || (*at >= '\t' && *at <= '\r')))
        at++;
    return at;
}

/* Where a value of libpq's keyword/value string ends. */
static const char *
skip_value(const char *at, const char *end) {
    bool quoted = at < end && *at == '\'';
    for (at += quoted; at < end; at++) {
        if (*at == '\\' && at + 1 < end)
            at++;
        else if (quoted ? *at == '\'' : skip_blanks(at, end) != at)
            return at + quoted;
    }
    return end;
}

void
rewrite_keywords(struct rewrite *rewrite, struct slice text) {
    struct query query = {.rewrite = rewrite};
    const char *at = text.data, *end = text.data + text.size;
    while (at < end) {
        const char *start = at;
        const char *key = skip_blanks(at, end);
        for (at = key; at < end && *at != '=' && skip_blanks(at, end) == at;)
            at++;
        struct slice name = {key, (size_t)(at - key)};
        const struct foreign *row = find_foreign(name);
        bool renames = row != NULL && row->action == ACTION_RENAME &&
                       keyword_find(name.data, name.size) == KEYWORD_NONE;
        const char *equals = skip_blanks(at, end);
        at = equals < end && *equals == '=' ? skip_blanks(equals + 1, end) : end;
        at = skip_value(at, end);
        if (!renames) {
            rewrite_copy(rewrite, (struct slice){start, (size_t)(at - start)});
            continue;
        }
        rewrite_copy(rewrite, (struct slice){start, (size_t)(key - start)});
        rewrite_put_string(rewrite, name, keyword_name(row->keyword));
        rewrite_copy(rewrite, (struct slice){key + name.size,
                                             (size_t)(at - key - (ptrdiff_t)name.size)});
        note(&query, PGCS_CODE_TRANSLATED, name, keyword_name(row->keyword),
             "Write it under libpq's name, so that others read it.",
             "%s is what %s have for a parameter of libpq", row->name, row->owner);
    }
}
