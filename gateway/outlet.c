// SPDX-License-Identifier: GPL-2.0-or-later
/* The window of one modem. A lease is taken in the turn's transaction, with its slot of the flight
 * log: a committed lease has always had one. It is offered to the worker after the commit, and
 * leaves the window with its verdict, whose settlement the next commit brings.
 * A SIM that fails message after message (no credit, barred) rests, or it would burn the queue;
 * after the rest one message at a time tries whether it is well again. */
#include "gateway/outlet.h"

#include "campaigns/parts.h"
#include "config/log.h"

#include <inttypes.h>
#include <stdatomic.h>

enum {
    WINDOW = 4,
    FAILURES_MOST = 8, /* in a row, each of another message */
    REST_FIRST_MS = 10 * 1000,
    REST_LONGEST_MS = 30 * 60 * 1000,
    VALIDITY_LEAST_MS = 5 * 60 * 1000,
};

struct flying {
    int64_t lease;
    unsigned parts; /* of this attempt */
};

/* Leased in this turn, not yet told. */
struct grant {
    struct message *message;
    struct text_parts parts;
    int64_t lease;
    unsigned slot;
};

struct outlet {
    char *name;
    struct flight *flight;
    struct channel *channel; /* NULL: nobody there */
    struct pace *pace;
    GArray *flying; /* struct flying */
    GArray *grants; /* struct grant */
    unsigned failures;
    int64_t rest_ms;
    int64_t rest_until; /* wall clock; 0: none */
    char *rest_cause;
    void (*status)(void *data, enum modem_event event);
    void *data;
};

static void clear_grant(gpointer data)
{
    struct grant *grant = data;
    message_free(grant->message);
    text_parts_clear(&grant->parts);
}

struct outlet *outlet_new(const char *name, struct flight *flight,
                          void (*status)(void *data, enum modem_event event), void *data)
{
    struct outlet *outlet = g_new0(struct outlet, 1);
    outlet->name = g_strdup(name);
    outlet->flight = flight;
    outlet->pace = pace_new(0, 0);
    outlet->flying = g_array_new(FALSE, FALSE, sizeof(struct flying));
    outlet->grants = g_array_new(FALSE, FALSE, sizeof(struct grant));
    g_array_set_clear_func(outlet->grants, clear_grant);
    outlet->status = status;
    outlet->data = data;
    return outlet;
}

void outlet_free(struct outlet *outlet)
{
    if (outlet == NULL)
        return;
    pace_free(outlet->pace);
    g_array_unref(outlet->flying);
    g_array_unref(outlet->grants);
    g_free(outlet->rest_cause);
    g_free(outlet->name);
    g_free(outlet);
}

void outlet_limit(struct outlet *outlet, int64_t per_minute, int64_t daily_quota)
{
    pace_limit(outlet->pace, per_minute, daily_quota);
}

bool outlet_remember(struct outlet *outlet, struct store *store, GTimeZone *zone, int64_t now,
                     GError **error)
{
    g_autoptr(GArray) sent_at = g_array_new(FALSE, FALSE, sizeof(int64_t));
    int64_t since = MIN(day_start(zone, now), now - 60 * 1000);
    if (!store_message_sent_since(store, outlet->name, since, sent_at, error))
        return false;
    pace_reset(outlet->pace);
    for (guint i = 0; i < sent_at->len; i++)
        pace_remember(outlet->pace, g_array_index(sent_at, int64_t, i), 1, zone, now);
    return true;
}

void outlet_open(struct outlet *outlet, struct channel *channel)
{
    outlet->channel = channel;
}

void outlet_stop(struct outlet *outlet)
{
    outlet->channel = NULL;
}

void outlet_close(struct outlet *outlet)
{
    for (guint i = 0; i < outlet->flying->len; i++)
        pace_forget(outlet->pace, g_array_index(outlet->flying, struct flying, i).parts);
    g_array_set_size(outlet->flying, 0);
    outlet->channel = NULL;
}

static unsigned window(const struct outlet *outlet)
{
    return outlet->failures >= FAILURES_MOST || outlet->rest_ms > 0 ? 1 : WINDOW;
}

