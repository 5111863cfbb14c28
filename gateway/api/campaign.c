// SPDX-License-Identifier: GPL-2.0-or-later
/* Campaigns over HTTP: creating from a campaign file, looking, and the steps that people ask for.
 */
#include "campaigns/store/campaign.h"

#include "campaigns/day.h"
#include "campaigns/reminder.h"
#include "campaigns/store/answer.h"
#include "campaigns/store/reminder.h"
#include "config/campaign.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"
#include "gateway/api/sim.h"

enum { PAGE = 200, PAGE_MAX = 1000, GIVE_WAY_US = 5000 };

static const char *const priorities[] = {"low", "normal", "high", "emergency"};

struct campaign_row *api_campaign_find(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct campaign_row *row = store_campaign_find(request->store, request->id, &error);
    if (row != NULL)
        return row;
    if (g_error_matches(error, STORE_ERROR, STORE_ERROR_NOT_FOUND))
        problem_answer(response, 404, "there is no campaign \"%.60s\"; see: loa campaign list",
                       request->id);
    else
        problem_from_error(response, error);
    return NULL;
}

static json_t *campaign_json(const struct api_request *request, const struct campaign_row *row)
{
    size_t priority = MIN((size_t)row->priority, G_N_ELEMENTS(priorities) - 1);
    return json_pack("{sI so so ss so ss so so so so so so sI so}", "id", (json_int_t)row->id,
                     "code", json_text(row->code), "title", json_text(row->title), "state",
                     campaign_state_name(row->state), "state_at", json_time(request, row->state_at),
                     "priority", priorities[priority], "file", json_text(row->file), "opens_at",
                     json_time(request, row->opens_at), "closes_at",
                     json_time(request, row->closes_at), "created_at",
                     json_time(request, row->created_at), "approved_hash",
                     json_text(row->approved_hash), "organisation", json_text(row->organisation),
                     "retention_months", (json_int_t)row->retention_months, "erased_at",
                     json_time(request, row->erased_at));
}

static json_t *events_json(const struct api_request *request, const GPtrArray *events)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < events->len; i++) {
        const struct campaign_event_row *event = g_ptr_array_index(events, i);
        json_array_append_new(
            list, json_pack("{so so so so so so}", "at", json_time(request, event->at), "by",
                            json_text(event->by), "event", json_text(event->event), "from",
                            json_text(event->from), "to", json_text(event->to), "reason",
                            json_text(event->reason)));
    }
    return list;
}

/* What people may ask for now. */
static json_t *steps_json(enum campaign_state state)
{
    json_t *list = json_array();
    for (int event = CAMPAIGN_EVENT_SUBMIT; event <= CAMPAIGN_EVENT_CANCEL; event++) {
        enum campaign_state to;
        if (campaign_step(state, (enum campaign_event)event, &to))
            json_array_append_new(list,
                                  json_string(campaign_event_name((enum campaign_event)event)));
    }
    return list;
}

static json_t *counts_json(const struct reminder_counts *counts)
{
    return json_pack("{sI sI sI sI sI sI sI}", "waiting", (json_int_t)counts->waiting, "sent",
                     (json_int_t)counts->sent, "delivered", (json_int_t)counts->delivered,
                     "undelivered", (json_int_t)counts->undelivered, "refused",
                     (json_int_t)counts->refused, "unsure", (json_int_t)counts->unsure, "dropped",
                     (json_int_t)counts->dropped);
}

static json_t *reminder_json(const struct api_request *request, int64_t campaign_id, int index,
                             const struct reminder_config *reminder, GError **error)
{
    struct reminder_run run = {0};
    struct reminder_counts counts = {0};
    if (!store_reminder_run(request->store, campaign_id, index, &run, error))
        return NULL;
    json_t *json = NULL;
    const char *state = !run.begun          ? "waiting"
                        : run.done_at == 0  ? "queueing"
                        : *run.skipped != 0 ? "skipped"
                                            : "done";
    if (store_reminder_counts(request->store, campaign_id, index, &counts, error))
        json = json_pack("{so ss ss sI so so so}", "at", json_time(request, reminder->at), "to",
                         reminder_to_name((enum reminder_to)reminder->to), "state", state, "queued",
                         (json_int_t)run.queued, "skipped", json_text(run.skipped), "done_at",
                         json_time(request, run.done_at), "messages", counts_json(&counts));
    reminder_run_clear(&run);
    return json;
}

static json_t *reminders_json(const struct api_request *request, int64_t campaign_id,
                              const struct campaign_config *config, GError **error)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < config->reminders->len; i++) {
        json_t *json =
            reminder_json(request, campaign_id, (int)i, config->reminders->pdata[i], error);
        if (json == NULL) {
            json_decref(list);
            return NULL;
        }
        json_array_append_new(list, json);
    }
    return list;
}

/* What the file itself says, as far as it still reads. */
static bool add_from_file(const struct api_request *request, const struct campaign_row *row,
                          json_t *json, GError **error)
{
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    bool read = campaign_config_read(row->definition, row->file, &config, mistakes);
    json_t *reminders = read ? reminders_json(request, row->id, &config, error) : json_array();
    json_object_set_new(json, "on_unsure",
                        read ? json_string(on_unsure_name((enum on_unsure)config.on_unsure))
                             : json_null());
    campaign_config_clear(&config);
    if (reminders == NULL)
        return false;
    json_object_set_new(json, "reminders", reminders);
    return true;
}

