// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree of units of one day, and where the figures of each unit that ever was are counted in it.
 * Every unit has exactly one place in every tree, so totals are equal under all of them. */
#pragma once

#include "campaigns/unit_history.h"

#define UNIT_UNPLACED      INT64_C(-1)
#define UNIT_UNPLACED_NAME "không xếp được"

struct dated_unit {
    int64_t id, parent_id;          /* parent 0: a root */
    const char *code, *name, *kind; /* of that day; borrowed from the history */
    unsigned depth;                 /* of a root: 0 */
    bool from_table;
};

struct unit_day; /* opaque; the history must outlive it */

struct unit_day *unit_day_new(const struct unit_history *history, const char *day);
void unit_day_free(struct unit_day *tree);

/* Those that exist on the day, parents first. */
unsigned unit_day_count(const struct unit_day *tree);
const struct dated_unit *unit_day_at(const struct unit_day *tree, unsigned index);
const struct dated_unit *unit_day_get(const struct unit_day *tree,
                                      int64_t id); /* NULL: does not exist that day */

/* The unit of the day under which figures kept by unit `id` are counted: itself; ended: its
 * successor or who follows that, else what it belonged to; not begun: its only predecessor, else
 * what it will belong to. 0 for 0 (no unit), UNIT_UNPLACED where nothing of that existed: a line of
 * its own at the top, UNIT_UNPLACED_NAME. O(1). */
int64_t unit_day_place(const struct unit_day *tree, int64_t id);
/* Whether `id`, a unit of the day, is `top` or below it. */
bool unit_day_is_within(const struct unit_day *tree, int64_t id, int64_t top);
/* A unit that is above itself, which was cut; 0: none. */
int64_t unit_day_circle(const struct unit_day *tree);
