/*
 * Two structures held together. Both reports have their pieces in one order, so that a single
 * walk over the two finds what only one side has; what both have is compared piece by piece.
 */
#include "compare/compare.h"

#include <string.h>

#include <pgconnspec/check.h>

#include "base/text.h"
#include "report/identifier.h"

static const struct {
    int32_t code;
    pgcs_severity severity;
    const char *sentence;
    const char *hint;
} differences[DIFFERENCE_COUNT] = {
#define X(name, number, severity, sentence, hint)                                              \
    {PGCS_DIFFERENCE_##name, PGCS_SEVERITY_##severity, sentence, hint},
#include "compare/differences.def"
#undef X
};

#define X(name, number, severity, sentence, hint)                                              \
    _Static_assert(PGCS_DIFFERENCE_##name == (number), "differences.def and report.h");
#include "compare/differences.def"
#undef X

/* --- telling -------------------------------------------------------------------------------
 */

#define LONGEST_VALUE  90  /* bytes of a definition that a message shows */
#define LONGEST_OBJECT 100 /* bytes of an object's name */
#define CONTEXT        24  /* bytes of them before two long definitions differ */

static bool
is_inside_character(char byte) {
    return ((unsigned char)byte & 0xC0) == 0x80;
}

/* At most @limit bytes from @from on, no control characters, and no part of a character. */
static void
put_part(struct buf *buf, const char *value, size_t from, size_t limit) {
    size_t end = strlen(value);
    bool cut = end - from > limit;
    if (cut)
        end = from + limit;
    while (cut && end > from && is_inside_character(value[end]))
        end--;
    buf_put_string(buf, from > 0 ? "..." : "");
    for (size_t i = from; i < end; i++)
        buf_put_char(buf, (unsigned char)value[i] < 0x20 || value[i] == 0x7f ? '?' : value[i]);
    buf_put_string(buf, cut ? "..." : "");
}

/* Where to begin with two texts, of which one is too long to be shown. */
static size_t
first_shown(const char *a, const char *b) {
    if (a == NULL || b == NULL || (strlen(a) <= LONGEST_VALUE && strlen(b) <= LONGEST_VALUE))
        return 0;
    size_t same = 0;
    while (a[same] != '\0' && a[same] == b[same])
        same++;
    if (same <= LONGEST_VALUE / 2 || a[same] == b[same])
        return 0;
    same -= CONTEXT;
    while (is_inside_character(a[same]))
        same--;
    return same;
}

static void
put_sentence(struct buf *buf, const char *sentence, const char *source,
             const char *destination) {
    size_t from = first_shown(source, destination);
    for (const char *c = sentence; *c != '\0'; c++) {
        if (*c != '{') {
            buf_put_char(buf, *c);
            continue;
        }
        const char *value = c[1] == 's' ? source : destination;
        bool any = value != NULL && value[0] != '\0';
        put_part(buf, any ? value : "nothing", any ? from : 0, LONGEST_VALUE);
        c += 2;
    }
}

/* schema.table.part, as SQL names it; "" for the database. */
static void
put_object(struct buf *buf, const struct pair *pair, const char *part) {
    const char *names[] = {pair->schema, pair->name, part};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        if (names[i] == NULL)
            continue;
        buf_put_string(buf, count++ == 0 ? "" : ".");
        identifier_put(buf, names[i]);
    }
}

void
tell(struct pair *pair, enum difference difference, const char *part, const char *source,
     const char *destination) {
    struct diag diag;
    struct buf object = {0}, text = {0};
    put_object(&object, pair, part);
    buf_put_char(&object, '\0');
    if (!object.failed && object.data[0] != '\0') {
        put_part(&text, object.data, 0, LONGEST_OBJECT);
        buf_put_string(&text, ": ");
    }
    put_sentence(&text, differences[difference].sentence, source, destination);
    buf_put_char(&text, '\0');
    if (object.failed || text.failed) {
        pair->failed = true;
    } else {
        diag_fail(&diag, differences[difference].code, "%s", text.data);
        diag_hint(&diag, "%s", differences[difference].hint);
        report_add_finding_on(pair->findings, differences[difference].severity,
                              object.data[0] != '\0' ? object.data : NULL, &diag);
    }
    buf_free(&object);
    buf_free(&text);
}

/* --- the database --------------------------------------------------------------------------
 */

static const char *
fact(const pgcs_report *report, pgcs_fact number) {
    return report->facts[number - FACT_FIRST].text;
}

static bool
differ(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) != 0;
}

