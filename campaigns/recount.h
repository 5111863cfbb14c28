// SPDX-License-Identifier: GPL-2.0-or-later
/* Every figure of a campaign once more from the raw incoming messages: parts are joined, texts are
 * judged by the rules of today in the order in which they came, and what persons decided stands in
 * its place. Equal, or a list of what differs. Writes nothing; reads one moment and blocks nobody.
 *
 * Taken as stored: to which campaign and question a reply belongs, and whether it could still be an
 * answer (that depended on what had been sent), plain yes and no to the answer of an opinion, and
 * everything about texts that were erased, which are counted apart. */
#pragma once

#include "campaigns/tally.h"

enum { RECOUNT_LISTED = 1000 };

struct recount_difference {
    int64_t reply_id; /* 0: a figure, or what was recorded without a reply */
    char *what;       /* "text", "outcome", "said buoi", "in force buoi", "opinions", else the
                         path of a figure */
    char *stored, *recounted;
    char *rule; /* by which it was stored; "" */
};

struct recount {
    int64_t replies; /* of the campaign */
    int64_t judged;  /* read again */
    int64_t erased;  /* taken as stored: their texts are gone */
    int64_t confirmations;
    int64_t decisions; /* of persons */
    int64_t answers;   /* in force */
    int64_t differing;
    GPtrArray *differences; /* struct recount_difference *, RECOUNT_LISTED at most */
};

struct recount *recount_make(struct store *store, int64_t campaign_id, int64_t now, GError **error);
void recount_free(struct recount *recount);
