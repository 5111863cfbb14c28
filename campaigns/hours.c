// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending hours and days, where people live. Reads no clock: the caller says what time it is, in
 * UTC milliseconds, and which zone. */
#include "campaigns/hours.h"

enum { DAY_MINUTES = 24 * 60 };

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

static bool is_all_day(const struct hours *hours)
{
    return hours->count == 0 || (hours->range[0].from == 0 && hours->range[0].to == DAY_MINUTES);
}

bool hours_allow(const struct hours *hours, GTimeZone *zone, int64_t now)
{
    if (is_all_day(hours))
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

int64_t hours_closing(const struct hours *hours, GTimeZone *zone, int64_t now)
{
    if (is_all_day(hours))
        return INT64_MAX;
    unsigned minute = minute_of_day(zone, now);
    for (unsigned i = 0; i < hours->count; i++) {
        const struct hours_range *range = &hours->range[i];
        if (minute < range->from || minute >= range->to)
            continue;
        if (range->to < DAY_MINUTES)
            return at_minute(zone, now, 0, range->to);
        /* Over midnight, where the first range of the day may go on. */
        bool goes_on = hours->range[0].from == 0 && hours->count > 1;
        return at_minute(zone, now, 1, goes_on ? hours->range[0].to : 0);
    }
    return now;
}

int64_t hours_common(const struct hours *const both[2], GTimeZone *zone, int64_t from,
                     int64_t until, int64_t *retlast)
{
    int64_t total = 0, at = from;
    *retlast = from;
    while (at < until) {
        int64_t opening =
            MAX(hours_next_opening(both[0], zone, at), hours_next_opening(both[1], zone, at));
        if (opening > at) {
            at = opening;
            continue;
        }
        int64_t closing = MIN(hours_closing(both[0], zone, at), hours_closing(both[1], zone, at));
        if (closing <= at)
            break; /* clocks that were set back: nothing to be sure of */
        *retlast = MIN(closing, until);
        total += *retlast - at;
        at = *retlast;
    }
    return total;
}

int64_t day_start(GTimeZone *zone, int64_t now)
{
    return at_minute(zone, now, 0, 0);
}

int64_t day_end(GTimeZone *zone, int64_t now)
{
    return at_minute(zone, now, 1, 0);
}

char *hours_clock(GTimeZone *zone, int64_t at)
{
    g_autoptr(GDateTime) local = local_time(zone, at);
    return g_date_time_format(local, "%H:%M");
}
