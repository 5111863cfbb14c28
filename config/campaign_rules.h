// SPDX-License-Identifier: GPL-2.0-or-later
// What spans several settings of a campaign file.
#pragma once

#include "config/campaign.h"

struct config_source;

/* Without trust in the values if the table found mistakes: then only what cannot be an echo of
 * those is told. */
void campaign_rules_check(const struct config_source *source, const struct campaign_config *config,
                          bool trusted, GPtrArray *mistakes);
