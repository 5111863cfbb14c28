// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending hours, and the allowance of one SIM: parts in any 60 s and in a local day. Reads no
 * clock. A leased part counts as sent until its verdict, and from then at the verdict's time: the
 * air time of a part lies between the two, so no 60 s of the air ever hold more than the limit. */
#include "campaigns/pacing.h"

enum { MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MINUTES = 24 * 60 };

struct burst {
    int64_t at;
    unsigned parts;
};

struct pace {
    int64_t per_minute, daily_quota;
    GQueue recent; /* struct burst *, oldest first, of the last minute */
    int64_t in_minute;
    int64_t in_flight;
    int64_t day_begins, day_ends; /* the local day that `today` counts */
    int64_t today;
};

static GDateTime *local_time(GTimeZone *zone, int64_t now)
{
    g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(now / 1000);
    return g_date_time_to_timezone(utc, zone);
}

static unsigned minute_of_day(GTimeZone *zone, int64_t now)
{
    g_autoptr(GDateTime) local = local_time(zone, now);
    return (unsigned)(g_date_time_get_hour(local) * 60 + g_date_time_get_minute(local));
}

/* Midnight of the local day that lies `days` after that of `now`, plus some minutes of the clock.
 */
static int64_t at_minute(GTimeZone *zone, int64_t now, int days, unsigned minute)
{
    g_autoptr(GDateTime) local = local_time(zone, now);
    g_autoptr(GDateTime) day = g_date_time_add_days(local, days);
    int year = 0, month = 0, date = 0;
    g_date_time_get_ymd(day, &year, &month, &date);
    g_autoptr(GDateTime) moment =
        g_date_time_new(zone, year, month, date, (int)(minute / 60), (int)(minute % 60), 0);
    return g_date_time_to_unix(moment) * 1000;
}

bool hours_allow(const struct hours *hours, GTimeZone *zone, int64_t now)
{
    if (hours->count == 0)
        return true;
    unsigned minute = minute_of_day(zone, now);
    for (unsigned i = 0; i < hours->count; i++) {
        if (minute >= hours->range[i].from && minute < hours->range[i].to)
            return true;
    }
    return false;
}

int64_t hours_next_opening(const struct hours *hours, GTimeZone *zone, int64_t now)
{
    if (hours_allow(hours, zone, now))
        return now;
    unsigned minute = minute_of_day(zone, now);
    for (unsigned i = 0; i < hours->count; i++) {
        if (hours->range[i].from > minute)
            return at_minute(zone, now, 0, hours->range[i].from);
    }
    return at_minute(zone, now, 1, hours->range[0].from);
}

int64_t day_start(GTimeZone *zone, int64_t now)
{
    return at_minute(zone, now, 0, 0);
}

int64_t day_end(GTimeZone *zone, int64_t now)
{
    return at_minute(zone, now, 1, 0);
}

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

struct pace *pace_new(int64_t per_minute, int64_t daily_quota)
{
    struct pace *pace = g_new0(struct pace, 1);
    g_queue_init(&pace->recent);
    pace_limit(pace, per_minute, daily_quota);
    return pace;
}

void pace_free(struct pace *pace)
{
    if (pace == NULL)
        return;
    g_queue_clear_full(&pace->recent, g_free);
    g_free(pace);
}

void pace_limit(struct pace *pace, int64_t per_minute, int64_t daily_quota)
{
    pace->per_minute = per_minute;
    pace->daily_quota = daily_quota;
}

static void turn_to(struct pace *pace, GTimeZone *zone, int64_t now)
{
    if (now >= pace->day_ends || now < pace->day_begins) {
        pace->today = 0;
        pace->day_begins = day_start(zone, now);
        pace->day_ends = day_end(zone, now);
    }
    struct burst *oldest = g_queue_peek_head(&pace->recent);
    while (oldest != NULL && oldest->at <= now - MINUTE_MS) {
        pace->in_minute -= oldest->parts;
        g_free(g_queue_pop_head(&pace->recent));
        oldest = g_queue_peek_head(&pace->recent);
    }
}

static void count_burst(struct pace *pace, int64_t at, unsigned parts)
{
    if (parts == 0 || pace->per_minute == 0)
        return;
    struct burst *burst = g_new(struct burst, 1);
    *burst = (struct burst){at, parts};
    g_queue_push_tail(&pace->recent, burst);
    pace->in_minute += parts;
}

void pace_reset(struct pace *pace)
{
    g_queue_clear_full(&pace->recent, g_free);
    pace->in_minute = 0;
    pace->today = 0;
}

void pace_remember(struct pace *pace, int64_t sent_at, unsigned parts, GTimeZone *zone, int64_t now)
{
    turn_to(pace, zone, now);
    if (sent_at > now - MINUTE_MS)
        count_burst(pace, sent_at, parts);
    if (sent_at >= pace->day_begins)
        pace->today += parts;
}

bool pace_allows(struct pace *pace, GTimeZone *zone, int64_t now, unsigned parts)
{
    turn_to(pace, zone, now);
    if (pace->daily_quota > 0 && pace->today + pace->in_flight + parts > pace->daily_quota)
        return false;
    int64_t used = pace->in_minute + pace->in_flight;
    /* A text of more parts than a minute allows goes alone, or it would wait for ever. */
    return pace->per_minute == 0 || used == 0 || used + parts <= pace->per_minute;
}

void pace_lease(struct pace *pace, unsigned parts)
{
    pace->in_flight += parts;
}

void pace_settle(struct pace *pace, GTimeZone *zone, int64_t now, const struct pace_news *news)
{
    turn_to(pace, zone, now);
    pace_forget(pace, news->leased);
    count_burst(pace, now, news->tried);
    pace->today += news->sent;
}

void pace_forget(struct pace *pace, unsigned parts)
{
    pace->in_flight -= parts;
    g_assert(pace->in_flight >= 0);
}

bool pace_day_is_used(struct pace *pace, GTimeZone *zone, int64_t now)
{
    turn_to(pace, zone, now);
    return pace->daily_quota > 0 && pace->today >= pace->daily_quota;
}
