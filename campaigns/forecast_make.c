// SPDX-License-Identifier: GPL-2.0-or-later
/* Gathers what the forecast reckons with. Credit counts down to where the SIM would rest
 * (low_balance, low_bundle), not to nothing. */
#include "campaigns/forecast_make.h"

#include "campaigns/modem.h"
#include "campaigns/sim.h"
#include "campaigns/store/modem.h"
#include "campaigns/store/route.h"

enum { DAYS_MOST = 366 }; /* it looks no further */

/* ---- whom it goes to ---- */

static gint by_parts(gconstpointer one, gconstpointer other)
{
    const struct forecast_demand *first = *(const struct forecast_demand *const *)one;
    const struct forecast_demand *second = *(const struct forecast_demand *const *)other;
    if (first->all != second->all)
        return first->all > second->all ? -1 : 1;
    return g_strcmp0(first->text, second->text);
}

static bool gather_demands(struct forecast *forecast, struct store *store,
                           const struct preview *preview, const GPtrArray *operators,
                           GError **error)
{
    g_autoptr(GHashTable) lessons = store_route_lessons(store, error);
    if (lessons == NULL)
        return false;
    for (guint i = 0; i < preview->audience->recipients->len; i++) {
        const struct recipient *recipient = preview->audience->recipients->pdata[i];
        const struct route_lessons *known = g_hash_table_lookup(lessons, &recipient->contact_id);
        struct phone phone;
        g_strlcpy(phone.e164, recipient->phone, sizeof phone.e164);
        const void *rows = known != NULL ? known->rows->data : NULL;
        g_autofree char *text = route_text(&phone, rows, known != NULL ? known->rows->len : 0);
        struct forecast_demand *demand = forecast_demand(forecast, text, operators);
        const struct preview_weight *weight = &preview->weights[i];
        demand->recipients++;
        demand->first += weight->invitation;
        demand->all += weight->invitation + weight->reminders;
    }
    g_ptr_array_sort(forecast->demands, by_parts);
    return true;
}

/* ---- what the SIMs have ---- */

/* It costs nothing. */
static void note_free(struct forecast_sim *entry)
{
    entry->paid_for = INT32_MAX;
    entry->unsure = false;
    entry->free = true;
}

static void note_credit(struct forecast_sim *entry, const struct sim *sim,
                        const struct modem_config *modem)
{
    bool bundle = sim->bundle_now != SIM_UNKNOWN && sim->bundle_now > 0;
    /* It rests with less than low_bundle: the one before that still goes. */
    int64_t kept = MAX(modem->low_bundle - 1, 0);
    entry->paid_for = bundle ? MAX(sim->bundle_now - kept, 0) : 0;
    bool alone = bundle && modem->low_bundle > 0; /* it rests before its credit is touched */
    entry->unsure = !alone && sim->balance_now == SIM_UNKNOWN;
    if (!alone && !entry->unsure)
        entry->paid_for += MAX(sim->balance_now - modem->low_balance, 0) / modem->price_per_part;
}

/* NULL: it works. */
static char *idle_reason(const struct modem_config *modem, const struct sim *sim,
                         const GPtrArray *rows)
{
    const struct modem *row = modem_of_name(rows, modem->name);
    if (row != NULL && !modem_state_works(row->state) && row->state != MODEM_OPENING)
        return g_strdup_printf("it is %s", modem_state_name(row->state));
    return sim != NULL ? sim_rest_reason(sim, modem) : NULL;
}

static char *operator_of(const struct gateway_config *config, const struct modem_config *modem,
                         const struct sim *sim)
{
    const char *name = modem->operator_name;
    if (name == NULL && sim != NULL)
        name = sim->operator_name;
    return route_operator(config->operators, name);
}

static bool gather_sim(struct forecast *forecast, struct store *store,
                       const struct gateway_config *config, const struct modem_config *modem,
                       int64_t now, GError **error)
{
    g_autoptr(GPtrArray) rows = NULL;
    g_autoptr(GTimeZone) zone = day_zone(config->time_zone);
    struct sim *sim = NULL;
    if (!sim_find(store, config, modem->name, now, &sim, error))
        return false;
    struct forecast_sim *entry = g_new0(struct forecast_sim, 1);
    *entry = (struct forecast_sim){
        .modem = g_strdup(modem->name),
        .operator_name = operator_of(config, modem, sim),
        .price_per_part = modem->price_per_part,
        .price_on_net = modem->price_on_net,
        .limits = {modem->per_minute, modem->per_hour, modem->daily_quota, modem->daily_recipients,
                   modem->spacing_ms, modem->spacing_spread_ms},
        .unsure = true,
    };
    forecast_add_sim(forecast, entry);
    if (modem->price_per_part <= 0)
        note_free(entry);
    else if (sim != NULL)
        note_credit(entry, sim, modem);
    bool known = store_modem_list(store, &rows, error) &&
                 store_modem_parts_since(store, modem->name, day_start(zone, now),
                                         &entry->sent_today, error);
    if (known)
        entry->idle = idle_reason(modem, sim, rows);
    sim_free(sim);
    return known;
}

/* ---- and when ---- */

static void gather_days(struct forecast *forecast, const struct campaign_config *campaign,
                        const struct gateway_config *config, int64_t now)
{
    g_autoptr(GTimeZone) zone = day_zone(config->time_zone);
    const struct hours *const both[] = {&config->sending.hours, &campaign->window};
    int64_t at = MAX(now, campaign->opens), last = 0;
    int64_t until = campaign->closes != 0 ? campaign->closes : INT64_MAX;
    forecast->closes = campaign->closes != 0;
    day_of_zone(at, zone, forecast->first_day);
    /* The first may be cut short; one whole day stands for all that follow. */
    unsigned most = forecast->closes ? DAYS_MOST : 2;
    for (unsigned i = 0; i < most && at < until; i++) {
        int64_t end = MIN(day_end(zone, at), until);
        int64_t open_ms = hours_common(both, zone, at, end, &last);
        g_array_append_val(forecast->open_ms, open_ms);
        at = end;
    }
}

struct forecast *forecast_make(struct store *store, const struct preview *preview,
                               const struct gateway_config *config, int64_t now, GError **error)
{
    struct forecast *forecast = forecast_new();
    bool gathered = gather_demands(forecast, store, preview, config->operators, error);
    for (guint i = 0; gathered && i < config->modems->len; i++)
        gathered = gather_sim(forecast, store, config, config->modems->pdata[i], now, error);
    if (!gathered) {
        forecast_free(forecast);
        return NULL;
    }
    gather_days(forecast, &preview->config, config, now);
    forecast_plan(forecast);
    return forecast;
}
