// SPDX-License-Identifier: GPL-2.0-or-later
/* Fills the windows of the modems from the active set, one message each in turn, so that no modem
 * waits while another has a pile. Answers to somebody who has just written, alarms and emergencies
 * do not wait for the sending hours; everything else needs the gateway's hours and its campaign's
 * window. When nothing is left to lease it stays quiet until the next poke. */
#include "gateway/dispatcher.h"

#include "campaigns/active.h"
#include "campaigns/reminder.h"
#include "campaigns/store/campaign.h"
#include "campaigns/store/route.h"
#include "config/log.h"
#include "gateway/routing.h"

#include <inttypes.h>

enum { SOON_MS = 1000 }; /* the tick comes anyway */

struct dispatcher {
    struct store *store;
    struct campaign_book *book;
    const struct gateway_config *config;
    GTimeZone *zone;
    struct active_set *active;
    GArray *seats;    /* struct seat */
    guint first;      /* whose turn it is */
    GHashTable *open; /* campaign id → may it send now; valid until the next poke */
    struct routing *routing;
    GPtrArray *outlets; /* of the seats, as routing knows them */
    GArray *allowed;    /* int64_t: campaigns that may send, at the last poke */
    char **shunned;     /* modems that alarms do not go by */
    int64_t data_version, now;
    bool gateway_open; /* the sending hours, at the last poke */
    bool poked, stopped;
    guint timer; /* 0: none */
    void (*due)(void *data);
    void *data;
    bool (*held)(void *data, const char *modem);
    void *held_data;
};

/* Quiet: it could send more, but nothing was there for it when it was asked last. */
struct seat {
    struct outlet *outlet; /* borrowed */
    bool quiet;
    enum pace_hold held; /* why what was there did not fit */
};

/* Who asks the active set, and for which modem. */
struct asking {
    struct dispatcher *dispatcher;
    struct seat *seat;
};

static struct seat *seat_at(const struct dispatcher *dispatcher, guint index)
{
    return &g_array_index(dispatcher->seats, struct seat, index);
}

static gboolean fall_due(gpointer data)
{
    struct dispatcher *dispatcher = data;
    dispatcher->timer = 0;
    if (dispatcher->due != NULL)
        dispatcher->due(dispatcher->data);
    return G_SOURCE_REMOVE;
}

/* Silence between two messages ends in the midst of a second. */
static void set_timer(struct dispatcher *dispatcher, int64_t at, int64_t now)
{
    if (dispatcher->timer != 0)
        g_source_remove(dispatcher->timer);
    dispatcher->timer = 0;
    if (at < INT64_MAX)
        dispatcher->timer = g_timeout_add((guint)CLAMP(at - now, 1, SOON_MS), fall_due, dispatcher);
}

static bool list_routes(void *data, int64_t campaign_id, int priority, GPtrArray *routes,
                        GError **error)
{
    struct dispatcher *dispatcher = data;
    return store_route_list(dispatcher->store, campaign_id, priority, routes, error);
}

static bool refill(void *data, const struct message_lane *lane, unsigned limit, GPtrArray *messages,
                   GError **error)
{
    struct dispatcher *dispatcher = data;
    return store_message_refill(dispatcher->store, lane, dispatcher->now, limit, messages, error);
}

static bool refill_direct(void *data, const char *modem, unsigned limit, GPtrArray *messages,
                          GError **error)
{
    struct dispatcher *dispatcher = data;
    return store_message_refill_direct(dispatcher->store, modem, dispatcher->now, limit, messages,
                                       error);
}

struct dispatcher *dispatcher_new(struct store *store, struct campaign_book *book,
                                  const struct gateway_config *config)
{
    struct dispatcher *dispatcher = g_new0(struct dispatcher, 1);
    dispatcher->store = store;
    dispatcher->book = book;
    dispatcher->active =
        active_set_new(&(struct active_source){list_routes, refill, refill_direct, dispatcher});
    dispatcher->seats = g_array_new(FALSE, FALSE, sizeof(struct seat));
    dispatcher->open = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
    dispatcher->routing = routing_new(store);
    dispatcher->outlets = g_ptr_array_new();
    dispatcher->allowed = g_array_new(FALSE, FALSE, sizeof(int64_t));
    dispatcher->poked = true;
    dispatcher_configure(dispatcher, config);
    return dispatcher;
}

