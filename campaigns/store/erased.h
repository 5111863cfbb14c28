// SPDX-License-Identifier: GPL-2.0-or-later
/* Numbers that were erased: the pseudonym in their place, and what is still known of what they
 * refused, so that the next roster does not write to them again. */
#pragma once

#include "campaigns/store/store.h"

/* In place of the number of an erased contact: no number can equal it, no modem can dial it. */
#define ERASED_PHONE   "+x"
/* In place of a name, or of an answer in words, which stays one. */
#define ERASED_TEXT    "(đã xóa)"
/* What is left of somebody's menu session: that there was one, how it ended and when. */
#define ERASED_SESSION "session = '#' || id, phone = '', path = '', place = '', page = ''"
/* The cause of messages that were cancelled because nobody is there any more. */
#define MESSAGE_ERASED "erased"

/* All inside a transaction. What the contact refuses, under a keyed digest of its number; what was
 * known of the same number before is replaced. */
bool store_erased_remember(struct store *store, int64_t contact_id, const char *phone,
                           GError **error);
/* A contact was made for this number: it refuses what it refused. */
bool store_erased_recall(struct store *store, int64_t contact_id, const char *phone, int64_t now,
                         GError **error);
