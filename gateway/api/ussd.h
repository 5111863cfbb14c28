// SPDX-License-Identifier: GPL-2.0-or-later
// What the modems' list shows of USSD.
#pragma once

#include "gateway/api/request.h"

/* The dialogue that has this modem, null where there is none. */
bool api_ussd_open_json(const struct api_request *request, const char *modem, json_t **retjson,
                        GError **error);
