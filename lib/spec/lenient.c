/*
 * Reading of what people have, rather than of what libpq takes: what stands round the text is
 * removed (PGCS_PARSE_REPAIR), the scheme or form of somebody else is told
 * (PGCS_PARSE_FOREIGN), and the rest goes to those who know that form.
 */
#include <string.h>
#include <strings.h>

#include "spec/reader.h"
#include "spec/rewrite.h"
#include "spec/rfc3986.h"

#define BLANKS  " \t\n\v\f\r"
#define QUOTES  "\"'`"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define NAMES   LETTERS "_"
#define SCHEMES LETTERS "+.-"

static bool
begins(struct slice text, const char *with) {
    size_t size = strlen(with);
    return text.size >= size && strncasecmp(text.data, with, size) == 0;
}

static void
repaired(struct rewrite *rewrite, struct slice place, const char *message, const char *hint) {
    rewrite_note(rewrite, PGCS_SEVERITY_WARNING, PGCS_CODE_REPAIRED, place, NULL, message,
                 hint);
}

/* --- what stands round the text ------------------------------------------------------------
 */

static struct slice
without_blanks(struct rewrite *rewrite, struct slice text) {
    const char *end = text.data + text.size;
    const char *start = slice_span(text.data, end, BLANKS);
    while (end > start && strchr(BLANKS, end[-1]) != NULL && end[-1] != '\0')
        end--;
    if (start > text.data)
        repaired(rewrite, slice_between(text.data, start), "blanks in front of the text",
                 "Remove them.");
    if (end < text.data + text.size)
        repaired(rewrite, slice_between(end, text.data + text.size), "blanks behind the text",
                 "Remove them: a newline at the end comes from a file mostly.");
    return slice_between(start, end);
}

static bool
is_quoted(struct slice text) {
    return text.size > 1 && strchr(QUOTES, text.data[0]) != NULL && text.data[0] != '\0' &&
           text.data[text.size - 1] == text.data[0];
}

static struct slice
without_quotes(struct rewrite *rewrite, struct slice text) {
    struct slice shorter = {text.data, text.size ? text.size - 1 : 0};
    if (text.size > 0 && strchr(";,", text.data[shorter.size]) != NULL &&
        text.data[shorter.size] != '\0' && is_quoted(shorter)) {
        repaired(rewrite, slice_between(text.data + shorter.size, text.data + text.size),
                 "something behind the closing quote", "Remove it.");
        text = shorter;
    }
    while (is_quoted(text)) {
        repaired(rewrite, text, "quotes round the text", "Remove them.");
        text = (struct slice){text.data + 1, text.size - 2};
    }
    return text;
}

/* Does a URI begin here, perhaps in quotes? */
static bool
is_uri_ahead(const char *at, const char *end) {
    at = slice_span(slice_span(at, end, QUOTES), end, SCHEMES ":");
    return end - at >= 2 && memcmp(at, "//", 2) == 0;
}

/* ["export" SP / "set" SP / "-" SP] NAME *blank "=" *blank / NAME ":" 1*blank, before a URI */
static struct slice
without_name(struct rewrite *rewrite, struct slice text) {
    static const char *const fronts[] = {"export ", "set ", "- "};
    const char *end = text.data + text.size, *name = text.data;
    for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
        if (begins(text, fronts[i]))
            name = slice_span(text.data + strlen(fronts[i]), end, BLANKS);
    const char *name_end = slice_span(name, end, NAMES);
    const char *mark = slice_span(name_end, end, BLANKS);
    if (name == name_end || mark == end || (*mark != '=' && *mark != ':'))
        return text;
    const char *rest = slice_span(mark + 1, end, BLANKS);
    if ((*mark == ':' && rest == mark + 1) || !is_uri_ahead(rest, end))
        return text;
    repaired(rewrite, slice_between(text.data, rest),
             "the name of a variable in front of the URI",
             "Give only the value of the variable.");
    return without_quotes(rewrite, slice_between(rest, end));
}

