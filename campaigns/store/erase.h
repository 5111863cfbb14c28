// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes persons out of the rows that counts are made from: rows stay, names, numbers and texts go.
 * Everything inside a transaction; what is to go is decided in campaigns/privacy.c. */
#pragma once

#include "campaigns/store/store.h"

struct erase_counts {
    int64_t persons, messages, cancelled, replies, opinions, answers, reports, quarantined;
};

/* The number itself, and every text to and from it. */
bool store_erase_contact(struct store *store, int64_t contact_id, const char *phone, int64_t now,
                         struct erase_counts *counts, GError **error);
/* The number alone, where it is known of no text any more. */
bool store_erase_number(struct store *store, int64_t contact_id, const char *phone, int64_t now,
                        GError **error);
/* The person's row, attributes, groups; a household's code that tells who it is. */
bool store_erase_person(struct store *store, int64_t person_id, int64_t now,
                        struct erase_counts *counts, GError **error);
/* Texts that bear this person's name, where others keep the number. */
bool store_erase_addressed(struct store *store, int64_t person_id, int64_t contact_id, int64_t now,
                           struct erase_counts *counts, GError **error);

/* A question that was answered in words by the contact, or for the person (0: not asked for). */
struct erase_question {
    int64_t campaign_id;
    char *question;
};
void erase_question_clear(gpointer question);
/* Appends every question that any of the two answered, of whatever kind. */
bool store_erase_questions(struct store *store, int64_t contact_id, int64_t person_id,
                           GArray *questions, GError **error);
bool store_erase_answers(struct store *store, int64_t contact_id, int64_t person_id,
                         const struct erase_question *question, struct erase_counts *counts,
                         GError **error);

/* Outside a transaction: what the write-ahead log and unused parts of the file may still hold goes
 * too. A file of more than ERASE_FILE_MAX bytes is not written anew: `retclean` false. */
#define ERASE_FILE_MAX (INT64_C(128) * 1024 * 1024)
bool store_erase_remains(struct store *store, bool *retclean, GError **error);
