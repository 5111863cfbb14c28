// SPDX-License-Identifier: GPL-2.0-or-later
// Days in queries.
#pragma once

#include "campaigns/day.h"
#include "gateway/api/request.h"

/* Each answers the request itself when it returns false; `retday` has DAY_SIZE bytes. */
bool api_day(const struct api_request *request, const char *name, struct api_response *response,
             char *retday); /* "": not there */
/* The parameter `tree`; today where it is not there. */
bool api_tree(const struct api_request *request, struct api_response *response, char *retday);
