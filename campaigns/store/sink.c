// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the table `sink`. The sinks themselves are in the configuration; this is what the forwarder
 * has learnt of them. store_sink_know() before the others. */
#include "campaigns/store/sink.h"

#include "campaigns/store/sql.h"

void sink_status_clear(struct sink_status *status)
{
    g_clear_pointer(&status->reason, g_free);
}

bool store_sink_know(struct store *store, const char *name, const char *url, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO sink (name, url) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE "
                   "SET url = excluded.url, disabled_at = NULL, rest_until = 0, reason = '',"
                   " failing_since = 0 "
                   "WHERE url <> excluded.url",
                   "tt", name, url);
}

bool store_sink_find(struct store *store, const char *name, struct sink_status *retstatus,
                     GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT disabled_at, rest_until, reason, failing_since FROM sink "
                 "WHERE name = ?1",
                 "t", name);
    int row = sql_step(statement, error);
    if (row < 0)
        return false;
    *retstatus = (struct sink_status){0};
    if (row == 1) {
        retstatus->disabled_at = sqlite3_column_int64(statement, 0);
        retstatus->rest_until = sqlite3_column_int64(statement, 1);
        retstatus->reason = sql_text(statement, 2);
        retstatus->failing_since = sqlite3_column_int64(statement, 3);
    } else {
        retstatus->reason = g_strdup("");
    }
    sqlite3_reset(statement);
    return true;
}

bool store_sink_disable(struct store *store, const char *name, const char *reason, int64_t now,
                        GError **error)
{
    return sql_run(store, error, "UPDATE sink SET disabled_at = ?2, reason = ?3 WHERE name = ?1",
                   "tit", name, now, reason);
}

bool store_sink_rest(struct store *store, const char *name, int64_t until, GError **error)
{
    return sql_run(store, error, "UPDATE sink SET rest_until = ?2 WHERE name = ?1", "ti", name,
                   until);
}

bool store_sink_went(struct store *store, const char *name, bool well, int64_t now, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sink SET failing_since = CASE WHEN ?2 = 1 THEN 0 ELSE ?3 END"
                   " WHERE name = ?1 AND (failing_since = 0) <> ?2",
                   "tii", name, (int64_t)well, now);
}

bool store_sink_enable(struct store *store, const char *name, GError **error)
{
    return sql_run(store, error,
                   "UPDATE sink SET disabled_at = NULL, rest_until = 0, reason = '' "
                   "WHERE name = ?1",
                   "t", name);
}