void dispatcher_free(struct dispatcher *dispatcher)
{
    if (dispatcher == NULL)
        return;
    set_timer(dispatcher, INT64_MAX, 0);
    active_set_free(dispatcher->active);
    g_array_unref(dispatcher->seats);
    g_hash_table_destroy(dispatcher->open);
    routing_free(dispatcher->routing);
    g_ptr_array_unref(dispatcher->outlets);
    g_array_unref(dispatcher->allowed);
    g_strfreev(dispatcher->shunned);
    g_time_zone_unref(dispatcher->zone);
    g_free(dispatcher);
}

void dispatcher_configure(struct dispatcher *dispatcher, const struct gateway_config *config)
{
    dispatcher->config = config;
    g_clear_pointer(&dispatcher->zone, g_time_zone_unref);
    dispatcher->zone = g_time_zone_new_identifier(config->time_zone);
    g_assert(dispatcher->zone != NULL); /* the settings were checked */
    dispatcher_poke(dispatcher);
}

void dispatcher_add(struct dispatcher *dispatcher, struct outlet *outlet)
{
    struct seat seat = {outlet, false, PACE_FREE};
    g_array_append_val(dispatcher->seats, seat);
    dispatcher->poked = true;
}

void dispatcher_remove(struct dispatcher *dispatcher, struct outlet *outlet)
{
    for (guint i = 0; i < dispatcher->seats->len; i++) {
        if (seat_at(dispatcher, i)->outlet == outlet) {
            g_array_remove_index(dispatcher->seats, i);
            dispatcher->poked = true; /* routing knows it no more before the next lease */
            return;
        }
    }
}

void dispatcher_poke(struct dispatcher *dispatcher)
{
    dispatcher->poked = true;
    for (guint i = 0; i < dispatcher->seats->len; i++)
        seat_at(dispatcher, i)->quiet = false;
}

void dispatcher_on_due(struct dispatcher *dispatcher, void (*due)(void *data), void *data)
{
    dispatcher->due = due;
    dispatcher->data = data;
}

void dispatcher_on_hold(struct dispatcher *dispatcher, bool (*held)(void *data, const char *modem),
                        void *data)
{
    dispatcher->held = held;
    dispatcher->held_data = data;
}

void dispatcher_stop(struct dispatcher *dispatcher)
{
    dispatcher->stopped = true;
}

static struct seat *find_seat(const struct dispatcher *dispatcher, const char *modem)
{
    for (guint i = 0; i < dispatcher->seats->len; i++) {
        if (g_str_equal(outlet_name(seat_at(dispatcher, i)->outlet), modem))
            return seat_at(dispatcher, i);
    }
    return NULL;
}

const char *dispatcher_trouble(const struct dispatcher *dispatcher, const char *modem)
{
    const struct seat *seat = find_seat(dispatcher, modem);
    return seat != NULL ? outlet_trouble(seat->outlet) : NULL;
}

void dispatcher_rest_for_credit(struct dispatcher *dispatcher, const char *modem,
                                const char *reason)
{
    const struct seat *seat = find_seat(dispatcher, modem);
    if (seat == NULL)
        return;
    bool rested = outlet_rests_for_credit(seat->outlet);
    outlet_rest_for_credit(seat->outlet, reason);
    if (rested && reason == NULL)
        dispatcher_poke(dispatcher);
}

bool dispatcher_is_quiet(const struct dispatcher *dispatcher, const char *modem, int64_t now)
{
    const struct seat *seat = find_seat(dispatcher, modem);
    return seat == NULL || (outlet_is_idle(seat->outlet) &&
                            (seat->quiet || !outlet_wants(seat->outlet, dispatcher->zone, now)));
}

