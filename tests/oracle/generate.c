/* Inputs for the oracle: random ones that look like specs, and specs with random faults. */
#include "oracle/generate.h"

#include <string.h>

#include "spec/keyword.h"

/* Seeds, taken from manuals, consoles and complaints. */
static const char *const seeds[] = {
    "postgresql://app_user:S3cr%40t-pw@db1.example.com:5432/appdb?application_name=web",
    "postgres://u:p@h1:1,h2:2,[::1]:3/d?target_session_attrs=read-write&connect_timeout=10",
    "postgresql:///d?host=/var/run/postgresql&port=5433&user=u&password=p",
    "postgresql://u:p@%2Fvar%2Frun%2Fpostgresql:5433/d",
    "postgresql://u@[fe80::1%25eth0]/d?options=-c%20geqo%3Doff",
    "postgresql://u:p@ep-x.neon.tech/db?sslmode=require&channel_binding=require",
    "postgresql://user%40server:p%2Fq@h/a/b?ssl=true&",
    "postgresql://h, g:5432/d b?user= a &password=p q",
    "postgresql://h1,h2/d?requiressl=1&hostaddr=1.2.3.4,::1",
    "host=localhost port=5432 dbname='my db' user=u password='it\\'s \\\\'",
    "host = h1,h2  port=1,2\tsslmode=require\napplication_name=a\\ b",
    "service=svc passfile='' options='-c a=b' requiressl=0",
    "user=u password= dbname=postgresql://h/d",
};

static const char *const uri_tokens[] = {
    "u",
    "user",
    "p",
    "h",
    "h1",
    "h2",
    "db",
    "5432",
    "1",
    "@",
    ":",
    "/",
    "?",
    "&",
    "=",
    ",",
    "[",
    "]",
    "[::1]",
    "::",
    "%",
    "%4",
    "%41",
    "%00",
    "%2F",
    "%2C",
    "%zz",
    "%C3%A4",
    "%20",
    "+",
    "#",
    " ",
    "\t",
    "\n",
    "\xc3\xa4",
    "\xff",
    "'",
    "\\",
    "host=",
    "port=",
    "user=",
    "password=",
    "dbname=",
    "ssl=true",
    "ssl=",
    "requiressl=1",
    "sslmode=require",
    "u%73er=",
    "hostaddr=1.2.3.4",
    "options=",
    "//",
    "..",
    "  ",
    "require",
    "sslrootcert=",
    "oauth_issuer=",
    "sslsni=0",
    "tty=",
    "min_protocol_version=3.0",
    "bogus=",
};

static const char *const keyword_tokens[] = {
    "=",        "=",    "=",           " ",        " ",      " ",
    "\t",       "\n",   "\v",          "\f",       "\r",     "'",
    "'",        "''",   "\\",          "\\'",      "\\\\",   "a",
    "b c",      "5432", "h1,h2",       "%40",      "\"",     ";",
    "\xc3\xa4", "\xa0", "requiressl=", "ssl=true", "bogus=", "postgresql://",
    "x",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

uint64_t
random_below(struct random *random, uint64_t bound) {
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % bound;
}

static size_t
put(char *out, size_t size, const char *text) {
    size_t length = strlen(text);
    if (size + length >= LONGEST_INPUT)
        return size;
    memcpy(out + size, text, length + 1);
    return size + length;
}

static const char *
random_keyword(struct random *random) {
    return keyword_rows[random_below(random, KEYWORD_COUNT)].name;
}

size_t
generate_uri(struct random *random, char *out) {
    uint64_t kind = random_below(random, 16);
    size_t size = put(out, 0, kind == 0 ? "postgres://" : kind == 1 ? "" : "postgresql://");
    uint64_t tokens = random_below(random, 20);
    for (uint64_t i = 0; i < tokens; i++) {
        if (random_below(random, 8) == 0) {
            size = put(out, size, random_keyword(random));
            size = put(out, size, random_below(random, 4) ? "=" : "");
        } else {
            size = put(out, size, uri_tokens[random_below(random, COUNT(uri_tokens))]);
        }
    }
    return size;
}

size_t
generate_keywords(struct random *random, char *out) {
    size_t size = put(out, 0, "");
    uint64_t tokens = random_below(random, 24);
    for (uint64_t i = 0; i < tokens; i++) {
        if (random_below(random, 3) == 0) {
            size = put(out, size, random_keyword(random));
            size = put(out, size, random_below(random, 6) ? "=" : " ");
        } else {
            size = put(out, size, keyword_tokens[random_below(random, COUNT(keyword_tokens))]);
        }
    }
    return size;
}

static char
random_byte(struct random *random) {
    static const char hot[] = "@:/?&=,[]%'\\ #+0aF\n";
    if (random_below(random, 2))
        return hot[random_below(random, sizeof hot - 1)];
    return (char)(1 + random_below(random, 255));
}

/* Drop, change, add or repeat some bytes. */
static size_t
mutate(struct random *random, char *out, size_t size) {
    size_t at = size ? random_below(random, size) : 0;
    size_t length = size ? 1 + random_below(random, size - at < 8 ? size - at : 8) : 0;
    switch (random_below(random, 4)) {
    case 0:
        memmove(out + at, out + at + length, size - at - length);
        return size - length;
    case 1:
        if (size > 0)
            out[at] = random_byte(random);
        return size;
    case 2:
        memmove(out + at + 1, out + at, size - at);
        out[at] = random_byte(random);
        return size + 1;
    default:
        memmove(out + at + length, out + at, size - at);
        return size + length;
    }
}

size_t
generate_mutation(struct random *random, char *out) {
    size_t size = put(out, 0, seeds[random_below(random, COUNT(seeds))]);
    if (random_below(random, 8) == 0)
        size = put(out, size, seeds[random_below(random, COUNT(seeds))]);
    uint64_t faults = 1 + random_below(random, 6);
    for (uint64_t i = 0; i < faults; i++)
        size = mutate(random, out, size);
    out[size] = '\0';
    return size;
}

size_t
generate_bytes(struct random *random, char *out) {
    size_t size = put(out, 0, random_below(random, 2) ? "postgresql://" : "");
    uint64_t bytes = random_below(random, 40);
    for (uint64_t i = 0; i < bytes; i++)
        out[size++] = random_byte(random);
    out[size] = '\0';
    return size;
}
