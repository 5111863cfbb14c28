// SPDX-License-Identifier: GPL-2.0-or-later
// What other handlers need of SIMs.
#pragma once

#include "campaigns/sim.h"
#include "gateway/api/request.h"

/* The SIM in the modem that the path names; NULL: the request is answered. The caller frees. */
struct sim *api_sim_find(const struct api_request *request, struct api_response *response);
/* [{modem, sentence}] of those with which something is wrong; NULL: a fault. */
json_t *api_sims_troubled_json(struct api_request *request, GError **error);
/* A campaign was submitted, approved or started: if it is a large one, the gateway has its SIMs
 * checked. What goes wrong here is no fault of that step, and only logged. */
void api_sims_before(struct api_request *request, int64_t campaign_id);
