/*
 * Whatever form a spec is written in, it reads back to the same spec: a property over random
 * parameters with random bytes, new in each run (ROUNDTRIP_SEED repeats one). A form that can't
 * carry a spec names a parameter that is set.
 */
#include <stdio.h>
#include <sys/random.h>

#include "spec/keyword.h"
#include "spec/show.h"

#define SPECS        4000
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint64_t state;

static size_t
below(size_t bound) {
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)((state >> 33) % bound);
}

#define PICK(array) (array)[below(COUNT(array))]

static const char *const hosts[] = {
    "h",   "db.Example.com", "::1", "fe80::1%eth0",       "/tmp", "@s", "1.2.3.4",
    "a,b", "a,::1",          "h_x", "gr\xc3\xb6\xc3\x9f", "a b",  "",   "/a b"};
static const char *const ports[] = {"1", "5432", "65535", "", "1,2", "05432", "x"};
static const char *const words[] = {"require", "verify-full", "disable", "prefer", "1",
                                    "0",       "10",          "UTF8",    "any",    "random",
                                    "primary", "read-write",  "direct",  "TLSv1.2"};

/* Bytes that mean something somewhere, and any others. */
static size_t
random_bytes(char *out) {
    static const char hot[] = "'\"\\ ;=&%+?#/@:,[]{}$`!\n\t*~.|<>^()";
    size_t size = below(9);
    for (size_t i = 0; i < size; i++)
        out[i] = below(2)   ? hot[below(sizeof hot - 1)]
                 : below(3) ? (char)('a' + below(26))
                            : (char)(1 + below(255));
    return size;
}

static void
set_random(pgcs_builder *builder, enum keyword keyword) {
    char bytes[16];
    const char *value = bytes;
    size_t size = 0;
    if (keyword == KEYWORD_HOST)
        value = PICK(hosts);
    else if (keyword == KEYWORD_PORT)
        value = PICK(ports);
    else if (keyword != KEYWORD_USER && keyword != KEYWORD_PASSWORD && below(2))
        value = PICK(words);
    else
        size = random_bytes(bytes);
    if (value != bytes)
        size = strlen(value);
    ck_assert_int_eq(pgcs_builder_set(builder, keyword_name(keyword), value, size, NULL),
                     PGCS_OK);
}

static const pgcs_spec *
random_spec(void) {
    static const enum keyword usual[] = {
        KEYWORD_HOST,   KEYWORD_PORT,    KEYWORD_USER,    KEYWORD_PASSWORD,
        KEYWORD_DBNAME, KEYWORD_SSLMODE, KEYWORD_OPTIONS, KEYWORD_APPLICATION_NAME};
    pgcs_builder *builder = pgcs_builder_new();
    const pgcs_spec *spec = NULL;
    size_t count = below(7);
    for (size_t i = 0; i < count; i++)
        set_random(builder, below(6) ? PICK(usual) : (enum keyword)below(KEYWORD_COUNT));
    ck_assert_int_eq(pgcs_builder_finish(builder, 0, &spec, NULL), PGCS_OK);
    pgcs_builder_free(builder);
    return spec;
}

/* --- readers -------------------------------------------------------------------------------
 */

static const pgcs_spec *
read_spec(const char *text, size_t size, uint32_t flags) {
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_parse(text, size, flags, &spec, &error);
    ck_assert_msg(status == PGCS_OK, "<%.*s>: %s", (int)size, text, pgcs_error_message(error));
    return spec;
}

static const pgcs_spec *
resolve(const char *text, pgcs_env *env) {
    const pgcs_spec *spec = read_good(text), *resolved = NULL;
    pgcs_error *error = NULL;
    pgcs_status status = pgcs_spec_resolve(spec, env, 0, &resolved, &error);
    ck_assert_msg(status == PGCS_OK, "%s", pgcs_error_message(error));
    pgcs_spec_unref(spec);
    pgcs_env_free(env);
    return resolved;
}

/* NAME='...' lines as a shell reads them: nothing is special in quotes, and \' is one between.
 */
static const pgcs_spec *
read_variables(const char *at) {
    pgcs_env *env = pgcs_env_new();
    while (*at != '\0') {
        char name[64], value[64];
        size_t name_size = strcspn(at, "="), size = 0;
        ck_assert_uint_lt(name_size, sizeof name);
        memcpy(name, at, name_size);
        name[name_size] = '\0';
        for (at += name_size + 1; *at != '\n'; at++) {
            if (*at == '\\')
                value[size++] = *++at;
            else if (*at == '\'')
                for (at++; *at != '\''; at++)
                    value[size++] = *at;
            else
                ck_abort_msg("%c is not in quotes", *at);
        }
        value[size] = '\0';
        ck_assert_int_eq(pgcs_env_set_variable(env, name, value, NULL), PGCS_OK);
        at++;
    }
    return resolve("", env);
}

