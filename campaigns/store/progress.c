// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts over messages, parts and replies for those who watch. Writes nothing. */
#include "campaigns/store/progress.h"

#include "campaigns/store/sql.h"

static const char *const sql_states =
    "SELECT state, count(*), sum(parts), sum(parts_sent) FROM message "
    "WHERE campaign_id = ?1 AND purpose <> 'answer' GROUP BY state";
static const char *const sql_times =
    "SELECT min(part.sent_at), max(part.sent_at), "
    "count(CASE WHEN part.sent_at > ?2 THEN 1 END) "
    "FROM message JOIN part ON part.message_id = message.id "
    "WHERE message.campaign_id = ?1 AND message.purpose <> 'answer'";

static bool count_states(struct store *store, int64_t campaign_id, struct progress *progress,
                         GError **error)
{
    sqlite3_stmt *statement = sql_bind(store, sql_states, "i", campaign_id);
    int row = 0;
    while ((row = sql_step(statement, error)) == 1) {
        enum message_state state;
        const char *name = (const char *)sqlite3_column_text(statement, 0);
        int64_t count = sqlite3_column_int64(statement, 1);
        if (!message_state_from_name(name, &state))
            continue;
        progress->messages[state] += count;
        progress->total += count;
        int64_t parts = sqlite3_column_int64(statement, 2);
        int64_t parts_sent = sqlite3_column_int64(statement, 3);
        progress->parts += parts;
        progress->parts_sent += parts_sent;
        if (!message_state_is_open(state))
            continue;
        progress->open += count;
        progress->parts_open += parts - parts_sent;
    }
    return row == 0;
}

bool store_progress_campaign(struct store *store, int64_t campaign_id, int64_t now,
                             struct progress *retprogress, GError **error)
{
    struct progress progress = {0};
    if (!count_states(store, campaign_id, &progress, error))
        return false;
    sqlite3_stmt *statement = sql_bind(store, sql_times, "ii", campaign_id, now - 60000);
    if (sql_step(statement, error) != 1)
        return false;
    progress.first_sent_at = sqlite3_column_int64(statement, 0);
    progress.last_sent_at = sqlite3_column_int64(statement, 1);
    progress.parts_last_minute = sqlite3_column_int64(statement, 2);
    sqlite3_reset(statement);
    *retprogress = progress;
    return true;
}

bool store_progress_overview(struct store *store, struct progress_overview *retoverview,
                             GError **error)
{
    struct progress_overview counts = {0};
    bool counted = sql_integer(store, 0, &counts.queued, error,
                               "SELECT count(*) FROM message INDEXED BY message_expiry "
                               "WHERE state = 'queued'",
                               "") &&
                   sql_integer(store, 0, &counts.leased, error,
                               "SELECT count(*) FROM attempt WHERE settled_at IS NULL", "") &&
                   sql_integer(store, 0, &counts.replies_waiting, error,
                               "SELECT count(*) FROM reply "
                               "WHERE outcome IN ('unclear', 'stranger') AND settled_at IS NULL",
                               "") &&
                   sql_integer(store, 0, &counts.campaigns_running, error,
                               "SELECT count(*) FROM campaign WHERE state = 'running'", "") &&
                   sql_integer(store, 0, &counts.campaigns_paused, error,
                               "SELECT count(*) FROM campaign WHERE state = 'paused'", "");
    if (counted)
        *retoverview = counts;
    return counted;
}
