// SPDX-License-Identifier: GPL-2.0-or-later
/* The outbox over HTTP: what waits for the sinks, every attempt, and trying again now. Bodies
 * carry counts, so they may be shown; what opinions say is left out, as it is in the register. */
#include "campaigns/store/outbox.h"
#include "campaigns/opinion_outbox.h"
#include "campaigns/store/sink.h"

#include "gateway/api/handlers.h"
#include "gateway/api/problem.h"

#include <string.h>

enum { PAGE = 100, PAGE_MAX = 1000 };

static json_t *entry_json(const struct api_request *request, const struct outbox_entry *entry)
{
    json_t *json = json_pack(
        "{sI so so so ss si so so so}", "id", (json_int_t)entry->id, "event_id",
        json_text(entry->event_id), "sink", json_text(entry->sink), "type", json_text(entry->type),
        "state", outbox_state_name(entry->state), "attempts", (int)entry->attempts, "created_at",
        json_time(request, entry->created_at), "next_at",
        json_time(request, entry->state == OUTBOX_WAITING ? entry->next_at : 0), "delivered_at",
        json_time(request, entry->delivered_at));
    json_object_set_new(json, "give_up_at", json_time(request, entry->give_up_at));
    json_object_set_new(json, "last_at", json_time(request, entry->last_at));
    json_object_set_new(json, "last_status", json_integer(entry->last_status));
    json_object_set_new(json, "last_error", json_text(entry->last_error));
    return json;
}

static const struct outbox_waiting *find_waiting(const GPtrArray *all, const char *sink)
{
    for (unsigned i = 0; i < all->len; i++) {
        const struct outbox_waiting *waiting = g_ptr_array_index(all, i);
        if (g_str_equal(waiting->sink, sink))
            return waiting;
    }
    return NULL;
}

/* Taken out of the configuration while something waited for them. */
static void add_orphans(const struct api_request *request, const GPtrArray *all, json_t *list)
{
    for (unsigned i = 0; i < all->len; i++) {
        const struct outbox_waiting *waiting = g_ptr_array_index(all, i);
        if (gateway_config_sink(request->config, waiting->sink) != NULL)
            continue;
        json_array_append_new(
            list, json_pack("{so sb sI so so so ss}", "name", json_text(waiting->sink),
                            "configured", 0, "waiting", (json_int_t)waiting->count, "give_up_at",
                            json_time(request, waiting->give_up_at), "failing_since", json_null(),
                            "disabled_at", json_null(), "reason", ""));
    }
}

static json_t *sinks_json(const struct api_request *request, GError **error)
{
    g_autoptr(GPtrArray) all = store_outbox_waiting(request->store, error);
    if (all == NULL)
        return NULL;
    json_t *list = json_array();
    for (unsigned i = 0; i < request->config->sinks->len; i++) {
        const struct sink_config *config = g_ptr_array_index(request->config->sinks, i);
        struct sink_status status = {0};
        if (!store_sink_find(request->store, config->name, &status, error)) {
            json_decref(list);
            return NULL;
        }
        const struct outbox_waiting *waiting = find_waiting(all, config->name);
        json_array_append_new(
            list,
            json_pack("{so sb sI so so so so}", "name", json_text(config->name), "configured", 1,
                      "waiting", (json_int_t)(waiting != NULL ? waiting->count : 0), "give_up_at",
                      json_time(request, waiting != NULL ? waiting->give_up_at : 0),
                      "failing_since", json_time(request, status.failing_since), "disabled_at",
                      json_time(request, status.disabled_at), "reason", json_text(status.reason)));
        sink_status_clear(&status);
    }
    add_orphans(request, all, list);
    return list;
}

