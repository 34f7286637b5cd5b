/* The rules for single values: enumerations, numbers, keys, names, and stray bytes. */
#include <stdio.h>
#include <string.h>

#include "spec/host.h"
#include "spec/judge.h"

#define LONGEST_NAME    63 /* NAMEDATALEN - 1: PostgreSQL cuts names there */
#define SCRAM_KEY_SIZE  44 /* bytes of 32 bytes as base64 */
#define SCRAM_KEY_DATA  43
#define LONGEST_OPTIONS 640 /* bytes of all values of a rule in a hint */

static const struct {
    enum keyword_rule rule;
    const char *value;
    int since;
} values[] = {
#define R(rule, value, since) {KEYWORD_RULE_##rule, value, since},
#include "spec/rules.def"
#undef R
};
#define VALUES (sizeof values / sizeof values[0])

/* Do these spell the same, but for case? */
static bool
same_folded(struct slice text, const char *value) {
    if (strlen(value) != text.size)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char a = (unsigned char)text.data[i], b = (unsigned char)value[i];
        a = a >= 'A' && a <= 'Z' ? a + 32 : a;
        b = b >= 'A' && b <= 'Z' ? b + 32 : b;
        if (a != b)
            return false;
    }
    return true;
}

int
rule_index(enum keyword_rule rule, struct slice value) {
    int index = 0;
    for (size_t i = 0; i < VALUES; i++) {
        if (values[i].rule != rule)
            continue;
        if (slice_is(value, values[i].value) ||
            (rule == KEYWORD_RULE_TLS_VERSION && same_folded(value, values[i].value)))
            return index;
        index++;
    }
    return -1;
}

/* "Use a, b or c." or, when only the case is wrong, the right spelling. */
static void
hint_values(char *hint, size_t size, enum keyword_rule rule, struct slice value) {
    size_t used = (size_t)snprintf(hint, size, "Use one of");
    for (size_t i = 0; i < VALUES; i++) {
        if (values[i].rule != rule)
            continue;
        if (same_folded(value, values[i].value)) {
            snprintf(hint, size, "Write it as %s: case counts.", values[i].value);
            return;
        }
        used += (size_t)snprintf(hint + used, size - used, "%s %s",
                                 hint[used - 1] == 'f' ? "" : ",", values[i].value);
    }
    snprintf(hint + used, size - used, ".");
}

static void
judge_choice(const struct judge *judge, enum keyword keyword, struct slice value) {
    enum keyword_rule rule = keyword_rows[keyword].rule;
    char message[LIMIT_DIAG_MESSAGE];
    for (size_t i = 0; i < VALUES; i++) {
        if (values[i].rule != rule || !slice_is(value, values[i].value))
            continue;
        pgcs_severity severity = judge_severity(judge, values[i].since);
        if (severity == PGCS_SEVERITY_NONE)
            return;
        snprintf(message, sizeof message, "libpq before %d has no %s for %s", values[i].since,
                 values[i].value, keyword_name(keyword));
        judge_find(judge, severity, PGCS_CODE_LIBPQ_DIFFERS, keyword, message,
                   "Use a newer libpq, or another value.");
        return;
    }
    if (rule_index(rule, value) >= 0)
        return;
    char hint[LONGEST_OPTIONS];
    hint_values(hint, sizeof hint, rule, value);
    snprintf(message, sizeof message, "\"%s\" is no value for %s",
             judge_quote(judge, keyword, value).text, keyword_name(keyword));
    if (rule == KEYWORD_RULE_SSLMODE && slice_is(value, "no-verify"))
        snprintf(hint, sizeof hint, "Use require: that is what no-verify is called in libpq.");
    judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message, hint);
}

/* blanks? sign? digit+ blanks?, within 32 bits */
static bool
is_integer(struct slice text) {
    size_t i = 0;
    while (i < text.size && (text.data[i] == ' ' || (text.data[i] >= 9 && text.data[i] <= 13)))
        i++;
    bool negative = i < text.size && text.data[i] == '-';
    if (i < text.size && (text.data[i] == '-' || text.data[i] == '+'))
        i++;
    size_t digits = i;
    int64_t number = 0;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        number = number * 10 + (text.data[i] - '0');
        if (number > INT32_MAX + (int64_t)negative)
            return false;
    }
    if (i == digits)
        return false;
    while (i < text.size && (text.data[i] == ' ' || (text.data[i] >= 9 && text.data[i] <= 13)))
        i++;
    return i == text.size;
}

static void
judge_integer(const struct judge *judge, enum keyword keyword, struct slice value) {
    if (is_integer(value))
        return;
    char message[LIMIT_DIAG_MESSAGE];
    snprintf(message, sizeof message, "\"%s\" is no whole number for %s",
             judge_quote(judge, keyword, value).text, keyword_name(keyword));
    judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message,
               "Use digits only, without a unit.");
}

