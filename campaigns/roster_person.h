// SPDX-License-Identifier: GPL-2.0-or-later
// Inside the reading of a roster: cells by field, and the person in one row.
#pragma once

#include "campaigns/roster.h"
#include "campaigns/roster_columns.h"

enum style { STYLE_NONE, STYLE_ROMAN, STYLE_LETTER, STYLE_NUMBER };

struct roster_reader {
    const struct csv_table *table;
    struct roster *roster;
    struct roster_heading heading;
    int column[FIELD_COUNT]; /* first column of the field, -1: none */
    bool in_footer;
    char *group; /* unit of the rows below, NULL: none */
    enum style group_style;
};

/* NFC, blanks folded; "" when the roster has no such column. The caller frees. */
char *roster_cell_text(const struct roster_reader *reader, unsigned row, int column);
char *roster_field_text(const struct roster_reader *reader, unsigned row, enum roster_field field);
bool roster_all_digits(const char *text);

struct roster_row *roster_row_new(unsigned line);
void roster_row_free(gpointer row);
/* One sentence more on what was done to this row in reading. Takes over `sentence`. */
void roster_row_note(struct roster_row *row, char *sentence);
/* The phone cells of a row; what they hold helps to tell what kind of row it is. */
void roster_numbers_read(const struct roster_reader *reader, unsigned index,
                         struct roster_row *row);
/* All the rest, once the row is known to be a person called `written`. */
void roster_person_read(const struct roster_reader *reader, unsigned index, const char *written,
                        struct roster_row *row);
