// SPDX-License-Identifier: GPL-2.0-or-later
/* Somebody who dials: goes through menus turn by turn, and checks of every turn what must hold of
 * all: it fits a page, and its place fits where places are kept. Shared by the tests of menus. */
#pragma once

#include "campaigns/menu.h"
#include "campaigns/reply.h"

struct menu_walk {
    struct campaign_config campaign;
    enum ussd_alphabet alphabet;
    struct menu *menu;
    struct reply_reader *reader;
    GPtrArray *turns; /* struct reply_reader *, of each question */
    struct menu_turn turn;
};

void menu_walk_open(struct menu_walk *walk, const char *campaign, enum ussd_alphabet alphabet);
void menu_walk_close(struct menu_walk *walk);

void menu_walk_begin(struct menu_walk *walk, const bool *answered);
void menu_walk_say(struct menu_walk *walk, const char *input);
/* Of a turn made otherwise. */
void menu_walk_check(const struct menu_walk *walk);

/* The answer of the last turn is to that question, and is judged as `wanted` when it comes as an
 * SMS while the question is open. */
void menu_walk_assert_said(struct menu_walk *walk, const struct question_config *question,
                           const char *wanted);
