// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reply says to a campaign. A wrong vote or a false opt-out is a harm, "unclear" is not: in
 * doubt a person decides. Rules R2, R4, R5 and R6; sender and history are the caller's. */
#pragma once

#include "config/campaign.h"

enum reply_outcome {
    REPLY_UNCLEAR,
    REPLY_ANSWER,  /* `codes` of `question`; `opinion` may come with it */
    REPLY_OPINION, /* `opinion` alone */
    REPLY_OPTOUT,
    REPLY_SERVICE, /* the text of a robot: [QC] … */
};

struct reply_reading {
    enum reply_outcome outcome;
    char *question;   /* id; NULL unless ANSWER */
    char **codes;     /* NULL-terminated, as in the campaign file; NULL unless ANSWER */
    char *opinion;    /* as the person wrote it, without the keyword; NULL: none */
    const char *rule; /* "R5 code", "R5 label", "R6 keyword" …: why, for people who check */
    char *normalised; /* folded text without politeness, as it was compared */
};

/* `text` is valid UTF-8. Always fills `retreading`; clear it. */
void reply_read(const struct campaign_config *campaign, const char *text,
                struct reply_reading *retreading);
void reply_reading_clear(struct reply_reading *reading);

/* Brand names, senders of up to six digits, and texts that begin with [QC] or [AD]: kept, never
 * tallied, never answered (R1). */
bool reply_is_service(const char *sender, const char *text);

const char *reply_outcome_name(enum reply_outcome outcome); /* "unclear", "answer" … */
