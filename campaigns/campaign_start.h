// SPDX-License-Identifier: GPL-2.0-or-later
// What approving and starting do besides the step itself; inside campaign.c's transactions.
#pragma once

#include "campaigns/store/campaign.h"

/* Binds the approval to the hash of text, audience and cost as they are now. */
bool campaign_approve(struct store *store, const struct campaign_row *row,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error);
/* One message for each contact; CAMPAIGN_ERROR_APPROVAL when the hash is another now. */
bool campaign_write_messages(struct store *store, const struct campaign_row *row,
                             const struct campaign_act *act, const struct campaign_terms *terms,
                             GError **error);
