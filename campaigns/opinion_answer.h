// SPDX-License-Identifier: GPL-2.0-or-later
// The SMS that answers an opinion.
#pragma once

#include "campaigns/opinion_work.h"
#include "campaigns/store/opinion.h"

/* For opinion_work_answer(), within its transaction. Queues the text in the rank of receipts;
 * refuses one that is too long, and an author who takes no messages: opt-out beats everything. */
bool opinion_answer_give(struct store *store, struct campaign_book *book,
                         const struct opinion_task *task, const struct opinion_answer *answer,
                         struct opinion_row *row, GError **error);
/* How long an office has; "" or unknown: as long as anybody. */
int64_t opinion_answer_time(const struct gateway_config *config, const char *office);
