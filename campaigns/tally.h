// SPDX-License-Identifier: GPL-2.0-or-later
/* A campaign in figures, counted from the rows every time. Valid without an open transaction; all
 * figures are of one moment. */
#pragma once

#include "campaigns/book.h"
#include "campaigns/message.h"

struct tally_option {
    char *code, *label; /* a code that is in no option (numbers, headcount): label "" */
    int64_t count;      /* contacts, persons or households, by count_by */
};

struct tally_question {
    char *id;
    GPtrArray *options; /* struct tally_option *, in the file's order, further codes behind */
    int64_t answered, no_answer; /* together: `base` */
};

/* The figures of one unit with all below it, or of the whole campaign. */
struct tally_figures {
    int64_t persons, households, contacts; /* of the audience, with and without a phone */
    int64_t no_phone;                      /* persons nobody can write to */
    int64_t base;                     /* what can answer, by count_by: written to, not skipped */
    int64_t messages[MESSAGE_STATES]; /* invitations by state */
    struct {
        int64_t base, reached; /* by coverage.by; reached: a message was *delivered* */
    } coverage;
    GPtrArray *questions; /* struct tally_question * */
    int64_t unclear;      /* replies that wait for a person */
    int64_t opinions, optouts;
    int64_t replies; /* all that came in, repeats left out */
};

struct tally_unit {
    int64_t id;                 /* 0: persons without a unit */
    char *code, *name, *parent; /* codes; parent NULL: a root */
    unsigned depth;
    struct tally_figures all; /* with all below */
    struct tally_figures own;
};

struct tally {
    int64_t id;
    char *code, *title;
    enum campaign_state state;
    int count_by, coverage_by; /* enum count_by */
    double coverage_target;    /* percent; 0: none */
    int64_t opens_at, closes_at, started_at, state_at, counted_at;
    struct tally_figures total;
    int64_t receipts[MESSAGE_STATES]; /* answer texts by state */
    GPtrArray *units; /* struct tally_unit *, parents before children; only those concerned */
};

struct tally *tally_make(struct store *store, int64_t id, int64_t now, GError **error);
void tally_free(struct tally *tally);
