// SPDX-License-Identifier: GPL-2.0-or-later
/* The allowance of one SIM. A leased part counts as sent until its verdict, and from then at the
 * verdict's time: the air time of a part lies between the two, so no 60 s and no hour of the air
 * ever hold more than the limit. Without a limit nothing is counted for it. */
#include "campaigns/pacing.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS };
enum { MODEM_PER_MINUTE = 15 }; /* four seconds on the air for a part */

struct burst {
    int64_t at; /* steady */
    unsigned parts;
};

/* Parts in any so many milliseconds. */
struct window {
    int64_t span_ms;
    GQueue bursts; /* struct burst *, oldest first */
    int64_t parts;
};

struct recipient_count {
    unsigned flying; /* leases that are not settled */
    bool sent;
};

struct pace {
    struct pace_limits limits;
    struct window minute, hour;
    int64_t in_flight;
    int64_t day_begins, day_ends; /* the local day that `today` counts */
    int64_t today;
    GHashTable *recipients; /* of today: contact id → struct recipient_count */
    int64_t next_at;        /* steady: the silence after the last message ends */
};

uint8_t pacing_validity(int64_t validity_ms)
{
    int64_t five = validity_ms / (5 * MINUTE_MS);
    if (five <= 144) /* (n + 1) times 5 minutes, up to 12 hours */
        return (uint8_t)(MAX(five, 1) - 1);
    int64_t half_hours = (validity_ms - 12 * (int64_t)HOUR_MS) / (HOUR_MS / 2);
    if (half_hours <= 24) /* 12 hours and (n - 143) times 30 minutes, up to 24 hours */
        return (uint8_t)(143 + half_hours);
    int64_t days = validity_ms / (24 * (int64_t)HOUR_MS);
    if (days <= 30) /* (n - 166) days */
        return (uint8_t)(166 + MAX(days, 1));
    return (uint8_t)(192 + MIN(days / 7, 63)); /* (n - 192) weeks */
}

struct pace *pace_new(void)
{
    struct pace *pace = g_new0(struct pace, 1);
    pace->minute.span_ms = MINUTE_MS;
    pace->hour.span_ms = HOUR_MS;
    g_queue_init(&pace->minute.bursts);
    g_queue_init(&pace->hour.bursts);
    pace->recipients = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
    return pace;
}

void pace_free(struct pace *pace)
{
    if (pace == NULL)
        return;
    g_queue_clear_full(&pace->minute.bursts, g_free);
    g_queue_clear_full(&pace->hour.bursts, g_free);
    g_hash_table_destroy(pace->recipients);
    g_free(pace);
}

void pace_limit(struct pace *pace, const struct pace_limits *limits)
{
    pace->limits = *limits;
    pace->day_ends = pace->day_begins; /* stale */
}

const struct pace_limits *pace_limits(const struct pace *pace)
{
    return &pace->limits;
}

/* ---- windows ---- */

static void window_clear(struct window *window)
{
    g_queue_clear_full(&window->bursts, g_free);
    window->parts = 0;
}

static void window_turn(struct window *window, int64_t steady)
{
    struct burst *oldest = g_queue_peek_head(&window->bursts);
    while (oldest != NULL && oldest->at <= steady - window->span_ms) {
        window->parts -= oldest->parts;
        g_free(g_queue_pop_head(&window->bursts));
        oldest = g_queue_peek_head(&window->bursts);
    }
}

static void window_count(struct window *window, int64_t limit, int64_t at, unsigned parts)
{
    if (limit == 0 || parts == 0)
        return;
    struct burst *burst = g_new(struct burst, 1);
    *burst = (struct burst){at, parts};
    g_queue_push_tail(&window->bursts, burst);
    window->parts += parts;
}

/* A text of more parts than a window allows goes alone, or it would wait for ever. */
static bool window_is_full(const struct window *window, int64_t limit, int64_t in_flight,
                           unsigned parts)
{
    int64_t used = window->parts + in_flight;
    return limit > 0 && used > 0 && used + parts > limit;
}

