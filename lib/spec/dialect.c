/* How other drivers name libpq's parameters, and put their values. */
#include "spec/dialect.h"

#include <string.h>
#include <strings.h>

static const struct dialect_row rows[] = {
#define D(dialect, keyword, name, value)                                                       \
    {DIALECT_##dialect, KEYWORD_##keyword, name, DIALECT_VALUE_##value},
#include "spec/dialects.def"
#undef D
};
#define ROWS (sizeof rows / sizeof rows[0])

static const struct {
    enum dialect_value how;
    const char *ours;
    const char *theirs;
} pairs[] = {
    {DIALECT_VALUE_SWITCH, "0", "false"},
    {DIALECT_VALUE_SWITCH, "1", "true"},
    {DIALECT_VALUE_RANDOM, "disable", "false"},
    {DIALECT_VALUE_RANDOM, "random", "true"},
    {DIALECT_VALUE_CAPITAL, "disable", "Disable"},
    {DIALECT_VALUE_CAPITAL, "allow", "Allow"},
    {DIALECT_VALUE_CAPITAL, "prefer", "Prefer"},
    {DIALECT_VALUE_CAPITAL, "require", "Require"},
    {DIALECT_VALUE_CAPITAL, "verify-ca", "VerifyCA"},
    {DIALECT_VALUE_CAPITAL, "verify-full", "VerifyFull"},
    {DIALECT_VALUE_CAPITAL, "postgres", "Postgres"},
    {DIALECT_VALUE_CAPITAL, "direct", "Direct"},
    {DIALECT_VALUE_JDBC_SERVER, "any", "any"},
    {DIALECT_VALUE_JDBC_SERVER, "primary", "primary"},
    {DIALECT_VALUE_JDBC_SERVER, "standby", "secondary"},
    {DIALECT_VALUE_JDBC_SERVER, "prefer-standby", "preferSecondary"},
};
#define PAIRS (sizeof pairs / sizeof pairs[0])

const struct dialect_row *
dialect_find(enum dialect dialect, enum keyword keyword) {
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].dialect == dialect && rows[i].keyword == keyword)
            return &rows[i];
    return NULL;
}

const struct dialect_row *
dialect_find_name(enum dialect dialect, struct slice name) {
    for (size_t i = 0; i < ROWS; i++) {
        if (rows[i].dialect != dialect || strlen(rows[i].name) != name.size)
            continue;
        if (dialect == DIALECT_NPGSQL ? strncasecmp(rows[i].name, name.data, name.size) == 0
                                      : memcmp(rows[i].name, name.data, name.size) == 0)
            return &rows[i];
    }
    return NULL;
}

bool
dialect_put(enum dialect_value how, struct slice value, struct buf *out) {
    if (how == DIALECT_VALUE_SAME) {
        buf_put(out, value.data, value.size);
        return true;
    }
    for (size_t i = 0; i < PAIRS; i++)
        if (pairs[i].how == how && slice_is(value, pairs[i].ours)) {
            buf_put_string(out, pairs[i].theirs);
            return true;
        }
    return false;
}

bool
dialect_take(enum dialect_value how, struct slice value, struct buf *out) {
    if (how == DIALECT_VALUE_SAME) {
        buf_put(out, value.data, value.size);
        return true;
    }
    for (size_t i = 0; i < PAIRS; i++)
        if (pairs[i].how == how && strlen(pairs[i].theirs) == value.size &&
            strncasecmp(pairs[i].theirs, value.data, value.size) == 0) {
            buf_put_string(out, pairs[i].ours);
            return true;
        }
    return false;
}
