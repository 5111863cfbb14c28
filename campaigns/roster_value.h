// SPDX-License-Identifier: GPL-2.0-or-later
// Single cells of a roster: a name, a birthday, a sex, as people write them.
#pragma once

#include "campaigns/roster.h"

#include <stdbool.h>

/* NFC, blanks folded, Title Case if it was ALL CAPITALS; "" for none. The caller frees. */
char *roster_name_read(const char *cell);
bool roster_name_is_capitals(const char *name);

/* False for a cell that says something else. `retbirth` is "1996-09-28" or "1996", NULL for an
 * empty cell; `retnote` says what had to be guessed, NULL: nothing. The caller frees both. */
bool roster_birth_read(const char *cell, char **retbirth, char **retnote);

/* Whether two names, equal without their marks, may be one person's: "Hùng" and "Hưng" are two
 * brothers, "Hung" may be either of them. */
bool roster_names_agree(const char *one, const char *other);
/* "1996" and "1996-09-28" may be one birth; NULL and "" may be any. */
bool roster_births_agree(const char *one, const char *other);

enum sex roster_sex_read(const char *cell);