/* Steady: when one part has room again. */
static int64_t window_opens(const struct window *window, int64_t limit, int64_t steady)
{
    int64_t parts = window->parts;
    for (const GList *link = window->bursts.head; link != NULL; link = link->next) {
        const struct burst *burst = link->data;
        parts -= burst->parts;
        if (parts < limit)
            return burst->at + window->span_ms;
    }
    return steady;
}

static void turn_to(struct pace *pace, const struct moment *moment)
{
    window_turn(&pace->minute, moment->steady);
    window_turn(&pace->hour, moment->steady);
}

/* ---- days and recipients ---- */

bool pace_is_stale(const struct pace *pace, const struct moment *moment)
{
    return moment->wall < pace->day_begins || moment->wall >= pace->day_ends;
}

static gboolean is_of_the_past(gpointer contact, gpointer count, gpointer data)
{
    (void)contact;
    (void)data;
    ((struct recipient_count *)count)->sent = false;
    return ((struct recipient_count *)count)->flying == 0;
}

static struct recipient_count *recipient(struct pace *pace, int64_t contact_id)
{
    struct recipient_count *count = g_hash_table_lookup(pace->recipients, &contact_id);
    if (count == NULL) {
        count = g_new0(struct recipient_count, 1);
        g_hash_table_insert(pace->recipients, g_memdup2(&contact_id, sizeof contact_id), count);
    }
    return count;
}

static void let_go(struct pace *pace, int64_t contact_id, bool sent)
{
    struct recipient_count *count = g_hash_table_lookup(pace->recipients, &contact_id);
    if (count == NULL)
        return; /* it was leased before there was a limit */
    count->flying -= count->flying > 0 ? 1 : 0;
    count->sent = count->sent || sent;
    if (count->flying == 0 && !count->sent)
        g_hash_table_remove(pace->recipients, &contact_id);
}

void pace_reset(struct pace *pace, const struct moment *moment, int64_t today)
{
    window_clear(&pace->minute);
    window_clear(&pace->hour);
    g_hash_table_foreach_remove(pace->recipients, is_of_the_past, NULL);
    pace->day_begins = day_start(moment->zone, moment->wall);
    pace->day_ends = day_end(moment->zone, moment->wall);
    pace->today = today;
}

void pace_remember(struct pace *pace, const struct moment *moment, int64_t sent_at, unsigned parts)
{
    /* What was sent in the future was sent before the clock was set back: at the latest, now. */
    int64_t at = moment->steady - MAX(moment->wall - sent_at, 0);
    window_count(&pace->minute, pace->limits.per_minute, at, parts);
    window_count(&pace->hour, pace->limits.per_hour, at, parts);
    pace->next_at = MAX(pace->next_at, at + pace->limits.spacing_ms);
    turn_to(pace, moment);
}

void pace_remember_recipient(struct pace *pace, int64_t contact_id)
{
    recipient(pace, contact_id)->sent = true;
}

/* ---- may it go ---- */

static bool is_silent(const struct pace *pace, int64_t steady)
{
    bool spaced = pace->limits.spacing_ms > 0 || pace->limits.spread_ms > 0;
    return spaced && (pace->in_flight > 0 || steady < pace->next_at);
}

static bool is_one_too_many(const struct pace *pace, int64_t contact_id)
{
    return pace->limits.daily_recipients > 0 && contact_id != 0 &&
           g_hash_table_size(pace->recipients) >= pace->limits.daily_recipients &&
           !g_hash_table_contains(pace->recipients, &contact_id);
}

enum pace_hold pace_holds(struct pace *pace, const struct moment *moment, unsigned parts,
                          int64_t contact_id)
{
    const struct pace_limits *limits = &pace->limits;
    turn_to(pace, moment);
    if (limits->daily_quota > 0 && pace->today + pace->in_flight + parts > limits->daily_quota)
        return PACE_DAY;
    if (is_one_too_many(pace, contact_id))
        return PACE_RECIPIENTS;
    if (window_is_full(&pace->hour, limits->per_hour, pace->in_flight, parts))
        return PACE_HOUR;
    if (window_is_full(&pace->minute, limits->per_minute, pace->in_flight, parts))
        return PACE_MINUTE;
    return is_silent(pace, moment->steady) ? PACE_SPACING : PACE_FREE;
}

