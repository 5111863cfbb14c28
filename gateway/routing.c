// SPDX-License-Identifier: GPL-2.0-or-later
/* Prices and operators of the SIMs are looked up after every poke. Where none pays less than
 * another, which is the usual case, that is all: nothing is compared for single messages.
 * A SIM that is cheaper for a lane, and ready, has it to itself; but not more of it than it can
 * send today, beside what other campaigns leave to it. What is over (its share is counted once a
 * minute) anybody takes, so that a campaign does not wait for days for the cheapest SIM while
 * others idle. A modem that has just gone or
 * starts is waited for as long as a start takes; one that is known to be absent, sick or faulty is
 * not. Alarms and emergencies know no price. */
#include "gateway/routing.h"

#include "campaigns/parts.h"
#include "campaigns/store/route.h"
#include "config/campaign.h"

enum {
    START_MS = 60 * 1000, /* so long a modem may take to start before others take over */
    SHARE_MS = 60 * 1000,
    COUNTED = 20 * 1000, /* more than can be sent: so many messages, at most, are counted */
    SOMEBODY_NEW = -1,
    SIMS_MOST = 64, /* bits of a set of SIMs; those behind are not preferred to others */
};

struct plan {
    struct route route;
    bool flat;
};

/* What is left of the day for a campaign. */
struct rest_of_day {
    int64_t open_ms, ends;
};

/* What the SIMs of a set leave over of a campaign, for one buyer. */
struct share {
    int64_t campaign_id;
    uint64_t cheaper; /* bits */
    guint buyer;
    int64_t parts, counted_at;
};

struct routing {
    struct store *store;
    struct routing_scene scene;
    GArray *sims;         /* struct route_sim, as scene.outlets; names are ours */
    GHashTable *gone;     /* modem → int64_t: since when it does not work */
    GHashTable *starting; /* modems that are waited for */
    GHashTable *plans;    /* route → struct plan * */
    GArray *shares;       /* struct share */
    GHashTable *days;     /* campaign id → struct rest_of_day * */
    bool by_price;
};

static void free_plan(gpointer data)
{
    struct plan *plan = data;
    route_clear(&plan->route);
    g_free(plan);
}

static void clear_sim(gpointer data)
{
    struct route_sim *sim = data;
    g_free((char *)sim->modem);
    g_free((char *)sim->operator_name);
}

struct routing *routing_new(struct store *store)
{
    struct routing *routing = g_new0(struct routing, 1);
    routing->store = store;
    routing->sims = g_array_new(FALSE, FALSE, sizeof(struct route_sim));
    g_array_set_clear_func(routing->sims, clear_sim);
    routing->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    routing->starting = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    routing->plans = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_plan);
    routing->days = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    routing->shares = g_array_new(FALSE, FALSE, sizeof(struct share));
    return routing;
}

void routing_free(struct routing *routing)
{
    if (routing == NULL)
        return;
    g_array_unref(routing->sims);
    g_hash_table_destroy(routing->gone);
    g_hash_table_destroy(routing->starting);
    g_hash_table_destroy(routing->plans);
    g_hash_table_destroy(routing->days);
    g_array_unref(routing->shares);
    g_free(routing);
}

/* ---- what is known of the SIMs ---- */

static const struct route_modem *find_row(const GPtrArray *rows, const char *name)
{
    for (guint i = 0; i < rows->len; i++) {
        const struct route_modem *row = g_ptr_array_index(rows, i);
        if (g_str_equal(row->name, name))
            return row;
    }
    return NULL;
}

static bool is_known_down(const struct route_modem *row)
{
    enum modem_state state = MODEM_ABSENT;
    return row == NULL || !modem_state_from_name(row->state, &state) || state == MODEM_ABSENT ||
           state == MODEM_SICK || state == MODEM_FAULTY;
}

