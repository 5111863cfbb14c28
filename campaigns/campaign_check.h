// SPDX-License-Identifier: GPL-2.0-or-later
// A campaign file against the roster: what no reader of files can know.
#pragma once

#include "campaigns/campaign.h"
#include "config/campaign.h"

/* Reads a draft's file and checks it against itself, the roster and the units; `also` looks at it
 * once more, NULL: nobody. All that is wrong is added to `mistakes`. False with
 * CAMPAIGN_ERROR_INVALID when that was more than warnings. `retconfig` is cleared by the caller in
 * any case. */
bool campaign_check_file(struct store *store, const struct campaign_draft *draft,
                         void (*also)(const struct campaign_draft *draft,
                                      const struct campaign_config *config, GPtrArray *mistakes),
                         struct campaign_config *retconfig, GPtrArray *mistakes, GError **error);
