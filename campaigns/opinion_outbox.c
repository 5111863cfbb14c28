// SPDX-License-Identifier: GPL-2.0-or-later
/* What leaves the house about an opinion, and to whom. The id of an event follows from gateway,
 * opinion and sequence, so that a receiver that hears it twice counts it once. */
#include "campaigns/opinion_outbox.h"

#include <string.h>

#include "campaigns/event.h"
#include "campaigns/store/opinion.h"
#include "campaigns/store/outbox.h"

static json_t *topic_json(const struct opinion *opinion, const struct gateway_config *config)
{
    const struct topic_config *topic = topic_find(config->topics, opinion->topic);
    if (*opinion->topic == '\0')
        return json_null();
    return json_pack("{ss ss sb}", "code", opinion->topic, "name",
                     topic != NULL ? topic->name : opinion->topic, "suggested",
                     (int)opinion->suggested);
}

static json_t *office_json(const struct opinion *opinion, const struct gateway_config *config)
{
    const struct office_config *office = office_find(config->offices, opinion->office);
    if (*opinion->office == '\0')
        return json_null();
    return json_pack("{ss ss sb}", "code", opinion->office, "name",
                     office != NULL ? office->name : opinion->office, "suggested",
                     (int)!opinion->forwarded);
}

static json_t *unit_json(const struct opinion *opinion)
{
    return *opinion->unit_code == '\0'
               ? json_null()
               : json_pack("{ss ss}", "code", opinion->unit_code, "name", opinion->unit_name);
}

char *opinion_outbox_body(const struct opinion *opinion, const struct gateway_config *config,
                          const struct opinion_head *head)
{
    json_t *data =
        json_pack("{s{ss ss} sI so so so sb so so ss}", "campaign", "code", opinion->campaign_code,
                  "title", opinion->campaign_title, "number", (json_int_t)opinion->number, "topic",
                  topic_json(opinion, config), "unit", unit_json(opinion), "office",
                  office_json(opinion, config), "restricted", (int)opinion->restricted,
                  "received_at", event_time(opinion->received_at), "due_at",
                  event_time(opinion->due_at), "state", opinion_state_name(opinion->state));
    bool answered = *opinion->answer != '\0' && !head->gone;
    json_object_set_new(data, "text", head->gone ? json_null() : json_string(opinion->text));
    json_object_set_new(data, "answer", answered ? json_string(opinion->answer) : json_null());
    json_object_set_new(data, "answered_at", event_time(opinion->answered_at));
    json_object_set_new(data, "confirmed",
                        *opinion->confirmed != '\0' ? json_string(opinion->confirmed)
                                                    : json_null());
    json_object_set_new(data, "sequence", json_integer(head->sequence));
    if (head->senders && !head->gone && opinion->sender_phone != NULL)
        json_object_set_new(data, "sender",
                            json_pack("{ss ss}", "name",
                                      opinion->sender_name != NULL ? opinion->sender_name : "",
                                      "phone", opinion->sender_phone));
    g_autofree char *subject =
        g_strdup_printf("%s/%" G_GINT64_FORMAT, opinion->campaign_code, opinion->number);
    return event_body(
        &(struct event){head->event_id, OPINION_TYPE, subject, head->gateway, head->now}, data);
}

/* ---- whom to tell ---- */

static bool is_of_office(const struct gateway_config *config, const char *sink)
{
    for (guint i = 0; i < config->offices->len; i++) {
        const struct office_config *office = config->offices->pdata[i];
        if (g_strcmp0(office->sink, sink) == 0)
            return true;
    }
    return false;
}

static const struct sink_config *sink_of(const struct gateway_config *config, const char *code)
{
    const struct office_config *office = office_find(config->offices, code);
    return office == NULL || office->sink == NULL ? NULL
                                                  : gateway_config_sink(config, office->sink);
}

struct posting {
    struct store *store;
    const struct gateway_config *config;
    const struct opinion_news *news;
    const struct opinion *opinion;
};

static bool post(const struct posting *posting, const struct sink_config *sink, bool gone,
                 GError **error)
{
    const struct opinion_news *news = posting->news;
    const char *gateway = store_gateway_uuid(posting->store);
    g_autofree char *id = g_strdup_printf("%s-opinion-%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT,
                                          gateway, news->opinion_id, news->sequence);
    const struct opinion_head head = {.event_id = id,
                                      .gateway = gateway,
                                      .sequence = news->sequence,
                                      .senders = sink->senders,
                                      .gone = gone,
                                      .now = news->now};
    g_autofree char *body = opinion_outbox_body(posting->opinion, posting->config, &head);
    return store_outbox_put(posting->store, id, sink->name, OPINION_TYPE, body, news->now, error);
}

static bool post_arrival(const struct posting *posting, GError **error)
{
    const GPtrArray *sinks = posting->config->sinks;
    for (guint i = 0; i < sinks->len && !posting->opinion->restricted; i++) {
        const struct sink_config *sink = sinks->pdata[i];
        bool wanted =
            sink->send != NULL && g_strv_contains((const char *const *)sink->send, "opinion");
        if (wanted && !is_of_office(posting->config, sink->name) &&
            !post(posting, sink, false, error))
            return false;
    }
    return true;
}

static bool post_step(const struct posting *posting, GError **error)
{
    const struct opinion *opinion = posting->opinion;
    const struct sink_config *sink =
        opinion->forwarded ? sink_of(posting->config, opinion->office) : NULL;
    const struct sink_config *before = sink_of(posting->config, posting->news->before);
    if (before != NULL && before != sink && !post(posting, before, true, error))
        return false;
    return sink == NULL || post(posting, sink, false, error);
}

bool opinion_outbox_put(struct store *store, const struct gateway_config *config,
                        const struct opinion_news *news, GError **error)
{
    if (config == NULL || config->sinks->len == 0 || news->event == OPINION_EVENT_SENDER)
        return true;
    g_autoptr(GPtrArray) opinions = g_ptr_array_new_with_free_func((GDestroyNotify)opinion_free);
    if (!store_opinion_get(store, news->opinion_id, news->now, opinions, error))
        return false;
    const struct posting posting = {store, config, news, opinions->pdata[0]};
    return news->event == OPINION_EVENT_RECEIVE ? post_arrival(&posting, error)
                                                : post_step(&posting, error);
}
