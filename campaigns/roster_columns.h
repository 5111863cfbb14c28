// SPDX-License-Identifier: GPL-2.0-or-later
// The heading of a roster: where it stands, and what each column is.
#pragma once

#include "campaigns/roster.h"

#include <stdbool.h>

struct roster_heading {
    unsigned first, last; /* rows of the table; two rows may make one heading, and numbers follow */
    GPtrArray *columns;   /* struct roster_column *, freed by roster_free() */
};

bool roster_heading_find(const struct csv_table *table, struct roster_heading *retheading,
                         GError **error);
const char *roster_field_name(enum roster_field field); /* "name", "birth" … */
/* What one heading text means, by roster-headings.csv; 0 is the best rank. */
enum roster_field roster_field_of(const char *heading, unsigned *retrank);
