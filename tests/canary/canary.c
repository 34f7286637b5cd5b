/*
 * `canary pure` and `canary live HOST PORT`, one TAP case for each path and form; `canary
 * planted` leaks on purpose, which must be found.
 */
#include "canary/canary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int count;
static int failed;

static void
tell(const char *path, const char *form, bool good) {
    count++;
    failed += !good;
    printf("%sok %d - canary__%s: %s\n", good ? "" : "not ", count, path, form);
}

/* Good, bad and broken specs. */
static const char *const specs[] = {
    "postgresql://u:{uri}@h:1/d",
    "postgres://u:{uri}@h/d?sslmode=require",
    "postgresql://h/d?user=u&password={uri}",
    "postgresql://h/d?sslpassword={uri}&sslkey=k",
    "postgresql://u:{uri}@h:99999/d",
    "postgresql://u:{uri}@h:port/d",
    "postgresql://u:{uri}@[::1/d",
    "postgresql://u:{uri}@h/d?sslmode=bogus&port=x",
    "postgresql://u:{uri}@h/d?nosuchkey=1",
    "postgresql://u:{uri}@h/d?password",
    "postgresql://u:{uri}%zz@h/d",
    "postgresql://u:{uri}%00@h/d",
    "postgresql://u:{plain}@{plain}@h/d",
    "postgresql://u:{raw}@h/d",
    "postgresql://u:{raw}@h:1,h:2/d?a={raw}",
    "postgresql://u:{plain}",
    "postgresql:/u:{uri}@h/d",
    "POSTGRESQL://u:{uri}@h/d",
    "mysql://u:{uri}@h/d",
    "jdbc:postgresql://h/d?user=u&password={uri}",
    "jdbc:postgresql://u:{uri}@h/d",
    "postgresql+psycopg2://u:{uri}@h/d",
    "Host=h;Username=u;Password={plain};Database=d",
    "host=h;port=1;user=u;password={plain};dbname=d",
    "host=h,port=1,password={plain}",
    "host=h&password={plain}",
    "host=h sslmode=require;password={plain}",
    "host=h options='-c my.password={plain}'",
    "user=u:{plain} host=h",
    "postgresql://u%3A{uri}@h/d",
    "postgresql://u%3A{uri}%40h/d",
    "host=h sslmode=require sslkey='-----BEGIN PRIVATE KEY-----{quoted}'",
    "host=h sslcert=x;password={plain}",
    "host=h service=x;password={plain}",
    "u:{plain}@h/d",
    "host=h user=u password={plain}",
    "host=h user=u password='{quoted}'",
    "host=h user=u password='{quoted}",
    "host=h user=u password={quoted} x",
    "host=h user=u password '{quoted}'",
    "host=h user=u pass_word='{quoted}'",
    "host=h user=u PASSWORD='{quoted}'",
    "host=h user=u password = '{quoted}' port=x",
    "host=h password='{quoted}' password='{quoted}'",
    "host=h password='{quoted}'sslmode=require",
    "password={plain}\x01",
    "{plain}",
    "dbname=postgresql://u:{uri}@h/d",
};

static void
texts(void) {
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        char *text = canary_expand(specs[i]);
        tell("text", specs[i], canary_through_text(text, strlen(text)) == 0);
        tell("env", specs[i], canary_through_env(text) == 0);
        free(text);
    }
}

static void
fields(void) {
    char *password = canary_expand("{raw}");
    tell("builder", "password", canary_through_builder(password) == 0);
    tell("tls", "passphrase", canary_through_tls(password) == 0);
    free(password);
    char *spec = canary_expand("postgresql://u:{uri}@/d?host=/nowhere/at/all&port=1");
    tell("check", "no socket", canary_through_check(spec) == 0);
    free(spec);
    /* The host is a piece of the password. */
    spec = canary_expand("postgresql://u:x@{plain}@127.0.0.1:1/d");
    tell("check", "a password that is not encoded", canary_through_check(spec) == 0);
    free(spec);
}

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

/* Sanitizers and valgrind keep what was freed, and mind who reads it. */
static bool
memory_is_ours(void) {
    return !UNDER_SANITIZER && getenv("UNDER_MEMCHECK") == NULL;
}

