// SPDX-License-Identifier: GPL-2.0-or-later
/* Messages of a campaign over HTTP: one by one with their attempts, and how far they are as a
 * whole. Numbers and texts are shown here: the socket is the local office's. */
#include "campaigns/store/message.h"
#include "campaigns/store/message_list.h"

#include "campaigns/store/progress.h"
#include "gateway/api/campaign.h"
#include "gateway/api/handlers.h"
#include "gateway/api/hold.h"
#include "gateway/api/office.h"
#include "gateway/api/problem.h"

enum { PAGE = 100, PAGE_MAX = 1000 };

static json_t *message_json(const struct api_request *request, const struct message *message)
{
    bool open = message->withheld == NULL;
    json_t *json = json_pack(
        "{sI so so ss ss so si si}", "id", (json_int_t)message->id, "campaign_id",
        message->campaign_id > 0 ? json_integer(message->campaign_id) : json_null(), "phone",
        json_text(open ? message->phone.e164 : ""), "purpose",
        message_purpose_name(message->purpose), "state", message_state_name(message->state),
        "state_at", json_time(request, message->state_at), "parts", (int)message->parts,
        "parts_sent", (int)message->parts_sent);
    bool queued = message->state == MESSAGE_QUEUED;
    json_object_set_new(json, "modem", json_text(message->modem));
    json_object_set_new(json, "attempts", json_integer(message->attempts));
    json_object_set_new(json, "resends", json_integer(message->resends));
    json_object_set_new(json, "cause", json_text(message->cause));
    json_object_set_new(json, "not_before", json_time(request, queued ? message->not_before : 0));
    json_object_set_new(json, "expires_at", json_time(request, queued ? message->expires_at : 0));
    json_object_set_new(json, "created_at", json_time(request, message->created_at));
    json_object_set_new(json, "withheld", json_boolean(!open));
    json_object_set_new(json, "text", api_office_text(request, message->withheld, message->text));
    return json;
}

static bool read_filter(struct api_request *request, struct api_response *response,
                        struct message_filter *retfilter)
{
    const char *names[MESSAGE_STATES + 1] = {NULL};
    int64_t limit = PAGE;
    for (int i = 0; i < MESSAGE_STATES; i++)
        names[i] = message_state_name((enum message_state)i);
    if (!request_choice(request, "state", names, -1, response, &retfilter->state) ||
        !request_integer(request, "after", 0, 0, INT64_MAX, response, &retfilter->after_id) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return false;
    retfilter->limit = (unsigned)limit;
    return true;
}

static void answer_list(struct api_request *request, const struct message_filter *filter,
                        struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) messages = NULL;
    if (!store_message_list(request->store, filter, &messages, &error)) {
        problem_from_error(response, error);
        return;
    }
    json_t *list = json_array(), *next = json_null();
    for (unsigned i = 0; i < messages->len; i++)
        json_array_append_new(list, message_json(request, g_ptr_array_index(messages, i)));
    if (messages->len == filter->limit) {
        const struct message *last = g_ptr_array_index(messages, messages->len - 1);
        next = json_integer(last->id);
    }
    response_json(response, 200, json_pack("{so so}", "messages", list, "next", next));
}

void api_message_list(struct api_request *request, struct api_response *response)
{
    struct message_filter filter = {0};
    if (read_filter(request, response, &filter))
        answer_list(request, &filter, response);
}

void api_campaign_messages(struct api_request *request, struct api_response *response)
{
    struct message_filter filter = {0};
    if (!read_filter(request, response, &filter))
        return;
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    filter.campaign_id = row->id;
    campaign_row_free(row);
    answer_list(request, &filter, response);
}

static json_t *attempts_json(const struct api_request *request, const GPtrArray *attempts)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < attempts->len; i++) {
        const struct attempt *attempt = g_ptr_array_index(attempts, i);
        json_array_append_new(
            list, json_pack("{sI so so so so so sI}", "lease", (json_int_t)attempt->lease, "modem",
                            json_text(attempt->modem), "leased_at",
                            json_time(request, attempt->leased_at), "settled_at",
                            json_time(request, attempt->settled_at), "verdict",
                            json_text(attempt->verdict), "cause", json_text(attempt->cause),
                            "took_ms", (json_int_t)attempt->took_ms));
    }
    return list;
}

