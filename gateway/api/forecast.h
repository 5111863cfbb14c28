// SPDX-License-Identifier: GPL-2.0-or-later
// The forecast of a campaign as JSON, for its preview and alone.
#pragma once

#include "campaigns/preview.h"
#include "gateway/api/request.h"

#include <jansson.h>

/* NULL: a fault. */
json_t *forecast_json(const struct api_request *request, const struct preview *preview,
                      GError **error);
