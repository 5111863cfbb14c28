// SPDX-License-Identifier: GPL-2.0-or-later
/* The tally of a campaign over HTTP, and its snapshots: counts only, no number and no name of
 * anybody. */
#include "campaigns/tally_json.h"

#include "campaigns/day.h"
#include "campaigns/snapshot.h"
#include "campaigns/store/snapshot.h"
#include "config/values.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

static json_t *time_json(const void *request, int64_t at)
{
    return json_time(request, at);
}

/* A day of `tree`; "" where it is not asked for. */
static bool read_day(const struct api_request *request, struct api_response *response, char *retday)
{
    const char *text = request_query(request, "tree");
    retday[0] = '\0';
    if (text == NULL || day_read(text, retday))
        return true;
    problem_answer(response, 400, "“tree” takes a day such as 2025-06-30, not “%s”", text);
    return false;
}

/* "snapshot": the number of one, or the moment it is of; 0 where it is not asked for. */
static bool read_snapshot(const struct api_request *request, int64_t campaign_id,
                          struct api_response *response, int64_t *retid)
{
    const char *text = request_query(request, "snapshot");
    g_autoptr(GError) error = NULL;
    g_autofree char *sentence = NULL;
    int64_t as_of = 0;
    *retid = 0;
    if (text == NULL || g_ascii_string_to_signed(text, 10, 1, INT64_MAX, retid, NULL))
        return true;
    if (!value_read_time(text, &as_of, &sentence)) {
        problem_answer(response, 400,
                       "“snapshot” takes the number of one or a moment such as "
                       "2024-06-17T17:00:00+07:00, not “%s”",
                       text);
        return false;
    }
    if (snapshot_find(request->store, campaign_id, as_of, retid, &error))
        return true;
    problem_from_error(response, error);
    return false;
}

void api_tally_show(struct api_request *request, struct api_response *response)
{
    static const char *const kinds[] = {"unit", NULL};
    g_autoptr(GError) error = NULL;
    int by = -1;
    char day[DAY_SIZE];
    if (!request_choice(request, "by", kinds, -1, response, &by) ||
        !read_day(request, response, day))
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct tally_view view = {
        .id = row->id, .now = request->now, .tree = day[0] == '\0' ? NULL : day};
    campaign_row_free(row);
    if (!read_snapshot(request, view.id, response, &view.snapshot))
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
