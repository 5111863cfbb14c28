// SPDX-License-Identifier: GPL-2.0-or-later
// The organisation tree of a day in the store.
#pragma once

#include "campaigns/store/unit_history.h"
#include "campaigns/unit_day.h"
#include "campaigns/units.h"

struct stored_unit {
    int64_t id, parent_id;          /* of that day; parent 0: a root */
    const char *code, *name, *kind; /* of that day */
    bool from_table;                /* false: a roster named it and no table did */
};

struct stored_units {
    GArray *units;          /* struct stored_unit that exist on the day, by id */
    GHashTable *by_id;      /* int64_t * → struct stored_unit * */
    GHashTable *by_code;    /* folded to upper case → struct stored_unit * */
    struct unit_tree *tree; /* those of tables if there are any, else all; old names as well */
    bool any_table;
    struct unit_history *history; /* with all that do not exist on the day */
    struct unit_day *day;         /* says where they are counted */
};

struct stored_units *store_units_load(struct store *store, const char *day, GError **error);
void stored_units_free(struct stored_units *units);
const struct stored_unit *stored_units_get(const struct stored_units *units, int64_t id);
/* Case does not count. */
const struct stored_unit *stored_units_find(const struct stored_units *units, const char *code);

/* A unit only a roster knows; its code is made from the name. Inside a transaction. */
bool store_unit_add(struct store *store, int64_t parent_id, const char *name, int64_t now,
                    int64_t *retid, GError **error);
