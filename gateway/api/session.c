// SPDX-License-Identifier: GPL-2.0-or-later
/* Menu sessions over HTTP: who dialled which service, and what became of it. What was typed is not
 * here but in the replies, where the texts of restricted opinions are withheld. */
#include "campaigns/store/session.h"

#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

enum { PAGE = 100, PAGE_MAX = 1000 };

static json_t *session_json(const struct api_request *request, const struct session_row *row)
{
    return json_pack(
        "{sI so so ss so sI so so}", "id", (json_int_t)row->id, "service", json_text(row->service),
        "phone", json_text(row->phone), "state", session_state_name(row->state), "campaign",
        json_text(row->campaign_code), "replies", (json_int_t)row->answers, "started_at",
        json_time(request, row->started_at), "heard_at", json_time(request, row->heard_at));
}

/* The parameter `campaign`, 0 where it is not there. */
static bool read_campaign(struct api_request *request, struct api_response *response,
                          int64_t *retid)
{
    request->id = request_query(request, "campaign");
    if (request->id == NULL)
        return true;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row != NULL)
        *retid = row->id;
    bool found = row != NULL;
    campaign_row_free(row);
    return found;
}

void api_session_list(struct api_request *request, struct api_response *response)
{
    struct session_filter filter = {.service = request_query(request, "service")};
    int64_t limit = PAGE;
    if (!request_integer(request, "after", 0, 0, INT64_MAX, response, &filter.after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit) ||
        !read_campaign(request, response, &filter.campaign_id))
        return;
    filter.limit = (unsigned)limit;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows = store_session_list(request->store, &filter, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array(), *next = json_null();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, session_json(request, rows->pdata[i]));
    if (rows->len == filter.limit)
        next = json_integer(((const struct session_row *)rows->pdata[rows->len - 1])->id);
    response_json(response, 200, json_pack("{so so}", "sessions", list, "next", next));
}
