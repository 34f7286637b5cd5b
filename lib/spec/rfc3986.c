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

/* What RFC 3986 takes, but splits in another way than libpq does. */
static pgcs_status
check_parts(const UriUriA *uri, struct slice text, struct diag *diag) {
    const char *end = text.data + text.size;
    if (uri->fragment.first != NULL)
        return fail(diag, text, uri->fragment.first - 1, 1,
                    "\"#\" begins a fragment by RFC 3986, and is data to libpq",
                    "Write it as %23.");
    const char *host = uri->hostText.first;
    size_t host_size = (size_t)(uri->hostText.afterLast - host);
    const char *comma = host ? memchr(host, ',', host_size) : NULL;
    if (comma != NULL)
        return fail(diag, text, comma, 1,
                    "\",\" is a part of the host by RFC 3986, and separates hosts to libpq",
                    "Give the hosts as ?host=...&port=... behind an empty authority.");
    const char *authority = memmem(text.data, text.size, "//", 2);
    authority = authority ? authority + 2 : end;
    const char *slash = memchr(authority, '/', (size_t)(end - authority));
    const char *sign = memchr(authority, '@', (size_t)((slash ? slash : end) - authority));
    if (sign != NULL && uri->userInfo.first == NULL)
        return fail(diag, text, sign, 1,
                    "\"@\" is in the parameters by RFC 3986, and ends the password to libpq",
                    "Write it as %40, or a \"/\" in front of the \"?\".");
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
    UriUriA uri;
    const char *place = text.data;
    int result = uriParseSingleUriExA(&uri, text.data, text.data + text.size, &place);
    if (result == URI_ERROR_MALLOC)
        return diag_nomem(diag);
    if (result != URI_SUCCESS)
        return fail(diag, text, place ? place : text.data, 0, "not a URI by RFC 3986",
                    "Percent-encode what stands here or shortly before, give several hosts as "
                    "?host=..., and ports in digits.");
    pgcs_status status = check_parts(&uri, text, diag);
    uriFreeUriMembersA(&uri);
    return status;
}
