// SPDX-License-Identifier: GPL-2.0-or-later
// One voice of a campaign counted again: what a contact said, and what persons decided about it.
#pragma once

#include "campaigns/recount.h"
#include "campaigns/recount_judge.h"
#include "campaigns/store/recount.h"
#include "campaigns/store/tally.h"

struct recounting {
    struct store *store;
    int64_t campaign_id;
    const struct campaign_config *campaign;
    struct recount_judge *judge;
    const GArray *refusals; /* struct recount_refusal, by contact */
    struct recount *recount;
    GStringChunk *texts; /* what answers borrow */
    GArray *answers;     /* struct tally_answer as they stand, borrowing */
    GArray *voices;      /* struct tally_voice */
};

bool recount_contact(struct recounting *recounting, int64_t contact_id, GError **error);
/* Everything about a person was recorded by somebody: it is only weighed again. */
bool recount_person(struct recounting *recounting, int64_t person_id, GError **error);

/* Copies its texts; what is over RECOUNT_LISTED is only counted. */
void recount_differs(struct recount *recount, const struct recount_difference *difference);
