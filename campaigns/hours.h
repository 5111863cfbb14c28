// SPDX-License-Identifier: GPL-2.0-or-later
// When a message may go out: sending hours in a time zone, and where a local day begins and ends.
#pragma once

#include "config/reader.h"

#include <glib.h>

bool hours_allow(const struct hours *hours, GTimeZone *zone, int64_t now);
/* `now` when it is allowed now, else the beginning of the next range. */
int64_t hours_next_opening(const struct hours *hours, GTimeZone *zone, int64_t now);
/* The end of the range that `now` lies in, INT64_MAX: there is none; `now` when it lies in none. */
int64_t hours_closing(const struct hours *hours, GTimeZone *zone, int64_t now);
/* Milliseconds in which both allow it between two moments, and when the last of them ends; `from`
 * where there are none. */
int64_t hours_common(const struct hours *const both[2], GTimeZone *zone, int64_t from,
                     int64_t until, int64_t *retlast);
/* The midnight that begins the local day of `now`, and the one that ends it. */
int64_t day_start(GTimeZone *zone, int64_t now);
int64_t day_end(GTimeZone *zone, int64_t now);
/* "14:05", of the local day. */
char *hours_clock(GTimeZone *zone, int64_t at);
