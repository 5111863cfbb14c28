// SPDX-License-Identifier: GPL-2.0-or-later
/* Who may be written to, organisation by organisation. A refusal stops every later message of the
 * organisation but emergencies, and keeps the answers given (R17). */
#pragma once

#include "campaigns/store/consent.h"

/* The key of an organisation as a campaign file writes it (NULL: the house, ""): spellings that
 * differ in case, blanks or the form of their letters are one. The caller frees. */
char *consent_organisation(const char *written);

/* ---- by SMS; inside the intake's transaction ---- */
struct consent_reply {
    int64_t contact_id, campaign_id, reply_id; /* campaign 0: it fits none */
    int64_t now;
};
/* Since when the contact refuses what that campaign stands for (0: it does not); of no campaign,
 * anything at all. */
bool consent_refused_at(struct store *store, int64_t contact_id, int64_t campaign_id,
                        int64_t *retat, GError **error);
/* Refuses the campaign's organisation; of no campaign, everybody. `retnew`: it had not yet, so that
 * a receipt is due. */
bool consent_refuse(struct store *store, const struct consent_reply *reply, bool *retnew,
                    GError **error);
/* "DK": the campaign's organisation again; of no campaign, all of them. */
bool consent_return(struct store *store, const struct consent_reply *reply, GError **error);

/* What a person may write down: the ways of the API. */
enum consent_change { CONSENT_CHANGE_REFUSE, CONSENT_CHANGE_RESTORE };

/* ---- told to a person; each a transaction of its own ---- */
struct consent_word {
    int64_t contact_id;
    const char *organisation; /* as written; CONSENT_ALL; NULL: all */
    const char *by, *reason;
    int64_t now;
};
/* STORE_ERROR_CONFLICT: that is refused already. */
bool consent_refuse_told(struct store *store, const struct consent_word *word, GError **error);
/* STORE_ERROR_CONFLICT: there is no such refusal, or everything is refused and one organisation
 * cannot be left out of that. */
bool consent_restore_told(struct store *store, const struct consent_word *word, GError **error);
