// SPDX-License-Identifier: GPL-2.0-or-later
/* What a campaign needs against what the SIMs have, over HTTP: figures, and the sentences that say
 * them to people. */
#include "gateway/api/forecast.h"

#include "campaigns/forecast_make.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

static json_t *sentences_json(const GPtrArray *sentences)
{
    json_t *list = json_array();
    for (guint i = 0; i < sentences->len; i++)
        json_array_append_new(list, json_string(sentences->pdata[i]));
    return list;
}

static json_t *demands_json(const struct forecast *forecast)
{
    json_t *list = json_array();
    for (guint i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        json_t *failing = json_array();
        for (char **name = demand->route.failing; name != NULL && *name != NULL; name++)
            json_array_append_new(failing, json_string(*name));
        json_array_append_new(list,
                              json_pack("{ss sI sI sI so}", "operator", demand->route.network,
                                        "recipients", (json_int_t)demand->recipients,
                                        "invitation_parts", (json_int_t)demand->first, "parts",
                                        (json_int_t)demand->all, "not_reached_by", failing));
    }
    return list;
}

static json_t *sims_json(const struct forecast *forecast)
{
    json_t *list = json_array();
    for (guint i = 0; i < forecast->sims->len; i++) {
        const struct forecast_sim *sim = g_ptr_array_index(forecast->sims, i);
        json_array_append_new(
            list,
            json_pack("{ss ss ss? so sb sI sI sI sI sI sI}", "modem", sim->modem, "operator",
                      sim->operator_name, "idle", sim->idle, "paid_parts",
                      sim->free ? json_null() : json_integer(sim->paid_for), "credit_known",
                      !sim->unsure, "daily_quota", (json_int_t)sim->limits.daily_quota,
                      "sent_today", (json_int_t)sim->sent_today, "on_net_parts",
                      (json_int_t)sim->on_net, "off_net_parts", (json_int_t)sim->off_net,
                      "doubtful_parts", (json_int_t)sim->doubtful, "cost", (json_int_t)sim->cost));
    }
    return list;
}

json_t *forecast_json(const struct api_request *request, const struct preview *preview,
                      GError **error)
{
    struct forecast *forecast =
        forecast_make(request->store, preview, request->config, request->now, error);
    if (forecast == NULL)
        return NULL;
    const char *last = *forecast->last_day != '\0' ? forecast->last_day : NULL;
    json_t *json = json_pack(
        "{sI sI sI sI sI sI sI sI ss? sI so so so so}", "parts", (json_int_t)forecast->all,
        "invitation_parts", (json_int_t)forecast->first, "paid_parts", (json_int_t)forecast->have,
        "doubtful_parts", (json_int_t)forecast->doubtful, "missing_parts",
        (json_int_t)forecast->missing, "missing_cost", (json_int_t)forecast->missing_cost, "cost",
        (json_int_t)forecast->cost, "days", (json_int_t)forecast->days, "last_day", last,
        "late_parts", (json_int_t)forecast->late, "operators", demands_json(forecast), "sims",
        sims_json(forecast), "lines", sentences_json(forecast->lines), "warnings",
        sentences_json(forecast->warnings));
    forecast_free(forecast);
    return json;
}

void api_forecast_show(struct api_request *request, struct api_response *response)
{
    struct campaign_terms terms = campaign_terms_of(request->config);
    g_autoptr(GError) error = NULL;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    struct preview *preview = preview_make(request->store, row->id, &terms, request->now, &error);
    campaign_row_free(row);
    json_t *json = preview != NULL ? forecast_json(request, preview, &error) : NULL;
    preview_free(preview);
    if (json != NULL)
        response_json(response, 200, json);
    else
        problem_from_error(response, error);
}
