// SPDX-License-Identifier: GPL-2.0-or-later
// One agenda of what will go out: days of series, single campaigns, reminders, snapshots.
#pragma once

#include "campaigns/campaign.h"

enum calendar_kind { CALENDAR_SEND, CALENDAR_REMINDER, CALENDAR_SNAPSHOT };

struct calendar_entry {
    enum calendar_kind kind;
    int64_t at;
    char day[11]; /* local */
    char *series; /* "" of none */
    char *code;   /* of the campaign; "" while it is only planned */
    char *title;
    /* planned, failed (could not be made: see note), missed (its hour passed unsent), skipped,
     * done, taken, or the campaign's own state */
    const char *state;
    char *note; /* what people should know; "" */
};

struct calendar_range {
    const char *from, *to; /* days, both included */
    const char *time_zone;
};

/* GPtrArray owning struct calendar_entry, in order of time. */
GPtrArray *calendar_read(struct store *store, const struct calendar_range *range, int64_t now,
                         GError **error);
const char *calendar_kind_name(enum calendar_kind kind); /* "send" … */
/* The entries as an iCalendar; what is skipped is not in it. The caller frees. */
char *calendar_ics(struct store *store, const GPtrArray *entries, int64_t now);
