// SPDX-License-Identifier: GPL-2.0-or-later
/* Whoever wants to know which voices a tally is made of while it is counted: lists of names that
 * must add up to its figures are made this way, never by counting a second time. Of a snapshot
 * there are no voices. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tally_speaker {
    int64_t voice;                   /* person, household (negative: a person alone) or contact */
    int64_t unit_id;                 /* where it is counted; 0: none */
    int64_t person_id, household_id; /* one that stands for it; household 0: not by household */
};

struct tally_listener {
    void *data;
    /* What it says to a question: vote ("" none), add-ons said behind (NULL none); `answer`: it is
     * among those who answered. Each voice once for each question, in no order. */
    void (*said)(void *data, const struct tally_speaker *speaker, const char *question,
                 const char *vote, const char *addons, bool answer);
    /* It is in the base: it can answer. After all that was said. */
    void (*able)(void *data, const struct tally_speaker *speaker);
};
