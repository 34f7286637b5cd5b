/*
 * Writes the cases of cases.def as JSON lines, in every form that the library writes:
 *
 *   {"feature": id, "what": text}
 *   {"id": id, "feature": id, "spec": {keyword: hex}, "forms": {form: hex}}
 *
 * A form that can't carry the spec is not there. Values are in hex since they hold any byte.
 * The certificate that sslrootcert names is the one argument.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where a byte stands; a class of cases.def is one of these. */
enum class { PRINTABLE = 1, CONTROL = 2, HIGH = 4, PATH = 8, OTHER = 16 };

static int
classes_of(unsigned byte) {
    static const char literal[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-._~!$&'()*+,=:@";
    if (byte >= 0x80)
        return HIGH;
    if (byte < 0x20 || byte == 0x7f)
        return CONTROL;
    if (strchr(literal, (int)byte) != NULL)
        return PRINTABLE | PATH;
    return strchr("/;#?", (int)byte) != NULL ? PRINTABLE : PRINTABLE | OTHER;
}

static const struct {
    pgcs_format format;
    const char *name;
} forms[] = {
    {PGCS_FORMAT_URI, "uri"},       {PGCS_FORMAT_KEYWORDS, "keywords"},
    {PGCS_FORMAT_ENV, "env"},       {PGCS_FORMAT_SERVICE, "service"},
    {PGCS_FORMAT_JDBC, "jdbc"},     {PGCS_FORMAT_SQLALCHEMY, "sqlalchemy"},
    {PGCS_FORMAT_NPGSQL, "npgsql"},
};
#define FORM_COUNT (sizeof forms / sizeof forms[0])

static void
stop(const char *what, const pgcs_error *error) {
    const char *why = pgcs_error_message(error);
    fprintf(stderr, "cases: %s: %s\n", what, why != NULL ? why : "no reason");
    exit(1);
}

static void
put_hex(const char *bytes, size_t size) {
    putchar('"');
    for (size_t i = 0; i < size; i++)
        printf("%02x", (unsigned char)bytes[i]);
    putchar('"');
}

static void
put_spec(const pgcs_spec *spec) {
    fputs("\"spec\": {", stdout);
    for (size_t i = 0; i < pgcs_spec_size(spec); i++) {
        const char *value = pgcs_spec_value_at(spec, i);
        printf("%s\"%s\": ", i > 0 ? ", " : "", pgcs_spec_key_at(spec, i));
        put_hex(value, strlen(value));
    }
    putchar('}');
}

/* The spec in all forms that can carry it. */
static void
put_forms(const pgcs_spec *spec) {
    const pgcs_text *texts[FORM_COUNT] = {NULL};
    pgcs_error *errors[FORM_COUNT] = {NULL};
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (pgcs_spec_write(spec, forms[i].format, PGCS_WRITE_SECRETS, &texts[i], &errors[i]) !=
                PGCS_OK &&
            pgcs_error_status(errors[i]) != PGCS_ERR_NOT_EXPRESSIBLE &&
            pgcs_error_status(errors[i]) != PGCS_ERR_NOT_BUILT)
            stop(forms[i].name, errors[i]);
    const char *separator = "\"forms\": {";
    for (size_t i = 0; i < FORM_COUNT; i++)
        if (texts[i] != NULL) {
            printf("%s\"%s\": ", separator, forms[i].name);
            put_hex(pgcs_text_data(texts[i]), pgcs_text_size(texts[i]));
            separator = ", ";
        }
    fputs(*separator == ',' ? "}" : "\"forms\": {}", stdout);
    for (size_t i = 0; i < FORM_COUNT; i++) {
        pgcs_text_unref(texts[i]);
        pgcs_error_free(errors[i]);
    }
}

static void
put_case(const char *id, const char *feature, const pgcs_spec *spec) {
    printf("{\"id\": \"%s\", \"feature\": \"%s\", ", id, feature);
    put_spec(spec);
    fputs(", ", stdout);
    put_forms(spec);
    puts("}");
}

static void
add_feature(const char *feature, const char *what) {
    printf("{\"feature\": \"%s\", \"what\": \"%s\"}\n", feature, what);
}

static void
set(pgcs_builder *builder, const char *key, const char *value, size_t size) {
    pgcs_error *error = NULL;
    if (pgcs_builder_set(builder, key, value, size, &error) != PGCS_OK)
        stop(key, error);
}

/* A case for @value, @size bytes, as parameter @key of a plain spec. */
static void
add_value(const char *id, const char *feature, const char *key, const char *value,
          size_t size) {
    static const char *const plain[][2] = {
        {"host", "h"}, {"port", "5433"}, {"user", "u"}, {"password", "p"}, {"dbname", "d"},
    };
    pgcs_builder *builder = pgcs_builder_new();
    if (builder == NULL)
        stop(id, NULL);
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++)
        set(builder, plain[i][0], plain[i][1], strlen(plain[i][1]));
    set(builder, key, value, size);
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    if (pgcs_builder_finish(builder, 0, &spec, &error) != PGCS_OK)
        stop(id, error);
    put_case(id, feature, spec);
    pgcs_spec_unref(spec);
    pgcs_builder_free(builder);
}

/* Each byte of the class at the front, inside and at the end; then all of them in a row. */
static void
add_bytes(const char *feature, const char *key, enum class class) {
    char id[64];
    char all[256];
    size_t size = 0;
    for (unsigned byte = 1; byte < 256; byte++) {
        if (!(classes_of(byte) & (int)class))
            continue;
        char c = (char)byte;
        char value[] = {c, 'a', c, 'z', c};
        snprintf(id, sizeof id, "%s-%02x", feature, byte);
        add_value(id, feature, key, value, sizeof value);
        all[size++] = c;
    }
    snprintf(id, sizeof id, "%s-all", feature);
    add_value(id, feature, key, all, size);
}

static void
add_case(const char *feature, int number, const char *before_root, const char *root,
         const char *after_root) {
    char id[64];
    char text[1024];
    snprintf(id, sizeof id, "%s-%d", feature, number);
    snprintf(text, sizeof text, "%s%s%s", before_root, root, after_root);
    const pgcs_spec *spec = NULL;
    pgcs_error *error = NULL;
    if (pgcs_spec_parse(text, strlen(text), PGCS_PARSE_KEYWORDS, &spec, &error) != PGCS_OK)
        stop(id, error);
    put_case(id, feature, spec);
    pgcs_spec_unref(spec);
}

/* ROOT is a byte that no case holds; the argument takes its place. */
#define ROOT "\001"

int
main(int argc, char **argv) {
    if (argc != 2) {
        fputs("usage: cases CERTIFICATE\n", stderr);
        return 2;
    }
    int number = 0;
#define FEATURE(id, what)          add_feature(#id, what);
#define BYTES(feature, key, class) add_bytes(#feature, key, class);
#define CASE(feature, spec)                                                                    \
    {                                                                                          \
        char text[] = spec;                                                                    \
        char *root = strchr(text, ROOT[0]);                                                    \
        if (root != NULL)                                                                      \
            *root = '\0';                                                                      \
        add_case(#feature, ++number, text, root ? argv[1] : "", root ? root + 1 : "");         \
    }
#include "cases.def"
    return 0;
}
