/*
 * The body of a URI as it was plainly meant, though it is not written as libpq reads it: a user
 * or password that is not encoded. Where two readings are possible, none is taken.
 */
#include <stdio.h>
#include <string.h>

#include "spec/host.h"
#include "spec/reader.h"
#include "spec/rewrite.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"
#define HEX     "0123456789ABCDEFabcdef"
#define ENCODE                                                                                 \
    "In a URI write %40 for @, %2F for /, %3A for :, %3F for ?, %23 for # and %25 for %."

/* --- the userinfo --------------------------------------------------------------------------
 */

/* host [":" port] *("," host [":" port]), and nothing that a host or port can't have */
static bool
are_hosts(const char *at, const char *end) {
    if (at == end)
        return true;
    for (;;) {
        const char *stop = slice_span(at, end, LETTERS DIGITS "-._%");
        if (at < end && *at == '[') {
            stop = memchr(at, ']', (size_t)(end - at));
            if (stop == NULL || !is_ipv6(at + 1, (size_t)(stop - at - 1)))
                return false;
            stop++;
        }
        if (stop == at)
            return false;
        if (stop < end && *stop == ':') {
            const char *port = stop + 1;
            stop = slice_span(port, end, DIGITS);
            if (port_number(slice_between(port, stop)) < 0)
                return false;
        }
        if (stop == end)
            return true;
        if (*stop != ',')
            return false;
        at = stop + 1;
    }
}

#define ANY_NAME (UINT32_C(1) << 31) /* a mistyped name of a parameter is one, too */

static bool
is_parameter(struct slice key, uint32_t flags) {
    if (flags & ANY_NAME && key.size > 0 &&
        slice_span(key.data, key.data + key.size, LETTERS DIGITS "_-") == key.data + key.size)
        return true;
    return keyword_find(key.data, key.size) != KEYWORD_NONE || slice_is(key, "ssl") ||
           (flags & PGCS_PARSE_FOREIGN && is_foreign_parameter(key));
}

static bool
are_parameters(const char *at, const char *end, uint32_t flags) {
    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (stop == NULL)
            stop = end;
        if (equals == NULL || equals > stop || !is_parameter(slice_between(at, equals), flags))
            return false;
        at = stop < end ? stop + 1 : end;
    }
    return true;
}

/* Can this be what follows the userinfo? @query becomes where the parameters begin. */
static bool
is_rest(const char *at, const char *end, uint32_t flags, const char **query) {
    const char *question = memchr(at, '?', (size_t)(end - at));
    const char *front_end = question ? question : end;
    const char *slash = memchr(at, '/', (size_t)(front_end - at));
    *query = front_end;
    if (!are_hosts(at, slash ? slash : front_end))
        return false;
    if (slash != NULL) {
        const char *name_end = slice_span(slash + 1, front_end, LETTERS DIGITS "-._~$+%@");
        if (name_end != front_end)
            return false;
    }
    return question == NULL || are_parameters(question + 1, end, flags);
}

/*
 * The "@" that ends the userinfo, in @sign: the only one whose rest makes sense, or NULL when
 * there is no such. False, and @diag filled, when there are several.
 */
static bool
find_sign(const struct rewrite *rewrite, struct slice body, const char **sign,
          struct diag *diag) {
    const char *end = body.data + body.size, *limit = end, *query;
    size_t signs = 0;
    *sign = NULL;
    for (const char *at = body.data; at < limit && signs < LIMIT_REPAIR_SIGNS; at++) {
        signs += *at == '@';
        if (*at != '@' || !is_rest(at + 1, end, rewrite->flags | ANY_NAME, &query))
            continue;
        if (*sign != NULL) {
            diag_fail(diag, PGCS_ERR_CONFLICT, "more than one way to read this");
            diag_place(diag, (size_t)(*sign - rewrite->given.data), (size_t)(at - *sign) + 1);
            diag_field(diag, "password");
            diag_hint(diag, "%s", ENCODE);
            return false;
        }
        *sign = at;
        limit = query; /* one in a parameter is data */
    }
    if (signs < LIMIT_REPAIR_SIGNS)
        return true;
    diag_fail(diag, PGCS_ERR_LIMIT, "%zu or more \"@\" that may end the password",
              LIMIT_REPAIR_SIGNS);
    diag_field(diag, "password");
    diag_hint(diag, "%s", ENCODE);
    return false;
}

/* Percent signs: all of them begin an escape, none does, or some do. */
enum percents { PERCENTS_NONE, PERCENTS_ESCAPE, PERCENTS_PLAIN, PERCENTS_MIXED };

static enum percents
percents_in(struct slice text) {
    bool escapes = false, plain = false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] != '%')
            continue;
        const char *at = text.data + i + 1;
        bool escape = text.size - i > 2 && slice_span(at, at + 2, HEX) == at + 2;
        escapes |= escape;
        plain |= !escape;
    }
    if (escapes && plain)
        return PERCENTS_MIXED;
    return escapes ? PERCENTS_ESCAPE : plain ? PERCENTS_PLAIN : PERCENTS_NONE;
}