static const pgcs_spec *
read_service(const char *text, size_t size) {
    pgcs_env *env = pgcs_env_new();
    ck_assert_int_eq(pgcs_env_set_servicefile(env, text, size, NULL), PGCS_OK);
    return resolve("service=pgconnspec", env);
}

static const pgcs_spec *
read_again(const pgcs_text *text, pgcs_format format) {
    const char *data = pgcs_text_data(text);
    size_t size = pgcs_text_size(text);
    switch (format) {
    case PGCS_FORMAT_URI:
        return read_spec(data, size, PGCS_PARSE_RFC3986);
    case PGCS_FORMAT_KEYWORDS:
        return read_spec(data, size, 0);
    case PGCS_FORMAT_ENV:
        return read_variables(data);
    case PGCS_FORMAT_SERVICE:
        return read_service(data, size);
    default:
        return read_spec(data, size, PGCS_PARSE_FOREIGN);
    }
}

/* --- comparing -----------------------------------------------------------------------------
 */

static bool
same_hosts(const pgcs_spec *a, const pgcs_spec *b) {
    if (pgcs_spec_host_count(a) != pgcs_spec_host_count(b))
        return false;
    for (size_t i = 0; i < pgcs_spec_host_count(a); i++) {
        const char *x = pgcs_spec_host_name(a, i), *y = pgcs_spec_host_name(b, i);
        int32_t p = pgcs_spec_host_port(a, i), q = pgcs_spec_host_port(b, i);
        if (strcasecmp(x ? x : "", y ? y : "") != 0 || (p ? p : 5432) != (q ? q : 5432))
            return false;
    }
    return true;
}

/* Was it left out since libpq does so anyway, or filled in by resolving? */
static bool
is_excused(enum keyword keyword, const char *before, pgcs_origin origin, pgcs_format format) {
    bool line = format == PGCS_FORMAT_ENV || format == PGCS_FORMAT_SERVICE;
    if (line) /* what is empty is filled in */
        return before == NULL ? origin == PGCS_ORIGIN_DEFAULT
                              : (before[0] == '\0' &&
                                 (keyword == KEYWORD_USER || keyword == KEYWORD_DBNAME));
    const char *standard = keyword_rows[keyword].value;
    if (format != PGCS_FORMAT_JDBC && format != PGCS_FORMAT_NPGSQL)
        return false;
    return before != NULL &&
           ((standard != NULL && strcmp(before, standard) == 0) ||
            (keyword == KEYWORD_CLIENT_ENCODING && strcasecmp(before, "utf8") == 0) ||
            before[0] == '\0');
}

/* The first parameter that did not come back, or NULL. */
static const char *
lost(const pgcs_spec *before, const pgcs_spec *after, pgcs_format format) {
    bool exact = format == PGCS_FORMAT_KEYWORDS || format == PGCS_FORMAT_SERVICE ||
                 format == PGCS_FORMAT_ENV;
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        enum keyword keyword = (enum keyword)i;
        const char *a = pgcs_spec_get(before, keyword_name(keyword));
        const char *b = pgcs_spec_get(after, keyword_name(keyword));
        if (!exact && (keyword == KEYWORD_HOST || keyword == KEYWORD_PORT))
            continue;
        if ((a == NULL || b == NULL ? a != b : strcmp(a, b) != 0) &&
            !is_excused(keyword, a, pgcs_spec_origin(after, keyword_name(keyword)), format))
            return keyword_name(keyword);
    }
    return exact || same_hosts(before, after) ? NULL : "host";
}

static void
check_refusal_names(const pgcs_spec *spec, const pgcs_error *error) {
    const char *field = pgcs_error_field(error);
    ck_assert_int_eq(pgcs_error_status(error), PGCS_ERR_NOT_EXPRESSIBLE);
    ck_assert_ptr_nonnull(field);
    ck_assert_msg(pgcs_spec_get(spec, field) != NULL || strcmp(field, "host") == 0, "%s",
                  field);
    ck_assert_ptr_nonnull(pgcs_error_hint(error));
}

