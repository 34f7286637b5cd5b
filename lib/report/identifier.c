/*
 * Names as SQL wants them: bare where that says the same, for people read the scripts.
 *
 *   bare   = [a-z_] [a-z0-9_]* , unless it is a keyword
 *   quoted = '"' ( any byte, '"' doubled )* '"'
 */
#include "report/identifier.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const char *const keywords[] = {
#define X(word) #word,
#include "report/keywords.def"
#undef X
};

static int
compare_words(const void *name, const void *word) {
    return strcmp(name, *(const char *const *)word);
}

static bool
is_keyword(const char *name) {
    return bsearch(name, keywords, sizeof keywords / sizeof keywords[0], sizeof keywords[0],
                   compare_words) != NULL;
}

static bool
is_bare(const char *name) {
    static const char first[] = "abcdefghijklmnopqrstuvwxyz_";
    static const char rest[] = "abcdefghijklmnopqrstuvwxyz_0123456789";
    return name[0] != '\0' && strchr(first, name[0]) != NULL &&
           name[strspn(name, rest)] == '\0' && !is_keyword(name);
}

void
identifier_put(struct buf *buf, const char *name) {
    assert(name != NULL);
    if (is_bare(name)) {
        buf_put_string(buf, name);
        return;
    }
    buf_put_char(buf, '"');
    for (const char *byte = name; *byte != '\0'; byte++) {
        if (*byte == '"')
            buf_put_char(buf, '"');
        buf_put_char(buf, *byte);
    }
    buf_put_char(buf, '"');
}

void
identifier_put_qualified(struct buf *buf, const char *schema, const char *name) {
    if (schema != NULL) {
        identifier_put(buf, schema);
        buf_put_char(buf, '.');
    }
    identifier_put(buf, name);
}
