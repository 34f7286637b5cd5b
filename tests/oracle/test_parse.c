/*
 * libpq is the oracle: whatever PQconninfoParse() of the libpq in use accepts or refuses, and
 * every value that it finds, we accept, refuse and find as well. Inputs are new in each run;
 * ORACLE_SEED repeats one, ORACLE_INPUTS sets how many there are (of each kind).
 *
 * doc/differences.md names what may differ: without its row a difference is not excused.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>

#include "base/text.h"
#include "oracle/generate.h"
#include "oracle/oracle.h"
#include "spec/reader.h"
#include "spec/rfc3986.h"
#include "spec/write.h"

#define USUAL_INPUTS 60000
#define ROUNDTRIP    4 /* one of so many accepted inputs is written and read again */

typedef size_t
generator(struct random *random, char *out);

static const struct {
    const char *name;
    generator *generate;
} kinds[] = {
    {"uri", generate_uri},
    {"keywords", generate_keywords},
    {"mutation", generate_mutation},
    {"bytes", generate_bytes},
};

/* Our reading by the rules of the libpq in use; NULL when it is refused. */
static const pgcs_spec *
read_ours(const char *text, size_t size) {
    const pgcs_spec *spec = NULL;
    struct diag diag;
    struct slice slice = {text, size};
    int version = PQlibVersion();
    pgcs_status status = spec_parse(slice, 0, &spec, &diag);
    if (version >= 180000 && uri_prefix_size(slice) > 0 && oracle_excuses("blank-18")) {
        spec_unref(spec);
        spec = NULL;
        status = uri_read(slice, URI_RULES_18, &spec, &diag);
    }
    if (status != PGCS_OK) {
        ck_assert_msg(diag.message[0] != '\0' && diag.hint[0] != '\0',
                      "a failure without words");
        ck_assert(diag.offset >= 0 && (size_t)diag.offset + (size_t)diag.length <= size);
        return NULL;
    }
    for (size_t i = 0; i < spec->count; i++)
        if (!keyword_is_known_to((enum keyword)spec->values[i].keyword, version) &&
            oracle_excuses("newer-keyword"))
            return spec_unref(spec);
    return spec;
}

/* The first parameter in which libpq and we differ, or NULL. */
static const char *
difference(const PQconninfoOption *theirs, const pgcs_spec *ours) {
    if (theirs == NULL || ours == NULL)
        return (theirs == NULL) == (ours == NULL) ? NULL : "accepted by one only";
    size_t set = 0;
    for (; theirs->keyword != NULL; theirs++) {
        const char *value = pgcs_spec_get(ours, theirs->keyword);
        set += theirs->val != NULL;
        if ((value == NULL) != (theirs->val == NULL))
            return theirs->keyword;
        if (value != NULL && strcmp(value, theirs->val) != 0)
            return theirs->keyword;
    }
    return set == ours->count ? NULL : "number of parameters";
}

static PQconninfoOption *
read_theirs(const char *text) {
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(text, &message);
    PQfreemem(message);
    return options;
}

static const char *
compare(const char *text, size_t size) {
    PQconninfoOption *theirs = read_theirs(text);
    const pgcs_spec *ours = read_ours(text, size);
    const char *differs = difference(theirs, ours);
    spec_unref(ours);
    PQconninfoFree(theirs);
    return differs;
}

/* Do the values have the places that they claim? Those of lists stand in several pieces. */
static const char *
misplaced(const pgcs_spec *spec, const char *text, size_t size) {
    for (size_t i = 0; i < spec->count; i++) {
        const struct spec_value *value = &spec->values[i];
        if (value->offset + (size_t)value->length > size)
            return keyword_name((enum keyword)value->keyword);
        const char *raw = text + value->offset;
        bool plain = memchr(raw, '%', value->length) == NULL &&
                     memchr(raw, '\\', value->length) == NULL && value->length == value->size &&
                     value->keyword != KEYWORD_SSLMODE;
        bool list = value->keyword == KEYWORD_HOST || value->keyword == KEYWORD_PORT;
        if (plain && !list && memcmp(raw, value->text, value->size) != 0)
            return keyword_name((enum keyword)value->keyword);
    }
    return NULL;
}

static bool
same_folded(const char *a, const char *b) {
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char x = *a >= 'A' && *a <= 'Z' ? (char)(*a + 32) : *a;
        char y = *b >= 'A' && *b <= 'Z' ? (char)(*b + 32) : *b;
        if (x != y)
            return false;
    }
    return *a == *b;
}

/* Same values; a written URI may name the default port, and fold the host. */
static const char *
changed(const pgcs_spec *before, const PQconninfoOption *after, pgcs_format format) {
    for (; after->keyword != NULL; after++) {
        const char *value = pgcs_spec_get(before, after->keyword);
        const char *again = after->val;
        bool uri = format == PGCS_FORMAT_URI;
        if (value == NULL && again == NULL)
            continue;
        if (uri && value == NULL && strcmp(after->keyword, "port") == 0 &&
            strcmp(again, "5432") == 0)
            continue;
        if (value == NULL || again == NULL)
            return after->keyword;
        if (uri && strcmp(after->keyword, "host") == 0 ? !same_folded(value, again)
                                                       : strcmp(value, again) != 0)
            return after->keyword;
    }
    return NULL;
}

