// SPDX-License-Identifier: GPL-2.0-or-later
/* The questions of a campaign as USSD menus: one question after the other, pages that fit, "0" for
 * the next page. Pure: where somebody stands is a place, which the caller keeps. What is chosen
 * comes out as the text that an SMS would have had, so that it is read and counted by the same
 * rules. */
#pragma once

#include "config/campaign.h"
#include "config/ussd_services.h"

/* A USSD string has 160 octets (3GPP TS 23.038 §6.1.2.3, §6.2.3). */
enum { MENU_SEPTETS = 182, MENU_UCS2 = 91, MENU_PLACE_MAX = 256 };

struct menu;
/* Borrows the campaign; threads may share it. */
struct menu *menu_new(const struct campaign_config *campaign, enum ussd_alphabet alphabet);
void menu_free(struct menu *menu);
/* What cannot be put into menus: "a label of question nghe is longer than a page"; GPtrArray of
 * char *, freed with it. */
GPtrArray *menu_warnings(const struct menu *menu);

/* As text, so that the database can keep it: at most MENU_PLACE_MAX octets; "" is the beginning. */
struct menu_turn {
    char *page;                             /* within the limits, never empty */
    bool end;                               /* END: nothing more is asked */
    const struct question_config *question; /* that was answered now */
    char *answer; /* to it, as an SMS of that question would say it; with `question` NULL an opinion
                     ("YK …") or an opt-out, about none; NULL: nothing was answered */
    char *place;  /* from here it goes on */
    bool misread; /* the input was none of what was offered */
    struct {
        const struct question_config *question; /* NULL: nothing was declined */
        const struct option_config *addon;      /* a "no" to it: what stands may not have it */
    } declined;
};
void menu_turn_clear(struct menu_turn *turn);

/* The first page; `answered` says for each question whether it needs no asking any more (NULL: all
 * are asked). With all answered: offers to change an answer, or ends. */
void menu_begin(const struct menu *menu, const bool *answered, struct menu_turn *retturn);
/* Where a session broke off: the same page again. False: the place is none of this campaign's. */
bool menu_resume(const struct menu *menu, const char *place, struct menu_turn *retturn);
/* What was typed at that place. The answer becomes final when the caller has stored it. */
void menu_go_on(const struct menu *menu, const char *place, const char *input,
                struct menu_turn *retturn);

struct ballot;
/* What an SMS would say to mean that whole answer; NULL: nothing. The caller frees. */
char *menu_say(const struct menu *menu, const struct question_config *question,
               const struct ballot *ballot);

/* Whether a text fits a page; the characters that count and those that there are, as in the
 * alphabet that it needs. */
bool menu_page_fits(const char *page, unsigned *retused, unsigned *retlimit);
/* A notice for an END: cut to a page, in the alphabet of the service. The caller frees. */
char *menu_notice(enum ussd_alphabet alphabet, const char *text);
