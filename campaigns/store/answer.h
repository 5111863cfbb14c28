// SPDX-License-Identifier: GPL-2.0-or-later
// Rows of answers: one current for each campaign, contact and question, the others superseded.
#pragma once

#include "campaigns/store/store.h"

struct answer_row {
    int64_t id; /* 0: none */
    int64_t campaign_id, contact_id;
    char *question, *code; /* codes joined by "," */
    int64_t reply_id, at, recorded_at;
    const char *by, *reason; /* by: "" the reply itself */
};

/* id 0: none yet. Clear it. */
bool store_answer_current(struct store *store, int64_t campaign_id, int64_t contact_id,
                          const char *question, struct answer_row *retrow, GError **error);
void answer_row_clear(struct answer_row *row);

/* Inside a transaction. `current` as read in it, id 0: none. With `takes_over` the new row is the
 * current one; else it is kept as superseded by what is current. */
bool store_answer_insert(struct store *store, const struct answer_row *row,
                         const struct answer_row *current, bool takes_over, GError **error);
