// SPDX-License-Identifier: GPL-2.0-or-later
/* The window of one modem. A lease is taken in the turn's transaction, with its slot of the flight
 * log: a committed lease has always had one. It is offered to the worker after the commit, and
 * leaves the window with its verdict, whose settlement the next commit brings.
 * A SIM whose messages fail one after the other (no credit, barred, no network) rests, or it would
 * burn the queue: see campaigns/standing.h. What it may send at all is campaigns/pacing.h's. */
#include "gateway/outlet.h"

#include "campaigns/parts.h"
#include "campaigns/standing.h"
#include "campaigns/store/modem.h"
#include "config/log.h"

#include <inttypes.h>
#include <stdatomic.h>

enum {
    WINDOW = 4,
    VALIDITY_LEAST_MS = 5 * 60 * 1000,
    REMEMBER_MS = 60 * 60 * 1000,
    WORTH_TELLING_MS = 60 * 1000, /* a shorter wait is no rest */
};

struct flying {
    int64_t lease;
    unsigned parts; /* of this attempt */
    int64_t contact_id;
    int64_t since; /* steady: when this message failed before, or was leased */
    bool again;    /* it did fail before */
};

/* Leased in this turn, not yet told. */
struct grant {
    struct message *message;
    struct text_parts parts;
    int64_t lease;
    int64_t until; /* wall: it must have begun; INT64_MAX: any time */
    unsigned slot;
};

struct outlet {
    char *name;
    struct flight *flight;
    struct channel *channel; /* NULL: nobody there */
    struct pace *pace;
    GArray *flying; /* struct flying */
    GArray *grants; /* struct grant */
    struct standing standing;
    char *credit;       /* why its SIM spends nothing; NULL: it does */
    char *trouble;      /* what its messages failed of; NULL: nothing */
    const char *advice; /* what a person can do about it, or NULL */
    bool stopped;       /* the SIM or the modem said that it cannot send */
    bool asks_anew;
    bool paused;       /* a USSD dialogue has its modem, or waits for it */
    int64_t paused_at; /* steady */
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
    outlet->pace = pace_new();
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
    g_free(outlet->credit);
    g_free(outlet->trouble);
    g_free(outlet->name);
    g_free(outlet);
}

static struct moment moment_of(GTimeZone *zone, int64_t now)
{
    return (struct moment){zone, now, g_get_monotonic_time() / 1000};
}

void outlet_limit(struct outlet *outlet, const struct modem_config *config)
{
    pace_limit(outlet->pace, &(struct pace_limits){
                                 .per_minute = config->per_minute,
                                 .per_hour = config->per_hour,
                                 .daily_quota = config->daily_quota,
                                 .daily_recipients = config->daily_recipients,
                                 .spacing_ms = config->spacing_ms,
                                 .spread_ms = config->spacing_spread_ms,
                             });
}

/* One that has no limits need not know what it sent. */
static bool is_limited(const struct pace_limits *limits)
{
    return limits->per_minute + limits->per_hour + limits->daily_quota + limits->daily_recipients +
               limits->spacing_ms + limits->spread_ms >
           0;
}

bool outlet_remember(struct outlet *outlet, struct store *store, GTimeZone *zone, int64_t now,
                     GError **error)
{
    struct moment moment = moment_of(zone, now);
    const struct pace_limits *limits = pace_limits(outlet->pace);
    g_autoptr(GArray) sent_at = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(int64_t));
    int64_t midnight = day_start(zone, now), today = 0;
    bool known = !is_limited(limits) ||
                 (store_modem_parts_since(store, outlet->name, midnight, &today, error) &&
                  store_message_sent_since(store, outlet->name, now - REMEMBER_MS, sent_at, error));
    if (known && limits->daily_recipients > 0)
        known = store_message_recipients_since(store, outlet->name, midnight, contacts, error);
    if (!known)
        return false;
    pace_reset(outlet->pace, &moment, today);
    for (guint i = 0; i < sent_at->len; i++)
        pace_remember(outlet->pace, &moment, g_array_index(sent_at, int64_t, i), 1);
    for (guint i = 0; i < contacts->len; i++)
        pace_remember_recipient(outlet->pace, g_array_index(contacts, int64_t, i));
    return true;
}

bool outlet_refresh(struct outlet *outlet, struct store *store, GTimeZone *zone, int64_t now,
                    GError **error)
{
    struct moment moment = moment_of(zone, now);
    return !pace_is_stale(outlet->pace, &moment) ||
           outlet_remember(outlet, store, zone, now, error);
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
    for (guint i = 0; i < outlet->flying->len; i++) {
        const struct flying *flying = &g_array_index(outlet->flying, struct flying, i);
        pace_forget(outlet->pace, flying->parts, flying->contact_id);
    }
    g_array_set_size(outlet->flying, 0);
    outlet->channel = NULL;
}

static unsigned window(const struct outlet *outlet)
{
    const struct pace_limits *limits = pace_limits(outlet->pace);
    bool spaced = limits->spacing_ms > 0 || limits->spread_ms > 0;
    return spaced || standing_in_doubt(&outlet->standing) ? 1 : WINDOW;
}

