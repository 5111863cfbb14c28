// SPDX-License-Identifier: GPL-2.0-or-later
/* The gateway at a glance over HTTP: who it is, what is wrong, its modems, what is queued, what
 * waits for people. */
#include "campaigns/day.h"
#include "campaigns/opinion.h"
#include "campaigns/store/outbox.h"
#include "campaigns/store/progress.h"
#include "campaigns/store/series.h"
#include "campaigns/store/ussd.h"

#include "gateway/api/alarm.h"
#include "gateway/api/handlers.h"
#include "gateway/api/modem.h"
#include "gateway/api/problem.h"
#include "gateway/api/sim.h"

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* Days still to come whose draft could not be made. */
static bool count_failed(const struct api_request *request, int64_t *retfailed, GError **error)
{
    char today[DAY_SIZE];
    day_of_zone(request->now, request->zone, today);
    return store_series_failed(request->store, today, retfailed, error);
}

void api_status_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct progress_overview overview = {0};
    unsigned outbox[OUTBOX_STATES] = {0};
    struct opinion_counts opinions = {0};
    int64_t failed_days = 0, unasked = 0;
    json_t *modems = NULL, *alarms = NULL, *sims = NULL;
    if (store_progress_overview(request->store, &overview, &error) &&
        store_outbox_counts(request->store, outbox, &error) &&
        count_failed(request, &failed_days, &error) &&
        store_ussd_unasked_since(request->store, request->now - DAY_MS, &unasked, &error) &&
        opinion_count(request->store, 0, request->now, &opinions, &error))
        modems = api_modems_json(request, &error);
    if (modems != NULL)
        sims = api_sims_troubled_json(request, &error);
    if (sims != NULL)
        alarms = api_alarms_lasting_json(request, &error);
    if (alarms == NULL) {
        json_decref(modems);
        json_decref(sims);
        problem_from_error(response, error);
        return;
    }
    response_json(response, 200,
                  json_pack("{ss ss sI so so so so s{sI sI} s{sI sI} sI sI sI sI sI sI sI}",
                            "version", LOA_VERSION, "gateway", store_gateway_uuid(request->store),
                            "schema", (json_int_t)store_schema_version(request->store), "since",
                            json_time(request, request->since), "now",
                            json_time(request, request->now), "alarms", alarms, "modems", modems,
                            "queue", "queued", (json_int_t)overview.queued, "leased",
                            (json_int_t)overview.leased, "campaigns", "running",
                            (json_int_t)overview.campaigns_running, "paused",
                            (json_int_t)overview.campaigns_paused, "replies_waiting",
                            (json_int_t)overview.replies_waiting, "outbox_waiting",
                            (json_int_t)outbox[OUTBOX_WAITING], "outbox_abandoned",
                            (json_int_t)outbox[OUTBOX_ABANDONED], "opinions_open",
                            (json_int_t)opinion_counts_open(&opinions), "opinions_overdue",
                            (json_int_t)opinions.overdue, "calendar_failed",
                            (json_int_t)failed_days, "ussd_unasked", (json_int_t)unasked));
    json_object_set_new(response->json, "sims_troubled", sims);
}
