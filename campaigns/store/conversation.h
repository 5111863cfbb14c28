// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of conversations: which question of a campaign is open for a contact.
#pragma once

#include "campaigns/store/store.h"

enum conversation_state { CONVERSATION_OPEN, CONVERSATION_DONE, CONVERSATION_TIMED_OUT };
const char *conversation_state_name(enum conversation_state state); /* as stored */

struct conversation_row {
    int64_t campaign_id, contact_id; /* contact 0: there is none */
    enum conversation_state state;
    char *question;
    int64_t asked_at, reminded_at; /* reminded_at 0: not yet */
};
void conversation_row_clear(struct conversation_row *row);
bool store_conversation_get(struct store *store, int64_t campaign_id, int64_t contact_id,
                            struct conversation_row *retrow, GError **error);

/* ---- inside a transaction ---- */
bool store_conversation_put(struct store *store, const struct conversation_row *row,
                            GError **error);
/* A queued message asks that question; as which reminder, -1: none. */
bool store_conversation_link(struct store *store, int64_t message_id, const char *question,
                             int reminder, GError **error);
/* Queued for the contact once more, and answered meanwhile: not sent. */
bool store_conversation_unask(struct store *store, int64_t campaign_id, int64_t contact_id,
                              int64_t now, GError **error);
/* The message, if it asks a question, is on the air: that question is open from then on. */
bool store_conversation_sent(struct store *store, int64_t message_id, int64_t at, GError **error);

/* What the contact was asked, invitations left out: that question, the same as a reminder, and any
 * question of any campaign since then. */
struct conversation_texts {
    int64_t times, again, recent;
};
bool store_conversation_texts(struct store *store, const struct conversation_row *row,
                              int64_t since, struct conversation_texts *rettexts, GError **error);

/* ---- the clock ---- */
/* Campaigns with an open conversation: GArray of int64_t. */
GArray *store_conversation_campaigns(struct store *store, GError **error);
/* Open ones asked so long ago; `unreminded`: only those not asked once more yet. GArray of int64_t,
 * contacts. */
GArray *store_conversation_due(struct store *store, int64_t campaign_id, int64_t asked_before,
                               bool unreminded, unsigned limit, GError **error);
