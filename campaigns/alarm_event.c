// SPDX-License-Identifier: GPL-2.0-or-later
/* What leaves the house about an alarm: kind, which modem or sink, a sentence, times. The two
 * events of one alarm carry the same data.alarm; their own ids follow from it, so that neither is
 * counted twice. */
#include "campaigns/alarm_event.h"

#include "campaigns/store/outbox.h"

#include <jansson.h>

static json_t *time_json(int64_t at)
{
    if (at == 0)
        return json_null();
    g_autoptr(GDateTime) second = g_date_time_new_from_unix_utc(at / 1000);
    g_autofree char *text = g_date_time_format(second, "%Y-%m-%dT%H:%M:%S");
    return json_sprintf("%s.%03dZ", text, (int)(at % 1000));
}

static char *event_id(const struct alarm_row *row)
{
    return g_strconcat(row->uuid, row->cleared_at != 0 ? "-cleared" : "-raised", NULL);
}

char *alarm_event_body(const struct alarm_row *row, const char *gateway, int64_t now)
{
    const struct alarm_trait *trait = alarm_trait(row->kind);
    g_autofree char *id = event_id(row);
    g_autofree char *source = g_strconcat("urn:uuid:", gateway, NULL);
    const char *about = *row->subject != '\0' ? row->subject : trait->name;
    json_t *data =
        json_pack("{ss ss ss ss ss ss ss so so so}", "alarm", row->uuid, "state",
                  row->cleared_at != 0 ? "cleared" : "raised", "kind", trait->name, "severity",
                  trait->severity, "subject", row->subject, "sentence", trait->sentence, "reason",
                  row->reason, "since", time_json(row->since), "raised_at",
                  time_json(row->raised_at), "cleared_at", time_json(row->cleared_at));
    json_t *event =
        json_pack("{ss ss ss ss so ss ss so so}", "specversion", "1.0", "id", id, "source", source,
                  "type", ALARM_TYPE, "time", time_json(now), "subject", about, "datacontenttype",
                  "application/json", "timestamp", time_json(now), "data", data);
    g_assert_nonnull(event); /* every text is UTF-8 */
    char *text = json_dumps(event, JSON_COMPACT);
    json_decref(event);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

bool alarm_event_put(struct store *store, const struct gateway_config *config,
                     const struct alarm_row *row, int64_t now, GError **error)
{
    g_autofree char *id = event_id(row);
    g_autofree char *body = alarm_event_body(row, store_gateway_uuid(store), now);
    for (guint i = 0; i < config->sinks->len; i++) {
        const struct sink_config *sink = g_ptr_array_index(config->sinks, i);
        bool wanted =
            sink->send != NULL && g_strv_contains((const char *const *)sink->send, "alarm");
        if (wanted && !store_outbox_put(store, id, sink->name, ALARM_TYPE, body, now, error))
            return false;
    }
    return true;
}
