// SPDX-License-Identifier: GPL-2.0-or-later
/* Who was reached, over those who should be: a message *delivered* counts, one that was merely sent
 * does not. One campaign, or several together; by unit under the tree of a day. Beside it stand
 * campaigns, contacts made and persons reached, which are never added to each other. */
#pragma once

#include "campaigns/store/coverage.h"
#include "config/campaign.h"

/* A target in ten-thousandths of a percent: all arithmetic with it is exact. */
struct coverage_target {
    int64_t scaled; /* 850000: 85 %; 0: none */
    bool at_least;  /* else "more than" */
};

struct coverage_request {
    const int64_t *campaigns; /* NULL: all that started from `from` to before `to` */
    unsigned count;
    int64_t from, to; /* 0: open */
    int by;           /* enum count_by */
    struct coverage_target target;
    const char *unit; /* code: only this one and all below; NULL */
    const char *tree; /* day whose tree the units form; NULL: the newest */
    bool missed;      /* list who was not reached */
};

struct coverage_figures {
    int64_t base;               /* persons, households or contacts that should be reached */
    int64_t reach[REACH_COUNT]; /* what became of them; together: `base` */
    int64_t campaigns;          /* that sent anything here: đợt */
    int64_t contacts;           /* made: messages delivered, one a contact and campaign: lượt */
    int64_t contacts_sent;      /* messages that went on the air, one a contact and campaign */
    int64_t persons;            /* different ones reached: người */
};

struct coverage_unit {
    char *code, *name, *parent; /* "", "": no unit; parent NULL: a root */
    unsigned depth;
    struct coverage_figures all, own; /* all: with all below */
};

struct coverage_missed {
    unsigned unit; /* index in `units` */
    enum reach why;
    int64_t person_id, household_id;
    struct coverage_face face;
};

struct coverage {
    int by;
    struct coverage_target target;
    unsigned campaigns; /* looked at */
    struct coverage_figures total;
    GPtrArray *units;  /* struct coverage_unit *, parents before children; only those concerned */
    GPtrArray *missed; /* struct coverage_missed *, in the order of `units` */
};

/* All figures are of one moment. */
struct coverage *coverage_make(struct store *store, const struct coverage_request *request,
                               GError **error);
void coverage_free(struct coverage *coverage);

int64_t coverage_reached(const struct coverage_figures *figures);
int64_t coverage_failed(const struct coverage_figures *figures); /* it will not arrive any more */
const char *reach_name(enum reach reach);                        /* "no-phone" … */
const char *reach_label(enum reach reach); /* in Vietnamese, for those who visit */

/* "85", "85.5" or "85,5", with four decimals at most; above 0 and at most 100. */
bool coverage_target_read(const char *text, int64_t *retscaled);
struct coverage_target coverage_target_of(double more_than); /* of a campaign file; 0: none */
/* Never with a base of 0, nor without a target. */
bool coverage_met(const struct coverage_target *target, int64_t reached, int64_t base);
/* How many more must be reached to meet it; 0: it is met; -1: it cannot be, or there is none. */
int64_t coverage_missing(const struct coverage_target *target, int64_t reached, int64_t base);
/* "85.5", and in words: "trên 85,5 %". The caller frees. */
char *coverage_target_plain(const struct coverage_target *target);
char *coverage_target_text(const struct coverage_target *target);
