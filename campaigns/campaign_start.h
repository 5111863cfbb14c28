// SPDX-License-Identifier: GPL-2.0-or-later
// What approving and starting do besides the step itself; inside campaign.c's transactions.
#pragma once

#include "campaigns/store/campaign.h"

/* Binds the approval to the hash of text, audience and cost as they are now. */
bool campaign_approve(struct store *store, const struct campaign_row *row,
                      const struct campaign_act *act, const struct campaign_terms *terms,
                      GError **error);
/* One message for each contact of the audience, slice by slice while the campaign is still
 * approved, so that others write in between: what an earlier start left behind goes first. */
struct campaign_writing;

/* Outside a transaction. CAMPAIGN_ERROR_APPROVAL when the hash is another now. */
struct campaign_writing *campaign_writing_new(struct store *store, const struct campaign_row *row,
                                              const struct campaign_act *act,
                                              const struct campaign_terms *terms, GError **error);
void campaign_writing_free(struct campaign_writing *writing);
/* Inside one; `row` is the campaign as it is now. Whether there is more to write. */
bool campaign_writing_slice(struct campaign_writing *writing, struct store *store,
                            const struct campaign_row *row, bool *retmore, GError **error);
