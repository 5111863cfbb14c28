// SPDX-License-Identifier: GPL-2.0-or-later
/* What a reply says to a campaign, and by which rule. A wrong vote or a false opt-out is a harm,
 * "unclear" is not: in doubt a person decides. Knows no store, no history and no clock: R15 to R18,
 * R21 and exact repeats (R16) are the caller's. */
#pragma once

#include "config/campaign.h"

enum reply_outcome {
    REPLY_UNCLEAR,
    REPLY_ANSWER,  /* `answers`; `opinion` may come with them */
    REPLY_OPINION, /* `opinion` alone */
    REPLY_OPTOUT,
    REPLY_SERVICE, /* the text of a robot: [QC] … */
};

struct reply_number {
    char *field; /* of the question; "count" of a head count */
    int64_t value;
};

/* To one question: codes, add-ons among them (of the kind text the text itself), or numbers. */
struct reply_answer {
    char *question; /* id */
    int kind;       /* enum question_kind */
    bool addons;    /* nothing but add-ons: no vote, so it must not replace one */
    char **codes;   /* NULL-terminated, as in the campaign file; NULL: numbers */
    struct reply_number *numbers;
    unsigned number_count;
};

struct reply_reading {
    enum reply_outcome outcome;
    struct reply_answer *answers; /* in the order of the questions; only with ANSWER */
    unsigned answer_count;
    char *opinion;    /* as the person wrote it, without the keyword; NULL: none */
    const char *rule; /* "R5 code", "R9 corrected", "R6 keyword" …: why, for people who check */
    char *normalised; /* folded text without politeness, as it was compared */
};

/* What is made of a campaign once, for all its replies. Borrows the campaign; threads may share it.
 */
struct reply_reader;
struct reply_reader *reply_reader_new(const struct campaign_config *campaign);
/* The same for the question at that place alone, which was just asked: it waits for no keyword, and
 * free text of any length answers one of the kind text. */
struct reply_reader *reply_reader_new_for(const struct campaign_config *campaign,
                                          unsigned question);
void reply_reader_free(struct reply_reader *reader);

/* `text` is valid UTF-8. Always fills `retreading`; clear it. */
void reply_read(const struct reply_reader *reader, const char *text,
                struct reply_reading *retreading);
/* What was typed in the menu of a question (`turn` of reply_reader_new_for()) can be about no other
 * one: figures alone answer one of the kind text. */
void reply_read_typed(const struct reply_reader *turn, const char *text,
                      struct reply_reading *retreading);
void reply_reading_clear(struct reply_reading *reading);
/* The codes of the only answer, where it is to a question with options and has nothing but them;
 * NULL: the reading says something else, or more. */
char *const *reply_reading_only(const struct reply_reading *reading, const char **retquestion);

/* The text begins with the keyword of a question, as "BC 81 35420" does. */
bool reply_calls(const struct reply_reader *reader, const char *text);
/* It counts by this rule, but a person should look at it: "A cho 2 đứa". */
bool reply_rule_looks(const char *rule);

/* Brand names, senders of up to six digits, and texts that begin with [QC] or [AD]: kept, never
 * tallied, never answered (R1). */
bool reply_is_service(const char *sender, const char *text);

const char *reply_outcome_name(enum reply_outcome outcome); /* "unclear", "answer" … */
