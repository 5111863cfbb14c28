// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of opinions. The number is counted within the campaign and told to the author.
#include "campaigns/store/opinion.h"

#include "campaigns/store/sql.h"

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
