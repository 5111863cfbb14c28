// SPDX-License-Identifier: GPL-2.0-or-later
// The tree that a tally is rolled up: the units of today, or those of another day.
#pragma once

#include "campaigns/store/store.h"
#include "campaigns/tally_units.h"

struct tally_tree_open; /* opaque */

/* `day`: "2025-06-30". */
struct tally_tree_open *tally_tree_open(struct store *store, const char *day, GError **error);
void tally_tree_close(struct tally_tree_open *tree);
const struct tally_tree *tally_tree_view(const struct tally_tree_open *tree); /* borrowed */
/* For tally_units_plan(): the unit that ever had this code; 0: none. */
int64_t tally_tree_find(const void *tree, const char *code);
