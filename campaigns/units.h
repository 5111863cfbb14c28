// SPDX-License-Identifier: GPL-2.0-or-later
// The organisation tree as a table gives it, and finding a unit by what a roster calls it.
#pragma once

#include "campaigns/csv.h"

#include <stdbool.h>

struct unit {
    char *code, *name;
    char *parent; /* code; NULL: a root */
    char *kind;   /* free word of the table: "phong", "thon"; "" where it gives none */
    unsigned line;
    const struct unit *above; /* NULL: a root */
};

struct unit_tree; /* opaque; owns its units */

/* Columns ma, ma_cha, ten, loai or their Vietnamese and English variants, in any order. NULL when
 * anything is wrong: `mistakes` (config/reader.h) then holds each with its line. */
struct unit_tree *units_read(const struct csv_table *table, const char *file, GPtrArray *mistakes);

/* For trees that come from elsewhere: add all, then link once. False if the code is there. */
struct unit_tree *unit_tree_new(void);
bool unit_tree_add(struct unit_tree *tree, const char *code, const char *parent, const char *name,
                   const char *kind, unsigned line);
bool unit_tree_link(struct unit_tree *tree, const char *file, GPtrArray *mistakes);
void unit_tree_free(struct unit_tree *tree);

unsigned unit_count(const struct unit_tree *tree);
const struct unit *unit_at(const struct unit_tree *tree, unsigned index); /* parents first */
const struct unit *unit_find(const struct unit_tree *tree, const char *code);
/* By code, else by name: case, diacritics and words such as "Phòng" or "Thôn" do not count (but
 * "Thôn 5" is not "Đội 5"). NULL when nothing or more than one fits. */
const struct unit *unit_match(const struct unit_tree *tree, const char *text);