static bool
is_fact(const pgcs_report *report, pgcs_fact number, const char *value) {
    const char *text = fact(report, number);
    return text != NULL && strcmp(text, value) == 0;
}

static bool
agree(const struct pair *pair, pgcs_fact number) {
    const char *text = fact(pair->source, number);
    return text != NULL && is_fact(pair->destination, number, text);
}

/* Each looked for the other; that one of them sees it is proof, that neither does as well. */
static bool
are_same(const struct pair *pair) {
    return is_fact(pair->source, PGCS_FACT_PARTNER_SEEN, "1") ||
           is_fact(pair->destination, PGCS_FACT_PARTNER_SEEN, "1");
}

static bool
may_be_same(const struct pair *pair) {
    bool proven = is_fact(pair->source, PGCS_FACT_PARTNER_SEEN, "0") &&
                  is_fact(pair->destination, PGCS_FACT_PARTNER_SEEN, "0");
    return !proven && agree(pair, PGCS_FACT_DATABASE_ID);
}

static void
compare_identity(struct pair *pair) {
    bool kin = agree(pair, PGCS_FACT_LINEAGE);
    bool standby = is_fact(pair->destination, PGCS_FACT_IS_STANDBY, "1");
    if (are_same(pair))
        tell(pair, DIFFERENCE_SAME_DATABASE, NULL, NULL, NULL);
    else if (may_be_same(pair))
        tell(pair, DIFFERENCE_PROBABLY_SAME_DATABASE, NULL, NULL, NULL);
    else if (kin && !standby && is_fact(pair->source, PGCS_FACT_IS_STANDBY, "1"))
        tell(pair, DIFFERENCE_SOURCE_IS_STANDBY, NULL, NULL, NULL);
    if (kin && standby && !are_same(pair))
        tell(pair, DIFFERENCE_DESTINATION_IS_STANDBY, NULL, NULL, NULL);
    else if (is_fact(pair->destination, PGCS_FACT_IS_READ_ONLY, "1"))
        tell(pair, DIFFERENCE_DESTINATION_READ_ONLY, NULL, NULL,
             standby ? "it is a standby" : "its transactions are read only");
}

static void
compare_facts(struct pair *pair) {
    const char *encoding = fact(pair->source, PGCS_FACT_ENCODING);
    const char *other_encoding = fact(pair->destination, PGCS_FACT_ENCODING);
    const char *collation = fact(pair->source, PGCS_FACT_COLLATION);
    const char *other_collation = fact(pair->destination, PGCS_FACT_COLLATION);
    compare_identity(pair);
    if (differ(encoding, other_encoding))
        tell(pair, DIFFERENCE_ENCODING, NULL, encoding, other_encoding);
    if (differ(collation, other_collation))
        tell(pair, DIFFERENCE_COLLATION, NULL, collation, other_collation);
}

/* --- what stands outside of schemas ---------------------------------------------------------
 */

static void
compare_extension(struct pair *pair, const struct piece_row *a, const struct piece_row *b) {
    const char *name = a ? piece_name(pair->source, a) : NULL;
    if (b == NULL) {
        tell(pair, DIFFERENCE_EXTENSION_MISSING, NULL, name, NULL);
    } else if (a == NULL) {
        tell(pair, DIFFERENCE_EXTENSION_EXTRA, NULL, NULL, piece_name(pair->destination, b));
    } else {
        static const enum difference differs[] = {DIFFERENCE_EXTENSION_VERSION,
                                                  DIFFERENCE_EXTENSION_SCHEMA};
        for (size_t i = 0; i < 2; i++) {
            const char *text = piece_text(pair->source, a, i);
            const char *other = piece_text(pair->destination, b, i);
            if (strcmp(text, other) != 0)
                tell(pair, differs[i], name, text, other);
        }
    }
}