/* 0: it works. */
static int64_t note_gone(struct routing *routing, const struct outlet *outlet, bool works,
                         const struct route_modem *row)
{
    int64_t now = routing->scene.now;
    const char *name = outlet_name(outlet);
    if (works) {
        g_hash_table_remove(routing->gone, name);
        g_hash_table_remove(routing->starting, name);
        return 0;
    }
    const int64_t *since = g_hash_table_lookup(routing->gone, name);
    int64_t gone_since = since != NULL ? MIN(*since, now) : now;
    g_hash_table_insert(routing->gone, g_strdup(name), g_memdup2(&gone_since, sizeof gone_since));
    bool soon = !is_known_down(row) && !outlet_rests_for_credit(outlet);
    if (soon && now - gone_since < START_MS)
        g_hash_table_add(routing->starting, g_strdup(name));
    else
        g_hash_table_remove(routing->starting, name);
    return gone_since;
}

static void add_sim(struct routing *routing, struct outlet *outlet, const GPtrArray *rows)
{
    const struct routing_scene *scene = &routing->scene;
    const char *name = outlet_name(outlet);
    const struct modem_config *config = gateway_config_modem(scene->config, name);
    const struct route_modem *row = find_row(rows, name);
    const char *operator_name = config != NULL ? config->operator_name : NULL;
    if (operator_name == NULL && row != NULL)
        operator_name = row->operator_name;
    int64_t ready_at = outlet_ready_at(outlet, scene->zone, scene->now, 1, SOMEBODY_NEW);
    struct route_sim sim = {
        .modem = g_strdup(name),
        .operator_name = route_operator(scene->config->operators, operator_name),
        .price_per_part = config != NULL ? config->price_per_part : 0,
        .price_on_net = config != NULL ? config->price_on_net : -1,
        .gone_since = note_gone(routing, outlet, ready_at != ROUTE_NEVER, row),
    };
    g_array_append_val(routing->sims, sim);
}

/* Those of other SIMs, settings, or of campaigns that nobody asked for in a while. */
static void forget_shares(struct routing *routing, const struct routing_scene *scene)
{
    bool same = scene->config == routing->scene.config && scene->outlets->len == routing->sims->len;
    for (guint i = 0; same && i < routing->sims->len; i++) {
        const struct route_sim *sim = &g_array_index(routing->sims, struct route_sim, i);
        same = g_str_equal(sim->modem, outlet_name(g_ptr_array_index(scene->outlets, i)));
    }
    for (guint i = routing->shares->len; i > 0; i--) {
        const struct share *share = &g_array_index(routing->shares, struct share, i - 1);
        int64_t age = scene->now - share->counted_at;
        if (!same || age >= SHARE_MS || age < 0)
            g_array_remove_index_fast(routing->shares, i - 1);
    }
}

bool routing_look_around(struct routing *routing, const struct routing_scene *scene, GError **error)
{
    g_autoptr(GPtrArray) rows = store_route_modems(routing->store, error);
    if (rows == NULL)
        return false;
    forget_shares(routing, scene);
    routing->scene = *scene;
    routing->by_price = scene->config->sending.routing == ROUTING_PRICE;
    g_array_set_size(routing->sims, 0);
    g_hash_table_remove_all(routing->plans);
    g_hash_table_remove_all(routing->days);
    for (guint i = 0; i < scene->outlets->len; i++)
        add_sim(routing, g_ptr_array_index(scene->outlets, i), rows);
    return true;
}

static const struct route_sim *sims(const struct routing *routing)
{
    return (const struct route_sim *)(void *)routing->sims->data;
}

static int place_of(const struct routing *routing, const struct outlet *outlet)
{
    guint place = 0;
    bool found = g_ptr_array_find(routing->scene.outlets, outlet, &place);
    return found ? (int)place : -1;
}

static const struct plan *plan_of(struct routing *routing, const char *route)
{
    struct plan *plan = g_hash_table_lookup(routing->plans, route);
    if (plan != NULL)
        return plan;
    plan = g_new0(struct plan, 1);
    route_parse(route, routing->scene.config->operators, &plan->route);
    plan->flat = route_is_flat(&plan->route, sims(routing), routing->sims->len);
    g_hash_table_insert(routing->plans, g_strdup(route), plan);
    return plan;
}

/* ---- who takes it ---- */

/* For whom it must be ready. */
struct need {
    struct routing *routing;
    unsigned parts;
    int64_t contact_id;
};

