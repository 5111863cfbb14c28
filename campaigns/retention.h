// SPDX-License-Identifier: GPL-2.0-or-later
/* What is erased because its time is over: of campaigns that say so in their file, numbers and
 * texts, after a last snapshot of their figures; of no campaign, what loa.conf says. */
#pragma once

#include "campaigns/store/retention.h"
#include "config/retention.h"

enum {
    RETENTION_GRACE_MONTHS = 3, /* longer, at most, while opinions wait for an answer */
    RETENTION_STRAYS_EVERY_MS = 60 * 60 * 1000,
};
/* What SIMs and the network said to each other by USSD, and operators by SMS: a year. */
#define RETENTION_DIALOGUES_MS (INT64_C(365) * 24 * 60 * 60 * 1000)

/* Where the work stands. One belongs to one thread and its connection. */
struct retention;
struct retention *retention_new(struct store *store);
void retention_free(struct retention *retention);

struct retention_terms {
    const struct retention_config *config;
    GTimeZone *zone; /* months are those of its calendar */
};
/* What a slice came to. */
struct retention_news {
    bool more;         /* there is more to do at once */
    char campaign[64]; /* code of a campaign that is done with; "" none */
};
/* One transaction at most. Killed at any moment it goes on with the next call. */
bool retention_clock_slice(struct retention *retention, const struct retention_terms *terms,
                           int64_t now, struct retention_news *retnews, GError **error);

/* When a campaign is due; 0: it has not ended. With the longest wait for its opinions if that is
 * wanted. */
int64_t retention_due_at(const struct retention_row *row, GTimeZone *zone, bool at_the_latest);
/* It is due, but its opinions are not answered. */
bool retention_is_held(const struct retention_row *row, GTimeZone *zone, int64_t now);
