/* How placeholders of the SQL write, and read their arguments. */
#ifndef PROBE_SQL_PUT_H
#define PROBE_SQL_PUT_H

#include "base/scanner.h"
#include "probe/sql.h"

static inline void
put(const struct sql *sql, const char *text) {
    buf_put_string(sql->out, text);
}

static inline void
put_slice(const struct sql *sql, struct slice text) {
    buf_put(sql->out, text.data, text.size);
}

static inline struct slice
all_the_rest(struct scanner *rest) {
    return (struct slice){rest->data + rest->at, rest->size - rest->at};
}

/* The next blank-separated word of @rest. */
static inline struct slice
next_word(struct scanner *rest) {
    struct slice word = scanner_until(rest, " ");
    scanner_accept(rest, ' ');
    return word;
}

#endif