static void answer_message(struct api_request *request, int64_t id, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GPtrArray) attempts = NULL;
    struct message *message = store_message_get(request->store, id, &error);
    if (message != NULL && store_message_attempts(request->store, id, &attempts, &error)) {
        json_t *json = message_json(request, message);
        json_object_set_new(json, "attempt_list", attempts_json(request, attempts));
        response_json(response, 200, json);
    } else {
        problem_from_error(response, error);
    }
    if (message != NULL)
        message_free(message);
}

void api_message_show(struct api_request *request, struct api_response *response)
{
    int64_t id = 0;
    if (request_row(request, response, &id))
        answer_message(request, id, response);
}

static const struct {
    const char *word;
    enum message_event event;
} decisions[] = {{"sent", MESSAGE_ACCEPT},
                 {"delivered", MESSAGE_DELIVER},
                 {"refused", MESSAGE_REFUSE},
                 {"resend", MESSAGE_RETRY},
                 {"again", MESSAGE_RETRY}}; /* its name in version 0.1.0 */

static void decide(struct api_request *request, int64_t id, enum message_event event,
                   const char *cause, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    enum message_state state;
    struct store *store = request->store;
    bool done = store_begin(store, &error);
    if (done && !store_message_decide(store, id, event, cause, request->now, &state, &error)) {
        store_rollback(store);
        done = false;
    }
    if (!done || !store_commit(store, &error)) {
        problem_from_error(response, error);
        return;
    }
    request->changed = true;
    answer_message(request, id, response);
}

void api_message_decide(struct api_request *request, struct api_response *response)
{
    static const char *const known[] = {"state", "by", "reason", NULL};
    int64_t id = 0;
    if (!request_row(request, response, &id))
        return;
    json_t *body = request_object(request, known, response);
    if (body == NULL)
        return;
    const char *word = json_string_value(json_object_get(body, "state"));
    const char *reason = json_string_value(json_object_get(body, "reason"));
    const char *by = request_by(request, json_string_value(json_object_get(body, "by")));
    g_autofree char *cause = g_strdup_printf("decided by %s%s%s", by, reason != NULL ? ": " : "",
                                             reason != NULL ? reason : "");
    size_t row = 0;
    while (row < G_N_ELEMENTS(decisions) && g_strcmp0(word, decisions[row].word) != 0)
        row++;
    if (row < G_N_ELEMENTS(decisions))
        decide(request, id, decisions[row].event, cause, response);
    else
        problem_answer(response, 422, "state must be sent, delivered, refused, or resend");
    json_decref(body);
}

static json_t *counts_json(const int64_t counts[MESSAGE_STATES])
{
    json_t *json = json_object();
    for (int state = 0; state < MESSAGE_STATES; state++)
        json_object_set_new(json, message_state_name((enum message_state)state),
                            json_integer(counts[state]));
    return json;
}

static json_t *progress_json(const struct api_request *request, const struct campaign_row *row,
                             const struct progress *progress)
{
    return json_pack("{sI so ss so so sI sI sI sI sI so so sI}", "id", (json_int_t)row->id, "code",
                     json_text(row->code), "state", campaign_state_name(row->state), "at",
                     json_time(request, request->now), "messages", counts_json(progress->messages),
                     "total", (json_int_t)progress->total, "open", (json_int_t)progress->open,
                     "parts", (json_int_t)progress->parts, "parts_sent",
                     (json_int_t)progress->parts_sent, "parts_open",
                     (json_int_t)progress->parts_open, "first_sent_at",
                     json_time(request, progress->first_sent_at), "last_sent_at",
                     json_time(request, progress->last_sent_at), "parts_last_minute",
                     (json_int_t)progress->parts_last_minute);
}

void api_progress_show(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *held = NULL;
    struct progress progress = {0};
    struct campaign_row *row = api_campaign_find(request, response);
    if (row == NULL)
        return;
    if (store_progress_campaign(request->store, row->id, request->now, &progress, &error) &&
        progress.messages[MESSAGE_QUEUED] > 0)
        held = hold_reason(request, row, &error);
    if (error == NULL) {
        response_json(response, 200, progress_json(request, row, &progress));
        json_object_set_new(response->json, "held", json_text(held));
    } else {
        problem_from_error(response, error);
    }
    campaign_row_free(row);
}
