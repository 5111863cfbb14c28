// SPDX-License-Identifier: GPL-2.0-or-later
// What counts in the name of a unit when two spellings of it are compared.
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Both keep only letters and digits, one blank between words, no leading zeros in numbers. The
 * caller frees. */
char *unit_name_marked(const char *name);
char *unit_name_unmarked(const char *name);
/* Of a folded name, marked or not, what follows words such as "thôn" and "phòng"; the name itself
 * where nothing follows. Borrowed from `folded`. */
const char *unit_name_core(const char *folded);
/* Whether a marked fold begins with such a word; one of a single syllable needs its marks. */
bool unit_name_begins(const char *marked);
