/* Tables by libsmartcols. Out of memory ends the program, as everywhere in the command. */
#include "table.h"

#include <libsmartcols.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

struct table {
    const struct sink *sink;
    struct libscols_table *scols;
    struct libscols_line *row;
    uint64_t filled; /* bit i: column i has a cell that is not empty */
};

static void
must(int code) {
    if (code == 0)
        return;
    (void)fputs("pgconnspec: out of memory\n", stderr);
    exit(2);
}

struct table *
table_new(const struct sink *sink, const struct column *columns) {
    struct table *table = text_grow(NULL, sizeof *table);
    *table = (struct table){.sink = sink, .scols = scols_new_table()};
    must(table->scols == NULL);
    must(scols_table_set_column_separator(table->scols, "  "));
    /* The cells are safe already: a second time over would spell out their backslashes. */
    must(scols_table_enable_noencoding(table->scols, 1));
    must(scols_table_enable_colors(table->scols, sink->colour));
    /* The width is decided here, not by what libsmartcols makes of standard output. */
    if (sink->width > 0) {
        must(scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_ALWAYS));
        must(scols_table_set_termwidth(table->scols, sink->width));
    } else {
        must(scols_table_set_termforce(table->scols, SCOLS_TERMFORCE_NEVER));
    }
    for (; columns->heading != NULL; columns++) {
        int flags = columns->kind == COLUMN_FOLDED   ? SCOLS_FL_WRAP
                    : columns->kind == COLUMN_NUMBER ? SCOLS_FL_RIGHT
                                                     : 0;
        struct libscols_column *column =
            scols_table_new_column(table->scols, columns->heading, 0, flags);
        must(column == NULL);
        if (sink->colour)
            must(scols_cell_set_color(scols_column_get_header(column), "bold"));
    }
    return table;
}

void
table_row(struct table *table) {
    table->row = scols_table_new_line(table->scols, NULL);
    must(table->row == NULL);
}

void
table_set(struct table *table, size_t column, enum style style, const char *text) {
    char *safe = text_safe(text, strlen(text));
    table->filled |= *safe == '\0' ? 0 : UINT64_C(1) << column;
    must(scols_line_refer_data(table->row, column, safe));
    const char *sequence = sink_style(table->sink, style);
    if (style != STYLE_PLAIN && *sequence != '\0')
        must(scols_cell_set_color(scols_line_get_cell(table->row, column), sequence));
}

const char *
table_uniform(struct table *table, size_t column) {
    const char *common = NULL;
    for (size_t i = 0; i < scols_table_get_nlines(table->scols); i++) {
        struct libscols_line *row = scols_table_get_line(table->scols, i);
        const char *text = scols_cell_get_data(scols_line_get_cell(row, column));
        if (text == NULL || (common != NULL && strcmp(text, common) != 0))
            return NULL;
        common = text;
    }
    return common;
}

void
table_hide(struct table *table, size_t column) {
    must(scols_column_set_flags(scols_table_get_column(table->scols, column), SCOLS_FL_HIDDEN));
}

void
table_print(struct table *table) {
    char *text = NULL;
    if (!scols_table_is_empty(table->scols)) {
        for (size_t i = 0; i < scols_table_get_ncols(table->scols); i++) {
            if ((table->filled & UINT64_C(1) << i) == 0)
                table_hide(table, i);
        }
        must(scols_print_table_to_string(table->scols, &text));
    }
    for (const char *line = text; line != NULL && *line != '\0';) {
        size_t size = strcspn(line, "\n");
        size_t used = size;
        while (used > 0 && line[used - 1] == ' ')
            used--;
        (void)fprintf(table->sink->stream, "%.*s\n", (int)used, line);
        line += size + (line[size] == '\n');
    }
    free(text);
    scols_unref_table(table->scols);
    free(table);
}
