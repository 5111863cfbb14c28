// SPDX-License-Identifier: GPL-2.0-or-later
// A reply as a row of words, and comparing words by rule R2.
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum { REPLY_WORDS_MAX = 400 }; /* an SMS of fifty parts has no more that could matter */

struct reply_word {
    size_t start, end;       /* bytes of the text, with its punctuation */
    char *marked, *unmarked; /* folded, without the punctuation around it */
};

struct reply_words {
    GArray *word; /* struct reply_word */
    bool ascii;   /* no word has diacritics */
};

/* Punctuation at the ends of words goes, but for the question mark: a question is no answer. */
struct reply_words *reply_words_new(const char *text);
void reply_words_free(struct reply_words *words);

unsigned reply_words_count(const struct reply_words *words);
const struct reply_word *reply_words_at(const struct reply_words *words, unsigned index);
/* Words `from` … `to` - 1, folded with their marks, one blank between. */
char *reply_words_join(const struct reply_words *words, unsigned from, unsigned to);

/* How a stretch of a text fits a phrase. ALIKE: only once the marks are dropped, which R2 allows
 * for an all-ASCII text and for two syllables and more. */
enum reply_fit { REPLY_FIT_NONE, REPLY_FIT_ALIKE, REPLY_FIT_EXACT };
enum reply_fit reply_words_fit(const struct reply_words *words, unsigned from, unsigned to,
                               const struct reply_words *phrase);
/* One word of the text against one word: with its marks if it has any, without if it has none. */
bool reply_word_is(const struct reply_word *word, const struct reply_word *other);
