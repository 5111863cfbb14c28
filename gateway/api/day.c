// SPDX-License-Identifier: GPL-2.0-or-later
// Reads days as people write them; today is that of the gateway's time zone.
#include "gateway/api/day.h"

#include "gateway/api/problem.h"

bool api_day(const struct api_request *request, const char *name, struct api_response *response,
             char *retday)
{
    const char *text = request_query(request, name);
    retday[0] = '\0';
    if (text == NULL || day_read(text, retday))
        return true;
    problem_answer(response, 400, "%s must be a day such as 2025-07-01, not \"%.40s\"", name, text);
    return false;
}

bool api_tree(const struct api_request *request, struct api_response *response, char *retday)
{
    if (!api_day(request, "tree", response, retday))
        return false;
    if (retday[0] == '\0')
        day_of_zone(request->now, request->zone, retday);
    return true;
}
