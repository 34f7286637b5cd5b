/* The two readers of libpq's grammar, and the rules in which its versions differ. */
#ifndef SPEC_READER_H
#define SPEC_READER_H

#include "spec/draft.h"

/* What changed between libpq 17 and 18 in the grammar of URIs. */
enum uri_rules {
    URI_RULES_17, /* 13 to 17: a blank is a byte like any other */
    URI_RULES_18  /* blanks go at the ends of each part, and are refused within */
};

/*
 * The first byte from @at on that ends a piece in @mask. Zero must end all of them. Written out
 * for four bytes, since this is where the time of reading goes.
 */
static inline char *
skip_run(const unsigned short stops[256], char *at, unsigned mask) {
    for (;; at += 4) {
        if (stops[(unsigned char)at[0]] & mask)
            return at;
        if (stops[(unsigned char)at[1]] & mask)
            return at + 1;
        if (stops[(unsigned char)at[2]] & mask)
            return at + 2;
        if (stops[(unsigned char)at[3]] & mask)
            return at + 3;
    }
}

/* Bytes of "postgresql://" or "postgres://" at the start, or 0. Case counts. */
size_t
uri_prefix_size(struct slice text);

/* Read a URI, which must have its prefix. */
pgcs_status
uri_read(struct slice text, enum uri_rules rules, const pgcs_spec **out, struct diag *diag);

/* Read a keyword/value string. */
pgcs_status
keywords_read(struct slice text, const pgcs_spec **out, struct diag *diag);

/*
 * Is this one of the old spellings that libpq still takes? "requiressl" in both forms, and
 * "ssl" in a URI when its value is "true". Both mean sslmode: sets @meaning to its value.
 */
bool
alias_meaning(struct slice key, struct slice value, enum spec_form form, const char **meaning);

/* Refuse a parameter that libpq does not have. The name may be part of a secret: not shown. */
pgcs_status
fail_unknown(struct diag *diag, struct slice key, size_t offset);

/*
 * A text that no form fits because it begins with the wrong scheme, as "POSTGRESQL://" or
 * "mysql://" do, is a keyword without "=" to libpq. Say in @diag what it is instead.
 */
void
explain_scheme(struct slice text, struct diag *diag);

#endif
