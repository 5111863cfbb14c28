// SPDX-License-Identifier: GPL-2.0-or-later
// Whose restricted opinions a request may see.
#pragma once

#include "gateway/api/request.h"

/* `retoffice`: code of the office whose key came with the request (header Loa-Office-Key); NULL:
 * none came. False after a wrong key was answered with 403. */
bool api_office_open(const struct api_request *request, struct api_response *response,
                     const char **retoffice);

/* The text, or in its place whom it is for: `withheld` is that office's code, NULL: anybody. */
json_t *api_office_text(const struct api_request *request, const char *withheld, const char *text);
