// SPDX-License-Identifier: GPL-2.0-or-later
/* The tally of a campaign over HTTP, and its snapshots: counts only, no number and no name of
 * anybody. */
#include "campaigns/tally_json.h"

#include "gateway/api/campaign.h"
#include "gateway/api/day.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"
#include "gateway/api/snapshot.h"

static json_t *time_json(const void *request, int64_t at)
{
    return json_time(request, at);
}

void api_tally_show(struct api_request *request, struct api_response *response)
{
    static const char *const kinds[] = {"unit", NULL};
    g_autoptr(GError) error = NULL;
    int by = -1;
    char day[DAY_SIZE];
    if (!request_choice(request, "by", kinds, -1, response, &by) ||
        !api_day(request, "tree", response, day))
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct tally_view view = {
        .id = row->id, .now = request->now, .tree = day[0] == '\0' ? NULL : day};
    campaign_row_free(row);
    if (!api_snapshot(request, view.id, response, &view.snapshot))
        return;
    struct tally *tally = tally_look(request->store, &view, &error);
    if (tally == NULL) {
        problem_from_error(response, error);
        return;
    }
    const struct tally_json_clock clock = {time_json, request};
    response_json(response, 200, tally_json(tally, &clock, by == 0));
    tally_free(tally);
}
