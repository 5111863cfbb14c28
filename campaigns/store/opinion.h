// SPDX-License-Identifier: GPL-2.0-or-later
// Opinions, numbered within their campaign.
#pragma once

#include "campaigns/store/store.h"

struct opinion_row {
    int64_t id, campaign_id, number, contact_id, reply_id;
    char *text, *state;
    int64_t received_at;
    char *unit_name; /* of the contact's addressed person; "" */
};
void opinion_row_free(struct opinion_row *row);

/* GPtrArray owning struct opinion_row with a number above `after`. */
GPtrArray *store_opinion_list(struct store *store, int64_t campaign_id, int64_t after,
                              unsigned limit, GError **error);
/* Takes campaign_id, contact_id, reply_id, text and received_at; inside a transaction. */
bool store_opinion_insert(struct store *store, const struct opinion_row *row, int64_t *retnumber,
                          GError **error);
