// SPDX-License-Identifier: GPL-2.0-or-later
/* What one SIM may send: parts in a minute, an hour and a local day, different numbers in a local
 * day, and how long it is silent between two messages. Pure: the caller says what time it is, and
 * throws the dice. */
#pragma once

#include "campaigns/hours.h"

/* TP-VP, relative (3GPP TS 23.040 9.2.3.12.1): the longest that does not outlast `validity_ms`. */
uint8_t pacing_validity(int64_t validity_ms);

/* Both clocks: days go by the wall's, minutes, hours and spacing by one that never steps. */
struct moment {
    GTimeZone *zone;
    int64_t wall, steady; /* ms */
};

struct pace_limits {                           /* 0 is no limit */
    int64_t per_minute, per_hour, daily_quota; /* parts */
    int64_t daily_recipients;                  /* different numbers */
    int64_t spacing_ms, spread_ms;             /* between two messages, and up to so much more */
};

enum pace_hold {
    PACE_FREE,
    PACE_SPACING,
    PACE_MINUTE,
    PACE_HOUR,
    PACE_DAY,
    PACE_RECIPIENTS,
};

struct pace;

struct pace *pace_new(void);
void pace_free(struct pace *pace);
/* What was sent before counts from the next pace_reset() and pace_remember() on. */
void pace_limit(struct pace *pace, const struct pace_limits *limits);
const struct pace_limits *pace_limits(const struct pace *pace);

/* Forgets all that was sent; what is in flight stays. `today` parts were sent in this local day. */
void pace_reset(struct pace *pace, const struct moment *moment, int64_t today);
/* What was sent before in the last hour, as the database has it; oldest first. */
void pace_remember(struct pace *pace, const struct moment *moment, int64_t sent_at, unsigned parts);
void pace_remember_recipient(struct pace *pace, int64_t contact_id);
/* Another local day began since the reset, or the clock was set: ask the database again. */
bool pace_is_stale(const struct pace *pace, const struct moment *moment);

/* May `parts` for this contact be leased now, and if not, what is in the way? Contact 0: one of
 * today's. They count from pace_lease() on, as on the air while they are in flight, and from
 * pace_settle() on at that moment, so that no 60 s and no hour of the air hold too many. */
enum pace_hold pace_holds(struct pace *pace, const struct moment *moment, unsigned parts,
                          int64_t contact_id);
void pace_lease(struct pace *pace, unsigned parts, int64_t contact_id);
struct pace_news {
    int64_t contact_id;
    unsigned leased;
    unsigned tried; /* of these the modem heard of */
    unsigned sent;  /* and these are, or may be, paid for */
    double chance;  /* 0 to 1: how much of the spread this time */
};
void pace_settle(struct pace *pace, const struct moment *moment, const struct pace_news *news);
/* So many leased parts never went to the modem, or another one settles them. */
void pace_forget(struct pace *pace, unsigned parts, int64_t contact_id);

/* Parts that such limits let through in so much time, the day's quota aside, and no more than a
 * modem manages. */
int64_t pace_throughput(const struct pace_limits *limits, int64_t ms);
/* Parts that this SIM can still send in so much time, within this local day's quota. */
int64_t pace_capacity(struct pace *pace, const struct moment *moment, int64_t ms);

/* When that hold ends at the earliest, by the wall clock, should nothing more be sent. */
int64_t pace_until(struct pace *pace, const struct moment *moment, enum pace_hold hold);
/* "the day's quota is used (200 of 200); next at 00:00"; the caller frees. `short_of`: what waits
 * needs more parts than are left. */
char *pace_sentence(struct pace *pace, const struct moment *moment, enum pace_hold hold,
                    bool short_of);
