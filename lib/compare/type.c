/*
 * Types of columns by their names, as format_type() writes them: whether all that the one holds
 * fits into the other. Only where that is sure; of all other pairs a copy may break.
 */
#include <string.h>

#include "compare/compare.h"

/* A name without what stands in its first parentheses: "numeric(8,2)" is numeric, 8 and 2. */
struct type {
    char name[64];
    bool limited;
    int64_t size;
    int64_t scale;
};

static const char *
read_number(const char *text, int64_t *out) {
    bool negative = *text == '-';
    text += negative;
    int64_t number = 0;
    while (*text >= '0' && *text <= '9' && number < 1000000000)
        number = number * 10 + (*text++ - '0');
    *out = negative ? -number : number;
    return text;
}

static struct type
type_of(const char *text) {
    struct type type = {.limited = false};
    size_t head = strcspn(text, "(");
    size_t size = head < sizeof type.name ? head : sizeof type.name - 1;
    memcpy(type.name, text, size);
    if (text[head] != '(')
        return type;
    type.limited = true;
    const char *rest = read_number(text + head + 1, &type.size);
    if (*rest == ',')
        rest = read_number(rest + 1, &type.scale);
    if (*rest == ')' && strlen(rest + 1) < sizeof type.name - size)
        memcpy(type.name + size, rest + 1, strlen(rest + 1) + 1);
    return type;
}

/* Families whose types hold more and more. */
static const char *const families[][5] = {
    {"smallint", "integer", "bigint", "numeric", NULL},
    {"real", "double precision", NULL},
    {"character varying", "text", NULL},
    {"character", "text", NULL},
};
static const char *const kin[][2] = {
    {"json", "jsonb"},
    {"timestamp without time zone", "timestamp with time zone"},
    {"time without time zone", "time with time zone"},
    {"character", "character varying"},
    {"date", "timestamp without time zone"},
    {"date", "timestamp with time zone"},
};

/* Types of which a larger limit takes all that a smaller one does; not so bit(n). */
static const char *const bounded[] = {
    "character",
    "character varying",
    "bit varying",
    "numeric",
    "interval",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp with time zone",
};

/* The type or an array of it. */
static bool
is_bounded(const char *name) {
    for (size_t i = 0; i < sizeof bounded / sizeof bounded[0]; i++) {
        size_t size = strlen(bounded[i]);
        if (strncmp(name, bounded[i], size) == 0 &&
            (name[size] == '\0' || strcmp(name + size, "[]") == 0))
            return true;
    }
    return false;
}

static enum difference
by_limits(const struct type *source, const struct type *destination) {
    if (!destination->limited)
        return DIFFERENCE_COLUMN_WIDER;
    if (!source->limited)
        return DIFFERENCE_COLUMN_NARROWER;
    bool fits = destination->scale >= source->scale &&
                destination->size - destination->scale >= source->size - source->scale;
    return fits ? DIFFERENCE_COLUMN_WIDER : DIFFERENCE_COLUMN_NARROWER;
}

/* Whether numeric(p,s) takes all of an integer type. */
static bool
takes_integer(const struct type *numeric, const char *integer) {
    static const struct {
        const char *name;
        int digits;
    } integers[] = {{"smallint", 5}, {"integer", 10}, {"bigint", 19}};
    for (size_t i = 0; i < sizeof integers / sizeof integers[0]; i++)
        if (strcmp(integers[i].name, integer) == 0)
            return numeric->size - numeric->scale >= integers[i].digits;
    return false;
}

static int
place_in(const char *const *family, const char *name) {
    for (int i = 0; family[i] != NULL; i++)
        if (strcmp(family[i], name) == 0)
            return i;
    return -1;
}

enum difference
compare_type_names(const char *source, const char *destination) {
    struct type a = type_of(source), b = type_of(destination);
    if (strcmp(a.name, b.name) == 0 && (a.limited || b.limited))
        return is_bounded(a.name) ? by_limits(&a, &b) : DIFFERENCE_COLUMN_TYPE;
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        int from = place_in(families[i], a.name), to = place_in(families[i], b.name);
        if (from < 0 || to < 0 || from == to)
            continue;
        bool fits = from < to && (!b.limited || (b.scale >= 0 && takes_integer(&b, a.name)));
        return fits ? DIFFERENCE_COLUMN_WIDER : DIFFERENCE_COLUMN_NARROWER;
    }
    for (size_t i = 0; i < sizeof kin / sizeof kin[0]; i++)
        if ((strcmp(a.name, kin[i][0]) == 0 && strcmp(b.name, kin[i][1]) == 0) ||
            (strcmp(a.name, kin[i][1]) == 0 && strcmp(b.name, kin[i][0]) == 0))
            return DIFFERENCE_COLUMN_TYPE_KIN;
    return DIFFERENCE_COLUMN_TYPE;
}
