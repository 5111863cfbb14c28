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

/* A person decides what a reply says. `code` is one of the options' codes, "question=code" where
 * several questions use it, "1,3" where several may be chosen, or "-": it says nothing.
 * One transaction of its own. */
struct answer_decision {
    int64_t reply_id;
    const char *code, *by, *reason; /* reason may be NULL */
    int64_t now;
};
enum answer_error {
    ANSWER_ERROR_CODE,   /* no such option in that campaign */
    ANSWER_ERROR_NOBODY, /* a stranger, a service, or no campaign: there is nothing to count */
};
GQuark answer_error_quark(void);
#define ANSWER_ERROR (answer_error_quark())
bool answer_settle(struct store *store, struct campaign_book *book,
                   const struct answer_decision *decision, GError **error);
