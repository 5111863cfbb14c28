// SPDX-License-Identifier: GPL-2.0-or-later
// What belonged to a commune when it was still called so.
#pragma once

#include "campaigns/store/units.h"

struct placing_past; /* opaque; the units must outlive it */

struct placing_past *placing_past_new(const struct stored_units *units);
void placing_past_free(struct placing_past *past);

/* The units of today that were below the unit which `name` is an old name of, on the last day it
 * was called so, as a tree of their own; NULL: it is no old name. `retended`: the name is that of a
 * unit that ended, and means nothing else. Borrowed. */
const struct unit_tree *placing_past_below(struct placing_past *past, const char *name,
                                           bool *retended);
