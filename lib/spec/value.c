/* The rules for single values: enumerations, numbers, keys, names, and stray bytes. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

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
    if (memchr(value.data, '=', value.size) != NULL)
        snprintf(hint, sizeof hint,
                 "Separate parameters by \"&\" in a URI, and by blanks in a "
                 "keyword/value string.");
    if (rule == KEYWORD_RULE_SSLMODE && slice_is(value, "no-verify"))
        snprintf(hint, sizeof hint, "Use require: that is what no-verify is called in libpq.");
    judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message, hint);
}

/* blanks? sign? digit+ blanks?, within 32 bits; its value in @out */
static bool
take_integer(struct slice text, int64_t *out) {
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
    *out = negative ? -number : number;
    return i == text.size;
}

/* What the kernel takes for the settings of a TCP socket: 0 is no default there. */
static const struct {
    enum keyword keyword;
    int most;
} socket_limits[] = {
    {KEYWORD_KEEPALIVES_IDLE, 32767},
    {KEYWORD_KEEPALIVES_INTERVAL, 32767},
    {KEYWORD_KEEPALIVES_COUNT, 127},
};

/* Is there a host on the network, and are keepalives on? */
static bool
uses_keepalives(const pgcs_spec *spec) {
    const char *keepalives = spec_filled(spec, KEYWORD_KEEPALIVES);
    int64_t on;
    if (keepalives != NULL &&
        take_integer((struct slice){keepalives, strlen(keepalives)}, &on) && on == 0)
        return false;
    for (size_t i = 0; i < spec_host_count(spec); i++) {
        pgcs_host_kind kind = spec_host_kind(spec_host(spec, i));
        if (kind == PGCS_HOST_NAME || kind == PGCS_HOST_IPV4 || kind == PGCS_HOST_IPV6)
            return true;
    }
    return false;
}

static void
judge_socket_limit(const struct judge *judge, enum keyword keyword, int64_t number) {
    char message[LIMIT_DIAG_MESSAGE];
    for (size_t i = 0; i < sizeof socket_limits / sizeof socket_limits[0]; i++) {
        int most = socket_limits[i].most;
        if (socket_limits[i].keyword != keyword || (number > 0 && number <= most) ||
            !uses_keepalives(judge->spec))
            continue;
        snprintf(message, sizeof message, "%s must be 1 to %d", keyword_name(keyword), most);
        judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message,
                   "Leave it out for the system's default: Linux refuses other numbers.");
    }
}

static void
judge_integer(const struct judge *judge, enum keyword keyword, struct slice value) {
    int64_t number;
    if (take_integer(value, &number)) {
        judge_socket_limit(judge, keyword, number);
        return;
    }
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

/* As the server compares names of encodings: letters and digits count, and case does not. */
static bool
is_encoding(struct slice value) {
    static const char *const names[] = {
#define E(name) name,
#include "spec/encodings.def"
#undef E
    };
    char plain[LONGEST_NAME + 1];
    size_t size = 0;
    for (size_t i = 0; i < value.size && size < LONGEST_NAME; i++) {
        char c = value.data[i];
        c = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            plain[size++] = c;
    }
    plain[size] = '\0';
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(plain, names[i]) == 0)
            return true;
    return false;
}

/* "auto" is the locale's, for libpq alone. */
static void
judge_encoding(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    if (value.size == 0 || slice_is(value, "auto") || is_encoding(value))
        return;
    snprintf(message, sizeof message, "\"%s\" is no encoding that PostgreSQL has",
             judge_quote(judge, keyword, value).text);
    judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message,
               "Use UTF8, unless the program needs another one, or auto for the locale's.");
}

static void
judge_switch(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    if (value.size == 0 || slice_is(value, "0") || slice_is(value, "1"))
        return;
    snprintf(message, sizeof message, "%s is neither 0 nor 1", keyword_name(keyword));
    judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_ERR_BAD_VALUE, keyword, message,
               "Use 1 or 0: libpq takes all that does not begin with 1 for 0.");
}

/* A boolean as the server reads it: 1, 0, on, off, or the front of true, false, yes or no. */
static bool
is_boolean(struct slice value) {
    static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "1", "0"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t size = strlen(words[i]);
        size_t least = words[i][0] == 'o' ? 2 : 1;
        if (value.size >= least && value.size <= size &&
            strncasecmp(value.data, words[i], value.size) == 0)
            return true;
    }
    return false;
}

static void
judge_replication(const struct judge *judge, enum keyword keyword, struct slice value) {
    char message[LIMIT_DIAG_MESSAGE];
    if (value.size == 0 || slice_is(value, "database") || is_boolean(value))
        return;
    snprintf(message, sizeof message, "\"%s\" is no value for %s",
             judge_quote(judge, keyword, value).text, keyword_name(keyword));
    judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, keyword, message,
               "Use true, database or false: servers refuse anything else.");
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
        judge_placeholder(judge, keyword, text);
        judge_encoded(judge, keyword, text);
        break;
    case KEYWORD_RULE_PATH:
        judge_path(judge, keyword, text);
        break;
    case KEYWORD_RULE_ENCODING:
        judge_encoding(judge, keyword, text);
        break;
    case KEYWORD_RULE_SWITCH:
        judge_switch(judge, keyword, text);
        break;
    case KEYWORD_RULE_REPLICATION:
        judge_replication(judge, keyword, text);
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
