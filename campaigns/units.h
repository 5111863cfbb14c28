// SPDX-License-Identifier: GPL-2.0-or-later
// The organisation tree of one day, and finding a unit in it by what a roster calls it.
#pragma once

#include <glib.h>
#include <stdbool.h>

struct unit {
    char *code, *name;
    char *parent; /* code; NULL: a root */
    char *kind;   /* free word of the table: "phong", "thon"; "" where it gives none */
    unsigned line;
    const struct unit *above; /* NULL: a root */
};

struct unit_tree; /* opaque; owns its units */

/* How a text came to mean a unit. */
enum unit_spelled {
    SPELLED_NOW,   /* its code or name */
    SPELLED_ALIAS, /* an old or other name */
    SPELLED_PAST,  /* code or name of a unit that ended, and is part of this one now */
    SPELLED_COUNT,
};

/* Add all, then link once. False if the code is there. */
struct unit_tree *unit_tree_new(void);
bool unit_tree_add(struct unit_tree *tree, const char *code, const char *parent, const char *name,
                   const char *kind, unsigned line);
/* After linking. `text` is a name, or a code of a unit that ended. */
void unit_tree_alias(struct unit_tree *tree, const char *code, const char *text,
                     enum unit_spelled spelled);
bool unit_tree_link(struct unit_tree *tree, const char *file, GPtrArray *mistakes);
void unit_tree_free(struct unit_tree *tree);

unsigned unit_count(const struct unit_tree *tree);
const struct unit *unit_at(const struct unit_tree *tree, unsigned index); /* parents first */
const struct unit *unit_find(const struct unit_tree *tree, const char *code);
/* By code, else by name, else by alias: case, diacritics and words such as "Phòng" or "Thôn" do not
 * count (but "Thôn 5" is not "Đội 5"). NULL when nothing or more than one fits. */
const struct unit *unit_match(const struct unit_tree *tree, const char *text);
/* The same, and then by what ended units were called. */
const struct unit *unit_match_past(const struct unit_tree *tree, const char *text,
                                   enum unit_spelled *retspelled);
