/* The keyword table, and finding one's way in it. */
#include "spec/keyword.h"

#include <string.h>

#define PUBLIC false
#define SECRET true

const struct keyword_row keyword_rows[KEYWORD_COUNT] = {
#define X(id, name, variable, value, secrecy, since, until, rule)                              \
    {name, variable, value, secrecy, sizeof name - 1, since, until, KEYWORD_RULE_##rule},
#include "spec/keywords.def"
#undef X
};

/*
 * The keyword of exactly @size bytes. With a constant size the compiler keeps only the rows
 * of that length, so that keyword_find() looks at six rows at most.
 */
static inline __attribute__((always_inline)) enum keyword
find_of_size(const char *data, size_t size) {
#define X(id, name, variable, value, secrecy, since, until, rule)                              \
    if (sizeof name - 1 == size && memcmp(data, name, sizeof name - 1) == 0)                   \
        return KEYWORD_##id;
#include "spec/keywords.def"
#undef X
    return KEYWORD_NONE;
}

enum keyword
keyword_find(const char *data, size_t size) {
    switch (size) {
#define CASE(size)                                                                             \
    case size:                                                                                 \
        return find_of_size(data, size);
        CASE(3)
        CASE(4)
        CASE(5)
        CASE(6)
        CASE(7)
        CASE(8)
        CASE(9)
        CASE(10)
        CASE(11)
        CASE(12)
        CASE(13)
        CASE(14)
        CASE(15)
        CASE(16)
        CASE(17)
        CASE(18)
        CASE(19)
        CASE(20)
        CASE(21)
        CASE(22)
        CASE(23)
        CASE(24)
        CASE(25)
#undef CASE
    default:
        return KEYWORD_NONE;
    }
}

#define LONGEST_GUESS 32 /* bytes of the longest misspelling that is looked at */

static char
folded(char c) {
    if (c >= 'A' && c <= 'Z')
        return (char)(c + ('a' - 'A'));
    return c == '-' ? '_' : c;
}

/* Edits that turn @data into @name: a byte changed, added, dropped, or two swapped. */
static size_t
distance(const char *data, size_t size, const char *name, size_t name_size) {
    size_t rows[3][LONGEST_GUESS + 1];
    size_t *before = rows[0], *above = rows[1], *now = rows[2];
    for (size_t j = 0; j <= name_size; j++)
        above[j] = j;
    for (size_t i = 1; i <= size; i++) {
        now[0] = i;
        for (size_t j = 1; j <= name_size; j++) {
            size_t best = above[j - 1] + (folded(data[i - 1]) != name[j - 1]);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && folded(data[i - 1]) == name[j - 2] &&
                folded(data[i - 2]) == name[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *oldest = before;
        before = above;
        above = now;
        now = oldest;
    }
    return above[name_size];
}

enum keyword
keyword_guess(const char *data, size_t size) {
    static const struct {
        const char *name;
        enum keyword keyword;
    } synonyms[] = {{"username", KEYWORD_USER}, {"uid", KEYWORD_USER},
                    {"userid", KEYWORD_USER},   {"database", KEYWORD_DBNAME},
                    {"db", KEYWORD_DBNAME},     {"pwd", KEYWORD_PASSWORD},
                    {"pass", KEYWORD_PASSWORD}, {"hostname", KEYWORD_HOST},
                    {"server", KEYWORD_HOST},   {"ssl_mode", KEYWORD_SSLMODE}};
    if (size < 2 || size > LONGEST_GUESS)
        return KEYWORD_NONE;
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++) {
        size_t length = strlen(synonyms[i].name);
        if (length == size && distance(data, size, synonyms[i].name, length) == 0)
            return synonyms[i].keyword;
    }
    enum keyword best = KEYWORD_NONE;
    size_t best_distance = size < 6 ? 2 : 3; /* the first that is too far */
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        size_t d = distance(data, size, keyword_rows[i].name, keyword_rows[i].name_size);
        if (d < best_distance) {
            best_distance = d;
            best = (enum keyword)i;
        }
    }
    return best;
}

bool
keyword_is_known_to(enum keyword keyword, int libpq_version) {
    int major = libpq_version / 10000;
    const struct keyword_row *row = &keyword_rows[keyword];
    return major >= row->since && (row->until == 0 || major <= row->until);
}
