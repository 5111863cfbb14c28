// SPDX-License-Identifier: GPL-2.0-or-later
// What is to be shown at a place of the menus, before it is cut into pages.
#pragma once

#include "campaigns/menu_work.h"

/* False: the place points to nothing of these menus; `retsheet` is cleared by the caller in any
 * case. */
bool menu_view_make(const struct menu *menu, const struct menu_place *place,
                    struct menu_sheet *retsheet);
/* The keys that work there. */
const struct menu_keys *menu_view_keys(const struct menu *menu, const struct menu_place *place);

/* Where somebody may go back to from a place, other than to the page before; false: nowhere. */
bool menu_view_before(const struct menu *menu, const struct menu_place *place,
                      struct menu_place *retplace);

/* Choices of MENU_AT_AGAIN, in the order of their keys 1, 2, 3. */
enum menu_again { MENU_AGAIN_ANSWER, MENU_AGAIN_OPINION, MENU_AGAIN_LEAVE, MENU_AGAINS };
bool menu_view_offers(const struct menu *menu, enum menu_again again);
/* Which of the options of several can still be chosen. */
uint64_t menu_view_open(const struct menu_asked *asked, uint64_t chosen);

/* Keys of the options of a question, and those left for moving about. */
void menu_view_give_keys(struct menu_asked *asked);
/* Labels as they are shown; where two read alike ("đúng" and "dừng" without their diacritics) each
 * with another word for it. */
void menu_view_give_labels(struct menu_asked *asked, enum ussd_alphabet alphabet);