/* All that a spec and its texts held is wiped when they go. */
static void
memory(void) {
    static char text[512];
    char *made = canary_expand("postgresql://u:{plain}@h:1/d");
    snprintf(text, sizeof text, "%s", made);
    explicit_bzero(made, strlen(made));
    free(made);
    long before = canary_in_memory(text, sizeof text);
    const pgcs_spec *spec = NULL;
    const pgcs_text *written = NULL;
    bool good =
        pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK &&
        pgcs_spec_write(spec, PGCS_FORMAT_URI, PGCS_WRITE_SECRETS, &written, NULL) == PGCS_OK;
    bool seen = canary_in_memory(text, sizeof text) > before;
    pgcs_text_unref(written);
    pgcs_spec_unref(spec);
    pgcs_error *err = NULL;
    const pgcs_spec *none = NULL;
    strcat(text, "?x=");
    good = good && pgcs_spec_parse(text, strlen(text), 0, &none, &err) != PGCS_OK;
    pgcs_error_free(err);
    tell("memory", "the search sees what lives", good && seen);
    long after = canary_in_memory(text, sizeof text);
    printf("# %ld places before, %ld after\n", before, after);
    tell("memory", "nothing is left", before == 0 && after == 0);
}

/* Places of the heap that hold what is looked for; the test's own stand in static memory. */
static long
places(void) {
    return canary_in_memory(NULL, 0);
}

/* Pass phrase and key: of the builder, the material, and the stage that libpq would get. */
static void
memory_of_tls(void) {
    static char phrase[128], pem[4096];
    char *made = canary_expand("{plain}");
    snprintf(phrase, sizeof phrase, "%s", made);
    explicit_bzero(made, strlen(made));
    free(made);
    canary_make_identity(phrase, pem, sizeof pem);
    long before = places();
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_spec *spec = NULL;
    const pgcs_tls *tls = NULL;
    const pgcs_stage *stage = NULL;
    size_t size = strlen(pem);
    bool good =
        pgcs_spec_parse("host=h sslmode=require", 22, 0, &spec, NULL) == PGCS_OK &&
        pgcs_tls_builder_set_certificate(builder, pem, canary_certificate_size(pem), NULL) ==
            PGCS_OK &&
        pgcs_tls_builder_set_key(builder, pem, size, phrase, strlen(phrase), NULL) == PGCS_OK &&
        pgcs_tls_builder_finish(builder, &tls, NULL) == PGCS_OK &&
        pgcs_stage_new(spec, tls, 150000, &stage, NULL) == PGCS_OK;
    bool seen = places() > before + 2;
    pgcs_tls_builder_free(builder);
    pgcs_tls_unref(tls);
    pgcs_stage_unref(stage);
    pgcs_spec_unref(spec);
    tell("memory", "the search sees a pass phrase that lives", good && seen);
    long after = places();
    printf("# pass phrase: %ld places before, %ld after\n", before, after);
    tell("memory", "no pass phrase is left", before == after);
    builder = pgcs_tls_builder_new();
    pgcs_error *err = NULL;
    bool refused = pgcs_tls_builder_set_certificate(builder, pem, canary_certificate_size(pem),
                                                    NULL) == PGCS_OK &&
                   pgcs_tls_builder_set_key(builder, pem, size, phrase, strlen(phrase) - 1,
                                            NULL) == PGCS_OK &&
                   pgcs_tls_builder_finish(builder, &tls, &err) == PGCS_ERR_BAD_VALUE;
    pgcs_tls_builder_free(builder);
    pgcs_error_free(err);
    tell("memory", "nor one that was refused", refused && places() == before);
}