static int64_t ready_at(void *data, unsigned place)
{
    const struct need *need = data;
    const struct routing *routing = need->routing;
    const struct routing_scene *scene = &routing->scene;
    const struct route_sim *sim = &sims(routing)[place];
    if (sim->gone_since != 0)
        return g_hash_table_contains(routing->starting, sim->modem) ? scene->now : ROUTE_NEVER;
    return outlet_ready_at(g_ptr_array_index(scene->outlets, place), scene->zone, scene->now,
                           need->parts, need->contact_id);
}

static struct route_choice choice_of(struct need *need, int64_t until)
{
    struct routing *routing = need->routing;
    return (struct route_choice){.sims = sims(routing),
                                 .count = routing->sims->len,
                                 .by_price = routing->by_price,
                                 .now = routing->scene.now,
                                 .until = until,
                                 .ready_at = ready_at,
                                 .data = need};
}

static bool is_urgent(const struct message_lane *lane)
{
    return lane == NULL || lane->priority == PRIORITY_EMERGENCY || lane->campaign_id == 0;
}

/* The SIMs that are to be preferred to this one, as bits. */
static uint64_t cheaper_than(const struct route *route, const struct route_choice *choice,
                             unsigned mine)
{
    uint64_t cheaper = 0;
    for (unsigned i = 0; i < MIN(choice->count, (unsigned)SIMS_MOST); i++) {
        bool less = route_weight(route, &choice->sims[i], choice->by_price) <
                    route_weight(route, &choice->sims[mine], choice->by_price);
        if (i != mine && less && choice->ready_at(choice->data, i) < choice->until)
            cheaper |= UINT64_C(1) << i;
    }
    return cheaper;
}

static const struct rest_of_day *rest_of_day(struct routing *routing, int64_t campaign_id)
{
    const struct routing_scene *scene = &routing->scene;
    struct rest_of_day *rest = g_hash_table_lookup(routing->days, &campaign_id);
    if (rest != NULL)
        return rest;
    rest = g_new0(struct rest_of_day, 1);
    rest->open_ms = scene->open_ms(scene->data, campaign_id, &rest->ends);
    g_hash_table_insert(routing->days, g_memdup2(&campaign_id, sizeof campaign_id), rest);
    return rest;
}

/* ---- what they leave over ---- */

static int64_t capacity_of(const struct routing *routing, uint64_t set, int64_t ms)
{
    const struct routing_scene *scene = &routing->scene;
    int64_t parts = 0;
    for (guint i = 0; i < MIN(routing->sims->len, (guint)SIMS_MOST); i++) {
        if ((set >> i & 1) != 0)
            parts +=
                outlet_capacity(g_ptr_array_index(scene->outlets, i), scene->zone, scene->now, ms);
    }
    return parts;
}

/* Parts of one campaign and priority that wait for just these SIMs, or `most`; false: a fault. */
static bool add_backlog(struct routing *routing, const struct share *share, int priority,
                        int64_t most, int64_t *parts)
{
    int64_t now = routing->scene.now;
    struct need need = {routing, 1, SOMEBODY_NEW};
    const struct route_choice choice = choice_of(&need, now + 1);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!store_route_list(routing->store, share->campaign_id, priority, names, NULL))
        return false;
    for (guint i = 0; i < names->len && *parts < most; i++) {
        const struct plan *plan = plan_of(routing, names->pdata[i]);
        int64_t more = 0;
        if (plan->route.modem != NULL ||
            cheaper_than(&plan->route, &choice, share->buyer) != share->cheaper)
            continue;
        const struct message_lane lane = {share->campaign_id, priority, names->pdata[i]};
        if (!store_route_backlog(routing->store, &lane, now, (unsigned)most, &more, NULL))
            return false;
        *parts += more;
    }
    return true;
}

static int64_t capacity_for(struct routing *routing, const struct share *share)
{
    return capacity_of(routing, share->cheaper, rest_of_day(routing, share->campaign_id)->open_ms);
}

/* All that wait for just these SIMs; of more than they can send, enough to see that it is more. */
static int64_t backlog_of(struct routing *routing, const struct share *share)
{
    int64_t parts = 0, most = capacity_for(routing, share) + COUNTED;
    for (int priority = 0; priority < PRIORITY_EMERGENCY; priority++) {
        if (!add_backlog(routing, share, priority, most, &parts))
            return 0; /* the next statement will tell why */
    }
    return parts;
}

