/*
 * What other drivers make of the URI that write_uri() writes for this spec. The verdicts are
 * measured: tests/conformance hands URIs to each driver's own parser and writes drivers.def.
 * Here stands only which features of that table a spec needs.
 */
#include <stdio.h>
#include <string.h>

#include "spec/host.h"
#include "spec/judge.h"

enum feature {
#define DRIVER(id, name, version, door)
#define FEATURE(id, what) FEATURE_##id,
#define READS(form, feature, letters)
#include "spec/drivers.def"
#undef DRIVER
#undef FEATURE
    FEATURE_COUNT
};

enum driver {
#define DRIVER(id, name, version, door) DRIVER_##id,
#define FEATURE(id, what)
#include "spec/drivers.def"
#undef DRIVER
    DRIVER_COUNT
};

enum door { LIBPQ, OWN };

static const struct {
    const char *name;
    enum door door;
} drivers[] = {
#define DRIVER(id, name, version, door) {name, door},
#include "spec/drivers.def"
#undef DRIVER
#undef FEATURE
};

static const char *const features[] = {
#define DRIVER(id, name, version, door)
#define FEATURE(id, what) what,
#include "spec/drivers.def"
#undef FEATURE
#undef READS
};

/* A letter for each driver. */
static const char *const uri_verdicts[FEATURE_COUNT] = {
#define FEATURE(id, what)
#define READS_URI(feature, letters) [FEATURE_##feature] = (letters),
#define READS_KEYWORDS(feature, letters)
#define READS_ENV(feature, letters)
#define READS_SERVICE(feature, letters)
#define READS_JDBC(feature, letters)
#define READS_SQLALCHEMY(feature, letters)
#define READS(form, feature, letters) READS_##form(feature, letters)
#include "spec/drivers.def"
};

/* Which parameter needs a feature; KEYWORD_NONE is none. */
struct needs {
    enum keyword by[FEATURE_COUNT];
};

static void
need(struct needs *needs, enum feature feature, enum keyword keyword) {
    if (needs->by[feature] == KEYWORD_NONE)
        needs->by[feature] = keyword;
}

