// SPDX-License-Identifier: GPL-2.0-or-later
/* Rolling figures up a tree of units, whichever: the one of today or of another day. The total is
 * the same under any. */
#pragma once

#include "campaigns/tally_figures.h"

struct tally_place {
    const char *code, *name; /* borrowed */
    int64_t parent_id;       /* 0: a root */
};

struct tally_tree {
    const void *data;
    /* Where what belongs to this unit is counted: itself, or the unit that holds its people on that
     * day; 0: nowhere. */
    int64_t (*home)(const void *data, int64_t unit_id);
    /* False: there is no such unit. */
    bool (*place)(const void *data, int64_t unit_id, struct tally_place *retplace);
};

/* tally->units hold their own figures, in any order; counts them where the tree says, adds the
 * units above, and orders them: each behind the one above it, neighbours by code. Fills the total.
 */
void tally_units_roll(struct tally *tally, const struct tally_tree *tree);
/* The plan of single units. Before rolling. */
void tally_units_plan(struct tally *tally, const GPtrArray *plans,
                      int64_t (*find)(const void *data, const char *code), const void *data);
void tally_unit_free(gpointer unit);
