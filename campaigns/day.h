// SPDX-License-Identifier: GPL-2.0-or-later
// Days as the house counts them: local dates, 'YYYY-MM-DD', which sort as text.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { DAY_SIZE = 11 };

/* The zone of that name; NULL: Asia/Ho_Chi_Minh. UTC where there is none: the configuration's check
 * names the mistake. The caller unrefs. */
GTimeZone *day_zone(const char *name);
/* Of a moment; `zone` NULL: Asia/Ho_Chi_Minh. `retday` has DAY_SIZE bytes. */
void day_of(int64_t at, const char *zone, char *retday);
void day_of_zone(int64_t at, GTimeZone *zone, char *retday);

/* A moment in that zone as g_date_time_format() writes it; NULL: beyond all calendars. */
char *day_format(int64_t at, GTimeZone *zone, const char *format);

/* A day as people write it: 2025-07-01, 1/7/2025, 01-07-2025, 1.7.2025. False for all else. */
bool day_read(const char *text, char *retday);
/* The day so many days later, or earlier. */
void day_add(const char *day, int days, char *retday);
