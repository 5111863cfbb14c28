// SPDX-License-Identifier: GPL-2.0-or-later
// Why a campaign with queued messages sends none at this moment.
#pragma once

#include "campaigns/store/campaign.h"
#include "gateway/api/request.h"

/* A clause such as "outside its window, until 2024-06-10 07:30"; NULL: nothing holds it back, or a
 * fault. The caller frees. */
char *hold_reason(const struct api_request *request, const struct campaign_row *row,
                  GError **error);
