// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the unit a roster's row means. With a table of units, a unit nobody knows is never
 * invented: its people go under the unit above, or under none, with a warning on the row. Without
 * any table the roster is the only word there is, and names make units; "Thôn Hà" and "Thôn Hạ"
 * are two then, however alike they look without marks. */
#include "campaigns/placing.h"

#include "campaigns/text.h"
#include "config/reader.h"

struct place {
    int64_t id;
    char *warning; /* NULL: none */
};

struct placing {
    struct store *store;
    struct stored_units *units;
    GHashTable *places;   /* code, unit and commune as written → struct place * */
    GHashTable *made;     /* key of name and parent → int64_t *: units without a table */
    GHashTable *subtrees; /* code of the unit above → struct unit_tree * of what is below */
    int64_t now;
    unsigned added;
};

static void free_place(gpointer data)
{
    struct place *place = data;
    g_free(place->warning);
    g_free(place);
}

static void free_tree(gpointer data)
{
    unit_tree_free(data);
}

static char *made_key(const char *name, int64_t parent_id)
{
    g_autofree char *folded = text_key_marked(name);
    return g_strdup_printf("%" G_GINT64_FORMAT "/%s", parent_id, folded);
}

static void remember(struct placing *placing, const char *name, int64_t parent_id, int64_t id)
{
    int64_t *value = g_new(int64_t, 1);
    *value = id;
    g_hash_table_insert(placing->made, made_key(name, parent_id), value);
}

struct placing *placing_new(struct store *store, int64_t now, GError **error)
{
    struct stored_units *units = store_units_load(store, error);
    if (units == NULL)
        return NULL;
    struct placing *placing = g_new0(struct placing, 1);
    placing->store = store;
    placing->units = units;
    placing->now = now;
    placing->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_place);
    placing->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    placing->subtrees = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_tree);
    for (unsigned i = 0; !units->any_table && i < units->units->len; i++) {
        const struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        remember(placing, unit->name, unit->parent_id, unit->id);
    }
    return placing;
}

void placing_free(struct placing *placing)
{
    if (placing == NULL)
        return;
    g_hash_table_destroy(placing->places);
    g_hash_table_destroy(placing->made);
    g_hash_table_destroy(placing->subtrees);
    stored_units_free(placing->units);
    g_free(placing);
}

unsigned placing_added(const struct placing *placing)
{
    return placing->added;
}

static bool is_below(const struct unit *unit, const struct unit *above)
{
    for (const struct unit *up = unit->above; up != NULL; up = up->above)
        if (up == above)
            return true;
    return false;
}

/* The units below one, as a tree of their own, so that "Thôn 1" is sought in its commune alone. */
static const struct unit_tree *subtree(struct placing *placing, const struct unit *above)
{
    struct unit_tree *tree = g_hash_table_lookup(placing->subtrees, above->code);
    if (tree != NULL)
        return tree;
    tree = unit_tree_new();
    for (unsigned i = 0; i < unit_count(placing->units->tree); i++) {
        const struct unit *unit = unit_at(placing->units->tree, i);
        if (is_below(unit, above))
            unit_tree_add(tree, unit->code, unit->above == above ? NULL : unit->parent, unit->name,
                          unit->kind, 0);
    }
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    unit_tree_link(tree, "", mistakes); /* part of a tree that did link */
    g_hash_table_insert(placing->subtrees, g_strdup(above->code), tree);
    return tree;
}

static int64_t id_of(const struct placing *placing, const struct unit *unit)
{
    const struct stored_unit *stored = stored_units_find(placing->units, unit->code);
    return stored == NULL ? 0 : stored->id;
}

static const char *said(const char *text)
{
    return text == NULL ? "" : text;
}

/* There is a table: the unit is in it, or the row gets a warning. */
static struct place place_by_table(struct placing *placing, const struct roster_row *row)
{
    const struct unit_tree *tree = placing->units->tree;
    const char *code = said(row->unit_code), *name = said(row->unit);
    const struct unit *unit = *code == '\0' ? NULL : unit_find(tree, code);
    if (unit == NULL && *code != '\0')
        unit = unit_match(tree, code);
    const struct unit *above =
        said(row->commune)[0] == '\0' ? NULL : unit_match(tree, row->commune);
    if (unit == NULL && *name != '\0' && above != NULL)
        unit = unit_match(subtree(placing, above), name);
    if (unit == NULL && *name != '\0' && above == NULL)
        unit = unit_match(tree, name);
    bool named = *name != '\0' || *code != '\0';
    if (unit == NULL && !named)
        unit = above;
    if (unit != NULL)
        return (struct place){.id = id_of(placing, unit)};

    const char *shown = *name != '\0' ? name : *code != '\0' ? code : said(row->commune);
    if (*shown == '\0')
        return (struct place){0};
    struct place place = {0};
    if (above != NULL) {
        place.id = id_of(placing, above);
        place.warning = g_strdup_printf(
            "unit \"%s\" is not in the units table below %s, or is there twice: put under %s",
            shown, above->name, above->name);
    } else {
        place.warning = g_strdup_printf(
            "unit \"%s\" is not in the units table, or is there twice: left without a unit", shown);
    }
    return place;
}

static bool make_unit(struct placing *placing, const char *name, int64_t parent_id, int64_t *retid,
                      GError **error)
{
    g_autofree char *key = made_key(name, parent_id);
    const int64_t *known = g_hash_table_lookup(placing->made, key);
    if (known == NULL && text_is_ascii(name) && parent_id == 0) {
        const struct unit *unit = unit_match(placing->units->tree, name);
        if (unit != NULL) {
            *retid = id_of(placing, unit);
            return true;
        }
    }
    if (known != NULL) {
        *retid = *known;
        return true;
    }
    if (!store_unit_add(placing->store, parent_id, name, placing->now, retid, error))
        return false;
    placing->added++;
    remember(placing, name, parent_id, *retid);
    return true;
}

static bool place_by_name(struct placing *placing, const struct roster_row *row,
                          struct place *retplace, GError **error)
{
    const struct stored_unit *coded =
        said(row->unit_code)[0] == '\0' ? NULL : stored_units_find(placing->units, row->unit_code);
    if (coded != NULL) {
        retplace->id = coded->id;
        return true;
    }
    int64_t id = 0;
    if (said(row->commune)[0] != '\0' && !make_unit(placing, row->commune, 0, &id, error))
        return false;
    const char *name = said(row->unit)[0] != '\0' ? row->unit : said(row->unit_code);
    if (*name != '\0' && !make_unit(placing, name, id, &id, error))
        return false;
    retplace->id = id;
    return true;
}

bool placing_find(struct placing *placing, const struct roster_row *row, int64_t *retid,
                  char **retwarning, GError **error)
{
    g_autofree char *key =
        g_strdup_printf("%s\n%s\n%s", said(row->unit_code), said(row->unit), said(row->commune));
    struct place *place = g_hash_table_lookup(placing->places, key);
    if (place == NULL) {
        struct place fresh = {0};
        if (placing->units->any_table)
            fresh = place_by_table(placing, row);
        else if (!place_by_name(placing, row, &fresh, error))
            return false;
        place = g_memdup2(&fresh, sizeof fresh);
        g_hash_table_insert(placing->places, g_steal_pointer(&key), place);
    }
    *retid = place->id;
    *retwarning = g_strdup(place->warning);
    return true;
}
