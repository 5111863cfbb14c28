// SPDX-License-Identifier: GPL-2.0-or-later
// One contact: whose it is, and whether it may be written to.
#pragma once

#include "campaigns/audience.h"

struct contact_row {
    int64_t id;           /* 0: not in the roster */
    int64_t opted_out_at; /* 0: may be written to */
};

bool store_contact_find(struct store *store, const char *phone, struct contact_row *retrow,
                        GError **error);
/* The person a text to this contact is for: the one the campaign addressed, else the head of the
 * household, else the first. `unit_name` is in `detail`. NULL without an error: nobody. */
struct recipient *store_contact_person(struct store *store, int64_t contact_id, int64_t campaign_id,
                                       GError **error);

/* How many answer texts but questions were made for it since then, and how many of those were the
 * campaign's help. */
struct contact_texts {
    int64_t all, help;
};
bool store_contact_texts(struct store *store, int64_t contact_id, int64_t campaign_id,
                         int64_t since, struct contact_texts *rettexts, GError **error);
/* What a queued answer is, for that count (t). */
bool store_contact_receipt(struct store *store, int64_t message_id, const char *receipt,
                           GError **error);
