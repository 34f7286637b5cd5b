/*
 * What a peer says first. PostgreSQL begins with one byte (S, N), or with a message: a letter
 * and its length. Others are told by
 *
 *   TLS    content type (alert 21, handshake 22) and version 3, RFC 8446, 5.1
 *   HTTP   "HTTP/", RFC 9112, 4
 *   SSH    "SSH-", RFC 4253, 4.2
 *   MySQL  a packet of less than 256 bytes, its number 0, then the version of the protocol, 10,
 *          and of the server, a number: as a message it would be shorter than PostgreSQL's are
 */
#include "probe/opening.h"

#include <string.h>

static bool
is_mysql(const unsigned char *byte) {
    return byte[1] == 0 && byte[2] == 0 && byte[3] == 0 && byte[4] == 10 && byte[5] >= '1' &&
           byte[5] <= '9';
}

const char *
opening_names(struct slice bytes, bool direct) {
    const unsigned char *byte = (const unsigned char *)bytes.data;
    if (!direct && bytes.size >= 3 && (byte[0] == 21 || byte[0] == 22) && byte[1] == 3)
        return "the peer speaks TLS";
    if (bytes.size >= 5 && memcmp(byte, "HTTP/", 5) == 0)
        return "the peer speaks HTTP";
    if (bytes.size >= 4 && memcmp(byte, "SSH-", 4) == 0)
        return "the peer speaks SSH";
    if (bytes.size >= 6 && is_mysql(byte))
        return "the peer speaks MySQL";
    return NULL;
}
