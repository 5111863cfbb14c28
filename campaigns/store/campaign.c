// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of campaigns and their events. Which step is allowed when is campaigns/campaign.c's. */
#include "campaigns/store/campaign.h"

#include "campaigns/store/sql.h"

#define COLUMNS                                                                                    \
    "id, code, title, state, file, definition, priority, opens_at, closes_at, approved_hash, "     \
    "created_at, state_at, organisation, coalesce(erased_at, 0), retention_months"

void campaign_row_free(struct campaign_row *row)
{
    if (row == NULL)
        return;
    g_free(row->code);
    g_free(row->title);
    g_free(row->file);
    g_free(row->definition);
    g_free(row->approved_hash);
    g_free(row->organisation);
    g_free(row);
}

static struct campaign_row *read_row(sqlite3_stmt *statement)
{
    struct campaign_row *row = g_new0(struct campaign_row, 1);
    row->id = sqlite3_column_int64(statement, 0);
    row->code = sql_text(statement, 1);
    row->title = sql_text(statement, 2);
    bool known =
        campaign_state_from_name((const char *)sqlite3_column_text(statement, 3), &row->state);
    g_assert(known); /* CHECK of the schema */
    row->file = sql_text(statement, 4);
    row->definition = sql_text(statement, 5);
    row->priority = sqlite3_column_int64(statement, 6);
    row->opens_at = sqlite3_column_int64(statement, 7);
    row->closes_at = sqlite3_column_int64(statement, 8);
    row->approved_hash = sql_text(statement, 9);
    row->created_at = sqlite3_column_int64(statement, 10);
    row->state_at = sqlite3_column_int64(statement, 11);
    row->organisation = sql_text(statement, 12);
    row->erased_at = sqlite3_column_int64(statement, 13);
    row->retention_months = sqlite3_column_int64(statement, 14);
    return row;
}

/* NULL without an error: no row. */
static struct campaign_row *read_one(sqlite3_stmt *statement, GError **error)
{
    if (sql_step(statement, error) != 1)
        return NULL;
    struct campaign_row *row = read_row(statement);
    sqlite3_reset(statement);
    return row;
}

static GPtrArray *read_all(sqlite3_stmt *statement, GError **error)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)campaign_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

struct campaign_row *store_campaign_get(struct store *store, int64_t id, GError **error)
{
    GError *fault = NULL;
    struct campaign_row *row = read_one(
        sql_bind(store, "SELECT " COLUMNS " FROM campaign WHERE id = ?1", "i", id), &fault);
    if (row == NULL && fault == NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no campaign %" G_GINT64_FORMAT, id);
    else if (row == NULL)
        g_propagate_error(error, fault);
    return row;
}

struct campaign_row *store_campaign_by_code(struct store *store, const char *code, GError **error)
{
    return read_one(sql_bind(store,
                             "SELECT " COLUMNS " FROM campaign WHERE lower(code) = lower(?1) "
                             "ORDER BY code = ?1 DESC LIMIT 1",
                             "t", code),
                    error);
}

struct campaign_row *store_campaign_find(struct store *store, const char *id_or_code,
                                         GError **error)
{
    GError *fault = NULL;
    struct campaign_row *row = store_campaign_by_code(store, id_or_code, &fault);
    if (fault != NULL) {
        g_propagate_error(error, fault);
        return NULL;
    }
    guint64 id = 0;
    if (row == NULL && g_ascii_string_to_unsigned(id_or_code, 10, 1, G_MAXINT64, &id, NULL))
        return store_campaign_get(store, (int64_t)id, error);
    if (row == NULL)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND, "there is no campaign \"%s\"",
                    id_or_code);
    return row;
}

GPtrArray *store_campaign_list(struct store *store, int64_t after, unsigned limit, GError **error)
{
    return read_all(sql_bind(store,
                             "SELECT " COLUMNS " FROM campaign WHERE id > ?1 ORDER BY id LIMIT ?2",
                             "ii", after, (int64_t)limit),
                    error);
}

