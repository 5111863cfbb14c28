// SPDX-License-Identifier: GPL-2.0-or-later
// Snapshots in queries.
#pragma once

#include "gateway/api/request.h"

/* The parameter `snapshot`, the number of one or the moment it is of; 0 where it is not there.
 * False: the request is answered. */
bool api_snapshot(const struct api_request *request, int64_t campaign_id,
                  struct api_response *response, int64_t *retid);
