/*
 * pg_service.conf:
 *
 *   file    = *(line LF)
 *   line    = *blank [comment / "[" name "]" / keyword "=" value] *blank
 *   comment = "#" *any
 *
 * The first section of the name counts, up to the next one; in it the first of two equal
 * keywords. No blanks stand round "=", and there are no quotes and no escapes. Source: libpq's
 * documentation, "The Connection Service File", and libpq's behaviour.
 */
#include <string.h>

#include "spec/resolve.h"

#define LONGEST_LINE 1022 /* bytes, without the newline; libpq refuses longer ones */

static bool
is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct slice
trimmed(struct slice line) {
    while (line.size > 0 && is_blank(line.data[line.size - 1]))
        line.size--;
    while (line.size > 0 && is_blank(line.data[0])) {
        line.data++;
        line.size--;
    }
    return line;
}

static pgcs_status
fail_line(struct diag *diag, size_t number, const char *what, const char *hint) {
    diag_fail(diag, PGCS_ERR_BAD_VALUE, "line %zu of the service file %s", number, what);
    diag_field(diag, keyword_name(KEYWORD_SERVICE));
    diag_hint(diag, "%s", hint);
    return PGCS_ERR_BAD_VALUE;
}

/* keyword "=" value */
static pgcs_status
add_setting(struct draft *draft, struct slice line, size_t number, struct diag *diag) {
    const char *equals = memchr(line.data, '=', line.size);
    if (equals == NULL)
        return fail_line(diag, number, "has no \"=\"", "Write name=value.");
    struct slice key = {line.data, (size_t)(equals - line.data)};
    struct slice value = {equals + 1, line.size - key.size - 1};
    enum keyword keyword = keyword_find(key.data, key.size);
    if (keyword == KEYWORD_SERVICE)
        return fail_line(diag, number, "names another service",
                         "Put the parameters of that service here.");
    if (keyword == KEYWORD_NONE)
        return fail_line(diag, number, "has no parameter of libpq",
                         "Write name=value without blanks round the \"=\".");
    if (memchr(value.data, '\0', value.size) != NULL)
        return fail_line(diag, number, "holds a zero byte", "Remove it.");
    if (spec_is_set(draft->spec, keyword))
        return PGCS_OK;
    return draft_set(draft, keyword, value.data, value.size, PGCS_ORIGIN_SERVICE)
               ? PGCS_OK
               : diag_nomem(diag);
}

/* Is this "[name]"? What stands behind the bracket does not count. */
static bool
is_section(struct slice line, const char *name) {
    size_t size = strlen(name);
    return line.size >= size + 2 && line.data[0] == '[' &&
           memcmp(line.data + 1, name, size) == 0 && line.data[size + 1] == ']';
}

pgcs_status
service_add(struct draft *draft, struct slice file, const char *name, struct diag *diag) {
    bool found = false;
    for (size_t number = 1; file.size > 0; number++) {
        const char *newline = memchr(file.data, '\n', file.size);
        size_t size = newline ? (size_t)(newline - file.data) : file.size;
        struct slice line = trimmed((struct slice){file.data, size});
        if (size > LONGEST_LINE)
            return fail_line(diag, number, "is longer than 1022 bytes", "Shorten it.");
        file.data += size + (newline != NULL);
        file.size -= size + (newline != NULL);
        if (line.size == 0 || line.data[0] == '#')
            continue;
        if (line.data[0] == '[') {
            if (found)
                return PGCS_OK;
            found = is_section(line, name);
        } else if (found && add_setting(draft, line, number, diag) != PGCS_OK) {
            return diag->status;
        }
    }
    if (found)
        return PGCS_OK;
    const char *shown = spec_shown(draft->spec, KEYWORD_SERVICE, name);
    diag_fail(diag, PGCS_ERR_BAD_VALUE, "no service \"%s\" in the service file",
              diag_quote(shown, strlen(shown)).text);
    diag_field(diag, keyword_name(KEYWORD_SERVICE));
    diag_hint(diag, "Add a section of that name to it, or name another service.");
    return PGCS_ERR_BAD_VALUE;
}
