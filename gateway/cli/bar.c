// SPDX-License-Identifier: GPL-2.0-or-later
/* The arithmetic of a progress bar. The rate is that of the last minute, because pacing, sending
 * hours and a modem pulled out make the average of the whole worthless. */
#include "gateway/cli/bar.h"

#include <glib.h>
#include <math.h>

enum { MINUTE_MS = 60000, MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

unsigned bar_percent(int64_t done, int64_t total)
{
    if (total <= 0 || done >= total)
        return 100;
    /* A double cannot tell the last of very many from all of them. */
    return MIN((unsigned)((double)MAX(done, 0) / (double)total * 100.0), 99);
}

char *bar_draw(int64_t done, int64_t total, unsigned cells)
{
    unsigned filled = bar_percent(done, total) * cells / 100;
    GString *text = g_string_new("[");
    for (unsigned i = 0; i < cells; i++)
        g_string_append_c(text, i < filled ? '#' : '.');
    g_string_append_c(text, ']');
    return g_string_free(text, FALSE);
}

double bar_rate(const struct bar_facts *facts)
{
    if (facts->sending_ms <= 0 || facts->parts_last_minute <= 0)
        return 0;
    double window_ms = CLAMP((double)facts->sending_ms, 1000.0, (double)MINUTE_MS);
    return (double)facts->parts_last_minute * MINUTE_MS / window_ms;
}

int64_t bar_seconds_left(const struct bar_facts *facts)
{
    double rate = bar_rate(facts);
    if (facts->parts_left <= 0)
        return 0;
    if (rate <= 0)
        return -1;
    return (int64_t)ceil((double)facts->parts_left / rate * MINUTE_S);
}

char *bar_duration(int64_t seconds)
{
    const int64_t minutes = (seconds + MINUTE_S - 1) / MINUTE_S;
    if (seconds < MINUTE_S)
        return g_strdup_printf("%" G_GINT64_FORMAT " s", seconds);
    if (seconds < HOUR_S)
        return g_strdup_printf("%" G_GINT64_FORMAT " min", minutes);
    if (seconds < DAY_S)
        return g_strdup_printf("%" G_GINT64_FORMAT " h %" G_GINT64_FORMAT " min", minutes / 60,
                               minutes % 60);
    return g_strdup_printf("%" G_GINT64_FORMAT " d %" G_GINT64_FORMAT " h", seconds / DAY_S,
                           seconds % DAY_S / HOUR_S);
}
