/* Seals of tables: what is hashed, and which tables two databases have to be read for. */
#include "probe/seal.h"

#include <stdlib.h>
#include <string.h>

#include "report/builder.h"

#define OID_SIZE 4

/* Numbers below are given by PostgreSQL's sources, not by a database. */
#define FIRST_UNPINNED 12000

/* --- SipHash -------------------------------------------------------------------------------
 */

struct sip {
    uint64_t v[4];
    uint64_t block;
    size_t size;
};

static uint64_t
rotate(uint64_t value, int by) {
    return value << by | value >> (64 - by);
}

static void
sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

static struct sip
sip_begin(const uint64_t key[2]) {
    return (struct sip){
        .v = {key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
              key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)}};
}

static void
sip_block(struct sip *sip, uint64_t block) {
    sip->v[3] ^= block;
    sip_round(sip->v);
    sip_round(sip->v);
    sip->v[0] ^= block;
}

static void
sip_put(struct sip *sip, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        sip->block |= (uint64_t)(unsigned char)data[i] << (8 * (sip->size++ & 7));
        if ((sip->size & 7) != 0)
            continue;
        sip_block(sip, sip->block);
        sip->block = 0;
    }
}

static uint64_t
sip_end(struct sip *sip) {
    sip_block(sip, sip->block | (uint64_t)sip->size << 56);
    sip->v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(sip->v);
    return sip->v[0] ^ sip->v[1] ^ sip->v[2] ^ sip->v[3];
}

uint64_t
seal_hash(const uint64_t key[2], const char *text, size_t size) {
    struct sip sip = sip_begin(key);
    sip_put(&sip, text, size);
    return sip_end(&sip);
}

/* --- expressions ---------------------------------------------------------------------------
 */

/* Types of PostgreSQL whose values hold no number of an object. */
static const uint32_t plain_types[] = {
    16,   17,   18,   19,   20,   21,   23,   25,   114,  142,  650,  700,
    701,  705,  829,  869,  1000, 1005, 1007, 1009, 1014, 1015, 1016, 1021,
    1022, 1042, 1043, 1082, 1083, 1114, 1115, 1182, 1184, 1185, 1186, 1231,
    1266, 1560, 1562, 1700, 2950, 2951, 3614, 3615, 3802, 4072,
};

static bool
is_plain_type(uint64_t oid) {
    for (size_t i = 0; i < sizeof plain_types / sizeof plain_types[0]; i++)
        if (plain_types[i] == oid)
            return true;
    return false;
}

