/* Why there is no connection: the table of causes, and the sentences made of it. */
#include "probe/classify.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pgconnspec/report.h>

#include "spec/spec.h"
#include "tls/alert.h"

enum { STOP = 0, NEXT = 1 };

struct cause {
    const char *sqlstate;
    const char *text;
    int os_code;
    pgcs_code code;
    bool next;
    const char *field;
    const char *sentence;
    const char *hint;
};

static const struct cause causes[] = {
#define X(sqlstate, text, os_code, code, next, field, sentence, hint)                          \
    {sqlstate, text, os_code, code, next, field, sentence, hint},
#include "probe/causes.def"
#undef X
};

/* --- reading ---------------------------------------------------------------------------------
 */

static bool
is_sqlstate_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* libpq writes "FATAL:  28P01: text", with the first word in any language. */
bool
sqlstate_of(const char *text, char sqlstate[6]) {
    sqlstate[0] = '\0';
    for (const char *at = strstr(text, ":  "); at != NULL; at = strstr(at + 1, ":  ")) {
        const char *code = at + 3;
        int size = 0;
        while (size < 5 && is_sqlstate_char(code[size]))
            size++;
        if (size == 5 && (code[5] == ':' || code[5] == '\n')) {
            memcpy(sqlstate, code, 5);
            sqlstate[5] = '\0';
            return true;
        }
    }
    return false;
}

static bool
holds_secret(const pgcs_spec *spec, const char *text) {
    for (enum keyword keyword = 0; keyword < KEYWORD_COUNT; keyword++) {
        const struct spec_value *value = spec_find(spec, keyword);
        if (value != NULL && value->size > 0 && spec_value_is_private(value) &&
            strstr(text, value->text) != NULL)
            return true;
    }
    return false;
}

void
filter_text(const pgcs_spec *spec, const char *text, char *out, size_t size) {
    size_t length = 0;
    if (!holds_secret(spec, text))
        for (; text[length] != '\0' && text[length] != '\n' && length + 1 < size; length++)
            out[length] = text[length] >= ' ' && text[length] <= '~' ? text[length] : '?';
    out[length] = '\0';
}

/* --- choosing --------------------------------------------------------------------------------
 */

/* libpq's text holds the system's own words; both are made in the C locale. */
static bool
tells_of(const char *text, int os_code) {
    char words[128];
    return strstr(text, strerror_r(os_code, words, sizeof words)) != NULL;
}

static bool
fits(const struct cause *cause, const struct evidence *evidence) {
    if (cause->sqlstate[0] != '\0' && strcmp(cause->sqlstate, evidence->sqlstate) != 0)
        return false;
    if (cause->sqlstate[0] == '\0' && evidence->sqlstate[0] != '\0')
        return false;
    if (strstr(evidence->text, cause->text) == NULL)
        return false;
    return cause->os_code == 0 || tells_of(evidence->text, cause->os_code);
}

static const struct cause *
choose(const struct evidence *evidence) {
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++)
        if (fits(&causes[i], evidence))
            return &causes[i];
    return NULL;
}

/* --- telling ---------------------------------------------------------------------------------
 */

#define SENTENCE_SIZE 320

static const char *
or_empty(const char *text) {
    return text ? text : "";
}

/*
 * The value that stands for a placeholder of a sentence. A database that is not named has the
 * user's name; where TLS is asked for by no sslmode, certificates or a server name asked for
 * verify-full.
 */
static const char *
value_called(const pgcs_spec *spec, struct slice name) {
    static const struct {
        const char *name;
        enum keyword keyword;
        enum keyword instead;
        const char *otherwise;
    } values[] = {
        {"user", KEYWORD_USER, KEYWORD_USER, ""},
        {"database", KEYWORD_DBNAME, KEYWORD_USER, ""},
        {"mode", KEYWORD_SSLMODE, KEYWORD_SSLMODE, "verify-full"},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (!slice_is(name, values[i].name))
            continue;
        bool named = spec_filled(spec, values[i].keyword) != NULL;
        enum keyword keyword = named ? values[i].keyword : values[i].instead;
        const char *value = spec_filled(spec, keyword);
        return value ? spec_shown(spec, keyword, value) : values[i].otherwise;
    }
    return "";
}

