/* Inputs for the oracle of resolving: specs, and all that stands around them. */
#include "oracle/surroundings.h"

#include <libpq-fe.h>
#include <stdlib.h>

#include "spec/keyword.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Values that meet each other in specs, variables, sections and lines of the password file. */
static const char *const hosts[] = {
    "h", "h",    "g,h",        "127.0.0.1", "localhost", "::1",   "a:b",  "H",
    "",  "h,,g", "\\b",        "#h",        "/run/none", "@sock", "/tmp", "/var/run/postgresql",
    "*", " h",   "127.0.0.1,h"};
static const char *const addresses[] = {"127.0.0.1", "::1", "", "127.0.0.1,::1", "10.0.0.1"};
static const char *const ports[] = {"5432",  "5432", "5433", "",     "05432",
                                    "+5432", "1,2",  "x",    " 5432"};
static const char *const names[] = {"d", "d", "u",        "a:b", "a\\b",
                                    "",  "*", "\xc3\xa4", "d ",  "#"};
static const char *const passwords[] = {"p", "p:w", "p\\w", "", "*", " p ", "#p", "p'q"};
static const char *const services[] = {"s", "s", "t", "", "st", "none"};
static const char *const texts[] = {"x", "", " x", "a=b", "'x'", "#x", "a b", "[x]"};
static const char *const numbers[] = {"1", "", "10", "x"};
static const char *const modes[] = {"disable", "allow",     "prefer",
                                    "require", "verify-ca", "verify-full"};
static const char *const versions[] = {"TLSv1.2", "TLSv1.3", ""};
static const char *const roots[] = {"/r.crt", "system", ""};

#define PICK(random, array) (array)[random_below(random, COUNT(array))]

/* A value that libpq takes where it would refuse others before it has resolved all. */
static const char *
pick_value(struct random *random, enum keyword keyword) {
    switch (keyword) {
    case KEYWORD_SERVICE:
        return PICK(random, services);
    case KEYWORD_HOST:
        return PICK(random, hosts);
    case KEYWORD_HOSTADDR:
        return PICK(random, addresses);
    case KEYWORD_PORT:
        return PICK(random, ports);
    case KEYWORD_USER:
    case KEYWORD_DBNAME:
        return PICK(random, names);
    case KEYWORD_PASSWORD:
        return PICK(random, passwords);
    case KEYWORD_SSLMODE:
        return PICK(random, modes);
    case KEYWORD_SSLROOTCERT:
        return PICK(random, roots);
    default:
        break;
    }
    switch (keyword_rows[keyword].rule) {
    case KEYWORD_RULE_INTEGER:
        return PICK(random, numbers);
    case KEYWORD_RULE_TLS_VERSION:
        return PICK(random, versions);
    case KEYWORD_RULE_TEXT:
        return PICK(random, texts);
    default:
        return keyword_rows[keyword].value ? keyword_rows[keyword].value : "";
    }
}

/* Only the parameters that a case is about, and those most often that depend on others. */
static enum keyword
pick_keyword(struct random *random) {
    static const enum keyword usual[] = {KEYWORD_HOST,   KEYWORD_HOSTADDR, KEYWORD_PORT,
                                         KEYWORD_USER,   KEYWORD_DBNAME,   KEYWORD_PASSWORD,
                                         KEYWORD_SSLMODE};
    if (random_below(random, 3) > 0)
        return PICK(random, usual);
    return (enum keyword)random_below(random, KEYWORD_COUNT);
}

/*
 * gssencmode ends the connection, the password file has a name of its own, and libpq 13 does
 * not keep authtype.
 */
static bool
is_ours_to_set(enum keyword keyword) {
    return keyword != KEYWORD_GSSENCMODE && keyword != KEYWORD_PASSFILE &&
           keyword != KEYWORD_AUTHTYPE && keyword_is_known_to(keyword, PQlibVersion());
}

