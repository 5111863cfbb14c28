// SPDX-License-Identifier: GPL-2.0-or-later
// The alarms that last, which the status shows too.
#pragma once

#include "gateway/api/request.h"

/* NULL with an error. */
json_t *api_alarms_lasting_json(struct api_request *request, GError **error);
