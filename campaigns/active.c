// SPDX-License-Identifier: GPL-2.0-or-later
/* Lanes of waiting messages: one for each campaign and priority, for any modem; one for each modem,
 * and one for answers that any modem may send. An empty lane asks its source once, and again only
 * after a poke. Memory is bounded: the lanes share BUDGET messages. */
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

struct campaign_lanes {
    int64_t id;
    struct lane lane[PRIORITIES];
};

struct active_set {
    struct active_source source;
    GPtrArray *campaigns;   /* struct campaign_lanes * */
    guint turn[PRIORITIES]; /* whose turn it is */
    GHashTable *direct;     /* modem name → struct lane; "" : answers for any */
    GPtrArray *fresh;       /* what a source appends to */
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

static void free_campaign(gpointer data)
{
    struct campaign_lanes *campaign = data;
    for (int i = 0; i < PRIORITIES; i++)
        lane_clear(&campaign->lane[i]);
    g_free(campaign);
}

struct active_set *active_set_new(const struct active_source *source)
{
    struct active_set *set = g_new0(struct active_set, 1);
    set->source = *source;
    set->campaigns = g_ptr_array_new_with_free_func(free_campaign);
    set->direct = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_lane);
    set->fresh = g_ptr_array_new();
    return set;
}

void active_set_free(struct active_set *set)
{
    if (set == NULL)
        return;
    g_ptr_array_unref(set->campaigns);
    g_hash_table_destroy(set->direct);
    g_ptr_array_unref(set->fresh);
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
        struct campaign_lanes *campaign = g_new0(struct campaign_lanes, 1);
        campaign->id = id;
        g_ptr_array_add(set->campaigns, campaign);
    }
}

void active_set_poke(struct active_set *set)
{
    for (guint i = 0; i < set->campaigns->len; i++) {
        struct campaign_lanes *campaign = g_ptr_array_index(set->campaigns, i);
        for (int priority = 0; priority < PRIORITIES; priority++)
            campaign->lane[priority].dry = false;
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
        for (int priority = 0; priority < PRIORITIES; priority++)
            lane_clear(&campaign->lane[priority]);
    }
}

static unsigned lane_limit(const struct active_set *set)
{
    return CLAMP(BUDGET / MAX(set->campaigns->len, 1U), (unsigned)LANE_LEAST, (unsigned)LANE_MOST);
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

static bool fill_bulk(struct active_set *set, const struct campaign_lanes *campaign, int priority,
                      struct lane *lane, GError **error)
{
    if (lane->dry || !g_queue_is_empty(&lane->messages))
        return true;
    unsigned limit = lane_limit(set);
    if (!set->source.bulk(set->source.data, campaign->id, priority, limit, set->fresh, error)) {
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
static struct message *take(struct lane *lane, int priority, const struct active_buyer *buyer)
{
    GList *link = lane->messages.head;
    for (int looked = 0; link != NULL && looked < LOOK_BEHIND; looked++, link = link->next) {
        struct message *message = link->data;
        if (message->priority < priority || !buyer->fits(buyer->data, message))
            continue;
        g_queue_delete_link(&lane->messages, link);
        return message;
    }
    return NULL;
}

/* 1 found, 0 none, -1 a fault. */
static int pick_bulk(struct active_set *set, int priority, const struct active_buyer *buyer,
                     struct message **retmessage, GError **error)
{
    guint count = set->campaigns->len;
    for (guint i = 0; i < count; i++) {
        guint index = (set->turn[priority] + i) % count;
        struct campaign_lanes *campaign = g_ptr_array_index(set->campaigns, index);
        struct lane *lane = &campaign->lane[priority];
        if (!fill_bulk(set, campaign, priority, lane, error))
            return -1;
        struct message *message = take(lane, priority, buyer);
        if (message == NULL)
            continue;
        set->turn[priority] = index + 1;
        *retmessage = message;
        return 1;
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
        struct message *message = take(own, priority, buyer);
        if (message == NULL)
            message = take(any, priority, buyer);
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