/* Is this UTF-8? Too lax for surrogates and overlong forms, which nobody has in a name. */
static bool
is_utf8(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        int more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc2 ? 1 : -1;
        if (more < 0 || *at > 0xf4)
            return false;
        for (at++; more > 0; more--, at++)
            if ((*at & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static bool
has_control(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return true;
    return false;
}

static bool
has_high(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return true;
    return false;
}

static const struct {
    enum keyword keyword;
    enum feature control, utf8, bytes;
} texts[] = {
    {KEYWORD_USER, FEATURE_USER_CONTROL, FEATURE_USER_UTF8, FEATURE_USER_BYTES},
    {KEYWORD_PASSWORD, FEATURE_PASSWORD_CONTROL, FEATURE_PASSWORD_UTF8, FEATURE_PASSWORD_BYTES},
    {KEYWORD_DBNAME, FEATURE_DBNAME_CONTROL, FEATURE_DBNAME_UTF8, FEATURE_DBNAME_BYTES},
    {KEYWORD_APPLICATION_NAME, FEATURE_VALUE_CONTROL, FEATURE_VALUE_UTF8, FEATURE_VALUE_BYTES},
    {KEYWORD_OPTIONS, FEATURE_VALUE_CONTROL, FEATURE_VALUE_UTF8, FEATURE_VALUE_BYTES},
};

static void
need_texts(struct needs *needs, const pgcs_spec *spec) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *text = spec_value(spec, texts[i].keyword);
        if (text == NULL)
            continue;
        if (has_control(text))
            need(needs, texts[i].control, texts[i].keyword);
        if (has_high(text))
            need(needs, is_utf8(text) ? texts[i].utf8 : texts[i].bytes, texts[i].keyword);
    }
}

/* Does a step of the path consist of dots? */
static bool
has_dots(const char *path) {
    for (;;) {
        size_t size = strcspn(path, "/");
        if (size > 0 && size <= 2 && strspn(path, ".") >= size)
            return true;
        if (path[size] == '\0')
            return false;
        path += size + 1;
    }
}

static void
need_dbname(struct needs *needs, const pgcs_spec *spec) {
    const char *name = spec_value(spec, KEYWORD_DBNAME);
    if (name == NULL)
        return;
    if (name[0] == '\0')
        need(needs, FEATURE_EMPTY_DBNAME, KEYWORD_DBNAME);
    if (strpbrk(name, "#?") != NULL)
        need(needs, FEATURE_DBNAME_HASH, KEYWORD_DBNAME);
    if (strpbrk(name, " \"%<>[\\]^`{|}") != NULL)
        need(needs, FEATURE_DBNAME_OTHER, KEYWORD_DBNAME);
    if (strchr(name, ';') != NULL)
        need(needs, FEATURE_DBNAME_SEMICOLON, KEYWORD_DBNAME);
    if (strchr(name, '/') != NULL)
        need(needs, FEATURE_DBNAME_SLASH, KEYWORD_DBNAME);
    if (name[0] == '/')
        need(needs, FEATURE_DBNAME_SLASH_FIRST, KEYWORD_DBNAME);
    if (has_dots(name))
        need(needs, FEATURE_DBNAME_DOTS, KEYWORD_DBNAME);
}

static void
need_host(struct needs *needs, const char *name) {
    if (name == NULL)
        return;
    if (name[0] == '/')
        need(needs, FEATURE_SOCKET, KEYWORD_HOST);
    else if (name[0] == '@')
        need(needs, FEATURE_SOCKET_ABSTRACT, KEYWORD_HOST);
    else if (is_ipv6(name, strlen(name)))
        need(needs, strchr(name, '%') != NULL ? FEATURE_HOST_ZONE : FEATURE_HOST_IPV6,
             KEYWORD_HOST);
    else if (has_high(name))
        need(needs, FEATURE_HOST_UTF8, KEYWORD_HOST);
}

static void
need_hosts(struct needs *needs, const pgcs_spec *spec) {
    const char *ports = spec_filled(spec, KEYWORD_PORT);
    if (spec_filled(spec, KEYWORD_HOSTADDR) != NULL)
        need(needs, FEATURE_HOSTADDR, KEYWORD_HOSTADDR);
    if (spec_host_count(spec) < 2) {
        need_host(needs, spec_host(spec, 0)->name);
        return;
    }
    need(needs,
         ports == NULL        ? FEATURE_HOSTS_NO_PORT
         : strchr(ports, ',') ? FEATURE_HOSTS
                              : FEATURE_HOSTS_ONE_PORT,
         KEYWORD_HOST);
    for (size_t i = 0; i < spec_host_count(spec); i++) {
        const char *name = spec_host(spec, i)->name;
        if (name != NULL && is_ipv6(name, strlen(name)))
            need(needs, FEATURE_HOSTS_IPV6, KEYWORD_HOST);
    }
}

/* Parameters, with the one value that needs a feature, or NULL for any. */
static const struct {
    enum keyword keyword;
    const char *value;
    enum feature feature;
} parameters[] = {
    {KEYWORD_USER, "", FEATURE_EMPTY_USER},
    {KEYWORD_PASSWORD, "", FEATURE_EMPTY_PASSWORD},
    {KEYWORD_SSLMODE, "allow", FEATURE_SSLMODE_ALLOW},
    {KEYWORD_SSLMODE, "prefer", FEATURE_SSLMODE_PREFER},
    {KEYWORD_SSLMODE, "require", FEATURE_SSLMODE_REQUIRE},
    {KEYWORD_SSLMODE, "verify-ca", FEATURE_SSLMODE_VERIFY_CA},
    {KEYWORD_APPLICATION_NAME, NULL, FEATURE_APPLICATION_NAME},
    {KEYWORD_CONNECT_TIMEOUT, NULL, FEATURE_CONNECT_TIMEOUT},
    {KEYWORD_OPTIONS, NULL, FEATURE_OPTIONS},
    {KEYWORD_CHANNEL_BINDING, NULL, FEATURE_CHANNEL_BINDING},
    {KEYWORD_TARGET_SESSION_ATTRS, NULL, FEATURE_TARGET_SESSION_ATTRS},
    {KEYWORD_KEEPALIVES_IDLE, NULL, FEATURE_KEEPALIVES},
    {KEYWORD_CLIENT_ENCODING, NULL, FEATURE_CLIENT_ENCODING},
    {KEYWORD_LOAD_BALANCE_HOSTS, NULL, FEATURE_LOAD_BALANCE_HOSTS},
    {KEYWORD_REQUIRE_AUTH, NULL, FEATURE_REQUIRE_AUTH},
    {KEYWORD_SSLNEGOTIATION, NULL, FEATURE_SSLNEGOTIATION},
};

static void
need_parameters(struct needs *needs, const pgcs_spec *spec) {
    const char *sslmode = spec_value(spec, KEYWORD_SSLMODE);
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        const char *value = spec_value(spec, parameters[i].keyword);
        if (value != NULL &&
            (parameters[i].value == NULL || strcmp(value, parameters[i].value) == 0))
            need(needs, parameters[i].feature, parameters[i].keyword);
    }
    if (sslmode && !strcmp(sslmode, "verify-full") && spec_is_set(spec, KEYWORD_SSLROOTCERT))
        need(needs, FEATURE_SSLMODE_VERIFY_FULL, KEYWORD_SSLMODE);
}

