// SPDX-License-Identifier: GPL-2.0-or-later
// A campaign file against the roster: what no reader of files can know.
#pragma once

#include "campaigns/campaign.h"
#include "config/campaign.h"

/* Adds mistakes and warnings; false is a fault. */
bool campaign_check_roster(struct store *store, const struct campaign_config *config,
                           const struct campaign_draft *draft, GPtrArray *mistakes, GError **error);
