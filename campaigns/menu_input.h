// SPDX-License-Identifier: GPL-2.0-or-later
// What is typed on a page, as the answer that it is there.
#pragma once

#include "campaigns/menu_work.h"

/* Blanks and a closing "#" or "." gone, digits made plain. The caller frees. */
char *menu_input_key(const char *input);
bool menu_input_is(const char *key, const char *wanted);

/* Options by their keys; several only where the question takes them. False: it is none of them. */
bool menu_input_options(const struct menu_asked *asked, const char *key, uint64_t *retchosen);
/* The numbers from `part` on: one, or all that are left, where that cannot mean one; 0: neither. */
unsigned menu_input_numbers(const struct menu_asked *asked, unsigned part, const char *key,
                            int64_t *retnumber);
bool menu_input_count(const char *key, int64_t *retnumber); /* of heads */
bool menu_input_yes(const char *key, bool *retyes);
bool menu_input_place(const char *key, unsigned count, unsigned *retplace); /* 1 … count → 0 … */