/* ("psql" / "pgcli" / "pg_dump") 1*blank, before a URI and nothing more */
static struct slice
without_program(struct rewrite *rewrite, struct slice text) {
    static const char *const programs[] = {"psql ", "pgcli ", "pg_dump "};
    const char *end = text.data + text.size;
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (!begins(text, programs[i]))
            continue;
        const char *rest = slice_span(text.data + strlen(programs[i]), end, BLANKS);
        struct slice uri = slice_between(rest, end);
        if (!is_uri_ahead(rest, end) || (!is_quoted(uri) && memchr(rest, ' ', uri.size)))
            return text;
        repaired(rewrite, slice_between(text.data, rest),
                 "the name of a program in front of the URI", "Give only the URI.");
        return without_quotes(rewrite, uri);
    }
    return text;
}

/* --- schemes -------------------------------------------------------------------------------
 */

/* Schemes that others have for PostgreSQL, and for what speaks its protocol. */
static const char *const aliases[] = {"postgis",   "cockroachdb", "cockroach", "timescaledb",
                                      "timescale", "redshift",    "ecto",      "pgsql",
                                      "psql",      "postgresql",  "postgres"};

/* alias ["+" driver] "://" */
static size_t
alias_size(struct slice text) {
    const char *end = text.data + text.size;
    const char *scheme_end = slice_span(text.data, end, SCHEMES);
    if (end - scheme_end < 3 || memcmp(scheme_end, "://", 3) != 0)
        return 0;
    const char *plus = memchr(text.data, '+', (size_t)(scheme_end - text.data));
    size_t size = (size_t)((plus ? plus : scheme_end) - text.data);
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++)
        if (strlen(aliases[i]) == size && strncasecmp(text.data, aliases[i], size) == 0)
            return (size_t)(scheme_end - text.data) + 3;
    return 0;
}

/* "postgres" ["ql"] (":" ["/" ["/"]] / "//"), in any case, or 0 */
static size_t
loose_scheme_size(struct slice text) {
    size_t size = begins(text, "postgresql") ? 10 : begins(text, "postgres") ? 8 : 0;
    bool colon = size > 0 && size < text.size && text.data[size] == ':';
    bool slashes = size > 0 && text.size - size >= 2 && memcmp(text.data + size, "//", 2) == 0;
    if (!colon && !slashes)
        return 0;
    size += colon;
    for (int i = 0; i < 2 && size < text.size; i++)
        size += text.data[size] == '/';
    return size;
}

/* "jdbc:postgresql:" ["//" [hosts] "/"] [dbname] ["?" parameters] */
static pgcs_status
rewrite_jdbc(struct rewrite *rewrite, struct slice text, struct diag *diag) {
    size_t scheme = strlen("jdbc:postgresql:");
    bool full = text.size - scheme >= 2 && memcmp(text.data + scheme, "//", 2) == 0;
    size_t front = scheme + (full ? 2 : 0);
    struct slice body = {text.data + front, text.size - front};
    rewrite_put_string(rewrite, slice_between(text.data, body.data), "postgresql://");
    rewrite_note(rewrite, PGCS_SEVERITY_NOTE, PGCS_CODE_TRANSLATED,
                 slice_between(text.data, body.data), NULL, "a URL for the JDBC driver",
                 "Libpq's own begins with postgresql://.");
    if (!full)
        rewrite_put_string(rewrite, slice_between(body.data, body.data), "localhost/");
    else if (body.size == 0 || body.data[0] == '/')
        rewrite_put_string(rewrite, slice_between(body.data, body.data), "localhost");
    return rewrite_body(rewrite, body, true, diag);
}

