// SPDX-License-Identifier: GPL-2.0-or-later
/* What in a campaign file will make people's replies hard to read. */
#pragma once

#include "config/campaign.h"

/* `text` is the file itself, for the lines; `name` what mistakes call it. Only warnings are added.
 */
void reply_warnings(const struct campaign_config *campaign, const char *text, const char *name,
                    GPtrArray *mistakes);
