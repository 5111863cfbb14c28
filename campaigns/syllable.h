// SPDX-License-Identifier: GPL-2.0-or-later
// Whether a word can be Vietnamese, by its spelling alone: for telling encodings apart.
#pragma once

#include <glib.h>

enum syllable {
    SYLLABLE_NONE,   /* cannot be: "nguyÔn", "vaên" */
    SYLLABLE_FITS,   /* onset, rime, tone and case fit each other */
    SYLLABLE_COMMON, /* and it is among the words that lists are made of */
};

/* `word` is one run of letters in NFC, `length` bytes long. Words of ASCII alone are none. */
enum syllable syllable_read(const char *word, gsize length);
