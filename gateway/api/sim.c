// SPDX-License-Identifier: GPL-2.0-or-later
/* SIMs over HTTP: what the operators last said of each, in figures and in their own words, and what
 * came of the last card and the last bundle. */
#include "gateway/api/sim.h"

#include "campaigns/sim.h"
#include "campaigns/sim_outcome.h"
#include "campaigns/sim_schedule.h"
#include "campaigns/store/sim_desk.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

enum {
    READINGS = 20,
    TURN_MS = 2 * 1000,    /* what follows from an end is written down by then */
    MARGIN_MS = 10 * 1000, /* so much later an SMS is given up at the latest */
};

static json_t *known(int64_t number)
{
    return number != SIM_UNKNOWN ? json_integer(number) : json_null();
}

static json_t *day_json(const char *day)
{
    return day[0] != '\0' ? json_string(day) : json_null();
}

static json_t *sentences_json(const GPtrArray *sentences)
{
    json_t *list = json_array();
    for (guint i = 0; i < sentences->len; i++)
        json_array_append_new(list, json_text(g_ptr_array_index(sentences, i)));
    return list;
}

/* Somebody asks it, or its answer is still to be read. */
static bool is_checking(const struct api_request *request, const struct sim *sim, bool *retchecking,
                        GError **error)
{
    int64_t wait_ms = sim_schedule_sms_ms(request->config->sims.check_ms) + MARGIN_MS;
    int64_t open = 0, unread = 0;
    if (!store_sim_open(request->store, sim->modem, NULL, request->now - TURN_MS, &open, error) ||
        !store_sim_unread(request->store, sim->imsi, request->now - wait_ms, &unread, error))
        return false;
    *retchecking = open != 0 || unread != 0;
    return true;
}

static json_t *sim_json(const struct api_request *request, const struct sim *sim, GError **error)
{
    const struct modem_config *modem = gateway_config_modem(request->config, sim->modem);
    bool checking = false;
    if (!is_checking(request, sim, &checking, error))
        return NULL;
    g_autofree char *rests = sim_rest_reason(sim, modem);
    g_autoptr(GPtrArray) warnings = sim_warnings(sim, modem);
    json_t *json =
        json_pack("{so so so so so so so so so so}", "modem", json_text(sim->modem), "operator",
                  json_text(sim->operator_name), "number", json_text(sim->number), "balance",
                  known(sim->balance), "balance_now", known(sim->balance_now), "balance_at",
                  json_time(request, MAX(sim->balance_at, 0)), "expires_on",
                  day_json(sim->expires_on), "locked_on", day_json(sim->locked_on), "bundle_left",
                  known(sim->bundle_left), "bundle_now", known(sim->bundle_now));
    json_object_set_new(json, "bundle_at", json_time(request, MAX(sim->bundle_at, 0)));
    json_object_set_new(json, "bundle_expires_on", day_json(sim->bundle_expires_on));
    json_object_set_new(json, "bundle", json_text(modem->bundle));
    json_object_set_new(json, "registered_at", json_time(request, sim->registered_at));
    json_object_set_new(json, "asked_at", json_time(request, sim->asked_at));
    json_object_set_new(json, "checking", json_boolean(checking));
    json_object_set_new(json, "parts_today", json_integer(sim->parts_today));
    json_object_set_new(json, "daily_quota", json_integer(modem->daily_quota));
    json_object_set_new(json, "price_per_part", json_integer(modem->price_per_part));
    json_object_set_new(
        json, "price_on_net",
        json_integer(modem->price_on_net >= 0 ? modem->price_on_net : modem->price_per_part));
    json_object_set_new(json, "parts_left", known(sim_parts_left(sim, modem)));
    json_object_set_new(json, "rests", json_text(rests));
    json_object_set_new(json, "warnings", sentences_json(warnings));
    json_object_set_new(json, "unread", json_integer(sim->unread));
    json_object_set_new(json, "failed", json_integer(sim->failed));
    json_object_set_new(json, "trouble",
                        sim->trouble[0] != '\0' ? json_text(sim->trouble) : json_null());
    json_object_set_new(json, "text", json_text(sim->text));
    return json;
}

void api_sim_list(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) sims = sim_list(request->store, request->config, request->now, &error);
    json_t *list = sims != NULL ? json_array() : NULL;
    for (guint i = 0; list != NULL && i < sims->len; i++) {
        json_t *json = sim_json(request, g_ptr_array_index(sims, i), &error);
        if (json != NULL)
            json_array_append_new(list, json);
        else
            g_clear_pointer(&list, json_decref);
    }
    if (list != NULL)
        response_json(response, 200, json_pack("{so}", "sims", list));
    else
        problem_from_error(response, error);
}

json_t *api_sims_troubled_json(struct api_request *request, GError **error)
{
    g_autoptr(GPtrArray) sims = sim_list(request->store, request->config, request->now, error);
    if (sims == NULL)
        return NULL;
    json_t *list = json_array();
    for (guint i = 0; i < sims->len; i++) {
        const struct sim *sim = g_ptr_array_index(sims, i);
        const struct modem_config *modem = gateway_config_modem(request->config, sim->modem);
        g_autofree char *rests = sim_rest_reason(sim, modem);
        g_autoptr(GPtrArray) warnings = sim_warnings(sim, modem);
        const char *sentence = rests;
        if (sentence == NULL && warnings->len > 0)
            sentence = g_ptr_array_index(warnings, 0);
        else if (sentence == NULL && sim->trouble[0] != '\0')
            sentence = sim->trouble;
        if (sentence != NULL)
            json_array_append_new(list, json_pack("{so so sb}", "modem", json_text(sim->modem),
                                                  "sentence", json_text(sentence), "rests",
                                                  rests != NULL));
    }
    return list;
}

