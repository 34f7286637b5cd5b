/*
 * Filling a report with the structure of the database. All queries of structure but the one for
 * keys send the same columns: a letter for the kind of piece, the oid of the table or type that
 * it belongs to, its order, flags, name and texts.
 *
 * The definition of a key is put together here from the numbers of its columns: that is several
 * times faster than to let the server write it.
 */
#include "probe/gather.h"

#include <string.h>

#include "base/text.h"
#include "report/identifier.h"
#include "report/structure.h"

/* Keys of the lookup; see gather.c for its others. */
enum {
    TAG_TABLE = 'R',        /* an oid: number of the table's name */
    TAG_TABLE_SCHEMA = 'S', /* an oid: number of the name of its schema */
    TAG_TYPE = 'Y',         /* the same for types */
    TAG_TYPE_SCHEMA = 'Z',
    TAG_COLUMN = 'C', /* an oid and a number of two bytes: number of the column's name */
};

#define OID_SIZE 4

static const struct {
    char letter;
    uint8_t kind;
} kinds[] = {
    {'e', PIECE_EXTENSION},  {'n', PIECE_SCHEMA},     {'y', PIECE_TYPE},
    {'l', PIECE_LABEL},      {'t', PIECE_TABLE},      {'c', PIECE_COLUMN},
    {'k', PIECE_CONSTRAINT}, {'q', PIECE_EXPRESSION}, {'p', PIECE_PARTITION},
    {'i', PIECE_INDEX},      {'g', PIECE_TRIGGER},    {'s', PIECE_SEQUENCE},
    {'x', PIECE_CALL},       {'v', PIECE_VIEW},       {'r', PIECE_READ},
    {'b', PIECE_COLLATION},  {'u', PIECE_RULE},       {'a', PIECE_POLICY},
    {'j', PIECE_CONDITION},  {'d', PIECE_DETAIL},     {'h', PIECE_PARENT},
    {'o', PIECE_OTHER},      {'w', PIECE_WRITE},
};

static bool
kind_of_piece(char letter, enum piece_kind *out) {
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].letter != letter)
            continue;
        *out = kinds[i].kind;
        return true;
    }
    return false;
}

static struct slice
text_or_empty(const struct copy_row *row, int field) {
    struct slice text = {"", 0};
    copy_text(row, field, &text);
    return text;
}

/* Schema and name of the table or type that a piece belongs to. */
static bool
find_relation(struct gather *gather, bool type, struct slice oid, struct piece *piece) {
    const struct lookup *lookup = &gather->lookup;
    piece->schema = lookup_find(lookup, type ? TAG_TYPE_SCHEMA : TAG_TABLE_SCHEMA, oid);
    piece->relation = lookup_find(lookup, type ? TAG_TYPE : TAG_TABLE, oid);
    gather->missing = piece->schema == LOOKUP_NONE || piece->relation == LOOKUP_NONE;
    return !gather->missing;
}

/* A table, view or type: name and schema stand where others have name and first text. */
static bool
begin_relation(struct gather *gather, const struct copy_row *row, struct slice oid,
               struct piece *piece) {
    struct slice schema;
    bool type = piece->kind == PIECE_TYPE || piece->kind == PIECE_OTHER;
    if (!copy_text(row, 5, &schema))
        return false;
    piece->schema = gather_name(gather, schema);
    piece->relation = gather_name(gather, piece->name);
    piece->name = (struct slice){"", 0};
    lookup_put(&gather->lookup, type ? TAG_TYPE_SCHEMA : TAG_TABLE_SCHEMA, oid, piece->schema);
    lookup_put(&gather->lookup, type ? TAG_TYPE : TAG_TABLE, oid, piece->relation);
    if (piece->kind == PIECE_TABLE && gather->seals != NULL)
        seals_add(gather->seals, oid,
                  &(struct seal){.schema = piece->schema,
                                 .name = piece->relation,
                                 .out_of_scope = piece->flags & TABLE_OUT_OF_SCOPE});
    return true;
}

static bool
begins_relation(enum piece_kind kind) {
    return kind == PIECE_TABLE || kind == PIECE_VIEW || kind == PIECE_TYPE ||
           kind == PIECE_OTHER;
}

static void
remember_column(struct gather *gather, struct slice oid, const struct piece *piece) {
    char key[OID_SIZE + 2];
    memcpy(key, oid.data, OID_SIZE);
    key[OID_SIZE] = (char)(piece->order >> 8);
    key[OID_SIZE + 1] = (char)(piece->order & 0xFF);
    lookup_put(&gather->lookup, TAG_COLUMN, (struct slice){key, sizeof key},
               gather_name(gather, piece->name));
}

bool
decode_piece(struct gather *gather, const struct copy_row *row) {
    char letter = 0;
    struct slice oid;
    struct piece piece = {.schema = NO_NAME, .relation = NO_NAME};
    if (!copy_char(row, 0, &letter) || !kind_of_piece(letter, &piece.kind) ||
        !copy_text(row, 1, &oid) || oid.size != OID_SIZE ||
        !copy_uint32(row, 2, &piece.order) || !copy_uint32(row, 3, &piece.flags))
        return false;
    piece.name = text_or_empty(row, 4);
    int first_text = 5;
    if (begins_relation(piece.kind)) {
        if (!begin_relation(gather, row, oid, &piece))
            return false;
        first_text = 6;
    } else if (piece.kind == PIECE_SCHEMA) {
        piece.schema = gather_name(gather, piece.name);
        piece.name = (struct slice){"", 0};
    } else if (piece.kind != PIECE_EXTENSION && piece.kind != PIECE_COLLATION &&
               !find_relation(gather, piece.kind == PIECE_LABEL, oid, &piece)) {
        return false;
    }
    for (int i = 0; i < PIECE_TEXTS; i++)
        piece.texts[i] = text_or_empty(row, first_text + i);
    if (piece.kind == PIECE_COLUMN)
        remember_column(gather, oid, &piece);
    report_add_piece(gather->builder, &piece);
    return true;
}

