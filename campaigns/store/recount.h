// SPDX-License-Identifier: GPL-2.0-or-later
/* What a campaign is counted again from: raw incoming messages, replies as they were matched, and
 * every version of an answer, contact by contact. Reads only; between store_tally_begin() and
 * store_tally_end() all of it is of one moment. */
#pragma once

#include "campaigns/store/store.h"

/* int64_t: contacts that said anything in the campaign, or for whom anything was recorded; persons
 * for whom something was. */
GArray *store_recount_contacts(struct store *store, int64_t campaign_id, GError **error);
GArray *store_recount_persons(struct store *store, int64_t campaign_id, GError **error);

struct recount_reply {
    int64_t id, campaign_id, sent_at, received_at;
    int64_t opinions;
    bool settled; /* by a person */
    bool erased;  /* its text is gone */
    bool by_menu; /* no SMS: the text is what was chosen */
    char *text, *question, *shut, *outcome, *rule;
};
/* All the contact ever said, in the order in which it came in; GArray, freed with it. */
GArray *store_recount_replies(struct store *store, int64_t contact_id, GError **error);

/* The text as its parts make it; NULL with no error: no part is kept. */
char *store_recount_joined(struct store *store, int64_t reply_id, GError **error);

struct recount_version {
    int64_t id, reply_id, at, recorded_at, superseded_by;
    bool decided; /* by a person */
    char *question, *code, *said;
};
/* Of a contact, or of a person (the other 0), by question and then as Loa learnt of them. */
GArray *store_recount_versions(struct store *store, int64_t campaign_id, int64_t contact_id,
                               int64_t person_id, GError **error);

struct recount_refusal {
    int64_t contact_id, at;
    int64_t reply_id; /* 0: a person said so */
    bool out;         /* else: wishes for messages again */
};
/* Of the campaign's organisation or of all, by contact and then by time. */
GArray *store_recount_refusals(struct store *store, int64_t campaign_id, GError **error);
