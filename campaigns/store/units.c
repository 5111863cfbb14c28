// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of units. Owns reading the tree whole, saving a units table over it, and adding units that
 * only a roster names. Which unit a row of a roster means is campaigns/placing.c's. */
#include "campaigns/store/units.h"

#include "campaigns/store/sql.h"
#include "campaigns/template.h"
#include "config/reader.h"

static void clear_unit(gpointer data)
{
    struct stored_unit *unit = data;
    g_free(unit->code);
    g_free(unit->name);
    g_free(unit->kind);
}

void stored_units_free(struct stored_units *units)
{
    if (units == NULL)
        return;
    g_hash_table_destroy(units->by_id);
    g_hash_table_destroy(units->by_code);
    if (units->tree != NULL)
        unit_tree_free(units->tree);
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

static bool read_units(struct store *store, struct stored_units *units, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT id, parent_id, code, name, kind, origin FROM unit ORDER BY id", "");
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct stored_unit unit = {
            .id = sqlite3_column_int64(statement, 0),
            .parent_id = sqlite3_column_int64(statement, 1),
            .code = sql_text(statement, 2),
            .name = sql_text(statement, 3),
            .kind = sql_text(statement, 4),
            .from_table = strcmp((const char *)sqlite3_column_text(statement, 5), "table") == 0,
        };
        units->any_table = units->any_table || unit.from_table;
        g_array_append_val(units->units, unit);
    }
    return row == 0;
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
    if (unit_tree_link(units->tree, "database", mistakes))
        return true;
    g_autofree char *first = mistakes->len == 0 ? NULL : mistake_text(mistakes->pdata[0]);
    g_set_error(error, STORE_ERROR, STORE_ERROR_FAILED, "the stored units form no tree: %s",
                first == NULL ? "?" : first);
    return false;
}

struct stored_units *store_units_load(struct store *store, GError **error)
{
    struct stored_units *units = g_new0(struct stored_units, 1);
    units->units = g_array_new(FALSE, FALSE, sizeof(struct stored_unit));
    g_array_set_clear_func(units->units, clear_unit);
    units->by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
    units->by_code = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    bool read = read_units(store, units, error);
    for (unsigned i = 0; read && i < units->units->len; i++) {
        struct stored_unit *unit = &g_array_index(units->units, struct stored_unit, i);
        g_hash_table_insert(units->by_id, &unit->id, unit);
        g_hash_table_insert(units->by_code, g_utf8_strup(unit->code, -1), unit);
    }
    if (read && link_tree(units, error))
        return units;
    stored_units_free(units);
    return NULL;
}

static bool save_unit(struct store *store, const struct unit *unit, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO unit (code, parent_id, name, kind, origin, created_at) "
                   "VALUES (?1, (SELECT id FROM unit WHERE code = ?2), ?3, ?4, 'table', ?5) "
                   "ON CONFLICT (code) DO UPDATE SET parent_id = excluded.parent_id, "
                   "name = excluded.name, kind = excluded.kind, origin = 'table' "
                   "WHERE name <> excluded.name OR kind <> excluded.kind OR origin <> 'table' "
                   "OR parent_id IS NOT excluded.parent_id",
                   "tttti", unit->code, unit->parent, unit->name, unit->kind, now);
}

bool store_units_save(struct store *store, const struct unit_tree *tree, int64_t now,
                      unsigned *retadded, unsigned *retupdated, GError **error)
{
    unsigned added = 0, changed = 0;
    for (unsigned i = 0; i < unit_count(tree); i++) {
        const struct unit *unit = unit_at(tree, i);
        int64_t known = 0;
        if (!sql_integer(store, 0, &known, error, "SELECT id FROM unit WHERE code = ?1", "t",
                         unit->code))
            return false;
        if (!save_unit(store, unit, now, error))
            return false;
        changed += (unsigned)sql_changes(store);
        added += known == 0;
    }
    *retadded = added;
    *retupdated = changed - added;
    return true;
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
    return true;
}