void pace_lease(struct pace *pace, unsigned parts, int64_t contact_id)
{
    pace->in_flight += parts;
    if (pace->limits.daily_recipients > 0)
        recipient(pace, contact_id)->flying++;
}

void pace_settle(struct pace *pace, const struct moment *moment, const struct pace_news *news)
{
    const struct pace_limits *limits = &pace->limits;
    turn_to(pace, moment);
    pace->in_flight -= news->leased;
    g_assert(pace->in_flight >= 0);
    let_go(pace, news->contact_id, news->sent > 0);
    window_count(&pace->minute, limits->per_minute, moment->steady, news->tried);
    window_count(&pace->hour, limits->per_hour, moment->steady, news->tried);
    pace->today += news->sent;
    if (news->tried > 0)
        pace->next_at = moment->steady + limits->spacing_ms +
                        (int64_t)(news->chance * (double)limits->spread_ms);
}

void pace_forget(struct pace *pace, unsigned parts, int64_t contact_id)
{
    pace->in_flight -= parts;
    g_assert(pace->in_flight >= 0);
    let_go(pace, contact_id, false);
}

/* ---- looking ahead ---- */

int64_t pace_throughput(const struct pace_limits *limits, int64_t ms)
{
    int64_t parts = ms * MODEM_PER_MINUTE / MINUTE_MS;
    int64_t silence = limits->spacing_ms + limits->spread_ms / 2;
    if (limits->per_minute > 0)
        parts = MIN(parts, ms * limits->per_minute / MINUTE_MS);
    if (limits->per_hour > 0)
        parts = MIN(parts, ms * limits->per_hour / HOUR_MS);
    return silence > 0 ? MIN(parts, ms / silence) : parts;
}

int64_t pace_capacity(struct pace *pace, const struct moment *moment, int64_t ms)
{
    turn_to(pace, moment);
    int64_t parts = pace_throughput(&pace->limits, ms);
    int64_t quota = pace->limits.daily_quota;
    return quota > 0 ? CLAMP(quota - pace->today - pace->in_flight, 0, parts) : parts;
}

/* ---- to people ---- */

int64_t pace_until(struct pace *pace, const struct moment *moment, enum pace_hold hold)
{
    int64_t steady = moment->steady;
    turn_to(pace, moment);
    switch (hold) {
    case PACE_FREE:
        break;
    case PACE_SPACING:
        steady = MAX(steady, pace->next_at);
        break;
    case PACE_MINUTE:
        steady = window_opens(&pace->minute, pace->limits.per_minute, steady);
        break;
    case PACE_HOUR:
        steady = window_opens(&pace->hour, pace->limits.per_hour, steady);
        break;
    case PACE_DAY:
    case PACE_RECIPIENTS:
        return day_end(moment->zone, moment->wall);
    }
    return moment->wall + steady - moment->steady;
}

static char *count_sentence(const struct pace *pace, enum pace_hold hold, bool short_of)
{
    const struct pace_limits *limits = &pace->limits;
    int64_t left = MAX(limits->daily_quota - pace->today, 0);
    if (hold == PACE_RECIPIENTS)
        return g_strdup_printf("%u of %" G_GINT64_FORMAT " different numbers today",
                               g_hash_table_size(pace->recipients), limits->daily_recipients);
    if (hold == PACE_HOUR)
        return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " parts in an hour",
                               pace->hour.parts, limits->per_hour);
    if (hold == PACE_MINUTE)
        return g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " parts in a minute",
                               pace->minute.parts, limits->per_minute);
    if (hold == PACE_DAY && short_of && left > 0)
        return g_strdup_printf("%" G_GINT64_FORMAT " of the day's %" G_GINT64_FORMAT
                               " parts are left, too few for each message that waits",
                               left, limits->daily_quota);
    if (hold == PACE_DAY)
        return g_strdup_printf("the day's quota is used (%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                               ")",
                               pace->today, limits->daily_quota);
    return g_strdup("it is silent between two messages");
}

char *pace_sentence(struct pace *pace, const struct moment *moment, enum pace_hold hold,
                    bool short_of)
{
    g_autofree char *count = count_sentence(pace, hold, short_of);
    g_autofree char *next = hours_clock(moment->zone, pace_until(pace, moment, hold));
    return g_strdup_printf("%s; next at %s", count, next);
}
