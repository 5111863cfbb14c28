// SPDX-License-Identifier: GPL-2.0-or-later
/* A campaign in figures, counted from the rows every time; of a campaign whose data was erased, as
 * its last snapshot has it. Valid without an open transaction; all figures are of one moment.
 *
 * Whose answer counts, where some came by SMS from a contact and others were recorded for one
 * person: by person, a contact speaks for the person its message bears the name of, and whatever
 * was said last about that person counts; by household, the last answer of any phone or member; by
 * contact, what was recorded for a person counts for that person's phone, and for nobody if there
 * is none. Where nothing but add-ons was said last, the vote before it stands and they join it. */
#pragma once

#include "campaigns/book.h"
#include "campaigns/message.h"

struct tally_option {
    char *code, *label;
    bool addon;    /* comes with an answer, is none */
    int64_t count; /* contacts, persons or households, by count_by */
};

struct tally_field { /* of numbers; "count": the heads of a head count */
    char *name, *label;
    int64_t sum;   /* 0 with `overflow` */
    int64_t given; /* by how many */
    bool overflow; /* the sum needs more than 64 bits */
};

struct tally_question {
    char *id;
    int kind;                    /* enum question_kind */
    bool gone;                   /* it was answered, but is no question of the file any more */
    GPtrArray *options;          /* struct tally_option *, in the file's order, add-ons behind */
    GPtrArray *fields;           /* struct tally_field * */
    int64_t answered, no_answer; /* together: `base`; nothing but add-ons is no answer */
    int64_t other;               /* whose answer holds what is no option or number of the file */
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
    struct {
        int64_t plan, done; /* done: who chose one of target.options; plan 0: none */
    } target;
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
    int64_t plan;              /* of the whole campaign, as the file says; 0: of its units */
    int64_t opens_at, closes_at, started_at, state_at;
    int64_t counted_at;
    int64_t as_of; /* what had been said by then; 0: all */
    char *tree;    /* the day whose units these are, "2025-06-30"; NULL: those of today */
    struct {
        int64_t id; /* 0: counted from the rows */
        char *kind; /* as in the table; NULL */
    } snapshot;
    struct tally_figures total;
    int64_t receipts[MESSAGE_STATES]; /* answer texts by state */
    GPtrArray *units; /* struct tally_unit *, parents before children; only those concerned */
};

struct tally *tally_make(struct store *store, int64_t id, int64_t now, GError **error);

/* Instead of those of the store: GArrays as campaigns/store/tally.h makes them. */
struct tally_rows {
    const GArray *members, *answers, *voices;
};

struct tally_view {
    int64_t id, now;
    int64_t as_of;    /* only what was said by then; 0: all. States of messages are today's */
    int64_t snapshot; /* the figures of that one, not counted anew; 0: none */
    const char *tree; /* the units of that day; NULL: of today, in a snapshot its own */
    const struct tally_rows *rows;         /* NULL: what is stored */
    const struct tally_listener *listener; /* campaigns/tally_listener.h; NULL */
};
struct tally *tally_look(struct store *store, const struct tally_view *view, GError **error);
void tally_free(struct tally *tally);
