/* Why there is no connection: the table of causes, and the sentences made of it. */
#include "probe/classify.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pgconnspec/report.h>

#include "probe/guard.h"
#include "spec/spec.h"
#include "tls/alert.h"

enum { STOP = 0, NEXT = 1 };

struct cause {
    const char *sqlstate;
    const char *texts;
    int os_code;
    enum tls_use tls;
    pgcs_code code;
    bool next;
    const char *field;
    const char *sentence;
    const char *hint;
};

#define ANY    TLS_ANY
#define NEVER  TLS_NEVER
#define ALWAYS TLS_ALWAYS
static const struct cause causes[] = {
#define X(id, sqlstate, texts, os_code, tls, code, next, field, sentence, hint)                \
    {sqlstate, texts, os_code, tls, code, next, field, sentence, hint},
#include "probe/causes.def"
#undef X
};

/* --- reading ---------------------------------------------------------------------------------
 */

/*
 * libpq's text is one message for each try; with sslmode=prefer or allow there are two.
 *
 *   text    = *message
 *   message = [where] (fatal | line) "\n" *(more "\n")
 *   where   = "connection to server " … " failed: "             libpq 14 and later
 *   fatal   = severity ":  " SQLSTATE ": " line                  said by the server
 *   more    = "DETAIL:  " … | "LOCATION:  " name ", " … | "\t" …   and its like
 */
struct said {
    struct slice line;
    struct slice place; /* "auth_failed" */
    int os_code;        /* when nothing is said */
    char sqlstate[6];   /* "" when there is none */
};

static struct slice
next_line(const char *text) {
    const char *end = strchr(text, '\n');
    return (struct slice){text, end ? (size_t)(end - text) : strlen(text)};
}

static const char *
find_in(struct slice line, const char *text, size_t size) {
    return memmem(line.data, line.size, text, size);
}

static struct slice
behind(struct slice line, const char *at) {
    return (struct slice){at, line.size - (size_t)(at - line.data)};
}

static bool
begins_with(struct slice line, const char *text) {
    return line.size >= strlen(text) && memcmp(line.data, text, strlen(text)) == 0;
}

static bool
is_sqlstate_char(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
}

/* Cut off the severity, a word in any language, and the SQLSTATE. */
static bool
take_sqlstate(struct slice *line, char sqlstate[6]) {
    const char *at = find_in(*line, ":  ", 3);
    if (at == NULL)
        return false;
    struct slice rest = behind(*line, at + 3);
    size_t size = 0;
    while (size < rest.size && size < 6 && is_sqlstate_char(rest.data[size]))
        size++;
    bool is_last = size == 5 && rest.size == 5;
    if (!is_last && !(size == 5 && rest.size > 6 && rest.data[5] == ':'))
        return false;
    memcpy(sqlstate, rest.data, 5);
    sqlstate[5] = '\0';
    *line = behind(rest, rest.data + (is_last ? 5 : 7));
    return true;
}

static bool
take_where(struct slice *line) {
    const char *at = begins_with(*line, "connection to server ")
                         ? find_in(*line, " failed: ", sizeof " failed: " - 1)
                         : NULL;
    if (at != NULL)
        *line = behind(*line, at + sizeof " failed: " - 1);
    return at != NULL;
}

/* Whether a line belongs to the message that was begun. */
static bool
goes_on(const struct said *said, struct slice line) {
    char ignored[6];
    if (take_where(&line) || take_sqlstate(&line, ignored))
        return false;
    return begins_with(line, "\t") || (said->sqlstate[0] != '\0' && said->place.size == 0);
}

