// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of series and of their days. Which day gets a campaign when is campaigns/series.c's. */
#include "campaigns/store/series.h"

#include "campaigns/store/campaign.h"
#include "campaigns/store/sql.h"

#define COLUMNS                                                                                    \
    "id, code, title, state = 'active', file, definition, created_at, changed_at, by_whom, "       \
    "changed_by, reason"

void series_row_free(struct series_row *row)
{
    if (row == NULL)
        return;
    g_free(row->code);
    g_free(row->title);
    g_free(row->file);
    g_free(row->definition);
    g_free(row->by);
    g_free(row->changed_by);
    g_free(row->reason);
    g_free(row);
}

static struct series_row *read_row(sqlite3_stmt *statement)
{
    struct series_row *row = g_new0(struct series_row, 1);
    row->id = sqlite3_column_int64(statement, 0);
    row->code = sql_text(statement, 1);
    row->title = sql_text(statement, 2);
    row->active = sqlite3_column_int(statement, 3) != 0;
    row->file = sql_text(statement, 4);
    row->definition = sql_text(statement, 5);
    row->created_at = sqlite3_column_int64(statement, 6);
    row->changed_at = sqlite3_column_int64(statement, 7);
    row->by = sql_text(statement, 8);
    row->changed_by = sql_text(statement, 9);
    row->reason = sql_text(statement, 10);
    return row;
}

bool store_series_put(struct store *store, const struct series_row *row, int64_t *retid,
                      GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO series (code, title, state, file, definition, created_at,"
                   " changed_at, by_whom, changed_by) VALUES (?1, ?2, 'active', ?3, ?4, ?5, ?5,"
                   " ?6, ?6) ON CONFLICT (code) DO UPDATE SET title = excluded.title,"
                   " state = 'active', file = excluded.file, definition = excluded.definition,"
                   " changed_at = excluded.changed_at, changed_by = excluded.changed_by,"
                   " reason = ''",
                   "ttttit", row->code, row->title, row->file, row->definition, row->changed_at,
                   row->by) &&
           sql_integer(store, 0, retid, error, "SELECT id FROM series WHERE code = ?1", "t",
                       row->code);
}

bool store_series_stop(struct store *store, int64_t id, const struct campaign_act *act,
                       GError **error)
{
    return sql_run_one(store, error,
                       "UPDATE series SET state = 'stopped', changed_at = ?2, changed_by = ?3,"
                       " reason = ?4 WHERE id = ?1 AND state = 'active'",
                       "iitt", id, act->now, act->by, act->reason == NULL ? "" : act->reason);
}

struct series_row *store_series_find(struct store *store, const char *code, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store, "SELECT " COLUMNS " FROM series WHERE lower(code) = lower(?1)", "t", code);
    int step = sql_step(statement, error);
    if (step == 0)
        g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
                    "there is no series \"%s\"; see: loa calendar", code);
    if (step != 1)
        return NULL;
    struct series_row *row = read_row(statement);
    sqlite3_reset(statement);
    return row;
}

GPtrArray *store_series_list(struct store *store, bool active_only, GError **error)
{
    sqlite3_stmt *statement = sql_bind(
        store, "SELECT " COLUMNS " FROM series WHERE state = 'active' OR ?1 = 0 ORDER BY code", "i",
        (int64_t)active_only);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)series_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1)
        g_ptr_array_add(rows, read_row(statement));
    return step == 0 ? g_steal_pointer(&rows) : NULL;
}

void series_day_clear(struct series_day *day)
{
    g_free(day->reason);
    g_free(day->skipped_by);
    *day = (struct series_day){0};
}

bool store_series_day(struct store *store, int64_t series_id, const char *day,
                      struct series_day *retday, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT coalesce(campaign_id, 0), reason, skipped_by, tried_at"
                 " FROM series_campaign WHERE series_id = ?1 AND day = ?2",
                 "it", series_id, day);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retday = (struct series_day){.known = step == 1};
    g_strlcpy(retday->day, day, sizeof retday->day);
    if (step == 1) {
        retday->campaign_id = sqlite3_column_int64(statement, 0);
        retday->reason = sql_text(statement, 1);
        retday->skipped_by = sql_text(statement, 2);
        retday->tried_at = sqlite3_column_int64(statement, 3);
        sqlite3_reset(statement);
    }
    return true;
}

bool store_series_day_put(struct store *store, int64_t series_id, const struct series_day *day,
                          GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO series_campaign (series_id, day, campaign_id, reason, skipped_by,"
                   " tried_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (series_id, day)"
                   " DO UPDATE SET campaign_id = excluded.campaign_id, reason = excluded.reason,"
                   " skipped_by = excluded.skipped_by, tried_at = excluded.tried_at",
                   "itotti", series_id, day->day, day->campaign_id,
                   day->reason == NULL ? "" : day->reason,
                   day->skipped_by == NULL ? "" : day->skipped_by, day->tried_at);
}

bool store_series_try_again(struct store *store, int64_t series_id, GError **error)
{
    return sql_run(store, error,
                   "UPDATE series_campaign SET tried_at = 0 WHERE series_id = ?1"
                   " AND campaign_id IS NULL AND skipped_by = ''",
                   "i", series_id);
}

GPtrArray *store_series_campaigns(struct store *store, int64_t from, int64_t to, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id FROM campaign WHERE state IN ('draft', 'submitted', 'approved',"
                 " 'running', 'paused') OR (opens_at BETWEEN ?1 AND ?2 AND state = 'finished')"
                 " ORDER BY id",
                 "ii", from, to);
    g_autoptr(GArray) ids = sql_ids(statement, error);
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func((GDestroyNotify)campaign_row_free);
    for (unsigned i = 0; ids != NULL && i < ids->len; i++) {
        struct campaign_row *row = store_campaign_get(store, g_array_index(ids, int64_t, i), error);
        if (row == NULL)
            return NULL;
        g_ptr_array_add(rows, row);
    }
    return ids != NULL ? g_steal_pointer(&rows) : NULL;
}

bool store_series_of(struct store *store, int64_t campaign_id, char **retcode, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT s.code FROM series_campaign c JOIN series s ON s.id = c.series_id"
                 " WHERE c.campaign_id = ?1",
                 "i", campaign_id);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retcode = step == 1 ? sql_text(statement, 0) : g_strdup("");
    sqlite3_reset(statement);
    return true;
}

bool store_series_failed(struct store *store, const char *from, int64_t *retcount, GError **error)
{
    return sql_integer(store, 0, retcount, error,
                       "SELECT count(*) FROM series_campaign c JOIN series s ON s.id = c.series_id"
                       " WHERE s.state = 'active' AND c.day >= ?1 AND c.campaign_id IS NULL"
                       " AND c.skipped_by = ''",
                       "t", from);
}

bool store_series_snapshot(struct store *store, int64_t campaign_id, int64_t as_of, bool *rettaken,
                           GError **error)
{
    int64_t found = 0;
    if (!sql_integer(store, 0, &found, error,
                     "SELECT 1 FROM snapshot WHERE campaign_id = ?1 AND as_of = ?2"
                     " AND kind = 'planned'",
                     "ii", campaign_id, as_of))
        return false;
    *rettaken = found != 0;
    return true;
}
