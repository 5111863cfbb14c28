// SPDX-License-Identifier: GPL-2.0-or-later
/* What was chosen in a menu as the text of an SMS, tried on the interpreter: only a text that is
 * judged as exactly this answer is given out. */
#pragma once

#include "campaigns/menu_work.h"

/* All NULL where no text says it; the caller frees. */
char *menu_saying_options(const struct menu *menu, unsigned question, uint64_t chosen);
char *menu_saying_ballot(const struct menu *menu, unsigned question, const struct ballot *ballot);
char *menu_saying_addon(const struct menu *menu, unsigned question, unsigned addon);
char *menu_saying_numbers(const struct menu *menu, unsigned question, const int64_t *number);
/* Free text may be what else an SMS may be instead: an opinion, for it asks; an opt-out, which an
 * opinion may be, too. */
char *menu_saying_text(const struct menu *menu, unsigned question, const char *text);
char *menu_saying_opinion(const struct menu *menu, const char *text);

/* What words say to a question with options, as they would by SMS: which of them, and whether there
 * are add-ons with them. False: nothing, or nothing sure. */
bool menu_saying_read(const struct menu *menu, unsigned question, const char *text,
                      uint64_t *retchosen, bool *retaddons);
