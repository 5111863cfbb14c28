// SPDX-License-Identifier: GPL-2.0-or-later
// Whose restricted opinions a request may see.
#pragma once

#include "gateway/api/request.h"

/* `retoffice`: code of the office whose key came with the request (header Loa-Office-Key); NULL:
 * none came. False after a wrong key was answered with 403. */
bool api_office_open(const struct api_request *request, struct api_response *response,
                     const char **retoffice);
