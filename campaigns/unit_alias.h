// SPDX-License-Identifier: GPL-2.0-or-later
// What units were called before, or else, as a tree of a day understands it.
#pragma once

#include "campaigns/unit_day.h"
#include "campaigns/units.h"

/* Adds to the units of a linked tree their old names and aliases, and the codes and names of units
 * that ended and are part of them now. */
void unit_alias_add_all(struct unit_tree *tree, const struct unit_history *history,
                        const struct unit_day *day);
/* All names of one unit, as `spelled`, to the unit of that code. */
void unit_alias_add(struct unit_tree *tree, const char *code, const struct unit_past *unit,
                    enum unit_spelled spelled);
