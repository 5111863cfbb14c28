// SPDX-License-Identifier: GPL-2.0-or-later
/* Which unit a roster's row belongs to: by code, by name, within its commune; old codes and names
 * mean what became of their units. Where no table of units was ever given, units are made from what
 * the roster says. */
#pragma once

#include "campaigns/roster.h"
#include "campaigns/store/units.h"

struct placing; /* opaque; each distinct spelling is looked up once */

/* Inside the import's transaction, after the units table was saved. */
struct placing *placing_new(struct store *store, const char *today, int64_t now, GError **error);
void placing_free(struct placing *placing);

/* The caller clears it. */
struct placed {
    int64_t id;    /* 0: none */
    char *warning; /* a sentence for the person who imports; NULL: nothing to say */
    char *note;    /* what an old name means now; NULL: it was no old name */
};
void placed_clear(struct placed *placed);

/* False is a fault. */
bool placing_find(struct placing *placing, const struct roster_row *row, struct placed *retplaced,
                  GError **error);
/* Where the people of a unit belong today: itself, or what it became part of. */
int64_t placing_today(const struct placing *placing, int64_t unit_id);
unsigned placing_added(const struct placing *placing);
