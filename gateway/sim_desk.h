// SPDX-License-Identifier: GPL-2.0-or-later
/* The SIM desk: what each SIM has left is asked for on schedule and before large campaigns, bundles
 * are registered, SIMs without credit rest, and what is wrong with them is known to the alarms. In
 * the main loop; never waits. */
#pragma once

#include "config/gateway.h"
#include "gateway/dispatcher.h"
#include "gateway/turn.h"
#include "gateway/ussd.h"

struct sim_desk;

/* Borrowed; the configuration until the next sim_desk_configure(), and it must live on then. */
struct sim_desk_ground {
    struct store *store;
    struct turn *turn;
    struct dispatcher *dispatcher;
    struct ussd_desk *ussd;
    const struct gateway_config *config;
};
/* What an earlier gateway did not come to read is read now; `started_at` is a wall time before
 * ussd_desk_new(). */
struct sim_desk *sim_desk_new(const struct sim_desk_ground *ground, int64_t started_at,
                              GError **error);
/* After the turn: it may still hold effects of ours. */
void sim_desk_free(struct sim_desk *desk);
void sim_desk_configure(struct sim_desk *desk, const struct gateway_config *config);

/* Once a second; wall and monotonic time. */
void sim_desk_tick(struct sim_desk *desk, int64_t now, int64_t steady);

/* A person wants this dialogue, whose row is there; `code` of the card for a top-up, else NULL. */
void sim_desk_order(struct sim_desk *desk, const char *modem, int64_t id, const char *code);
/* A large campaign is about to begin. */
void sim_desk_before(struct sim_desk *desk);

/* What is wrong with the SIM of a modem; all borrowed until the next tick, NULL: nothing. */
struct sim_worry {
    const char *low;      /* credit or bundle: sentences */
    const char *low_hint; /* two or three words for an SMS, without diacritics; NULL: none */
    const char *unread;   /* why nobody knows what it has left: a sentence */
    int64_t unread_since; /* 0: not known */
};
void sim_desk_worry(const struct sim_desk *desk, const char *modem, struct sim_worry *retworry);
