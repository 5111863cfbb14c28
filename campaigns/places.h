// SPDX-License-Identifier: GPL-2.0-or-later
/* The units as places that figures roll up to: the tree of one day, every unit ever known leading
 * to its place in it, parents before children, neighbours by code. */
#pragma once

#include "campaigns/store/store.h"

struct place {
    int64_t id; /* 0: people without a unit */
    char *code, *name, *kind;
    struct place *above; /* NULL: a root */
    unsigned depth, index;
};

struct places;

/* `day` as YYYY-MM-DD; NULL: the newest tree. */
struct places *places_load(struct store *store, const char *day, GError **error);
void places_free(struct places *places);

/* Where people of that unit are counted; that of no unit for one nobody knows. */
struct place *places_of(const struct places *places, int64_t unit_id);
/* By code, case does not count. NULL and an error that names it. */
struct place *places_find(const struct places *places, const char *code, GError **error);
/* Ids (int64_t) of all units that are counted in that place or below it, ended ones too. */
GArray *places_units(const struct places *places, const struct place *whole);
unsigned places_count(const struct places *places);
struct place *places_at(const struct places *places, unsigned index);
bool place_is_within(const struct place *place, const struct place *whole); /* whole NULL: all */