/* ---- one of them ---- */

static json_t *readings_json(const struct api_request *request, const GPtrArray *readings)
{
    json_t *list = json_array();
    for (guint i = 0; i < readings->len; i++) {
        const struct sim_reading *reading = g_ptr_array_index(readings, i);
        json_t *json = json_pack(
            "{so so so so so sb so so}", "at", json_time(request, reading->at), "dialogue",
            reading->dialogue_id != 0 ? json_integer(reading->dialogue_id) : json_null(), "purpose",
            json_text(reading->purpose), "source", json_text(reading->source), "text",
            json_text(reading->text), "matched", reading->matched, "balance",
            known(reading->balance), "bundle_left", known(reading->bundle_left));
        json_object_set_new(json, "expires_on", day_json(reading->expires_on));
        json_object_set_new(json, "bundle_expires_on", day_json(reading->bundle_expires_on));
        json_object_set_new(json, "number", json_text(reading->number));
        json_array_append_new(list, json);
    }
    return list;
}

static json_t *try_json(const struct api_request *request, const struct sim_try *tried,
                        const char *outcome)
{
    return json_pack("{sI so so so so so ss so so}", "dialogue", (json_int_t)tried->id, "at",
                     json_time(request, tried->at), "ended_at", json_time(request, tried->ended_at),
                     "by", json_text(tried->by), "modem", json_text(tried->modem), "state",
                     json_text(tried->state), "outcome", outcome, "text", json_text(tried->text),
                     "cause", json_text(tried->cause));
}

static bool add_topup(const struct api_request *request, const struct sim *sim, json_t *json,
                      GError **error)
{
    const struct operator_config *found =
        operators_find(request->config->operators, sim->operator_name);
    struct sim_try *tried = store_sim_last_try(request->store, sim->imsi, "topup", error);
    enum sim_outcome outcome = SIM_OUTCOME_UNCLEAR;
    int64_t before = SIM_UNKNOWN, after = SIM_UNKNOWN;
    bool good =
        tried != NULL &&
        sim_outcome_of_card(request->store, found, sim->imsi, tried, &outcome, error) &&
        store_sim_balance_around(request->store, sim->imsi, tried->at, &before, &after, error);
    if (good && tried->id != 0) {
        json_t *topup = try_json(request, tried, sim_outcome_name(outcome));
        json_object_set_new(topup, "balance_before", known(before));
        json_object_set_new(topup, "balance_after", known(after));
        json_object_set_new(json, "topup", topup);
    } else if (good) {
        json_object_set_new(json, "topup", json_null());
    }
    sim_try_free(tried);
    return good;
}

static bool add_registration(const struct api_request *request, const struct sim *sim, json_t *json,
                             GError **error)
{
    const struct modem_config *modem = gateway_config_modem(request->config, sim->modem);
    const struct operator_config *found =
        operators_find(request->config->operators, sim->operator_name);
    const struct bundle_config *bundle =
        found != NULL && modem->bundle != NULL ? operator_bundle(found, modem->bundle) : NULL;
    struct sim_try *tried = store_sim_last_try(request->store, sim->imsi, "register", error);
    enum sim_outcome outcome = SIM_OUTCOME_UNCLEAR;
    bool good = tried != NULL &&
                sim_outcome_of_bundle(request->store, bundle, sim->imsi, tried, &outcome, error);
    if (good && tried->id != 0 && tried->at <= sim->registered_at)
        outcome = SIM_OUTCOME_DONE;
    if (good)
        json_object_set_new(json, "registration",
                            tried->id != 0 ? try_json(request, tried, sim_outcome_name(outcome))
                                           : json_null());
    sim_try_free(tried);
    return good;
}

static json_t *whole_json(const struct api_request *request, const struct sim *sim, GError **error)
{
    g_autoptr(GPtrArray) readings = store_sim_readings(request->store, sim->imsi, READINGS, error);
    json_t *json = readings != NULL ? sim_json(request, sim, error) : NULL;
    if (json == NULL)
        return NULL;
    json_object_set_new(json, "imsi", json_text(sim->imsi));
    json_object_set_new(json, "readings", readings_json(request, readings));
    if (add_topup(request, sim, json, error) && add_registration(request, sim, json, error))
        return json;
    json_decref(json);
    return NULL;
}

void api_sim_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct sim *sim = api_sim_find(request, response);
    if (sim == NULL)
        return;
    json_t *json = whole_json(request, sim, &error);
    sim_free(sim);
    if (json != NULL)
        response_json(response, 200, json);
    else
        problem_from_error(response, error);
}

struct sim *api_sim_find(const struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    if (gateway_config_modem(request->config, request->id) == NULL) {
        problem_answer(response, 404, "there is no modem \"%.60s\" in the configuration",
                       request->id);
        return NULL;
    }
    struct sim *sim =
        sim_in_modem(request->store, request->config, request->id, request->now, &error);
    if (sim == NULL)
        problem_from_error(response, error);
    return sim;
}