void dispatcher_shun(struct dispatcher *dispatcher, const char *const *modems)
{
    g_strfreev(dispatcher->shunned);
    dispatcher->shunned = g_strdupv((char **)modems);
}

static bool is_shunned(const struct dispatcher *dispatcher, const char *modem)
{
    return dispatcher->shunned != NULL &&
           g_strv_contains((const char *const *)dispatcher->shunned, modem);
}

GTimeZone *dispatcher_zone(const struct dispatcher *dispatcher)
{
    return dispatcher->zone;
}

/* It has room for small ones, and only large ones, or other numbers, are left. */
static char *short_reason(const struct dispatcher *dispatcher, struct outlet *outlet, int64_t now)
{
    for (guint i = 0; i < dispatcher->seats->len; i++) {
        const struct seat *seat = seat_at(dispatcher, i);
        if (seat->outlet == outlet && seat->held > PACE_MINUTE)
            return outlet_short_reason(outlet, dispatcher->zone, now, seat->held);
    }
    return NULL;
}

char *dispatcher_rest_reason(struct dispatcher *dispatcher, struct outlet *outlet, int64_t now)
{
    char *reason = outlet_rest_reason(outlet, dispatcher->zone, now);
    if (reason == NULL)
        reason = short_reason(dispatcher, outlet, now);
    int64_t opening = hours_next_opening(&dispatcher->config->sending.hours, dispatcher->zone, now);
    if (reason != NULL || opening == now)
        return reason;
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(opening / 1000);
    g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, dispatcher->zone);
    return g_date_time_format(local, "outside the sending hours until %H:%M on %Y-%m-%d");
}

/* 1 yes, 0 no, -1 a fault. */
static int ask_campaign(struct dispatcher *dispatcher, int64_t id, GError **error)
{
    if (id == 0)
        return 1; /* alarms */
    g_autoptr(GError) problem = NULL;
    const struct campaign_entry *entry = campaign_book_find(dispatcher->book, id, &problem);
    if (entry == NULL && problem != NULL && problem->domain == STORE_ERROR &&
        problem->code != STORE_ERROR_NOT_FOUND) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
    if (entry == NULL) {
        log_error("queue", "campaign=%" PRId64 " event=unreadable \"%s\"", id,
                  problem != NULL ? problem->message : "");
        return 0;
    }
    bool urgent = entry->priority == PRIORITY_EMERGENCY;
    return entry->state == CAMPAIGN_RUNNING && entry->opens_at <= dispatcher->now &&
           (urgent || (dispatcher->gateway_open &&
                       hours_allow(&entry->config.window, dispatcher->zone, dispatcher->now)));
}

static int campaign_is_open(struct dispatcher *dispatcher, int64_t id, GError **error)
{
    gpointer known = NULL;
    if (g_hash_table_lookup_extended(dispatcher->open, &id, NULL, &known))
        return GPOINTER_TO_INT(known);
    int open = ask_campaign(dispatcher, id, error);
    if (open >= 0)
        g_hash_table_insert(dispatcher->open, g_memdup2(&id, sizeof id), GINT_TO_POINTER(open));
    return open;
}

static bool is_any_hour(const struct message *message)
{
    return message->purpose == PURPOSE_ALARM || message->purpose == PURPOSE_ANSWER ||
           message->priority == PRIORITY_EMERGENCY;
}

/* When the hours end in which it may go. */
static int64_t closing_of(const struct dispatcher *dispatcher, const struct message *message)
{
    if (is_any_hour(message))
        return INT64_MAX;
    int64_t closing =
        hours_closing(&dispatcher->config->sending.hours, dispatcher->zone, dispatcher->now);
    const struct campaign_entry *entry =
        campaign_book_find(dispatcher->book, message->campaign_id, NULL);
    return entry == NULL ? closing
                         : MIN(closing, hours_closing(&entry->config.window, dispatcher->zone,
                                                      dispatcher->now));
}

