/*
 * RFC 3986 as uriparser reads it. It is asked for a verdict only: libpq's rules give the
 * values. Versions before 1.0 recurse over their input (CVE-2025-67899), so that no more than
 * LIMIT_STRICT_SIZE bytes reach it.
 */
#include "spec/rfc3986.h"

#include <string.h>
#include <uriparser/Uri.h>

static pgcs_status
fail(struct diag *diag, struct slice text, const char *at, size_t length, const char *message,
     const char *hint) {
    diag_fail(diag, PGCS_ERR_SYNTAX, "%s", message);
    diag_place(diag, (size_t)(at - text.data), length);
    diag_hint(diag, "%s", hint);
    return PGCS_ERR_SYNTAX;
}

/* Bytes in front of the first one that is in @stops. */
static size_t
size_before(struct slice text, const char *stops) {
    size_t size = 0;
    while (size < text.size && strchr(stops, text.data[size]) == NULL)
        size++;
    return size;
}

/* The first byte that no URI may hold, or NULL. */
static const char *
foreign_byte(struct slice text) {
    static const char legal[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%:/?#[]@!$&'()*+,;=";
    for (size_t i = 0; i < text.size; i++)
        if (memchr(legal, text.data[i], sizeof legal - 1) == NULL)
            return text.data + i;
    return NULL;
}

/*
 * What libpq takes in the authority, and RFC 3986 doesn't, or with another meaning. uriparser
 * refuses most of it too, but with the place of the "/" behind.
 */
static pgcs_status
check_authority(struct slice text, struct diag *diag) {
    const char *at = memmem(text.data, text.size, "//", 2);
    const char *end = text.data + text.size;
    if (at == NULL)
        return PGCS_OK;
    at += 2;
    const char *slash = memchr(at, '/', (size_t)(end - at));
    size_t size = size_before((struct slice){at, (size_t)(end - at)}, "/?#");
    const char *sign = memchr(at, '@', (size_t)((slash ? slash : end) - at));
    if (sign != NULL && sign > at + size)
        return fail(diag, text, sign, 1,
                    "\"@\" is in the parameters by RFC 3986, and ends the password to libpq",
                    "Write it as %40, or a \"/\" in front of the \"?\".");
    const char *host = sign ? sign + 1 : at;
    const char *comma = memchr(host, ',', (size_t)(at + size - host));
    if (comma != NULL)
        return fail(diag, text, comma, 1,
                    "\",\" does not separate hosts by RFC 3986, and does to libpq",
                    "Give the hosts as ?host=...&port=... behind an empty authority.");
    return PGCS_OK;
}

pgcs_status
rfc3986_check(struct slice text, struct diag *diag) {
    if (text.size > LIMIT_STRICT_SIZE)
        return diag_fail(diag, PGCS_ERR_LIMIT, "the URI is longer than %zu bytes",
                         LIMIT_STRICT_SIZE);
    const char *byte = foreign_byte(text);
    if (byte != NULL)
        return fail(diag, text, byte, 1, "a byte that no URI by RFC 3986 has",
                    "Percent-encode it.");
    if (check_authority(text, diag) != PGCS_OK)
        return diag->status;
    UriUriA uri;
    const char *place = text.data;
    int result = uriParseSingleUriExA(&uri, text.data, text.data + text.size, &place);
    if (result == URI_ERROR_MALLOC)
        return diag_nomem(diag);
    if (result != URI_SUCCESS)
        return fail(diag, text, place ? place : text.data, 0, "not a URI by RFC 3986",
                    "Percent-encode what stands here or shortly before, give several hosts as "
                    "?host=..., and ports in digits.");
    pgcs_status status = PGCS_OK;
    if (uri.fragment.first != NULL)
        status = fail(diag, text, uri.fragment.first - 1, 1,
                      "\"#\" begins a fragment by RFC 3986, and is data to libpq",
                      "Write it as %23.");
    uriFreeUriMembersA(&uri);
    return status;
}