/* A slot stays taken while its verdict cannot be stored. */
static unsigned free_slot(const struct outlet *outlet)
{
    unsigned slot = 0;
    while (slot < FLIGHT_SLOTS && atomic_load(&flight_slot(outlet->flight, slot)->lease) != 0)
        slot++;
    return slot;
}

static bool could_take(const struct outlet *outlet, int64_t steady)
{
    return outlet->channel != NULL && !outlet->paused &&
           !standing_rests(&outlet->standing, steady) &&
           outlet->flying->len + outlet->grants->len < window(outlet) &&
           channel_backlog(outlet->channel) == 0 && free_slot(outlet) < FLIGHT_SLOTS;
}

void outlet_pause(struct outlet *outlet, bool paused)
{
    if (paused && !outlet->paused)
        outlet->paused_at = g_get_monotonic_time() / 1000;
    outlet->paused = paused;
}

bool outlet_wants(struct outlet *outlet, GTimeZone *zone, int64_t now)
{
    struct moment moment = moment_of(zone, now);
    return could_take(outlet, moment.steady) &&
           pace_holds(outlet->pace, &moment, 1, 0) == PACE_FREE;
}

int64_t outlet_due(struct outlet *outlet, GTimeZone *zone, int64_t now)
{
    struct moment moment = moment_of(zone, now);
    if (!could_take(outlet, moment.steady) ||
        pace_holds(outlet->pace, &moment, 1, 0) != PACE_SPACING)
        return INT64_MAX;
    return pace_until(outlet->pace, &moment, PACE_SPACING);
}

int64_t outlet_ready_at(struct outlet *outlet, GTimeZone *zone, int64_t now, unsigned parts,
                        int64_t contact_id)
{
    struct moment moment = moment_of(zone, now);
    bool held_up = outlet->paused && moment.steady - outlet->paused_at > WORTH_TELLING_MS;
    if (outlet->channel == NULL || outlet->credit != NULL || held_up)
        return INT64_MAX;
    int64_t ready_at = now;
    if (standing_rests(&outlet->standing, moment.steady))
        ready_at += outlet->standing.rest_until - moment.steady;
    enum pace_hold hold = pace_is_stale(outlet->pace, &moment)
                              ? PACE_FREE
                              : pace_holds(outlet->pace, &moment, parts, contact_id);
    return hold <= PACE_SPACING ? ready_at : MAX(ready_at, pace_until(outlet->pace, &moment, hold));
}

int64_t outlet_capacity(struct outlet *outlet, GTimeZone *zone, int64_t now, int64_t ms)
{
    struct moment moment = moment_of(zone, now);
    return pace_capacity(outlet->pace, &moment, ms);
}

enum pace_hold outlet_holds(struct outlet *outlet, GTimeZone *zone, int64_t now,
                            const struct message *message)
{
    struct moment moment = moment_of(zone, now);
    return pace_holds(outlet->pace, &moment, message->parts - message->parts_sent,
                      message->contact_id);
}

static char *trouble_sentence(const struct outlet *outlet, const struct moment *moment)
{
    int64_t again = moment->wall + outlet->standing.rest_until - moment->steady;
    g_autofree char *next = hours_clock(moment->zone, again);
    return g_strdup_printf("%s %s (%s)%s%s; one message tries again at %s", outlet->name,
                           outlet->stopped ? "cannot send" : "fails message after message",
                           outlet->trouble, outlet->advice != NULL ? ": " : "",
                           outlet->advice != NULL ? outlet->advice : "", next);
}

char *outlet_rest_reason(struct outlet *outlet, GTimeZone *zone, int64_t now)
{
    enum { SOMEBODY_NEW = -1 };
    struct moment moment = moment_of(zone, now);
    if (outlet->paused)
        return g_strdup("a USSD dialogue is open");
    if (standing_rests(&outlet->standing, moment.steady))
        return trouble_sentence(outlet, &moment);
    if (outlet->credit != NULL)
        return g_strdup(outlet->credit);
    if (pace_is_stale(outlet->pace, &moment))
        return NULL; /* nothing is known yet */
    enum pace_hold hold = pace_holds(outlet->pace, &moment, 1, SOMEBODY_NEW);
    if (hold == PACE_FREE || pace_until(outlet->pace, &moment, hold) < now + WORTH_TELLING_MS)
        return NULL;
    return pace_sentence(outlet->pace, &moment, hold, false);
}

char *outlet_short_reason(struct outlet *outlet, GTimeZone *zone, int64_t now, enum pace_hold hold)
{
    struct moment moment = moment_of(zone, now);
    return pace_sentence(outlet->pace, &moment, hold, true);
}

const char *outlet_trouble(const struct outlet *outlet)
{
    return standing_in_doubt(&outlet->standing) ? outlet->trouble : NULL;
}

void outlet_rest_for_credit(struct outlet *outlet, const char *reason)
{
    char *copy = g_strdup(reason);
    g_free(outlet->credit);
    outlet->credit = copy;
}

