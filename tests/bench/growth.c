/*
 * growth: read, judge and write inputs that grow, with a dump of callgrind's counts after each,
 * named "SHAPE|ACTION|SIZE", for `linear` to compare. Run under callgrind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>
#include <valgrind/callgrind.h>

#define KIB         ((size_t)1024)
#define OVER        (KIB * KIB + 1) /* one byte more than a spec may have */
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A text of any size: @p unit again and again between @p first and @p last. */
static const struct shape {
    const char *name;
    const char *first;
    const char *unit;
    const char *last;
} shapes[] = {
    {"password", "postgresql://u:", "x", "@h/d"},
    {"encoded password", "postgresql://u:", "%41", "@h/d"},
    {"hosts", "postgresql://u@h", ",h", "/d"},
    {"addresses", "postgresql://u@[::1]", ",[::1]", "/d"},
    {"hosts with ports", "postgresql://u@h:1", ",h:1", "/d"},
    {"parameters", "postgresql://h/d?user=u", "&application_name=a", ""},
    {"unknown parameters", "postgresql://h/d?user=u", "&bogus=a", ""},
    {"options", "postgresql://h/d?options=", "-c%20a=b%20", ""},
    {"at signs", "postgresql://u:", "@", "h/d"},
    {"colons", "postgresql://u", ":", "@h/d"},
    {"slashes", "postgresql://u:p", "/", "@h/d"},
    {"question marks", "postgresql://u:p", "?", "@h/d"},
    {"hashes", "postgresql://u:p", "#", "@h/d"},
    {"percents", "postgresql://u:p", "%", "@h/d"},
    {"brackets", "postgresql://u:p", "[", "@h/d"},
    {"at signs and slashes", "postgresql://u:p", "@/", "h/d"},
    {"schemes", "", "postgresql://", "h/d"},
    {"variables", "", "DATABASE_URL=", "postgresql://h/d"},
    {"blanks", "", " ", "postgresql://h/d"},
    {"quotes", "", "\"", "postgresql://h/d"},
    {"keywords", "host=h", " user=u", ""},
    {"blanks around keywords", "host=h", "   user = u", ""},
    {"quoted value", "host=h password='", "\\'", "'"},
    {"open quote", "host=h password='", "a b=c ", ""},
    {"words", "host=h", " a", ""},
    {"passwords", "", "password=x ", ""},
    {"secrets in prose", "it said: ", "postgresql://u:p@h/d, ", ""},
    {"semicolons", "Host=h", ";Username=u", ""},
    {"empty pairs", "Host=h", ";", ""},
    {"jdbc", "jdbc:postgresql://h/d?user=u", "&ApplicationName=a", ""},
    {"driver", "postgresql+psycopg2://u:", "x", "@h/d"},
    {"pdo", "pgsql:host=h", ";user=u", ""},
};

static const size_t sizes[] = {1 * KIB, 8 * KIB, 64 * KIB};

static const struct {
    const char *name;
    pgcs_format format;
} forms[] = {
    {"write uri", PGCS_FORMAT_URI},       {"write keywords", PGCS_FORMAT_KEYWORDS},
    {"write env", PGCS_FORMAT_ENV},       {"write service", PGCS_FORMAT_SERVICE},
    {"write jdbc", PGCS_FORMAT_JDBC},     {"write sqlalchemy", PGCS_FORMAT_SQLALCHEMY},
    {"write npgsql", PGCS_FORMAT_NPGSQL},
};

/* The shape in about @p size bytes, and never more. */
static char *
grow(const struct shape *shape, size_t size, size_t *grown) {
    size_t unit = strlen(shape->unit);
    size_t room = size - strlen(shape->first) - strlen(shape->last);
    char *text = malloc(size + 1);
    if (text == NULL)
        abort();
    char *end = stpcpy(text, shape->first);
    for (; room >= unit; room -= unit)
        end = stpcpy(end, shape->unit);
    end = stpcpy(end, shape->last);
    *grown = (size_t)(end - text);
    return text;
}

static void
dump(const char *shape, const char *action, size_t size) {
    char name[96];
    snprintf(name, sizeof name, "%s|%s|%zu", shape, action, size);
    CALLGRIND_DUMP_STATS_AT(name);
}

/* What is done with a spec once it is read. */
static void
use(const struct shape *shape, const pgcs_spec *spec, size_t size) {
    const pgcs_report *report = NULL;
    CALLGRIND_ZERO_STATS;
    if (pgcs_spec_validate(spec, 0, &report, NULL) == PGCS_OK)
        dump(shape->name, "validate", size);
    pgcs_report_unref(report);
    const pgcs_spec *normal = NULL;
    CALLGRIND_ZERO_STATS;
    if (pgcs_spec_normalize(spec, 0, &normal, NULL) == PGCS_OK)
        dump(shape->name, "normalize", size);
    pgcs_spec_unref(normal);
    for (size_t i = 0; i < COUNT(forms); i++) {
        const pgcs_text *text = NULL;
        CALLGRIND_ZERO_STATS;
        if (pgcs_spec_write(spec, forms[i].format, PGCS_WRITE_SECRETS, &text, NULL) == PGCS_OK)
            dump(shape->name, forms[i].name, size);
        pgcs_text_unref(text);
    }
}

static void
measure(const struct shape *shape, size_t size) {
    size_t grown;
    char *text = grow(shape, size, &grown);
    const pgcs_spec *spec = NULL;
    CALLGRIND_ZERO_STATS;
    pgcs_status status = pgcs_spec_parse(text, grown, 0, &spec, NULL);
    dump(shape->name, "read", size);
    if (size == OVER && status != PGCS_ERR_LIMIT)
        exit(EXIT_FAILURE);
    pgcs_spec_unref(spec);

    CALLGRIND_ZERO_STATS;
    status = pgcs_spec_parse(text, grown, PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN, &spec, NULL);
    dump(shape->name, "repair", size);
    if (status == PGCS_OK)
        use(shape, spec, size);
    pgcs_spec_unref(spec);

    const pgcs_text *shown = NULL;
    CALLGRIND_ZERO_STATS;
    status = pgcs_redact(text, grown, &shown, NULL);
    dump(shape->name, "redact", size);
    pgcs_text_unref(shown);
    free(text);
}

int
main(void) {
    for (size_t i = 0; i < COUNT(shapes); i++)
        for (size_t j = 0; j < COUNT(sizes); j++)
            measure(&shapes[i], sizes[j]);
    measure(&(struct shape){"over the limit", "", "x", ""}, OVER);
    return EXIT_SUCCESS;
}
