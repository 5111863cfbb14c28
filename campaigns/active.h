// SPDX-License-Identifier: GPL-2.0-or-later
/* The active set: the few messages of an unbounded queue that may go out next, in memory. Chooses
 * by priority, then in turn among campaigns, then by the route that suits the modem best, then by
 * age. Pure: rows come through its source. */
#pragma once

#include "campaigns/message.h"

struct active_set;

/* Where more comes from; each appends up to `limit` due messages (struct message *, the set's). */
struct active_source {
    /* The routes (char *, the set's) of what is queued for a campaign with this priority. */
    bool (*routes)(void *data, int64_t campaign_id, int priority, GPtrArray *routes,
                   GError **error);
    bool (*bulk)(void *data, const struct message_lane *lane, unsigned limit, GPtrArray *messages,
                 GError **error);
    bool (*direct)(void *data, const char *modem, unsigned limit, GPtrArray *messages,
                   GError **error);
    void *data;
};

/* Who asks for a message. */
struct active_buyer {
    const char *modem;
    /* Whether it takes anything from there, and how soon: the lower, the sooner. */
    bool (*wants)(void *data, const struct message_lane *lane, int64_t *retrank);
    /* Right now, by this modem; lane NULL: it is an answer, or bound to the modem. */
    bool (*fits)(void *data, const struct message *message, const struct message_lane *lane);
    void *data;
};

struct active_set *active_set_new(const struct active_source *source);
void active_set_free(struct active_set *set);

/* The campaigns (int64_t) that may send to many now; messages of others leave the set. */
void active_set_campaigns(struct active_set *set, const GArray *campaigns);
/* Something may have been queued, or fallen due. */
void active_set_poke(struct active_set *set);
/* Forget all messages: they are still in the queue. */
void active_set_clear(struct active_set *set);

/* 1 and a message that is the caller's, 0 when there is none for this buyer, -1 a fault. */
int active_set_pick(struct active_set *set, const struct active_buyer *buyer,
                    struct message **retmessage, GError **error);