static pgcs_status
rewrite_uri(struct rewrite *rewrite, struct slice text, size_t scheme, struct diag *diag) {
    struct slice prefix = {text.data, scheme};
    size_t exact = uri_prefix_size(text);
    if (exact > 0) {
        rewrite_copy(rewrite, (struct slice){text.data, exact});
        scheme = exact;
    } else {
        rewrite_put_string(rewrite, prefix, "postgresql://");
        bool repaired_it = loose_scheme_size(text) > 0 && rewrite->flags & PGCS_PARSE_REPAIR;
        rewrite_note(rewrite, PGCS_SEVERITY_NOTE,
                     repaired_it ? PGCS_CODE_REPAIRED : PGCS_CODE_TRANSLATED, prefix, NULL,
                     "read as postgresql://",
                     "Write the scheme just so: libpq takes no other.");
    }
    struct slice body = {text.data + scheme, text.size - scheme};
    size_t again = rewrite->flags & PGCS_PARSE_REPAIR ? uri_prefix_size(body) : 0;
    if (again > 0) {
        repaired(rewrite, (struct slice){body.data, again}, "the scheme a second time",
                 "Give it once.");
        body = (struct slice){body.data + again, body.size - again};
    }
    return rewrite_body(rewrite, body, false, diag);
}

static pgcs_status
rewrite_text(struct rewrite *rewrite, struct slice text, struct diag *diag) {
    bool repair = rewrite->flags & PGCS_PARSE_REPAIR,
         foreign = rewrite->flags & PGCS_PARSE_FOREIGN;
    if (repair) {
        text = without_quotes(rewrite, without_blanks(rewrite, text));
        text = without_program(rewrite, without_name(rewrite, text));
    }
    if (foreign && begins(text, "jdbc:postgresql:"))
        return rewrite_jdbc(rewrite, text, diag);
    size_t scheme = uri_prefix_size(text);
    if (scheme == 0 && repair)
        scheme = loose_scheme_size(text);
    if (scheme == 0 && foreign)
        scheme = alias_size(text);
    if (scheme > 0)
        return rewrite_uri(rewrite, text, scheme, diag);
    if (foreign &&
        (rewrite_pdo(rewrite, text) || (!are_keywords(text) && rewrite_npgsql(rewrite, text))))
        return PGCS_OK;
    if (foreign)
        rewrite_keywords(rewrite, text);
    else
        rewrite_copy(rewrite, text);
    return PGCS_OK;
}

static bool
is_written_uri(const struct rewrite *rewrite) {
    const char *data = rewrite->text.data ? rewrite->text.data : "";
    return uri_prefix_size((struct slice){data, rewrite->text.size}) > 0;
}

/* Only the wanted forms, and only what RFC 3986 takes if that is wanted. */
static pgcs_status
check_form(const struct rewrite *rewrite, struct diag *diag) {
    struct slice text = {rewrite->text.data ? rewrite->text.data : "", rewrite->text.size};
    bool is_uri = is_written_uri(rewrite);
    uint32_t unwanted = is_uri ? PGCS_PARSE_KEYWORDS : PGCS_PARSE_URI;
    uint32_t forms = rewrite->flags & (PGCS_PARSE_KEYWORDS | PGCS_PARSE_URI);
    if (forms == unwanted)
        return diag_fail(diag, PGCS_ERR_SYNTAX, "not in the form that is wanted");
    return is_uri && rewrite->flags & PGCS_PARSE_RFC3986 ? rfc3986_check(text, diag) : PGCS_OK;
}

pgcs_status
lenient_read(struct slice text, uint32_t flags, const pgcs_spec **out, struct diag *diag) {
    struct rewrite rewrite = {.given = text, .flags = flags};
    pgcs_status status = rewrite_text(&rewrite, text, diag);
    if (status == PGCS_OK)
        status = check_form(&rewrite, diag);
    bool is_uri = is_written_uri(&rewrite);
    if (status == PGCS_OK) {
        status = rewrite_read(&rewrite, out, diag);
        if (status != PGCS_OK && status != PGCS_ERR_NOMEM && !is_uri)
            explain_scheme(text, diag);
    }
    rewrite_free(&rewrite);
    return status;
}
