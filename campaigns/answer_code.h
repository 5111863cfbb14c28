// SPDX-License-Identifier: GPL-2.0-or-later
/* What a person types to say what somebody answered: "1", "1,TV", "bc=81 35420", "du=2",
 * "nghe=1,3; du=2", "-" for nothing. */
#pragma once

#include "config/campaign.h"

struct answer_code {
    const struct question_config *question;
    char *said; /* see campaigns/ballot.h */
};

#define ANSWER_CODE_NOTHING "-"

/* GArray of struct answer_code, each question once; freed with it. NULL with ANSWER_ERROR_CODE
 * (campaigns/answer.h), which says what can be typed. */
GArray *answer_code_read(const struct campaign_config *campaign, const char *text, GError **error);