/* require_auth = method *("," method) / "!" method *("," "!" method) */
static void
judge_auth(const struct judge *judge, const char *text) {
    unsigned seen = 0;
    bool negative = text[0] == '!';
    const char *rest = text;
    while (rest != NULL) {
        struct slice item = list_next(&rest);
        bool mark = item.size > 0 && item.data[0] == '!';
        struct slice method = {item.data + mark, item.size - mark};
        int index = rule_index(KEYWORD_RULE_AUTH, method);
        if (mark != negative) {
            judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_CONFLICT, KEYWORD_REQUIRE_AUTH,
                       "methods with and without \"!\" in require_auth",
                       "Name either the methods that are allowed, or those that are not.");
            return;
        }
        judge_choice(judge, KEYWORD_REQUIRE_AUTH, method);
        if (index < 0)
            return;
        if (seen & 1u << index) {
            judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, KEYWORD_REQUIRE_AUTH,
                       "a method twice in require_auth", "Name each method once.");
            return;
        }
        seen |= 1u << index;
    }
}

static void
judge_scram_key(const struct judge *judge, enum keyword keyword, struct slice value) {
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bool good = value.size == SCRAM_KEY_SIZE && value.data[SCRAM_KEY_DATA] == '=';
    for (size_t i = 0; good && i < SCRAM_KEY_DATA; i++)
        good = memchr(digits, value.data[i], sizeof digits - 1) != NULL;
    if (!good)
        judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword,
                   "not a key for SCRAM", "It must be 32 bytes as base64.");
}

static void
judge_name(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    if (memmem(value.data, value.size, "://", 3) != NULL) {
        snprintf(message, sizeof message, "a URI in place of %s", keyword_name(keyword));
        judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_ERR_BAD_VALUE, keyword, message,
                   "Give the whole as a URI, or only the name here.");
        return;
    }
    if (value.size <= LONGEST_NAME)
        return;
    snprintf(message, sizeof message, "%s has %zu bytes, more than %d", keyword_name(keyword),
             value.size, LONGEST_NAME);
    judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_CODE_NAME_TOO_LONG, keyword, message,
               "PostgreSQL cuts longer names there, and finds what has the shorter name.");
}

/* Examples of consoles and manuals that somebody forgot to fill in. */
static void
judge_password(const struct judge *judge, struct slice value) {
    static const char *const examples[] = {
        "[YOUR-PASSWORD]", "[YOUR_PASSWORD]", "<password>", "<PASSWORD>", "YOUR_PASSWORD",
        "your_password",   "{password}",      "$PASSWORD",  "${PASSWORD}"};
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (slice_is(value, examples[i]))
            judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_CODE_PLACEHOLDER, KEYWORD_PASSWORD,
                       "the password is the placeholder of an example",
                       "Put the real password in its place.");
}

/* Bytes that come from a file, a form or a shell rather than from a person's mind. */
static void
judge_bytes(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    for (size_t i = 0; i < value.size; i++) {
        unsigned char c = (unsigned char)value.data[i];
        if (c >= 0x20 && c != 0x7f)
            continue;
        bool newline = i + 1 == value.size && c == '\n';
        snprintf(message, sizeof message, "%s in %s",
                 newline ? "a newline at the end" : "a control character",
                 keyword_name(keyword));
        judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_CODE_CONTROL_CHARACTER, keyword, message,
                   newline ? "Remove it: most likely it came from the file that held the value."
                           : "Remove it, unless it really is a part of the value.");
        return;
    }
    if (value.size > 0 && (value.data[0] == ' ' || value.data[value.size - 1] == ' ')) {
        snprintf(message, sizeof message, "a blank at the %s of %s",
                 value.data[0] == ' ' ? "beginning" : "end", keyword_name(keyword));
        judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_CODE_OUTER_BLANK, keyword, message,
                   "Remove it, unless it really is a part of the value.");
    }
}

void
judge_value(const struct judge *judge, enum keyword keyword, const struct spec_value *value) {
    struct slice text = {value->text, value->size};
    judge_bytes(judge, keyword, text);
    switch (keyword_rows[keyword].rule) {
    case KEYWORD_RULE_TEXT:
    case KEYWORD_RULE_HOSTS:
    case KEYWORD_RULE_ADDRESSES:
    case KEYWORD_RULE_PORTS:
        break;
    case KEYWORD_RULE_NAME:
        judge_name(judge, keyword, text);
        break;
    case KEYWORD_RULE_PASSWORD:
        judge_password(judge, text);
        break;
    case KEYWORD_RULE_INTEGER:
        judge_integer(judge, keyword, text);
        break;
    case KEYWORD_RULE_AUTH:
        if (text.size > 0)
            judge_auth(judge, value->text);
        break;
    case KEYWORD_RULE_SCRAM_KEY:
        judge_scram_key(judge, keyword, text);
        break;
    case KEYWORD_RULE_TLS_VERSION:
        if (text.size > 0)
            judge_choice(judge, keyword, text);
        break;
    default:
        judge_choice(judge, keyword, text);
        break;
    }
}