/* A number alone, such as "-1" or "1700". */
static bool
read_number(struct slice word, uint64_t *out) {
    size_t i = word.size > 1 && word.data[0] == '-';
    *out = 0;
    if (i == word.size || word.size > 20)
        return false;
    for (size_t k = i; k < word.size; k++) {
        if (word.data[k] < '0' || word.data[k] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(word.data[k] - '0');
    }
    return true;
}

/* What a number that follows @field says. */
static bool
is_own(struct slice field, uint64_t number) {
    static const char modifier[] = "typmod";
    const size_t size = sizeof modifier - 1;
    if (slice_is(field, ":consttype"))
        return !is_plain_type(number);
    if (field.size > size && memcmp(field.data + field.size - size, modifier, size) == 0)
        return false;
    return number >= FIRST_UNPINNED;
}

/* The next word, and what parts it from the one before. */
static struct slice
next_word(struct scanner *scanner, struct sip *sip) {
    static const char between[] = " (){}[]";
    while (!scanner_at_end(scanner) && memchr(between, scanner_peek(scanner), 7) != NULL)
        sip_put(sip, scanner->data + scanner->at++, 1);
    scanner_start_token(scanner);
    while (!scanner_at_end(scanner) && memchr(between, scanner_peek(scanner), 7) == NULL)
        scanner->at++;
    return scanner_token(scanner);
}

uint64_t
seal_tree(const uint64_t key[2], struct slice tree, bool *is_open) {
    struct scanner scanner = scanner_over(tree.data, tree.size);
    struct sip sip = sip_begin(key);
    struct slice field = {"", 0};
    while (!scanner_at_end(&scanner)) {
        uint64_t number;
        struct slice word = next_word(&scanner, &sip);
        bool is_number = read_number(word, &number);
        if (is_number && slice_is(field, ":location"))
            word.size = 0;
        else if (is_number && is_own(field, number))
            *is_open = true;
        sip_put(&sip, word.data, word.size);
        field = word;
    }
    return sip_end(&sip);
}

/* --- rows ----------------------------------------------------------------------------------
 */

void
seals_free(struct seals *seals) {
    lookup_free(&seals->places);
    free(seals->items);
    free(seals->references);
    *seals = (struct seals){0};
}

/* Room for one item more; NULL, and failed set, without memory. */
static void *
grow(struct seals *seals, void **items, size_t *count, size_t *capacity, size_t size) {
    if (*count == *capacity) {
        size_t more = *capacity == 0 ? 64 : *capacity * 2;
        void *moved = realloc(*items, more * size);
        if (moved == NULL) {
            seals->failed = true;
            return NULL;
        }
        *items = moved;
        *capacity = more;
    }
    return (char *)*items + (*count)++ * size;
}

void
seals_add(struct seals *seals, struct slice oid, const struct seal *seal) {
    struct seal *room = grow(seals, (void **)&seals->items, &seals->count, &seals->capacity,
                             sizeof *seals->items);
    if (room == NULL)
        return;
    *room = *seal;
    room->oid = read_uint32(oid.data);
    lookup_put(&seals->places, 'T', oid, (uint32_t)(seals->count - 1));
}

static struct seal *
find(const struct seals *seals, struct slice oid) {
    uint32_t place = lookup_find(&seals->places, 'T', oid);
    return place == LOOKUP_NONE ? NULL : &seals->items[place];
}

/* A field with its size, so that no two rows run into the same bytes. */
static void
put_field(struct sip *sip, struct slice field) {
    uint64_t size = field.data == NULL ? UINT64_MAX : field.size;
    sip_put(sip, (const char *)&size, sizeof size);
    sip_put(sip, field.data, field.size);
}

static uint64_t
hash_fields(const struct seals *seals, char part, const struct copy_row *row, int first) {
    struct sip sip = sip_begin(seals->key);
    sip_put(&sip, &part, 1);
    for (int i = first; i < row->count; i++)
        put_field(&sip, row->fields[i]);
    return sip_end(&sip);
}

static bool
has_table(const struct copy_row *row) {
    struct slice oid;
    return copy_text(row, 0, &oid) && oid.size == OID_SIZE;
}

bool
seals_add_row(struct seals *seals, char part, const struct copy_row *row) {
    if (!has_table(row) || row->count < 2)
        return false;
    struct seal *seal = find(seals, row->fields[0]);
    if (seal != NULL)
        seal->sum += hash_fields(seals, part, row, 1);
    return true;
}

bool
seals_add_key(struct seals *seals, const struct copy_row *row) {
    uint32_t to = 0;
    if (!has_table(row) || !copy_uint32(row, 1, &to) || row->count < 3)
        return false;
    struct seal *seal = find(seals, row->fields[0]);
    if (seal == NULL)
        return true;
    uint64_t hash = hash_fields(seals, 'k', row, 2);
    if (to == 0) {
        seal->sum += hash;
        return true;
    }
    struct seal_reference *room =
        grow(seals, (void **)&seals->references, &seals->reference_count,
             &seals->reference_capacity, sizeof *seals->references);
    if (room != NULL)
        *room = (struct seal_reference){seal->oid, to, hash};
    return true;
}

/* Kind, name and flags, then texts that are trees or numbers. */
bool
seals_add_tree(struct seals *seals, const struct copy_row *row) {
    struct copy_row hashed = *row;
    uint64_t hashes[3];
    char kind = 0;
    if (!has_table(row) || row->count != 7 || !copy_char(row, 1, &kind))
        return false;
    struct seal *seal = find(seals, row->fields[0]);
    if (seal == NULL)
        return true;
    seal->has_trees = true;
    if (kind == 'x')
        seal->is_open = true;
    for (int i = 0; i < 3; i++) {
        if (row->fields[4 + i].data == NULL)
            continue;
        hashes[i] = seal_tree(seals->key, row->fields[4 + i], &seal->is_open);
        hashed.fields[4 + i] = (struct slice){(const char *)&hashes[i], sizeof hashes[i]};
    }
    seal->sum += hash_fields(seals, 't', &hashed, 1);
    return true;
}

/* --- two sides -----------------------------------------------------------------------------
 */

struct side {
    struct seals *seals;
    const struct report_builder *names;
};

static int
compare_sealed(const struct side *a, const struct seal *one, const struct side *b,
               const struct seal *two) {
    int order = strcmp(report_added_name(a->names, one->schema),
                       report_added_name(b->names, two->schema));
    return order != 0 ? order
                      : strcmp(report_added_name(a->names, one->name),
                               report_added_name(b->names, two->name));
}

static int
in_order(const void *one, const void *two, void *side) {
    return compare_sealed(side, *(struct seal *const *)one, side, *(struct seal *const *)two);
}

/* The tables in the order of their names; NULL without memory. */
static struct seal **
sorted(struct side *side) {
    struct seal **tables = calloc(side->seals->count + 1, sizeof *tables);
    if (tables == NULL)
        return NULL;
    for (size_t i = 0; i < side->seals->count; i++)
        tables[i] = &side->seals->items[i];
    qsort_r(tables, side->seals->count, sizeof *tables, in_order, side);
    return tables;
}

/* What both sides have under one name. */
static void
match(struct seal *one, struct seal *two, bool same_catalog) {
    one->unlike = two->unlike = one->sum != two->sum;
    bool wanted = one->unlike || one->is_open || two->is_open ||
                  ((one->has_trees || two->has_trees) && !same_catalog);
    one->wanted = two->wanted = wanted && !one->out_of_scope && !two->out_of_scope;
}

static void
match_all(struct side *a, struct seal **ones, struct side *b, struct seal **twos) {
    const char *catalog = a->seals->catalog;
    bool same_catalog = catalog[0] != '\0' && strcmp(catalog, b->seals->catalog) == 0;
    size_t i = 0, k = 0;
    while (i < a->seals->count || k < b->seals->count) {
        int order = i == a->seals->count   ? 1
                    : k == b->seals->count ? -1
                                           : compare_sealed(a, ones[i], b, twos[k]);
        if (order == 0)
            match(ones[i], twos[k], same_catalog);
        else if (order < 0)
            ones[i]->unlike = true;
        else
            twos[k]->unlike = true;
        i += order <= 0;
        k += order >= 0;
    }
}

static struct slice
oid_bytes(uint32_t oid, char bytes[OID_SIZE]) {
    for (int i = 0; i < OID_SIZE; i++)
        bytes[i] = (char)(oid >> (24 - 8 * i));
    return (struct slice){bytes, OID_SIZE};
}

static void
seal_references(struct side *side) {
    struct seals *seals = side->seals;
    for (size_t i = 0; i < seals->reference_count; i++) {
        char bytes[OID_SIZE];
        const struct seal_reference *reference = &seals->references[i];
        struct seal *from = find(seals, oid_bytes(reference->from, bytes));
        const struct seal *to = find(seals, oid_bytes(reference->to, bytes));
        if (to == NULL || to->out_of_scope) {
            from->is_open = true;
            continue;
        }
        const char *schema = report_added_name(side->names, to->schema);
        const char *name = report_added_name(side->names, to->name);
        struct sip sip = sip_begin(seals->key);
        sip_put(&sip, (const char *)&reference->hash, sizeof reference->hash);
        sip_put(&sip, schema, strlen(schema) + 1);
        sip_put(&sip, name, strlen(name) + 1);
        from->sum += sip_end(&sip);
    }
}

/* Where the table that a foreign key leads to isn't alike, numbers may mean other columns. */
static void
follow_references(struct side *side) {
    for (size_t i = 0; i < side->seals->reference_count; i++) {
        char bytes[OID_SIZE];
        const struct seal_reference *reference = &side->seals->references[i];
        const struct seal *to = find(side->seals, oid_bytes(reference->to, bytes));
        if (to != NULL && to->unlike)
            find(side->seals, oid_bytes(reference->from, bytes))->is_open = true;
    }
}

bool
seals_match(struct seals *a, const struct report_builder *a_names, struct seals *b,
            const struct report_builder *b_names) {
    struct side one = {a, a_names}, two = {b, b_names};
    struct seal **ones = sorted(&one), **twos = sorted(&two);
    bool good = ones != NULL && twos != NULL && !a->failed && !b->failed && !a->places.failed &&
                !b->places.failed;
    if (good) {
        seal_references(&one);
        seal_references(&two);
        match_all(&one, ones, &two, twos);
        follow_references(&one);
        follow_references(&two);
        match_all(&one, ones, &two, twos);
    }
    free(ones);
    free(twos);
    return good;
}

uint32_t *
seals_wanted(const struct seals *seals, size_t *count) {
    uint32_t *oids = malloc((seals->count + 1) * sizeof *oids);
    *count = 0;
    for (size_t i = 0; oids != NULL && i < seals->count; i++)
        if (seals->items[i].wanted)
            oids[(*count)++] = seals->items[i].oid;
    return oids;
}
