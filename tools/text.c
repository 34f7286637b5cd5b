/*
 * Text that comes from a server or from a person can hold anything: escape sequences that
 * repaint the terminal, marks that turn the reading direction, bytes that are not UTF-8. All
 * text output passes text_safe(); names keep what a person can read, and the rest is spelled
 * out in ASCII.
 */
#include "text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Ranges of code points that change how a terminal shows what stands around them. */
static const struct range {
    uint32_t first;
    uint32_t last;
} hostile_ranges[] = {
    {0x0000, 0x001f},   /* C0 controls, ESC among them */
    {0x007f, 0x009f},   /* DEL and C1 controls, CSI among them */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x034f, 0x034f},   /* combining grapheme joiner */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x17b4, 0x17b5},   /* invisible Khmer vowels */
    {0x180e, 0x180e},   /* Mongolian vowel separator */
    {0x200b, 0x200f},   /* zero-width characters, direction marks */
    {0x2028, 0x202e},   /* line and paragraph separators, direction embeddings */
    {0x2060, 0x206f},   /* word joiner, invisible operators, direction isolates */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* half-width Hangul filler */
    {0xfff9, 0xfffb},   /* interlinear annotations */
    {0xe0000, 0xe0fff}, /* tags */
};

static void
out_of_memory(void) {
    (void)fputs("pgconnspec: out of memory\n", stderr);
    exit(2);
}

void *
text_grow(void *memory, size_t size) {
    void *grown = realloc(memory, size);
    if (grown == NULL)
        out_of_memory();
    return grown;
}

char *
text_copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(text_grow(NULL, size), text, size);
}

char *
text_format(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (size < 0)
        out_of_memory();
    return text;
}

char *
text_listed(const char *words) {
    char *listed = text_copy("");
    while (*words != '\0') {
        size_t size = strcspn(words, " ");
        const char *next = words + size + strspn(words + size, " ");
        const char *before = *listed == '\0' ? "" : *next == '\0' ? " or " : ", ";
        char *longer = text_format("%s%s%.*s", listed, before, (int)size, words);
        free(listed);
        listed = longer;
        words = next;
    }
    return listed;
}

void
text_wipe(char *text) {
    if (text == NULL)
        return;
    explicit_bzero(text, strlen(text));
    free(text);
}

size_t
utf8_next(const char *text, size_t size, uint32_t *point) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (size == 0)
        return 0;
    unsigned char first = (unsigned char)text[0];
    size_t length = first < 0x80   ? 1
                    : first < 0xc2 ? 0
                    : first < 0xe0 ? 2
                    : first < 0xf0 ? 3
                                   : 4;
    if (length == 0 || first > 0xf4 || length > size)
        return 0;
    uint32_t value = length == 1 ? first : first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3f);
    }
    if (value < least[length] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *point = value;
    return length;
}

bool
utf8_is_valid(const char *text, size_t size) {
    uint32_t point = 0;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_next(text + i, size - i, &point);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

bool
utf8_is_hostile(uint32_t point) {
    for (size_t i = 0; i < sizeof hostile_ranges / sizeof hostile_ranges[0]; i++) {
        if (point >= hostile_ranges[i].first && point <= hostile_ranges[i].last)
            return true;
    }
    return false;
}

char *
text_safe(const char *text, size_t size) {
    char *safe = NULL;
    size_t safe_size = 0;
    FILE *stream = open_memstream(&safe, &safe_size);
    if (stream == NULL)
        out_of_memory();
    for (size_t i = 0; i < size;) {
        uint32_t point = 0;
        size_t length = utf8_next(text + i, size - i, &point);
        if (length == 0 || (length == 1 && utf8_is_hostile(point)))
            (void)fprintf(stream, "\\x%02X", (unsigned)(unsigned char)text[i]);
        else if (utf8_is_hostile(point))
            (void)fprintf(stream, "\\u{%04X}", (unsigned)point);
        else
            (void)fwrite(text + i, 1, length, stream);
        i += length == 0 ? 1 : length;
    }
    if (fclose(stream) != 0)
        out_of_memory();
    return safe;
}

size_t
text_width(const char *text, size_t size) {
    size_t width = 0;
    uint32_t point = 0;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_next(text + i, size - i, &point);
        int columns = length == 0 ? 1 : wcwidth((wchar_t)point);
        width += columns < 0 ? 1 : (size_t)columns;
        i += length == 0 ? 1 : length;
    }
    return width;
}

/* What PostgreSQL reads back as the same name without quotes. Keywords stay bare: this is for
 * people; the library quotes for servers. */
static bool
is_plain_identifier(const char *name) {
    if (!((name[0] >= 'a' && name[0] <= 'z') || name[0] == '_'))
        return false;
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_$")] == '\0';
}

char *
text_identifier(const char *name) {
    if (is_plain_identifier(name))
        return text_copy(name);
    size_t size = strlen(name);
    char *quoted = text_grow(NULL, 2 * size + 3);
    size_t used = 0;
    quoted[used++] = '"';
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '"')
            quoted[used++] = '"';
        quoted[used++] = name[i];
    }
    quoted[used++] = '"';
    char *safe = text_safe(quoted, used);
    free(quoted);
    return safe;
}

char *
text_object(const char *schema, const char *name, const char *column) {
    char *parts[3] = {
        schema == NULL ? text_copy("") : text_identifier(schema),
        text_identifier(name == NULL ? "" : name),
        column == NULL ? text_copy("") : text_identifier(column),
    };
    char *object = text_format("%s%s%s%s%s%s", parts[0], schema == NULL ? "" : ".", parts[1],
                               column == NULL ? "" : "(", parts[2], column == NULL ? "" : ")");
    for (size_t i = 0; i < 3; i++)
        free(parts[i]);
    return object;
}

char *
text_function(const char *schema, const char *name) {
    const char *arguments = strchr(name, '(');
    if (arguments == NULL)
        return text_object(schema, name, NULL);
    char *bare = text_format("%.*s", (int)(arguments - name), name);
    char *object = text_object(schema, bare, NULL);
    char *safe = text_safe(arguments, strlen(arguments));
    char *function = text_format("%s%s", object, safe);
    free(safe);
    free(object);
    free(bare);
    return function;
}
