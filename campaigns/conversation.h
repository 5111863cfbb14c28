// SPDX-License-Identifier: GPL-2.0-or-later
/* A campaign that asks one question after the other: the next one goes out when the last is
 * answered, the thanks when all are. Each is asked once, and once more where nobody answers, so
 * that no robot can keep a conversation alive (R21). */
#pragma once

#include "campaigns/book.h"

enum {
    CONVERSATION_TIMES = 2,          /* one question to one contact, the invitation left out */
    CONVERSATION_TEXTS_PER_DAY = 32, /* questions to one contact, of all campaigns */
    CONVERSATION_SLICE = 100,
};

/* Something of the contact was answered. */
struct conversation_turn {
    int64_t campaign_id, contact_id;
    const char *modem; /* the reply came by it: the next question goes the same way */
    bool silent;       /* the contact takes no messages: its answers count all the same */
    bool changed;      /* an answer is another one than before */
    int64_t now;
};

/* Inside the intake's transaction. `rettalking`: the campaign asks in turn, and everything that is
 * to be written back is queued. */
bool conversation_go_on(struct store *store, struct campaign_book *book,
                        const struct conversation_turn *turn, bool *rettalking, GError **error);

/* Asks once more what nobody answered, and closes what nobody answered for too long; in short
 * transactions of its own. Call it every few seconds. */
struct conversation_care {
    unsigned reminded, timed_out;
};
bool conversation_clock(struct store *store, struct campaign_book *book, int64_t now,
                        struct conversation_care *retcare, GError **error);
