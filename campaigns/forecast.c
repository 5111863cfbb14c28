// SPDX-License-Identifier: GPL-2.0-or-later
/* Plays the days of a campaign: each day every SIM sends what its limits let through, the cheapest
 * SIM for a number first, while its credit lasts. Played twice: with all that may be sent, for
 * credit and cost, and with the invitation alone, for the days it takes. What nobody knows (the
 * credit of a SIM) is neither nothing nor without end: it is sent, and said to be doubtful. */
#include "campaigns/forecast.h"

#include "campaigns/day.h"
#include "campaigns/forecast_words.h"

/* ---- making ---- */

static void free_demand(gpointer data)
{
    struct forecast_demand *demand = data;
    g_free(demand->text);
    route_clear(&demand->route);
    g_free(demand);
}

static void free_sim(gpointer data)
{
    struct forecast_sim *sim = data;
    g_free(sim->modem);
    g_free(sim->operator_name);
    g_free(sim->idle);
    g_free(sim);
}

struct forecast *forecast_new(void)
{
    struct forecast *forecast = g_new0(struct forecast, 1);
    forecast->demands = g_ptr_array_new_with_free_func(free_demand);
    forecast->sims = g_ptr_array_new_with_free_func(free_sim);
    forecast->open_ms = g_array_new(FALSE, FALSE, sizeof(int64_t));
    forecast->lines = g_ptr_array_new_with_free_func(g_free);
    forecast->warnings = g_ptr_array_new_with_free_func(g_free);
    return forecast;
}

void forecast_free(struct forecast *forecast)
{
    if (forecast == NULL)
        return;
    g_ptr_array_unref(forecast->demands);
    g_ptr_array_unref(forecast->sims);
    g_array_unref(forecast->open_ms);
    g_ptr_array_unref(forecast->lines);
    g_ptr_array_unref(forecast->warnings);
    g_free(forecast);
}

void forecast_add_sim(struct forecast *forecast, struct forecast_sim *sim)
{
    g_ptr_array_add(forecast->sims, sim);
}

struct forecast_demand *forecast_demand(struct forecast *forecast, const char *text,
                                        const GPtrArray *operators)
{
    for (guint i = 0; i < forecast->demands->len; i++) {
        struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        if (g_str_equal(demand->text, text))
            return demand;
    }
    struct forecast_demand *demand = g_new0(struct forecast_demand, 1);
    demand->text = g_strdup(text);
    route_parse(text, operators, &demand->route);
    g_ptr_array_add(forecast->demands, demand);
    return demand;
}

/* ---- the days ---- */

/* Who would send whose, the cheapest first. */
struct pair {
    unsigned demand, sim;
    int64_t weight;
};

/* One playing of the days. */
struct play {
    struct forecast *forecast;
    GArray *pairs;    /* struct pair */
    int64_t *waiting; /* of each demand */
    int64_t *paid;    /* of each SIM, known */
    int64_t *today;   /* of each SIM, that this day lets through */
    bool told;        /* its result is what the SIMs would send */
    unsigned days;    /* in which something was sent */
};

static gint by_weight(gconstpointer one, gconstpointer other)
{
    const struct pair *first = one, *second = other;
    if (first->weight != second->weight)
        return first->weight < second->weight ? -1 : 1;
    return (first->sim > second->sim) - (first->sim < second->sim);
}

static struct route_sim sim_of(const struct forecast_sim *sim)
{
    return (struct route_sim){sim->modem, sim->operator_name, sim->price_per_part,
                              sim->price_on_net, 0};
}

static GArray *make_pairs(const struct forecast *forecast)
{
    GArray *pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
    for (unsigned i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        for (unsigned j = 0; j < forecast->sims->len; j++) {
            const struct forecast_sim *sim = g_ptr_array_index(forecast->sims, j);
            const struct route_sim as = sim_of(sim);
            const struct pair pair = {i, j, route_weight(&demand->route, &as, true)};
            if (sim->idle == NULL)
                g_array_append_val(pairs, pair);
        }
    }
    g_array_sort(pairs, by_weight);
    return pairs;
}

static bool is_on_net(const struct forecast_demand *demand, const struct forecast_sim *sim)
{
    return *sim->operator_name != '\0' && g_str_equal(demand->route.network, sim->operator_name);
}

static void note(const struct play *play, const struct pair *pair, int64_t parts, int64_t doubtful)
{
    const struct forecast_demand *demand = play->forecast->demands->pdata[pair->demand];
    struct forecast_sim *sim = play->forecast->sims->pdata[pair->sim];
    const struct route_sim as = sim_of(sim);
    *(is_on_net(demand, sim) ? &sim->on_net : &sim->off_net) += parts;
    sim->cost += parts * route_price(&demand->route, &as);
    sim->doubtful += doubtful;
}

/* So many parts at most, of one demand by one SIM. */
static int64_t send(struct play *play, const struct pair *pair, int64_t most)
{
    const struct forecast_sim *sim = play->forecast->sims->pdata[pair->sim];
    int64_t parts = MIN(MIN(play->waiting[pair->demand], play->today[pair->sim]), most);
    int64_t known = MIN(parts, play->paid[pair->sim]);
    if (!sim->unsure)
        parts = known;
    play->waiting[pair->demand] -= parts;
    play->today[pair->sim] -= parts;
    play->paid[pair->sim] -= known;
    if (play->told && parts > 0)
        note(play, pair, parts, parts - known);
    return parts;
}

static unsigned group_end(const struct play *play, unsigned from)
{
    const struct pair *first = &g_array_index(play->pairs, struct pair, from);
    unsigned end = from + 1;
    while (end < play->pairs->len &&
           g_array_index(play->pairs, struct pair, end).weight == first->weight)
        end++;
    return end;
}