START_TEST(test_roundtrip__what_is_written_reads_back) {
    pgcs_format format = (pgcs_format)(PGCS_FORMAT_URI + _i);
    size_t written = 0;
    for (size_t i = 0; i < SPECS; i++) {
        const pgcs_spec *spec = random_spec();
        const pgcs_text *text = NULL;
        pgcs_error *error = NULL;
        if (pgcs_spec_get(spec, "service") != NULL && format == PGCS_FORMAT_ENV) {
            pgcs_spec_unref(spec); /* would be looked up */
            continue;
        }
        if (pgcs_spec_write(spec, format, PGCS_WRITE_SECRETS, &text, &error) == PGCS_OK) {
            const pgcs_spec *again = read_again(text, format);
            const char *differs = lost(spec, again, format);
            char *values = show_spec(spec);
            ck_assert_msg(differs == NULL, "spec %zu: %s of %s does not come back from <%s>", i,
                          differs, values, pgcs_text_data(text));
            free(values);
            written++;
            pgcs_spec_unref(again);
        } else {
            check_refusal_names(spec, error);
        }
        pgcs_error_free(error);
        pgcs_text_unref(text);
        pgcs_spec_unref(spec);
    }
    ck_assert_uint_gt(written, SPECS / 20);
    ck_assert(format > PGCS_FORMAT_KEYWORDS || written == SPECS);
}
END_TEST

/* Faults that the comparison must find, in every form. */
START_TEST(test_roundtrip__planted_faults_are_found) {
    static const char *const pairs[][2] = {{"host=h", "host=g"},
                                           {"host=h port=1", "host=h"},
                                           {"host=h user=u", "host=h user=v"},
                                           {"host=h user=u", "host=h"},
                                           {"host=h", "host=h user=u"},
                                           {"host=h sslmode=require", "host=h"},
                                           {"host=a,b", "host=a"}};
    for (int i = 0; i < ROWS(pairs); i++) {
        const pgcs_spec *before = read_good(pairs[i][0]), *after = read_good(pairs[i][1]);
        ck_assert_ptr_nonnull(lost(before, after, (pgcs_format)(PGCS_FORMAT_URI + _i)));
        pgcs_spec_unref(after);
        pgcs_spec_unref(before);
    }
}
END_TEST

/* Normal forms change no meaning, and are their own normal forms. */
START_TEST(test_roundtrip__normal_forms_are_stable) {
    for (size_t i = 0; i < SPECS; i++) {
        const pgcs_spec *spec = random_spec(), *once = NULL, *twice = NULL;
        ck_assert_int_eq(pgcs_spec_normalize(spec, 0, &once, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_spec_normalize(once, 0, &twice, NULL), PGCS_OK);
        char *a = show_spec(once), *b = show_spec(twice);
        ck_assert_str_eq(a, b);
        ck_assert_uint_eq(pgcs_spec_host_count(spec), pgcs_spec_host_count(once));
        for (size_t k = 0; k < pgcs_spec_host_count(spec); k++)
            ck_assert_int_eq(pgcs_spec_host_port(spec, k), pgcs_spec_host_port(once, k));
        for (size_t k = 0; k < pgcs_spec_size(spec); k++)
            if (pgcs_key_is_secret(pgcs_spec_key_at(spec, k)))
                ck_assert_str_eq(pgcs_spec_value_at(spec, k),
                                 pgcs_spec_get(once, pgcs_spec_key_at(spec, k)));
        free(a);
        free(b);
        pgcs_spec_unref(twice);
        pgcs_spec_unref(once);
        pgcs_spec_unref(spec);
    }
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_roundtrip__what_is_written_reads_back, 0,
                        PGCS_FORMAT_NPGSQL - PGCS_FORMAT_URI + 1);
    tcase_add_loop_test(cases, test_roundtrip__planted_faults_are_found, 0,
                        PGCS_FORMAT_NPGSQL - PGCS_FORMAT_URI + 1);
    tcase_add_test(cases, test_roundtrip__normal_forms_are_stable);
}

int
main(void) {
    const char *seed = getenv("ROUNDTRIP_SEED");
    if (seed != NULL)
        state = strtoull(seed, NULL, 10);
    else if (getrandom(&state, sizeof state, 0) != sizeof state)
        return EXIT_FAILURE;
    printf("# ROUNDTRIP_SEED=%llu\n", (unsigned long long)state);
    fflush(stdout);
    return suite_run("roundtrip", fill, 60);
}
