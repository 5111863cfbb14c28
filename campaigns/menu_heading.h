// SPDX-License-Identifier: GPL-2.0-or-later
// What a menu says above the options, and at the end.
#pragma once

#include "config/campaign.h"
#include "config/ussd_services.h"

/* The question without what belongs to an SMS alone: names, and how to answer. `rettitled`: there
 * was nothing but the title of the campaign. As menu_page_text(); the caller frees. */
char *menu_heading(const struct campaign_config *campaign, unsigned question,
                   enum ussd_alphabet alphabet, bool *rettitled);
/* The campaign's own thanks without what only an answer would fill, or plain ones. Within a page.
 */
char *menu_heading_thanks(const struct campaign_config *campaign, enum ussd_alphabet alphabet);
