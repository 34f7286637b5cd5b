/*
 * Tables on a terminal, by libsmartcols: aligned for wide characters, no wider than the screen.
 */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include <stddef.h>

#include "terminal.h"

struct table;

enum column_kind {
    COLUMN_FIXED,  /* keeps its width */
    COLUMN_FOLDED, /* may be folded into more lines where the screen is narrow */
    COLUMN_NUMBER, /* stands at the right */
};

/* Columns are given as heading and kind, ended by a NULL heading. */
struct column {
    const char *heading;
    enum column_kind kind;
};

struct table *
table_new(const struct sink *sink, const struct column *columns);
/* A new row; its cells are empty until they are set. */
void
table_row(struct table *table);
/* A cell of the last row: text of any origin. */
void
table_set(struct table *table, size_t column, enum style style, const char *text);
/* What stands in every row of the column, safe to show; NULL when rows differ or are none. It
 * lives until the next call on the table. */
const char *
table_uniform(struct table *table, size_t column);
void
table_hide(struct table *table, size_t column);
/* Print it, and free it. Columns in which nothing stands are left out; a table
 * without rows prints nothing. */
void
table_print(struct table *table);

#endif