/* --- keys -----------------------------------------------------------------------------------
 */

/* int2[] as PostgreSQL sends it: dimensions, flags, type, size, lower bound, elements. */
#define ARRAY_HEAD    20
#define ARRAY_SIZE_AT 12
#define ELEMENT_SIZE  6 /* a length of four bytes and a number of two */

/* "(a, b)"; false when it isn't an array of columns that we know. */
static bool
put_columns(struct gather *gather, struct slice oid, struct slice array, struct buf *buf) {
    char key[OID_SIZE + 2];
    if (array.size < ARRAY_HEAD || oid.size != OID_SIZE)
        return false;
    size_t count = read_uint32(array.data + ARRAY_SIZE_AT);
    if (count == 0 || count > (array.size - ARRAY_HEAD) / ELEMENT_SIZE)
        return false;
    memcpy(key, oid.data, OID_SIZE);
    for (size_t i = 0; i < count; i++) {
        memcpy(key + OID_SIZE, array.data + ARRAY_HEAD + i * ELEMENT_SIZE + 4, 2);
        uint32_t name =
            lookup_find(&gather->lookup, TAG_COLUMN, (struct slice){key, sizeof key});
        if (name == LOOKUP_NONE) {
            gather->missing = true;
            return false;
        }
        buf_put_string(buf, i == 0 ? "(" : ", ");
        identifier_put(buf, report_added_name(gather->builder, name));
    }
    buf_put_char(buf, ')');
    return true;
}

/* " ON DELETE CASCADE"; nothing for the default. */
static void
put_action(struct buf *buf, const char *event, char letter) {
    static const struct {
        char letter;
        const char *text;
    } actions[] = {
        {'r', "RESTRICT"}, {'c', "CASCADE"}, {'n', "SET NULL"}, {'d', "SET DEFAULT"}};
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (actions[i].letter == letter)
            buf_printf(buf, " ON %s %s", event, actions[i].text);
}

static void
put_name(struct gather *gather, struct slice name, struct buf *buf) {
    identifier_put(buf, report_added_name(gather->builder, gather_name(gather, name)));
}

static bool
put_key(struct gather *gather, const struct copy_row *row, char kind, struct buf *buf) {
    struct slice actions;
    bool deferrable = false, deferred = false;
    buf_put_string(buf, kind == 'p'   ? "PRIMARY KEY "
                        : kind == 'u' ? "UNIQUE "
                                      : "FOREIGN KEY ");
    if (!put_columns(gather, row->fields[1], text_or_empty(row, 3), buf) ||
        !copy_bool(row, 4, &deferrable) || !copy_bool(row, 5, &deferred))
        return false;
    if (kind == 'f') {
        struct slice schema = text_or_empty(row, 6), table = text_or_empty(row, 7);
        if (schema.size == 0 || table.size == 0 || !copy_text(row, 10, &actions) ||
            actions.size != 3)
            return false;
        buf_put_string(buf, " REFERENCES ");
        put_name(gather, schema, buf);
        buf_put_char(buf, '.');
        put_name(gather, table, buf);
        if (!put_columns(gather, row->fields[8], text_or_empty(row, 9), buf))
            return false;
        buf_put_string(buf, actions.data[2] == 'f' ? " MATCH FULL" : "");
        put_action(buf, "UPDATE", actions.data[0]);
        put_action(buf, "DELETE", actions.data[1]);
    }
    buf_put_string(buf, deferrable ? " DEFERRABLE" : "");
    buf_put_string(buf, deferred ? " INITIALLY DEFERRED" : "");
    return true;
}

bool
decode_key(struct gather *gather, const struct copy_row *row) {
    char kind = 0;
    struct buf buf = {0};
    struct slice definition;
    bool deferrable = false;
    uint32_t flags = 0;
    struct piece piece = {.kind = PIECE_CONSTRAINT, .name = text_or_empty(row, 0)};
    if (!copy_char(row, 2, &kind) || strchr("puf", kind) == NULL ||
        !copy_bool(row, 4, &deferrable) || !copy_uint32(row, 12, &flags) ||
        !find_relation(gather, false, text_or_empty(row, 1), &piece))
        return false;
    piece.flags = kind == 'p'   ? CONSTRAINT_PRIMARY
                  : kind == 'u' ? CONSTRAINT_UNIQUE
                                : CONSTRAINT_FOREIGN;
    piece.flags |=
        flags & (CONSTRAINT_UNCHECKABLE | CONSTRAINT_PERIOD | CONSTRAINT_LETS_TRUNCATE);
    if (deferrable)
        piece.flags |= CONSTRAINT_DEFERRABLE;
    if (!copy_text(row, 11, &definition)) {
        if (!put_key(gather, row, kind, &buf) || buf.failed) {
            buf_free(&buf);
            return false;
        }
        definition = (struct slice){buf.data, buf.size};
    }
    piece.texts[0] = definition;
    piece.texts[1] = text_or_empty(row, 6);
    piece.texts[2] = text_or_empty(row, 7);
    report_add_piece(gather->builder, &piece);
    buf_free(&buf);
    return true;
}
