// SPDX-License-Identifier: GPL-2.0-or-later
/* A campaign counted again from its raw messages, over HTTP. Takes its time: about ten seconds for
 * a million replies, in this request's own thread and read transaction; nobody waits for it. */
#include "campaigns/recount.h"

#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

static json_t *difference_json(const struct recount_difference *difference)
{
    json_t *reply = difference->reply_id == 0 ? json_null() : json_integer(difference->reply_id);
    return json_pack("{so so so so so}", "reply", reply, "what", json_text(difference->what),
                     "stored", json_text(difference->stored), "recounted",
                     json_text(difference->recounted), "rule", json_text(difference->rule));
}

void api_recount_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct recount *recount = recount_make(request->store, row->id, request->now, &error);
    if (recount == NULL) {
        problem_from_error(response, error);
        campaign_row_free(row);
        return;
    }
    json_t *differences = json_array();
    for (unsigned i = 0; i < recount->differences->len; i++)
        json_array_append_new(differences, difference_json(recount->differences->pdata[i]));
    response_json(
        response, 200,
        json_pack("{so sb sI sI sI sI sI sI sI so}", "code", json_text(row->code), "equal",
                  recount->differing == 0, "replies", (json_int_t)recount->replies, "judged",
                  (json_int_t)recount->judged, "erased", (json_int_t)recount->erased,
                  "confirmations", (json_int_t)recount->confirmations, "decisions",
                  (json_int_t)recount->decisions, "answers", (json_int_t)recount->answers,
                  "differing", (json_int_t)recount->differing, "differences", differences));
    recount_free(recount);
    campaign_row_free(row);
}
