// SPDX-License-Identifier: GPL-2.0-or-later
// Opinions, numbered within their campaign.
#pragma once

#include "campaigns/store/store.h"

struct opinion_row {
    int64_t campaign_id, contact_id, reply_id;
    const char *text;
    int64_t received_at;
};

/* Inside a transaction. */
bool store_opinion_insert(struct store *store, const struct opinion_row *row, int64_t *retnumber,
                          GError **error);
