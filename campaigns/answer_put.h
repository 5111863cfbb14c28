// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes down one more version of what a voice says to a question, and what is in force then. */
#pragma once

#include "campaigns/store/answer.h"
#include "config/campaign.h"

struct answer_put {
    char *code;   /* in force now; "" nothing */
    bool changed; /* it was another one before */
};
void answer_put_clear(struct answer_put *put);

/* Inside a transaction. `row` has everything but id, code and superseded_by. */
bool answer_put(struct store *store, const struct question_config *question,
                const struct answer_row *row, struct answer_put *retput, GError **error);
