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
    int64_t id;
    int64_t contact_id, person_id; /* one is 0 */
    int64_t at;
    char *question, *code;
};
/* Those that count now, in the order in which they were said; one for each contact or person and
 * question, voided ones left out. GArray of struct tally_answer, freed with it. */
GArray *store_tally_answers(struct store *store, int64_t campaign_id, GError **error);
GArray *store_tally_answers_new(void); /* empty */

struct store_tally_version {
    int64_t id, contact_id, person_id;
    int64_t reply_id; /* 0: said elsewhere */
    int64_t at;
    char *question, *said;
};
/* All that was said by `as_of`, those of one voice and question together, in the order in which Loa
 * learnt of them. GArray of struct store_tally_version, freed with it. */
GArray *store_tally_versions(struct store *store, int64_t campaign_id, int64_t as_of,
                             GError **error);

struct tally_voice {
    int64_t contact_id; /* 0: none */
    int64_t replies, unclear, opinions, optouts;
};
/* GArray of struct tally_voice, one for each contact that said anything by `as_of` (0: now). */
GArray *store_tally_voices(struct store *store, int64_t campaign_id, int64_t as_of, GError **error);

bool store_tally_receipts(struct store *store, int64_t campaign_id,
                          int64_t retcounts[MESSAGE_STATES], GError **error);
/* 0: not started. */
bool store_tally_started(struct store *store, int64_t campaign_id, int64_t *retat, GError **error);