static void
compare_collation(struct pair *pair, const struct piece_row *a, const struct piece_row *b) {
    const pgcs_report *report = a ? pair->source : pair->destination;
    const char *text = a ? piece_text(pair->source, a, 0) : NULL;
    const char *other = b ? piece_text(pair->destination, b, 0) : NULL;
    pair->schema = piece_text(report, a ? a : b, 1);
    pair->name = piece_text(report, a ? a : b, 2);
    if (b == NULL)
        tell(pair, DIFFERENCE_COLLATION_MISSING, NULL, NULL, NULL);
    else if (a == NULL)
        tell(pair, DIFFERENCE_COLLATION_EXTRA, NULL, NULL, NULL);
    else if (strcmp(text, other) != 0)
        tell(pair, DIFFERENCE_COLLATION_DIFFERS, NULL, text, other);
    pair->schema = pair->name = NULL;
}

/* Extensions and collations of both sides, which stand by kind and name. */
static void
compare_loose(struct pair *pair) {
    size_t i = pair->in_source.first, k = pair->in_destination.first;
    while (i < pair->in_source.end || k < pair->in_destination.end) {
        const struct piece_row *a =
            i < pair->in_source.end ? report_piece(pair->source, i) : NULL;
        const struct piece_row *b =
            k < pair->in_destination.end ? report_piece(pair->destination, k) : NULL;
        int order = a == NULL ? 1 : b == NULL ? -1 : (int)a->kind - (int)b->kind;
        if (order == 0)
            order = strcmp(piece_name(pair->source, a), piece_name(pair->destination, b));
        i += order <= 0;
        k += order >= 0;
        a = order <= 0 ? a : NULL;
        b = order >= 0 ? b : NULL;
        if ((a ? a : b)->kind == PIECE_EXTENSION)
            compare_extension(pair, a, b);
        else
            compare_collation(pair, a, b);
    }
}

/* --- the walk -------------------------------------------------------------------------------
 */

/* The pieces of the object that stands at @first. */
static struct row_range
object_at(const pgcs_report *report, size_t first) {
    struct row_range range = {first, first};
    if (first == report->pieces.count)
        return range;
    const struct piece_row *row = report_piece(report, first);
    while (range.end < report->pieces.count) {
        const struct piece_row *next = report_piece(report, range.end);
        if (compare_texts(report_name(report, next->schema),
                          report_name(report, row->schema)) ||
            compare_texts(report_name(report, next->relation),
                          report_name(report, row->relation)))
            break;
        range.end++;
    }
    return range;
}

static int
order_of_pair(const struct pair *pair) {
    const pgcs_report *source = pair->source, *destination = pair->destination;
    bool ended = pair->in_source.first == pair->in_source.end;
    bool other_ended = pair->in_destination.first == pair->in_destination.end;
    if (ended || other_ended)
        return (int)ended - (int)other_ended;
    const struct piece_row *a = report_piece(source, pair->in_source.first);
    const struct piece_row *b = report_piece(destination, pair->in_destination.first);
    int order =
        compare_texts(report_name(source, a->schema), report_name(destination, b->schema));
    return order != 0 ? order
                      : compare_texts(report_name(source, a->relation),
                                      report_name(destination, b->relation));
}

/* The object is on one side only. */
static void
tell_single(struct pair *pair, bool missing) {
    const pgcs_report *report = missing ? pair->source : pair->destination;
    struct row_range range = missing ? pair->in_source : pair->in_destination;
    const struct piece_row *first = report_piece(report, range.first);
    const struct piece_row *table = report_table(report, range);
    if (first->kind == PIECE_SCHEMA) {
        tell(pair, missing ? DIFFERENCE_SCHEMA_MISSING : DIFFERENCE_SCHEMA_EXTRA, NULL, NULL,
             NULL);
    } else if (first->kind == PIECE_TYPE) {
        tell(pair, missing ? DIFFERENCE_TYPE_MISSING : DIFFERENCE_TYPE_EXTRA, NULL, NULL, NULL);
    } else if (table != NULL && (table->flags & TABLE_PARTITION)) {
        tell(pair, missing ? DIFFERENCE_PARTITION_MISSING : DIFFERENCE_PARTITION_EXTRA, NULL,
             NULL, NULL);
    } else if (table != NULL && !(table->flags & TABLE_OUT_OF_SCOPE)) {
        tell(pair, missing ? DIFFERENCE_TABLE_MISSING : DIFFERENCE_TABLE_EXTRA, NULL, NULL,
             NULL);
    }
}

