// SPDX-License-Identifier: GPL-2.0-or-later
/* Says to people what the dispatcher goes by: the state, the opening, the campaign's window, the
 * gateway's hours, and whether any modem is there. Decides nothing itself. */
#include "gateway/api/hold.h"

#include "campaigns/pacing.h"
#include "campaigns/store/modem.h"
#include "config/campaign.h"

static char *until(const struct api_request *request, const char *what, int64_t at)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, request->zone);
    g_autofree char *text = g_date_time_format(local, "%Y-%m-%d %H:%M");
    return g_strdup_printf("%s, until %s", what, text);
}

static char *hours_reason(const struct api_request *request, const struct campaign_row *row)
{
    const struct hours *gateway = &request->config->sending.hours;
    struct campaign_config config = {0};
    g_autoptr(GPtrArray) mistakes = mistakes_new();
    char *reason = NULL;
    if (!campaign_config_read(row->definition, row->file, &config, mistakes))
        reason = g_strdup("its file no longer reads");
    else if (config.priority == PRIORITY_EMERGENCY)
        reason = NULL; /* goes at any hour */
    else if (!hours_allow(&config.window, request->zone, request->now))
        reason = until(request, "outside its window",
                       hours_next_opening(&config.window, request->zone, request->now));
    else if (!hours_allow(gateway, request->zone, request->now))
        reason = until(request, "outside the sending hours",
                       hours_next_opening(gateway, request->zone, request->now));
    campaign_config_clear(&config);
    return reason;
}

static char *modems_reason(const struct api_request *request, GError **error)
{
    g_autoptr(GPtrArray) modems = NULL;
    if (!store_modem_list(request->store, &modems, error))
        return NULL;
    for (unsigned i = 0; i < modems->len; i++) {
        const struct modem *modem = g_ptr_array_index(modems, i);
        if (modem->state == MODEM_READY || modem->state == MODEM_BUSY)
            return NULL;
    }
    return g_strdup("no modem can send now, see: loa modems");
}

char *hold_reason(const struct api_request *request, const struct campaign_row *row, GError **error)
{
    if (row->state != CAMPAIGN_RUNNING)
        return NULL;
    if (row->opens_at > request->now)
        return until(request, "not open yet", row->opens_at);
    char *reason = hours_reason(request, row);
    return reason != NULL ? reason : modems_reason(request, error);
}
