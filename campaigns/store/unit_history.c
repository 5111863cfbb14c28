// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of units with their versions, aliases and events: all read at once, and what was changed in
 * memory written back. What a change means is campaigns/unit_change.c's. */
#include "campaigns/store/unit_history.h"

#include "campaigns/store/sql.h"

static void take_day(sqlite3_stmt *statement, int column, char *retday)
{
    g_strlcpy(retday, (const char *)sqlite3_column_text(statement, column), DAY_SIZE);
}

static bool read_units(struct store *store, struct unit_history *history, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, code, origin = 'table', exists_from, ended_on, successor_id FROM unit "
                 "ORDER BY id",
                 "");
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct unit_past *unit = unit_history_add(history, sqlite3_column_int64(statement, 0),
                                                  (const char *)sqlite3_column_text(statement, 1));
        unit->from_table = sqlite3_column_int(statement, 2) != 0;
        take_day(statement, 3, unit->from);
        take_day(statement, 4, unit->ended);
        unit->successor_id = sqlite3_column_int64(statement, 5);
    }
    return row == 0;
}

static bool read_versions(struct store *store, const struct unit_history *history, GError **error)
{
    /* A unit without a version, which nothing of ours writes, is as its row says. */
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT unit_id, since, parent_id, name, kind FROM unit_version UNION ALL "
                 "SELECT id, exists_from, parent_id, name, kind FROM unit u WHERE NOT EXISTS "
                 "(SELECT 1 FROM unit_version v WHERE v.unit_id = u.id) ORDER BY 1, 2",
                 "");
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct unit_past *unit = unit_history_get(history, sqlite3_column_int64(statement, 0));
        char since[DAY_SIZE];
        take_day(statement, 1, since);
        unit_past_put(unit, since, sqlite3_column_int64(statement, 2),
                      (const char *)sqlite3_column_text(statement, 3),
                      (const char *)sqlite3_column_text(statement, 4));
    }
    return row == 0;
}

static bool read_aliases(struct store *store, const struct unit_history *history, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT unit_id, alias FROM unit_alias ORDER BY unit_id, alias", "");
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct unit_past *unit = unit_history_get(history, sqlite3_column_int64(statement, 0));
        unit_past_alias(unit, (const char *)sqlite3_column_text(statement, 1));
    }
    return row == 0;
}

struct unit_history *store_history_load(struct store *store, GError **error)
{
    struct unit_history *history = unit_history_new();
    bool read = read_units(store, history, error) && read_versions(store, history, error) &&
                read_aliases(store, history, error);
    for (unsigned i = 0; i < unit_history_count(history); i++)
        unit_history_at(history, i)->changed = false;
    if (read)
        return history;
    unit_history_free(history);
    return NULL;
}

static bool add_unit(struct store *store, const struct unit_past *unit, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO unit (id, code, name, kind, origin, created_at) "
                   "VALUES (?1, ?2, '', '', 'table', ?3)",
                   "iti", unit->id, unit->code, now);
}

static bool write_unit(struct store *store, const struct unit_past *unit, GError **error)
{
    const struct unit_version *newest = unit_past_newest(unit);
    if (!sql_run_one(store, error,
                     "UPDATE unit SET parent_id = ?2, name = ?3, kind = ?4, origin = ?5, "
                     "exists_from = ?6, ended_on = ?7, successor_id = ?8 WHERE id = ?1",
                     "iotttt"
                     "to",
                     unit->id, newest->parent_id, newest->name, newest->kind,
                     unit->from_table ? "table" : "roster", unit->from, unit->ended,
                     unit->successor_id) ||
        !sql_run(store, error, "DELETE FROM unit_version WHERE unit_id = ?1", "i", unit->id))
        return false;
    for (unsigned i = 0; i < unit->versions->len; i++) {
        const struct unit_version *version = unit->versions->pdata[i];
        if (!sql_run(store, error,
                     "INSERT INTO unit_version (unit_id, since, parent_id, name, kind) "
                     "VALUES (?1, ?2, ?3, ?4, ?5)",
                     "itott", unit->id, version->since, version->parent_id, version->name,
                     version->kind))
            return false;
    }
    for (unsigned i = 0; i < unit->aliases->len; i++)
        if (!sql_run(store, error,
                     "INSERT INTO unit_alias (unit_id, alias) VALUES (?1, ?2) "
                     "ON CONFLICT DO NOTHING",
                     "it", unit->id, (const char *)unit->aliases->pdata[i]))
            return false;
    return true;
}

bool store_history_save(struct store *store, const struct unit_history *history, int64_t now,
                        GError **error)
{
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *unit = unit_history_at(history, i);
        if (unit->added && !add_unit(store, unit, now, error))
            return false;
    }
    for (unsigned i = 0; i < unit_history_count(history); i++) {
        const struct unit_past *unit = unit_history_at(history, i);
        if ((unit->added || unit->changed) && !write_unit(store, unit, error))
            return false;
    }
    return true;
}

bool store_unit_event_add(struct store *store, const struct unit_event *event, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO unit_event (unit_id, at, by_whom, event, day, detail) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                   "iitttt", event->unit_id, event->at, event->by, event->event, event->day,
                   event->detail);
}

void unit_event_free(struct unit_event *event)
{
    if (event == NULL)
        return;
    g_free(event->by);
    g_free(event->event);
    g_free(event->day);
    g_free(event->detail);
    g_free(event);
}

GPtrArray *store_unit_events(struct store *store, int64_t unit_id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT at, by_whom, event, day, detail FROM unit_event WHERE unit_id = ?1 "
                 "ORDER BY id",
                 "i", unit_id);
    GPtrArray *events = g_ptr_array_new_with_free_func((GDestroyNotify)unit_event_free);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        struct unit_event *event = g_new0(struct unit_event, 1);
        event->unit_id = unit_id;
        event->at = sqlite3_column_int64(statement, 0);
        event->by = sql_text(statement, 1);
        event->event = sql_text(statement, 2);
        event->day = sql_text(statement, 3);
        event->detail = sql_text(statement, 4);
        g_ptr_array_add(events, event);
    }
    if (row == 0)
        return events;
    g_ptr_array_unref(events);
    return NULL;
}
