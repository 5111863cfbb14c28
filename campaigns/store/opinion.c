// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of opinions. The number is counted within the campaign and told to the author.
#include "campaigns/store/opinion.h"

#include "campaigns/store/sql.h"

void opinion_row_free(struct opinion_row *row)
{
    if (row == NULL)
        return;
    g_free(row->text);
    g_free(row->state);
    g_free(row->unit_name);
    g_free(row);
}

GPtrArray *store_opinion_list(struct store *store, int64_t campaign_id, int64_t after,
                              unsigned limit, GError **error)
{
    sqlite3_stmt *statement =
        sql_bind(store,
                 "SELECT o.id, o.number, o.contact_id, o.reply_id, o.text, o.state, "
                 "o.received_at, coalesce((SELECT u.name FROM campaign_audience a "
                 "JOIN unit u ON u.id = a.unit_id WHERE a.campaign_id = o.campaign_id "
                 "AND a.contact_id = o.contact_id AND a.addressed = 1), '') "
                 "FROM opinion o WHERE o.campaign_id = ?1 AND o.number > ?2 "
                 "ORDER BY o.number LIMIT ?3",
                 "iii", campaign_id, after, (int64_t)limit);
    GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)opinion_row_free);
    int step = 0;
    while ((step = sql_step(statement, error)) == 1) {
        struct opinion_row *row = g_new0(struct opinion_row, 1);
        row->id = sqlite3_column_int64(statement, 0);
        row->campaign_id = campaign_id;
        row->number = sqlite3_column_int64(statement, 1);
        row->contact_id = sqlite3_column_int64(statement, 2);
        row->reply_id = sqlite3_column_int64(statement, 3);
        row->text = sql_text(statement, 4);
        row->state = sql_text(statement, 5);
        row->received_at = sqlite3_column_int64(statement, 6);
        row->unit_name = sql_text(statement, 7);
        g_ptr_array_add(rows, row);
    }
    if (step == 0)
        return rows;
    g_ptr_array_unref(rows);
    return NULL;
}

bool store_opinion_insert(struct store *store, const struct opinion_row *row, int64_t *retnumber,
                          GError **error)
{
    int64_t number = 0;
    if (!sql_integer(store, 1, &number, error,
                     "SELECT max(number) + 1 FROM opinion WHERE campaign_id = ?1", "i",
                     row->campaign_id) ||
        !sql_run(store, error,
                 "INSERT INTO opinion (campaign_id, number, contact_id, reply_id, text, state, "
                 "received_at) VALUES (?1, ?2, ?3, ?4, ?5, 'received', ?6)",
                 "iiiiti", row->campaign_id, number, row->contact_id, row->reply_id, row->text,
                 row->received_at))
        return false;
    *retnumber = number;
    return true;
}
