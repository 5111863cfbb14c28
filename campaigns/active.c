// SPDX-License-Identifier: GPL-2.0-or-later
/* Lanes of waiting messages: one for each campaign, priority and route, for any modem; one for each
 * modem, and one for answers that any modem may send. So no modem has to look through thousands
 * that another should send. An empty lane asks its source once, and again only after a poke; which
 * routes there are is asked with it. Memory is bounded: the lanes share BUDGET messages. */
#include "campaigns/active.h"

#include "config/campaign.h"

enum {
    PRIORITIES = PRIORITY_EMERGENCY + 1,
    BUDGET = 4096,
    LANE_MOST = 256,
    LANE_LEAST = 8,
    LOOK_BEHIND = 16, /* so many that do not fit this modem do not stop those behind them */
};

struct lane {
    GQueue messages;
    bool dry; /* the source had no more when it was asked last */
};

/* The lanes of one campaign and priority. */
struct shelf {
    GPtrArray *routed; /* struct routed_lane * */
    bool listed;       /* since the last poke */
};

struct routed_lane {
    struct lane lane;
    struct message_lane name; /* its route is ours */
    int64_t rank;             /* for the buyer who asks now */
};

struct campaign_lanes {
    int64_t id;
    struct shelf shelf[PRIORITIES];
};

struct active_set {
    struct active_source source;
    GPtrArray *campaigns;   /* struct campaign_lanes * */
    guint turn[PRIORITIES]; /* whose turn it is */
    GHashTable *direct;     /* modem name → struct lane; "" : answers for any */
    GPtrArray *fresh;       /* what a source appends to */
    GPtrArray *choice;      /* struct routed_lane *: those that a buyer wants, the best first */
    GPtrArray *names;       /* char *: routes that the source listed */
};

static void lane_clear(struct lane *lane)
{
    g_queue_clear_full(&lane->messages, (GDestroyNotify)message_free);
    lane->dry = false;
}

static void free_lane(gpointer data)
{
    lane_clear(data);
    g_free(data);
}

static void free_routed(gpointer data)
{
    struct routed_lane *routed = data;
    lane_clear(&routed->lane);
    g_free((char *)routed->name.route);
    g_free(routed);
}

static struct campaign_lanes *campaign_new(int64_t id)
{
    struct campaign_lanes *campaign = g_new0(struct campaign_lanes, 1);
    campaign->id = id;
    for (int i = 0; i < PRIORITIES; i++)
        campaign->shelf[i].routed = g_ptr_array_new_with_free_func(free_routed);
    return campaign;
}

static void free_campaign(gpointer data)
{
    struct campaign_lanes *campaign = data;
    for (int i = 0; i < PRIORITIES; i++)
        g_ptr_array_unref(campaign->shelf[i].routed);
    g_free(campaign);
}

struct active_set *active_set_new(const struct active_source *source)
{
    struct active_set *set = g_new0(struct active_set, 1);
    set->source = *source;
    set->campaigns = g_ptr_array_new_with_free_func(free_campaign);
    set->direct = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_lane);
    set->fresh = g_ptr_array_new();
    set->choice = g_ptr_array_new();
    set->names = g_ptr_array_new_with_free_func(g_free);
    return set;
}

void active_set_free(struct active_set *set)
{
    if (set == NULL)
        return;
    g_ptr_array_unref(set->campaigns);
    g_hash_table_destroy(set->direct);
    g_ptr_array_unref(set->fresh);
    g_ptr_array_unref(set->choice);
    g_ptr_array_unref(set->names);
    g_free(set);
}

static bool listed(const GArray *campaigns, int64_t id)
{
    for (guint i = 0; i < campaigns->len; i++) {
        if (g_array_index(campaigns, int64_t, i) == id)
            return true;
    }
    return false;
}

static bool known(const struct active_set *set, int64_t id)
{
    for (guint i = 0; i < set->campaigns->len; i++) {
        const struct campaign_lanes *campaign = g_ptr_array_index(set->campaigns, i);
        if (campaign->id == id)
            return true;
    }
    return false;
}

void active_set_campaigns(struct active_set *set, const GArray *campaigns)
{
    for (guint i = set->campaigns->len; i > 0; i--) {
        const struct campaign_lanes *campaign = g_ptr_array_index(set->campaigns, i - 1);
        if (!listed(campaigns, campaign->id))
            g_ptr_array_remove_index(set->campaigns, i - 1);
    }
    for (guint i = 0; i < campaigns->len; i++) {
        int64_t id = g_array_index(campaigns, int64_t, i);
        if (known(set, id))
            continue;
        g_ptr_array_add(set->campaigns, campaign_new(id));
    }
}