/* Put values for the {placeholders}. */
static void
expand(const pgcs_spec *spec, const char *sentence, char *out, size_t size) {
    size_t length = 0;
    while (*sentence != '\0' && length + 1 < size) {
        const char *end = *sentence == '{' ? strchr(sentence, '}') : NULL;
        if (end == NULL) {
            out[length++] = *sentence++;
            continue;
        }
        struct slice name = {sentence + 1, (size_t)(end - sentence - 1)};
        const char *value = value_called(spec, name);
        int more = snprintf(out + length, size - length, "\"%s\"",
                            diag_quote(value, strlen(value)).text);
        length += more > 0 && (size_t)more < size - length ? (size_t)more : 0;
        sentence = end + 1;
    }
    out[length] = '\0';
}

/* A part of the target, which may be a piece of a password that was not encoded. */
static const char *
target_part(const struct target *target, enum keyword keyword, const char *text) {
    return target->spec && text ? spec_shown(target->spec, keyword, text) : or_empty(text);
}

/* Where we knocked: "db.example" (10.0.0.1) port 5432. */
static void
name_target(const struct target *target, char *out, size_t size) {
    const char *host = target_part(target, KEYWORD_HOST, target->host);
    const char *socket = target_part(target, KEYWORD_HOST, target->socket);
    const char *port = target_part(target, KEYWORD_PORT, target->port);
    const char *address = or_empty(target->address);
    if (target->socket != NULL)
        snprintf(out, size, "socket \"%s/.s.PGSQL.%s\"",
                 diag_quote(socket, strlen(socket)).text, port);
    else if (host[0] == '\0' || strcmp(host, address) == 0)
        snprintf(out, size, "%s port %s", address, port);
    else if (address[0] == '\0')
        snprintf(out, size, "\"%s\" port %s", diag_quote(host, strlen(host)).text, port);
    else
        snprintf(out, size, "\"%s\" (%s) port %s", diag_quote(host, strlen(host)).text, address,
                 port);
}

void
blame(const struct target *target, pgcs_code cause, struct diag *diag, const char *sentence,
      ...) {
    char where[LIMIT_QUOTED_TOKEN * 4 + 128], words[SENTENCE_SIZE];
    va_list args;
    va_start(args, sentence);
    vsnprintf(words, sizeof words, sentence, args);
    va_end(args);
    name_target(target, where, sizeof where);
    diag_fail(diag, cause, "%s: %s", where, words);
}

/* Nothing in the table fits: say what the server said, filtered. */
static void
blame_unknown(const struct target *target, const struct evidence *evidence, struct diag *diag) {
    char words[160] = "";
    const char *start = strstr(evidence->text, evidence->sqlstate);
    if (evidence->sqlstate[0] != '\0' && start != NULL && start[5] == ':')
        filter_text(target->spec, start + 7, words, sizeof words);
    if (words[0] != '\0')
        blame(target, PGCS_CAUSE_UNKNOWN, diag, "the server refused: %s (%s)", words,
              evidence->sqlstate);
    else
        blame(target, PGCS_CAUSE_UNKNOWN, diag, "the connection failed for an unknown reason");
    diag_hint(diag, "The server's log says more.");
}

/* A TLS alert by its name. False when the text tells of none that has a row. */
static bool
blame_alert(const struct target *target, const struct evidence *evidence, struct diag *diag) {
    struct diag alert;
    if (evidence->sqlstate[0] != '\0' || strstr(evidence->text, "SSL error") == NULL ||
        !alert_explain(alert_in_message(evidence->text), &alert))
        return false;
    blame(target, alert.status, diag, "%s", alert.message);
    diag_hint(diag, "%s", alert.hint);
    diag_field(diag, alert.field);
    return true;
}

bool
classify(const struct target *target, const struct evidence *evidence, struct diag *diag) {
    if (blame_alert(target, evidence, diag))
        return false;
    const struct cause *cause = choose(evidence);
    if (cause == NULL) {
        blame_unknown(target, evidence, diag);
    } else {
        char words[SENTENCE_SIZE], hint[LIMIT_DIAG_HINT];
        expand(target->spec, cause->sentence, words, sizeof words);
        expand(target->spec, cause->hint, hint, sizeof hint);
        blame(target, cause->code, diag, "%s", words);
        diag_hint(diag, "%s", hint);
        if (cause->field != NULL)
            diag_field(diag, cause->field);
        diag->os_code = cause->os_code;
    }
    memcpy(diag->sqlstate, evidence->sqlstate, sizeof diag->sqlstate);
    return cause != NULL && cause->next;
}
