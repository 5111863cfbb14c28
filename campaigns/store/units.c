// SPDX-License-Identifier: GPL-2.0-or-later
/* The tree of a day, made of all units that ever were, and adding units that only a roster names.
 * Which unit a row of a roster means is campaigns/placing.c's. */
#include "campaigns/store/units.h"

#include "campaigns/store/sql.h"
#include "campaigns/template.h"
#include "campaigns/unit_alias.h"
#include "config/reader.h"

void stored_units_free(struct stored_units *units)
{
    if (units == NULL)
        return;
    g_hash_table_destroy(units->by_id);
    g_hash_table_destroy(units->by_code);
    if (units->tree != NULL)
        unit_tree_free(units->tree);
    unit_day_free(units->day);
    unit_history_free(units->history);
    g_array_free(units->units, TRUE);
    g_free(units);
}

const struct stored_unit *stored_units_get(const struct stored_units *units, int64_t id)
{
    return g_hash_table_lookup(units->by_id, &id);
}

const struct stored_unit *stored_units_find(const struct stored_units *units, const char *code)
{
    g_autofree char *key = g_utf8_strup(code, -1);
    return g_hash_table_lookup(units->by_code, key);
}

static void list_units(struct stored_units *units)
{
    for (unsigned i = 0; i < unit_history_count(units->history); i++) {
        const struct unit_past *past = unit_history_at(units->history, i);
        const struct dated_unit *dated = unit_day_get(units->day, past->id);
        units->any_table = units->any_table || past->from_table;
        if (dated == NULL)
            continue;
        struct stored_unit unit = {
            .id = dated->id,
            .parent_id = dated->parent_id,
            .code = dated->code,
            .name = dated->name,
            .kind = dated->kind,
            .from_table = dated->from_table,
        };
        g_array_append_val(units->units, unit);
    }
}

static bool link_tree(struct stored_units *units, GError **error)
{
    units->tree = unit_tree_new();
    for (unsigned i = 0; i < units->units->len; i++) {
        const struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        if (units->any_table && !unit->from_table)
            continue;
        const struct stored_unit *parent = stored_units_get(units, unit->parent_id);
        unit_tree_add(units->tree, unit->code, parent == NULL ? NULL : parent->code, unit->name,
                      unit->kind, 0);
    }
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    if (unit_tree_link(units->tree, "database", mistakes)) {
        unit_alias_add_all(units->tree, units->history, units->day);
        return true;
    }
    g_autofree char *first = mistakes->len == 0 ? NULL : mistake_text(mistakes->pdata[0]);
    g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "the stored units form no tree: %s",
                first == NULL ? "?" : first);
    return false;
}

struct stored_units *store_units_load(struct store *store, const char *day, GError **error)
{
    struct unit_history *history = store_history_load(store, error);
    if (history == NULL)
        return NULL;
    struct stored_units *units = g_new0(struct stored_units, 1);
    units->history = history;
    units->day = unit_day_new(history, day);
    units->units = g_array_new(FALSE, FALSE, sizeof(struct stored_unit));
    units->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    units->by_code = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    list_units(units);
    for (unsigned i = 0; i < units->units->len; i++) {
        struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        g_hash_table_insert(units->by_id, &unit->id, unit);
        g_hash_table_insert(units->by_code, g_utf8_strup(unit->code, -1), unit);
    }
    if (link_tree(units, error))
        return units;
    stored_units_free(units);
    return NULL;
}

static bool free_code(struct store *store, const char *name, char **retcode, GError **error)
{
    g_autofree char *folded = template_fold(name);
    g_autofree char *stem = g_ascii_strup(*folded == '\0' ? "dv" : folded, -1);
    for (unsigned suffix = 1;; suffix++) {
        g_autofree char *code =
            suffix == 1 ? g_strdup(stem) : g_strdup_printf("%s_%u", stem, suffix);
        int64_t taken = 0;
        if (!sql_integer(store, 0, &taken, error, "SELECT id FROM unit WHERE code = ?1", "t", code))
            return false;
        if (taken == 0) {
            *retcode = g_steal_pointer(&code);
            return true;
        }
    }
}

bool store_unit_add(struct store *store, int64_t parent_id, const char *name, int64_t now,
                    int64_t *retid, GError **error)
{
    g_autofree char *code = NULL;
    if (!free_code(store, name, &code, error) ||
        !sql_run(store, error,
                 "INSERT INTO unit (code, parent_id, name, origin, created_at) "
                 "VALUES (?1, ?2, ?3, 'roster', ?4)",
                 "toti", code, parent_id, name, now))
        return false;
    *retid = sql_last_id(store);
    return sql_run(store, error,
                   "INSERT INTO unit_version (unit_id, since, parent_id, name, kind) "
                   "VALUES (?1, '', ?2, ?3, '')",
                   "iot", *retid, parent_id, name);
}
