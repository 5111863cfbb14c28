// SPDX-License-Identifier: GPL-2.0-or-later
// How far the reminders of a campaign are, and whom they may go to.
#pragma once

#include "campaigns/audience.h"
#include "campaigns/message.h"

struct reminder_run {
    bool begun;
    int64_t started_at, done_at; /* done_at 0: not all are queued yet */
    int64_t person_id;           /* the last one of the audience that was looked at */
    int64_t queued;
    char *skipped; /* why none were, or no more; "" */
};
void reminder_run_clear(struct reminder_run *run);

/* `begun` is false where there is no row yet. */
bool store_reminder_run(struct store *store, int64_t campaign_id, int reminder,
                        struct reminder_run *retrun, GError **error);
/* Inside a transaction. */
bool store_reminder_put(struct store *store, int64_t campaign_id, int reminder,
                        const struct reminder_run *run, GError **error);

/* Campaigns that run or are paused: GArray of int64_t. */
GArray *store_reminder_campaigns(struct store *store, GError **error);
/* Are so many reminders of it done, with nothing of them queued or under way? */
bool store_reminder_settled(struct store *store, int64_t campaign_id, unsigned count,
                            bool *retsettled, GError **error);

struct reminder_member {
    struct recipient *recipient;
    bool invited; /* the invitation to this person's contact has left, and bore this name */
    bool refused; /* the contact takes nothing from this organisation */
};
/* The next so many of whom the campaign is for, in the order of their ids: GPtrArray owning struct
 * reminder_member. Their unit_name is theirs at the start; borrowed by none, freed with them. */
GPtrArray *store_reminder_members(struct store *store, int64_t campaign_id, int64_t after,
                                  unsigned limit, GError **error);

struct reminder_answer {
    char *question, *code;
};
/* What the contact, or this person of it, has said and that counts now: GArray of struct
 * reminder_answer. */
GArray *store_reminder_answers(struct store *store, int64_t campaign_id, int64_t contact_id,
                               int64_t person_id, GError **error);

/* Inside a transaction: queues it, unless the contact has this reminder already. */
bool store_reminder_add(struct store *store, const struct message *message, int reminder,
                        int64_t now, bool *retadded, GError **error);
/* Which reminder a message is, and of whom it speaks (0: nobody known); -1: of none. */
bool store_reminder_of(struct store *store, int64_t message_id, int *retreminder,
                       int64_t *retperson, GError **error);

struct reminder_counts {
    int64_t waiting, sent, delivered, undelivered, refused, unsure, dropped;
};
/* What became of its messages. */
bool store_reminder_counts(struct store *store, int64_t campaign_id, int reminder,
                           struct reminder_counts *retcounts, GError **error);
