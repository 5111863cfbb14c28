// SPDX-License-Identifier: GPL-2.0-or-later
/* What counts of everything that one voice said to one question (R15, R16). Pure.
 *
 * A voice is a contact, or a person for whom somebody recorded an answer. A person's own answer
 * stands before that of the contact; the contact's speaks for the person its message was for.
 *
 * An answer is kept as text: codes in the order of the file, add-ons behind them ("1,3,TV");
 * numbers with their names ("dot=81,luot=35420"); heads as "count=2"; free text as it is; "" is no
 * answer. An answer of nothing but add-ons ("TV") is no vote yet: ballot_parse() says so, and a
 * tally must count the add-ons, and the question as not answered. The same holds of "". */
#pragma once

#include "config/campaign.h"

struct reply_answer;

enum { BALLOT_CODES_MAX = 64, BALLOT_NUMBERS_MAX = 16 };

/* ---- one answer as text ---- */

struct ballot {
    bool vote;                         /* something but add-ons */
    unsigned count;                    /* codes */
    unsigned chosen[BALLOT_CODES_MAX]; /* places in question->options; behind them its addons */
    unsigned numbers;                  /* by place in question->fields; a head count: one */
    int64_t number[BALLOT_NUMBERS_MAX];
    const char *text; /* free text; borrowed */
};

/* False: the text is no answer of this question (its file was changed), `retballot` is empty. */
bool ballot_parse(const struct question_config *question, const char *code,
                  struct ballot *retballot);
/* The option or add-on at a place of `chosen`. */
const struct option_config *ballot_option(const struct question_config *question, unsigned place);
char *ballot_format(const struct question_config *question, const struct ballot *ballot);

/* What a text said, as the interpreter read it. */
char *ballot_said(const struct question_config *question, const struct reply_answer *answer);
/* What a person types: "1", "1 3 tv", "81 35.420", "dot=81,luot=35420", "2", any text. NULL: it is
 * no answer to this question. */
char *ballot_typed(const struct question_config *question, const char *text);

/* ---- several answers, one after the other ---- */

/* What stands when `said` follows on `standing`: a whole answer replaces a whole one, add-ons alone
 * complete it, and wait for it where it has not come yet ("TV", then "1" is "1,TV"). */
char *ballot_step(const struct question_config *question, const char *standing, const char *said);

struct ballot_version {
    int64_t at;       /* when it was said: orders the versions, whatever order they come in */
    int64_t id;       /* in the order in which Loa learnt of them: of one reply the last counts */
    int64_t reply_id; /* 0: said elsewhere */
    const char *said; /* "": of a reply, that it says nothing; elsewhere, that nothing stands */
};

/* What stands after all of them, "" for nothing; and the place of the version that made it so, -1
 * with no versions. Where nothing stands that is the last version that took something away. */
char *ballot_stand(const struct question_config *question, const struct ballot_version *versions,
                   unsigned count, int *retplace);
