// SPDX-License-Identifier: GPL-2.0-or-later
/* Orders the units of a day once, so that rolling up is a walk along pointers. Which unit belonged
 * where on that day, and which took its place, the history of the units says. */
#include "campaigns/places.h"

#include "campaigns/store/unit_history.h"
#include "campaigns/unit_day.h"

#include <string.h>

#define NEWEST "9999-12-31"

struct places {
    struct unit_history *history;
    struct unit_day *tree;
    GPtrArray *ordered; /* struct place *, owned; those of units unplaced and of none last */
    GHashTable *by_id;  /* of the units of that day → struct place * */
    struct place *nowhere;
};

static void free_place(gpointer data)
{
    struct place *place = data;
    g_free(place->code);
    g_free(place->name);
    g_free(place->kind);
    g_free(place);
}

void places_free(struct places *places)
{
    if (places == NULL)
        return;
    g_hash_table_destroy(places->by_id);
    g_ptr_array_unref(places->ordered);
    unit_day_free(places->tree);
    unit_history_free(places->history);
    g_free(places);
}

static struct place *place_new(int64_t id, const char *code, const char *name, const char *kind)
{
    struct place *place = g_new0(struct place, 1);
    place->id = id;
    place->code = g_strdup(code);
    place->name = g_strdup(name);
    place->kind = g_strdup(kind);
    return place;
}

static int by_code(gconstpointer one, gconstpointer other)
{
    const struct place *const *first = one, *const *second = other;
    return strcmp((*first)->code, (*second)->code);
}

/* The children of each place behind it; `children`: place → GPtrArray, NULL the roots. */
static void put_below(struct places *places, GHashTable *children, struct place *above,
                      unsigned depth)
{
    GPtrArray *list = g_hash_table_lookup(children, above);
    if (list == NULL)
        return;
    g_ptr_array_sort(list, by_code);
    for (unsigned i = 0; i < list->len; i++) {
        struct place *place = list->pdata[i];
        place->depth = depth;
        place->index = places->ordered->len;
        g_ptr_array_add(places->ordered, place);
        put_below(places, children, place, depth + 1);
    }
}

static void add_child(GHashTable *children, struct place *above, struct place *place)
{
    GPtrArray *list = g_hash_table_lookup(children, above);
    if (list == NULL) {
        list = g_ptr_array_new();
        g_hash_table_insert(children, above, list);
    }
    g_ptr_array_add(list, place);
}

static void link_all(struct places *places)
{
    g_autoptr(GHashTable) children =
        g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (unsigned i = 0; i < unit_day_count(places->tree); i++) {
        const struct dated_unit *unit = unit_day_at(places->tree, i);
        struct place *place = place_new(unit->id, unit->code, unit->name, unit->kind);
        g_hash_table_insert(places->by_id, &place->id, place);
        if (unit->parent_id != 0)
            place->above = g_hash_table_lookup(places->by_id, &unit->parent_id);
        add_child(children, place->above, place);
    }
    put_below(places, children, NULL, 0);
}

static struct place *add_last(struct places *places, int64_t id, const char *name)
{
    struct place *place = place_new(id, "", name, "");
    place->index = places->ordered->len;
    g_ptr_array_add(places->ordered, place);
    return place;
}

struct places *places_load(struct store *store, const char *day, GError **error)
{
    struct unit_history *history = store_history_load(store, error);
    if (history == NULL)
        return NULL;
    struct places *places = g_new0(struct places, 1);
    places->history = history;
    places->tree = unit_day_new(history, day == NULL ? NEWEST : day);
    places->ordered = g_ptr_array_new_with_free_func(free_place);
    places->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    link_all(places);
    struct place *unplaced = add_last(places, UNIT_UNPLACED, UNIT_UNPLACED_NAME);
    g_hash_table_insert(places->by_id, &unplaced->id, unplaced);
    places->nowhere = add_last(places, 0, "");
    return places;
}

struct place *places_of(const struct places *places, int64_t unit_id)
{
    int64_t id = unit_day_place(places->tree, unit_id);
    struct place *place = id == 0 ? NULL : g_hash_table_lookup(places->by_id, &id);
    return place != NULL ? place : places->nowhere;
}

struct place *places_find(const struct places *places, const char *code, GError **error)
{
    g_autofree char *wanted = g_utf8_strup(code, -1);
    for (unsigned i = 0; i < places->ordered->len; i++) {
        struct place *place = places->ordered->pdata[i];
        g_autofree char *own = g_utf8_strup(place->code, -1);
        if (*own != '\0' && strcmp(own, wanted) == 0)
            return place;
    }
    g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                "there is no unit \"%s\"; the codes are listed by: loa units", code);
    return NULL;
}

GArray *places_units(const struct places *places, const struct place *whole)
{
    GArray *ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
    for (unsigned i = 0; i < unit_history_count(places->history); i++) {
        int64_t id = unit_history_at(places->history, i)->id;
        if (place_is_within(places_of(places, id), whole))
            g_array_append_val(ids, id);
    }
    return ids;
}

unsigned places_count(const struct places *places)
{
    return places->ordered->len;
}

struct place *places_at(const struct places *places, unsigned index)
{
    return places->ordered->pdata[index];
}

bool place_is_within(const struct place *place, const struct place *whole)
{
    while (place != NULL && place != whole && whole != NULL)
        place = place->above;
    return place != NULL;
}