/* Lanes that are empty go: their routes may be those of nobody any more. */
static void shelf_poke(struct shelf *shelf)
{
    shelf->listed = false;
    for (guint i = shelf->routed->len; i > 0; i--) {
        struct routed_lane *routed = g_ptr_array_index(shelf->routed, i - 1);
        routed->lane.dry = false;
        if (g_queue_is_empty(&routed->lane.messages))
            g_ptr_array_remove_index(shelf->routed, i - 1);
    }
}

void active_set_poke(struct active_set *set)
{
    for (guint i = 0; i < set->campaigns->len; i++) {
        struct campaign_lanes *campaign = g_ptr_array_index(set->campaigns, i);
        for (int priority = 0; priority < PRIORITIES; priority++)
            shelf_poke(&campaign->shelf[priority]);
    }
    GHashTableIter iterator;
    gpointer lane = NULL;
    g_hash_table_iter_init(&iterator, set->direct);
    while (g_hash_table_iter_next(&iterator, NULL, &lane))
        ((struct lane *)lane)->dry = false;
}

void active_set_clear(struct active_set *set)
{
    g_hash_table_remove_all(set->direct);
    for (guint i = 0; i < set->campaigns->len; i++) {
        struct campaign_lanes *campaign = g_ptr_array_index(set->campaigns, i);
        for (int priority = 0; priority < PRIORITIES; priority++) {
            g_ptr_array_set_size(campaign->shelf[priority].routed, 0);
            campaign->shelf[priority].listed = false;
        }
    }
}

static unsigned lane_limit(const struct active_set *set, const struct shelf *shelf)
{
    guint lanes = MAX(set->campaigns->len, 1U) * MAX(shelf->routed->len, 1U);
    return CLAMP(BUDGET / lanes, (unsigned)LANE_LEAST, (unsigned)LANE_MOST);
}

static void take_fresh(struct active_set *set, struct lane *lane, unsigned limit)
{
    lane->dry = set->fresh->len < limit;
    for (guint i = 0; i < set->fresh->len; i++)
        g_queue_push_tail(&lane->messages, g_ptr_array_index(set->fresh, i));
    g_ptr_array_set_size(set->fresh, 0);
}

static void drop_fresh(struct active_set *set)
{
    for (guint i = 0; i < set->fresh->len; i++)
        message_free(g_ptr_array_index(set->fresh, i));
    g_ptr_array_set_size(set->fresh, 0);
}

static bool has_lane(const struct shelf *shelf, const char *route)
{
    for (guint i = 0; i < shelf->routed->len; i++) {
        const struct routed_lane *routed = g_ptr_array_index(shelf->routed, i);
        if (g_str_equal(routed->name.route, route))
            return true;
    }
    return false;
}

static bool list_lanes(struct active_set *set, const struct campaign_lanes *campaign, int priority,
                       struct shelf *shelf, GError **error)
{
    if (shelf->listed)
        return true;
    g_ptr_array_set_size(set->names, 0);
    if (!set->source.routes(set->source.data, campaign->id, priority, set->names, error))
        return false;
    for (guint i = 0; i < set->names->len; i++) {
        const char *route = g_ptr_array_index(set->names, i);
        if (has_lane(shelf, route))
            continue;
        struct routed_lane *routed = g_new0(struct routed_lane, 1);
        routed->name = (struct message_lane){campaign->id, priority, g_strdup(route)};
        g_ptr_array_add(shelf->routed, routed);
    }
    shelf->listed = true;
    return true;
}

static bool fill_bulk(struct active_set *set, const struct shelf *shelf, struct routed_lane *routed,
                      GError **error)
{
    struct lane *lane = &routed->lane;
    if (lane->dry || !g_queue_is_empty(&lane->messages))
        return true;
    unsigned limit = lane_limit(set, shelf);
    if (!set->source.bulk(set->source.data, &routed->name, limit, set->fresh, error)) {
        drop_fresh(set);
        return false;
    }
    take_fresh(set, lane, limit);
    return true;
}

