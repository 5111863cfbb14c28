// SPDX-License-Identifier: GPL-2.0-or-later
/* What leaves the house about an alarm: kind, which modem or sink, a sentence, times. The two
 * events of one alarm carry the same data.alarm; their own ids follow from it, so that neither is
 * counted twice. */
#include "campaigns/alarm_event.h"

#include "campaigns/event.h"
#include "campaigns/store/outbox.h"

static char *event_id(const struct alarm_row *row)
{
    return g_strconcat(row->uuid, row->cleared_at != 0 ? "-cleared" : "-raised", NULL);
}

char *alarm_event_body(const struct alarm_row *row, const char *gateway, int64_t now)
{
    const struct alarm_trait *trait = alarm_trait(row->kind);
    g_autofree char *id = event_id(row);
    json_t *data =
        json_pack("{ss ss ss ss ss ss ss so so so}", "alarm", row->uuid, "state",
                  row->cleared_at != 0 ? "cleared" : "raised", "kind", trait->name, "severity",
                  trait->severity, "subject", row->subject, "sentence", trait->sentence, "reason",
                  row->reason, "since", event_time(row->since), "raised_at",
                  event_time(row->raised_at), "cleared_at", event_time(row->cleared_at));
    const char *about = *row->subject != '\0' ? row->subject : trait->name;
    return event_body(&(struct event){id, ALARM_TYPE, about, gateway, now}, data);
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
