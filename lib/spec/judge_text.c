/*
 * Rules for what people leave in a text by mistake: stray bytes, quotes, examples that nobody
 * filled in, names that only a shell expands, and other parts of the connection.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "spec/judge.h"

#define LONGEST_NAME 63 /* NAMEDATALEN - 1: PostgreSQL cuts names there */

static void
warn(const struct judge *judge, enum keyword keyword, int32_t code, const char *message,
     const char *hint) {
    judge_find(judge, PGCS_SEVERITY_WARNING, code, keyword, message, hint);
}

/* Control characters come from a file, a form or a shell rather than from a person's mind. */
static bool
judge_controls(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (c >= 0x20 && c != 0x7f)
            continue;
        bool newline = i + 1 == value.size && c == '\n';
        snprintf(message, sizeof message, "%s in %s",
                 newline ? "a newline at the end" : "a control character",
                 keyword_name(keyword));
        warn(judge, keyword, PGCS_CODE_CONTROL_CHARACTER, message,
             newline ? "Remove it: most likely it came from the file that held the value."
                     : "Remove it, unless it really is a part of the value.");
        return true;
    }
    return false;
}

void
judge_bytes(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    if (judge_controls(judge, keyword, value) || value.size == 0)
        return;
    char first = value.data[0], last = value.data[value.size - 1];
    if (first == ' ' || last == ' ') {
        snprintf(message, sizeof message, "a blank at the %s of %s",
                 first == ' ' ? "beginning" : "end", keyword_name(keyword));
        warn(judge, keyword, PGCS_CODE_OUTER_BLANK, message,
             "Remove it, unless it really is a part of the value.");
    } else if (value.size > 1 && first == last && (first == '"' || first == '\'')) {
        snprintf(message, sizeof message, "the quotes round %s are a part of it",
                 keyword_name(keyword));
        warn(judge, keyword, PGCS_CODE_OUTER_BLANK, message,
             "Remove them: a URI has no quotes, and a keyword/value string single ones only.");
    }
}

/* What examples have in the place of a value, where it is not in brackets: "your_password". */
static bool
is_example_word(struct slice text) {
    static const char *const words[] = {"password", "passwd", "pwd",   "user",
                                        "host",     "server", "port",  "database",
                                        "db",       "name",   "secret"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        for (size_t at = 0; at + strlen(words[i]) <= text.size; at++)
            if (strncasecmp(text.data + at, words[i], strlen(words[i])) == 0)
                return true;
    return false;
}

/* "[YOUR-PASSWORD]", "<password>", "{your_database}", "${PGUSER}", "$PASSWORD", "your_password"
 */
static bool
is_placeholder(struct slice value) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_- ";
    struct slice core = value;
    bool dollar = core.size > 1 && (core.data[0] == '$' || core.data[0] == '%');
    core.data += dollar;
    core.size -= dollar;
    bool bracket = core.size > 2 && strchr("[<{(", core.data[0]) != NULL &&
                   strchr("]>})", core.data[core.size - 1]) != NULL;
    while (core.size > 2 && bracket && strchr("[<{(", core.data[0]) != NULL) {
        core.data++;
        core.size -= core.size > 1 ? 2 : 1;
    }
    for (size_t i = 0; i < core.size; i++)
        if (strchr(letters, core.data[i]) == NULL)
            return false;
    bool yours = core.size > 4 && strncasecmp(core.data, "your", 4) == 0;
    bool loud = dollar && core.size > 0 && core.data[0] >= 'A' && core.data[0] <= 'Z';
    return (bracket || yours || loud) && (is_example_word(core) || (dollar && bracket));
}

