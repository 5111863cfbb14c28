// SPDX-License-Identifier: GPL-2.0-or-later
/* Finds the unit a roster's row means. With a table of units, a unit nobody knows is never
 * invented: its people go under the unit above, or under none, with a warning on the row. Without
 * any table the roster is the only word there is, and names make units; "Thôn Hà" and "Thôn Hạ"
 * are two then, however alike they look without marks. */
#include "campaigns/placing.h"

#include "campaigns/placing_past.h"
#include "campaigns/text.h"
#include "campaigns/unit_alias.h"
#include "config/reader.h"

struct placing {
    struct store *store;
    struct stored_units *units;
    struct placing_past *past;
    GHashTable *places; /* code, unit and commune as written → struct placed * */
    GHashTable *made; /* key of name and parent → int64_t *: units without a table; -1: several */
    GHashTable *subtrees; /* code of the unit above → struct unit_tree * of what is below */
    int64_t now;
    unsigned added;
};

void placed_clear(struct placed *placed)
{
    g_clear_pointer(&placed->warning, g_free);
    g_clear_pointer(&placed->note, g_free);
}

static void free_place(gpointer data)
{
    placed_clear(data);
    g_free(data);
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

/* Of two units that are called alike today, neither is meant. */
static void remember_today(struct placing *placing, const struct stored_unit *unit)
{
    g_autofree char *key = made_key(unit->name, unit->parent_id);
    bool known = g_hash_table_contains(placing->made, key);
    remember(placing, unit->name, unit->parent_id, known ? UNIT_UNPLACED : unit->id);
}

/* What a unit was called where it belonged, unless that means another one today. */
static void remember_past(struct placing *placing, const struct unit_past *unit)
{
    for (unsigned i = 0; i < unit->versions->len; i++) {
        const struct unit_version *version = unit->versions->pdata[i];
        g_autofree char *key = made_key(version->name, version->parent_id);
        if (!g_hash_table_contains(placing->made, key))
            remember(placing, version->name, version->parent_id, unit->id);
    }
}

static void remember_all(struct placing *placing)
{
    const struct stored_units *units = placing->units;
    for (unsigned i = 0; i < units->units->len; i++)
        remember_today(placing, &g_array_index(units->units, struct stored_unit, i));
    for (unsigned i = 0; i < unit_history_count(units->history); i++)
        remember_past(placing, unit_history_at(units->history, i));
}

struct placing *placing_new(struct store *store, const char *today, int64_t now, GError **error)
{
    struct stored_units *units = store_units_load(store, today, error);
    if (units == NULL)
        return NULL;
    struct placing *placing = g_new0(struct placing, 1);
    placing->store = store;
    placing->units = units;
    placing->now = now;
    placing->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_place);
    placing->made = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    placing->subtrees = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_tree);
    placing->past = placing_past_new(units);
    if (!units->any_table)
        remember_all(placing);
    return placing;
}

void placing_free(struct placing *placing)
{
    if (placing == NULL)
        return;
    g_hash_table_destroy(placing->places);
    g_hash_table_destroy(placing->made);
    g_hash_table_destroy(placing->subtrees);
    placing_past_free(placing->past);
    stored_units_free(placing->units);
    g_free(placing);
}

