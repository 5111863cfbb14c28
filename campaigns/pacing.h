// SPDX-License-Identifier: GPL-2.0-or-later
/* When a message may go out: sending hours in a time zone, and what one SIM may send in a minute
 * and in a local day. Pure: the caller says what time it is. */
#pragma once

#include "config/reader.h"

#include <glib.h>

/* ---- hours ---- */
bool hours_allow(const struct hours *hours, GTimeZone *zone, int64_t now);
/* `now` when it is allowed now, else the beginning of the next range. */
int64_t hours_next_opening(const struct hours *hours, GTimeZone *zone, int64_t now);
/* The midnight that begins the local day of `now`, and the one that ends it. */
int64_t day_start(GTimeZone *zone, int64_t now);
int64_t day_end(GTimeZone *zone, int64_t now);
/* TP-VP, relative (3GPP TS 23.040 9.2.3.12.1): the longest that does not outlast `validity_ms`. */
uint8_t pacing_validity(int64_t validity_ms);

/* ---- one SIM's allowance, counted in parts ---- */
struct pace;

/* 0 is no limit. */
struct pace *pace_new(int64_t per_minute, int64_t daily_quota);
void pace_free(struct pace *pace);
void pace_limit(struct pace *pace, int64_t per_minute, int64_t daily_quota);

/* Forgets all that was sent; what is in flight stays. */
void pace_reset(struct pace *pace);
/* What was sent before, as the database has it. */
void pace_remember(struct pace *pace, int64_t sent_at, unsigned parts, GTimeZone *zone,
                   int64_t now);

/* May `parts` be leased now? They count from pace_lease() on, as on the air while they are in
 * flight, and from pace_settle() on at that moment, so that no 60 s of the air hold too many. */
bool pace_allows(struct pace *pace, GTimeZone *zone, int64_t now, unsigned parts);
void pace_lease(struct pace *pace, unsigned parts);
struct pace_news {
    unsigned leased;
    unsigned tried; /* of these the modem heard of */
    unsigned sent;  /* and these are, or may be, paid for */
};
void pace_settle(struct pace *pace, GTimeZone *zone, int64_t now, const struct pace_news *news);
/* So many leased parts never went to the modem, or another one settles them. */
void pace_forget(struct pace *pace, unsigned parts);
bool pace_day_is_used(struct pace *pace, GTimeZone *zone, int64_t now);
