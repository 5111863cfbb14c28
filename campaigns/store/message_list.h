// SPDX-License-Identifier: GPL-2.0-or-later
// Messages and their attempts as people read them; what is open of a campaign.
#pragma once

#include "campaigns/message.h"
#include "campaigns/store/store.h"

/* Is anything of the campaign still to be settled: queued, leased, sent after `since`, or unsure
 * after `doubted_since` and not sent again? */
bool store_message_unsettled(struct store *store, int64_t campaign_id, int64_t since,
                             int64_t doubted_since, bool *retany, GError **error);
bool store_message_counts(struct store *store, int64_t campaign_id,
                          int64_t retcounts[MESSAGE_STATES], GError **error);
struct message *store_message_get(struct store *store, int64_t id, GError **error);

struct message_filter {
    int64_t campaign_id; /* 0: all */
    int state;           /* enum message_state, -1: all */
    int64_t after_id;    /* paging: ids above this */
    unsigned limit;
};
/* By id; GPtrArray of struct message *, freed with the array. */
bool store_message_list(struct store *store, const struct message_filter *filter,
                        GPtrArray **retmessages, GError **error);

struct attempt {
    int64_t lease;
    char *modem, *verdict, *cause; /* verdict NULL: still out */
    int64_t leased_at, settled_at, took_ms;
};
/* Of one message, oldest first; GPtrArray of struct attempt *, freed with the array. */
bool store_message_attempts(struct store *store, int64_t message_id, GPtrArray **retattempts,
                            GError **error);