/* Of all campaigns at once: what the cheaper SIMs can send is divided among them by what waits. */
static void count_shares(struct routing *routing, uint64_t cheaper, guint buyer)
{
    const GArray *campaigns = routing->scene.campaigns;
    guint first = routing->shares->len;
    int64_t all = 0;
    for (guint i = 0; i < campaigns->len; i++) {
        struct share share = {.campaign_id = g_array_index(campaigns, int64_t, i),
                              .cheaper = cheaper,
                              .buyer = buyer,
                              .counted_at = routing->scene.now};
        share.parts = backlog_of(routing, &share);
        all += share.parts;
        g_array_append_val(routing->shares, share);
    }
    for (guint i = first; i < routing->shares->len && all > 0; i++) {
        struct share *share = &g_array_index(routing->shares, struct share, i);
        int64_t theirs = capacity_for(routing, share) * share->parts / all;
        share->parts = MAX(share->parts - theirs, 0);
    }
}

static struct share *find_share(struct routing *routing, int64_t campaign_id, uint64_t cheaper,
                                guint buyer)
{
    for (guint i = 0; i < routing->shares->len; i++) {
        struct share *share = &g_array_index(routing->shares, struct share, i);
        if (share->campaign_id == campaign_id && share->cheaper == cheaper && share->buyer == buyer)
            return share;
    }
    return NULL;
}

/* What it may take although others are cheaper; NULL: nothing. */
static struct share *share_for(struct routing *routing, const struct plan *plan,
                               const struct message_lane *lane, unsigned mine)
{
    struct need need = {routing, 1, SOMEBODY_NEW};
    const struct route_choice choice = choice_of(&need, routing->scene.now + 1);
    uint64_t cheaper = cheaper_than(&plan->route, &choice, mine);
    if (cheaper == 0 || route_fails(&plan->route, &sims(routing)[mine]))
        return NULL;
    struct share *share = find_share(routing, lane->campaign_id, cheaper, mine);
    if (share == NULL) {
        count_shares(routing, cheaper, mine);
        share = find_share(routing, lane->campaign_id, cheaper, mine);
    }
    return share != NULL && share->parts > 0 ? share : NULL;
}

bool routing_wants(struct routing *routing, const struct outlet *outlet,
                   const struct message_lane *lane, int64_t *retrank)
{
    *retrank = 0;
    const struct plan *plan = is_urgent(lane) ? NULL : plan_of(routing, lane->route);
    int mine = plan == NULL || plan->flat ? -1 : place_of(routing, outlet);
    if (mine < 0)
        return true;
    struct need need = {routing, PARTS_MAX, SOMEBODY_NEW};
    const struct route_choice choice = choice_of(&need, routing->scene.now + 1);
    *retrank = route_rank(&plan->route, &choice, (unsigned)mine);
    switch (route_leaves(&plan->route, &choice, (unsigned)mine)) {
    case ROUTE_TAKE:
        return true;
    case ROUTE_LEAVE_PRICE:
        return share_for(routing, plan, lane, (unsigned)mine) != NULL;
    case ROUTE_LEAVE_REPLY:
        break;
    }
    return false;
}

bool routing_leaves(struct routing *routing, const struct outlet *outlet,
                    const struct message_lane *lane, const struct message *message)
{
    const struct plan *plan = is_urgent(lane) ? NULL : plan_of(routing, lane->route);
    int mine = plan == NULL || plan->flat ? -1 : place_of(routing, outlet);
    if (mine < 0)
        return false;
    unsigned parts = message->parts - message->parts_sent;
    struct need need = {routing, parts, message->contact_id};
    int64_t today = rest_of_day(routing, lane->campaign_id)->ends;
    const struct route_choice choice = choice_of(&need, MIN(today, message->expires_at));
    struct share *share = NULL;
    switch (route_leaves(&plan->route, &choice, (unsigned)mine)) {
    case ROUTE_TAKE:
        return false;
    case ROUTE_LEAVE_PRICE:
        share = share_for(routing, plan, lane, (unsigned)mine);
        if (share != NULL)
            share->parts -= parts;
        return share == NULL;
    case ROUTE_LEAVE_REPLY:
        break;
    }
    return true;
}