/* A slot stays taken while its verdict cannot be stored. */
static unsigned free_slot(const struct outlet *outlet)
{
    unsigned slot = 0;
    while (slot < FLIGHT_SLOTS && atomic_load(&flight_slot(outlet->flight, slot)->lease) != 0)
        slot++;
    return slot;
}

bool outlet_wants(struct outlet *outlet, GTimeZone *zone, int64_t now)
{
    return outlet->channel != NULL && now >= outlet->rest_until &&
           outlet->flying->len + outlet->grants->len < window(outlet) &&
           channel_backlog(outlet->channel) == 0 && free_slot(outlet) < FLIGHT_SLOTS &&
           pace_allows(outlet->pace, zone, now, 1);
}

bool outlet_allows(struct outlet *outlet, GTimeZone *zone, int64_t now, unsigned parts)
{
    return pace_allows(outlet->pace, zone, now, parts);
}

char *outlet_rest_reason(struct outlet *outlet, GTimeZone *zone, int64_t now)
{
    if (now < outlet->rest_until)
        return g_strdup_printf("it fails message after message (%s): tried again in %" PRId64 " s",
                               outlet->rest_cause, (outlet->rest_until - now + 999) / 1000);
    if (pace_day_is_used(outlet->pace, zone, now))
        return g_strdup("the day's quota is used");
    return NULL;
}

const char *outlet_trouble(const struct outlet *outlet)
{
    return outlet->rest_ms > 0 ? outlet->rest_cause : NULL;
}

/* A text that no worker would take is refused here; the database may have been edited by hand. */
static bool refuse(struct store *store, const char *modem, int64_t lease, int64_t now,
                   GError **error)
{
    const struct verdict_row row = {.lease = lease,
                                    .modem = modem,
                                    .news = {.verdict = ATTEMPT_REFUSED},
                                    .cause = "its parts do not fit its text"};
    struct settled settled;
    if (store_message_settle(store, &row, now, &settled, error))
        g_set_error(error, STORE_ERROR, STORE_ERROR_CONFLICT,
                    "message %" PRId64 ": its parts do not fit its text", settled.message_id);
    return false;
}

bool outlet_lease(struct outlet *outlet, struct store *store, struct message *message, int64_t now,
                  GError **error)
{
    struct grant grant = {.message = message};
    if (!store_message_lease(store, message, outlet->name, now, &grant.lease, error)) {
        message_free(message);
        return false;
    }
    text_parts_make(message->text, &grant.parts);
    if (grant.parts.count > PARTS_MAX || grant.parts.count != message->parts ||
        message->parts_sent >= message->parts) {
        clear_grant(&grant);
        return refuse(store, outlet->name, grant.lease, now, error);
    }
    grant.slot = free_slot(outlet); /* there is one: outlet_wants() was asked */
    flight_take(flight_slot(outlet->flight, grant.slot), grant.lease, grant.parts.count);
    pace_lease(outlet->pace, message->parts - message->parts_sent);
    g_array_append_val(outlet->grants, grant);
    return true;
}

static void offer(struct outlet *outlet, const struct grant *grant, int64_t now)
{
    const struct message *message = grant->message;
    const struct wire_send send = {
        .lease = grant->lease,
        .slot = (uint8_t)grant->slot,
        .number = message->phone.e164,
        .coding = grant->parts.coding == CODING_GSM7 ? WIRE_CODING_GSM7 : WIRE_CODING_UCS2,
        .reference = message->reference,
        .report = 1,
        .validity = pacing_validity(MAX(message->expires_at - now, (int64_t)VALIDITY_LEAST_MS)),
        .parts = (const char *const *)grant->parts.part,
        .first = (uint8_t)message->parts_sent,
    };
    GByteArray *packet = g_byte_array_new();
    wire_put_send(packet, &send);
    channel_send(outlet->channel, packet);
}

void outlet_send(struct outlet *outlet, int64_t now)
{
    bool idle = outlet->flying->len == 0;
    for (guint i = 0; i < outlet->grants->len; i++) {
        const struct grant *grant = &g_array_index(outlet->grants, struct grant, i);
        struct flying flying = {grant->lease, grant->message->parts - grant->message->parts_sent};
        g_array_append_val(outlet->flying, flying);
        offer(outlet, grant, now);
    }
    if (idle && outlet->grants->len > 0)
        outlet->status(outlet->data, MODEM_LEASE);
    g_array_set_size(outlet->grants, 0);
}

