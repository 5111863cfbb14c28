// SPDX-License-Identifier: GPL-2.0-or-later
/* Rows of answers. The unique index allows one current row, so the old one is pointed at the new
 * one's id before that row exists; the foreign key is checked at commit. */
#include "campaigns/store/answer.h"

#include "campaigns/store/sql.h"

void answer_row_clear(struct answer_row *row)
{
    g_free(row->question);
    g_free(row->code);
    *row = (struct answer_row){0};
}

bool store_answer_current(struct store *store, int64_t campaign_id, int64_t contact_id,
                          const char *question, struct answer_row *retrow, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT id, question, code, reply_id, at FROM answer WHERE campaign_id = ?1 "
                 "AND contact_id = ?2 AND question = ?3 AND superseded_by IS NULL",
                 "iit", campaign_id, contact_id, question);
    int step = sql_step(statement, error);
    if (step < 0)
        return false;
    *retrow = (struct answer_row){0};
    if (step == 1) {
        retrow->id = sqlite3_column_int64(statement, 0);
        retrow->campaign_id = campaign_id;
        retrow->contact_id = contact_id;
        retrow->question = sql_text(statement, 1);
        retrow->code = sql_text(statement, 2);
        retrow->reply_id = sqlite3_column_int64(statement, 3);
        retrow->at = sqlite3_column_int64(statement, 4);
        sqlite3_reset(statement);
    }
    return true;
}

static bool insert(struct store *store, const struct answer_row *row, int64_t id,
                   int64_t superseded_by, GError **error)
{
    return sql_run(store, error,
                   "INSERT INTO answer (id, campaign_id, contact_id, question, code, reply_id, at, "
                   "recorded_at, by_whom, reason, superseded_by) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
                   "oiittiiitto", id, row->campaign_id, row->contact_id, row->question, row->code,
                   row->reply_id, row->at, row->recorded_at, row->by == NULL ? "" : row->by,
                   row->reason == NULL ? "" : row->reason, superseded_by);
}

bool store_answer_insert(struct store *store, const struct answer_row *row,
                         const struct answer_row *current, bool takes_over, GError **error)
{
    if (current->id == 0)
        return insert(store, row, 0, 0, error);
    if (!takes_over)
        return insert(store, row, 0, current->id, error);
    int64_t id = 0;
    return sql_integer(store, 1, &id, error, "SELECT max(id) + 1 FROM answer", "") &&
           sql_run_one(store, error, "UPDATE answer SET superseded_by = ?2 WHERE id = ?1", "ii",
                       current->id, id) &&
           insert(store, row, id, 0, error);
}