/* Views are not compared, nor what is no relation: a table in place of one is missing there. */
static bool
is_left_alone(const pgcs_report *report, struct row_range range) {
    int kind = report_piece(report, range.first)->kind;
    return kind == PIECE_VIEW || kind == PIECE_OTHER;
}

static void
compare_both(struct pair *pair) {
    bool source = is_left_alone(pair->source, pair->in_source);
    bool destination = is_left_alone(pair->destination, pair->in_destination);
    if (source || destination) {
        if (!source || !destination)
            tell_single(pair, destination);
        return;
    }
    const struct piece_row *table = report_table(pair->source, pair->in_source);
    const struct piece_row *other = report_table(pair->destination, pair->in_destination);
    if (table != NULL && other != NULL) {
        if (!((table->flags | other->flags) & TABLE_OUT_OF_SCOPE))
            compare_tables(pair);
    } else if (table != NULL || other != NULL) {
        tell(pair, DIFFERENCE_TYPE_DIFFERS, NULL, table ? "a table" : "a type",
             other ? "a table" : "a type");
    } else if (report_piece(pair->source, pair->in_source.first)->kind == PIECE_TYPE) {
        compare_types(pair);
    }
}

static void
walk(struct pair *pair) {
    size_t i = 0, k = 0;
    while ((i < pair->source->pieces.count || k < pair->destination->pieces.count) &&
           !pair->failed) {
        pair->in_source = object_at(pair->source, i);
        pair->in_destination = object_at(pair->destination, k);
        int order = order_of_pair(pair);
        const pgcs_report *report = order <= 0 ? pair->source : pair->destination;
        const struct piece_row *row = report_piece(report, order <= 0 ? i : k);
        pair->schema = report_name(report, row->schema);
        pair->name = report_name(report, row->relation);
        if (order > 0)
            pair->in_source.end = pair->in_source.first;
        if (order < 0)
            pair->in_destination.end = pair->in_destination.first;
        if (pair->schema == NULL)
            compare_loose(pair);
        else if (order != 0)
            tell_single(pair, order < 0);
        else
            compare_both(pair);
        i = order <= 0 ? pair->in_source.end : i;
        k = order >= 0 ? pair->in_destination.end : k;
    }
    pair->schema = pair->name = NULL;
}

/* Two checks that met read only what differs, which says nothing beside a third report. */
static bool
is_known(struct pair *pair) {
    const pgcs_report *source = pair->source, *destination = pair->destination;
    bool met = source->pair != 0 && source->pair == destination->pair;
    uint32_t enough = PGCS_SECTION_STRUCTURE | (met ? PGCS_SECTION_DIFFERENCES : 0);
    bool known = source->sections & enough, other = destination->sections & enough;
    if (!known)
        tell(pair, DIFFERENCE_NOTHING_KNOWN, "source", NULL, NULL);
    if (!other)
        tell(pair, DIFFERENCE_NOTHING_KNOWN, "destination", NULL, NULL);
    return known && other;
}

static bool
has_tables(const pgcs_report *report) {
    for (size_t i = 0; i < report->pieces.count; i++) {
        const struct piece_row *row = report_piece(report, i);
        if (row->kind == PIECE_TABLE && !(row->flags & TABLE_OUT_OF_SCOPE))
            return true;
    }
    return false;
}

pgcs_status
compare_reports(const pgcs_report *source, const pgcs_report *destination,
                const pgcs_report **out, struct diag *diag) {
    struct report_builder *findings = report_builder_new();
    if (findings == NULL)
        return diag_nomem(diag);
    struct pair pair = {
        .source = source,
        .destination = destination,
        .findings = findings,
        .expressions = source->sections & destination->sections & PGCS_SECTION_EXPRESSIONS,
    };
    if (is_known(&pair)) {
        compare_facts(&pair);
        if (!pair.expressions)
            tell(&pair, DIFFERENCE_PARTLY_KNOWN, NULL, NULL, NULL);
        if (!has_tables(source))
            tell(&pair, DIFFERENCE_NO_TABLES, NULL, NULL, NULL);
        walk(&pair);
    }
    if (pair.failed) {
        report_builder_free(findings);
        return diag_nomem(diag);
    }
    return report_finish(findings, out, diag);
}