void api_outbox_list(struct api_request *request, struct api_response *response)
{
    const char *names[OUTBOX_STATES + 1] = {NULL};
    for (int i = 0; i < OUTBOX_STATES; i++)
        names[i] = outbox_state_name((enum outbox_state)i);
    int state = OUTBOX_STATES;
    int64_t before = 0, limit = PAGE;
    if (!request_choice(request, "state", names, OUTBOX_STATES, response, &state) ||
        !request_integer(request, "before", 0, 0, INT64_MAX, response, &before) ||
        !request_integer(request, "limit", PAGE, 1, PAGE_MAX, response, &limit))
        return;
    g_autoptr(GError) error = NULL;
    unsigned counts[OUTBOX_STATES] = {0};
    g_autoptr(GPtrArray) entries = NULL;
    json_t *sinks = sinks_json(request, &error);
    if (sinks != NULL && store_outbox_counts(request->store, counts, &error))
        entries = store_outbox_list(request->store, (enum outbox_state)state, before,
                                    (unsigned)limit, &error);
    if (entries == NULL) {
        problem_from_error(response, error);
        json_decref(sinks);
        return;
    }
    json_t *list = json_array();
    for (unsigned i = 0; i < entries->len; i++)
        json_array_append_new(list, entry_json(request, g_ptr_array_index(entries, i)));
    json_t *counted = json_object();
    for (int i = 0; i < OUTBOX_STATES; i++)
        json_object_set_new(counted, names[i], json_integer(counts[i]));
    const struct outbox_entry *last =
        entries->len == limit ? g_ptr_array_index(entries, entries->len - 1) : NULL;
    response_json(response, 200,
                  json_pack("{so so so so}", "counts", counted, "outbox", list, "sinks", sinks,
                            "next", last != NULL ? json_integer(last->id) : json_null()));
}

static json_t *attempts_json(const struct api_request *request, const GPtrArray *attempts)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < attempts->len; i++) {
        const struct outbox_attempt *attempt = g_ptr_array_index(attempts, i);
        json_array_append_new(list, json_pack("{so si so sI}", "at",
                                              json_time(request, attempt->at), "status",
                                              attempt->status, "error", json_text(attempt->error),
                                              "took_ms", (json_int_t)attempt->took_ms));
    }
    return list;
}

/* The register shows opinions to those who may read them. */
static json_t *body_json(const struct outbox_entry *entry)
{
    static const char *const words[] = {"text", "answer", "sender"};
    json_t *body = json_loads(entry->body, 0, NULL);
    if (body == NULL)
        return json_text(entry->body);
    json_t *data = json_object_get(body, "data");
    for (size_t i = 0; i < G_N_ELEMENTS(words) && strcmp(entry->type, OPINION_TYPE) == 0; i++) {
        if (json_object_get(data, words[i]) != NULL)
            json_object_set_new(data, words[i], json_string("(left out here)"));
    }
    return body;
}

static void answer_entry(struct api_request *request, int64_t id, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    struct outbox_entry *entry = store_outbox_find(request->store, id, &error);
    g_autoptr(GPtrArray) attempts =
        entry != NULL ? store_outbox_attempts(request->store, id, &error) : NULL;
    if (attempts != NULL) {
        json_t *json = entry_json(request, entry);
        json_object_set_new(json, "body", body_json(entry));
        json_object_set_new(json, "attempt_list", attempts_json(request, attempts));
        response_json(response, 200, json);
    } else {
        problem_from_error(response, error);
    }
    if (entry != NULL)
        outbox_entry_free(entry);
}

void api_outbox_show(struct api_request *request, struct api_response *response)
{
    int64_t id = 0;
    if (request_row(request, response, &id))
        answer_entry(request, id, response);
}

void api_outbox_retry(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    int64_t id = 0;
    if (!request_row(request, response, &id))
        return;
    if (!store_outbox_retry(request->store, id, request->now, &error)) {
        problem_from_error(response, error);
        return;
    }
    request->changed = true;
    answer_entry(request, id, response);
}

void api_outbox_retry_all(struct api_request *request, struct api_response *response)
{
    g_autoptr(GError) error = NULL;
    const char *sink = request_query(request, "sink");
    unsigned count = 0;
    if (sink != NULL && gateway_config_sink(request->config, sink) == NULL) {
        problem_answer(response, 404, "there is no sink \"%.60s\" in the configuration", sink);
        return;
    }
    if (!store_outbox_retry_all(request->store, sink, request->now, &count, &error)) {
        problem_from_error(response, error);
        return;
    }
    request->changed = true;
    response_json(response, 200, json_pack("{si}", "retried", (int)count));
}
