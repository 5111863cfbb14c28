// SPDX-License-Identifier: GPL-2.0-or-later
/* Which unit a roster's row belongs to: by code, by name, within its commune. Where no table of
 * units was ever given, units are made from what the roster says. */
#pragma once

#include "campaigns/roster.h"
#include "campaigns/store/units.h"

struct placing; /* opaque; each distinct spelling is looked up once */

/* Inside the import's transaction, after the units table was saved. */
struct placing *placing_new(struct store *store, int64_t now, GError **error);
void placing_free(struct placing *placing);

/* `retid` 0: none. `retwarning`: a sentence for the person who imports, NULL when there is nothing
 * to say; the caller frees it. False is a fault. */
bool placing_find(struct placing *placing, const struct roster_row *row, int64_t *retid,
                  char **retwarning, GError **error);
unsigned placing_added(const struct placing *placing);