/* By the way they came. */
static bool add_answers(const struct api_request *request, int64_t id, json_t *json, GError **error)
{
    struct answer_ways ways = {0};
    if (!store_answer_ways(request->store, id, &ways, error))
        return false;
    json_object_set_new(json, "answers",
                        json_pack("{sI sI sI}", "sms", (json_int_t)ways.sms, "ussd",
                                  (json_int_t)ways.ussd, "entered", (json_int_t)ways.entered));
    return true;
}

/* The whole campaign as it stands in the store now. */
static void answer_campaign(struct api_request *request, int64_t id, unsigned status,
                            struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct campaign_row *row = store_campaign_get(request->store, id, &error);
    g_autoptr(GPtrArray) events =
        row != NULL ? store_campaign_events(request->store, id, &error) : NULL;
    if (events == NULL) {
        problem_from_error(response, error);
    } else {
        json_t *json = campaign_json(request, row);
        json_object_set_new(json, "definition", json_text(row->definition));
        json_object_set_new(json, "events", events_json(request, events));
        json_object_set_new(json, "steps", steps_json(row->state));
        if (add_from_file(request, row, json, &error) && add_answers(request, id, json, &error)) {
            response_json(response, status, json);
        } else {
            json_decref(json);
            problem_from_error(response, error);
        }
    }
    if (row != NULL)
        campaign_row_free(row);
}

void api_campaign_list(struct api_request *request, struct api_response *response)
{
    const char *names[CAMPAIGN_STATES + 1] = {NULL};
    for (int i = 0; i < CAMPAIGN_STATES; i++)
        names[i] = campaign_state_name((enum campaign_state)i);
    int state = -1;
    int64_t after = 0, limit = PAGE;
    if (!request_choice(request, "state", names, -1, response, &state) ||
        !request_integer(request, "after", 0, 0, INT64_MAX, response, &after) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) rows =
        state < 0 ? store_campaign_list(request->store, after, (unsigned)limit, &error)
                  : store_campaign_in_state(request->store, (enum campaign_state)state, &error);
    if (rows == NULL) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array();
    int64_t last = 0;
    for (unsigned i = 0; i < rows->len && json_array_size(list) < (size_t)limit; i++) {
        const struct campaign_row *row = g_ptr_array_index(rows, i);
        if (row->id <= after)
            continue;
        json_array_append_new(list, campaign_json(request, row));
        last = row->id;
    }
    json_t *next = json_array_size(list) == (size_t)limit ? json_integer(last) : json_null();
    response_json(response, 200, json_pack("{so so}", "campaigns", list, "next", next));
}

void api_campaign_show(struct api_request *request, struct api_response *response)
{
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    answer_campaign(request, row->id, 200, response);
    campaign_row_free(row);
}

void api_campaign_create(struct api_request *request, struct api_response *response)
{
    const char *file = request_query(request, "file"), *by = request_query(request, "by");
    g_autoptr(GError) error = NULL;
    g_autofree char *text = request_text(request, response);
    if (text == NULL)
        return;
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    char today[DAY_SIZE];
    day_of_zone(request->now, request->zone, today);
    struct campaign_draft draft = {
        .text = text, .file = file != NULL ? file : "campaign.conf", .today = today};
    struct campaign_act act = {.by = request_by(request, by), .now = request->now};
    int64_t id = 0;
    if (!campaign_create(request->store, &draft, &act, &id, mistakes, &error)) {
        if (mistakes_count(mistakes) > 0)
            problem_from_mistakes(response, NULL, mistakes);
        else
            problem_from_error(response, error);
        return;
    }
    request->changed = true;
    answer_campaign(request, id, 201, response);
    if (!response->problem)
        json_object_set_new(response->json, "warnings", problem_mistakes(mistakes));
}

/* The modems' turns go before the next slice of a large start. */
static void give_way(void)
{
    g_usleep(GIVE_WAY_US);
}

static bool advance(struct api_request *request, int64_t id, const struct campaign_act *act,
                    GError **error)
{
    struct campaign_terms terms = campaign_terms_of(request->config);
    enum campaign_event event = (enum campaign_event)request->argument;
    return event == CAMPAIGN_EVENT_START
               ? campaign_start(request->store, id, act, &terms, give_way, error)
               : campaign_advance(request->store, id, event, act, &terms, error);
}

void api_campaign_advance(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"by", "reason", NULL};
    g_autoptr(GError) error = NULL;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row != NULL) {
        const char *by = json_string_value(json_object_get(body, "by"));
        struct campaign_act act = {.by = request_by(request, by),
                                   .reason = json_string_value(json_object_get(body, "reason")),
                                   .now = request->now};
        /* A refused step may have made a draft of it again: the loop looks in both cases. */
        request->changed = true;
        if (advance(request, row->id, &act, &error)) {
            if (request->argument <= CAMPAIGN_EVENT_START)
                api_sims_before(request, row->id);
            answer_campaign(request, row->id, 200, response);
        } else
            problem_from_error(response, error);
        campaign_row_free(row);
    }
    json_decref(body);
}
