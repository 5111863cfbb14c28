// SPDX-License-Identifier: GPL-2.0-or-later
// Tables for a terminal, aligned by what a cell takes on the screen.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct table_column {
    const char *heading;
    bool right; /* numbers */
};

struct table;
/* The columns must outlive the table. */
struct table *table_new(const struct table_column *columns, unsigned count);
void table_free(struct table *table);

/* One cell for each column; NULL is an empty one. Control characters become harmless. */
void table_add(struct table *table, const char *const *cells);
/* Headings and rows, each ended by a newline, no blanks at the ends; folded to `screen` columns,
 * 0: not at all. The caller frees. */
char *table_text(const struct table *table, unsigned screen);
/* Folded to the terminal, if there is one. */
void table_print(const struct table *table);
/* Columns of the terminal that stdout is, 0: it is none. */
unsigned table_screen(void);
unsigned table_rows(const struct table *table);

/* Columns that the text takes: wide characters two, combining marks none. */
unsigned table_width(const char *text);
/* Without anything that a terminal would obey: newlines are shown as ↵, the rest as �. */
char *table_clean(const char *text);