/* The same for a key that nobody encrypted: a piece of its number is the canary. */
static void
memory_of_key(void) {
    static char pem[4096];
    canary_make_identity("", pem, sizeof pem);
    static const char begin[] = "-----BEGIN PRIVATE KEY-----\n";
    const char *body = strstr(pem, begin);
    if (body == NULL)
        abort();
    memcpy(canary.first, body + sizeof begin - 1 + 48, CANARY_CORE);
    long before = places();
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_spec *spec = NULL;
    const pgcs_tls *tls = NULL;
    const pgcs_stage *stage = NULL;
    bool good = pgcs_spec_parse("host=h sslmode=require", 22, 0, &spec, NULL) == PGCS_OK &&
                pgcs_tls_builder_set_certificate(builder, pem, canary_certificate_size(pem),
                                                 NULL) == PGCS_OK &&
                pgcs_tls_builder_set_key(builder, pem, strlen(pem), NULL, 0, NULL) == PGCS_OK &&
                pgcs_tls_builder_finish(builder, &tls, NULL) == PGCS_OK &&
                pgcs_stage_new(spec, tls, 150000, &stage, NULL) == PGCS_OK;
    bool seen = places() > before;
    pgcs_tls_builder_free(builder);
    pgcs_tls_unref(tls);
    pgcs_stage_unref(stage);
    pgcs_spec_unref(spec);
    tell("memory", "the search sees a key that lives", good && seen);
    long after = places();
    printf("# key: %ld places before, %ld after\n", before, after);
    tell("memory", "no key is left", before == after);
}

static void
sight(void) {
    static const char *const kinds[] = {"a written text",  "error message", "error hint",
                                        "finding message", "finding hint",  "spec key"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        tell("sight", kinds[i], canary_looked_at(kinds[i]) > 100);
}

static void
live(const char *host, const char *port) {
    static const char *const forms[][2] = {
        {"postgresql://postgres:{uri}@127.0.0.1:", "/postgres"},
        {"postgresql://nobody:{uri}@127.0.0.1:", "/nowhere"},
        {"postgresql://postgres:{uri}@127.0.0.1:", "/postgres?sslmode=require"},
        {"postgresql://postgres:{uri}@127.0.0.1:", "/postgres?options=-c%20bogus%3D1"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char form[256];
        snprintf(form, sizeof form, "%s%s%s", forms[i][0], port, forms[i][1]);
        char *text = canary_expand(form);
        tell("live", forms[i][1], canary_through_check(text) == 0);
        free(text);
    }
    char form[512];
    snprintf(form, sizeof form,
             "host='%s' port=%s user=postgres dbname=postgres password='{quoted}'", host, port);
    char *text = canary_expand(form);
    tell("live", "a password that nobody asks for", canary_through_check(text) == 0);
    free(text);
}

static void
planted(void) {
    long leaks = 0;
    char *text = canary_expand("postgresql://u:{uri}@h/d");
    canary_look(&leaks, "planted", text);
    tell("planted", "a whole URI is found", leaks == 1);
    text[14 + 6 + 3] = '\0';
    canary_look(&leaks, "planted", text + 17);
    tell("planted", "a piece of six is found", leaks == 2);
    canary_look(&leaks, "planted", text + 18);
    tell("planted", "five bytes are not told from chance", leaks == 2);
    free(text);
    const pgcs_spec *spec = NULL;
    const pgcs_text *written = NULL;
    text = canary_expand("host=h password='{quoted}'");
    bool good =
        pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK &&
        pgcs_spec_write(spec, PGCS_FORMAT_URI, PGCS_WRITE_SECRETS, &written, NULL) == PGCS_OK;
    if (good)
        canary_look(&leaks, "planted", pgcs_text_data(written));
    tell("planted", "a text with secrets is found", leaks == 3);
    pgcs_text_unref(written);
    pgcs_spec_unref(spec);
    long before = memory_is_ours() ? canary_in_memory(NULL, 0) : 0;
    char *volatile kept = strdup(text); /* or the compiler sees that nobody reads it */
    long after = memory_is_ours() ? canary_in_memory(NULL, 0) : 0;
    tell("planted", "what was not wiped is found", !memory_is_ours() || after == before + 1);
    free(kept);
    free(text);
}

int
main(int argc, char **argv) {
    canary_hatch();
    if (argc == 2 && strcmp(argv[1], "pure") == 0) {
        if (memory_is_ours()) {
            memory_of_tls();
            memory_of_key();
            canary_hatch();
        }
        if (memory_is_ours())
            memory(); /* first, while nothing of our own is left in freed memory */
        texts();
        fields();
        sight();
    } else if (argc == 4 && strcmp(argv[1], "live") == 0) {
        live(argv[2], argv[3]);
    } else if (argc == 2 && strcmp(argv[1], "planted") == 0) {
        planted();
    } else {
        fprintf(stderr, "usage: canary pure|planted|live HOST PORT\n");
        return 2;
    }
    printf("1..%d\n", count);
    return failed == 0 ? 0 : 1;
}
