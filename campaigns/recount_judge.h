// SPDX-License-Identifier: GPL-2.0-or-later
// Reading the texts of one campaign again, as they were read when they came.
#pragma once

#include "campaigns/judgement.h"

struct recount_judge; /* opaque */

struct recount_judge *recount_judge_new(const struct campaign_config *campaign);
void recount_judge_free(struct recount_judge *judge);

struct recount_text {
    const char *text, *question, *shut; /* as the reply has them */
    bool refused;                       /* the contact took no messages when it came */
    bool typed;                         /* in a menu */
};
/* Borrowed until the next call. */
const struct judgement *recount_judge_read(struct recount_judge *judge,
                                           const struct recount_text *text);