/* Encode what a user or password can't have as it is; true if there was anything. */
static bool
put_encoded(struct rewrite *rewrite, struct slice text, bool keep_percent) {
    struct buf out = {.limit = 0};
    bool changed = false;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.data[i];
        bool keep = strchr("@:/?#[] ", c) == NULL && (c != '%' || keep_percent);
        if (keep)
            buf_put_char(&out, (char)c);
        else
            buf_printf(&out, "%%%02X", c);
        changed |= !keep;
    }
    if (changed)
        rewrite_put(rewrite, text, (struct slice){out.data, out.size});
    else
        rewrite_copy(rewrite, text);
    if (out.failed)
        rewrite->text.failed = out.failed;
    buf_free(&out);
    return changed;
}

/*
 * A token of AWS IAM is a URL of its own: whoever puts it into a URI as it stands has its
 * percent signs there as they stand.
 */
static bool
is_iam_token(struct slice text) {
    static const char action[] = "Action=connect", signature[] = "X-Amz-Signature=";
    return memmem(text.data, text.size, action, sizeof action - 1) != NULL &&
           memmem(text.data, text.size, signature, sizeof signature - 1) != NULL;
}

/* Do percent signs stand for themselves, or for bytes? Both where what else must be encoded is
 * not. */
static enum percents
percents_meant(struct slice text) {
    enum percents percents = percents_in(text);
    if (percents != PERCENTS_NONE && is_iam_token(text))
        return PERCENTS_PLAIN;
    if (percents == PERCENTS_ESCAPE &&
        (memchr(text.data, '@', text.size) || memchr(text.data, '/', text.size)))
        return PERCENTS_MIXED;
    return percents;
}

static pgcs_status
put_component(struct rewrite *rewrite, struct slice text, const char *field,
              struct diag *diag) {
    enum percents percents = percents_meant(text);
    if (percents == PERCENTS_MIXED) {
        diag_fail(diag, PGCS_ERR_CONFLICT, "more than one way to read the percent signs in %s",
                  field);
        diag_place(diag, (size_t)(text.data - rewrite->given.data), text.size);
        diag_field(diag, field);
        diag_hint(diag, "%s", ENCODE);
        return PGCS_ERR_CONFLICT;
    }
    char message[LIMIT_DIAG_MESSAGE];
    snprintf(message, sizeof message, "%s is not encoded, and was read as it stands", field);
    if (put_encoded(rewrite, text, percents == PERCENTS_ESCAPE))
        rewrite_note(rewrite, PGCS_SEVERITY_WARNING, PGCS_CODE_REPAIRED, text, field, message,
                     ENCODE);
    return PGCS_OK;
}

/* Does libpq, which ends the userinfo at @sign, read it as it was most likely meant? */
static bool
is_plain_body(struct slice body, const char *sign) {
    const char *end = body.data + body.size, *query;
    const char *rest = sign ? sign + 1 : body.data;
    if (sign != NULL && percents_in(slice_between(body.data, sign)) >= PERCENTS_PLAIN)
        return false;
    if (memchr(rest, '@', (size_t)(end - rest)) == NULL)
        return true;
    return is_rest(rest, end, PGCS_PARSE_FOREIGN, &query) &&
           memchr(rest, '@', (size_t)(query - rest)) == NULL;
}

static pgcs_status
put_userinfo(struct rewrite *rewrite, struct slice userinfo, struct diag *diag) {
    const char *end = userinfo.data + userinfo.size;
    const char *colon = memchr(userinfo.data, ':', userinfo.size);
    pgcs_status status =
        put_component(rewrite, slice_between(userinfo.data, colon ? colon : end), "user", diag);
    if (status == PGCS_OK && colon != NULL) {
        rewrite_copy(rewrite, slice_between(colon, colon + 1));
        status = put_component(rewrite, slice_between(colon + 1, end), "password", diag);
    }
    return status;
}

pgcs_status
rewrite_body(struct rewrite *rewrite, struct slice body, bool jdbc, struct diag *diag) {
    const char *end = body.data + body.size, *rest = body.data;
    const char *slash = memchr(body.data, '/', body.size);
    const char *sign = memchr(body.data, '@', (size_t)((slash ? slash : end) - body.data));
    bool plain = !(rewrite->flags & PGCS_PARSE_REPAIR) || is_plain_body(body, sign);
    if (!plain) {
        const char *meant = NULL;
        if (!find_sign(rewrite, body, &meant, diag))
            return diag->status;
        plain = meant == NULL;
        sign = plain ? sign : meant;
    }
    if (sign != NULL && jdbc)
        rewrite_note(rewrite, PGCS_SEVERITY_WARNING, PGCS_CODE_TRANSLATED,
                     slice_between(body.data, sign + 1), "user",
                     "the JDBC driver takes what is in front of the @ for a part of the host",
                     "Write ?user=...&password=... behind the name of the database.");
    if (sign != NULL) {
        pgcs_status status = PGCS_OK;
        if (plain)
            rewrite_copy(rewrite, slice_between(body.data, sign));
        else
            status = put_userinfo(rewrite, slice_between(body.data, sign), diag);
        if (status != PGCS_OK)
            return status;
        rewrite_copy(rewrite, slice_between(sign, sign + 1));
        rest = sign + 1;
    }
    const char *question = memchr(rest, '?', (size_t)(end - rest));
    rewrite_copy(rewrite, slice_between(rest, question ? question : end));
    if (question == NULL)
        return PGCS_OK;
    if (rewrite->flags & PGCS_PARSE_FOREIGN)
        return rewrite_parameters(rewrite, slice_between(question + 1, end), jdbc, diag);
    rewrite_copy(rewrite, slice_between(question, end));
    return PGCS_OK;
}
