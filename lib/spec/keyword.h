/* The keyword table: which parameters there are, and what is known of each. */
#ifndef SPEC_KEYWORD_H
#define SPEC_KEYWORD_H

#include <stdbool.h>
#include <stddef.h>

/* KEYWORD_SERVICE, KEYWORD_USER, ... in libpq's order. */
enum keyword {
    KEYWORD_NONE = -1,
#define X(id, name, variable, value, secrecy, since, until, rule) KEYWORD_##id,
#include "spec/keywords.def"
#undef X
    KEYWORD_COUNT
};

/* What a value must look like: the rows of rules.def, tested in validate.c. */
enum keyword_rule {
    KEYWORD_RULE_TEXT,
    KEYWORD_RULE_NAME,
    KEYWORD_RULE_PASSWORD,
    KEYWORD_RULE_HOSTS,
    KEYWORD_RULE_ADDRESSES,
    KEYWORD_RULE_PORTS,
    KEYWORD_RULE_INTEGER,
    KEYWORD_RULE_AUTH,
    KEYWORD_RULE_SCRAM_KEY,
    KEYWORD_RULE_SSLMODE,
    KEYWORD_RULE_CHANNEL,
    KEYWORD_RULE_NEGOTIATION,
    KEYWORD_RULE_CERTMODE,
    KEYWORD_RULE_PROTOCOL,
    KEYWORD_RULE_TLS_VERSION,
    KEYWORD_RULE_GSSENCMODE,
    KEYWORD_RULE_SESSION,
    KEYWORD_RULE_BALANCE,
    KEYWORD_RULE_ENCODING,
    KEYWORD_RULE_SWITCH,
    KEYWORD_RULE_REPLICATION,
    KEYWORD_RULE_PATH
};

struct keyword_row {
    const char *name;
    const char *variable; /* NULL when libpq reads none */
    const char *value;    /* libpq's compiled default, or NULL */
    bool secret;
    unsigned char name_size;
    unsigned char since; /* libpq's first and last major version; 0 is open */
    unsigned char until;
    enum keyword_rule rule;
};
extern const struct keyword_row keyword_rows[KEYWORD_COUNT];

/* The keyword spelled by these bytes, or KEYWORD_NONE. Case counts. */
enum keyword
keyword_find(const char *data, size_t size);

/* The keyword that a misspelling most likely means, or KEYWORD_NONE when none is close. */
enum keyword
keyword_guess(const char *data, size_t size);

static inline const char *
keyword_name(enum keyword keyword) {
    return keyword_rows[keyword].name;
}

static inline bool
keyword_is_secret(enum keyword keyword) {
    return keyword_rows[keyword].secret;
}

/* Does this libpq, as 150020, know the keyword? */
bool
keyword_is_known_to(enum keyword keyword, int libpq_version);

#endif