/* The spec: "keyword='value' ..." */
static void
generate_spec(struct random *random, struct buf *out) {
    uint64_t count = random_below(random, 6);
    if (random_below(random, 3) == 0)
        buf_printf(out, "service='%s' ", PICK(random, services));
    for (uint64_t i = 0; i < count; i++) {
        enum keyword keyword = pick_keyword(random);
        if (!is_ours_to_set(keyword) || keyword == KEYWORD_SERVICE)
            continue;
        buf_printf(out, "%s='", keyword_name(keyword));
        for (const char *at = pick_value(random, keyword); *at != '\0'; at++)
            buf_printf(out, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
        buf_put_string(out, "' ");
    }
    buf_put(out, "", 1);
}

/* A fresh set of variables in this process. */
void
set_variables(struct random *random) {
    static const char *const old[] = {"1", "0", "", "12"};
    for (int i = 0; i < KEYWORD_COUNT; i++)
        if (keyword_rows[i].variable != NULL && i != KEYWORD_PASSFILE)
            unsetenv(keyword_rows[i].variable);
    unsetenv("PGREQUIRESSL");
    uint64_t count = random_below(random, 7);
    for (uint64_t i = 0; i < count; i++) {
        enum keyword keyword = pick_keyword(random);
        if (is_ours_to_set(keyword) && keyword_rows[keyword].variable != NULL)
            setenv(keyword_rows[keyword].variable, pick_value(random, keyword), 1);
    }
    if (random_below(random, 8) == 0)
        setenv("PGSERVICE", PICK(random, services), 1);
    if (random_below(random, 8) == 0)
        setenv("PGREQUIRESSL", PICK(random, old), 1);
}

static const char *
pick_end(struct random *random) {
    static const char *const ends[] = {"\n", "\n", "\n", "\n", "\r\n", " \n", "\t \n", "\n\n"};
    return PICK(random, ends);
}

static void
generate_services(struct random *random, struct buf *out) {
    static const char *const odd[] = {"# x",      "#[s]",      "  ",      "[s] x", " [t]",
                                      "[s",       "nonsense",  "host =h", "=x",    "host",
                                      " host=h2", "service=t", "[st]",    "[]",    "HOST=h"};
    uint64_t lines = random_below(random, 14);
    for (uint64_t i = 0; i < lines; i++) {
        uint64_t kind = random_below(random, 16);
        enum keyword keyword = pick_keyword(random);
        if (kind < 4)
            buf_printf(out, "[%s]", PICK(random, services));
        else if (kind == 4)
            buf_put_string(out, PICK(random, odd));
        else if (is_ours_to_set(keyword) && keyword != KEYWORD_SERVICE)
            buf_printf(out, "%s=%s", keyword_name(keyword), pick_value(random, keyword));
        if (i + 1 < lines || random_below(random, 4) > 0)
            buf_put_string(out, pick_end(random));
    }
}

/* A field of the password file, escaped as it should be, or not. */
static void
put_field(struct random *random, struct buf *out, const char *value) {
    bool escape = random_below(random, 4) > 0;
    if (random_below(random, 3) == 0) {
        buf_put_char(out, '*');
        return;
    }
    for (const char *at = value; *at != '\0'; at++)
        buf_printf(out, "%s%c", escape && (*at == ':' || *at == '\\') ? "\\" : "", *at);
}

static void
generate_passwords(struct random *random, struct buf *out) {
    static const char *const odd[] = {"",           "#",  ":::::",      "*:*:*:*",
                                      "h:5432:d:u", "\\", "*:*:*:*:\\", "#h:*:*:*:x"};
    static const char *const single[] = {"h",   "g",   "127.0.0.1", "localhost",
                                         "::1", "a:b", "\\b",       "#h"};
    uint64_t lines = random_below(random, 8);
    for (uint64_t i = 0; i < lines; i++) {
        if (random_below(random, 10) == 0) {
            buf_put_string(out, PICK(random, odd));
        } else {
            put_field(random, out, PICK(random, single));
            buf_put_char(out, ':');
            put_field(random, out, PICK(random, ports));
            buf_put_char(out, ':');
            put_field(random, out, PICK(random, names));
            buf_put_char(out, ':');
            put_field(random, out, PICK(random, names));
            buf_put_char(out, ':');
            put_field(random, out, PICK(random, passwords));
            if (random_below(random, 8) == 0)
                buf_put_string(out, ":rest");
        }
        if (i + 1 < lines || random_below(random, 4) > 0)
            buf_put_string(out, random_below(random, 8) ? "\n" : "\r\n");
    }
}

void
generate_input(struct random *random, struct input *out) {
    generate_spec(random, &out->spec);
    generate_services(random, &out->services);
    generate_passwords(random, &out->passwords);
}