/* What a letter of drivers.def says of one driver, and of several. */
static const struct {
    char letter;
    const char *one;
    const char *several;
} verdicts[] = {
    {'d', "misreads it", "misread it"},
    {'i', "ignores it", "ignore it"},
    {'r', "refuses it", "refuse it"},
};

/* A driver on libpq that does as libpq does has nothing of its own to tell. */
static bool
is_own(enum feature feature, size_t driver, char letter) {
    const char *row = uri_verdicts[feature];
    return row[driver] == letter &&
           (drivers[driver].door == OWN || letter != row[DRIVER_LIBPQ_15]);
}

/* Names of drivers, each with what it does to the URI. */
struct names {
    char text[LIMIT_DIAG_MESSAGE];
    size_t size;
};

static void
put_name(struct names *names, const char *before, const char *name) {
    size_t room = sizeof names->text - names->size;
    int size = snprintf(names->text + names->size, room, "%s%s", before, name);
    if (size > 0 && (size_t)size < room)
        names->size += (size_t)size;
}

/* "; asyncpg, postgres.js misread it". How many there are. */
static size_t
put_verdict(struct names *names, enum feature feature, size_t verdict) {
    size_t count = 0;
    for (size_t i = 0; i < DRIVER_COUNT; i++)
        if (is_own(feature, i, verdicts[verdict].letter)) {
            put_name(names, count > 0 ? ", " : names->size > 0 ? "; " : "", drivers[i].name);
            count++;
        }
    if (count > 0)
        put_name(names, " ", count > 1 ? verdicts[verdict].several : verdicts[verdict].one);
    return count;
}

static void
judge_feature(const struct judge *judge, enum feature feature, enum keyword keyword) {
    char message[LIMIT_DIAG_MESSAGE];
    struct names names = {.size = 0};
    size_t misread = put_verdict(&names, feature, 0);
    for (size_t i = 1; i < sizeof verdicts / sizeof verdicts[0]; i++)
        put_verdict(&names, feature, i);
    if (names.size == 0)
        return;
    snprintf(message, sizeof message, "%s, in a URI: %.*s", features[feature],
             (int)(sizeof message - strlen(features[feature]) - sizeof ", in a URI: "),
             names.text);
    judge_find(judge, misread > 0 ? PGCS_SEVERITY_WARNING : PGCS_SEVERITY_NOTE,
               PGCS_CODE_DRIVERS_DIFFER, keyword, message,
               "Give those drivers their parameters one by one, and not as a URI.");
}

void
judge_drivers(const struct judge *judge) {
    struct needs needs;
    for (int i = 0; i < FEATURE_COUNT; i++)
        needs.by[i] = KEYWORD_NONE;
    need_texts(&needs, judge->spec);
    need_dbname(&needs, judge->spec);
    need_hosts(&needs, judge->spec);
    need_parameters(&needs, judge->spec);
    for (int i = 0; i < FEATURE_COUNT; i++)
        if (needs.by[i] != KEYWORD_NONE && uri_verdicts[i] != NULL)
            judge_feature(judge, (enum feature)i, needs.by[i]);
}