/* Write the spec, and let libpq read it again. */
static const char *
lost(const pgcs_spec *spec, pgcs_format format) {
    const pgcs_text *text = NULL;
    struct diag diag;
    if (spec_write(spec, format, PGCS_WRITE_SECRETS, &text, &diag) != PGCS_OK)
        return "not written";
    const char *differs = NULL;
    struct slice slice = {text_data(text), text_size(text)};
    if (format == PGCS_FORMAT_URI && rfc3986_check(slice, &diag) != PGCS_OK)
        differs = "not RFC 3986";
    PQconninfoOption *again = read_theirs(text_data(text));
    if (differs == NULL)
        differs = again == NULL ? "not read again" : changed(spec, again, format);
    PQconninfoFree(again);
    text_unref(text);
    return differs;
}

static const char *
lost_on_the_way(const char *text, size_t size) {
    const pgcs_spec *spec = read_ours(text, size);
    if (spec == NULL)
        return NULL;
    const char *differs = misplaced(spec, text, size);
    if (differs == NULL)
        differs = lost(spec, PGCS_FORMAT_URI);
    if (differs == NULL)
        differs = lost(spec, PGCS_FORMAT_KEYWORDS);
    spec_unref(spec);
    return differs;
}

START_TEST(test_parse__as_libpq) {
    struct random random = {oracle_seed + (uint64_t)_i};
    char text[LONGEST_INPUT * 2];
    for (uint64_t i = 0; i < oracle_inputs; i++) {
        size_t size = kinds[_i].generate(&random, text);
        const char *differs = compare(text, size);
        if (differs == NULL && i % ROUNDTRIP == 0)
            differs = lost_on_the_way(text, size);
        if (differs != NULL) {
            struct buf shown = {.limit = 0};
            for (size_t at = 0; at < size; at += LIMIT_QUOTED_TOKEN)
                buf_put_string(&shown, diag_quote(text + at, size - at < LIMIT_QUOTED_TOKEN
                                                                 ? size - at
                                                                 : LIMIT_QUOTED_TOKEN)
                                           .text);
            buf_put(&shown, "", 1);
            ck_abort_msg("seed %llu, %s input %llu: %s differs: <%s>",
                         (unsigned long long)oracle_seed, kinds[_i].name, (unsigned long long)i,
                         differs, shown.data);
        }
    }
}
END_TEST

/* Faults that the comparison must find: what libpq reads against what we read of another. */
static const struct {
    const char *theirs;
    const char *ours;
} planted[] = {
    {"postgresql://h/d", "postgresql://h/e"},
    {"postgresql://h/d", "postgresql://h/"},
    {"postgresql://h/", "postgresql://h/d"},
    {"postgresql://h/%zz", "postgresql://h/d"},
    {"host=h", "host="},
    {"host=h", "host"},
    {"postgresql://h1,h2/", "postgresql:///?host=h1,h2"},
};

START_TEST(test_parse__planted_faults_are_found) {
    PQconninfoOption *theirs = read_theirs(planted[_i].theirs);
    const pgcs_spec *ours = read_ours(planted[_i].ours, strlen(planted[_i].ours));
    ck_assert_ptr_nonnull(difference(theirs, ours));
    spec_unref(ours);
    PQconninfoFree(theirs);
}
END_TEST

/* A row that is taken out of the list of differences excuses nothing any more. */
START_TEST(test_parse__only_listed_differences_are_excused) {
    ck_assert(oracle_excuses("newer-keyword"));
    ck_assert(oracle_excuses("blank-18"));
    ck_assert(!oracle_excuses("anything-else"));
}
END_TEST

START_TEST(test_parse__the_libpq_in_use_is_the_one_asked_for) {
    const char *major = getenv("ORACLE_LIBPQ");
    if (major != NULL)
        ck_assert_int_eq(PQlibVersion() / 10000, atoi(major));
}
END_TEST

/* The keyword table has what this libpq has: names, variables, and which are secret. */
START_TEST(test_parse__the_keyword_table_is_that_of_libpq) {
    PQconninfoOption *options = PQconndefaults();
    ck_assert_ptr_nonnull(options);
    int version = PQlibVersion(), known = 0, there = 0;
    for (int i = 0; i < KEYWORD_COUNT; i++)
        known += keyword_is_known_to((enum keyword)i, version);
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++, there++) {
        enum keyword keyword = keyword_find(option->keyword, strlen(option->keyword));
        ck_assert_msg(keyword != KEYWORD_NONE, "no %s", option->keyword);
        const struct keyword_row *row = &keyword_rows[keyword];
        ck_assert_str_eq(option->envvar ? option->envvar : "",
                         row->variable ? row->variable : "");
        ck_assert(option->dispchar[0] != '*' || row->secret);
        if (option->compiled != NULL && keyword != KEYWORD_GSSENCMODE && version >= 150000)
            ck_assert_str_eq(option->compiled, row->value);
    }
    ck_assert_int_eq(known, there);
    PQconninfoFree(options);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_parse__as_libpq, 0, ROWS(kinds));
    tcase_add_loop_test(cases, test_parse__planted_faults_are_found, 0, ROWS(planted));
    tcase_add_test(cases, test_parse__the_libpq_in_use_is_the_one_asked_for);
    tcase_add_test(cases, test_parse__the_keyword_table_is_that_of_libpq);
    tcase_add_test(cases, test_parse__only_listed_differences_are_excused);
}

int
main(int count, char **arguments) {
    return oracle_main(count, arguments, USUAL_INPUTS, "parse", fill);
}