/* Those who pay alike share it: first evenly, then whoever can takes the rest. */
static int64_t send_group(struct play *play, unsigned from, unsigned end)
{
    int64_t sent = 0, before = -1;
    while (before != sent) {
        int64_t most = 0;
        unsigned sims = 0;
        for (unsigned i = from; i < end; i++) {
            const struct pair *pair = &g_array_index(play->pairs, struct pair, i);
            most = MAX(most, play->waiting[pair->demand]);
            sims += i == from || pair[-1].sim != pair->sim;
        }
        before = sent;
        for (unsigned i = from; i < end; i++)
            sent += send(play, &g_array_index(play->pairs, struct pair, i),
                         MAX(most / (int64_t)sims, 1));
    }
    return sent;
}

/* Behind the last day it goes on with days as long as the longest; where there is none, credit is
 * the only question. */
static int64_t open_ms_of(const struct forecast *forecast, unsigned day)
{
    int64_t longest = 0, whole_day = 24 * 60 * 60 * 1000;
    if (day < forecast->open_ms->len)
        return g_array_index(forecast->open_ms, int64_t, day);
    for (unsigned i = 0; i < forecast->open_ms->len; i++)
        longest = MAX(longest, g_array_index(forecast->open_ms, int64_t, i));
    return longest > 0 ? longest : whole_day;
}

/* Parts of an invitation, rounded up. */
static int64_t parts_each(const struct forecast *forecast)
{
    int64_t parts = 0, recipients = 0;
    for (unsigned i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        parts += demand->first;
        recipients += demand->recipients;
    }
    return recipients > 0 ? MAX((parts + recipients - 1) / recipients, 1) : 1;
}

static int64_t play_day(struct play *play, unsigned day)
{
    const struct forecast *forecast = play->forecast;
    int64_t open_ms = open_ms_of(forecast, day), sent = 0;
    for (unsigned i = 0; i < forecast->sims->len; i++) {
        const struct forecast_sim *sim = g_ptr_array_index(forecast->sims, i);
        int64_t quota = sim->limits.daily_quota, used = day == 0 ? sim->sent_today : 0;
        play->today[i] = pace_throughput(&sim->limits, open_ms);
        if (quota > 0)
            play->today[i] = MIN(play->today[i], MAX(quota - used, 0));
        if (sim->limits.daily_recipients > 0)
            play->today[i] =
                MIN(play->today[i], sim->limits.daily_recipients * parts_each(forecast));
    }
    for (unsigned i = 0, end = 0; i < play->pairs->len; i = end) {
        end = group_end(play, i);
        sent += send_group(play, i, end);
    }
    return sent;
}

/* đồng for what is left over, by whoever pays least for it. */
static int64_t price_of_rest(const struct play *play)
{
    const struct forecast *forecast = play->forecast;
    int64_t cost = 0;
    for (unsigned i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        int64_t least = INT64_MAX;
        for (unsigned j = 0; j < forecast->sims->len; j++) {
            const struct route_sim as = sim_of(g_ptr_array_index(forecast->sims, j));
            least = MIN(least, route_price(&demand->route, &as));
        }
        cost += least == INT64_MAX ? 0 : play->waiting[i] * least;
    }
    return cost;
}

/* What is left over when nobody has anything left to send with, or, where the days end, then. */
static int64_t play_days(struct play *play, bool invitation, bool ends)
{
    struct forecast *forecast = play->forecast;
    int64_t left = 0, sent = 1;
    g_autofree int64_t *waiting = g_new0(int64_t, forecast->demands->len + 1);
    g_autofree int64_t *paid = g_new0(int64_t, forecast->sims->len + 1);
    g_autofree int64_t *today = g_new0(int64_t, forecast->sims->len + 1);
    g_autoptr(GArray) pairs = make_pairs(forecast);
    for (unsigned i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        waiting[i] = invitation ? demand->first : demand->all;
        left += waiting[i];
    }
    for (unsigned i = 0; i < forecast->sims->len; i++)
        paid[i] = ((const struct forecast_sim *)forecast->sims->pdata[i])->paid_for;
    play->waiting = waiting;
    play->paid = paid;
    play->today = today;
    play->pairs = pairs;
    for (unsigned day = 0; left > 0; day++) {
        bool listed = day < forecast->open_ms->len;
        if (!listed && (ends || sent == 0))
            break;
        sent = play_day(play, day);
        left -= sent;
        play->days = sent > 0 ? day + 1 : play->days;
    }
    if (play->told)
        forecast->missing_cost = price_of_rest(play);
    return left;
}

void forecast_plan(struct forecast *forecast)
{
    struct play all = {.forecast = forecast, .told = true}, first = {.forecast = forecast};
    struct play in_time = {.forecast = forecast};
    for (unsigned i = 0; i < forecast->demands->len; i++) {
        const struct forecast_demand *demand = g_ptr_array_index(forecast->demands, i);
        forecast->first += demand->first;
        forecast->all += demand->all;
    }
    forecast->missing = play_days(&all, false, false);
    int64_t unpaid = play_days(&first, true, false);
    if (forecast->closes)
        forecast->late = play_days(&in_time, true, true) - unpaid;
    forecast->days = first.days;
    for (unsigned i = 0; i < forecast->sims->len; i++) {
        const struct forecast_sim *sim = g_ptr_array_index(forecast->sims, i);
        forecast->doubtful += sim->doubtful;
        forecast->cost += sim->cost;
    }
    forecast->have = forecast->all - forecast->missing - forecast->doubtful;
    if (forecast->days > 0 && *forecast->first_day != '\0')
        day_add(forecast->first_day, (int)MIN(forecast->days, 100000U) - 1, forecast->last_day);
    forecast_words_write(forecast);
}
