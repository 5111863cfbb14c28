// SPDX-License-Identifier: GPL-2.0-or-later
/* Owns the table `summary`: what was last told to whom, so that the next summary goes out in time,
 * and only if there is news. */
#include "campaigns/store/summary.h"

#include "campaigns/store/sql.h"

static void free_mark(gpointer data)
{
    struct summary_mark *mark = data;
    g_free(mark->digest);
    g_free(mark);
}

GPtrArray *store_summary_due(struct store *store, const char *sink, const struct summary_when *when,
                             GError **error)
{
    /* A campaign that never started has no event that led to `running`, and nothing to tell. A look
     * that lies ahead was taken while the clock was wrong. */
    sqlite3_stmt *statement = sql_bind(
        store,
        "SELECT c.id, coalesce(s.sequence, 0), coalesce(s.digest, ''), coalesce(s.final, 0),"
        " c.state IN ('finished', 'cancelled')"
        " FROM campaign c LEFT JOIN summary s ON s.campaign_id = c.id AND s.sink = ?1"
        " WHERE (c.state IN ('running', 'paused')"
        "        AND (s.at > ?2"
        "             OR coalesce(s.at, (SELECT min(e.at) FROM campaign_event e"
        "                                WHERE e.campaign_id = c.id AND e.to_state = 'running'))"
        "                + ?3 <= ?2))"
        "    OR (c.state IN ('finished', 'cancelled')"
        "        AND c.state_at > ?2 - ?4"
        "        AND (coalesce(s.at, 0) <= c.state_at OR s.at > ?2 OR s.at + ?3 <= ?2)"
        "        AND EXISTS (SELECT 1 FROM campaign_event e"
        "                    WHERE e.campaign_id = c.id AND e.to_state = 'running'))"
        " ORDER BY c.id",
        "tiii", sink, when->now, when->every_ms, when->aftermath_ms);
    g_autoptr(GPtrArray) marks = g_ptr_array_new_with_free_func(free_mark);
    int row;
    while ((row = sql_step(statement, error)) == 1) {
        struct summary_mark *mark = g_new0(struct summary_mark, 1);
        mark->campaign_id = sqlite3_column_int64(statement, 0);
        mark->sequence = (unsigned)sqlite3_column_int64(statement, 1);
        mark->digest = sql_text(statement, 2);
        mark->final = sqlite3_column_int(statement, 3) != 0;
        mark->ended = sqlite3_column_int(statement, 4) != 0;
        g_ptr_array_add(marks, mark);
    }
    return row == 0 ? g_steal_pointer(&marks) : NULL;
}

bool store_summary_note(struct store *store, const char *sink, const struct summary_mark *mark,
                        int64_t now, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO summary (campaign_id, sink, sequence, at, digest, final)"
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (campaign_id, sink) DO UPDATE SET"
                   " sequence = excluded.sequence, at = excluded.at, digest = excluded.digest,"
                   " final = excluded.final",
                   "itiiti", mark->campaign_id, sink, (int64_t)mark->sequence, now, mark->digest,
                   (int64_t)mark->final);
}

bool store_summary_looked(struct store *store, const char *sink, int64_t campaign_id, int64_t now,
                          GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO summary (campaign_id, sink, sequence, at, digest, final)"
                   " VALUES (?1, ?2, 0, ?3, '', 0)"
                   " ON CONFLICT (campaign_id, sink) DO UPDATE SET at = excluded.at",
                   "iti", campaign_id, sink, now);
}
