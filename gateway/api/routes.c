// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of routes and the search in it. A test holds it against openapi.json, both ways. */
#include "gateway/api/routes.h"

#include "campaigns/campaign.h"
#include "campaigns/consent.h"
#include "campaigns/opinion_state.h"
#include "gateway/api/handlers.h"

#include <string.h>

#define JSON_MAX     (64u * 1024)
#define CAMPAIGN_MAX (1024u * 1024)
#define ROSTER_MAX   (64u * 1024 * 1024)
#define OPINIONS     "state campaign office unit topic after limit"
#define ADVANCE(word, event)                                                                       \
    {                                                                                              \
        "POST", "/v1/campaigns/{id}/" word, api_campaign_advance, .argument = event,               \
                                                                  .body_max = JSON_MAX             \
    }

const struct route routes[] = {
    {"GET", "/v1/status", api_status_show},
    {"GET", "/v1/alarms", api_alarm_list, .query = "lasting before limit"},
    {"GET", "/v1/coverage", api_coverage_show, .heavy = true,
     .query = "campaigns from to by target at_least unit by_unit tree missed"},
    {"GET", "/v1/campaigns/{id}/sheets", api_sheet_show, .heavy = true,
     .query = "kind format unit option min tree snapshot organisation"},
    {"GET", "/v1/programme", api_programme_show, .query = "from to unit by_unit tree",
     .heavy = true},
    {"GET", "/v1/calendar", api_calendar_show, .query = "from to"},
    {"GET", "/v1/calendar.ics", api_calendar_ics, .query = "from to"},
    {"POST", "/v1/calendar", api_calendar_add, .query = "file by", .body_max = CAMPAIGN_MAX},
    {"POST", "/v1/calendar/{id}/skip", api_calendar_skip, .body_max = JSON_MAX},
    {"POST", "/v1/calendar/{id}/stop", api_calendar_stop, .body_max = JSON_MAX},
    {"GET", "/v1/modems", api_modem_list},
    {"POST", "/v1/modems/{id}/retry", api_modem_retry, .body_max = JSON_MAX},
    {"POST", "/v1/modems/{id}/ussd", api_ussd_dial, .body_max = JSON_MAX},
    {"GET", "/v1/ussd", api_ussd_list, .query = "modem purpose before limit"},
    {"GET", "/v1/ussd/{id}", api_ussd_show},
    {"POST", "/v1/ussd/{id}/answer", api_ussd_answer, .body_max = JSON_MAX},
    {"POST", "/v1/ussd/{id}/cancel", api_ussd_cancel, .body_max = JSON_MAX},
    {"GET", "/v1/sims", api_sim_list},
    {"GET", "/v1/sims/{id}", api_sim_show},
    {"POST", "/v1/sims/{id}/check", api_sim_check, .body_max = JSON_MAX},
    {"POST", "/v1/sims/{id}/topup", api_sim_topup, .body_max = JSON_MAX},
    {"POST", "/v1/sims/{id}/register", api_sim_register, .body_max = JSON_MAX},
    {"POST", "/v1/roster/imports", api_roster_import,
     .query = "dry_run group by rows encoding sheet", .body_max = ROSTER_MAX, .multipart = true,
     .heavy = true},
    {"GET", "/v1/units", api_unit_list, .query = "tree"},
    {"POST", "/v1/units/changes", api_unit_change, .body_max = CAMPAIGN_MAX},
    {"GET", "/v1/units/{id}", api_unit_show},
    {"GET", "/v1/groups", api_group_list},
    {"POST", "/v1/groups", api_group_create, .body_max = CAMPAIGN_MAX},
    {"GET", "/v1/groups/{id}", api_group_show, .query = "members after limit"},
    {"POST", "/v1/groups/{id}/delete", api_group_delete, .body_max = JSON_MAX},
    {"GET", "/v1/campaigns", api_campaign_list, .query = "state after limit"},
    {"POST", "/v1/campaigns", api_campaign_create, .query = "file by", .body_max = CAMPAIGN_MAX},
    {"GET", "/v1/campaigns/{id}", api_campaign_show},
    {"GET", "/v1/campaigns/{id}/preview", api_preview_show, .query = "price"},
    {"GET", "/v1/campaigns/{id}/forecast", api_forecast_show},
    ADVANCE("submit", CAMPAIGN_EVENT_SUBMIT),
    ADVANCE("approve", CAMPAIGN_EVENT_APPROVE),
    ADVANCE("start", CAMPAIGN_EVENT_START),
    ADVANCE("pause", CAMPAIGN_EVENT_PAUSE),
    ADVANCE("resume", CAMPAIGN_EVENT_RESUME),
    ADVANCE("cancel", CAMPAIGN_EVENT_CANCEL),
    {"GET", "/v1/campaigns/{id}/messages", api_campaign_messages, .query = "state after limit"},
    {"GET", "/v1/campaigns/{id}/progress", api_progress_show},
    {"GET", "/v1/campaigns/{id}/tally", api_tally_show, .query = "by snapshot tree", .heavy = true},
    {"GET", "/v1/campaigns/{id}/snapshots", api_snapshot_list},
    {"POST", "/v1/campaigns/{id}/snapshots", api_snapshot_take, .body_max = JSON_MAX,
     .heavy = true},
    {"GET", "/v1/campaigns/{id}/recount", api_recount_show, .heavy = true},
    {"GET", "/v1/messages", api_message_list, .query = "state after limit"},
    {"GET", "/v1/messages/{id}", api_message_show},
    {"POST", "/v1/messages/{id}", api_message_decide, .body_max = JSON_MAX},
    {"GET", "/v1/replies", api_reply_list, .query = "waiting campaign after limit"},
    {"GET", "/v1/replies/{id}", api_reply_show},
    {"POST", "/v1/replies/{id}", api_reply_settle, .body_max = JSON_MAX},
    {"GET", "/v1/sessions", api_session_list, .query = "campaign service after limit"},
    {"GET", "/v1/opinions", api_opinion_list, .query = OPINIONS},
    {"POST", "/v1/opinions/senders", api_opinion_senders, .query = OPINIONS, .body_max = JSON_MAX},
    {"GET", "/v1/opinions/{id}", api_opinion_show},
    {"POST", "/v1/opinions/{id}/sender", api_opinion_sender, .body_max = JSON_MAX},
    {"POST", "/v1/opinions/{id}/assign", api_opinion_assign, .body_max = JSON_MAX},
    {"POST", "/v1/opinions/{id}/start", api_opinion_step, .argument = OPINION_EVENT_START,
     .body_max = JSON_MAX},
    {"POST", "/v1/opinions/{id}/answer", api_opinion_answer, .body_max = JSON_MAX},
    {"POST", "/v1/opinions/{id}/close", api_opinion_step, .argument = OPINION_EVENT_CLOSE,
     .body_max = JSON_MAX},
    {"POST", "/v1/opinions/{id}/reopen", api_opinion_step, .argument = OPINION_EVENT_REOPEN,
     .body_max = JSON_MAX},
    {"GET", "/v1/consent", api_consent_list, .query = "phone campaign event before limit"},
    {"GET", "/v1/consent/state", api_consent_state, .query = "phone"},
    {"POST", "/v1/consent/refuse", api_consent_change, .argument = CONSENT_CHANGE_REFUSE,
     .body_max = JSON_MAX},
    {"POST", "/v1/consent/restore", api_consent_change, .argument = CONSENT_CHANGE_RESTORE,
     .body_max = JSON_MAX},
    {"GET", "/v1/persons", api_person_find, .query = "query"},
    {"POST", "/v1/persons/export", api_person_export, .body_max = JSON_MAX},
    {"POST", "/v1/persons/erase", api_person_erase, .body_max = JSON_MAX},
    {"GET", "/v1/retention", api_retention_list, .query = "after limit"},
    {"GET", "/v1/campaigns/{id}/answers", api_answer_list, .query = "question after limit"},
    {"POST", "/v1/campaigns/{id}/answers", api_answer_record, .body_max = JSON_MAX},
    {"GET", "/v1/campaigns/{id}/answers/history", api_answer_history, .query = "phone person"},
    {"GET", "/v1/quarantine", api_quarantine_list, .query = "waiting after limit"},
    {"GET", "/v1/quarantine/{id}", api_quarantine_show},
    {"POST", "/v1/quarantine/{id}", api_quarantine_settle, .body_max = JSON_MAX},
    {"GET", "/v1/outbox", api_outbox_list, .query = "state before limit"},
    {"GET", "/v1/outbox/{id}", api_outbox_show},
    {"POST", "/v1/outbox/{id}/retry", api_outbox_retry, .body_max = JSON_MAX},
    {"POST", "/v1/outbox/retry", api_outbox_retry_all, .query = "sink", .body_max = JSON_MAX},
};
const size_t routes_count = G_N_ELEMENTS(routes);