/* Read a message; what is behind it, "" at the end. */
static const char *
read_message(const char *text, struct said *said) {
    static const char label[] = "LOCATION:  ";
    struct slice line = next_line(text);
    *said = (struct said){.place = {"", 0}, .sqlstate = ""};
    text = line.data + line.size;
    take_where(&line);
    take_sqlstate(&line, said->sqlstate);
    said->line = line;
    while (text[0] != '\0' && goes_on(said, line = next_line(text + 1))) {
        text = line.data + line.size;
        if (!begins_with(line, label))
            continue;
        line = behind(line, line.data + sizeof label - 1);
        const char *end = memchr(line.data, ',', line.size);
        said->place = (struct slice){line.data, end ? (size_t)(end - line.data) : line.size};
    }
    return text[0] == '\0' ? text : text + 1;
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
tells_of(const struct said *said, int os_code) {
    char buffer[128];
    const char *words = strerror_r(os_code, buffer, sizeof buffer);
    return said->line.size == 0 ? said->os_code == os_code
                                : find_in(said->line, words, strlen(words)) != NULL;
}

/* One of the texts between "|"; "@" stands before a place in the server's source. */
static bool
has_text(const struct said *said, const char *texts) {
    for (;;) {
        size_t size = strcspn(texts, "|");
        if (texts[0] != '@' && find_in(said->line, texts, size) != NULL)
            return true;
        if (texts[0] == '@' && said->place.size == size - 1 &&
            memcmp(said->place.data, texts + 1, size - 1) == 0)
            return true;
        if (texts[size] == '\0')
            return false;
        texts += size + 1;
    }
}

static const struct cause *
choose(const struct said *said, enum tls_use tls) {
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        const struct cause *cause = &causes[i];
        if (strcmp(cause->sqlstate, said->sqlstate) == 0 &&
            (cause->tls == TLS_ANY || cause->tls == tls) && has_text(said, cause->texts) &&
            (cause->os_code == 0 || tells_of(said, cause->os_code)))
            return cause;
    }
    return NULL;
}

/*
 * How much a message tells. With sslmode=prefer a server that takes TLS only answers a wrong
 * password twice: over TLS that it is wrong, and then that nobody comes in without TLS.
 */
static int
weight(const struct said *said, const struct cause *cause) {
    bool is_door = cause != NULL && (cause->code == PGCS_CAUSE_NOT_ALLOWED ||
                                     cause->code == PGCS_CAUSE_TLS_REQUIRED);
    if (is_door)
        return 1;
    return said->sqlstate[0] != '\0' ? 3 : cause != NULL ? 2 : 0;
}

static bool
tells_more(const struct said *said, const struct cause *cause, const struct said *than,
           const struct cause *its) {
    int mine = weight(said, cause), other = weight(than, its);
    return mine > other || (mine == other && cause != NULL && its != NULL && cause < its);
}

/* The message that tells most, by the order of the table where two do; its cause, or NULL. */
static const struct cause *
read_evidence(const struct target *target, const struct evidence *evidence, struct said *said) {
    if (evidence->sqlstate[0] != '\0') {
        *said = (struct said){.line = next_line(evidence->text), .place = {"", 0}};
        memcpy(said->sqlstate, evidence->sqlstate, sizeof said->sqlstate);
        return choose(said, target->tls);
    }
    const char *text = read_message(evidence->text, said);
    said->os_code = evidence->os_code;
    const struct cause *cause = choose(said, target->tls);
    while (text[0] != '\0') {
        struct said other;
        text = read_message(text, &other);
        const struct cause *its = choose(&other, target->tls);
        if (tells_more(&other, its, said, cause)) {
            *said = other;
            cause = its;
        }
    }
    return cause;
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
blame_unknown(const struct target *target, const struct said *said, struct diag *diag) {
    char words[160] = "";
    if (said->sqlstate[0] != '\0')
        filter_text(target->spec, said->line.data, words, sizeof words);
    if (words[0] != '\0')
        blame(target, PGCS_CAUSE_UNKNOWN, diag, "the server refused: %s (%s)", words,
              said->sqlstate);
    else
        blame(target, PGCS_CAUSE_UNKNOWN, diag, "the connection failed for an unknown reason");
    diag_hint(diag, "The server's log says more.");
}

/* A TLS alert by its name. False when the message tells of none that has a row. */
static bool
blame_alert(const struct target *target, const struct said *said, struct diag *diag) {
    char line[256];
    struct diag alert;
    snprintf(line, sizeof line, "%.*s", (int)said->line.size, said->line.data);
    if (said->sqlstate[0] != '\0' || strstr(line, "SSL error") == NULL ||
        !alert_explain(alert_in_message(line), &alert))
        return false;
    blame(target, alert.status, diag, "%s", alert.message);
    diag_hint(diag, "%s", alert.hint);
    diag_field(diag, alert.field);
    return true;
}

bool
classify(const struct target *target, const struct evidence *evidence, struct diag *diag) {
    struct said said;
    struct guard guard = guard_enter(); /* for the system's own words */
    const struct cause *cause = read_evidence(target, evidence, &said);
    guard_leave(guard);
    if (blame_alert(target, &said, diag))
        return false;
    if (cause == NULL) {
        blame_unknown(target, &said, diag);
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
    memcpy(diag->sqlstate, said.sqlstate, sizeof diag->sqlstate);
    return cause != NULL && cause->next;
}