bool outlet_rests_for_credit(const struct outlet *outlet)
{
    return outlet->credit != NULL;
}

bool outlet_is_idle(const struct outlet *outlet)
{
    return outlet->flying->len + outlet->grants->len == 0;
}

void outlet_try_now(struct outlet *outlet)
{
    standing_try_now(&outlet->standing);
}

bool outlet_asks_anew(struct outlet *outlet)
{
    bool asks = outlet->asks_anew;
    outlet->asks_anew = false;
    return asks;
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

bool outlet_lease(struct outlet *outlet, struct store *store, struct message *message,
                  int64_t until, int64_t now, GError **error)
{
    struct grant grant = {.message = message, .until = MIN(until, message->expires_at)};
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
    pace_lease(outlet->pace, message->parts - message->parts_sent, message->contact_id);
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
        .until_ms = grant->until == INT64_MAX
                        ? 0
                        : MAX(g_get_monotonic_time() / 1000 + grant->until - now, 1),
    };
    GByteArray *packet = g_byte_array_new();
    wire_put_send(packet, &send);
    channel_send(outlet->channel, packet);
}

static struct flying flying_of(const struct grant *grant, int64_t now)
{
    const struct message *message = grant->message;
    int64_t steady = g_get_monotonic_time() / 1000;
    int64_t ago = message->attempts > 0 ? MAX(now - message->state_at, 0) : 0;
    return (struct flying){grant->lease, message->parts - message->parts_sent, message->contact_id,
                           steady - ago, message->attempts + message->sick > 0};
}

void outlet_send(struct outlet *outlet, int64_t now)
{
    bool idle = outlet->flying->len == 0;
    for (guint i = 0; i < outlet->grants->len; i++) {
        const struct grant *grant = &g_array_index(outlet->grants, struct grant, i);
        struct flying flying = flying_of(grant, now);
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
        pace_forget(outlet->pace, grant->message->parts - grant->message->parts_sent,
                    grant->message->contact_id);
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

/* False: it says nothing about the SIM. */
static bool standing_of(const struct wire_verdict *told, const struct verdict *verdict,
                        enum standing_news *retnews)
{
    bool coded = told->cause_space == VERDICT_SPACE_CMS || told->cause_space == VERDICT_SPACE_CME;
    bool local = told->cause_space == VERDICT_SPACE_LOCAL;
    /* The worker is gone, and what is wrong is the keeper's; or the modem took it without a word.
     */
    if (local && (told->cause == VERDICT_HANG_UP || told->cause == VERDICT_NOT_STARTED ||
                  told->cause == VERDICT_NO_REFERENCE))
        return false;
    *retnews = STANDING_FAILED;
    if (told->outcome == VERDICT_SENT)
        *retnews = STANDING_SENT;
    else if (coded && verdict->outcome == VERDICT_MODEM_SICK)
        *retnews = STANDING_STOPPED;
    return told->outcome == VERDICT_SENT || verdict->blame > VERDICT_BLAMES_MESSAGE;
}

static void note_trouble(struct outlet *outlet, const struct verdict *verdict, bool stopped,
                         const char *cause)
{
    g_free(outlet->trouble);
    outlet->trouble = g_strdup(cause);
    outlet->advice = verdict->advice;
    outlet->stopped = stopped;
    if (verdict->blame == VERDICT_BLAMES_MODEM)
        outlet->asks_anew = true;
}

/* What the verdict says of the SIM; and whether the message has to answer for it. */
static void judge_sim(struct outlet *outlet, const struct wire_verdict *told,
                      const struct flying *flying, struct settle_news *news)
{
    struct verdict verdict = verdict_of((enum verdict_space)told->cause_space, told->cause);
    int64_t steady = g_get_monotonic_time() / 1000, number = flying->contact_id;
    struct standing_try tried = {STANDING_SENT, number, flying->again};
    if (!standing_of(told, &verdict, &tried.news))
        return;
    bool own_fault = verdict.blame <= VERDICT_BLAMES_MESSAGE;
    news->excused = !own_fault && standing_others_fail(&outlet->standing, number, steady);
    if (standing_serves_others(&outlet->standing, number, flying->since, steady))
        news->tries = verdict.tries;
    if (standing_take(&outlet->standing, &tried, steady))
        note_trouble(outlet, &verdict, tried.news == STANDING_STOPPED, news->cause);
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
    struct moment moment = moment_of(zone, now);
    unsigned tried = news.untouched || outcome == VERDICT_SENT ? 0 : 1;
    unsigned doubtful = outcome == VERDICT_UNSURE ? 1 : 0;
    pace_settle(outlet->pace, &moment,
                &(struct pace_news){flying.contact_id, flying.parts, news.parts_now + tried,
                                    news.parts_now + doubtful, g_random_double()});
    judge_sim(outlet, verdict, &flying, &news);
    if (outlet->flying->len == 0)
        outlet->status(outlet->data, MODEM_IDLE);
    return settle_new(&news, outlet->flight);
}

const char *outlet_name(const struct outlet *outlet)
{
    return outlet->name;
}
