// SPDX-License-Identifier: GPL-2.0-or-later
/* Later messages of a campaign to those who got its invitation: to the silent, to all, to those who
 * answered. One message per contact, in the name of the person the invitation spoke to. */
#pragma once

#include "campaigns/book.h"
#include "campaigns/message.h"

/* What one slice did. */
struct reminder_slice {
    bool more; /* another one has work */
    int64_t campaign_id;
    int reminder;      /* -1: nothing was due */
    int64_t queued;    /* of this reminder, in all */
    bool done;         /* with that reminder */
    char skipped[120]; /* why it, or the rest of it, is not sent; "" */
};

/* Queues what is due of running campaigns, in short transactions; call it outside any. A reminder
 * that cannot be sent any more is noted as skipped, with the reason. */
bool reminder_clock_slice(struct store *store, struct campaign_book *book, int64_t now,
                          struct reminder_slice *retslice, GError **error);

/* Nothing is left to come of a campaign's reminders: it may finish. */
bool reminder_all_done(struct store *store, const struct campaign_entry *entry, bool *retdone,
                       GError **error);

/* Inside the transaction of its lease: a reminder whose contact has said meanwhile what makes it
 * needless is skipped. */
bool reminder_still_due(struct store *store, struct campaign_book *book,
                        const struct message *message, int64_t now, bool *retdue, GError **error);

const char *reminder_to_name(enum reminder_to to); /* as in the file */