void outlet_recall(struct outlet *outlet)
{
    for (guint i = 0; i < outlet->grants->len; i++) {
        const struct grant *grant = &g_array_index(outlet->grants, struct grant, i);
        flight_release(flight_slot(outlet->flight, grant->slot));
        pace_forget(outlet->pace, grant->message->parts - grant->message->parts_sent);
    }
    g_array_set_size(outlet->grants, 0);
}

static bool take_off(struct outlet *outlet, int64_t lease, struct flying *retflying)
{
    for (guint i = 0; i < outlet->flying->len; i++) {
        struct flying *flying = &g_array_index(outlet->flying, struct flying, i);
        if (flying->lease != lease)
            continue;
        *retflying = *flying;
        g_array_remove_index_fast(outlet->flying, i);
        return true;
    }
    return false;
}

/* `condemns`: the network or the SIM itself says that this SIM cannot send. */
static void judge_sim(struct outlet *outlet, const struct settle_news *news, bool condemns,
                      int64_t now)
{
    if (news->untouched)
        return;
    if (news->verdict == ATTEMPT_SENT) {
        outlet->failures = 0;
        outlet->rest_ms = 0;
        return;
    }
    outlet->failures++;
    if (!condemns && outlet->failures < FAILURES_MOST)
        return;
    if (now < outlet->rest_until)
        return; /* what was in its window when it went to rest */
    outlet->rest_ms = CLAMP(outlet->rest_ms * 2, (int64_t)REST_FIRST_MS, (int64_t)REST_LONGEST_MS);
    outlet->rest_until = now + outlet->rest_ms;
    g_free(outlet->rest_cause);
    outlet->rest_cause = g_strdup(news->cause);
}

struct effect *outlet_verdict(struct outlet *outlet, const struct wire_verdict *verdict,
                              GTimeZone *zone, int64_t now)
{
    struct flying flying;
    if (verdict->outcome > VERDICT_UNSURE || verdict->cause_space > VERDICT_SPACE_LOCAL ||
        !take_off(outlet, verdict->lease, &flying)) {
        log_warn("queue", "modem=%s lease=%" PRId64 " event=unexpected-verdict", outlet->name,
                 verdict->lease);
        return NULL;
    }
    enum verdict_outcome outcome = (enum verdict_outcome)verdict->outcome;
    enum verdict_space space = (enum verdict_space)verdict->cause_space;
    g_autofree char *cause = settle_cause(outcome, space, verdict->cause);
    struct settle_news news = {
        .lease = verdict->lease,
        .modem = outlet->name,
        .verdict = settle_verdict(outcome),
        .cause = cause,
        .retry_after_ms = verdict->retry_after_ms,
        .took_ms = verdict->took_ms,
        .untouched = space == VERDICT_SPACE_LOCAL && verdict->cause == VERDICT_NOT_STARTED,
    };
    unsigned told = (unsigned)MIN(verdict->references.size, (size_t)flying.parts);
    news.parts_now = outcome == VERDICT_SENT ? flying.parts : told;
    for (unsigned i = 0; i < news.parts_now; i++)
        news.references[i] = i < told ? verdict->references.data[i] : -1;
    unsigned tried = news.untouched || outcome == VERDICT_SENT ? 0 : 1;
    unsigned doubtful = outcome == VERDICT_UNSURE ? 1 : 0;
    pace_settle(
        outlet->pace, zone, now,
        &(struct pace_news){flying.parts, news.parts_now + tried, news.parts_now + doubtful});
    bool coded = space == VERDICT_SPACE_CMS || space == VERDICT_SPACE_CME;
    judge_sim(outlet, &news, coded && outcome == VERDICT_MODEM_SICK, now);
    if (outlet->flying->len == 0)
        outlet->status(outlet->data, MODEM_IDLE);
    return settle_new(&news, outlet->flight);
}

const char *outlet_name(const struct outlet *outlet)
{
    return outlet->name;
}
