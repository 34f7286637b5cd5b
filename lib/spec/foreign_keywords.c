/*
 * Keyword/value strings of others: libpq's own but for some of the names, and PDO's, which has
 * ";" where libpq has blanks.
 */
#include <stdio.h>
#include <string.h>

#include "spec/rewrite.h"

static bool
is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *
skip_blanks(const char *at, const char *end) {
    while (at < end && is_blank(*at))
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
        else if (quoted ? *at == '\'' : is_blank(*at))
            return at + quoted;
    }
    return end;
}

struct setting {
    struct slice name;
    struct slice value; /* with its quotes; its data is NULL without a "=" */
};

/* The next setting of libpq's keyword/value string; false at the end. */
static bool
next_setting(const char **at, const char *end, struct setting *setting) {
    const char *name = skip_blanks(*at, end), *name_end = name;
    if (name == end)
        return false;
    while (name_end < end && *name_end != '=' && !is_blank(*name_end))
        name_end++;
    const char *equals = skip_blanks(name_end, end);
    setting->name = (struct slice){name, (size_t)(name_end - name)};
    setting->value = (struct slice){NULL, 0};
    *at = equals;
    if (equals == end || *equals != '=')
        return true;
    const char *value = skip_blanks(equals + 1, end);
    *at = skip_value(value, end);
    setting->value = (struct slice){value, (size_t)(*at - value)};
    return true;
}

bool
are_keywords(struct slice text) {
    const char *at = text.data, *end = text.data + text.size, *owner;
    struct setting setting, first = {.name = {NULL, 0}};
    size_t count = 0;
    while (next_setting(&at, end, &setting)) {
        if (setting.value.data == NULL ||
            (keyword_find(setting.name.data, setting.name.size) == KEYWORD_NONE &&
             foreign_keyword(setting.name, &owner) == KEYWORD_NONE))
            return false;
        if (count++ == 0)
            first = setting;
    }
    /* "host=h;port=1" is one setting to libpq, and two to others. */
    const char *mark = count == 1 ? memchr(first.value.data, ';', first.value.size) : NULL;
    return count > 0 && (mark == NULL || memchr(mark, '=', (size_t)(end - mark)) == NULL);
}

static void
put_renamed(struct rewrite *rewrite, struct slice name, enum keyword keyword,
            const char *owner) {
    char message[LIMIT_DIAG_MESSAGE];
    rewrite_put_string(rewrite, name, keyword_name(keyword));
    snprintf(message, sizeof message, "%.*s is what %s have for a parameter of libpq",
             (int)name.size, name.data, owner);
    rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_TRANSLATED, name, keyword_name(keyword),
                 message, "Write it under libpq's name, so that others read it.");
}

void
rewrite_keywords(struct rewrite *rewrite, struct slice text) {
    const char *at = text.data, *end = text.data + text.size, *start = at, *owner;
    struct setting setting;
    while (next_setting(&at, end, &setting)) {
        struct slice name = setting.name;
        enum keyword theirs = foreign_keyword(name, &owner);
        if (setting.value.data == NULL || theirs == KEYWORD_NONE ||
            keyword_find(name.data, name.size) != KEYWORD_NONE)
            continue;
        rewrite_copy(rewrite, (struct slice){start, (size_t)(name.data - start)});
        put_renamed(rewrite, name, theirs, owner);
        start = name.data + name.size;
    }
    rewrite_copy(rewrite, (struct slice){start, (size_t)(end - start)});
}

bool
rewrite_pdo(struct rewrite *rewrite, struct slice text) {
    static const char prefix[] = "pgsql:";
    const char *at = text.data + sizeof prefix - 1, *end = text.data + text.size;
    if (text.size < sizeof prefix || memcmp(text.data, prefix, sizeof prefix - 1) != 0 ||
        memchr(at, '=', (size_t)(end - at)) == NULL)
        return false;
    struct slice scheme = {text.data, sizeof prefix - 1};
    rewrite_put_string(rewrite, scheme, "");
    rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_TRANSLATED, scheme, NULL,
                 "a DSN for PDO", "Libpq's own has no pgsql: in front, and blanks for \";\".");
    while (at < end) {
        const char *stop = memchr(at, ';', (size_t)(end - at));
        rewrite_copy(rewrite, (struct slice){at, (size_t)((stop ? stop : end) - at)});
        if (stop != NULL)
            rewrite_put_string(rewrite, (struct slice){stop, 1}, " ");
        at = stop ? stop + 1 : end;
    }
    return true;
}
