// SPDX-License-Identifier: GPL-2.0-or-later
/* Modems over HTTP: what the supervisor last knew of each, and what its SIM has sent today. */
#include "gateway/api/modem.h"

#include "campaigns/pacing.h"
#include "campaigns/store/modem.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"
#include "gateway/api/ussd.h"

/* <stat> of +CREG, 3GPP TS 27.007 7.2 */
static const char *const registrations[] = {"not searching", "home",    "searching",
                                            "denied",        "unknown", "roaming"};

static json_t *known(int number)
{
    return number >= 0 ? json_integer(number) : json_null();
}

/* What the database knows of it besides its row. */
struct history {
    int64_t parts_today;
    int64_t down_since; /* 0: it works */
    json_t *ussd;       /* the dialogue that has it */
};

static bool read_history(const struct api_request *request, const struct modem *modem,
                         struct history *rethistory, GError **error)
{
    int64_t midnight = day_start(request->zone, request->now);
    return store_modem_parts_since(request->store, modem->name, midnight, &rethistory->parts_today,
                                   error) &&
           api_ussd_open_json(request, modem->name, &rethistory->ussd, error) &&
           (modem_state_works(modem->state) ||
            store_modem_down_since(request->store, modem->name, &rethistory->down_since, error));
}

static json_t *modem_json(const struct api_request *request, const struct modem *modem,
                          const struct history *history)
{
    const struct modem_config *config = gateway_config_modem(request->config, modem->name);
    bool registered =
        modem->registration >= 0 && modem->registration < (int)G_N_ELEMENTS(registrations);
    json_t *json =
        json_pack("{so ss so so so so so so}", "name", json_text(modem->name), "state",
                  modem_state_name(modem->state), "since", json_time(request, modem->state_at),
                  "reason", json_text(modem->reason), "operator", json_text(modem->operator_name),
                  "signal", known(modem->signal), "registration",
                  registered ? json_string(registrations[modem->registration]) : json_null(),
                  "health_at", json_time(request, modem->health_at));
    json_object_set_new(json, "down_since", json_time(request, history->down_since));
    json_object_set_new(json, "manufacturer", json_text(modem->manufacturer));
    json_object_set_new(json, "model", json_text(modem->model));
    json_object_set_new(json, "firmware", json_text(modem->firmware));
    json_object_set_new(json, "imei", json_text(modem->imei));
    json_object_set_new(json, "imsi", json_text(modem->imsi));
    json_object_set_new(json, "storage_used", known(modem->storage_used));
    json_object_set_new(json, "storage_size", known(modem->storage_size));
    json_object_set_new(json, "ussd", history->ussd);
    json_object_set_new(json, "parts_today", json_integer(history->parts_today));
    json_object_set_new(json, "device", json_text(config != NULL ? config->device : NULL));
    json_object_set_new(json, "number", json_text(config != NULL ? config->number : NULL));
    json_object_set_new(json, "daily_quota",
                        config != NULL ? json_integer(config->daily_quota) : json_null());
    json_object_set_new(json, "per_minute",
                        config != NULL ? json_integer(config->per_minute) : json_null());
    return json;
}

json_t *api_modems_json(struct api_request *request, GError **error)
{
    g_autoptr(GPtrArray) modems = NULL;
    if (!store_modem_list(request->store, &modems, error))
        return NULL;
    json_t *list = json_array();
    for (unsigned i = 0; i < modems->len; i++) {
        const struct modem *modem = g_ptr_array_index(modems, i);
        struct history history = {0};
        if (!read_history(request, modem, &history, error)) {
            json_decref(history.ussd);
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, modem_json(request, modem, &history));
    }
    return list;
}

void api_modem_list(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    json_t *list = api_modems_json(request, &error);
    if (list != NULL)
        response_json(response, 200, json_pack("{so}", "modems", list));
    else
        problem_from_error(response, error);
}

void api_modem_retry(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {NULL};
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    json_decref(body);
    if (gateway_config_modem(request->config, request->id) == NULL) {
        problem_answer(response, 404, "there is no modem \"%.60s\" in the configuration",
                       request->id);
        return;
    }
    request->order = api_order_new(API_ORDER_RETRY, request->id, 0, NULL, request->who);
    response_json(response, 202, json_pack("{ss}", "retried", request->id));
}
