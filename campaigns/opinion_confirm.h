// SPDX-License-Identifier: GPL-2.0-or-later
/* Is the author content with the answer? A plain "1" or yes to the answer closes the opinion, a
 * plain "0" or no opens it again. Anything else is no confirmation and goes its usual way. */
#pragma once

#include "campaigns/campaign.h"

#define OPINION_CONFIRM_MS   (INT64_C(7) * 24 * 60 * 60 * 1000)
/* How the rule of such a reply begins. */
#define OPINION_CONFIRM_RULE "opinion "

/* The text as it came. */
struct opinion_confirm_text {
    int64_t contact_id;
    const char *modem, *text;
    int64_t sent_at;
};
struct opinion_confirm {
    int64_t opinion_id; /* 0: this text is no confirmation */
    int64_t campaign_id;
    bool yes;
    bool again; /* the network's repeat of one that was taken: it changes nothing more */
};

/* Before any campaign is looked for: the last thing that modem sent to the contact was an answer
 * that asks, at most OPINION_CONFIRM_MS ago, and the text is a plain yes or no. Writes nothing. */
bool opinion_confirm_find(struct store *store, const struct opinion_confirm_text *text,
                          struct opinion_confirm *retconfirm, GError **error);
/* Once the reply is stored, with outcome "opinion" and opinion_confirm_rule(), by which every count
 * knows that it is no vote; inside the same transaction. */
bool opinion_confirm_take(struct store *store, const struct campaign_terms *terms,
                          const struct opinion_confirm *confirm, int64_t now, GError **error);
const char *opinion_confirm_rule(const struct opinion_confirm *confirm); /* "opinion confirmed" */
