// SPDX-License-Identifier: GPL-2.0-or-later
/* What comes back: a complete text from somebody becomes a reply, an answer, an opinion or an
 * opt-out, and perhaps a text in return (rules R1, R15 to R18, R21). */
#pragma once

#include "campaigns/book.h"

struct answer_source {
    const char *modem;
    const char *sender; /* as the PDU has it */
    const char *text;   /* joined; valid UTF-8 */
    int64_t sent_at;    /* SCTS, 0: unreadable */
    int64_t received_at;
    int64_t *retreply; /* id of the reply row, for incoming.reply_id; may be NULL */
};

/* Inside the caller's transaction. Answer texts are queued there too. False is a fault: the
 * transaction must be rolled back. */
bool answer_take(struct store *store, struct campaign_book *book,
                 const struct answer_source *source, int64_t now, GError **error);

/* What a contact chose or typed in a menu, in answer to one question: read, kept and counted as an
 * SMS that says the same, but nothing is written back. */
struct answer_choice {
    int64_t session_id, campaign_id, contact_id;
    const char *phone;    /* E.164 */
    const char *question; /* "": it is about none, an opinion */
    const char *text;     /* what the SMS would have said; valid UTF-8 */
    int64_t now;
};
/* Inside a transaction, while the campaign takes answers. `retrefusal`: it was an opt-out. */
bool answer_choose(struct store *store, struct campaign_book *book,
                   const struct answer_choice *choice, bool *retrefusal, GError **error);

/* A person decides. One transaction of its own each. Codes: campaigns/answer_code.h; "-": nothing.
 */
enum answer_error {
    ANSWER_ERROR_CODE,   /* no answer to a question of that campaign */
    ANSWER_ERROR_NOBODY, /* a stranger, a service, or no campaign: there is nothing to count */
    ANSWER_ERROR_REASON, /* it changes what counts already: say who, and why */
    ANSWER_ERROR_TIME,   /* said in the future */
};
GQuark answer_error_quark(void);
#define ANSWER_ERROR (answer_error_quark())

/* What a reply says; the same code again confirms it. With "-" a reply that counted does no more,
 * and what was said before it is in force again. */
struct answer_decision {
    int64_t reply_id;
    int64_t person_id;              /* for one person of a shared phone; 0: for the contact */
    const char *code, *by, *reason; /* reason may be NULL where nothing changes that counts */
    int64_t now;
};
bool answer_settle(struct store *store, struct campaign_book *book,
                   const struct answer_decision *decision, GError **error);

/* What somebody said elsewhere: by telephone, at the door. */
struct answer_record {
    int64_t campaign_id;
    int64_t contact_id, person_id; /* one of them */
    const char *code, *by, *reason;
    int64_t at; /* when it was said */
    int64_t now;
};
bool answer_record(struct store *store, struct campaign_book *book,
                   const struct answer_record *record, GError **error);
