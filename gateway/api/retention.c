// SPDX-License-Identifier: GPL-2.0-or-later
// What will be erased when, and what was.
#include "campaigns/retention.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

enum { PAGE = 200, PAGE_MAX = 1000 };

static json_t *row_json(const struct api_request *request, const struct retention_row *row)
{
    int64_t due = retention_due_at(row, request->zone, false);
    bool held = retention_is_held(row, request->zone, request->now);
    int64_t latest = row->open_opinions > 0 ? retention_due_at(row, request->zone, true) : due;
    return json_pack("{sI so so ss sI so so so sI sb so}", "id", (json_int_t)row->id, "code",
                     json_text(row->code), "title", json_text(row->title), "state",
                     campaign_state_name(row->state), "months", (json_int_t)row->months, "ended_at",
                     json_time(request, row->ended_at), "due_at", json_time(request, due),
                     "at_the_latest", json_time(request, latest), "open_opinions",
                     (json_int_t)row->open_opinions, "held", (int)held, "erased_at",
                     json_time(request, row->erased_at));
}

void api_retention_list(struct api_request *request, struct api_response *response)
{
    int64_t after = 0, limit = PAGE;
    if (!request_integer(request, "after", 0, 0, INT64_MAX, response, &after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows =
        store_retention_list(request->store, after, (unsigned)limit, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, row_json(request, rows->pdata[i]));
    const struct retention_row *last = rows->len == limit ? rows->pdata[rows->len - 1] : NULL;
    const struct retention_config *config = &request->config->retention;
    response_json(response, 200,
                  json_pack("{so sI sI so}", "retention", list, "strangers_ms",
                            (json_int_t)config->strangers_ms, "quarantine_ms",
                            (json_int_t)config->quarantine_ms, "next",
                            last != NULL ? json_integer(last->id) : json_null()));
}
