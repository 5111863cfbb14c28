// SPDX-License-Identifier: GPL-2.0-or-later
// What the other files that speak of one campaign need.
#pragma once

#include "campaigns/store/campaign.h"
#include "gateway/api/request.h"

/* By {id} of the path, number or code. NULL: the request is answered. */
struct campaign_row *api_campaign_find(struct api_request *request, struct api_response *response);
