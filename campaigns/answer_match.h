// SPDX-License-Identifier: GPL-2.0-or-later
/* Which campaign, and which of its questions, a reply is about: the last one sent to that contact
 * by that SIM which still takes answers; a keyword of another one decides otherwise; two candidates
 * make it unclear. */
#pragma once

#include "campaigns/answer.h"

struct answer_match {
    int64_t campaign_id; /* 0: none */
    int64_t sent_at;     /* the network's time if it can be true, else ours */
    const char *shut;    /* why it takes no answer; "": it does */
    bool readable;       /* the campaign's file can be parsed */
    char *question;      /* the only one that is open; "": all */
    int64_t asked_at;    /* when that was sent; 0: with the invitation */
};
void answer_match_clear(struct answer_match *match);

bool answer_match_find(struct store *store, struct campaign_book *book,
                       const struct answer_source *source, int64_t contact_id,
                       struct answer_match *retmatch, GError **error);

/* When a text was sent that is no answer to anything. */
int64_t answer_match_moment(const struct answer_source *source);