/* For routing: in what is left of this day, or in the hour around midnight. */
static int64_t open_today(void *data, int64_t campaign_id, int64_t *retends)
{
    enum { HOUR_MS = 60 * 60 * 1000 };
    const struct dispatcher *dispatcher = data;
    const struct campaign_entry *entry = campaign_book_find(dispatcher->book, campaign_id, NULL);
    const struct hours *sending = &dispatcher->config->sending.hours;
    const struct hours *const both[] = {sending, entry != NULL ? &entry->config.window : sending};
    int64_t now = dispatcher->now, midnight = day_end(dispatcher->zone, now), ends = now;
    int64_t until = MAX(midnight, now + HOUR_MS);
    if (entry != NULL && entry->closes_at != 0)
        until = MIN(until, entry->closes_at);
    int64_t open_ms = hours_common(both, dispatcher->zone, now, until, &ends);
    *retends = MIN(ends, midnight);
    return open_ms;
}

static bool may_go(struct dispatcher *dispatcher, const struct outlet *outlet,
                   const struct message *message)
{
    if (message->purpose == PURPOSE_ALARM)
        return !is_shunned(dispatcher, outlet_name(outlet));
    if (outlet_rests_for_credit(outlet) && message->priority != PRIORITY_EMERGENCY)
        return false;
    if (is_any_hour(message))
        return true;
    return campaign_is_open(dispatcher, message->campaign_id, NULL) == 1;
}

static bool wants_lane(void *data, const struct message_lane *lane, int64_t *retrank)
{
    const struct asking *asking = data;
    return routing_wants(asking->dispatcher->routing, asking->seat->outlet, lane, retrank);
}

static bool fits(void *data, const struct message *message, const struct message_lane *lane)
{
    const struct asking *asking = data;
    struct dispatcher *dispatcher = asking->dispatcher;
    struct seat *seat = asking->seat;
    if (!may_go(dispatcher, seat->outlet, message))
        return false;
    seat->held = outlet_holds(seat->outlet, dispatcher->zone, dispatcher->now, message);
    return seat->held == PACE_FREE &&
           (lane == NULL || !routing_leaves(dispatcher->routing, seat->outlet, lane, message));
}

static bool look_at_sims(struct dispatcher *dispatcher, GError **error)
{
    g_ptr_array_set_size(dispatcher->outlets, 0);
    for (guint i = 0; i < dispatcher->seats->len; i++)
        g_ptr_array_add(dispatcher->outlets, seat_at(dispatcher, i)->outlet);
    const struct routing_scene scene = {.config = dispatcher->config,
                                        .zone = dispatcher->zone,
                                        .outlets = dispatcher->outlets,
                                        .campaigns = dispatcher->allowed,
                                        .now = dispatcher->now,
                                        .open_ms = open_today,
                                        .data = dispatcher};
    return routing_look_around(dispatcher->routing, &scene, error);
}

/* After a poke: who may send now, and what there is. */
static bool look_around(struct dispatcher *dispatcher, GError **error)
{
    dispatcher->gateway_open =
        hours_allow(&dispatcher->config->sending.hours, dispatcher->zone, dispatcher->now);
    g_hash_table_remove_all(dispatcher->open);
    g_autoptr(GArray) queues = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_array_set_size(dispatcher->allowed, 0);
    if (!store_message_queues(dispatcher->store, queues, error))
        return false;
    for (guint i = 0; i < queues->len; i++) {
        int64_t id = g_array_index(queues, int64_t, i);
        int open = campaign_is_open(dispatcher, id, error);
        if (open < 0)
            return false;
        if (open == 1)
            g_array_append_val(dispatcher->allowed, id);
    }
    if (!look_at_sims(dispatcher, error))
        return false;
    active_set_campaigns(dispatcher->active, dispatcher->allowed);
    active_set_poke(dispatcher->active);
    dispatcher->poked = false;
    return true;
}

