/*
 * The password file:
 *
 *   line  = host ":" port ":" dbname ":" user ":" password [":" ignored] / "#" *any
 *   field = "*" / *("\" any / any but ":")
 *
 * The first line that matches counts. A colon that is not escaped compares equal to one in
 * what is looked for, so that a bare IPv6 address works. Blanks count everywhere. Source:
 * libpq's documentation, "The Password File", and libpq's behaviour.
 */
#include <string.h>

#include "spec/resolve.h"

/* The next line, without its end; @rest moves over it. */
static struct slice
next_line(struct slice *rest) {
    const char *newline = memchr(rest->data, '\n', rest->size);
    size_t size = newline ? (size_t)(newline - rest->data) : rest->size;
    struct slice line = {rest->data, size};
    size += newline != NULL;
    rest->data += size;
    rest->size -= size;
    while (line.size > 0 && line.data[line.size - 1] == '\r')
        line.size--;
    return line;
}

/* Does the line's next field match @token? Then move over it, and its colon. */
static bool
match_field(struct slice *line, struct slice token) {
    size_t i = 0, matched = 0;
    if (line->size > 1 && line->data[0] == '*' && line->data[1] == ':') {
        *line = (struct slice){line->data + 2, line->size - 2};
        return true;
    }
    while (i < line->size) {
        if (line->data[i] == ':' && matched == token.size) {
            *line = (struct slice){line->data + i + 1, line->size - i - 1};
            return true;
        }
        if (line->data[i] == '\\' && i + 1 < line->size)
            i++;
        if (matched == token.size || line->data[i] != token.data[matched])
            return false;
        i++;
        matched++;
    }
    return false;
}

bool
passfile_find(struct slice file, const struct passfile_key *key, struct slice *password) {
    while (file.size > 0) {
        struct slice line = next_line(&file);
        if ((line.size > 0 && line.data[0] == '#') || !match_field(&line, key->host) ||
            !match_field(&line, key->port) || !match_field(&line, key->dbname) ||
            !match_field(&line, key->user))
            continue;
        size_t size = 0;
        while (size < line.size && line.data[size] != ':')
            size += line.data[size] == '\\' && size + 1 < line.size ? 2 : 1;
        *password = (struct slice){line.data, size};
        return true;
    }
    return false;
}
