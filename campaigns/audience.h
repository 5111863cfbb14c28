// SPDX-License-Identifier: GPL-2.0-or-later
/* Whom a campaign is for: units with all below them, groups, attributes; then one recipient for
 * each contact, and everybody else with the reason why not. */
#pragma once

#include "campaigns/roster.h"
#include "campaigns/store/store.h"
#include "config/campaign.h"

enum left_out {
    LEFT_OUT_NOT,
    LEFT_OUT_NO_PHONE,  /* none, or none that can receive SMS: see `detail` */
    LEFT_OUT_OPTED_OUT, /* has a contact that refused */
    LEFT_OUT_SHARED,    /* another person of the same phone gets the message */
    LEFT_OUT_COUNT,
};

struct recipient {
    int64_t person_id;
    int64_t contact_id;            /* 0: none */
    int64_t unit_id, household_id; /* 0: none */
    char *phone;                   /* E.164, NULL: none */
    char *name;
    char *birth; /* ISO 8601 date or year; "" unknown */
    enum sex sex;
    const char *unit_name; /* of today; owned by the audience; "" */
    bool head;             /* of the household */
    bool opted_out;        /* the contact refuses this organisation's messages */
    bool exempted;         /* it does, but gets this one: an emergency */
    bool addressed;        /* the one person that stands for the contact */
    enum left_out left_out;
    char *detail;  /* of the left out: why there is no phone, or who has it; "" */
    char **values; /* one for each of the audience's `fields` */
};

struct audience {
    GPtrArray *recipients; /* struct recipient * to be written to, as in the roster */
    GPtrArray *left_out;   /* struct recipient * */
    char **fields;         /* folded attribute names that were asked for */
    GHashTable *unit_names;
    int64_t counts[LEFT_OUT_COUNT];        /* persons by reason; [LEFT_OUT_NOT] is the recipients */
    int64_t persons, households, contacts; /* all that the campaign is for */
    int64_t exempted;                      /* recipients who refused: an emergency goes to them */
};

/* Whom it is for on the day `today`, under that day's units. `fields`: the attributes the texts
 * need, NULL-terminated. Unknown units and groups are faults; campaign_create() has refused them.
 */
struct audience *audience_select(struct store *store, const struct campaign_config *config,
                                 const char *today, const char *const *fields, GError **error);
void audience_free(struct audience *audience);
/* The attributes of one person who was not selected here, but written down at a start. */
bool audience_fill_values(struct store *store, struct recipient *person, char **fields,
                          GError **error);

const char *left_out_name(enum left_out reason);     /* "no-phone", "opted-out", "shared" */
const char *left_out_sentence(enum left_out reason); /* for people */
