// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of conversations, and the messages that ask questions. */
#include "campaigns/store/conversation.h"

#include "campaigns/store/sql.h"

static const char *const state_names[] = {[CONVERSATION_OPEN] = "open",
                                          [CONVERSATION_DONE] = "done",
                                          [CONVERSATION_TIMED_OUT] = "timed-out"};

const char *conversation_state_name(enum conversation_state state)
{
    return state_names[state];
}

void conversation_row_clear(struct conversation_row *row)
{
    g_free(row->question);
    *row = (struct conversation_row){0};
}

bool store_conversation_get(struct store *store, int64_t campaign_id, int64_t contact_id,
                            struct conversation_row *retrow, GError **error)
{
    sqlite3_stmt *statement = sql_bind(store,
                                       "SELECT state, question, asked_at, reminded_at "
                                       "FROM conversation WHERE campaign_id = ?1 "
                                       "AND contact_id = ?2",
                                       "ii", campaign_id, contact_id);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retrow = (struct conversation_row){0};
    if (step == 0)
        return true;
    g_autofree char *state = sql_text(statement, 0);
    *retrow = (struct conversation_row){
        .campaign_id = campaign_id,
        .contact_id = contact_id,
        .question = sql_text(statement, 1),
        .asked_at = sqlite3_column_int64(statement, 2),
        .reminded_at = sqlite3_column_int64(statement, 3),
    };
    while (!g_str_equal(state_names[retrow->state], state)) /* the table knows no others */
        retrow->state++;
    sqlite3_reset(statement);
    return true;
}

bool store_conversation_put(struct store *store, const struct conversation_row *row, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO conversation (campaign_id, contact_id, state, question, asked_at, "
                   "reminded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "
                   "ON CONFLICT (campaign_id, contact_id) DO UPDATE SET state = excluded.state, "
                   "question = excluded.question, asked_at = excluded.asked_at, "
                   "reminded_at = excluded.reminded_at",
                   "iittio", row->campaign_id, row->contact_id, state_names[row->state],
                   row->question, row->asked_at, row->reminded_at);
}

bool store_conversation_link(struct store *store, int64_t message_id, const char *question,
                             int reminder, GError **error)
{
    return sql_run_one(store, error, "UPDATE message SET asks = ?2, reminder = ?3 WHERE id = ?1",
                       "iti", message_id, question, (int64_t)reminder);
}

bool store_conversation_unask(struct store *store, int64_t campaign_id, int64_t contact_id,
                              int64_t now, GError **error)
{
    return sql_run(store, error,
                   "UPDATE message SET state = 'skipped', cause = 'answered', state_at = ?3 "
                   "WHERE contact_id = ?2 AND campaign_id = ?1 AND purpose = 'reminder' "
                   "AND asks <> '' AND state = 'queued' AND resends = 0",
                   "iii", campaign_id, contact_id, now);
}

bool store_conversation_sent(struct store *store, int64_t message_id, int64_t at, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO conversation (campaign_id, contact_id, state, question, asked_at) "
                   "SELECT campaign_id, contact_id, 'open', asks, ?2 FROM message "
                   "WHERE id = ?1 AND asks <> '' "
                   "ON CONFLICT (campaign_id, contact_id) DO UPDATE SET asked_at = ?2 "
                   "WHERE state = 'open' AND question = excluded.question",
                   "ii", message_id, at);
}

bool store_conversation_texts(struct store *store, const struct conversation_row *row,
                              int64_t since, struct conversation_texts *rettexts, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT coalesce(sum(campaign_id IS ?2 AND asks = ?3), 0), "
                 "coalesce(sum(campaign_id IS ?2 AND asks = ?3 AND purpose = 'reminder'), 0), "
                 "coalesce(sum(created_at > ?4), 0) "
                 "FROM message WHERE contact_id = ?1 AND asks <> '' AND purpose <> 'invitation'",
                 "iiti", row->contact_id, row->campaign_id, row->question, since);
    if (sql_step(statement, error) != 1)
        return false;
    rettexts->times = sqlite3_column_int64(statement, 0);
    rettexts->again = sqlite3_column_int64(statement, 1);
    rettexts->recent = sqlite3_column_int64(statement, 2);
    sqlite3_reset(statement);
    return true;
}

GArray *store_conversation_campaigns(struct store *store, GError **error)
{
    /* Hops from campaign to campaign through the index. */
    return sql_ids(
        sql_bind(store,
                 "WITH RECURSIVE one (id) AS (SELECT min(campaign_id) FROM conversation "
                 "WHERE state = 'open' UNION ALL SELECT (SELECT min(campaign_id) "
                 "FROM conversation WHERE state = 'open' AND campaign_id > one.id) FROM one "
                 "WHERE one.id IS NOT NULL) SELECT id FROM one WHERE id IS NOT NULL",
                 ""),
        error);
}

GArray *store_conversation_due(struct store *store, int64_t campaign_id, int64_t asked_before,
                               bool unreminded, unsigned limit, GError **error)
{
    return sql_ids(sql_bind(store,
                            "SELECT contact_id FROM conversation WHERE campaign_id = ?1 "
                            "AND state = 'open' AND asked_at <= ?2 "
                            "AND (?3 = 0 OR reminded_at IS NULL) ORDER BY asked_at LIMIT ?4",
                            "iiii", campaign_id, asked_before, (int64_t)unreminded, (int64_t)limit),
                   error);
}
