// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes the own figures of units, and a tree that says who is above whom. Every unit's own figures
 * are moved to where the tree counts them, then added to every unit above; the total is the sum of
 * all own figures, so that no tree can change it. */
#include "campaigns/tally_units.h"

#include <string.h>

struct rolling {
    struct tally *tally;
    const struct tally_tree *tree;
    GHashTable *units; /* id → struct tally_unit *, owned */
};

static void clear_names(struct tally_unit *unit)
{
    g_clear_pointer(&unit->code, g_free);
    g_clear_pointer(&unit->name, g_free);
    g_clear_pointer(&unit->parent, g_free);
}

void tally_unit_free(gpointer data)
{
    struct tally_unit *unit = data;
    clear_names(unit);
    tally_figures_clear(&unit->all);
    tally_figures_clear(&unit->own);
    g_free(unit);
}

static struct tally_unit *unit_of(struct rolling *rolling, int64_t id)
{
    struct tally_unit *unit = g_hash_table_lookup(rolling->units, &id);
    if (unit == NULL) {
        unit = g_new0(struct tally_unit, 1);
        unit->id = id;
        tally_figures_like(&unit->own, &rolling->tally->total);
        tally_figures_like(&unit->all, &rolling->tally->total);
        g_hash_table_insert(rolling->units, &unit->id, unit);
    }
    return unit;
}

/* A unit that did not exist that day is counted where its people were. */
static void bring_home(struct rolling *rolling, GPtrArray *units)
{
    for (unsigned i = 0; i < units->len; i++) {
        const struct tally_unit *unit = units->pdata[i];
        int64_t id = unit->id == 0 ? 0 : rolling->tree->home(rolling->tree->data, unit->id);
        struct tally_unit *home = unit_of(rolling, id);
        tally_figures_add(&home->own, &unit->own);
        home->own.target.plan += unit->own.target.plan;
    }
}

static bool place_of(const struct rolling *rolling, int64_t id, struct tally_place *retplace)
{
    *retplace = (struct tally_place){"", "", 0};
    return id != 0 && rolling->tree->place(rolling->tree->data, id, retplace);
}

static void add_above(struct rolling *rolling)
{
    g_autoptr(GList) units = g_hash_table_get_values(rolling->units);
    for (GList *link = units; link != NULL; link = link->next) {
        const struct tally_unit *unit = link->data;
        tally_figures_add(&rolling->tally->total, &unit->own);
        int64_t id = unit->id;
        do {
            struct tally_place place;
            tally_figures_add(&unit_of(rolling, id)->all, &unit->own);
            place_of(rolling, id, &place);
            id = place.parent_id;
        } while (id != 0);
    }
}

static void describe(const struct rolling *rolling, struct tally_unit *unit)
{
    struct tally_place place, parent;
    place_of(rolling, unit->id, &place);
    unit->code = g_strdup(place.code);
    unit->name = g_strdup(place.name);
    unit->depth = 0;
    if (place_of(rolling, place.parent_id, &parent))
        unit->parent = g_strdup(parent.code);
    for (int64_t id = place.parent_id; place_of(rolling, id, &parent); id = parent.parent_id)
        unit->depth++;
    tally_figures_close(&unit->own);
    tally_figures_close(&unit->all);
}

static int by_code(gconstpointer one, gconstpointer other)
{
    const struct tally_unit *const *first = one, *const *second = other;
    return strcmp((*first)->code, (*second)->code);
}

/* Those right below `parent`, each with all below it; returns the sum of their plans. A unit with a
 * plan of its own has that, another the plans below it. */
static int64_t list_below(struct tally *tally, GHashTable *children, const char *parent)
{
    const GPtrArray *units = g_hash_table_lookup(children, parent);
    int64_t plans = 0;
    for (unsigned i = 0; units != NULL && i < units->len; i++) {
        struct tally_unit *unit = units->pdata[i];
        g_ptr_array_add(tally->units, unit);
        int64_t below = *unit->code != '\0' ? list_below(tally, children, unit->code) : 0;
        unit->all.target.plan = unit->own.target.plan != 0 ? unit->own.target.plan : below;
        plans += unit->all.target.plan;
    }
    return plans;
}

static void free_children(gpointer children)
{
    g_ptr_array_unref(children);
}

static int64_t list_units(struct rolling *rolling)
{
    g_autoptr(GHashTable) children =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_children);
    g_autoptr(GPtrArray) units = g_ptr_array_new();
    GHashTableIter iterator;
    gpointer value = NULL;
    g_hash_table_iter_init(&iterator, rolling->units);
    while (g_hash_table_iter_next(&iterator, NULL, &value)) {
        describe(rolling, value);
        g_ptr_array_add(units, value);
    }
    g_ptr_array_sort(units, by_code);
    for (unsigned i = 0; i < units->len; i++) {
        struct tally_unit *unit = units->pdata[i];
        const char *parent = unit->parent == NULL ? "" : unit->parent;
        GPtrArray *below = g_hash_table_lookup(children, parent);
        if (below == NULL) {
            below = g_ptr_array_new();
            g_hash_table_insert(children, (gpointer)parent, below);
        }
        g_ptr_array_add(below, unit);
    }
    return list_below(rolling->tally, children, "");
}

void tally_units_roll(struct tally *tally, const struct tally_tree *tree)
{
    struct tally_figures pattern = tally->total;
    g_autoptr(GPtrArray) units = tally->units;
    tally->units = g_ptr_array_new_with_free_func(tally_unit_free);
    tally_figures_like(&tally->total, &pattern);
    struct rolling rolling = {tally, tree, g_hash_table_new(g_int64_hash, g_int64_equal)};
    bring_home(&rolling, units);
    add_above(&rolling);
    int64_t plans = list_units(&rolling);
    tally->total.target.plan = tally->plan != 0 ? tally->plan : plans;
    tally_figures_close(&tally->total);
    tally_figures_clear(&pattern);
    g_hash_table_destroy(rolling.units);
}

void tally_units_plan(struct tally *tally, const GPtrArray *plans,
                      int64_t (*find)(const void *data, const char *code), const void *data)
{
    for (unsigned i = 0; plans != NULL && i < plans->len; i++) {
        const struct unit_plan_config *plan = plans->pdata[i];
        int64_t id = find(data, plan->unit);
        struct tally_unit *unit = NULL;
        for (unsigned u = 0; unit == NULL && u < tally->units->len; u++) {
            struct tally_unit *candidate = tally->units->pdata[u];
            unit = candidate->id == id ? candidate : NULL;
        }
        if (unit == NULL) {
            unit = g_new0(struct tally_unit, 1);
            unit->id = id;
            tally_figures_like(&unit->own, &tally->total);
            g_ptr_array_add(tally->units, unit);
        }
        unit->own.target.plan += plan->plan;
    }
}
