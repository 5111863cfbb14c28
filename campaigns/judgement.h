// SPDX-License-Identifier: GPL-2.0-or-later
/* What one reply does: nothing, an answer, an opinion … Pure: what the store knows comes as a case,
 * so that every figure can be counted again from the texts alone (recount). The order of a
 * contact's replies matters only to judgement_repeats() and to campaigns/ballot.h. */
#pragma once

#include "campaigns/reply.h"

enum judgement_outcome {
    JUDGED_UNCLEAR,
    JUDGED_ANSWER,  /* `answers`; `opinion` may come with them */
    JUDGED_OPINION, /* `opinion` alone */
    JUDGED_OPTOUT,
    JUDGED_OPTIN,
    JUDGED_SERVICE,
    JUDGED_STRANGER,
    JUDGED_REPEAT,
};
const char *judgement_outcome_name(enum judgement_outcome outcome); /* as in reply.outcome */

/* A text to a campaign. All borrowed. */
struct judgement_case {
    const struct campaign_config *campaign;
    const struct reply_reader *reader; /* of the campaign */
    const struct reply_reader *turn;   /* of the question that was open when it came; NULL: all */
    const char *shut;                  /* why it can be no answer ("closed"); "": it can */
    const char *text;
    bool refused; /* the contact takes no messages: only then "DK" by SMS means something */
    bool typed;   /* in the menu of that question */
};

struct judged_answer {
    const struct question_config *question;
    char *said; /* by this text alone; see campaigns/ballot.h */
};

struct judgement {
    enum judgement_outcome outcome;
    struct judged_answer *answers; /* one for each question it answers */
    unsigned count;
    char *opinion;
    const char *rule; /* borrowed of the case, or for ever */
    const char *look; /* it counts, but a person should look at it: why; "": no need */
    char *normalised;
};

/* Always fills `retjudgement`; clear it. */
void judgement_make(const struct judgement_case *asked, struct judgement *retjudgement);
void judgement_clear(struct judgement *judgement);

/* R16. `past`: replies of the same contact, the last that came in first; JUDGEMENT_PAST of them are
 * enough. */
enum { JUDGEMENT_PAST = 16, JUDGEMENT_REPEAT_MS = 10 * 60 * 1000 };
struct judgement_past {
    const char *text;
    const char *question; /* that was open; "": all */
    int64_t campaign_id, sent_at;
    bool by_menu; /* no network brings that again as an SMS */
};
bool judgement_repeats(const struct judgement_past *now, const struct judgement_past *past,
                       unsigned count);
