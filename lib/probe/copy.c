/*
 * Rows of COPY ... TO STDOUT (FORMAT binary):
 *
 *   stream  = header *row trailer
 *   header  = "PGCOPY\n\377\r\n\0" flags:int32 size:int32 size*OCTET
 *   row     = fields:int16 *(size:int32 size*OCTET)    a size of -1 is null
 *   trailer = -1:int16
 *
 * The server sends a row a message, the header before the first one or the trailer.
 */
#include "probe/copy.h"

#include <string.h>

static const char signature[11] = "PGCOPY\n\377\r\n";

uint32_t
read_uint32(const char *data) {
    const unsigned char *byte = (const unsigned char *)data;
    return (uint32_t)byte[0] << 24 | (uint32_t)byte[1] << 16 | (uint32_t)byte[2] << 8 | byte[3];
}

void
write_uint32(uint32_t value, char *data) {
    for (int i = 0; i < 4; i++)
        data[i] = (char)(value >> (24 - 8 * i));
}

static bool
take(struct scanner *scanner, size_t size, struct slice *out) {
    if (size > scanner->size - scanner->at)
        return false;
    *out = (struct slice){scanner->data + scanner->at, size};
    scanner->at += size;
    return true;
}

static bool
take_uint32(struct scanner *scanner, uint32_t *out) {
    struct slice bytes;
    if (!take(scanner, 4, &bytes))
        return false;
    *out = read_uint32(bytes.data);
    return true;
}

/* No flag is known that could be met with; an extension may be skipped. */
static bool
take_header(struct scanner *scanner) {
    uint32_t flags = 0, size = 0;
    struct slice extension;
    return scanner_accept_text(scanner, signature, sizeof signature) &&
           take_uint32(scanner, &flags) && flags == 0 && take_uint32(scanner, &size) &&
           take(scanner, size, &extension);
}

static bool
take_field(struct scanner *scanner, struct slice *out) {
    uint32_t size = 0;
    if (!take_uint32(scanner, &size))
        return false;
    *out = (struct slice){NULL, 0};
    return size == UINT32_MAX || take(scanner, size, out);
}

enum copy_result
copy_read(struct copy_reader *reader, struct slice message, struct copy_row *row) {
    struct scanner scanner = scanner_over(message.data, message.size);
    if (!reader->begun && !take_header(&scanner))
        return COPY_BAD;
    bool is_header_alone = !reader->begun && scanner_at_end(&scanner);
    reader->begun = true;
    if (is_header_alone)
        return COPY_NOTHING;
    struct slice count;
    if (reader->ended || !take(&scanner, 2, &count))
        return COPY_BAD;
    row->count = (unsigned char)count.data[0] << 8 | (unsigned char)count.data[1];
    if (row->count == 0xFFFF) {
        reader->ended = true;
        return scanner_at_end(&scanner) ? COPY_NOTHING : COPY_BAD;
    }
    if (row->count > COPY_FIELDS)
        return COPY_BAD;
    for (int i = 0; i < row->count; i++)
        if (!take_field(&scanner, &row->fields[i]))
            return COPY_BAD;
    return scanner_at_end(&scanner) ? COPY_ROW : COPY_BAD;
}

bool
copy_text(const struct copy_row *row, int field, struct slice *out) {
    if (field >= row->count || row->fields[field].data == NULL)
        return false;
    *out = row->fields[field];
    return true;
}

static bool
copy_sized(const struct copy_row *row, int field, size_t size, const char **out) {
    struct slice bytes;
    if (!copy_text(row, field, &bytes) || bytes.size != size)
        return false;
    *out = bytes.data;
    return true;
}

bool
copy_uint32(const struct copy_row *row, int field, uint32_t *out) {
    const char *bytes = NULL;
    if (!copy_sized(row, field, 4, &bytes))
        return false;
    *out = read_uint32(bytes);
    return true;
}

bool
copy_bool(const struct copy_row *row, int field, bool *out) {
    const char *byte = NULL;
    if (!copy_sized(row, field, 1, &byte))
        return false;
    *out = *byte != 0;
    return true;
}

bool
copy_char(const struct copy_row *row, int field, char *out) {
    const char *byte = NULL;
    if (!copy_sized(row, field, 1, &byte))
        return false;
    *out = *byte;
    return true;
}