/* `pattern` holds "{id}" once at most, as a whole segment, which matches anything but a slash. */
static bool matches(const char *pattern, const char *path, char **retid)
{
    const char *hole = strstr(pattern, "{id}");
    *retid = NULL;
    if (hole == NULL)
        return strcmp(pattern, path) == 0;
    size_t before = (size_t)(hole - pattern);
    if (strncmp(pattern, path, before) != 0)
        return false;
    size_t length = strcspn(path + before, "/");
    if (length == 0 || strcmp(hole + strlen("{id}"), path + before + length) != 0)
        return false;
    *retid = g_strndup(path + before, length);
    return true;
}

/* A path in words goes before one with {id}: /v1/outbox/retry is no entry called "retry". */
static bool is_literal_elsewhere(const struct route *route, const char *path)
{
    if (strstr(route->path, "{id}") == NULL)
        return false;
    for (size_t i = 0; i < routes_count; i++) {
        if (strcmp(routes[i].path, path) == 0)
            return true;
    }
    return false;
}

static void add_method(GString *allow, const char *method)
{
    g_string_append_printf(allow, "%s%s", allow->len > 0 ? ", " : "", method);
    if (strcmp(method, "GET") == 0)
        g_string_append(allow, ", HEAD");
}

enum route_found routes_find(const char *method, const char *path, const struct route **retroute,
                             char **retid, char **retallow)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    g_autoptr(GString) allow = g_string_new(NULL);
    for (size_t i = 0; i < routes_count; i++) {
        g_autofree char *id = NULL;
        if (!matches(routes[i].path, path, &id) || is_literal_elsewhere(&routes[i], path))
            continue;
        if (strcmp(routes[i].method, wanted) == 0) {
            *retroute = &routes[i];
            *retid = g_steal_pointer(&id);
            return ROUTE_FOUND;
        }
        add_method(allow, routes[i].method);
    }
    if (allow->len == 0)
        return ROUTE_NO_PATH;
    *retallow = g_strdup(allow->str);
    return ROUTE_NO_METHOD;
}

bool route_knows(const struct route *route, const char *parameter)
{
    if (route->query == NULL || parameter[0] == '\0')
        return false;
    g_auto(GStrv) names = g_strsplit(route->query, " ", -1);
    return g_strv_contains((const char *const *)names, parameter);
}