int64_t placing_today(const struct placing *placing, int64_t unit_id)
{
    int64_t place = unit_day_place(placing->units->day, unit_id);
    return place == UNIT_UNPLACED ? unit_id : place;
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
    unit_alias_add_all(tree, placing->units->history, placing->units->day);
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

static char *is_now(const char *text, const struct unit *unit)
{
    return g_strdup_printf("\"%s\" is an old name: it is %s now", text, unit->name);
}

/* What a row says, as units; notes on old names are gathered in `notes`. */
struct finding {
    struct placing *placing;
    const struct roster_row *row;
    GString *notes;
};

static const struct unit *find(struct finding *finding, const struct unit_tree *tree,
                               const char *text)
{
    enum unit_spelled spelled = SPELLED_NOW;
    const struct unit *unit = *text == '\0' ? NULL : unit_match_past(tree, text, &spelled);
    if (unit == NULL || spelled == SPELLED_NOW)
        return unit;
    g_autofree char *note = is_now(text, unit);
    g_string_append_printf(finding->notes, "%s%s", finding->notes->len > 0 ? "; " : "", note);
    return unit;
}

/* A hamlet within its commune. Under a commune's old name it is sought among what belonged to it
 * then, because the hamlets of two communes that merged may be called alike. */
static const struct unit *find_below(struct finding *finding, const struct unit *above)
{
    const struct roster_row *row = finding->row;
    struct placing *placing = finding->placing;
    bool ended = false;
    const struct unit_tree *past = placing_past_below(placing->past, row->commune, &ended);
    const struct unit *unit = past == NULL || !ended ? NULL : find(finding, past, row->unit);
    if (unit == NULL && !ended)
        unit = find(finding, subtree(placing, above), row->unit);
    if (unit == NULL && past != NULL && !ended)
        unit = find(finding, past, row->unit);
    enum unit_spelled spelled = SPELLED_NOW;
    const struct unit_tree *tree = placing->units->tree;
    if (unit == NULL && unit_match_past(tree, row->unit, &spelled) == above)
        unit = find(finding, tree, row->unit); /* it ended, and is part of the commune itself */
    return unit == NULL ? NULL : unit_find(tree, unit->code);
}

static const struct unit *find_coded(struct finding *finding)
{
    const char *code = said(finding->row->unit_code);
    const struct unit_tree *tree = finding->placing->units->tree;
    const struct unit *unit = *code == '\0' ? NULL : unit_find(tree, code);
    return unit != NULL ? unit : find(finding, tree, code);
}

static struct placed unplaced(const struct placing *placing, const struct roster_row *row,
                              const struct unit *above)
{
    const char *code = said(row->unit_code), *name = said(row->unit);
    const char *shown = *name != '\0' ? name : *code != '\0' ? code : said(row->commune);
    struct placed place = {0};
    if (*shown == '\0')
        return place;
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

/* There is a table: the unit is in it, or the row gets a warning. */
static struct placed place_by_table(struct placing *placing, const struct roster_row *row)
{
    g_autoptr(GString) notes = g_string_new(NULL);
    struct finding finding = {placing, row, notes};
    const struct unit_tree *tree = placing->units->tree;
    bool named = said(row->unit)[0] != '\0' || said(row->unit_code)[0] != '\0';
    const struct unit *unit = find_coded(&finding);
    const struct unit *above = unit != NULL ? NULL : find(&finding, tree, said(row->commune));
    if (unit == NULL && said(row->unit)[0] != '\0')
        unit = above != NULL ? find_below(&finding, above) : find(&finding, tree, row->unit);
    if (unit == NULL && !named)
        unit = above;
    struct placed place = {0};
    if (unit != NULL)
        place.id = id_of(placing, unit);
    else
        place = unplaced(placing, row, above);
    place.note = notes->len > 0 ? g_strdup(notes->str) : NULL;
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

/* Below a unit that ended new ones belong to what it became. */
static bool make_below(struct placing *placing, const char *name, int64_t parent_id, int64_t *retid,
                       GError **error)
{
    g_autofree char *key = made_key(name, parent_id);
    bool known = g_hash_table_contains(placing->made, key);
    return make_unit(placing, name, known ? parent_id : placing_today(placing, parent_id), retid,
                     error);
}

/* Follows what an old name means to today's unit. */
static void settle(const struct placing *placing, const char *name, int64_t parent_id, int64_t id,
                   struct placed *retplace)
{
    if (id == UNIT_UNPLACED) {
        retplace->id = placing_today(placing, parent_id);
        retplace->warning = g_strdup_printf("there are two units \"%s\" here: put under the unit "
                                            "above them",
                                            name);
        return;
    }
    retplace->id = placing_today(placing, id);
    const struct stored_unit *now = stored_units_get(placing->units, retplace->id);
    if (retplace->id != id && now != NULL)
        retplace->note = g_strdup_printf("\"%s\" is an old name: it is %s now", name, now->name);
}

static bool place_by_name(struct placing *placing, const struct roster_row *row,
                          struct placed *retplace, GError **error)
{
    const struct unit_past *coded =
        said(row->unit_code)[0] == '\0'
            ? NULL
            : unit_history_find(placing->units->history, row->unit_code);
    if (coded != NULL) {
        settle(placing, row->unit_code, 0, coded->id, retplace);
        return true;
    }
    int64_t above = 0, id = 0;
    const char *shown = said(row->commune);
    if (*shown != '\0' && !make_unit(placing, row->commune, 0, &id, error))
        return false;
    const char *name = said(row->unit)[0] != '\0' ? row->unit : said(row->unit_code);
    if (*name != '\0' && id != UNIT_UNPLACED) {
        above = id;
        shown = name;
        if (!make_below(placing, name, above, &id, error))
            return false;
    }
    if (id != 0)
        settle(placing, shown, above, id, retplace);
    return true;
}

bool placing_find(struct placing *placing, const struct roster_row *row, struct placed *retplaced,
                  GError **error)
{
    g_autofree char *key =
        g_strdup_printf("%s\n%s\n%s", said(row->unit_code), said(row->unit), said(row->commune));
    struct placed *place = g_hash_table_lookup(placing->places, key);
    if (place == NULL) {
        struct placed fresh = {0};
        if (placing->units->any_table)
            fresh = place_by_table(placing, row);
        else if (!place_by_name(placing, row, &fresh, error))
            return false;
        place = g_memdup2(&fresh, sizeof fresh);
        g_hash_table_insert(placing->places, g_steal_pointer(&key), place);
    }
    *retplaced = (struct placed){place->id, g_strdup(place->warning), g_strdup(place->note)};
    return true;
}
