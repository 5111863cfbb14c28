// SPDX-License-Identifier: GPL-2.0-or-later
// The rows a tally is counted from.
#pragma once

#include "campaigns/message.h"
#include "campaigns/store/store.h"

/* All reads between the two see one moment. Works inside a transaction too. */
bool store_tally_begin(struct store *store, GError **error);
void store_tally_end(struct store *store);

struct tally_member {
    int64_t person_id;
    int64_t contact_id, unit_id, household_id; /* 0: none */
    bool addressed;
    int state;      /* enum message_state of the invitation to the contact; -1: none */
    bool delivered; /* any message of the campaign reached the contact */
};
/* Whom the campaign is for: GArray of struct tally_member. */
GArray *store_tally_members(struct store *store, int64_t campaign_id, GError **error);

struct tally_answer {
    int64_t contact_id, at;
    char *question, *code;
};
/* Those that count now: GArray of struct tally_answer, freed with it. */
GArray *store_tally_answers(struct store *store, int64_t campaign_id, GError **error);

struct tally_voice {
    int64_t contact_id; /* 0: none */
    int64_t replies, unclear, opinions, optouts;
};
/* GArray of struct tally_voice, one for each contact that said anything. */
GArray *store_tally_voices(struct store *store, int64_t campaign_id, GError **error);

bool store_tally_receipts(struct store *store, int64_t campaign_id,
                          int64_t retcounts[MESSAGE_STATES], GError **error);
/* 0: not started. */
bool store_tally_started(struct store *store, int64_t campaign_id, int64_t *retat, GError **error);