static void hold(struct dispatcher *dispatcher)
{
    for (guint i = 0; dispatcher->held != NULL && i < dispatcher->seats->len; i++) {
        struct outlet *outlet = seat_at(dispatcher, i)->outlet;
        outlet_pause(outlet, dispatcher->held(dispatcher->held_data, outlet_name(outlet)));
    }
}

bool dispatcher_wants(struct dispatcher *dispatcher)
{
    if (dispatcher->stopped)
        return false;
    hold(dispatcher);
    int64_t version = store_data_version(dispatcher->store);
    if (version != dispatcher->data_version)
        dispatcher_poke(dispatcher);
    dispatcher->data_version = version;
    int64_t now = g_get_real_time() / 1000, due = INT64_MAX;
    for (guint i = 0; i < dispatcher->seats->len; i++) {
        const struct seat *seat = seat_at(dispatcher, i);
        if (!seat->quiet && outlet_wants(seat->outlet, dispatcher->zone, now))
            return true;
        due = MIN(due, outlet_due(seat->outlet, dispatcher->zone, now));
    }
    set_timer(dispatcher, due, now);
    return false;
}

/* STORE_ERROR_CONFLICT: no longer as it was when it was read, or needless now. */
static bool lease_message(struct dispatcher *dispatcher, struct outlet *outlet,
                          struct message *message, GError **error)
{
    bool due = true;
    if (!reminder_still_due(dispatcher->store, dispatcher->book, message, dispatcher->now, &due,
                            error)) {
        message_free(message);
        return false;
    }
    if (due)
        return outlet_lease(outlet, dispatcher->store, message, closing_of(dispatcher, message),
                            dispatcher->now, error);
    g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                "message %" PRId64 " reminds of what was done meanwhile", message->id);
    message_free(message);
    return false;
}

/* 1 leased, 0 nothing for this one, -1 a fault. */
static int lease_one(struct dispatcher *dispatcher, struct seat *seat, GError **error)
{
    struct outlet *outlet = seat->outlet;
    struct asking asking = {dispatcher, seat};
    const struct active_buyer buyer = {outlet_name(outlet), wants_lane, fits, &asking};
    if (!outlet_refresh(outlet, dispatcher->store, dispatcher->zone, dispatcher->now, error))
        return -1;
    if (!outlet_wants(outlet, dispatcher->zone, dispatcher->now))
        return 0;
    seat->held = PACE_FREE;
    for (;;) {
        struct message *message = NULL;
        int picked = active_set_pick(dispatcher->active, &buyer, &message, error);
        if (picked != 1)
            return picked;
        g_autoptr(GError) problem = NULL;
        if (lease_message(dispatcher, outlet, message, &problem))
            return 1;
        /* Cancelled, skipped or opted out since it was read: the next. */
        if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_CONFLICT))
            continue;
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
}

bool dispatcher_lease(struct dispatcher *dispatcher, int64_t now, GError **error)
{
    dispatcher->now = now;
    if (dispatcher->poked && !look_around(dispatcher, error))
        return false;
    guint count = dispatcher->seats->len;
    for (guint idle = 0; count > 0 && idle < count; dispatcher->first++) {
        struct seat *seat = seat_at(dispatcher, dispatcher->first % count);
        int leased = seat->quiet ? 0 : lease_one(dispatcher, seat, error);
        if (leased < 0)
            return false;
        idle = leased == 1 ? 0 : idle + 1;
        if (leased == 0 && outlet_wants(seat->outlet, dispatcher->zone, now))
            seat->quiet = true;
    }
    return true;
}

void dispatcher_send(struct dispatcher *dispatcher)
{
    int64_t now = g_get_real_time() / 1000;
    for (guint i = 0; i < dispatcher->seats->len; i++)
        outlet_send(seat_at(dispatcher, i)->outlet, now);
}

void dispatcher_recall(struct dispatcher *dispatcher)
{
    for (guint i = 0; i < dispatcher->seats->len; i++)
        outlet_recall(seat_at(dispatcher, i)->outlet);
    active_set_clear(dispatcher->active);
    dispatcher_poke(dispatcher);
}
