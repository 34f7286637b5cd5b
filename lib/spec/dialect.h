/* How other drivers name libpq's parameters, and put their values. */
#ifndef SPEC_DIALECT_H
#define SPEC_DIALECT_H

#include "base/scanner.h"
#include "base/text.h"
#include "spec/keyword.h"

enum dialect { DIALECT_JDBC, DIALECT_NPGSQL };

/* How a value is put; the inverse is read by foreign.c. */
enum dialect_value {
    DIALECT_VALUE_SAME,
    DIALECT_VALUE_SWITCH,     /* 0 and 1: false and true */
    DIALECT_VALUE_RANDOM,     /* disable and random: false and true */
    DIALECT_VALUE_CAPITAL,    /* verify-full: VerifyFull, verify-ca: VerifyCA */
    DIALECT_VALUE_JDBC_SERVER /* standby: secondary, prefer-standby: preferSecondary */
};

struct dialect_row {
    enum dialect dialect;
    enum keyword keyword;
    const char *name;
    enum dialect_value value;
};

/* The name of a parameter, or NULL when the dialect can't say it. */
const struct dialect_row *
dialect_find(enum dialect dialect, enum keyword keyword);

/* The parameter of that name, or NULL. Npgsql's names have no case. */
const struct dialect_row *
dialect_find_name(enum dialect dialect, struct slice name);

/* Put a value as the dialect has it, into @out; false when it has no such value. */
bool
dialect_put(enum dialect_value how, struct slice value, struct buf *out);

/* The inverse of dialect_put(). */
bool
dialect_take(enum dialect_value how, struct slice value, struct buf *out);

#endif
