// SPDX-License-Identifier: GPL-2.0-or-later
// The forecast for one campaign, from its preview and what is known of the SIMs now.
#pragma once

#include "campaigns/forecast.h"
#include "campaigns/preview.h"

struct forecast *forecast_make(struct store *store, const struct preview *preview,
                               const struct gateway_config *config, int64_t now, GError **error);
