/* Two structures held together: what a copy from one to the other meets. */
#ifndef COMPARE_COMPARE_H
#define COMPARE_COMPARE_H

#include <pgconnspec/compare.h>

#include "report/structure.h"

enum difference {
#define X(name, number, severity, sentence, hint) DIFFERENCE_##name,
#include "compare/differences.def"
#undef X
    DIFFERENCE_COUNT
};

/* One object on both sides: ranges are its pieces there, empty where it is not. */
struct pair {
    const pgcs_report *source;
    const pgcs_report *destination;
    struct report_builder *findings;
    const char *schema; /* NULL for the database */
    const char *name;   /* NULL for a schema */
    struct row_range in_source;
    struct row_range in_destination;
    bool expressions; /* both reports have that section */
    bool failed;      /* out of memory */
};

/* @part of the object, such as a column, may be NULL; so may the values. */
void
tell(struct pair *pair, enum difference difference, const char *part, const char *source,
     const char *destination);

/* The object is there on both sides. */
void
compare_tables(struct pair *pair);
/* What stands around the rows of a table; the flags are those of both sides. */
void
compare_around(struct pair *pair, unsigned source, unsigned destination);
void
compare_types(struct pair *pair);

/* The piece of @kind with that name; NULL where there is none. */
const struct piece_row *
find_piece(const pgcs_report *report, struct row_range range, int kind, const char *name);

/* How the destination's type of a column takes what the source's gives. */
enum difference
compare_type_names(const char *source, const char *destination);

pgcs_status
compare_reports(const pgcs_report *source, const pgcs_report *destination,
                const pgcs_report **out, struct diag *diag);

#endif