static bool fill_direct(struct active_set *set, const char *modem, struct lane **retlane,
                        GError **error)
{
    struct lane *lane = g_hash_table_lookup(set->direct, modem);
    if (lane == NULL) {
        lane = g_new0(struct lane, 1);
        g_hash_table_insert(set->direct, g_strdup(modem), lane);
    }
    *retlane = lane;
    if (lane->dry || !g_queue_is_empty(&lane->messages))
        return true;
    const char *bound_to = *modem != '\0' ? modem : NULL;
    if (!set->source.direct(set->source.data, bound_to, LANE_MOST, set->fresh, error)) {
        drop_fresh(set);
        return false;
    }
    take_fresh(set, lane, LANE_MOST);
    return true;
}

/* The first of the lane that fits and has at least this priority. */
static struct message *take(struct lane *lane, int priority, const struct message_lane *name,
                            const struct active_buyer *buyer)
{
    GList *link = lane->messages.head;
    for (int looked = 0; link != NULL && looked < LOOK_BEHIND; looked++, link = link->next) {
        struct message *message = link->data;
        if (message->priority < priority || !buyer->fits(buyer->data, message, name))
            continue;
        g_queue_delete_link(&lane->messages, link);
        return message;
    }
    return NULL;
}

static gint by_rank_then_age(gconstpointer one, gconstpointer other)
{
    const struct routed_lane *first = *(const struct routed_lane *const *)one;
    const struct routed_lane *second = *(const struct routed_lane *const *)other;
    const struct message *early = g_queue_peek_head((GQueue *)&first->lane.messages);
    const struct message *late = g_queue_peek_head((GQueue *)&second->lane.messages);
    if (first->rank != second->rank)
        return first->rank < second->rank ? -1 : 1;
    if (early->not_before != late->not_before)
        return early->not_before < late->not_before ? -1 : 1;
    return early->id < late->id ? -1 : 1;
}

/* The lanes that this buyer wants, and that are not empty, in its order. */
static bool choose_lanes(struct active_set *set, const struct shelf *shelf,
                         const struct active_buyer *buyer, GError **error)
{
    g_ptr_array_set_size(set->choice, 0);
    for (guint i = 0; i < shelf->routed->len; i++) {
        struct routed_lane *routed = g_ptr_array_index(shelf->routed, i);
        if (!buyer->wants(buyer->data, &routed->name, &routed->rank))
            continue;
        if (!fill_bulk(set, shelf, routed, error))
            return false;
        if (!g_queue_is_empty(&routed->lane.messages))
            g_ptr_array_add(set->choice, routed);
    }
    if (set->choice->len > 1)
        g_ptr_array_sort(set->choice, by_rank_then_age);
    return true;
}

/* 1 found, 0 none, -1 a fault. */
static int pick_campaign(struct active_set *set, struct campaign_lanes *campaign, int priority,
                         const struct active_buyer *buyer, struct message **retmessage,
                         GError **error)
{
    struct shelf *shelf = &campaign->shelf[priority];
    if (!list_lanes(set, campaign, priority, shelf, error) ||
        !choose_lanes(set, shelf, buyer, error))
        return -1;
    for (guint i = 0; i < set->choice->len; i++) {
        struct routed_lane *routed = g_ptr_array_index(set->choice, i);
        struct message *message = take(&routed->lane, priority, &routed->name, buyer);
        if (message == NULL)
            continue;
        *retmessage = message;
        return 1;
    }
    return 0;
}

/* The same; campaigns in turn. */
static int pick_bulk(struct active_set *set, int priority, const struct active_buyer *buyer,
                     struct message **retmessage, GError **error)
{
    guint count = set->campaigns->len;
    for (guint i = 0; i < count; i++) {
        guint index = (set->turn[priority] + i) % count;
        int found = pick_campaign(set, g_ptr_array_index(set->campaigns, index), priority, buyer,
                                  retmessage, error);
        if (found == 1)
            set->turn[priority] = index + 1;
        if (found != 0)
            return found;
    }
    return 0;
}

int active_set_pick(struct active_set *set, const struct active_buyer *buyer,
                    struct message **retmessage, GError **error)
{
    struct lane *own = NULL, *any = NULL;
    if (!fill_direct(set, buyer->modem, &own, error) || !fill_direct(set, "", &any, error))
        return -1;
    for (int priority = PRIORITIES - 1; priority >= 0; priority--) {
        struct message *message = take(own, priority, NULL, buyer);
        if (message == NULL)
            message = take(any, priority, NULL, buyer);
        if (message != NULL) {
            *retmessage = message;
            return 1;
        }
        int found = pick_bulk(set, priority, buyer, retmessage, error);
        if (found != 0)
            return found;
    }
    return 0;
}
