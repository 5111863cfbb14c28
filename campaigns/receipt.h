// SPDX-License-Identifier: GPL-2.0-or-later
/* What Loa writes back: one of the texts in `answers` of a campaign, to one contact, within bounds
 * that end any conversation with a robot (R21). */
#pragma once

#include "campaigns/book.h"

enum {
    RECEIPT_DAY_MS = 24 * 60 * 60 * 1000,
    RECEIPT_TEXTS_PER_DAY = 8, /* to one contact, whatever it writes; questions are not counted:
                                  campaigns/conversation.c bounds them */
};

enum receipt_kind {
    RECEIPT_ACCEPTED,
    RECEIPT_UNCLEAR,
    RECEIPT_OPINION,
    RECEIPT_OPTOUT,
    RECEIPT_QUESTION,       /* the next one of a conversation */
    RECEIPT_QUESTION_AGAIN, /* nobody answered it: within sending hours, as a reminder */
};

struct receipt_choice {
    const struct question_config *question;
    char *code; /* in force; see campaigns/ballot.h */
};
void receipt_choice_clear(gpointer choice);

struct receipt {
    enum receipt_kind kind;
    int64_t campaign_id, contact_id;
    const char *modem; /* the one the reply came by; NULL or "": the one that wrote first */
    GArray *choices;   /* RECEIPT_ACCEPTED: struct receipt_choice; NULL: none */
    unsigned place;    /* RECEIPT_QUESTION: among the campaign's questions */
    int64_t number;    /* RECEIPT_OPINION */
    int64_t now;
};

/* Inside a transaction. Nothing is queued where the campaign is silent or the bounds are met. */
bool receipt_queue(struct store *store, struct campaign_book *book, const struct receipt *receipt,
                   GError **error);

/* The priority of what is written back: before what its campaign still has to send, never in the
 * rank of an emergency; and until when it is worth sending. */
int receipt_rank(int priority);
int64_t receipt_expires_at(const struct campaign_terms *terms, int64_t now);
