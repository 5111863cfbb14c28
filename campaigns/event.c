// SPDX-License-Identifier: GPL-2.0-or-later
// The envelope of summaries and alarms.
#include "campaigns/event.h"

#include <glib.h>
#include <stdlib.h>

json_t *event_time(int64_t at)
{
    if (at == 0)
        return json_null();
    g_autoptr(GDateTime) second = g_date_time_new_from_unix_utc(at / 1000);
    g_autofree char *text = g_date_time_format(second, "%Y-%m-%dT%H:%M:%S");
    return json_sprintf("%s.%03dZ", text, (int)(at % 1000));
}

char *event_text(json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    g_assert_nonnull(text);
    char *copy = g_strdup(text);
    free(text);
    return copy;
}

char *event_body(const struct event *event, json_t *data)
{
    g_autofree char *source = g_strconcat("urn:uuid:", event->gateway, NULL);
    return event_text(json_pack(
        "{ss ss ss ss so ss ss so so}", "specversion", "1.0", "id", event->id, "source", source,
        "type", event->type, "time", event_time(event->at), "subject", event->subject,
        "datacontenttype", "application/json", "timestamp", event_time(event->at), "data", data));
}