/* What is encoded for a URI stays as it is in a keyword/value string. */
void
judge_encoded(const struct judge *judge, enum keyword keyword, struct slice value) {
    static const char hex[] = "0123456789ABCDEFabcdef";
    for (size_t i = 0; i + 2 < value.size && judge->spec->form == SPEC_FORM_KEYWORDS; i++) {
        if (value.data[i] != '%' || memchr(hex, value.data[i + 1], sizeof hex - 1) == NULL ||
            memchr(hex, value.data[i + 2], sizeof hex - 1) == NULL)
            continue;
        judge_find(judge, PGCS_SEVERITY_NOTE, PGCS_CODE_UNENCODED, keyword,
                   "percent signs mean themselves in a keyword/value string",
                   "Write the characters as they are: only URIs are percent-encoded.");
        return;
    }
}

void
judge_placeholder(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE], hint[LIMIT_DIAG_HINT];
    if (value.size == 0 || !is_placeholder(value))
        return;
    snprintf(message, sizeof message, "the %s is the placeholder of an example",
             keyword_name(keyword));
    snprintf(hint, sizeof hint, "Put the real %s in its place.", keyword_name(keyword));
    warn(judge, keyword, PGCS_CODE_PLACEHOLDER, message, hint);
}

/* Is there "&sslmode=" in it, or the like? Then the parameters were begun in the wrong way. */
static bool
holds_parameters(struct slice value) {
    const char *end = value.data + value.size;
    for (const char *at = value.data; at < end; at++) {
        if (strchr("&?;", *at) == NULL)
            continue;
        const char *name = at + 1;
        size_t room = (size_t)(end - name);
        const char *equals = memchr(name, '=', room < LONGEST_NAME ? room : LONGEST_NAME);
        if (equals != NULL && keyword_find(name, (size_t)(equals - name)) != KEYWORD_NONE)
            return true;
    }
    return false;
}

void
judge_name(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    judge_placeholder(judge, keyword, value);
    if (memmem(value.data, value.size, "://", 3) != NULL) {
        snprintf(message, sizeof message, "a URI in place of %s", keyword_name(keyword));
        warn(judge, keyword, PGCS_ERR_BAD_VALUE, message,
             "Give the whole as a URI, or only the name here.");
        return;
    }
    if (holds_parameters(value)) {
        snprintf(message, sizeof message, "a parameter within %s", keyword_name(keyword));
        warn(judge, keyword, PGCS_ERR_BAD_VALUE, message,
             "In a URI put \"?\" in front of the first parameter, and \"&\" between them.");
    }
    if (keyword == KEYWORD_USER && value.size > 0 &&
        !spec_find(judge->spec, keyword)->suspect &&
        strcspn(spec_find(judge->spec, keyword)->text, ":/") < value.size)
        warn(judge, keyword, PGCS_ERR_BAD_VALUE, "perhaps a password within user",
             "Give the password on its own: libpq does not split user:password or "
             "user/password.");
    if (value.size <= LONGEST_NAME)
        return;
    snprintf(message, sizeof message, "%s has %zu bytes, more than %d", keyword_name(keyword),
             value.size, LONGEST_NAME);
    warn(judge, keyword, PGCS_CODE_NAME_TOO_LONG, message,
         "PostgreSQL cuts longer names there, and finds what has the shorter name.");
}

/* ("~" / "$" name / "${" / "%" name "%") at its front: a shell's, which nobody expands here. */
static bool
is_for_a_shell(struct slice path) {
    if (path.size < 2)
        return path.size == 1 && path.data[0] == '~';
    unsigned char next = (unsigned char)path.data[1];
    bool letter = (next >= 'A' && next <= 'Z') || (next >= 'a' && next <= 'z');
    switch (path.data[0]) {
    case '~':
        return next == '/' || next == '\\' || letter;
    case '$':
        return next == '{' || next == '(' || letter;
    case '%':
        return letter && memchr(path.data + 1, '%', path.size - 1) != NULL;
    default:
        return false;
    }
}

void
judge_path(const struct judge *judge, enum keyword keyword, struct slice path) {
    char message[LIMIT_DIAG_MESSAGE];
    if (!is_for_a_shell(path))
        return;
    snprintf(message, sizeof message, "the path of %s begins with what only a shell expands",
             keyword_name(keyword));
    judge_find(
        judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message,
        "Write the whole path: libpq takes ~, $HOME and their like for names of folders.");
}
