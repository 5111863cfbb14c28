// SPDX-License-Identifier: GPL-2.0-or-later
// The snapshots of a campaign over HTTP: which there are, taking one, and finding one for figures.
#include "gateway/api/snapshot.h"

#include "campaigns/snapshot.h"
#include "campaigns/store/snapshot.h"
#include "config/values.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

bool api_snapshot(const struct api_request *request, int64_t campaign_id,
                  struct api_response *response, int64_t *retid)
{
    const char *text = request_query(request, "snapshot");
    g_autoptr(GError) error = NULL;
    g_autofree char *sentence = NULL;
    int64_t as_of = 0;
    *retid = 0;
    if (text == NULL || g_ascii_string_to_signed(text, 10, 1, INT64_MAX, retid, NULL))
        return true;
    if (!value_read_time(text, &as_of, &sentence))
        problem_answer(response, 400,
                       "snapshot must be the number of one or a moment such as "
                       "2024-06-17T17:00:00+07:00, not \"%.40s\"",
                       text);
    else if (snapshot_find(request->store, campaign_id, as_of, retid, &error))
        return true;
    else
        problem_from_error(response, error);
    return false;
}

static json_t *snapshot_json(const struct api_request *request, const struct snapshot_row *row)
{
    return json_pack("{sI so so ss ss}", "id", (json_int_t)row->id, "as_of",
                     json_time(request, row->as_of), "taken_at", json_time(request, row->taken_at),
                     "kind", row->kind, "by", row->by);
}

void api_snapshot_list(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct campaign_row *campaign = api_campaign_find(request, response);
    if (campaign == NULL)
        return;
    g_autoptr(GPtrArray) rows = store_snapshot_list(request->store, campaign->id, &error);
    campaign_row_free(campaign);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < rows->len; i++)
        json_array_append_new(list, snapshot_json(request, rows->pdata[i]));
    response_json(response, 200, json_pack("{so}", "snapshots", list));
}

void api_snapshot_take(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", NULL};
    g_autoptr(GError) error = NULL;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *by = request_by(request, json_string_value(json_object_get(body, "by")));
    struct campaign_row *campaign = api_campaign_find(request, response);
    struct snapshot_wish wish = {.kind = SNAPSHOT_ASKED, .by = by, .now = request->now};
    int64_t id = 0;
    struct snapshot_row *row = NULL;
    if (campaign != NULL && snapshot_take(request->store, campaign->id, &wish, &id, &error))
        row = store_snapshot_get(request->store, id, &error);
    if (row != NULL)
        response_json(response, 201, snapshot_json(request, row));
    else if (campaign != NULL)
        problem_from_error(response, error);
    snapshot_row_free(row);
    campaign_row_free(campaign);
    json_decref(body);
}
