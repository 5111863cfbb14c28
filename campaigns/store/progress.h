// SPDX-License-Identifier: GPL-2.0-or-later
// How far sending is, in figures that are cheap enough to be asked for every second.
#pragma once

#include "campaigns/message.h"
#include "campaigns/store/store.h"

/* Invitations and reminders of one campaign; the texts that answer replies are not counted. */
struct progress {
    int64_t messages[MESSAGE_STATES];
    int64_t total;
    int64_t open; /* queued or leased */
    int64_t parts, parts_sent;
    int64_t parts_open;                  /* of the open ones, not sent yet */
    int64_t first_sent_at, last_sent_at; /* of any part; 0: none */
    int64_t parts_last_minute;           /* sent in the 60 s before now */
};
bool store_progress_campaign(struct store *store, int64_t campaign_id, int64_t now,
                             struct progress *retprogress, GError **error);

/* The whole gateway, for its status. */
struct progress_overview {
    int64_t queued, leased;  /* messages of every kind */
    int64_t replies_waiting; /* for a person: unclear ones and strangers, as in the inbox */
    int64_t campaigns_running, campaigns_paused;
};
bool store_progress_overview(struct store *store, struct progress_overview *retoverview,
                             GError **error);