GPtrArray *store_campaign_in_state(struct store *store, enum campaign_state state, GError **error)
{
    return read_all(sql_bind(store, "SELECT " COLUMNS " FROM campaign WHERE state = ?1 ORDER BY id",
                             "t", campaign_state_name(state)),
                    error);
}

static void free_event(gpointer data)
{
    struct campaign_event_row *row = data;
    g_free(row->by);
    g_free(row->event);
    g_free(row->from);
    g_free(row->to);
    g_free(row->reason);
    g_free(row);
}

GPtrArray *store_campaign_events(struct store *store, int64_t id, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, at, by_whom, event, from_state, to_state, reason "
                 "FROM campaign_event WHERE campaign_id = ?1 ORDER BY id",
                 "i", id);
    GPtrArray *rows = g_ptr_array_new_with_free_func(free_event);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct campaign_event_row *row = g_new0(struct campaign_event_row, 1);
        row->id = sqlite3_column_int64(statement, 0);
        row->at = sqlite3_column_int64(statement, 1);
        row->by = sql_text(statement, 2);
        row->event = sql_text(statement, 3);
        row->from = sql_text(statement, 4);
        row->to = sql_text(statement, 5);
        row->reason = sql_text(statement, 6);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_campaign_insert(struct store *store, const struct campaign_row *row, int64_t *retid,
                           GError **error)
{
    if (!sql_run(store, error,
                 "INSERT INTO campaign (code, title, state, file, definition, priority, opens_at, "
                 "closes_at, created_at, state_at, organisation, retention_months) "
                 "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11)",
                 "tttttiiiiti", row->code, row->title, campaign_state_name(row->state), row->file,
                 row->definition, row->priority, row->opens_at, row->closes_at, row->created_at,
                 row->organisation == NULL ? "" : row->organisation, row->retention_months))
        return false;
    *retid = sql_last_id(store);
    return true;
}

bool store_campaign_replace(struct store *store, const struct campaign_row *row, GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE campaign SET code = ?2, title = ?3, file = ?4, definition = ?5, "
                       "priority = ?6, opens_at = ?7, closes_at = ?8, organisation = ?9, "
                       "retention_months = ?10, approved_hash = NULL WHERE id = ?1",
                       "ittttiiiti", row->id, row->code, row->title, row->file, row->definition,
                       row->priority, row->opens_at, row->closes_at,
                       row->organisation == NULL ? "" : row->organisation, row->retention_months);
}

bool store_campaign_set_state(struct store *store, const struct campaign_row *row,
                              enum campaign_state to, int64_t now, GError **error)
{
    return sql_run_one(
        store, error, "UPDATE campaign SET state = ?3, state_at = ?4 WHERE id = ?1 AND state = ?2",
        "itti", row->id, campaign_state_name(row->state), campaign_state_name(to), now);
}

bool store_campaign_set_hash(struct store *store, int64_t id, const char *hash, GError **error)
{
    return sql_run_one(store, error, "UPDATE campaign SET approved_hash = ?2 WHERE id = ?1", "it",
                       id, hash);
}

bool store_campaign_log(struct store *store, int64_t id, const struct campaign_event_row *event,
                        GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO campaign_event (campaign_id, at, by_whom, event, from_state, "
                   "to_state, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                   "iittttt", id, event->at, event->by, event->event, event->from, event->to,
                   event->reason == NULL ? "" : event->reason);
}

bool store_campaign_last_by(struct store *store, int64_t id, const char *event, char **retby,
                            GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT by_whom FROM campaign_event WHERE campaign_id = ?1 AND event = ?2 "
                 "ORDER BY id DESC LIMIT 1",
                 "it", id, event);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retby = step == 1 ? sql_text(statement, 0) : g_strdup("");
    sqlite3_reset(statement);
    return true;
}
