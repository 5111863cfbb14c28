// SPDX-License-Identifier: GPL-2.0-or-later
// An opinion comes in.
#pragma once

#include "campaigns/campaign.h"

struct opinion_arrival {
    int64_t campaign_id, contact_id, reply_id;
    const char *text;
    int64_t received_at;
};

/* Inside the intake's transaction. Gives it its number, the unit of the person it was asked of, the
 * topic and office that its words suggest, and a day until which it is due. What a suggested topic
 * keeps for one office is restricted from the first moment. */
bool opinion_arrival_take(struct store *store, const struct campaign_terms *terms,
                          const struct opinion_arrival *arrival, int64_t *retnumber,
                          GError **error);
