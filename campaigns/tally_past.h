// SPDX-License-Identifier: GPL-2.0-or-later
/* What counted at a moment that has passed: what had been said by then, of all that is known by
 * now. An SMS that was sent before and came late belongs; what a person decided since about a reply
 * of before does too. */
#pragma once

#include "campaigns/store/tally.h"
#include "config/campaign.h"

/* As store_tally_answers(). */
GArray *tally_past_answers(struct store *store, int64_t campaign_id,
                           const struct campaign_config *campaign, int64_t as_of, GError **error);
